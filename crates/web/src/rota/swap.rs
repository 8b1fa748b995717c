//! Asking for a swap, and answering one.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use eider_app::rota::{self, AskSwap, Asked, MyDuty};
use eider_domain::{
    PersonId, SwapId,
    rota::{Rota, SwapCommand},
};
use maud::{Markup, html};

use super::{
    DUTY, again,
    change::{Touched, answers_of},
    found, page, path, words,
};
use crate::{
    Error, Result, Visitor, Web,
    answers::{Answers, Wrong},
    components::{
        actions::{self, Weight},
        choices::{self, Choice},
        forms::{self, Field, TextKind},
        layout,
    },
    outcome::Outcome,
};

pub(super) async fn form(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(touched): Query<Touched>,
) -> Result<Markup> {
    let rota = found(&visitor, &id)?;
    let duty = rota::my_duty(&web.eider, visitor.actor()).await?;
    // Without a time the next of one's own shifts is meant.
    let own = duty.shifts.iter().find(|own| own.rota.id == rota.id);
    let touched = match own {
        Some(own) if touched.from.is_empty() => {
            let zone = words::zone(&rota.zone);
            Touched {
                from: words::field(own.shift.from, &zone),
                until: words::field(own.shift.until, &zone),
            }
        }
        _ => touched,
    };
    let answers = answers_of(&visitor, rota, touched);
    Ok(render(&visitor, rota, &duty, &answers, &Wrong::default()))
}

pub(super) async fn ask(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    answers: Answers,
) -> Result<Response> {
    let rota = found(&visitor, &id)?;
    let wrong = match read(rota, &answers) {
        Err(wrong) => wrong,
        Ok((from, until)) => {
            let asked = answers.text("asked").parse().ok();
            let ask = AskSwap { asked, from, until };
            match rota::ask_swap(&web.eider, visitor.actor(), rota.id, ask, None).await {
                Ok(_) => return Ok(Outcome::SwapAsked.redirect(&web, DUTY)),
                Err(error) => Wrong::of(error)?,
            }
        }
    };
    let duty = rota::my_duty(&web.eider, visitor.actor()).await?;
    Ok(again(render(&visitor, rota, &duty, &answers, &wrong)))
}

/// The time in two fields, in the zone of a rota.
fn read(
    rota: &Rota,
    answers: &Answers,
) -> std::result::Result<(jiff::Timestamp, jiff::Timestamp), Wrong> {
    let zone = words::zone(&rota.zone);
    let from = words::begins(answers.text("from"), &zone);
    let until = words::ends(answers.text("until"), &zone);
    Ok((
        from.ok_or_else(|| Wrong::one("from", "Choose a day and a time."))?,
        until.ok_or_else(|| Wrong::one("until", "Choose a day and a time."))?,
    ))
}

fn render(
    visitor: &Visitor,
    rota: &Rota,
    duty: &MyDuty,
    answers: &Answers,
    wrong: &Wrong,
) -> Markup {
    let field = |name, label| Field::new(name, label).error(wrong.with(name));
    let colleagues: Vec<Choice> = rota
        .people_from(visitor.now)
        .into_iter()
        .filter(|person| *person != visitor.actor().person)
        .map(|person| Choice::new(person.to_string(), duty.people.name(person)))
        .collect();
    let action = format!("{}/swap", path(rota.id));
    let zone = rota.zone.replace('_', " ");
    let lede = format!("{}. Times are those of {zone}.", rota.name);
    let body = html! {
        (layout::heading("Who takes your time?", Some(&lede), html! {}))
        (wrong.summary())
        (forms::form(&action, None, html! {
            (forms::text(&field("from", "From"), TextKind::DateTime, answers.text("from")))
            (forms::text(&field("until", "Until"), TextKind::DateTime, answers.text("until")))
            (choices::select(&field("asked", "Whom do you ask?").unmarked()
                .hint("Whoever takes it first has it. They may offer to take it for some of theirs."),
                &colleagues, answers.text("asked"), Some("Everybody in the rota")))
            (actions::submit("Ask", Weight::Primary))
        }))
    };
    page(visitor, "Ask for a swap", &action, body)
}

pub(super) async fn answer(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    answers: Answers,
) -> Result<Response> {
    let (duty, id) = (
        rota::my_duty(&web.eider, visitor.actor()).await?,
        id_of(&id)?,
    );
    let asked = duty.asked.iter().find(|asked| asked.swap.id == id);
    let (command, outcome) = match answers.text("deed") {
        "take" => (SwapCommand::Take, Outcome::SwapTaken),
        "accept" => {
            let by: PersonId = answers.text("by").parse().map_err(|_| unknown())?;
            (SwapCommand::Accept { by }, Outcome::SwapTaken)
        }
        "decline" => (SwapCommand::Decline, Outcome::SwapOver),
        "withdraw" => (SwapCommand::Withdraw, Outcome::SwapOver),
        _ => {
            let asked = asked.ok_or_else(unknown)?;
            match read(&asked.rota, &answers) {
                Ok((from, until)) => (SwapCommand::Offer { from, until }, Outcome::SwapOffered),
                Err(wrong) => return Ok(again(offer(&visitor, asked, &answers, &wrong))),
            }
        }
    };
    match rota::answer_swap(&web.eider, visitor.actor(), id, command).await {
        Ok(_) => Ok(outcome.redirect(&web, DUTY)),
        Err(error) => match asked {
            Some(asked) if matches!(error, eider_app::Error::Invalid(_)) => {
                Ok(again(offer(&visitor, asked, &answers, &Wrong::of(error)?)))
            }
            _ => Err(error.into()),
        },
    }
}

pub(super) async fn offer_form(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Markup> {
    let id = id_of(&id)?;
    let duty = rota::my_duty(&web.eider, visitor.actor()).await?;
    let asked = duty
        .asked
        .iter()
        .find(|asked| asked.swap.id == id)
        .ok_or_else(unknown)?;
    let own = duty.shifts.iter().find(|own| own.rota.id == asked.rota.id);
    let zone = words::zone(&asked.rota.zone);
    let fields = own.map(|own| {
        [
            ("from", words::field(own.shift.from, &zone)),
            ("until", words::field(own.shift.until, &zone)),
        ]
    });
    let answers = Answers::new(fields.into_iter().flatten());
    Ok(offer(&visitor, asked, &answers, &Wrong::default()))
}

fn offer(visitor: &Visitor, asked: &Asked, answers: &Answers, wrong: &Wrong) -> Markup {
    let field = |name, label| Field::new(name, label).error(wrong.with(name));
    let action = format!("/my-duty/swaps/{}", asked.swap.id);
    let zone = words::zone(&asked.rota.zone);
    let time = words::span(asked.swap.from, asked.swap.until, &zone);
    let lede = format!("You would take {time}. It holds when your colleague says yes.");
    let body = html! {
        (layout::heading("Which of your time in return?", Some(&lede), html! {}))
        (wrong.summary())
        (forms::form(&action, None, html! {
            (forms::text(&field("from", "From"), TextKind::DateTime, answers.text("from")))
            (forms::text(&field("until", "Until"), TextKind::DateTime, answers.text("until")))
            (actions::submit("Offer it", Weight::Primary))
        }))
    };
    page(visitor, "Offer a swap", &action, body)
}

fn id_of(text: &str) -> Result<SwapId> {
    text.parse().map_err(|_| unknown())
}

fn unknown() -> Error {
    Error::App(eider_app::Error::NotFound("This request".into()))
}
