//! Adding a contact method.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use eider_app::contact::{self, Added, MyContact, NewMethod};
use eider_domain::contact::Kind;
use maud::{Markup, html};

use super::{METHODS, again, page::render, path, shell};
use crate::{
    Result, Visitor, Web,
    answers::{Answers, Wrong},
    components::{
        actions::{self, Weight},
        choices::{self, Choice},
        forms::{self, Field, TextKind},
        layout,
        notices::{self, NoticeKind},
        words,
    },
    outcome::Outcome,
};

pub(super) async fn add(
    State(web): State<Web>,
    visitor: Visitor,
    answers: Answers,
) -> Result<Response> {
    let wrong = match Kind::parse(answers.text("kind")) {
        None => Wrong::one("kind", "Choose how you want to be reached."),
        Some(kind) => {
            let new = NewMethod {
                kind,
                address: answers.text("address").to_owned(),
                label: answers.text("label").to_owned(),
                keys: None,
            };
            match contact::add_method(&web.eider, visitor.actor(), new).await {
                Ok(added) => return Ok(went_well(&web, &visitor, &added)),
                Err(error) => Wrong::of(error)?,
            }
        }
    };
    let contact = contact::my_contact(&web.eider, visitor.actor()).await?;
    Ok(again(render(&visitor, &contact, &answers, &wrong, None)))
}

fn went_well(web: &Web, visitor: &Visitor, added: &Added) -> Response {
    let next = path(added.method.id);
    let Some(secret) = &added.secret else {
        return Outcome::CodeSent.redirect(web, &next);
    };
    let body = html! {
        (layout::heading("Your webhook’s secret", None, html! {}))
        (notices::notice(NoticeKind::Warning, "Copy it now", html! {
            "It is shown this once. Requests to your webhook are signed with it, so that it knows "
            "them from those of others."
        }))
        (forms::copyable("secret", "The secret", secret, "Copy the secret"))
        p { "A code is on its way to it." }
        (actions::button_row(actions::link(&next, "Enter the code", Weight::Primary)))
    };
    shell(visitor, "Your webhook’s secret", METHODS, None, body).into_response()
}

/// The form for another method.
pub(super) fn form(contact: &MyContact, answers: &Answers, wrong: &Wrong) -> Markup {
    if contact.offered.is_empty() {
        return html! {
            p.quiet { "This desk cannot send anything yet. An administrator can set that up." }
        };
    }
    let field = |name, label| Field::new(name, label).error(wrong.with(name));
    // A browser is added by itself.
    let written = contact
        .offered
        .iter()
        .filter(|kind| **kind != Kind::WebPush);
    let kinds: Vec<Choice> = written
        .map(|kind| Choice::new(kind.as_str(), kind.name()))
        .collect();
    if kinds.is_empty() {
        return html! {
            p.quiet { "Nothing else can be added yet. An administrator can set up more ways." }
        };
    }
    html! {
        (forms::form(METHODS, None, html! {
            (choices::select(&field("kind", "How?"), &kinds, answers.text("kind"),
                Some("Choose one")))
            (forms::text(&field("address", "Where?").hint(&hint(&contact.offered)).longest(500),
                TextKind::Text, answers.text("address")))
            (forms::text(&field("label", "What do you call it?")
                .hint("So that you know it again, such as: my phone.").optional().longest(60),
                TextKind::Text, answers.text("label")))
            (actions::submit("Add it and send a code", Weight::Secondary))
        }))
    }
}

/// What may be written, of what is offered here.
fn hint(offered: &[Kind]) -> String {
    let any = |kinds: &[Kind]| kinds.iter().any(|kind| offered.contains(kind));
    let addresses = [
        (any(&[Kind::Email]), "an e-mail address"),
        (
            any(&[Kind::Sms, Kind::Voice]),
            "a number with its country such as +44 7700 900123",
        ),
        (any(&[Kind::Ntfy]), "a topic of ntfy"),
        (any(&[Kind::Webhook]), "a web address"),
    ];
    let written = addresses.iter().filter(|(is_offered, _)| *is_offered);
    let written: Vec<String> = written.map(|(_, words)| (*words).to_owned()).collect();
    format!("Write {}.", words::either(&written))
}
