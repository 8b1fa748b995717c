//! My duty: when I am on call, who asks me, when I am away, where I am reached.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use eider_app::{
    contact::{self, MyContact},
    readiness::{self, Ready},
    rota::{self, Asked, MyDuty, OwnShift},
};
use eider_domain::{
    AbsenceId,
    contact::{Kind, Method},
    rota::SwapState,
};
use maud::{Markup, html};

use super::{ABSENCES, DUTY, FEEDS, HOME, NUMBER, again, path, words};
use crate::{
    Error, Result, Visitor, Web,
    answers::{Answers, Wrong},
    components::{
        actions::{self, OneClick, Weight},
        choices::{self, Choice},
        forms::{self, Field, TextKind},
        layout::{self, NavItem},
        notices, time, words as say,
    },
    live::ON_CALL,
    outcome::{self, Outcome},
};

/// How many shifts stand open; further ones are folded away.
const SHIFTS_AT_ONCE: usize = 8;

pub(super) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response> {
    let outcome = Outcome::of(&headers);
    let duty = rota::my_duty(&web.eider, visitor.actor()).await?;
    let contact = contact::my_contact(&web.eider, visitor.actor()).await?;
    let ready = readiness::mine(&web.eider, visitor.actor()).await?;
    let number = duty.number.clone().unwrap_or_default();
    let answers = Answers::new([("number", number)]);
    let page = render(
        &visitor,
        &duty,
        &contact,
        &ready,
        &answers,
        &Wrong::default(),
        outcome,
    );
    Ok(outcome::told(outcome, &web, page))
}

pub(super) async fn number(
    State(web): State<Web>,
    visitor: Visitor,
    answers: Answers,
) -> Result<Response> {
    match rota::put_number(&web.eider, visitor.actor(), answers.text("number")).await {
        Ok(()) => Ok(Outcome::NumberSaved.redirect(&web, DUTY)),
        Err(error) => shown_again(&web, &visitor, &answers, Wrong::of(error)?).await,
    }
}

pub(super) async fn note_absence(
    State(web): State<Web>,
    visitor: Visitor,
    answers: Answers,
) -> Result<Response> {
    let zone = words::zone(&visitor.who.person.zone);
    let from = words::begins(answers.text("from"), &zone);
    let until = words::ends(answers.text("until"), &zone);
    let choose = "Choose a day and a time.";
    let wrong = match (from, until) {
        (None, _) => Wrong::one("from", choose),
        (_, None) => Wrong::one("until", choose),
        (Some(from), Some(until)) => {
            let (actor, me) = (visitor.actor(), visitor.actor().person);
            match rota::note_absence(&web.eider, actor, me, from, until, None).await {
                Ok(_) => return Ok(Outcome::AbsenceNoted.redirect(&web, DUTY)),
                Err(error) => Wrong::of(error)?,
            }
        }
    };
    shown_again(&web, &visitor, &answers, wrong).await
}

