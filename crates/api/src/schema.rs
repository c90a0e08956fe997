//! The merged roots; nothing else. What a document may cost, `http/guard` judges.

use std::sync::Arc;

use async_graphql::{MergedObject, MergedSubscription, Schema};

use crate::node::Reads;
use crate::server::Server;
use crate::view::View;
use crate::{
    approval, at, auth, consortium, emc, export, park, period, person, privacy, publication, research,
    revival, signing, sme, statement, submit, subscription, training,
};

/// Every question.
#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub struct QueryRoot(at::AsOf, approval::ApprovalQuery, auth::ViewerQuery, at::AsOfQuery);

impl QueryRoot {
    /// Every question, answered from one view.
    pub fn on(view: Arc<View>) -> Self {
        let reads = Reads::of(view);
        Self(
            at::AsOf::new(&reads),
            approval::ApprovalQuery(reads.clone()),
            auth::ViewerQuery,
            at::AsOfQuery(reads),
        )
    }
}

/// Every command.
#[derive(MergedObject, Default)]
#[graphql(name = "Mutation")]
pub struct MutationRoot(
    park::mutation::ParkMutation,
    sme::mutation::SmeMutation,
    revival::mutation::RevivalMutation,
    consortium::mutation::ConsortiumMutation,
    emc::mutation::EmcMutation,
    export::mutation::ExportMutation,
    training::mutation::TrainingMutation,
    research::mutation::ResearchMutation,
    statement::mutation::StatementMutation,
    publication::mutation::PublicationMutation,
    person::mutation::PersonMutation,
    privacy::PrivacyMutation,
    signing::SigningMutation,
    period::mutation::PeriodMutation,
    approval::mutation::ApprovalMutation,
    submit::SubmitMutation,
);

/// Everything that is told as it is recorded.
#[derive(MergedSubscription, Default)]
#[graphql(name = "Subscription")]
pub struct SubscriptionRoot(subscription::EventSubscription, subscription::LiveSubscription);

/// The schema that is served.
pub type Daftar = Schema<QueryRoot, MutationRoot, SubscriptionRoot>;

/// The schema. Without a server it can only be described; the policy is asked at every field where somebody is asked
/// who they are.
pub fn schema(server: Option<Arc<Server>>, asks: bool) -> Daftar {
    let mut builder =
        Schema::build(QueryRoot::default(), MutationRoot::default(), SubscriptionRoot::default())
            // The guard has bounded it before: this one would refuse what the settings allow.
            .limit_recursive_depth(128);
    if asks {
        builder = builder.extension(auth::FieldGuard);
    }
    match server {
        Some(server) if !server.config.graphql.introspection => {
            builder.disable_introspection().disable_suggestions().data(server).finish()
        }
        Some(server) => builder.data(server).finish(),
        None => builder.finish(),
    }
}

/// The schema's definition, as it is published: without the directives that the specification defines for every schema,
/// which tools bring themselves.
pub fn definition() -> String {
    let mut sdl = schema(None, false).sdl();
    for name in ["include", "skip", "specifiedBy"] {
        let directive = sdl.find(&format!("directive @{name}(")).expect("the library writes it out");
        let start = sdl[..directive].rfind("\n\"\"\"\n").and_then(|end| sdl[..end].rfind("\"\"\"\n"));
        let end = sdl[directive..].find('\n').expect("a line ends");
        sdl.replace_range(start.expect("the library describes it")..=directive + end, "");
    }
    sdl
}
