//! The mutations of units: one for each command.

mod licence;
mod plot;
mod registration;
mod status;

use async_graphql::{Context, Object, Result, SimpleObject};

pub use licence::{
    AmendOperatingLicenceInput, ExtendEstablishmentLicenceInput, InspectSmeInput,
    IssueEstablishmentLicenceInput, IssueOperatingLicenceInput, ReportProgressInput, RevokeLicenceInput,
};
pub use plot::{
    AdvancePlotInput, AllocatePlotInput, GrantGradeInput, MergeSmesInput, RepossessPlotInput,
    WithdrawGradeInput,
};
pub use registration::{AmendSmeInput, RegisterSmeInput, TakeOverSmeInput};
pub use status::{
    ActivateSmeInput, CloseSmeInput, IdleSmeInput, RedateSmeFactInput, ReduceSmeInput, VoidSmeFactInput,
};

use super::Sme;
use crate::submit::{self, CommandResult};

/// The answer to a command about a unit.
#[derive(SimpleObject)]
pub struct SmePayload {
    /// The unit as it is once the command is recorded; null when nothing was.
    sme: Option<Sme>,
    #[graphql(flatten)]
    result: CommandResult,
}

submit::payload!(SmePayload { sme: Sme });

/// Commands about units.
#[derive(Default)]
pub struct SmeMutation;

#[Object]
impl SmeMutation {
    /// Registers a unit, which is under construction from that day.
    async fn register_sme(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: RegisterSmeInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// Takes over a unit that existed before the registry: active from the issue date of its licence.
    async fn take_over_sme(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: TakeOverSmeInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// Changes what is recorded of a unit; fields that are left out stay.
    async fn amend_sme(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: AmendSmeInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// Issues an establishment licence.
    async fn issue_establishment_licence(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: IssueEstablishmentLicenceInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// Records an inspection that found the unit fit to operate.
    async fn inspect_sme(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: InspectSmeInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// Issues an operating licence.
    async fn issue_operating_licence(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: IssueOperatingLicenceInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// Ends a licence before its time.
    async fn revoke_licence(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: RevokeLicenceInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// The unit produces; it needs an operating licence in force.
    async fn activate_sme(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: ActivateSmeInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// The unit produces at a reduced rate (SEMI_ACTIVE).
    async fn reduce_sme(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: ReduceSmeInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// The unit stands idle.
    async fn idle_sme(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: IdleSmeInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// Closes the unit for good.
    async fn close_sme(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: CloseSmeInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// Reports how far the construction of a unit with an establishment licence has come.
    async fn report_progress(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: ReportProgressInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// Extends the establishment licence in force, by a year at most, after progress that an inspection confirmed.
    async fn extend_establishment_licence(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: ExtendEstablishmentLicenceInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// Amends the operating licence in force for products, machinery, land or address.
    async fn amend_operating_licence(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: AmendOperatingLicenceInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// Allots a plot to a unit, which moves there if it lies elsewhere.
    async fn allocate_plot(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: AllocatePlotInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// Records that a unit's plot came to its next stage.
    async fn advance_plot(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: AdvancePlotInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// Terminates the contract of a plot whose deadline was missed, and takes the plot back.
    async fn repossess_plot(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: RepossessPlotInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// Grants a unit a knowledge-based grade.
    async fn grant_grade(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: GrantGradeInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// Withdraws the knowledge-based grade of a unit before its time.
    async fn withdraw_grade(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: WithdrawGradeInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// Merges a unit that was recorded twice into the record that stays; the answer tells the one that ends.
    async fn merge_smes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: MergeSmesInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// Voids a dated fact of a unit: a status, a merge, or what is recorded of its licences, plot and grades.
    async fn void_sme_fact(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: VoidSmeFactInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// Corrects the date of such a fact of a unit.
    async fn redate_sme_fact(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: RedateSmeFactInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }
}
