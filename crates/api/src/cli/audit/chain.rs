//! The order of the log, checked event by event: positions, whole commands, recorded times, entity versions, the
//! Merkle tree, the roots that others have signed, and the fold.
//!
//! Guarantees: the first event that does not belong is named, and nothing after it is taken up; the fold is the one
//! that the registry itself runs. Must never compare with anything that the audited input says about itself alone.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use daftar_domain::envelope::Recorded;
use daftar_domain::log::merkle::{Tile, Tree, TreeHash};
use daftar_domain::log::record::RecordHeader;
use daftar_domain::value::{ActorId, CommandId, Moment};
use daftar_domain::{EventData, State, evolve};

use super::finding::{Code, Finding};
use super::pipeline::Part;

/// A root that somebody vouches for.
#[derive(Debug, Clone)]
pub struct Expected {
    /// The number of events under it.
    pub size: u64,
    /// The root.
    pub root: TreeHash,
    /// Whose word it is, as it stands in a message: "the checkpoint in …".
    pub whose: String,
    /// What it means when the history has another root there.
    pub other: Code,
    /// What it means when the history ends before.
    pub short: Code,
}

/// Sees each event once it belongs: the state after it, the event, its leaf hash.
pub type Watch<'a> = dyn FnMut(&State, &Recorded, TreeHash) + 'a;

/// The command whose events are not all there yet.
#[derive(Debug, Clone, Copy)]
struct Open {
    index: u16,
    of: u16,
    command: CommandId,
    actor: ActorId,
}

/// The end of what was verified.
pub struct Chain {
    /// The Merkle tree over the events.
    pub tree: Tree,
    /// How many commits were taken up; 0 for a bundle.
    pub commits: u64,
    /// The state.
    pub state: State,
    /// Events by type.
    pub types: BTreeMap<&'static str, u64>,
    /// The recorded times of the first and the last event.
    pub recorded: Option<(Moment, Moment)>,
    /// Where the events stand, for messages: "line" of a file or "commit" of a store.
    pub unit: &'static str,
    expected: Vec<Expected>,
    checked: usize,
    open: Option<Open>,
    /// The commit that was taken up last: number, first and last position.
    before: Option<(u64, u64, u64)>,
}

impl Chain {
    /// The chain of nothing, on the way to the roots that others vouch for.
    pub fn new(unit: &'static str, mut expected: Vec<Expected>) -> Self {
        expected.sort_by_key(|expected| expected.size);
        Self {
            tree: Tree::new(),
            commits: 0,
            state: State::default(),
            types: BTreeMap::new(),
            recorded: None,
            unit,
            expected,
            checked: 0,
            open: None,
            before: None,
        }
    }

    /// The position of the last event.
    pub fn position(&self) -> u64 {
        self.tree.size()
    }

    fn finding(&self, code: Code, position: u64, what: impl std::fmt::Display) -> Finding {
        let number = if self.unit == "line" { position } else { self.commits + 1 };
        Finding::at(code, position, &format!("{} {number}", self.unit), what)
    }

    /// Takes up a part; `leaf` sees each position and leaf hash before, `watch` each event after it was folded, `tiles`
    /// the tiles that the part finished.
    ///
    /// # Errors
    /// The first event that does not belong.
    pub fn follow(
        &mut self,
        part: Part,
        watch: &mut Watch<'_>,
        mut leaf: impl FnMut(u64, TreeHash) -> Result<(), Finding>,
        tiles: impl FnOnce(Vec<Tile>) -> Result<(), Finding>,
    ) -> Result<(), Finding> {
        if let Some(header) = &part.header {
            self.check_header(header)?;
        }
        let fold = catch_unwind(AssertUnwindSafe(|| -> Result<(), Finding> {
            for (event, hash) in part.events.iter().zip(&part.leaves) {
                leaf(self.position() + 1, *hash)?;
                self.take_up(event, *hash)?;
                watch(&self.state, event, *hash);
            }
            Ok(())
        }));
        match fold {
            Ok(taken) => taken?,
            Err(_) => {
                return Err(self.finding(
                    Code::Fold,
                    self.position(),
                    "the event cannot be folded into the state",
                ));
            }
        }
        tiles(self.tree.take_finished())?;
        if let Some((code, why)) = part.fault {
            return Err(self.finding(code, self.position() + 1, why));
        }
        if let Some(header) = &part.header {
            if self.open.is_some() {
                return Err(self.finding(
                    Code::Malformed,
                    self.position(),
                    "the commit ends within a command",
                ));
            }
            self.commits += 1;
            self.before = Some((header.commit, header.first_position, header.last_position()));
        }
        Ok(())
    }

