//! Given / when / then.

use super::*;
use crate::envelope::{Basis, EntityId};
use crate::rejection::Code;
use crate::rules::trade::samples::*;
use crate::testing::Given;
use crate::value::{Date, DeclarationKey, ExportId, SolarDate};
use crate::{Command, value};

const ON: (i32, u32, u32) = (2019, 6, 1);

fn on() -> Date {
    day(ON.0, ON.1, ON.2)
}

/// Units, a consortium of the first of them, and two companies: 1 with a mandate of unit 1, 2 with none.
fn market() -> Given {
    units().given([
        form(1, &[1], day(2019, 4, 1)),
        consent(1, day(2017, 1, 1)),
        consent(2, day(2017, 1, 1)),
        grant(1, 1, day(2018, 1, 1), Some(day(2019, 8, 1))),
    ])
}

fn sample() -> ExportDetails {
    declared(by_unit(1), 15_753_753, on())
}

fn rejected(given: &Given, details: ExportDetails) -> (Code, String) {
    let taken_over = TakeOverExport { details: details.clone() };
    let taken_over = given.rejected(Command::Export(ExportCommand::TakeOverExport(taken_over)));
    let recorded = given.rejected(record(details));
    assert_eq!(recorded, taken_over, "exports are judged alike when they are taken over");
    recorded
}

fn country(code: &str) -> CountryCode {
    CountryCode::parse(code).unwrap()
}

#[test]
fn an_export_is_recorded() {
    let mut given = market();
    let details = ExportDetails { consortium: Some(consortium(1)), ..sample() };
    let events = given.when(record(details)).unwrap();
    let [event] = &events[..] else { panic!("{events:?}") };
    assert_eq!((event.effective, event.basis), (on(), Basis::Decided));
    assert!(matches!(event.refs[..], [EntityId::Sme(_), EntityId::Consortium(_)]));
    let facts = facts(event);
    assert_eq!((facts.edition, facts.commodity_group), (HsEdition::Hs2017, CommodityGroup::PolymerPlastic));
    assert_eq!(facts.value_usd.to_string(), "1000.00");
    let sme = given.state.smes.find(&unit(1)).unwrap().id;
    let [export] = given.state.exports.of(Party::Sme(sme), Date::MIN).collect::<Vec<_>>()[..] else {
        panic!("one")
    };
    assert_eq!((export.version, export.on, export.position), (1, on(), given.state.position));
    assert_eq!(given.state.version(event.entity), 1);
}

#[test]
fn what_is_taken_over_says_so() {
    let mut given = market();
    let taken_over = TakeOverExport { details: sample() };
    let events = given.when(Command::Export(ExportCommand::TakeOverExport(taken_over))).unwrap();
    assert_eq!(events[0].basis, Basis::TakenOver);
}

#[test]
fn the_edition_follows_the_date() {
    assert_eq!(HsEdition::on(day(2021, 12, 31)), HsEdition::Hs2017);
    assert_eq!(HsEdition::on(day(2022, 1, 1)), HsEdition::Hs2022);
}

#[test]
fn an_export_has_a_value_a_weight_a_date_and_a_destination() {
    let given = market();
    let zero = Usd::ZERO;
    let negative: Usd = "-0.01".parse().unwrap();
    for (details, path) in [
        (ExportDetails { value_usd: zero, ..sample() }, "details.valueUsd"),
        (ExportDetails { value_usd: negative, ..sample() }, "details.valueUsd"),
        (ExportDetails { net_weight: Kilograms::ZERO, ..sample() }, "details.netWeight"),
        (ExportDetails { on: day(2019, 12, 23), ..sample() }, "details.on"),
        (ExportDetails { destination: country("IR"), ..sample() }, "details.destination"),
    ] {
        assert_eq!(rejected(&given, details), (Code::InvalidExport, path.into()));
    }
    let least = ExportDetails {
        value_usd: "0.01".parse().unwrap(),
        net_weight: "0.001".parse().unwrap(),
        on: day(2019, 12, 22),
        ..sample()
    };
    given.decide(&record(least)).unwrap();
}

#[test]
fn the_destination_is_a_country() {
    let given = market();
    for code in ["ZZ", "UK"] {
        let details = ExportDetails { destination: country(code), ..sample() };
        assert_eq!(rejected(&given, details), (Code::InvalidIdentifier, "details.destination".into()));
    }
    given.decide(&record(ExportDetails { destination: country("GB"), ..sample() })).unwrap();
}

