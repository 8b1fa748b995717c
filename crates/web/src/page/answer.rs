//! What the buttons of a page send, and the buttons.

use eider_app::page::{Answer, PageView};
use eider_domain::{
    PersonId,
    page::{Page, State},
    text::{self, BODY_LIMIT_CHARACTERS},
    ticket::{Change, Resolution},
};
use eider_store::person::PersonName;
use maud::{Markup, html};

use crate::{
    answers::{Answers, Wrong},
    components::{
        actions::{self, OneClick, Weight},
        choices::{self, Choice},
        forms::{self, Field, TextKind},
    },
    outcome::Outcome,
};

/// What was asked.
pub(super) enum Asked {
    /// Something of the page.
    Answer(Answer),
    /// That everything it is about is put right.
    Resolve(Resolution),
}

/// Reads what a form sent.
pub(super) fn read(answers: &Answers) -> Result<Asked, Wrong> {
    let given = |name: &str| {
        let text = answers.text(name).trim();
        (!text.is_empty()).then(|| text.to_owned())
    };
    let answer = match answers.text("answer") {
        "acknowledge" => Answer::Acknowledge,
        "decline" => Answer::Decline {
            reason: given("reason"),
        },
        "escalate" => Answer::Escalate,
        "buddy" => Answer::CallBuddy,
        "hand_over" => Answer::HandOver {
            to: answers
                .text("to")
                .parse()
                .map_err(|_| Wrong::one("to", "Choose who shall have it."))?,
        },
        "not_now" => Answer::NotNow {
            until: None,
            reason: given("reason")
                .ok_or_else(|| Wrong::one("reason", "Write why it can wait."))?,
        },
        "wake" => Answer::Wake {
            reason: given("reason")
                .ok_or_else(|| Wrong::one("reason", "Write why it cannot wait."))?,
        },
        "call_off" => Answer::CallOff,
        "resolve" => {
            let needed = |field: &'static str, name| {
                let written = text::lines(name, answers.text(field), BODY_LIMIT_CHARACTERS);
                written.map_err(|error| Wrong::one(field, error))
            };
            return Ok(Asked::Resolve(Resolution {
                cause: needed("cause", "What made it happen")?,
                how_known: needed("how_known", "How you know that it is put right")?,
                change: Change::No,
                customer_outcome: None,
                known_issue: None,
            }));
        }
        _ => return Err(Wrong::one("answer", "Press one of the buttons.")),
    };
    Ok(Asked::Answer(answer))
}

/// What is told once it was done.
pub(super) fn outcome(asked: &Asked) -> Outcome {
    match asked {
        Asked::Resolve(_) => Outcome::PageResolved,
        Asked::Answer(Answer::Acknowledge) => Outcome::PageAcknowledged,
        Asked::Answer(Answer::CallBuddy | Answer::HandOver { .. }) => Outcome::PageHelpCalled,
        Asked::Answer(Answer::NotNow { .. }) => Outcome::PagePutOff,
        Asked::Answer(Answer::CallOff) => Outcome::PageCalledOff,
        Asked::Answer(_) => Outcome::PagePassedOn,
    }
}

/// As [`outcome`], for the page as it is then: a drill has no tickets, and is over by an answer.
pub(super) fn told(done: Outcome, page: &Page) -> Outcome {
    match done {
        Outcome::PageAcknowledged if page.is_drill => Outcome::DrillAnswered,
        other => other,
    }
}

/// The buttons for `me`: the one thing to do first, the others small.
pub(super) fn buttons(view: &PageView, action: &str, me: PersonId) -> Markup {
    let page = &view.page;
    if !page.is_open() {
        return html! {};
    }
    let has_it = page.holder() == Some(me);
    let is_held = matches!(page.state, State::Held { .. });
    let is_last = matches!(page.state, State::LastResort { .. });
    let buddy = if has_it {
        "Call my buddy"
    } else {
        "I need my buddy"
    };
    let click = |answer, label, weight| click(action, answer, label, weight);
    html! {
        (actions::action_bar(
            first(view, action, me),
            html! {
                (click("buddy", buddy, Weight::Secondary))
                @if !is_held && !is_last { (click("escalate", "Escalate", Weight::Secondary)) }
                @if has_it || page.is_calling(me) { (click("decline", "I cannot", Weight::Quiet)) }
            },
        ))
    }
}

