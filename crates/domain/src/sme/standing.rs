//! Where a unit stands after some of its facts, and whether the next one may follow: rules 3, 4, 6, 8, 11 and 22, and
//! what they ask of one unit's own facts.
//!
//! Must never know of other nouns: what the end of a case or the holder of a plot means elsewhere is judged there.

use crate::value::Date;

use super::history::{Breach, Fact, NumberPrint};
use super::{KnowledgeGrade, LicenceKind, OperatingStatus, PlotStage};

/// The most days of a Solar Hijri year, for which an establishment licence is issued and extended.
pub(super) const YEAR_DAYS_MAX: i32 = 366;

/// Where a unit stands after some of its facts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Standing {
    status: Option<OperatingStatus>,
    case_open: bool,
    inspected: bool,
    establishment: Option<Term>,
    operating: Option<Term>,
    /// Since the establishment licence was issued or extended.
    progress_verified: bool,
    plot: Option<(PlotStage, Date)>,
    grade: Option<(KnowledgeGrade, Date)>,
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

    /// How far the plot that was allotted last has come; none without an allotment.
    pub fn plot(&self) -> Option<PlotStage> {
        self.plot.map(|(stage, _)| stage)
    }

    /// The knowledge-based grade in force on the day at whose end the unit stands so.
    pub fn grade(&self, day: Date) -> Option<KnowledgeGrade> {
        self.grade.filter(|(_, until)| day < *until).map(|(grade, _)| grade)
    }

    fn term(&mut self, kind: LicenceKind) -> &mut Option<Term> {
        match kind {
            LicenceKind::Establishment => &mut self.establishment,
            LicenceKind::Operating => &mut self.operating,
        }
    }

    /// Whether the next fact may follow.
    pub(super) fn judge(&mut self, on: Date, fact: &Fact) -> Result<(), Breach> {
        use OperatingStatus::{Active, Closed, Idle, InRevival, Merged, SemiActive, UnderConstruction};
        let from = match (self.status, fact) {
            (None, Fact::Registered) => return Ok(()),
            (None, _) => return Err(Breach::NotRegistered),
            (Some(from @ (Closed | Merged)), Fact::Revoked { .. } | Fact::RevivalAbandoned) => from,
            (Some(Closed), _) => return Err(Breach::Closed),
            (Some(Merged), _) => return Err(Breach::Merged),
            (Some(from), _) => from,
        };
        match fact {
            Fact::Registered => Err(Breach::Transition { from, to: UnderConstruction }),
            Fact::Inspected | Fact::Closed | Fact::ClosedBefore => Ok(()),
            Fact::Merged if self.case_open => Err(Breach::CaseOpen),
            Fact::Merged => Ok(()),
            Fact::Progressed { .. } if !in_force(self.establishment, on) => Err(Breach::NotEstablished),
            Fact::Progressed { .. } => Ok(()),
            Fact::Extended { number, expires } => self.judge_extension(on, *number, *expires),
            Fact::LicenceAmended { number } => match self.operating {
                Some(term) if term.number == *number && on < term.until => Ok(()),
                _ => Err(Breach::NotInForce),
            },
            Fact::Allocated { .. } | Fact::Advanced(_) | Fact::Repossessed => self.judge_plot(on, fact),
            Fact::Graded { until, .. } if *until <= on => Err(Breach::GradeExpired(*until)),
            Fact::Graded { grade, .. } if !grade.is_granted_on(on) => Err(Breach::Scheme(*grade)),
            Fact::Graded { .. } => Ok(()),
            Fact::GradeWithdrawn if self.grade(on).is_none() => Err(Breach::NoGrade),
            Fact::GradeWithdrawn => Ok(()),
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

    /// Rule 4. A year has 366 days at most.
    fn judge_extension(&self, on: Date, number: NumberPrint, expires: Date) -> Result<(), Breach> {
        match self.establishment {
            Some(term) if term.number == number && on < term.until => {
                if expires <= term.until || expires > term.until.plus_days(YEAR_DAYS_MAX) {
                    return Err(Breach::NoExtension(term.until));
                }
                if self.progress_verified { Ok(()) } else { Err(Breach::Unverified) }
            }
            _ => Err(Breach::NotInForce),
        }
    }

    /// A plot is allotted, built on, completed and titled in this order, and taken back when it is not completed in
    /// time.
    fn judge_plot(&self, on: Date, fact: &Fact) -> Result<(), Breach> {
        let from = self.plot.map(|(stage, _)| stage);
        match (fact, self.plot) {
            (Fact::Allocated { deadline }, _) if *deadline <= on => Err(Breach::Deadline(*deadline)),
            (Fact::Allocated { .. }, _) => Ok(()),
            (Fact::Advanced(to), _) if from.and_then(PlotStage::next) == Some(*to) => Ok(()),
            (Fact::Advanced(to), _) => Err(Breach::Stage { from, to: *to }),
            (_, Some((PlotStage::Allocated | PlotStage::Built, deadline))) => {
                if deadline <= on {
                    Ok(())
                } else {
                    Err(Breach::DeadlineAhead(deadline))
                }
            }
            _ => Err(Breach::Stage { from, to: PlotStage::Repossessed }),
        }
    }

    /// Takes the next fact in.
    pub(super) fn apply(&mut self, on: Date, fact: &Fact) {
        use OperatingStatus::{Active, Closed, Idle, InRevival, Merged, SemiActive, UnderConstruction};
        match fact {
            Fact::Registered => self.status = Some(UnderConstruction),
            Fact::Inspected => self.inspected = true,
            Fact::Issued { kind, number, expires, .. } => {
                *self.term(*kind) = Some(Term { number: *number, until: *expires, revoked: false });
                self.progress_verified &= *kind != LicenceKind::Establishment;
            }
            Fact::Progressed { verified } => self.progress_verified |= *verified,
            Fact::Extended { expires, .. } => {
                if let Some(term) = &mut self.establishment {
                    term.until = *expires;
                }
                self.progress_verified = false;
            }
            Fact::LicenceAmended { .. } => {}
            Fact::Allocated { deadline } => self.plot = Some((PlotStage::Allocated, *deadline)),
            Fact::Advanced(stage) => self.plot = self.plot.map(|(_, deadline)| (*stage, deadline)),
            Fact::Repossessed => self.plot = self.plot.map(|(_, until)| (PlotStage::Repossessed, until)),
            Fact::Graded { grade, until } => self.grade = Some((*grade, *until)),
            Fact::GradeWithdrawn => self.grade = None,
            Fact::Merged => self.status = Some(Merged),
            Fact::Revoked { kind, .. } => {
                if let Some(term) = self.term(*kind) {
                    term.until = on;
                    term.revoked = true;
                }
            }
            Fact::Activated => self.status = Some(Active),
            Fact::Reduced => self.status = Some(SemiActive),
            Fact::Idled => self.status = Some(if self.case_open { InRevival } else { Idle }),
            Fact::Closed | Fact::ClosedBefore => self.status = Some(Closed),
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
