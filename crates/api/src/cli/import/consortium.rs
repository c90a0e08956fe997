//! Files of export consortiums: a row for each member, or a row for each consortium with a list of members.

use super::cell::{self, Trouble};
use super::code;
use super::header::Column;
use super::reading::{Reading, Word, invalid};
use daftar_domain::Command;
use daftar_domain::consortium::{
    ConsortiumCommand, ConsortiumDetails, ConsortiumKind, Phase, ReviseConsortium, TakeOverConsortium,
    TakeOverMember, TakeOverPhase, TakenOverMember,
};
use daftar_domain::sme::{CertifyReadiness, SmeCommand};
use daftar_domain::value::{
    BusinessId, CertificateNumber, CommodityGroup, ConsortiumCode, ConsortiumKey, Date, Name, SmeKey,
};

const fn group(name: &'static str, aliases: &'static [&'static str], required: bool) -> Column {
    Column { name, aliases, required, grouping: true }
}

const fn member(name: &'static str, aliases: &'static [&'static str], required: bool) -> Column {
    Column { name, aliases, required, grouping: false }
}

/// The columns, in the order of the national form.
pub const COLUMNS: &[Column] = &[
    group("code", &["consortium code", "کد", "کد کنسرسیوم"], true),
    group("name", &["name (Persian)", "نام", "نام کنسرسیوم", "نام فارسی"], true),
    group("name (Latin)", &["نام لاتین"], false),
    group("kind", &["type", "نوع"], true),
    group("phase", &["مرحله"], true),
    group("product group", &["commodity group", "گروه کالا", "گروه کالایی"], true),
    group("formed", &["constituted", "formed on", "تاریخ تشکیل"], true),
    member("member", &["members", "عضو", "اعضا"], true),
    member("joined", &["joined on", "تاریخ عضویت"], false),
    member("certificate", &["گواهی آمادگی صادرات", "گواهی آمادگی"], false),
    member("certificate issuer", &["صادرکننده گواهی", "مرجع صدور گواهی"], false),
    member("certificate from", &["تاریخ صدور گواهی", "شروع گواهی"], false),
    member("certificate to", &["انقضای گواهی", "پایان گواهی"], false),
    group("promoter", &["مروج", "سازمان مروج"], false),
];
const CODE: usize = 0;
const NAME: usize = 1;
const NAME_LATIN: usize = 2;
const KIND: usize = 3;
const PHASE: usize = 4;
const GROUP: usize = 5;
const FORMED: usize = 6;
const MEMBER: usize = 7;
const JOINED: usize = 8;
const CERTIFICATE: usize = 9;
const ISSUER: usize = 10;
const CERTIFIED_FROM: usize = 11;
const CERTIFIED_TO: usize = 12;
const PROMOTER: usize = 13;

const KINDS: &[Word<ConsortiumKind>] = &[
    (ConsortiumKind::Promotion, &["PROMOTION", "ترویجی", "تبلیغی", "توسعه صادرات"]),
    (ConsortiumKind::Sales, &["SALES", "فروش"]),
];
const PHASES: &[Word<Phase>] = &[
    (Phase::Preparing, &["PREPARING", "آماده‌سازی", "در حال تشکیل"]),
    (Phase::Constituted, &["CONSTITUTED", "تشکیل شده", "تأسیس شده"]),
    (Phase::Operating, &["OPERATING", "فعال", "در حال فعالیت"]),
    (Phase::Suspended, &["SUSPENDED", "معلق", "تعلیق"]),
    (Phase::Dissolved, &["DISSOLVED", "منحل", "منحل شده"]),
];
const GROUPS: &[Word<CommodityGroup>] = &[
    (CommodityGroup::Food, &["FOOD", "غذایی", "مواد غذایی", "صنایع غذایی"]),
    (CommodityGroup::HomeAppliance, &["HOME_APPLIANCE", "لوازم خانگی"]),
    (CommodityGroup::PolymerPlastic, &["POLYMER_PLASTIC", "پلیمر و پلاستیک", "پلیمری", "پلاستیک"]),
    (CommodityGroup::Chemical, &["CHEMICAL", "شیمیایی", "مواد شیمیایی"]),
    (CommodityGroup::Rug, &["RUG", "فرش"]),
    (CommodityGroup::Leather, &["LEATHER", "چرم"]),
    (CommodityGroup::Handbag, &["HANDBAG", "کیف", "کیف دستی"]),
    (CommodityGroup::Other, &["OTHER", "سایر"]),
];

/// A consortium with members, as a file states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consortium {
    pub code: ConsortiumCode,
    pub name: Name,
    pub name_latin: Option<Name>,
    pub kind: ConsortiumKind,
    pub phase: Phase,
    pub group: CommodityGroup,
    pub formed: Date,
    pub promoter: Option<Name>,
    pub members: Vec<Member>,
}

/// A member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub sme: BusinessId,
    pub joined: Date,
    pub certificate: Option<CertificateNumber>,
    /// What a file tells of the certificate itself; a record tells the number alone.
    pub certified: Option<Certified>,
}

