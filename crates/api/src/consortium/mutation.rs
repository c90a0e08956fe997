//! The mutations of export consortiums: one for each command.

use async_graphql::{Context, Object, Result, SimpleObject};
use daftar_domain::consortium::{
    AdmitMember, ConsortiumCommand, ConsortiumDetails, ConstituteConsortium, DissolveConsortium,
    FormConsortium, NewMember, ReleaseMember, ReviseConsortium, StartConsortium, TakeOverConsortium,
    TakeOverMember, TakeOverPhase, TakenOverMember, VoidConsortiumFact,
};
use daftar_domain::value::{CertificateNumber, ConsortiumCode, Date, Name, PositionText};

use super::{Consortium, ConsortiumKind, Phase};
use crate::export::CommodityGroup;
use crate::history::ReasonCode;
use crate::input::{ConsortiumRef, Given, SmeRef, input};
use crate::submit::{self, CommandResult};

input! {
    /// What a consortium is formed with.
    value ConsortiumDetailsInput => ConsortiumDetails {
        /// The code that people know it by; unique.
        code: Given<ConsortiumCode>,
        /// The Persian name.
        name: Given<Name>,
        /// The Latin name.
        name_latin: Option<Given<Name>>,
        /// What it is for.
        kind: ConsortiumKind,
        /// The product group that it exports.
        product_group: CommodityGroup,
    }
}

input! {
    /// A unit that joins.
    value NewMemberInput => NewMember {
        /// The unit.
        sme: SmeRef,
        /// The number of the unit's export-readiness certificate.
        certificate: Option<Given<CertificateNumber>>,
    }
}

input! {
    /// A unit that joined before the registry.
    value TakenOverMemberInput => TakenOverMember {
        /// The unit.
        sme: SmeRef,
        /// The day on which it joined.
        joined: Given<Date>,
        /// The number of the unit's export-readiness certificate.
        certificate: Option<Given<CertificateNumber>>,
    }
}

