//! Files of research and study projects that were approved: one row each.

use super::cell::{self, Trouble, Units};
use super::code;
use super::header::{Column, plain};
use super::reading::{Reading, Word, invalid};
use daftar_domain::Command;
use daftar_domain::research::{
    CloseResearch, ExecutorKey, PayResearch, RecordResearchResult, ResearchCommand, ResearchDetails,
    ResearchTopic, ResultKind, ReviseResearch, TakeOverResearch, TakenOverResult,
};
use daftar_domain::value::{
    BusinessId, Currency, Date, Money, Name, OfficeCode, ParkCode, ParkKey, ProvinceCode, ResearchCode,
    ResearchKey, SmeKey,
};

const fn column(name: &'static str, aliases: &'static [&'static str], required: bool) -> Column {
    Column { name, aliases, required, grouping: false }
}

/// The columns, in the order of the national form.
pub const COLUMNS: &[Column] = &[
    column("code", &["project code", "کد", "کد طرح", "کد پروژه"], true),
    column("title", &["title (Persian)", "عنوان", "عنوان طرح"], true),
    column("title (Latin)", &["عنوان لاتین"], false),
    column("topic", &["موضوع"], true),
    column("executor unit", &["executing unit", "واحد مجری"], false),
    column("executor park", &["executing park", "شهرک مجری"], false),
    column("executor office", &["executing office", "office", "نهاد مجری", "مجری"], false),
    column("province", &["استان"], false),
    column("approved", &["approved on", "تاریخ تصویب", "تصویب"], true),
    column("budget", &["بودجه", "بودجه مصوب", "مبلغ مصوب"], true),
    column("currency", &["ارز", "واحد پول"], false),
    column("paid", &["پرداخت شده", "مبلغ پرداختی", "پرداختی"], false),
    column("result kind", &["result", "نوع دستاورد", "دستاورد"], false),
    column("result title", &["عنوان دستاورد"], false),
    column("reference", &["شماره دستاورد", "مرجع"], false),
    column("status", &["phase", "وضعیت"], true),
    column("until", &["as of", "closed on", "تاریخ خاتمه", "تا تاریخ"], false),
];
const CODE: usize = 0;
const TITLE: usize = 1;
const TITLE_LATIN: usize = 2;
const TOPIC: usize = 3;
const UNIT: usize = 4;
const PARK: usize = 5;
const OFFICE: usize = 6;
const PROVINCE: usize = 7;
const APPROVED: usize = 8;
const BUDGET: usize = 9;
const CURRENCY: usize = 10;
const PAID: usize = 11;
const RESULT_KIND: usize = 12;
const RESULT_TITLE: usize = 13;
const REFERENCE: usize = 14;
const STATUS: usize = 15;
const UNTIL: usize = 16;

const MONEY_WORDS: Units = &["ریال", "rial", "rials"];
const TOPICS: &[Word<ResearchTopic>] = &[
    (ResearchTopic::Exports, &["EXPORTS", "صادرات", "صادرات و بازارهای هدف"]),
    (ResearchTopic::Markets, &["MARKETS", "بازار", "بازار داخلی و زنجیره تأمین"]),
    (ResearchTopic::Technology, &["TECHNOLOGY", "فناوری", "فناوری تولید"]),
    (ResearchTopic::Productivity, &["PRODUCTIVITY", "بهره‌وری"]),
    (ResearchTopic::Finance, &["FINANCE", "تأمین مالی"]),
    (ResearchTopic::Environment, &["ENVIRONMENT", "محیط زیست", "انرژی، آب و محیط زیست"]),
    (ResearchTopic::Parks, &["PARKS", "شهرک‌های صنعتی"]),
    (ResearchTopic::Policy, &["POLICY", "قوانین", "قوانین و سیاست‌گذاری"]),
    (ResearchTopic::Other, &["OTHER", "سایر"]),
];
const RESULT_KINDS: &[Word<ResultKind>] = &[
    (ResultKind::Report, &["REPORT", "گزارش"]),
    (ResultKind::Article, &["ARTICLE", "مقاله"]),
    (ResultKind::Patent, &["PATENT", "اختراع", "ثبت اختراع"]),
    (ResultKind::Prototype, &["PROTOTYPE", "نمونه اولیه"]),
    (ResultKind::Software, &["SOFTWARE", "نرم‌افزار"]),
    (ResultKind::Guideline, &["GUIDELINE", "دستورالعمل", "استاندارد"]),
    (ResultKind::Other, &["OTHER", "سایر"]),
];
const STATUSES: &[Word<bool>] = &[
    (false, &["APPROVED", "under way", "در حال اجرا", "مصوب"]),
    (true, &["CLOSED", "خاتمه یافته", "پایان یافته", "خاتمه‌یافته"]),
];

/// A project, as a file states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Research {
    pub code: ResearchCode,
    pub title: Name,
    pub title_latin: Option<Name>,
    pub topic: ResearchTopic,
    pub executor: ExecutorKey,
    pub province: Option<ProvinceCode>,
    /// Recorded projects may be without an approval.
    pub approved: Option<Date>,
    pub budget: Option<Money>,
    pub paid: Option<Money>,
    pub result: Option<TakenOverResult>,
    pub closed: bool,
    pub until: Option<Date>,
}

