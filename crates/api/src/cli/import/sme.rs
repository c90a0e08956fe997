//! Files of units: one row each, with the operating licence and what the unit does now.

mod grade;

use super::cell::{Trouble, Units};
use super::code;
use super::header::Column;
use super::reading::{Reading, Word};
pub use grade::Grade;

use daftar_domain::Command;
use daftar_domain::sme::{
    ActivateSme, AmendSme, Capacity, CloseSme, IdleReason, IdleSme, IssueOperatingLicence, OperatingStatus,
    ReduceSme, SmeCommand, SmeDetails, TakeOverSme, TakenOverLicence, TakenOverStatus,
};
use daftar_domain::value::{
    BusinessId, Date, Headcount, IsicCode, LegalId, LicenceNumber, Name, ParkCode, ParkKey, Percent,
    PlotNumber, ProvinceCode, Quantity, ReasonCode, SmeKey,
};

const fn column(name: &'static str, aliases: &'static [&'static str], required: bool) -> Column {
    Column { name, aliases, required, grouping: false }
}

/// The columns, in the order of the national form.
pub const COLUMNS: &[Column] = &[
    column("business ID", &["شناسه کسب‌وکار", "شناسه کسب و کار"], true),
    column("legal ID", &["شناسه ملی", "legal entity ID", "شناسه حقوقی"], true),
    column("name (Persian)", &["name", "نام واحد", "نام", "نام فارسی", "نام واحد فارسی"], true),
    column("name (Latin)", &["نام لاتین", "نام واحد لاتین"], false),
    column("province", &["استان"], true),
    column("park code", &["park", "کد شهرک", "شهرک"], false),
    column("plot", &["قطعه", "شماره قطعه"], false),
    column("ISIC", &["ISIC code", "کد آیسیک", "آیسیک"], true),
    column("licence number", &["license number", "شماره پروانه"], true),
    column("issue date", &["licence issue date", "تاریخ صدور", "تاریخ صدور پروانه"], true),
    column("expiry", &["licence expiry", "expiry date", "تاریخ انقضا", "تاریخ انقضای پروانه"], true),
    column("capacity", &["ظرفیت"], false),
    column("capacity unit", &["واحد ظرفیت"], false),
    column("headcount", &["تعداد شاغلین", "شاغلین", "تعداد کارکنان"], true),
    column("status", &["وضعیت"], true),
    column("idle since", &["تاریخ رکود"], false),
    column("idle reason", &["علت رکود"], false),
    column("utilisation percent", &["utilisation", "درصد بهره‌برداری", "درصد استفاده از ظرفیت"], false),
    column("knowledge-based grade", &["grade", "رتبه دانش‌بنیان", "نوع دانش‌بنیان"], false),
    column("grade from", &["grade since", "تاریخ تأیید دانش‌بنیان"], false),
    column("grade until", &["grade expiry", "تاریخ انقضای دانش‌بنیان"], false),
];
const BUSINESS_ID: usize = 0;
const LEGAL_ID: usize = 1;
const NAME: usize = 2;
const NAME_LATIN: usize = 3;
const PROVINCE: usize = 4;
const PARK: usize = 5;
const PLOT: usize = 6;
const ISIC: usize = 7;
const LICENCE: usize = 8;
const ISSUED: usize = 9;
const EXPIRY: usize = 10;
const CAPACITY: usize = 11;
const CAPACITY_UNIT: usize = 12;
const HEADCOUNT: usize = 13;
const STATUS: usize = 14;
const IDLE_SINCE: usize = 15;
const IDLE_REASON: usize = 16;
const UTILISATION: usize = 17;
const GRADE: usize = 18;
const GRADE_FROM: usize = 19;
const GRADE_UNTIL: usize = 20;

const PERSON_WORDS: Units = &["نفر", "person", "persons", "people"];
/// What may stand beside percentages.
pub const PERCENT_WORDS: Units = &["%", "٪", "درصد", "percent"];
const STATUSES: &[Word<OperatingStatus>] = &[
    (OperatingStatus::Active, &["ACTIVE", "فعال"]),
    (OperatingStatus::SemiActive, &["SEMI_ACTIVE", "نیمه فعال", "نیمه‌فعال"]),
    (OperatingStatus::Idle, &["IDLE", "راکد", "غیرفعال", "غیر فعال"]),
    (OperatingStatus::Closed, &["CLOSED", "تعطیل", "منحل"]),
];
const REASONS: &[Word<IdleReason>] = &[
    (IdleReason::Liquidity, &["LIQUIDITY", "نقدینگی", "کمبود نقدینگی", "سرمایه در گردش"]),
    (IdleReason::RawMaterial, &["RAW_MATERIAL", "مواد اولیه", "کمبود مواد اولیه"]),
    (IdleReason::Market, &["MARKET", "بازار", "نبود بازار", "کمبود تقاضا"]),
    (IdleReason::Machinery, &["MACHINERY", "ماشین آلات", "ماشین‌آلات", "فرسودگی ماشین‌آلات"]),
    (IdleReason::Dispute, &["DISPUTE", "اختلاف", "اختلاف شرکا"]),
    (IdleReason::BankDebt, &["BANK_DEBT", "بدهی بانکی"]),
    (IdleReason::Other, &["OTHER", "سایر"]),
];

/// A unit, as a file states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sme {
    pub business_id: BusinessId,
    pub legal_id: LegalId,
    pub name: Name,
    pub name_latin: Option<Name>,
    pub province: ProvinceCode,
    pub park: Option<ParkCode>,
    pub plot: Option<PlotNumber>,
    pub isic: IsicCode,
    /// Its newest operating licence; a file always states one.
    pub licence: Option<Licence>,
    pub headcount: Option<Headcount>,
    pub status: Status,
    pub utilisation: Option<Percent>,
    /// Its newest knowledge-based grade.
    pub grade: Option<Grade>,
}

