//! Who comes along when tickets turn out to be the same.

use eider_domain::{PersonId, TicketNumber};

use super::{Sentence, Teller};

impl Teller<'_> {
    pub(super) fn absorbed(
        &self,
        number: TicketNumber,
        joined: &[PersonId],
        followers: &[PersonId],
        actor: Option<PersonId>,
    ) -> Sentence {
        let sentence = self.by(actor).words(format!(
            " found that {number} is the same, and merged it into this one"
        ));
        let only_follow: Vec<PersonId> = followers
            .iter()
            .filter(|person| !joined.contains(person))
            .copied()
            .collect();
        let sentence = self.with(sentence, joined, "is affected too", "are affected too");
        self.with(sentence, &only_follow, "follows it", "follow it")
    }

    /// The sentence, and what is so of these people, where there are some.
    fn with(&self, sentence: Sentence, people: &[PersonId], one: &str, more: &str) -> Sentence {
        let is_so = match people.len() {
            0 => return sentence,
            1 => one,
            _ => more,
        };
        self.people(sentence.words("; "), people)
            .words(format!(" {is_so}"))
    }

    /// "Ada, Ben and Cleo".
    fn people(&self, mut sentence: Sentence, people: &[PersonId]) -> Sentence {
        for (index, person) in people.iter().enumerate() {
            let joint = match index {
                0 => "",
                _ if index + 1 == people.len() => " and ",
                _ => ", ",
            };
            sentence = sentence.words(joint).name(self.called(Some(*person)));
        }
        sentence
    }
}
