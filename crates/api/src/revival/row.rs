//! Revival cases in the view.

use daftar_domain::envelope::{Position, Recorded};
use daftar_domain::revival::{LenderKind, ReferralKind, RevivalEvent};
use daftar_domain::sme::IdleReason;
use daftar_domain::value::{Date, Headcount, Index, Money, Percent, Period, RevivalId};
use serde::{Deserialize, Serialize};

use super::outcome::{Changed, Outcomes};
use crate::sme::row::Change;
use crate::view::View;
use crate::view::facet::Facet;
use crate::view::lists::Lists;
use crate::view::noted::Noted;
use crate::view::order::Order;
use crate::view::row::{Row, RowAt, Seen};

/// How far a case has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The stage that it led to.
    pub stage: Stage,
    /// When it took effect.
    pub on: Date,
    /// The position of its event.
    pub position: Position,
    /// The position at which it was voided.
    voided: Option<Position>,
}

impl Step {
    fn stands(&self, at: Position) -> bool {
        self.position <= at && self.voided.is_none_or(|voided| at < voided)
    }
}

/// What a revival brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Jobs brought back.
    pub jobs: Headcount,
    /// The share of the capacity that the unit uses from then on, where it is known.
    pub utilisation: Option<Percent>,
}

/// A referral of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referral {
    /// Where to.
    pub to: ReferralKind,
    /// The loan.
    pub loan: Option<Money>,
    /// Who grants the loan.
    pub lender: Option<LenderKind>,
    /// When.
    pub on: Date,
    /// The position of its event.
    pub position: Position,
}

/// A revival case.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RevivalRow {
    /// Its ID.
    pub id: RevivalId,
    /// The row of its unit.
    pub sme: u32,
    /// When it was opened.
    pub opened: Date,
    steps: Vec<Step>,
    /// What the clinic found, by the position of the event.
    findings: Vec<(Position, IdleReason)>,
    referrals: Vec<Referral>,
    /// What it brought, by the position of the event.
    outcomes: Vec<(Position, Outcome)>,
    noted: Noted,
}

impl Row for RevivalRow {
    fn noted(&self) -> &Noted {
        &self.noted
    }

    fn noted_mut(&mut self) -> &mut Noted {
        &mut self.noted
    }
}

impl<'a> RowAt<'a, RevivalRow> {
    /// Its steps, in the order of recording.
    pub fn steps(self) -> impl Iterator<Item = &'a Step> {
        self.get().steps.iter().filter(move |step| step.stands(self.at))
    }

    /// What was said last by a step that stands.
    fn last<T: Copy>(self, said: &[(Position, T)]) -> Option<(Position, T)> {
        said.iter().rfind(|(position, _)| self.stands(*position)).copied()
    }

    fn stands(self, position: Position) -> bool {
        self.steps().any(|step| step.position == position)
    }

    /// Its referrals, in the order of recording.
    pub fn referrals(self) -> impl Iterator<Item = &'a Referral> {
        self.get().referrals.iter().filter(move |referral| self.stands(referral.position))
    }

    /// What the clinic found, and the position of the event that says so.
    pub fn finding(self) -> Option<(Position, IdleReason)> {
        self.last(&self.get().findings)
    }

    /// What it brought, and the position of the event that says so.
    pub fn outcome(self) -> Option<(Position, Outcome)> {
        self.last(&self.get().outcomes)
    }

    /// Jobs brought back, and the position of the event that says so.
    pub fn jobs(self) -> Option<(Position, Headcount)> {
        self.outcome().map(|(position, outcome)| (position, outcome.jobs))
    }

    /// The share of the capacity that the unit used last before the case was opened, where it is known.
    pub fn utilisation_before(self, view: &View) -> Option<Percent> {
        let statuses = view.smes.row(self.sme).statuses().take_while(|status| status.since <= self.opened);
        statuses.filter_map(|status| status.utilisation).last()
    }

    /// The step that took effect last.
    pub fn step(self) -> Option<&'a Step> {
        self.steps().max_by_key(|step| (step.stage >= Stage::Revived, step.on, step.position))
    }

    /// How far it has come.
    pub fn stage(self) -> Stage {
        self.step().map_or(Stage::Identified, |step| step.stage)
    }

    /// The step that closed it.
    pub fn closing(self) -> Option<&'a Step> {
        self.steps().find(|step| step.stage >= Stage::Revived)
    }

    /// When it was closed.
    pub fn closed(self) -> Option<Date> {
        self.closing().map(|step| step.on)
    }
}

impl RevivalRow {
    fn apply(&mut self, event: &RevivalEvent, recorded: &Recorded) {
        let (on, position) = (recorded.event.effective, recorded.position);
        let stage = match event {
            RevivalEvent::RevivalOpened(_) => Stage::Identified,
            RevivalEvent::RevivalDiagnosed(event) => {
                self.findings.push((position, event.finding));
                Stage::Diagnosed
            }
            RevivalEvent::RevivalPlanned(_) => Stage::Planned,
            RevivalEvent::RevivalReferred(event) => {
                self.referrals.push(Referral {
                    to: event.to,
                    loan: event.loan,
                    lender: event.lender,
                    on,
                    position,
                });
                Stage::Referred
            }
            RevivalEvent::ProductionRestarted(_) => Stage::Restarted,
            RevivalEvent::RestartVerified(_) => Stage::Verified,
            RevivalEvent::UnitRevived(event) => {
                let outcome = Outcome { jobs: event.jobs, utilisation: event.utilisation };
                self.outcomes.push((position, outcome));
                Stage::Revived
            }
            RevivalEvent::RevivalAbandoned(_) => Stage::Abandoned,
            RevivalEvent::RevivalFactVoided(event) => {
                let fact = event.position.0;
                if let Some(step) = self.steps.iter_mut().find(|step| step.position == fact) {
                    step.voided = Some(position);
                }
                return;
            }
        };
        self.steps.push(Step { stage, on, position, voided: None });
    }
}

