//! Keys of a service: made, shown once, withdrawn.

use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};
use eider_app::service::{self, NewKey};
use eider_domain::{
    ServiceKeyId,
    service::{Heartbeat, Mapping, Service, ServiceKey, Source},
};
use maud::{Markup, html};

use super::{
    again, found,
    page::{nobody_called, whole},
    path, shown,
};
use crate::{
    Error, Result, Visitor, Web,
    answers::{Answers, Wrong},
    components::{
        actions::{self, OneClick, Weight},
        choices::{self, Choice},
        forms::{self, Field, TextKind},
        layout,
        notices::{self, NoticeKind},
        tables::{Column, Table, table},
        time,
    },
    outcome::Outcome,
    settings::span,
};

pub(super) async fn make(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    answers: Answers,
) -> Result<Response> {
    let found = found(&visitor, &id)?;
    let Some(source) = Source::parse(answers.text("source")) else {
        let wrong = Wrong::one("source", "Choose what sends the alerts.");
        return Ok(again(
            whole(&web, &visitor, found, &answers, &wrong, None).await?,
        ));
    };
    let new = match read(source, &answers) {
        Ok(new) => new,
        Err(wrong) => {
            return Ok(again(
                whole(&web, &visitor, found, &answers, &wrong, None).await?,
            ));
        }
    };
    match service::make_key(&web.eider, visitor.actor(), found.id, new).await {
        Ok((key, secret)) => Ok(shown_once(&web, &visitor, found, &key, &secret).into_response()),
        Err(error) => {
            let wrong = Wrong::of(error)?;
            Ok(again(
                whole(&web, &visitor, found, &answers, &wrong, None).await?,
            ))
        }
    }
}

pub(super) async fn withdraw(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, key)): Path<(String, String)>,
) -> Result<Response> {
    let found = found(&visitor, &id)?;
    let key: ServiceKeyId = key.parse().map_err(|_| Error::NoSuchPage)?;
    service::withdraw_key(&web.eider, visitor.actor(), found.id, key).await?;
    Ok(Outcome::KeyWithdrawn.redirect(&web, &path(found.id)))
}

/// The page with a new key, which no other page shows again.
fn shown_once(
    web: &Web,
    visitor: &Visitor,
    service: &Service,
    key: &ServiceKey,
    secret: &str,
) -> Markup {
    let body = html! {
        (layout::heading("The new key", None, html! {}))
        (notices::notice(NoticeKind::Warning, "Copy it now", html! {
            "It is shown this once. Whoever has it can open tickets for " (service.name) "."
        }))
        (forms::copyable("key", &key.name, secret, "Copy the key"))
        (nobody_called(visitor, service))
        p { (how_to_send(key.source)) }
        (forms::copyable("address", "Address", &address(web, key.source, secret),
            "Copy the address"))
        (actions::button_row(actions::link(&path(service.id), "Back to the service",
            Weight::Secondary)))
    };
    shown(visitor, "The new key", &path(service.id), body)
}

/// What is done with the key, in a sentence that ends with the address.
fn how_to_send(source: Source) -> &'static str {
    match source {
        Source::Alertmanager => "In alertmanager.yml, give a receiver a webhook with this address:",
        Source::Pagerduty => "Send events as to PagerDuty, with this key as routing_key, to:",
        Source::Opsgenie => {
            "Send alerts as to Opsgenie, with “Authorization: GenieKey” and this key, to:"
        }
        Source::Grafana => "In Grafana, add a contact point of the kind webhook with this address:",
        Source::Sentry => "In Sentry, make an internal integration with this webhook address:",
        Source::Json => "Post your JSON to this address:",
        Source::Heartbeat => {
            "Ask for this address whenever it went well, such as with curl -fsS. It is expected from \
             its first beat on:"
        }
        Source::Mail => {
            "In the mail server, pipe the mail of an address of its own into “eider intake mail” \
             with this key; it hands it on to:"
        }
    }
}

/// Where a monitor sends.
fn address(web: &Web, source: Source, secret: &str) -> String {
    let base = &web.public_url;
    match source {
        Source::Pagerduty => format!("{base}/v2/enqueue"),
        Source::Opsgenie => format!("{base}/v2/alerts"),
        _ => format!("{base}/hooks/{}/{secret}", source.as_str()),
    }
}

