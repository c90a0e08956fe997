//! What programmes did for the units of the set: the revivals of the winter of 1398, plots by contract, and
//! knowledge-based grades.
//!
//! Guarantees every count that the totals name. The nine months of the report stay as they are: the cases after Azar are
//! recorded after it, and for every unit that is revived in the winter another one of its province, as productive as
//! it, falls idle for the same reason, and a case is opened for a third. So the set ends with the counts by province,
//! status, reason and capacity with which the report ends.

use std::collections::BTreeMap;

use daftar_domain::sme::{KnowledgeGrade, PlotStage};
use daftar_domain::value::{Date, Moment};

use super::calendar::{Pen, any_day, day};
use super::park::{Park, ParkAct};
use super::random::Random;
use super::totals::{GRADES, PLOTS, REVIVED_YEAR, SPECIALISED, period};
use super::unit::{Case, CaseAct, Story, Unit, UnitAct, Units};

/// An act of a unit: whose, when, and what.
pub(super) struct Told {
    pub(super) unit: u32,
    pub(super) on: Date,
    pub(super) act: UnitAct,
}

/// The acts of programmes by unit, each unit's in the order of their days.
pub(super) fn draw(seed: u64, units: &mut Units, parks: &[Park]) -> Vec<Told> {
    let jobs = share_jobs(seed, &mut units.all);
    let mut told = winter(seed, units, parks, jobs);
    told.extend(plots(seed, &units.all));
    told.extend(grades(seed, units));
    told.sort_by_key(|told| (told.unit, told.on));
    told
}

/// Gives the revivals of the nine months their jobs, and leaves those of the winter: as published in all, a few more or
/// less each.
fn share_jobs(seed: u64, units: &mut [Unit]) -> Vec<u8> {
    let mut random = Random::new(seed, "jobs");
    let (revived, jobs) = REVIVED_YEAR;
    let mut shares: Vec<u8> = vec![(jobs / revived) as u8; revived];
    shares.iter_mut().take(jobs % revived).for_each(|share| *share += 1);
    for index in (1..revived).step_by(2) {
        // What one has more the other has less.
        let more = random.between(0, 12) as u8;
        shares[index] += more;
        shares[index - 1] -= more;
    }
    random.shuffle(&mut shares);
    let year = day(1398, 1, 1);
    for unit in units {
        if matches!(unit.story, Story::Revived { revived, .. } if year <= revived) {
            unit.jobs = shares.pop();
        }
    }
    shares
}

/// Units by the province of their park, in the order of a shuffle.
fn by_province(
    random: &mut Random,
    units: &Units,
    parks: &[Park],
    which: impl Fn(&Unit) -> bool,
) -> BTreeMap<usize, Vec<u32>> {
    let mut found: Vec<u32> = units.all.iter().filter(|unit| which(unit)).map(|unit| unit.serial).collect();
    random.shuffle(&mut found);
    let mut provinces: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
    for unit in found {
        let province = parks[units.all[unit as usize].park as usize].province;
        provinces.entry(province).or_default().push(unit);
    }
    provinces
}

/// The revivals of Dey to Esfand, and what keeps the counts.
fn winter(seed: u64, units: &Units, parks: &[Park], mut jobs: Vec<u8>) -> Vec<Told> {
    let mut random = Random::new(seed, "winter");
    let random = &mut random;
    // A diagnosis comes within 40 days: those cases have one.
    let last_opened = day(1398, 8, 15);
    let mut cases: Vec<u32> = units
        .all
        .iter()
        .filter(
            |unit| matches!(unit.story, Story::Idle { case: Case::Open(opened), .. } if opened < last_opened),
        )
        .map(|unit| unit.serial)
        .collect();
    random.shuffle(&mut cases);
    let mut spare = vec![false; units.all.len()];
    units.spare.iter().for_each(|unit| spare[*unit as usize] = true);
    let mut producing = by_province(random, units, parks, |unit| spare[unit.serial as usize]);
    let mut standing =
        by_province(random, units, parks, |unit| matches!(unit.story, Story::Idle { case: Case::Never, .. }));
    let mut told = Vec::new();
    for unit in cases {
        let Some(share) = jobs.pop() else { break };
        let revived = &units.all[unit as usize];
        let province = parks[revived.park as usize].province;
        let Story::Idle { reason, .. } = revived.story else { unreachable!("its case is open") };
        let other = take(&mut producing, province);
        let third = take(&mut standing, province);
        let Story::Produces { now, .. } = units.all[other as usize].story else {
            unreachable!("a spare unit produces")
        };
        let on = any_day(random, day(1398, 10, 25), day(1398, 12, 18));
        let verified = on.plus_days(-random.between(0, 5));
        let restarted = verified.plus_days(-random.between(5, 18));
        let mut tell = |unit, on, act| told.push(Told { unit, on, act });
        tell(unit, restarted, UnitAct::Case(CaseAct::Restart));
        tell(unit, verified, UnitAct::Case(CaseAct::Verify));
        tell(unit, on, UnitAct::Case(CaseAct::Revive { jobs: share, utilisation: now }));
        tell(other, any_day(random, day(1398, 10, 10), day(1398, 12, 18)), UnitAct::Idle(reason));
        let opened = any_day(random, day(1398, 10, 10), day(1398, 12, 1));
        let Story::Idle { reason, .. } = units.all[third as usize].story else { unreachable!("it stands") };
        let mut tell = |on, act| told.push(Told { unit: third, on, act });
        tell(opened, UnitAct::Case(CaseAct::Open));
        tell(opened.plus_days(12), UnitAct::Case(CaseAct::Diagnose(reason)));
    }
    debug_assert!(jobs.is_empty(), "there are open cases enough");
    told
}

