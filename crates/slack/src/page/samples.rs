//! Samples of messages and forms about pages, for the gallery.

use std::collections::HashMap;

use eider_app::{
    contact::Sending,
    desk::Desk,
    page::PageView,
    rota::OwnShift,
    slack::{HOME_PART_LIMIT, HOME_SHIFTS_SHOWN, Home},
};
use eider_domain::{
    PageId, PersonId,
    contact::{Attempt, AttemptState, Kind, Message, Subject, Urgency, Way},
    page::{Ending, Helper, Notes, Page, Paged, State},
    priority::Rank,
    rota::{Duty, Limits, Reason, Rota, Shift},
    ticket::Ticket,
};
use eider_store::person::PersonName;
use serde_json::{Value, json};

use super::{by_hand, form, message::Shown, press, send};
use crate::{
    mirror::samples::Play,
    samples::{ADA, BEN, at},
};

/// Nine in the morning after, in minutes.
pub(crate) const MORNING: i64 = 20 * 60 + 3;

fn person(who: u128) -> PersonId {
    uuid::Uuid::from_u128(who).into()
}

/// The names of those who are called.
pub(crate) fn names() -> HashMap<PersonId, PersonName> {
    let name = |who, name: &str| {
        let name = PersonName {
            name: name.into(),
            initials: "X".into(),
        };
        (person(who), name)
    };
    [name(ADA, "Ada Okafor"), name(BEN, "Ben Roe")].into()
}

/// A page about that ticket.
pub(super) fn view(ticket: &Ticket, state: State) -> PageView {
    let page = Page {
        id: PageId(uuid::Uuid::from_u128(9)),
        squad: None,
        is_drill: false,
        tickets: vec![Paged {
            ticket: ticket.id,
            number: ticket.number,
            rank: ticket.priority,
        }],
        state,
        opened_at: at(20),
        changed_at: at(20),
        notes: Notes::default(),
    };
    PageView {
        page,
        tickets: vec![ticket.clone()],
        names: names(),
    }
}

/// Ada, or whoever it is, being called.
pub(super) fn calling(who: u128) -> State {
    State::Calling {
        level: 1,
        round: 1,
        people: vec![person(who)],
        since: at(20),
        until: at(35),
    }
}

fn drawn(view: &PageView, me: u128, is_repeat: bool) -> Value {
    let address = |path: &str| format!("https://desk.example{path}");
    let shown = Shown {
        view,
        me: person(me),
        address: &address,
        is_repeat,
        now: at(30),
    };
    let (text, blocks) = shown.draw();
    json!({"text": text, "blocks": blocks})
}

/// What somebody sees of a page, from being called to its end.
pub(crate) fn messages(desk: &Desk) -> Vec<(&'static str, Value)> {
    let ticket = Play::asked(desk, Rank::P1, 20).ticket;
    let state = |state| view(&ticket, state);
    let taken = |by| State::Acknowledged {
        by: person(by),
        at: at(25),
        ask_at: Some(at(85)),
    };
    let mut helped = state(taken(BEN));
    helped.page.notes.helpers = vec![Helper {
        person: person(ADA),
        hand_over: false,
        by: Some(person(BEN)),
        since: Some(at(25)),
    }];
    let mut woken = state(calling(ADA));
    woken.page.notes.reason = Some("The bank closes at midnight.".into());
    let mut drill = state(calling(ADA));
    drill.page.is_drill = true;
    drill.page.tickets.clear();
    drill.tickets.clear();
    let others = [
        woken,
        helped,
        state(State::Asking {
            by: person(ADA),
            since: at(28),
            until: at(38),
        }),
        state(State::LastResort {
            people: vec![person(ADA)],
            since: at(28),
            again: None,
        }),
        drill,
    ];
    let others: Vec<Value> = others.iter().map(|view| drawn(view, ADA, false)).collect();
    let (text, blocks) = send::test_sample(&test());
    let test = json!({"text": text, "blocks": blocks});
    let seen = json!({"text": press::SEEN, "blocks": [crate::kit::section(press::SEEN)]});
    let ended = State::Ended {
        how: Ending::Resolved,
        at: at(29),
    };
    vec![
        ("page-called", drawn(&state(calling(ADA)), ADA, false)),
        ("page-repeat", drawn(&state(calling(ADA)), ADA, true)),
        ("page-mine", drawn(&state(taken(ADA)), ADA, false)),
        ("page-taken", drawn(&state(taken(BEN)), ADA, false)),
        (
            "page-put-off",
            drawn(&state(State::Held { until: at(MORNING) }), ADA, false),
        ),
        ("page-over", drawn(&state(ended), ADA, false)),
        ("page-others", json!({"thread": others})),
        ("page-test", json!({"thread": [test, seen]})),
    ]
}