/// The key that the form asks for.
fn read(source: Source, answers: &Answers) -> std::result::Result<NewKey, Wrong> {
    let mut new = NewKey::of(source, answers.text("name"));
    match source {
        Source::Json if !answers.text("mapping").trim().is_empty() => {
            let mapping = Mapping::parse(answers.text("mapping"));
            new.mapping = Some(mapping.map_err(|error| Wrong::one("mapping", error))?);
        }
        Source::Heartbeat => {
            // What is no length of time is refused at its field, as one out of bounds is.
            let seconds = |name| span::seconds(answers.text(name)).unwrap_or_default();
            new.heartbeat = Some(Heartbeat {
                every_seconds: seconds("every_seconds"),
                grace_seconds: seconds("grace_seconds"),
            });
        }
        Source::Sentry => new.client_secret = Some(answers.text("client_secret").to_owned()),
        _ => {}
    }
    Ok(new)
}

/// The keys that are good, and the form for another.
pub(super) fn part(
    visitor: &Visitor,
    service: &Service,
    never_heard: &[ServiceKeyId],
    answers: &Answers,
    wrong: &Wrong,
) -> Markup {
    let keys: Vec<&ServiceKey> = visitor.desk.keys_of(service.id).collect();
    let sources: Vec<Choice> = Source::ALL
        .iter()
        .map(|source| Choice::new(source.as_str(), source.name()))
        .collect();
    let field = |name, label| Field::new(name, label).error(wrong.with(name));
    html! {
        @if !keys.is_empty() { (listed(visitor, service, &keys, never_heard)) }
        (forms::form(&format!("{}/keys", path(service.id)), None, html! {
            (choices::select(&field("source", "What sends the alerts?"), &sources,
                answers.text("source"), None))
            (forms::text(&field("name", "What do you call it?")
                .hint("So that you know it again, such as: Prometheus in Frankfurt.").longest(80),
                TextKind::Text, answers.text("name")))
            (forms::explain("For JSON of your own, a heartbeat or Sentry", html! {
                (forms::text_area(&field("mapping", "Where in your JSON stands what?").optional()
                    .hint("As JSON pointers, such as {\"title\": \"/alert/name\"}. Without it, fields \
                        called key, title, status, severity, group, place, detail and link are read."),
                    3, answers.text("mapping")))
                (forms::text(&field("every_seconds", "How often does a heartbeat come?").unmarked()
                    .hint("Such as 5 min or 24 h."), TextKind::Text, answers.text("every_seconds")))
                (forms::text(&field("grace_seconds", "By how much may it be late?").unmarked()
                    .hint("Such as 1 min."), TextKind::Text, answers.text("grace_seconds")))
                (forms::text(&field("client_secret", "What does Sentry sign with?").optional()
                    .hint("The client secret of the integration. It is kept sealed."),
                    TextKind::Password, ""))
            }))
            (actions::submit("Make a key", Weight::Secondary))
        }))
    }
}

fn listed(
    visitor: &Visitor,
    service: &Service,
    keys: &[&ServiceKey],
    never_heard: &[ServiceKeyId],
) -> Markup {
    let reader = visitor.reader();
    let rows = keys.iter().map(|key| {
        vec![
            html! { (key.name) },
            html! {
                (key.source.name())
                @if never_heard.contains(&key.id) {
                    br;
                    "Never heard of, so it is not expected yet"
                }
            },
            html! { (time::day(key.made_at, &reader)) },
            actions::one_click(&OneClick {
                action: &format!("{}/keys/{}/withdraw", path(service.id), key.id),
                label: "Withdraw",
                weight: Weight::Danger,
                key: None,
                fields: &[],
            }),
        ]
    });
    table(&Table {
        caption: "Keys of this service".to_owned(),
        columns: vec![
            Column::words("Key"),
            Column::words("Sent by"),
            Column::words("Made"),
            Column::action("Withdraw"),
        ],
        rows: rows.collect(),
    })
}
