//! The dated facts of one unit, and what follows from them on a day.
//!
//! One list holds every fact that the status or a licence rests on, in the order (effective date, position), so that
//! any of them can be corrected or voided by its position. What a unit does on a day is never stored: it is the walk
//! over the facts up to that day. What a timeline may not hold is named in [`Breach`] and judged over the whole list
//! after each change, so that no fact, back-dated, redated or voided, leaves a later one without its ground. This
//! module knows nothing of other nouns.

use serde::{Deserialize, Serialize};

use crate::envelope::Position;
use crate::value::{Date, LicenceNumber, Timeline};

use super::{KnowledgeGrade, LicenceKind, OperatingStatus, PlotStage, Standing};

/// The position of a fact that is judged before it is recorded: after everything of its day.
const UNRECORDED: Position = Position::MAX;

/// One dated fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fact {
    /// The unit was registered: under construction.
    Registered,
    /// An inspection found it fit to operate.
    Inspected,
    /// A licence was issued.
    Issued {
        /// Which kind.
        kind: LicenceKind,
        /// What its number comes to.
        number: NumberPrint,
        /// The first day on which it is no longer valid.
        expires: Date,
        /// Taken over: the prerequisites of rule 3 are not asked.
        waived: bool,
    },
    /// A licence ended before its time.
    Revoked {
        /// Which kind.
        kind: LicenceKind,
        /// What its number comes to.
        number: NumberPrint,
    },
    /// The progress of its construction was reported, and maybe confirmed by an inspection.
    Progressed {
        /// Whether an inspection confirmed it.
        verified: bool,
    },
    /// The establishment licence in force was extended.
    Extended {
        /// What its number comes to.
        number: NumberPrint,
        /// The first day on which it is no longer valid.
        expires: Date,
    },
    /// The operating licence in force was amended.
    LicenceAmended {
        /// What its number comes to.
        number: NumberPrint,
    },
    /// The plot that it lies on was allotted to it, to be built on by a deadline.
    Allocated {
        /// The first day on which it may be taken back.
        deadline: Date,
    },
    /// Its plot came to a later stage.
    Advanced(PlotStage),
    /// The plot was taken back.
    Repossessed,
    /// It was granted a knowledge-based grade.
    Graded {
        /// Which.
        grade: KnowledgeGrade,
        /// The first day on which it is no longer valid.
        until: Date,
    },
    /// The grade was withdrawn before its time.
    GradeWithdrawn,
    /// It turned out to be another record of the same unit, and was merged into that one.
    Merged,
    /// It produces.
    Activated,
    /// It produces at a reduced rate.
    Reduced,
    /// It stands idle.
    Idled,
    /// It is closed for good.
    Closed,
    /// It was closed before the registry, and holds no plot on any day.
    ClosedBefore,
    /// A revival case was opened.
    RevivalOpened,
    /// The open case ended with success.
    Revived,
    /// The open case ended without success.
    RevivalAbandoned,
}

/// A licence number in 64 bits (FNV-1a), so that 4 million units hold theirs cheaply. It is only compared with the
/// other numbers of the same unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberPrint(u64);

impl From<&LicenceNumber> for NumberPrint {
    fn from(number: &LicenceNumber) -> Self {
        Self(number.as_str().bytes().fold(0xcbf2_9ce4_8422_2325, |print, byte| {
            (print ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        }))
    }
}

/// What a fact breaks at its place in the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Breach {
    /// The unit was not there yet.
    #[error("the unit is not registered yet on that day")]
    NotRegistered,
    /// Closed is final.
    #[error("the unit is closed on that day")]
    Closed,
    /// The status does not lead there.
    #[error("a unit that is {from} does not become {to}")]
    Transition {
        /// What it does.
        from: OperatingStatus,
        /// What it would do.
        to: OperatingStatus,
    },
    /// Production without an operating licence in force.
    #[error("no operating licence is in force on that day")]
    Unlicensed,
    /// An operating licence without an establishment licence in force.
    #[error("no establishment licence is in force on that day")]
    NotEstablished,
    /// An operating licence without an inspection.
    #[error("no inspection precedes that day")]
    NotInspected,
    /// A licence within the time of another one of its kind.
    #[error("another licence of that kind is in force on that day")]
    Overlap,
    /// A licence that is over before it begins.
    #[error("the licence expires on {0}, which is not after its issue")]
    Expired(Date),
    /// An extension without a progress report that an inspection confirmed.
    #[error(
        "no progress that an inspection confirmed is reported since the licence was issued or last extended"
    )]
    Unverified,
    /// An extension that does not extend, or by more than a year.
    #[error("an extension moves the end of the licence on from {0}, by a year at most")]
    NoExtension(Date),
    /// A stage of a plot that does not follow.
    #[error("a plot that is {} does not become {to}", .from.map_or_else(|| "not allotted".to_owned(), |stage| stage.to_string()))]
    Stage {
        /// Where it stands; none without an allotment.
        from: Option<PlotStage>,
        /// Where it would stand.
        to: PlotStage,
    },
    /// A deadline that lies before its allotment.
    #[error("the deadline {0} is not after the allotment")]
    Deadline(Date),
    /// A plot is taken back only once its deadline is missed.
    #[error("the deadline of the plot is {0}")]
    DeadlineAhead(Date),
    /// A grade that is not valid on its grant date.
    #[error("a grade until {0} is not valid on that day")]
    GradeExpired(Date),
    /// A grade of another scheme than the one in force.
    #[error("the scheme that {0} belongs to is not in force on that day")]
    Scheme(KnowledgeGrade),
    /// The withdrawal of a grade that is not in force.
    #[error("no knowledge-based grade is in force on that day")]
    NoGrade,
    /// The unit was merged into another one.
    #[error("the unit is merged into another one on that day")]
    Merged,
    /// No licence with that number is in force.
    #[error("no licence of that kind and number is in force on that day")]
    NotInForce,
    /// A revival case for a unit that is neither idle nor semi-active.
    #[error("a unit that is {0} has nothing to be revived from")]
    NotIdle(OperatingStatus),
    /// A second revival case beside an open one.
    #[error("a revival case is open on that day")]
    CaseOpen,
    /// The end of a case that is not open.
    #[error("no revival case is open on that day")]
    NoCase,
}

