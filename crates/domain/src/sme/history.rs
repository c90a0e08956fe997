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

use super::{LicenceKind, OperatingStatus};

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
    /// It produces.
    Activated,
    /// It produces at a reduced rate.
    Reduced,
    /// It stands idle.
    Idled,
    /// It is closed for good.
    Closed,
    /// A revival case was opened.
    RevivalOpened,
    /// The open case ended with success.
    Revived,
    /// The open case ended without success.
    RevivalAbandoned,
}

/// The number of a licence or certificate in 64 bits (FNV-1a), so that 4 million units hold theirs cheaply. It is only
/// compared with other numbers of the same unit and kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberPrint(u64);

impl From<&LicenceNumber> for NumberPrint {
    fn from(number: &LicenceNumber) -> Self {
        Self::of(number.as_str())
    }
}

impl NumberPrint {
    pub(super) fn of(number: &str) -> Self {
        Self(number.bytes().fold(0xcbf2_9ce4_8422_2325, |print, byte| {
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

/// Where a unit stands after some of its facts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Standing {
    status: Option<OperatingStatus>,
    case_open: bool,
    inspected: bool,
    establishment: Option<Term>,
    operating: Option<Term>,
}

/// The time of the newest licence of a kind.
#[derive(Clone, Copy, Debug)]
struct Term {
    number: NumberPrint,
    until: Date,
    revoked: bool,
}

fn in_force(term: Option<Term>, on: Date) -> bool {
    term.is_some_and(|term| on < term.until)
}

impl Standing {
    /// What the unit does; none before it was registered.
    pub fn status(&self) -> Option<OperatingStatus> {
        self.status
    }

    /// Whether a revival case is open.
    pub fn case_open(&self) -> bool {
        self.case_open
    }

    /// Whether an operating licence is in force on the day at whose end the unit stands so.
    pub fn licensed(&self, day: Date) -> bool {
        in_force(self.operating, day)
    }

    fn term(&mut self, kind: LicenceKind) -> &mut Option<Term> {
        match kind {
            LicenceKind::Establishment => &mut self.establishment,
            LicenceKind::Operating => &mut self.operating,
        }
    }

    /// Whether the next fact may follow.
    fn judge(&mut self, on: Date, fact: &Fact) -> Result<(), Breach> {
        use OperatingStatus::{Active, Closed, Idle, InRevival, SemiActive, UnderConstruction};
        let from = match (self.status, fact) {
            (None, Fact::Registered) => return Ok(()),
            (None, _) => return Err(Breach::NotRegistered),
            (Some(Closed), Fact::Revoked { .. } | Fact::RevivalAbandoned) => Closed,
            (Some(Closed), _) => return Err(Breach::Closed),
            (Some(from), _) => from,
        };
        match fact {
            Fact::Registered => Err(Breach::Transition { from, to: UnderConstruction }),
            Fact::Inspected | Fact::Closed => Ok(()),
            Fact::Issued { kind, expires, waived, .. } => self.judge_licence(on, *kind, *expires, *waived),
            Fact::Revoked { kind, number } => match *self.term(*kind) {
                Some(term) if term.number == *number && !term.revoked && on < term.until => Ok(()),
                _ => Err(Breach::NotInForce),
            },
            Fact::Activated if !matches!(from, UnderConstruction | Active | SemiActive) => {
                Err(Breach::Transition { from, to: Active })
            }
            Fact::Activated if !in_force(self.operating, on) => Err(Breach::Unlicensed),
            Fact::Activated => Ok(()),
            Fact::Reduced if !matches!(from, Active | SemiActive) => {
                Err(Breach::Transition { from, to: SemiActive })
            }
            Fact::Reduced => Ok(()),
            Fact::Idled if !matches!(from, Active | SemiActive) => Err(Breach::Transition { from, to: Idle }),
            Fact::Idled => Ok(()),
            Fact::RevivalOpened if self.case_open => Err(Breach::CaseOpen),
            Fact::RevivalOpened if !matches!(from, Idle | InRevival | SemiActive) => {
                Err(Breach::NotIdle(from))
            }
            Fact::RevivalOpened => Ok(()),
            Fact::Revived | Fact::RevivalAbandoned if !self.case_open => Err(Breach::NoCase),
            Fact::Revived | Fact::RevivalAbandoned => Ok(()),
        }
    }

    /// Rules 3 and 6. A revocation counts from its own place in the timeline on.
    fn judge_licence(
        &mut self,
        on: Date,
        kind: LicenceKind,
        expires: Date,
        waived: bool,
    ) -> Result<(), Breach> {
        if expires <= on {
            return Err(Breach::Expired(expires));
        }
        if in_force(*self.term(kind), on) {
            return Err(Breach::Overlap);
        }
        match kind {
            LicenceKind::Operating if !waived && !in_force(self.establishment, on) => {
                Err(Breach::NotEstablished)
            }
            LicenceKind::Operating if !waived && !self.inspected => Err(Breach::NotInspected),
            _ => Ok(()),
        }
    }

    /// Takes the next fact in.
    fn apply(&mut self, on: Date, fact: &Fact) {
        use OperatingStatus::{Active, Closed, Idle, InRevival, SemiActive, UnderConstruction};
        match fact {
            Fact::Registered => self.status = Some(UnderConstruction),
            Fact::Inspected => self.inspected = true,
            Fact::Issued { kind, number, expires, .. } => {
                *self.term(*kind) = Some(Term { number: *number, until: *expires, revoked: false });
            }
            Fact::Revoked { kind, .. } => {
                if let Some(term) = self.term(*kind) {
                    term.until = on;
                    term.revoked = true;
                }
            }
            Fact::Activated => self.status = Some(Active),
            Fact::Reduced => self.status = Some(SemiActive),
            Fact::Idled => self.status = Some(if self.case_open { InRevival } else { Idle }),
            Fact::Closed => self.status = Some(Closed),
            Fact::RevivalOpened => {
                self.case_open = true;
                if self.status == Some(Idle) {
                    self.status = Some(InRevival);
                }
            }
            Fact::Revived => {
                self.case_open = false;
                self.status = Some(Active);
            }
            Fact::RevivalAbandoned => {
                self.case_open = false;
                if self.status == Some(InRevival) {
                    self.status = Some(Idle);
                }
            }
        }
    }
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
            let before = standing.status;
            standing.apply(entry.effective, &entry.value);
            match standing.status {
                Some(status) if before != Some(status) => Some((entry.effective, entry.position, status)),
                _ => None,
            }
        })
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
