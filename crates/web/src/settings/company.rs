//! The company: its name, zone and currency, and when resolved tickets close.

use axum::{extract::State, response::Response};
use eider_app::{configure, desk::Settings};
use maud::{Markup, html};

use super::{COMPANY, INDEX, again};
use crate::{
    Result, Visitor, Web,
    account::zones,
    answers::{Answers, Wrong},
    components::{
        actions::{self, Weight},
        choices,
        forms::{self, Field, TextKind},
        layout, notices,
    },
    outcome::Outcome,
};

/// What is set, for the index.
pub(super) fn summary(visitor: &Visitor, configures: bool) -> Markup {
    let settings = &visitor.desk.settings;
    html! {
        (notices::facts(&[
            ("Name", html! { (settings.company) }),
            ("Days begin in", html! { (settings.zone) }),
            ("Currency", html! { (settings.currency) }),
            ("Resolved tickets close after", html! { (settings.close_after_days) " days" }),
        ]))
        @if configures {
            (actions::button_row(actions::link(COMPANY, "Edit the company", Weight::Secondary)))
        }
    }
}

pub(super) async fn page(visitor: Visitor) -> Markup {
    let settings = visitor.desk.settings.clone();
    let answers = Answers::new([
        ("company", settings.company),
        ("zone", settings.zone),
        ("currency", settings.currency),
        ("close_after_days", settings.close_after_days.to_string()),
    ]);
    form(&visitor, &answers, &Wrong::default())
}

pub(super) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    answers: Answers,
) -> Result<Response> {
    let settings = Settings {
        company: answers.text("company").to_owned(),
        zone: answers.text("zone").to_owned(),
        currency: answers.text("currency").to_owned(),
        // What is no number is refused at its field, as one out of bounds is.
        close_after_days: answers
            .text("close_after_days")
            .trim()
            .parse()
            .unwrap_or_default(),
    };
    match configure::save_settings(&web.eider, visitor.actor(), settings).await {
        Ok(_) => Ok(Outcome::SettingsSaved.redirect(&web, INDEX)),
        Err(error) => Ok(again(form(&visitor, &answers, &Wrong::of(error)?))),
    }
}

fn form(visitor: &Visitor, answers: &Answers, wrong: &Wrong) -> Markup {
    let field = |name, label| Field::new(name, label).error(wrong.with(name));
    let zone = answers.text("zone");
    let body = html! {
        (layout::heading("The company", None, html! {}))
        (wrong.summary())
        (forms::form(COMPANY, None, html! {
            (forms::text(&field("company", "What is it called?").longest(80),
                TextKind::Text, answers.text("company")))
            (choices::select(&field("zone", "In which time zone do its days begin?")
                .hint("For figures and lists; everybody reads times in their own zone."),
                &zones::choices(zone), zone, None))
            (forms::text(&field("currency", "In which currency are costs told?")
                .hint("Its three letters, such as EUR, GBP or USD.").longest(3),
                TextKind::Text, answers.text("currency")))
            (forms::text(&field("close_after_days", "After how many days is a resolved ticket closed?")
                .hint("When its reporter says nothing, from 1 to 365."),
                TextKind::Number, answers.text("close_after_days")))
            (actions::submit("Save", Weight::Primary))
        }))
    };
    super::page(visitor, "The company", COMPANY, body)
}
