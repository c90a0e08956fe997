//! Lists in pages, after the Relay convention: edges, nodes, exact page info both ways, and a total that is computed
//! only when it is asked for. A cursor holds the sort key with its tiebreak, so it stays good while rows come and go.

mod arguments;
pub mod cursor;
mod keyed;
mod rows;
mod whole;

use std::borrow::Cow;
use std::sync::Arc;

use async_graphql::{Object, OutputType, SimpleObject, TypeName};

pub use arguments::{PAGE_DEFAULT, PAGE_MOST, PageArguments};
pub use keyed::{Between, Keyed};
pub use rows::{RowList, Segment};
pub use whole::{CursorKey, WholeList};

/// A page of a list.
pub trait Paged<T>: Send + Sync {
    /// How many items the page has.
    fn size(&self) -> usize;
    /// The item at an index of the page.
    fn node(&self, index: usize) -> T;
    /// Its cursor.
    fn cursor(&self, index: usize) -> String;
    /// Whether items follow the page.
    fn has_next(&self) -> bool;
    /// Whether items come before the page.
    fn has_previous(&self) -> bool;
    /// How many items the list has.
    fn total(&self) -> u64;
}

/// A page of a list.
pub struct Connection<T> {
    page: Arc<dyn Paged<T>>,
}

/// An item of a page, with its cursor.
pub struct Edge<T> {
    page: Arc<dyn Paged<T>>,
    index: usize,
}

/// Where a page lies in its list.
#[derive(SimpleObject)]
pub struct PageInfo {
    /// Whether items come before this page.
    has_previous_page: bool,
    /// Whether items follow this page.
    has_next_page: bool,
    /// The cursor of the first item; none for an empty page.
    start_cursor: Option<String>,
    /// The cursor of the last item; none for an empty page.
    end_cursor: Option<String>,
}

/// A page of a list.
#[Object(name_type)]
impl<T: OutputType + 'static> Connection<T> {
    /// The items with their cursors.
    fn edges(&self) -> Vec<Edge<T>> {
        (0..self.page.size()).map(|index| Edge { page: Arc::clone(&self.page), index }).collect()
    }

    /// The items.
    fn nodes(&self) -> Vec<T> {
        (0..self.page.size()).map(|index| self.page.node(index)).collect()
    }

    /// Where the page lies in the list.
    fn page_info(&self) -> PageInfo {
        let last = self.page.size().checked_sub(1);
        PageInfo {
            has_previous_page: self.page.has_previous(),
            has_next_page: self.page.has_next(),
            start_cursor: last.map(|_| self.page.cursor(0)),
            end_cursor: last.map(|last| self.page.cursor(last)),
        }
    }

    /// How many items the list has. Computed only when it is asked for.
    fn total_count(&self) -> u64 {
        self.page.total()
    }
}

impl<T: OutputType + 'static> TypeName for Connection<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", T::type_name()).into()
    }
}

/// An item of a page, with its cursor.
#[Object(name_type)]
impl<T: OutputType + 'static> Edge<T> {
    /// The cursor, to go on from.
    fn cursor(&self) -> String {
        self.page.cursor(self.index)
    }

    /// The item.
    fn node(&self) -> T {
        self.page.node(self.index)
    }
}

impl<T: OutputType + 'static> TypeName for Edge<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", T::type_name()).into()
    }
}
