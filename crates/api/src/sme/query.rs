//! How units are looked up and listed.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object};
use daftar_domain::envelope::EntityId;
use daftar_domain::reference::SizeClass as Size;
use daftar_domain::sme::{IdleReason as Reason, OperatingStatus as Doing};
use daftar_domain::value::{self, IsicCode, latin_digits, search_key};
use roaring::RoaringBitmap;

use super::object::{IdleReason, OperatingStatus, SizeClass, Sme};
use super::row::SmeRow;
use crate::connection::{Connection, CursorKey, PageArguments, RowList};
use crate::node::{self, Reads};
use crate::period::PeriodInput;
use crate::refusal::{Answer, Refusal};
use crate::scalar::{BusinessId, Date, LegalId, ProvinceCode};
use crate::view::View;
use crate::view::facet::Rows;
use crate::view::order::Order;
use crate::view::select::Selection;

/// The fewest digits by which a business ID or legal ID is found.
const ID_DIGITS: usize = 4;

/// Which units. What is left out doesn't narrow; values in a list are alternatives.
#[derive(Clone, Debug, Default, InputObject)]
pub struct SmeFilter {
    /// In one of these provinces.
    province: Option<Vec<ProvinceCode>>,
    /// With one of these statuses.
    status: Option<Vec<OperatingStatus>>,
    /// In this park, by its opaque ID.
    park: Option<ID>,
    /// In the park with this code.
    park_code: Option<String>,
    /// Of the ISIC classes that begin with these digits.
    isic: Option<String>,
    /// Of one of these sizes.
    size_class: Option<Vec<SizeClass>>,
    /// Idle for one of these reasons.
    idle_reason: Option<Vec<IdleReason>>,
    /// Of this legal entity.
    legal_id: Option<LegalId>,
    /// Named in an export of this period, as exporter or as the unit that a company acted for.
    exporting: Option<PeriodInput>,
    /// Named in any export, or in none.
    exporting_ever: Option<bool>,
}

/// The order of a list of units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum SmeOrder {
    /// By name, then business ID.
    Name,
    /// By business ID.
    BusinessId,
    /// By the date of registration, the earliest first.
    RegisteredOn,
    /// By the date of registration, the latest first.
    RegisteredOnDesc,
    /// By headcount, the fewest first; those without one come before.
    Headcount,
    /// By headcount, the most first; those without one come last.
    HeadcountDesc,
}

/// The filter with its values read.
struct Wanted {
    provinces: Option<Vec<value::ProvinceCode>>,
    statuses: Option<Vec<Doing>>,
    park: Option<Option<value::ParkId>>,
    isic: Option<(u16, u16)>,
    sizes: Option<Vec<Size>>,
    reasons: Option<Vec<Reason>>,
}

impl Wanted {
    fn read(filter: &SmeFilter, view: &View) -> Result<Self, Refusal> {
        let provinces = filter.province.as_ref().map(|provinces| {
            provinces
                .iter()
                .map(ProvinceCode::value)
                .collect::<Result<_, _>>()
                .map_err(Refusal::value("province"))
        });
        let park = match (&filter.park, &filter.park_code) {
            (None, None) => None,
            (Some(_), Some(_)) => return Err(Refusal::Arguments("`park` and `parkCode` exclude each other")),
            (Some(id), None) => match node::decode(id) {
                Some(EntityId::Park(id)) => Some(Some(id)),
                _ => return Err(Refusal::Arguments("`park` is not the ID of a park")),
            },
            (None, Some(code)) => {
                let code = value::ParkCode::parse(code).map_err(Refusal::value("parkCode"))?;
                Some(view.parks.by_code(&code).map(|row| view.parks.row(row).id))
            }
        };
        Ok(Self {
            provinces: provinces.transpose()?,
            statuses: filter.status.as_ref().map(|all| all.iter().map(|one| (*one).into()).collect()),
            park,
            isic: filter.isic.as_deref().map(isic_range).transpose()?,
            sizes: filter.size_class.as_ref().map(|all| all.iter().map(|one| (*one).into()).collect()),
            reasons: filter.idle_reason.as_ref().map(|all| all.iter().map(|one| (*one).into()).collect()),
        })
    }

