//! Which events set the fields of an export management company.

use async_graphql::Enum;
use daftar_domain::envelope::Position;
use daftar_domain::value::Date;

use super::row::EmcRow;
use crate::view::row::RowAt;

/// The recorded fields of an export management company. Its mandates tell their events themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum EmcField {
    /// `code`.
    Code,
    /// `legalId`.
    LegalId,
    /// `consentedOn`.
    ConsentedOn,
    /// `name`.
    Name,
    /// `nameLatin`.
    NameLatin,
    /// `tradeCard`.
    TradeCard,
    /// `tradeCardExpiresOn`.
    TradeCardExpiresOn,
    /// `consented`: the consent, or its withdrawal.
    Consented,
    /// `withdrawnOn`.
    WithdrawnOn,
    /// `rank`: what gave it, or the withdrawal of the consent, which ended it.
    Rank,
}

impl RowAt<'_, EmcRow> {
    /// The position of the event that set the value of a field, its rank and consent those of a day; none for one that
    /// never had a value.
    pub fn provenance(self, field: EmcField, on: Option<Date>) -> Option<Position> {
        let withdrawal = self.withdrawal();
        let ended = withdrawal.filter(|fact| on.is_none_or(|on| fact.effective <= on));
        match field {
            EmcField::Code | EmcField::LegalId | EmcField::ConsentedOn => Some(self.recorded()),
            EmcField::Name => self.set_by(None, |facts| Some(facts.name.clone())),
            EmcField::NameLatin => self.set_by(None, |facts| facts.name_latin.clone()),
            EmcField::TradeCard => self.set_by(None, |facts| Some(facts.trade_card.clone())),
            EmcField::TradeCardExpiresOn => self.set_by(None, |facts| facts.trade_card_expires),
            EmcField::Consented => Some(ended.map_or_else(|| self.recorded(), |fact| fact.position)),
            EmcField::WithdrawnOn => withdrawal.map(|fact| fact.position),
            EmcField::Rank => match (self.rank(on), ended) {
                (Some(rank), _) => Some(rank.position),
                (None, Some(ended)) => self.ranks().next().map(|_| ended.position),
                (None, None) => None,
            },
        }
    }
}
