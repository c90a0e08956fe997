//! What becomes of a unit after it was built: licences renewed, capacity restated, years of standing still, revival.
//!
//! Guarantees that a story ends as its unit has to end on the last day, and that its days follow each other as the
//! rules of units and revival cases ask.

use daftar_domain::revival::ReferralKind;
use daftar_domain::sme::{IdleReason, KnowledgeGrade, PlotStage};
use daftar_domain::value::{Date, Moment};

use super::{Built, Unit, past_reason};
use crate::demo::calendar::{Pen, any_day, day};
use crate::demo::random::Random;
use crate::demo::totals::{BANDS, period};

/// So many units revived between two days.
struct Revivals {
    units: usize,
    from: (i16, u8, u8),
    until: (i16, u8, u8),
}

/// Revivals from 1394 to 1397, in the first half of 1398 (as published) and in its third quarter.
const REVIVED: [Revivals; 3] = [
    Revivals { units: 1_500, from: (1394, 2, 1), until: (1397, 12, 20) },
    Revivals { units: 529, from: (1398, 1, 6), until: (1398, 6, 31) },
    Revivals { units: 340, from: (1398, 7, 1), until: (1398, 9, 25) },
];

/// Units that produce at a reduced rate on the last day.
const SEMI_ACTIVE: usize = 2_600;
/// Idle units with an open case on the last day.
const IN_REVIVAL: usize = 380;
/// Idle units whose case was abandoned.
const ABANDONED: usize = 300;

/// How a unit ends: producing with that percentage of its capacity, or idle.
#[derive(Clone, Copy, Debug)]
pub(in crate::demo) enum Last {
    Produces(u8),
    Idle(IdleReason),
}

/// What became of a unit.
#[derive(Clone, Copy, Debug)]
pub(in crate::demo) enum Story {
    /// It has been producing; the percentage may have been another one at first.
    Produces { first: u8, changed: Option<Date>, now: u8 },
    /// It produces at a reduced rate since that day.
    Reduced { first: u8, on: Date, now: u8 },
    /// It stood idle and was revived.
    Revived { first: u8, idled: Date, reason: IdleReason, opened: Date, revived: Date, now: u8 },
    /// It stands idle.
    Idle { first: u8, idled: Date, reason: IdleReason, case: Case },
}

/// The revival case of a unit that is still idle.
#[derive(Clone, Copy, Debug)]
pub(in crate::demo) enum Case {
    Never,
    Open(Date),
    Abandoned(Date, Date),
}

/// What happens to a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::demo) enum UnitAct {
    Register,
    Establish,
    Inspect,
    License {
        years: u8,
    },
    Activate(u8),
    Reduce(u8),
    Idle(IdleReason),
    /// The headcount is what it is today.
    Recount,
    Case(CaseAct),
    /// The plot that it lies on is allotted to it by contract.
    Allocate {
        deadline: Date,
    },
    Advance(PlotStage),
    Repossess,
    Grant {
        grade: KnowledgeGrade,
        until: Date,
    },
}

/// What happens in a revival case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::demo) enum CaseAct {
    Open,
    Diagnose(IdleReason),
    Plan,
    /// With a loan of so many thousand million rials, or none.
    Refer(ReferralKind, u16),
    Restart,
    Verify,
    Revive {
        jobs: u8,
        utilisation: u8,
    },
    Abandon,
}

/// The simplest story with that end.
pub(super) fn plain(last: Last) -> Story {
    match last {
        Last::Produces(now) => Story::Produces { first: now, changed: None, now },
        Last::Idle(reason) => Story::Idle { first: 0, idled: Date::MAX, reason, case: Case::Never },
    }
}

/// Makes stories of the plain ones. Exporters keep theirs: they produced all along.
pub(super) fn unfold(random: &mut Random, units: &mut [Unit], exporters: &[u32]) {
    let mut exports = vec![false; units.len()];
    exporters.iter().for_each(|unit| exports[*unit as usize] = true);
    let mut order: Vec<usize> = (0..units.len()).filter(|unit| !exports[*unit]).collect();
    random.shuffle(&mut order);
    let mut revivals: Vec<(Date, Date)> = REVIVED
        .iter()
        .flat_map(|Revivals { units, from, until }| {
            let days = (day(from.0, from.1, from.2), day(until.0, until.1, until.2));
            std::iter::repeat_n(days, *units)
        })
        .collect();
    let (mut reduced, mut open, mut abandoned) = (SEMI_ACTIVE, IN_REVIVAL, ABANDONED);
    for place in order {
        let Unit { built, story, .. } = &mut units[place];
        *story = match *story {
            Story::Idle { reason, .. } => idle(random, built.activated, reason, &mut open, &mut abandoned),
            Story::Produces { now, .. } => match revivals.last() {
                Some((from, until)) if built.activated.plus_days(640) < *from => {
                    let on = any_day(random, *from, *until);
                    revivals.pop();
                    revived(random, built.activated, on, now)
                }
                _ => produces(random, built.activated, now, &mut reduced),
            },
            other => other,
        };
    }
    debug_assert!(revivals.is_empty() && reduced + open + abandoned == 0, "there are units enough for each");
}

