//! One feature.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use eider_app::configure;
use eider_store::ticket::Filter;
use maud::html;

use super::{found, keeps, list, path};
use crate::{
    Result, Visitor, Web,
    components::{
        actions::{self, OneClick, Weight},
        layout::{self, NavItem},
        notices::{self, NoticeKind},
    },
    outcome::{self, Outcome},
    ticket::open,
};

pub(super) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let feature = found(&visitor, &id)?;
    let filter = Filter {
        feature: Some(feature.id),
        ..Filter::default()
    };
    let all_open = format!("/tickets?status=open&feature={}", feature.id);
    let open = open::section(&web, &visitor, "Open tickets", filter, &all_open).await?;
    let keeps = keeps(&visitor, feature);
    let (verb, label, consequence) = if feature.retired {
        (
            "bring-back",
            "Bring it back",
            "It is offered again when somebody asks.",
        )
    } else {
        (
            "retire",
            "Retire it",
            "It is no longer offered when somebody asks. Its tickets keep it.",
        )
    };
    let action = format!("{}/{verb}", path(feature.id));
    let known = visitor.desk.known_issues.iter();
    let known: Vec<_> = known
        .filter(|issue| issue.feature == Some(feature.id) && !issue.over)
        .collect();
    let body = html! {
        (layout::heading(&feature.name, None, html! {
            @if keeps {
                (actions::link(&format!("{}/edit", path(feature.id)), "Edit", Weight::Secondary))
            }
        }))
        @if feature.retired {
            (notices::notice(NoticeKind::Information, "Retired", html! {
                "It is no longer offered when asking. Its tickets keep it."
            }))
        }
        @if !feature.description.is_empty() { p { (feature.description) } }
        (notices::facts(&[
            ("Squad", list::squad(&visitor, feature)),
            ("Tried on", html! { (list::platforms(feature)) }),
        ]))
        (open)
        @if !feature.links.is_empty() {
            (layout::section("Links", html! {
                ul.links { @for link in &feature.links {
                    li { a href=(link.url) rel="noopener noreferrer" { (link.title) } }
                } }
            }))
        }
        @if !known.is_empty() {
            (layout::section("Known issues", html! {
                ul { @for issue in known {
                    li { a href={ "/known-issues#" (issue.id) } { (issue.title) } }
                } }
            }))
        }
        @if keeps {
            (layout::section(label, html! {
                p.quiet { (consequence) }
                (actions::button_row(actions::one_click(&OneClick {
                    action: &action,
                    label,
                    weight: Weight::Secondary,
                    key: None,
                    fields: &[],
                })))
            }))
        }
    };
    let outcome = Outcome::of(&headers);
    let mut shell = visitor.shell(&feature.name, NavItem::Features);
    shell.notice = outcome.map(Outcome::notice);
    Ok(outcome::told(outcome, &web, layout::page(&shell, body)))
}

pub(super) async fn retire(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response> {
    let id = found(&visitor, &id)?.id;
    configure::retire_feature(&web.eider, visitor.actor(), id).await?;
    Ok(Outcome::FeatureRetired.redirect(&web, &path(id)))
}

pub(super) async fn bring_back(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response> {
    let id = found(&visitor, &id)?.id;
    configure::bring_back_feature(&web.eider, visitor.actor(), id).await?;
    Ok(Outcome::FeatureBack.redirect(&web, &path(id)))
}
