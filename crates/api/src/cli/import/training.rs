//! Files of courses and workshops that were held: a row for each participant, or one for each course without any.

mod columns;

use super::cell::{self, Trouble};
use super::code;
use super::header::plain;
use super::reading::Reading;
use daftar_domain::Command;
use daftar_domain::training::{
    AttendedHours, Audience, CertifiedParticipant, IssueTrainingCertificates, RecordAttendance,
    ReviseTraining, TakeOverEnrolment, TakeOverTraining, TakenOverEnrolment, TrainingCommand,
    TrainingDetails, TrainingKind, TrainingSubject,
};
use daftar_domain::value::{
    BusinessId, CertificateNumber, ConsortiumCode, ConsortiumKey, Date, EmcCode, EmcKey, Hours, Name,
    OrganisationKey, ProvinceCode, Seats, SmeKey, TrainingCode, TrainingKey,
};

use columns::{
    ATTENDED, AUDIENCE_WORDS, AUDIENCES, CERTIFICATE, CODE, CONSORTIUM, EMC, ENDS, HOUR_WORDS, HOURS, KIND,
    KINDS, PROVINCE, SEAT_WORDS, SEATS, STARTS, SUBJECT, SUBJECTS, TITLE, TITLE_LATIN, UNIT,
};
pub use columns::{COLUMNS, column_of};

/// A course or workshop with participants, as a file states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Training {
    pub code: TrainingCode,
    pub title: Name,
    pub title_latin: Option<Name>,
    pub kind: TrainingKind,
    pub subject: TrainingSubject,
    pub audiences: Vec<Audience>,
    pub province: Option<ProvinceCode>,
    pub hours: Hours,
    pub seats: Seats,
    pub starts: Date,
    pub ends: Date,
    pub enrolments: Vec<Enrolment>,
}

/// A participant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    pub participant: OrganisationKey,
    pub hours: Option<Hours>,
    pub certificate: Option<CertificateNumber>,
}

impl Enrolment {
    /// A participant that a command takes over.
    pub fn of(taken: &TakenOverEnrolment) -> Self {
        let TakenOverEnrolment { participant, hours, certificate } = taken.clone();
        Enrolment { participant, hours, certificate }
    }

    /// The business ID or code of the participant, with its kind.
    pub fn name(&self) -> (usize, String) {
        match &self.participant {
            OrganisationKey::Sme(SmeKey::BusinessId(id)) => (UNIT, id.to_string()),
            OrganisationKey::Sme(SmeKey::Id(id)) => (UNIT, id.to_string()),
            OrganisationKey::Consortium(ConsortiumKey::Code(code)) => (CONSORTIUM, code.to_string()),
            OrganisationKey::Consortium(ConsortiumKey::Id(id)) => (CONSORTIUM, id.to_string()),
            OrganisationKey::Emc(EmcKey::Code(code)) => (EMC, code.to_string()),
            OrganisationKey::Emc(EmcKey::Id(id)) => (EMC, id.to_string()),
        }
    }
}

/// Reads a row; `None` when the reading has troubles.
pub fn read(reading: &mut Reading<'_>) -> Option<Training> {
    let code = reading.required(CODE, reading.identified(CODE, TrainingCode::parse));
    let title = reading.required(TITLE, reading.name(TITLE));
    let title_latin = reading.optional(TITLE_LATIN, reading.name(TITLE_LATIN));
    let kind = reading.required(KIND, reading.word(KIND, KINDS));
    let subject = reading.required(SUBJECT, reading.word(SUBJECT, SUBJECTS));
    let audiences = reading.required(AUDIENCES, read_audiences(reading));
    let province = reading.optional(PROVINCE, reading.province(PROVINCE));
    let hours = reading.required(HOURS, reading.count(HOURS, HOUR_WORDS, Hours::new));
    let seats = reading.required(SEATS, reading.count(SEATS, SEAT_WORDS, Seats::new));
    let starts = reading.required(STARTS, reading.date(STARTS));
    let ends = reading.required(ENDS, reading.date(ENDS));
    let enrolment = read_enrolment(reading);
    if let (Some(starts), Some(ends)) = (starts, ends)
        && ends < starts
    {
        let message = format!("It would end on {ends}, before it starts on {starts}.");
        reading.trouble(ENDS, Trouble::new(code::INVALID_DATE, message));
    }
    Some(Training {
        code: code?,
        title: title?,
        title_latin,
        kind: kind?,
        subject: subject?,
        audiences: audiences?,
        province,
        hours: hours?,
        seats: seats?,
        starts: starts?,
        ends: ends?,
        enrolments: enrolment.into_iter().collect(),
    })
}

