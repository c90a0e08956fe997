//! What several nouns share: identifiers, codes with check digits, dates and periods, amounts, Persian text, and the
//! containers of state.
//!
//! A value that exists is valid: every constructor checks. Each type has one canonical spelling, the one that it
//! serialises to and the only one that `Deserialize` and `FromStr` accept; what people type goes through `parse`.
//! Nothing here reads a clock, a file or a random source.

mod amount;
mod calendar;
mod canonical;
mod code;
mod commodity;
mod currency;
mod date;
mod decimal;
mod id;
mod invalid;
mod key;
mod moment;
mod organisation;
mod position;
mod reason;
mod share;
mod table;
mod text;
mod timeline;

#[cfg(test)]
mod tests;

pub use amount::{
    Headcount, Hectares, Hours, Kilograms, MilestoneNumber, Percent, Quantity, Seats, SquareMetres, Usd,
};
pub use calendar::{Period, SolarDate, SolarMonth};
pub use code::{
    BusinessId, Commitment, CountryCode, DeclarationNumber, Fingerprint, HsCode, IsicCode, ItemNumber,
    LegalId, NationalCode, ProvinceCode,
};
pub use commodity::CommodityGroup;
pub use currency::{Currency, Money};
pub use date::Date;
pub use id::{
    ActorId, ClosingId, CommandId, ConsortiumId, EmcId, ExportId, IdSource, ParkId, PersonId, ProposalId,
    PublicationId, ResearchId, RevivalId, SmeId, StatementId, TextId, TrainingId,
};
pub use invalid::{InvalidKind, InvalidValue};
pub use key::{ConsortiumKey, DeclarationKey, EmcKey, ExportKey, ParkKey, ResearchKey, SmeKey, TrainingKey};
pub use moment::Moment;
pub use organisation::{Organisation, OrganisationKey};
pub use position::PositionText;
pub use reason::{Reason, ReasonCode};
pub use share::{Share, share};
pub use table::{Index, RowsOf, Table};
pub use text::{
    CertificateNumber, ConsortiumCode, CustomsOffice, Email, EmcCode, LicenceNumber, Name, OfficeCode,
    ParkCode, PersonName, PlotNumber, PostalAddress, ReasonText, ResearchCode, Telephone, TradeCardNumber,
    TrainingCode, latin_digits, search_key, unspaced_key,
};
pub use timeline::{Entry, Timeline};
