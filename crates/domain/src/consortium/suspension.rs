//! Suspension: decided by an officer, or the consequence of falling below the number of members that a constitution
//! asks (rule 16). A consortium that operates again is judged as one that is constituted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::decide::Decision;
use super::state::Consortium;
use super::{ConsortiumSuspended, Consortiums, Phase};
use crate::envelope::{Context, Event};
use crate::value::{ConsortiumKey, Date, ReasonCode};

/// Suspends the consortium.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SuspendConsortium {
    /// The consortium.
    pub consortium: ConsortiumKey,
    /// Why.
    pub reason: ReasonCode,
    /// When it took effect.
    pub on: Date,
}

impl Phase {
    /// Whether a consortium in that phase has to keep its minimum of members.
    fn needs_members(self) -> bool {
        matches!(self, Self::Constituted | Self::Operating)
    }
}

impl Consortium {
    /// The days from `from` on at which its members may become fewer, `closings` among them, in order.
    fn losses(&self, from: Date, closings: impl Iterator<Item = Date>) -> Vec<Date> {
        let left = self.members.iter().filter_map(|member| member.left.map(|(left, _)| left));
        let mut days: Vec<Date> = left.chain(closings).filter(|day| *day > from).collect();
        days.push(from);
        days.sort();
        days
    }

    /// The suspension that follows when `enough` no longer holds on a day from `from` on in a phase that needs it: that of
    /// the first such day. None where the record has a later suspension already, which then stands.
    pub fn falling_below(
        &self,
        from: Date,
        closings: impl Iterator<Item = Date>,
        enough: impl Fn(Date) -> bool,
    ) -> Option<Event> {
        let needs = |day: &Date| self.phase_on(*day).is_some_and(Phase::needs_members);
        let day = self.losses(from, closings).into_iter().filter(needs).find(|day| !enough(*day))?;
        let event = self.event(day, ConsortiumSuspended {}).because(ReasonCode::ConditionNotMet);
        self.after(std::slice::from_ref(&event)).judge_timeline("on").ok().map(|()| event)
    }
}

impl Consortiums {
    /// Decides `SuspendConsortium`.
    ///
    /// # Errors
    /// `INVALID_DATE`, `WRONG_PHASE`.
    pub fn suspend(
        &self,
        consortium: &Consortium,
        command: &SuspendConsortium,
        context: &Context,
    ) -> Decision {
        let event = consortium.event(command.on, ConsortiumSuspended {}).because(command.reason);
        self.change_phase(consortium, event, "on", context)
    }
}
