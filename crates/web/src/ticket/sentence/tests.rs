use eider_domain::{
    ActionId, AttachmentId, MessageId, TicketNumber, feature::Feature, squad::Squad,
};
use jiff::tz::TimeZone;
use uuid::Uuid;

use super::*;

mod telling;

const ADA: u128 = 1;
const BEN: u128 = 2;
const MARY: u128 = 3;

fn id<Id: From<Uuid>>(number: u128) -> Id {
    Uuid::from_u128(number).into()
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn desk() -> Desk {
    let squad = |number, name: &str| Squad {
        id: id(number),
        name: name.to_owned(),
        rate_cents_per_hour: 0,
    };
    let mut desk = Desk::fresh().expect("a fresh desk");
    desk.squads = vec![squad(20, "Payments"), squad(21, "Accounts")];
    desk.features = vec![Feature {
        id: id(10),
        name: "Checkout".to_owned(),
        description: String::new(),
        squad: None,
        platforms: Vec::new(),
        links: Vec::new(),
        retired: false,
    }];
    desk
}

/// What the fact says when `actor` did it twenty minutes after the ticket was asked.
fn told(actor: Option<u128>, fact: Fact) -> String {
    let zone = TimeZone::get("Europe/London").expect("a zone");
    let reader = Reader {
        now: at("2025-11-21T15:00:00Z"),
        zone: zone.clone(),
        team_zone: zone,
    };
    let name = |name: &str| PersonName {
        name: name.to_owned(),
        initials: String::new(),
    };
    let names = HashMap::from([
        (id(ADA), name("Ada")),
        (id(BEN), name("Ben")),
        (id(MARY), name("Mary")),
    ]);
    let desk = desk();
    let teller = Teller {
        names: &names,
        desk: &desk,
        reader: &reader,
        opened_at: at("2025-11-21T14:00:00Z"),
        reporter: id(MARY),
    };
    let happened = Happened {
        at: at("2025-11-21T14:20:00Z"),
        actor: actor.map(id),
        ticket: None,
        fact,
    };
    teller.tell(&happened).plain()
}

fn moved(from: StatusKind, to: StatusKind, note: Option<&str>) -> Fact {
    Fact::TicketMoved {
        from,
        to,
        note: note.map(str::to_owned),
    }
}

fn owner(from: Option<u128>, to: Option<u128>) -> Fact {
    Fact::OwnerChanged {
        from: from.map(id),
        to: to.map(id),
    }
}

const CORRECTED: &str = "Ada corrected how it was resolved. A code change was needed: #7";

fn corrected(reference: &str) -> Fact {
    let (from, mut to) = (Resolution::untold(), Resolution::untold());
    let reference = Some(reference.to_owned());
    to.change = Change::Yes { reference };
    Fact::ResolutionCorrected { from, to }
}

fn resolved(change: Change) -> Fact {
    Fact::TicketResolved {
        from: StatusKind::InProgress,
        resolution: Resolution {
            cause: "A full disk".to_owned(),
            how_known: "It answers".to_owned(),
            change,
            customer_outcome: None,
            known_issue: None,
        },
    }
}

#[test]
fn opening_and_moving() {
    use StatusKind as S;
    let opened = Fact::TicketOpened {
        number: TicketNumber(7),
        title: "Login fails".to_owned(),
        priority: Rank::P2,
        feature: Some(id(10)),
        squad: None,
        reporter: id(MARY),
    };
    let open = S::InProgress;
    for (actor, fact, sentence) in [
        (
            Some(MARY),
            opened,
            "Mary asked: P2 Business affected, about Checkout",
        ),
        (None, moved(S::Reopened, S::New, None), "It is new again"),
        (
            Some(ADA),
            moved(S::New, S::Acknowledged, None),
            "Ada acknowledged it, 20 min after it was asked",
        ),
        (
            Some(ADA),
            moved(S::Acknowledged, S::InProgress, None),
            "Ada started to work on it",
        ),
        (
            Some(MARY),
            moved(S::WaitingForReporter, S::InProgress, None),
            "Mary answered, so it goes on",
        ),
        (
            Some(ADA),
            moved(S::WaitingForReporter, S::InProgress, None),
            "Ada took it up again",
        ),
        (
            Some(ADA),
            moved(open, S::WaitingForReporter, Some("Which card?")),
            "Ada waits for the reporter; the clock rests: “Which card?”",
        ),
        (
            None,
            moved(open, S::Resolved, Some("Fixed")),
            "Somebody resolved it, 20 min after it was asked: “Fixed”",
        ),
        (
            None,
            moved(S::Resolved, S::Closed, None),
            "It was closed by itself",
        ),
        (
            Some(MARY),
            moved(S::Resolved, S::Closed, None),
            "Mary confirmed that it works",
        ),
        (
            Some(ADA),
            moved(S::Resolved, S::Closed, None),
            "Ada closed it",
        ),
        (
            Some(MARY),
            moved(S::Closed, S::Reopened, Some(" ")),
            "Mary reopened it",
        ),
    ] {
        assert_eq!(told(actor, fact), sentence);
    }
}

#[test]
fn resolving_and_merging() {
    let open = StatusKind::InProgress;
    for (actor, fact, sentence) in [
        (
            Some(ADA),
            moved(open, StatusKind::Merged, None),
            "Ada merged it into another ticket",
        ),
        (
            Some(ADA),
            resolved(Change::No),
            "Ada resolved it, 20 min after it was asked. No code change was needed",
        ),
        (
            Some(ADA),
            resolved(Change::Yes { reference: None }),
            "Ada resolved it, 20 min after it was asked. A code change was needed",
        ),
        (
            Some(ADA),
            resolved(Change::Yes {
                reference: Some("PR 4".to_owned()),
            }),
            "Ada resolved it, 20 min after it was asked. A code change was needed: PR 4",
        ),
        (
            Some(ADA),
            Fact::TicketMerged {
                from: open,
                into: TicketNumber(9),
            },
            "Ada merged it into T-9",
        ),
        (
            Some(ADA),
            Fact::TicketAbsorbed {
                number: TicketNumber(9),
                joined: Vec::new(),
                followers: Vec::new(),
            },
            "Ada found that T-9 is the same, and merged it into this one",
        ),
        (
            Some(ADA),
            Fact::TicketAbsorbed {
                number: TicketNumber(9),
                joined: vec![id(MARY), id(BEN)],
                followers: vec![id(MARY), id(ADA)],
            },
            "Ada found that T-9 is the same, and merged it into this one; Mary and Ben are affected too; Ada follows it",
        ),
    ] {
        assert_eq!(told(actor, fact), sentence);
    }
}

#[test]
fn owners_squads_and_what_it_is_about() {
    let squad = |from: Option<u128>, to: Option<u128>| Fact::SquadChanged {
        from: from.map(id),
        to: to.map(id),
    };
    let priority = |from, to, reason: Option<&str>| Fact::PriorityChanged {
        from,
        to,
        reason: reason.map(str::to_owned),
    };
    for (actor, fact, sentence) in [
        (
            Some(ADA),
            owner(None, Some(ADA)),
            "Ada took it, 20 min after it was asked",
        ),
        (Some(ADA), owner(None, Some(BEN)), "Ada gave it to Ben"),
        (Some(ADA), owner(Some(ADA), Some(BEN)), "Ada gave it to Ben"),
        (
            Some(ADA),
            owner(Some(BEN), Some(ADA)),
            "Ada took it over from Ben",
        ),
        (
            Some(MARY),
            owner(Some(ADA), Some(BEN)),
            "Mary handed it from Ada to Ben",
        ),
        (
            Some(ADA),
            owner(Some(ADA), None),
            "Ada gave it back; nobody has it",
        ),
        (
            Some(MARY),
            owner(Some(ADA), None),
            "Mary took it away from Ada; nobody has it",
        ),
        (None, owner(None, Some(BEN)), "Somebody gave it to Ben"),
        (
            Some(ADA),
            priority(Rank::P3, Rank::P1, Some("Everybody")),
            "Ada raised it from P3 to P1: “Everybody”",
        ),
        (
            Some(ADA),
            priority(Rank::P1, Rank::P2, None),
            "Ada lowered it from P1 to P2",
        ),
        (
            Some(ADA),
            Fact::FeatureChanged {
                from: None,
                to: Some(id(10)),
            },
            "Ada noted that it is about Checkout",
        ),
        (
            Some(ADA),
            Fact::FeatureChanged {
                from: Some(id(10)),
                to: None,
            },
            "Ada noted that it is about none of the features",
        ),
        (
            Some(ADA),
            Fact::FeatureChanged {
                from: None,
                to: Some(id(99)),
            },
            "Ada noted that it is about a feature that is gone",
        ),
        (Some(ADA), corrected("#7"), CORRECTED),
        (
            Some(ADA),
            squad(Some(20), Some(21)),
            "Ada moved it from the squad Payments to Accounts",
        ),
        (
            Some(ADA),
            squad(None, Some(20)),
            "Ada gave it to the squad Payments",
        ),
        (
            Some(ADA),
            squad(Some(20), None),
            "Ada noted that no squad looks after it",
        ),
        (
            Some(ADA),
            Fact::TitleChanged {
                from: "Help".to_owned(),
                to: "Login fails".to_owned(),
            },
            "Ada gave it a better title; before, it was “Help”",
        ),
    ] {
        assert_eq!(told(actor, fact), sentence);
    }
}

#[test]
fn the_thread_the_clocks_and_the_wash_up() {
    let message: MessageId = id(30);
    let action: ActionId = id(31);
    let attachment: AttachmentId = id(32);
    let due_at = Some(at("2025-11-21T16:30:00Z"));
    for (fact, sentence) in [
        (
            Fact::Replied {
                message,
                mentions: Vec::new(),
            },
            "Ada wrote",
        ),
        (
            Fact::Replied {
                message,
                mentions: vec![id(BEN), id(MARY)],
            },
            "Ada wrote and mentioned Ben, Mary",
        ),
        (
            Fact::ReplyEdited {
                message,
                before: "Hm".to_owned(),
            },
            "Ada corrected a message",
        ),
        (Fact::ReplyWithdrawn { message }, "Ada took back a message"),
        (
            Fact::FileAttached {
                attachment,
                name: "a.png".to_owned(),
                size_bytes: 14_200,
            },
            "Ada added the file “a.png”, 14 kB",
        ),
        (Fact::Followed, "Ada follows it"),
        (Fact::Unfollowed, "Ada follows it no more"),
        (
            Fact::TimeLogged { seconds: 2_700 },
            "Ada worked on it for 45 min away from here",
        ),
        (
            Fact::ServiceLevelWarned {
                measure: Measure::Resolve,
                percent: 50,
                due_at,
            },
            "Half of the time to resolve has gone; due 16:30",
        ),
        (
            Fact::ServiceLevelWarned {
                measure: Measure::Respond,
                percent: 80,
                due_at: None,
            },
            "Four fifths of the time to answer have gone",
        ),
        (
            Fact::ServiceLevelBreached {
                measure: Measure::Respond,
                due_at,
            },
            "The time to answer ran out",
        ),
        (Fact::WashUpWritten, "Ada wrote the wash-up"),
        (
            Fact::ActionAgreed {
                action,
                what: "watch the disk".to_owned(),
                owner: id(BEN),
            },
            "Ben will follow up: watch the disk",
        ),
        (Fact::ActionDone { action }, "Ada finished a follow-up"),
    ] {
        assert_eq!(told(Some(ADA), fact), sentence);
    }
}
