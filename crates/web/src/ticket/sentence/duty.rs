//! Facts of who is on call, as sentences.

use eider_domain::{PersonId, RotaId, fact::Fact, readiness::Event};

use super::{Sentence, Teller};

impl Teller<'_> {
    /// A fact of who is on call; nothing for others.
    pub(super) fn tell_of_duty(&self, fact: &Fact, actor: Option<PersonId>) -> Option<Sentence> {
        let by = || self.by(actor);
        Some(match fact {
            Fact::DutyChanged {
                rota,
                person,
                instead_of,
                ..
            } => {
                let sentence = by().words(" put ").name(self.called(Some(*person)));
                let sentence = sentence.words(format!(" on call in “{}”", self.rota(*rota)));
                match instead_of {
                    Some(planned) => sentence
                        .words(" instead of ")
                        .name(self.called(Some(*planned))),
                    None => sentence,
                }
            }
            Fact::DutyChangeEnded { rota, .. } => by().words(format!(
                " ended a change of who is on call in “{}”",
                self.rota(*rota)
            )),
            Fact::AbsenceNoted { person, .. } => by()
                .words(" noted that ")
                .name(self.called(Some(*person)))
                .words(" is away for a time"),
            Fact::AbsenceEnded { person, .. } => by()
                .words(" ended an absence of ")
                .name(self.called(Some(*person))),
            Fact::SwapAsked { rota, .. } => by().words(format!(
                " asked who takes their time on call in “{}”",
                self.rota(*rota)
            )),
            Fact::SwapOffered { .. } => by().words(" offered to swap time on call"),
            Fact::SwapTaken { by: taker, .. } => {
                let sentence = Sentence::default().name(self.called(Some(*taker)));
                sentence.words(" takes the time on call that was asked for")
            }
            Fact::SwapDeclined { .. } => by().words(" declined a swap of time on call"),
            Fact::SwapWithdrawn { .. } => by().words(" withdrew a swap of time on call"),
            Fact::LeadsTold { .. } => {
                Sentence::default().words("The leads are told how the rotas of their squad stand")
            }
            Fact::ReadinessChanged { person, event, .. } => {
                let words = match event {
                    Event::Asked => " was asked whether they are ready to be on call",
                    Event::Told { .. } => " is not ready to be on call yet, and others are told",
                    Event::Said => " said that they are ready to be on call",
                };
                let sentence = Sentence::default().name(self.called(Some(*person)));
                sentence.words(words)
            }
            Fact::TestPageCame => by().words(" said that a test page came"),
            Fact::DutyNumberChanged => by().words(" changed the number they are called at"),
            Fact::ContactMethodAdded { how, .. } => {
                by().words(format!(" added a way to reach them: {}", how.name()))
            }
            Fact::ContactMethodVerified { .. } => by().words(" verified a way to reach them"),
            Fact::ContactMethodStopped { .. } => {
                by().words(" answered that nothing more is to be sent to a number")
            }
            Fact::ContactMethodLost { .. } => {
                by().words(" is not reached by one of their ways any more")
            }
            Fact::ContactMethodRemoved { .. } => by().words(" took a way to reach them away"),
            Fact::ContactPlanChanged => by().words(" changed in which order they are reached"),
            Fact::TestPageAsked => by().words(" sent themselves a test page"),
            Fact::FeedMade { .. } => by().words(" made the address of a calendar"),
            _ => return None,
        })
    }

    fn rota(&self, id: RotaId) -> &str {
        self.desk
            .rota(id)
            .map_or("a rota that is gone", |rota| rota.name.as_str())
    }
}
