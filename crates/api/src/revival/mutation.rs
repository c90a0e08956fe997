//! The mutations of revival cases: one for each command.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use daftar_domain::revival::{
    AbandonRevival, DiagnoseRevival, OpenRevival, PlanRevival, ReferRevival, RestartProduction,
    RevivalCommand, ReviveUnit, VerifyRestart, VoidRevivalFact,
};
use daftar_domain::value::{Date, Headcount, Percent, PositionText};

use super::{LenderKind, ReferralKind, Revival};
use crate::history::ReasonCode;
use crate::input::{Count, Given, MoneyInput, SmeRef, input};
use crate::sme::IdleReason;
use crate::submit::{self, CommandResult};

input! {
    /// Opens a case for an idle or semi-active unit.
    command OpenRevivalInput => Revival(RevivalCommand::OpenRevival) {
        /// The unit.
        sme: SmeRef,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// Records the diagnosis of an industrial clinic.
    command DiagnoseRevivalInput => Revival(RevivalCommand::DiagnoseRevival) {
        /// The case.
        revival: ID,
        /// What keeps the unit from producing.
        finding: IdleReason,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// Records that a plan was agreed.
    command PlanRevivalInput => Revival(RevivalCommand::PlanRevival) {
        /// The case.
        revival: ID,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// Refers the case, or grants a loan.
    command ReferRevivalInput => Revival(RevivalCommand::ReferRevival) {
        /// The case.
        revival: ID,
        /// Where to.
        to: ReferralKind,
        /// The loan, in its own currency.
        loan: Option<MoneyInput>,
        /// Who grants the loan.
        lender: Option<LenderKind>,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// Records that production was restarted.
    command RestartProductionInput => Revival(RevivalCommand::RestartProduction) {
        /// The case.
        revival: ID,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// Records that the restart was verified on site.
    command VerifyRestartInput => Revival(RevivalCommand::VerifyRestart) {
        /// The case.
        revival: ID,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// Closes the case with success: the unit is active again.
    command ReviveUnitInput => Revival(RevivalCommand::ReviveUnit) {
        /// The case.
        revival: ID,
        /// Jobs brought back.
        jobs: Count<Headcount>,
        /// The share of the capacity that it uses, in whole percent.
        utilisation: Option<Count<Percent>>,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// Closes the case without success: the unit is idle again.
    reasoned AbandonRevivalInput => Revival(RevivalCommand::AbandonRevival) {
        /// The case.
        revival: ID,
        /// Why.
        reason: ReasonCode,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// Voids a step, a referral or the end of a case; without its end, it is open again.
    reasoned VoidRevivalFactInput => Revival(RevivalCommand::VoidRevivalFact) {
        /// The case.
        revival: ID,
        /// The position of the event that recorded the fact.
        position: Given<PositionText>,
        /// Why.
        reason: ReasonCode,
    }
}

/// The answer to a command about a revival case.
#[derive(SimpleObject)]
pub struct RevivalPayload {
    /// The case as it is once the command is recorded; null when nothing was.
    revival: Option<Revival>,
    #[graphql(flatten)]
    result: CommandResult,
}

submit::payload!(RevivalPayload { revival: Revival });

/// Commands about revival cases.
#[derive(Default)]
pub struct RevivalMutation;

#[Object]
impl RevivalMutation {
    /// Opens a case for an idle or semi-active unit.
    async fn open_revival(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: OpenRevivalInput,
    ) -> Result<RevivalPayload> {
        submit::one(context, input).await
    }

    /// Records the diagnosis of an industrial clinic.
    async fn diagnose_revival(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: DiagnoseRevivalInput,
    ) -> Result<RevivalPayload> {
        submit::one(context, input).await
    }

    /// Records that a plan was agreed.
    async fn plan_revival(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: PlanRevivalInput,
    ) -> Result<RevivalPayload> {
        submit::one(context, input).await
    }

    /// Refers the case, or grants a loan.
    async fn refer_revival(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: ReferRevivalInput,
    ) -> Result<RevivalPayload> {
        submit::one(context, input).await
    }

    /// Records that production was restarted.
    async fn restart_production(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: RestartProductionInput,
    ) -> Result<RevivalPayload> {
        submit::one(context, input).await
    }

    /// Records that the restart was verified on site.
    async fn verify_restart(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: VerifyRestartInput,
    ) -> Result<RevivalPayload> {
        submit::one(context, input).await
    }

    /// Closes the case with success: the unit is active again.
    async fn revive_unit(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: ReviveUnitInput,
    ) -> Result<RevivalPayload> {
        submit::one(context, input).await
    }

    /// Closes the case without success: the unit is idle again.
    async fn abandon_revival(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: AbandonRevivalInput,
    ) -> Result<RevivalPayload> {
        submit::one(context, input).await
    }

    /// Voids a step, a referral or the end of a case; without its end, it is open again.
    async fn void_revival_fact(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: VoidRevivalFactInput,
    ) -> Result<RevivalPayload> {
        submit::one(context, input).await
    }
}
