//! Roles in words.

use eider_domain::person::Role;

use crate::components::choices::Card;

/// The role, as a person is told it.
pub(super) fn word(role: Role) -> &'static str {
    match role {
        Role::Viewer => "Viewer",
        Role::Reporter => "Reporter",
        Role::Responder => "Responder",
        Role::Lead => "Lead",
        Role::Administrator => "Administrator",
    }
}

fn meaning(role: Role) -> &'static str {
    match role {
        Role::Viewer => "Reads everything and changes nothing.",
        Role::Reporter => "Asks for help, and follows what becomes of it.",
        Role::Responder => "Takes tickets and works on them.",
        Role::Lead => "Does that too, and looks after a squad: its people and its features.",
        Role::Administrator => "Does all of that, lets people in, and changes every setting.",
    }
}

/// Cards of which one is chosen.
pub(super) fn cards() -> Vec<Card> {
    Role::ALL
        .into_iter()
        .map(|role| Card {
            value: role.as_str().to_owned(),
            title: word(role).to_owned(),
            meaning: meaning(role).to_owned(),
            ..Card::default()
        })
        .collect()
}