fn read_audiences(reading: &Reading<'_>) -> Result<Option<Vec<Audience>>, Trouble> {
    let Some(text) = cell::text(reading.cell(AUDIENCES))? else { return Ok(None) };
    let mut audiences = Vec::new();
    for word in text.split([';', '؛', ',', '،', '+', '/']).map(plain).filter(|word| !word.is_empty()) {
        let known = AUDIENCE_WORDS.iter().find(|(_, words)| words.iter().any(|known| plain(known) == word));
        let Some((audience, _)) = known else {
            let message = format!("{} is none of SMES, CONSORTIUMS, EMCS.", cell::shown(&word));
            return Err(Trouble::new(code::INVALID_VALUE, message));
        };
        if !audiences.contains(audience) {
            audiences.push(*audience);
        }
    }
    audiences.sort_unstable();
    Ok((!audiences.is_empty()).then_some(audiences))
}

fn read_enrolment(reading: &mut Reading<'_>) -> Option<Enrolment> {
    let unit = reading.optional(UNIT, reading.identified(UNIT, BusinessId::parse));
    let consortium = reading.optional(CONSORTIUM, reading.identified(CONSORTIUM, ConsortiumCode::parse));
    let emc = reading.optional(EMC, reading.identified(EMC, EmcCode::parse));
    let hours = reading.optional(ATTENDED, reading.count(ATTENDED, HOUR_WORDS, Hours::new));
    let certificate =
        reading.optional(CERTIFICATE, reading.identified(CERTIFICATE, CertificateNumber::parse));
    let unit = unit.map(|id| OrganisationKey::Sme(SmeKey::BusinessId(id)));
    let consortium = consortium.map(|code| OrganisationKey::Consortium(ConsortiumKey::Code(code)));
    let emc = emc.map(|code| OrganisationKey::Emc(EmcKey::Code(code)));
    let mut named = [unit, consortium, emc].into_iter().flatten();
    let participant = named.next();
    if named.next().is_some() {
        let message = "A row has one participant: a unit, a consortium or a company.";
        reading.trouble(UNIT, Trouble::new(code::INVALID_VALUE, message));
    }
    if participant.is_none() && (hours.is_some() || certificate.is_some()) {
        let message = "Attendance or a certificate is given, but no participant.";
        reading.trouble(UNIT, Trouble::new(code::MISSING_FIELD, message));
    }
    Some(Enrolment { participant: participant?, hours, certificate })
}

impl Training {
    /// A course that a command takes over, without participants.
    pub fn of(details: &TrainingDetails) -> Self {
        let TrainingDetails { code, title, title_latin, mut audiences, .. } = details.clone();
        audiences.sort_unstable();
        let TrainingDetails { kind, subject, province, hours, seats, starts, ends, .. } = *details;
        let enrolments = Vec::new();
        Training {
            code,
            title,
            title_latin,
            kind,
            subject,
            audiences,
            province,
            hours,
            seats,
            starts,
            ends,
            enrolments,
        }
    }

    /// What the columns say, normalised.
    pub fn values(&self) -> Vec<(&'static str, String)> {
        let audiences: Vec<_> =
            self.audiences.iter().map(|audience| super::code_of(AUDIENCE_WORDS, audience)).collect();
        let enrolment = self.enrolments.first();
        let named = |column| {
            let name = enrolment.map(Enrolment::name).filter(|(of, _)| *of == column);
            name.map(|(_, name)| name).unwrap_or_default()
        };
        let texts = [
            self.code.to_string(),
            self.title.to_string(),
            super::text_of(self.title_latin.as_ref()),
            super::code_of(KINDS, &self.kind).to_owned(),
            super::code_of(SUBJECTS, &self.subject).to_owned(),
            audiences.join(";"),
            super::text_of(self.province.as_ref()),
            self.hours.to_string(),
            self.seats.to_string(),
            self.starts.to_string(),
            self.ends.to_string(),
            named(UNIT),
            named(CONSORTIUM),
            named(EMC),
            super::text_of(enrolment.and_then(|one| one.hours).as_ref()),
            super::text_of(enrolment.and_then(|one| one.certificate.as_ref())),
        ];
        COLUMNS.iter().map(|column| column.name).zip(texts).collect()
    }

    fn key(&self) -> TrainingKey {
        TrainingKey::Code(self.code.clone())
    }

