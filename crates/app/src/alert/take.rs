//! Taking in what monitors say.

use std::collections::{BTreeMap, HashMap};

use eider_domain::{
    AlertGroupId, AlertId, ServiceId,
    alert::{Says, Signal, alert_id, group_id, holds_until},
    service::{Service, ServiceKey, Severity},
};
use eider_store::{
    Tx,
    alert::{self, Alert, Known},
};
use jiff::Timestamp;

use super::{
    follow::{Turn, follow},
    look,
};
use crate::{Eider, Error, Result, account::secret_hash, desk::Desk};

/// What became of what a monitor sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// How many alerts began.
    pub began: usize,
    /// How many of those that fire were heard of again.
    pub again: usize,
    /// How many ended.
    pub ended: usize,
    /// Whether anything followed: a fact, or a time at which it is looked at again.
    pub followed: bool,
}

/// The key of that secret, if it is good.
///
/// # Errors
/// When the database fails.
pub async fn key_of(eider: &Eider, secret: &str) -> Result<Option<ServiceKey>> {
    let desk = eider.desk().await?;
    Ok(desk.key_of_secret(&secret_hash(secret)).cloned())
}

/// What the monitor of that key knows an alert by, if it was ever heard of.
///
/// # Errors
/// When the database fails.
pub async fn key_of_alert(eider: &Eider, key: &ServiceKey, id: AlertId) -> Result<Option<String>> {
    let mut tx = eider.db().read().await?;
    let found = alert::known_by(&mut tx, id).await?;
    Ok(found
        .filter(|(service, _)| *service == key.service)
        .map(|(_, key)| key))
}

/// Takes in what a monitor says with that key. When it answers, all of it is on the disk, with what
/// follows from it.
///
/// # Errors
/// When the database fails: the monitor has to send it again.
pub async fn take(eider: &Eider, key: &ServiceKey, signals: Vec<Signal>) -> Result<Taken> {
    if signals.is_empty() {
        return Ok(Taken::default());
    }
    let now = eider.now();
    let desk = eider.desk().await?;
    let mut looking = eider.db().glance().await?;
    let mut taken = Taken::default();
    let mut by_group: BTreeMap<(ServiceId, String), Vec<Signal>> = BTreeMap::new();
    for signal in signals {
        let named = signal.service.as_deref();
        let named = named.and_then(|name| desk.service_named(name));
        let service = named.map_or(key.service, |service| service.id);
        let group = (service, signal.group.clone());
        by_group.entry(group).or_default().push(signal);
    }
    let mut news = Vec::with_capacity(by_group.len());
    for ((service, _), signals) in by_group {
        if is_just_told(&mut looking, service, &signals, now).await? {
            taken.again += signals.len();
        } else {
            news.push((service, signals));
        }
    }
    drop(looking);
    // Each group is a transaction of its own, so that tickets and pages of different ones are never
    // held together. When a later one fails, all of it is sent again, and what is known already
    // changes nothing.
    for (service, signals) in news {
        let of_group = take_of(eider, service, signals, now).await?;
        taken.began += of_group.began;
        taken.again += of_group.again;
        taken.ended += of_group.ended;
        taken.followed |= of_group.followed;
    }
    if taken.followed {
        eider.committed();
    }
    Ok(taken)
}

async fn take_of(
    eider: &Eider,
    id: ServiceId,
    signals: Vec<Signal>,
    now: Timestamp,
) -> Result<Taken> {
    let mut tx = eider.db().write().await?;
    let desk = eider.desk_in(&mut tx).await?;
    let service = desk.service(id);
    let service = service.ok_or_else(|| Error::NotFound("This service".into()))?;
    let taken = take_in(eider, &mut tx, &desk, service, signals, now).await?;
    tx.commit().await?;
    Ok(taken)
}

/// Whether all of it is on the disk already, so that nothing is to be written: a storm says the same
/// again and again, and to read takes far less than to write.
async fn is_just_told(
    tx: &mut Tx,
    service: ServiceId,
    signals: &[Signal],
    now: Timestamp,
) -> Result<bool> {
    let ids = signals.iter().map(|signal| alert_id(service, &signal.key));
    let ids: Vec<AlertId> = ids.collect();
    let known = alert::known(tx, &ids).await?;
    Ok(ids.iter().zip(signals).all(|(id, signal)| {
        let known = known.get(id);
        match signal.says {
            Says::Firing => known.is_some_and(|known| is_no_news(known, signal, now)),
            Says::Over | Says::Seen | Says::Assigned => known.is_none_or(|known| !known.is_firing),
        }
    }))
}

/// Whether an alert that fires is only said to fire, just after it was said.
fn is_no_news(known: &Known, signal: &Signal, now: Timestamp) -> bool {
    known.is_firing
        && known.over_at.is_none()
        && known.severity >= signal.severity
        && known.is_just_seen(now)
}

