//! Whatever is asked, in whatever order: the record stays legal, and replay gives the same answers.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::decide;
use crate::envelope::Context;
use crate::revival::{
    AbandonRevival, DiagnoseRevival, OpenRevival, RestartProduction, Revival, RevivalCommand, ReviveUnit,
    Step, VerifyRestart, VoidRevivalFact,
};
use crate::value::{Headcount, Moment, RevivalId};

/// The days on which the commands of a sequence take effect: few, so that they meet.
const DAYS: i32 = 40;

fn on(offset: i32) -> Date {
    day("2019-01-01").plus_days(offset)
}

/// One thing to ask of one of two units; numbers choose among what is there.
#[derive(Clone, Debug)]
enum Ask {
    Register(u8, i32),
    TakeOver(u8, i32, i32, u8),
    Establish(i32, i32),
    Inspect(i32),
    License(i32, i32),
    Revoke(bool, u8, i32),
    Status(u8, i32),
    Move(u8, i32),
    Void(u64),
    Redate(u64, i32),
    Revival(u8, i32),
    Progress(bool, i32),
    Extend(i32, i32),
    Plot(u8, u8, i32),
    Grade(bool, i32),
    Merge(i32),
    VoidRevival(u64),
}

fn ask() -> impl Strategy<Value = (bool, Ask)> {
    let day = || 0..DAYS;
    let ask = prop_oneof![
        2 => (0..4u8, day()).prop_map(|(plot, on)| Ask::Register(plot, on)),
        1 => (0..4u8, day(), 0..10, 0..4u8).prop_map(|(plot, on, later, status)| Ask::TakeOver(plot, on, later, status)),
        2 => (day(), 0..30).prop_map(|(on, days)| Ask::Establish(on, days)),
        2 => day().prop_map(Ask::Inspect),
        3 => (day(), 0..30).prop_map(|(on, days)| Ask::License(on, days)),
        1 => (any::<bool>(), 0..3u8, day()).prop_map(|(operating, number, on)| Ask::Revoke(operating, number, on)),
        12 => (0..10u8, day()).prop_map(|(status, on)| Ask::Status(status, on)),
        1 => (0..4u8, day()).prop_map(|(plot, on)| Ask::Move(plot, on)),
        2 => (0..60u64).prop_map(Ask::Void),
        2 => (0..60u64, day()).prop_map(|(position, on)| Ask::Redate(position, on)),
        12 => (0..12u8, 20..DAYS).prop_map(|(step, on)| Ask::Revival(step, on)),
        2 => (any::<bool>(), day()).prop_map(|(verified, on)| Ask::Progress(verified, on)),
        2 => (day(), 1..30).prop_map(|(on, days)| Ask::Extend(on, days)),
        6 => (0..6u8, 1..4u8, day()).prop_map(|(step, plot, on)| Ask::Plot(step, plot, on)),
        2 => (any::<bool>(), day()).prop_map(|(granted, on)| Ask::Grade(granted, on)),
        1 => (20..DAYS).prop_map(Ask::Merge),
        2 => (0..60u64).prop_map(Ask::VoidRevival),
    ];
    (any::<bool>(), ask)
}

