//! Files of industrial parks and zones: one row each.

use super::cell::{Trouble, Units};
use super::code;
use super::header::Column;
use super::reading::{Reading, Word};
use daftar_domain::Command;
use daftar_domain::park::{EstablishPark, ParkCommand, ParkKind, RevisePark, TakeOverPark};
use daftar_domain::value::{Date, Hectares, Name, ParkCode, ParkKey, ProvinceCode};

const fn column(name: &'static str, aliases: &'static [&'static str], required: bool) -> Column {
    Column { name, aliases, required, grouping: false }
}

/// The columns, in the order of the national form.
pub const COLUMNS: &[Column] = &[
    column("code", &["park code", "کد", "کد شهرک", "کد شهرک یا ناحیه"], true),
    column("name", &["name (Persian)", "نام", "نام شهرک", "نام فارسی"], true),
    column("name (Latin)", &["name_latin", "نام لاتین"], false),
    column("type", &["kind", "نوع"], true),
    column("province", &["استان"], true),
    column("hectares", &["area", "area (hectares)", "مساحت (هکتار)", "مساحت", "هکتار"], true),
    column("plots", &["تعداد قطعات", "قطعات"], true),
    column("allotted", &["allotted plots", "قطعات واگذارشده", "قطعات واگذار شده", "واگذارشده"], false),
    column("established", &["established on", "تاریخ تأسیس", "تاریخ تاسیس"], false),
];
const CODE: usize = 0;
const NAME: usize = 1;
const NAME_LATIN: usize = 2;
const TYPE: usize = 3;
const PROVINCE: usize = 4;
const HECTARES: usize = 5;
const PLOTS: usize = 6;
const ALLOTTED: usize = 7;
const ESTABLISHED: usize = 8;

const HECTARE_WORDS: Units = &["هکتار", "ha", "hectare", "hectares"];
const PLOT_WORDS: Units = &["قطعه", "plot", "plots"];
const KINDS: &[Word<ParkKind>] = &[
    (ParkKind::Park, &["PARK", "industrial park", "شهرک", "شهرک صنعتی"]),
    (ParkKind::Zone, &["ZONE", "industrial zone", "ناحیه", "ناحیه صنعتی"]),
];

/// Since when a park is there whose file doesn't say: 1 Farvardin 1362, the year in which the law on the
/// organization of industrial parks was passed.
fn unknown_establishment() -> Date {
    Date::new(1983, 3, 21).expect("a date")
}

/// A park, as a file states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Park {
    pub code: ParkCode,
    pub name: Name,
    pub name_latin: Option<Name>,
    pub kind: ParkKind,
    pub province: ProvinceCode,
    pub area: Hectares,
    pub plots: u32,
    pub allotted: Option<u32>,
    pub established: Option<Date>,
}

/// Reads a row; `None` when the reading has troubles.
pub fn read(reading: &mut Reading<'_>) -> Option<Park> {
    let code = reading.required(CODE, reading.identified(CODE, ParkCode::parse));
    let name = reading.required(NAME, reading.name(NAME));
    let name_latin = reading.optional(NAME_LATIN, reading.name(NAME_LATIN));
    let kind = reading.required(TYPE, reading.word(TYPE, KINDS));
    let province = reading.required(PROVINCE, reading.province(PROVINCE));
    let area = reading.required(HECTARES, reading.amount(HECTARES, HECTARE_WORDS, Hectares::parse));
    let plots = reading.required(PLOTS, reading.count(PLOTS, PLOT_WORDS, Ok));
    let allotted = reading.optional(ALLOTTED, reading.count(ALLOTTED, PLOT_WORDS, Ok));
    let established = reading.optional(ESTABLISHED, reading.date(ESTABLISHED));
    if area.is_some_and(|area| !area.is_positive()) {
        reading.trouble(HECTARES, Trouble::new(code::INVALID_NUMBER, "A park has an area above 0."));
    }
    Some(Park {
        code: code?,
        name: name?,
        name_latin,
        kind: kind?,
        province: province?,
        area: area?,
        plots: plots?,
        allotted,
        established,
    })
}

/// The column of an input field.
pub fn column_of(path: &str) -> &'static str {
    let index = match path.rsplit('.').next().unwrap_or(path) {
        "name" => NAME,
        "nameLatin" => NAME_LATIN,
        "kind" => TYPE,
        "province" => PROVINCE,
        "area" | "saleable" => HECTARES,
        "plots" => PLOTS,
        "allotted" => ALLOTTED,
        "on" => ESTABLISHED,
        _ => CODE,
    };
    COLUMNS[index].name
}

impl Park {
    /// What the columns say, normalised.
    pub fn values(&self) -> Vec<(&'static str, String)> {
        let texts = [
            self.code.to_string(),
            self.name.to_string(),
            super::text_of(self.name_latin.as_ref()),
            super::code_of(KINDS, &self.kind).to_owned(),
            self.province.to_string(),
            self.area.to_string(),
            self.plots.to_string(),
            super::text_of(self.allotted.as_ref()),
            super::text_of(self.established.as_ref()),
        ];
        COLUMNS.iter().map(|column| column.name).zip(texts).collect()
    }

    /// The commands that take the park over.
    pub fn take_over(&self) -> Vec<Command> {
        let park = EstablishPark {
            code: self.code.clone(),
            name: self.name.clone(),
            name_latin: self.name_latin.clone(),
            kind: self.kind,
            province: self.province,
            area: self.area,
            saleable: None,
            plots: self.plots,
            on: self.established.unwrap_or_else(unknown_establishment),
        };
        let allotted = self.allotted.unwrap_or(0);
        vec![Command::Park(ParkCommand::TakeOverPark(TakeOverPark { park, allotted }))]
    }

    /// The columns in which the record differs from the file.
    pub fn differences(&self, recorded: &Park) -> Vec<&'static str> {
        let differs = [
            (NAME, !super::same_name(&self.name, &recorded.name)),
            (NAME_LATIN, super::other_name(self.name_latin.as_ref(), recorded.name_latin.as_ref())),
            (TYPE, self.kind != recorded.kind),
            (PROVINCE, self.province != recorded.province),
            (HECTARES, self.area != recorded.area),
            (PLOTS, self.plots != recorded.plots),
            (ALLOTTED, self.allotted.is_some() && self.allotted != recorded.allotted),
            (ESTABLISHED, self.established.is_some() && self.established != recorded.established),
        ];
        differs.iter().filter(|(_, differs)| *differs).map(|(column, _)| COLUMNS[*column].name).collect()
    }

    /// The commands that bring the record to what the file says; `None` when none can.
    pub fn update(&self, recorded: &Park, today: Date) -> Option<Vec<Command>> {
        let fixed = self
            .differences(recorded)
            .iter()
            .any(|name| [PROVINCE, ESTABLISHED].iter().any(|column| COLUMNS[*column].name == *name));
        let revise = RevisePark {
            park: ParkKey::Code(self.code.clone()),
            name: (self.name != recorded.name).then(|| self.name.clone()),
            name_latin: self.name_latin.clone().filter(|name| Some(name) != recorded.name_latin.as_ref()),
            kind: (self.kind != recorded.kind).then_some(self.kind),
            area: (self.area != recorded.area).then_some(self.area),
            saleable: None,
            plots: (self.plots != recorded.plots).then_some(self.plots),
            allotted: self.allotted.filter(|allotted| Some(*allotted) != recorded.allotted),
            on: today,
        };
        (!fixed).then(|| vec![Command::Park(ParkCommand::RevisePark(revise))])
    }
}