/// A fact that its timeline does not bear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Its position; none when it is the one that was to be recorded.
    pub position: Option<Position>,
    /// The day from which it holds.
    pub effective: Date,
    /// What it breaks.
    pub breach: Breach,
}

/// The dated facts of one unit.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct History {
    facts: Timeline<Fact>,
    voided: Box<[Position]>,
}

impl History {
    /// Records a fact.
    pub fn record(&mut self, effective: Date, position: Position, fact: Fact) {
        self.facts.insert(effective, position, fact);
    }

    /// Takes a fact out. It is remembered as voided.
    pub fn void(&mut self, position: Position) {
        if self.facts.remove(position).is_some() {
            self.voided = self.voided.iter().copied().chain([position]).collect();
        }
    }

    /// Gives a fact another date.
    pub fn redate(&mut self, position: Position, effective: Date) {
        self.facts.redate(position, effective);
    }

    /// The fact that the event at a position recorded, with its date.
    pub fn fact(&self, position: Position) -> Option<(Date, Fact)> {
        self.facts.iter().find(|entry| entry.position == position).map(|entry| (entry.effective, entry.value))
    }

    /// Whether the fact at a position was voided.
    pub fn is_voided(&self, position: Position) -> bool {
        self.voided.contains(&position)
    }

    /// Where the unit stands at the end of a day.
    pub fn on(&self, day: Date) -> Standing {
        let mut standing = Standing::default();
        for entry in self.facts.iter().take_while(|entry| entry.effective <= day) {
            standing.apply(entry.effective, &entry.value);
        }
        standing
    }

    /// Where the unit stands after everything that is recorded.
    pub fn last(&self) -> Standing {
        let mut standing = Standing::default();
        for entry in &self.facts {
            standing.apply(entry.effective, &entry.value);
        }
        standing
    }

    /// Each change of the status in order: its day, the position of the event, and the status from then on.
    pub fn statuses(&self) -> impl Iterator<Item = (Date, Position, OperatingStatus)> {
        let mut standing = Standing::default();
        self.facts.iter().filter_map(move |entry| {
            let before = standing.status();
            standing.apply(entry.effective, &entry.value);
            match standing.status() {
                Some(status) if before != Some(status) => Some((entry.effective, entry.position, status)),
                _ => None,
            }
        })
    }

    /// When it was registered.
    pub fn registered(&self) -> Option<Date> {
        self.facts.iter().next().map(|entry| entry.effective)
    }

    /// When a plot became its own by allotment (true), or ceased to be (false), in order: taken back, closed, merged.
    pub(super) fn plot_changes(&self) -> impl Iterator<Item = (Date, bool)> {
        self.facts.iter().filter_map(|entry| match entry.value {
            Fact::Allocated { .. } => Some((entry.effective, true)),
            Fact::Repossessed | Fact::Closed | Fact::ClosedBefore | Fact::Merged => {
                Some((entry.effective, false))
            }
            _ => None,
        })
    }

    /// Whether it was closed before the registry.
    pub(super) fn closed_before(&self) -> bool {
        self.facts.iter().any(|entry| entry.value == Fact::ClosedBefore)
    }

    /// The last day on which a plot was allotted or taken back.
    pub(super) fn plot_changed(&self) -> Option<Date> {
        let changes = |fact: Fact| matches!(fact, Fact::Allocated { .. } | Fact::Repossessed);
        self.facts.iter().rfind(|entry| changes(entry.value)).map(|entry| entry.effective)
    }

    /// The day of the newest allotment of a plot that was not taken back.
    pub(super) fn allotted(&self) -> Option<Date> {
        let ends = |fact: Fact| matches!(fact, Fact::Allocated { .. } | Fact::Repossessed);
        let last = self.facts.iter().rfind(|entry| ends(entry.value))?;
        matches!(last.value, Fact::Allocated { .. }).then_some(last.effective)
    }

    /// Judges the whole timeline.
    ///
    /// # Errors
    /// The first fact that may not stand where it stands.
    pub fn judge(&self) -> Result<(), Broken> {
        let mut standing = Standing::default();
        for entry in &self.facts {
            standing.judge(entry.effective, &entry.value).map_err(|breach| Broken {
                position: Some(entry.position).filter(|position| *position != UNRECORDED),
                effective: entry.effective,
                breach,
            })?;
            standing.apply(entry.effective, &entry.value);
        }
        Ok(())
    }

    /// Judges the timeline with one more fact, after the others of its day.
    ///
    /// # Errors
    /// The first fact that may not stand where it would stand.
    pub fn bears(&self, effective: Date, fact: Fact) -> Result<(), Broken> {
        let mut with = self.clone();
        with.record(effective, UNRECORDED, fact);
        with.judge()
    }
}
