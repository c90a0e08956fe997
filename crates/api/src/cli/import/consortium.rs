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
    pub members: Vec<Member>,
}

/// A member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub sme: BusinessId,
    pub joined: Date,
    pub certificate: Option<CertificateNumber>,
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
    let joined = joined?;
    let members =
        units?.into_iter().map(|sme| Member { sme, joined, certificate: certificate.clone() }).collect();
    Some(Consortium {
        code: code?,
        name: name?,
        name_latin,
        kind: kind?,
        phase: phase?,
        group: group?,
        formed: formed?,
        members,
    })
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
        "certificate" => CERTIFICATE,
        _ => CODE,
    };
    COLUMNS[index].name
}

impl Consortium {
    /// What the columns say, normalised.
    pub fn values(&self) -> Vec<(&'static str, String)> {
        let units: Vec<_> = self.members.iter().map(|member| member.sme.to_string()).collect();
        let first = self.members.first();
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
        let mut members = missing.iter();
        let mut commands = Vec::new();
        if !founded {
            let details = ConsortiumDetails {
                code: self.code.clone(),
                name: self.name.clone(),
                name_latin: self.name_latin.clone(),
                kind: self.kind,
                product_group: self.group,
            };
            let member = members.next().map(taken);
            let found = TakeOverConsortium { details, formed: self.formed, member };
            commands.push(ConsortiumCommand::TakeOverConsortium(found));
        }
        commands.extend(members.map(|member| {
            let consortium = ConsortiumKey::Code(self.code.clone());
            ConsortiumCommand::TakeOverMember(TakeOverMember { consortium, member: taken(member) })
        }));
        commands.into_iter().map(Command::Consortium).collect()
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
        let revisable = [NAME, NAME_LATIN, KIND, PHASE].map(|column| COLUMNS[column].name);
        if differences.iter().any(|name| !revisable.contains(name)) {
            return None;
        }
        let consortium = ConsortiumKey::Code(self.code.clone());
        let revise = ReviseConsortium {
            consortium,
            name: (self.name != recorded.name).then(|| self.name.clone()),
            name_latin: self.name_latin.clone().filter(|name| Some(name) != recorded.name_latin.as_ref()),
            kind: (self.kind != recorded.kind).then_some(self.kind),
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