/// Reads a row; `None` when the reading has troubles.
pub fn read(reading: &mut Reading<'_>) -> Option<Research> {
    let code = reading.required(CODE, reading.identified(CODE, ResearchCode::parse));
    let title = reading.required(TITLE, reading.name(TITLE));
    let title_latin = reading.optional(TITLE_LATIN, reading.name(TITLE_LATIN));
    let topic = reading.required(TOPIC, reading.word(TOPIC, TOPICS));
    let executor = read_executor(reading);
    let province = reading.optional(PROVINCE, reading.province(PROVINCE));
    let approved = reading.required(APPROVED, reading.date(APPROVED));
    let currency = match reading.optional(CURRENCY, read_currency(reading)) {
        Some(currency) => currency,
        None => Currency::IRR,
    };
    let money = |text: &str| Money::parse(text, currency);
    let budget = reading.required(BUDGET, reading.amount(BUDGET, MONEY_WORDS, money));
    let paid = reading.optional(PAID, reading.amount(PAID, MONEY_WORDS, money));
    let result = read_result(reading);
    let closed = reading.required(STATUS, reading.word(STATUS, STATUSES));
    let until = reading.optional(UNTIL, reading.date(UNTIL));
    Some(Research {
        code: code?,
        title: title?,
        title_latin,
        topic: topic?,
        executor: executor?,
        province,
        approved: Some(approved?),
        budget: Some(budget?),
        // Nothing paid is no payment.
        paid: paid.filter(|paid| !paid.amount().is_zero()),
        result,
        closed: closed?,
        until,
    })
}

fn read_executor(reading: &mut Reading<'_>) -> Option<ExecutorKey> {
    let unit = reading.optional(UNIT, reading.identified(UNIT, BusinessId::parse));
    let park = reading.optional(PARK, reading.identified(PARK, ParkCode::parse));
    let office = reading.optional(OFFICE, reading.identified(OFFICE, OfficeCode::parse));
    let unit = unit.map(|id| ExecutorKey::Sme(SmeKey::BusinessId(id)));
    let park = park.map(|code| ExecutorKey::Park(ParkKey::Code(code)));
    let mut named = [unit, park, office.map(ExecutorKey::Office)].into_iter().flatten();
    let executor = named.next();
    let blank = [UNIT, PARK, OFFICE].into_iter().all(|column| reading.cell(column).is_blank());
    if executor.is_none() && blank {
        let message = "Who carries it out is missing: a unit, a park or an office.";
        reading.trouble(OFFICE, Trouble::new(code::MISSING_FIELD, message));
    }
    if named.next().is_some() {
        let message = "A project is carried out by a unit, a park or an office.";
        reading.trouble(OFFICE, Trouble::new(code::INVALID_VALUE, message));
    }
    executor
}

