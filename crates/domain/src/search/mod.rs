//! Finding text again: which words it is found by, and how well a text answers a question.
//!
//! Both databases keep the same words, made here, and only say which tickets contain them. How
//! well each of those answers is reckoned here as well, so that both find the same.

mod offer;
mod rank;
mod stem;
mod words;

pub use offer::{SharedWord, is_offered};
pub use rank::{Document, Ranking, Term};
pub use words::{DOCUMENT_LIMIT_CHARACTERS, distinct, words};
