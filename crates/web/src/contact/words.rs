//! How somebody is reached, in words.

use eider_app::contact::MyContact;
use eider_domain::contact::{AttemptState, Method, Subject, Try, Way};
use jiff::Timestamp;
use maud::{Markup, html};

use crate::components::words;

/// "E-mail to ada@example.com"
pub(super) fn way(way: &Way) -> String {
    format!("{} to {}", way.kind.name(), way.address)
}

/// What a method is called: "Ada’s phone", or what it is.
pub(super) fn name(method: &Method) -> String {
    if method.label.is_empty() {
        method.kind.name().to_owned()
    } else {
        method.label.clone()
    }
}

/// "at once", "after 2 min", "from 07:00" for what has to wait for the end of the quiet time.
pub(super) fn when(planned: &Try, now: Timestamp) -> String {
    let seconds = planned.at.as_second() - now.as_second();
    match seconds {
        ..=0 => "At once".to_owned(),
        1..60 => format!(
            "After {}",
            words::count(seconds.unsigned_abs(), "second", "seconds")
        ),
        _ => format!("After {}", words::duration(seconds)),
    }
}

/// What an attempt was about.
pub(super) fn subject(subject: Subject) -> &'static str {
    match subject {
        Subject::Verification => "Code",
        Subject::TestPage => "Test page",
        Subject::Page(_) => "Page",
    }
}

/// What became of an attempt.
pub(super) fn state(state: &AttemptState) -> String {
    match state {
        AttemptState::Waiting => "Waits".to_owned(),
        AttemptState::Sending { .. } => "Is being sent".to_owned(),
        AttemptState::Accepted { provider, .. } => format!("Sent by {provider}"),
        AttemptState::Delivered { provider, .. } => format!("Arrived, by {provider}"),
        AttemptState::Failed { why } => format!("Did not go out: {why}"),
        AttemptState::Unknown { provider } => {
            format!("Not known: {provider} did not answer")
        }
        AttemptState::Cancelled => "Was not needed any more".to_owned(),
    }
}

/// How somebody is reached when it is urgent, in a sentence for the page of their duty.
pub(crate) fn summary(contact: &MyContact) -> Markup {
    let ways: Vec<String> = contact
        .high
        .iter()
        .map(|planned| way(&planned.way))
        .collect();
    html! {
        @if ways.is_empty() {
            p { "There is no way to reach you." }
        } @else {
            p { "When it is urgent: " (ways.join("; ")) "." }
        }
    }
}
