//! What can be asked of the vault as the record tells of it: to erase the text of a reason.

use async_graphql::{Context, Object, Result, SimpleObject};
use daftar_domain::envelope::EntityId;
use daftar_domain::privacy::{EraseText, PrivacyCommand};
use daftar_domain::value::PositionText;

use crate::history::ReasonCode;
use crate::input::{Given, input};
use crate::submit::{self, CommandResult, Payload};
use crate::view::View;

input! {
    /// Erases the text of a reason, for good; its code stays.
    reasoned EraseTextInput => Privacy(PrivacyCommand::EraseText) {
        /// The position of the event that has the reason.
        position: Given<PositionText>,
        /// Why it is erased.
        reason: ReasonCode,
    }
}

/// The answer to a command about the vault.
#[derive(SimpleObject)]
pub struct PrivacyPayload {
    #[graphql(flatten)]
    result: CommandResult,
}

impl Payload for PrivacyPayload {
    fn new(result: CommandResult, _: impl Iterator<Item = EntityId>, _: &std::sync::Arc<View>) -> Self {
        Self { result }
    }
}

/// Commands about the vault.
#[derive(Default)]
pub struct PrivacyMutation;

#[Object]
impl PrivacyMutation {
    /// Erases the text of a reason, for good: key, value and salt in the vault. The event and its code stay.
    async fn erase_text(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: EraseTextInput,
    ) -> Result<PrivacyPayload> {
        submit::one(context, input).await
    }
}