/// Takes in what is said of a service, within a transaction.
pub(super) async fn take_in(
    eider: &Eider,
    tx: &mut Tx,
    desk: &Desk,
    service: &Service,
    signals: Vec<Signal>,
    now: Timestamp,
) -> Result<Taken> {
    alert::hold(tx, service.id).await?;
    let heard = Heard::new(tx, service, signals).await?;
    heard.save(eider, tx, desk, service, now).await
}

/// What is heard of one service, beside what is known of it.
struct Heard {
    signals: HashMap<AlertId, Signal>,
    /// The ids in the order in which the monitor sent them.
    order: Vec<AlertId>,
    known: HashMap<AlertId, Known>,
}

impl Heard {
    async fn new(tx: &mut Tx, service: &Service, sent: Vec<Signal>) -> Result<Self> {
        let mut signals = HashMap::with_capacity(sent.len());
        let mut order = Vec::with_capacity(sent.len());
        for signal in sent {
            let id = alert_id(service.id, &signal.key);
            // Of what is said twice in one message, the last word counts.
            if signals.insert(id, signal).is_none() {
                order.push(id);
            }
        }
        let known = alert::known(tx, &order).await?;
        Ok(Self {
            signals,
            order,
            known,
        })
    }

    async fn save(
        self,
        eider: &Eider,
        tx: &mut Tx,
        desk: &Desk,
        service: &Service,
        now: Timestamp,
    ) -> Result<Taken> {
        let mut turns: BTreeMap<AlertGroupId, Turn> = BTreeMap::new();
        let (mut began, mut again, mut ended) = (Vec::new(), Vec::new(), Vec::new());
        let mut worse = Vec::new();
        // Until when somebody's word holds against what is heard of their groups.
        let mut held: BTreeMap<AlertGroupId, Timestamp> = BTreeMap::new();
        for id in &self.order {
            let signal = &self.signals[id];
            let known = self.known.get(id);
            let is_firing = known.is_some_and(|known| known.is_firing);
            match (signal.says, known) {
                (Says::Firing, Some(known)) if is_firing && signal.severity > known.severity => {
                    turns.entry(known.group).or_default().worsen(signal);
                    worse.push(new_alert(*id, known.group, signal, now));
                }
                (Says::Firing, Some(known)) if is_firing => {
                    again.push(*id);
                    match known.over_at.map(|at| holds_until(at, now)) {
                        Some(until) if until > now => {
                            held.insert(known.group, until);
                        }
                        Some(_) => turns.entry(known.group).or_default().is_contradicted = true,
                        None => {}
                    }
                }
                (Says::Firing, _) => {
                    let group = group_id(service.id, &signal.group);
                    turns.entry(group).or_default().begin(signal);
                    began.push(new_alert(*id, group, signal, now));
                }
                (Says::Over, Some(known)) if is_firing => {
                    turns.entry(known.group).or_default().ended += 1;
                    ended.push(*id);
                }
                (Says::Seen, Some(known)) if is_firing => {
                    turns.entry(known.group).or_default().is_seen = true;
                }
                (Says::Assigned, Some(known)) if is_firing => {
                    turns.entry(known.group).or_default().is_assigned = true;
                }
                // What does not fire can neither end nor be seen: a monitor is late, or was reset.
                (Says::Over | Says::Seen | Says::Assigned, _) => {}
            }
        }
        let to_note = |id: &AlertId| !self.known[id].is_just_seen(now);
        let noted: Vec<AlertId> = again.iter().copied().filter(to_note).collect();
        alert::heard_again(tx, &noted, now).await?;
        for alert in &worse {
            alert::worsen(tx, alert).await?;
        }
        alert::end(tx, &ended, now).await?;
        let taken = Taken {
            began: began.len(),
            again: again.len() + worse.len(),
            ended: ended.len(),
            followed: !turns.is_empty() || !held.is_empty(),
        };
        follow(eider, tx, desk, service, turns, began, now).await?;
        for (group, until) in held {
            look::queue_at(eider, tx, group, until).await?;
        }
        Ok(taken)
    }
}

fn new_alert(id: AlertId, group: AlertGroupId, signal: &Signal, now: Timestamp) -> Alert {
    Alert {
        id,
        group,
        key: signal.key.clone(),
        title: signal.title.clone(),
        severity: signal.severity,
        place: signal.place.clone(),
        detail: signal.detail.clone(),
        link: signal.link.clone(),
        began_at: signal.since.filter(|since| *since <= now).unwrap_or(now),
        seen_at: now,
        times: 1,
        ended_at: None,
    }
}

impl Turn {
    fn begin(&mut self, signal: &Signal) {
        self.began += 1;
        self.tell(signal);
    }

    fn worsen(&mut self, signal: &Signal) {
        self.worsened += 1;
        self.tell(signal);
    }

    fn tell(&mut self, signal: &Signal) {
        if self.name.is_empty() {
            self.name.clone_from(&signal.group);
        }
        if self.titles.len() < super::follow::TITLES_LIMIT {
            self.titles.push(signal.title.clone());
        }
        let worst = self.worst.unwrap_or(Severity::Info);
        if self.first.is_none() || signal.severity > worst {
            self.first = Some(signal.clone());
        }
        self.worst = Some(worst.max(signal.severity));
    }
}
