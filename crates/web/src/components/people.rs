//! People: a chip with initials or a photo, and the loud absence of anybody.

use maud::{Markup, html};

use super::icons::{Icon, icon};

/// A person as shown beside their deeds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// How they like to be addressed.
    pub name: String,
    /// One to three letters.
    pub initials: String,
    /// Where their photo is, if they gave one.
    pub photo_url: Option<String>,
    /// What they are just now, such as "on call" or "reporter".
    pub role_now: Option<String>,
    /// Their page.
    pub href: Option<String>,
}

/// Photo or initials, name, and role now.
pub fn chip(person: &Person) -> Markup {
    html! {
        span.person {
            (face(person))
            span.person-words {
                @match &person.href {
                    Some(href) => a.person-name href=(href) { (person.name) },
                    None => span.person-name { (person.name) },
                }
                @if let Some(role) = &person.role_now { " " span.quiet { (role) } }
            }
        }
    }
}

/// The owner, or "Nobody has this yet" said loudly.
pub fn owner(owner: Option<&Person>) -> Markup {
    match owner {
        Some(person) => chip(person),
        None => nobody(),
    }
}

/// "Nobody has this yet".
pub fn nobody() -> Markup {
    html! { span.nobody { (icon(Icon::Nobody)) "Nobody has this yet" } }
}

/// Photo or initials alone; the name must stand beside it.
pub fn face(person: &Person) -> Markup {
    html! {
        @match &person.photo_url {
            Some(url) => img.face src=(url) alt="" width="28" height="28" loading="lazy";,
            None => span.face aria-hidden="true" { (person.initials) },
        }
    }
}
