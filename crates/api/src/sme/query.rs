//! How units are looked up and listed.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object};
use daftar_domain::envelope::EntityId;
use daftar_domain::reference::SizeClass as Size;
use daftar_domain::sme::{IdleReason as Reason, OperatingStatus as Doing};
use daftar_domain::value::{self, IsicCode, latin_digits, search_key};
use roaring::RoaringBitmap;

use super::object::{IdleReason, OperatingStatus, SizeClass, Sme};
use crate::connection::{Connection, PageArguments};
use crate::filter::{
    Choice, CodeChoice, DateRange, Filter, Narrowing, OrderBy, OrderDirection, OrderField, Range, Ranked,
    Scope, Sorts, Text, TextMatch, joins,
};
use crate::listing::{Listing, Searched};
use crate::node::{self, Reads};
use crate::period::PeriodInput;
use crate::refusal::{Answer, Refusal};
use crate::scalar::{BusinessId, Date, LegalId, ProvinceCode};
use crate::view::View;
use crate::view::condition::{Condition, OrderOf};
use crate::view::facet::Rows;

/// The fewest digits by which a business ID or legal ID is found.
const ID_DIGITS: usize = 4;

/// Which units. What is left out or null doesn't narrow; all that is given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct SmeFilter {
    /// All of these hold.
    and: Option<Vec<SmeFilter>>,
    /// At least one of these holds; none holds of no filters.
    or: Option<Vec<SmeFilter>>,
    /// This does not hold.
    not: Option<Box<SmeFilter>>,
    /// The business ID.
    business_id: Option<Choice<BusinessId>>,
    /// The legal entity that holds it.
    legal_id: Option<Choice<LegalId>>,
    /// The Persian name.
    name: Option<TextMatch>,
    /// The Latin name.
    name_latin: Option<TextMatch>,
    /// The province.
    province: Option<Choice<ProvinceCode>>,
    /// What it does.
    status: Option<Choice<OperatingStatus>>,
    /// Why it stands idle.
    idle_reason: Option<Choice<IdleReason>>,
    /// The opaque ID of the park that it lies in.
    park: Option<Choice<ID>>,
    /// The code of the park that it lies in.
    park_code: Option<CodeChoice>,
    /// Its class of ISIC Rev.4; `startsWith` takes sections of it, such as the division 10.
    isic: Option<CodeChoice>,
    /// The size by headcount.
    size_class: Option<Choice<SizeClass>>,
    /// Persons employed.
    headcount: Option<Range<i32>>,
    /// When it was registered.
    registered_on: Option<DateRange>,
    /// Named in an export of this period, as exporter or as the unit that a company acted for.
    exporting: Option<PeriodInput>,
    /// Named in any export, or in none.
    exporting_ever: Option<bool>,
}

/// What units are ordered by; what ties by business ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum SmeOrderField {
    /// The Persian name, as its search key.
    Name,
    /// The business ID.
    BusinessId,
    /// The date of registration.
    RegisteredOn,
    /// Persons employed.
    Headcount,
    /// The code of the province.
    Province,
}

impl OrderField for SmeOrderField {
    fn order(self) -> (i8, OrderOf) {
        match self {
            Self::Name => (1, |view| &view.smes.lists().by_name),
            Self::BusinessId => (2, |view| &view.smes.lists().in_business_id),
            Self::RegisteredOn => (3, |view| &view.smes.lists().by_date),
            Self::Headcount => (4, |view| &view.smes.lists().by_headcount),
            Self::Province => (5, |view| &view.smes.lists().by_province),
        }
    }
}

const NAME: Text = Text {
    of: |view, row, on| Some(view.smes.row(row).name_key(on)),
    order: Some(|view| &view.smes.lists().by_name),
    search: |view| &view.smes.lists().search,
};

const NAME_LATIN: Text = Text {
    of: |view, row, on| Some(search_key(view.smes.row(row).facts(on).name_latin.as_ref()?.as_str()).into()),
    order: None,
    search: |view| &view.smes.lists().search,
};

const PROVINCE: Sorts<value::ProvinceCode> = Sorts {
    of: |view, row, on| Some(view.smes.row(row).facts(on).province),
    now: Some(|view| &view.smes.lists().provinces),
    ever: Some(|view| &view.smes.lists().ever.provinces),
};

