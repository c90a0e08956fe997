//! Export management companies: registered companies with a trade card that export for client units under mandates.
//!
//! initial consent → two-year evaluation → rank 3, 2 or 1 (3 is lowest). Consent comes before rank, rank only after
//! the evaluation; mandates have dates.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::event::events;
use crate::value::{
    Date, EmcCode, EmcKey, LegalId, Name, PositionText, ReasonCode, SmeId, SmeKey, TradeCardNumber,
};

mod decide;
mod rejection;
mod state;
#[cfg(test)]
mod tests;

pub use decide::{Client, Term};
pub use rejection::EmcRejection;
pub use state::{Emc, Emcs, Mandate};

/// The rank of a company. 3 is the lowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Rank {
    /// Rank 1.
    First,
    /// Rank 2.
    Second,
    /// Rank 3.
    Third,
}

/// What a company is registered with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EmcDetails {
    /// The code that people know it by; unique.
    pub code: EmcCode,
    /// The Persian name.
    pub name: Name,
    /// The Latin name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_latin: Option<Name>,
    /// The company.
    pub legal_id: LegalId,
    /// The number of its trade card.
    pub trade_card: TradeCardNumber,
    /// The first day on which the card is no longer valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trade_card_expires: Option<Date>,
}

/// A rank that was given before the registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TakenOverRank {
    /// The rank.
    pub rank: Rank,
    /// Since when.
    pub on: Date,
}

/// A mandate that was given before the registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TakenOverMandate {
    /// The unit.
    pub sme: SmeKey,
    /// The first day of the mandate.
    pub from: Date,
    /// The first day on which it is no longer in force; open-ended when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// Gives a company the initial consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConsentEmc {
    /// What it is registered with.
    pub details: EmcDetails,
    /// When it took effect.
    pub on: Date,
}

/// Takes over a company that existed before the registry, with a first mandate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TakeOverEmc {
    /// What it is registered with.
    pub details: EmcDetails,
    /// The day of the consent.
    pub consented: Date,
    /// Its rank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<TakenOverRank>,
    /// A mandate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mandate: Option<TakenOverMandate>,
}

/// Takes over one more mandate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TakeOverMandate {
    /// The company.
    pub emc: EmcKey,
    /// The mandate.
    pub mandate: TakenOverMandate,
}

/// Ranks the company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RankEmc {
    /// The company.
    pub emc: EmcKey,
    /// The rank.
    pub rank: Rank,
    /// When it took effect.
    pub on: Date,
}

/// A unit gives the company a mandate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GrantMandate {
    /// The company.
    pub emc: EmcKey,
    /// The unit.
    pub sme: SmeKey,
    /// The first day of the mandate.
    pub from: Date,
    /// The first day on which it is no longer in force; open-ended when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// A mandate ends before its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EndMandate {
    /// The company.
    pub emc: EmcKey,
    /// The unit.
    pub sme: SmeKey,
    /// The first day on which it is no longer in force.
    pub on: Date,
    /// Why.
    pub reason: ReasonCode,
}

/// Withdraws the consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WithdrawConsent {
    /// The company.
    pub emc: EmcKey,
    /// Why.
    pub reason: ReasonCode,
    /// When it took effect.
    pub on: Date,
}

/// Changes what is recorded of a company; fields that are left out stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReviseEmc {
    /// The company.
    pub emc: EmcKey,
    /// A new Persian name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// A new Latin name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_latin: Option<Name>,
    /// A new trade card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trade_card: Option<TradeCardNumber>,
    /// The first day on which the card is no longer valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trade_card_expires: Option<Date>,
    /// When it took effect.
    pub on: Date,
}

/// Voids a rank, a mandate or a withdrawal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VoidEmcFact {
    /// The company.
    pub emc: EmcKey,
    /// The position of the event that recorded the fact.
    pub position: PositionText,
    /// Why.
    pub reason: ReasonCode,
}

/// What can be asked of export management companies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "input")]
pub enum EmcCommand {
    /// Gives a company the initial consent.
    ConsentEmc(ConsentEmc),
    /// Takes over a company that existed before the registry, with a first mandate.
    TakeOverEmc(TakeOverEmc),
    /// Takes over one more mandate.
    TakeOverMandate(TakeOverMandate),
    /// Ranks the company.
    RankEmc(RankEmc),
    /// A unit gives the company a mandate.
    GrantMandate(GrantMandate),
    /// A mandate ends before its time.
    EndMandate(EndMandate),
    /// Withdraws the consent.
    WithdrawConsent(WithdrawConsent),
    /// Changes what is recorded of a company; fields that are left out stay.
    ReviseEmc(ReviseEmc),
    /// Voids a rank, a mandate or a withdrawal.
    VoidEmcFact(VoidEmcFact),
}

/// A company got the initial consent, in force from the effective date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EmcConsented {
    /// The code that people know it by; unique.
    pub code: EmcCode,
    /// The Persian name.
    pub name: Name,
    /// The Latin name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_latin: Option<Name>,
    /// The company.
    pub legal_id: LegalId,
    /// The number of its trade card.
    pub trade_card: TradeCardNumber,
    /// The first day on which the card is no longer valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trade_card_expires: Option<Date>,
}

/// The company was ranked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EmcRanked {
    /// The rank.
    pub rank: Rank,
}

/// A unit gave a mandate: the effective date is its first day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MandateGranted {
    /// The unit.
    pub sme: SmeId,
    /// The first day on which it is no longer in force; open-ended when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// A mandate ended before its time: the effective date is the first day without it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MandateEnded {
    /// The unit.
    pub sme: SmeId,
}

/// The consent was withdrawn: the effective date is the first day without it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConsentWithdrawn {}

/// What is recorded of the company was changed. Fields that are left out stayed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EmcRevised {
    /// The new Persian name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The new Latin name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_latin: Option<Name>,
    /// The new trade card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trade_card: Option<TradeCardNumber>,
    /// The first day on which the card is no longer valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trade_card_expires: Option<Date>,
}

/// A rank, a mandate or a withdrawal was voided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EmcFactVoided {
    /// The position of the event that recorded it.
    pub position: PositionText,
}

events! {
    /// What happens to export management companies.
    pub enum EmcEvent {
        /// A company got the initial consent, in force from the effective date.
        EmcConsented = 1,
        /// The company was ranked.
        EmcRanked = 1,
        /// A unit gave a mandate: the effective date is its first day.
        MandateGranted = 1,
        /// A mandate ended before its time: the effective date is the first day without it.
        MandateEnded = 1,
        /// The consent was withdrawn: the effective date is the first day without it.
        ConsentWithdrawn = 1,
        /// What is recorded of the company was changed. Fields that are left out stayed.
        EmcRevised = 1,
        /// A rank, a mandate or a withdrawal was voided.
        EmcFactVoided = 1,
    }
}
