//! Squads and people.

use eider_domain::person::{Role, parse_email};

use super::{calling, listed};
use crate::as_code::{
    fields::{Item, Thing},
    problem::Problems,
    wanted::{Person, Squad},
    yaml::Node,
};

const SQUAD: [&str; 5] = ["name", "was", "rate_cents_per_hour", "policy", "waking"];
const PERSON: [&str; 6] = ["email", "name", "role", "squads", "zone", "active"];

pub(super) fn squad(problems: &mut Problems, top: &Thing<'_>, node: &Node) -> Option<Item<Squad>> {
    let thing = top.of(problems, node, &SQUAD)?;
    let name = thing.needed(problems, "name")?;
    let was = thing.text(problems, "was");
    let body = Squad {
        rate_cents_per_hour: thing.number(problems, "rate_cents_per_hour"),
        rules: calling::rules(problems, &thing),
    };
    Some(thing.item(name, was, body))
}

pub(super) fn person(
    problems: &mut Problems,
    top: &Thing<'_>,
    node: &Node,
) -> Option<Item<Person>> {
    let thing = top.of(problems, node, &PERSON)?;
    thing.needed(problems, "email")?;
    let email = thing.read(problems, "email", parse_email)?;
    let roles = listed(&Role::ALL, Role::as_str);
    let body = Person {
        name: thing.text(problems, "name"),
        role: thing.word(problems, "role", &roles, Role::parse),
        squads: thing.texts(problems, "squads"),
        zone: thing.text(problems, "zone"),
        active: thing.flag(problems, "active"),
    };
    Some(thing.item(email, None, body))
}