pub(super) async fn end_absence(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response> {
    let unknown = || Error::App(eider_app::Error::NotFound("This absence".into()));
    let id: AbsenceId = id.parse().map_err(|_| unknown())?;
    rota::end_absence(&web.eider, visitor.actor(), id).await?;
    Ok(Outcome::AbsenceEnded.redirect(&web, DUTY))
}

async fn shown_again(
    web: &Web,
    visitor: &Visitor,
    answers: &Answers,
    wrong: Wrong,
) -> Result<Response> {
    let duty = rota::my_duty(&web.eider, visitor.actor()).await?;
    let contact = contact::my_contact(&web.eider, visitor.actor()).await?;
    let ready = readiness::mine(&web.eider, visitor.actor()).await?;
    Ok(again(render(
        visitor, &duty, &contact, &ready, answers, &wrong, None,
    )))
}

fn render(
    visitor: &Visitor,
    duty: &MyDuty,
    contact: &MyContact,
    ready: &Ready,
    answers: &Answers,
    wrong: &Wrong,
    outcome: Option<Outcome>,
) -> Markup {
    let field = |name, label| Field::new(name, label).error(wrong.with(name));
    let zone = visitor.who.person.zone.replace('_', " ");
    let away = format!("Times are yours, those of {zone}. You need not say why.");
    let swaps_section = layout::fragment("swaps", layout::section("Swaps", swaps(visitor, duty)));
    let body = html! {
        (layout::heading("My duty", None, html! {
            (actions::link(HOME, "Who is on call", Weight::Secondary))
        }))
        (wrong.summary())
        (layout::fragment("ready", crate::readiness::summary(visitor, ready)))
        // Who asks waits for an answer; a request of none comes after the shifts.
        @if !duty.asked.is_empty() { (swaps_section) }
        (layout::fragment("shifts", layout::section("Your shifts", shifts(visitor, duty))))
        (layout::section("How you are reached", html! {
            (crate::contact::summary(contact))
            (actions::button_row(actions::link(
                crate::contact::HOME, "Contact methods", Weight::Secondary)))
        }))
        @if duty.asked.is_empty() { (swaps_section) }
        (layout::section("When you are away", html! {
            (absences(visitor, duty))
            (forms::form(ABSENCES, None, html! {
                p.hint { (away) }
                (forms::text(&field("from", "From"), TextKind::DateTime, answers.text("from")))
                (forms::text(&field("until", "Until"), TextKind::DateTime, answers.text("until")))
                (actions::submit("Note that I am away", Weight::Secondary))
            }))
        }))
        (layout::section("The number you are called at", html! {
            (forms::form(NUMBER, None, html! {
                (forms::text(&field("number", "Your number")
                    .hint("With its country, such as +44 20 7946 0958. Colleagues who work on tickets see it while you are on call.")
                    .unmarked().autocomplete("tel").longest(40), TextKind::Text, answers.text("number")))
                (actions::submit("Save the number", Weight::Secondary))
            }))
            @if duty.number.is_none() { (verified_numbers(contact)) }
        }))
        (layout::section("In your own calendar", feeds(visitor, duty)))
    };
    let mut shell = visitor.shell("My duty", NavItem::OnCall);
    DUTY.clone_into(&mut shell.path);
    shell.live_url = Some(visitor.live_url(ON_CALL));
    shell.notice = outcome.map(Outcome::notice);
    layout::page(&shell, body)
}

/// The numbers at which somebody is reached already, to be shown to colleagues at a touch. Nobody
/// else sees them unless they want that.
fn verified_numbers(contact: &MyContact) -> Markup {
    let is_number =
        |method: &&Method| matches!(method.kind, Kind::Sms | Kind::Voice) && method.is_good();
    let methods = contact.methods.iter().filter(is_number);
    let mut numbers: Vec<&str> = methods.map(|method| method.address.as_str()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    html! {
        @for number in numbers {
            (actions::one_click(&OneClick {
                action: NUMBER,
                label: &format!("Use my verified number {number}"),
                weight: Weight::Secondary,
                key: None,
                fields: &[("number", number)],
            }))
        }
    }
}

fn shifts(visitor: &Visitor, duty: &MyDuty) -> Markup {
    if duty.shifts.is_empty() {
        return notices::empty(
            "Nothing in the next four months",
            "When you take turns in a rota, your shifts stand here, the next first.",
            html! {},
        );
    }
    let (first, rest) = duty.shifts.split_at(duty.shifts.len().min(SHIFTS_AT_ONCE));
    html! {
        ul { @for own in first { li.duty-rota { (shift(visitor, duty, own)) } } }
        @if !rest.is_empty() {
            details.explain {
                summary { (words_of_more(rest.len())) }
                ul.explain-body {
                    @for own in rest { li.duty-rota { (shift(visitor, duty, own)) } }
                }
            }
        }
    }
}

fn words_of_more(count: usize) -> String {
    let count = u64::try_from(count).unwrap_or_default();
    let counted = say::count(count, "more shift", "more shifts");
    format!("{counted} in the next four months")
}

fn shift(visitor: &Visitor, duty: &MyDuty, own: &OwnShift) -> Markup {
    let reader = visitor.reader();
    let zone = words::zone(&own.rota.zone);
    let from = words::field(own.shift.from.max(visitor.now), &zone);
    let until = words::field(own.shift.until, &zone);
    let swap = format!("{}/swap?from={from}&until={until}", path(own.rota.id));
    html! {
        div {
            @if own.shift.from <= duty.at {
                strong.duty-when { "Until " (time::moment(own.shift.until, &reader)) }
                " · you are on call now"
            } @else {
                strong.duty-when { (time::span(own.shift.from, own.shift.until, &reader)) }
            }
        }
        div {
            a href=(path(own.rota.id)) { (own.rota.name) } ", "
            (words::duty(own.rota.duty).to_lowercase())
            @if let Some(planned) = own.shift.instead_of {
                ", instead of " (duty.people.name(planned))
            }
        }
        (actions::button_row(actions::link(&swap, "Ask who takes it", Weight::Quiet)))
    }
}

fn swaps(visitor: &Visitor, duty: &MyDuty) -> Markup {
    if duty.asked.is_empty() {
        return html! { p.quiet { "No swaps are waiting." } };
    }
    html! { ul { @for asked in &duty.asked { li.duty-rota { (swap(visitor, duty, asked)) } } } }
}

fn swap(visitor: &Visitor, duty: &MyDuty, asked: &Asked) -> Markup {
    let (swap, people) = (&asked.swap, &duty.people);
    let zone = words::zone(&asked.rota.zone);
    let time = words::span(swap.from, swap.until, &zone);
    let me = visitor.actor().person;
    let action = format!("/my-duty/swaps/{}", swap.id);
    let deed = |label, weight, fields: &[(&str, &str)]| {
        actions::one_click(&OneClick {
            action: &action,
            label,
            weight,
            key: None,
            fields,
        })
    };
    let whom = swap.asked.map_or("everybody", |asked| people.name(asked));
    html! {
        p {
            @if swap.asker == me { "You asked " (whom) } @else { (people.name(swap.asker)) " asks" }
            " who takes " strong { (time) } ", " (asked.rota.name) "."
        }
        @match &swap.state {
            SwapState::Open { offers } if swap.asker == me => {
                @for offer in offers {
                    p {
                        (people.name(offer.by)) " takes it if you take "
                        strong { (words::span(offer.from, offer.until, &zone)) } "."
                    }
                    (deed("Accept", Weight::Primary,
                        &[("deed", "accept"), ("by", &offer.by.to_string())]))
                }
                (deed("I need it no more", Weight::Quiet, &[("deed", "withdraw")]))
            }
            SwapState::Open { offers } => {
                @if offers.iter().any(|offer| offer.by == me) {
                    p.quiet { "You have made an offer." }
                }
                div.button-row {
                    (deed("Take it", Weight::Primary, &[("deed", "take")]))
                    (actions::link(&action, "For some of mine", Weight::Secondary))
                    @if swap.asked == Some(me) {
                        (deed("I cannot", Weight::Quiet, &[("deed", "decline")]))
                    }
                }
            }
            SwapState::Taken { by, .. } => p.quiet { (people.name(*by)) " has it." },
            SwapState::Declined { .. } => p.quiet { "It was declined. Ask somebody else." },
            SwapState::Withdrawn { .. } => p.quiet { "You need it no more." },
        }
    }
}

fn absences(visitor: &Visitor, duty: &MyDuty) -> Markup {
    let reader = visitor.reader();
    html! {
        ul {
            @for absence in &duty.absences {
                @if let Some(until) = absence.until {
                    li.duty-rota {
                        strong.duty-when { (time::span(absence.from, until, &reader)) }
                        (actions::one_click(&OneClick {
                            action: &format!("{ABSENCES}/{}/end", absence.id),
                            label: "I am not away",
                            weight: Weight::Quiet,
                            key: None,
                            fields: &[],
                        }))
                    }
                }
            }
        }
    }
}

fn feeds(visitor: &Visitor, duty: &MyDuty) -> Markup {
    let mut subjects = vec![Choice::new("", "My own shifts")];
    let rotas = duty.rotas.iter();
    subjects.extend(rotas.map(|rota| Choice::new(rota.id.to_string(), rota.name.clone())));
    let reader = visitor.reader();
    html! {
        @for feed in &duty.feeds {
            @let of = feed.rota.and_then(|id| visitor.desk.rota(id));
            p {
                (of.map_or("My own shifts", |rota| rota.name.as_str()))
                span.quiet { ", address made " (time::relative(feed.made_at, &reader)) }
            }
        }
        (forms::form(FEEDS, None, html! {
            p.hint {
                "An address that your calendar reads by itself, with the numbers that matter. "
                "It is secret and shown once; a new one ends the one before."
            }
            (choices::select(&Field::new("rota", "What should it show?").unmarked(), &subjects,
                "", None))
            (actions::submit("Make the address", Weight::Secondary))
        }))
    }
}
