//! Which event set this: the provenance of recorded fields.

use std::sync::Arc;

use async_graphql::resolver_utils::EnumType;
use async_graphql::{Object, OutputType};
use daftar_domain::envelope::Position;

use crate::consortium::provenance::ConsortiumField;
use crate::emc::provenance::EmcField;
use crate::export::provenance::ExportField;
use crate::history::Event;
use crate::park::provenance::ParkField;
use crate::refusal::{Answer, Refusal};
use crate::research::provenance::ResearchField;
use crate::revival::provenance::RevivalField;
use crate::scalar;
use crate::sme::provenance::SmeField;
use crate::statement::provenance::StatementField;
use crate::training::provenance::TrainingField;
use crate::view::View;

/// Where the value of a field comes from.
#[derive(Clone)]
pub struct Provenance<F> {
    view: Arc<View>,
    field: F,
    position: Option<Position>,
}

/// Where the value of a field comes from.
#[Object(
    concrete(name = "SmeProvenance", params(SmeField)),
    concrete(name = "ParkProvenance", params(ParkField)),
    concrete(name = "RevivalProvenance", params(RevivalField)),
    concrete(name = "ConsortiumProvenance", params(ConsortiumField)),
    concrete(name = "EmcProvenance", params(EmcField)),
    concrete(name = "ExportProvenance", params(ExportField)),
    concrete(name = "TrainingProvenance", params(TrainingField)),
    concrete(name = "ResearchProvenance", params(ResearchField)),
    concrete(name = "StatementProvenance", params(StatementField))
)]
impl<F: OutputType + Copy> Provenance<F> {
    /// The field.
    fn field(&self) -> F {
        self.field
    }

    /// The position of the event that set the value that the field has; null for a field that never had one.
    fn position(&self) -> Option<scalar::Position> {
        self.position.map(scalar::Position)
    }

    /// That event: who recorded it, when and why.
    fn event(&self) -> Option<Answer<Event>> {
        let position = self.position?;
        let event = self.view.events.as_ref().and_then(|source| source.event(position));
        let event = event.map(|event| Event::seen_in(event, &self.view));
        Some(event.ok_or_else(|| Refusal::Fault("an event can't be read").into()))
    }
}

/// The provenance of some fields, or of all of a noun.
pub fn provenance<F: EnumType>(
    view: &Arc<View>,
    fields: Option<Vec<F>>,
    set_by: impl Fn(F) -> Option<Position>,
) -> Vec<Provenance<F>> {
    let fields = fields.unwrap_or_else(|| F::items().iter().map(|item| item.value).collect());
    let of = |field: F| Provenance { view: Arc::clone(view), field, position: set_by(field) };
    fields.into_iter().map(of).collect()
}
