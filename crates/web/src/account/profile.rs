//! One's own profile, password, sessions and tokens.

use axum::{extract::State, http::HeaderMap, response::Response};
use eider_app::account::{self, PasswordChange, Profile, Way};
use eider_store::session::Session;
use maud::{Markup, html};

use super::{END_OTHERS, END_SESSION, PASSWORD, TOKENS, again, welcome::new_password, zones};
use crate::{
    Error, Result, Visitor, Web,
    answers::{Answers, Wrong},
    components::{
        actions::{self, OneClick, Weight},
        choices,
        forms::{self, Field, TextKind},
        layout::{self, NavItem, PROFILE_PATH},
        tables::{Column, Table, table},
        time,
    },
    outcome::{self, Outcome},
};

pub(super) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response> {
    let page = whole(&web, &visitor, &headers).await?;
    Ok(outcome::told(page.outcome, &web, page.render(&visitor)))
}

pub(super) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    headers: HeaderMap,
    answers: Answers,
) -> Result<Response> {
    let profile = Profile {
        name: answers.text("name").to_owned(),
        zone: answers.text("zone").to_owned(),
        initials: answers.text("initials").to_owned(),
        address_as: answers.text("address_as").to_owned(),
    };
    match account::update_profile(&web.eider, visitor.actor(), profile).await {
        Ok(_) => Ok(Outcome::ProfileSaved.redirect(&web, PROFILE_PATH)),
        Err(error) => {
            let mut page = whole(&web, &visitor, &headers).await?;
            page.profile = (answers, Wrong::of(error)?);
            Ok(again(page.render(&visitor)))
        }
    }
}

pub(super) async fn change_password(
    State(web): State<Web>,
    visitor: Visitor,
    headers: HeaderMap,
    answers: Answers,
) -> Result<Response> {
    let change = PasswordChange {
        current: answers.text("current"),
        new: answers.text("password"),
        kept_session: session_of(&visitor),
    };
    match account::change_password(&web.eider, visitor.actor(), change).await {
        Ok(()) => Ok(Outcome::PasswordChanged.redirect(&web, PROFILE_PATH)),
        Err(error) => {
            let mut page = whole(&web, &visitor, &headers).await?;
            page.password = Wrong::of(error)?;
            Ok(again(page.render(&visitor)))
        }
    }
}

pub(super) async fn end_session(
    State(web): State<Web>,
    visitor: Visitor,
    answers: Answers,
) -> Result<Response> {
    let hash = from_hex(answers.text("session")).ok_or(Error::NoSuchPage)?;
    account::end_session(&web.eider, visitor.actor(), &hash).await?;
    Ok(Outcome::SessionEnded.redirect(&web, PROFILE_PATH))
}

pub(super) async fn end_other_sessions(
    State(web): State<Web>,
    visitor: Visitor,
) -> Result<Response> {
    let kept = session_of(&visitor);
    account::end_other_sessions(&web.eider, visitor.actor(), kept.as_ref()).await?;
    Ok(Outcome::SessionEnded.redirect(&web, PROFILE_PATH))
}

/// Everything on the page.
struct Whole {
    profile: (Answers, Wrong),
    password: Wrong,
    sessions: Vec<Session>,
    outcome: Option<Outcome>,
}

/// The page as it is before anybody has typed.
async fn whole(web: &Web, visitor: &Visitor, headers: &HeaderMap) -> Result<Whole> {
    let person = &visitor.who.person;
    let answers = Answers::new([
        ("name", person.name.clone()),
        ("zone", person.zone.clone()),
        ("initials", person.initials.clone()),
        ("address_as", person.address_as.clone().unwrap_or_default()),
    ]);
    Ok(Whole {
        profile: (answers, Wrong::default()),
        password: Wrong::default(),
        sessions: account::sessions(&web.eider, visitor.actor()).await?,
        outcome: Outcome::of(headers),
    })
}

impl Whole {
    fn render(&self, visitor: &Visitor) -> Markup {
        let person = &visitor.who.person;
        let lede = person
            .email
            .as_ref()
            .map(|email| format!("You sign in with {email}."));
        let body = html! {
            (layout::heading("Your profile", lede.as_deref(), html! {}))
            (about(&self.profile.0, &self.profile.1))
            (layout::section("Password", password(&self.password)))
            (sessions(visitor, &self.sessions))
            (layout::section("API tokens", html! {
                p { "For programs and the command line that act for you." }
                (actions::button_row(actions::link(TOKENS, "Your tokens", Weight::Secondary)))
            }))
        };
        let mut shell = visitor.shell("Your profile", NavItem::Settings);
        // After a form was sent, the path is the form's, which nobody can come back to.
        shell.path = PROFILE_PATH.to_owned();
        shell.notice = self.outcome.map(Outcome::notice);
        layout::page(&shell, body)
    }
}