/// Its operating licence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Licence {
    pub number: LicenceNumber,
    pub issued: Date,
    pub expires: Date,
    pub capacity: Option<Capacity>,
}

/// What it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    pub is: OperatingStatus,
    /// Since when it is idle or closed.
    pub since: Option<Date>,
    /// Why it is idle.
    pub reason: Option<IdleReason>,
}

/// Reads a row; `None` when the reading has troubles.
pub fn read(reading: &mut Reading<'_>) -> Option<Sme> {
    let business_id = reading.required(BUSINESS_ID, reading.identified(BUSINESS_ID, BusinessId::parse));
    let legal_id = reading.required(LEGAL_ID, reading.identified(LEGAL_ID, LegalId::parse));
    let name = reading.required(NAME, reading.name(NAME));
    let name_latin = reading.optional(NAME_LATIN, reading.name(NAME_LATIN));
    let province = reading.required(PROVINCE, reading.province(PROVINCE));
    let park = reading.optional(PARK, reading.identified(PARK, ParkCode::parse));
    let plot = reading.optional(PLOT, reading.identified(PLOT, PlotNumber::parse));
    let isic = reading.required(ISIC, reading.identified(ISIC, IsicCode::parse));
    let licence = read_licence(reading);
    let headcount = reading.required(HEADCOUNT, reading.count(HEADCOUNT, PERSON_WORDS, Headcount::new));
    let status = read_status(reading);
    let utilisation = reading.optional(UTILISATION, reading.count(UTILISATION, PERCENT_WORDS, Percent::new));
    let grade = Grade::read(reading);
    Some(Sme {
        business_id: business_id?,
        legal_id: legal_id?,
        name: name?,
        name_latin,
        province: province?,
        park,
        plot,
        isic: isic?,
        licence: Some(licence?),
        headcount,
        status: status?,
        utilisation,
        grade: grade?,
    })
}

fn read_licence(reading: &mut Reading<'_>) -> Option<Licence> {
    let number = reading.required(LICENCE, reading.identified(LICENCE, LicenceNumber::parse));
    let issued = reading.required(ISSUED, reading.date(ISSUED));
    let expires = reading.required(EXPIRY, reading.date(EXPIRY));
    let amount = reading.optional(CAPACITY, reading.amount(CAPACITY, &[], Quantity::parse));
    let unit = match amount {
        Some(_) => reading.required(CAPACITY_UNIT, reading.name(CAPACITY_UNIT)),
        None => None,
    };
    if let (Some(issued), Some(expires)) = (issued, expires)
        && expires <= issued
    {
        let message = format!("The licence would expire on {expires}, not after its issue on {issued}.");
        reading.trouble(EXPIRY, Trouble::new(code::INVALID_DATE, message));
    }
    let capacity = amount.zip(unit).map(|(amount, unit)| Capacity { amount, unit });
    Some(Licence { number: number?, issued: issued?, expires: expires?, capacity })
}

fn read_status(reading: &mut Reading<'_>) -> Option<Status> {
    let is = reading.required(STATUS, reading.word(STATUS, STATUSES));
    let idle = matches!(is, Some(OperatingStatus::Idle));
    let ended = idle || matches!(is, Some(OperatingStatus::Closed));
    let since = match ended {
        true => reading.required(IDLE_SINCE, reading.date(IDLE_SINCE)),
        false => reading.optional(IDLE_SINCE, reading.date(IDLE_SINCE)),
    };
    let reason = match idle {
        true => reading.required(IDLE_REASON, reading.word(IDLE_REASON, REASONS)),
        false => reading.optional(IDLE_REASON, reading.word(IDLE_REASON, REASONS)),
    };
    let is = is?;
    if !ended && since.is_some() {
        let message = "A unit that is not idle has no first idle day.";
        reading.trouble(IDLE_SINCE, Trouble::new(code::INVALID_VALUE, message));
    }
    if !idle && reason.is_some() {
        let message = "A unit that is not idle has no idle reason.";
        reading.trouble(IDLE_REASON, Trouble::new(code::INVALID_VALUE, message));
    }
    Some(Status { is, since, reason })
}

