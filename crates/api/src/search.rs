//! One search over everything that has a name.

use std::sync::Arc;

use async_graphql::{Context, Enum, Object};

use crate::connection::{Connection, PageArguments, RowList, Segment};
use crate::consortium::Consortium;
use crate::emc::Emc;
use crate::filter::{OrderDirection, OrderField, sorting};
use crate::node::{Node, Reads};
use crate::park::Park;
use crate::refusal::{Answer, Refusal};
use crate::research::Research;
use crate::sme::Sme;
use crate::training::Training;
use crate::view::View;
use crate::view::condition::Condition;
use crate::view::facet::Rows;
use crate::view::search::{SEGMENTS, Searchable};
use crate::view::select::Sorting;
use crate::{consortium, emc, park, research, sme, training};

/// What can be found by a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Enum)]
pub enum SearchKind {
    /// Parks and zones.
    Park,
    /// Units.
    Sme,
    /// Export consortiums.
    Consortium,
    /// Export management companies.
    Emc,
    /// Training courses and workshops.
    Training,
    /// Research and study projects.
    Research,
}

impl SearchKind {
    const ALL: [Self; 6] =
        [Self::Park, Self::Sme, Self::Consortium, Self::Emc, Self::Training, Self::Research];

    fn texts(self) -> Searchable {
        match self {
            Self::Park => park::query::TEXTS,
            Self::Sme => sme::query::TEXTS,
            Self::Consortium => consortium::query::TEXTS,
            Self::Emc => emc::query::TEXTS,
            Self::Training => training::query::TEXTS,
            Self::Research => research::query::TEXTS,
        }
    }

    fn by_name(self) -> Result<Sorting, Refusal> {
        fn usual<F: OrderField>(field: F) -> Result<Sorting, Refusal> {
            sorting(None, (field, OrderDirection::Asc))
        }
        match self {
            Self::Park => usual(park::query::ParkOrderField::Name),
            Self::Sme => usual(sme::query::SmeOrderField::Name),
            Self::Consortium => usual(consortium::query::ConsortiumOrderField::Name),
            Self::Emc => usual(emc::query::EmcOrderField::Name),
            Self::Training => usual(training::query::TrainingOrderField::Title),
            Self::Research => usual(research::query::ResearchOrderField::Title),
        }
    }

    fn node(self, view: &Arc<View>, row: u32) -> Node {
        match self {
            Self::Park => Node::Park(Park::new(view, row)),
            Self::Sme => Node::Sme(Sme::new(view, row, None)),
            Self::Consortium => Node::Consortium(Consortium::new(view, row)),
            Self::Emc => Node::Emc(Emc::new(view, row)),
            Self::Training => Node::Training(Training::new(view, row)),
            Self::Research => Node::Research(Research::new(view, row)),
        }
    }
}

/// The list of what a text finds: by tier, and within a tier kind by kind. Every kind has its segments, asked for or
/// not, so that a cursor's segment means the same in every search.
fn found(view: &Arc<View>, text: &str, kinds: Option<&[SearchKind]>) -> Result<RowList, Refusal> {
    let mut tiers: [Vec<Segment>; SEGMENTS] = Default::default();
    for kind in SearchKind::ALL {
        let asked = kinds.is_none_or(|kinds| kinds.contains(&kind));
        let says = (kind.texts().texts)(view).ask(text).is_some();
        let order = (kind.texts().order)(view);
        let condition =
            if asked && says { Condition::All(Vec::new()).seen(order) } else { Condition::Any(Vec::new()) };
        let numbered = match kind {
            SearchKind::Sme => sme::query::numbered(view, text),
            _ => Rows::default(),
        };
        let sorting = Arc::new(kind.by_name()?);
        for (tier, condition) in tiers.iter_mut().zip(kind.texts().segments(view, condition, text, numbered))
        {
            tier.push(Segment { sorting: Arc::clone(&sorting), condition });
        }
    }
    Ok(RowList { view: Arc::clone(view), segments: tiers.into_iter().flatten().collect() })
}

/// One search over everything.
#[derive(Default)]
pub struct SearchQuery(pub Reads);

#[Object]
impl SearchQuery {
    /// Parks, units, consortiums, export management companies, trainings and research projects by a text, in any spelling
    /// of Persian, with or without spaces, in Latin names, codes, and numbers of legal entities and units. First comes what is found by number (4 or
    /// more digits of a unit's business ID or legal ID), then names and codes that are the text, that begin with it, that
    /// have a word that begins with it, that contain it, and that contain it once spaces are left out; within each,
    /// parks, units, consortiums, companies, trainings and projects by name. Of a kind in which more than 4096 may match, those whose name
    /// begins with the text come first, then all others. A text without letters or digits finds nothing.
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the field")]
    fn search(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The text.")] text: String,
        #[graphql(desc = "What to find; everything when left out.")] kinds: Option<Vec<SearchKind>>,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Node>>> {
        let page = PageArguments::new(first, after, last, before);
        let answer = || {
            found(self.0.view(context), &text, kinds.as_deref())?.page(&page, |view, segment, row| {
                SearchKind::ALL[segment % SearchKind::ALL.len()].node(view, row)
            })
        };
        Some(answer().map_err(Into::into))
    }
}
