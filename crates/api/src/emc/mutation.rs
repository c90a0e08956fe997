//! The mutations of export management companies: one for each command.

use async_graphql::{Context, Object, Result, SimpleObject};
use daftar_domain::emc::{
    ConsentEmc, EmcCommand, EmcDetails, EndMandate, GrantMandate, RankEmc, ReviseEmc, TakeOverEmc,
    TakeOverMandate, TakenOverMandate, TakenOverRank, VoidEmcFact, WithdrawConsent,
};
use daftar_domain::value::{Date, EmcCode, LegalId, Name, PositionText, TradeCardNumber};

use super::{Emc, Rank};
use crate::history::ReasonCode;
use crate::input::{EmcRef, Given, SmeRef, input};
use crate::submit::{self, CommandResult};

input! {
    /// What a company is registered with.
    value EmcDetailsInput => EmcDetails {
        /// The code that people know it by; unique.
        code: Given<EmcCode>,
        /// The Persian name.
        name: Given<Name>,
        /// The Latin name.
        name_latin: Option<Given<Name>>,
        /// The company's legal-entity ID, 11 digits.
        legal_id: Given<LegalId>,
        /// The number of its trade card.
        trade_card: Given<TradeCardNumber>,
        /// The first day on which the card is no longer valid.
        trade_card_expires: Option<Given<Date>>,
    }
}

input! {
    /// A rank that was given before the registry.
    value TakenOverRankInput => TakenOverRank {
        /// The rank.
        rank: Rank,
        /// Since when.
        on: Given<Date>,
    }
}

input! {
    /// A mandate that was given before the registry.
    value TakenOverMandateInput => TakenOverMandate {
        /// The unit.
        sme: SmeRef,
        /// The first day of the mandate.
        from: Given<Date>,
        /// The first day on which it is no longer in force; open-ended when left out.
        until: Option<Given<Date>>,
    }
}

input! {
    /// Gives a company the initial consent.
    command ConsentEmcInput => Emc(EmcCommand::ConsentEmc) {
        ..details: EmcDetailsInput,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// Takes over a company that existed before the registry, with a first mandate.
    command TakeOverEmcInput => Emc(EmcCommand::TakeOverEmc) {
        ..details: EmcDetailsInput,
        /// The day of the consent.
        consented: Given<Date>,
        /// Its rank.
        rank: Option<TakenOverRankInput>,
        /// A mandate.
        mandate: Option<TakenOverMandateInput>,
    }
}

input! {
    /// Takes over one more mandate.
    command TakeOverMandateInput => Emc(EmcCommand::TakeOverMandate) {
        /// The company.
        emc: EmcRef,
        /// The mandate.
        mandate: TakenOverMandateInput,
    }
}

input! {
    /// Ranks the company.
    command RankEmcInput => Emc(EmcCommand::RankEmc) {
        /// The company.
        emc: EmcRef,
        /// The rank.
        rank: Rank,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// A unit gives the company a mandate.
    command GrantMandateInput => Emc(EmcCommand::GrantMandate) {
        /// The company.
        emc: EmcRef,
        /// The unit.
        sme: SmeRef,
        /// The first day of the mandate.
        from: Given<Date>,
        /// The first day on which it is no longer in force; open-ended when left out.
        until: Option<Given<Date>>,
    }
}

input! {
    /// A mandate ends before its time.
    reasoned EndMandateInput => Emc(EmcCommand::EndMandate) {
        /// The company.
        emc: EmcRef,
        /// The unit.
        sme: SmeRef,
        /// The first day on which it is no longer in force.
        on: Given<Date>,
        /// Why.
        reason: ReasonCode,
    }
}

input! {
    /// Withdraws the consent.
    reasoned WithdrawConsentInput => Emc(EmcCommand::WithdrawConsent) {
        /// The company.
        emc: EmcRef,
        /// Why.
        reason: ReasonCode,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// Changes what is recorded of a company; fields that are left out stay.
    command ReviseEmcInput => Emc(EmcCommand::ReviseEmc) {
        /// The company.
        emc: EmcRef,
        /// A new Persian name.
        name: Option<Given<Name>>,
        /// A new Latin name.
        name_latin: Option<Given<Name>>,
        /// The number of a new trade card.
        trade_card: Option<Given<TradeCardNumber>>,
        /// The first day on which the card is no longer valid.
        trade_card_expires: Option<Given<Date>>,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// Voids a rank, a mandate or a withdrawal.
    reasoned VoidEmcFactInput => Emc(EmcCommand::VoidEmcFact) {
        /// The company.
        emc: EmcRef,
        /// The position of the event that recorded the fact.
        position: Given<PositionText>,
        /// Why.
        reason: ReasonCode,
    }
}

/// The answer to a command about an export management company.
#[derive(SimpleObject)]
pub struct EmcPayload {
    /// The company as it is once the command is recorded; null when nothing was.
    emc: Option<Emc>,
    #[graphql(flatten)]
    result: CommandResult,
}

submit::payload!(EmcPayload { emc: Emc });

/// Commands about export management companies.
#[derive(Default)]
pub struct EmcMutation;

#[Object]
impl EmcMutation {
    /// Gives a company the initial consent.
    async fn consent_emc(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: ConsentEmcInput,
    ) -> Result<EmcPayload> {
        submit::one(context, input).await
    }

    /// Takes over a company that existed before the registry, with a first mandate.
    async fn take_over_emc(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: TakeOverEmcInput,
    ) -> Result<EmcPayload> {
        submit::one(context, input).await
    }

    /// Takes over one more mandate.
    async fn take_over_mandate(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: TakeOverMandateInput,
    ) -> Result<EmcPayload> {
        submit::one(context, input).await
    }

    /// Ranks the company.
    async fn rank_emc(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: RankEmcInput,
    ) -> Result<EmcPayload> {
        submit::one(context, input).await
    }

    /// A unit gives the company a mandate.
    async fn grant_mandate(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: GrantMandateInput,
    ) -> Result<EmcPayload> {
        submit::one(context, input).await
    }

    /// A mandate ends before its time.
    async fn end_mandate(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: EndMandateInput,
    ) -> Result<EmcPayload> {
        submit::one(context, input).await
    }

    /// Withdraws the consent.
    async fn withdraw_consent(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: WithdrawConsentInput,
    ) -> Result<EmcPayload> {
        submit::one(context, input).await
    }

    /// Changes what is recorded of a company; fields that are left out stay.
    async fn revise_emc(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: ReviseEmcInput,
    ) -> Result<EmcPayload> {
        submit::one(context, input).await
    }

    /// Voids a rank, a mandate or a withdrawal.
    async fn void_emc_fact(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: VoidEmcFactInput,
    ) -> Result<EmcPayload> {
        submit::one(context, input).await
    }
}
