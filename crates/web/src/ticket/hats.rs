//! Hats: who is diagnosing, who is communicating, and the kind question when nobody is.

use eider_domain::ticket::{Hat, StatusKind};
use maud::{Markup, html};

use crate::{
    Visitor,
    components::{
        actions::{self, OneClick, Weight},
        notices::{self, NoticeKind},
        people,
    },
};

use super::{deed::Deed, deed_form, load::Loaded, shown, verb::Verb};

/// Who wears them, for the column of facts. Whoever works on tickets sees too that nobody does.
pub(super) fn facts(loaded: &Loaded) -> Vec<(&'static str, Markup)> {
    let may_change = loaded.rights.may_work && loaded.kind().is_open();
    let mut facts = Vec::new();
    for hat in Hat::ALL {
        let wearer = loaded.view.ticket.hats.wearer(hat);
        if wearer.is_none() && !may_change {
            continue;
        }
        let fact = html! {
            @match wearer {
                Some(id) => (people::chip(&shown::person(loaded.names(), id))),
                None => span.quiet { "Nobody" },
            }
            @if may_change { " " (deed_form::small_link(loaded, Deed::Hat(hat))) }
        };
        facts.push((name(hat), fact));
    }
    facts
}

/// Asks who is diagnosing and who is communicating where it matters and nobody is; says that two
/// people are better where one does both.
pub(super) fn question(visitor: &Visitor, loaded: &Loaded) -> Markup {
    let ticket = &loaded.view.ticket;
    if !loaded.rights.may_work || loaded.kind() == StatusKind::Merged {
        return html! {};
    }
    if let Some(person) = ticket.hats.one_wears_both() {
        let name = shown::person(loaded.names(), person).name;
        let title = format!("{name} is diagnosing and communicating");
        return notice(
            &title,
            html! { p { "Two people are better: one looks for the cause in peace, the other tells how it stands." } },
        );
    }
    let wanted = ticket.hats_wanted(visitor.desk.most_urgent());
    let Some(title) = title(&wanted) else {
        return html! {};
    };
    let me = visitor.actor().person;
    let wears_the_other = |hat: &Hat| ticket.hats.wearer(hat.other()) == Some(me);
    notice(
        title,
        html! {
            p {
                @if wanted.iter().any(wears_the_other) {
                    "You wear the other hat, and two people are better. Ask somebody, or do both knowingly."
                } @else {
                    "One person looks for the cause in peace; another tells everybody how it stands."
                }
            }
            @for hat in &wanted {
                (actions::button_row(html! {
                    (actions::one_click(&OneClick {
                        action: &format!("{}/{}", loaded.path(), Verb::for_hat(*hat).word()),
                        label: Verb::for_hat(*hat).label(),
                        weight: Weight::Secondary,
                        key: None,
                        fields: &[],
                    }))
                    (actions::link(
                        &format!("{}/{}", loaded.path(), hat.as_str()),
                        "Ask somebody",
                        Weight::Quiet,
                    ))
                }))
            }
        },
    )
}

/// The question of which hats somebody is asked to put on; none when all are worn.
pub(crate) fn title(wanted: &[Hat]) -> Option<&'static str> {
    match wanted {
        [] => None,
        [Hat::Diagnosing] => Some("Who is diagnosing?"),
        [Hat::Communicating] => Some("Who is communicating?"),
        _ => Some("Who is diagnosing, and who is communicating?"),
    }
}

fn name(hat: Hat) -> &'static str {
    match hat {
        Hat::Diagnosing => "Diagnosing",
        Hat::Communicating => "Communicating",
    }
}

fn notice(title: &str, body: Markup) -> Markup {
    html! { div.notices { (notices::notice(NoticeKind::Information, title, body)) } }
}