/// The column of an input field.
pub fn column_of(path: &str) -> &'static str {
    let index = match path.rsplit('.').next().unwrap_or(path) {
        "legalId" => LEGAL_ID,
        "name" => NAME,
        "nameLatin" => NAME_LATIN,
        "province" => PROVINCE,
        "park" => PARK,
        "plot" | "plotArea" => PLOT,
        "isic" => ISIC,
        "number" | "licence" => LICENCE,
        "issued" => ISSUED,
        "expires" => EXPIRY,
        "capacity" | "amount" => CAPACITY,
        "unit" => CAPACITY_UNIT,
        "headcount" => HEADCOUNT,
        "since" | "on" => IDLE_SINCE,
        "reason" => IDLE_REASON,
        "status" => STATUS,
        "utilisation" => UTILISATION,
        "grade" => GRADE,
        "until" => GRADE_UNTIL,
        _ => BUSINESS_ID,
    };
    COLUMNS[index].name
}

impl Sme {
    /// What the columns say, normalised.
    pub fn values(&self) -> Vec<(&'static str, String)> {
        let licence = self.licence.as_ref();
        let capacity = licence.and_then(|licence| licence.capacity.as_ref());
        let texts = [
            self.business_id.to_string(),
            self.legal_id.to_string(),
            self.name.to_string(),
            super::text_of(self.name_latin.as_ref()),
            self.province.to_string(),
            super::text_of(self.park.as_ref()),
            super::text_of(self.plot.as_ref()),
            self.isic.to_string(),
            super::text_of(licence.map(|licence| &licence.number)),
            super::text_of(licence.map(|licence| licence.issued).as_ref()),
            super::text_of(licence.map(|licence| licence.expires).as_ref()),
            super::text_of(capacity.map(|capacity| capacity.amount).as_ref()),
            super::text_of(capacity.map(|capacity| &capacity.unit)),
            super::text_of(self.headcount.map(Headcount::people).as_ref()),
            super::code_of(STATUSES, &self.status.is).to_owned(),
            super::text_of(self.status.since.as_ref()),
            self.status.reason.map_or("", |reason| super::code_of(REASONS, &reason)).to_owned(),
            super::text_of(self.utilisation.map(Percent::percent).as_ref()),
            self.grade.map_or("", |grade| super::code_of(grade::GRADES, &grade.grade)).to_owned(),
            super::text_of(self.grade.map(|grade| grade.from).as_ref()),
            super::text_of(self.grade.map(|grade| grade.until).as_ref()),
        ];
        COLUMNS.iter().map(|column| column.name).zip(texts).collect()
    }

    /// The commands that take the unit over.
    pub fn take_over(&self) -> Vec<Command> {
        let details = SmeDetails {
            business_id: self.business_id,
            legal_id: self.legal_id,
            name: self.name.clone(),
            name_latin: self.name_latin.clone(),
            province: self.province,
            park: self.park.clone().map(ParkKey::Code),
            plot: self.plot.clone(),
            plot_area: None,
            isic: self.isic,
            headcount: self.headcount,
        };
        let Licence { number, issued, expires, capacity } =
            self.licence.clone().expect("a row without a licence is refused");
        let licence = TakenOverLicence { number, issued, expires, capacity };
        let status = match (self.status.is, self.status.since) {
            (OperatingStatus::Idle, Some(since)) => {
                TakenOverStatus::Idle { since, reason: self.status.reason.unwrap_or(IdleReason::Other) }
            }
            (OperatingStatus::Closed, Some(since)) => {
                TakenOverStatus::Closed { since, reason: ReasonCode::Other }
            }
            (OperatingStatus::SemiActive, _) => TakenOverStatus::SemiActive,
            _ => TakenOverStatus::Active,
        };
        let taken = TakeOverSme { details, licence, status, utilisation: self.utilisation };
        let grant = self.grade.map(|grade| grade.grant(SmeKey::BusinessId(self.business_id)));
        std::iter::once(Command::Sme(SmeCommand::TakeOverSme(taken))).chain(grant).collect()
    }

