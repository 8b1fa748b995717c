//! Facts of telling as sentences: who wears which hat, and how it stands.

use eider_domain::{PersonId, ticket::Hat};

use jiff::Timestamp;

use super::{Sentence, Teller};
use crate::components::words;

impl Teller<'_> {
    pub(super) fn update_given(
        &self,
        known: &str,
        doing: &str,
        next_at: Option<Timestamp>,
        actor: Option<PersonId>,
    ) -> Sentence {
        let next = next_at.map_or_else(
            || "No further update is planned".to_owned(),
            |at| format!("Next update {}", words::moment(at, self.reader)),
        );
        let (known, doing) = (said(known), said(doing));
        self.by(actor).words(format!(
            " told how it stands. Known: {known} Being done: {doing} {next}"
        ))
    }

    pub(super) fn update_due(&self, due_at: Timestamp) -> Sentence {
        let due_at = words::moment(due_at, self.reader);
        Sentence::default().words(format!("An update was promised for {due_at}, and is due"))
    }

    pub(super) fn hat_changed(
        &self,
        hat: Hat,
        from: Option<PersonId>,
        to: Option<PersonId>,
        actor: Option<PersonId>,
    ) -> Sentence {
        let doing = hat.as_str();
        match (from, to) {
            (None, Some(to)) if actor == Some(to) => self.by(actor).words(format!(" is {doing}")),
            (Some(from), Some(to)) if actor == Some(to) => self
                .by(actor)
                .words(format!(" is {doing} now, after "))
                .name(self.called(Some(from))),
            (_, Some(to)) => self
                .by(actor)
                .words(" asked ")
                .name(self.called(Some(to)))
                .words(format!(" to be the one who is {doing}")),
            (Some(from), None) if actor != Some(from) => self
                .by(actor)
                .words(" noted that ")
                .name(self.called(Some(from)))
                .words(format!(" is no longer {doing}; nobody is")),
            (_, None) => self
                .by(actor)
                .words(format!(" is no longer {doing}; nobody is")),
        }
    }
}

/// Somebody's words as a sentence: where they end with a stop of their own, they get no other.
fn said(words: &str) -> String {
    let words = words.trim();
    let stop = if words.ends_with(['.', '…', '?', '!']) {
        ""
    } else {
        "."
    };
    format!("“{words}”{stop}")
}
