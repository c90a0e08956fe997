//! What only some units have: progress reports, a plot by contract, knowledge-based grades, and other records of the
//! same unit.

use std::sync::Arc;

use async_graphql::{Enum, Object, SimpleObject};
use daftar_domain::value;

use super::Sme;
use crate::park::object::Park;
use crate::refusal::{Answer, Refusal};
use crate::scalar::{Date, Position};
use crate::sme::row::{self, GradeStep, SmeRow};
use crate::view::View;
use crate::view::row::RowAt;

/// How far the plot of a unit has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "daftar_domain::sme::PlotStage")]
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

/// The knowledge-based grades: four until Tir 1402, three others since Mordad 1402.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Enum)]
#[graphql(remote = "daftar_domain::sme::KnowledgeGrade")]
pub enum KnowledgeGrade {
    /// Start-up, until Tir 1402.
    StartUp,
    /// Producer of the first kind, until Tir 1402.
    #[graphql(name = "PRODUCER_1")]
    Producer1,
    /// Producer of the second kind, until Tir 1402.
    #[graphql(name = "PRODUCER_2")]
    Producer2,
    /// Industrial, until Tir 1402.
    Industrial,
    /// Newly founded (nopa), since Mordad 1402.
    Nopa,
    /// Innovative (noavar), since Mordad 1402.
    Noavar,
    /// Technological (fanavar), since Mordad 1402.
    Fanavar,
}

/// A report of how far the construction of a unit has come.
#[derive(Clone, SimpleObject)]
pub struct ProgressReport {
    /// How much of it stands, in whole percent.
    progress: i32,
    /// Whether an inspection confirmed it.
    verified: bool,
    /// When it was found so.
    on: Date,
    /// The position of the event that recorded it.
    position: Position,
}

/// A step of a plot that a unit has, or had, by contract.
#[derive(Clone, SimpleObject)]
pub struct PlotStep {
    /// The stage that it led to.
    stage: PlotStage,
    /// The park, where it was allotted.
    park: Option<Park>,
    /// The number of the plot, where it was allotted.
    plot: Option<String>,
    /// The first day on which it may be taken back if it is not completed, where it was allotted.
    deadline: Option<Date>,
    /// When it took effect.
    on: Date,
    /// The position of the event that recorded it.
    position: Position,
}

/// A grant of a knowledge-based grade, or its withdrawal.
#[derive(Clone, SimpleObject)]
pub struct GradeChange {
    /// The grade that was granted; null for a withdrawal.
    grade: Option<KnowledgeGrade>,
    /// The first day on which it is no longer valid, as granted.
    until: Option<Date>,
    /// When it took effect.
    on: Date,
    /// The position of the event that recorded it.
    position: Position,
}

/// What only some units have.
pub struct SmeMore {
    view: Arc<View>,
    row: u32,
    on: Option<value::Date>,
}

impl SmeMore {
    pub(super) fn new(view: &Arc<View>, row: u32, on: Option<value::Date>) -> Self {
        Self { view: Arc::clone(view), row, on }
    }

    fn row(&self) -> RowAt<'_, SmeRow> {
        self.view.smes.row(self.row)
    }

    fn others(&self, rows: &[u32], which: impl Fn(u32) -> bool) -> Vec<Sme> {
        let seen = rows.iter().filter(|row| self.view.smes.rows.has(**row) && which(**row));
        seen.map(|row| Sme::new(&self.view, *row, self.on)).collect()
    }
}

/// What only some units have.
#[Object]
impl SmeMore {
    /// The reports of its construction's progress, in order.
    fn progress_reports(&self) -> Vec<ProgressReport> {
        let reports = self.row().progress().map(|report| ProgressReport {
            progress: report.value.progress.percent().into(),
            verified: report.value.verified,
            on: report.effective.into(),
            position: Position(report.position),
        });
        reports.collect()
    }

    /// How far the plot that it lies on has come, where it has one by contract.
    fn plot_stage(&self) -> Option<PlotStage> {
        self.row().plot_standing(self.on).map(|standing| standing.stage.into())
    }

    /// The first day on which that plot may be taken back, if it is not completed by then.
    fn plot_deadline(&self) -> Option<Date> {
        self.row().plot_standing(self.on).map(|standing| standing.deadline.into())
    }

    /// What happened to the plots that it had by contract, in order.
    fn plot_steps(&self) -> Vec<PlotStep> {
        let steps = self.row().plot_steps().map(|step| {
            let (stage, park, plot, deadline) = match &step.value {
                row::PlotStep::Allocated { park, plot, deadline } => {
                    let stage = daftar_domain::sme::PlotStage::Allocated;
                    (stage, Park::find(&self.view, *park), Some(plot), Some(*deadline))
                }
                row::PlotStep::Advanced(stage) => (*stage, None, None, None),
            };
            PlotStep {
                stage: stage.into(),
                park,
                plot: plot.map(|plot| plot.as_str().to_owned()),
                deadline: deadline.map(Into::into),
                on: step.effective.into(),
                position: Position(step.position),
            }
        });
        steps.collect()
    }

    /// The knowledge-based grade that is in force; null where none is.
    fn knowledge_grade(
        &self,
        #[graphql(desc = "The day; what holds now when left out.")] on: Option<Date>,
    ) -> Option<Answer<KnowledgeGrade>> {
        let on = match on.map(|on| on.value()).transpose() {
            Ok(on) => on.or(self.on).unwrap_or_else(|| self.view.today()),
            Err(error) => return Some(Err(Refusal::Value { argument: "on", error }.into())),
        };
        self.row().grade(on).map(|(grade, _)| Ok(grade.into()))
    }

    /// Grants and withdrawals of its knowledge-based grades, in order.
    fn knowledge_grades(&self) -> Vec<GradeChange> {
        let steps = self.row().grade_steps().map(|step| {
            let (grade, until) = match step.value {
                GradeStep::Granted { grade, until } => (Some(grade), Some(until)),
                GradeStep::Withdrawn => (None, None),
            };
            GradeChange {
                grade: grade.map(Into::into),
                until: until.map(Into::into),
                on: step.effective.into(),
                position: Position(step.position),
            }
        });
        steps.collect()
    }

    /// The unit that stays, where this is another record of it that was merged.
    fn merged_into(&self) -> Option<Sme> {
        let (survivor, _) = self.row().survivor(self.on)?;
        Some(Sme::new(&self.view, self.view.smes.by_id(survivor)?, self.on))
    }

    /// The other records of this unit that were merged into it.
    fn merged(&self) -> Vec<Sme> {
        let id = self.row().id;
        self.others(self.row().merged(), |row| {
            self.view.smes.row(row).survivor(self.on).is_some_and(|(survivor, _)| survivor == id)
        })
    }

    /// The units that succeed it: reopening a closed unit is a new one.
    fn successors(&self) -> Vec<Sme> {
        self.others(self.row().successors(), |_| true)
    }
}
