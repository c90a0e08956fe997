//! The whole set as one stream of commands in the order in which they were recorded.
//!
//! Guarantees the same stream for the same seed, on every machine; any command can be made by its number alone, so
//! that a half-made record is completed from where it stops. Must never look at what was decided.

use daftar_domain::Command;
use daftar_domain::envelope::{Context, Submission};
use daftar_domain::ledger::id_seed;
use daftar_domain::policy::Actor;
use daftar_domain::value::{CommandId, Date, IdSource, Moment, RevivalId};
use rustc_hash::FxHashMap;

use super::export::{self, Export, ExportAct, Goods, Trade};
use super::group::{self, Consortium, ConsortiumAct, Emc, EmcAct};
use super::park::{self, Park, ParkAct};
use super::programme::{self, Told};
use super::random::Random;
use super::research::{self, Research, ResearchAct};
use super::statement::{self, Statement};
use super::totals::Sector;
use super::trade;
use super::training::{self, Training, TrainingAct};
use super::unit::{self, CaseAct, UnitAct, Units};

/// One command to come: when it is recorded, and what it is.
#[derive(Clone, Copy, Debug)]
struct Step {
    at: Moment,
    on: Date,
    /// The place of what it is about among its kind.
    subject: u32,
    act: Act,
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Park(ParkAct),
    Unit(UnitAct),
    Consortium(ConsortiumAct),
    Emc(EmcAct),
    Export(ExportAct),
    Training(TrainingAct),
    Research(ResearchAct),
    Statement,
}

/// The stream of commands.
pub struct Stream {
    seed: u64,
    parks: Vec<Park>,
    units: Units,
    consortiums: Vec<Consortium>,
    emcs: Vec<Emc>,
    exports: Vec<Export>,
    statements: Vec<Statement>,
    programmes: Vec<Told>,
    goods: Goods,
    trainings: Vec<Training>,
    researches: Vec<Research>,
    steps: Vec<Step>,
    /// Which copy of the set it is: 0 for the set itself.
    copy: u32,
    /// No command is recorded before.
    from: Moment,
    /// The number of the command that opened the case of a unit.
    openings: FxHashMap<u32, u32>,
}

impl Stream {
    /// Draws the set of a seed.
    pub fn new(seed: u64) -> Self {
        let pools = trade::pools(&mut Random::new(seed, "trade"));
        let parts = trade::exporters(&pools);
        let sectors: Vec<Sector> =
            parts.iter().map(|parts| Sector::exporting(pools[parts[0].pool].group)).collect();
        let mut parks = park::draw(seed);
        let mut units = unit::draw(seed, &mut parks, &sectors);
        let (consortiums, consortium_ways) = group::draw(seed, &mut units, &pools, &parts);
        let (emcs, emc_ways) = group::draw_emcs(seed, &mut units, &pools, &parts);
        let trade = Trade {
            units: &units,
            pools: &pools,
            parts: &parts,
            consortiums: &consortium_ways,
            emcs: &emc_ways,
        };
        let exports = export::draw(seed, &trade);
        let trainings = training::draw(seed, &parks, &units, (consortiums.len(), emcs.len()));
        let researches = research::draw(seed, &parks, &units);
        let programmes = programme::draw(seed, &mut units, &parks);
        let mut stream = Self {
            seed,
            parks,
            units,
            consortiums,
            emcs,
            exports,
            statements: statement::all(),
            programmes,
            goods: Goods::new(),
            trainings,
            researches,
            steps: Vec::new(),
            copy: 0,
            from: Moment::from_millis(0),
            openings: FxHashMap::default(),
        };
        stream.steps = stream.tell();
        let openings = (0..).zip(&stream.steps).filter(|(_, step)| step.act.opens_a_case());
        stream.openings = openings.map(|(number, step)| (step.subject, number)).collect();
        stream
    }

    /// The same registry once more under identifiers of its own, to lie beside the set and beside 99 other copies:
    /// a registry of many times the size. Everything in it is recorded from a moment on.
    ///
    /// # Panics
    /// When `copy` is not between 1 and 99.
    pub fn copy(seed: u64, copy: u32, from: Moment) -> Self {
        assert!((1..100).contains(&copy), "identifiers are for 100 registries");
        let mut stream = Self { copy, from, ..Self::new(seed) };
        let copies = copy as usize;
        stream.parks.iter_mut().for_each(|park| park.number += 1_000 * copies);
        // A multiple of forty: who shares an entity with whom stays.
        stream.units.all.iter_mut().for_each(|unit| unit.number += 50_000 * copy);
        // A multiple of three: the kinds stay.
        stream.consortiums.iter_mut().for_each(|consortium| consortium.number += 300 * copies);
        stream.emcs.iter_mut().for_each(|emc| emc.number += 300 * copies);
        stream.exports.iter_mut().for_each(|export| export.renumber(800_000 * copy));
        stream.trainings.iter_mut().for_each(|training| training.number += 1_000 * copies);
        stream.researches.iter_mut().for_each(|research| research.number += 1_000 * copies);
        stream.statements.iter_mut().for_each(|statement| statement.copy = copy);
        stream
    }

