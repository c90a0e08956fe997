//! How exports are looked up and listed.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object};
use daftar_domain::envelope::EntityId;
use daftar_domain::value::{self, Period};

use super::object::{Channel, CommodityGroup, Export};
use super::row::ExportRow;
use super::summary::{ExportGroup, ExportGroupFilter, GroupBy, summary};
use crate::connection::{Connection, CursorKey, PageArguments, RowList};
use crate::node::{self, Reads};
use crate::period::PeriodInput;
use crate::refusal::{Answer, Refusal};
use crate::scalar::{BusinessId, CountryCode, DeclarationNumber, ProvinceCode};
use crate::view::View;
use crate::view::facet::Rows;
use crate::view::order::Order;
use crate::view::select::Selection;

/// Which exports. What is left out doesn't narrow; values in a list are alternatives.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ExportFilter {
    /// Declared in this period.
    period: Option<PeriodInput>,
    /// Of the unit with this opaque ID, as exporter or as the one that a company acted for.
    sme: Option<ID>,
    /// Of the unit with this business ID.
    business_id: Option<BusinessId>,
    /// Of one of these groups.
    commodity_group: Option<Vec<CommodityGroup>>,
    /// To one of these countries.
    destination: Option<Vec<CountryCode>>,
    /// Of units that were in one of these provinces.
    province: Option<Vec<ProvinceCode>>,
    /// By one of these ways.
    channel: Option<Vec<Channel>>,
    /// Through the consortium with this opaque ID.
    consortium: Option<ID>,
    /// By the export management company with this opaque ID.
    emc: Option<ID>,
    /// With this declaration number, in any office and year.
    declaration: Option<DeclarationNumber>,
    /// Those that were voided, instead of those that stand.
    #[graphql(default)]
    voided: bool,
}

/// The order of a list of exports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
pub enum ExportOrder {
    /// By date, the earliest first.
    Date,
    /// By date, the latest first.
    #[default]
    DateDesc,
    /// By value, the least first.
    ValueUsd,
    /// By value, the greatest first.
    ValueUsdDesc,
}

/// The filter with its values read. A row that is not recorded matches nothing.
struct Wanted {
    period: Option<Period>,
    sme: Option<Option<u32>>,
    groups: Option<Vec<value::CommodityGroup>>,
    destinations: Option<Vec<value::CountryCode>>,
    provinces: Option<Vec<Option<value::ProvinceCode>>>,
    channels: Option<Vec<daftar_domain::export::Channel>>,
    consortium: Option<Option<u32>>,
    emc: Option<Option<u32>>,
    declaration: Option<value::DeclarationNumber>,
}

impl Wanted {
    fn read(filter: &ExportFilter, view: &View) -> Result<Self, Refusal> {
        let entity = |id: &Option<ID>, argument: &'static str| match id {
            None => Ok(None),
            Some(id) => node::decode(id).map(Some).ok_or(Refusal::Arguments(argument)),
        };
        let sme = match (entity(&filter.sme, "`sme` is not an opaque ID")?, &filter.business_id) {
            (Some(_), Some(_)) => {
                return Err(Refusal::Arguments("`sme` and `businessId` exclude each other"));
            }
            (Some(EntityId::Sme(id)), None) => Some(view.smes.by_id(id)),
            (Some(_), None) => return Err(Refusal::Arguments("`sme` is not the ID of a unit")),
            (None, Some(id)) => {
                Some(view.smes.by_business_id(id.value().map_err(Refusal::value("businessId"))?))
            }
            (None, None) => None,
        };
        let consortium = match entity(&filter.consortium, "`consortium` is not an opaque ID")? {
            None => None,
            Some(EntityId::Consortium(id)) => Some(view.consortiums.by_id(id)),
            Some(_) => return Err(Refusal::Arguments("`consortium` is not the ID of a consortium")),
        };
        let emc = match entity(&filter.emc, "`emc` is not an opaque ID")? {
            None => None,
            Some(EntityId::Emc(id)) => Some(view.emcs.by_id(id)),
            Some(_) => return Err(Refusal::Arguments("`emc` is not the ID of a company")),
        };
        let provinces = filter
            .province
            .as_ref()
            .map(|all| all.iter().map(|code| code.value().map(Some)).collect::<Result<_, _>>());
        let destinations = filter
            .destination
            .as_ref()
            .map(|all| all.iter().map(CountryCode::value).collect::<Result<_, _>>());
        Ok(Self {
            period: filter.period.as_ref().map(PeriodInput::period).transpose()?,
            sme,
            groups: filter.commodity_group.as_ref().map(|all| all.iter().map(|one| (*one).into()).collect()),
            destinations: destinations.transpose().map_err(Refusal::value("destination"))?,
            provinces: provinces.transpose().map_err(Refusal::value("province"))?,
            channels: filter.channel.as_ref().map(|all| all.iter().map(|one| (*one).into()).collect()),
            consortium,
            emc,
            declaration: filter
                .declaration
                .as_ref()
                .map(DeclarationNumber::value)
                .transpose()
                .map_err(Refusal::value("declaration"))?,
        })
    }

    /// Bitmaps of what stands.
    fn standing(&self, view: &View, selection: &mut Selection) {
        let exports = &view.exports;
        let before = selection.all.len();
        if let Some(period) = self.period {
            selection.within(exports.of_period(period));
        }
        if let Some(sme) = self.sme {
            let of = |row| view.smes.row(row).exports.iter().map(|(_, row)| *row).collect();
            selection.within(Arc::new(sme.map(of).unwrap_or_default()));
        }
        if let Some(groups) = &self.groups {
            selection.within(exports.lists().groups.any(groups));
        }
        if let Some(destinations) = &self.destinations {
            selection.within(exports.lists().destinations.any(destinations));
        }
        if let Some(provinces) = &self.provinces {
            selection.within(exports.lists().provinces.any(provinces));
        }
        if let Some(channels) = &self.channels {
            selection.within(exports.lists().channels.any(channels));
        }
        if let Some(consortium) = self.consortium {
            selection.within(consortium.map(|row| exports.lists().consortiums.get(&row)).unwrap_or_default());
        }
        if let Some(emc) = self.emc {
            selection.within(emc.map(|row| exports.lists().emcs.get(&row)).unwrap_or_default());
        }
        if let Some(declaration) = self.declaration {
            selection.within(Arc::new(exports.of_declaration(declaration).collect()));
        }
        // Each of these holds only what stands.
        if selection.all.len() == before {
            selection.within(Arc::clone(&exports.lists().standing));
        }
    }

    /// What a voided record said is asked of the record.
    fn holds(&self, export: &ExportRow) -> bool {
        fn one_of<T: PartialEq>(wanted: &Option<Vec<T>>, value: T) -> bool {
            wanted.as_ref().is_none_or(|wanted| wanted.contains(&value))
        }
        fn is(wanted: Option<Option<u32>>, row: Option<u32>) -> bool {
            wanted.is_none_or(|wanted| wanted.is_some() && wanted == row)
        }
        self.period.is_none_or(|period| period.contains(export.on))
            && is(self.sme, export.sme)
            && one_of(&self.groups, export.facts.commodity_group)
            && one_of(&self.destinations, export.facts.destination)
            && one_of(&self.provinces, export.province)
            && one_of(&self.channels, export.channel())
            && is(self.consortium, export.consortium)
            && is(self.emc, export.emc)
            && self.declaration.is_none_or(|declaration| declaration == export.facts.declaration)
    }
}

