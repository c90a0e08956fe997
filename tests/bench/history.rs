//! Logs with long histories: the national reference set, and years of the same trade after it.
//!
//! Guarantees: everything is recorded through ordinary commands that every rule has judged; the same number of events
//! gives the same log, on every machine. The mix is the national one: one event in seven concerns an export, the others
//! the 43,650 units, which are reduced, stand idle, are revived, inspected, renamed and recounted, and now and then a
//! fact is redated, corrected or voided.

use std::collections::VecDeque;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use daftar_api::config::Config;
use daftar_api::demo;
use daftar_api::server::Server;
use daftar_domain::Command;
use daftar_domain::State;
use daftar_domain::envelope::{Context, FORMAT, Position, Submission};
use daftar_domain::export::{
    CorrectExport, ExportCommand, ExportDetails, Exporter, RecordExport, VoidExport,
};
use daftar_domain::ledger::{
    Answer, Ledger, LedgerError, LedgerSettings, Outcome, Publish, Published, SimulatedClock, id_seed,
};
use daftar_domain::opening::{Clock, LogOpened};
use daftar_domain::policy::Actor;
use daftar_domain::revival::{
    AbandonRevival, DiagnoseRevival, OpenRevival, PlanRevival, ReferRevival, ReferralKind, RestartProduction,
    RevivalCommand, ReviveUnit, VerifyRestart,
};
use daftar_domain::sme::{
    ActivateSme, AmendSme, IdleReason, IdleSme, InspectSme, OperatingStatus, RedateSmeFact, ReduceSme,
    SmeCommand, VoidSmeFact,
};
use daftar_domain::value::{
    CommandId, Date, DeclarationKey, ExportKey, Headcount, IdSource, ItemNumber, Kilograms, Moment, Percent,
    PositionText, ReasonCode, RevivalId, SmeId, SmeKey, SolarDate, Usd,
};
use rustc_hash::FxHashSet;

/// Commands in one commit.
const COMMIT_COMMANDS: usize = 2_000;
/// Commands under way.
const QUEUE_COMMANDS: usize = 3 * COMMIT_COMMANDS;
/// The last day of the histories.
const LAST: (i32, u32, u32) = (2026, 6, 30);
/// HS codes of the groups, and countries that are exported to.
const GOODS: [&str; 8] =
    ["08025100", "39021000", "28332900", "84181000", "57011000", "42033000", "42022100", "73211100"];
const COUNTRIES: [&str; 8] = ["IQ", "IQ", "IQ", "AF", "AF", "AE", "TR", "CN"];

/// Records a log of that many events, and a few more, in an empty folder. The log of the national set is the shortest.
///
/// # Panics
/// When the folder can't be used, or a rule rejects what this file makes up.
pub fn record(data: &Path, events: u64) {
    let config = Config { data: data.to_owned(), ..Config::default() };
    let log = Server::log(&config).expect("the folder is usable");
    let go_on = &mut |_: demo::Progress| std::ops::ControlFlow::Continue(());
    demo::ensure(log, Some(Server::mark(&config)), go_on).expect("the set is recorded");
    let log = Server::log(&config).expect("the folder is usable");
    let found = Arc::new(Mutex::new(None));
    let settings = LedgerSettings {
        queue_commands: QUEUE_COMMANDS,
        commit_commands: COMMIT_COMMANDS,
        mark: Some(Server::mark(&config)),
        ..LedgerSettings::default()
    };
    let opened =
        LogOpened { origin: "unused".to_owned(), format: FORMAT, clock: Clock::Simulated, demo: None };
    let clock = Box::new(SimulatedClock::new(Moment::from_millis(0)));
    let publish = Box::new(Found(Arc::clone(&found)));
    let ledger = Ledger::open(log, opened, clock, publish, settings).expect("the set opens");
    let state = found.lock().expect("no panic").take().expect("an open ledger has published");
    Recorder::new(&ledger, &state).record(events.saturating_sub(state.position));
    ledger.close().expect("closes");
}

/// Keeps the state that the ledger opens with.
struct Found(Arc<Mutex<Option<State>>>);

impl Publish for Found {
    fn publish(&self, batch: Published) {
        if batch.events.is_empty() {
            *self.0.lock().expect("no panic") = Some(batch.state);
        }
    }
}