/// The command, with the unit that it is about in place of the one that the builders name.
fn command(given: &Given, first: bool, ask: &Ask) -> Command {
    let business_id = if first { UNIT } else { OTHER };
    let site = |plot: u8| match plot {
        0 => details(business_id),
        plot => SmeDetails { plot_area: None, ..on_plot(business_id, &plot.to_string()) },
    };
    let asked = match ask.clone() {
        Ask::Register(plot, at) => register(site(plot), &on(at).to_string()),
        Ask::TakeOver(plot, at, later, status) => take_over(site(plot), on(at), on(at + later), status),
        Ask::Establish(at, days) => establishment("E", &on(at).to_string(), &on(at + days).to_string()),
        Ask::Inspect(at) => inspect(&on(at).to_string()),
        Ask::License(at, days) => {
            operating(&format!("O{}", at % 3), &on(at).to_string(), &on(at + days).to_string())
        }
        Ask::Revoke(true, number, at) => {
            revoke(LicenceKind::Operating, &format!("O{number}"), &on(at).to_string())
        }
        Ask::Revoke(false, _, at) => revoke(LicenceKind::Establishment, "E", &on(at).to_string()),
        Ask::Status(0..3, at) => activate(&on(at).to_string()),
        Ask::Status(3..6, at) => reduce(&on(at).to_string()),
        Ask::Status(6..9, at) => idle(&on(at).to_string()),
        Ask::Status(_, at) => close(&on(at).to_string()),
        Ask::Move(plot, at) => moved(plot, on(at)),
        Ask::Void(nth) => void(recent(given, nth)),
        Ask::Redate(nth, at) => redate(recent(given, nth), &on(at).to_string()),
        Ask::Revival(step, at) => revival(given, business_id, step, on(at)),
        Ask::Progress(verified, at) => licences::progress(verified, &on(at).to_string()),
        Ask::Extend(at, days) => licences::extend("E", &on(at).to_string(), &on(at + days).to_string()),
        Ask::Plot(0..=1, plot, at) => {
            plots::allocate(UNIT, &plot.to_string(), &on(at).to_string(), &on(at + 5).to_string())
        }
        Ask::Plot(2, _, at) => plots::advance(PlotStage::Built, &on(at).to_string()),
        Ask::Plot(3, _, at) => plots::advance(PlotStage::Completed, &on(at).to_string()),
        Ask::Plot(_, _, at) => plots::repossess(&on(at).to_string()),
        Ask::Grade(true, at) => {
            let until = on(at + 10).to_string();
            grades::grant(KnowledgeGrade::StartUp, &on(at).to_string(), &until)
        }
        Ask::Grade(false, at) => grades::withdraw(&on(at).to_string()),
        Ask::Merge(at) => {
            let survivor = if first { OTHER } else { UNIT };
            merging::merge(survivor, business_id, &on(at).to_string())
        }
        Ask::VoidRevival(nth) => {
            let sme = given.state.smes.find(&key(business_id)).map(|sme| sme.id);
            let case = given.state.revivals.iter().rfind(|case| Some(case.sme) == sme);
            Command::Revival(RevivalCommand::VoidRevivalFact(VoidRevivalFact {
                revival: case.map_or(RevivalId::new(uuid::Uuid::nil()), |case| case.id),
                position: PositionText(recent(given, nth)),
                reason: ReasonCode::DataEntryError,
            }))
        }
    };
    about(asked, key(business_id))
}

/// A position since the tables and the park were recorded.
fn recent(given: &Given, nth: u64) -> Position {
    static FIRST: LazyLock<Position> = LazyLock::new(|| begun(false).state.position);
    let first = *FIRST;
    first + nth % (given.state.position - first + 1)
}

/// A park, and perhaps a unit in production.
fn begun(producing: bool) -> Given {
    let given = Given::nothing().on(on(DAYS - 2)).given([park()]);
    if !producing {
        return given;
    }
    let day = |offset: i32| on(offset).to_string();
    given.given([
        register(on_plot(UNIT, "1"), &day(0)),
        establishment("E", &day(0), &day(20)),
        inspect(&day(1)),
        operating("O0", &day(2), &day(30)),
        activate(&day(3)),
    ])
}

fn take_over(details: SmeDetails, issued: Date, since: Date, status: u8) -> Command {
    let status = match status {
        0 => TakenOverStatus::Active,
        1 => TakenOverStatus::SemiActive,
        2 => TakenOverStatus::Idle { since, reason: IdleReason::Other },
        _ => TakenOverStatus::Closed { since, reason: ReasonCode::Other },
    };
    let number = "O0".parse().expect("a number");
    let licence = TakenOverLicence { number, issued, expires: issued.plus_days(20), capacity: None };
    Command::Sme(SmeCommand::TakeOverSme(TakeOverSme { details, licence, status, utilisation: None }))
}

