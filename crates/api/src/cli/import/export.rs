//! Files of exports: one item of a customs declaration in each row.

use super::cell::{self, Trouble, Units};
use super::code;
use super::header::Column;
use super::reading::{Reading, invalid};
use daftar_domain::Command;
use daftar_domain::export::{CorrectExport, ExportCommand, ExportDetails, Exporter, TakeOverExport};
use daftar_domain::value::{
    BusinessId, ConsortiumCode, ConsortiumKey, CountryCode, CustomsOffice, Date, DeclarationKey,
    DeclarationNumber, EmcCode, EmcKey, ExportKey, HsCode, ItemNumber, Kilograms, ReasonCode, SmeKey,
    SolarDate, Usd,
};

const fn column(name: &'static str, aliases: &'static [&'static str], required: bool) -> Column {
    Column { name, aliases, required, grouping: false }
}

/// The columns, in the order of the national form. Files with a column `EMC` name in `unit or EMC` the unit that the
/// company acted for.
pub const COLUMNS: &[Column] = &[
    column(
        "unit or EMC",
        &["exporter", "business ID", "unit", "صادرکننده", "صادر کننده", "شناسه کسب‌وکار"],
        true,
    ),
    column("EMC", &["شرکت مدیریت صادرات"], false),
    column("declaration", &["declaration number", "kotaj", "شماره کوتاژ", "کوتاژ", "شماره اظهارنامه"], true),
    column("item", &["ردیف", "item number"], false),
    column("office", &["customs office", "گمرک"], true),
    column("date", &["declaration date", "تاریخ", "تاریخ اظهار"], true),
    column("HS-8", &["HS", "HS code", "کد تعرفه", "تعرفه"], true),
    column("country", &["destination", "کشور مقصد", "مقصد"], true),
    column("kg", &["net weight (kg)", "وزن خالص (کیلوگرم)", "وزن خالص", "وزن"], true),
    column("USD", &["value (USD)", "ارزش (دلار)", "ارزش دلاری", "ارزش"], true),
    column("consortium", &["کنسرسیوم"], false),
];
const EXPORTER: usize = 0;
const EMC: usize = 1;
const DECLARATION: usize = 2;
const ITEM: usize = 3;
const OFFICE: usize = 4;
const DATE: usize = 5;
const HS: usize = 6;
const COUNTRY: usize = 7;
const KG: usize = 8;
const USD: usize = 9;
const CONSORTIUM: usize = 10;

const KG_WORDS: Units = &["kg", "kgs", "کیلوگرم", "کیلو"];
/// What may stand beside amounts in dollars.
pub const USD_WORDS: Units = &["$", "usd", "us$", "دلار", "dollar", "dollars"];

/// An export, as a file states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    pub sme: Option<BusinessId>,
    pub emc: Option<EmcCode>,
    pub declaration: DeclarationNumber,
    pub item: ItemNumber,
    pub office: CustomsOffice,
    pub date: Date,
    pub hs: HsCode,
    pub country: CountryCode,
    pub net_weight: Kilograms,
    pub value: Usd,
    pub consortium: Option<ConsortiumCode>,
}

/// Reads a row; `None` when the reading has troubles.
pub fn read(reading: &mut Reading<'_>) -> Option<Export> {
    let exporter = read_exporter(reading);
    let declaration =
        reading.required(DECLARATION, reading.identified(DECLARATION, DeclarationNumber::parse));
    let item = match reading.optional(ITEM, reading.identified(ITEM, ItemNumber::parse)) {
        Some(item) => item,
        None => ItemNumber::new(1).expect("the first item"),
    };
    let office = reading.required(OFFICE, reading.parsed(OFFICE, CustomsOffice::parse, code::INVALID_VALUE));
    let date = reading.required(DATE, reading.date(DATE));
    let hs = reading.required(HS, reading.identified(HS, HsCode::parse));
    let country = reading.required(COUNTRY, reading.country(COUNTRY));
    let net_weight = reading.required(KG, reading.amount(KG, KG_WORDS, Kilograms::parse));
    let value = reading.required(USD, reading.amount(USD, USD_WORDS, Usd::parse));
    let consortium = reading.optional(CONSORTIUM, reading.identified(CONSORTIUM, ConsortiumCode::parse));
    let (sme, emc) = exporter?;
    Some(Export {
        sme,
        emc,
        declaration: declaration?,
        item,
        office: office?,
        date: date?,
        hs: hs?,
        country: country?,
        net_weight: net_weight?,
        value: value?,
        consortium,
    })
}

