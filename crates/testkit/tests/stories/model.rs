//! Whatever people do in whatever order: SQLite, PostgreSQL and the rules alone agree.

use eider_app::ticket;
use eider_domain::{
    access::Actor,
    fact::Happened,
    person::Role,
    priority::{Rank, ServiceLevels, defaults},
    ticket::{Change, Command, Hat, NextUpdate, Resolution, Situation, Ticket},
};
use eider_testkit::{Database, TestDesk, at};
use jiff::{SignedDuration, Timestamp};
use proptest::{prelude::*, test_runner::TestRunner};

/// One thing that somebody does, some minutes after the last.
#[derive(Clone, Debug)]
struct Step {
    minutes: i64,
    who: usize,
    what: What,
}

/// Commands, with people by their place in the story.
#[derive(Clone, Debug)]
enum What {
    Acknowledge,
    Take,
    Assign(usize),
    Release,
    TakeHat(Hat),
    GiveHat(Hat, usize),
    LayDownHat(Hat),
    /// The next one so many minutes ahead, or nothing said of it.
    Update(Option<i64>),
    LastUpdate,
    Start,
    Wait,
    Resume,
    Resolve(bool),
    Confirm,
    Reopen,
    Prioritise(u8),
    Rename(String),
    LogTime(i64),
    Join,
    Follow,
    Unfollow,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let hat = || prop::sample::select(Hat::ALL.as_slice());
    let what = prop_oneof![
        Just(What::Acknowledge),
        Just(What::Take),
        (0..3_usize).prop_map(What::Assign),
        Just(What::Release),
        hat().prop_map(What::TakeHat),
        (hat(), 0..3_usize).prop_map(|(hat, to)| What::GiveHat(hat, to)),
        hat().prop_map(What::LayDownHat),
        prop::option::of(-10..1_600_i64).prop_map(What::Update),
        Just(What::LastUpdate),
        Just(What::Start),
        Just(What::Wait),
        Just(What::Resume),
        any::<bool>().prop_map(What::Resolve),
        Just(What::Confirm),
        Just(What::Reopen),
        (1..4_u8).prop_map(What::Prioritise),
        "[a-zé ]{1,12}x".prop_map(What::Rename),
        (0..100_000_i64).prop_map(What::LogTime),
        Just(What::Join),
        Just(What::Follow),
        Just(What::Unfollow),
    ];
    let step =
        (0..200_i64, 0..4_usize, what).prop_map(|(minutes, who, what)| Step { minutes, who, what });
    prop::collection::vec(step, 1..25)
}

fn command(what: &What, people: &[Actor], now: Timestamp) -> Command {
    let update = |next| Command::Update {
        known: "Cards fail".into(),
        doing: "Looking".into(),
        next,
    };
    match what {
        What::Acknowledge => Command::Acknowledge,
        What::Take => Command::Take,
        What::Assign(to) => Command::Assign {
            to: people[*to].person,
        },
        What::Release => Command::Release,
        What::TakeHat(hat) => Command::TakeHat { hat: *hat },
        What::GiveHat(hat, to) => Command::GiveHat {
            hat: *hat,
            to: people[*to].person,
        },
        What::LayDownHat(hat) => Command::LayDownHat { hat: *hat },
        What::Update(minutes) => {
            let next = minutes.map(|minutes| now + SignedDuration::from_mins(minutes));
            update(next.map(NextUpdate::At))
        }
        What::LastUpdate => update(Some(NextUpdate::NotPlanned)),
        What::Start => Command::Start,
        What::Wait => Command::Wait {
            question: Some("Which one?".into()),
        },
        What::Resume => Command::Resume,
        What::Resolve(needed) => Command::Resolve(Resolution {
            cause: "A cause".into(),
            how_known: "A proof".into(),
            change: if *needed {
                Change::Yes { reference: None }
            } else {
                Change::No
            },
            customer_outcome: None,
            known_issue: None,
        }),
        What::Confirm => Command::Confirm,
        What::Reopen => Command::Reopen { why: None },
        What::Prioritise(rank) => Command::Prioritise {
            to: Rank::new(i64::from(*rank)).expect("from 1 to 3"),
            reason: None,
        },
        What::Rename(title) => Command::Rename {
            title: title.clone(),
        },
        What::LogTime(seconds) => Command::LogTime { seconds: *seconds },
        What::Join => Command::Join {
            note: Some("Here too".into()),
        },
        What::Follow => Command::Follow,
        What::Unfollow => Command::Unfollow,
    }
}

/// What came of a story: which commands were done, and the ticket at its end.
#[derive(Debug, PartialEq)]
struct Outcome {
    done: Vec<bool>,
    ticket: Ticket,
}

/// The rules alone, in memory.
fn by_the_rules(first: &Ticket, people: &[Actor], story: &[Step]) -> Outcome {
    let levels = ServiceLevels::new(&defaults(), &[]).expect("the defaults fit together");
    let mut ticket = first.clone();
    let mut now = ticket.opened_at;
    let mut done = Vec::new();
    let apply = |ticket: &mut Ticket, facts: Vec<Happened>| {
        for happened in facts {
            ticket.apply(&happened, &levels);
        }
    };
    for step in story {
        now += SignedDuration::from_mins(step.minutes);
        let mut after = ticket.clone();
        let due = after.due_facts(&levels, now);
        apply(&mut after, due);
        let situation = Situation {
            actor: Some(&people[step.who]),
            now,
        };
        let decided = after.decide(command(&step.what, people, now), situation);
        done.push(decided.is_ok());
        if let Ok(facts) = decided {
            apply(&mut after, facts);
            let due = after.due_facts(&levels, now);
            apply(&mut after, due);
            ticket = after;
        }
    }
    Outcome { done, ticket }
}

/// The whole way through the use cases and a database. Timers stand still, as in the model.
async fn by_the_desk(desk: &TestDesk, first: &Ticket, people: &[Actor], story: &[Step]) -> Outcome {
    desk.set(first.opened_at);
    let mut done = Vec::new();
    for step in story {
        desk.pass_minutes(step.minutes);
        let command = command(&step.what, people, desk.eider.now());
        let answer = ticket::act(&desk.eider, &people[step.who], first.number, command).await;
        done.push(answer.is_ok());
    }
    let mut tx = desk.db().read().await.expect("the database is there");
    let kept = eider_store::ticket::by_number(&mut tx, first.number).await;
    Outcome {
        done,
        ticket: kept.expect("it can be read").expect("it is there"),
    }
}

#[test]
fn both_databases_and_the_rules_agree() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let opened_at = at("2026-03-27T22:00:00Z");
    let desks = runtime.block_on(async {
        let mut desks = Vec::new();
        for database in [Database::sqlite().await, Database::postgres().await] {
            desks.push(TestDesk::without_timers(database, opened_at).await);
        }
        desks
    });
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 48,
        ..ProptestConfig::default()
    });
    runner
        .run(&steps(), |story| {
            runtime.block_on(async {
                for desk in &desks {
                    desk.set(opened_at);
                    let mut people = Vec::new();
                    let roles = [Role::Responder, Role::Responder, Role::Lead, Role::Reporter];
                    for role in roles {
                        people.push(desk.unnamed(role).await);
                    }
                    let first = desk.ask(&people[3], "Nobody can pay", "P2").await;
                    let expected = by_the_rules(&first, &people, &story);
                    let found = by_the_desk(desk, &first, &people, &story).await;
                    prop_assert_eq!(expected, found);
                }
                Ok(())
            })
        })
        .expect("every story ends alike");
}