fn moved(plot: u8, on: Date) -> Command {
    Command::Sme(SmeCommand::AmendSme(AmendSme {
        sme: key(UNIT),
        name: None,
        name_latin: None,
        isic: None,
        headcount: None,
        province: None,
        park: Some(park_key()),
        plot: Some(plot.to_string().parse().expect("a plot")),
        plot_area: None,
        on,
    }))
}

fn revival(given: &Given, business_id: &str, step: u8, on: Date) -> Command {
    let sme = key(business_id);
    let open = given.state.smes.find(&sme).and_then(|sme| given.state.revivals.open_case(sme.id));
    let revival = open.map_or(RevivalId::from(uuid::Uuid::nil()), |case| case.id);
    let next = |case: &Revival| {
        let steps = [Step::Diagnosis, Step::Restart, Step::Verification];
        steps.iter().position(|step| case.step(*step).is_none()).unwrap_or(3) as u8 + 1
    };
    let step = if step > 5 { open.map_or(0, next) } else { step };
    Command::Revival(match step {
        0 => RevivalCommand::OpenRevival(OpenRevival { sme, on }),
        1 => RevivalCommand::DiagnoseRevival(DiagnoseRevival { revival, finding: IdleReason::Other, on }),
        2 => RevivalCommand::RestartProduction(RestartProduction { revival, on }),
        3 => RevivalCommand::VerifyRestart(VerifyRestart { revival, on }),
        4 => RevivalCommand::ReviveUnit(ReviveUnit {
            revival,
            jobs: Headcount::new(1).expect("a headcount"),
            utilisation: None,
            on,
        }),
        _ => RevivalCommand::AbandonRevival(AbandonRevival { revival, reason: ReasonCode::Other, on }),
    })
}

fn about(mut command: Command, key: SmeKey) -> Command {
    if let Command::Sme(command) = &mut command {
        let named = match command {
            SmeCommand::RegisterSme(_) | SmeCommand::TakeOverSme(_) => None,
            SmeCommand::AmendSme(command) => Some(&mut command.sme),
            SmeCommand::IssueEstablishmentLicence(command) => Some(&mut command.sme),
            SmeCommand::InspectSme(command) => Some(&mut command.sme),
            SmeCommand::IssueOperatingLicence(command) => Some(&mut command.sme),
            SmeCommand::RevokeLicence(command) => Some(&mut command.sme),
            SmeCommand::ActivateSme(command) => Some(&mut command.sme),
            SmeCommand::ReduceSme(command) => Some(&mut command.sme),
            SmeCommand::IdleSme(command) => Some(&mut command.sme),
            SmeCommand::CloseSme(command) => Some(&mut command.sme),
            SmeCommand::ReportProgress(command) => Some(&mut command.sme),
            SmeCommand::ExtendEstablishmentLicence(command) => Some(&mut command.sme),
            SmeCommand::AmendOperatingLicence(command) => Some(&mut command.sme),
            SmeCommand::AllocatePlot(command) => Some(&mut command.sme),
            SmeCommand::AdvancePlot(command) => Some(&mut command.sme),
            SmeCommand::RepossessPlot(command) => Some(&mut command.sme),
            SmeCommand::GrantGrade(command) => Some(&mut command.sme),
            SmeCommand::WithdrawGrade(command) => Some(&mut command.sme),
            SmeCommand::MergeSmes(_) => None,
            SmeCommand::VoidSmeFact(command) => Some(&mut command.sme),
            SmeCommand::RedateSmeFact(command) => Some(&mut command.sme),
        };
        if let Some(named) = named {
            *named = key;
        }
    }
    command
}

/// The steps that the domain allows, written down apart from the code under test.
fn leads(from: OperatingStatus, to: OperatingStatus) -> bool {
    use OperatingStatus::*;
    matches!(
        (from, to),
        (UnderConstruction, Active | Closed | Merged)
            | (Active, SemiActive | Idle | InRevival | Closed | Merged)
            | (SemiActive, Active | Idle | InRevival | Closed | Merged)
            | (Idle, InRevival | Closed | Merged)
            | (InRevival, Active | Idle | Closed)
    )
}

