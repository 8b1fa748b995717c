//! What can be done with a ticket now: the one thing first, then the others.

use eider_domain::ticket::{Status, StatusKind};
use maud::{Markup, html};

use crate::{
    Visitor,
    components::actions::{self, OneClick, Weight},
};

use super::{deed::Deed, deed_form, load::Loaded, shown, verb::Verb};

/// One thing that can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Offer {
    Verb(Verb),
    Deed(Deed),
    Reply(&'static str),
}

/// How many things stand beside the first one; the rest is offered beside the facts, so that a
/// thumb at night finds what it needs.
const BESIDE_FIRST: usize = 2;

/// The action bar, with the dialogs that it opens.
pub(super) fn action_bar(visitor: &Visitor, loaded: &Loaded) -> Markup {
    let (first, others) = offers(loaded);
    if let Status::Merged { into } = loaded.view.ticket.status {
        return actions::action_bar(
            actions::link(
                &shown::path(into),
                &format!("Go to {into}"),
                Weight::Primary,
            ),
            html! {},
        );
    }
    if first.is_none() && others.is_empty() {
        return html! {};
    }
    html! {
        (actions::action_bar(
            html! { @if let Some(first) = first { (offer(loaded, first, Weight::Primary)) } },
            html! {
                @for other in others.iter().take(BESIDE_FIRST) {
                    (offer(loaded, *other, Weight::Secondary))
                }
            },
        ))
        @for deed in dialogs(loaded, first, &others) { (deed_form::dialog(visitor, loaded, deed)) }
    }
}

/// What can be done besides, to stand beside the facts.
pub(super) fn more(loaded: &Loaded) -> Markup {
    let (_, others) = offers(loaded);
    html! {
        @for other in others.iter().skip(BESIDE_FIRST) { (offer(loaded, *other, Weight::Quiet)) }
    }
}

/// The deeds whose dialogs stand on the page: those of the bar, and those beside the facts.
fn dialogs(loaded: &Loaded, first: Option<Offer>, others: &[Offer]) -> Vec<Deed> {
    let mut deeds: Vec<Deed> = first
        .iter()
        .chain(others)
        .filter_map(|offer| match offer {
            Offer::Deed(deed) => Some(*deed),
            _ => None,
        })
        .collect();
    if loaded.rights.may_work {
        deeds.extend(Deed::BESIDE_FACTS);
    }
    deeds.dedup();
    deeds
}

/// The one thing to do first, and the others in the order in which they are likely.
fn offers(loaded: &Loaded) -> (Option<Offer>, Vec<Offer>) {
    let rights = loaded.rights;
    let kind = loaded.kind();
    let mut offers = Vec::new();
    if rights.is_reporter && kind == StatusKind::WaitingForReporter {
        offers.push(Offer::Reply("Answer"));
    }
    if kind == StatusKind::Resolved && rights.may_confirm {
        offers.push(Offer::Verb(Verb::Confirm));
        offers.push(Offer::Deed(Deed::Reopen));
    }
    if kind.is_open() && rights.may_work {
        offers.extend(work(loaded, kind));
    }
    let has_reply = offers.iter().any(|offer| matches!(offer, Offer::Reply(_)));
    if rights.may_reply && !has_reply {
        // After the one thing to do, people most often write.
        let label = if rights.is_reporter {
            "Add something"
        } else {
            "Reply"
        };
        offers.insert(offers.len().min(1), Offer::Reply(label));
    }
    if kind == StatusKind::Resolved && rights.may_work {
        offers.push(Offer::Deed(Deed::Update));
    }
    if kind == StatusKind::Closed && rights.may_confirm {
        offers.push(Offer::Deed(Deed::Reopen));
    }
    // A closed ticket asks for nothing, so nothing of it is first.
    let is_over = kind == StatusKind::Closed;
    let first = (!is_over && !offers.is_empty()).then(|| offers.remove(0));
    (first, offers)
}

/// What those who work on tickets can do with an open one.
fn work(loaded: &Loaded, kind: StatusKind) -> Vec<Offer> {
    let is_owned = loaded.view.ticket.owner.is_some();
    let mut offers = Vec::new();
    match (kind, loaded.rights.is_owner) {
        (StatusKind::New | StatusKind::Acknowledged | StatusKind::Reopened, true) => {
            offers.extend([Offer::Verb(Verb::Start), Offer::Deed(Deed::Resolve)]);
        }
        (StatusKind::InProgress, true) => offers.push(Offer::Deed(Deed::Resolve)),
        (StatusKind::WaitingForReporter, true) => {
            offers.extend([Offer::Verb(Verb::Resume), Offer::Deed(Deed::Resolve)]);
        }
        _ if is_owned => offers.extend([
            Offer::Reply("Reply"),
            Offer::Verb(Verb::TakeOver),
            Offer::Deed(Deed::Resolve),
        ]),
        _ => {
            offers.extend([Offer::Verb(Verb::Take), Offer::Deed(Deed::Assign)]);
            if matches!(kind, StatusKind::New | StatusKind::Reopened) {
                offers.push(Offer::Verb(Verb::Acknowledge));
            }
            offers.push(Offer::Deed(Deed::Resolve));
        }
    }
    if kind != StatusKind::WaitingForReporter {
        offers.push(Offer::Deed(Deed::Wait));
    }
    let update = Offer::Deed(Deed::Update);
    match (
        loaded.rights.is_communicating,
        loaded.view.ticket.next_update,
    ) {
        // The one who tells is asked for it first when its time has come.
        (true, Some(next)) if next.is_due => offers.insert(0, update),
        (true, _) => offers.insert(1, update),
        (false, _) => offers.push(update),
    }
    if is_owned {
        offers.push(Offer::Deed(Deed::Assign));
    }
    if loaded.rights.is_owner {
        offers.push(Offer::Verb(Verb::Release));
    }
    offers.push(Offer::Deed(Deed::Merge));
    offers
}

fn offer(loaded: &Loaded, offer: Offer, weight: Weight) -> Markup {
    match offer {
        Offer::Verb(verb) => actions::one_click(&OneClick {
            action: &format!("{}/{}", loaded.path(), verb.word()),
            label: verb.label(),
            weight,
            key: verb.key(),
            fields: &[],
        }),
        Offer::Deed(deed) => deed_form::link(loaded, deed, weight),
        Offer::Reply(label) => actions::link_with_key("#field-body", label, weight, "r"),
    }
}
