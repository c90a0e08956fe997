//! Which field holds which class of data, and the guard that asks the policy at every field.
//!
//! Guarantees: a type or root field that isn't listed here is refused to everybody whom the policy restricts, and a
//! test names it. A type's class holds wherever its objects are reached: by look-ups, connections, node IDs, payloads,
//! subscriptions or another moment's view. What an operator may read of its own provinces only passes here where the
//! resolvers leave out the rest; see [`super::scope`].

use std::sync::{Arc, LazyLock};

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextResolve, ResolveInfo};
use async_graphql::{ServerResult, Value};
use daftar_domain::policy::{Actor, DataClass, Reading};
use rustc_hash::FxHashMap;

use DataClass::{ActorIdentity, Aggregate, OpenRegistry, PersonalData, Record, Trade};

use crate::error::{Fault, fault};

/// Types by the class of all of their fields. What ends in `Connection` and `Edge` is as its node.
const TYPES: &[(DataClass, &[&str])] = &[
    (
        OpenRegistry,
        &[
            "Attending",
            "Capacity",
            "Checkpoint",
            "ClosedPeriod",
            "CommandPayload",
            "CommodityGroupInfo",
            "Concerning",
            "ConsistencyProof",
            "Consortium",
            "ConsortiumPayload",
            "Country",
            "Emc",
            "Enrolment",
            "Error",
            "EmcPayload",
            "ExportPayload",
            "GradeChange",
            "Industry",
            "InputError",
            "Inspection",
            "KeyRotation",
            "Licence",
            "LicenceAmendment",
            "LicenceExtension",
            "LiveItem",
            "Mandate",
            "Membership",
            "Money",
            "Mutation",
            "Node",
            "PageInfo",
            "Park",
            "ParkPayload",
            "Period",
            "PeriodPayload",
            "PersonPayload",
            "PhaseReached",
            "PlotStep",
            "PrivacyPayload",
            "ProgressReport",
            "ProposalPayload",
            "Province",
            "RankGiven",
            "PublicationPayload",
            "PublishedFigure",
            "Referral",
            "Research",
            "ResearchExecutor",
            "ResearchMilestone",
            "ResearchPayload",
            "ResearchPayment",
            "ResearchResult",
            "RestatementPayload",
            "Revival",
            "RevivalPayload",
            "RevivalStep",
            "RuleError",
            "SigningPayload",
            "Sme",
            "SmeMore",
            "SmePayload",
            "Statement",
            "StatementPayload",
            "StatusPeriod",
            "Training",
            "TrainingCertificate",
            "TrainingPayload",
            "Viewer",
        ],
    ),
    (
        Aggregate,
        &[
            "ChannelShare",
            "CommodityGroupShare",
            "DestinationShare",
            "CapacityBandShift",
            "ExportGroup",
            "GradeCount",
            "MonthShare",
            "Overview",
            "PeriodExports",
            "PeriodRevivals",
            "PeriodSmes",
            "PlotStageCount",
            "ProvinceShare",
            "ResearchAmounts",
            "ResearchFigures",
            "ResearchGroup",
            "Reconciliation",
            "RevivalGroup",
            "SmeCounts",
            "SmeGroup",
            "TrainingFigures",
            "TrainingGroup",
        ],
    ),
    (Trade, &["Export", "ExportTotals", "RevivedExports"]),
    (
        PersonalData,
        &["Appointment", "Person", "PersonExport", "PersonalReading", "PersonalText", "PersonalValue"],
    ),
    (
        Record,
        &[
            "Change",
            "ChangePage",
            "ConsortiumProvenance",
            "EmcProvenance",
            "Event",
            "EventItem",
            "EventPage",
            "ExportProvenance",
            "Finding",
            "InclusionProof",
            "ParkProvenance",
            "Proposal",
            "ResearchProvenance",
            "RevivalProvenance",
            "SmeProvenance",
            "TrainingProvenance",
            "StatementProvenance",
        ],
    ),
];