/// Who certified a member as ready to export, and from which day until before which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certified {
    pub issuer: Name,
    pub from: Date,
    pub until: Date,
}

/// Reads a row; `None` when the reading has troubles.
pub fn read(reading: &mut Reading<'_>) -> Option<Consortium> {
    let code = reading.required(CODE, reading.identified(CODE, ConsortiumCode::parse));
    let name = reading.required(NAME, reading.name(NAME));
    let name_latin = reading.optional(NAME_LATIN, reading.name(NAME_LATIN));
    let kind = reading.required(KIND, reading.word(KIND, KINDS));
    let phase = reading.required(PHASE, reading.word(PHASE, PHASES));
    let group = reading.required(GROUP, reading.word(GROUP, GROUPS));
    let formed = reading.required(FORMED, reading.date(FORMED));
    let units = read_units(reading, MEMBER);
    let joined = match reading.has(JOINED) {
        true => reading.required(JOINED, reading.date(JOINED)),
        false => formed,
    };
    let certificate =
        reading.optional(CERTIFICATE, reading.identified(CERTIFICATE, CertificateNumber::parse));
    if let (Some(formed), Some(joined)) = (formed, joined)
        && joined < formed
    {
        let message = format!("The member would have joined on {joined}, before the consortium was formed.");
        reading.trouble(JOINED, Trouble::new(code::INVALID_DATE, message));
    }
    let certified = read_certified(reading, certificate.as_ref());
    let promoter = reading.optional(PROMOTER, reading.name(PROMOTER));
    let joined = joined?;
    let member = |sme| {
        let (certificate, certified) = (certificate.clone(), certified.clone());
        Member { sme, joined, certificate, certified }
    };
    let members = units?.into_iter().map(member).collect();
    Some(Consortium {
        code: code?,
        name: name?,
        name_latin,
        kind: kind?,
        phase: phase?,
        group: group?,
        formed: formed?,
        promoter,
        members,
    })
}

/// Who issued the certificate, and from when to when it is valid: all of it, or nothing.
fn read_certified(reading: &mut Reading<'_>, number: Option<&CertificateNumber>) -> Option<Certified> {
    let columns = [ISSUER, CERTIFIED_FROM, CERTIFIED_TO];
    if columns.iter().all(|column| !reading.has(*column) || reading.cell(*column).is_blank()) {
        return None;
    }
    if number.is_none() && (!reading.has(CERTIFICATE) || reading.cell(CERTIFICATE).is_blank()) {
        let message = "A certificate is described, but its number is missing.";
        reading.trouble(CERTIFICATE, Trouble::new(code::MISSING_FIELD, message));
    }
    let issuer = reading.required(ISSUER, reading.name(ISSUER));
    let from = reading.required(CERTIFIED_FROM, reading.date(CERTIFIED_FROM));
    let to = reading.required(CERTIFIED_TO, reading.date(CERTIFIED_TO));
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        let message = format!("The certificate would end on {to}, before it begins on {from}.");
        reading.trouble(CERTIFIED_TO, Trouble::new(code::INVALID_DATE, message));
    }
    Some(Certified { issuer: issuer?, from: from?, until: to?.plus_days(1) })
}

