//! What plots are allotted, advanced and taken back with, grades granted and withdrawn, and units merged.

use daftar_domain::sme::{
    AdvancePlot, AllocatePlot, GrantGrade, MergeSmes, RepossessPlot, SmeCommand, WithdrawGrade,
};
use daftar_domain::value::{Date, PlotNumber, SquareMetres};

use crate::history::ReasonCode;
use crate::input::{Given, ParkRef, SmeRef, input};
use crate::sme::{KnowledgeGrade, PlotStage};

input! {
    /// Allots a plot to a unit, which moves there if it lies elsewhere.
    command AllocatePlotInput => Sme(SmeCommand::AllocatePlot) {
        /// The unit.
        sme: SmeRef,
        /// The park.
        park: ParkRef,
        /// The plot within the park.
        plot: Given<PlotNumber>,
        /// The area of the plot, in m².
        area: Option<Given<SquareMetres>>,
        /// The first day on which it may be taken back, if it is not completed by then.
        deadline: Given<Date>,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// Records that a unit's plot came to its next stage: BUILT, COMPLETED or TITLED.
    command AdvancePlotInput => Sme(SmeCommand::AdvancePlot) {
        /// The unit.
        sme: SmeRef,
        /// The stage.
        stage: PlotStage,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// Terminates the contract of a plot whose deadline was missed, and takes the plot back.
    reasoned RepossessPlotInput => Sme(SmeCommand::RepossessPlot) {
        /// The unit.
        sme: SmeRef,
        /// Why.
        reason: ReasonCode,
        /// The first day on which the plot is free.
        on: Given<Date>,
    }
}

input! {
    /// Grants a unit a knowledge-based grade.
    command GrantGradeInput => Sme(SmeCommand::GrantGrade) {
        /// The unit.
        sme: SmeRef,
        /// The grade, of the scheme in force on the day of the grant.
        grade: KnowledgeGrade,
        /// The day of the grant.
        on: Given<Date>,
        /// The first day on which it is no longer valid.
        until: Given<Date>,
    }
}

input! {
    /// Withdraws the knowledge-based grade of a unit before its time.
    reasoned WithdrawGradeInput => Sme(SmeCommand::WithdrawGrade) {
        /// The unit.
        sme: SmeRef,
        /// Why.
        reason: ReasonCode,
        /// The first day without it.
        on: Given<Date>,
    }
}

input! {
    /// Merges a unit that was recorded twice into the record that stays.
    reasoned MergeSmesInput => Sme(SmeCommand::MergeSmes) {
        /// The unit that stays.
        survivor: SmeRef,
        /// The other record of it, which ends.
        merged: SmeRef,
        /// Why.
        reason: ReasonCode,
        /// The first day on which the merged one no longer counts.
        on: Given<Date>,
    }
}
