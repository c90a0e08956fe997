//! The table of readable data and roles.

use super::{Actor, Role, Roles};

/// What kind of data a field holds, as far as it matters who reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DataClass {
    /// What anybody may know of a park, unit, consortium or company, and the reference tables.
    OpenRegistry,
    /// Counts and sums over many.
    Aggregate,
    /// Single export declarations, and sums that tell of one exporter alone.
    Trade,
    /// Events, histories, what was changed by which of them, and proofs over their lines.
    Record,
    /// The IDs of those who acted, proposed and approved.
    ActorIdentity,
    /// Names, telephone numbers, addresses and free text of natural persons.
    PersonalData,
    /// How the server does.
    Operations,
}

/// What a role may read of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reading {
    /// Nothing.
    Denied,
    /// What concerns the actor's own provinces only.
    WithinProvinces,
    /// All of it.
    Allowed,
}

impl Reading {
    /// In words, for the printed table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Denied => "no",
            Self::WithinProvinces => "own provinces",
            Self::Allowed => "yes",
        }
    }
}

use Role::{
    Administrator, Auditor, ExportOfficer, Local, Operator, PrivacyOfficer, ProgrammeOfficer, System,
};

impl DataClass {
    /// Every class, in the order of the table.
    pub const ALL: [Self; 7] = [
        Self::OpenRegistry,
        Self::Aggregate,
        Self::Trade,
        Self::Record,
        Self::ActorIdentity,
        Self::PersonalData,
        Self::Operations,
    ];

    /// What it is called in the printed table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OpenRegistry => "open registry fields",
            Self::Aggregate => "aggregates",
            Self::Trade => "single exports and exporters",
            Self::Record => "events, histories and proofs",
            Self::ActorIdentity => "actor identities",
            Self::PersonalData => "personal data",
            Self::Operations => "operations",
        }
    }

    /// Who reads it.
    pub fn readers(self) -> Roles {
        match self {
            Self::OpenRegistry | Self::Aggregate => Roles::of(&Role::ALL),
            Self::Trade => {
                Roles::of(&[System, Local, ExportOfficer, ProgrammeOfficer, Auditor, Administrator])
            }
            Self::Record => Roles::of(&[
                System,
                Local,
                Operator,
                ExportOfficer,
                ProgrammeOfficer,
                Auditor,
                PrivacyOfficer,
                Administrator,
            ]),
            Self::ActorIdentity => Roles::of(&[System, Local, Auditor, PrivacyOfficer, Administrator]),
            Self::PersonalData => Roles::of(&[System, Local, Operator, ProgrammeOfficer, PrivacyOfficer]),
            Self::Operations => Roles::of(&[System, Local, Auditor, Administrator]),
        }
    }

    /// What a role may read of it. What everybody may read has no provinces.
    pub fn reading(self, role: Role) -> Reading {
        match self.readers().contains(role) {
            false => Reading::Denied,
            true if role.is_scoped() && !self.readers().contains(Role::Public) => Reading::WithinProvinces,
            true => Reading::Allowed,
        }
    }
}

impl Actor {
    /// The first role in which an actor reads something of a class; none when it reads nothing of it.
    pub fn reads_as(&self, class: DataClass) -> Option<Role> {
        self.roles.iter().find(|role| class.reading(*role) != Reading::Denied)
    }

    /// What an actor may read of a class: the most that any of its roles allows.
    pub fn reading(&self, class: DataClass) -> Reading {
        let readings = || self.roles.iter().map(|role| class.reading(role));
        if readings().any(|reading| reading == Reading::Allowed) || class.readers().contains(Role::Public) {
            return Reading::Allowed;
        }
        match readings().any(|reading| reading == Reading::WithinProvinces) {
            true => Reading::WithinProvinces,
            false => Reading::Denied,
        }
    }
}
