//! The keys that sign checkpoints, as the record tells of their rotation.

use async_graphql::{Context, Object, Result, SimpleObject};
use daftar_domain::envelope::EntityId;
use daftar_domain::rejection::Code;
use daftar_domain::signing::{RotateKey, SignerKey, SigningCommand};
use daftar_domain::value::{InvalidKind, InvalidValue};

use crate::input::{Given, Spelled, input};
use crate::node::Reads;
use crate::scalar::Position;
use crate::submit::{self, CommandResult, Payload};
use crate::view::View;

impl Spelled for SignerKey {
    type Scalar = String;
    const CODE: Code = Code::InvalidValue;

    fn spelled(text: &str) -> Result<Self, InvalidValue> {
        let wrong = |why: &'static str| InvalidValue::new("public key", InvalidKind::Format, why);
        Self::try_from(text.trim().to_owned()).map_err(wrong)
    }
}

input! {
    /// Decides that one key takes the place of another; `daftar keys rotate` then does it.
    command RotateKeyInput => Signing(SigningCommand::RotateKey) {
        /// The public key that signs from now on, as `daftar keys rotate` prints it.
        adopted: Given<SignerKey>,
        /// The public key that is retired.
        retired: Given<SignerKey>,
    }
}

/// The answer to a command about a key.
#[derive(SimpleObject)]
pub struct SigningPayload {
    #[graphql(flatten)]
    result: CommandResult,
}

impl Payload for SigningPayload {
    fn new(result: CommandResult, _: impl Iterator<Item = EntityId>, _: &std::sync::Arc<View>) -> Self {
        Self { result }
    }
}

/// Commands about the keys.
#[derive(Default)]
pub struct SigningMutation;

#[Object]
impl SigningMutation {
    /// Decides that one key takes the place of another among those that sign checkpoints. It takes two persons; `daftar
    /// keys rotate` then does it where the private keys are.
    async fn rotate_key(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: RotateKeyInput,
    ) -> Result<SigningPayload> {
        submit::one(context, input).await
    }
}

/// A rotation of the keys that sign checkpoints.
#[derive(Clone, SimpleObject)]
pub struct KeyRotation {
    /// The public key that signs from then on.
    adopted: String,
    /// The public key that is retired.
    retired: String,
    /// The position of the event that decided it.
    position: Position,
}

/// Look-ups of the keys.
#[derive(Default)]
pub struct SigningQuery(pub Reads);

#[Object]
impl SigningQuery {
    /// The rotations of the keys that sign checkpoints, in their order: which key to trust after which.
    fn key_rotations(&self, context: &Context<'_>) -> Vec<KeyRotation> {
        let view = self.0.view(context);
        let known =
            view.state.signing.rotations().iter().filter(|rotation| rotation.position <= view.position);
        known
            .map(|rotation| KeyRotation {
                adopted: rotation.adopted.as_str().to_owned(),
                retired: rotation.retired.as_str().to_owned(),
                position: Position(rotation.position),
            })
            .collect()
    }
}