/// A Home of Ada, who is called for a ticket of that title and on call so many times in a rota.
pub(crate) fn home(title: &str, rota: &str, shifts: usize) -> Home {
    let desk = Desk::fresh().unwrap();
    let mut ticket = Play::asked(&desk, Rank::P1, 20).ticket;
    title.clone_into(&mut ticket.title);
    let rota = Rota {
        id: uuid::Uuid::from_u128(10).into(),
        name: rota.to_owned(),
        squad: None,
        duty: Duty::Primary,
        zone: "Europe/London".into(),
        vital: String::new(),
        limits: Limits::default(),
        plans: Vec::new(),
        retired: false,
    };
    let shift = |week: usize| {
        let minutes = i64::try_from(week).unwrap() * 7 * 24 * 60;
        OwnShift {
            rota: rota.clone(),
            shift: Shift {
                person: person(ADA),
                from: at(minutes),
                until: at(minutes + 7 * 24 * 60),
                reason: Reason::Rota,
                instead_of: None,
                turn: None,
            },
        }
    };
    Home {
        shifts: (0..shifts.min(HOME_SHIFTS_SHOWN)).map(shift).collect(),
        pages: vec![view(&ticket, calling(ADA)); shifts.min(HOME_PART_LIMIT)],
        ..Home::default()
    }
}

/// The forms about pages.
pub(crate) fn forms(desk: &Desk) -> Vec<(&'static str, Value)> {
    let ticket = Play::asked(desk, Rank::P2, 20).ticket;
    let called = view(&ticket, calling(ADA));
    let held = view(&ticket, State::Held { until: at(MORNING) });
    let not_now = form::not_now(&called, person(ADA));
    vec![
        ("page-not-now", not_now.clone()),
        ("page-not-now-errors", form::wrong(&not_now)),
        (
            "page-by-hand",
            by_hand::form(&ticket, Some(&held), "Ada Okafor", at(30)),
        ),
    ]
}

/// The card of something that people are called about, and of what waits for the morning.
pub(crate) fn cards(desk: &Desk) -> Vec<(&'static str, Value)> {
    let urgent = Play::asked(desk, Rank::P1, 20);
    let waits = Play::asked(desk, Rank::P2, 20);
    let called = view(&urgent.ticket, calling(ADA));
    let held = view(&waits.ticket, State::Held { until: at(MORNING) });
    vec![
        ("card-called", urgent.card_calling(30, Some(&called))),
        ("card-held", waits.card_calling(30, Some(&held))),
    ]
}

fn test() -> Sending {
    let attempt = Attempt {
        id: uuid::Uuid::from_u128(8).into(),
        person: person(ADA),
        way: Way {
            method: None,
            kind: Kind::Slack,
            address: "T1/U0ADA".into(),
        },
        subject: Subject::TestPage,
        urgency: Urgency::High,
        due_at: at(30),
        state: AttemptState::Waiting,
        changed_at: at(30),
        repeats: None,
        fence: 0,
    };
    let message = Message {
        title: "Test page from Eider: all is well".into(),
        text: "Ada, this is the test page that you asked for. It came by a direct message in \
            Slack. Nothing is wrong, and there is nothing to do."
            .into(),
        short: String::new(),
        spoken: String::new(),
        keys: Vec::new(),
        link: None,
    };
    Sending {
        attempt,
        message,
        secret: None,
    }
}
