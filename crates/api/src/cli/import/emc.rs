//! Files of export management companies: a row for each client, or a row for each company with a list of clients.

use super::cell::Trouble;
use super::code;
use super::consortium::read_units;
use super::header::Column;
use super::reading::{Reading, Word};
use daftar_domain::Command;
use daftar_domain::emc::{
    EmcCommand, EmcDetails, Rank, RankEmc, ReviseEmc, TakeOverEmc, TakeOverMandate, TakenOverMandate,
    TakenOverRank,
};
use daftar_domain::value::{BusinessId, Date, EmcCode, EmcKey, LegalId, Name, SmeKey, TradeCardNumber};

const fn group(name: &'static str, aliases: &'static [&'static str], required: bool) -> Column {
    Column { name, aliases, required, grouping: true }
}

const fn client(name: &'static str, aliases: &'static [&'static str], required: bool) -> Column {
    Column { name, aliases, required, grouping: false }
}

/// The columns, in the order of the national form.
pub const COLUMNS: &[Column] = &[
    group("code", &["EMC code", "کد", "کد شرکت"], true),
    group("name", &["name (Persian)", "نام", "نام شرکت", "نام فارسی"], true),
    group("name (Latin)", &["نام لاتین"], false),
    group("legal ID", &["شناسه ملی", "شناسه حقوقی"], true),
    group("trade card", &["trade card number", "شماره کارت بازرگانی", "کارت بازرگانی"], true),
    group("trade card expiry", &["انقضای کارت بازرگانی", "تاریخ انقضای کارت بازرگانی"], false),
    group("consent date", &["consented", "تاریخ موافقت اولیه", "موافقت اولیه"], true),
    group("rank", &["رتبه"], false),
    group("ranked on", &["rank date", "تاریخ رتبه‌بندی"], false),
    client("client", &["clients", "واحد طرف قرارداد", "واحدهای طرف قرارداد"], true),
    client("mandate from", &["شروع وکالت", "آغاز وکالت"], false),
    client("mandate to", &["پایان وکالت"], false),
];
const CODE: usize = 0;
const NAME: usize = 1;
const NAME_LATIN: usize = 2;
const LEGAL_ID: usize = 3;
const CARD: usize = 4;
const CARD_EXPIRY: usize = 5;
const CONSENT: usize = 6;
const RANK: usize = 7;
const RANKED_ON: usize = 8;
const CLIENT: usize = 9;
const FROM: usize = 10;
const TO: usize = 11;

/// Years between consent and rank where a file gives a rank without a column for its date: the evaluation period.
const EVALUATION_YEARS: i32 = 2;
const RANKS: &[Word<Rank>] = &[
    (Rank::First, &["1", "۱", "اول", "یک", "first"]),
    (Rank::Second, &["2", "دوم", "دو", "second"]),
    (Rank::Third, &["3", "سوم", "سه", "third"]),
];

/// A company with mandates, as a file states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emc {
    pub code: EmcCode,
    pub name: Name,
    pub name_latin: Option<Name>,
    pub legal_id: LegalId,
    pub trade_card: TradeCardNumber,
    pub card_expires: Option<Date>,
    pub consented: Date,
    pub rank: Option<(Rank, Date)>,
    pub mandates: Vec<Mandate>,
}

/// A mandate, in force from its first day until the day before `until`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mandate {
    pub sme: BusinessId,
    pub from: Date,
    pub until: Option<Date>,
}

