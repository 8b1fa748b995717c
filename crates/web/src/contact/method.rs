//! One contact method: verifying it, taking it away.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use eider_app::contact;
use eider_domain::{MethodId, contact::Method};
use maud::{Markup, html};

use super::{CODE, HOME, REMOVE, again, found, path, shell, words};
use crate::{
    Error, Result, Visitor, Web,
    answers::{Answers, Wrong},
    components::{
        actions::{self, OneClick, Weight},
        forms::{self, Field, TextKind},
        layout, time,
    },
    outcome::{self, Outcome},
};

pub(super) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let outcome = Outcome::of(&headers);
    let contact = contact::my_contact(&web.eider, visitor.actor()).await?;
    let method = found(&contact, &id)?;
    let page = render(&visitor, method, &Wrong::default(), outcome);
    Ok(outcome::told(outcome, &web, page))
}

pub(super) async fn verify(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    answers: Answers,
) -> Result<Response> {
    let code = answers.text("code");
    match contact::verify(&web.eider, visitor.actor(), id_of(&id)?, code).await {
        Ok(_) => Ok(Outcome::MethodVerified.redirect(&web, HOME)),
        Err(error) => {
            let wrong = Wrong::of(error)?;
            let contact = contact::my_contact(&web.eider, visitor.actor()).await?;
            let method = found(&contact, &id)?;
            Ok(again(render(&visitor, method, &wrong, None)))
        }
    }
}

pub(super) async fn send_code(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response> {
    let id = id_of(&id)?;
    contact::send_code(&web.eider, visitor.actor(), id).await?;
    Ok(Outcome::CodeSent.redirect(&web, &path(id)))
}

pub(super) async fn remove(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response> {
    contact::remove_method(&web.eider, visitor.actor(), id_of(&id)?).await?;
    Ok(Outcome::MethodRemoved.redirect(&web, HOME))
}

fn render(visitor: &Visitor, method: &Method, wrong: &Wrong, outcome: Option<Outcome>) -> Markup {
    let (title, own_path) = (words::name(method), path(method.id));
    let lede = words::place(method);
    let one_click = |path: &str, label, weight| {
        let action = path.replace("{id}", &method.id.to_string());
        actions::one_click(&OneClick {
            action: &action,
            label,
            weight,
            key: None,
            fields: &[],
        })
    };
    let body = html! {
        (layout::heading(&title, Some(&lede), html! {
            (actions::link(HOME, "How you are reached", Weight::Secondary))
        }))
        (wrong.summary())
        @match (method.lost_at, method.verified_at) {
            (Some(at), _) => p {
                "Nothing arrives there any more, since " (time::relative(at, &visitor.reader()))
                ". Take it away. If it is a browser that you still use, open Eider in it and add it "
                "again."
            },
            (None, Some(at)) => p { "Verified " (time::relative(at, &visitor.reader())) "." },
            (None, None) => {
                (forms::form(&own_path, None, html! {
                    (forms::text(&Field::new("code", "The code that was sent there")
                        .hint("Six digits. They are good for 15 minutes.")
                        .autocomplete("one-time-code").longest(20).error(wrong.with("code")),
                        TextKind::Number, ""))
                    (actions::submit("Verify it", Weight::Primary))
                }))
                (one_click(CODE, "Send another code", Weight::Secondary))
            }
        }
        (layout::section("Take it away", html! {
            p.quiet { "Nothing goes there any more, and it leaves the order in which you are reached." }
            (one_click(REMOVE, "Take it away", Weight::Danger))
        }))
    };
    shell(
        visitor,
        &title,
        &own_path,
        outcome.map(Outcome::notice),
        body,
    )
}

fn id_of(text: &str) -> Result<MethodId> {
    let unknown = |_| Error::App(eider_app::Error::NotFound("This contact method".into()));
    text.parse().map_err(unknown)
}
