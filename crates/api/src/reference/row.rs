//! Reference tables in the view.

use std::sync::Arc;

use daftar_domain::envelope::Recorded;
use daftar_domain::reference::{ReferenceEvent, Rows};

use crate::view::View;

impl View {
    /// Folds an event of a reference table.
    pub(crate) fn fold_reference(&mut self, event: &ReferenceEvent, recorded: &Recorded) {
        let before = Arc::clone(&self.reference);
        Arc::make_mut(&mut self.reference).evolve(event, recorded.event.effective, recorded.position);
        self.references.push_back((recorded.position, Arc::clone(&self.reference)));
        let ReferenceEvent::ReferenceTableAdopted(adopted) = event;
        if matches!(adopted.content, Rows::SizeClasses(_)) {
            self.reclassify_smes(&before);
        }
    }
}
