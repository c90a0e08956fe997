//! The units: where each of them lies, what it makes, how large it is, and what becomes of it.
//!
//! Guarantees every count by province, sector, size class, capacity band and idle reason. A unit's history is told in
//! [`story`]; the commands that record it are in [`command`].

use daftar_domain::sme::IdleReason;
use daftar_domain::value::{BusinessId, Date, LegalId};

use super::calendar::{any_day, day};
use super::names::Words;
use super::park::Park;
use super::random::Random;
use super::totals::{BANDS, CLIENTS, IDLE_REASONS, MEMBERS, PROVINCES, SECTORS, SIZES, Sector};

mod command;
mod story;

pub(super) use story::{Case, CaseAct, Story, UnitAct};

/// A unit, with all that its history needs.
pub(super) struct Unit {
    /// Its place among the units, from 0.
    pub(super) serial: u32,
    /// Fixes its identifiers: its place, in a copy of the set that much more.
    pub(super) number: u32,
    /// Its park's place among the parks.
    pub(super) park: u32,
    plot: u32,
    plot_square_metres: u32,
    /// What it makes.
    pub(super) sector: Sector,
    isic: u16,
    words: Words,
    headcount: u32,
    capacity: u32,
    /// Its building, up to the first day on which it produces.
    pub(super) built: Built,
    /// What became of it since.
    pub(super) story: Story,
    /// The jobs that its revival brought back, where the totals say how many there are.
    pub(super) jobs: Option<u8>,
}

/// The days on which a unit was built.
#[derive(Clone, Copy, Debug)]
pub(super) struct Built {
    /// The day of its registration.
    pub(super) registered: Date,
    establishment: Date,
    inspected: Date,
    operating: Date,
    /// The first day on which it produced.
    pub(super) activated: Date,
    /// How many years the first operating licence is valid.
    years: u8,
}

impl Unit {
    /// The 12 digits that it is known by: 1, the province, and nine digits that differ for each number.
    pub(super) fn business_id(&self, province: usize) -> BusinessId {
        let scattered = (u64::from(self.number) * 387_420_489 + 161_803_398) % 1_000_000_000;
        let text = format!("1{province:02}{scattered:09}");
        text.parse().expect("twelve digits")
    }

    /// The legal entity that holds it: every fortieth unit has that of its neighbour.
    fn legal_id(&self) -> LegalId {
        let shared = self.shares_its_entity();
        let holder = if shared { self.number / 40 * 40 + 38 } else { self.number };
        // Coprime to 90,000,000: no two holders meet.
        let scattered = 10_000_000 + (u64::from(holder) * 61_803_397 + 31_415_927) % 90_000_000;
        // Entities have been numbered from 14 on since the electronic register of 1390.
        let prefix = if shared || self.built.registered < day(1390, 1, 1) { 10 } else { 14 };
        legal_id(prefix * 100_000_000 + scattered)
    }

    /// Whether its legal entity holds another unit too.
    pub(super) fn shares_its_entity(&self) -> bool {
        self.serial % 40 >= 38
    }
}

/// The legal-entity ID that begins with these ten digits.
pub(super) fn legal_id(ten_digits: u64) -> LegalId {
    (0..10)
        .find_map(|check| format!("{ten_digits:010}{check}").parse().ok())
        .expect("one of ten digits checks the others")
}

/// What an exporter's place among the exporters asks of it: the sector, by rank.
pub(super) type ExporterSectors<'a> = &'a [Sector];

/// All units, and those that export in the order of their rank.
pub(super) struct Units {
    /// All, by park.
    pub(super) all: Vec<Unit>,
    /// The exporters by rank, the largest first.
    pub(super) exporters: Vec<u32>,
    /// Units that produce, do not export, were active by 1394 and hold their legal entity alone, by sector: whoever
    /// looks for more members or clients finds them here.
    pub(super) spare: Vec<u32>,
}

/// What a unit is on the last day.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Exports,
    Produces,
    Idle,
}

