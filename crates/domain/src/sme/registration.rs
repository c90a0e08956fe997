//! How a unit enters the record, and what is changed of it.
//!
//! A business ID is recorded once. Plots, provinces and industries are judged by the rules that span nouns, before
//! these decisions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::envelope::{Basis, Context, EntityId, Event};
use crate::rejection::Rejection;
use crate::value::{
    BusinessId, Date, Headcount, IsicCode, LegalId, Name, ParkId, ParkKey, PlotNumber, ProvinceCode, SmeId,
    SmeKey, SquareMetres,
};

use super::{Breach, OperatingStatus, Sme, SmeRejection, Smes, past};

/// What a unit is registered with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SmeDetails {
    /// The 12-digit business ID; unique.
    pub business_id: BusinessId,
    /// The legal entity that holds the unit; it may hold several.
    pub legal_id: LegalId,
    /// The Persian name.
    pub name: Name,
    /// The Latin name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_latin: Option<Name>,
    /// The province.
    pub province: ProvinceCode,
    /// The park it lies in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub park: Option<ParkKey>,
    /// Its plot within the park.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plot: Option<PlotNumber>,
    /// The area of the plot, in m².
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plot_area: Option<SquareMetres>,
    /// Its class of ISIC Rev.4.
    pub isic: IsicCode,
    /// Persons employed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headcount: Option<Headcount>,
}

/// Registers a unit, which is under construction from that day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegisterSme {
    /// What it is registered with.
    pub details: SmeDetails,
    /// The closed unit that it succeeds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predecessor: Option<SmeKey>,
    /// When it took effect.
    pub on: Date,
}

/// Changes what is recorded of a unit; fields that are left out stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AmendSme {
    /// The unit.
    pub sme: SmeKey,
    /// A new Persian name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// A new Latin name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_latin: Option<Name>,
    /// A new class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isic: Option<IsicCode>,
    /// A new headcount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headcount: Option<Headcount>,
    /// A new province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<ProvinceCode>,
    /// A new park.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub park: Option<ParkKey>,
    /// A new plot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plot: Option<PlotNumber>,
    /// The area of the new plot, in m².
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plot_area: Option<SquareMetres>,
    /// When it took effect.
    pub on: Date,
}

/// A unit was registered. It is under construction from the effective date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SmeRegistered {
    /// The 12-digit business ID; unique.
    pub business_id: BusinessId,
    /// The legal entity that holds the unit; it may hold several.
    pub legal_id: LegalId,
    /// The Persian name.
    pub name: Name,
    /// The Latin name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_latin: Option<Name>,
    /// The province.
    pub province: ProvinceCode,
    /// The park it lies in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub park: Option<ParkId>,
    /// Its plot within the park.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plot: Option<PlotNumber>,
    /// The area of the plot, in m².
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plot_area: Option<SquareMetres>,
    /// Its class of ISIC Rev.4.
    pub isic: IsicCode,
    /// Persons employed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headcount: Option<Headcount>,
    /// The closed unit that it succeeds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predecessor: Option<SmeId>,
}

/// What is recorded of a unit was changed. Fields that are left out stayed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SmeAmended {
    /// The new Persian name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The new Latin name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_latin: Option<Name>,
    /// The new class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isic: Option<IsicCode>,
    /// The new headcount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headcount: Option<Headcount>,
    /// The new province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<ProvinceCode>,
    /// The new park.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub park: Option<ParkId>,
    /// The new plot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plot: Option<PlotNumber>,
    /// The area of the new plot, in m².
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plot_area: Option<SquareMetres>,
}

impl SmeDetails {
    pub(super) fn registered(&self, park: Option<ParkId>, predecessor: Option<SmeId>) -> SmeRegistered {
        SmeRegistered {
            business_id: self.business_id,
            legal_id: self.legal_id,
            name: self.name.clone(),
            name_latin: self.name_latin.clone(),
            province: self.province,
            park,
            plot: self.plot.clone(),
            plot_area: self.plot_area,
            isic: self.isic,
            headcount: self.headcount,
            predecessor,
        }
    }
}

