//! What is configured: priorities, calendars, features, squads, the glossary and settings.
//!
//! It changes rarely and is read by every command, so each node keeps it and asks the database
//! only whether it is still the latest.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError},
};

use eider_domain::{
    FeatureId, KnownIssueId, PolicyId, RotaId, ServiceId, ServiceKeyId, SquadId,
    escalation::{Happening, PagingRules, Plan, Policy, Waking},
    feature::Feature,
    glossary::{self, Term},
    known_issue::KnownIssue,
    priority::{self, NamedCalendar, Priority, Rank, ServiceLevels},
    rota::Rota,
    service::{Service, ServiceKey},
    sla::{Calendar, Hours},
    squad::Squad,
};
use eider_store::{Db, Tx, counter, service::KeptKey};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Eider, Result, forgetting, rota};

/// The configuration, of one moment.
#[derive(Clone, Debug)]
pub struct Desk {
    revision: i64,
    /// Priorities, the most urgent first.
    pub priorities: Vec<Priority>,
    /// Calendars, by name.
    pub calendars: Vec<NamedCalendar>,
    /// What the priorities ask of tickets.
    pub levels: ServiceLevels,
    /// Features, by name, retired ones included.
    pub features: Vec<Feature>,
    /// Squads, by name.
    pub squads: Vec<Squad>,
    /// Rotas, by name, retired ones included.
    pub rotas: Vec<Rota>,
    /// Escalation policies, by name, retired ones included.
    pub policies: Vec<Policy>,
    /// What squads decided about paging.
    pub paging: PagingRules,
    /// Services that monitors watch, by name, retired ones included.
    pub services: Vec<Service>,
    /// The keys with which monitors send, the newest first, withdrawn ones included.
    service_keys: Vec<KeptKey>,
    /// The register of known issues, newest first.
    pub known_issues: Vec<KnownIssue>,
    /// The words of a report.
    pub glossary: Vec<Term>,
    /// Everything else.
    pub settings: Settings,
}

/// Settings that an administrator changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The company's name, shown in the corner.
    pub company: String,
    /// The zone in which days begin for figures and lists, an IANA name.
    pub zone: String,
    /// The currency in which costs are told, an ISO 4217 code.
    pub currency: String,
    /// A resolved ticket is closed when its reporter says nothing for this long.
    pub close_after_days: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            company: "Our company".into(),
            zone: "Europe/London".into(),
            currency: "GBP".into(),
            close_after_days: 7,
        }
    }
}

/// The name under which [`Settings`] are stored.
pub const SETTINGS: &str = "settings";
/// The name under which the glossary is stored.
pub const GLOSSARY: &str = "glossary";

impl Desk {
    /// What is configured before anybody configured anything.
    ///
    /// # Errors
    /// Never for the priorities that a new Eider starts with.
    pub fn fresh() -> Result<Self> {
        let priorities = priority::defaults();
        Ok(Self {
            revision: 0,
            levels: ServiceLevels::new(&priorities, &[])?,
            priorities,
            calendars: Vec::new(),
            features: Vec::new(),
            squads: Vec::new(),
            rotas: Vec::new(),
            policies: Vec::new(),
            paging: PagingRules::default(),
            services: Vec::new(),
            service_keys: Vec::new(),
            known_issues: Vec::new(),
            glossary: glossary::defaults(),
            settings: Settings::default(),
        })
    }

    /// The number of this configuration: a later one has a higher one.
    pub(crate) fn revision(&self) -> i64 {
        self.revision
    }

    /// The priority of that rank, if it is configured.
    pub fn priority(&self, rank: Rank) -> Option<&Priority> {
        self.priorities
            .iter()
            .find(|priority| priority.rank == rank)
    }

    /// The priorities that can be chosen, the most urgent first.
    pub fn offered_priorities(&self) -> impl DoubleEndedIterator<Item = &Priority> {
        self.priorities.iter().filter(|priority| !priority.retired)
    }

    /// Whether that rank can be chosen.
    pub fn offers(&self, rank: Rank) -> bool {
        self.priority(rank)
            .is_some_and(|priority| !priority.retired)
    }

    /// The rank of a question that names none: P3, or else the least urgent one that is offered.
    pub fn usual_rank(&self) -> Rank {
        if self.offers(Rank::P3) {
            return Rank::P3;
        }
        let least = self.offered_priorities().next_back();
        least.map_or(Rank::P3, |priority| priority.rank)
    }

