//! What a field of a filter can be compared with. What is left out or null doesn't narrow; all that is given must hold.

use async_graphql::{ID, InputObject, InputType};
use daftar_domain::value;

use super::CONDITIONS_MOST;
use crate::period::PeriodInput;
use crate::refusal::Refusal;
use crate::scalar::{
    BusinessId, CountryCode, Date, Decimal, DeclarationNumber, LegalId, Position, ProvinceCode,
};

fn bounded<T>(values: &[T]) -> Result<&[T], Refusal> {
    if values.len() > CONDITIONS_MOST {
        return Err(Refusal::Arguments("a list in `filter` has more than 100 values"));
    }
    Ok(values)
}

/// The values that both a single one and a list allow; none where neither is given.
fn allowed<T, V: PartialEq>(
    eq: Option<&T>,
    list: Option<&[T]>,
    read: impl Fn(&T) -> Result<V, Refusal>,
) -> Result<Option<Vec<V>>, Refusal> {
    let eq = eq.map(&read).transpose()?;
    let list =
        list.map(|list| bounded(list)?.iter().map(&read).collect::<Result<Vec<V>, _>>()).transpose()?;
    Ok(match (eq, list) {
        (Some(eq), Some(list)) => Some(if list.contains(&eq) { vec![eq] } else { Vec::new() }),
        (Some(eq), None) => Some(vec![eq]),
        (None, list) => list,
    })
}

/// Compares a value that is one of several.
#[derive(Clone, Debug, Default, InputObject)]
#[graphql(
    concrete(name = "IDFilter", params(ID)),
    concrete(name = "ProvinceCodeFilter", params(ProvinceCode)),
    concrete(name = "CountryCodeFilter", params(CountryCode)),
    concrete(name = "BusinessIdFilter", params(BusinessId)),
    concrete(name = "LegalIdFilter", params(LegalId)),
    concrete(name = "DeclarationNumberFilter", params(DeclarationNumber)),
    concrete(name = "OperatingStatusFilter", params(crate::sme::object::OperatingStatus)),
    concrete(name = "SizeClassFilter", params(crate::sme::object::SizeClass)),
    concrete(name = "IdleReasonFilter", params(crate::sme::object::IdleReason)),
    concrete(name = "PlotStageFilter", params(crate::sme::object::PlotStage)),
    concrete(name = "KnowledgeGradeFilter", params(crate::sme::object::KnowledgeGrade)),
    concrete(name = "ParkKindFilter", params(crate::park::object::ParkKind)),
    concrete(name = "CommodityGroupFilter", params(crate::export::CommodityGroup)),
    concrete(name = "ChannelFilter", params(crate::export::object::Channel)),
    concrete(name = "RevivalStageFilter", params(crate::revival::object::RevivalStage)),
    concrete(name = "ConsortiumPhaseFilter", params(crate::consortium::object::Phase)),
    concrete(name = "ConsortiumKindFilter", params(crate::consortium::object::ConsortiumKind)),
    concrete(name = "EmcRankFilter", params(crate::emc::object::Rank)),
    concrete(name = "TrainingKindFilter", params(crate::training::object::TrainingKind)),
    concrete(name = "TrainingSubjectFilter", params(crate::training::object::TrainingSubject)),
    concrete(name = "TrainingPhaseFilter", params(crate::training::object::TrainingPhase)),
    concrete(name = "ResearchTopicFilter", params(crate::research::object::ResearchTopic)),
    concrete(name = "ResearchPhaseFilter", params(crate::research::object::ResearchPhase)),
    concrete(name = "MeasureFilter", params(crate::statement::object::Measure)),
    concrete(name = "QualifierFilter", params(crate::statement::object::Qualifier))
)]
pub struct Choice<T: InputType> {
    /// It is this.
    eq: Option<T>,
    /// It is one of these, at most 100; none is one of no values.
    r#in: Option<Vec<T>>,
    /// It has no value (true), or has one (false).
    is_null: Option<bool>,
}

