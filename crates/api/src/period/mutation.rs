//! The mutations of periods: one for each command.

use async_graphql::{Context, InputObject, Object, OneofObject, Result, SimpleObject};
use daftar_domain::Command;
use daftar_domain::period::{CalendarPeriod, ClosePeriod, PeriodCommand, RestateFact};
use daftar_domain::rejection::Code;

use super::object::ClosedPeriod;
use crate::history::ReasonCode;
use crate::input::{Calling, Entered, Fields, ReasonedCall, input};
use crate::node::Node;
use crate::scalar::SolarMonth;
use crate::submit::{self, AnyCommandInput, CommandInput, CommandResult, Payload};

/// A quarter of a Solar Hijri year.
#[derive(Clone, Debug, InputObject)]
pub struct QuarterInput {
    /// The year, such as 1398.
    year: i32,
    /// The quarter, 1 to 4.
    quarter: i32,
}

/// A month, quarter or year of the Solar Hijri calendar.
#[derive(Clone, Debug, OneofObject)]
pub enum CalendarPeriodInput {
    /// A month.
    Month(SolarMonth),
    /// A quarter.
    Quarter(QuarterInput),
    /// A year, such as 1398.
    Year(i32),
}

impl Entered for CalendarPeriodInput {
    type Value = CalendarPeriod;

    fn read(self, fields: &mut Fields) -> Option<CalendarPeriod> {
        // What doesn't fit is out of range there too.
        let year = |year: i32| i16::try_from(year).unwrap_or(i16::MAX);
        Some(match self {
            Self::Month(month) => {
                let read = |fields: &mut Fields| {
                    month.value().map_err(|error| fields.invalid(&error, Code::InvalidDate)).ok()
                };
                CalendarPeriod::Month(fields.at("month", read)?.0)
            }
            Self::Quarter(quarter) => {
                let number = u8::try_from(quarter.quarter).unwrap_or(u8::MAX);
                CalendarPeriod::Quarter { year: year(quarter.year), quarter: number }
            }
            Self::Year(number) => CalendarPeriod::Year(year(number)),
        })
    }
}

input! {
    /// Closes a period. It can't be opened again.
    command ClosePeriodInput => Period(PeriodCommand::ClosePeriod) {
        /// The period. It must be over.
        period: CalendarPeriodInput,
    }
}

/// Records, corrects or voids a money fact of a closed period.
#[derive(InputObject)]
pub struct RestateFactInput {
    #[graphql(flatten)]
    call: ReasonedCall,
    /// The command that the closing would refuse. Its own `commandId`, `expectedVersion`, `dryRun` and `reasonText` are
    /// left out.
    command: Box<AnyCommandInput>,
    /// Why.
    reason: ReasonCode,
}

impl CommandInput for RestateFactInput {
    fn calling(&self) -> &dyn Calling {
        &self.call
    }

    fn command(self, fields: &mut Fields) -> Option<Command> {
        let command = submit::inner(*self.command, fields, "restated")?;
        let restate = RestateFact { command: Box::new(command), reason: self.reason.into() };
        Some(Command::Period(PeriodCommand::RestateFact(restate)))
    }
}

/// The answer to a command about a period.
#[derive(SimpleObject)]
pub struct PeriodPayload {
    /// The closed period as it is once the command is recorded; null when nothing was.
    closed_period: Option<ClosedPeriod>,
    #[graphql(flatten)]
    result: CommandResult,
}

submit::payload!(PeriodPayload { closed_period: Closing as ClosedPeriod });

/// The answer to a restatement.
#[derive(SimpleObject)]
pub struct RestatementPayload {
    /// What the fact belongs to, as it is once the command is recorded; null when nothing was.
    entity: Option<Node>,
    #[graphql(flatten)]
    result: CommandResult,
}

impl Payload for RestatementPayload {
    fn new(
        result: CommandResult,
        mut entities: impl Iterator<Item = daftar_domain::envelope::EntityId>,
        view: &std::sync::Arc<crate::view::View>,
    ) -> Self {
        let fact = |entity: &daftar_domain::envelope::EntityId| {
            !matches!(entity, daftar_domain::envelope::EntityId::Closing(_))
        };
        Self { entity: entities.find(fact).and_then(|entity| Node::find(view, entity)), result }
    }
}

/// Commands about periods.
#[derive(Default)]
pub struct PeriodMutation;

#[Object]
impl PeriodMutation {
    /// Closes a month, quarter or year of the Solar Hijri calendar. Its exports and other dated sums of money are
    /// restated from then on, and its published figures stay to be read. It can't be opened again.
    async fn close_period(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: ClosePeriodInput,
    ) -> Result<PeriodPayload> {
        submit::one(context, input).await
    }

    /// Records, corrects or voids a money fact of a closed period: the command that the closing would refuse, with the
    /// reason. It takes two persons.
    async fn restate_fact(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: RestateFactInput,
    ) -> Result<RestatementPayload> {
        submit::one(context, input).await
    }
}
