//! Commands for the tests of consortiums, companies, exports and findings: five units of four legal entities, licensed
//! and active since 1390, and what they do.

use crate::consortium::*;
use crate::emc::*;
use crate::envelope::Event;
use crate::export::*;
use crate::revival::*;
use crate::sme::*;
use crate::testing::Given;
use crate::value::*;
use crate::{Command, EventData};

pub(crate) fn day(year: i32, month: u32, day: u32) -> Date {
    Date::new(year, month, day).expect("a date")
}

/// Units 1 to 5; 4 and 5 are of one legal entity.
pub(crate) fn unit(number: usize) -> SmeKey {
    SmeKey::BusinessId(BusinessId::parse(&format!("{number:012}")).unwrap())
}

fn legal_id(number: usize) -> LegalId {
    let ids = ["10380284790", "14001234562", "10860001235", "10380007775", "10380007775"];
    LegalId::parse(ids[number - 1]).unwrap()
}

pub(crate) fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

pub(crate) fn take_over_unit(number: usize) -> Command {
    let details = SmeDetails {
        business_id: BusinessId::parse(&format!("{number:012}")).unwrap(),
        legal_id: legal_id(number),
        name: name("صنایع نمونه"),
        name_latin: None,
        province: ProvinceCode::parse("IR-10").unwrap(),
        park: None,
        plot: None,
        plot_area: None,
        isic: IsicCode::parse("2220").unwrap(),
        headcount: None,
    };
    let licence = TakenOverLicence {
        number: LicenceNumber::parse(&format!("113/{number}")).unwrap(),
        issued: day(2011, 5, 1),
        expires: day(2031, 5, 1),
        capacity: None,
    };
    let status = TakenOverStatus::Active;
    Command::Sme(SmeCommand::TakeOverSme(TakeOverSme { details, licence, status, utilisation: None }))
}

/// The five units.
pub(crate) fn units() -> Given {
    Given::nothing().given((1..=5).map(take_over_unit))
}

pub(crate) fn idle(number: usize, on: Date) -> Command {
    Command::Sme(SmeCommand::IdleSme(IdleSme { sme: unit(number), reason: IdleReason::Market, on }))
}

/// A whole revival case on one day.
pub(crate) fn revive(given: &mut Given, number: usize, on: Date) {
    let open = OpenRevival { sme: unit(number), on };
    let events = given.when(Command::Revival(RevivalCommand::OpenRevival(open))).unwrap();
    let crate::envelope::EntityId::Revival(revival) = events[0].entity else { panic!("{events:?}") };
    for command in [
        RevivalCommand::DiagnoseRevival(DiagnoseRevival { revival, finding: IdleReason::Market, on }),
        RevivalCommand::RestartProduction(RestartProduction { revival, on }),
        RevivalCommand::VerifyRestart(VerifyRestart { revival, on }),
        RevivalCommand::ReviveUnit(ReviveUnit {
            revival,
            jobs: Headcount::new(12).unwrap(),
            utilisation: None,
            on,
        }),
    ] {
        given.when(Command::Revival(command)).unwrap();
    }
}

pub(crate) fn close(number: usize, on: Date) -> Command {
    let reason = ReasonCode::Insolvency;
    Command::Sme(SmeCommand::CloseSme(CloseSme { sme: unit(number), reason, on }))
}

pub(crate) fn revoke_licence(number: usize, on: Date) -> Command {
    let licence = LicenceNumber::parse(&format!("113/{number}")).unwrap();
    let (sme, reason) = (unit(number), ReasonCode::AuthorityDecision);
    let kind = LicenceKind::Operating;
    Command::Sme(SmeCommand::RevokeLicence(RevokeLicence { sme, kind, number: licence, on, reason }))
}

pub(crate) fn void_unit_fact(number: usize, position: u64) -> Command {
    let (sme, reason) = (unit(number), ReasonCode::DataEntryError);
    Command::Sme(SmeCommand::VoidSmeFact(VoidSmeFact { sme, position: PositionText(position), reason }))
}