/// Draws all units in their parks, whose plots they take.
pub(super) fn draw(seed: u64, parks: &mut [Park], sectors: ExporterSectors<'_>) -> Units {
    let mut random = Random::new(seed, "units");
    let ends = ends(&mut random);
    let mut exporters: Vec<u32> =
        (0..).zip(&ends).filter(|(_, end)| **end == End::Exports).map(|(unit, _)| unit).collect();
    random.shuffle(&mut exporters);
    let sectors = sectors_of(&mut random, &ends, &exporters, sectors);
    let mut headcounts = Deck::new(&mut random, SIZES.map(|(units, low, high)| (units, (low, high))));
    let mut bands =
        Deck::new(&mut random, BANDS.map(|(units, low, high)| (units, (low.max(12), high.min(104)))));
    let mut reasons = Deck::new(&mut random, IDLE_REASONS.map(|(reason, units)| (units, reason)));

    let mut all = Vec::with_capacity(ends.len());
    let homes =
        parks.iter().enumerate().flat_map(|(park, told)| (0..told.units).map(move |plot| (park, plot)));
    let homes: Vec<(usize, usize)> = homes.collect();
    for (serial, ((park, plot), end)) in (0..).zip(homes.into_iter().zip(ends)) {
        let sector = sectors[serial as usize];
        let headcount = persons(&mut random, headcounts.next());
        let plot_square_metres = (headcount.min(60) * 120 + random.between(4, 20) as u32 * 100).max(500);
        parks[park].held_square_metres += i64::from(plot_square_metres);
        let built = building(&mut random, parks[park].established, end);
        let last = match end {
            End::Idle => story::Last::Idle(reasons.next()),
            End::Exports | End::Produces => {
                let (low, high) = bands.next();
                story::Last::Produces(random.between(i32::from(low), i32::from(high)) as u8)
            }
        };
        all.push(Unit {
            serial,
            number: serial,
            park: park as u32,
            plot: plot as u32,
            plot_square_metres,
            sector,
            isic: random.pick(classes(sector)),
            words: Words::draw(&mut random, sector),
            headcount,
            capacity: headcount * random.between(8, 90) as u32 * 10,
            built,
            story: story::plain(last),
            jobs: None,
        });
    }
    story::unfold(&mut Random::new(seed, "stories"), &mut all, &exporters);
    let spare = spare(&all, &exporters, &mut random);
    Units { all, exporters, spare }
}

/// What each unit is on the last day, by park: the counts of the provinces.
fn ends(random: &mut Random) -> Vec<End> {
    let mut ends = Vec::new();
    for totals in &PROVINCES {
        let from = ends.len();
        ends.extend(std::iter::repeat_n(End::Exports, totals.exporters));
        ends.extend(std::iter::repeat_n(End::Produces, totals.active - totals.exporters));
        ends.extend(std::iter::repeat_n(End::Idle, totals.units - totals.active));
        random.shuffle(&mut ends[from..]);
    }
    ends
}

/// The sector of each unit: of exporters as their rank asks, of the others what is left of the counts.
fn sectors_of(random: &mut Random, ends: &[End], exporters: &[u32], ranked: &[Sector]) -> Vec<Sector> {
    let mut sectors = vec![None; ends.len()];
    for (unit, sector) in exporters.iter().zip(ranked) {
        sectors[*unit as usize] = Some(*sector);
    }
    let left = SECTORS.map(|(sector, units)| {
        let taken = ranked.iter().filter(|ranked| **ranked == sector).count();
        (units - taken, sector)
    });
    let mut rest = Deck::new(random, left);
    sectors.into_iter().map(|sector| sector.unwrap_or_else(|| rest.next())).collect()
}

/// Persons employed, more often few than many within the class.
fn persons(random: &mut Random, (low, high): (u32, u32)) -> u32 {
    let mut draw = || random.between(low as i32, high as i32) as u32;
    draw().min(draw())
}

