//! What a unit does on a day: the walk over the facts that its status rests on.

use daftar_domain::envelope::Position;
use daftar_domain::sme::{IdleReason, OperatingStatus};
use daftar_domain::value::{Date, Percent, ProvinceCode};
use serde::{Deserialize, Serialize};

use super::SmeRow;
use crate::view::dated::Fact;
use crate::view::row::RowAt;

/// A fact that the status rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// It was registered.
    Registered,
    /// It produces, and uses that share of its capacity.
    Activated(Option<Percent>),
    /// It produces at a reduced rate, and uses that share of its capacity.
    Reduced(Option<Percent>),
    /// It stands idle.
    Idled(IdleReason),
    /// It is closed for good.
    Closed,
    /// It was closed before the registry.
    ClosedBefore,
    /// It was merged into another record of the same unit.
    Merged,
    /// A revival case was opened.
    RevivalOpened,
    /// The case ended with success.
    Revived(Option<Percent>),
    /// The case ended without success.
    RevivalAbandoned,
}

/// What a unit does from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// The first day.
    pub since: Date,
    /// The position of the event that led to it.
    pub position: Position,
    /// The position of the event that gave it its date.
    pub dated: Position,
    /// What it does.
    pub status: OperatingStatus,
    /// Why it stands idle, where it does.
    pub reason: Option<IdleReason>,
    /// The position of the event that says why.
    pub reasoned: Option<Position>,
    /// The share of the capacity that it uses, where it is known.
    pub utilisation: Option<Percent>,
}

/// Where the walk stands.
#[derive(Clone, Copy, Default)]
struct Walk {
    status: Option<OperatingStatus>,
    case_open: bool,
    reason: Option<(IdleReason, Position)>,
}

impl Walk {
    /// What the unit does after a change; none when the change leaves it as it was.
    fn step(&mut self, fact: &Fact<Change>) -> Option<OperatingStatus> {
        use OperatingStatus::{Active, Closed, Idle, InRevival, Merged, SemiActive, UnderConstruction};
        let status = match fact.value {
            Change::Registered => UnderConstruction,
            Change::Activated(_) => Active,
            Change::Reduced(_) => SemiActive,
            Change::Idled(reason) => {
                self.reason = Some((reason, fact.position));
                if self.case_open { InRevival } else { Idle }
            }
            Change::Closed | Change::ClosedBefore => Closed,
            Change::Merged => Merged,
            Change::RevivalOpened => {
                self.case_open = true;
                if self.status != Some(Idle) {
                    return None;
                }
                InRevival
            }
            Change::Revived(_) => {
                self.case_open = false;
                Active
            }
            Change::RevivalAbandoned => {
                self.case_open = false;
                if self.status != Some(InRevival) {
                    return None;
                }
                Idle
            }
        };
        self.status = Some(status);
        Some(status)
    }

    /// What the unit does after a fact; none when the fact leaves it as it was.
    fn status(&mut self, fact: &Fact<Change>) -> Option<Status> {
        let status = self.step(fact)?;
        let idle = matches!(status, OperatingStatus::Idle | OperatingStatus::InRevival);
        let reason = self.reason.filter(|_| idle);
        Some(Status {
            since: fact.effective,
            position: fact.position,
            dated: fact.since,
            status,
            reason: reason.map(|(reason, _)| reason),
            reasoned: reason.map(|(_, position)| position),
            utilisation: match fact.value {
                Change::Activated(used) | Change::Reduced(used) | Change::Revived(used) => used,
                _ => None,
            },
        })
    }
}

impl Change {
    /// Whether it says by itself what the unit does, or only once what came before it is known.
    fn tells(self) -> bool {
        !matches!(self, Self::RevivalOpened | Self::RevivalAbandoned)
    }

    /// What the unit may do after it, whatever came before, and why it then stands idle.
    pub(super) fn may_lead_to(self) -> (&'static [OperatingStatus], Option<IdleReason>) {
        use OperatingStatus::{Active, Closed, Idle, InRevival, Merged, SemiActive, UnderConstruction};
        match self {
            Self::Registered => (&[UnderConstruction], None),
            Self::Activated(_) | Self::Revived(_) => (&[Active], None),
            Self::Reduced(_) => (&[SemiActive], None),
            Self::Idled(reason) => (&[Idle, InRevival], Some(reason)),
            Self::Closed | Self::ClosedBefore => (&[Closed], None),
            Self::Merged => (&[Merged], None),
            Self::RevivalOpened => (&[InRevival], None),
            Self::RevivalAbandoned => (&[Idle], None),
        }
    }

    /// Whether it opens or ends a revival case.
    fn is_of_a_case(self) -> bool {
        matches!(self, Self::RevivalOpened | Self::Revived(_) | Self::RevivalAbandoned)
    }
}

impl<'a> RowAt<'a, SmeRow> {
    /// Each change of the status in order.
    pub fn statuses(self) -> impl Iterator<Item = Status> + 'a {
        let mut walk = Walk::default();
        self.get().changes.standing(self.at).filter_map(move |fact| walk.status(fact))
    }

    /// What it does on a day, or after everything that is recorded; nothing before it was registered. Looks at the last
    /// few facts only.
    pub fn status(self, on: Option<Date>) -> Option<Status> {
        let mut facts = self.get().changes.until(on, self.at).rev();
        if let Some(fact) = facts.clone().next()
            && fact.value.tells()
            && !matches!(fact.value, Change::Idled(_))
        {
            return Walk::default().status(fact);
        }
        let mut last = Vec::new();
        let telling = loop {
            let fact = facts.next()?;
            last.push(fact);
            if fact.value.tells() {
                break fact;
            }
        };
        let mut walk = Walk::default();
        if matches!(telling.value, Change::Idled(_)) && !self.revivals().is_empty() {
            let case = facts.find(|fact| fact.value.is_of_a_case());
            walk.case_open = case.is_some_and(|fact| fact.value == Change::RevivalOpened);
        }
        last.into_iter().rev().filter_map(|fact| walk.status(fact)).last()
    }

    /// What it did where, from which day on: one entry a day, in order.
    pub(super) fn timeline(self) -> Vec<(Date, ProvinceCode, OperatingStatus)> {
        let mut timeline: Vec<(Date, ProvinceCode, OperatingStatus)> = Vec::with_capacity(2);
        for status in self.statuses() {
            match timeline.last_mut() {
                Some(last) if last.0 == status.since => last.2 = status.status,
                _ => timeline.push((status.since, self.province_on(status.since), status.status)),
            }
        }
        for moved in self.get().facts.days(|amended| amended.province.is_some()) {
            let index = timeline.partition_point(|(day, ..)| *day < moved);
            if let Some(before) = index.checked_sub(1)
                && timeline.get(index).is_none_or(|(day, ..)| *day != moved)
            {
                timeline.insert(index, (moved, self.province_on(moved), timeline[before].2));
            }
        }
        timeline
    }
}
