//! What the revival of idle units comes to: cases, jobs, production and exports, by day.
//!
//! Guarantees: sums over any period cost the provinces, reasons and months that there are, never the cases; they equal
//! what is counted from the cases that stand. A case that changes takes back exactly what it once added.

use std::collections::BTreeMap;
use std::sync::Arc;

use daftar_domain::sme::IdleReason;
use daftar_domain::value::{Date, Percent, Period, ProvinceCode};
use imbl::OrdMap;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::row::Stage;
use crate::view::View;
use crate::view::counts::Counts;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Cases that were opened.
    Opened,
    /// Units that were revived.
    Revived,
    /// Cases that were abandoned.
    Abandoned,
    /// Jobs brought back.
    Jobs,
    /// Revived units by the share of the capacity that they used before; the first of [`BANDS`].
    Before,
    /// Revived units by the share of the capacity that they use since; the first of [`BANDS`].
    After = 7,
}

/// The bands of the published counts, in which the share of a capacity lies: over 70, 50 to 70, under 50 percent.
pub const BANDS: usize = 3;

const CLASSES: usize = 10;

/// What is counted of cases, by [`Class`].
pub type Tally = [i64; CLASSES];

/// The number of the band of a share.
fn band(used: Percent) -> usize {
    match used.percent() {
        71.. => 0,
        50..=70 => 1,
        _ => 2,
    }
}

/// What cases are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Kind {
    /// The province of the unit.
    pub province: ProvinceCode,
    /// What the clinic found, or why the unit stood idle where there is no diagnosis.
    pub reason: Option<IdleReason>,
}

/// What one case adds from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Addition {
    kind: Kind,
    on: Date,
    class: usize,
    more: i64,
}

/// Exports of units on and after the day of their first revival: records, cents, and cents to neighbouring countries.
pub type Exported = [i64; 3];

/// What the cases come to.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Outcomes {
    kinds: OrdMap<Kind, Counts<CLASSES>>,
    exported: Counts<3>,
    /// What each case adds.
    cases: OrdMap<u32, Arc<[Addition]>>,
    /// What each revived unit exported by day, in the order of its exports.
    units: OrdMap<u32, Arc<[(Date, Exported)]>>,
}

/// Cases and units that are counted as they were, not as they are.
#[derive(Clone, Debug, Default)]
pub struct Changed {
    /// Rows of cases.
    pub cases: FxHashSet<u32>,
    /// Rows of units whose exports may have become others, or others of revived units.
    pub smes: FxHashSet<u32>,
}

impl Outcomes {
    /// What happened in a period, by month and kind.
    pub fn within(&self, period: Period) -> BTreeMap<(i32, Kind), Tally> {
        let kinds = self.kinds.iter();
        kinds
            .flat_map(|(kind, counts)| counts.within(period).map(|(month, tally)| ((month, *kind), tally)))
            .filter(|(_, tally)| tally.iter().any(|count| *count != 0))
            .collect()
    }

    /// How many cases are open at the end of a day.
    pub fn open_on(&self, on: Date) -> i64 {
        let tallies = self.kinds.values().map(|counts| counts.on(on));
        tallies.map(|tally| tally[Class::Opened as usize] - ended(&tally)).sum()
    }

    /// What revived units exported in a period.
    pub fn exported(&self, period: Period) -> Exported {
        self.exported.within(period).fold([0; 3], |mut sum, (_, more)| {
            sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
            sum
        })
    }

    fn count(&mut self, additions: &[Addition], sign: i64) {
        for Addition { kind, on, class, more } in additions {
            self.kinds.entry(*kind).or_default().add(*on, *class, sign * more);
        }
    }

    fn count_exports(&mut self, exports: &[(Date, Exported)], sign: i64) {
        for (on, exported) in exports {
            (0..).zip(exported).for_each(|(class, more)| self.exported.add(*on, class, sign * more));
        }
    }