/// The button of what `me` is asked for, if they are asked for anything. A drill is for whoever it calls.
pub(super) fn first(view: &PageView, action: &str, me: PersonId) -> Markup {
    let page = &view.page;
    let has_it = page.holder() == Some(me);
    let is_asked = matches!(page.state, State::Asking { .. }) && has_it;
    let is_helper = page.is_calling(me) && page.holder().is_some() && !has_it;
    let was_called = page.notes.called.iter().any(|one| one.person == me);
    let may_acknowledge = page.holder().is_none() && (!page.is_drill || was_called);
    let label = match (is_asked, is_helper) {
        (true, _) => "I still have it",
        (false, true) if page.is_handed_to(me) => "Take it over",
        (false, true) => "I am coming",
        (false, false) => "Acknowledge",
    };
    html! {
        @if may_acknowledge || is_asked || is_helper {
            (click(action, "acknowledge", label, Weight::Primary))
        }
    }
}

fn click(action: &str, answer: &str, label: &str, weight: Weight) -> Markup {
    actions::one_click(&OneClick {
        action,
        label,
        weight,
        key: None,
        fields: &[("answer", answer)],
    })
}

/// What is seldom wanted, behind a line each.
pub(super) fn more(
    view: &PageView,
    action: &str,
    responders: &[(PersonId, PersonName)],
    wrong: &Wrong,
) -> Markup {
    let page = &view.page;
    if !page.is_open() {
        return html! {};
    }
    if page.is_drill {
        return folded(
            "It has shown enough",
            &[],
            wrong,
            html! {
                p { "Nobody is called for it any more then." }
                (call_off(action, "End the drill"))
            },
        );
    }
    let field = |name, label| Field::new(name, label).error(wrong.with(name));
    let people: Vec<Choice> = responders
        .iter()
        .filter(|(id, _)| page.holder() != Some(*id))
        .map(|(id, name)| Choice::new(id.to_string(), &name.name))
        .collect();
    let to_call = match page.state {
        State::Held { .. } => Some("It cannot wait"),
        State::LastResort { .. } => Some("Call them all again"),
        _ => None,
    };
    html! {
        @if let Some(to_call) = to_call {
            (folded(to_call, &["reason"], wrong, html! {
                (forms::form(action, None, html! {
                    input type="hidden" name="answer" value="wake";
                    (forms::text(&field("reason", "Why can it not wait?").longest(300),
                        TextKind::Text, ""))
                    (actions::submit("Have people called now", Weight::Secondary))
                }))
            }))
        } @else if page.holder().is_none() {
            (folded("Not now", &["reason"], wrong, html! {
                (forms::form(action, None, html! {
                    input type="hidden" name="answer" value="not_now";
                    (forms::text(&field("reason", "Why can it wait?")
                        .hint("People are called again when hours start; during hours, in an hour.")
                        .longest(300), TextKind::Text, ""))
                    (actions::submit("It can wait", Weight::Secondary))
                }))
            }))
        }
        @if !people.is_empty() {
            (folded("Hand it to somebody", &["to"], wrong, html! {
                (forms::form(action, None, html! {
                    input type="hidden" name="answer" value="hand_over";
                    (choices::select(&field("to", "Who shall have it?"), &people, "", Some("Choose somebody")))
                    (actions::submit("Call them", Weight::Secondary))
                }))
            }))
        }
        (folded("It is put right", &["cause", "how_known"], wrong, html! {
            (forms::form(action, None, html! {
                input type="hidden" name="answer" value="resolve";
                @if page.tickets.len() > 1 {
                    p { "All " (page.tickets.len()) " tickets are resolved by this." }
                }
                (forms::text_area(&field("cause", "What in the system made it happen?"), 2, ""))
                (forms::text_area(&field("how_known", "How do you know that it is put right?"), 2, ""))
                (actions::submit("Resolve", Weight::Secondary))
            }))
        }))
        (folded("Nobody needs to be called", &[], wrong, html! {
            p { "Calling ends. Its tickets stay as they are." }
            (call_off(action, "Call it off"))
        }))
    }
}

fn call_off(action: &str, label: &str) -> Markup {
    actions::button_row(actions::one_click(&OneClick {
        action,
        label,
        weight: Weight::Danger,
        key: None,
        fields: &[("answer", "call_off")],
    }))
}

/// Behind a line, which is open where one of its `fields` has to be mended.
fn folded(title: &str, fields: &[&str], wrong: &Wrong, body: Markup) -> Markup {
    let is_open = fields.iter().any(|field| wrong.with(field).is_some());
    html! {
        details.more-that-helps open[is_open] {
            summary { (title) }
            (body)
        }
    }
}
