//! What somebody wants the desk to be, as the files say it: names, not ids. What is not said of a thing
//! stays as it is.

use eider_domain::{
    feature::{Link, Platform},
    person::Role,
    priority::Rank,
    rota::{Cover, Cycle, Duty},
    service::{Heartbeat, Mapping, Source},
    sla::{Holiday, TimeOfDay, WeeklyHours},
};
use jiff::{Timestamp, civil::Date};

use super::fields::Item;

/// Everything that the files say. A kind that no file mentions is none of their business.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    pub(super) company: Option<Item<Rules>>,
    pub(super) squads: Option<Vec<Item<Squad>>>,
    pub(super) calendars: Option<Vec<Item<Calendar>>>,
    pub(super) people: Option<Vec<Item<Person>>>,
    pub(super) features: Option<Vec<Item<Feature>>>,
    pub(super) rotas: Option<Vec<Item<Rota>>>,
    pub(super) policies: Option<Vec<Item<Policy>>>,
    pub(super) services: Option<Vec<Item<Service>>>,
}

/// What a squad or the company decides about paging.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    pub(super) policy: Option<Option<String>>,
    pub(super) waking: Option<Vec<(Rank, Waking)>>,
}

/// Whether people are called for a priority, and when.
#[derive(Clone, Debug)]
pub(super) enum Waking {
    Wake,
    Hold(Option<String>),
    Never,
}

#[derive(Clone, Debug)]
pub(super) struct Squad {
    pub(super) rate_cents_per_hour: Option<i64>,
    pub(super) rules: Rules,
}

#[derive(Clone, Debug)]
pub(super) struct Calendar {
    pub(super) zone: Option<String>,
    pub(super) weekly: Option<WeeklyHours>,
    pub(super) holidays: Option<Vec<Holiday>>,
}

#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) name: Option<String>,
    pub(super) role: Option<Role>,
    pub(super) squads: Option<Vec<String>>,
    pub(super) zone: Option<String>,
    pub(super) active: Option<bool>,
}

#[derive(Clone, Debug)]
pub(super) struct Feature {
    pub(super) description: Option<String>,
    pub(super) squad: Option<Option<String>>,
    pub(super) platforms: Option<Vec<Platform>>,
    pub(super) links: Option<Vec<Link>>,
    pub(super) retired: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Rota {
    pub(super) squad: Option<Option<String>>,
    pub(super) duty: Option<Duty>,
    pub(super) zone: Option<String>,
    pub(super) vital: Option<String>,
    pub(super) cover: Option<Cover>,
    pub(super) most_weeks_on_end: Option<u8>,
    pub(super) least_rest_hours: Option<u8>,
    pub(super) from: Option<Timestamp>,
    pub(super) layers: Option<Vec<Layer>>,
    pub(super) retired: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Layer {
    pub(super) name: String,
    pub(super) people: Vec<String>,
    pub(super) zone: Option<String>,
    pub(super) start: Date,
    pub(super) handover: TimeOfDay,
    pub(super) cycle: Cycle,
    pub(super) hours: WeeklyHours,
}

#[derive(Clone, Debug)]
pub(super) struct Policy {
    pub(super) levels: Option<Vec<Level>>,
    pub(super) rounds: Option<u8>,
    pub(super) last_resort: Option<Vec<Target>>,
    pub(super) ask_again_seconds: Option<i64>,
    pub(super) retired: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Level {
    pub(super) call: Vec<Target>,
    pub(super) acknowledge_seconds: i64,
}

/// Somebody to call, by name.
#[derive(Clone, Debug)]
pub(super) enum Target {
    Duty(Duty),
    /// Everybody of that squad; without one, of the squad whose page it is.
    Squad(Option<String>),
    Leads,
    Administrators,
    Rota(String),
    Person(String),
}

#[derive(Clone, Debug)]
pub(super) struct Service {
    pub(super) squad: Option<Option<String>>,
    pub(super) feature: Option<Option<String>>,
    pub(super) worth: Worth,
    pub(super) causes: Option<Vec<String>>,
    pub(super) keys: Option<Vec<Key>>,
    pub(super) retired: bool,
}

/// The priorities that are said; none opens no ticket.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Worth {
    pub(super) critical: Option<Option<Rank>>,
    pub(super) error: Option<Option<Rank>>,
    pub(super) warning: Option<Option<Rank>>,
    pub(super) info: Option<Option<Rank>>,
}

#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) source: Source,
    pub(super) mapping: Option<Mapping>,
    pub(super) heartbeat: Option<Heartbeat>,
}
