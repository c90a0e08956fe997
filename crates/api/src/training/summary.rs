//! What courses and workshops sum to, as it is asked for.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use async_graphql::{Enum, Object, SimpleObject};
use daftar_domain::training as domain;
use daftar_domain::value;

use super::object::{Audience, TrainingKind, TrainingSubject};
use super::row::{CERTIFICATES, FIGURES, HOURS, PARTICIPANTS, Properties, SEATS};
use crate::period::PeriodInput;
use crate::refusal::{Answer, Refusal};
use crate::scalar::ProvinceCode;
use crate::view::View;
use crate::view::figures::add;

/// What courses and workshops can be grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum TrainingGroupBy {
    /// Course or workshop.
    Kind,
    /// What is taught.
    Subject,
    /// Whom they are for: all audiences of one together.
    Audience,
    /// The province in which they were held.
    Province,
    /// The Solar Hijri year of their last day.
    Year,
}

/// What courses and workshops sum to.
#[derive(Clone, Copy)]
pub struct TrainingFigures(pub [i64; FIGURES]);

/// What courses and workshops sum to that were held in a period.
#[Object]
impl TrainingFigures {
    /// How many courses.
    fn courses(&self) -> i64 {
        self.0[domain::TrainingKind::Course as usize]
    }

    /// How many workshops.
    fn workshops(&self) -> i64 {
        self.0[domain::TrainingKind::Workshop as usize]
    }

    /// Hours of instruction.
    fn hours(&self) -> i64 {
        self.0[HOURS]
    }

    /// Places for participants.
    fn seats(&self) -> i64 {
        self.0[SEATS]
    }

    /// Enrolments that stood when they were held: an organisation counts once in each.
    fn participants(&self) -> i64 {
        self.participant_count()
    }

    /// Those of them that are units.
    fn sme_participants(&self) -> i64 {
        self.0[PARTICIPANTS + domain::Audience::Smes as usize]
    }

    /// Those of them that are consortiums.
    fn consortium_participants(&self) -> i64 {
        self.0[PARTICIPANTS + domain::Audience::Consortiums as usize]
    }

    /// Those of them that are export management companies.
    fn emc_participants(&self) -> i64 {
        self.0[PARTICIPANTS + domain::Audience::Emcs as usize]
    }

    /// Certificates that were issued, whenever that was.
    fn certificates(&self) -> i64 {
        self.0[CERTIFICATES]
    }
}

impl TrainingFigures {
    fn participant_count(&self) -> i64 {
        self.0[PARTICIPANTS..CERTIFICATES].iter().sum()
    }
}

/// What one sum is of; what is not told apart is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    year: Option<i16>,
    kind: Option<domain::TrainingKind>,
    subject: Option<domain::TrainingSubject>,
    audiences: Option<Vec<domain::Audience>>,
    province: Option<Option<value::ProvinceCode>>,
}

/// What the courses and workshops of a group sum to.
#[derive(Clone, SimpleObject)]
pub struct TrainingGroup {
    /// The Solar Hijri year, when grouped by it.
    year: Option<i32>,
    /// Course or workshop, when grouped by it.
    kind: Option<TrainingKind>,
    /// What is taught, when grouped by it.
    subject: Option<TrainingSubject>,
    /// Whom they are for, when grouped by it.
    audiences: Option<Vec<Audience>>,
    /// The province, when grouped by it; null for those of all the country.
    province: Option<ProvinceCode>,
    /// The sums.
    #[graphql(flatten)]
    figures: TrainingFigures,
}

/// What the courses and workshops of a period sum to, by some properties.
///
/// # Errors
/// What is wrong with the period or the groups.
pub fn summary(view: &View, period: &PeriodInput, by: &[TrainingGroupBy]) -> Answer<Vec<TrainingGroup>> {
    let period = period.period()?;
    if by.iter().enumerate().any(|(index, one)| by[..index].contains(one)) {
        return Err(Refusal::Arguments("`groupBy` names something twice").into());
    }
    let mut groups: BTreeMap<Key, [i64; FIGURES]> = BTreeMap::new();
    for ((year, properties), figures) in view.trainings.sums(period, by.contains(&TrainingGroupBy::Year)) {
        add(groups.entry(key(year, properties, by)).or_insert([0; FIGURES]), &figures);
    }
    let mut groups: Vec<_> =
        groups.into_iter().map(|(key, figures)| (key, TrainingFigures(figures))).collect();
    groups.sort_by_key(|(_, figures)| Reverse(figures.participant_count()));
    Ok(groups.into_iter().map(|(key, figures)| TrainingGroup::new(key, figures)).collect())
}

fn key(year: Option<i16>, properties: Properties, by: &[TrainingGroupBy]) -> Key {
    let mut key = Key { year, ..Key::default() };
    let Properties { kind, subject, audiences, province } = properties;
    if by.contains(&TrainingGroupBy::Audience) {
        key.audiences = Some(audiences);
    }
    for one in by {
        match one {
            TrainingGroupBy::Kind => key.kind = Some(kind),
            TrainingGroupBy::Subject => key.subject = Some(subject),
            TrainingGroupBy::Province => key.province = Some(province),
            TrainingGroupBy::Audience | TrainingGroupBy::Year => {}
        }
    }
    key
}

impl TrainingGroup {
    fn new(key: Key, figures: TrainingFigures) -> Self {
        Self {
            year: key.year.map(i32::from),
            kind: key.kind.map(Into::into),
            subject: key.subject.map(Into::into),
            audiences: key.audiences.map(|all| all.into_iter().map(Into::into).collect()),
            province: key.province.flatten().map(Into::into),
            figures,
        }
    }
}
