//! Which units a list has: the filter, and the properties that it asks for.

use std::sync::Arc;

use async_graphql::{ID, InputObject};
use daftar_domain::envelope::EntityId;
use daftar_domain::reference::SizeClass as Size;
use daftar_domain::sme::{
    IdleReason as Reason, KnowledgeGrade as Grade, OperatingStatus as Doing, PlotStage as Stage,
};
use daftar_domain::value::{self, IsicCode, latin_digits, search_key};

use super::object::{IdleReason, KnowledgeGrade, OperatingStatus, PlotStage, SizeClass};
use crate::filter::{
    Choice, CodeChoice, DateRange, Filter, Narrowing, Range, Ranked, Scope, Sorts, Text, TextMatch, joins,
};
use crate::node;
use crate::period::PeriodInput;
use crate::refusal::Refusal;
use crate::scalar::{BusinessId, LegalId, ProvinceCode};
use crate::view::View;
use crate::view::condition::Condition;

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
    /// How far the plot that it lies on has come, where it has one by contract.
    plot_stage: Option<Choice<PlotStage>>,
    /// The knowledge-based grade in force.
    knowledge_grade: Option<Choice<KnowledgeGrade>>,
    /// Whether a knowledge-based grade is in force.
    knowledge_based: Option<bool>,
    /// Named in an export of this period, as exporter or as the unit that a company acted for.
    exporting: Option<PeriodInput>,
    /// Named in any export, or in none.
    exporting_ever: Option<bool>,
}

impl SmeFilter {
    /// Whether it asks who exported, which not everybody may read.
    pub(crate) fn asks_exporters(&self) -> bool {
        let below = [&self.and, &self.or].into_iter().flatten().flatten().chain(self.not.as_deref());
        let own = self.exporting.is_some() || self.exporting_ever.is_some();
        own || below.into_iter().any(Self::asks_exporters)
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

pub(super) const PROVINCE: Sorts<value::ProvinceCode> = Sorts {
    of: |view, row, on| Some(view.smes.row(row).facts(on).province),
    now: Some(|view| &view.smes.lists().provinces),
    ever: Some(|view| &view.smes.lists().ever.provinces),
};

pub(super) const STATUS: Sorts<Doing> = Sorts {
    of: |view, row, on| view.smes.row(row).status(on).map(|status| status.status),
    now: Some(|view| &view.smes.lists().statuses),
    ever: Some(|view| &view.smes.lists().ever.statuses),
};

pub(super) const IDLE_REASON: Sorts<Reason> = Sorts {
    of: |view, row, on| view.smes.row(row).status(on)?.reason,
    now: Some(|view| &view.smes.lists().idle),
    ever: Some(|view| &view.smes.lists().ever.idle),
};

const PARK: Sorts<value::ParkId> = Sorts {
    of: |view, row, on| view.smes.row(row).facts(on).park,
    now: Some(|view| &view.smes.lists().parks),
    ever: Some(|view| &view.smes.lists().ever.parks),
};

pub(super) const ISIC: Sorts<IsicCode> = Sorts {
    of: |view, row, on| Some(view.smes.row(row).facts(on).isic),
    now: Some(|view| &view.smes.lists().industries),
    ever: Some(|view| &view.smes.lists().ever.industries),
};

pub(super) const SIZE_CLASS: Sorts<Size> = Sorts {
    of: |view, row, on| {
        let people = view.smes.row(row).facts(on).headcount?.people();
        view.reference.size_class(people, on.unwrap_or(value::Date::MAX))
    },
    now: Some(|view| &view.smes.lists().sizes),
    ever: Some(|view| &view.smes.lists().ever.sizes),
};

const PLOT_STAGE: Sorts<Stage> = Sorts {
    of: |view, row, on| view.smes.row(row).plot_standing(on).map(|standing| standing.stage),
    now: Some(|view| &view.smes.lists().plots),
    ever: Some(|view| &view.smes.lists().ever.plots),
};

/// What holds now depends on the day that it is: a grade runs out without an event.
const KNOWLEDGE_GRADE: Sorts<Grade> = Sorts {
    of: |view, row, on| Some(view.smes.row(row).grade(on.unwrap_or_else(|| view.today()))?.0),
    now: None,
    ever: Some(|view| &view.smes.lists().ever.grades),
};

/// The rows that have one of some grades now.
fn graded(view: &View, grades: &[Grade]) -> Vec<u32> {
    let ever = view.smes.lists().ever.grades.any(grades);
    let today = view.today();
    let has = |row: &u32| {
        view.smes.rows.has(*row)
            && view.smes.row(*row).grade(today).is_some_and(|(grade, _)| grades.contains(&grade))
    };
    ever.iter().filter(has).collect()
}

const HEADCOUNT: Ranked<u32> = Ranked {
    of: |view, row, on| Some(view.smes.row(row).facts(on).headcount?.people()),
    order: Some(|view| &view.smes.lists().by_headcount),
};

const REGISTERED_ON: Ranked<value::Date> = Ranked {
    of: |view, row, _| Some(view.smes.row(row).registered),
    order: Some(|view| &view.smes.lists().by_date),
};

impl SmeFilter {
    /// What it says, of the units of one park.
    pub fn within(self, park: value::ParkId) -> Self {
        let park = Choice::one(node::encode(EntityId::Park(park)));
        Self { park: Some(park), and: Some(vec![self]), ..Self::default() }
    }
}

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
        narrowing.choice(self.plot_stage.as_ref(), &PLOT_STAGE, |stage| Ok((*stage).into()))?;
        narrowing.indexed(
            self.knowledge_grade.as_ref(),
            &KNOWLEDGE_GRADE,
            |grade| Ok((*grade).into()),
            |grade| graded(view, &[*grade]),
        )?;
        if let Some(based) = self.knowledge_based {
            let condition = narrowing.apart(|narrowing| match narrowing.scope {
                Scope::Now => {
                    let rows = graded(view, &Grade::ALL).into_iter().collect();
                    narrowing.add(Condition::Within(Arc::new(rows)))
                }
                _ => narrowing.among(Grade::ALL.to_vec(), &KNOWLEDGE_GRADE),
            })?;
            narrowing.add(if based { condition } else { condition.negated() })?;
        }
        // A negative number is less than any headcount; none is greater than the greatest that can be asked.
        narrowing.range(self.headcount.as_ref(), &HEADCOUNT, |count| {
            u32::try_from(*count).map_err(|_| Refusal::Arguments("`headcount` is negative"))
        })?;
        narrowing.dates("registeredOn", self.registered_on.as_ref(), &REGISTERED_ON)?;
        if let Some(period) = &self.exporting {
            narrowing.add(Condition::Within(view.exports.exporting(period.period()?)))?;
        }
        if let Some(ever) = self.exporting_ever {
            let exporting = Condition::Within(Arc::clone(view.exports.exporting_ever()));
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
        None => view.parks.rows.iter().filter(|park| begins(&park.code)).map(|park| park.id).collect(),
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