/// Reads a row; `None` when the reading has troubles.
pub fn read(reading: &mut Reading<'_>) -> Option<Emc> {
    let code = reading.required(CODE, reading.identified(CODE, EmcCode::parse));
    let name = reading.required(NAME, reading.name(NAME));
    let name_latin = reading.optional(NAME_LATIN, reading.name(NAME_LATIN));
    let legal_id = reading.required(LEGAL_ID, reading.identified(LEGAL_ID, LegalId::parse));
    let trade_card = reading.required(CARD, reading.identified(CARD, TradeCardNumber::parse));
    let card_expires = reading.optional(CARD_EXPIRY, reading.date(CARD_EXPIRY));
    let consented = reading.required(CONSENT, reading.date(CONSENT));
    let rank = read_rank(reading, consented);
    let units = read_units(reading, CLIENT);
    let from = match reading.has(FROM) {
        true => reading.required(FROM, reading.date(FROM)),
        false => consented,
    };
    let to = reading.optional(TO, reading.date(TO));
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        let message = format!("The mandate would end on {to}, before it begins on {from}.");
        reading.trouble(TO, Trouble::new(code::INVALID_DATE, message));
    }
    let from = from?;
    let until = to.map(|to| to.plus_days(1));
    Some(Emc {
        code: code?,
        name: name?,
        name_latin,
        legal_id: legal_id?,
        trade_card: trade_card?,
        card_expires,
        consented: consented?,
        rank,
        mandates: units?.into_iter().map(|sme| Mandate { sme, from, until }).collect(),
    })
}

fn read_rank(reading: &mut Reading<'_>, consented: Option<Date>) -> Option<(Rank, Date)> {
    let rank = reading.optional(RANK, reading.word(RANK, RANKS));
    let on = match (reading.has(RANKED_ON), rank) {
        (true, Some(_)) => reading.required(RANKED_ON, reading.date(RANKED_ON)),
        (true, None) => reading.optional(RANKED_ON, reading.date(RANKED_ON)),
        (false, _) => consented.map(|consented| consented.plus_years(EVALUATION_YEARS)),
    };
    if rank.is_none() && reading.has(RANKED_ON) && on.is_some() && reading.cell(RANK).is_blank() {
        reading.trouble(RANK, Trouble::new(code::MISSING_FIELD, "A date of ranking is given, but no rank."));
    }
    rank.zip(on)
}

/// The column of an input field.
pub fn column_of(path: &str) -> &'static str {
    let index = match path {
        "rank.on" => RANKED_ON,
        path => match path.rsplit('.').next().unwrap_or(path) {
            "name" => NAME,
            "nameLatin" => NAME_LATIN,
            "legalId" => LEGAL_ID,
            "tradeCard" => CARD,
            "tradeCardExpires" => CARD_EXPIRY,
            "consented" => CONSENT,
            "rank" => RANK,
            "on" => RANKED_ON,
            "sme" | "mandate" => CLIENT,
            "from" => FROM,
            "until" => TO,
            _ => CODE,
        },
    };
    COLUMNS[index].name
}

impl Emc {
    /// What the columns say, normalised.
    pub fn values(&self) -> Vec<(&'static str, String)> {
        let units: Vec<_> = self.mandates.iter().map(|mandate| mandate.sme.to_string()).collect();
        let first = self.mandates.first();
        let texts = [
            self.code.to_string(),
            self.name.to_string(),
            super::text_of(self.name_latin.as_ref()),
            self.legal_id.to_string(),
            self.trade_card.to_string(),
            super::text_of(self.card_expires.as_ref()),
            self.consented.to_string(),
            self.rank.map_or("", |(rank, _)| super::code_of(RANKS, &rank)).to_owned(),
            super::text_of(self.rank.map(|(_, on)| on).as_ref()),
            units.join(";"),
            super::text_of(first.map(|mandate| mandate.from).as_ref()),
            super::text_of(first.and_then(|mandate| mandate.until).map(|until| until.plus_days(-1)).as_ref()),
        ];
        COLUMNS.iter().map(|column| column.name).zip(texts).collect()
    }

