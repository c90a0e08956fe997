//! The members of a consortium: their time in it, what they owe it, and what they export through it.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use async_graphql::{Enum, Object, SimpleObject};
use daftar_domain::envelope::Position as At;
use daftar_domain::value;

use super::Consortium;
use crate::export::row::months::Cell;
use crate::revival::object::Money;
use crate::scalar::{Date, Decimal, Position};
use crate::sme::Sme;
use crate::view::View;

/// The time of a unit in a consortium.
#[derive(Clone)]
pub struct Membership {
    view: Arc<View>,
    consortium: u32,
    /// The row of the unit.
    pub sme: u32,
    certificate: Option<String>,
    joined: value::Date,
    left: Option<value::Date>,
    position: At,
}

impl Membership {
    /// The memberships of a consortium that are not voided, in the order in which they began.
    pub fn of(view: &Arc<View>, consortium: u32) -> impl Iterator<Item = Self> {
        let row = view.consortiums.row(consortium);
        row.members().map(move |fact| Self {
            view: Arc::clone(view),
            consortium,
            sme: fact.value.sme,
            certificate: fact.value.certificate.as_ref().map(|number| number.as_str().to_owned()),
            joined: fact.effective,
            left: row.left(&fact.value),
            position: fact.position,
        })
    }

    /// The sort key: the first day, then the position.
    pub fn key(&self) -> (value::Date, At) {
        (self.joined, self.position)
    }

    pub(super) fn contains(&self, on: value::Date) -> bool {
        self.joined <= on && self.left.is_none_or(|left| on < left)
    }
}

/// The time of a unit in a consortium.
#[Object]
impl Membership {
    /// The consortium.
    fn consortium(&self) -> Option<Consortium> {
        Some(Consortium::new(&self.view, self.consortium))
    }

    /// The unit.
    fn sme(&self) -> Option<Sme> {
        Some(Sme::new(&self.view, self.sme, None))
    }

    /// The unit's export-readiness certificate.
    fn certificate(&self) -> Option<&str> {
        self.certificate.as_deref()
    }

    /// The first day.
    fn joined_on(&self) -> Date {
        self.joined.into()
    }

    /// The first day on which it is no member; the end of the consortium ends it too.
    fn left_on(&self) -> Option<Date> {
        self.left.map(Into::into)
    }

    /// The position of the event that recorded it.
    fn position(&self) -> Position {
        Position(self.position)
    }
}

/// What an obligation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "daftar_domain::consortium::ObligationKind")]
pub enum ObligationKind {
    /// A share in the costs of the consortium.
    Contribution,
    /// A loan that the consortium gave.
    Loan,
    /// A guarantee that it gave or took.
    Guarantee,
    /// Goods for an order that it accepted.
    Delivery,
    /// None of these.
    Other,
}

/// What a member owes its consortium.
#[derive(Clone, SimpleObject)]
pub struct Obligation {
    /// The member.
    sme: Option<Sme>,
    /// The number under which the consortium keeps it.
    number: String,
    /// What it is about.
    kind: ObligationKind,
    /// How much, where it is money.
    amount: Option<Money>,
    /// Since when it is owed.
    since: Date,
    /// The day by which it is to be settled.
    due_on: Option<Date>,
    /// When it was settled.
    settled_on: Option<Date>,
    /// The position of the event that recorded it, by which it is voided.
    position: Position,
}

impl Obligation {
    /// What members of a consortium owe it and is not voided, in the order in which it is owed, with its sort key: all of
    /// it, or what is open on a day.
    pub(super) fn of(
        view: &Arc<View>,
        consortium: u32,
        open_on: Option<value::Date>,
    ) -> Vec<((value::Date, At), Self)> {
        let row = view.consortiums.row(consortium);
        let owed = row.obligations().filter_map(|fact| {
            let settled = row.settled(&fact.value).map(|fact| fact.effective);
            let open = |on| fact.effective <= on && settled.is_none_or(|settled| on < settled);
            let obligation = || Self {
                sme: Some(Sme::new(view, fact.value.sme, None)),
                number: fact.value.number.as_str().to_owned(),
                kind: fact.value.kind.into(),
                amount: fact.value.amount.map(Into::into),
                since: fact.effective.into(),
                due_on: fact.value.due.map(Into::into),
                settled_on: settled.map(Into::into),
                position: Position(fact.position),
            };
            open_on.is_none_or(open).then(|| ((fact.effective, fact.position), obligation()))
        });
        owed.collect()
    }
}

/// What a unit exported through a consortium or a company.
#[derive(Clone, SimpleObject)]
pub struct PartnerExports {
    /// The unit; null for exports that name none.
    sme: Option<Sme>,
    /// How many records.
    count: i64,
    /// Their value, in US dollars.
    value_usd: Decimal,
    /// Their net weight, in kg.
    net_weight: Decimal,
    /// Their share in the value of all of them; null when that is zero.
    share: Option<Decimal>,
}

impl PartnerExports {
    /// The sums of exports by their unit, the greatest value first.
    pub fn by_unit(view: &Arc<View>, exports: &[u32]) -> Vec<Self> {
        let mut cells: BTreeMap<Option<u32>, Cell> = BTreeMap::new();
        for row in exports {
            let said = view.exports.row(*row).said();
            *cells.entry(said.sme).or_default() += &said.cell();
        }
        let total = cells.values().map(|cell| cell.cents).sum();
        let mut cells: Vec<_> = cells.into_iter().collect();
        cells.sort_by_key(|(sme, cell)| (Reverse(cell.cents), *sme));
        let sums = cells.into_iter().map(|(sme, cell)| Self {
            sme: sme.map(|row| Sme::new(view, row, None)),
            count: cell.count,
            value_usd: Decimal::cents(cell.cents),
            net_weight: Decimal::grams(cell.grams),
            share: value::share(cell.cents, total).map(Into::into),
        });
        sums.collect()
    }
}
