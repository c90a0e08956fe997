//! What may be revised of a consortium, and how a revision changes it.

use daftar_domain::consortium::{ConsortiumKind, ConsortiumRevised};
use daftar_domain::value::Name;
use serde::{Deserialize, Serialize};

use crate::view::amended::Amend;

/// What may be revised of a consortium.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsortiumFacts {
    /// The Persian name.
    pub name: Name,
    /// The Latin name.
    pub name_latin: Option<Name>,
    /// What it is for.
    pub kind: ConsortiumKind,
    /// The organisation that gathers its members.
    pub promoter: Option<Name>,
}

impl Amend for ConsortiumFacts {
    type By = ConsortiumRevised;

    fn amend(&mut self, revised: &ConsortiumRevised) {
        let ConsortiumRevised { name, name_latin, kind, promoter } = revised;
        self.name = name.clone().unwrap_or_else(|| self.name.clone());
        self.name_latin = name_latin.clone().or_else(|| self.name_latin.take());
        self.kind = kind.unwrap_or(self.kind);
        self.promoter = promoter.clone().or_else(|| self.promoter.take());
    }

    fn name(&self) -> &Name {
        &self.name
    }
}