/// Root fields, and fields of another class than their type.
const FIELDS: &[(&str, &[(&str, DataClass)])] = &[
    (
        "Query",
        &[
            ("at", OpenRegistry),
            ("changes", Record),
            ("checkpoint", OpenRegistry),
            ("closedPeriod", OpenRegistry),
            ("closedPeriods", OpenRegistry),
            ("commodityGroups", OpenRegistry),
            ("consistencyProof", OpenRegistry),
            ("consortium", OpenRegistry),
            ("consortiums", OpenRegistry),
            ("countries", OpenRegistry),
            ("emc", OpenRegistry),
            ("emcs", OpenRegistry),
            ("event", Record),
            ("events", Record),
            ("export", Trade),
            ("exportSummary", Aggregate),
            ("exports", Trade),
            ("findings", Record),
            ("industries", OpenRegistry),
            ("keyRotations", OpenRegistry),
            ("node", OpenRegistry),
            ("nodes", OpenRegistry),
            ("overview", Aggregate),
            ("park", OpenRegistry),
            ("parks", OpenRegistry),
            ("person", PersonalData),
            ("position", OpenRegistry),
            ("proposals", Record),
            ("province", OpenRegistry),
            ("provinces", OpenRegistry),
            ("publishedFigure", OpenRegistry),
            ("publishedFigures", OpenRegistry),
            ("reconciliation", Aggregate),
            ("recordedAt", OpenRegistry),
            ("research", OpenRegistry),
            ("researchProjects", OpenRegistry),
            ("researchSummary", Aggregate),
            ("revival", OpenRegistry),
            ("revivalSummary", Aggregate),
            ("revivals", OpenRegistry),
            ("search", OpenRegistry),
            ("sme", OpenRegistry),
            ("smeSummary", Aggregate),
            ("smes", OpenRegistry),
            ("training", OpenRegistry),
            ("trainingSummary", Aggregate),
            ("trainings", OpenRegistry),
            ("statement", OpenRegistry),
            ("statements", OpenRegistry),
            ("viewer", OpenRegistry),
        ],
    ),
    ("Subscription", &[("events", Record), ("live", OpenRegistry)]),
    ("Consortium", &[("people", PersonalData)]),
    ("Emc", &[("people", PersonalData)]),
    ("Event", &[("actorId", ActorIdentity), ("line", ActorIdentity), ("reasonText", PersonalData)]),
    ("PeriodRevivals", &[("exports", Trade)]),
    ("Proposal", &[("proposerId", ActorIdentity)]),
    ("Sme", &[("exporting", Trade), ("people", PersonalData)]),
];

/// What passes for actors that read their own provinces only: the resolvers leave out the rest.
const SCOPED: &[(&str, Option<&str>)] = &[
    ("Appointment", None),
    ("Consortium", Some("people")),
    ("Emc", Some("people")),
    ("Event", None),
    ("EventItem", None),
    ("InclusionProof", None),
    ("Person", None),
    ("PersonExport", None),
    ("PersonalReading", None),
    ("PersonalText", None),
    ("PersonalValue", None),
    ("Proposal", None),
    ("Query", Some("event")),
    ("Query", Some("person")),
    ("Query", Some("proposals")),
    ("Sme", Some("people")),
    ("Subscription", Some("events")),
];

struct Classes {
    types: FxHashMap<&'static str, DataClass>,
    fields: FxHashMap<(&'static str, &'static str), DataClass>,
}

static CLASSES: LazyLock<Classes> = LazyLock::new(|| Classes {
    types: TYPES.iter().flat_map(|(class, names)| names.iter().map(move |name| (*name, *class))).collect(),
    fields: FIELDS
        .iter()
        .flat_map(|(parent, fields)| fields.iter().map(move |(field, class)| ((*parent, *field), *class)))
        .collect(),
});

/// A type without the ending of a page. The read fields of the root are offered as of another moment too, and the library
/// knows the root of subscriptions by the part that a field comes from.
fn item(parent: &str) -> &str {
    match parent {
        "AsOf" => return "Query",
        "EventSubscription" | "LiveSubscription" => return "Subscription",
        _ => {}
    }
    parent.strip_suffix("Connection").or_else(|| parent.strip_suffix("Edge")).unwrap_or(parent)
}

/// The class of a field; none for one that isn't listed.
pub fn class_of(parent: &str, field: &str) -> Option<DataClass> {
    let classes = &*CLASSES;
    let parent = item(parent);
    let own = classes.fields.get(&(parent, field)).copied();
    own.or_else(|| classes.types.get(parent).copied())
}

