//! Sample data of the gallery: invented, believable, and the same at every call.

mod asking;
mod figures;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};

use crate::components::badges::{self, Priority, Status};
use crate::components::clock::{Clock, ClockState};
use crate::components::people::{self, Person};
use crate::components::thread::{Attachment, Entry, Message, Tone};
use crate::components::tickets::{Asked, Similar, TicketRow};
use crate::components::words::Reader;

pub(super) use self::asking::{features, platforms, priority_cards, words};
pub(super) use self::figures::{chart, key_figures, table};

/// Friday 21 November 2025, 13:27 UTC.
const NOW: Timestamp = Timestamp::constant(1_763_731_620, 0);

pub(super) fn reader() -> Reader {
    let london = zone("Europe/London");
    Reader {
        now: NOW,
        zone: london.clone(),
        team_zone: london,
    }
}

pub(super) fn reader_abroad() -> Reader {
    Reader {
        zone: zone("Asia/Tokyo"),
        ..reader()
    }
}

pub(super) fn earlier() -> Timestamp {
    minutes_from_now(-47)
}

pub(super) fn ada() -> Person {
    Person {
        name: "Ada".to_owned(),
        initials: "AL".to_owned(),
        photo_url: None,
        role_now: Some("on call".to_owned()),
        href: Some("#ada".to_owned()),
    }
}

pub(super) fn ben() -> Person {
    Person {
        name: "Ben Okafor".to_owned(),
        initials: "BO".to_owned(),
        ..Person::default()
    }
}

pub(super) fn priorities() -> Vec<Priority> {
    [
        "Business critical",
        "Business affected",
        "Business update",
        "Some day",
    ]
    .into_iter()
    .zip(1_u8..)
    .map(|(name, rank)| Priority {
        rank,
        code: format!("P{rank}"),
        name: name.to_owned(),
    })
    .collect()
}

pub(super) fn clocks() -> Vec<Clock> {
    [
        ("Calm", running(38, 37)),
        ("Half gone", running(26, 58)),
        ("Four fifths gone", running(11, 83)),
        ("Past due", running(-125, 310)),
        (
            "Paused",
            ClockState::Paused {
                remaining_seconds: 1_800,
                used_percent: 50,
            },
        ),
        ("Met", ClockState::Stopped { early_seconds: 720 }),
        (
            "Missed",
            ClockState::Stopped {
                early_seconds: -1_200,
            },
        ),
        ("Without a target", ClockState::NoTarget),
    ]
    .into_iter()
    .map(|(label, state)| Clock {
        label: label.to_owned(),
        state,
    })
    .collect()
}

pub(super) fn clocks_of_a_ticket() -> Vec<Clock> {
    vec![
        Clock {
            label: "Answer".to_owned(),
            state: ClockState::Stopped { early_seconds: 720 },
        },
        Clock {
            label: "Resolve".to_owned(),
            state: running(11, 83),
        },
    ]
}

pub(super) fn rows() -> Vec<TicketRow> {
    let row =
        |number: u32, title: &str, rank: u8, status, owner, state, minutes_ago: i64| TicketRow {
            key: format!("T-{number}"),
            href: format!("#t-{number}"),
            title: title.to_owned(),
            priority: priorities().swap_remove(usize::from(rank) - 1),
            status,
            owner,
            feature: Some("Login".to_owned()),
            reporter: Some("Mary".to_owned()),
            joined: u64::from(number == 1047) * 3,
            opened_at: minutes_from_now(-minutes_ago),
            clock: Clock {
                label: "Resolve".to_owned(),
                state,
            },
        };
    let paused = ClockState::Paused {
        remaining_seconds: 7_200,
        used_percent: 33,
    };
    let met = ClockState::Stopped {
        early_seconds: 4_300,
    };
    vec![
        row(
            1047,
            "Customers cannot pay by card in the app",
            1,
            Status::New,
            None,
            running(-14, 120),
            74,
        ),
        row(
            1042,
            "The login page stays white after the second factor",
            1,
            Status::InProgress,
            Some(ada()),
            running(11, 83),
            49,
        ),
        row(
            1046,
            "Invoices of October show the old address, and care has to correct each by hand",
            2,
            Status::New,
            None,
            running(131, 27),
            49,
        ),
        row(
            1038,
            "Search finds nothing for names with an accent",
            2,
            Status::Acknowledged,
            Some(ben()),
            running(80, 56),
            100,
        ),
        row(
            1031,
            "A picture is cut off on small phones",
            3,
            Status::WaitingForReporter,
            Some(ben()),
            paused,
            610,
        ),
        row(
            1029,
            "The export to payroll came back",
            2,
            Status::Reopened,
            Some(ada()),
            running(170, 5),
            1_500,
        ),
        row(
            1017,
            "Wrong word on the receipt",
            3,
            Status::Resolved,
            Some(ada()),
            met,
            2_900,
        ),
    ]
}

