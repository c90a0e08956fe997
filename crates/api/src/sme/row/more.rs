//! What only some units have: progress reports, a plot by contract, grades, and other records of the same unit.

use std::sync::LazyLock;

use daftar_domain::envelope::Position;
use daftar_domain::sme::{KnowledgeGrade, OperatingStatus, PlotStage, SmeAmended};
use daftar_domain::value::{Date, ParkId, Percent, PlotNumber, SmeId};
use serde::{Deserialize, Serialize};

use super::{Change, SmeRow};
use crate::view::dated::{Dated, Fact};
use crate::view::row::RowAt;

/// A report of how far a construction has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// How much of it stands.
    pub progress: Percent,
    /// Whether an inspection confirmed it.
    pub verified: bool,
}

/// What happened to the plot of a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PlotStep {
    /// It was allotted.
    Allocated {
        /// The park.
        park: ParkId,
        /// The plot within the park.
        plot: PlotNumber,
        /// The first day on which it may be taken back.
        deadline: Date,
    },
    /// It came to a later stage, or was taken back.
    Advanced(PlotStage),
}

/// What happened to the grade of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GradeStep {
    /// It was granted.
    Granted {
        /// The grade.
        grade: KnowledgeGrade,
        /// The first day on which it is no longer valid.
        until: Date,
    },
    /// It was withdrawn.
    Withdrawn,
}

/// What only some units have.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SmeMore {
    pub(super) progress: Dated<Progress>,
    pub(super) plots: Dated<PlotStep>,
    pub(super) grades: Dated<GradeStep>,
    /// The units that it was ever merged into, by the position of the merge.
    pub(super) merges: Vec<(Position, SmeId)>,
    /// Rows that were ever merged into it.
    pub(super) merged: Vec<u32>,
    /// Rows of the units that succeed it.
    pub(super) successors: Vec<u32>,
}

static NOTHING: LazyLock<SmeMore> = LazyLock::new(SmeMore::default);

/// Where the plot of a unit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlotStanding {
    /// How far it has come.
    pub stage: PlotStage,
    /// The first day on which it may be, or could be, taken back.
    pub deadline: Date,
    /// The position of the event that led there.
    pub position: Position,
}

impl SmeRow {
    pub(super) fn more_mut(&mut self) -> &mut SmeMore {
        self.more.get_or_insert_default()
    }
}