fn building(random: &mut Random, park: Date, end: End) -> Built {
    // Whoever exports or stands idle had years to come so far.
    let (latest, years) = match end {
        End::Exports => (day(1393, 6, 1), 20),
        End::Produces => (day(1396, 6, 1), if random.happens(400) { 10 } else { 15 }),
        End::Idle => (day(1395, 6, 1), 15),
    };
    let earliest = park.plus_days(200).max(day(1384, 1, 15));
    let registered = any_day(random, earliest, latest.max(earliest));
    let establishment = registered.plus_days(random.between(4, 35));
    let inspected = establishment.plus_days(random.between(100, 320));
    let operating = inspected.plus_days(random.between(2, 30));
    let activated = operating.plus_days(random.between(0, 60));
    Built { registered, establishment, inspected, operating, activated, years }
}

fn spare(units: &[Unit], exporters: &[u32], random: &mut Random) -> Vec<u32> {
    let mut exports = vec![false; units.len()];
    exporters.iter().for_each(|unit| exports[*unit as usize] = true);
    let mut spare: Vec<u32> = units
        .iter()
        .filter(|unit| {
            !exports[unit.serial as usize]
                && matches!(unit.story, Story::Produces { .. })
                && !unit.shares_its_entity()
                && unit.built.activated < day(1394, 1, 1)
        })
        .map(|unit| unit.serial)
        .collect();
    random.shuffle(&mut spare);
    debug_assert!(spare.len() > 2 * (MEMBERS + CLIENTS));
    spare
}

/// So many of each, in any order.
struct Deck<T>(Vec<T>);

impl<T: Copy> Deck<T> {
    fn new<const N: usize>(random: &mut Random, counts: [(usize, T); N]) -> Self {
        let mut cards: Vec<T> =
            counts.into_iter().flat_map(|(count, card)| std::iter::repeat_n(card, count)).collect();
        random.shuffle(&mut cards);
        Self(cards)
    }

    fn next(&mut self) -> T {
        self.0.pop().expect("the counts of the tables agree")
    }
}

/// The reason that a unit stood idle for in the past, about as often as units give it today.
fn past_reason(random: &mut Random) -> IdleReason {
    let weights = IDLE_REASONS.map(|(_, units)| units as u32);
    IDLE_REASONS[random.weighted(&weights)].0
}

/// The classes of ISIC Rev.4 that the units of a sector are in; some stand twice, being more frequent.
fn classes(sector: Sector) -> &'static [u16] {
    match sector {
        Sector::Metal => &[
            2410, 2420, 2431, 2432, 2511, 2511, 2511, 2512, 2591, 2592, 2592, 2593, 2599, 2599, 2599, 2812,
            2813, 2814, 2815, 2816, 2818, 2819, 2821, 2822, 2825, 2829, 2920, 2930, 2930,
        ],
        Sector::Chemical => {
            &[2011, 2012, 2013, 2013, 2021, 2022, 2022, 2023, 2029, 2100, 2211, 2219, 2220, 2220, 2220, 2220]
        }
        Sector::Food => &[
            1010, 1020, 1030, 1030, 1030, 1040, 1050, 1050, 1061, 1061, 1071, 1072, 1073, 1074, 1075, 1079,
            1079, 1080, 1104,
        ],
        Sector::Mineral => &[2310, 2391, 2392, 2392, 2393, 2394, 2395, 2395, 2396, 2396, 2399],
        Sector::Cellulose => &[1610, 1621, 1622, 1623, 1629, 1701, 1702, 1702, 1709, 3100, 3100],
        Sector::Services => {
            &[3311, 3312, 3313, 3314, 3315, 3320, 3812, 3821, 3830, 3830, 5210, 5210, 7110, 7120]
        }
        Sector::Textile => {
            &[1311, 1311, 1312, 1313, 1391, 1392, 1393, 1393, 1399, 1410, 1430, 1511, 1512, 1520]
        }
        Sector::Electrical => &[2610, 2620, 2630, 2651, 2710, 2720, 2732, 2733, 2740, 2750, 2750, 2790],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_is_of_its_sector() {
        for (sector, _) in SECTORS {
            for class in classes(sector) {
                assert_eq!(Sector::of_division((class / 100) as u8), Some(sector), "{class}");
            }
        }
    }

    #[test]
    fn legal_ids_have_their_check_digit() {
        assert_eq!(legal_id(1_038_028_479).to_string(), "10380284790");
        assert_eq!(legal_id(1_400_123_456).to_string(), "14001234562");
    }
}