fn about(answers: &Answers, wrong: &Wrong) -> Markup {
    let name = Field::new("name", "Your name")
        .autocomplete("name")
        .longest(100)
        .error(wrong.with("name"));
    let address_as = Field::new("address_as", "How do you like to be addressed?")
        .hint("Such as: Ada, or Dr Lovelace, she/her. Your first name if you leave it empty.")
        .longest(100)
        .optional()
        .error(wrong.with("address_as"));
    let initials = Field::new("initials", "Initials")
        .hint("One to three letters, shown where a photograph would be.")
        .longest(3)
        .optional()
        .error(wrong.with("initials"));
    let zone = Field::new("zone", "Your time zone")
        .hint("Times are shown in this zone, except where another one is named.")
        .error(wrong.with("zone"));
    html! {
        (wrong.summary())
        (forms::form(PROFILE_PATH, None, html! {
            (forms::text(&name, TextKind::Text, answers.text("name")))
            (forms::text(&address_as, TextKind::Text, answers.text("address_as")))
            (forms::text(&initials, TextKind::Text, answers.text("initials")))
            (choices::select(&zone, &zones::choices(answers.text("zone")), answers.text("zone"), None))
            (actions::submit("Save", Weight::Primary))
        }))
    }
}

fn password(wrong: &Wrong) -> Markup {
    let current = Field::new("current", "Present password")
        .hint("Leave it empty if you have none yet.")
        .autocomplete("current-password")
        .error(wrong.with("current"));
    html! {
        p { "A new password signs you out everywhere else." }
        (wrong.summary())
        (forms::form(PASSWORD, None, html! {
            (forms::text(&current, TextKind::Password, ""))
            (new_password(wrong))
            (actions::submit("Change the password", Weight::Secondary))
        }))
    }
}

fn sessions(visitor: &Visitor, sessions: &[Session]) -> Markup {
    let reader = visitor.reader();
    let own = session_of(visitor);
    let rows = sessions.iter().map(|session| {
        let hash = to_hex(&session.token_hash);
        vec![
            html! { (device_words(&session.device)) },
            time::relative(session.seen_at, &reader),
            time::day(session.created_at, &reader),
            html! {
                @if own == Some(session.token_hash) { "This browser" } @else {
                    (actions::one_click(&OneClick {
                        action: END_SESSION,
                        label: "Sign out there",
                        weight: Weight::Secondary,
                        key: None,
                        fields: &[("session", &hash)],
                    }))
                }
            },
        ]
    });
    let listed = Table {
        caption: "Where you are signed in".to_owned(),
        columns: vec![
            Column::words("Browser"),
            Column::words("Last used"),
            Column::words("Since"),
            Column::action("Sign out"),
        ],
        rows: rows.collect(),
    };
    layout::section(
        "Where you are signed in",
        html! {
            (table(&listed))
            @if sessions.len() > 1 {
                (actions::button_row(actions::one_click(&OneClick {
                    action: END_OTHERS,
                    label: "Sign out everywhere else",
                    weight: Weight::Secondary,
                    key: None,
                    fields: &[],
                })))
            }
        },
    )
}

fn session_of(visitor: &Visitor) -> Option<[u8; 32]> {
    match visitor.who.way {
        Way::Session(hash) => Some(hash),
        Way::Token(_) => None,
    }
}

/// "Firefox on Windows", as far as the browser's own words tell. Several browsers name others too,
/// so the order matters.
fn device_words(device: &str) -> String {
    let first = |known: &[(&str, &'static str)]| {
        known
            .iter()
            .find(|(mark, _)| device.contains(mark))
            .map(|(_, name)| *name)
    };
    let browser = first(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "a Mac"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(word), None) | (None, Some(word)) => word.to_owned(),
        (None, None) if device.is_empty() => "A browser".to_owned(),
        (None, None) => device.chars().take(40).collect(),
    }
}

fn to_hex(bytes: &[u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_told_in_words() {
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1";
        assert_eq!(device_words(phone), "Safari on iPhone");
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 Edg/120.0";
        assert_eq!(device_words(edge), "Edge on Windows");
        assert_eq!(device_words("curl/8.5"), "curl/8.5");
        assert_eq!(device_words(""), "A browser");
    }

    #[test]
    fn a_hash_survives_a_form() {
        let hash: [u8; 32] = std::array::from_fn(|index| u8::try_from(index * 7).unwrap_or(9));
        assert_eq!(from_hex(&to_hex(&hash)), Some(hash));
        for bad in ["", "00", &"g".repeat(64), &"é".repeat(32)] {
            assert_eq!(from_hex(bad), None, "{bad}");
        }
    }
}
