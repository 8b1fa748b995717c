//! What people and providers do to a node, through the doors of `app` that pages, the API and the
//! hooks of providers use.

use eider_app::{
    Eider, Error, account, alert,
    contact::{answer_key, answer_message, hear},
    page::{self, Answer},
    rota::{NewChange, note_absence, put_on_call},
    service::plan_maintenance,
    ticket::{self, Ask},
};
use eider_domain::{
    AttemptId, FeatureId, PersonId, RotaId, ServiceId, SquadId, TicketNumber,
    access::Actor,
    alert::Signal,
    contact::{Arrival, Kind},
    page::Page,
    priority::Rank,
    service::{ServiceKey, Window},
    ticket::{Change, Command, Report, Resolution, Ticket},
};
use jiff::{SignedDuration, Timestamp};

use crate::{happen::Happening, provider::Message};

/// What somebody wants to do when a message reaches them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    Acknowledge,
    Decline,
    Escalate,
    CallBuddy,
    NotNow,
    HandOver(PersonId),
    Resolve,
}

/// Something that is done on some node.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    Ask {
        actor: Actor,
        rank: Rank,
        feature: FeatureId,
    },
    Drill {
        actor: Actor,
        squad: SquadId,
    },
    Answer(Message, Want),
    Tell(AttemptId, String, Arrival),
    Act {
        actor: Actor,
        number: TicketNumber,
        command: Box<Command>,
    },
    Away {
        actor: Actor,
        from_seconds: i64,
        seconds: i64,
    },
    StandIn {
        actor: Actor,
        rota: RotaId,
        person: PersonId,
        seconds: i64,
    },
    /// A monitor says how something is that it watches.
    Hear {
        watched: usize,
        key: Box<ServiceKey>,
        signal: Box<Signal>,
    },
    /// A service is worked on.
    Maintain {
        actor: Actor,
        service: ServiceId,
        from_seconds: i64,
        seconds: i64,
    },
    /// The node looks whether a clock that was ahead has put anything off.
    LookAtClocks,
    Disable {
        actor: Actor,
        person: PersonId,
    },
    Enable {
        actor: Actor,
        person: PersonId,
    },
}

/// How something ended.
pub(crate) enum Outcome {
    /// A worker of a node looked for something to do.
    Worked(eider_store::Result<usize>),
    /// A monitor was told whether what it said is kept.
    Heard(usize, ServiceId, Box<Signal>, Result<(), Error>),
    /// A ticket was opened.
    Opened(Result<Box<Ticket>, Error>),
    /// Somebody answered a page by its link.
    Answered(Message, Want, Result<Box<Page>, Error>),
    /// Somebody answered by a key or by a text message, and was answered that.
    Said(Message, Result<String, Error>),
    /// Something else.
    Done(Result<(), Error>),
}

impl Deed {
    /// It is tried again; a monitor says how it is then.
    pub(crate) fn tried_again(self) -> Happening {
        match self {
            Self::Hear { watched, .. } => Happening::Says(watched),
            other => Happening::Do(other),
        }
    }

