//! The export records: about 45,000 of the nine months, and those of the year before.
//!
//! Guarantees that what stands at the end has the sums of every division to the cent, slips included: a wrong value or
//! destination is corrected, an item that was declared twice is voided once.

use daftar_domain::export::{
    Channel, CorrectExport, ExportCommand, ExportDetails, Exporter, RecordExport, VoidExport,
};
use daftar_domain::value::{
    CommodityGroup, CountryCode, CustomsOffice, Date, DeclarationKey, ExportKey, ItemNumber, Kilograms,
    Moment, ReasonCode, SolarDate, SolarMonth, Usd,
};

use super::apportion::{at_least, uneven};
use super::calendar::{Pen, any_day, day};
use super::group::{Consortium, Emc, Way};
use super::park::Park;
use super::random::Random;
use super::totals::{CENTS, DESTINATIONS};
use super::trade::{Cell, Part, Pool, destinations};
use super::unit::Units;

mod goods;

use goods::{offices, price_cents, tariff};

/// Pieces that the exports of the nine months are cut in, before they are laid beside the exporters.
const PIECES: u64 = 42_900;

/// Exporters, and records, of the year 1397.
const EXPORTERS_BEFORE: usize = 900;
const RECORDS_BEFORE: u64 = 9_000;

/// An export, with all that its history needs.
pub(super) struct Export {
    unit: u32,
    way: Through,
    on: Date,
    hs: u32,
    destination: u8,
    office: u8,
    cents: u64,
    kilograms: u32,
    declaration: u32,
    slip: Option<Slip>,
}