#[test]
fn a_value_in_another_currency_is_kept_and_one_in_dollars_agrees() {
    let mut given = market();
    let money = |amount: &str, currency: &str| {
        Some(Money::parse(amount, value::Currency::parse(currency).unwrap()).unwrap())
    };
    for value in [money("0", "EUR"), money("999.99", "USD")] {
        let details = ExportDetails { value, ..sample() };
        assert_eq!(rejected(&given, details), (Code::InvalidExport, "details.value".into()));
    }
    let dollars = ExportDetails { value: money("1000.00", "USD"), ..sample() };
    assert_eq!(facts(&given.decide(&record(dollars)).unwrap()[0]).value, None);
    let euros = given.when(record(ExportDetails { value: money("890.50", "EUR"), ..sample() })).unwrap();
    assert_eq!(facts(&euros[0]).value, money("890.50", "EUR"));
}

#[test]
fn a_unit_exports_while_it_is_active_and_licensed() {
    let given = market().given([
        idle(2, day(2019, 6, 1)),
        revoke_licence(3, day(2019, 6, 1)),
        close(4, day(2019, 6, 1)),
    ]);
    for number in 2..=4 {
        let at = |on| declared(by_unit(number), 1, on);
        let ineligible = (Code::ExporterNotEligible, "details.exporter.sme".to_owned());
        assert_eq!(rejected(&given, at(on())), ineligible);
        assert_eq!(rejected(&given, at(day(2011, 4, 30))), ineligible);
        given.decide(&record(at(day(2019, 5, 31)))).unwrap();
    }
    let unknown = declared(by_unit(9), 1, on());
    assert_eq!(rejected(&given, unknown), (Code::UnknownReference, "details.exporter.sme".into()));
}

#[test]
fn a_company_exports_under_its_consent_and_a_mandate() {
    let given = market().given([idle(2, day(2018, 1, 1)), grant(1, 2, day(2018, 1, 1), None)]);
    let at = |emc, client, on| declared(by_emc(emc, client), 1, on);
    for (details, code, path) in [
        (at(1, Some(1), day(2016, 12, 31)), Code::ExporterNotEligible, "emc.emc"),
        (at(1, None, day(2016, 12, 31)), Code::ExporterNotEligible, "emc.emc"),
        (at(1, Some(1), day(2017, 12, 31)), Code::NoMandate, "emc.sme"),
        (at(1, Some(1), day(2019, 8, 1)), Code::NoMandate, "emc.sme"),
        (at(1, Some(3), on()), Code::NoMandate, "emc.sme"),
        (at(1, Some(2), on()), Code::ExporterNotEligible, "emc.sme"),
        (at(1, None, day(2017, 12, 31)), Code::NoMandate, "emc.emc"),
        (at(2, None, on()), Code::NoMandate, "emc.emc"),
        (at(9, None, on()), Code::UnknownReference, "emc.emc"),
        (at(1, Some(9), on()), Code::UnknownReference, "emc.sme"),
    ] {
        assert_eq!(rejected(&given, details), (code, format!("details.exporter.{path}")));
    }
    given.decide(&record(at(1, Some(1), day(2019, 7, 31)))).unwrap();
    let events = given.decide(&record(at(1, None, on()))).unwrap();
    assert_eq!(facts(&events[0]).sme, None, "the unit acted for is not known");
    let withdrawn = given.given([withdraw(1, day(2019, 6, 1))]);
    assert_eq!(rejected(&withdrawn, at(1, Some(1), on())).0, Code::ExporterNotEligible);
    withdrawn.decide(&record(at(1, Some(1), day(2019, 5, 31)))).unwrap();
}

#[test]
fn a_consortium_is_there_on_the_date() {
    let mut given = market();
    let through =
        |number, on| ExportDetails { consortium: Some(consortium(number)), ..declared(by_unit(2), 1, on) };
    let path = || "details.consortium".to_owned();
    assert_eq!(rejected(&given, through(9, on())), (Code::UnknownReference, path()));
    assert_eq!(rejected(&given, through(1, day(2019, 3, 31))), (Code::InvalidExport, path()));
    given.decide(&record(through(1, day(2019, 4, 1)))).unwrap();
    given.when(dissolve(1, day(2019, 5, 1))).unwrap();
    assert_eq!(rejected(&given, through(1, day(2019, 5, 1))), (Code::InvalidExport, path()));
    given.decide(&record(through(1, day(2019, 4, 30)))).unwrap();
}

