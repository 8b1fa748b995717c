//! Everybody who is here, and the squads.

use axum::{
    extract::{Query, State},
    http::HeaderMap,
    response::Response,
};
use eider_app::account;
use eider_domain::person::{Person, Standing};
use eider_store::invitation::Invitation;
use maud::{Markup, html};
use serde::Deserialize;

use super::{INVITE, LIST, WITHDRAW, manages_people, path_of, role, squad};
use crate::{
    Result, Visitor, Web,
    components::{
        actions::{self, OneClick, Weight},
        filters::{self, FilterBar, Pages},
        layout::{self, NavItem},
        notices, people,
        tables::{Column, Table, table},
        time,
    },
    door,
    outcome::{self, Outcome},
};

const PAGE_SIZE: usize = 100;

#[derive(Deserialize)]
pub(super) struct Asked {
    /// What is looked for in names, addresses, roles and squads.
    #[serde(default)]
    q: String,
    /// The first person shown, from 0.
    #[serde(default)]
    from: usize,
}

pub(super) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response> {
    let everybody = eider_app::person::all(&web.eider, visitor.actor()).await?;
    let manages = manages_people(&visitor);
    let invitations = if manages {
        account::invitations(&web.eider, visitor.actor()).await?
    } else {
        Vec::new()
    };
    let found: Vec<&Person> = everybody
        .iter()
        .filter(|person| matches(&visitor, person, &asked.q))
        .collect();
    let outcome = Outcome::of(&headers);
    let mut shell = visitor.shell("People and squads", NavItem::People);
    shell.notice = outcome.map(Outcome::notice);
    let invite = html! {
        @if manages { (actions::link(INVITE, "Invite somebody", Weight::Primary)) }
    };
    let body = html! {
        (layout::heading("People and squads", None, invite))
        (squad::list(&visitor, &everybody))
        (layout::section("People", html! {
            (search(&asked.q))
            (listed(&visitor, &found, &asked))
        }))
        @if !invitations.is_empty() { (waiting(&visitor, &invitations)) }
    };
    Ok(outcome::told(outcome, &web, layout::page(&shell, body)))
}

/// Every word that was typed occurs in what is known of the person. Addresses are only known to
/// those who manage people.
fn matches(visitor: &Visitor, person: &Person, asked: &str) -> bool {
    let mut known = format!("{} {}", person.name, role::word(person.role));
    for squad in &person.squads {
        if let Some(squad) = visitor.desk.squad(*squad) {
            known.push(' ');
            known.push_str(&squad.name);
        }
    }
    if let (true, Some(email)) = (manages_people(visitor), &person.email) {
        known.push(' ');
        known.push_str(email);
    }
    let known = known.to_lowercase();
    asked
        .to_lowercase()
        .split_whitespace()
        .all(|word| known.contains(word))
}

fn search(asked: &str) -> Markup {
    filters::bar(&FilterBar {
        action: LIST.to_owned(),
        label: "Search people".to_owned(),
        search: asked.to_owned(),
        clear_href: LIST.to_owned(),
        ..FilterBar::default()
    })
}

fn listed(visitor: &Visitor, found: &[&Person], asked: &Asked) -> Markup {
    if found.is_empty() {
        return notices::empty(
            "Nobody of that name",
            "Names, roles and squads are searched. Try fewer letters.",
            actions::link(LIST, "Show everybody", Weight::Secondary),
        );
    }
    let from = asked.from.min(found.len() - 1) / PAGE_SIZE * PAGE_SIZE;
    let shown = &found[from..found.len().min(from + PAGE_SIZE)];
    let href = |from: usize| {
        let search = door::percent_encode(&asked.q);
        format!("{LIST}?q={search}&from={from}")
    };
    let pages = Pages {
        first: from as u64 + 1,
        last: (from + shown.len()) as u64,
        total: Some(found.len() as u64),
        previous_href: (from > 0).then(|| href(from - PAGE_SIZE)),
        next_href: (from + PAGE_SIZE < found.len()).then(|| href(from + PAGE_SIZE)),
        words: ("Previous", "Next"),
    };
    let everybody = Table {
        caption: "People, by name".to_owned(),
        columns: ["Name", "Role", "Squads"].map(Column::words).into(),
        rows: shown.iter().map(|person| row(visitor, person)).collect(),
    };
    html! {
        (table(&everybody))
        @if found.len() > PAGE_SIZE { (filters::pages(&pages)) }
    }
}

fn row(visitor: &Visitor, person: &Person) -> Vec<Markup> {
    let squads: Vec<&str> = person
        .squads
        .iter()
        .filter_map(|id| visitor.desk.squad(*id))
        .map(|squad| squad.name.as_str())
        .collect();
    vec![
        people::chip(&people::Person {
            name: person.name.clone(),
            initials: person.initials.clone(),
            role_now: (person.standing == Standing::Disabled).then(|| "switched off".to_owned()),
            href: Some(path_of(person.id)),
            ..people::Person::default()
        }),
        html! { (role::word(person.role)) },
        html! { @if squads.is_empty() { "–" } @else { (squads.join(", ")) } },
    ]
}

fn waiting(visitor: &Visitor, invitations: &[Invitation]) -> Markup {
    let rows = invitations.iter().map(|invitation| {
        let email = invitation.email.as_deref().unwrap_or_default();
        vec![
            html! { (email) },
            html! { (role::word(invitation.role)) },
            time::moment(invitation.expires_at, &visitor.reader()),
            actions::one_click(&OneClick {
                action: WITHDRAW,
                label: "Take back",
                weight: Weight::Danger,
                key: None,
                fields: &[("email", email)],
            }),
        ]
    });
    let listed = Table {
        caption: "Invitations that wait".to_owned(),
        columns: vec![
            Column::words("Address"),
            Column::words("Role"),
            Column::words("Ends"),
            Column::action("Take back"),
        ],
        rows: rows.collect(),
    };
    layout::section("Invited, not here yet", table(&listed))
}