pub(crate) fn redate_unit_fact(number: usize, position: u64, on: Date) -> Command {
    let (sme, reason) = (unit(number), ReasonCode::DataEntryError);
    let position = PositionText(position);
    Command::Sme(SmeCommand::RedateSmeFact(RedateSmeFact { sme, position, on, reason }))
}

pub(crate) fn consortium(number: usize) -> ConsortiumKey {
    ConsortiumKey::Code(ConsortiumCode::parse(&format!("CON-{number:03}")).unwrap())
}

pub(crate) fn consortium_details(number: usize, product_group: CommodityGroup) -> ConsortiumDetails {
    ConsortiumDetails {
        code: ConsortiumCode::parse(&format!("CON-{number:03}")).unwrap(),
        name: name("کنسرسیوم صادراتی"),
        name_latin: None,
        kind: ConsortiumKind::Sales,
        product_group,
    }
}

pub(crate) fn certificate(certified: bool) -> Option<CertificateNumber> {
    certified.then(|| CertificateNumber::parse("ERC-1").unwrap())
}

/// A consortium of polymers whose members join on the day, each with a certificate.
pub(crate) fn form(number: usize, members: &[usize], on: Date) -> Command {
    let members =
        members.iter().map(|member| NewMember { sme: unit(*member), certificate: certificate(true) });
    let details = consortium_details(number, CommodityGroup::PolymerPlastic);
    let form = FormConsortium { details, members: members.collect(), on };
    Command::Consortium(ConsortiumCommand::FormConsortium(form))
}

pub(crate) fn admit(number: usize, member: usize, certified: bool, on: Date) -> Command {
    Command::Consortium(ConsortiumCommand::AdmitMember(AdmitMember {
        consortium: consortium(number),
        sme: unit(member),
        certificate: certificate(certified),
        on,
    }))
}

pub(crate) fn release(number: usize, member: usize, on: Date) -> Command {
    let (consortium, sme, reason) = (consortium(number), unit(member), ReasonCode::HolderRequest);
    Command::Consortium(ConsortiumCommand::ReleaseMember(ReleaseMember { consortium, sme, reason, on }))
}

pub(crate) fn constitute(number: usize, on: Date) -> Command {
    let consortium = consortium(number);
    Command::Consortium(ConsortiumCommand::ConstituteConsortium(ConstituteConsortium { consortium, on }))
}

pub(crate) fn start(number: usize, on: Date) -> Command {
    let consortium = consortium(number);
    Command::Consortium(ConsortiumCommand::StartConsortium(StartConsortium { consortium, on }))
}

pub(crate) fn dissolve(number: usize, on: Date) -> Command {
    let (consortium, reason) = (consortium(number), ReasonCode::HolderRequest);
    Command::Consortium(ConsortiumCommand::DissolveConsortium(DissolveConsortium { consortium, reason, on }))
}

pub(crate) fn take_over_phase(number: usize, phase: Phase, on: Date) -> Command {
    let consortium = consortium(number);
    Command::Consortium(ConsortiumCommand::TakeOverPhase(TakeOverPhase { consortium, phase, on }))
}

pub(crate) fn void_consortium_fact(number: usize, position: u64) -> Command {
    let (consortium, reason) = (consortium(number), ReasonCode::DataEntryError);
    let position = PositionText(position);
    let void = VoidConsortiumFact { consortium, position, reason };
    Command::Consortium(ConsortiumCommand::VoidConsortiumFact(void))
}

pub(crate) fn emc(number: usize) -> EmcKey {
    EmcKey::Code(EmcCode::parse(&format!("EMC-{number:03}")).unwrap())
}

pub(crate) fn emc_details(number: usize) -> EmcDetails {
    EmcDetails {
        code: EmcCode::parse(&format!("EMC-{number:03}")).unwrap(),
        name: name("مدیریت صادرات"),
        name_latin: None,
        legal_id: LegalId::parse("14123456700").unwrap(),
        trade_card: TradeCardNumber::parse("TC4565780").unwrap(),
        trade_card_expires: None,
    }
}

