//! What a unit does on a day: the walk over the facts that its status rests on.

use daftar_domain::envelope::Position;
use daftar_domain::sme::{IdleReason, OperatingStatus};
use daftar_domain::value::{Date, Percent, ProvinceCode};

use super::SmeRow;

/// A fact that the status rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// What it does.
    pub status: OperatingStatus,
    /// Why it stands idle, where it does.
    pub reason: Option<IdleReason>,
    /// The share of the capacity that it uses, where it is known.
    pub utilisation: Option<Percent>,
}

/// Where the walk stands.
#[derive(Clone, Copy, Default)]
struct Walk {
    status: Option<OperatingStatus>,
    case_open: bool,
    reason: Option<IdleReason>,
}

impl Walk {
    /// What the unit does after a change; none when the change leaves it as it was.
    fn step(&mut self, change: Change) -> Option<OperatingStatus> {
        use OperatingStatus::{Active, Closed, Idle, InRevival, SemiActive, UnderConstruction};
        let status = match change {
            Change::Registered => UnderConstruction,
            Change::Activated(_) => Active,
            Change::Reduced(_) => SemiActive,
            Change::Idled(reason) => {
                self.reason = Some(reason);
                if self.case_open { InRevival } else { Idle }
            }
            Change::Closed => Closed,
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
}

impl SmeRow {
    /// Each change of the status in order.
    pub fn statuses(&self) -> impl Iterator<Item = Status> + '_ {
        let mut walk = Walk::default();
        self.changes.standing().filter_map(move |fact| {
            let status = walk.step(fact.value)?;
            let idle = matches!(status, OperatingStatus::Idle | OperatingStatus::InRevival);
            Some(Status {
                since: fact.effective,
                position: fact.position,
                status,
                reason: walk.reason.filter(|_| idle),
                utilisation: match fact.value {
                    Change::Activated(used) | Change::Reduced(used) | Change::Revived(used) => used,
                    _ => None,
                },
            })
        })
    }

    /// What it does on a day, or after everything that is recorded; nothing before it was registered.
    pub fn status(&self, on: Option<Date>) -> Option<Status> {
        self.statuses().take_while(|status| on.is_none_or(|on| status.since <= on)).last()
    }

    /// What it did where, from which day on: one entry a day, in order.
    pub(super) fn timeline(&self) -> Vec<(Date, ProvinceCode, OperatingStatus)> {
        let mut timeline: Vec<(Date, ProvinceCode, OperatingStatus)> = Vec::with_capacity(2);
        for status in self.statuses() {
            match timeline.last_mut() {
                Some(last) if last.0 == status.since => last.2 = status.status,
                _ => timeline.push((status.since, self.province_on(status.since), status.status)),
            }
        }
        for moved in self.moves() {
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
