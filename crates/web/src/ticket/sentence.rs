//! Facts as sentences: "Ada took it, 3 min after it was asked".

mod alert;
mod duty;
mod joining;
mod page;
mod telling;

pub(crate) use page::by_way;

use std::collections::HashMap;

use eider_app::desk::Desk;
use eider_domain::{
    FeatureId, PersonId, SquadId,
    fact::{Fact, Happened, Measure},
    priority::Rank,
    ticket::{Change, Resolution, StatusKind},
};
use eider_store::person::PersonName;
use jiff::Timestamp;
use maud::{Markup, html};

use crate::components::{
    thread::{Entry, Tone},
    words::{self, Reader},
};

/// What is needed to tell facts.
pub(crate) struct Teller<'a> {
    /// Names of the people in them.
    pub(crate) names: &'a HashMap<PersonId, PersonName>,
    /// Names of features, squads and priorities.
    pub(crate) desk: &'a Desk,
    /// Who reads.
    pub(crate) reader: &'a Reader,
    /// When the ticket was asked, for "3 min after it was asked".
    pub(crate) opened_at: Timestamp,
    /// Who asked it.
    pub(crate) reporter: PersonId,
}

/// A fact in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sentence(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Name(String),
    Words(String),
}

impl Sentence {
    fn name(mut self, name: impl Into<String>) -> Self {
        self.0.push(Piece::Name(name.into()));
        self
    }

    fn words(mut self, words: impl Into<String>) -> Self {
        self.0.push(Piece::Words(words.into()));
        self
    }

    /// Words in quotation marks after a colon, where there are some.
    fn quoting(self, said: Option<&str>) -> Self {
        match said {
            Some(said) if !said.trim().is_empty() => self.words(format!(": “{}”", said.trim())),
            _ => self,
        }
    }

    /// With the names in bold.
    pub(crate) fn markup(&self) -> Markup {
        html! {
            @for piece in &self.0 {
                @match piece {
                    Piece::Name(name) => strong { (name) },
                    Piece::Words(words) => (words),
                }
            }
        }
    }

    /// As plain text.
    pub(crate) fn plain(&self) -> String {
        self.0
            .iter()
            .map(|piece| match piece {
                Piece::Name(text) | Piece::Words(text) => text.as_str(),
            })
            .collect()
    }
}

