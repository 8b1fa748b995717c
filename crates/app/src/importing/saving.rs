//! Saving the tickets of one batch, all or none.

use std::collections::BTreeSet;

use eider_domain::{
    FeatureId, PersonId, SquadId, TicketId, TicketNumber,
    fact::{Fact, Happened},
    feature::Feature,
    importing::Names,
    person::{Person, Role, Standing, initials_of},
    squad::Squad,
    ticket::{StatusKind, Ticket},
};
use eider_store::{
    Tx, counter, fact,
    importing::{self, Known, Run},
};
use jiff::Timestamp;

use super::{ImportError, reading::Exported, rejected::Rejection};
use crate::{Eider, desk::Desk, search, ticket};

/// What became of a batch.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) imported: u64,
    pub(super) updated: u64,
    pub(super) unchanged: u64,
    pub(super) facts: u64,
    pub(super) rejected: Vec<Rejection>,
}

/// Saves batch after batch of one import.
pub(super) struct Saver<'a> {
    eider: &'a Eider,
    source: &'a str,
    actor: Option<PersonId>,
    names: Names,
}

/// What one transaction writes.
#[derive(Default)]
struct Writes<'a> {
    tickets: Vec<Ticket>,
    known: Vec<(&'a str, Known)>,
    facts: Vec<Happened>,
    updated: BTreeSet<TicketId>,
}

impl<'a> Saver<'a> {
    pub(super) fn new(eider: &'a Eider, source: &'a str, actor: Option<PersonId>) -> Self {
        Self {
            eider,
            source,
            actor,
            names: Names::default(),
        }
    }

    /// Saves what is new in `batch`.
    pub(super) async fn save(&mut self, batch: &[Exported]) -> Result<Outcome, ImportError> {
        let mut outcome = Outcome::default();
        let keys: Vec<&str> = batch.iter().map(|exported| exported.key.as_str()).collect();
        let mut reading = self.eider.db().read().await?;
        let known = importing::known(&mut reading, self.source, &keys).await?;
        drop(reading);
        let is_new = |exported: &&Exported| {
            known.get(&exported.key).map(|known| known.digest) != Some(exported.digest)
        };
        let new: Vec<&Exported> = batch.iter().filter(is_new).collect();
        outcome.unchanged = (batch.len() - new.len()) as u64;
        if !new.is_empty() {
            self.save_new(&new, &mut outcome).await?;
        }
        Ok(outcome)
    }

    async fn save_new(
        &mut self,
        batch: &[&Exported],
        outcome: &mut Outcome,
    ) -> Result<(), ImportError> {
        let (eider, now) = (self.eider, self.eider.now());
        let mut tx = eider.db().write().await?;
        let mut run =
            importing::run_to_change(&mut tx, self.source, eider.ids().id(now), now).await?;
        let desk = eider.desk_in(&mut tx).await?;
        let mut writes = Writes::default();
        self.meet_everybody(&mut tx, &desk, batch, &mut writes.facts, now)
            .await?;
        // Asked again: another import may have come in between.
        let keys: Vec<&str> = batch.iter().map(|exported| exported.key.as_str()).collect();
        let known = importing::known(&mut tx, self.source, &keys).await?;
        let how_many = i64::try_from(batch.len() - known.len()).unwrap_or_default();
        let mut number = eider_store::ticket::next_number(&mut tx, how_many).await?;
        for exported in batch {
            match known.get(&exported.key) {
                Some(known) if known.digest == exported.digest => outcome.unchanged += 1,
                Some(known) => {
                    self.update(&mut tx, &desk, exported, *known, &mut writes, outcome, now)
                        .await?;
                }
                None => {
                    self.add(&desk, exported, number, &mut writes, now)?;
                    number.0 += 1;
                    outcome.imported += 1;
                }
            }
        }
        outcome.facts += writes.facts.len() as u64;
        self.write(&mut tx, &desk, &writes, now).await?;
        let changed = i64::try_from(writes.tickets.len()).unwrap_or_default();
        if changed > 0 {
            if run.finished_at.is_some() {
                run = Run {
                    id: eider.ids().id(now),
                    tickets: 0,
                    finished_at: None,
                };
            }
            run.tickets += changed;
        }
        importing::put_run(&mut tx, self.source, &run, now).await?;
        fact::append(&mut tx, &writes.facts, now).await?;
        tx.commit().await?;
        eider.committed();
        Ok(())
    }