    /// The commands that take the course over with the row's participant; `founded` when it is recorded already.
    pub fn take_over(&self, founded: bool, missing: &[Enrolment]) -> Vec<Command> {
        let taken = |one: &Enrolment| TakenOverEnrolment {
            participant: one.participant.clone(),
            hours: one.hours,
            certificate: one.certificate.clone(),
        };
        let mut enrolments = missing.iter().map(taken);
        let mut commands = Vec::new();
        if !founded {
            let details = TrainingDetails {
                code: self.code.clone(),
                kind: self.kind,
                subject: self.subject,
                title: self.title.clone(),
                title_latin: self.title_latin.clone(),
                audiences: self.audiences.clone(),
                province: self.province,
                hours: self.hours,
                seats: self.seats,
                attendance: None,
                starts: self.starts,
                ends: self.ends,
            };
            let enrolment = enrolments.next();
            commands.push(TrainingCommand::TakeOverTraining(TakeOverTraining { details, enrolment }));
        }
        commands.extend(enrolments.map(|enrolment| {
            TrainingCommand::TakeOverEnrolment(TakeOverEnrolment { training: self.key(), enrolment })
        }));
        commands.into_iter().map(Command::Training).collect()
    }

    fn known<'a>(&'a self, recorded: &'a Self) -> impl Iterator<Item = (&'a Enrolment, &'a Enrolment)> {
        let own = |one: &'a Enrolment| {
            let known = recorded.enrolments.iter().find(|known| known.participant == one.participant);
            known.map(|known| (one, known))
        };
        self.enrolments.iter().filter_map(own)
    }

    /// The participants that the record doesn't have.
    pub fn missing(&self, recorded: &Self) -> Vec<Enrolment> {
        let known =
            |one: &&Enrolment| recorded.enrolments.iter().any(|known| known.participant == one.participant);
        self.enrolments.iter().filter(|one| !known(one)).cloned().collect()
    }

    /// The columns in which the record differs from the file. A participant that isn't recorded is no difference.
    pub fn differences(&self, recorded: &Self) -> Vec<&'static str> {
        let attended =
            self.known(recorded).any(|(one, known)| one.hours.is_some() && one.hours != known.hours);
        let certified = self
            .known(recorded)
            .any(|(one, known)| one.certificate.is_some() && one.certificate != known.certificate);
        let differs = [
            (TITLE, !super::same_name(&self.title, &recorded.title)),
            (TITLE_LATIN, super::other_name(self.title_latin.as_ref(), recorded.title_latin.as_ref())),
            (KIND, self.kind != recorded.kind),
            (SUBJECT, self.subject != recorded.subject),
            (AUDIENCES, self.audiences != recorded.audiences),
            (PROVINCE, self.province.is_some() && self.province != recorded.province),
            (HOURS, self.hours != recorded.hours),
            (SEATS, self.seats != recorded.seats),
            (STARTS, self.starts != recorded.starts),
            (ENDS, self.ends != recorded.ends),
            (ATTENDED, attended),
            (CERTIFICATE, certified),
        ];
        differs.iter().filter(|(_, differs)| *differs).map(|(column, _)| COLUMNS[*column].name).collect()
    }

    /// The commands that bring the record to what the file says; `None` when none can.
    pub fn update(&self, recorded: &Self, differences: &[&'static str], today: Date) -> Option<Vec<Command>> {
        let named = |columns: &[usize]| {
            differences.iter().any(|name| columns.iter().any(|column| COLUMNS[*column].name == *name))
        };
        let recertified = self
            .known(recorded)
            .any(|(one, known)| known.certificate.is_some() && one.certificate != known.certificate);
        if named(&[KIND, SUBJECT, AUDIENCES, HOURS, STARTS, ENDS]) || named(&[CERTIFICATE]) && recertified {
            return None;
        }
        let mut commands = Vec::new();
        if named(&[TITLE, TITLE_LATIN, PROVINCE, SEATS]) {
            commands.push(TrainingCommand::ReviseTraining(ReviseTraining {
                training: self.key(),
                title: (self.title != recorded.title).then(|| self.title.clone()),
                title_latin: self
                    .title_latin
                    .clone()
                    .filter(|title| Some(title) != recorded.title_latin.as_ref()),
                province: self.province.filter(|province| Some(*province) != recorded.province),
                hours: None,
                seats: (self.seats != recorded.seats).then_some(self.seats),
                starts: None,
                ends: None,
                on: today,
            }));
        }
        for (one, known) in self.known(recorded) {
            if let Some(hours) = one.hours.filter(|hours| Some(*hours) != known.hours) {
                let attended = vec![AttendedHours { participant: one.participant.clone(), hours }];
                let record = RecordAttendance { training: self.key(), attended, on: today };
                commands.push(TrainingCommand::RecordAttendance(record));
            }
            if let Some(number) = one.certificate.clone().filter(|_| known.certificate.is_none()) {
                let participant = one.participant.clone();
                let certified = vec![CertifiedParticipant { participant, number: Some(number) }];
                let issue = IssueTrainingCertificates { training: self.key(), certified, on: today };
                commands.push(TrainingCommand::IssueTrainingCertificates(issue));
            }
        }
        Some(commands.into_iter().map(Command::Training).collect())
    }
}