impl Export {
    /// Declares it under a number that is so much higher.
    pub(super) fn renumber(&mut self, more: u32) {
        self.declaration += more;
        if let Some(Slip::Twice(again)) = &mut self.slip {
            *again += more;
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Through {
    Direct,
    Consortium(u8),
    Emc(u8),
}

/// What went wrong when it was recorded.
#[derive(Clone, Copy, Debug)]
enum Slip {
    /// Another value was typed.
    Value(u64),
    /// Another destination was typed.
    Destination(u8),
    /// It was recorded once more, under another declaration number.
    Twice(u32),
}

/// What happens to an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ExportAct {
    Record,
    Correct,
    RecordAgain,
    VoidAgain,
}

/// What exports are drawn from.
pub(super) struct Trade<'a> {
    pub(super) units: &'a Units,
    pub(super) pools: &'a [Pool],
    pub(super) parts: &'a [Vec<Part>],
    pub(super) consortiums: &'a [Option<Way>],
    pub(super) emcs: &'a [Option<Way>],
}

/// The values that every command about an export shares.
pub(super) struct Goods {
    destinations: Vec<CountryCode>,
    offices: Vec<CustomsOffice>,
}

impl Goods {
    /// Reads them once.
    pub(super) fn new() -> Self {
        Self { destinations: destinations(), offices: goods::office_names() }
    }
}

/// Draws all exports, by date.
pub(super) fn draw(seed: u64, trade: &Trade<'_>) -> Vec<Export> {
    let mut random = Random::new(seed, "exports");
    let mut exports = before(&mut random, trade);
    for (pool, told) in trade.pools.iter().enumerate() {
        fill(&mut random, trade, pool, told, &mut exports);
    }
    exports.sort_by_key(|export| (export.on, export.unit));
    for (number, export) in (0..).zip(&mut exports) {
        export.declaration = 10_000_000 + number * 7;
        export.slip = slip(&mut random, export);
    }
    exports
}

/// Cuts a pool in pieces of one month and destination each, lays them in any order beside what its exporters export,
/// and makes a record of every stretch that is one piece and one exporter.
fn fill(random: &mut Random, trade: &Trade<'_>, pool: usize, told: &Pool, exports: &mut Vec<Export>) {
    let mut pieces: Vec<Cell> = Vec::new();
    for cell in told.cells.iter().filter(|cell| cell.cents > 0) {
        let count = (PIECES * cell.cents + CENTS / 2) / CENTS;
        pieces.extend(
            uneven(random, cell.cents, count as usize).into_iter().map(|cents| Cell { cents, ..*cell }),
        );
    }
    random.shuffle(&mut pieces);
    let mut pieces = pieces.into_iter();
    let mut piece = Cell { month: 1, destination: 0, cents: 0 };
    for (rank, parts) in trade.parts.iter().enumerate() {
        for part in parts.iter().filter(|part| part.pool == pool) {
            let mut left = part.cents;
            while left > 0 {
                if piece.cents == 0 {
                    piece = pieces.next().expect("a pool holds what its exporters export");
                }
                let cents = left.min(piece.cents);
                left -= cents;
                piece.cents -= cents;
                let on = day_of_month(random, piece.month);
                let way = way(trade, rank, told.channel, on);
                exports.push(export(random, trade, rank, told.group, way, on, piece.destination, cents));
            }
        }
    }
    assert!(piece.cents == 0 && pieces.next().is_none(), "a pool is exported whole");
}

/// The exports of 1397: fewer exporters, less of each, through the consortium or company where there was one already.
fn before(random: &mut Random, trade: &Trade<'_>) -> Vec<Export> {
    let shares: Vec<u64> = trade.parts[..EXPORTERS_BEFORE]
        .iter()
        .map(|parts| parts.iter().map(|part| part.cents).sum())
        .collect();
    let counts = at_least(1, RECORDS_BEFORE, &shares);
    let percents: Vec<u32> = DESTINATIONS.iter().map(|(_, percent)| *percent as u32).collect();
    let mut exports = Vec::with_capacity(RECORDS_BEFORE as usize);
    for (rank, (share, count)) in shares.into_iter().zip(counts).enumerate() {
        let main = &trade.pools[trade.parts[rank][0].pool];
        let year = share / 100 * random.between(75, 125) as u64;
        for cents in uneven(random, year, count as usize) {
            let on = any_day(random, day(1397, 1, 6), day(1397, 12, 25));
            let destination = random.weighted(&percents) as u8;
            let way = way(trade, rank, main.channel, on);
            exports.push(export(random, trade, rank, main.group, way, on, destination, cents));
        }
    }
    exports
}

/// The channel on a day, or none where the unit was not in it yet.
fn way(trade: &Trade<'_>, rank: usize, channel: Channel, on: Date) -> Through {
    let there = |ways: &[Option<Way>]| ways[rank].filter(|way| way.since <= on).map(|way| way.place as u8);
    match channel {
        Channel::Direct => Through::Direct,
        Channel::Consortium => there(trade.consortiums).map_or(Through::Direct, Through::Consortium),
        Channel::Emc => there(trade.emcs).map_or(Through::Direct, Through::Emc),
    }
}

fn day_of_month(random: &mut Random, month: u8) -> Date {
    let month = SolarMonth::new(1398, month).expect("a month of 1398");
    any_day(random, month.start(), month.next().start().plus_days(-1))
}

#[expect(clippy::too_many_arguments, reason = "a record has as many facts")]
fn export(
    random: &mut Random,
    trade: &Trade<'_>,
    rank: usize,
    group: CommodityGroup,
    way: Through,
    on: Date,
    destination: u8,
    cents: u64,
) -> Export {
    let unit = trade.units.exporters[rank];
    // A unit makes two or three things.
    let tariff = tariff(group);
    let hs = tariff[(unit as usize + random.below(5) / 2) % tariff.len()];
    let kilograms = (cents / price_cents(random, group)).max(1) as u32;
    let office = random.pick(offices(destination));
    Export { unit, way, on, hs, destination, office, cents, kilograms, declaration: 0, slip: None }
}

/// One record in ninety went wrong at first.
fn slip(random: &mut Random, export: &Export) -> Option<Slip> {
    Some(match random.below(1_000) {
        0..=3 => Slip::Value(export.cents * 10),
        4..=5 => Slip::Value(export.cents + export.cents / 9 + 900),
        6..=7 => Slip::Destination((export.destination + 1) % DESTINATIONS.len() as u8),
        8..=10 => Slip::Twice(export.declaration + 3),
        _ => return None,
    })
}

impl Export {
    /// Its history; tells each act with the moment at which it was recorded.
    pub(super) fn history(&self, random: &mut Random, mut tell: impl FnMut(Moment, Date, ExportAct)) {
        let mut pen = Pen::new();
        let lag = if random.happens(60) { 24 } else { 6 };
        tell(pen.write(random, self.on, lag), self.on, ExportAct::Record);
        let Some(slip) = self.slip else { return };
        let noticed = pen.last().tehran_date().plus_days(random.between(4, 45));
        let undo = match slip {
            Slip::Value(_) | Slip::Destination(_) => ExportAct::Correct,
            Slip::Twice(_) => {
                tell(pen.write(random, self.on, 10), self.on, ExportAct::RecordAgain);
                ExportAct::VoidAgain
            }
        };
        tell(pen.write(random, noticed, 10), self.on, undo);
    }