/// One business ID, or several between semicolons.
pub(super) fn read_units(reading: &mut Reading<'_>, column: usize) -> Option<Vec<BusinessId>> {
    let text = reading.required(column, cell::identifier(reading.cell(column)))?;
    let mut units = Vec::new();
    for part in text.split([';', '؛']).map(cell::trimmed).filter(|part| !part.is_empty()) {
        match BusinessId::parse(part) {
            Ok(unit) if units.contains(&unit) => {
                let message = format!("{unit} stands in the list twice.");
                reading.trouble(column, Trouble::new(code::DUPLICATE_ROW, message));
            }
            Ok(unit) => units.push(unit),
            Err(error) => reading.trouble(column, invalid(&error, code::INVALID_IDENTIFIER)),
        }
    }
    if units.is_empty() {
        reading.trouble(column, Trouble::new(code::INVALID_IDENTIFIER, "The cell names no unit."));
    }
    Some(units)
}

/// The column of an input field.
pub fn column_of(path: &str) -> &'static str {
    let index = match path.rsplit('.').next().unwrap_or(path) {
        "name" => NAME,
        "nameLatin" => NAME_LATIN,
        "kind" => KIND,
        "phase" => PHASE,
        "productGroup" => GROUP,
        "formed" => FORMED,
        "sme" | "member" => MEMBER,
        "joined" | "on" => JOINED,
        "certificate" | "number" => CERTIFICATE,
        "issuer" => ISSUER,
        "from" => CERTIFIED_FROM,
        "until" => CERTIFIED_TO,
        "promoter" => PROMOTER,
        _ => CODE,
    };
    COLUMNS[index].name
}

impl Member {
    /// The command that records the certificate that a file describes.
    fn certify(&self) -> Option<Command> {
        let Certified { issuer, from, until } = self.certified.clone()?;
        let (sme, number) = (SmeKey::BusinessId(self.sme), self.certificate.clone()?);
        let certify = CertifyReadiness { sme, number, issuer, from, until };
        Some(Command::Sme(SmeCommand::CertifyReadiness(certify)))
    }
}

impl Consortium {
    /// What the columns say, normalised.
    pub fn values(&self) -> Vec<(&'static str, String)> {
        let units: Vec<_> = self.members.iter().map(|member| member.sme.to_string()).collect();
        let first = self.members.first();
        let certified = first.and_then(|member| member.certified.as_ref());
        let texts = [
            self.code.to_string(),
            self.name.to_string(),
            super::text_of(self.name_latin.as_ref()),
            super::code_of(KINDS, &self.kind).to_owned(),
            super::code_of(PHASES, &self.phase).to_owned(),
            super::code_of(GROUPS, &self.group).to_owned(),
            self.formed.to_string(),
            units.join(";"),
            super::text_of(first.map(|member| member.joined).as_ref()),
            super::text_of(first.and_then(|member| member.certificate.as_ref())),
            super::text_of(certified.map(|certified| &certified.issuer)),
            super::text_of(certified.map(|certified| certified.from).as_ref()),
            super::text_of(certified.map(|certified| certified.until.plus_days(-1)).as_ref()),
            super::text_of(self.promoter.as_ref()),
        ];
        COLUMNS.iter().map(|column| column.name).zip(texts).collect()
    }

    /// The commands that take the consortium over with the row's members; `founded` when it is recorded already.
    pub fn take_over(&self, founded: bool, missing: &[Member]) -> Vec<Command> {
        let taken = |member: &Member| TakenOverMember {
            sme: SmeKey::BusinessId(member.sme),
            joined: member.joined,
            certificate: member.certificate.clone(),
        };
        let certificates: Vec<Command> = missing.iter().filter_map(Member::certify).collect();
        let mut members = missing.iter();
        let mut commands = Vec::new();
        if !founded {
            let details = ConsortiumDetails {
                code: self.code.clone(),
                name: self.name.clone(),
                name_latin: self.name_latin.clone(),
                kind: self.kind,
                product_group: self.group,
                promoter: self.promoter.clone(),
            };
            let member = members.next().map(taken);
            let found = TakeOverConsortium { details, formed: self.formed, member };
            commands.push(ConsortiumCommand::TakeOverConsortium(found));
        }
        commands.extend(members.map(|member| {
            let consortium = ConsortiumKey::Code(self.code.clone());
            ConsortiumCommand::TakeOverMember(TakeOverMember { consortium, member: taken(member) })
        }));
        certificates.into_iter().chain(commands.into_iter().map(Command::Consortium)).collect()
    }

