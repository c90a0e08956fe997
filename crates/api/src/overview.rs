//! The state of small industries in a period, at a glance.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};
use daftar_domain::consortium::Phase;
use daftar_domain::sme::{KnowledgeGrade as Grade, OperatingStatus as Status, PlotStage as Stage};
use daftar_domain::value::{self, share};

use crate::export::Disclosure;
use crate::export::summary::PeriodExports;
use crate::node::Reads;
use crate::period::{Period, PeriodInput};
use crate::refusal::Answer;
use crate::research::summary::ResearchFigures;
use crate::revival::summary::PeriodRevivals;
use crate::scalar::{Decimal, Position};
use crate::sme::row::STATUSES;
use crate::sme::{KnowledgeGrade, PlotStage};
use crate::training::summary::TrainingFigures;
use crate::view::View;

/// How units stand on a day.
#[derive(Clone, Copy)]
pub struct SmeCounts {
    counts: [i64; STATUSES],
}

impl SmeCounts {
    /// Counts by operating status.
    pub fn new(counts: [i64; STATUSES]) -> Self {
        Self { counts }
    }

    fn of(&self, statuses: &[Status]) -> i64 {
        statuses.iter().map(|status| self.counts[*status as usize]).sum()
    }

    /// Those that produce, be it at a reduced rate.
    pub fn active_count(&self) -> i64 {
        self.of(&[Status::Active, Status::SemiActive])
    }

    /// Those that stand idle, be it with an open revival case.
    pub fn idle_count(&self) -> i64 {
        self.of(&[Status::Idle, Status::InRevival])
    }

    /// Active and idle ones.
    pub fn total_count(&self) -> i64 {
        self.active_count() + self.idle_count()
    }
}

/// How units stand on a day. The total counts active and idle ones; those under construction and closed ones are apart.
#[Object]
impl SmeCounts {
    /// Active and idle units.
    fn total(&self) -> i64 {
        self.total_count()
    }

    /// Those that produce, be it at a reduced rate.
    fn active(&self) -> i64 {
        self.active_count()
    }

    /// The share of the active ones in the total; null when that is zero.
    fn active_share(&self) -> Option<Decimal> {
        share(self.active_count().into(), self.total_count().into()).map(Into::into)
    }

    /// Those that stand idle, be it with an open revival case.
    fn idle(&self) -> i64 {
        self.idle_count()
    }

    /// Those of the active ones that produce at a reduced rate.
    fn semi_active(&self) -> i64 {
        self.of(&[Status::SemiActive])
    }

    /// Those of the idle ones with an open revival case.
    fn in_revival(&self) -> i64 {
        self.of(&[Status::InRevival])
    }

    /// Those that do not produce yet.
    fn under_construction(&self) -> i64 {
        self.of(&[Status::UnderConstruction])
    }

    /// Those that are closed for good.
    fn closed(&self) -> i64 {
        self.of(&[Status::Closed])
    }

    /// Other records of units, merged into those that stay.
    fn merged(&self) -> i64 {
        self.of(&[Status::Merged])
    }
}

/// How many units have a knowledge-based grade.
#[derive(Clone, SimpleObject)]
pub struct GradeCount {
    /// The grade.
    grade: KnowledgeGrade,
    /// How many units.
    count: i64,
}

/// How many plots have come so far.
#[derive(Clone, SimpleObject)]
pub struct PlotStageCount {
    /// The stage.
    stage: PlotStage,
    /// How many plots.
    count: i64,
}

/// How units stand on a period's last day, and how many exported in it.
pub struct PeriodSmes {
    view: Arc<View>,
    period: value::Period,
    counts: SmeCounts,
}

/// How units stand on the period's last day, and how many exported in it.
#[Object]
impl PeriodSmes {
    /// How they stand on the period's last day.
    #[graphql(flatten)]
    fn counts(&self) -> SmeCounts {
        self.counts
    }