/// What lists of revival cases are answered from.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct RevivalLists {
    /// By when they were opened.
    pub by_date: Order<(Date, u32)>,
    /// By how far they have come.
    pub stages: Facet<Stage>,
}

/// All revival cases.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct RevivalRows {
    /// The rows.
    pub rows: Seen<RevivalRow>,
    by_id: Index<RevivalId>,
    lists: Lists<RevivalLists>,
    outcomes: Lists<Outcomes>,
    #[serde(skip)]
    changed: Changed,
}

impl RevivalRows {
    /// A row.
    pub fn row(&self, row: u32) -> RowAt<'_, RevivalRow> {
        self.rows.row(row)
    }

    /// The row of an ID.
    pub fn by_id(&self, id: RevivalId) -> Option<u32> {
        self.by_id.get(&id).filter(|row| self.rows.has(*row))
    }

    /// How many cases ended with success in a period.
    pub fn revived_in(&self, period: Period) -> usize {
        let revived = self.lists().stages.get(&Stage::Revived);
        let in_period = |row: &u32| self.row(*row).closed().is_some_and(|on| period.contains(on));
        revived.iter().filter(in_period).count()
    }

    /// What lists are answered from.
    pub fn lists(&self) -> &RevivalLists {
        self.lists.get(|newest| {
            let mut lists = newest.clone();
            lists.by_date.cut(self.rows.len());
            lists.stages.cut(self.rows.len());
            for row in self.rows.changed_since() {
                let (now, then) = (self.rows.newest(row).stage(), self.rows.row(row).stage());
                lists.stages.change(Some(&now), Some(&then), row);
            }
            lists
        })
    }

    /// The same as of a position.
    pub fn as_of(&self, at: Position) -> Self {
        Self {
            rows: self.rows.as_of(at),
            lists: self.lists.past(),
            outcomes: self.outcomes.past(),
            ..self.clone()
        }
    }

    /// What the cases come to; ask it of the view.
    pub(super) fn outcomes(&self) -> &Lists<Outcomes> {
        &self.outcomes
    }

    pub(super) fn outcomes_mut(&mut self) -> &mut Outcomes {
        &mut self.outcomes.newest
    }

    pub(super) fn take_changed(&mut self) -> Changed {
        std::mem::take(&mut self.changed)
    }

    /// What a unit's cases come to may have changed with the unit.
    pub(crate) fn sme_changed(&mut self, sme: u32, cases: &[u32]) {
        if !cases.is_empty() {
            self.changed.cases.extend(cases);
            self.changed.smes.insert(sme);
        }
    }

    /// Adds an event to a case's history.
    pub fn note(&mut self, id: RevivalId, position: Position, own: bool) {
        if let Some(row) = self.by_id.get(&id) {
            self.rows.note(row, position, own);
        }
    }

    /// Makes orders show what was folded.
    pub fn settle(&mut self) {
        self.lists.newest.by_date.settle();
    }
}

impl View {
    /// Folds an event of a revival case; its unit's status follows.
    pub(crate) fn fold_revival(&mut self, id: RevivalId, event: &RevivalEvent, recorded: &Recorded) {
        if let RevivalEvent::RevivalOpened(opened) = event {
            let sme = self.smes.by_id(opened.sme).expect("a case is opened for a recorded unit");
            let row = self.revivals.rows.push(RevivalRow {
                id,
                sme,
                opened: recorded.event.effective,
                steps: Vec::new(),
                findings: Vec::new(),
                referrals: Vec::new(),
                outcomes: Vec::new(),
                noted: Noted::default(),
            });
            self.revivals.by_id.insert(id, row);
            self.revivals.lists.newest.by_date.set(row, Some((recorded.event.effective, row)));
            self.smes.add_revival(sme, row);
        }
        let row = self.revivals.by_id(id).expect("an event follows its case's opening");
        let before = self.revivals.rows.row(row).step().map(|step| step.stage);
        self.revivals.rows.get_mut(row).apply(event, recorded);
        let case = self.revivals.rows.row(row);
        let (sme, after) = (case.sme, case.stage());
        self.revivals.lists.newest.stages.change(before.as_ref(), Some(&after), row);
        self.revivals.changed.cases.insert(row);
        self.revivals.changed.smes.insert(sme);
        let change = match event {
            RevivalEvent::RevivalOpened(_) => Change::RevivalOpened,
            RevivalEvent::UnitRevived(revived) => Change::Revived(revived.utilisation),
            RevivalEvent::RevivalAbandoned(_) => Change::RevivalAbandoned,
            RevivalEvent::RevivalFactVoided(voided) => {
                return self.void_status(sme, voided.position.0, recorded.position);
            }
            _ => return,
        };
        self.change_status(sme, change, recorded);
    }
}