impl<T: InputType> Choice<T> {
    /// That it is one value.
    pub fn one(eq: T) -> Self {
        Self { eq: Some(eq), r#in: None, is_null: None }
    }

    /// The values that are allowed; none where all are.
    ///
    /// # Errors
    /// What is wrong with a value.
    pub fn values<V: PartialEq>(
        &self,
        read: impl Fn(&T) -> Result<V, Refusal>,
    ) -> Result<Option<Vec<V>>, Refusal> {
        allowed(self.eq.as_ref(), self.r#in.as_deref(), read)
    }

    /// Whether it must be without a value, or with one.
    pub fn null(&self) -> Option<bool> {
        self.is_null
    }
}

/// Compares a code.
#[derive(Clone, Debug, Default, InputObject)]
#[graphql(name = "CodeFilter")]
pub struct CodeChoice {
    /// It is this.
    eq: Option<String>,
    /// It is one of these, at most 100; none is one of no values.
    r#in: Option<Vec<String>>,
    /// It begins with this.
    starts_with: Option<String>,
}

impl CodeChoice {
    /// The codes that are allowed; none where all are.
    ///
    /// # Errors
    /// What is wrong with a code.
    pub fn values<V: PartialEq>(
        &self,
        read: impl Fn(&str) -> Result<V, Refusal>,
    ) -> Result<Option<Vec<V>>, Refusal> {
        allowed(self.eq.as_ref(), self.r#in.as_deref(), |code| read(code))
    }

    /// What it must begin with.
    pub fn prefix(&self) -> Option<&str> {
        self.starts_with.as_deref()
    }
}

/// Compares a number.
#[derive(Clone, Debug, Default, InputObject)]
#[graphql(
    concrete(name = "IntFilter", params(i32)),
    concrete(name = "DecimalFilter", params(Decimal)),
    concrete(name = "PositionFilter", params(Position))
)]
pub struct Range<T: InputType> {
    /// It is this.
    eq: Option<T>,
    /// It is this or more.
    from: Option<T>,
    /// It is this or less.
    to: Option<T>,
    /// It has no value (true), or has one (false).
    is_null: Option<bool>,
}

/// From the least to the greatest value that is allowed; each may be open.
pub type Limits<V> = (Option<V>, Option<V>);

impl<T: InputType> Range<T> {
    /// The limits; none where all values are allowed.
    ///
    /// # Errors
    /// What is wrong with a value.
    pub fn limits<V: Ord + Copy>(
        &self,
        read: impl Fn(&T) -> Result<V, Refusal>,
    ) -> Result<Option<Limits<V>>, Refusal> {
        let value = |value: &Option<T>| value.as_ref().map(&read).transpose();
        let (eq, from, to) = (value(&self.eq)?, value(&self.from)?, value(&self.to)?);
        if (eq, from, to) == (None, None, None) {
            return Ok(None);
        }
        let to = [eq, to].into_iter().flatten().min();
        // None is less than any.
        Ok(Some((eq.max(from), to)))
    }

    /// Whether it must be without a value, or with one.
    pub fn null(&self) -> Option<bool> {
        self.is_null
    }
}

/// Compares a day.
#[derive(Clone, Debug, Default, InputObject)]
#[graphql(name = "DateFilter")]
pub struct DateRange {
    /// It is this day.
    eq: Option<Date>,
    /// It is this day or later.
    from: Option<Date>,
    /// It is before this day.
    until: Option<Date>,
    /// It lies in this period.
    period: Option<PeriodInput>,
    /// It has no value (true), or has one (false).
    is_null: Option<bool>,
}

impl DateRange {
    /// The first and the last day; none where all days are allowed.
    ///
    /// # Errors
    /// What is wrong with a day or the period.
    pub fn limits(&self, argument: &'static str) -> Result<Option<Limits<value::Date>>, Refusal> {
        let wrong = Refusal::value(argument);
        let day = |day: &Option<Date>| day.as_ref().map(Date::value).transpose().map_err(&wrong);
        let (eq, from, until) = (day(&self.eq)?, day(&self.from)?, day(&self.until)?);
        let period = self.period.as_ref().map(PeriodInput::period).transpose()?;
        let from = [eq, from, period.map(|period| period.from())].into_iter().flatten().max();
        let last = [eq, until.map(|until| until.plus_days(-1)), period.map(|period| period.last_day())];
        let last = last.into_iter().flatten().min();
        Ok((from.is_some() || last.is_some()).then_some((from, last)))
    }

    /// Whether it must be without a value, or with one.
    pub fn null(&self) -> Option<bool> {
        self.is_null
    }
}

/// Compares a text as a reader does: Arabic and Persian spellings of a letter, digits of any script, marks, case, and
/// the kind of space make no difference.
#[derive(Clone, Debug, Default, InputObject)]
#[graphql(name = "TextFilter")]
pub struct TextMatch {
    /// It is this.
    pub(super) eq: Option<String>,
    /// It begins with this.
    pub(super) starts_with: Option<String>,
    /// It contains this, or would without the spaces in both.
    pub(super) contains: Option<String>,
    /// It has no value (true), or has one (false).
    pub(super) is_null: Option<bool>,
}
