//! Facts of pages, as sentences.

use eider_domain::{
    PersonId,
    page::{Because, Ending, Event, Way, Why},
};
use jiff::Timestamp;

use super::{Sentence, Teller};
use crate::components::{
    thread::Tone,
    words::{self, moment},
};

impl Teller<'_> {
    /// What happened to a page.
    pub(super) fn paged(&self, event: &Event, actor: Option<PersonId>, at: Timestamp) -> Sentence {
        match event {
            Event::Started {
                why, until, reason, ..
            } => self.started(*why, *until, reason.as_deref(), actor, at),
            Event::Joined { with, .. } => {
                Sentence::default().words(format!("People are called for it together with {with}"))
            }
            Event::Left { how } => self.ended(*how, "Nobody is called for this one any more"),
            Event::Held {
                until, why, reason, ..
            } => self.held(*until, *why, reason.as_deref(), actor, at),
            Event::Called {
                people,
                level,
                because,
                until,
                empty,
                ..
            } => self.called_level(people, *level, *because, *until, empty),
            Event::Acknowledged {
                by,
                way: Way::Before,
                ..
            } => self.by(Some(*by)).words(" still has it"),
            Event::Acknowledged { by, way, .. } => self
                .by(Some(*by))
                .words(format!(" acknowledged the page {}", by_way(*way))),
            Event::Declined { by, .. } if actor.is_some_and(|actor| actor != *by) => {
                let sentence = self.by(actor).words(" took it off ");
                sentence.name(self.called(Some(*by)))
            }
            Event::HandOverEnded => Sentence::default()
                .words("Nobody is called to take it over any more: the ticket was taken off them"),
            Event::Declined { by, reason } => {
                let sentence = self.by(Some(*by));
                sentence.words(" cannot take it").quoting(reason.as_deref())
            }
            Event::Unreachable { person } => self.by(Some(*person)).words(
                " cannot be called: no way to reach them is set up. Others are called instead",
            ),
            Event::AskedAgain { person, until } => {
                let until = moment(*until, self.reader);
                let sentence = self.by(Some(*person));
                sentence.words(format!(
                    " is asked whether they still have it, until {until}"
                ))
            }
            Event::Unacknowledged { person, .. } => self
                .by(Some(*person))
                .words(" did not answer, so nobody has it and calling begins anew"),
            Event::HelpCalled {
                people, hand_over, ..
            } => {
                let sentence = self.by(actor).words(" called ");
                let why = if *hand_over {
                    " to take it over"
                } else {
                    " to help"
                };
                self.and_all(sentence, people).words(why)
            }
            Event::ClockPutRight { until } => {
                let until = moment(*until, self.reader);
                Sentence::default().words(format!(
                    "A clock that was ahead was put right: what was to follow by it follows at {until}"
                ))
            }
            Event::HelpMissed { person, by } => {
                let sentence = self.by(Some(*person)).words(" has not answered");
                match by {
                    Some(by) => sentence
                        .words("; ")
                        .name(self.called(Some(*by)))
                        .words(" is told"),
                    None => sentence,
                }
            }
            Event::HelpCame { by, .. } => self.by(Some(*by)).words(" is coming to help"),
            Event::LastResortCalled {
                people,
                empty,
                again,
            } => {
                let sentence = self.and_all(Sentence::default(), people);
                let verb = if people.len() == 1 { "is" } else { "are" };
                let nobody = nobody_at(empty);
                let why = if *again {
                    "again as the last resort, because still nobody has answered"
                } else {
                    "as the last resort, because nobody has answered"
                };
                sentence.words(format!(" {verb} called {why}{nobody}"))
            }
            Event::Ended { how } => self.ended(*how, "Calling is over"),
        }
    }

    fn started(
        &self,
        why: Why,
        until: Timestamp,
        reason: Option<&str>,
        actor: Option<PersonId>,
        at: Timestamp,
    ) -> Sentence {
        if why == Why::Asked {
            let sentence = self.by(actor).words(" had people called for it");
            return sentence.quoting(reason);
        }
        let words = if why == Why::Seen {
            seen(&moment(until, self.reader))
        } else if why == Why::Had && until <= at {
            "Somebody has it, so nobody else is called".to_owned()
        } else if until <= at {
            "Whoever is on call is called".to_owned()
        } else {
            let until = moment(until, self.reader);
            format!("Calling waits until {until}, when hours start")
        };
        Sentence::default().words(words)
    }

    fn held(
        &self,
        until: Timestamp,
        why: Why,
        reason: Option<&str>,
        actor: Option<PersonId>,
        at: Timestamp,
    ) -> Sentence {
        let when = moment(until, self.reader);
        let sentence = match why {
            Why::NotNow => self.by(actor).words(format!(" put it off until {when}")),
            Why::Asked => self
                .by(actor)
                .words(" had people called although it was held"),
            Why::Seen => Sentence::default().words(seen(&when)),
            _ if until <= at => Sentence::default().words("It is urgent now, so people are called"),
            _ => Sentence::default().words(format!("Calling waits until {when}")),
        };
        sentence.quoting(reason)
    }

    fn called_level(
        &self,
        people: &[PersonId],
        level: u16,
        because: Because,
        until: Timestamp,
        empty: &[u16],
    ) -> Sentence {
        let sentence = self.and_all(Sentence::default(), people);
        let verb = if people.len() == 1 { "is" } else { "are" };
        let why = match because {
            Because::Begun => "",
            Because::Unanswered => ", because nobody answered in time",
            Because::Declined => ", because who was called cannot",
            Because::Escalated => ", because the next level was asked for",
            Because::Duty => ", who came on duty",
        };
        let until = moment(until, self.reader);
        let nobody = nobody_at(empty);
        sentence.words(format!(
            " {verb} called{why} (level {level}, until {until}){nobody}"
        ))
    }

    fn ended(&self, how: Ending, words: &str) -> Sentence {
        let why = match how {
            Ending::Resolved => ": it is put right",
            Ending::Closed => ": it is closed",
            Ending::Merged => ": it is the same as another ticket",
            Ending::Taken => ": somebody has it",
            Ending::Lowered => ": it is not that urgent",
            Ending::Moved => ": another squad looks after it",
            Ending::Retimed => ": it is called for on its own",
            Ending::Gathered => ": people are called for it together with others",
            Ending::Answered => ": somebody answered the drill",
            Ending::CalledOff => ": it was called off",
        };
        Sentence::default().words(format!("{words}{why}"))
    }

    /// "Ada and Ben"
    fn and_all(&self, mut sentence: Sentence, people: &[PersonId]) -> Sentence {
        for (index, person) in people.iter().enumerate() {
            let joint = match index {
                0 => "",
                last if last + 1 == people.len() => " and ",
                _ => ", ",
            };
            sentence = sentence.words(joint).name(self.called(Some(*person)));
        }
        sentence
    }
}

