//! How somebody is reached, in words.

use eider_app::contact::MyContact;
use eider_domain::contact::{AttemptState, Kind, Method, Subject, Try, Way, shown_address};
use jiff::Timestamp;
use maud::{Markup, html};

use crate::components::words;

/// "E-mail to ada@example.com", "Browser notification to Firefox on Linux"
pub(super) fn way(way: &Way, contact: &MyContact) -> String {
    if way.kind == Kind::Slack {
        return "Direct message in Slack".to_owned();
    }
    let mut methods = contact.methods.iter();
    let method = methods.find(|method| Some(method.id) == way.method);
    let to = match method {
        Some(method) if way.kind == Kind::WebPush => &method.label,
        _ => shown_address(way.kind, &way.address),
    };
    format!("{} to {to}", way.kind.name())
}

/// How and where a method reaches: "E-mail to ada@example.com", "Browser notification by
/// push.example.com"
pub(super) fn place(method: &Method) -> String {
    let between = match method.kind {
        Kind::WebPush => "by",
        _ => "to",
    };
    let address = shown_address(method.kind, &method.address);
    format!("{} {between} {address}", method.kind.name())
}

/// What a method is called: "Ada’s phone", or what it is.
pub(super) fn name(method: &Method) -> String {
    if method.kind == Kind::Slack {
        return format!("Slack ({})", method.label);
    }
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
        Subject::LostMethod(_) => "What is gone",
        Subject::Page(_) => "You were called",
        Subject::HelpMissed(_) => "Help that does not answer",
        Subject::AlertsOver(_) => "Alerts that are over",
        Subject::Rotas(_) => "Rotas to mend",
        Subject::Readiness(_) => "Whether you are ready",
        Subject::Swap(_) => "A swap",
        Subject::Probe(_) => "Test alert",
    }
}

/// What became of an attempt.
pub(super) fn state(state: &AttemptState) -> String {
    match state {
        AttemptState::Waiting => "Waits".to_owned(),
        AttemptState::Sending { .. } => "Is being sent".to_owned(),
        AttemptState::Accepted { provider: by, .. } => format!("Sent by {}", provider(by)),
        AttemptState::Delivered { provider: by, .. } => format!("Arrived, by {}", provider(by)),
        AttemptState::Failed { why } => format!("Did not go out: {why}"),
        AttemptState::Unknown { provider: by } => {
            format!("Not known: {} did not answer", provider(by))
        }
        AttemptState::Cancelled => "Was not needed any more".to_owned(),
    }
}

/// Who sends, as people know it: "Twilio", "the mail server", "mail server 2".
fn provider(name: &str) -> String {
    let second = name.rsplit_once('-');
    let second = second.filter(|(_, place)| place.parse::<u32>().is_ok());
    let (kind, place) = match second {
        Some((kind, place)) => (kind, Some(place)),
        None => (name, None),
    };
    let called = match kind {
        "smtp" => "mail server",
        "twilio" => "Twilio",
        "slack" => "Slack",
        other => other,
    };
    match place {
        Some(place) => format!("{called} {place}"),
        None if kind == "smtp" => format!("the {called}"),
        None => called.to_owned(),
    }
}

/// How somebody is reached when it is urgent, in a sentence for the page of their duty.
pub(crate) fn summary(contact: &MyContact) -> Markup {
    let ways: Vec<String> = contact
        .high
        .iter()
        .map(|planned| way(&planned.way, contact))
        .collect();
    html! {
        @if ways.is_empty() {
            p { "There is no way to reach you." }
        } @else {
            p { "When it is urgent: " (ways.join("; ")) "." }
        }
    }
}
