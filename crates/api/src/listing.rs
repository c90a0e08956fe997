//! How a noun is listed: filtered, searched, ordered and paged, in one way for all of them.

use std::sync::Arc;

use crate::connection::{Connection, PageArguments, RowList};
use crate::filter::{Filter, OrderBy, OrderDirection, OrderField, Scope, sorting};
use crate::refusal::Refusal;
use crate::view::View;
use crate::view::facet::Rows;
use crate::view::search::Searchable;

/// What is searched for.
pub struct Searched<'a> {
    /// The text.
    pub text: Option<&'a str>,
    /// The rows that it finds by number.
    pub numbered: Rows,
    /// The texts that are searched.
    pub texts: Searchable,
}

/// What is asked of a list.
pub struct Listing<'a, F, O: OrderField> {
    /// Which rows.
    pub filter: &'a F,
    /// As of when.
    pub scope: Scope,
    /// The text that is searched for.
    pub search: Option<Searched<'a>>,
    /// The order.
    pub order_by: Option<&'a [OrderBy<O>]>,
    /// The order where none is given.
    pub usual: (O, OrderDirection),
    /// Which page.
    pub page: &'a PageArguments,
}

impl<F: Filter, O: OrderField> Listing<'_, F, O> {
    /// The page that is asked for; `node` makes an item of a row.
    ///
    /// # Errors
    /// What is wrong with the filter, the order or the page.
    pub fn answer<T: 'static>(
        self,
        view: &Arc<View>,
        node: impl Fn(&Arc<View>, u32) -> T + Send + Sync + 'static,
    ) -> Result<Connection<T>, Refusal> {
        let (_, order) = self.usual.0.order();
        let condition = self.filter.condition(view, self.scope)?.seen(order(view));
        let ordered = self.order_by.is_some_and(|keys| !keys.is_empty());
        let sorting = sorting(self.order_by, self.usual)?;
        let list = match self.search {
            Some(Searched { text: Some(text), numbered, texts }) if ordered => {
                RowList::new(view, sorting, [texts.any(view, condition, text, numbered)])
            }
            Some(Searched { text: Some(text), numbered, texts }) => {
                RowList::new(view, sorting, texts.segments(view, condition, text, numbered))
            }
            _ => RowList::new(view, sorting, [condition]),
        };
        list.page(self.page, move |view, _, row| node(view, row))
    }
}
