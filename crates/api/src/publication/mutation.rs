//! The mutations of published figures: one for each command.

use async_graphql::{Context, Object, Result, SimpleObject};
use daftar_domain::publication::{CertificateCited, PublicationCommand, PublishFigure, WithdrawFigure};
use daftar_domain::rejection::Code;
use daftar_domain::value::{Date, Name, PublicationId};

use super::PublishedFigure;
use crate::certificate::Certificate;
use crate::history::ReasonCode;
use crate::input::{Entered, Fields, Given, NodeRef, input};
use crate::submit::{self, CommandResult};

/// The text of a certificate, as `daftar audit certify` wrote it.
#[derive(Debug)]
pub struct CertificateText(String);

impl async_graphql::InputType for CertificateText {
    type RawValueType = String;

    fn type_name() -> std::borrow::Cow<'static, str> {
        String::type_name()
    }

    fn create_type_info(registry: &mut async_graphql::registry::Registry) -> String {
        String::create_type_info(registry)
    }

    fn parse(value: Option<async_graphql::Value>) -> async_graphql::InputValueResult<Self> {
        String::parse(value).map(Self).map_err(async_graphql::InputValueError::propagate)
    }

    fn to_value(&self) -> async_graphql::Value {
        self.0.to_value()
    }

    fn as_raw_value(&self) -> Option<&String> {
        Some(&self.0)
    }
}

impl Entered for CertificateText {
    type Value = CertificateCited;

    fn read(self, fields: &mut Fields) -> Option<CertificateCited> {
        match Certificate::from_text(self.0.as_bytes()) {
            Ok(certificate) => Some(certificate.cited()),
            Err(error) => {
                fields.refuse(Code::UnsourcedStatistic, error.to_string());
                None
            }
        }
    }
}

input! {
    /// Publishes a figure that a certificate binds to the record.
    command PublishFigureInput => Publication(PublicationCommand::PublishFigure) {
        /// What it is called, in Persian.
        name: Given<Name>,
        /// The Latin name.
        name_latin: Option<Given<Name>>,
        /// The day of its publication.
        on: Given<Date>,
        /// The text of its certificate, as `daftar audit certify` wrote it. A figure without one is refused.
        certificate: Option<CertificateText>,
    }
}

input! {
    /// Withdraws a published figure; that it was published stays to be read.
    reasoned WithdrawFigureInput => Publication(PublicationCommand::WithdrawFigure) {
        /// The figure.
        figure: NodeRef<PublicationId>,
        /// Why.
        reason: ReasonCode,
    }
}

/// The answer to a command about a published figure.
#[derive(SimpleObject)]
pub struct PublicationPayload {
    /// The figure as it is once the command is recorded; null when nothing was.
    figure: Option<PublishedFigure>,
    #[graphql(flatten)]
    result: CommandResult,
}

submit::payload!(PublicationPayload { figure: Publication as PublishedFigure });

/// Commands about published figures.
#[derive(Default)]
pub struct PublicationMutation;

#[Object]
impl PublicationMutation {
    /// Publishes a figure that a certificate binds to the record. It takes two persons.
    async fn publish_figure(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: PublishFigureInput,
    ) -> Result<PublicationPayload> {
        submit::one(context, input).await
    }

    /// Withdraws a published figure; that it was published stays to be read. It takes two persons.
    async fn withdraw_figure(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: WithdrawFigureInput,
    ) -> Result<PublicationPayload> {
        submit::one(context, input).await
    }
}