    /// The most urgent rank that can be chosen.
    pub fn most_urgent(&self) -> Rank {
        let first = self.offered_priorities().next();
        first.map_or(Rank::P1, |priority| priority.rank)
    }

    /// The feature of that id.
    pub fn feature(&self, id: FeatureId) -> Option<&Feature> {
        self.features.iter().find(|feature| feature.id == id)
    }

    /// The known issue of that id, whether it is over or not.
    pub fn known_issue(&self, id: KnownIssueId) -> Option<&KnownIssue> {
        self.known_issues.iter().find(|issue| issue.id == id)
    }

    /// The squad of that id.
    pub fn squad(&self, id: SquadId) -> Option<&Squad> {
        self.squads.iter().find(|squad| squad.id == id)
    }

    /// The squads by their ids, for whoever asks for many.
    pub fn squads_by_id(&self) -> HashMap<SquadId, &Squad> {
        self.squads.iter().map(|squad| (squad.id, squad)).collect()
    }

    /// The rota of that id.
    pub fn rota(&self, id: RotaId) -> Option<&Rota> {
        self.rotas.iter().find(|rota| rota.id == id)
    }

    /// The policy of that id.
    pub fn policy(&self, id: PolicyId) -> Option<&Policy> {
        self.policies.iter().find(|policy| policy.id == id)
    }

    /// The plan by which people of a squad are called, if they are.
    pub fn plan_of(&self, squad: Option<SquadId>) -> Option<Plan> {
        self.paging.plan(&self.policies, &self.rotas, squad)
    }

    /// The squad that gets what its monitors open for a service: its own, else that of its feature.
    pub fn squad_of(&self, service: &Service) -> Option<SquadId> {
        let feature = service.feature.and_then(|id| self.feature(id));
        service
            .squad
            .or_else(|| feature.and_then(|feature| feature.squad))
    }

    /// Why nobody would be called for alerts of a service, however bad, if nobody would.
    pub fn why_nobody_is_called_for(&self, service: &Service) -> Option<&'static str> {
        self.plan_of(self.squad_of(service))
            .is_none()
            .then_some("Nobody would be called: no rota and no escalation policy says whom.")
    }

    /// From when people are called for what needs somebody at `now`; nothing when nobody is.
    pub fn calls_at(
        &self,
        squad: Option<SquadId>,
        rank: Rank,
        now: Timestamp,
    ) -> Option<Timestamp> {
        self.plan_of(squad)?;
        let waking = self.paging.waking(squad, rank);
        waking.calls_at(&self.waking_hours(waking), now)
    }

    /// What truly happens when somebody asks at `now`.
    pub fn what_will_happen(
        &self,
        squad: Option<SquadId>,
        rank: Rank,
        now: Timestamp,
    ) -> Happening {
        Happening::of(self.calls_at(squad, rank, now), now)
    }

    /// The hours outside of which calls wait.
    pub fn waking_hours(&self, waking: Waking) -> Hours {
        let chosen = match waking {
            Waking::Hold { calendar } => calendar,
            Waking::Wake | Waking::Never => return Hours::AroundTheClock,
        };
        let chosen = chosen.and_then(|id| self.calendars.iter().find(|named| named.id == id));
        match chosen {
            Some(named) => named.calendar.clone().into(),
            None => Calendar::mon_fri_nine_to_five(&self.settings.zone)
                .map_or(Hours::AroundTheClock, Into::into),
        }
    }

    /// The service of that id.
    pub fn service(&self, id: ServiceId) -> Option<&Service> {
        self.services.iter().find(|service| service.id == id)
    }

    /// The service of that name that is watched, whatever its case.
    pub fn service_named(&self, name: &str) -> Option<&Service> {
        let name = name.trim().to_lowercase();
        self.services
            .iter()
            .find(|service| !service.retired && service.name.to_lowercase() == name)
    }

    /// The keys of a service that are good, the newest first.
    pub fn keys_of(&self, service: ServiceId) -> impl Iterator<Item = &ServiceKey> {
        let keys = self.service_keys.iter().map(|kept| &kept.key);
        keys.filter(move |key| key.service == service && key.withdrawn_at.is_none())
    }

    /// The key of that id with its service, good or not.
    pub(crate) fn key(&self, id: ServiceKeyId) -> Option<(&Service, &ServiceKey)> {
        let mut keys = self.service_keys.iter().map(|kept| &kept.key);
        let key = keys.find(|key| key.id == id)?;
        Some((self.service(key.service)?, key))
    }

    /// The good key of that secret, of a service that is watched.
    pub(crate) fn key_of_secret(&self, token_hash: &[u8; 32]) -> Option<&ServiceKey> {
        let kept = self
            .service_keys
            .iter()
            .find(|kept| kept.token_hash == *token_hash)?;
        let is_watched = self
            .service(kept.key.service)
            .is_some_and(|service| !service.retired);
        (kept.key.withdrawn_at.is_none() && is_watched).then_some(&kept.key)
    }

    /// The feature of that name, whatever its case.
    pub fn feature_named(&self, name: &str) -> Option<&Feature> {
        let name = name.trim().to_lowercase();
        self.features
            .iter()
            .find(|feature| feature.name.to_lowercase() == name)
    }

    /// The squad of that name, whatever its case.
    pub fn squad_named(&self, name: &str) -> Option<&Squad> {
        let name = name.trim().to_lowercase();
        self.squads
            .iter()
            .find(|squad| squad.name.to_lowercase() == name)
    }
}