    /// The commands that take the company over with the row's mandates; `founded` when it is recorded already.
    pub fn take_over(&self, founded: bool, missing: &[Mandate]) -> Vec<Command> {
        let taken = |mandate: &Mandate| TakenOverMandate {
            sme: SmeKey::BusinessId(mandate.sme),
            from: mandate.from,
            until: mandate.until,
        };
        let mut mandates = missing.iter();
        let mut commands = Vec::new();
        if !founded {
            let details = EmcDetails {
                code: self.code.clone(),
                name: self.name.clone(),
                name_latin: self.name_latin.clone(),
                legal_id: self.legal_id,
                trade_card: self.trade_card.clone(),
                trade_card_expires: self.card_expires,
            };
            let rank = self.rank.map(|(rank, on)| TakenOverRank { rank, on });
            let mandate = mandates.next().map(taken);
            let found = TakeOverEmc { details, consented: self.consented, rank, mandate };
            commands.push(EmcCommand::TakeOverEmc(found));
        }
        commands.extend(mandates.map(|mandate| {
            let emc = EmcKey::Code(self.code.clone());
            EmcCommand::TakeOverMandate(TakeOverMandate { emc, mandate: taken(mandate) })
        }));
        commands.into_iter().map(Command::Emc).collect()
    }

    /// The mandates that the record doesn't have: of another unit, or of other days.
    pub fn missing(&self, recorded: &Emc) -> Vec<Mandate> {
        let known = |mandate: &&Mandate| {
            recorded.mandates.iter().any(|known| known.sme == mandate.sme && known.from == mandate.from)
        };
        self.mandates.iter().filter(|mandate| !known(mandate)).cloned().collect()
    }

    /// The columns in which the record differs from the file. A mandate that isn't recorded is no difference.
    pub fn differences(&self, recorded: &Emc) -> Vec<&'static str> {
        let ends = self.mandates.iter().any(|mandate| {
            let same = |known: &&Mandate| known.sme == mandate.sme && known.from == mandate.from;
            recorded.mandates.iter().find(same).is_some_and(|known| known.until != mandate.until)
        });
        let rank = |emc: &Emc| emc.rank.map(|(rank, _)| rank);
        let ranked = |emc: &Emc| emc.rank.map(|(_, on)| on);
        let differs = [
            (NAME, !super::same_name(&self.name, &recorded.name)),
            (NAME_LATIN, super::other_name(self.name_latin.as_ref(), recorded.name_latin.as_ref())),
            (LEGAL_ID, self.legal_id != recorded.legal_id),
            (CARD, self.trade_card != recorded.trade_card),
            (CARD_EXPIRY, self.card_expires.is_some() && self.card_expires != recorded.card_expires),
            (CONSENT, self.consented != recorded.consented),
            (RANK, rank(self) != rank(recorded)),
            (RANKED_ON, rank(self) == rank(recorded) && ranked(self) != ranked(recorded)),
            (TO, ends),
        ];
        differs.iter().filter(|(_, differs)| *differs).map(|(column, _)| COLUMNS[*column].name).collect()
    }

    /// The commands that bring the record to what the file says; `None` when none can.
    pub fn update(&self, recorded: &Emc, differences: &[&'static str], today: Date) -> Option<Vec<Command>> {
        let revisable = [NAME, NAME_LATIN, CARD, CARD_EXPIRY].map(|column| COLUMNS[column].name);
        let rankable = [RANK, RANKED_ON].map(|column| COLUMNS[column].name);
        if differences.iter().any(|name| !revisable.contains(name) && !rankable.contains(name)) {
            return None;
        }
        let emc = || EmcKey::Code(self.code.clone());
        let mut commands = Vec::new();
        if differences.iter().any(|name| revisable.contains(name)) {
            commands.push(EmcCommand::ReviseEmc(ReviseEmc {
                emc: emc(),
                name: (self.name != recorded.name).then(|| self.name.clone()),
                name_latin: self.name_latin.clone().filter(|name| Some(name) != recorded.name_latin.as_ref()),
                trade_card: (self.trade_card != recorded.trade_card).then(|| self.trade_card.clone()),
                trade_card_expires: self
                    .card_expires
                    .filter(|expires| Some(*expires) != recorded.card_expires),
                on: today,
            }));
        }
        if differences.iter().any(|name| rankable.contains(name)) {
            let (rank, on) = self.rank?;
            commands.push(EmcCommand::RankEmc(RankEmc { emc: emc(), rank, on }));
        }
        Some(commands.into_iter().map(Command::Emc).collect())
    }
}
