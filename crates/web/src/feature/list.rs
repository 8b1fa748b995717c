//! Every feature, with who looks after it and how many open tickets there are.

use axum::{extract::State, http::HeaderMap, response::Response};
use eider_app::ticket;
use eider_domain::feature::Feature;
use eider_store::ticket::OpenCount;
use maud::{Markup, html};

use super::{NEW, may_add, path};
use crate::{
    Result, Visitor, Web,
    components::{
        actions::{self, Weight},
        badges,
        icons::{Icon, icon},
        layout::{self, NavItem},
        notices,
        tables::{Column, Table, table},
        words,
    },
    outcome::{self, Outcome},
};

pub(super) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response> {
    let open = ticket::open_by_feature(&web.eider, visitor.actor()).await?;
    let count = |feature: &Feature| open.get(&feature.id).copied().unwrap_or_default();
    let (retired, offered): (Vec<&Feature>, Vec<&Feature>) = visitor
        .desk
        .features
        .iter()
        .partition(|feature| feature.retired);
    let adds = may_add(&visitor).is_ok();
    let add = |weight| html! { @if adds { (actions::link(NEW, "New feature", weight)) } };
    let rows = |features: &[&Feature]| -> Vec<Vec<Markup>> {
        let row = |feature: &&Feature| row(&visitor, feature, count(feature));
        features.iter().map(row).collect()
    };
    let lede = "What people ask about, who looks after it, and where it can be tried.";
    let body = html! {
        (layout::heading("Features", Some(lede), add(Weight::Secondary)))
        @if offered.is_empty() {
            (notices::empty(
                "No features yet",
                "A feature is a part of your product as people call it, such as “Paying by card”. \
                 Whoever asks chooses one, and the squad that looks after it gets the ticket.",
                add(Weight::Primary),
            ))
        } @else {
            (listed("Features, by name", rows(&offered)))
        }
        @if !retired.is_empty() {
            (layout::section("Retired", listed("Retired features, by name", rows(&retired))))
        }
    };
    let outcome = Outcome::of(&headers);
    let mut shell = visitor.shell("Features", NavItem::Features);
    shell.notice = outcome.map(Outcome::notice);
    Ok(outcome::told(outcome, &web, layout::page(&shell, body)))
}

fn listed(caption: &str, rows: Vec<Vec<Markup>>) -> Markup {
    table(&Table {
        caption: caption.to_owned(),
        columns: vec![
            Column::words("Feature"),
            Column::words("Squad"),
            Column::words("Tried on"),
            Column::number("Links"),
            Column::words("Open tickets"),
        ],
        rows,
    })
}

fn row(visitor: &Visitor, feature: &Feature, count: OpenCount) -> Vec<Markup> {
    vec![
        html! { a href=(path(feature.id)) { (feature.name) } },
        squad(visitor, feature),
        html! { (platforms(feature)) },
        html! { (feature.links.len()) },
        open(feature, count),
    ]
}

/// How many are open, and of them those that need somebody.
fn open(feature: &Feature, count: OpenCount) -> Markup {
    let number = |count: i64| words::thousands(count.unsigned_abs());
    let all = format!("/tickets?status=open&feature={}", feature.id);
    html! {
        @if count.open == 0 { span.quiet { "None" } } @else {
            span.open-count {
                a href=(all) { (number(count.open)) }
                @if count.late > 0 {
                    a.badge.late href={ (all) "&due=late" } {
                        (badges::late_shape()) span { (number(count.late)) " late" }
                    }
                }
                @if count.unowned > 0 {
                    a.nobody href={ (all) "&owner=nobody" } {
                        (icon(Icon::Nobody)) (number(count.unowned)) " with nobody"
                    }
                }
            }
        }
    }
}

/// The squad that looks after a feature, as a link.
pub(super) fn squad(visitor: &Visitor, feature: &Feature) -> Markup {
    let squad = feature.squad.and_then(|id| visitor.desk.squad(id));
    html! {
        @match squad {
            Some(squad) => a href={ "/squads/" (squad.id) } { (squad.name) },
            None => "Nobody yet",
        }
    }
}

/// "Web, iOS", or a dash.
pub(super) fn platforms(feature: &Feature) -> String {
    let names: Vec<&str> = feature.platforms.iter().map(|p| p.name()).collect();
    if names.is_empty() {
        "–".to_owned()
    } else {
        names.join(", ")
    }
}