    /// Tells every history, and puts the steps in the order of their recording.
    fn tell(&self) -> Vec<Step> {
        let mut random = Random::new(self.seed, "histories");
        let random = &mut random;
        let mut steps = Vec::new();
        let mut established = Vec::with_capacity(self.parks.len());
        for (subject, park) in (0..).zip(&self.parks) {
            let tell = |at, on, act| steps.push(Step { at, on, subject, act: Act::Park(act) });
            established.push(park.history(random, tell));
        }
        let mut registered = vec![Moment::MIN; self.units.all.len()];
        for unit in &self.units.all {
            let subject = unit.serial;
            unit.history(random, established[unit.park as usize], |at, on, act| {
                if act == UnitAct::Register {
                    registered[subject as usize] = at;
                }
                steps.push(Step { at, on, subject, act: Act::Unit(act) });
            });
        }
        for (subject, consortium) in (0..).zip(&self.consortiums) {
            consortium.history(random, |at, on, act| {
                steps.push(Step { at, on, subject, act: Act::Consortium(act) });
            });
        }
        for (subject, emc) in (0..).zip(&self.emcs) {
            emc.history(random, |at, on, act| {
                steps.push(Step { at, on, subject, act: Act::Emc(act) });
            });
        }
        for (subject, export) in (0..).zip(&self.exports) {
            export.history(random, |at, on, act| {
                steps.push(Step { at, on, subject, act: Act::Export(act) });
            });
        }
        self.tell_programmes(&mut steps);
        let random = &mut Random::new(self.seed, "statements");
        for (subject, statement) in (0..).zip(&self.statements) {
            statement.history(random, |at, on| steps.push(Step { at, on, subject, act: Act::Statement }));
        }
        programme::specialise(self.seed, &established, |at, on, subject, act| {
            steps.push(Step { at, on, subject, act: Act::Park(act) });
        });
        programme::record(self.seed, &self.programmes, &registered, |at, told| {
            let Told { unit, on, act } = *told;
            steps.push(Step { at, on, subject: unit, act: Act::Unit(act) });
        });
        // The order is stable: of one moment, what was told first comes first.
        steps.sort_by_key(|step| step.at);
        steps
    }

    fn tell_programmes(&self, steps: &mut Vec<Step>) {
        let mut random = Random::new(self.seed, "programmes");
        for (subject, training) in (0..).zip(&self.trainings) {
            training.history(&mut random, |at, on, act| {
                steps.push(Step { at, on, subject, act: Act::Training(act) });
            });
        }
        for (subject, research) in (0..).zip(&self.researches) {
            research.history(&mut random, |at, on, act| {
                steps.push(Step { at, on, subject, act: Act::Research(act) });
            });
        }
    }

    /// How many commands there are.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// When a command is recorded. Never goes back from one to the next.
    pub fn at(&self, number: usize) -> Moment {
        self.steps[number].at.max(self.from)
    }

    /// A command by its number, from 0.
    pub fn submission(&self, number: usize) -> Submission {
        let Step { on, subject, act, .. } = self.steps[number];
        let subject = subject as usize;
        let (units, parks) = (&self.units, &self.parks);
        let command = match act {
            Act::Park(act) => Command::Park(parks[subject].command(on, act)),
            Act::Unit(act) => units.all[subject].command(parks, on, act, || self.revival(subject as u32)),
            Act::Consortium(act) => {
                Command::Consortium(self.consortiums[subject].command(units, parks, on, act))
            }
            Act::Emc(act) => Command::Emc(self.emcs[subject].command(units, parks, on, act)),
            Act::Statement => Command::Statement(self.statements[subject].command()),
            Act::Export(act) => {
                let groups = (self.consortiums.as_slice(), self.emcs.as_slice());
                Command::Export(self.exports[subject].command(units, parks, groups, &self.goods, act))
            }
            Act::Training(act) => {
                let groups = (self.consortiums.as_slice(), self.emcs.as_slice());
                Command::Training(self.trainings[subject].command((units, parks), groups, on, act))
            }
            Act::Research(act) => Command::Research(self.researches[subject].command(units, parks, on, act)),
        };
        let (command_id, actor) = (self.command_id(number), Actor::LOCAL);
        Submission { command_id, actor, expected_version: None, reason_text: None, command }
    }

    /// Derived from the seed, the copy and the number.
    fn command_id(&self, number: usize) -> CommandId {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&self.seed.to_le_bytes());
        seed[8..16].copy_from_slice(&(number as u64).to_le_bytes());
        seed[16..24].copy_from_slice(b"demo set");
        if self.copy > 0 {
            // Commands of a copy share one moment: the number has to count in both halves of the ID.
            seed[24..28].copy_from_slice(&(number as u32).to_le_bytes());
            seed[28..].copy_from_slice(&self.copy.to_le_bytes());
        }
        IdSource::new(self.at(number), seed).next().into()
    }

    /// The ID that a unit's case gets when it is opened: IDs follow from the command and its moment.
    fn revival(&self, unit: u32) -> RevivalId {
        let number = self.openings[&unit] as usize;
        let seed = id_seed(Actor::LOCAL.id, self.command_id(number));
        Context::new(self.at(number), seed).new_id()
    }
}

impl Act {
    fn opens_a_case(&self) -> bool {
        matches!(self, Self::Unit(UnitAct::Case(CaseAct::Open)))
    }
}