pub(super) fn messages() -> Vec<Message> {
    let mary = Person {
        name: "Mary".to_owned(),
        initials: "MS".to_owned(),
        role_now: Some("reporter".to_owned()),
        ..Person::default()
    };
    vec![
        Message {
            id: "m1".to_owned(),
            author: mary,
            at: minutes_from_now(-49),
            safe_html: "<p>After the second factor the page stays white, for about 20 customers \
                        since one o'clock. I expected their overview.</p><ol><li>Sign in</li>\
                        <li>Type the six digits</li><li>White, for minutes</li></ol>"
                .to_owned(),
            attachments: vec![Attachment {
                name: "white-page.png".to_owned(),
                href: "#".to_owned(),
                size_bytes: 214_000,
                is_picture: false,
            }],
            foot: None,
        },
        Message {
            id: "m2".to_owned(),
            author: ada(),
            at: minutes_from_now(-44),
            safe_html: "<p>I have it. The answer of <code>/session</code> is empty since the \
                        release of 12:50:</p><pre><code>200 OK\ncontent-length: 0</code></pre>\
                        <blockquote><p>since one o'clock</p></blockquote><p>That fits. I take the \
                        release back now.</p>"
                .to_owned(),
            attachments: vec![],
            foot: Some(html! { "Corrected 5 min ago" }),
        },
    ]
}

pub(super) fn entries() -> Vec<Entry> {
    let entry = |minutes_ago: i64, tone, sentence: Markup| Entry {
        sentence,
        at: minutes_from_now(-minutes_ago),
        tone,
    };
    vec![
        entry(49, Tone::Plain, html! { strong { "Mary" } " asked" }),
        entry(
            46,
            Tone::Plain,
            html! { strong { "Ada" } " took it, 3 min after it was asked" },
        ),
        entry(
            30,
            Tone::Urgent,
            html! { strong { "Mary" } " raised it from P2 to P1" },
        ),
        entry(
            12,
            Tone::Soon,
            html! { "Four fifths of the time to resolve are used" },
        ),
        entry(
            1,
            Tone::Done,
            html! { strong { "Ada" } " resolved it: the release was taken back" },
        ),
    ]
}

pub(super) fn facts() -> Vec<(&'static str, Markup)> {
    vec![
        ("Priority", badges::priority(&priorities()[0])),
        ("Who has it", people::chip(&ada())),
        ("Feature", html! { a href="#" { "Login" } }),
        ("Platforms", html! { "Web, iOS" }),
        ("Who noticed", html! { "Customer call" }),
        ("People affected", html! { span.number { "about 20" } }),
        ("Cost so far", html! { "6 replies, 3 people, 48 min" }),
    ]
}

pub(super) fn similar() -> Vec<Similar> {
    vec![
        Similar {
            key: "T-981".to_owned(),
            href: Some("#".to_owned()),
            title: "White page after signing in on iOS".to_owned(),
            status: Some(Status::Closed),
            note: Some("What helped: the release was taken back.".to_owned()),
            ..Similar::default()
        },
        Similar {
            key: "T-1038".to_owned(),
            href: Some("#".to_owned()),
            title: "The page stays white after signing in".to_owned(),
            status: Some(Status::New),
            clock: clocks()
                .into_iter()
                .find(|clock| clock.label == "Four fifths gone"),
            is_unowned: true,
            ..Similar::default()
        },
        Similar {
            key: "Known issue".to_owned(),
            href: Some("#".to_owned()),
            title: "The second factor is slow between 03:00 and 03:10".to_owned(),
            note: Some("It recovers by itself; nothing to do.".to_owned()),
            ..Similar::default()
        },
        Similar {
            key: "T-1047".to_owned(),
            href: Some("#".to_owned()),
            title: "Customers cannot pay by card in the app".to_owned(),
            status: Some(Status::New),
            note: None,
            join: Some("#".to_owned()),
            ..Similar::default()
        },
    ]
}

pub(super) fn asked() -> Vec<Asked> {
    vec![Asked {
        priority: priorities().into_iter().next(),
        key: "T-1047".to_owned(),
        href: "#".to_owned(),
        title: "Customers cannot pay by card in the app".to_owned(),
        question: maud::html! { p.quiet { "Who is diagnosing, and who is communicating?" } },
    }]
}

fn running(minutes_left: i64, used_percent: u32) -> ClockState {
    ClockState::Running {
        due: minutes_from_now(minutes_left),
        used_percent,
    }
}

fn minutes_from_now(minutes: i64) -> Timestamp {
    NOW.saturating_add(SignedDuration::from_mins(minutes))
        .unwrap_or(NOW)
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}