const STATUS: Sorts<Doing> = Sorts {
    of: |view, row, on| view.smes.row(row).status(on).map(|status| status.status),
    now: Some(|view| &view.smes.lists().statuses),
    ever: Some(|view| &view.smes.lists().ever.statuses),
};

const IDLE_REASON: Sorts<Reason> = Sorts {
    of: |view, row, on| view.smes.row(row).status(on)?.reason,
    now: Some(|view| &view.smes.lists().idle),
    ever: Some(|view| &view.smes.lists().ever.idle),
};

const PARK: Sorts<value::ParkId> = Sorts {
    of: |view, row, on| view.smes.row(row).facts(on).park,
    now: Some(|view| &view.smes.lists().parks),
    ever: Some(|view| &view.smes.lists().ever.parks),
};

const ISIC: Sorts<IsicCode> = Sorts {
    of: |view, row, on| Some(view.smes.row(row).facts(on).isic),
    now: Some(|view| &view.smes.lists().industries),
    ever: Some(|view| &view.smes.lists().ever.industries),
};

const SIZE_CLASS: Sorts<Size> = Sorts {
    of: |view, row, on| {
        let people = view.smes.row(row).facts(on).headcount?.people();
        view.reference.size_class(people, on.unwrap_or(value::Date::MAX))
    },
    now: Some(|view| &view.smes.lists().sizes),
    ever: Some(|view| &view.smes.lists().ever.sizes),
};

const HEADCOUNT: Ranked<u32> = Ranked {
    of: |view, row, on| Some(view.smes.row(row).facts(on).headcount?.people()),
    order: Some(|view| &view.smes.lists().by_headcount),
};

const REGISTERED_ON: Ranked<value::Date> = Ranked {
    of: |view, row, _| Some(view.smes.row(row).registered),
    order: Some(|view| &view.smes.lists().by_date),
};

impl Filter for SmeFilter {
    joins!(SmeFilter);

    fn own(&self, narrowing: &mut Narrowing<'_>) -> Result<(), Refusal> {
        let view = narrowing.view;
        narrowing.numbers(self.business_id.as_ref(), |id| {
            let id = id.value().map_err(Refusal::value("businessId"))?;
            Ok(view.smes.by_business_id(id).into_iter().collect())
        })?;
        narrowing.numbers(self.legal_id.as_ref(), |id| {
            let id = id.value().map_err(Refusal::value("legalId"))?.number();
            Ok(view.smes.of_legal_ids(id..=id).collect())
        })?;
        narrowing.text(self.name.as_ref(), &NAME)?;
        narrowing.text(self.name_latin.as_ref(), &NAME_LATIN)?;
        narrowing.choice(self.province.as_ref(), &PROVINCE, |code| {
            code.value().map_err(Refusal::value("province"))
        })?;
        narrowing.choice(self.status.as_ref(), &STATUS, |status| Ok((*status).into()))?;
        narrowing.choice(self.idle_reason.as_ref(), &IDLE_REASON, |reason| Ok((*reason).into()))?;
        narrowing.choice(self.park.as_ref(), &PARK, |id| match node::decode(id) {
            Some(EntityId::Park(id)) => Ok(id),
            _ => Err(Refusal::Arguments("`park` is not the ID of a park")),
        })?;
        if let Some(codes) = &self.park_code {
            narrowing.among(parks(view, codes)?, &PARK)?;
        }
        if let Some(isic) = &self.isic {
            let class = |code: &str| IsicCode::parse(code).map_err(Refusal::value("isic"));
            if let Some(classes) = isic.values(class)? {
                narrowing.among(classes, &ISIC)?;
            }
            if let Some(prefix) = isic.prefix() {
                narrowing.span(isic_range(prefix)?, &ISIC)?;
            }
        }
        narrowing.choice(self.size_class.as_ref(), &SIZE_CLASS, |size| Ok((*size).into()))?;
        // A negative number is less than any headcount; none is greater than the greatest that can be asked.
        narrowing.range(self.headcount.as_ref(), &HEADCOUNT, |count| {
            u32::try_from(*count).map_err(|_| Refusal::Arguments("`headcount` is negative"))
        })?;
        narrowing.dates("registeredOn", self.registered_on.as_ref(), &REGISTERED_ON)?;
        if let Some(period) = &self.exporting {
            narrowing.add(Condition::Within(view.exports.exporting(period.period()?)))?;
        }
        if let Some(ever) = self.exporting_ever {
            let exporting = Condition::Within(Arc::clone(&view.smes.lists().exporting));
            narrowing.add(if ever { exporting } else { exporting.negated() })?;
        }
        // Before it was registered there was no unit.
        if let Scope::On(on) = narrowing.scope {
            narrowing.add(Condition::check(None, move |view, row| {
                view.smes.row(row).status(Some(on)).is_some()
            }))?;
        }
        Ok(())
    }
}