fn exports(
    view: &Arc<View>,
    filter: &ExportFilter,
    order: ExportOrder,
    arguments: &PageArguments,
) -> Answer<Connection<Export>> {
    let wanted = Wanted::read(filter, view)?;
    let mut selection = Selection::default();
    if filter.voided {
        selection.within(Arc::clone(&view.exports.lists().voided));
        selection.only(move |view, row| wanted.holds(&view.exports.row(row)));
    } else {
        wanted.standing(view, &mut selection);
    }
    Ok(ordered(view, selection, order, arguments)?)
}

/// A page of some exports that stand, in a period where one is given.
///
/// # Errors
/// What is wrong with the period or the page.
pub fn exports_of(
    view: &Arc<View>,
    rows: Rows,
    period: Option<&PeriodInput>,
    order: ExportOrder,
    arguments: &PageArguments,
) -> Answer<Connection<Export>> {
    let mut selection = Selection::default();
    selection.within(rows);
    if let Some(period) = period {
        let period = period.period()?;
        selection.only(move |view, row| period.contains(view.exports.row(row).on));
    }
    Ok(ordered(view, selection, order, arguments)?)
}

fn ordered(
    view: &Arc<View>,
    selection: Selection,
    order: ExportOrder,
    arguments: &PageArguments,
) -> Result<Connection<Export>, Refusal> {
    match order {
        ExportOrder::Date => {
            list(view, (1, |view| &view.exports.lists().by_date), false, selection, arguments)
        }
        ExportOrder::DateDesc => {
            list(view, (2, |view| &view.exports.lists().by_date), true, selection, arguments)
        }
        ExportOrder::ValueUsd => {
            list(view, (3, |view| &view.exports.lists().by_value), false, selection, arguments)
        }
        ExportOrder::ValueUsdDesc => {
            list(view, (4, |view| &view.exports.lists().by_value), true, selection, arguments)
        }
    }
}

fn list<K: CursorKey>(
    view: &Arc<View>,
    order: (u8, fn(&View) -> &Order<K>),
    descending: bool,
    selection: Selection,
    arguments: &PageArguments,
) -> Result<Connection<Export>, Refusal> {
    let list = RowList { view: Arc::clone(view), order, descending, segments: vec![selection] };
    list.page(arguments, Export::new)
}

/// Look-ups of exports.
#[derive(Default)]
pub struct ExportQuery(pub Reads);

#[Object]
impl ExportQuery {
    /// An export record, by its opaque ID.
    fn export(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Its opaque ID.")] id: ID,
    ) -> Option<Answer<Export>> {
        match node::decode(&id)? {
            EntityId::Export(id) => Export::find(self.0.view(context), id).map(Ok),
            _ => Some(Err(Refusal::Arguments("`id` is not the ID of an export").into())),
        }
    }

    /// Export records, filtered and ordered; those that stand, unless voided ones are asked for.
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the field")]
    fn exports(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which exports.", default)] filter: ExportFilter,
        #[graphql(desc = "The order.", default)] order_by: ExportOrder,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Export>>> {
        let arguments = PageArguments::new(first, after, last, before);
        Some(exports(self.0.view(context), &filter, order_by, &arguments))
    }

    /// What the exports of a period sum to, grouped. Groups come by time, then the greatest value first; a group that
    /// has no export is left out.
    fn export_summary(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The period.")] period: PeriodInput,
        #[graphql(desc = "What to group by: at least one, each once.")] group_by: Vec<GroupBy>,
        #[graphql(desc = "Which exports.", default)] filter: ExportGroupFilter,
    ) -> Option<Answer<Vec<ExportGroup>>> {
        Some(summary(self.0.view(context), &period, &group_by, &filter))
    }
}
