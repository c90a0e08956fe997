//! Export consortiums: units that export one product group together and keep their autonomy.
//!
//! preparing → constituted → operating → suspended → dissolved. Constituted with enough distinct legal entities, each
//! export-ready unless they exported enough together; a unit is in one active consortium of a product group.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::event::events;
use crate::value::{
    CertificateNumber, CommodityGroup, ConsortiumCode, ConsortiumKey, Date, Name, PositionText, ReasonCode,
    SmeId, SmeKey,
};

mod decide;
mod membership;
mod rejection;
mod state;
#[cfg(test)]
mod tests;

pub use membership::Candidate;
pub use rejection::ConsortiumRejection;
pub use state::{Consortium, Consortiums, Membership};

/// What a consortium is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConsortiumKind {
    /// Promotes the members' exports.
    Promotion,
    /// Sells for the members.
    Sales,
}

/// The phase of a consortium.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Phase {
    /// Gathers candidates.
    Preparing,
    /// Has its members and statutes.
    Constituted,
    /// Exports.
    Operating,
    /// Does not meet its conditions for a time.
    Suspended,
    /// Ended for good.
    Dissolved,
}

/// What a consortium is formed with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConsortiumDetails {
    /// The code that people know it by; unique.
    pub code: ConsortiumCode,
    /// The Persian name.
    pub name: Name,
    /// The Latin name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_latin: Option<Name>,
    /// What it is for.
    pub kind: ConsortiumKind,
    /// The product group that it exports.
    pub product_group: CommodityGroup,
}

/// A unit that joins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewMember {
    /// The unit.
    pub sme: SmeKey,
    /// The unit's export-readiness certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CertificateNumber>,
}

/// A unit that joined before the registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TakenOverMember {
    /// The unit.
    pub sme: SmeKey,
    /// The day on which it joined.
    pub joined: Date,
    /// The unit's export-readiness certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CertificateNumber>,
}

/// Forms a consortium, which is preparing from that day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FormConsortium {
    /// What it is formed with.
    pub details: ConsortiumDetails,
    /// Units that join at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<NewMember>,
    /// When it took effect.
    pub on: Date,
}

/// Takes over a consortium that existed before the registry, with its first member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TakeOverConsortium {
    /// What it is formed with.
    pub details: ConsortiumDetails,
    /// The day of its formation.
    pub formed: Date,
    /// A unit that joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<TakenOverMember>,
}

/// Takes over one more member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TakeOverMember {
    /// The consortium.
    pub consortium: ConsortiumKey,
    /// The unit that joined.
    pub member: TakenOverMember,
}

/// Takes over the phase that a consortium had reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TakeOverPhase {
    /// The consortium.
    pub consortium: ConsortiumKey,
    /// The phase.
    pub phase: Phase,
    /// Since when.
    pub on: Date,
}

/// Admits a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AdmitMember {
    /// The consortium.
    pub consortium: ConsortiumKey,
    /// The unit.
    pub sme: SmeKey,
    /// The unit's export-readiness certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CertificateNumber>,
    /// When it took effect.
    pub on: Date,
}

/// A unit leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReleaseMember {
    /// The consortium.
    pub consortium: ConsortiumKey,
    /// The unit.
    pub sme: SmeKey,
    /// Why.
    pub reason: ReasonCode,
    /// The first day on which it is no member.
    pub on: Date,
}

/// Constitutes the consortium.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConstituteConsortium {
    /// The consortium.
    pub consortium: ConsortiumKey,
    /// When it took effect.
    pub on: Date,
}

/// The consortium starts to operate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StartConsortium {
    /// The consortium.
    pub consortium: ConsortiumKey,
    /// When it took effect.
    pub on: Date,
}

/// Dissolves the consortium.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DissolveConsortium {
    /// The consortium.
    pub consortium: ConsortiumKey,
    /// Why.
    pub reason: ReasonCode,
    /// When it took effect.
    pub on: Date,
}