    /// Bitmaps of what holds after everything that is recorded.
    fn now(self, view: &View, selection: &mut Selection) {
        let smes = view.smes.lists();
        if let Some(provinces) = &self.provinces {
            selection.within(smes.provinces.any(provinces));
        }
        if let Some(statuses) = &self.statuses {
            selection.within(smes.statuses.any(statuses));
        }
        if let Some(park) = self.park {
            selection.within(park.map(|park| smes.parks.get(&park)).unwrap_or_default());
        }
        if let Some(isic) = self.isic {
            selection.within(of_isic(view, isic));
        }
        if let Some(sizes) = &self.sizes {
            selection.within(smes.sizes.any(sizes));
        }
        if let Some(reasons) = &self.reasons {
            selection.within(smes.idle.any(reasons));
        }
    }

    /// What held on a day is asked of each unit.
    fn holds(&self, view: &View, sme: &SmeRow, on: value::Date) -> bool {
        fn one_of<T: PartialEq>(wanted: &Option<Vec<T>>, value: Option<T>) -> bool {
            wanted.as_ref().is_none_or(|wanted| value.is_some_and(|value| wanted.contains(&value)))
        }
        let Some(status) = sme.status(Some(on)) else { return false };
        let facts = sme.facts(Some(on));
        let size = || facts.headcount.and_then(|count| view.reference.size_class(count.people(), on));
        one_of(&self.provinces, Some(facts.province))
            && one_of(&self.statuses, Some(status.status))
            && self.park.is_none_or(|park| park.is_some() && facts.park == park)
            && self.isic.is_none_or(|(from, until)| (from..=until).contains(&facts.isic.number()))
            && (self.sizes.is_none() || one_of(&self.sizes, size()))
            && one_of(&self.reasons, status.reason)
    }
}

/// The classes that begin with some digits, from the first to the last.
fn isic_range(prefix: &str) -> Result<(u16, u16), Refusal> {
    let digits = latin_digits(prefix.trim()).into_owned();
    if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(Refusal::Arguments("`isic` is not 1 to 4 digits"));
    }
    let first: u16 = format!("{digits:0<4}").parse().expect("four digits fit");
    Ok((first, first + 10_u16.pow(4 - digits.len() as u32) - 1))
}

fn of_isic(view: &View, (from, until): (u16, u16)) -> Rows {
    let class = |number: u16| format!("{number:04}").parse::<IsicCode>().expect("four digits are a class");
    if until - from == 99 {
        view.smes.lists().divisions.get(&class(from).division())
    } else {
        view.smes.lists().industries.range(class(from)..=class(until))
    }
}

fn selection(view: &View, filter: &SmeFilter, on: Option<value::Date>) -> Result<Selection, Refusal> {
    let mut selection = Selection::default();
    let wanted = Wanted::read(filter, view)?;
    match on {
        None => wanted.now(view, &mut selection),
        Some(on) => {
            selection.only(move |view, row| wanted.holds(view, &view.smes.row(row), on));
        }
    }
    if let Some(legal_id) = &filter.legal_id {
        let id = legal_id.value().map_err(Refusal::value("legalId"))?;
        selection.within(Arc::new(view.smes.of_legal_ids(id.number()..=id.number()).collect()));
    }
    if let Some(period) = &filter.exporting {
        selection.within(view.exports.exporting(period.period()?));
    }
    match filter.exporting_ever {
        Some(true) => selection.within(Arc::clone(&view.smes.lists().exporting)),
        Some(false) => selection.only(|view, row| !view.smes.lists().exporting.contains(row)),
        None => {}
    }
    Ok(selection)
}

/// The units whose business ID or legal ID begins with these digits.
fn by_digits(view: &View, digits: &str) -> Rows {
    let range = |length: usize| {
        let scale = 10_u64.pow((length - digits.len()) as u32);
        digits.parse::<u64>().ok().map(|first| (first * scale, first * scale + (scale - 1)))
    };
    let mut rows = RoaringBitmap::new();
    if digits.len() <= 12
        && let Some((from, until)) = range(12)
    {
        use std::ops::Bound::Included;
        let found = view.smes.lists().in_business_id.range(Included(&from), Included(&until));
        rows.extend(found.map(|(_, row)| row));
    }
    if digits.len() <= 11
        && let Some((from, until)) = range(11)
    {
        rows.extend(view.smes.of_legal_ids(from..=until));
    }
    Arc::new(rows)
}

/// The rows that a search finds by number: those whose business ID or legal ID begins with its digits.
fn numbered(view: &View, search: &str) -> Rows {
    let key = search_key(search);
    let is_number = key.len() >= ID_DIGITS && key.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { by_digits(view, &key) } else { Rows::default() }
}

