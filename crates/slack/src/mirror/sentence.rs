//! What a fact tells, and whom: the thread, or somebody in private.

use eider_app::desk::Desk;
use eider_domain::{
    PersonId, TicketNumber,
    fact::{Fact, Happened, Measure},
    ticket::{Hat, Resolution, StatusKind, Ticket},
};
use jiff::Timestamp;
use serde_json::Value;

use crate::{
    kit::{self, Style},
    mrkdwn,
};

/// To whom something is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum To {
    /// Everybody who reads the thread.
    Thread,
    /// This person, in a direct message.
    Person(PersonId),
}

/// Something to tell.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Telling {
    pub(super) to: To,
    pub(super) text: String,
    pub(super) blocks: Vec<Value>,
}

/// What is known when a fact is told.
pub(super) struct Context<'a> {
    /// The ticket as it is now.
    pub(super) ticket: &'a Ticket,
    /// The leads of its squad, or of the desk.
    pub(super) leads: &'a [PersonId],
    /// How somebody is called in Slack.
    pub(super) name: &'a (dyn Fn(PersonId) -> String + Sync),
    /// The address of the ticket's page.
    pub(super) page: &'a str,
    /// The configuration.
    pub(super) desk: &'a Desk,
}

impl Context<'_> {
    /// What the fact tells; nothing when the card shows it well enough. Messages and files are
    /// told by their own module.
    pub(super) fn tellings(&self, happened: &Happened) -> Vec<Telling> {
        match &happened.fact {
            Fact::OwnerChanged { from, to } => self.owner_changed(happened.actor, *from, *to),
            Fact::TicketMoved { to, note, .. } => self.moved(happened.actor, *to, note.as_deref()),
            Fact::TicketResolved { resolution, .. } => self.resolved(happened.actor, resolution),
            Fact::TicketMerged { into, .. } => {
                let text = format!("This is the same as *{into}*, which goes on.");
                let mut tellings = vec![thread(text.clone())];
                tellings.extend(self.followers(happened.actor, &text));
                tellings
            }
            Fact::TicketAbsorbed { number, joined, .. } => vec![self.absorbed(*number, joined)],
            Fact::PriorityChanged { from, to, reason } => {
                let reason = quoted(reason.as_deref());
                vec![thread(format!(
                    "The priority is *{to}* now; it was {from}.{reason}"
                ))]
            }
            Fact::HatChanged { hat, to, .. } => self.hat_changed(*hat, *to),
            Fact::UpdateGiven {
                known,
                doing,
                next_at,
            } => self.updated(happened.actor, known, doing, *next_at),
            Fact::UpdateDue { .. } => self.update_due(),
            Fact::ServiceLevelWarned {
                measure,
                percent,
                due_at,
            } => self.warned(*measure, *percent, *due_at),
            Fact::ServiceLevelBreached { measure, .. } => self.breached(*measure),
            Fact::AlertsEnded {
                service, left: 0, ..
            } => {
                let name = self.desk.service(*service);
                let name = name.map_or("a service", |service| service.name.as_str());
                vec![thread(format!(
                    "The alerts of {} are over, say its monitors.",
                    kit::escape(name)
                ))]
            }
            _ => Vec::new(),
        }
    }

    fn owner_changed(
        &self,
        actor: Option<PersonId>,
        from: Option<PersonId>,
        to: Option<PersonId>,
    ) -> Vec<Telling> {
        let mut tellings = Vec::new();
        match (from, to) {
            (_, Some(owner)) if actor == Some(owner) => {
                tellings.push(thread(format!("{} has it.", (self.name)(owner))));
            }
            (_, Some(owner)) => {
                let by = actor.map_or_else(String::new, |by| {
                    format!(" {} gave it to them.", (self.name)(by))
                });
                tellings.push(thread(format!("{} has it now.{by}", (self.name)(owner))));
                let by = actor.map_or_else(String::new, |by| {
                    format!(" {} gave it to you.", (self.name)(by))
                });
                tellings.push(self.person(owner, format!("This is yours now.{by}")));
            }
            (Some(before), None) => tellings.push(thread(format!(
                ":warning: Nobody has it now; {} gave it back.",
                (self.name)(before)
            ))),
            (None, None) => {}
        }
        let reporter = self.ticket.reporter;
        if let Some(owner) = to {
            let text = format!("{} has it now.", (self.name)(owner));
            if owner != reporter && actor != Some(reporter) {
                tellings.push(self.person(reporter, text.clone()));
            }
            let others = self.followers(actor, &text);
            tellings.extend(others.filter(|telling| telling.to != To::Person(owner)));
        }
        tellings
    }

    fn moved(&self, actor: Option<PersonId>, to: StatusKind, note: Option<&str>) -> Vec<Telling> {
        let reporter = self.ticket.reporter;
        let said = quoted(note);
        match to {
            StatusKind::WaitingForReporter => {
                let text = format!(
                    "{}, this waits for your answer. Write it here, and it goes on.{said}",
                    (self.name)(reporter)
                );
                let private =
                    format!("This waits for your answer, in its thread or on the web.{said}");
                vec![thread(text), self.person(reporter, private)]
            }
            StatusKind::Reopened => {
                let who = actor.map_or_else(|| "Somebody".to_owned(), |by| (self.name)(by));
                let text = format!("{who} says that it is not right yet.{said}");
                let mut tellings = vec![thread(text)];
                if let Some(owner) = self.ticket.owner.filter(|owner| actor != Some(*owner)) {
                    let private = format!("This is open again.{said}");
                    tellings.push(self.person(owner, private));
                }
                let owner = self.ticket.owner.map(To::Person);
                let others = self.followers(actor, "This is open again: it is not right yet.");
                tellings.extend(others.filter(|telling| Some(&telling.to) != owner.as_ref()));
                tellings
            }
            StatusKind::Closed => vec![thread(match actor {
                Some(by) => format!("{} says that it works. It is closed.", (self.name)(by)),
                None => format!("It is closed. {}", kit::escape(note.unwrap_or_default())),
            })],
            _ => Vec::new(),
        }
    }

    fn resolved(&self, actor: Option<PersonId>, resolution: &Resolution) -> Vec<Telling> {
        let reporter = self.ticket.reporter;
        let who = actor.map_or_else(
            || "It".to_owned(),
            |by| format!("{} says that it", (self.name)(by)),
        );
        let mut text = format!(
            "{who} is put right.\n*Cause:* {}\n*How we know:* {}",
            kit::escape(&resolution.cause),
            kit::escape(&resolution.how_known)
        );
        let issue = resolution.known_issue;
        if let Some(issue) = issue.and_then(|id| self.desk.known_issue(id)) {
            text.push_str(&format!("\n*Known issue:* {}", kit::escape(&issue.title)));
        }
        let value = self.ticket.number.to_string();
        let buttons = kit::actions(
            "outcome",
            vec![
                kit::button("It works", "confirm", &value, Style::Primary),
                kit::button("It still fails", "reopen", &value, Style::Plain),
            ],
        );
        let private = format!(
            "{} is put right, we believe. Does it work for you?",
            self.link()
        );
        let blocks = vec![
            kit::section(&self.about_it(&text)),
            kit::section("Does it work for you?"),
            buttons,
        ];
        let mut tellings = vec![
            thread(text),
            Telling {
                to: To::Person(reporter),
                text: private,
                blocks,
            },
        ];
        tellings.extend(self.followers(actor, "This is put right, we believe."));
        tellings
    }

    /// Whom the other ticket affected is called into the thread of the one that goes on.
    fn absorbed(&self, number: TicketNumber, joined: &[PersonId]) -> Telling {
        let names: Vec<String> = joined.iter().map(|person| (self.name)(*person)).collect();
        let affected = match names.as_slice() {
            [] => String::new(),
            [one] => format!(" It affects {one} too."),
            [first @ .., last] => format!(" It affects {} and {last} too.", first.join(", ")),
        };
        thread(format!(
            "*{number}* turned out to be the same and ended here.{affected}"
        ))
    }

    fn hat_changed(&self, hat: Hat, to: Option<PersonId>) -> Vec<Telling> {
        // Hats come off by themselves when it is over, and that is told already.
        let is_open = self.ticket.status.kind().is_open();
        match to {
            Some(to) => vec![thread(format!("{} is {}.", (self.name)(to), hat.as_str()))],
            None if is_open => vec![thread(format!("Nobody is {} any more.", hat.as_str()))],
            None => Vec::new(),
        }
    }

    /// An update is one message that can be read alone.
    fn updated(
        &self,
        actor: Option<PersonId>,
        known: &str,
        doing: &str,
        next_at: Option<Timestamp>,
    ) -> Vec<Telling> {
        let people = mrkdwn::People::default();
        let words = |text: &str| mrkdwn::from_markdown(text, &people);
        let by = actor.map_or_else(|| "Somebody".to_owned(), |by| (self.name)(by));
        let next = match next_at {
            Some(at) => kit::due_and_ago(at),
            None => "none is planned".to_owned(),
        };
        let parts = [
            format!("*How it stands*, from {by}"),
            format!("*What is known*\n{}", words(known)),
            format!("*What is being done*\n{}", words(doing)),
            format!("*Next update*\n{next}"),
        ];
        let blocks = parts.iter().map(|part| kit::section(part)).collect();
        let text = kit::cut(&parts.join("\n"), kit::SECTION_LIMIT);
        let private = kit::cut(&self.about_it(&text), kit::SECTION_LIMIT);
        let mut tellings = vec![Telling {
            blocks,
            ..thread(text)
        }];
        tellings.extend(self.followers(actor, "").map(|telling| Telling {
            text: private.clone(),
            ..telling
        }));
        tellings
    }

    /// Whoever tells how it stands is reminded, or else whoever has it.
    fn update_due(&self) -> Vec<Telling> {
        // What was told meanwhile needs no reminder.
        if !self.ticket.next_update.is_some_and(|next| next.is_due) {
            return Vec::new();
        }
        let Some(person) = self.ticket.hats.communicating.or(self.ticket.owner) else {
            return vec![thread(
                ":warning: An update was promised for now, and nobody has this.".to_owned(),
            )];
        };
        let text = self.about_it("The next update is due now.");
        let value = self.ticket.number.to_string();
        let button = kit::button("Give the update", "update", &value, Style::Primary);
        let blocks = vec![
            kit::section(&text),
            kit::actions("update-due", vec![button]),
        ];
        vec![Telling {
            to: To::Person(person),
            text,
            blocks,
        }]
    }

    fn warned(&self, measure: Measure, percent: u8, due_at: Option<Timestamp>) -> Vec<Telling> {
        let what = match measure {
            Measure::Respond => "answer",
            Measure::Resolve => "put it right",
        };
        let due = due_at.map_or_else(String::new, |due| {
            format!(" Due {}.", kit::due_and_ago(due))
        });
        let gone = match percent {
            50 => "Half".to_owned(),
            percent => format!("{percent} %"),
        };
        let text = format!("{gone} of the time to {what} has gone.{due}");
        match self.ticket.owner {
            Some(owner) => vec![self.person(owner, text)],
            None => vec![thread(format!(":warning: Nobody has this yet. {text}"))],
        }
    }

    fn breached(&self, measure: Measure) -> Vec<Telling> {
        let what = match measure {
            Measure::Respond => "answer",
            Measure::Resolve => "put it right",
        };
        let owner = match self.ticket.owner {
            Some(owner) => format!("{} has it.", (self.name)(owner)),
            None => "Nobody has it yet.".to_owned(),
        };
        let text = format!(":red_circle: The time to {what} has run out. {owner}");
        let mut tellings = vec![thread(text.clone())];
        for lead in self.leads {
            tellings.push(self.person(*lead, text.clone()));
        }
        tellings
    }

    /// The same sentence to everybody who wants to hear of every change, in private. Whoever did it
    /// knows, and whoever asked is told in words of their own.
    fn followers(&self, actor: Option<PersonId>, sentence: &str) -> impl Iterator<Item = Telling> {
        let reporter = self.ticket.reporter;
        let others = self.ticket.followers.iter().copied();
        others
            .filter(move |person| Some(*person) != actor && *person != reporter)
            .map(move |person| self.person(person, sentence.to_owned()))
    }

    fn link(&self) -> String {
        let ticket = self.ticket;
        let title = kit::escape(&ticket.title);
        format!("*<{}|{}>* {title}", self.page, ticket.number)
    }

    /// In private a sentence stands below the ticket that it is about.
    fn about_it(&self, sentence: &str) -> String {
        format!("{}\n{sentence}", self.link())
    }

    fn person(&self, person: PersonId, sentence: String) -> Telling {
        Telling {
            to: To::Person(person),
            text: self.about_it(&sentence),
            blocks: Vec::new(),
        }
    }
}

fn thread(text: String) -> Telling {
    Telling {
        to: To::Thread,
        text,
        blocks: Vec::new(),
    }
}

/// Somebody's words below a sentence.
fn quoted(words: Option<&str>) -> String {
    let Some(words) = words.filter(|words| !words.trim().is_empty()) else {
        return String::new();
    };
    let lines: Vec<String> = words
        .lines()
        .map(|line| format!("\n>{}", kit::escape(line)))
        .collect();
    lines.concat()
}