    /// Those that are named in an export of the period, as exporter or as the unit that a company acted for.
    fn exporting(&self) -> u64 {
        self.view.exports.exporting(self.period).len()
    }

    /// Those with a knowledge-based grade in force on the last day.
    fn knowledge_based(&self) -> i64 {
        self.view.smes.grade_counts(self.period.last_day()).iter().sum()
    }

    /// The same by grade; grades that no unit has are left out.
    fn by_knowledge_grade(&self) -> Vec<GradeCount> {
        let counts = self.view.smes.grade_counts(self.period.last_day());
        let counted = Grade::ALL.into_iter().zip(counts).filter(|(_, count)| *count != 0);
        counted.map(|(grade, count)| GradeCount { grade: grade.into(), count }).collect()
    }

    /// Plots by contract of units that are not closed, by how far they have come on the last day.
    fn plots(&self) -> Vec<PlotStageCount> {
        let counts = self.view.smes.plot_counts(self.period.last_day());
        let counted = Stage::ALL.into_iter().zip(counts).filter(|(_, count)| *count != 0);
        counted.map(|(stage, count)| PlotStageCount { stage: stage.into(), count }).collect()
    }
}

/// The state of small industries in a period.
pub struct Overview {
    view: Arc<View>,
    reads: Reads,
    period: value::Period,
}

impl Overview {
    /// The state in a period, in a view that `reads` tells of.
    pub fn new(reads: &Reads, view: &Arc<View>, period: value::Period) -> Self {
        Self { view: Arc::clone(view), reads: reads.clone(), period }
    }
}

/// The state of small industries in a period: what stands on its last day, and what was exported in it.
#[Object]
impl Overview {
    /// The period.
    fn period(&self) -> Period {
        self.period.into()
    }

    /// The position of the last event that this rests on.
    fn position(&self) -> Position {
        Position(self.view.position)
    }

    /// Units.
    fn smes(&self) -> PeriodSmes {
        let counts = SmeCounts::new(self.view.smes.counts(Some(self.period.last_day())));
        PeriodSmes { view: Arc::clone(&self.view), period: self.period, counts }
    }

    /// The revival of idle units.
    fn revivals(&self) -> PeriodRevivals {
        PeriodRevivals::new(&self.view, self.period)
    }

    /// Industrial parks and zones that were established by the last day.
    fn industrial_parks(&self) -> i64 {
        self.view.parks.count_on(self.period.last_day())
    }

    /// Export consortiums that operate on the last day.
    fn export_consortiums(&self) -> i64 {
        self.view.consortiums.counts_on(self.period.last_day())[Phase::Operating as usize]
    }

    /// Export management companies whose consent is in force on the last day.
    fn export_management_companies(&self) -> i64 {
        self.view.emcs.count_on(self.period.last_day())
    }

    /// Courses and workshops that were held in the period.
    fn trainings(&self) -> TrainingFigures {
        TrainingFigures(self.view.trainings.total(self.period))
    }

    /// What happened to research and study projects in the period.
    fn research(&self) -> ResearchFigures {
        ResearchFigures(self.view.researches.totals(self.period))
    }

    /// Exports in the period. For whoever may not read single exports: of whole Solar Hijri months, in the newest view,
    /// and of 3 exporters at least; else CONFIDENTIAL.
    fn exports(&self, context: &Context<'_>) -> Answer<PeriodExports> {
        let disclosure = Disclosure::to(context);
        disclosure.period(&self.reads, self.period)?;
        Ok(PeriodExports::new(&self.view, self.period, disclosure)?)
    }
}

/// The overview.
#[derive(Default)]
pub struct OverviewQuery(pub Reads);

#[Object]
impl OverviewQuery {
    /// The state of small industries in a period.
    fn overview(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The period.")] period: PeriodInput,
    ) -> Option<Answer<Overview>> {
        let overview = period.period().map(|period| Overview::new(&self.0, self.0.view(context), period));
        Some(overview.map_err(Into::into))
    }
}
