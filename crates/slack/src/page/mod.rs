//! Pages as direct messages: each says how its page stands, now and whatever becomes of it.
//!
//! A message is one attempt of `eider_app::contact`, sent by a job of its own ([`send`]). What happens
//! to a page later is shown in place ([`redraw`]): the reference of an attempt is where its message
//! stands. Buttons ask the same of a page as those on the web do.

mod by_hand;
mod form;
mod message;
mod press;
mod redraw;
#[cfg(test)]
pub(crate) mod samples;
mod send;
#[cfg(test)]
mod tests;

pub(crate) use by_hand::{is_wanted, label};
pub(crate) use form::{immediate, is_form};
pub(crate) use message::{about, stands, stands_to};
pub(crate) use press::is_pressed;
pub(crate) use redraw::{Remembered, queue, redraws};
pub(crate) use send::handlers;

/// What the names of buttons about pages begin with.
const BUTTON: &str = "page-";
/// The button that has people called about a ticket.
pub(crate) const CALL: &str = "page-call";

use eider_app::page::PageView;
use eider_domain::PersonId;

/// Somebody's name, without calling them.
fn name(view: &PageView, person: PersonId) -> String {
    crate::kit::escape(&crate::kit::cut(view.name(person), NAME_LIMIT))
}

/// How much of a name is shown.
const NAME_LIMIT: usize = 40;
/// How many people are named one by one.
const NAMED: usize = 4;

/// “Ada and Ben”, “Ada, Ben and 7 more”.
fn names(view: &PageView, people: &[PersonId]) -> String {
    let mut named: Vec<String> = people
        .iter()
        .take(NAMED)
        .map(|one| name(view, *one))
        .collect();
    if people.len() > NAMED {
        named.push(format!("{} more", people.len() - NAMED));
    }
    match named.split_last() {
        None => "Nobody".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    }
}
