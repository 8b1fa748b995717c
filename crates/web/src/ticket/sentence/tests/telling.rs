use eider_domain::ticket::Hat;

use super::*;

fn hat(hat: Hat, from: Option<u128>, to: Option<u128>) -> Fact {
    Fact::HatChanged {
        hat,
        from: from.map(id),
        to: to.map(id),
    }
}

#[test]
fn hats() {
    use Hat::{Communicating, Diagnosing};
    let said = [
        told(Some(ADA), hat(Diagnosing, None, Some(ADA))),
        told(Some(BEN), hat(Diagnosing, Some(ADA), Some(BEN))),
        told(Some(ADA), hat(Communicating, None, Some(BEN))),
        told(Some(ADA), hat(Communicating, Some(ADA), Some(BEN))),
        told(Some(BEN), hat(Communicating, Some(BEN), None)),
        told(Some(ADA), hat(Communicating, Some(BEN), None)),
    ];
    assert_eq!(
        said,
        [
            "Ada is diagnosing",
            "Ben is diagnosing now, after Ada",
            "Ada asked Ben to be the one who is communicating",
            "Ada asked Ben to be the one who is communicating",
            "Ben is no longer communicating; nobody is",
            "Ada noted that Ben is no longer communicating; nobody is",
        ]
    );
}

#[test]
fn updates() {
    let update = |next_at: Option<&str>| Fact::UpdateGiven {
        known: "Cards fail ".to_owned(),
        doing: "We look".to_owned(),
        next_at: next_at.map(at),
    };
    let said = [
        told(Some(ADA), update(Some("2025-11-21T15:30:00Z"))),
        told(Some(ADA), update(None)),
        told(
            None,
            Fact::UpdateDue {
                due_at: at("2025-11-21T15:30:00Z"),
            },
        ),
    ];
    assert_eq!(
        said,
        [
            "Ada told how it stands. Known: “Cards fail”. Being done: “We look”. Next update 15:30",
            "Ada told how it stands. Known: “Cards fail”. Being done: “We look”. No further update is planned",
            "An update was promised for 15:30, and is due",
        ]
    );
}

#[test]
fn an_update_gets_no_stop_that_it_has() {
    for (written, shown) in [
        ("Cards fail", "“Cards fail”."),
        ("Cards fail now.\n", "“Cards fail now.”"),
        ("Is it the bank?", "“Is it the bank?”"),
        ("We look…", "“We look…”"),
    ] {
        let update = Fact::UpdateGiven {
            known: written.to_owned(),
            doing: written.to_owned(),
            next_at: None,
        };
        assert_eq!(
            told(Some(ADA), update),
            format!(
                "Ada told how it stands. Known: {shown} Being done: {shown} \
                 No further update is planned"
            )
        );
    }
}

#[test]
fn joining() {
    let note = |note: Option<&str>| Fact::Joined {
        note: note.map(str::to_owned),
    };
    let said = [
        told(Some(MARY), note(None)),
        told(Some(MARY), note(Some("In the app too"))),
    ];
    assert_eq!(
        said,
        [
            "Mary is affected too",
            "Mary is affected too: “In the app too”",
        ]
    );
}