fn any_percentage(random: &mut Random) -> u8 {
    random.between(30, 95) as u8
}

fn produces(random: &mut Random, activated: Date, now: u8, reduced: &mut usize) -> Story {
    let on = any_day(random, activated.plus_days(200).max(day(1395, 2, 1)), day(1398, 8, 20));
    if now < BANDS[1].1 && *reduced > 0 {
        *reduced -= 1;
        return Story::Reduced { first: now + random.between(10, 45) as u8, on, now };
    }
    match random.happens(80) {
        true => Story::Produces { first: any_percentage(random), changed: Some(on), now },
        false => Story::Produces { first: now, changed: None, now },
    }
}

fn revived(random: &mut Random, activated: Date, revived: Date, now: u8) -> Story {
    let opened = revived.plus_days(-random.between(110, 300));
    let earliest = opened.plus_days(-1_500).max(activated.plus_days(150));
    let idled = any_day(random, earliest, opened.plus_days(-60));
    let first = any_percentage(random);
    Story::Revived { first, idled, reason: past_reason(random), opened, revived, now }
}

fn idle(
    random: &mut Random,
    activated: Date,
    reason: IdleReason,
    open: &mut usize,
    abandoned: &mut usize,
) -> Story {
    let first = any_percentage(random);
    let earliest = activated.plus_days(250);
    // More stopped in the years of sanctions than before.
    let from = if random.happens(650) { day(1396, 1, 6).max(earliest) } else { earliest };
    let idled = any_day(random, from, day(1398, 8, 25));
    let case = if *open > 0 && idled < day(1398, 3, 1) && random.happens(120) {
        *open -= 1;
        Case::Open(any_day(random, idled.plus_days(40).max(day(1398, 1, 10)), day(1398, 9, 20)))
    } else if *abandoned > 0 && idled < day(1397, 3, 1) && random.happens(120) {
        *abandoned -= 1;
        let opened = any_day(random, idled.plus_days(60), day(1397, 9, 1));
        Case::Abandoned(opened, opened.plus_days(random.between(70, 320)))
    } else {
        Case::Never
    };
    Story::Idle { first, idled, reason, case }
}

impl Unit {
    /// Its history; tells each act with the moment at which it was recorded. `registered` is when its park was.
    pub(in crate::demo) fn history(
        &self,
        random: &mut Random,
        registered: Moment,
        mut tell: impl FnMut(Moment, Date, UnitAct),
    ) {
        let mut acts = self.built.acts();
        // On one day, a licence comes before what rests on it.
        if let Some(on) = self.renewal() {
            acts.push((on.plus_days(-50), UnitAct::Establish));
            acts.push((on.plus_days(-20), UnitAct::Inspect));
            acts.push((on, UnitAct::License { years: 10 }));
        }
        acts.push((self.built.activated, UnitAct::Activate(self.story.first())));
        self.story.acts(random, &mut acts);
        for (_, act) in &mut acts {
            if let (UnitAct::Case(CaseAct::Revive { jobs, .. }), Some(share)) = (act, self.jobs) {
                *jobs = share;
            }
        }
        if self.recounted() {
            let on = any_day(random, self.built.activated.plus_days(90), day(1398, 8, 1));
            acts.push((on, UnitAct::Recount));
        }
        acts.sort_by_key(|(on, _)| *on);
        let mut pen = Pen::after(registered);
        for (on, act) in acts {
            tell(pen.write(random, on, 12), on, act);
        }
    }

    /// Whether it was registered with another headcount than it has.
    pub(super) fn recounted(&self) -> bool {
        self.serial % 17 == 3
    }

