//! Sequences of commands of all nouns at random: whatever is asked, in whatever order, the record stays sound.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::Command;
use crate::envelope::{EntityId, Event};
use crate::policy::CommandKind;
use crate::testing::Given;

mod begun;
mod commands;
mod invariants;

use begun::begun;
use commands::{Dice, Throw, kinds};

/// How many sequences are tried.
const SEQUENCES: u32 = 10_000;
/// The most commands of one.
const COMMANDS: usize = 24;

static BEGUN: LazyLock<Given> = LazyLock::new(|| Given::nothing().given(begun()));

/// A sequence under way.
struct Play {
    given: Given,
    /// The events of the commands that were accepted, one list each.
    recorded: Vec<Vec<Event>>,
    /// Whose they are and where they stand.
    events: Vec<(EntityId, u64)>,
}

impl Play {
    fn begin() -> Self {
        Self { given: BEGUN.clone(), recorded: Vec::new(), events: Vec::new() }
    }

    /// Asks for a command; whether something was recorded.
    fn ask(&mut self, command: Command) -> bool {
        let first = self.given.state.position + 1;
        match self.given.when(command) {
            Ok(events) => {
                self.events.extend(events.iter().map(|event| event.entity).zip(first..));
                self.recorded.push(events);
                self.given.state.position >= first
            }
            Err(rejection) => {
                assert!(!rejection.message.is_empty());
                false
            }
        }
    }

    fn throw(&mut self, kind: CommandKind, dice: Dice) -> bool {
        let command = Throw::new(&self.events, dice).command(kind);
        let command = command.unwrap_or_else(|| panic!("{} has a template", kind.as_str()));
        self.ask(command)
    }
}

/// The events of the beginning, which every sequence has.
fn beginning() -> Vec<Event> {
    let mut given = Given::nothing();
    let told = begun().into_iter().flat_map(|command| given.when(command).expect("it is accepted"));
    told.collect()
}

#[test]
fn ten_thousand_sequences_keep_every_invariant_and_replay() {
    let (kinds, beginning) = (kinds(), beginning());
    let step = (0..kinds.len(), any::<Dice>());
    let steps = prop::collection::vec(step, 1..COMMANDS);
    let counts = std::cell::RefCell::new(BTreeMap::<&str, [u32; 2]>::new());
    let config = Config { cases: SEQUENCES, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&steps, |steps| {
        let mut play = Play::begin();
        for (kind, dice) in steps {
            let accepted = play.throw(kinds[kind], dice);
            let mut counts = counts.borrow_mut();
            let [asked, recorded] = counts.entry(kinds[kind].as_str()).or_default();
            (*asked, *recorded) = (*asked + 1, *recorded + u32::from(accepted));
        }
        let events: Vec<Event> = beginning.iter().chain(play.recorded.iter().flatten()).cloned().collect();
        invariants::hold(&play.given.state, &events);
        let mut replayed = BEGUN.clone();
        play.recorded.into_iter().for_each(|events| replayed.record(events));
        prop_assert_eq!(invariants::answers(&replayed.state), invariants::answers(&play.given.state));
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    let counts = counts.into_inner();
    let sum = |of: usize| counts.values().map(|count| count[of]).sum::<u32>();
    println!("{SEQUENCES} sequences: {} commands asked, {} recorded", sum(0), sum(1));
    let never: Vec<_> = kinds.iter().map(|kind| kind.as_str()).filter(|kind| counts[kind][1] == 0).collect();
    println!("never recorded, for want of what they rest on: {never:?}");
    assert!(never.len() * 4 <= kinds.len(), "most kinds of command are recorded at times: {never:?}");
}

/// What happens to one thing alone: a unit with its own exports, a park, or a statement.
fn chain(number: u16, dice: &[Dice]) -> Vec<(CommandKind, Dice)> {
    let kinds: &[CommandKind] = match number % 5 {
        3 => &[CommandKind::EstablishPark, CommandKind::RevisePark],
        4 => &[CommandKind::RecordStatement],
        _ => {
            &[CommandKind::IdleSme, CommandKind::ReduceSme, CommandKind::RecordExport, CommandKind::AmendSme]
        }
    };
    let own = |(index, dice): (usize, &Dice)| {
        let kind = kinds[if index == 0 { 0 } else { usize::from(dice[5]) % kinds.len() }];
        let mut dice = *dice;
        // The unit, park or declaration is this chain's own, and no company or consortium is named.
        (dice[0], dice[4], dice[5]) = (number, 1, 1);
        if kind == CommandKind::RecordExport {
            dice[1] = number;
        }
        (kind, dice)
    };
    dice.iter().enumerate().map(own).collect()
}

#[test]
fn independent_commands_in_any_order_give_the_same_totals() {
    let chains = prop::collection::vec(prop::collection::vec(any::<Dice>(), 1..5), 5);
    let order = prop::collection::vec(0..5_usize, 0..40);
    let config = Config { cases: SEQUENCES / 10, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&(chains, order), |(dice, order)| {
        let chains: Vec<_> = (0..).zip(&dice).map(|(number, dice)| chain(number, dice)).collect();
        let mut one_by_one = Play::begin();
        for (kind, dice) in chains.iter().flatten() {
            one_by_one.throw(*kind, *dice);
        }
        let mut mixed = Play::begin();
        let mut left: Vec<_> = chains.iter().map(|chain| chain.iter()).collect();
        let rest = (0..5).rev().flat_map(|chain| std::iter::repeat_n(chain, 5));
        for chain in order.into_iter().chain(rest) {
            if let Some((kind, dice)) = left[chain].next() {
                mixed.throw(*kind, *dice);
            }
        }
        let totals = |play: &Play| invariants::totals(&play.given.state);
        prop_assert_eq!(totals(&one_by_one), totals(&mixed));
        let count =
            |play: &Play| play.events.iter().map(|(entity, _)| entity.kind()).collect::<BTreeSet<_>>();
        prop_assert_eq!(count(&one_by_one), count(&mixed));
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
