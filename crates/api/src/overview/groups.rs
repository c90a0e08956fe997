//! How consortiums, companies and their members stand on a day.

use async_graphql::{Object, SimpleObject};
use daftar_domain::consortium::Phase;
use daftar_domain::emc;

use crate::consortium::row::ConsortiumCounts;
use crate::emc::Rank;
use crate::emc::row::EmcCounts;

/// How export consortiums stand on a period's last day.
#[derive(Clone, Copy)]
pub struct PeriodConsortiums(pub(super) ConsortiumCounts);

/// How export consortiums stand on the period's last day.
#[Object]
impl PeriodConsortiums {
    /// Those that gather candidates.
    fn preparing(&self) -> i64 {
        self.0.in_phase(Phase::Preparing)
    }

    /// Those that have their members and don't export yet.
    fn constituted(&self) -> i64 {
        self.0.in_phase(Phase::Constituted)
    }

    /// Those that operate.
    fn operating(&self) -> i64 {
        self.0.in_phase(Phase::Operating)
    }

    /// Those that do not meet their conditions for a time.
    fn suspended(&self) -> i64 {
        self.0.in_phase(Phase::Suspended)
    }

    /// Those that ended for good.
    fn dissolved(&self) -> i64 {
        self.0.in_phase(Phase::Dissolved)
    }

    /// Memberships of units in those that are not dissolved.
    fn members(&self) -> i64 {
        self.0.members()
    }

    /// What members owe that is not settled: how many obligations.
    fn open_obligations(&self) -> i64 {
        self.0.obligations()
    }
}

/// How many companies have a rank.
#[derive(Clone, Copy, SimpleObject)]
pub struct RankCount {
    /// The rank.
    rank: Rank,
    /// How many.
    count: i64,
}

/// How export management companies stand on a period's last day.
#[derive(Clone, Copy)]
pub struct PeriodEmcs(pub(super) EmcCounts);

/// How export management companies stand on the period's last day.
#[Object]
impl PeriodEmcs {
    /// Those whose consent is in force.
    fn consented(&self) -> i64 {
        self.0.consented()
    }

    /// Those of each rank among them, the highest first.
    fn by_rank(&self) -> Vec<RankCount> {
        let ranks = [emc::Rank::First, emc::Rank::Second, emc::Rank::Third];
        ranks.map(|rank| RankCount { rank: rank.into(), count: self.0.ranked(rank) }).into()
    }

    /// Mandates of client units in force.
    fn mandates(&self) -> i64 {
        self.0.mandates()
    }
}
