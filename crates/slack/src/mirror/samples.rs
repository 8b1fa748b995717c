//! Samples of cards, of threads and of what people are told in private, for the gallery: each is a
//! short play of real commands.

use eider_app::{desk::Desk, page::PageView};
use eider_domain::{
    PersonId, TicketNumber,
    access::Actor,
    feature::Platform,
    person::Role,
    priority::Rank,
    ticket::{
        Change, Command, Hat, NewTicket, NextUpdate, Report, Resolution, Situation, Ticket, Tried,
    },
};
use serde_json::{Value, json};

use super::{
    drawn, reply, root,
    sentence::{Context, To},
};
use crate::{
    incident,
    samples::{ADA, BEN, CLEO, DOT, PAGE, at, user},
};

/// A ticket, what was done to it, and what was told of that.
pub(crate) struct Play<'a> {
    pub(crate) ticket: Ticket,
    desk: &'a Desk,
    told: Vec<(To, Value)>,
}

impl<'a> Play<'a> {
    /// Cleo asks at that minute of the samples.
    pub(crate) fn asked(desk: &'a Desk, priority: Rank, minute: i64) -> Self {
        let new = NewTicket {
            id: uuid::Uuid::from_u128(1).into(),
            number: TicketNumber(1042),
            title: "Customers cannot pay by card".into(),
            report: Report {
                what: "The page turns white after Pay. It is the same with three cards, since \
                    about nine."
                    .into(),
                tried: vec![Tried {
                    platform: Platform::ALL[0],
                    works: false,
                }],
                links: vec!["https://status.example/payments".into()],
                ..Report::default()
            },
            priority,
            feature: desk.features.first().map(|feature| feature.id),
            squad: None,
            reporter: person(CLEO),
        };
        Self {
            ticket: Ticket::open(new, at(minute)).0,
            desk,
            told: Vec::new(),
        }
    }

    /// Somebody does something, and everybody is told.
    pub(crate) fn does(&mut self, who: u128, minute: i64, command: Command) -> &mut Self {
        self.passes(minute);
        let role = if who == CLEO {
            Role::Reporter
        } else {
            Role::Responder
        };
        let actor = Actor {
            person: person(who),
            role,
            squads: Vec::new(),
            scopes: None,
        };
        let situation = Situation {
            actor: Some(&actor),
            now: at(minute),
        };
        let facts = self.ticket.decide(command, situation).unwrap();
        self.happen(facts)
    }

    /// Time passes: clocks warn, updates fall due.
    pub(crate) fn passes(&mut self, minute: i64) -> &mut Self {
        let facts = self.ticket.due_facts(&self.desk.levels, at(minute));
        self.happen(facts)
    }

    fn happen(&mut self, facts: Vec<eider_domain::fact::Happened>) -> &mut Self {
        for happened in facts {
            self.ticket.apply(&happened, &self.desk.levels);
            let context = Context {
                ticket: &self.ticket,
                leads: &[person(DOT)],
                name: &name,
                page: PAGE,
                desk: self.desk,
            };
            for telling in context.tellings(&happened) {
                let message = json!({"text": telling.text, "blocks": telling.blocks});
                self.told.push((telling.to, message));
            }
        }
        self
    }

    /// Somebody writes in the thread, in Slack.
    fn says(&mut self, who: &str, words: &str) -> &mut Self {
        self.posts(json!({"from": who, "text": words}))
    }

    fn posts(&mut self, message: Value) -> &mut Self {
        self.told.push((To::Thread, message));
        self
    }

    /// The card, as it is at that minute.
    pub(crate) fn card(&self, minute: i64) -> Value {
        self.card_calling(minute, None)
    }

    /// The card, with who is being called about it.
    pub(crate) fn card_calling(&self, minute: i64, calling: Option<&PageView>) -> Value {
        let (ticket, now) = (&self.ticket, at(minute));
        let (text, blocks) = drawn(ticket, self.desk, &name, PAGE.into(), calling, now);
        json!({"text": text, "blocks": blocks})
    }

    fn thread(&self) -> Value {
        self.told_to(&To::Thread)
    }

    fn told_to(&self, to: &To) -> Value {
        let told = self.told.iter().filter(|(other, _)| other == to);
        let messages: Vec<&Value> = told.map(|(_, message)| message).collect();
        json!({"thread": messages})
    }
}

fn person(who: u128) -> PersonId {
    uuid::Uuid::from_u128(who).into()
}

fn name(who: PersonId) -> String {
    format!("<@{}>", user(who))
}

fn update(minute: i64, known: &str, doing: &str) -> Command {
    Command::Update {
        known: known.into(),
        doing: doing.into(),
        next: Some(NextUpdate::At(at(minute))),
    }
}

fn wait() -> Command {
    Command::Wait {
        question: Some("Which cards are they, and do they work in the app?".into()),
    }
}

fn resolved() -> Command {
    Command::Resolve(Resolution {
        cause: "The certificate of the payment gateway ran out at nine.".into(),
        how_known: "Three cards paid, and the errors stopped at 13:20.".into(),
        change: Change::No,
        customer_outcome: None,
        known_issue: None,
    })
}

fn reopened() -> Command {
    Command::Reopen {
        why: Some("Apple Pay still turns white.".into()),
    }
}