    /// The columns in which the record differs from the file.
    pub fn differences(&self, recorded: &Sme) -> Vec<&'static str> {
        let (licence, known) = (self.licence.as_ref(), recorded.licence.as_ref());
        let capacity = |licence: Option<&Licence>| licence.and_then(|licence| licence.capacity.clone());
        let amount = |licence| capacity(licence).map(|capacity| capacity.amount);
        let unit = |licence| capacity(licence).map(|capacity| capacity.unit);
        let differs = [
            (LEGAL_ID, self.legal_id != recorded.legal_id),
            (NAME, !super::same_name(&self.name, &recorded.name)),
            (NAME_LATIN, super::other_name(self.name_latin.as_ref(), recorded.name_latin.as_ref())),
            (PROVINCE, self.province != recorded.province),
            (PARK, self.park != recorded.park),
            (PLOT, self.plot != recorded.plot),
            (ISIC, self.isic != recorded.isic),
            (LICENCE, licence.map(|licence| &licence.number) != known.map(|known| &known.number)),
            (ISSUED, licence.map(|licence| licence.issued) != known.map(|known| known.issued)),
            (EXPIRY, licence.map(|licence| licence.expires) != known.map(|known| known.expires)),
            (CAPACITY, capacity(licence).is_some() && amount(licence) != amount(known)),
            (CAPACITY_UNIT, super::other_name(unit(licence).as_ref(), unit(known).as_ref())),
            (HEADCOUNT, self.headcount.is_some() && self.headcount != recorded.headcount),
            (STATUS, self.status.is != recorded.status.is),
            (IDLE_SINCE, self.status.is == recorded.status.is && self.status.since != recorded.status.since),
            (
                IDLE_REASON,
                self.status.is == recorded.status.is && self.status.reason != recorded.status.reason,
            ),
            (UTILISATION, self.utilisation.is_some() && self.utilisation != recorded.utilisation),
            (GRADE, self.grade.is_some() && self.grade != recorded.grade),
        ];
        differs.iter().filter(|(_, differs)| *differs).map(|(column, _)| COLUMNS[*column].name).collect()
    }

    /// The commands that bring the record to what the file says; `None` when none can.
    pub fn update(&self, recorded: &Sme, today: Date) -> Option<Vec<Command>> {
        if self.legal_id != recorded.legal_id {
            return None;
        }
        let mut commands = Vec::new();
        let sme = SmeKey::BusinessId(self.business_id);
        let amended = Sme { licence: recorded.licence.clone(), status: recorded.status, ..self.clone() };
        let amended = Sme { utilisation: recorded.utilisation, grade: recorded.grade, ..amended };
        if !amended.differences(recorded).is_empty() {
            let moved = self.park != recorded.park || self.plot != recorded.plot;
            if moved && (self.park.is_none() || self.plot.is_none()) {
                return None;
            }
            commands.push(SmeCommand::AmendSme(AmendSme {
                sme: sme.clone(),
                name: (self.name != recorded.name).then(|| self.name.clone()),
                name_latin: self.name_latin.clone().filter(|name| Some(name) != recorded.name_latin.as_ref()),
                isic: (self.isic != recorded.isic).then_some(self.isic),
                headcount: self.headcount.filter(|headcount| Some(*headcount) != recorded.headcount),
                province: (self.province != recorded.province).then_some(self.province),
                park: self.park.clone().filter(|_| moved).map(ParkKey::Code),
                plot: self.plot.clone().filter(|_| moved),
                plot_area: None,
                on: today,
            }));
        }
        if self.licence != recorded.licence {
            let Licence { number, issued, expires, capacity } = self.licence.clone()?;
            let licence = IssueOperatingLicence { sme: sme.clone(), number, on: issued, expires, capacity };
            commands.push(SmeCommand::IssueOperatingLicence(licence));
        }
        if self.status != recorded.status || self.utilisation != recorded.utilisation {
            commands.push(self.status_command(sme, today));
        }
        let granted = self.grade.filter(|grade| Some(*grade) != recorded.grade);
        let grant = granted.map(|grade| grade.grant(SmeKey::BusinessId(self.business_id)));
        Some(commands.into_iter().map(Command::Sme).chain(grant).collect())
    }

    fn status_command(&self, sme: SmeKey, today: Date) -> SmeCommand {
        let (on, utilisation) = (self.status.since.unwrap_or(today), self.utilisation);
        match self.status.is {
            OperatingStatus::Idle => {
                let reason = self.status.reason.unwrap_or(IdleReason::Other);
                SmeCommand::IdleSme(IdleSme { sme, reason, on })
            }
            OperatingStatus::Closed => SmeCommand::CloseSme(CloseSme { sme, reason: ReasonCode::Other, on }),
            OperatingStatus::SemiActive => SmeCommand::ReduceSme(ReduceSme { sme, utilisation, on }),
            _ => SmeCommand::ActivateSme(ActivateSme { sme, utilisation, on }),
        }
    }
}