/// Changes what is recorded of a consortium; fields that are left out stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReviseConsortium {
    /// The consortium.
    pub consortium: ConsortiumKey,
    /// A new Persian name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// A new Latin name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_latin: Option<Name>,
    /// A new kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ConsortiumKind>,
    /// When it took effect.
    pub on: Date,
}

/// Voids a membership or a phase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VoidConsortiumFact {
    /// The consortium.
    pub consortium: ConsortiumKey,
    /// The position of the event that recorded the fact.
    pub position: PositionText,
    /// Why.
    pub reason: ReasonCode,
}

/// What can be asked of consortiums.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "input")]
pub enum ConsortiumCommand {
    /// Forms a consortium, which is preparing from that day.
    FormConsortium(FormConsortium),
    /// Takes over a consortium that existed before the registry, with its first member.
    TakeOverConsortium(TakeOverConsortium),
    /// Takes over one more member.
    TakeOverMember(TakeOverMember),
    /// Takes over the phase that a consortium had reached.
    TakeOverPhase(TakeOverPhase),
    /// Admits a unit.
    AdmitMember(AdmitMember),
    /// A unit leaves.
    ReleaseMember(ReleaseMember),
    /// Constitutes the consortium.
    ConstituteConsortium(ConstituteConsortium),
    /// The consortium starts to operate.
    StartConsortium(StartConsortium),
    /// Dissolves the consortium.
    DissolveConsortium(DissolveConsortium),
    /// Changes what is recorded of a consortium; fields that are left out stay.
    ReviseConsortium(ReviseConsortium),
    /// Voids a membership or a phase.
    VoidConsortiumFact(VoidConsortiumFact),
}

/// A consortium was formed. It is preparing from the effective date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConsortiumFormed {
    /// The code that people know it by; unique.
    pub code: ConsortiumCode,
    /// The Persian name.
    pub name: Name,
    /// The Latin name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_latin: Option<Name>,
    /// What it is for.
    pub kind: ConsortiumKind,
    /// The product group that it exports.
    pub product_group: CommodityGroup,
}

/// A unit joined on the effective date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MemberAdmitted {
    /// The unit.
    pub sme: SmeId,
    /// The unit's export-readiness certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CertificateNumber>,
}

/// A unit left: the effective date is the first day on which it is no member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MemberReleased {
    /// The unit.
    pub sme: SmeId,
}

/// The consortium was constituted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConsortiumConstituted {}

/// The consortium operates from the effective date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConsortiumStarted {}

/// The consortium does not meet its conditions from the effective date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConsortiumSuspended {}

/// The consortium was dissolved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConsortiumDissolved {}

/// What is recorded of the consortium was changed. Fields that are left out stayed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConsortiumRevised {
    /// The new Persian name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The new Latin name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_latin: Option<Name>,
    /// The new kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ConsortiumKind>,
}

/// A membership or a phase was voided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConsortiumFactVoided {
    /// The position of the event that recorded it.
    pub position: PositionText,
}

events! {
    /// What happens to consortiums.
    pub enum ConsortiumEvent {
        /// A consortium was formed. It is preparing from the effective date.
        ConsortiumFormed = 1,
        /// A unit joined on the effective date.
        MemberAdmitted = 1,
        /// A unit left: the effective date is the first day on which it is no member.
        MemberReleased = 1,
        /// The consortium was constituted.
        ConsortiumConstituted = 1,
        /// The consortium operates from the effective date.
        ConsortiumStarted = 1,
        /// The consortium does not meet its conditions from the effective date.
        ConsortiumSuspended = 1,
        /// The consortium was dissolved.
        ConsortiumDissolved = 1,
        /// What is recorded of the consortium was changed. Fields that are left out stayed.
        ConsortiumRevised = 1,
        /// A membership or a phase was voided.
        ConsortiumFactVoided = 1,
    }
}
