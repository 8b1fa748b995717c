//! Lists, a page at a time.

use serde::Serialize;
use utoipa::ToSchema;

use crate::Error;

/// How many things a page has when nothing was asked.
pub(super) const DEFAULT_LIMIT: i64 = 50;
/// How many things a page has at most.
pub(super) const LARGEST_LIMIT: i64 = 200;

/// One page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Paged<T> {
    /// The things of this page, in the order of the list.
    pub(super) items: Vec<T>,
    /// Send it as `cursor` for the page after this one; null on the last page.
    pub(super) next_cursor: Option<String>,
}

/// How many things a page is to have.
///
/// # Errors
/// `BadRequest` when it is not between 1 and [`LARGEST_LIMIT`].
pub(super) fn checked_limit(limit: Option<i64>) -> Result<i64, Error> {
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    if (1..=LARGEST_LIMIT).contains(&limit) {
        Ok(limit)
    } else {
        Err(Error::BadRequest(format!(
            "“limit” is how many things a page has: a number from 1 to {LARGEST_LIMIT}."
        )))
    }
}

/// The error for a cursor that no page gave.
pub(super) fn bad_cursor() -> Error {
    let message = "No page of this list gave this cursor. Leave it out to begin at the start.";
    eider_app::Error::field("cursor", message).into()
}

impl<T> Paged<T> {
    /// The whole of a short list.
    pub(super) fn whole(items: Vec<T>) -> Self {
        Self {
            items,
            next_cursor: None,
        }
    }

    /// One more thing was read than the page has: whether it came tells whether there is more.
    pub(super) fn with_one_more(
        mut items: Vec<T>,
        limit: i64,
        cursor: impl Fn(&T) -> String,
    ) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = items.last().filter(|_| has_more).map(cursor);
        Self { items, next_cursor }
    }

    /// The page of `all` after the thing whose cursor came.
    ///
    /// # Errors
    /// `Invalid` when nothing in the list has that cursor.
    pub(super) fn cut(
        all: Vec<T>,
        limit: i64,
        after: Option<&str>,
        cursor: impl Fn(&T) -> String,
    ) -> Result<Self, Error> {
        let start = match after {
            None => 0,
            Some(after) => {
                let place = all.iter().position(|item| cursor(item) == after);
                place.ok_or_else(bad_cursor)? + 1
            }
        };
        let one_more = usize::try_from(limit).unwrap_or_default().saturating_add(1);
        let items = all.into_iter().skip(start).take(one_more).collect();
        Ok(Self::with_one_more(items, limit, cursor))
    }

    /// The same page of other things.
    pub(super) fn map<U>(self, turn: impl FnMut(T) -> U) -> Paged<U> {
        Paged {
            items: self.items.into_iter().map(turn).collect(),
            next_cursor: self.next_cursor,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_cover_a_list_without_gaps_or_repeats() {
        for length in 0..12_usize {
            for limit in 1..5 {
                let all: Vec<usize> = (0..length).collect();
                let (mut seen, mut after) = (Vec::new(), None);
                loop {
                    let page =
                        Paged::cut(all.clone(), limit, after.as_deref(), ToString::to_string)
                            .unwrap();
                    assert!(!page.items.is_empty() || length == 0);
                    seen.extend(page.items);
                    after = page.next_cursor;
                    if after.is_none() {
                        break;
                    }
                }
                assert_eq!(seen, all);
            }
        }
    }

    #[test]
    fn a_cursor_from_elsewhere_is_refused() {
        assert!(Paged::cut(vec![1], 1, Some("7"), ToString::to_string).is_err());
    }
}
