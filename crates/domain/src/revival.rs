//! Revival cases: the way of an idle unit back to production.
//!
//! identified → diagnosis by an industrial clinic → plan → referral or loan → restart → verification → revived. One
//! open case a unit; revived only after a diagnosis and a verified restart. A case that has ended is not continued: a
//! unit that stands idle again gets a new one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::envelope::{Context, EntityId, Event, Position};
use crate::event::events;
use crate::rejection::Rejection;
use crate::sme::{Breach, Fact, IdleReason, Sme};
use crate::value::{Date, Headcount, Index, Money, Percent, ReasonCode, RevivalId, SmeId, SmeKey, Table};

mod case;
mod correction;
mod rejection;
#[cfg(test)]
mod tests;

pub use case::{Ended, Revival, Step};
pub use correction::{RevivalFactVoided, VoidRevivalFact};
pub use rejection::RevivalRejection;

/// Where the facilitation committee sends a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReferralKind {
    /// A loan for working capital or machinery.
    Loan,
    /// The bank that the unit owes.
    Bank,
    /// Tax or social-insurance offices.
    TaxOrInsurance,
    /// Water, power or gas supplier.
    Utility,
    /// A court.
    Court,
    /// Another body.
    Other,
}

/// Who lends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LenderKind {
    /// A bank, from its own means.
    Bank,
    /// A bank, from means that the state administers.
    AdministeredFund,
    /// A development or guarantee fund.
    DevelopmentFund,
    /// Another lender.
    Other,
}

/// Opens a case for an idle or semi-active unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenRevival {
    /// The unit.
    pub sme: SmeKey,
    /// When it took effect.
    pub on: Date,
}

/// Records the diagnosis of an industrial clinic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DiagnoseRevival {
    /// The case.
    pub revival: RevivalId,
    /// What keeps the unit from producing.
    pub finding: IdleReason,
    /// When it took effect.
    pub on: Date,
}

/// Records that a plan was agreed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanRevival {
    /// The case.
    pub revival: RevivalId,
    /// When it took effect.
    pub on: Date,
}

/// Refers the case, or grants a loan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReferRevival {
    /// The case.
    pub revival: RevivalId,
    /// Where to.
    pub to: ReferralKind,
    /// The loan, in its own currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loan: Option<Money>,
    /// Who grants the loan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lender: Option<LenderKind>,
    /// When it took effect.
    pub on: Date,
}

/// Records that production was restarted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RestartProduction {
    /// The case.
    pub revival: RevivalId,
    /// When it took effect.
    pub on: Date,
}

/// Records that the restart was verified on site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VerifyRestart {
    /// The case.
    pub revival: RevivalId,
    /// When it took effect.
    pub on: Date,
}

/// Closes the case with success: the unit is active again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReviveUnit {
    /// The case.
    pub revival: RevivalId,
    /// Jobs brought back.
    pub jobs: Headcount,
    /// The share of the capacity that it uses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utilisation: Option<Percent>,
    /// When it took effect.
    pub on: Date,
}

/// Closes the case without success: the unit is idle again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AbandonRevival {
    /// The case.
    pub revival: RevivalId,
    /// Why.
    pub reason: ReasonCode,
    /// When it took effect.
    pub on: Date,
}

/// What can be asked of revival cases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "input")]
pub enum RevivalCommand {
    /// Opens a case for an idle or semi-active unit.
    OpenRevival(OpenRevival),
    /// Records the diagnosis of an industrial clinic.
    DiagnoseRevival(DiagnoseRevival),
    /// Records that a plan was agreed.
    PlanRevival(PlanRevival),
    /// Refers the case, or grants a loan.
    ReferRevival(ReferRevival),
    /// Records that production was restarted.
    RestartProduction(RestartProduction),
    /// Records that the restart was verified on site.
    VerifyRestart(VerifyRestart),
    /// Closes the case with success: the unit is active again.
    ReviveUnit(ReviveUnit),
    /// Closes the case without success: the unit is idle again.
    AbandonRevival(AbandonRevival),
    /// Voids a step, a referral or the end of a case.
    VoidRevivalFact(VoidRevivalFact),
}

/// A case was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RevivalOpened {
    /// The unit.
    pub sme: SmeId,
}

/// An industrial clinic made its diagnosis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RevivalDiagnosed {
    /// What keeps the unit from producing.
    pub finding: IdleReason,
}

/// A plan was agreed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RevivalPlanned {}

/// The case was referred, or a loan granted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RevivalReferred {
    /// Where to.
    pub to: ReferralKind,
    /// The loan, in its own currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loan: Option<Money>,
    /// Who grants the loan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lender: Option<LenderKind>,
}