/// An urgent ticket that two people work on.
pub(crate) fn incident(desk: &Desk) -> Play<'_> {
    let mut play = Play::asked(desk, Rank::P1, 0);
    play.does(ADA, 9, Command::Take)
        .does(
            ADA,
            10,
            Command::TakeHat {
                hat: Hat::Diagnosing,
            },
        )
        .does(
            BEN,
            11,
            Command::TakeHat {
                hat: Hat::Communicating,
            },
        )
        .does(
            BEN,
            14,
            update(
                44,
                "Cards fail on the website since nine. The app and Apple Pay work.",
                "Ada is renewing the certificate of the payment gateway.",
            ),
        );
    play
}

/// Every state of the card.
pub(crate) fn cards(desk: &Desk) -> Vec<(&'static str, Value)> {
    let mut owned = Play::asked(desk, Rank::P2, 0);
    owned.does(ADA, 5, Command::Take);
    let mut waiting = Play::asked(desk, Rank::P2, 0);
    waiting.does(ADA, 5, Command::Take).does(ADA, 8, wait());
    let mut late = Play::asked(desk, Rank::P1, -40);
    late.does(ADA, -20, Command::Take).passes(30);
    let mut over = Play::asked(desk, Rank::P1, -40);
    over.does(ADA, -20, Command::Take).does(ADA, 25, resolved());
    let resolved = over.card(30);
    over.does(CLEO, 28, Command::Confirm);
    let mut merged = Play::asked(desk, Rank::P2, 0);
    let into = TicketNumber(1040);
    merged.does(ADA, 5, Command::Merge { into });
    vec![
        ("card-new", Play::asked(desk, Rank::P1, 20).card(30)),
        ("card-incident", incident(desk).card(30)),
        ("card-owned", owned.card(30)),
        ("card-waiting", waiting.card(30)),
        ("card-late", late.card(30)),
        ("card-resolved", resolved),
        ("card-closed", over.card(30)),
        ("card-merged", merged.card(30)),
    ]
}

/// A thread from its first warning to its end, and what people are told meanwhile in private.
pub(crate) fn threads(desk: &Desk) -> Vec<(&'static str, Value)> {
    let mut play = Play::asked(desk, Rank::P1, -30);
    let wanted = [Hat::Diagnosing, Hat::Communicating];
    let asks = json!({"blocks": incident::asking(&wanted, "T-1042")});
    play.passes(-22)
        .posts(asks)
        .does(ADA, -21, Command::Take)
        .does(
            ADA,
            -21,
            Command::TakeHat {
                hat: Hat::Diagnosing,
            },
        )
        .does(
            BEN,
            -20,
            Command::TakeHat {
                hat: Hat::Communicating,
            },
        )
        .does(
            BEN,
            -16,
            update(
                14,
                "Cards fail on the *website* since nine. The app works.",
                "Ada looks at the payment gateway.",
            ),
        )
        .does(ADA, -10, wait())
        .says("Cleo", "Visa and Mastercard. In the app they work.")
        .does(ADA, -5, Command::Resume)
        .does(ADA, 29, resolved())
        .does(CLEO, 30, Command::Confirm);
    let mut late = Play::asked(desk, Rank::P1, -60);
    late.does(ADA, -42, Command::Take).passes(5);
    let private = |who| play.told_to(&To::Person(person(who)));
    vec![
        ("thread", play.thread()),
        ("direct-reporter", private(CLEO)),
        ("direct-owner", private(ADA)),
        ("direct-lead", late.told_to(&To::Person(person(DOT)))),
        ("thread-late", late.thread()),
        ("thread-rest", rest(desk)),
    ]
}

/// What else a thread is told.
fn rest(desk: &Desk) -> Value {
    let mut play = Play::asked(desk, Rank::P3, 0);
    let words = reply::said(
        "*Ada Okafor*",
        "wrote on the web",
        "Does it happen in the app too?",
    );
    let corrected = reply::said(
        "*Cleo Marsh*",
        "corrected this on the web",
        "It is Visa *and* Mastercard.",
    );
    let took_back = reply::took_back("*Cleo Marsh*");
    let file = reply::file_added(
        "*Cleo Marsh*",
        "https://desk.example/attachments/1",
        "till.png",
    );
    for text in [
        root::thanks("*Cleo Marsh*"),
        words,
        corrected,
        took_back,
        file,
        root::leads_back("https://acme.slack.com/archives/C1/p1700000000000100"),
    ] {
        play.posts(json!({"text": text}));
    }
    let to = Rank::P1;
    let reason = Some("Every till is affected.".to_owned());
    play.does(ADA, 1, Command::Prioritise { to, reason })
        .does(ADA, 2, Command::Assign { to: person(BEN) })
        .does(BEN, 3, Command::Release)
        .does(
            ADA,
            4,
            Command::Update {
                known: "Nothing yet.".into(),
                doing: "We look for who can help.".into(),
                next: Some(NextUpdate::At(at(10))),
            },
        )
        .passes(10)
        .does(ADA, 11, resolved())
        .does(CLEO, 12, reopened())
        .does(
            ADA,
            13,
            Command::Merge {
                into: TicketNumber(1040),
            },
        );
    play.thread()
}