    /// When its operating licence was issued anew: on the day on which the first ended, or after its revival.
    fn renewal(&self) -> Option<Date> {
        let ended = self.built.operating.plus_years(i32::from(self.built.years));
        let on = match self.story {
            Story::Idle { idled, .. } if idled <= ended => return None,
            Story::Revived { idled, revived, .. }
                if idled.plus_days(-60) <= ended && ended <= revived.plus_days(60) =>
            {
                revived.plus_days(60)
            }
            _ => ended,
        };
        (on < period().last_day().plus_days(-10)).then_some(on)
    }
}

impl Built {
    fn acts(&self) -> Vec<(Date, UnitAct)> {
        vec![
            (self.registered, UnitAct::Register),
            (self.establishment, UnitAct::Establish),
            (self.inspected, UnitAct::Inspect),
            (self.operating, UnitAct::License { years: self.years }),
        ]
    }
}

impl Story {
    /// The percentage of its capacity that it used at first.
    fn first(&self) -> u8 {
        match self {
            Self::Produces { first, .. }
            | Self::Reduced { first, .. }
            | Self::Revived { first, .. }
            | Self::Idle { first, .. } => *first,
        }
    }

    fn acts(&self, random: &mut Random, acts: &mut Vec<(Date, UnitAct)>) {
        match *self {
            Self::Produces { changed, now, .. } => {
                acts.extend(changed.map(|on| (on, UnitAct::Activate(now))));
            }
            Self::Reduced { on, now, .. } => acts.push((on, UnitAct::Reduce(now))),
            Self::Revived { idled, reason, opened, revived, now, .. } => {
                acts.push((idled, UnitAct::Idle(reason)));
                revival(random, reason, opened, revived, now, acts);
            }
            Self::Idle { idled, reason, case, .. } => {
                acts.push((idled, UnitAct::Idle(reason)));
                unfinished(random, reason, case, acts);
            }
        }
    }
}

/// A case that ended with success.
fn revival(
    random: &mut Random,
    reason: IdleReason,
    opened: Date,
    revived: Date,
    now: u8,
    acts: &mut Vec<(Date, UnitAct)>,
) {
    let diagnosed = opened.plus_days(random.between(7, 40));
    let verified = revived.plus_days(-random.between(0, 8));
    let restarted = verified.plus_days(-random.between(5, 25));
    acts.push((opened, UnitAct::Case(CaseAct::Open)));
    acts.push((diagnosed, UnitAct::Case(CaseAct::Diagnose(reason))));
    if random.happens(700) {
        acts.push((diagnosed.plus_days(random.between(1, 20)), UnitAct::Case(CaseAct::Plan)));
    }
    if random.happens(600) {
        acts.push((diagnosed.plus_days(random.between(5, 25)), UnitAct::Case(referral(random, reason))));
    }
    acts.push((restarted, UnitAct::Case(CaseAct::Restart)));
    acts.push((verified, UnitAct::Case(CaseAct::Verify)));
    let jobs = random.between(5, 31) as u8;
    acts.push((revived, UnitAct::Case(CaseAct::Revive { jobs, utilisation: now })));
}

/// A case that is open or was abandoned.
fn unfinished(random: &mut Random, reason: IdleReason, case: Case, acts: &mut Vec<(Date, UnitAct)>) {
    let (opened, ended) = match case {
        Case::Never => return,
        Case::Open(opened) => (opened, None),
        Case::Abandoned(opened, ended) => (opened, Some(ended)),
    };
    acts.push((opened, UnitAct::Case(CaseAct::Open)));
    let diagnosed = opened.plus_days(random.between(7, 40));
    if diagnosed < period().last_day() {
        acts.push((diagnosed, UnitAct::Case(CaseAct::Diagnose(reason))));
    }
    acts.extend(ended.map(|on| (on, UnitAct::Case(CaseAct::Abandon))));
}

fn referral(random: &mut Random, reason: IdleReason) -> CaseAct {
    let kind = match reason {
        IdleReason::Liquidity | IdleReason::RawMaterial | IdleReason::Machinery => ReferralKind::Loan,
        IdleReason::BankDebt => ReferralKind::Bank,
        IdleReason::Dispute => ReferralKind::Court,
        IdleReason::Market | IdleReason::Other => {
            random.pick(&[ReferralKind::TaxOrInsurance, ReferralKind::Utility, ReferralKind::Other])
        }
    };
    let loan = if kind == ReferralKind::Loan { random.between(2, 60) as u16 } else { 0 };
    CaseAct::Refer(kind, loan)
}