/// The same before lenders were told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(title = "RevivalReferred", description = "The case was referred, or a loan granted.")]
pub struct RevivalReferredV1 {
    /// Where to.
    pub to: ReferralKind,
    /// The loan, in its own currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loan: Option<Money>,
}

impl From<RevivalReferredV1> for RevivalReferred {
    fn from(RevivalReferredV1 { to, loan }: RevivalReferredV1) -> Self {
        Self { to, loan, lender: None }
    }
}

/// Production was restarted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProductionRestarted {}

/// The restart was verified on site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RestartVerified {}

/// The case was closed with success: the unit is active from the effective date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UnitRevived {
    /// Jobs brought back.
    pub jobs: Headcount,
    /// The share of the capacity that it uses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utilisation: Option<Percent>,
}

/// The case was closed without success.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RevivalAbandoned {}

events! {
    /// What happens to revival cases.
    pub enum RevivalEvent {
        /// A case was opened.
        RevivalOpened = 1,
        /// An industrial clinic made its diagnosis.
        RevivalDiagnosed = 1,
        /// A plan was agreed.
        RevivalPlanned = 1,
        /// The case was referred, or a loan granted.
        RevivalReferred = 2 from { 1: RevivalReferredV1 },
        /// Production was restarted.
        ProductionRestarted = 1,
        /// The restart was verified on site.
        RestartVerified = 1,
        /// The case was closed with success: the unit is active from the effective date.
        UnitRevived = 1,
        /// The case was closed without success.
        RevivalAbandoned = 1,
        /// A step, a referral or the end of a case was voided.
        RevivalFactVoided = 1,
    }
}

/// All revival cases.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Revivals {
    table: Table<Revival>,
    by_id: Index<RevivalId>,
    open: Index<SmeId>,
}

impl Revivals {
    /// The case with an ID.
    pub fn get(&self, id: RevivalId) -> Option<&Revival> {
        self.by_id.get(&id).map(|row| self.table.get(row))
    }

    /// The open case of a unit.
    pub fn open_case(&self, sme: SmeId) -> Option<&Revival> {
        self.open.get(&sme).map(|row| self.table.get(row))
    }

    /// How many events a case has; 0 for one that is not recorded.
    pub fn version(&self, id: RevivalId) -> u32 {
        self.get(id).map_or(0, |revival| revival.version)
    }

    /// All of them, in the order in which they were opened.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Revival> {
        self.table.iter()
    }

    /// How many there are, open or not.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Decides `OpenRevival` (rule 9).
    ///
    /// # Errors
    /// `NOT_IDLE`, `REVIVAL_ALREADY_OPEN`, `UNIT_CLOSED`, `ILLEGAL_TRANSITION`, `INVALID_DATE`.
    pub fn open(&self, sme: &Sme, command: &OpenRevival, context: &Context) -> Result<Vec<Event>, Rejection> {
        if command.on > context.today {
            return Err(RevivalRejection::Future(command.on).into());
        }
        if self.open_case(sme.id).is_some() {
            return Err(RevivalRejection::Unit(Breach::CaseOpen).into());
        }
        sme.history().bears(command.on, Fact::RevivalOpened).map_err(RevivalRejection::from)?;
        let id = EntityId::Revival(context.new_id());
        Ok(vec![Event::new(id, command.on, RevivalOpened { sme: sme.id }).concerning(EntityId::Sme(sme.id))])
    }

    /// Applies an event, and tells what it means for the unit, if anything.
    pub fn evolve(
        &mut self,
        id: RevivalId,
        event: &RevivalEvent,
        effective: Date,
        position: Position,
    ) -> Option<(SmeId, Consequence)> {
        if let RevivalEvent::RevivalOpened(RevivalOpened { sme }) = event {
            let row = self.table.push(Revival::opened(id, *sme, effective));
            self.by_id.insert(id, row);
            self.open.insert(*sme, row);
            return Some((*sme, Consequence::Fact(Fact::RevivalOpened)));
        }
        let row = self.by_id.get(&id).expect("an event follows its case's opening");
        let consequence = self.table.get_mut(row).evolve(event, effective, position)?;
        let sme = self.table.get(row).sme;
        match consequence {
            Consequence::Fact(_) => self.open.remove(&sme),
            Consequence::Void(_) => self.open.insert(sme, row),
        };
        Some((sme, consequence))
    }
}

/// What an event of a case means for its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consequence {
    /// A fact of the unit.
    Fact(Fact),
    /// The fact of the unit that the event at a position recorded is voided.
    Void(Position),
}