    /// Does it on that node.
    pub(crate) async fn play(self, eider: Eider) -> Outcome {
        match self {
            Self::Ask {
                actor,
                rank,
                feature,
            } => {
                let ask = Ask {
                    title: "Something does not work".into(),
                    priority: Some(rank),
                    feature: Some(feature),
                    report: Report {
                        what: "A page of errors.".into(),
                        ..Report::default()
                    },
                };
                Outcome::Opened(ticket::open(&eider, &actor, ask).await.map(Box::new))
            }
            Self::Answer(message, want) => answer(&eider, message, want).await,
            Self::Tell(attempt, reference, arrival) => {
                Outcome::Done(hear(&eider, attempt, &reference, &arrival).await)
            }
            Self::Drill { actor, squad } => {
                let begun = page::drill(&eider, &actor, Some(squad), "To see that calls arrive");
                Outcome::Done(begun.await.map(drop))
            }
            Self::Act {
                actor,
                number,
                command,
            } => Outcome::Done(
                ticket::act(&eider, &actor, number, *command)
                    .await
                    .map(drop),
            ),
            Self::Away {
                actor,
                from_seconds,
                seconds,
            } => {
                let from = later(eider.now(), from_seconds);
                let until = later(from, seconds);
                let noted = note_absence(&eider, &actor, actor.person, from, until, None);
                Outcome::Done(noted.await.map(drop))
            }
            Self::StandIn {
                actor,
                rota,
                person,
                seconds,
            } => {
                let from = eider.now();
                let new = NewChange {
                    person,
                    instead_of: None,
                    from,
                    until: later(from, seconds),
                };
                Outcome::Done(put_on_call(&eider, &actor, rota, new, None).await.map(drop))
            }
            Self::Hear {
                watched,
                key,
                signal,
            } => {
                let taken = alert::take(&eider, &key, vec![*signal.clone()]).await;
                let service = key.service;
                Outcome::Heard(watched, service, signal, taken.map(drop))
            }
            Self::Maintain {
                actor,
                service,
                from_seconds,
                seconds,
            } => {
                let from = later(eider.now(), from_seconds);
                let window = Window {
                    from,
                    until: later(from, seconds),
                    reason: "New disks".into(),
                };
                let planned = plan_maintenance(&eider, &actor, service, window).await;
                Outcome::Done(planned.map(drop))
            }
            Self::LookAtClocks => Outcome::Done(page::put_right(&eider).await),
            Self::Disable { actor, person } => {
                Outcome::Done(account::disable(&eider, &actor, person).await.map(drop))
            }
            Self::Enable { actor, person } => {
                Outcome::Done(account::enable(&eider, &actor, person).await.map(drop))
            }
        }
    }
}

async fn answer(eider: &Eider, message: Message, want: Want) -> Outcome {
    match message.kind {
        Kind::Sms => {
            let text = digit(want).to_string();
            let said = answer_message(eider, &message.address, &text).await;
            Outcome::Said(message, said.map(Option::unwrap_or_default))
        }
        Kind::Voice => {
            let (attempt, digit) = (message.attempt, digit(want));
            let said = answer_key(eider, attempt, &message.reference, digit).await;
            Outcome::Said(message, said)
        }
        Kind::Email | Kind::Ntfy | Kind::WebPush | Kind::Webhook | Kind::Slack => {
            by_link(eider, message, want).await
        }
    }
}

async fn by_link(eider: &Eider, message: Message, want: Want) -> Outcome {
    let answer = match want {
        Want::Acknowledge => Answer::Acknowledge,
        Want::Decline => Answer::Decline { reason: None },
        Want::Escalate => Answer::Escalate,
        Want::CallBuddy => Answer::CallBuddy,
        Want::NotNow => Answer::NotNow {
            until: None,
            reason: "It can wait".into(),
        },
        Want::HandOver(to) => Answer::HandOver { to },
        Want::Resolve => {
            let done = page::resolve_by_link(eider, &message.secret, resolution()).await;
            return Outcome::Answered(message, want, done.map(Box::new));
        }
    };
    let done = page::act_by_link(eider, &message.secret, answer).await;
    Outcome::Answered(message, want, done.map(Box::new))
}

/// The key that stands for what somebody wants; whoever wants more than a key can say has it.
fn digit(want: Want) -> u8 {
    match want {
        Want::CallBuddy => 2,
        Want::Escalate => 3,
        Want::Decline => 4,
        Want::Acknowledge | Want::NotNow | Want::HandOver(_) | Want::Resolve => 1,
    }
}

/// That it is put right.
pub(crate) fn resolution() -> Resolution {
    Resolution {
        cause: "A full disk".into(),
        how_known: "The errors have stopped".into(),
        change: Change::No,
        customer_outcome: None,
        known_issue: None,
    }
}

fn later(at: Timestamp, seconds: i64) -> Timestamp {
    at.saturating_add(SignedDuration::from_secs(seconds))
        .unwrap_or(at)
}