    /// Makes the fact that ends a run which changed something. One that was left before its end
    /// earlier is ended with it.
    pub(super) async fn finish(&self) -> Result<(), ImportError> {
        let (eider, now) = (self.eider, self.eider.now());
        let mut reading = eider.db().read().await?;
        let run = importing::run(&mut reading, self.source).await?;
        drop(reading);
        if run.is_none_or(|run| run.finished_at.is_some()) {
            return Ok(());
        }
        let mut tx = eider.db().write().await?;
        let mut run =
            importing::run_to_change(&mut tx, self.source, eider.ids().id(now), now).await?;
        if run.finished_at.is_some() {
            return Ok(());
        }
        run.finished_at = Some(now);
        importing::put_run(&mut tx, self.source, &run, now).await?;
        if run.tickets > 0 {
            let fact = Fact::TicketsImported {
                source: self.source.to_owned(),
                tickets: run.tickets,
            };
            fact::append(&mut tx, &[self.happened(fact, now)], now).await?;
        }
        tx.commit().await?;
        eider.committed();
        Ok(())
    }

    fn add<'b>(
        &self,
        desk: &Desk,
        exported: &'b Exported,
        number: TicketNumber,
        writes: &mut Writes<'b>,
        now: Timestamp,
    ) -> Result<(), ImportError> {
        let id = self.eider.ids().id(exported.history.opening.at);
        let history = &exported.history;
        let (ticket, facts) = history.replay(id, number, &self.names, &desk.levels, now)?;
        writes.tickets.push(ticket);
        writes.facts.extend(facts);
        writes.known.push((
            &exported.key,
            Known {
                ticket: id,
                digest: exported.digest,
            },
        ));
        Ok(())
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "all of it belongs to one transaction"
    )]
    async fn update<'b>(
        &self,
        tx: &mut Tx,
        desk: &Desk,
        exported: &'b Exported,
        known: Known,
        writes: &mut Writes<'b>,
        outcome: &mut Outcome,
        now: Timestamp,
    ) -> Result<(), ImportError> {
        let Some(ticket) = eider_store::ticket::by_id(tx, known.ticket).await? else {
            return Ok(());
        };
        let Some(ticket) = eider_store::ticket::to_change(tx, ticket.number).await? else {
            return Ok(());
        };
        let facts = fact::of_ticket(tx, ticket.id).await?;
        let told = facts
            .iter()
            .filter(|recorded| !is_by_the_clock(&recorded.happened.fact));
        // What happens here is recorded as it happens; what was imported happened before.
        if told
            .clone()
            .any(|recorded| recorded.recorded_at == recorded.happened.at)
        {
            outcome.rejected.push(Rejection {
                line: exported.line,
                reason: format!(
                    "Ticket {} was imported as {} before, and people have worked on it here since. It was left as it is.",
                    exported.key, ticket.number
                ),
                row: String::new(),
            });
            return Ok(());
        }
        let since = told
            .map(|recorded| recorded.happened.at)
            .max()
            .unwrap_or(ticket.opened_at);
        let id = ticket.id;
        let history = &exported.history;
        let (ticket, facts) = history.catch_up(ticket, since, &self.names, &desk.levels, now)?;
        let digest = exported.digest;
        writes
            .known
            .push((&exported.key, Known { ticket: id, digest }));
        if facts.is_empty() {
            outcome.unchanged += 1;
        } else {
            writes.tickets.push(ticket);
            writes.facts.extend(facts);
            writes.updated.insert(id);
            outcome.updated += 1;
        }
        Ok(())
    }

    async fn write(
        &self,
        tx: &mut Tx,
        desk: &Desk,
        writes: &Writes<'_>,
        now: Timestamp,
    ) -> Result<(), ImportError> {
        eider_store::ticket::put(tx, &writes.tickets, &desk.levels, now).await?;
        importing::put_known(tx, self.source, &writes.known).await?;
        let mut new_words = Vec::with_capacity(writes.tickets.len());
        for ticket in &writes.tickets {
            let is_updated = writes.updated.contains(&ticket.id);
            if is_updated {
                search::reindex(tx, ticket).await?;
            } else {
                new_words.push((ticket.number, ticket.title.as_str(), search::body(ticket)));
            }
            if is_updated || ticket.status.kind() != StatusKind::Closed {
                ticket::queue(self.eider, tx, desk, ticket, now).await?;
            }
        }
        eider_store::search::put_new(tx, &new_words).await?;
        Ok(())
    }

    /// Makes sure that every name in `batch` stands for somebody or something here.
    async fn meet_everybody(
        &mut self,
        tx: &mut Tx,
        desk: &Desk,
        batch: &[&Exported],
        facts: &mut Vec<Happened>,
        now: Timestamp,
    ) -> Result<(), ImportError> {
        let histories = || batch.iter().map(|exported| &exported.history);
        let mut changed = false;
        for name in histories()
            .flat_map(|h| h.squads())
            .collect::<BTreeSet<_>>()
        {
            if self.names.squad(name).is_err() {
                let known = desk.squad_named(name).map(|squad| squad.id);
                let id = match known {
                    Some(id) => id,
                    None => self.new_squad(tx, name, facts, now).await?,
                };
                changed |= known.is_none();
                self.names.add_squad(name, id);
            }
        }
        for name in histories()
            .flat_map(|h| h.features())
            .collect::<BTreeSet<_>>()
        {
            if self.names.feature(name).is_err() {
                let known = desk.feature_named(name).map(|feature| feature.id);
                let id = match known {
                    Some(id) => id,
                    None => self.new_feature(tx, name, facts, now).await?,
                };
                changed |= known.is_none();
                self.names.add_feature(name, id);
            }
        }
        if changed {
            counter::step(tx, counter::CONFIGURATION).await?;
        }
        let people = histories()
            .flat_map(|h| h.people())
            .collect::<BTreeSet<_>>();
        self.meet_people(tx, desk, people, now).await
    }

    async fn new_squad(
        &self,
        tx: &mut Tx,
        name: &str,
        facts: &mut Vec<Happened>,
        now: Timestamp,
    ) -> Result<SquadId, ImportError> {
        let id = self.eider.ids().id(now);
        let squad = Squad {
            id,
            name: name.to_owned(),
            rate_cents_per_hour: 0,
        };
        eider_store::squad::put(tx, &squad).await?;
        facts.push(self.configured("squad", name, now));
        Ok(id)
    }

    async fn new_feature(
        &self,
        tx: &mut Tx,
        name: &str,
        facts: &mut Vec<Happened>,
        now: Timestamp,
    ) -> Result<FeatureId, ImportError> {
        let id = self.eider.ids().id(now);
        let feature = Feature {
            id,
            name: name.to_owned(),
            description: format!("Imported from {}.", self.source),
            squad: None,
            platforms: Vec::new(),
            links: Vec::new(),
            retired: false,
        };
        eider_store::feature::put(tx, &feature).await?;
        facts.push(self.configured("feature", name, now));
        Ok(id)
    }

    async fn meet_people(
        &mut self,
        tx: &mut Tx,
        desk: &Desk,
        names: BTreeSet<&str>,
        now: Timestamp,
    ) -> Result<(), ImportError> {
        let mut strangers: Vec<&str> = names
            .into_iter()
            .filter(|name| self.names.person(name).is_err())
            .collect();
        let key = |name: &str| name.trim().to_lowercase();
        strangers.sort_by_key(|name| key(name));
        strangers.dedup_by_key(|name| key(name));
        let keys: Vec<String> = strangers.iter().map(|name| key(name)).collect();
        let met = importing::people(tx, self.source, &keys).await?;
        let mut new = Vec::new();
        for (name, key) in strangers.into_iter().zip(keys) {
            let id = match met.get(&key) {
                Some(id) => *id,
                None => {
                    let id = self.eider.ids().id(now);
                    new.push((key, imported_person(id, name, &desk.settings.zone)));
                    id
                }
            };
            self.names.add_person(name, id);
        }
        Ok(importing::put_people(tx, self.source, &new, now).await?)
    }

    fn configured(&self, part: &str, name: &str, now: Timestamp) -> Happened {
        let fact = Fact::Configured {
            part: part.to_owned(),
            name: name.to_owned(),
        };
        self.happened(fact, now)
    }

    fn happened(&self, fact: Fact, at: Timestamp) -> Happened {
        Happened {
            at,
            actor: self.actor,
            ticket: None,
            fact,
        }
    }
}

fn is_by_the_clock(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::ServiceLevelWarned { .. } | Fact::ServiceLevelBreached { .. }
    )
}

fn imported_person(id: PersonId, name: &str, zone: &str) -> Person {
    Person {
        id,
        name: name.to_owned(),
        email: None,
        role: Role::Reporter,
        standing: Standing::Imported,
        zone: zone.to_owned(),
        initials: initials_of(name),
        address_as: None,
        squads: Vec::new(),
    }
}