/// What a unit does, as far as the next command asks.
#[derive(Clone, Copy)]
enum Doing {
    Active,
    SemiActive,
    Idle,
    Case { id: RevivalId, steps: u8 },
}

struct Unit {
    id: SmeId,
    doing: Doing,
    /// Whether its licence holds to the end: else only its headcount and inspections are news.
    licensed: bool,
    exports: bool,
    /// The day of its last fact.
    last: Date,
}

impl Unit {
    /// A unit of the set; none that is closed or not built yet.
    fn of(state: &State, id: SmeId, exporters: &FxHashSet<SmeId>, last: Date) -> Option<Self> {
        let sme = state.smes.get(id)?;
        let history = sme.history();
        let doing = match history.last().status()? {
            OperatingStatus::Active => Doing::Active,
            OperatingStatus::SemiActive => Doing::SemiActive,
            OperatingStatus::Idle if !history.last().case_open() => Doing::Idle,
            _ => return None,
        };
        let today = history.statuses().map(|(day, ..)| day).last()?;
        let licensed = sme.licensed_on(last) && sme.licensed_on(today);
        Some(Self { id, doing, licensed, exports: licensed && exporters.contains(&id), last: today })
    }

    fn key(&self) -> SmeKey {
        SmeKey::Id(self.id)
    }
}

/// An inspection that may still be redated or voided.
struct Inspected {
    unit: usize,
    position: Position,
    on: Date,
}

type Waiting = (usize, Date, Pin<Box<dyn Future<Output = Result<Answer, LedgerError>> + Send>>);

struct Recorder<'a> {
    ledger: &'a Ledger,
    runtime: tokio::runtime::Runtime,
    random: Random,
    units: Vec<Unit>,
    exporters: Vec<usize>,
    at: Moment,
    commands: u64,
    declarations: u32,
    last_export: Option<ExportDetails>,
    inspected: VecDeque<Inspected>,
    waiting: VecDeque<Waiting>,
    events: u64,
}

impl<'a> Recorder<'a> {
    fn new(ledger: &'a Ledger, state: &State) -> Self {
        let last = Date::new(LAST.0, LAST.1, LAST.2).expect("a date");
        let exporters: FxHashSet<SmeId> = state.exports.iter().filter_map(|export| export.sme).collect();
        let units: Vec<Unit> =
            state.smes.iter().filter_map(|sme| Unit::of(state, sme.id, &exporters, last)).collect();
        let exporters = (0..units.len()).filter(|unit| units[*unit].exports).collect();
        let begun = Date::new(2020, 3, 20).expect("a date");
        Self {
            ledger,
            runtime: tokio::runtime::Builder::new_current_thread().build().expect("a runtime"),
            random: Random(1398),
            units,
            exporters,
            at: Moment::start_of_tehran_day(begun),
            commands: 0,
            declarations: 50_000_000,
            last_export: None,
            inspected: VecDeque::new(),
            waiting: VecDeque::with_capacity(QUEUE_COMMANDS),
            events: 0,
        }
    }

    /// Records so many events, spread evenly over the years.
    fn record(&mut self, events: u64) {
        let last = Date::new(LAST.0, LAST.1, LAST.2).expect("a date");
        let (from, until) = (self.at.millis(), Moment::start_of_tehran_day(last).millis());
        while self.events + (self.waiting.len() as u64) < events {
            let share = i128::from(self.commands) * i128::from(until - from) / i128::from(events);
            self.at = Moment::from_millis((from + share as i64).min(until));
            self.step();
        }
        while !self.waiting.is_empty() {
            self.hear();
        }
    }

    fn step(&mut self) {
        let today = self.at.tehran_date();
        if self.random.below(7) == 0 {
            let unit = self.exporters[self.random.below(self.exporters.len() as u64) as usize];
            let command = self.export(unit, today);
            return self.send(unit, today, Command::Export(command));
        }
        let redated = self.random.below(60) == 0 && self.inspected.len() > 1_000;
        if let Some(inspected) = redated.then(|| self.inspected.pop_front()).flatten() {
            let command = self.undo(&inspected);
            return self.send(inspected.unit, today, Command::Sme(command));
        }
        let unit = self.random.below(self.units.len() as u64) as usize;
        let on = today.plus_days(-(self.random.below(9) as i32)).max(self.units[unit].last);
        let command = self.unit(unit, on);
        self.send(unit, on, command);
    }