impl AmendSme {
    /// An amendment that changes nothing yet.
    pub fn nothing(sme: SmeKey, on: Date) -> Self {
        Self {
            sme,
            name: None,
            name_latin: None,
            isic: None,
            headcount: None,
            province: None,
            park: None,
            plot: None,
            plot_area: None,
            on,
        }
    }

    /// Whether it moves the unit: to another province, park or plot, or to another area.
    pub fn moves(&self) -> bool {
        self.province.is_some() || self.park.is_some() || self.plot.is_some() || self.plot_area.is_some()
    }

    fn changes(&self) -> bool {
        self.moves()
            || self.name.is_some()
            || self.name_latin.is_some()
            || self.isic.is_some()
            || self.headcount.is_some()
    }
}

/// What `SmeRegistered` and the events after it concern beside the unit.
pub(super) fn registration(id: SmeId, on: Date, registered: SmeRegistered, basis: Basis) -> Event {
    let park = registered.park;
    let predecessor = registered.predecessor;
    let mut event = Event::new(EntityId::Sme(id), on, registered).on_basis(basis);
    if let Some(park) = park {
        event = event.concerning(EntityId::Park(park));
    }
    if let Some(predecessor) = predecessor {
        event = event.concerning(EntityId::Sme(predecessor));
    }
    event
}

impl Smes {
    /// Decides `RegisterSme`; the park and the predecessor are those that the command names.
    ///
    /// # Errors
    /// `DUPLICATE_UNIT`, `INVALID_DATE`; `INVALID_VALUE` when the predecessor is not closed (rule 11).
    pub fn register(
        &self,
        command: &RegisterSme,
        park: Option<ParkId>,
        predecessor: Option<&Sme>,
        context: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        let RegisterSme { details, on, .. } = command;
        past(*on, "on", context)?;
        self.unused(details.business_id)?;
        if predecessor.is_some_and(|sme| sme.status_on(*on) != Some(OperatingStatus::Closed)) {
            return Err(SmeRejection::PredecessorOpen.into());
        }
        let registered = details.registered(park, predecessor.map(|sme| sme.id));
        Ok(vec![registration(context.new_id(), *on, registered, Basis::Decided)])
    }

    pub(super) fn unused(&self, business_id: BusinessId) -> Result<(), Rejection> {
        match self.find(&SmeKey::BusinessId(business_id)) {
            Some(_) => Err(Rejection::from(SmeRejection::Duplicate(business_id)).under("details")),
            None => Ok(()),
        }
    }
}

impl Sme {
    /// Decides `AmendSme`; the park is the one that the command names. What changes nothing records nothing.
    ///
    /// # Errors
    /// `INVALID_DATE`, `UNIT_CLOSED`.
    pub fn amend(
        &self,
        command: &AmendSme,
        park: Option<ParkId>,
        context: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        if !command.changes() {
            return Ok(Vec::new());
        }
        past(command.on, "on", context)?;
        match self.status_on(command.on) {
            None => return Err(SmeRejection::Breach(Breach::NotRegistered).into()),
            Some(status) if status.is_final() => return Err(SmeRejection::Closed.into()),
            Some(_) if command.moves() && self.is_closed() => return Err(SmeRejection::Closed.into()),
            Some(_) => {}
        }
        let since = self.history.plot_changed();
        match self.moved.max(since) {
            Some(moved) if command.moves() && command.on < moved => {
                return Err(SmeRejection::MovedSince(moved).into());
            }
            _ => {}
        }
        let amended = SmeAmended {
            name: command.name.clone(),
            name_latin: command.name_latin.clone(),
            isic: command.isic,
            headcount: command.headcount,
            province: command.province,
            park,
            plot: command.plot.clone(),
            plot_area: command.plot_area,
        };
        let mut event = Event::new(EntityId::Sme(self.id), command.on, amended);
        if command.moves() {
            for park in park.into_iter().chain(self.site.park) {
                event = event.concerning(EntityId::Park(park));
            }
        }
        Ok(vec![event])
    }
}
