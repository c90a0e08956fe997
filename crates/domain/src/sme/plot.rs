//! Plots of parks: allotted to a unit with a deadline, built on, completed, titled, or taken back when the deadline is
//! missed (rule 7).
//!
//! Whoever holds a plot on a day is never stored: it follows from where the unit lay then and from what is recorded of
//! its plot, so that a correction of either corrects the holder too. A plot that is taken over has no stage.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::envelope::{Context, EntityId, Event};
use crate::rejection::Rejection;
use crate::value::{Date, ParkId, ParkKey, PlotNumber, ReasonCode, SmeKey, SquareMetres};

use super::{Fact, Sme, SmeRejection};

/// How far a plot has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PlotStage {
    /// Allotted to the unit, which has to build by a deadline.
    Allocated,
    /// The unit has built on it.
    Built,
    /// The works are completed.
    Completed,
    /// The unit has the title deed.
    Titled,
    /// The contract was terminated and the plot taken back.
    Repossessed,
}

impl PlotStage {
    /// Every stage, in the order of declaration.
    pub const ALL: [Self; 5] =
        [Self::Allocated, Self::Built, Self::Completed, Self::Titled, Self::Repossessed];

    /// The stage that follows while all goes well.
    pub fn next(self) -> Option<Self> {
        match self {
            Self::Allocated => Some(Self::Built),
            Self::Built => Some(Self::Completed),
            Self::Completed => Some(Self::Titled),
            Self::Titled | Self::Repossessed => None,
        }
    }
}

impl fmt::Display for PlotStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Allocated => "ALLOCATED",
            Self::Built => "BUILT",
            Self::Completed => "COMPLETED",
            Self::Titled => "TITLED",
            Self::Repossessed => "REPOSSESSED",
        })
    }
}

/// Allots a plot to a unit, which moves there if it lies elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AllocatePlot {
    /// The unit.
    pub sme: SmeKey,
    /// The park.
    pub park: ParkKey,
    /// The plot within the park.
    pub plot: PlotNumber,
    /// The area of the plot, in m².
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<SquareMetres>,
    /// The first day on which it may be taken back, if it is not completed by then.
    pub deadline: Date,
    /// When it took effect.
    pub on: Date,
}

/// Records that a unit's plot came to its next stage: BUILT, COMPLETED or TITLED.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AdvancePlot {
    /// The unit.
    pub sme: SmeKey,
    /// The stage.
    pub stage: PlotStage,
    /// When it took effect.
    pub on: Date,
}

/// Terminates the contract of a plot whose deadline was missed, and takes the plot back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RepossessPlot {
    /// The unit.
    pub sme: SmeKey,
    /// Why.
    pub reason: ReasonCode,
    /// The first day on which the plot is free.
    pub on: Date,
}

/// The plot that the unit lies on was allotted to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlotAllocated {
    /// The park.
    pub park: ParkId,
    /// The plot within the park.
    pub plot: PlotNumber,
    /// The first day on which it may be taken back, if it is not completed by then.
    pub deadline: Date,
}

/// The unit's plot came to its next stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlotAdvanced {
    /// The stage.
    pub stage: PlotStage,
}

/// The unit's plot was taken back: the effective date is the first day on which it is free.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlotRepossessed {}

/// A time in which a unit holds a plot, on the days [from, until).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenure {
    /// The park.
    pub park: ParkId,
    /// The plot within the park.
    pub plot: PlotNumber,
    /// The area of the plot, in m²; 0 when it is not told.
    pub area: SquareMetres,
    /// The first day.
    pub from: Date,
    /// The first day after it; none while it lasts.
    pub until: Option<Date>,
}

