//! How I am reached: what is tried and when, my methods, what was sent lately.

use axum::{extract::State, http::HeaderMap, response::Response};
use eider_app::contact::{self, MyContact};
use eider_domain::contact::{Attempt, Kind, Method, Subject, Try};
use maud::{Markup, html};

use super::{HOME, PLAN, TEST, add, browser, path, shell, words};
use crate::{
    Result, Visitor, Web,
    answers::{Answers, Wrong},
    components::{
        actions::{self, OneClick, Weight},
        layout,
        notices::{self, NoticeKind},
        tables::{Column, Table, table},
        time,
    },
    outcome::{self, Outcome},
};

pub(super) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response> {
    let outcome = Outcome::of(&headers);
    let contact = contact::my_contact(&web.eider, visitor.actor()).await?;
    let page = render(
        &visitor,
        &contact,
        &Answers::default(),
        &Wrong::default(),
        outcome,
    );
    Ok(outcome::told(outcome, &web, page))
}

/// Sends a test page to whoever asks.
pub(super) async fn test(State(web): State<Web>, visitor: Visitor) -> Result<Response> {
    contact::test_page(&web.eider, visitor.actor()).await?;
    Ok(Outcome::TestPageSent.redirect(&web, HOME))
}

pub(super) fn render(
    visitor: &Visitor,
    contact: &MyContact,
    answers: &Answers,
    wrong: &Wrong,
    outcome: Option<Outcome>,
) -> Markup {
    let lede = "When you are on call and something happens, this is how you hear of it.";
    let body = html! {
        (layout::heading("How you are reached", Some(lede), html! {
            (actions::link("/my-duty", "My duty", Weight::Secondary))
        }))
        (wrong.summary())
        @if let Some(advice) = advice(contact) { (advice) }
        @if !(contact.high.is_empty() && contact.low.is_empty()) {
            (layout::section("When it is urgent", tried(visitor, contact, &contact.high)))
            (layout::section("When it can wait", tried(visitor, contact, &contact.low)))
            div.button-row {
                (actions::one_click(&OneClick {
                    action: TEST,
                    label: "Send me a test page",
                    weight: Weight::Primary,
                    key: None,
                    fields: &[],
                }))
                (actions::link(PLAN, "Change the order and the times", Weight::Secondary))
            }
        }
        (layout::section("Your contact methods", methods(visitor, contact)))
        (layout::section("This phone or browser", browser::button(contact)))
        (layout::section("Add a contact method", add::form(contact, answers, wrong)))
        @if !contact.attempts.is_empty() {
            (layout::section("Lately", attempts(visitor, contact)))
        }
    };
    let notice = outcome.map(Outcome::notice);
    shell(visitor, "How you are reached", HOME, notice, body)
}

/// What is missing for somebody to sleep well.
fn advice(contact: &MyContact) -> Option<Markup> {
    // Slack comes by itself and wakes nobody.
    let (slack, added): (Vec<&Method>, Vec<&Method>) = contact
        .methods
        .iter()
        .filter(|method| method.is_good())
        .partition(|method| method.kind == Kind::Slack);
    let warning = |title, words| Some(notices::notice(NoticeKind::Warning, title, words));
    match (contact.high.is_empty(), added.len()) {
        (true, _) => warning(
            "There is no way to reach you",
            html! { "Add a contact method below and verify it." },
        ),
        (false, 0) if !slack.is_empty() => warning(
            "Only Slack and the e-mail address of your account are used",
            html! { "They wake nobody. Add a contact method that does, and a second one." },
        ),
        (false, 0) => warning(
            "Only the e-mail address of your account is used",
            html! { "E-mail wakes nobody. Add a contact method that does, and a second one." },
        ),
        (false, 1) => warning(
            "There is one verified way to reach you",
            html! { "A second one reaches you when the first fails." },
        ),
        _ => None,
    }
}

fn tried(visitor: &Visitor, contact: &MyContact, tries: &[Try]) -> Markup {
    if tries.is_empty() {
        return html! { p.quiet { "Nothing." } };
    }
    html! {
        ol {
            @for planned in tries {
                li { (words::when(planned, visitor.now)) ": " (words::way(&planned.way, contact)) }
            }
        }
    }
}

fn methods(visitor: &Visitor, contact: &MyContact) -> Markup {
    if contact.methods.is_empty() {
        return notices::empty(
            "None yet",
            "A phone, an address or a channel at which you hear of what happens while you are \
             on call. Each is verified by a code that is sent there.",
            html! {},
        );
    }
    html! { ul { @for method in &contact.methods { li.duty-rota { (one(visitor, method)) } } } }
}

fn one(visitor: &Visitor, method: &Method) -> Markup {
    if method.kind == Kind::Slack {
        // Whoever is known there has it: there is nothing to verify and nothing to take away.
        return html! {
            div { strong { (words::name(method)) } ", direct message" }
            p.quiet { "You are known there. Leave it out of the order if you want none." }
        };
    }
    html! {
        div { strong { (words::name(method)) } ", " (words::place(method)) }
        @match (method.lost_at, method.verified_at) {
            (Some(at), _) => p {
                "Nothing arrives there any more, since " (time::relative(at, &visitor.reader()))
                ". It is not used."
            },
            (None, Some(at)) => p.quiet { "Verified " (time::relative(at, &visitor.reader())) },
            (None, None) => p { "Not verified yet, so it is not used." },
        }
        @let label = if method.verified_at.is_some() || method.lost_at.is_some() { "Change or take away" } else { "Enter the code" };
        (actions::button_row(actions::link(&path(method.id), label, Weight::Quiet)))
    }
}

fn attempts(visitor: &Visitor, contact: &MyContact) -> Markup {
    let reader = visitor.reader();
    let rows = contact.attempts.iter().map(|attempt: &Attempt| {
        let mark = if attempt.repeats.is_some() {
            ", possibly a repeat"
        } else {
            ""
        };
        vec![
            time::moment_and_relative(attempt.due_at, &reader),
            html! {
                @match attempt.subject {
                    Subject::Page(page) => a href=(crate::page::path(page)) { (words::subject(attempt.subject)) },
                    other => (words::subject(other)),
                }
                (mark)
            },
            html! { (words::way(&attempt.way, contact)) },
            html! { (words::state(&attempt.state)) },
        ]
    });
    table(&Table {
        caption: "What was sent to you lately".to_owned(),
        columns: ["When", "What", "Where", "What became of it"]
            .map(Column::words)
            .into(),
        rows: rows.collect(),
    })
}