/// Each unit starts under construction, takes allowed steps only, and `status_on` agrees with its list of changes.
fn assert_legal(given: &Given) {
    for sme in given.state.smes.iter() {
        assert_eq!(sme.history().judge(), Ok(()));
        let changes: Vec<_> = sme.history().statuses().collect();
        assert_eq!(changes[0].2, OperatingStatus::UnderConstruction);
        for pair in changes.windows(2) {
            assert!((pair[0].0, pair[0].1) < (pair[1].0, pair[1].1), "{changes:?}");
            assert!(leads(pair[0].2, pair[1].2), "{changes:?}");
        }
        for offset in -1..=DAYS {
            let listed = changes.iter().rfind(|(from, ..)| *from <= on(offset)).map(|change| change.2);
            assert_eq!(sme.status_on(on(offset)), listed);
        }
        let open = given.state.revivals.open_case(sme.id);
        assert_eq!(sme.history().last().case_open(), open.is_some());
    }
}

/// The park holds exactly the plots of the units that are not closed, each once.
fn assert_plots(given: &Given) {
    let park = given.state.parks.find(&park_key()).expect("the park is recorded");
    let held = given.state.smes.iter().filter(|sme| sme.holding().is_some()).count();
    assert_eq!(park.allotted() as usize, held);
    let tenures: Vec<_> = given
        .state
        .smes
        .iter()
        .flat_map(|sme| sme.tenures().into_iter().map(|held| (sme.id, held)))
        .collect();
    for (index, (sme, tenure)) in tenures.iter().enumerate() {
        assert_eq!(park.holder_on(&tenure.plot, tenure.from), Some(*sme));
        for (other, held) in &tenures[index + 1..] {
            let apart = tenure.until.is_some_and(|until| until <= held.from)
                || held.until.is_some_and(|until| until <= tenure.from);
            assert!(sme == other || tenure.plot != held.plot || apart, "a plot has one holder: {tenures:?}");
        }
    }
}

/// Everything that rules can be asked about units, on each day.
fn answers(given: &Given) -> Vec<String> {
    let state = &given.state;
    let unit = |sme: &Sme| {
        let days: Vec<_> = (-1..=DAYS + 30)
            .map(|offset| {
                let on = on(offset);
                (sme.status_on(on), sme.licensed_on(on), sme.can_export_on(on), sme.grade_on(on))
            })
            .collect();
        let case = state.revivals.open_case(sme.id).map(|case| (case.id, case.version, case.opened));
        let merged = state.smes.merged_into(sme.id);
        format!(
            "{:?} {} {:?} {:?} {merged:?} {days:?} {case:?}",
            sme.id,
            sme.version,
            sme.site,
            sme.tenures()
        )
    };
    state.smes.iter().map(unit).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn the_record_stays_legal_and_replays(producing: bool, asks in prop::collection::vec(ask(), 1..100)) {
        let mut given = begun(producing);
        let base = given.clone();
        let mut recorded = Vec::new();
        for (first, ask) in &asks {
            let before = answers(&given);
            match given.when(command(&given, *first, ask)) {
                Ok(events) if events.is_empty() => prop_assert_eq!(answers(&given), before),
                Ok(events) => recorded.push(events),
                Err(rejection) => prop_assert!(!rejection.message.is_empty()),
            }
            assert_legal(&given);
            assert_plots(&given);
        }
        let mut replayed = base;
        for events in recorded {
            replayed.record(events);
        }
        prop_assert_eq!(answers(&replayed), answers(&given));
    }
}

#[test]
fn deciding_depends_on_nothing_but_its_arguments() {
    let given = idled();
    let context = Context::new(Moment::start_of_tehran_day(day("2019-12-22")), [7; 32]);
    let decided = || decide(&given.state, &register(details(OTHER), "2019-01-01"), &context);
    assert_eq!(decided(), decided());
}

#[test]
fn millions_of_units_fit_into_memory() {
    assert!(size_of::<crate::value::Entry<Fact>>() <= 32, "a fact");
    assert!(size_of::<Sme>() <= 160, "a unit beside its facts: {}", size_of::<Sme>());
}
