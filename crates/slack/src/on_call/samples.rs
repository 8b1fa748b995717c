//! Samples about who is on call, for the gallery.

use std::sync::Arc;

use eider_app::{
    desk::Desk,
    rota::{OwnShift, Standing},
};
use eider_domain::{
    PersonId,
    rota::{Duty, Holding, Limits, Offer, Reason, Rota, Shift, Span, Swap, SwapState},
};
use serde_json::{Value, json};

use super::{HELP, act, form, shown, swaps::Told};
use crate::{
    kit,
    samples::{ADA, BEN, CLEO, at},
};

const WEEK_MINUTES: i64 = 7 * 24 * 60;

fn person(who: u128) -> PersonId {
    uuid::Uuid::from_u128(who).into()
}

/// A rota of that name.
pub(super) fn rota(name: &str, duty: Duty) -> Rota {
    Rota {
        id: uuid::Uuid::from_u128(10).into(),
        name: name.into(),
        squad: None,
        duty,
        zone: "Europe/London".into(),
        vital: String::new(),
        limits: Limits::default(),
        plans: Vec::new(),
        retired: false,
    }
}

/// That rota, with so many people on call now, and next week somebody or nobody.
pub(super) fn standing(rota: Rota, holders: usize, next: Option<u128>) -> Standing {
    let span = |week: i64, who: Option<u128>, people: usize| Span {
        from: at(week * WEEK_MINUTES),
        until: at((week + 1) * WEEK_MINUTES),
        holders: (0..people)
            .filter_map(|_| who)
            .map(|who| Holding {
                person: person(who),
                reason: Reason::Rota,
                instead_of: None,
                turn: None,
            })
            .collect(),
        missing: Vec::new(),
    };
    let mut desk = Desk::fresh().expect("there is a desk to begin with");
    desk.rotas = vec![rota];
    Standing {
        desk: Arc::new(desk),
        place: 0,
        now: span(0, Some(ADA), holders),
        next: Some(span(1, next, 1)),
    }
}

/// One's own time on call in that rota.
pub(super) fn shift(rota: Rota) -> OwnShift {
    OwnShift {
        rota,
        shift: Shift {
            person: person(ADA),
            from: at(0),
            until: at(WEEK_MINUTES),
            reason: Reason::Rota,
            instead_of: None,
            turn: None,
        },
    }
}

/// A request of Ben's.
pub(super) fn swap(asked: Option<u128>) -> Swap {
    Swap {
        id: uuid::Uuid::from_u128(11).into(),
        rota: uuid::Uuid::from_u128(10).into(),
        asker: person(BEN),
        asked: asked.map(person),
        from: at(WEEK_MINUTES),
        until: at(2 * WEEK_MINUTES),
        made_at: at(0),
        state: SwapState::Open { offers: Vec::new() },
    }
}

/// What became of a request of Ben's to Ada and others.
fn states() -> [SwapState; 5] {
    let offer = Offer {
        by: person(ADA),
        from: at(2 * WEEK_MINUTES),
        until: at(3 * WEEK_MINUTES),
    };
    let taken = |by| SwapState::Taken {
        by: person(by),
        at: at(0),
        in_return: None,
    };
    [
        SwapState::Open {
            offers: vec![offer],
        },
        taken(ADA),
        taken(CLEO),
        SwapState::Declined { at: at(0) },
        SwapState::Withdrawn { at: at(0) },
    ]
}

fn told<T>(state: SwapState, name: &Name, tell: impl Fn(&Told<'_>) -> T) -> T {
    let swap = Swap {
        state,
        ..swap(Some(ADA))
    };
    tell(&Told {
        swap: &swap,
        rota: "Support",
        name,
        page: "https://desk.example/my-duty",
    })
}

/// What stands in the message of somebody who was asked.
pub(super) fn requests(name: &Name) -> Vec<Value> {
    let shown = |state| {
        let (text, blocks) = told(state, name, |told| told.for_asked(person(ADA)));
        json!({"text": text, "blocks": blocks})
    };
    states().map(shown).into()
}

/// What whoever asked is told.
pub(super) fn answers(name: &Name) -> Vec<Value> {
    let said = states().into_iter().filter_map(|state| {
        let (_, text) = told(state, name, |told| told.for_asker())?;
        Some(json!({"text": text, "blocks": [kit::section(&text)]}))
    });
    said.collect()
}

/// Somebody's name.
type Name = dyn Fn(PersonId) -> String + Sync;

/// Everything about who is on call.
pub(crate) fn all() -> Vec<(&'static str, Value)> {
    let support = standing(rota("Support", Duty::Primary), 1, Some(BEN));
    let buddies = standing(rota("Buddies", Duty::Secondary), 1, None);
    let garden = standing(rota("Garden", Duty::Gardener), 0, Some(BEN));
    let name = |who: PersonId| {
        let name = match who.0.as_u128() {
            ADA => "Ada Okafor",
            BEN => "Ben Roe",
            _ => "Cleo Nine",
        };
        name.to_owned()
    };
    let lines = [
        shown::line(&support, None, &name),
        shown::line(&buddies, Some("Payments"), &name),
        shown::line(&garden, None, &name),
    ];
    let page = "https://desk.example/on-call";
    let asks = shown::request_blocks(&swap(Some(CLEO)), "Support", "Ben Roe");
    let (text, blocks) = shown::drawn(&lines, false, asks, true, page);
    let on_call = json!({"private": true, "text": text, "blocks": blocks});
    let (text, blocks) = shown::drawn(&[], false, Vec::new(), true, page);
    let nobody = json!({"private": true, "text": text, "blocks": blocks});
    let cover = form::cover(&[rota("Support", Duty::Primary)], at(30));
    let errors = json!({"until": "It has to end after it begins."});
    let words = |text: &str| json!({"private": true, "text": text, "blocks": [kit::section(text)]});
    let covered = act::covered_sample(at(0), at(WEEK_MINUTES));
    let told = [
        HELP,
        act::ASKED,
        act::TAKEN,
        act::DECLINED,
        form::NO_SHIFT,
        form::NO_ROTA,
        covered.as_str(),
    ]
    .map(words);
    vec![
        ("on-call", on_call),
        ("on-call-nobody", nobody),
        (
            "on-call-swap",
            form::swap(&[shift(rota("Support", Duty::Primary))]),
        ),
        ("on-call-cover", cover.clone()),
        ("on-call-cover-errors", form::wrong(&cover, &errors)),
        ("on-call-asked", json!({"thread": requests(&name)})),
        ("on-call-answered", json!({"thread": answers(&name)})),
        ("on-call-told", json!({"thread": told})),
    ]
}
