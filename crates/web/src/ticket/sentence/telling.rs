//! Facts of telling as sentences: who wears which hat.

use eider_domain::{PersonId, ticket::Hat};

use super::{Sentence, Teller};

impl Teller<'_> {
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