/// A page of units.
///
/// # Errors
/// What is wrong with the filter or the page.
fn smes(
    view: &Arc<View>,
    filter: &SmeFilter,
    search: Option<&str>,
    order: Option<SmeOrder>,
    on: Option<&Date>,
    arguments: &PageArguments,
) -> Answer<Connection<Sme>> {
    let on = on.map(Date::value).transpose().map_err(Refusal::value("on"))?;
    let selection = selection(view, filter, on)?;
    let numbered = search.map(|search| numbered(view, search)).unwrap_or_default();
    let texts = &view.smes.lists().search;
    let segments =
        texts.segments(selection, search, order.is_some(), numbered, |view| &view.smes.lists().search);
    Ok(match order.unwrap_or(SmeOrder::Name) {
        SmeOrder::Name => list(view, (1, |view| &view.smes.lists().by_name), false, segments, on, arguments),
        SmeOrder::BusinessId => {
            list(view, (2, |view| &view.smes.lists().in_business_id), false, segments, on, arguments)
        }
        SmeOrder::RegisteredOn => {
            list(view, (3, |view| &view.smes.lists().by_date), false, segments, on, arguments)
        }
        SmeOrder::RegisteredOnDesc => {
            list(view, (4, |view| &view.smes.lists().by_date), true, segments, on, arguments)
        }
        SmeOrder::Headcount => {
            list(view, (5, |view| &view.smes.lists().by_headcount), false, segments, on, arguments)
        }
        SmeOrder::HeadcountDesc => {
            list(view, (6, |view| &view.smes.lists().by_headcount), true, segments, on, arguments)
        }
    }?)
}

fn list<K: CursorKey>(
    view: &Arc<View>,
    order: (u8, fn(&View) -> &Order<K>),
    descending: bool,
    segments: Vec<Selection>,
    on: Option<value::Date>,
    arguments: &PageArguments,
) -> Result<Connection<Sme>, Refusal> {
    let list = RowList { view: Arc::clone(view), order, descending, segments };
    list.page(arguments, move |view, row| Sme::new(view, row, on))
}

/// The units of a park after everything that is recorded, by name.
///
/// # Errors
/// What is wrong with the page.
pub fn smes_of_park(
    view: &Arc<View>,
    park: value::ParkId,
    mut filter: SmeFilter,
    order: Option<SmeOrder>,
    arguments: &PageArguments,
) -> Answer<Connection<Sme>> {
    filter.park = Some(node::encode(EntityId::Park(park)));
    filter.park_code = None;
    smes(view, &filter, None, order, None, arguments)
}

/// Look-ups of units.
#[derive(Default)]
pub struct SmeQuery(pub Reads);

#[Object]
impl SmeQuery {
    /// A unit, by its opaque ID or its business ID.
    fn sme(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Its opaque ID.")] id: Option<ID>,
        #[graphql(desc = "Its 12-digit business ID.")] business_id: Option<BusinessId>,
    ) -> Option<Answer<Sme>> {
        let view = self.0.view(context);
        match (id, business_id) {
            (Some(id), None) => match node::decode(&id)? {
                EntityId::Sme(id) => Sme::find(view, id).map(Ok),
                _ => None,
            },
            (None, Some(id)) => match id.value() {
                Ok(id) => view.smes.by_business_id(id).map(|row| Ok(Sme::new(view, row, None))),
                Err(error) => Some(Err(Refusal::Value { argument: "businessId", error }.into())),
            },
            _ => Some(Err(Refusal::Arguments("give either `id` or `businessId`").into())),
        }
    }

    /// Units, filtered, searched and ordered. A search finds names in any spelling of Persian, with or without spaces,
    /// Latin names, and the first 4 or more digits of a business ID or legal ID; unless an order is given, what matches
    /// by number comes first, then by text as written, then without spaces, each by name.
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the field")]
    fn smes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which units.", default)] filter: SmeFilter,
        #[graphql(desc = "A text that the name contains, or the first digits of an ID.")] search: Option<
            String,
        >,
        #[graphql(desc = "The order; by name when left out.")] order_by: Option<SmeOrder>,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
        #[graphql(desc = "Filter and answer as of this day; what holds now when left out.")] on: Option<Date>,
    ) -> Option<Answer<Connection<Sme>>> {
        let arguments = PageArguments::new(first, after, last, before);
        Some(smes(self.0.view(context), &filter, search.as_deref(), order_by, on.as_ref(), &arguments))
    }
}