    fn send(&mut self, unit: usize, on: Date, command: Command) {
        if self.waiting.len() == QUEUE_COMMANDS {
            (0..COMMIT_COMMANDS).for_each(|_| self.hear());
        }
        let command_id = self.command_id();
        let submission = Submission {
            command_id,
            actor: Actor::LOCAL,
            expected_version: None,
            reason_text: None,
            command,
        };
        self.commands += 1;
        let answer = self.ledger.submit_at(vec![submission], self.at);
        self.waiting.push_back((unit, on, Box::pin(answer)));
    }

    fn hear(&mut self) {
        let (unit, on, answer) = self.waiting.pop_front().expect("something waits");
        let answer = self.runtime.block_on(answer).expect("recorded");
        let Some(Outcome::Recorded(receipt)) = answer.outcomes.first() else {
            panic!("of unit {unit}: {:?}", answer.outcomes)
        };
        self.events += receipt.events().len() as u64;
        if let [only] = receipt.events()
            && only.event.data.type_name() == "SmeInspected"
            && self.inspected.len() < 100_000
        {
            self.inspected.push_back(Inspected { unit, position: only.position, on });
        }
    }

    /// Derived from the number of the command.
    fn command_id(&self) -> CommandId {
        let mut seed = [0; 32];
        seed[8..16].copy_from_slice(&self.commands.to_le_bytes());
        seed[16..23].copy_from_slice(b"history");
        IdSource::new(self.at, seed).next().into()
    }

    /// Something that becomes of a unit on a day.
    fn unit(&mut self, place: usize, on: Date) -> Command {
        let percent = |random: &mut Random| Percent::new(30 + random.below(66) as u32).expect("a percentage");
        let odds = self.random.below(100);
        let Unit { doing, licensed, exports, .. } = self.units[place];
        let sme = self.units[place].key();
        let idles = if exports { 0 } else { 14 };
        let (doing, command) = match doing {
            _ if !licensed || odds >= 70 => return self.plain(sme, on),
            Doing::Case { id, steps } => return self.case(place, id, steps, on),
            Doing::Idle => {
                let id = self.new_id();
                let command = RevivalCommand::OpenRevival(OpenRevival { sme, on });
                (Doing::Case { id, steps: 0 }, Command::Revival(command))
            }
            Doing::Active | Doing::SemiActive if odds < idles => {
                let reason = [IdleReason::Liquidity, IdleReason::Market, IdleReason::RawMaterial];
                let reason = reason[self.random.below(3) as usize];
                (Doing::Idle, Command::Sme(SmeCommand::IdleSme(IdleSme { sme, reason, on })))
            }
            Doing::Active | Doing::SemiActive => {
                let utilisation = Some(percent(&mut self.random));
                match odds % 3 {
                    0 => {
                        let command = SmeCommand::ReduceSme(ReduceSme { sme, utilisation, on });
                        (Doing::SemiActive, Command::Sme(command))
                    }
                    _ => {
                        let command = SmeCommand::ActivateSme(ActivateSme { sme, utilisation, on });
                        (Doing::Active, Command::Sme(command))
                    }
                }
            }
        };
        (self.units[place].doing, self.units[place].last) = (doing, on);
        command
    }

    /// What no status rests on.
    fn plain(&mut self, sme: SmeKey, on: Date) -> Command {
        let nothing = AmendSme {
            sme: sme.clone(),
            name: None,
            name_latin: None,
            isic: None,
            headcount: None,
            province: None,
            park: None,
            plot: None,
            plot_area: None,
            on,
        };
        let amend = match self.random.below(20) {
            0..=11 => return Command::Sme(SmeCommand::InspectSme(InspectSme { sme, on })),
            12 => {
                let name = format!("صنایع نمونه {}", self.commands).parse().expect("a name");
                AmendSme { name: Some(name), ..nothing }
            }
            _ => {
                // Never the one that it has.
                let people = 5 + (self.commands % 180) as u32;
                AmendSme { headcount: Some(Headcount::new(people).expect("people")), ..nothing }
            }
        };
        Command::Sme(SmeCommand::AmendSme(amend))
    }

