//! The totals of the set, counted anew from what was recorded.
//!
//! Guarantees to count only events and the state that follows from them, never what the set was drawn from. A total
//! that is not what it has to be is told with its name, what was expected and what was found.

use std::collections::BTreeMap;

use daftar_domain::consortium::Phase;
use daftar_domain::envelope::{EntityId, Event, Recorded};
use daftar_domain::export::{Channel, ExportEvent, ExportFacts};
use daftar_domain::park::ParkEvent;
use daftar_domain::revival::RevivalEvent;
use daftar_domain::sme::{IdleReason, SmeEvent};
use daftar_domain::value::{
    CommodityGroup, CountryCode, Date, ExportId, Period, ProvinceCode, SmeId, SolarMonth,
};
use daftar_domain::{EventData, State};
use rustc_hash::{FxHashMap, FxHashSet};

use super::totals::{self, Sector};
use super::trade;

mod programmes;

use programmes::Programmes;

/// A total that is not what it has to be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}: expected {expected}, found {found}")]
pub struct Mismatch {
    /// Which total.
    pub name: String,
    /// What the report says.
    pub expected: u64,
    /// What the record says.
    pub found: u64,
}

/// What events say of a unit, as far as totals ask.
#[derive(Debug, Default)]
struct Unit {
    division: u8,
    headcount: Dated<u32>,
    percent: Dated<u8>,
    reason: Dated<IdleReason>,
}

/// The newest value for the last day of the report: of facts of one day, the last recorded.
#[derive(Debug)]
struct Dated<T>(Option<(Date, T)>);

impl<T> Default for Dated<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Copy> Dated<T> {
    fn note(&mut self, on: Date, value: Option<T>) {
        let later = self.0.is_none_or(|(since, _)| since <= on) && on <= totals::period().last_day();
        if let (true, Some(value)) = (later, value) {
            self.0 = Some((on, value));
        }
    }

    fn value(&self) -> Option<T> {
        self.0.map(|(_, value)| value)
    }
}

/// What events say of an export.
#[derive(Debug)]
struct Export {
    on: Date,
    facts: ExportFacts,
}

/// Counts what was recorded.
#[derive(Debug, Default)]
pub struct Tally {
    units: FxHashMap<SmeId, Unit>,
    exports: FxHashMap<ExportId, Export>,
    /// The province of each park.
    parks: Vec<ProvinceCode>,
    programmes: Programmes,
    /// When units were revived, and the jobs that came back.
    revivals: Vec<(Date, u32)>,
}

impl Tally {
    /// Takes an event in. Events come in the order of the log.
    pub fn note(&mut self, recorded: &Recorded) {
        self.programmes.note(recorded);
        let Event { entity, effective, data, .. } = &recorded.event;
        match (data, entity) {
            (EventData::Sme(data), EntityId::Sme(id)) => {
                self.units.entry(*id).or_default().note(*effective, data);
            }
            (EventData::Revival(RevivalEvent::UnitRevived(revived)), _) => {
                self.revivals.push((*effective, revived.jobs.people()));
                let unit = recorded.event.refs.iter().find_map(|entity| match entity {
                    EntityId::Sme(id) => Some(*id),
                    _ => None,
                });
                if let Some(unit) = unit {
                    let percent = revived.utilisation.map(|share| share.percent());
                    self.units.entry(unit).or_default().percent.note(*effective, percent);
                }
            }
            (EventData::Export(data), EntityId::Export(id)) => match data {
                ExportEvent::ExportRecorded(data) => self.export(*id, *effective, &data.0),
                ExportEvent::ExportCorrected(data) => self.export(*id, *effective, &data.0),
                ExportEvent::ExportVoided(_) => {
                    self.exports.remove(id);
                }
            },
            (EventData::Park(ParkEvent::ParkEstablished(park)), _)
                if *effective <= totals::period().last_day() =>
            {
                self.parks.push(park.province);
            }
            _ => {}
        }
    }

    fn export(&mut self, id: ExportId, on: Date, facts: &ExportFacts) {
        self.exports.insert(id, Export { on, facts: facts.clone() });
    }

    /// Compares every total with the report.
    ///
    /// # Errors
    /// The first that differs.
    pub fn check(&self, state: &State) -> Result<(), Mismatch> {
        for Total { name, expected, found } in self.totals(state) {
            if expected != found {
                return Err(Mismatch { name, expected, found });
            }
        }
        Ok(())
    }

    /// Every total, in the order of the report.
    fn totals(&self, state: &State) -> Vec<Total> {
        let mut list = List(Vec::new());
        self.count_units(state, &mut list);
        self.count_places(state, &mut list);
        count_groups(state, &mut list);
        self.count_exports(&mut list);
        self.programmes.count(state, &mut list);
        list.add("statements", totals::STATEMENTS, state.statements.len());
        self.count_programmes(state, &mut list);
        list.0
    }