impl Sme {
    /// The times in which it holds plots, in order. What was closed before the registry left its plot to its holder.
    pub fn tenures(&self) -> Vec<Tenure> {
        if self.history.closed_before() {
            return Vec::new();
        }
        let gone = self.gone_since();
        let first = self.history.registered().unwrap_or(Date::MIN);
        let current = (self.since.unwrap_or(first), &self.site);
        let sites: Vec<_> = self.earlier.iter().map(|(from, site)| (*from, site)).chain([current]).collect();
        let ends = sites.iter().skip(1).map(|(from, _)| Some(*from)).chain([None]);
        let mut tenures = Vec::new();
        for ((from, site), end) in sites.iter().zip(ends) {
            let (Some(park), Some(plot)) = (site.park, &site.plot) else { continue };
            let end = [end, gone].into_iter().flatten().min();
            let mut hold = |from: Date, until: Option<Date>| {
                let until = [until, end].into_iter().flatten().min();
                if until.is_none_or(|until| from < until) {
                    tenures.push(Tenure { park, plot: plot.clone(), area: site.area, from, until });
                }
            };
            let mut open = Some(*from);
            let changes = self.history.plot_changes();
            for (day, holds) in changes.filter(|(day, _)| from <= day && end.is_none_or(|end| *day < end)) {
                match (open, holds) {
                    (Some(since), false) => {
                        hold(since, Some(day));
                        open = None;
                    }
                    (None, true) => open = Some(day),
                    _ => {}
                }
            }
            if let Some(since) = open {
                hold(since, None);
            }
        }
        tenures
    }

    /// The plot that it holds after everything that is recorded: none once it is closed, merged, or lost its plot.
    pub fn holding(&self) -> Option<Tenure> {
        self.tenures().pop().filter(|tenure| tenure.until.is_none())
    }

    /// On how many sites it had lain by a day.
    pub(super) fn sites_until(&self, day: Date) -> usize {
        let since = self.earlier.iter().skip(1).map(|(from, _)| *from).chain(self.since);
        since.filter(|from| *from <= day).count()
    }

    /// Whether a contract of the plot that it lies on runs.
    fn has_contract(&self) -> bool {
        self.history.allotted().is_some_and(|on| self.since.is_none_or(|since| since <= on))
    }

    /// Decides `AllocatePlot` for a unit that lies on the plot, or moves there in the same command.
    ///
    /// # Errors
    /// `WRONG_PHASE` when the plot is allotted to it already, `UNIT_CLOSED`, `INVALID_DATE`.
    pub fn allocate(
        &self,
        command: &AllocatePlot,
        park: ParkId,
        moves: bool,
        context: &Context,
    ) -> Result<Event, Rejection> {
        let AllocatePlot { plot, deadline, on, .. } = command;
        if !moves && self.has_contract() {
            return Err(SmeRejection::PlotAllocated.into());
        }
        let data = PlotAllocated { park, plot: plot.clone(), deadline: *deadline };
        let event = self.fact(*on, Fact::Allocated { deadline: *deadline }, data.into(), context)?;
        Ok(event.concerning(EntityId::Park(park)))
    }

    /// Decides `AdvancePlot`.
    ///
    /// # Errors
    /// `WRONG_PHASE`, `UNIT_CLOSED`, `INVALID_DATE`.
    pub fn advance(&self, command: &AdvancePlot, context: &Context) -> Result<Vec<Event>, Rejection> {
        let AdvancePlot { stage, on, .. } = command;
        self.contracted()?;
        let event = self.fact(*on, Fact::Advanced(*stage), PlotAdvanced { stage: *stage }.into(), context)?;
        Ok(vec![self.at_park(event)])
    }

    /// Decides `RepossessPlot`: a plot that is neither completed nor titled, from its deadline on.
    ///
    /// # Errors
    /// `WRONG_PHASE`, `UNIT_CLOSED`, `INVALID_DATE`.
    pub fn repossess(&self, command: &RepossessPlot, context: &Context) -> Result<Vec<Event>, Rejection> {
        self.contracted()?;
        let event = self.fact(command.on, Fact::Repossessed, PlotRepossessed {}.into(), context)?;
        Ok(vec![self.at_park(event).because(command.reason)])
    }

    /// What was recorded of a plot that it left says nothing of the one that it lies on.
    fn contracted(&self) -> Result<(), SmeRejection> {
        match self.history.allotted() {
            Some(_) if !self.has_contract() => Err(SmeRejection::NoContract),
            _ => Ok(()),
        }
    }

    /// An event about a plot concerns the park.
    pub(super) fn at_park(&self, event: Event) -> Event {
        match self.site.park {
            Some(park) => event.concerning(EntityId::Park(park)),
            None => event,
        }
    }
}