/// How a fact of a page is marked.
pub(super) fn tone(event: &Event) -> Tone {
    match event {
        Event::Called { .. } | Event::AskedAgain { .. } => Tone::Soon,
        Event::LastResortCalled { .. }
        | Event::Unacknowledged { .. }
        | Event::Unreachable { .. } => Tone::Urgent,
        _ => Tone::Plain,
    }
}

/// "by the link they were sent"
pub(crate) fn by_way(way: Way) -> &'static str {
    match way {
        Way::Link => "by the link they were sent",
        Way::Ticket => "on the ticket",
        Way::Web => "in Eider",
        Way::Api => "by the command line or the API",
        Way::Sms => "by a text message",
        Way::Voice => "by telephone",
        Way::Slack => "in Slack",
        Way::Before => "before",
    }
}

fn seen(when: &str) -> String {
    format!(
        "The monitor says that somebody has seen it. Unless somebody takes it here, people are \
         called at {when}"
    )
}

fn nobody_at(empty: &[u16]) -> String {
    let levels: Vec<String> = empty.iter().map(u16::to_string).collect();
    match levels.as_slice() {
        [] => String::new(),
        [one] => format!(". Nobody is on call at level {one}"),
        many => format!(". Nobody is on call at levels {}", words::listed(many)),
    }
}