pub(crate) fn consent(number: usize, on: Date) -> Command {
    Command::Emc(EmcCommand::ConsentEmc(ConsentEmc { details: emc_details(number), on }))
}

pub(crate) fn grant(number: usize, client: usize, from: Date, until: Option<Date>) -> Command {
    Command::Emc(EmcCommand::GrantMandate(GrantMandate { emc: emc(number), sme: unit(client), from, until }))
}

pub(crate) fn end_mandate(number: usize, client: usize, on: Date) -> Command {
    let (emc, sme, reason) = (emc(number), unit(client), ReasonCode::HolderRequest);
    Command::Emc(EmcCommand::EndMandate(EndMandate { emc, sme, on, reason }))
}

pub(crate) fn rank(number: usize, rank: Rank, on: Date) -> Command {
    Command::Emc(EmcCommand::RankEmc(RankEmc { emc: emc(number), rank, on }))
}

pub(crate) fn withdraw(number: usize, on: Date) -> Command {
    let (emc, reason) = (emc(number), ReasonCode::ConditionNotMet);
    Command::Emc(EmcCommand::WithdrawConsent(WithdrawConsent { emc, reason, on }))
}

pub(crate) fn void_emc_fact(number: usize, position: u64) -> Command {
    let (emc, reason) = (emc(number), ReasonCode::DataEntryError);
    Command::Emc(EmcCommand::VoidEmcFact(VoidEmcFact { emc, position: PositionText(position), reason }))
}

/// Polymers of 1,000 dollars to Iraq, declared at Bazargan.
pub(crate) fn declared(exporter: Exporter, declaration: u32, on: Date) -> ExportDetails {
    ExportDetails {
        exporter,
        consortium: None,
        office: CustomsOffice::parse("بازرگان").unwrap(),
        declaration: DeclarationNumber::parse(&format!("{declaration:08}")).unwrap(),
        item: ItemNumber::new(1).unwrap(),
        hs: HsCode::parse("39012000").unwrap(),
        destination: CountryCode::parse("IQ").unwrap(),
        net_weight: Kilograms::parse("1250.5").unwrap(),
        value_usd: Usd::parse("1000.00").unwrap(),
        value: None,
        on,
    }
}

pub(crate) fn by_unit(number: usize) -> Exporter {
    Exporter::Sme(unit(number))
}

pub(crate) fn by_emc(number: usize, client: Option<usize>) -> Exporter {
    Exporter::Emc { emc: emc(number), sme: client.map(unit) }
}

pub(crate) fn record(details: ExportDetails) -> Command {
    Command::Export(ExportCommand::RecordExport(RecordExport { details }))
}

pub(crate) fn correct(export: ExportId, details: ExportDetails) -> Command {
    let (export, reason) = (ExportKey::Id(export), ReasonCode::SourceCorrected);
    Command::Export(ExportCommand::CorrectExport(CorrectExport { export, details, reason }))
}

pub(crate) fn void_export(export: ExportId) -> Command {
    let (export, reason) = (ExportKey::Id(export), ReasonCode::Duplicate);
    Command::Export(ExportCommand::VoidExport(VoidExport { export, reason }))
}

/// Records an export and tells its ID and the position of its event.
pub(crate) fn recorded(given: &mut Given, details: ExportDetails) -> (ExportId, u64) {
    let events = given.when(record(details)).unwrap();
    let crate::envelope::EntityId::Export(id) = events[0].entity else { panic!("{events:?}") };
    (id, given.state.position)
}

/// Records what follows from a command and tells the position of its last event.
pub(crate) fn happened(given: &mut Given, command: Command) -> u64 {
    given.when(command).unwrap();
    given.state.position
}

pub(crate) fn types(events: &[Event]) -> Vec<&'static str> {
    events.iter().map(|event| event.data.type_name()).collect()
}

pub(crate) fn facts(event: &Event) -> &ExportFacts {
    match &event.data {
        EventData::Export(
            ExportEvent::ExportRecorded(ExportRecorded(facts))
            | ExportEvent::ExportCorrected(ExportCorrected(facts)),
        ) => facts,
        other => panic!("{other:?}"),
    }
}
