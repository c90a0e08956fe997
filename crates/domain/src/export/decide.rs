//! What is judged on a declaration and on the record of exports alone. Whom it names, and whether they could export
//! on the date, arrives resolved.

use super::{
    CorrectExport, Export, ExportCorrected, ExportDetails, ExportFacts, ExportRecorded, ExportRejection,
    ExportVoided, Exports, HsEdition, Party, VoidExport,
};
use crate::EventData;
use crate::envelope::{Basis, Context, EntityId, Event};
use crate::value::{
    CommodityGroup, ConsortiumId, CountryCode, Currency, Date, DeclarationKey, EmcId, ExportId, ExportKey,
    SmeId, SolarDate,
};

type Decision = Result<Vec<Event>, ExportRejection>;

/// What a declaration names, looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The unit that exported, or that the company acted for.
    pub sme: Option<SmeId>,
    /// The company that exported.
    pub emc: Option<EmcId>,
    /// The consortium that it went through.
    pub consortium: Option<ConsortiumId>,
    /// The group of the HS code by the table in force on the date.
    pub group: CommodityGroup,
}

impl ExportDetails {
    /// Judges rule 14, and that the two values agree.
    ///
    /// # Errors
    /// `INVALID_EXPORT`, with the field.
    pub fn judge(&self, today: Date) -> Result<(), ExportRejection> {
        if self.on > today {
            return Err(ExportRejection::Future(self.on));
        }
        if self.destination == CountryCode::IRAN {
            return Err(ExportRejection::ToIran);
        }
        if !self.net_weight.is_positive() {
            return Err(ExportRejection::Weightless);
        }
        if !self.value_usd.is_positive() {
            return Err(ExportRejection::Worthless { path: "details.valueUsd" });
        }
        match self.value {
            Some(value) if value.amount().is_zero() => {
                Err(ExportRejection::Worthless { path: "details.value" })
            }
            Some(value) if is_dollar(value.currency()) && !self.is_worth(value.amount()) => {
                Err(ExportRejection::Contradiction)
            }
            _ => Ok(()),
        }
    }

    fn is_worth(&self, dollars: rust_decimal::Decimal) -> bool {
        dollars == rust_decimal::Decimal::new(self.value_usd.cents(), 2)
    }

    fn facts(&self, resolved: Resolved) -> ExportFacts {
        ExportFacts {
            sme: resolved.sme,
            emc: resolved.emc,
            consortium: resolved.consortium,
            office: self.office.clone(),
            declaration: self.declaration,
            item: self.item,
            hs: self.hs,
            edition: HsEdition::on(self.on),
            commodity_group: resolved.group,
            destination: self.destination,
            net_weight: self.net_weight,
            value_usd: self.value_usd,
            value: self.value.filter(|value| !is_dollar(value.currency())),
        }
    }

    fn key(&self) -> DeclarationKey {
        DeclarationKey {
            office: self.office.clone(),
            year: SolarDate::from(self.on).year(),
            number: self.declaration,
            item: self.item,
        }
    }
}

fn is_dollar(currency: Currency) -> bool {
    currency.to_string() == "USD"
}

impl HsEdition {
    /// The edition in which codes are read on a date: HS2022 from 2022-01-01 on.
    pub fn on(date: Date) -> Self {
        if date.ymd().0 < 2022 { Self::Hs2017 } else { Self::Hs2022 }
    }
}

impl Exports {
    pub(crate) fn known(&self, key: &ExportKey) -> Result<Export, ExportRejection> {
        self.find(key).ok_or(ExportRejection::Unknown)
    }

    /// Decides `RecordExport` and `TakeOverExport`.
    ///
    /// # Errors
    /// `DUPLICATE_DECLARATION`.
    pub fn record_one(
        &self,
        details: &ExportDetails,
        resolved: Resolved,
        basis: Basis,
        context: &Context,
    ) -> Decision {
        self.judge_unique(details, None)?;
        let event =
            event(context.new_id(), details.on, ExportRecorded(details.facts(resolved))).on_basis(basis);
        Ok(vec![concerning(event, [resolved.sme, None], [resolved.emc, None], [resolved.consortium, None])])
    }

    /// Decides `CorrectExport`: the new facts replace all. The parties that it had before are among those concerned.
    ///
    /// # Errors
    /// `ALREADY_VOIDED`, `DUPLICATE_DECLARATION`.
    pub fn correct_one(&self, export: &Export, command: &CorrectExport, resolved: Resolved) -> Decision {
        export.judge_standing()?;
        self.judge_unique(&command.details, Some(export.id))?;
        let corrected = ExportCorrected(command.details.facts(resolved));
        let event = event(export.id, command.details.on, corrected);
        let event = event.because(command.reason).caused_by(export.position);
        Ok(vec![concerning(
            event,
            [resolved.sme, export.sme],
            [resolved.emc, export.emc],
            [resolved.consortium, export.consortium],
        )])
    }

    /// Decides `VoidExport`.
    ///
    /// # Errors
    /// `ALREADY_VOIDED`.
    pub fn void_one(&self, export: &Export, command: &VoidExport) -> Decision {
        export.judge_standing()?;
        let event =
            event(export.id, export.on, ExportVoided {}).because(command.reason).caused_by(export.position);
        Ok(vec![concerning(event, [export.sme, None], [export.emc, None], [export.consortium, None])])
    }

    /// Rule 13, not counting the export that is corrected.
    fn judge_unique(&self, details: &ExportDetails, except: Option<ExportId>) -> Result<(), ExportRejection> {
        match self.holder(&details.key()) {
            Some(holder) if Some(holder) != except => {
                Err(ExportRejection::Duplicate { number: details.declaration, item: details.item })
            }
            _ => Ok(()),
        }
    }
}

impl Export {
    /// Nothing is corrected or voided once it is voided.
    pub(crate) fn judge_standing(&self) -> Result<(), ExportRejection> {
        if self.voided { Err(ExportRejection::AlreadyVoided) } else { Ok(()) }
    }
}

fn event(id: ExportId, on: Date, data: impl Into<EventData>) -> Event {
    Event::new(EntityId::Export(id), on, data)
}

fn concerning(
    event: Event,
    smes: [Option<SmeId>; 2],
    emcs: [Option<EmcId>; 2],
    consortiums: [Option<ConsortiumId>; 2],
) -> Event {
    let smes = smes.into_iter().flatten().map(Party::Sme);
    let emcs = emcs.into_iter().flatten().map(Party::Emc);
    let consortiums = consortiums.into_iter().flatten().map(Party::Consortium);
    smes.chain(emcs).chain(consortiums).fold(event, |event, party| event.concerning(party.into()))
}