fn read_currency(reading: &Reading<'_>) -> Result<Option<Currency>, Trouble> {
    let Some(text) = cell::text(reading.cell(CURRENCY))? else { return Ok(None) };
    match plain(&text).as_str() {
        "ریال" | "rial" | "rials" => Ok(Some(Currency::IRR)),
        "تومان" | "toman" | "tomans" => {
            Err(Trouble::new(code::INVALID_VALUE, "A toman is no currency: it is ten rials."))
        }
        _ => Currency::parse(&text.to_ascii_uppercase())
            .map(Some)
            .map_err(|error| invalid(&error, code::INVALID_VALUE)),
    }
}

fn read_result(reading: &mut Reading<'_>) -> Option<TakenOverResult> {
    let kind = reading.optional(RESULT_KIND, reading.word(RESULT_KIND, RESULT_KINDS));
    let title = reading.optional(RESULT_TITLE, reading.name(RESULT_TITLE));
    let reference = reading.optional(REFERENCE, reading.name(REFERENCE));
    if kind.is_some() && reading.cell(RESULT_TITLE).is_blank() {
        let message = "The kind of a result is given, but no title.";
        reading.trouble(RESULT_TITLE, Trouble::new(code::MISSING_FIELD, message));
    }
    let kind = kind.unwrap_or(ResultKind::Report);
    title.map(|title| TakenOverResult { kind, title, reference })
}

/// The column of an input field.
pub fn column_of(path: &str) -> &'static str {
    let index = match path {
        "result.title" | "result" => RESULT_TITLE,
        "details.executor.sme" => UNIT,
        "details.executor.park" => PARK,
        path => match path.rsplit('.').next().unwrap_or(path) {
            "title" => TITLE,
            "titleLatin" => TITLE_LATIN,
            "topic" => TOPIC,
            "executor" | "office" => OFFICE,
            "province" => PROVINCE,
            "approved" | "on" => APPROVED,
            "budget" => BUDGET,
            "paid" | "amount" => PAID,
            "reference" => REFERENCE,
            "closed" => STATUS,
            "until" => UNTIL,
            _ => CODE,
        },
    };
    COLUMNS[index].name
}

impl Research {
    /// What the columns say, normalised.
    pub fn values(&self) -> Vec<(&'static str, String)> {
        let executor = |column| {
            let (of, name) = match &self.executor {
                ExecutorKey::Sme(SmeKey::BusinessId(id)) => (UNIT, id.to_string()),
                ExecutorKey::Sme(SmeKey::Id(id)) => (UNIT, id.to_string()),
                ExecutorKey::Park(ParkKey::Code(code)) => (PARK, code.to_string()),
                ExecutorKey::Park(ParkKey::Id(id)) => (PARK, id.to_string()),
                ExecutorKey::Office(code) => (OFFICE, code.to_string()),
            };
            if of == column { name } else { String::new() }
        };
        let amount = |money: Option<Money>| super::text_of(money.map(|money| money.amount()).as_ref());
        let result = self.result.as_ref();
        let texts = [
            self.code.to_string(),
            self.title.to_string(),
            super::text_of(self.title_latin.as_ref()),
            super::code_of(TOPICS, &self.topic).to_owned(),
            executor(UNIT),
            executor(PARK),
            executor(OFFICE),
            super::text_of(self.province.as_ref()),
            super::text_of(self.approved.as_ref()),
            amount(self.budget),
            super::text_of(self.budget.map(|money| money.currency()).as_ref()),
            amount(self.paid),
            result.map_or("", |result| super::code_of(RESULT_KINDS, &result.kind)).to_owned(),
            super::text_of(result.map(|result| &result.title)),
            super::text_of(result.and_then(|result| result.reference.as_ref())),
            super::code_of(STATUSES, &self.closed).to_owned(),
            super::text_of(self.until.as_ref()),
        ];
        COLUMNS.iter().map(|column| column.name).zip(texts).collect()
    }

