//! The mutations of units: one for each command.

mod licence;
mod readiness;
mod registration;
mod status;

use async_graphql::{Context, Object, Result, SimpleObject};

pub use licence::{
    InspectSmeInput, IssueEstablishmentLicenceInput, IssueOperatingLicenceInput, RevokeLicenceInput,
};
pub use readiness::CertifyReadinessInput;
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

    /// Records an export-readiness certificate of a unit.
    async fn certify_readiness(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: CertifyReadinessInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// Voids a status, an inspection, a licence or a certificate of a unit.
    async fn void_sme_fact(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: VoidSmeFactInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// Corrects the date of a status, an inspection or a licence of a unit.
    async fn redate_sme_fact(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: RedateSmeFactInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }
}
