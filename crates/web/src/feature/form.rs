//! Adding and editing a feature.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use eider_app::configure::{self, FeatureEdit};
use eider_domain::{
    SquadId,
    access::{Action, may},
    feature::{Feature, Link, Platform},
};
use maud::{Markup, html};

use super::{NEW, found, may_add, path};
use crate::{
    Result, Visitor, Web,
    answers::{Answers, Wrong},
    components::{
        actions::{self, Weight},
        choices::{self, Choice},
        forms::{self, Field, TextKind},
        layout::{self, NavItem},
    },
    outcome::Outcome,
};

pub(super) async fn new(visitor: Visitor) -> Result<Markup> {
    may_add(&visitor)?;
    Ok(form(&visitor, None, &Answers::default(), &Wrong::default()))
}

pub(super) async fn add(
    State(web): State<Web>,
    visitor: Visitor,
    answers: Answers,
) -> Result<Response> {
    write(&web, &visitor, None, &answers).await
}

pub(super) async fn edit(visitor: Visitor, Path(id): Path<String>) -> Result<Markup> {
    let feature = found(&visitor, &id)?;
    may(
        visitor.actor(),
        Action::ManageSquad {
            squad: feature.squad,
        },
    )
    .map_err(eider_app::Error::from)?;
    let links: Vec<String> = feature
        .links
        .iter()
        .map(|link| format!("{} {}", link.title, link.url))
        .collect();
    let squad = feature.squad.map(|id| id.to_string()).unwrap_or_default();
    let platforms = feature.platforms.iter();
    let fields = [
        ("name", feature.name.clone()),
        ("description", feature.description.clone()),
        ("squad", squad),
        ("links", links.join("\n")),
    ]
    .into_iter()
    .chain(platforms.map(|platform| ("platforms", platform.as_str().to_owned())));
    Ok(form(
        &visitor,
        Some(feature),
        &Answers::new(fields),
        &Wrong::default(),
    ))
}

pub(super) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    answers: Answers,
) -> Result<Response> {
    let feature = found(&visitor, &id)?;
    write(&web, &visitor, Some(feature), &answers).await
}

async fn write(
    web: &Web,
    visitor: &Visitor,
    feature: Option<&Feature>,
    answers: &Answers,
) -> Result<Response> {
    let edit = FeatureEdit {
        name: answers.text("name").to_owned(),
        description: answers.text("description").to_owned(),
        squad: answers.text("squad").parse().ok(),
        platforms: answers
            .all("platforms")
            .filter_map(Platform::parse)
            .collect(),
        links: answers.text("links").lines().filter_map(link).collect(),
    };
    let id = feature.map(|feature| feature.id);
    let wrong = match configure::save_feature(&web.eider, visitor.actor(), id, edit).await {
        Ok(feature) => return Ok(Outcome::FeatureSaved.redirect(web, &path(feature.id))),
        Err(eider_app::Error::Conflict(sentence)) => Wrong::one("name", sentence),
        Err(error) => Wrong::of(error)?,
    };
    let page = form(visitor, feature, answers, &wrong);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// A line such as `Runbook https://example.com/runbook`: the address comes last.
fn link(line: &str) -> Option<Link> {
    let line = line.trim();
    let (title, url) = line.rsplit_once(char::is_whitespace).unwrap_or(("", line));
    (!line.is_empty()).then(|| Link {
        title: title.trim().to_owned(),
        url: url.to_owned(),
    })
}

fn form(visitor: &Visitor, feature: Option<&Feature>, answers: &Answers, wrong: &Wrong) -> Markup {
    let (title, action) = match feature {
        Some(feature) => ("Edit the feature", format!("{}/edit", path(feature.id))),
        None => ("New feature", NEW.to_owned()),
    };
    let field = |name, label| Field::new(name, label).error(wrong.with(name));
    let squads: Vec<Choice> = visitor
        .desk
        .squads
        .iter()
        .filter(|squad| offers(visitor, squad.id, feature))
        .map(|squad| Choice::new(squad.id.to_string(), &squad.name))
        .collect();
    let platforms = Platform::ALL.map(|p| Choice::new(p.as_str(), p.name()));
    let ticked: Vec<&str> = answers.all("platforms").collect();
    let body = html! {
        (layout::heading(title, None, html! {}))
        (wrong.summary())
        (forms::form(&action, None, html! {
            (forms::text(
                &field("name", "What is it called?")
                    .hint("As people who ask call it, such as: Paying by card.")
                    .longest(80),
                TextKind::Text,
                answers.text("name"),
            ))
            (forms::text_area(
                &field("description", "What is it?")
                    .hint("A sentence or two for somebody who has never seen it.")
                    .optional(),
                3,
                answers.text("description"),
            ))
            (choices::select(
                &field("squad", "Which squad looks after it?")
                    .hint("Tickets about it go there.")
                    .optional(),
                &squads,
                answers.text("squad"),
                Some("Nobody yet"),
            ))
            (choices::checkboxes(
                &field("platforms", "Where can it be tried?")
                    .hint("Whoever asks is asked where it fails. Tick none where that makes no sense.")
                    .optional(),
                &platforms,
                &ticked,
            ))
            (forms::text_area(
                &field("links", "Links")
                    .hint("One a line: what it leads to, then its address, such as: Runbook https://example.com/runbook")
                    .optional(),
                3,
                answers.text("links"),
            ))
            (actions::submit("Save the feature", Weight::Primary))
        }))
    };
    let mut shell = visitor.shell(title, NavItem::Features);
    shell.path = action;
    layout::page(&shell, body)
}

/// A squad is offered to whoever may give the feature to it, and where it is chosen already.
fn offers(visitor: &Visitor, squad: SquadId, feature: Option<&Feature>) -> bool {
    let squad = Some(squad);
    let is_chosen = feature.is_some_and(|feature| feature.squad == squad);
    is_chosen || may(visitor.actor(), Action::ManageSquad { squad }).is_ok()
}

#[cfg(test)]
mod tests {
    use super::link;

    #[test]
    fn the_address_of_a_link_comes_last() {
        let read = link(" How we mend it  https://example.com/a ").unwrap();
        assert_eq!(read.title, "How we mend it");
        assert_eq!(read.url, "https://example.com/a");
        assert_eq!(link("https://example.com/b").unwrap().title, "");
        assert_eq!(link("  "), None);
    }
}