    /// The next step of a case.
    fn case(&mut self, place: usize, id: RevivalId, steps: u8, on: Date) -> Command {
        let abandoned = self.random.below(12) == 0;
        let unit = &mut self.units[place];
        unit.last = on;
        unit.doing = match steps {
            1.. if abandoned => Doing::Idle,
            5 => Doing::Active,
            _ => Doing::Case { id, steps: steps + 1 },
        };
        let revival = id;
        Command::Revival(match steps {
            1.. if abandoned => {
                let reason = ReasonCode::ConditionNotMet;
                RevivalCommand::AbandonRevival(AbandonRevival { revival, reason, on })
            }
            0 => {
                let finding = IdleReason::Liquidity;
                RevivalCommand::DiagnoseRevival(DiagnoseRevival { revival, finding, on })
            }
            1 => RevivalCommand::PlanRevival(PlanRevival { revival, on }),
            2 => {
                let to = ReferralKind::Bank;
                RevivalCommand::ReferRevival(ReferRevival { revival, to, loan: None, lender: None, on })
            }
            3 => RevivalCommand::RestartProduction(RestartProduction { revival, on }),
            4 => RevivalCommand::VerifyRestart(VerifyRestart { revival, on }),
            _ => {
                let jobs = Headcount::new(12).expect("people");
                RevivalCommand::ReviveUnit(ReviveUnit { revival, jobs, utilisation: None, on })
            }
        })
    }

    /// The ID that the next command draws first: IDs follow from the command and its moment.
    fn new_id(&self) -> RevivalId {
        Context::new(self.at, id_seed(Actor::LOCAL.id, self.command_id())).new_id()
    }

    /// A fact that nothing rests on is redated or voided.
    fn undo(&mut self, inspected: &Inspected) -> SmeCommand {
        let sme = self.units[inspected.unit].key();
        let reason = ReasonCode::DataEntryError;
        match self.random.below(2) {
            0 => SmeCommand::VoidSmeFact(VoidSmeFact {
                sme,
                position: PositionText(inspected.position),
                reason,
            }),
            _ => {
                let on = inspected.on.plus_days(-1);
                let position = PositionText(inspected.position);
                SmeCommand::RedateSmeFact(RedateSmeFact { sme, position, on, reason })
            }
        }
    }

    /// An export of a unit; one in fifty corrects or voids the one before.
    fn export(&mut self, unit: usize, on: Date) -> ExportCommand {
        let undoes = self.random.below(50);
        if let Some(mut details) = (undoes < 2).then(|| self.last_export.take()).flatten() {
            let export = ExportKey::Declaration(DeclarationKey {
                office: details.office.clone(),
                year: SolarDate::from(details.on).year(),
                number: details.declaration,
                item: details.item,
            });
            let reason = ReasonCode::SourceCorrected;
            if undoes == 0 {
                return ExportCommand::VoidExport(VoidExport { export, reason });
            }
            details.value_usd = Usd::from_cents(details.value_usd.cents() + 1_200);
            return ExportCommand::CorrectExport(CorrectExport { export, details, reason });
        }
        self.declarations += 1;
        let pick = |random: &mut Random, of: &[&'static str; 8]| of[random.below(8) as usize];
        let details = ExportDetails {
            exporter: Exporter::Sme(self.units[unit].key()),
            consortium: None,
            office: format!("گمرک {}", self.random.below(12)).parse().expect("an office"),
            declaration: format!("{:08}", self.declarations).parse().expect("eight digits"),
            item: ItemNumber::FIRST,
            hs: pick(&mut self.random, &GOODS).parse().expect("a code"),
            destination: pick(&mut self.random, &COUNTRIES).parse().expect("a country"),
            net_weight: Kilograms::from_grams(1_000 * (100 + self.random.below(20_000) as i64)),
            value_usd: Usd::from_cents(10_000 + self.random.below(9_000_000) as i64),
            value: None,
            on,
        };
        self.last_export = Some(details.clone());
        ExportCommand::RecordExport(RecordExport { details })
    }
}

/// SplitMix64: the same numbers on every machine.
struct Random(u64);

impl Random {
    /// A number below another.
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((u128::from(mixed ^ (mixed >> 31)) * u128::from(end)) >> 64) as u64
    }
}
