//! Which provinces a command concerns: those where its entities lie now, and those that it names.

use super::Provinces;
use crate::approval::ApprovalCommand;
use crate::park::ParkCommand;
use crate::period::PeriodCommand;
use crate::person::{Appointee, Holder, HolderKey, PersonCommand};
use crate::revival::RevivalCommand;
use crate::sme::{SmeCommand, SmeDetails};
use crate::value::{ParkKey, PersonId, ProvinceCode, RevivalId, SmeKey};
use crate::{Command, State};

/// The provinces that a command concerns. What it names and nobody has recorded adds none: deciding refuses it. What
/// belongs to no province (consortiums, companies, exports, programmes) concerns all of them.
pub fn provinces_of(state: &State, command: &Command) -> Provinces {
    match command {
        Command::Park(command) => of_park_command(state, command),
        Command::Sme(command) => of_sme_command(state, command),
        Command::Revival(command) => of_revival_command(state, command),
        Command::Consortium(_) | Command::Emc(_) | Command::Export(_) | Command::Privacy(_) => Provinces::ALL,
        Command::Training(_) | Command::Research(_) => Provinces::ALL,
        Command::Publication(_) => Provinces::ALL,
        Command::Signing(_) => Provinces::ALL,
        Command::Statement(_) => Provinces::ALL,
        Command::Person(command) => of_person_command(state, command),
        Command::Period(PeriodCommand::RestateFact(restate)) => provinces_of(state, &restate.command),
        Command::Period(_) => Provinces::ALL,
        Command::Approval(ApprovalCommand::ProposeCommand(propose)) => provinces_of(state, &propose.command),
        Command::Approval(_) => Provinces::ALL,
    }
}

fn of_park_command(state: &State, command: &ParkCommand) -> Provinces {
    match command {
        ParkCommand::EstablishPark(command) => Provinces::from_iter([command.province]),
        ParkCommand::TakeOverPark(command) => Provinces::from_iter([command.park.province]),
        ParkCommand::RevisePark(command) => of_park(state, &command.park).into_iter().collect(),
        ParkCommand::SpecialisePark(command) => of_park(state, &command.park).into_iter().collect(),
    }
}

fn of_sme_command(state: &State, command: &SmeCommand) -> Provinces {
    let details = |details: &SmeDetails| {
        let park = details.park.as_ref().and_then(|park| of_park(state, park));
        [Some(details.province), park].into_iter().flatten().collect::<Vec<_>>()
    };
    let sme = |sme: &SmeKey| of_sme(state, sme).into_iter().collect::<Vec<_>>();
    let provinces = match command {
        SmeCommand::RegisterSme(command) => {
            let predecessor = command.predecessor.as_ref().map(sme).unwrap_or_default();
            [details(&command.details), predecessor].concat()
        }
        SmeCommand::TakeOverSme(command) => details(&command.details),
        SmeCommand::AmendSme(command) => {
            let park = command.park.as_ref().and_then(|park| of_park(state, park));
            [sme(&command.sme), command.province.into_iter().chain(park).collect()].concat()
        }
        SmeCommand::IssueEstablishmentLicence(command) => sme(&command.sme),
        SmeCommand::InspectSme(command) => sme(&command.sme),
        SmeCommand::IssueOperatingLicence(command) => sme(&command.sme),
        SmeCommand::RevokeLicence(command) => sme(&command.sme),
        SmeCommand::ReportProgress(command) => sme(&command.sme),
        SmeCommand::ExtendEstablishmentLicence(command) => sme(&command.sme),
        SmeCommand::AmendOperatingLicence(command) => sme(&command.sme),
        SmeCommand::AllocatePlot(command) => {
            [sme(&command.sme), of_park(state, &command.park).into_iter().collect()].concat()
        }
        SmeCommand::AdvancePlot(command) => sme(&command.sme),
        SmeCommand::RepossessPlot(command) => sme(&command.sme),
        SmeCommand::GrantGrade(command) => sme(&command.sme),
        SmeCommand::WithdrawGrade(command) => sme(&command.sme),
        SmeCommand::MergeSmes(command) => [sme(&command.survivor), sme(&command.merged)].concat(),
        SmeCommand::ActivateSme(command) => sme(&command.sme),
        SmeCommand::ReduceSme(command) => sme(&command.sme),
        SmeCommand::IdleSme(command) => sme(&command.sme),
        SmeCommand::CloseSme(command) => sme(&command.sme),
        SmeCommand::VoidSmeFact(command) => sme(&command.sme),
        SmeCommand::RedateSmeFact(command) => sme(&command.sme),
    };
    provinces.into_iter().collect()
}

fn of_revival_command(state: &State, command: &RevivalCommand) -> Provinces {
    let revival = |id: RevivalId| {
        let revival = state.revivals.get(id)?;
        state.smes.get(revival.sme).map(|sme| sme.province)
    };
    match command {
        RevivalCommand::OpenRevival(command) => of_sme(state, &command.sme),
        RevivalCommand::DiagnoseRevival(command) => revival(command.revival),
        RevivalCommand::PlanRevival(command) => revival(command.revival),
        RevivalCommand::ReferRevival(command) => revival(command.revival),
        RevivalCommand::RestartProduction(command) => revival(command.revival),
        RevivalCommand::VerifyRestart(command) => revival(command.revival),
        RevivalCommand::ReviveUnit(command) => revival(command.revival),
        RevivalCommand::AbandonRevival(command) => revival(command.revival),
        RevivalCommand::VoidRevivalFact(command) => revival(command.revival),
    }
    .into_iter()
    .collect()
}

fn of_person_command(state: &State, command: &PersonCommand) -> Provinces {
    match command {
        PersonCommand::AppointPerson(command) => {
            let holder = match &command.holder {
                HolderKey::Sme(sme) => of_sme(state, sme).into_iter().collect(),
                HolderKey::Consortium(_) | HolderKey::Emc(_) => Provinces::ALL,
            };
            match command.person {
                Appointee::Known(person) => of_person(state, person).and(holder),
                Appointee::New(_) => holder,
            }
        }
        PersonCommand::CorrectPerson(command) => of_person(state, command.person),
        PersonCommand::EndAppointment(command) => of_person(state, command.person),
        PersonCommand::VoidPersonFact(command) => of_person(state, command.person),
        PersonCommand::ErasePerson(command) => of_person(state, command.person),
    }
}

/// The provinces of all at whom a person holds or held posts.
fn of_person(state: &State, person: PersonId) -> Provinces {
    let person = state.persons.get(person);
    let appointments = person.into_iter().flat_map(|person| person.appointments(state.position));
    appointments.fold(Provinces::NONE, |provinces, appointment| match appointment.holder {
        Holder::Sme(sme) => provinces.and(state.smes.get(sme).map(|sme| sme.province).into_iter().collect()),
        Holder::Consortium(_) | Holder::Emc(_) => Provinces::ALL,
    })
}

fn of_park(state: &State, key: &ParkKey) -> Option<ProvinceCode> {
    state.parks.find(key).map(|park| park.province)
}

fn of_sme(state: &State, key: &SmeKey) -> Option<ProvinceCode> {
    state.smes.find(key).map(|sme| sme.province)
}