    fn check_header(&self, header: &RecordHeader) -> Result<(), Finding> {
        let next = self.position() + 1;
        if header.commit != self.commits + 1 || header.first_position != next {
            let what =
                format!("commit {} from position {} stands here", header.commit, header.first_position);
            return Err(self.finding(Code::Malformed, next, what));
        }
        if header.root_before == self.tree.root() {
            return Ok(());
        }
        match self.before {
            Some((commit, first, last)) => Err(Finding::at(
                Code::Changed,
                first,
                &format!("commit {commit}"),
                format_args!(
                    "a line of positions {first} to {last} was changed: the Merkle root that commit {} gives for them \
                     is another",
                    header.commit
                ),
            )),
            None => Err(self.finding(Code::Changed, next, "the first commit follows on something")),
        }
    }

    fn take_up(&mut self, event: &Recorded, leaf: TreeHash) -> Result<(), Finding> {
        let position = self.position() + 1;
        self.check_order(event, position).map_err(|what| self.finding(Code::Malformed, position, what))?;
        let version = self.state.version(event.event.entity) + 1;
        if event.entity_version != version {
            let what = format!(
                "it is version {} of {}, the line says {}",
                version, event.event.entity, event.entity_version
            );
            return Err(self.finding(Code::Malformed, position, what));
        }
        self.open = (event.index < event.of).then_some(Open {
            index: event.index,
            of: event.of,
            command: event.command_id,
            actor: event.actor,
        });
        let first_at = self.recorded.map_or(event.recorded_at, |(first, _)| first);
        self.recorded = Some((first_at, event.recorded_at));
        *self.types.entry(event.event.data.type_name()).or_default() += 1;
        self.tree.append(leaf);
        evolve(&mut self.state, event);
        self.check_expected()
    }

    fn check_order(&self, event: &Recorded, position: u64) -> Result<(), String> {
        if event.position != position {
            return Err(format!("the line says position {}", event.position));
        }
        let follows = match self.open {
            Some(open) => {
                event.index == open.index + 1
                    && (event.of, event.command_id, event.actor) == (open.of, open.command, open.actor)
            }
            None => event.index == 1 && event.of >= 1,
        };
        if !follows {
            return Err("a command is not whole".to_owned());
        }
        if self.recorded.is_some_and(|(_, last)| event.recorded_at < last) {
            return Err("its recorded time is before that of the event before it".to_owned());
        }
        if (position == 1) != matches!(event.event.data, EventData::Opening(_)) {
            return Err("LogOpened is the first event, and only the first".to_owned());
        }
        Ok(())
    }

    fn check_expected(&mut self) -> Result<(), Finding> {
        let size = self.position();
        while let Some(expected) = self.expected.get(self.checked).filter(|expected| expected.size <= size) {
            let root = self.tree.root();
            if expected.size == size && expected.root != root {
                let since = self.checked.checked_sub(1).map_or(0, |last| self.expected[last].size) + 1;
                return Err(Finding::at(
                    expected.other,
                    since,
                    &format!(
                        "a {} from position {since} to {size}",
                        if self.unit == "line" { "line" } else { "commit" }
                    ),
                    format_args!(
                        "the root over the first {size} events is {root}, {} says {}",
                        expected.whose, expected.root
                    ),
                ));
            }
            self.checked += 1;
        }
        Ok(())
    }

    /// Checks that the history reaches everything that others vouch for, and is not empty.
    ///
    /// # Errors
    /// [`Code::Empty`], [`Code::Truncated`], [`Code::OlderThanSeen`], [`Code::Malformed`].
    pub fn finish(&self, name: &str) -> Result<(), Finding> {
        let end = self.position();
        if let Some(expected) = self.expected.get(self.checked) {
            return Err(Finding::at(
                expected.short,
                end + 1,
                name,
                format_args!(
                    "missing: the history ends at {end}, {} covers {}",
                    expected.whose, expected.size
                ),
            ));
        }
        if end == 0 {
            return Err(Finding::new(Code::Empty, format_args!("{name}: it holds no event")));
        }
        match self.open {
            None => Ok(()),
            Some(open) => {
                let what = format!("the end: event {} of {} of a command is the last", open.index, open.of);
                Err(self.finding(Code::Truncated, end, what))
            }
        }
    }

    /// The name of the log, as its first event gives it.
    pub fn origin(&self) -> &str {
        self.state.opening.opened().map_or("", |opened| &opened.origin)
    }
}
