//! People, configuration, and how names are written.

use eider_domain::person::Role;

use super::*;

#[test]
fn people_and_configuration() {
    let person: PersonId = id(BEN);
    for (fact, sentence) in [
        (
            Fact::PersonInvited {
                email: "b@example.com".to_owned(),
                role: Role::Lead,
            },
            "Ada invited b@example.com as lead",
        ),
        (
            Fact::PersonJoined {
                person,
                role: Role::Lead,
            },
            "Ben joined as lead",
        ),
        (
            Fact::RoleChanged {
                person,
                from: Role::Lead,
                to: Role::Viewer,
            },
            "Ada changed the role of Ben from lead to viewer",
        ),
        (
            Fact::MembershipChanged {
                person,
                squads: vec![id(20), id(21)],
            },
            "Ada noted the squads of Ben: Payments, Accounts",
        ),
        (
            Fact::MembershipChanged {
                person,
                squads: Vec::new(),
            },
            "Ada noted the squads of Ben: none",
        ),
        (
            Fact::PersonDisabled { person },
            "Ada ended the access of Ben",
        ),
        (
            Fact::PersonEnabled { person },
            "Ada gave access back to Ben",
        ),
        (Fact::ProfileChanged, "Ada changed their profile"),
        (Fact::PasswordChanged, "Ada set a new password"),
        (Fact::SignedIn, "Ada signed in"),
        (Fact::SignedOut, "Ada signed out"),
        (
            Fact::SignInBlocked,
            "Signing in was blocked after too many wrong passwords",
        ),
        (
            Fact::TokenCreated {
                name: "ci".to_owned(),
            },
            "Ada made the token “ci”",
        ),
        (
            Fact::TokenRevoked {
                name: "ci".to_owned(),
            },
            "Ada withdrew the token “ci”",
        ),
        (
            Fact::Configured {
                part: "feature".to_owned(),
                name: "Checkout".to_owned(),
            },
            "Ada changed the feature “Checkout”",
        ),
        (
            Fact::TicketsImported {
                source: "jira".to_owned(),
                tickets: 24_918,
            },
            "Ada brought in 24,918 tickets from jira",
        ),
    ] {
        assert_eq!(told(Some(ADA), fact), sentence);
    }
}

#[test]
fn names_are_bold_and_nothing_in_them_is_markup() {
    let sentence = Sentence::default().name("<b>Ada").words(" & co");
    assert_eq!(
        sentence.markup().into_string(),
        "<strong>&lt;b&gt;Ada</strong> &amp; co"
    );
}