    fn key(&self) -> ResearchKey {
        ResearchKey::Code(self.code.clone())
    }

    /// The commands that take the project over.
    pub fn take_over(&self) -> Vec<Command> {
        let (Some(approved), Some(budget)) = (self.approved, self.budget) else { return Vec::new() };
        let details = ResearchDetails {
            code: self.code.clone(),
            title: self.title.clone(),
            title_latin: self.title_latin.clone(),
            topic: self.topic,
            executor: self.executor.clone(),
            province: self.province,
            smes: Vec::new(),
        };
        let (paid, result) = (self.paid, self.result.clone());
        let (until, closed) = (self.until, self.closed);
        let taken = TakeOverResearch { details, approved, budget, paid, result, until, closed };
        vec![Command::Research(ResearchCommand::TakeOverResearch(taken))]
    }

    /// The columns in which the record differs from the file.
    pub fn differences(&self, recorded: &Self) -> Vec<&'static str> {
        let differs = [
            (TITLE, !super::same_name(&self.title, &recorded.title)),
            (TITLE_LATIN, super::other_name(self.title_latin.as_ref(), recorded.title_latin.as_ref())),
            (TOPIC, self.topic != recorded.topic),
            (OFFICE, self.executor != recorded.executor),
            (PROVINCE, self.province.is_some() && self.province != recorded.province),
            (APPROVED, self.approved != recorded.approved),
            (BUDGET, self.budget != recorded.budget),
            (PAID, self.paid.is_some() && self.paid != recorded.paid),
            (RESULT_TITLE, self.result.is_some() && self.result != recorded.result),
            (STATUS, self.closed != recorded.closed),
            (UNTIL, self.closed && recorded.closed && self.until.is_some() && self.until != recorded.until),
        ];
        differs.iter().filter(|(_, differs)| *differs).map(|(column, _)| COLUMNS[*column].name).collect()
    }

    /// The commands that bring the record to what the file says; `None` when none can.
    pub fn update(&self, recorded: &Self, differences: &[&'static str], today: Date) -> Option<Vec<Command>> {
        let named = |columns: &[usize]| {
            differences.iter().any(|name| columns.iter().any(|column| COLUMNS[*column].name == *name))
        };
        let fixed = named(&[TOPIC, OFFICE, APPROVED, UNTIL]);
        if fixed || recorded.closed || named(&[RESULT_TITLE]) && recorded.result.is_some() {
            return None;
        }
        let on = self.until.unwrap_or(today);
        let mut commands = Vec::new();
        if named(&[TITLE, TITLE_LATIN, PROVINCE, BUDGET]) {
            commands.push(ResearchCommand::ReviseResearch(ReviseResearch {
                research: self.key(),
                title: (self.title != recorded.title).then(|| self.title.clone()),
                title_latin: self
                    .title_latin
                    .clone()
                    .filter(|title| Some(title) != recorded.title_latin.as_ref()),
                province: self.province.filter(|province| Some(*province) != recorded.province),
                budget: self.budget.filter(|budget| Some(*budget) != recorded.budget),
                on,
            }));
        }
        if named(&[PAID]) {
            let (paid, before) = (self.paid?, recorded.paid.map(|paid| paid.amount()).unwrap_or_default());
            let amount = Money::new(paid.amount() - before, paid.currency()).ok()?;
            let (research, milestone) = (self.key(), None);
            commands.push(ResearchCommand::PayResearch(PayResearch { research, amount, milestone, on }));
        }
        if named(&[RESULT_TITLE]) {
            let TakenOverResult { kind, title, reference } = self.result.clone()?;
            let result = RecordResearchResult { research: self.key(), kind, title, reference, on };
            commands.push(ResearchCommand::RecordResearchResult(result));
        }
        if named(&[STATUS]) {
            commands.push(ResearchCommand::CloseResearch(CloseResearch { research: self.key(), on }));
        }
        Some(commands.into_iter().map(Command::Research).collect())
    }
}