#[test]
fn an_item_of_a_declaration_is_recorded_once() {
    let given = market().given([record(sample())]);
    let office = |text| CustomsOffice::parse(text).unwrap();
    let again = [
        sample(),
        ExportDetails { value_usd: "1.00".parse().unwrap(), ..sample() },
        ExportDetails { office: office("\u{200f}بازرگان "), ..sample() },
        ExportDetails { exporter: by_unit(2), on: day(2019, 6, 2), ..sample() },
    ];
    for details in again {
        assert_eq!(rejected(&given, details), (Code::DuplicateDeclaration, "details.declaration".into()));
    }
    let new_year = day(2019, 3, 20);
    assert_ne!(SolarDate::from(new_year).year(), SolarDate::from(on()).year());
    for details in [
        ExportDetails { item: ItemNumber::new(2).unwrap(), ..sample() },
        ExportDetails { office: office("آستارا"), ..sample() },
        ExportDetails { declaration: DeclarationNumber::parse("15753754").unwrap(), ..sample() },
        ExportDetails { on: new_year, ..sample() },
    ] {
        given.decide(&record(details)).unwrap();
    }
}

#[test]
fn a_correction_replaces_all_and_is_judged_again() {
    let mut given = market();
    let (first, position) = recorded(&mut given, sample());
    let (_, _) = recorded(&mut given, ExportDetails { item: ItemNumber::new(2).unwrap(), ..sample() });
    let worthless = ExportDetails { value_usd: Usd::ZERO, ..sample() };
    assert_eq!(given.rejected(correct(first, worthless)), (Code::InvalidExport, "details.valueUsd".into()));
    let taken = ExportDetails { item: ItemNumber::new(2).unwrap(), ..sample() };
    assert_eq!(
        given.rejected(correct(first, taken)),
        (Code::DuplicateDeclaration, "details.declaration".into())
    );
    let right = ExportDetails {
        exporter: by_unit(2),
        value_usd: "2000.00".parse().unwrap(),
        on: day(2019, 6, 3),
        ..sample()
    };
    let events = given.when(correct(first, right)).unwrap();
    assert_eq!((events[0].effective, events[0].causation), (day(2019, 6, 3), Some(position)));
    assert_eq!(events[0].refs.len(), 2, "the unit that it had, and the one that it has");
    let ids = |number: usize| {
        let sme = given.state.smes.find(&unit(number)).unwrap().id;
        given
            .state
            .exports
            .of(Party::Sme(sme), Date::MIN)
            .map(|export| export.value_usd.cents())
            .collect::<Vec<_>>()
    };
    assert_eq!((ids(1), ids(2)), (vec![100_000], vec![200_000]));
    assert_eq!(given.state.exports.get(first).unwrap().version, 2);
}

#[test]
fn a_corrected_declaration_frees_the_old_one() {
    let mut given = market();
    let (first, _) = recorded(&mut given, sample());
    let right = ExportDetails { item: ItemNumber::new(7).unwrap(), ..sample() };
    given.when(correct(first, right.clone())).unwrap();
    given.when(correct(first, right)).unwrap();
    given.when(record(sample())).unwrap();
}

#[test]
fn a_voided_export_frees_its_declaration_and_stays_voided() {
    let mut given = market();
    let (first, _) = recorded(&mut given, sample());
    given.when(void_export(first)).unwrap();
    assert_eq!(given.rejected(void_export(first)), (Code::AlreadyVoided, "export".into()));
    assert_eq!(given.rejected(correct(first, sample())), (Code::AlreadyVoided, "export".into()));
    let key = ExportKey::Declaration(DeclarationKey {
        office: sample().office,
        year: 1398,
        number: sample().declaration,
        item: sample().item,
    });
    let by_key = |key: &ExportKey| {
        let (export, reason) = (key.clone(), ReasonCode::Other);
        Command::Export(ExportCommand::VoidExport(VoidExport { export, reason }))
    };
    assert_eq!(given.rejected(by_key(&key)), (Code::AlreadyVoided, "export".into()));
    let (second, _) = recorded(&mut given, sample());
    assert_ne!(first, second);
    let events = given.when(by_key(&key)).unwrap();
    assert_eq!(events[0].entity, EntityId::Export(second));
    let sme = given.state.smes.find(&unit(1)).unwrap().id;
    assert_eq!(given.state.exports.of(Party::Sme(sme), Date::MIN).count(), 0);
    assert_eq!(given.state.exports.len(), 2);
    let unknown = ExportKey::Id(ExportId::from(uuid::Uuid::nil()));
    assert_eq!(given.rejected(by_key(&unknown)), (Code::UnknownReference, "export".into()));
}