impl Teller<'_> {
    /// A fact as an entry of the timeline.
    pub(crate) fn entry(&self, happened: &Happened) -> Entry {
        Entry {
            sentence: self.tell(happened).markup(),
            at: happened.at,
            tone: tone(&happened.fact),
        }
    }

    /// A fact in words.
    pub(crate) fn tell(&self, happened: &Happened) -> Sentence {
        let actor = happened.actor;
        let at = happened.at;
        let by = || self.by(actor);
        match &happened.fact {
            Fact::TicketOpened {
                priority,
                feature,
                reporter,
                ..
            } => self.opened(*reporter, *priority, *feature),
            Fact::TicketMoved { from, to, note } => {
                self.moved(*from, *to, note.as_deref(), actor, at)
            }
            Fact::TicketResolved { resolution, .. } => self.resolved(resolution, actor, at),
            Fact::ResolutionCorrected { to, .. } => {
                let change = change_needed(&to.change);
                by().words(format!(" corrected how it was resolved{change}"))
            }
            Fact::TicketMerged { into, .. } => by().words(format!(" merged it into {into}")),
            Fact::TicketAbsorbed {
                number,
                joined,
                followers,
            } => self.absorbed(*number, joined, followers, actor),
            Fact::OwnerChanged { from, to } => self.owner_changed(*from, *to, actor, at),
            Fact::HatChanged { hat, from, to } => self.hat_changed(*hat, *from, *to, actor),
            Fact::UpdateGiven {
                known,
                doing,
                next_at,
            } => self.update_given(known, doing, *next_at, actor),
            Fact::UpdateDue { due_at } => self.update_due(*due_at),
            Fact::PriorityChanged { from, to, reason } => {
                // Rank 1 is the most urgent.
                let deed = if to < from { "raised" } else { "lowered" };
                by().words(format!(" {deed} it from {from} to {to}"))
                    .quoting(reason.as_deref())
            }
            Fact::FeatureChanged { to: Some(to), .. } => {
                by().words(format!(" noted that it is about {}", self.feature(*to)))
            }
            Fact::FeatureChanged { to: None, .. } => {
                by().words(" noted that it is about none of the features")
            }
            Fact::SquadChanged { from, to } => self.squad_changed(*from, *to, actor),
            Fact::TitleChanged { from, .. } => {
                by().words(format!(" gave it a better title; before, it was “{from}”"))
            }
            Fact::Replied { mentions, .. } => self.replied(mentions, actor),
            Fact::ReplyEdited { .. } => by().words(" corrected a message"),
            Fact::ReplyWithdrawn { .. } => by().words(" took back a message"),
            Fact::FileAttached {
                name, size_bytes, ..
            } => {
                let size = words::file_size(u64::try_from(*size_bytes).unwrap_or_default());
                by().words(format!(" added the file “{name}”, {size}"))
            }
            Fact::Joined { note } => by().words(" is affected too").quoting(note.as_deref()),
            Fact::Followed => by().words(" follows it"),
            Fact::Unfollowed => by().words(" follows it no more"),
            Fact::TimeLogged { seconds } => by().words(format!(
                " worked on it for {} away from here",
                words::duration(*seconds)
            )),
            Fact::ServiceLevelWarned {
                measure,
                percent,
                due_at,
            } => self.warned(*measure, *percent, *due_at),
            Fact::ServiceLevelBreached { measure, .. } => {
                Sentence::default().words(format!("The time to {} ran out", verb(*measure)))
            }
            Fact::WashUpWritten => by().words(" wrote the wash-up"),
            Fact::ActionAgreed { what, owner, .. } => self
                .by(Some(*owner))
                .words(format!(" will follow up: {what}")),
            Fact::ActionDone { .. } => by().words(" finished a follow-up"),
            Fact::PageChanged { event, .. } => self.paged(event, actor, at),
            other => self.tell_of_people(other, actor),
        }
    }

    /// Facts that belong to no ticket.
    fn tell_of_people(&self, fact: &Fact, actor: Option<PersonId>) -> Sentence {
        let by = || self.by(actor);
        match fact {
            Fact::PersonInvited { email, role } => {
                by().words(format!(" invited {email} as {}", role.as_str()))
            }
            Fact::PersonJoined { person, role } => self
                .by(Some(*person))
                .words(format!(" joined as {}", role.as_str())),
            Fact::RoleChanged { person, from, to } => by()
                .words(" changed the role of ")
                .name(self.called(Some(*person)))
                .words(format!(" from {} to {}", from.as_str(), to.as_str())),
            Fact::MembershipChanged { person, squads } => {
                let names: Vec<&str> = squads.iter().map(|id| self.squad(*id)).collect();
                let sentence = by()
                    .words(" noted the squads of ")
                    .name(self.called(Some(*person)));
                sentence.words(if names.is_empty() {
                    ": none".to_owned()
                } else {
                    format!(": {}", names.join(", "))
                })
            }
            Fact::PersonDisabled { person } => by()
                .words(" ended the access of ")
                .name(self.called(Some(*person))),
            Fact::PersonEnabled { person } => by()
                .words(" gave access back to ")
                .name(self.called(Some(*person))),
            Fact::ProfileChanged => by().words(" changed their profile"),
            Fact::PasswordChanged => by().words(" set a new password"),
            Fact::SignedIn => by().words(" signed in"),
            Fact::SignedOut => by().words(" signed out"),
            Fact::SignInBlocked => {
                Sentence::default().words("Signing in was blocked after too many wrong passwords")
            }
            Fact::TokenCreated { name } => by().words(format!(" made the token “{name}”")),
            Fact::TokenRevoked { name } => by().words(format!(" withdrew the token “{name}”")),
            Fact::Configured { part, name } => by().words(format!(" changed the {part} “{name}”")),
            Fact::TicketsImported { source, tickets } => by().words(format!(
                " brought in {} from {source}",
                words::count(
                    u64::try_from(*tickets).unwrap_or_default(),
                    "ticket",
                    "tickets"
                )
            )),
            // The facts of tickets are told above.
            other => self
                .tell_of_duty(other, actor)
                .or_else(|| self.tell_of_alerts(other))
                .unwrap_or_else(|| by().words(" did something")),
        }
    }

    fn opened(&self, reporter: PersonId, rank: Rank, feature: Option<FeatureId>) -> Sentence {
        let priority = self.desk.priority(rank).map_or_else(
            || rank.to_string(),
            |priority| format!("{rank} {}", priority.name),
        );
        let about = feature.map_or_else(String::new, |id| format!(", about {}", self.feature(id)));
        self.by(Some(reporter))
            .words(format!(" asked: {priority}{about}"))
    }

    fn moved(
        &self,
        from: StatusKind,
        to: StatusKind,
        note: Option<&str>,
        actor: Option<PersonId>,
        at: Timestamp,
    ) -> Sentence {
        let by = || self.by(actor);
        match to {
            StatusKind::New => Sentence::default().words("It is new again").quoting(note),
            StatusKind::Acknowledged => by()
                .words(format!(" acknowledged it{}", self.after_asking(at)))
                .quoting(note),
            StatusKind::InProgress if from == StatusKind::WaitingForReporter => {
                let words = if actor == Some(self.reporter) {
                    " answered, so it goes on"
                } else {
                    " took it up again"
                };
                by().words(words).quoting(note)
            }
            StatusKind::InProgress => by().words(" started to work on it").quoting(note),
            StatusKind::WaitingForReporter => by()
                .words(" waits for the reporter; the clock rests")
                .quoting(note),
            StatusKind::Resolved => by()
                .words(format!(" resolved it{}", self.after_asking(at)))
                .quoting(note),
            StatusKind::Closed if actor.is_none() => Sentence::default()
                .words("It was closed by itself")
                .quoting(note),
            StatusKind::Closed if actor == Some(self.reporter) => {
                by().words(" confirmed that it works").quoting(note)
            }
            StatusKind::Closed => by().words(" closed it").quoting(note),
            StatusKind::Reopened if actor.is_none() => {
                Sentence::default().words("It was reopened").quoting(note)
            }
            StatusKind::Reopened => by().words(" reopened it").quoting(note),
            StatusKind::Merged => by().words(" merged it into another ticket").quoting(note),
        }
    }

    fn resolved(
        &self,
        resolution: &Resolution,
        actor: Option<PersonId>,
        at: Timestamp,
    ) -> Sentence {
        let resolved = match actor {
            Some(_) => self.by(actor).words(" resolved it"),
            None => Sentence::default().words("It was resolved"),
        };
        let resolved = resolved.words(self.after_asking(at));
        if resolution.cause.is_empty() {
            // Another tracker told nothing about how.
            return resolved;
        }
        resolved.words(change_needed(&resolution.change))
    }

    fn owner_changed(
        &self,
        from: Option<PersonId>,
        to: Option<PersonId>,
        actor: Option<PersonId>,
        at: Timestamp,
    ) -> Sentence {
        match (from, to) {
            (None, Some(to)) if actor == Some(to) => self
                .by(actor)
                .words(format!(" took it{}", self.after_asking(at))),
            (Some(from), Some(to)) if actor == Some(to) => self
                .by(actor)
                .words(" took it over from ")
                .name(self.called(Some(from))),
            (Some(from), Some(to)) if actor != Some(from) => self
                .by(actor)
                .words(" handed it from ")
                .name(self.called(Some(from)))
                .words(" to ")
                .name(self.called(Some(to))),
            (_, Some(to)) => self
                .by(actor)
                .words(" gave it to ")
                .name(self.called(Some(to))),
            (Some(from), None) if actor != Some(from) => self
                .by(actor)
                .words(" took it away from ")
                .name(self.called(Some(from)))
                .words("; nobody has it"),
            (_, None) => self.by(actor).words(" gave it back; nobody has it"),
        }
    }

    fn squad_changed(
        &self,
        from: Option<SquadId>,
        to: Option<SquadId>,
        actor: Option<PersonId>,
    ) -> Sentence {
        let by = self.by(actor);
        match (from, to) {
            (Some(from), Some(to)) => by.words(format!(
                " moved it from the squad {} to {}",
                self.squad(from),
                self.squad(to)
            )),
            (None, Some(to)) => by.words(format!(" gave it to the squad {}", self.squad(to))),
            (_, None) => by.words(" noted that no squad looks after it"),
        }
    }

    fn replied(&self, mentions: &[PersonId], actor: Option<PersonId>) -> Sentence {
        let mut sentence = self.by(actor).words(" wrote");
        for (index, person) in mentions.iter().enumerate() {
            let joint = if index == 0 { " and mentioned " } else { ", " };
            sentence = sentence.words(joint).name(self.called(Some(*person)));
        }
        sentence
    }

    fn warned(&self, measure: Measure, percent: u8, due_at: Option<Timestamp>) -> Sentence {
        let part = if percent >= 80 {
            "Four fifths of the time"
        } else {
            "Half of the time"
        };
        let has = if percent >= 80 { "have" } else { "has" };
        let due = due_at.map_or_else(String::new, |at| {
            format!("; due {}", words::moment(at, self.reader))
        });
        Sentence::default().words(format!("{part} to {} {has} gone{due}", verb(measure)))
    }

    fn after_asking(&self, at: Timestamp) -> String {
        let seconds = at.as_second() - self.opened_at.as_second();
        if seconds < 60 {
            " at once".to_owned()
        } else {
            format!(", {} after it was asked", words::duration(seconds))
        }
    }

    fn by(&self, actor: Option<PersonId>) -> Sentence {
        Sentence::default().name(self.called(actor))
    }

    fn called(&self, person: Option<PersonId>) -> &str {
        person
            .and_then(|id| self.names.get(&id))
            .map_or("Somebody", |person| person.name.as_str())
    }

    fn feature(&self, id: FeatureId) -> &str {
        self.desk
            .feature(id)
            .map_or("a feature that is gone", |feature| feature.name.as_str())
    }

    fn squad(&self, id: SquadId) -> &str {
        self.desk
            .squad(id)
            .map_or("a squad that is gone", |squad| squad.name.as_str())
    }
}

/// Whether a change was needed, as a further sentence.
fn change_needed(change: &Change) -> String {
    match change {
        Change::No => ". No code change was needed".to_owned(),
        Change::Yes { reference: None } => ". A code change was needed".to_owned(),
        Change::Yes {
            reference: Some(reference),
        } => format!(". A code change was needed: {reference}"),
    }
}

fn verb(measure: Measure) -> &'static str {
    match measure {
        Measure::Respond => "answer",
        Measure::Resolve => "resolve",
    }
}

fn tone(fact: &Fact) -> Tone {
    match fact {
        Fact::ServiceLevelWarned { .. } | Fact::UpdateDue { .. } => Tone::Soon,
        Fact::PageChanged { event, .. } => page::tone(event),
        Fact::ServiceLevelBreached { .. }
        | Fact::TicketMoved {
            to: StatusKind::Reopened,
            ..
        } => Tone::Urgent,
        Fact::TicketResolved { .. }
        | Fact::TicketMoved {
            to: StatusKind::Resolved | StatusKind::Closed,
            ..
        }
        | Fact::ActionDone { .. }
        | Fact::AlertsEnded { left: 0, .. } => Tone::Done,
        _ => Tone::Plain,
    }
}

#[cfg(test)]
mod tests;
