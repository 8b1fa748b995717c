//! Who is on call: rotas, what changes them, swaps, absences, calendar feeds.

mod absence;
mod calendar;
mod change;
mod duty;
mod feed;
mod notice;
mod now;
mod sentence;
mod swap;
mod swap_news;
pub(crate) mod watch;
pub(crate) mod write;

use std::{collections::HashMap, sync::Arc};

use eider_domain::{
    PersonId, RotaId,
    access::Actor,
    fact::{Fact, Happened},
    rota::{Absence, Change, Roster, Rota, Span},
};
use eider_store::{Tx, fact, person::PersonName, rota};
use jiff::Timestamp;

pub(crate) use absence::{come_back, leave};
pub use absence::{end_absence, note_absence};
pub use calendar::{CALENDAR_LONGEST_DAYS, Calendar, calendar};
pub use change::{NewChange, end_change, put_on_call};
pub use duty::{Asked, MyDuty, OwnShift, my_duty, swap};
pub use feed::{feed_text, make_feed, put_number};
pub(crate) use notice::{forget_old, words as notice_words};
pub(crate) use now::standing_now;
pub use now::{Ahead, Held, OnCall, OnDuty, Standing, on_call, on_duty};
pub(crate) use sentence::at as moment;
pub use sentence::finding as finding_sentence;
pub use swap::{AskSwap, answer_once, answer_swap, ask_swap};
pub(crate) use swap_news::words as swap_words;
pub(crate) use watch::{handlers, look_again};
pub use write::{LAYER_FIELDS, LayerEdit, RotaEdit, create_rota, save_rota};

use crate::{Eider, Error, Result, desk::Desk, members::Members, page};

/// What holds besides the plans, between two instants.
#[derive(Clone, Debug, Default)]
struct Exceptions {
    changes: Vec<Change>,
    absences: Vec<Absence>,
}

impl Exceptions {
    async fn load(tx: &mut Tx, from: Timestamp, until: Timestamp) -> Result<Self> {
        Ok(Self {
            changes: rota::changes(tx, from, until).await?,
            absences: rota::absences(tx, from, until).await?,
        })
    }

    fn roster<'a>(&'a self, rota: &'a Rota) -> Roster<'a> {
        Roster::new(rota, &self.changes, &self.absences)
    }
}

/// The names of people, and the numbers of those who may be called.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// Those who work on tickets, whom everybody asks for.
    members: Arc<Members>,
    /// The others who are named.
    names: HashMap<PersonId, PersonName>,
    numbers: HashMap<PersonId, String>,
}

impl People {
    /// The names of these people; their numbers only for somebody who works on tickets.
    async fn load(
        eider: &Eider,
        tx: &mut Tx,
        actor: &Actor,
        mut ids: Vec<PersonId>,
    ) -> Result<Self> {
        let members = eider.members_in(tx).await?;
        ids.sort_unstable();
        ids.dedup();
        let mut numbers = HashMap::new();
        if actor.role >= eider_domain::person::Role::Responder {
            numbers = rota::numbers(tx).await?;
            numbers.retain(|person, _| ids.binary_search(person).is_ok());
        }
        ids.retain(|id| !members.names.contains_key(id));
        Ok(Self {
            members,
            names: eider_store::person::names(tx, &ids).await?,
            numbers,
        })
    }

    /// The names of these people.
    pub(crate) async fn names(tx: &mut Tx, mut ids: Vec<PersonId>) -> Result<Self> {
        ids.sort_unstable();
        ids.dedup();
        Ok(Self {
            names: eider_store::person::names(tx, &ids).await?,
            ..Self::default()
        })
    }

    /// What somebody is called.
    pub fn name(&self, person: PersonId) -> &str {
        self.named(person)
            .map_or("Somebody", |name| name.name.as_str())
    }

    /// Their initials.
    pub fn initials(&self, person: PersonId) -> &str {
        self.named(person)
            .map_or("?", |name| name.initials.as_str())
    }

    fn named(&self, person: PersonId) -> Option<&PersonName> {
        let member = self.members.names.get(&person);
        member.or_else(|| self.names.get(&person))
    }

    /// The number at which they are called, if it is known to whoever asks.
    pub fn number(&self, person: PersonId) -> Option<&str> {
        self.numbers.get(&person).map(String::as_str)
    }
}

/// Everybody who is named in these spans.
fn named_in<'a>(spans: impl IntoIterator<Item = &'a Span>) -> Vec<PersonId> {
    let mut ids = Vec::new();
    for span in spans {
        for holding in &span.holders {
            ids.push(holding.person);
            ids.extend(holding.instead_of);
        }
        ids.extend(span.missing.iter().map(|missing| missing.person));
    }
    ids
}

fn existing(desk: &Desk, id: RotaId) -> Result<&Rota> {
    desk.rota(id)
        .ok_or_else(|| Error::NotFound("This rota".into()))
}

/// Keeps what was written, with the facts that it was.
async fn record(eider: &Eider, mut tx: Tx, actor: &Actor, facts: Vec<Fact>) -> Result<()> {
    let at = eider.now();
    let happened: Vec<Happened> = facts
        .into_iter()
        .map(|fact| Happened {
            at,
            actor: Some(actor.person),
            ticket: None,
            fact,
        })
        .collect();
    page::look_again(eider, &mut tx).await?;
    watch::look_again(eider, &mut tx).await?;
    fact::append(&mut tx, &happened, at).await?;
    tx.commit().await?;
    eider.committed();
    Ok(())
}