    fn count_units(&self, state: &State, list: &mut List) {
        let last = totals::period().last_day();
        let (mut active, mut idle) = (0, 0);
        let mut sectors: BTreeMap<Sector, usize> = BTreeMap::new();
        let mut sizes = [0; 3];
        let mut bands = [0; 3];
        let mut reasons: BTreeMap<IdleReason, usize> = BTreeMap::new();
        for sme in state.smes.iter() {
            let status = sme.status_on(last);
            let is_active = status.is_some_and(|status| status.is_active());
            let is_idle = status.is_some_and(|status| status.is_idle());
            let Some(unit) = self.units.get(&sme.id).filter(|_| is_active || is_idle) else { continue };
            if let Some(sector) = Sector::of_division(unit.division) {
                *sectors.entry(sector).or_default() += 1;
            }
            let persons = unit.headcount.value().unwrap_or_default();
            count_in(
                &mut sizes,
                totals::SIZES.iter().position(|(_, low, high)| (*low..=*high).contains(&persons)),
            );
            if is_active {
                active += 1;
                let percent = unit.percent.value().unwrap_or(u8::MAX);
                let band = totals::BANDS.iter().position(|(_, low, high)| (*low..=*high).contains(&percent));
                count_in(&mut bands, band);
            } else {
                idle += 1;
                if let Some(reason) = unit.reason.value() {
                    *reasons.entry(reason).or_default() += 1;
                }
            }
        }
        list.add("units", totals::UNITS, active + idle);
        list.add("active units", totals::ACTIVE, active);
        list.add("idle units", totals::UNITS - totals::ACTIVE, idle);
        for (sector, units) in totals::SECTORS {
            list.add(format!("units of the sector {sector:?}"), units, found(&sectors, &sector));
        }
        for ((units, low, high), found) in totals::SIZES.into_iter().zip(sizes) {
            list.add(format!("units of {low} to {high} persons"), units, found);
        }
        for ((units, low, high), found) in totals::BANDS.into_iter().zip(bands) {
            list.add(format!("active units that use {low} to {high} % of their capacity"), units, found);
        }
        for (reason, units) in totals::IDLE_REASONS {
            list.add(format!("units idle for {reason:?}"), units, found(&reasons, &reason));
        }
    }

    fn count_places(&self, state: &State, list: &mut List) {
        let last = totals::period().last_day();
        let exporting = self.exporting();
        list.add("parks", totals::PARKS, self.parks.len());
        list.add("exporting units", totals::EXPORTERS, exporting.len());
        let mut found = vec![[0; 4]; totals::PROVINCES.len()];
        for sme in state.smes.iter() {
            let Some(row) = found.get_mut(sme.province.number() as usize) else { continue };
            let status = sme.status_on(last);
            let active = status.is_some_and(|status| status.is_active());
            row[0] += usize::from(active || status.is_some_and(|status| status.is_idle()));
            row[1] += usize::from(active);
            row[3] += usize::from(exporting.contains(&sme.id));
        }
        for province in &self.parks {
            if let Some(row) = found.get_mut(province.number() as usize) {
                row[2] += 1;
            }
        }
        for (place, (totals, [units, active, parks, exporters])) in
            totals::PROVINCES.iter().zip(found).enumerate()
        {
            let province = totals::province_code(place);
            list.add(format!("units in {province}"), totals.units, units);
            list.add(format!("active units in {province}"), totals.active, active);
            list.add(format!("parks in {province}"), totals.parks, parks);
            list.add(format!("exporting units in {province}"), totals.exporters, exporters);
        }
    }

    fn count_programmes(&self, state: &State, list: &mut List) {
        let last = totals::period().last_day();
        let of = |period: Period| self.revivals.iter().filter(move |(on, _)| period.contains(*on));
        let half = Period::solar_months(1398, 1, 6).expect("a half of a year in range");
        let year = Period::solar_year(1398).expect("a year in range");
        list.add("units revived in the first half", totals::REVIVED_HALF, of(half).count());
        list.add("units revived in the year", totals::REVIVED_YEAR.0, of(year).count());
        let jobs = of(year).map(|(_, jobs)| *jobs as usize).sum();
        list.add("jobs brought back in the year", totals::REVIVED_YEAR.1, jobs);
        let mut grades: BTreeMap<_, usize> = BTreeMap::new();
        let mut plots: BTreeMap<_, usize> = BTreeMap::new();
        for sme in state.smes.iter() {
            let standing = sme.history().on(last);
            standing.grade(last).into_iter().for_each(|grade| *grades.entry(grade).or_default() += 1);
            standing.plot().into_iter().for_each(|stage| *plots.entry(stage).or_default() += 1);
        }
        let specialised = state.parks.iter().filter(|park| !park.industries_on(last).is_empty());
        list.add("specialised parks", totals::SPECIALISED, specialised.count());
        for (grade, units) in totals::GRADES {
            list.add(format!("units of the grade {grade}"), units, found(&grades, &grade));
        }
        for (stage, count) in totals::PLOTS {
            list.add(format!("plots that are {stage}"), count, found(&plots, &stage));
        }
    }