input! {
    /// Forms a consortium, which is preparing from that day.
    command FormConsortiumInput => Consortium(ConsortiumCommand::FormConsortium) {
        ..details: ConsortiumDetailsInput,
        /// Units that join at once.
        #[graphql(default)]
        members: Vec<NewMemberInput>,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// Takes over a consortium that existed before the registry, with its first member.
    command TakeOverConsortiumInput => Consortium(ConsortiumCommand::TakeOverConsortium) {
        ..details: ConsortiumDetailsInput,
        /// The day of its formation.
        formed: Given<Date>,
        /// A unit that joined.
        member: Option<TakenOverMemberInput>,
    }
}

input! {
    /// Takes over one more member.
    command TakeOverMemberInput => Consortium(ConsortiumCommand::TakeOverMember) {
        /// The consortium.
        consortium: ConsortiumRef,
        /// The unit that joined.
        member: TakenOverMemberInput,
    }
}

input! {
    /// Takes over the phase that a consortium had reached.
    command TakeOverPhaseInput => Consortium(ConsortiumCommand::TakeOverPhase) {
        /// The consortium.
        consortium: ConsortiumRef,
        /// The phase.
        phase: Phase,
        /// Since when.
        on: Given<Date>,
    }
}

input! {
    /// Admits a unit.
    command AdmitMemberInput => Consortium(ConsortiumCommand::AdmitMember) {
        /// The consortium.
        consortium: ConsortiumRef,
        /// The unit.
        sme: SmeRef,
        /// The number of the unit's export-readiness certificate.
        certificate: Option<Given<CertificateNumber>>,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// A unit leaves.
    reasoned ReleaseMemberInput => Consortium(ConsortiumCommand::ReleaseMember) {
        /// The consortium.
        consortium: ConsortiumRef,
        /// The unit.
        sme: SmeRef,
        /// Why.
        reason: ReasonCode,
        /// The first day on which it is no member.
        on: Given<Date>,
    }
}

input! {
    /// Constitutes the consortium.
    command ConstituteConsortiumInput => Consortium(ConsortiumCommand::ConstituteConsortium) {
        /// The consortium.
        consortium: ConsortiumRef,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// The consortium starts to operate.
    command StartConsortiumInput => Consortium(ConsortiumCommand::StartConsortium) {
        /// The consortium.
        consortium: ConsortiumRef,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// Dissolves the consortium.
    reasoned DissolveConsortiumInput => Consortium(ConsortiumCommand::DissolveConsortium) {
        /// The consortium.
        consortium: ConsortiumRef,
        /// Why.
        reason: ReasonCode,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// Changes what is recorded of a consortium; fields that are left out stay.
    command ReviseConsortiumInput => Consortium(ConsortiumCommand::ReviseConsortium) {
        /// The consortium.
        consortium: ConsortiumRef,
        /// A new Persian name.
        name: Option<Given<Name>>,
        /// A new Latin name.
        name_latin: Option<Given<Name>>,
        /// A new kind.
        kind: Option<ConsortiumKind>,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// Voids a membership or a phase.
    reasoned VoidConsortiumFactInput => Consortium(ConsortiumCommand::VoidConsortiumFact) {
        /// The consortium.
        consortium: ConsortiumRef,
        /// The position of the event that recorded the fact.
        position: Given<PositionText>,
        /// Why.
        reason: ReasonCode,
    }
}

/// The answer to a command about a consortium.
#[derive(SimpleObject)]
pub struct ConsortiumPayload {
    /// The consortium as it is once the command is recorded; null when nothing was.
    consortium: Option<Consortium>,
    #[graphql(flatten)]
    result: CommandResult,
}

submit::payload!(ConsortiumPayload { consortium: Consortium });

/// Commands about export consortiums.
#[derive(Default)]
pub struct ConsortiumMutation;

#[Object]
impl ConsortiumMutation {
    /// Forms a consortium, which is preparing from that day.
    async fn form_consortium(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: FormConsortiumInput,
    ) -> Result<ConsortiumPayload> {
        submit::one(context, input).await
    }

    /// Takes over a consortium that existed before the registry, with its first member.
    async fn take_over_consortium(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: TakeOverConsortiumInput,
    ) -> Result<ConsortiumPayload> {
        submit::one(context, input).await
    }

    /// Takes over one more member.
    async fn take_over_member(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: TakeOverMemberInput,
    ) -> Result<ConsortiumPayload> {
        submit::one(context, input).await
    }

    /// Takes over the phase that a consortium had reached.
    async fn take_over_phase(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: TakeOverPhaseInput,
    ) -> Result<ConsortiumPayload> {
        submit::one(context, input).await
    }

    /// Admits a unit.
    async fn admit_member(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: AdmitMemberInput,
    ) -> Result<ConsortiumPayload> {
        submit::one(context, input).await
    }

    /// A unit leaves.
    async fn release_member(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: ReleaseMemberInput,
    ) -> Result<ConsortiumPayload> {
        submit::one(context, input).await
    }

    /// Constitutes the consortium.
    async fn constitute_consortium(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: ConstituteConsortiumInput,
    ) -> Result<ConsortiumPayload> {
        submit::one(context, input).await
    }

    /// The consortium starts to operate.
    async fn start_consortium(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: StartConsortiumInput,
    ) -> Result<ConsortiumPayload> {
        submit::one(context, input).await
    }

    /// Dissolves the consortium.
    async fn dissolve_consortium(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: DissolveConsortiumInput,
    ) -> Result<ConsortiumPayload> {
        submit::one(context, input).await
    }

    /// Changes what is recorded of a consortium; fields that are left out stay.
    async fn revise_consortium(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: ReviseConsortiumInput,
    ) -> Result<ConsortiumPayload> {
        submit::one(context, input).await
    }

    /// Voids a membership or a phase.
    async fn void_consortium_fact(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: VoidConsortiumFactInput,
    ) -> Result<ConsortiumPayload> {
        submit::one(context, input).await
    }
}