impl<'a> RowAt<'a, SmeRow> {
    fn more(self) -> &'a SmeMore {
        self.get().more.as_deref().unwrap_or(&NOTHING)
    }

    /// The reports of its construction's progress, in order.
    pub fn progress(self) -> impl Iterator<Item = &'a Fact<Progress>> {
        self.more().progress.standing(self.at)
    }

    /// What happened to its plots, in order.
    pub fn plot_steps(self) -> impl Iterator<Item = &'a Fact<PlotStep>> {
        self.more().plots.standing(self.at)
    }

    /// Where the plot that it lies on stands; none where it has none by contract.
    pub fn plot_standing(self, on: Option<Date>) -> Option<PlotStanding> {
        let mut standing: Option<(PlotStanding, ParkId, &PlotNumber)> = None;
        for fact in self.more().plots.until(on, self.at) {
            let position = fact.position;
            match (&fact.value, &mut standing) {
                (PlotStep::Allocated { park, plot, deadline }, _) => {
                    let stands = PlotStanding { stage: PlotStage::Allocated, deadline: *deadline, position };
                    standing = Some((stands, *park, plot));
                }
                (PlotStep::Advanced(stage), Some((stands, ..))) => {
                    (stands.stage, stands.position) = (*stage, position);
                }
                (PlotStep::Advanced(_), None) => {}
            }
        }
        let (standing, park, plot) = standing?;
        let facts = self.facts(on);
        (facts.park == Some(park) && facts.plot.as_ref() == Some(plot)).then_some(standing)
    }

    /// Whether the plot that it was on was taken back.
    pub fn lost_plot(self, on: Option<Date>) -> bool {
        self.plot_standing(on).is_some_and(|standing| standing.stage == PlotStage::Repossessed)
    }

    /// Whether it holds a plot of a park on a day. What was closed before the registry left its plot to its holder.
    pub fn holds_plot(self, park: ParkId, plot: &PlotNumber, on: Option<Date>) -> bool {
        let facts = self.facts(on);
        if self.get().changes.standing(self.at).any(|change| change.value == Change::ClosedBefore) {
            return false;
        }
        let lies = facts.park == Some(park) && facts.plot.as_ref() == Some(plot);
        lies && self.status(on).is_some_and(|status| !status.status.is_final()) && !self.lost_plot(on)
    }

    /// What happened to its grades, in order.
    pub fn grade_steps(self) -> impl Iterator<Item = &'a Fact<GradeStep>> {
        self.more().grades.standing(self.at)
    }

    /// The knowledge-based grade in force on a day, and the position of the event that granted it; none once the unit is
    /// closed.
    pub fn grade(self, on: Date) -> Option<(KnowledgeGrade, Position)> {
        let fact = self.more().grades.on(Some(on), self.at)?;
        let GradeStep::Granted { grade, until } = fact.value else { return None };
        let open = self.status(Some(on)).is_some_and(|status| !status.status.is_final());
        (on < until && open).then_some((grade, fact.position))
    }

    /// When it had which grade: the first day, the first day after it, and the grade.
    pub(super) fn grade_times(self) -> Vec<(Date, Date, KnowledgeGrade)> {
        let steps: Vec<_> = self.grade_steps().collect();
        if steps.is_empty() {
            return Vec::new();
        }
        let gone = self.statuses().find(|status| status.status.is_final()).map(|status| status.since);
        let ends = steps.iter().skip(1).map(|next| Some(next.effective)).chain([None]);
        let times = steps.iter().zip(ends).filter_map(|(step, end)| match step.value {
            GradeStep::Granted { grade, until } => {
                let until = [end, gone].into_iter().flatten().fold(until, Date::min);
                (step.effective < until).then_some((step.effective, until, grade))
            }
            GradeStep::Withdrawn => None,
        });
        times.collect()
    }

    /// When its plots by contract were at which stage: the first day, the first day after it, and the stage.
    pub(super) fn plot_times(self) -> Vec<(Date, Date, PlotStage)> {
        let steps: Vec<_> = self.plot_steps().collect();
        if steps.is_empty() {
            return Vec::new();
        }
        let gone = self.statuses().find(|status| status.status.is_final()).map(|status| status.since);
        let moves = |by: &SmeAmended| by.park.is_some() || by.plot.is_some();
        let place = |on: Date| {
            let facts = self.facts(Some(on));
            (facts.park, facts.plot.clone())
        };
        let moved = self.moved_on(moves).filter(|day| place(*day) != place(day.plus_days(-1)));
        let moved: Vec<_> = moved.collect();
        let ends = steps.iter().skip(1).map(|next| Some(next.effective)).chain([None]);
        let times = steps.iter().zip(ends).filter_map(|(step, end)| {
            let from = step.effective;
            let left = moved.iter().copied().find(|day| from < *day);
            let until = [end, left, gone].into_iter().flatten().fold(Date::MAX, Date::min);
            let stage = match step.value {
                PlotStep::Allocated { .. } => PlotStage::Allocated,
                PlotStep::Advanced(stage) => stage,
            };
            (from < until).then_some((from, until, stage))
        });
        times.collect()
    }

    /// The unit that it is merged into on a day, and the position of the merge.
    pub fn survivor(self, on: Option<Date>) -> Option<(SmeId, Position)> {
        let status = self.status(on).filter(|status| status.status == OperatingStatus::Merged)?;
        let merge = self.more().merges.iter().find(|(position, _)| *position == status.position)?;
        Some((merge.1, merge.0))
    }

    /// Rows that were ever merged into it; a past view has not seen them all.
    pub fn merged(self) -> &'a [u32] {
        &self.more().merged
    }

    /// Rows of the units that succeed it; a past view has not seen them all.
    pub fn successors(self) -> &'a [u32] {
        &self.more().successors
    }
}