/// Whether a field is listed with a class.
pub fn is_listed(parent: &str, field: &str) -> bool {
    class_of(parent, field).is_some()
}

/// The root fields, and the fields of another class than their type: each with the type that it is a field of.
pub fn listed() -> impl Iterator<Item = (&'static str, &'static str)> {
    FIELDS.iter().flat_map(|(parent, fields)| fields.iter().map(move |(field, _)| (*parent, *field)))
}

fn is_scoped(parent: &str, field: &str) -> bool {
    SCOPED.iter().any(|(name, only)| *name == item(parent) && only.is_none_or(|only| only == field))
}

/// Whether an actor may read a field at all.
fn passes(actor: &Actor, parent: &str, field: &str) -> bool {
    match class_of(parent, field).map(|class| actor.reading(class)) {
        Some(Reading::Allowed) => true,
        Some(Reading::WithinProvinces) => is_scoped(parent, field),
        Some(Reading::Denied) | None => false,
    }
}

/// Asks the policy at every field, in whatever operation.
pub struct FieldGuard;

impl ExtensionFactory for FieldGuard {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait::async_trait]
impl Extension for FieldGuard {
    async fn resolve(
        &self,
        context: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Value>> {
        let (parent, field) = (info.parent_type, info.name);
        // What describes the schema holds nothing of the record.
        let describes = parent.starts_with("__") || field.starts_with("__");
        // An item of a list is no field: the list was one, and the item's own fields are asked for in their turn.
        let item = parent.starts_with('[');
        let actor = context.data_opt::<Actor>();
        if describes || item || actor.is_some_and(|actor| passes(actor, parent, field)) {
            return next.run(context, info).await;
        }
        let message = format!("no role of yours reads `{field}` of {parent}");
        let position = info.field.name.pos;
        Err(fault(Fault::Forbidden, message).into_server_error(position))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use async_graphql::parser::parse_schema;
    use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};

    use super::*;

    #[test]
    fn every_type_and_root_field_is_listed_and_nothing_else() {
        let (mut seen, mut missing) = (BTreeSet::new(), Vec::new());
        let definition = parse_schema(crate::schema::definition()).unwrap();
        for definition in definition.definitions {
            let TypeSystemDefinition::Type(defined) = definition else { continue };
            // What is selected of an interface is asked as a field of the interface.
            let fields = match defined.node.kind {
                TypeKind::Object(object) => object.fields,
                TypeKind::Interface(interface) => interface.fields,
                _ => continue,
            };
            let name = defined.node.name.node.as_str();
            let root = matches!(name, "Query" | "Subscription" | "AsOf");
            for field in &fields {
                let field = field.node.name.node.as_str();
                let listed = match root {
                    true => CLASSES.fields.contains_key(&(item(name), field)),
                    false => is_listed(name, field),
                };
                if !listed {
                    missing.push(format!("{name}.{field}"));
                }
                seen.insert((name.to_owned(), field.to_owned()));
            }
        }
        assert!(missing.is_empty(), "without a class in auth/fields.rs: {missing:?}");
        let stale = CLASSES
            .fields
            .keys()
            .filter(|(parent, field)| !seen.contains(&((*parent).to_owned(), (*field).to_owned())));
        assert_eq!(stale.collect::<Vec<_>>(), Vec::<&(&str, &str)>::new(), "listed and not in the schema");
    }

    #[test]
    fn the_public_passes_open_fields_and_sums_alone() {
        for (parent, field) in
            [("Query", "smes"), ("Sme", "name"), ("SmeConnection", "totalCount"), ("Query", "overview")]
        {
            assert!(passes(&Actor::PUBLIC, parent, field), "{parent}.{field}");
        }
        for (parent, field) in [
            ("Query", "exports"),
            ("ExportConnection", "totalCount"),
            ("Export", "valueUsd"),
            ("ExportTotals", "valueUsd"),
            ("EventConnection", "totalCount"),
            ("Event", "data"),
            ("Event", "actorId"),
            ("Proposal", "input"),
            ("Subscription", "events"),
            ("Query", "unheardOf"),
            ("UnheardOf", "name"),
        ] {
            assert!(!passes(&Actor::PUBLIC, parent, field), "{parent}.{field}");
        }
    }
}