/// The parks with some codes.
fn parks(view: &View, codes: &CodeChoice) -> Result<Vec<value::ParkId>, Refusal> {
    let named = codes.values(|code| value::ParkCode::parse(code).map_err(Refusal::value("parkCode")))?;
    let prefix = codes.prefix().map(search_key);
    let begins = |code: &value::ParkCode| {
        prefix.as_ref().is_none_or(|prefix| search_key(code.as_str()).starts_with(prefix))
    };
    Ok(match named {
        Some(codes) => {
            let rows = codes.iter().filter(|code| begins(code)).filter_map(|code| view.parks.by_code(code));
            rows.map(|row| view.parks.row(row).id).collect()
        }
        None => view.parks.rows().filter(|park| begins(&park.code)).map(|park| park.id).collect(),
    })
}

/// The classes that begin with some digits, from the first to the last.
fn isic_range(prefix: &str) -> Result<(IsicCode, IsicCode), Refusal> {
    let digits = latin_digits(prefix.trim()).into_owned();
    if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(Refusal::Arguments("`isic.startsWith` is not 1 to 4 digits"));
    }
    let class = |digits: String| digits.parse::<IsicCode>().expect("four digits are a class");
    Ok((class(format!("{digits:0<4}")), class(format!("{digits:9<4}"))))
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
        let (from, until) = ((from, ()), (until, ()));
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
/// What is wrong with the filter, the order or the page.
fn smes(
    view: &Arc<View>,
    filter: &SmeFilter,
    search: Option<&str>,
    order_by: Option<&[OrderBy<SmeOrderField>]>,
    on: Option<value::Date>,
    page: &PageArguments,
) -> Answer<Connection<Sme>> {
    let listing = Listing {
        filter,
        scope: on.map_or(Scope::Now, Scope::On),
        search: Some(Searched {
            text: search,
            numbered: search.map(|search| numbered(view, search)).unwrap_or_default(),
            texts: |view| &view.smes.lists().search,
        }),
        order_by,
        usual: (SmeOrderField::Name, OrderDirection::Asc),
        page,
    };
    Ok(listing.answer(view, move |view, row| Sme::new(view, row, on))?)
}

/// The units of a park after everything that is recorded, by name.
///
/// # Errors
/// What is wrong with the filter, the order or the page.
pub fn smes_of_park(
    view: &Arc<View>,
    park: value::ParkId,
    filter: SmeFilter,
    order_by: Option<&[OrderBy<SmeOrderField>]>,
    page: &PageArguments,
) -> Answer<Connection<Sme>> {
    let of_park = Choice::one(node::encode(EntityId::Park(park)));
    let filter = SmeFilter { park: Some(of_park), and: Some(vec![filter]), ..SmeFilter::default() };
    smes(view, &filter, None, order_by, None, page)
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
        #[graphql(desc = "The order, at most 4 keys; by name when left out.")] order_by: Option<
            Vec<OrderBy<SmeOrderField>>,
        >,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
        #[graphql(desc = "Filter and answer as of this day; what holds now when left out.")] on: Option<Date>,
    ) -> Option<Answer<Connection<Sme>>> {
        let page = PageArguments::new(first, after, last, before);
        let on = match on.map(|on| on.value()).transpose() {
            Ok(on) => on,
            Err(error) => return Some(Err(Refusal::Value { argument: "on", error }.into())),
        };
        Some(smes(self.0.view(context), &filter, search.as_deref(), order_by.as_deref(), on, &page))
    }
}
