//! Identifiers of what the registry records: newtypes over UUIDs, so that no noun's ID passes for another's.
//!
//! New IDs are UUIDv7 and deterministic: deciding has no randomness of its own.

use std::fmt;

use uuid::Uuid;

use super::canonical::{Buffer, Canonical, canonical_value, stored_as};
use super::text::typed;
use super::{InvalidValue, Moment};

macro_rules! id {
    ($(#[$doc:meta])* $type:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $type(Uuid);

        canonical_value!($type, $what, { "format": "uuid" });

        impl $type {
            /// The ID with this UUID.
            pub const fn new(uuid: Uuid) -> Self {
                $type(uuid)
            }

            /// Its UUID.
            pub const fn uuid(self) -> Uuid {
                self.0
            }

            /// Reads what a person or a program sent: a hyphenated UUID in lower or upper case, in any digits.
            pub fn parse(text: &str) -> Result<Self, InvalidValue> {
                Self::read(&typed($what, text)?.to_ascii_lowercase())
            }
        }

        impl From<Uuid> for $type {
            fn from(uuid: Uuid) -> Self {
                $type(uuid)
            }
        }

        impl From<$type> for Uuid {
            fn from(id: $type) -> Uuid {
                id.0
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                write!(formatter, concat!(stringify!($type), "({})"), self.0)
            }
        }

        impl Canonical for $type {
            const WHAT: &'static str = $what;

            fn read(text: &str) -> Result<Self, InvalidValue> {
                read_uuid($what, text).map($type)
            }

            fn text<'a>(&'a self, buffer: &'a mut Buffer) -> &'a str {
                let mut spelled = Uuid::encode_buffer();
                self.0.hyphenated().encode_lower(&mut spelled).bytes().for_each(|byte| buffer.push(byte));
                buffer.as_str()
            }

            stored_as!($type(Uuid));
        }
    };
}

id!(
    /// The ID of an industrial park or zone.
    ParkId,
    "park ID"
);
id!(
    /// The ID of a unit.
    SmeId,
    "unit ID"
);
id!(
    /// The ID of a revival case.
    RevivalId,
    "revival case ID"
);
id!(
    /// The ID of an export consortium.
    ConsortiumId,
    "consortium ID"
);
id!(
    /// The ID of an export management company.
    EmcId,
    "export management company ID"
);
id!(
    /// The ID of an export record.
    ExportId,
    "export ID"
);
id!(
    /// The ID of a training course or workshop.
    TrainingId,
    "training ID"
);
id!(
    /// The ID of a research or study project.
    ResearchId,
    "research project ID"
);
id!(
    /// The ID of an official statement.
    StatementId,
    "statement ID"
);
id!(
    /// The ID of a natural person who holds posts; random, and nothing of the person.
    PersonId,
    "person ID"
);
id!(
    /// The ID of a published figure.
    PublicationId,
    "publication ID"
);
id!(
    /// The ID of the closing of a period.
    ClosingId,
    "closing ID"
);
id!(
    /// The ID of a proposal.
    ProposalId,
    "proposal ID"
);
id!(
    /// The ID that a caller gives a command, so that it can be repeated without being done twice.
    CommandId,
    "command ID"
);
id!(
    /// The random ID under which the vault keeps the text of a reason.
    TextId,
    "text ID"
);
id!(
    /// The random ID of whoever acts; names are not in the log.
    ActorId,
    "actor ID"
);

fn read_uuid(what: &'static str, text: &str) -> Result<Uuid, InvalidValue> {
    let wrong = || InvalidValue::format(what, "is not a hyphenated UUID in lower case");
    // The reader also takes braces, a URN, no hyphens and capitals: none of them is how an ID is spelled.
    if text.len() != 36 || text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(wrong());
    }
    Uuid::try_parse(text).map_err(|_| wrong())
}

/// Makes the new IDs of one command: UUIDv7 of the command's moment, the same for the same moment and seed, each
/// different from the others.
#[derive(Clone, Debug)]
pub struct IdSource {
    millis: u64,
    /// One lane for each half of a UUID.
    lanes: [u64; 2],
}

impl IdSource {
    /// A source for a command decided at `at`; the seed must differ between commands (a hash of the command's ID).
    pub fn new(at: Moment, seed: [u8; 32]) -> IdSource {
        let word = |index: usize| {
            u64::from_le_bytes(
                seed[index * 8..][..8].try_into().expect("a seed has four words of eight bytes"),
            )
        };
        let lane = |index: usize| mixed(word(index)) ^ word(index + 1);
        IdSource { millis: at.millis().max(0) as u64, lanes: [lane(0), lane(2)] }
    }

    /// The next new UUID.
    #[expect(
        clippy::should_implement_trait,
        reason = "it never ends, and every caller wants the UUID itself"
    )]
    pub fn next(&mut self) -> Uuid {
        for lane in &mut self.lanes {
            // The odd step of splitmix64: each lane passes through all 2^64 states before it repeats one.
            *lane = lane.wrapping_add(0x9E37_79B9_7F4A_7C15);
        }
        let [high, low] = self.lanes.map(mixed);
        let high = self.millis << 16 | 0x7000 | high & 0x0FFF;
        let low = 1 << 63 | low >> 2;
        Uuid::from_u64_pair(high, low)
    }
}

/// The finaliser of splitmix64, a bijection that spreads every bit over all.
fn mixed(word: u64) -> u64 {
    let word = (word ^ word >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let word = (word ^ word >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ word >> 31
}