    fn set_case(&mut self, case: u32, additions: Vec<Addition>) {
        if let Some(before) = self.cases.insert(case, additions.clone().into()) {
            self.count(&before, -1);
        }
        self.count(&additions, 1);
    }

    fn set_unit(&mut self, sme: u32, exports: Vec<(Date, Exported)>) {
        if let Some(before) = self.units.insert(sme, exports.clone().into()) {
            self.count_exports(&before, -1);
        }
        self.count_exports(&exports, 1);
    }
}

fn ended(tally: &Tally) -> i64 {
    tally[Class::Revived as usize] + tally[Class::Abandoned as usize]
}

impl View {
    /// What the revival cases come to; a past view counts its cases once, when it is asked first.
    pub fn revival_outcomes(&self) -> &Outcomes {
        self.revivals.outcomes().get(|_| {
            let mut outcomes = Outcomes::default();
            let mut smes = FxHashSet::default();
            for case in 0..self.revivals.rows.len() {
                outcomes.set_case(case, self.additions(case));
                smes.insert(self.revivals.row(case).sme);
            }
            smes.into_iter().for_each(|sme| outcomes.set_unit(sme, self.exports_since_revival(sme)));
            outcomes
        })
    }

    /// Counts anew what has changed.
    pub(crate) fn settle_outcomes(&mut self) {
        let Changed { cases, smes } = self.revivals.take_changed();
        for case in cases {
            let additions = self.additions(case);
            self.revivals.outcomes_mut().set_case(case, additions);
        }
        for sme in smes {
            let exports = self.exports_since_revival(sme);
            self.revivals.outcomes_mut().set_unit(sme, exports);
        }
    }

    /// What a case adds.
    fn additions(&self, case: u32) -> Vec<Addition> {
        let case = self.revivals.row(case);
        let sme = self.smes.row(case.sme);
        let idle = || sme.status(Some(case.opened)).and_then(|status| status.reason);
        let reason = case.finding().map(|(_, finding)| finding).or_else(idle);
        let mut additions = Vec::with_capacity(5);
        let mut add = |on: Date, class: usize, more: i64| {
            let kind = Kind { province: sme.province_on(on), reason };
            additions.push(Addition { kind, on, class, more });
        };
        add(case.opened, Class::Opened as usize, 1);
        let Some(end) = case.closing() else { return additions };
        if end.stage != Stage::Revived {
            add(end.on, Class::Abandoned as usize, 1);
            return additions;
        }
        add(end.on, Class::Revived as usize, 1);
        let outcome = case.outcome().map(|(_, outcome)| outcome);
        add(end.on, Class::Jobs as usize, outcome.map_or(0, |outcome| outcome.jobs.people().into()));
        if let Some(used) = case.utilisation_before(self) {
            add(end.on, Class::Before as usize + band(used), 1);
        }
        if let Some(used) = outcome.and_then(|outcome| outcome.utilisation) {
            add(end.on, Class::After as usize + band(used), 1);
        }
        additions
    }

    /// What a unit exported since its first revival. Neighbouring countries are those of the table in force on the day.
    fn exports_since_revival(&self, sme: u32) -> Vec<(Date, Exported)> {
        let cases = self.smes.row(sme).revivals().iter().filter(|case| self.revivals.rows.has(**case));
        let revived = cases
            .filter_map(|case| self.revivals.row(*case).closing().filter(|end| end.stage == Stage::Revived));
        let Some(first) = revived.map(|end| end.on).min() else { return Vec::new() };
        let exports = self.exports_of_sme(sme);
        let since = exports.partition_point(|(on, _)| *on < first);
        let exported = exports[since..].iter().map(|(on, row)| {
            let export = self.exports.row(*row).said();
            let cents = export.facts.value_usd.cents();
            let neighbour = self.reference.is_neighbour(export.facts.destination, *on);
            (*on, [1, cents, if neighbour { cents } else { 0 }])
        });
        exported.collect()
    }
}
