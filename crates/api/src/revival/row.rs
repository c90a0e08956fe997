//! Revival cases in the view.

use daftar_domain::envelope::{Position, Recorded};
use daftar_domain::revival::{ReferralKind, RevivalEvent};
use daftar_domain::sme::IdleReason;
use daftar_domain::value::{Date, Headcount, Index, Money, RevivalId, Table};

use crate::sme::row::Change;
use crate::view::View;
use crate::view::facet::Facet;
use crate::view::order::Order;
use crate::view::row::RowAt;

/// How far a case has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Opened.
    Identified,
    /// An industrial clinic made its diagnosis.
    Diagnosed,
    /// A plan was agreed.
    Planned,
    /// Referred, or a loan granted.
    Referred,
    /// Production was restarted.
    Restarted,
    /// The restart was verified.
    Verified,
    /// Closed with success.
    Revived,
    /// Closed without success.
    Abandoned,
}

/// A step of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The stage that it led to.
    pub stage: Stage,
    /// When it took effect.
    pub on: Date,
    /// The position of its event.
    pub position: Position,
}

/// A referral of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referral {
    /// Where to.
    pub to: ReferralKind,
    /// The loan.
    pub loan: Option<Money>,
    /// When.
    pub on: Date,
    /// The position of its event.
    pub position: Position,
}

/// A revival case.
#[derive(Clone, Debug)]
pub struct RevivalRow {
    /// Its ID.
    pub id: RevivalId,
    /// The row of its unit.
    pub sme: u32,
    /// How many events it has.
    pub version: u32,
    /// When it was opened.
    pub opened: Date,
    /// Its steps, in the order of recording.
    pub steps: Vec<Step>,
    /// What the clinic found.
    pub finding: Option<IdleReason>,
    /// Its referrals.
    pub referrals: Vec<Referral>,
    /// Jobs brought back.
    pub jobs: Option<Headcount>,
    /// The events of its history.
    pub events: Vec<Position>,
}

impl RevivalRow {
    /// How far it has come: the step that took effect last.
    pub fn stage(&self) -> Stage {
        let last =
            self.steps.iter().max_by_key(|step| (step.stage >= Stage::Revived, step.on, step.position));
        last.map_or(Stage::Identified, |step| step.stage)
    }

    /// When it was closed.
    pub fn closed(&self) -> Option<Date> {
        self.steps.iter().find(|step| step.stage >= Stage::Revived).map(|step| step.on)
    }

    fn apply(&mut self, event: &RevivalEvent, recorded: &Recorded) {
        let (on, position) = (recorded.event.effective, recorded.position);
        self.version = recorded.entity_version;
        let stage = match event {
            RevivalEvent::RevivalOpened(_) => Stage::Identified,
            RevivalEvent::RevivalDiagnosed(event) => {
                self.finding = Some(event.finding);
                Stage::Diagnosed
            }
            RevivalEvent::RevivalPlanned(_) => Stage::Planned,
            RevivalEvent::RevivalReferred(event) => {
                self.referrals.push(Referral { to: event.to, loan: event.loan, on, position });
                Stage::Referred
            }
            RevivalEvent::ProductionRestarted(_) => Stage::Restarted,
            RevivalEvent::RestartVerified(_) => Stage::Verified,
            RevivalEvent::UnitRevived(event) => {
                self.jobs = Some(event.jobs);
                Stage::Revived
            }
            RevivalEvent::RevivalAbandoned(_) => Stage::Abandoned,
        };
        self.steps.push(Step { stage, on, position });
    }
}

/// What lists of revival cases are answered from.
#[derive(Clone, Default)]
pub struct RevivalLists {
    /// By when they were opened.
    pub by_date: Order<(Date, u32)>,
    /// By how far they have come.
    pub stages: Facet<Stage>,
}

/// All revival cases.
#[derive(Clone, Default)]
pub struct RevivalRows {
    table: Table<RevivalRow>,
    by_id: Index<RevivalId>,
    lists: RevivalLists,
}

impl RevivalRows {
    /// A row.
    pub fn row(&self, row: u32) -> RowAt<'_, RevivalRow> {
        RowAt::newest(self.table.get(row))
    }

    /// The rows, in the order of recording.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = RowAt<'_, RevivalRow>> {
        self.table.iter().map(RowAt::newest)
    }

    /// What lists and counts are answered from.
    pub fn lists(&self) -> &RevivalLists {
        &self.lists
    }

    /// The row of an ID.
    pub fn by_id(&self, id: RevivalId) -> Option<u32> {
        self.by_id.get(&id)
    }

    /// Adds an event to a case's history.
    pub fn note(&mut self, id: RevivalId, position: Position) {
        if let Some(row) = self.by_id.get(&id) {
            self.table.get_mut(row).events.push(position);
        }
    }

    /// Makes orders show what was folded.
    pub fn settle(&mut self) {
        self.lists.by_date.settle();
    }
}

impl View {
    /// Folds an event of a revival case; its unit's status follows.
    pub(crate) fn fold_revival(&mut self, id: RevivalId, event: &RevivalEvent, recorded: &Recorded) {
        if let RevivalEvent::RevivalOpened(opened) = event {
            let sme = self.smes.by_id(opened.sme).expect("a case is opened for a recorded unit");
            let row = self.revivals.table.push(RevivalRow {
                id,
                sme,
                version: 0,
                opened: recorded.event.effective,
                steps: Vec::new(),
                finding: None,
                referrals: Vec::new(),
                jobs: None,
                events: Vec::new(),
            });
            self.revivals.by_id.insert(id, row);
            self.revivals.lists.by_date.set(row, Some((recorded.event.effective, row)));
            self.smes.row_mut(sme).revivals.push(row);
        }
        let row = self.revivals.by_id(id).expect("an event follows its case's opening");
        let case = self.revivals.table.get_mut(row);
        let before = (!case.steps.is_empty()).then(|| case.stage());
        case.apply(event, recorded);
        let (sme, after) = (case.sme, case.stage());
        self.revivals.lists.stages.change(before.as_ref(), Some(&after), row);
        let change = match event {
            RevivalEvent::RevivalOpened(_) => Change::RevivalOpened,
            RevivalEvent::UnitRevived(revived) => Change::Revived(revived.utilisation),
            RevivalEvent::RevivalAbandoned(_) => Change::RevivalAbandoned,
            _ => return,
        };
        self.change_status(sme, change, recorded);
    }
}
