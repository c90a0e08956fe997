//! The reviews of a company, and the ranks that it was given on them.

use async_graphql::{Enum, SimpleObject};
use daftar_domain::emc;

use crate::emc::row;
use crate::scalar::{Date, Position};
use crate::view::dated::Fact;

/// The rank of a company. 3 is the lowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "daftar_domain::emc::Rank")]
pub enum Rank {
    /// Rank 1.
    First,
    /// Rank 2.
    Second,
    /// Rank 3.
    Third,
}

/// A rank that a company was given.
#[derive(Clone, SimpleObject)]
pub struct RankGiven {
    /// The rank.
    rank: Rank,
    /// The first day.
    since: Date,
    /// The position of the event that recorded it.
    position: Position,
}

impl From<&Fact<emc::Rank>> for RankGiven {
    fn from(fact: &Fact<emc::Rank>) -> Self {
        let (rank, since) = (fact.value.into(), fact.effective.into());
        Self { rank, since, position: Position(fact.position) }
    }
}

/// What a review found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "daftar_domain::emc::EvaluationOutcome")]
pub enum EvaluationOutcome {
    /// The company does what its consent was given for.
    Passed,
    /// It does not yet; it is not ranked on that.
    Failed,
}

/// A review of a company.
#[derive(Clone, SimpleObject)]
pub struct Evaluation {
    /// What it found.
    outcome: EvaluationOutcome,
    /// The points that it gave, of 100.
    score: Option<i32>,
    /// The day of the review.
    on: Date,
    /// The position of the event that recorded it.
    position: Position,
}

impl From<&Fact<row::Evaluation>> for Evaluation {
    fn from(fact: &Fact<row::Evaluation>) -> Self {
        Self {
            outcome: fact.value.outcome.into(),
            score: fact.value.score.map(|score| score.points().into()),
            on: fact.effective.into(),
            position: Position(fact.position),
        }
    }
}
