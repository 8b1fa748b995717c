//! Making a squad, and changing its name and what an hour of it costs.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use eider_app::configure::{self, SquadEdit};
use eider_domain::{
    SquadId,
    access::{Action, may},
    squad::Squad,
};
use maud::{Markup, html};

use super::{NEW_SQUAD, id, squad::path};
use crate::{
    Error, Result, Visitor, Web,
    answers::{Answers, Wrong},
    components::{
        actions::{self, Weight},
        forms::{self, Field, TextKind},
        layout::{self, NavItem},
    },
    outcome::Outcome,
};

pub(super) async fn new(visitor: Visitor) -> Markup {
    form(&visitor, None, &Answers::default(), &Wrong::default())
}

pub(super) async fn found(
    State(web): State<Web>,
    visitor: Visitor,
    answers: Answers,
) -> Result<Response> {
    write(&web, &visitor, None, &answers).await
}

pub(super) async fn edit(visitor: Visitor, Path(text): Path<String>) -> Result<Markup> {
    let squad = mine(&visitor, id(&text)?)?;
    let answers = Answers::new([
        ("name", squad.name.clone()),
        ("rate_cents_per_hour", money(squad.rate_cents_per_hour)),
    ]);
    Ok(form(&visitor, Some(squad), &answers, &Wrong::default()))
}

pub(super) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    Path(text): Path<String>,
    answers: Answers,
) -> Result<Response> {
    let squad = mine(&visitor, id(&text)?)?;
    write(&web, &visitor, Some(squad), &answers).await
}

/// The squad of that id, for somebody who may change it.
fn mine(visitor: &Visitor, id: SquadId) -> Result<&Squad> {
    let action = Action::ManageSquad { squad: Some(id) };
    may(visitor.actor(), action).map_err(eider_app::Error::from)?;
    let found = visitor.desk.squad(id);
    found.ok_or_else(|| Error::App(eider_app::Error::NotFound("This squad".into())))
}

async fn write(
    web: &Web,
    visitor: &Visitor,
    squad: Option<&Squad>,
    answers: &Answers,
) -> Result<Response> {
    let edit = SquadEdit {
        name: answers.text("name").to_owned(),
        // What is no sum is refused at its field, as one that is out of bounds is.
        rate_cents_per_hour: cents(answers.text("rate_cents_per_hour")).unwrap_or(-1),
    };
    let id = squad.map(|squad| squad.id);
    let wrong = match configure::save_squad(&web.eider, visitor.actor(), id, edit).await {
        Ok(squad) => return Ok(Outcome::SquadSaved.redirect(web, &path(squad.id))),
        Err(eider_app::Error::Conflict(sentence)) => Wrong::one("name", sentence),
        Err(error) => Wrong::of(error)?,
    };
    let page = form(visitor, squad, answers, &wrong);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn form(visitor: &Visitor, squad: Option<&Squad>, answers: &Answers, wrong: &Wrong) -> Markup {
    let (title, action) = match squad {
        Some(squad) => ("Edit the squad", format!("{}/edit", path(squad.id))),
        None => ("New squad", NEW_SQUAD.to_owned()),
    };
    let name = Field::new("name", "What is it called?")
        .longest(100)
        .error(wrong.with("name"));
    let label = format!(
        "What does an hour of one of its people cost, in {}?",
        visitor.desk.settings.currency
    );
    let rate = Field::new("rate_cents_per_hour", &label)
        .hint("Such as 60 or 62.50. The figures tell from it what support costs.")
        .error(wrong.with("rate_cents_per_hour"));
    let body = html! {
        (layout::heading(title, None, html! {}))
        (wrong.summary())
        (forms::form(&action, None, html! {
            (forms::text(&name, TextKind::Text, answers.text("name")))
            (forms::text(&rate, TextKind::Number, answers.text("rate_cents_per_hour")))
            (actions::submit("Save the squad", Weight::Primary))
        }))
    };
    let mut shell = visitor.shell(title, NavItem::People);
    shell.path = action;
    layout::page(&shell, body)
}

/// "62.50"
fn money(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// The hundredths of "62.50", "62,5" or "62"; nothing for what is no sum.
fn cents(text: &str) -> Option<i64> {
    let text = text.trim().replace(',', ".");
    let (whole, part) = text.split_once('.').unwrap_or((&text, "0"));
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !are_digits(whole) || !are_digits(part) || part.len() > 2 {
        return None;
    }
    let tenths = if part.len() == 1 { 10 } else { 1 };
    let whole: i64 = whole.parse().ok()?;
    let part: i64 = part.parse().ok()?;
    whole.checked_mul(100)?.checked_add(part * tenths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_read_as_people_write_them() {
        for (text, sum) in [
            ("62.50", Some(6_250)),
            (" 62,5 ", Some(6_250)),
            ("62", Some(6_200)),
            ("0.07", Some(7)),
            ("", None),
            ("-1", None),
            ("1.005", None),
            ("1,000.00", None),
            ("99999999999999999999", None),
            ("9223372036854775807", None),
        ] {
            assert_eq!(cents(text), sum, "{text}");
        }
        assert_eq!(cents(&money(6_205)), Some(6_205));
    }
}
