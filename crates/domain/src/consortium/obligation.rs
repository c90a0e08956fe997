//! What members owe the consortium: recorded, settled, and settled before a member leaves (rule 18).
//!
//! An obligation falls within a membership of its unit. Whatever is recorded, voided or back-dated, no member has left
//! with an obligation that was open on that day.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::decide::Decision;
use super::state::{Consortium, Obligation};
use super::{ConsortiumRejection, Consortiums};
use crate::envelope::{Context, EntityId};
use crate::value::{ConsortiumKey, Date, Money, ObligationNumber, SmeId, SmeKey};

/// What an obligation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ObligationKind {
    /// A share in the costs of the consortium.
    Contribution,
    /// A loan that the consortium gave.
    Loan,
    /// A guarantee that it gave or took.
    Guarantee,
    /// Goods for an order that it accepted.
    Delivery,
    /// None of these.
    Other,
}

/// Records what a member owes the consortium.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecordObligation {
    /// The consortium.
    pub consortium: ConsortiumKey,
    /// The member.
    pub sme: SmeKey,
    /// The number under which the consortium keeps it; once per consortium.
    pub number: ObligationNumber,
    /// What it is about.
    pub kind: ObligationKind,
    /// How much, where it is money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// The day by which it is to be settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// Since when it is owed.
    pub on: Date,
}

/// Records that an obligation was settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SettleObligation {
    /// The consortium.
    pub consortium: ConsortiumKey,
    /// The number of the obligation.
    pub number: ObligationNumber,
    /// When it was settled.
    pub on: Date,
}

/// A member owes the consortium from the effective date on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ObligationRecorded {
    /// The member.
    pub sme: SmeId,
    /// The number under which the consortium keeps it.
    pub number: ObligationNumber,
    /// What it is about.
    pub kind: ObligationKind,
    /// How much, where it is money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// The day by which it is to be settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
}

/// An obligation was settled on the effective date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ObligationSettled {
    /// The number of the obligation.
    pub number: ObligationNumber,
}

impl Obligation {
    /// Whether it is owed at the end of a day.
    pub fn open_on(&self, on: Date) -> bool {
        self.on <= on && self.settled.is_none_or(|(settled, _)| on < settled)
    }
}

impl Consortium {
    /// Rule 18: nobody has left with an open obligation, and each obligation falls within a membership.
    pub(super) fn judge_obligations(&self, path: &'static str) -> Result<(), ConsortiumRejection> {
        for member in &self.members {
            let Some((left, _)) = member.left else { continue };
            let owed =
                |due: &&Obligation| due.sme == member.sme && member.joined <= due.on && due.open_on(left);
            let open = self.obligations.iter().filter(owed);
            if let Some(since) = open.clone().map(|due| due.on).min() {
                return Err(ConsortiumRejection::OpenObligations { path, count: open.count(), since, left });
            }
        }
        let of_nobody = |due: &&Obligation| !self.was_member(due.sme, due.on);
        match self.obligations.iter().find(of_nobody) {
            Some(due) => Err(ConsortiumRejection::ObligationWithoutMember { path, on: due.on }),
            None => Ok(()),
        }
    }

    /// Whether a unit was a member at some moment of a day; the day on which it left is one.
    fn was_member(&self, sme: SmeId, on: Date) -> bool {
        let mut own = self.members.iter().filter(|member| member.sme == sme);
        own.any(|member| member.joined <= on && on <= self.end_of(member))
    }
}

impl Consortiums {
    /// Decides `RecordObligation`.
    ///
    /// # Errors
    /// `INVALID_DATE`, `INVALID_VALUE` for an amount of nothing, `UNKNOWN_REFERENCE` when the unit is no member on the
    /// day, `DUPLICATE_OBLIGATION`, `OPEN_OBLIGATIONS` when it has left since.
    pub fn record_obligation(
        &self,
        consortium: &Consortium,
        command: &RecordObligation,
        sme: SmeId,
        context: &Context,
    ) -> Decision {
        let RecordObligation { number, kind, amount, due, on, .. } = command.clone();
        consortium.judge_date(on, "on", context)?;
        if due.is_some_and(|due| due < on) {
            return Err(ConsortiumRejection::DueBefore { on });
        }
        if amount.is_some_and(|amount| amount.amount().is_zero()) {
            return Err(ConsortiumRejection::Worthless);
        }
        if !consortium.members_on(on).any(|member| member.sme == sme) {
            return Err(ConsortiumRejection::NotMember);
        }
        if consortium.obligations.iter().any(|known| known.number == number) {
            return Err(ConsortiumRejection::DuplicateObligation(number));
        }
        let event = consortium.event(on, ObligationRecorded { sme, number, kind, amount, due });
        let events = vec![event.concerning(EntityId::Sme(sme))];
        consortium.after(&events).judge_obligations("on")?;
        Ok(events)
    }

    /// Decides `SettleObligation`. Also after the end of the consortium, whose winding up settles what is owed.
    ///
    /// # Errors
    /// `UNKNOWN_REFERENCE`, `ALREADY_SETTLED`, `INVALID_DATE`.
    pub fn settle_obligation(
        &self,
        consortium: &Consortium,
        command: &SettleObligation,
        context: &Context,
    ) -> Decision {
        let due = consortium.obligations.iter().find(|due| due.number == command.number);
        let due = due.ok_or(ConsortiumRejection::NoObligation)?;
        if let Some((on, _)) = due.settled {
            return Err(ConsortiumRejection::AlreadySettled { on });
        }
        consortium.judge_date(command.on, "on", context)?;
        if command.on < due.on {
            return Err(ConsortiumRejection::SettledBefore { on: due.on });
        }
        let event = consortium.event(command.on, ObligationSettled { number: command.number.clone() });
        Ok(vec![event.concerning(EntityId::Sme(due.sme)).caused_by(due.position)])
    }
}