/// The unit by its business ID, the company by its code, or both from columns of their own.
fn read_exporter(reading: &mut Reading<'_>) -> Option<(Option<BusinessId>, Option<EmcCode>)> {
    let emc = reading.optional(EMC, reading.identified(EMC, EmcCode::parse));
    let text = match emc {
        Some(_) => reading.optional(EXPORTER, cell::identifier(reading.cell(EXPORTER))),
        None => reading.required(EXPORTER, cell::identifier(reading.cell(EXPORTER))),
    };
    let Some(text) = text else { return emc.map(|emc| (None, Some(emc))) };
    let named = if emc.is_none() && text.chars().any(char::is_alphabetic) {
        EmcCode::parse(&text).map(|emc| (None, Some(emc)))
    } else {
        BusinessId::parse(&text).map(|sme| (Some(sme), emc))
    };
    match named {
        Ok(exporter) => Some(exporter),
        Err(error) => {
            reading.trouble(EXPORTER, invalid(&error, code::INVALID_IDENTIFIER));
            None
        }
    }
}

/// The column of an input field.
pub fn column_of(path: &str) -> &'static str {
    let index = match path.rsplit('.').next().unwrap_or(path) {
        "declaration" | "number" => DECLARATION,
        "item" => ITEM,
        "office" => OFFICE,
        "on" => DATE,
        "hs" => HS,
        "destination" => COUNTRY,
        "netWeight" => KG,
        "valueUsd" | "value" => USD,
        "consortium" => CONSORTIUM,
        _ => EXPORTER,
    };
    COLUMNS[index].name
}

impl Export {
    /// What makes it one export.
    pub fn key(&self) -> DeclarationKey {
        DeclarationKey {
            office: self.office.clone(),
            year: SolarDate::from(self.date).year(),
            number: self.declaration,
            item: self.item,
        }
    }

    /// What the columns say, normalised.
    pub fn values(&self) -> Vec<(&'static str, String)> {
        let exporter = match (self.sme, &self.emc) {
            (Some(sme), _) => sme.to_string(),
            (None, emc) => super::text_of(emc.as_ref()),
        };
        let acting = self.emc.as_ref().filter(|_| self.sme.is_some());
        let texts = [
            exporter,
            super::text_of(acting),
            self.declaration.to_string(),
            self.item.number().to_string(),
            self.office.to_string(),
            self.date.to_string(),
            self.hs.to_string(),
            self.country.to_string(),
            self.net_weight.to_string(),
            self.value.to_string(),
            super::text_of(self.consortium.as_ref()),
        ];
        COLUMNS.iter().map(|column| column.name).zip(texts).collect()
    }

    fn details(&self) -> ExportDetails {
        let sme = self.sme.map(SmeKey::BusinessId);
        let exporter = match (&self.emc, sme) {
            (Some(emc), sme) => Exporter::Emc { emc: EmcKey::Code(emc.clone()), sme },
            (None, Some(sme)) => Exporter::Sme(sme),
            (None, None) => unreachable!("a row without an exporter is refused"),
        };
        ExportDetails {
            exporter,
            consortium: self.consortium.clone().map(ConsortiumKey::Code),
            office: self.office.clone(),
            declaration: self.declaration,
            item: self.item,
            hs: self.hs,
            destination: self.country,
            net_weight: self.net_weight,
            value_usd: self.value,
            value: None,
            on: self.date,
        }
    }

    /// The commands that take the export over.
    pub fn take_over(&self) -> Vec<Command> {
        vec![Command::Export(ExportCommand::TakeOverExport(TakeOverExport { details: self.details() }))]
    }

    /// The columns in which the record differs from the file.
    pub fn differences(&self, recorded: &Export) -> Vec<&'static str> {
        let differs = [
            (EXPORTER, self.sme != recorded.sme),
            (EMC, self.emc != recorded.emc),
            (DATE, self.date != recorded.date),
            (HS, self.hs != recorded.hs),
            (COUNTRY, self.country != recorded.country),
            (KG, self.net_weight != recorded.net_weight),
            (USD, self.value != recorded.value),
            (CONSORTIUM, self.consortium != recorded.consortium),
        ];
        differs.iter().filter(|(_, differs)| *differs).map(|(column, _)| COLUMNS[*column].name).collect()
    }

    /// The commands that bring the record to what the file says.
    pub fn update(&self) -> Vec<Command> {
        let export = ExportKey::Declaration(self.key());
        let correct = CorrectExport { export, details: self.details(), reason: ReasonCode::SourceCorrected };
        vec![Command::Export(ExportCommand::CorrectExport(correct))]
    }
}

/// The trouble of the same declaration item standing in a file twice with other data.
pub fn twice() -> Trouble {
    Trouble::new("DUPLICATE_DECLARATION", "The item of the declaration stands in the file twice.")
}