    /// The command of one of its acts.
    pub(super) fn command(
        &self,
        units: &Units,
        parks: &[Park],
        groups: (&[Consortium], &[Emc]),
        goods: &Goods,
        act: ExportAct,
    ) -> ExportCommand {
        let mut details = self.details(units, parks, groups, goods);
        match (act, self.slip) {
            (ExportAct::Correct, _) => ExportCommand::CorrectExport(CorrectExport {
                export: self.key(goods, self.declaration),
                details,
                reason: ReasonCode::DataEntryError,
            }),
            (ExportAct::VoidAgain, Some(Slip::Twice(again))) => ExportCommand::VoidExport(VoidExport {
                export: self.key(goods, again),
                reason: ReasonCode::Duplicate,
            }),
            (ExportAct::RecordAgain, Some(Slip::Twice(again))) => {
                details.declaration = declaration(again);
                ExportCommand::RecordExport(RecordExport { details })
            }
            (_, slip) => {
                match slip {
                    Some(Slip::Value(cents)) => details.value_usd = Usd::from_cents(cents as i64),
                    Some(Slip::Destination(other)) => {
                        details.destination = goods.destinations[other as usize]
                    }
                    Some(Slip::Twice(_)) | None => {}
                }
                ExportCommand::RecordExport(RecordExport { details })
            }
        }
    }

    fn details(
        &self,
        units: &Units,
        parks: &[Park],
        (consortiums, emcs): (&[Consortium], &[Emc]),
        goods: &Goods,
    ) -> ExportDetails {
        let sme = units.all[self.unit as usize].key(parks);
        let (exporter, consortium) = match self.way {
            Through::Direct => (Exporter::Sme(sme), None),
            Through::Consortium(place) => (Exporter::Sme(sme), Some(consortiums[place as usize].key())),
            Through::Emc(place) => (Exporter::Emc { emc: emcs[place as usize].key(), sme: Some(sme) }, None),
        };
        ExportDetails {
            exporter,
            consortium,
            office: goods.offices[self.office as usize].clone(),
            declaration: declaration(self.declaration),
            item: ItemNumber::FIRST,
            hs: format!("{:08}", self.hs).parse().expect("a code of the tariff"),
            destination: goods.destinations[self.destination as usize],
            net_weight: Kilograms::from_grams(i64::from(self.kilograms) * 1_000),
            value_usd: Usd::from_cents(self.cents as i64),
            value: None,
            on: self.on,
        }
    }

    fn key(&self, goods: &Goods, number: u32) -> ExportKey {
        ExportKey::Declaration(DeclarationKey {
            office: goods.offices[self.office as usize].clone(),
            year: SolarDate::from(self.on).year(),
            number: declaration(number),
            item: ItemNumber::FIRST,
        })
    }
}

fn declaration(number: u32) -> daftar_domain::value::DeclarationNumber {
    format!("{number:08}").parse().expect("eight digits")
}
