//! The columns of files of courses and workshops, and the words in them.

use crate::cli::import::cell::Units;
use crate::cli::import::header::Column;
use crate::cli::import::reading::Word;
use daftar_domain::training::{Audience, TrainingKind, TrainingSubject};

const fn group(name: &'static str, aliases: &'static [&'static str], required: bool) -> Column {
    Column { name, aliases, required, grouping: true }
}

const fn participant(name: &'static str, aliases: &'static [&'static str]) -> Column {
    Column { name, aliases, required: false, grouping: false }
}

/// The columns, in the order of the national form.
pub const COLUMNS: &[Column] = &[
    group("code", &["training code", "course code", "کد", "کد دوره"], true),
    group("title", &["title (Persian)", "عنوان", "عنوان دوره"], true),
    group("title (Latin)", &["عنوان لاتین"], false),
    group("kind", &["type", "نوع", "نوع دوره"], true),
    group("subject", &["موضوع"], true),
    group("audiences", &["audience", "مخاطبان", "مخاطب"], true),
    group("province", &["استان"], false),
    group("hours", &["ساعت", "مدت (ساعت)", "مدت"], true),
    group("seats", &["capacity", "ظرفیت"], true),
    group("starts", &["starts on", "start", "تاریخ شروع", "شروع"], true),
    group("ends", &["ends on", "end", "held on", "تاریخ پایان", "پایان"], true),
    participant("unit", &["business ID", "شناسه کسب و کار", "واحد", "شناسه واحد"]),
    participant("consortium", &["کنسرسیوم", "کد کنسرسیوم"]),
    participant("EMC", &["company", "شرکت مدیریت صادرات", "کد شرکت"]),
    participant("hours attended", &["attended", "ساعت حضور", "حضور (ساعت)"]),
    participant("certificate", &["certificate number", "گواهی", "شماره گواهی"]),
];
pub(super) const CODE: usize = 0;
pub(super) const TITLE: usize = 1;
pub(super) const TITLE_LATIN: usize = 2;
pub(super) const KIND: usize = 3;
pub(super) const SUBJECT: usize = 4;
pub(super) const AUDIENCES: usize = 5;
pub(super) const PROVINCE: usize = 6;
pub(super) const HOURS: usize = 7;
pub(super) const SEATS: usize = 8;
pub(super) const STARTS: usize = 9;
pub(super) const ENDS: usize = 10;
pub(super) const UNIT: usize = 11;
pub(super) const CONSORTIUM: usize = 12;
pub(super) const EMC: usize = 13;
pub(super) const ATTENDED: usize = 14;
pub(super) const CERTIFICATE: usize = 15;

pub(super) const HOUR_WORDS: Units = &["ساعت", "hour", "hours", "h"];
pub(super) const SEAT_WORDS: Units = &["نفر", "seat", "seats"];
pub(super) const KINDS: &[Word<TrainingKind>] = &[
    (TrainingKind::Course, &["COURSE", "training course", "دوره", "دوره آموزشی"]),
    (TrainingKind::Workshop, &["WORKSHOP", "کارگاه", "کارگاه آموزشی"]),
];
pub(super) const SUBJECTS: &[Word<TrainingSubject>] = &[
    (TrainingSubject::ExportBasics, &["EXPORT_BASICS", "export basics", "مبانی صادرات"]),
    (TrainingSubject::ExportPrinciples, &["EXPORT_PRINCIPLES", "export principles", "اصول صادرات"]),
    (
        TrainingSubject::ExportLegalities,
        &["EXPORT_LEGALITIES", "export legalities", "الزامات حقوقی صادرات", "حقوق صادرات"],
    ),
    (TrainingSubject::Marketing, &["MARKETING", "بازاریابی", "بازاریابی و فروش"]),
    (TrainingSubject::Finance, &["FINANCE", "مالی", "مالی و حسابداری"]),
    (TrainingSubject::Management, &["MANAGEMENT", "مدیریت", "مدیریت و کارآفرینی"]),
    (TrainingSubject::Quality, &["QUALITY", "کیفیت", "کیفیت و استاندارد"]),
    (TrainingSubject::Technology, &["TECHNOLOGY", "فناوری", "فناوری تولید"]),
    (TrainingSubject::Safety, &["SAFETY", "ایمنی", "ایمنی، انرژی و محیط زیست"]),
    (TrainingSubject::Other, &["OTHER", "سایر"]),
];
pub(super) const AUDIENCE_WORDS: &[Word<Audience>] = &[
    (Audience::Smes, &["SMES", "units", "واحدها", "واحدهای صنعتی", "واحد"]),
    (Audience::Consortiums, &["CONSORTIUMS", "consortium", "کنسرسیوم‌ها", "کنسرسیوم"]),
    (Audience::Emcs, &["EMCS", "EMC", "شرکت‌های مدیریت صادرات", "شرکت مدیریت صادرات"]),
];

/// The column of an input field.
pub fn column_of(path: &str) -> &'static str {
    let index = match path {
        "enrolment.participant.consortium" => CONSORTIUM,
        "enrolment.participant.emc" => EMC,
        "enrolment.hours" | "attended" => ATTENDED,
        path => match path.rsplit('.').next().unwrap_or(path) {
            "title" => TITLE,
            "titleLatin" => TITLE_LATIN,
            "kind" => KIND,
            "subject" => SUBJECT,
            "audiences" => AUDIENCES,
            "province" => PROVINCE,
            "hours" => HOURS,
            "seats" => SEATS,
            "starts" => STARTS,
            "ends" => ENDS,
            "participant" | "enrolment" | "sme" => UNIT,
            "certificate" | "certified" => CERTIFICATE,
            _ => CODE,
        },
    };
    COLUMNS[index].name
}