    /// The exports of the nine months.
    fn of_period(&self) -> impl Iterator<Item = &Export> {
        let period = totals::period();
        self.exports.values().filter(move |export| period.contains(export.on))
    }

    fn exporting(&self) -> FxHashSet<SmeId> {
        self.of_period().filter_map(|export| export.facts.sme).collect()
    }

    fn count_exports(&self, list: &mut List) {
        let mut sums = Sums::default();
        for Export { on, facts } in self.of_period() {
            let cents = facts.value_usd.cents() as u64;
            let channel = match (facts.consortium, facts.emc) {
                (Some(_), _) => Channel::Consortium,
                (None, Some(_)) => Channel::Emc,
                (None, None) => Channel::Direct,
            };
            sums.all += cents;
            *sums.groups.entry(facts.commodity_group).or_default() += cents;
            *sums.months.entry(SolarMonth::of(*on).month()).or_default() += cents;
            *sums.destinations.entry(facts.destination).or_default() += cents;
            *sums.channels.entry(channel).or_default() += cents;
        }
        list.add("cents exported", totals::CENTS, sums.all);
        for (group, cents) in totals::GROUPS {
            list.add(format!("cents exported of {group:?}"), cents, found(&sums.groups, &group));
        }
        for (month, cents) in (1..).zip(trade::month_cents()) {
            list.add(format!("cents exported in month {month}"), cents, found(&sums.months, &month));
        }
        for (country, cents) in trade::destinations().into_iter().zip(trade::destination_cents()) {
            list.add(format!("cents exported to {country}"), cents, found(&sums.destinations, &country));
        }
        for channel in [Channel::Direct, Channel::Consortium, Channel::Emc] {
            let cents = trade::channel_cents(channel);
            list.add(format!("cents exported through {channel:?}"), cents, found(&sums.channels, &channel));
        }
    }
}

impl Unit {
    fn note(&mut self, on: Date, event: &SmeEvent) {
        match event {
            SmeEvent::SmeRegistered(registered) => {
                self.division = registered.isic.division();
                self.headcount.note(on, registered.headcount.map(|persons| persons.people()));
            }
            SmeEvent::SmeAmended(amended) => {
                self.division = amended.isic.map_or(self.division, |isic| isic.division());
                self.headcount.note(on, amended.headcount.map(|persons| persons.people()));
            }
            SmeEvent::SmeActivated(event) => {
                self.percent.note(on, event.utilisation.map(|share| share.percent()))
            }
            SmeEvent::SmeReduced(event) => {
                self.percent.note(on, event.utilisation.map(|share| share.percent()))
            }
            SmeEvent::SmeIdled(event) => self.reason.note(on, Some(event.reason)),
            _ => {}
        }
    }
}

fn count_groups(state: &State, list: &mut List) {
    let last = totals::period().last_day();
    let operating = |phase| phase == Some(Phase::Operating);
    let consortiums = || state.consortiums.iter().filter(|consortium| operating(consortium.phase_on(last)));
    let emcs = || state.emcs.iter().filter(|emc| emc.consent_on(last));
    list.add("operating consortiums", totals::CONSORTIUMS, consortiums().count());
    let members = consortiums().map(|consortium| consortium.members_on(last).count()).sum::<usize>();
    list.add("members of consortiums", totals::MEMBERS, members);
    list.add("companies with a consent", totals::EMCS, emcs().count());
    list.add(
        "mandates in force",
        totals::CLIENTS,
        emcs().map(|emc| emc.mandates_on(last).count()).sum::<usize>(),
    );
}

/// Sums in cents.
#[derive(Default)]
struct Sums {
    all: u64,
    groups: BTreeMap<CommodityGroup, u64>,
    months: BTreeMap<u8, u64>,
    destinations: BTreeMap<CountryCode, u64>,
    channels: BTreeMap<Channel, u64>,
}

fn found<K: Ord, N: Copy + Default>(counts: &BTreeMap<K, N>, key: &K) -> N {
    counts.get(key).copied().unwrap_or_default()
}

fn count_in(counts: &mut [usize], place: Option<usize>) {
    if let Some(place) = place {
        counts[place] += 1;
    }
}

struct Total {
    name: String,
    expected: u64,
    found: u64,
}

struct List(Vec<Total>);

impl List {
    fn add<N: TryInto<u64>>(&mut self, name: impl Into<String>, expected: N, found: N) {
        let number = |number: N| number.try_into().unwrap_or(u64::MAX);
        self.0.push(Total { name: name.into(), expected: number(expected), found: number(found) });
    }
}