fn take(provinces: &mut BTreeMap<usize, Vec<u32>>, province: usize) -> u32 {
    provinces.get_mut(&province).and_then(Vec::pop).expect("each province has units enough")
}

/// Plots by contract: of units that were registered lately, which have come so far; and of idle units that missed their
/// deadline, which lost theirs.
fn plots(seed: u64, units: &[Unit]) -> Vec<Told> {
    let mut random = Random::new(seed, "plots");
    let random = &mut random;
    let last = period().last_day();
    let mut order: Vec<u32> = units.iter().map(|unit| unit.serial).collect();
    random.shuffle(&mut order);
    let mut told = Vec::new();
    let mut left = PLOTS;
    for unit in order {
        let unit = &units[unit as usize];
        let idle = match unit.story {
            Story::Idle { idled, case: Case::Never, .. } => Some(idled),
            Story::Produces { .. } => None,
            Story::Reduced { .. } | Story::Revived { .. } | Story::Idle { .. } => continue,
        };
        let registered = unit.built.registered;
        if registered < day(1390, 1, 1) {
            continue;
        }
        let fits = |stage: PlotStage| match (stage, idle) {
            (PlotStage::Repossessed, Some(idled)) => idled.plus_days(500) < last,
            (PlotStage::Repossessed, None) | (_, Some(_)) => false,
            _ => true,
        };
        let Some((stage, count)) = left.iter_mut().find(|(stage, count)| *count > 0 && fits(*stage)) else {
            continue;
        };
        *count -= 1;
        contract(random, unit, *stage, idle, &mut told);
    }
    debug_assert!(left.iter().all(|(_, count)| *count == 0), "there are units enough");
    told
}

fn contract(random: &mut Random, unit: &Unit, stage: PlotStage, idle: Option<Date>, told: &mut Vec<Told>) {
    let unit_serial = unit.serial;
    let mut tell = |on: Date, act| told.push(Told { unit: unit_serial, on, act });
    let allotted = unit.built.registered.plus_days(random.between(1, 20));
    // A unit that was slow got a deadline that is still to come.
    let years = if stage < PlotStage::Completed { 14 } else { 2 };
    let deadline = idle.map_or(allotted.plus_years(years), |idled| idled.plus_days(random.between(90, 300)));
    tell(allotted, UnitAct::Allocate { deadline });
    if stage == PlotStage::Repossessed {
        tell(deadline.plus_days(random.between(20, 120)), UnitAct::Repossess);
        return;
    }
    let mut on = allotted;
    for (next, days) in [(PlotStage::Built, 150), (PlotStage::Completed, 300), (PlotStage::Titled, 200)] {
        if next <= stage {
            on = on.plus_days(random.between(40, days));
            tell(on, UnitAct::Advance(next));
        }
    }
}

/// Grades in force on the last day, and some that ran out before.
fn grades(seed: u64, units: &Units) -> Vec<Told> {
    let mut random = Random::new(seed, "grades");
    let random = &mut random;
    let mut order: Vec<u32> = units
        .all
        .iter()
        .filter(|unit| matches!(unit.story, Story::Produces { .. }) && unit.built.activated < day(1394, 1, 1))
        .map(|unit| unit.serial)
        .collect();
    random.shuffle(&mut order);
    // One that the winter idles keeps its grade: it stands idle, and is not closed.
    let mut units = order.into_iter();
    let mut told = Vec::new();
    let mut grant = |unit: Option<u32>, grade: KnowledgeGrade, on: Date, until: Date| {
        let unit = unit.expect("there are units enough");
        told.push(Told { unit, on, act: UnitAct::Grant { grade, until } });
    };
    for (grade, count) in GRADES {
        for _ in 0..count {
            let on = any_day(random, day(1396, 1, 15), day(1398, 8, 30));
            grant(units.next(), grade, on, on.plus_years(3));
        }
        for _ in 0..count / 5 {
            let on = any_day(random, day(1394, 1, 15), day(1395, 9, 1));
            grant(units.next(), grade, on, on.plus_years(3));
        }
    }
    told
}

/// What parks are specialised in: leather, food, and electrical goods.
const SPECIALITIES: [&[u16]; 3] = [
    &[1511, 1512, 1520],
    &[1010, 1020, 1030, 1040, 1050, 1061, 1062, 1071, 1072, 1073, 1074, 1075, 1079, 1080],
    &[2610, 2620, 2630, 2640, 2651, 2710, 2720, 2732, 2733, 2740, 2750, 2790],
];

/// Some parks are specialised in the summer of 1398; the units that are there stay. `established` tells when each park
/// was recorded.
pub(super) fn specialise(
    seed: u64,
    established: &[Moment],
    mut tell: impl FnMut(Moment, Date, u32, ParkAct),
) {
    let mut random = Random::new(seed, "specialities");
    let mut order: Vec<u32> = (0..established.len() as u32).collect();
    random.shuffle(&mut order);
    for (park, classes) in order.into_iter().zip(SPECIALITIES.iter().cycle()).take(SPECIALISED) {
        let on = any_day(&mut random, day(1398, 5, 1), day(1398, 8, 1));
        let at = Pen::after(established[park as usize]).write(&mut random, on, 20);
        tell(at, on, park, ParkAct::Specialise(classes));
    }
}

/// When the acts of programmes are recorded: after the unit was, and each after the one before.
pub(super) fn record(seed: u64, told: &[Told], registered: &[Moment], mut tell: impl FnMut(Moment, &Told)) {
    let mut random = Random::new(seed, "programmes");
    let mut pen = Pen::new();
    let mut unit = u32::MAX;
    for one in told {
        if one.unit != unit {
            unit = one.unit;
            pen = Pen::after(registered[unit as usize]);
        }
        tell(pen.write(&mut random, one.on, 10), one);
    }
}
