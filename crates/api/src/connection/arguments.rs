//! Which page of a list is asked for.

use crate::refusal::Refusal;

/// The most items of a page.
pub const PAGE_MOST: usize = 100;

/// The items of a page when a question doesn't say.
pub const PAGE_DEFAULT: usize = 20;

/// Which page is asked for.
#[derive(Clone, Debug, Default)]
pub struct PageArguments {
    /// The first items.
    pub first: Option<i32>,
    /// Those after this cursor.
    pub after: Option<String>,
    /// The last items.
    pub last: Option<i32>,
    /// Those before this cursor.
    pub before: Option<String>,
}

impl PageArguments {
    /// What a question says of its page.
    pub fn new(first: Option<i32>, after: Option<String>, last: Option<i32>, before: Option<String>) -> Self {
        Self { first, after, last, before }
    }

    /// How many items, and whether they are counted from the end.
    pub(super) fn limit(&self) -> Result<(usize, bool), Refusal> {
        let (argument, asked, backward) = match (self.first, self.last) {
            (Some(_), Some(_)) => return Err(Refusal::Arguments("`first` and `last` exclude each other")),
            (None, None) => return Ok((PAGE_DEFAULT, false)),
            (Some(first), None) => ("first", first, false),
            (None, Some(last)) => ("last", last, true),
        };
        match usize::try_from(asked) {
            Ok(limit) if limit <= PAGE_MOST => Ok((limit, backward)),
            _ => Err(Refusal::PageSize { argument, asked: asked.into(), most: PAGE_MOST }),
        }
    }
}