    /// The command that sets the phase at the end of the file; none for the phase that a consortium begins with.
    pub fn reach_phase(&self, on: Date) -> Option<Command> {
        let consortium = ConsortiumKey::Code(self.code.clone());
        let phase = TakeOverPhase { consortium, phase: self.phase, on };
        let begun = self.phase == Phase::Preparing;
        (!begun).then_some(Command::Consortium(ConsortiumCommand::TakeOverPhase(phase)))
    }

    /// The code of its phase.
    pub fn phase_name(&self) -> &'static str {
        super::code_of(PHASES, &self.phase)
    }

    /// The members that the record doesn't have.
    pub fn missing(&self, recorded: &Consortium) -> Vec<Member> {
        let known = |member: &&Member| recorded.members.iter().any(|known| known.sme == member.sme);
        self.members.iter().filter(|member| !known(member)).cloned().collect()
    }

    /// The columns in which the record differs from the file. A member that isn't recorded is no difference, and the
    /// phase of a consortium that this run founds is set only at the end (`phase_pending`).
    pub fn differences(&self, recorded: &Consortium, phase_pending: bool, dated: bool) -> Vec<&'static str> {
        let pairs = || {
            let of = |member: &Member| recorded.members.iter().find(|known| known.sme == member.sme).cloned();
            self.members.iter().filter_map(move |member| Some((member, of(member)?)))
        };
        let differs = [
            (NAME, !super::same_name(&self.name, &recorded.name)),
            (NAME_LATIN, super::other_name(self.name_latin.as_ref(), recorded.name_latin.as_ref())),
            (KIND, self.kind != recorded.kind),
            (PHASE, !phase_pending && self.phase != recorded.phase),
            (GROUP, self.group != recorded.group),
            (FORMED, self.formed != recorded.formed),
            (JOINED, dated && pairs().any(|(member, known)| member.joined != known.joined)),
            (PROMOTER, super::other_name(self.promoter.as_ref(), recorded.promoter.as_ref())),
            (
                CERTIFICATE,
                pairs().any(|(member, known)| {
                    member.certificate.is_some() && member.certificate != known.certificate
                }),
            ),
        ];
        differs.iter().filter(|(_, differs)| *differs).map(|(column, _)| COLUMNS[*column].name).collect()
    }

    /// The commands that bring the record to what the file says; `None` when none can.
    pub fn update(
        &self,
        recorded: &Consortium,
        differences: &[&'static str],
        today: Date,
    ) -> Option<Vec<Command>> {
        let revisable = [NAME, NAME_LATIN, KIND, PHASE, PROMOTER].map(|column| COLUMNS[column].name);
        if differences.iter().any(|name| !revisable.contains(name)) {
            return None;
        }
        let consortium = ConsortiumKey::Code(self.code.clone());
        let revise = ReviseConsortium {
            consortium,
            name: (self.name != recorded.name).then(|| self.name.clone()),
            name_latin: self.name_latin.clone().filter(|name| Some(name) != recorded.name_latin.as_ref()),
            kind: (self.kind != recorded.kind).then_some(self.kind),
            promoter: self.promoter.clone().filter(|name| Some(name) != recorded.promoter.as_ref()),
            on: today,
        };
        let revised = differences.iter().any(|name| *name != COLUMNS[PHASE].name);
        Some(
            revised
                .then_some(Command::Consortium(ConsortiumCommand::ReviseConsortium(revise)))
                .into_iter()
                .collect(),
        )
    }
}