impl Eider {
    /// The configuration as of `tx`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn desk_in(&self, tx: &mut Tx) -> Result<Arc<Desk>> {
        let revision = counter::get(tx, counter::CONFIGURATION).await?;
        if let Some(desk) = self.kept_desk(revision) {
            return Ok(desk);
        }
        let desk = Arc::new(load(tx, revision).await?);
        let cache = &self.shared().desk;
        *cache.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&desk));
        Ok(desk)
    }

    /// The configuration as of now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn desk(&self) -> Result<Arc<Desk>> {
        let mut glance = self.db().glance().await?;
        let revision = counter::get(&mut glance, counter::CONFIGURATION).await?;
        drop(glance);
        if let Some(desk) = self.kept_desk(revision) {
            return Ok(desk);
        }
        let mut tx = self.db().read().await?;
        self.desk_in(&mut tx).await
    }

    /// The configuration that this node keeps, if it is of that revision.
    fn kept_desk(&self, revision: i64) -> Option<Arc<Desk>> {
        let cache = &self.shared().desk;
        let kept = cache.read().unwrap_or_else(PoisonError::into_inner).clone();
        kept.filter(|desk| desk.revision == revision)
    }

    /// Writes the priorities that a new Eider starts with, when there are none, and sees to it
    /// that what is kept only for some days is forgotten then.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prepare(&self) -> Result<()> {
        let mut tx = self.db().write().await?;
        if eider_store::priority::all(&mut tx).await?.is_empty() {
            for priority in priority::defaults() {
                eider_store::priority::put(&mut tx, &priority).await?;
            }
            counter::step(&mut tx, counter::CONFIGURATION).await?;
        }
        forgetting::enqueue(self, &mut tx).await?;
        if !eider_store::rota::all(&mut tx).await?.is_empty() {
            rota::look_again(self, &mut tx).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// The services, by name, that have a key for their monitors and for which nobody would be called,
/// each with why.
///
/// # Errors
/// When the database fails.
pub async fn that_call_nobody(db: &Db) -> Result<Vec<(String, &'static str)>> {
    let mut tx = db.read().await?;
    let revision = counter::get(&mut tx, counter::CONFIGURATION).await?;
    let desk = load(&mut tx, revision).await?;
    let heard = desk
        .services
        .iter()
        .filter(|service| !service.retired && desk.keys_of(service.id).next().is_some());
    let silent = heard.filter_map(|service| {
        let why = desk.why_nobody_is_called_for(service)?;
        Some((service.name.clone(), why))
    });
    Ok(silent.collect())
}

async fn load(tx: &mut Tx, revision: i64) -> Result<Desk> {
    let priorities = eider_store::priority::all(tx).await?;
    let calendars = eider_store::priority::calendars(tx).await?;
    let levels = ServiceLevels::new(&priorities, &calendars)?;
    Ok(Desk {
        revision,
        levels,
        priorities,
        calendars,
        features: eider_store::feature::all(tx).await?,
        squads: eider_store::squad::all(tx).await?,
        rotas: eider_store::rota::all(tx).await?,
        policies: eider_store::escalation::policies(tx).await?,
        paging: eider_store::escalation::rules(tx).await?,
        services: eider_store::service::all(tx).await?,
        service_keys: eider_store::service::keys(tx).await?,
        known_issues: eider_store::known_issue::all(tx).await?,
        glossary: eider_store::setting::get(tx, GLOSSARY)
            .await?
            .unwrap_or_else(glossary::defaults),
        settings: eider_store::setting::get(tx, SETTINGS)
            .await?
            .unwrap_or_default(),
    })
}
