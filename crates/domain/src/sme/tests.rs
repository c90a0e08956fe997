//! Given / when / then for units, and the units that other nouns' tests begin with.

use crate::Command;
use crate::park::{EstablishPark, ParkCommand, ParkKind};
use crate::testing::Given;
use crate::value::{Date, Hectares, ParkKey, PositionText, ReasonCode, SmeKey};

use super::*;

mod corrections;
mod grades;
mod licences;
mod merging;
mod plots;
mod registration;
mod sequences;
mod status;
mod taking_over;

pub(crate) const UNIT: &str = "100000000001";
pub(crate) const OTHER: &str = "100000000002";

pub(crate) fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

pub(crate) fn key(business_id: &str) -> SmeKey {
    SmeKey::BusinessId(business_id.parse().expect("a business ID"))
}

pub(crate) fn details(business_id: &str) -> SmeDetails {
    SmeDetails {
        business_id: business_id.parse().expect("a business ID"),
        legal_id: "10380284790".parse().expect("a legal ID"),
        name: "فرش تابان".parse().expect("a name"),
        name_latin: None,
        province: "IR-10".parse().expect("a province"),
        park: None,
        plot: None,
        plot_area: None,
        isic: "1393".parse().expect("a class"),
        headcount: None,
    }
}

/// Plot 1 or another one of the park that [`park`] establishes.
pub(crate) fn on_plot(business_id: &str, plot: &str) -> SmeDetails {
    SmeDetails {
        park: Some(park_key()),
        plot: Some(plot.parse().expect("a plot")),
        plot_area: Some("1000".parse().expect("an area")),
        ..details(business_id)
    }
}

pub(crate) fn park_key() -> ParkKey {
    ParkKey::Code("IR-10-001".parse().expect("a code"))
}

/// A park of two plots and 2,000 m² that can be sold.
pub(crate) fn park() -> Command {
    Command::Park(ParkCommand::EstablishPark(EstablishPark {
        code: "IR-10-001".parse().expect("a code"),
        name: "شهرک صنعتی".parse().expect("a name"),
        name_latin: None,
        kind: ParkKind::Park,
        province: "IR-10".parse().expect("a province"),
        area: "1".parse::<Hectares>().expect("an area"),
        saleable: Some("0.2".parse().expect("an area")),
        plots: 2,
        on: day("2010-01-01"),
    }))
}

pub(crate) fn register(details: SmeDetails, on: &str) -> Command {
    Command::Sme(SmeCommand::RegisterSme(RegisterSme { details, predecessor: None, on: day(on) }))
}

pub(crate) fn establishment(number: &str, on: &str, expires: &str) -> Command {
    Command::Sme(SmeCommand::IssueEstablishmentLicence(IssueEstablishmentLicence {
        sme: key(UNIT),
        number: number.parse().expect("a number"),
        on: day(on),
        expires: day(expires),
    }))
}

pub(crate) fn inspect(on: &str) -> Command {
    Command::Sme(SmeCommand::InspectSme(InspectSme { sme: key(UNIT), on: day(on) }))
}

pub(crate) fn operating(number: &str, on: &str, expires: &str) -> Command {
    Command::Sme(SmeCommand::IssueOperatingLicence(IssueOperatingLicence {
        sme: key(UNIT),
        number: number.parse().expect("a number"),
        on: day(on),
        expires: day(expires),
        capacity: Some(Capacity {
            amount: "1200".parse().expect("an amount"),
            unit: "tonne".parse().expect("a unit"),
        }),
    }))
}

pub(crate) fn revoke(kind: LicenceKind, number: &str, on: &str) -> Command {
    Command::Sme(SmeCommand::RevokeLicence(RevokeLicence {
        sme: key(UNIT),
        kind,
        number: number.parse().expect("a number"),
        on: day(on),
        reason: ReasonCode::AuthorityDecision,
    }))
}

pub(crate) fn activate(on: &str) -> Command {
    Command::Sme(SmeCommand::ActivateSme(ActivateSme { sme: key(UNIT), utilisation: None, on: day(on) }))
}

pub(crate) fn reduce(on: &str) -> Command {
    Command::Sme(SmeCommand::ReduceSme(ReduceSme { sme: key(UNIT), utilisation: None, on: day(on) }))
}

pub(crate) fn idle(on: &str) -> Command {
    Command::Sme(SmeCommand::IdleSme(IdleSme { sme: key(UNIT), reason: IdleReason::Liquidity, on: day(on) }))
}

pub(crate) fn close(on: &str) -> Command {
    Command::Sme(SmeCommand::CloseSme(CloseSme {
        sme: key(UNIT),
        reason: ReasonCode::Insolvency,
        on: day(on),
    }))
}

pub(crate) fn void(position: Position) -> Command {
    Command::Sme(SmeCommand::VoidSmeFact(VoidSmeFact {
        sme: key(UNIT),
        position: PositionText(position),
        reason: ReasonCode::DataEntryError,
    }))
}

pub(crate) fn redate(position: Position, on: &str) -> Command {
    Command::Sme(SmeCommand::RedateSmeFact(RedateSmeFact {
        sme: key(UNIT),
        position: PositionText(position),
        on: day(on),
        reason: ReasonCode::SourceCorrected,
    }))
}

/// A unit under construction since 2015-01-01.
pub(crate) fn registered() -> Given {
    Given::nothing().given([register(details(UNIT), "2015-01-01")])
}

/// The unit with an operating licence from 2015-06-01 to 2025-06-01.
pub(crate) fn licensed() -> Given {
    registered().given([
        establishment("E1", "2015-02-01", "2016-02-01"),
        inspect("2015-05-01"),
        operating("O1", "2015-06-01", "2025-06-01"),
    ])
}

/// The unit, active since 2015-07-01.
pub(crate) fn active() -> Given {
    licensed().given([activate("2015-07-01")])
}

/// The unit, idle since 2018-01-01.
pub(crate) fn idled() -> Given {
    active().given([idle("2018-01-01")])
}

pub(crate) fn unit(given: &Given) -> &Sme {
    given.state.smes.find(&key(UNIT)).expect("the unit is recorded")
}

pub(crate) fn status(given: &Given, on: &str) -> Option<OperatingStatus> {
    unit(given).status_on(day(on))
}
