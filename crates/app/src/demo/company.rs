//! The company: its squads, people, features and hours.

use eider_domain::{
    PersonId, SquadId,
    access::Actor,
    feature::{Feature, Link, Platform},
    known_issue::KnownIssue,
    person::{Person, Role, Standing, initials_of},
    priority::{self, NamedCalendar, Priority, Rank},
    sla::Calendar,
    squad::Squad,
};
use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use serde::Deserialize;

use super::{dice::Dice, holidays};
use crate::{Error, Result};

/// The zone in which the company lives.
pub(super) const ZONE: &str = "Europe/London";
/// For how many days before today there are tickets: six months.
pub(super) const DAYS: i64 = 182;

const TEXT: &str = include_str!("company.toml");

/// The sample company.
pub(super) struct Company {
    pub(super) name: String,
    pub(super) founded_at: Timestamp,
    pub(super) administrator: PersonId,
    pub(super) people: Vec<Person>,
    pub(super) squads: Vec<Squad>,
    pub(super) features: Vec<WeightedFeature>,
    pub(super) known_issues: Vec<KnownIssue>,
    pub(super) calendar: NamedCalendar,
    pub(super) priorities: Vec<Priority>,
}

/// A feature, and how often people ask about it compared with the others.
pub(super) struct WeightedFeature {
    pub(super) feature: Feature,
    pub(super) weight: f64,
}

#[derive(Deserialize)]
struct CompanyText {
    name: String,
    domain: String,
    squads: Vec<SquadText>,
    people: Vec<PersonText>,
    features: Vec<FeatureText>,
    known_issues: Vec<KnownIssueText>,
}

#[derive(Deserialize)]
struct SquadText {
    name: String,
    rate_cents_per_hour: i64,
}

#[derive(Deserialize)]
struct PersonText {
    name: String,
    role: Role,
    squads: Vec<String>,
    zone: Option<String>,
    address_as: Option<String>,
}

#[derive(Deserialize)]
struct FeatureText {
    name: String,
    squad: String,
    weight: f64,
    platforms: Vec<Platform>,
    description: String,
    links: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct KnownIssueText {
    title: String,
    description: String,
    advice: String,
    feature: String,
    #[serde(default)]
    over: bool,
}

impl Company {
    /// Founds the company, with ids thrown by `dice`, in time for tickets until `start_of_today`.
    pub(super) fn found(dice: &mut Dice, start_of_today: Timestamp) -> Result<Self> {
        let text: CompanyText = parse("company.toml", TEXT)?;
        let founded_at = start_of_today
            .checked_sub((24 * (DAYS + 1)).hours())
            .unwrap_or(start_of_today);
        let squads: Vec<Squad> = text
            .squads
            .into_iter()
            .map(|squad| Squad {
                id: dice.id(founded_at),
                name: squad.name,
                rate_cents_per_hour: squad.rate_cents_per_hour,
            })
            .collect();
        let people: Vec<Person> = text
            .people
            .into_iter()
            .map(|person| person.into_person(dice, founded_at, &squads, &text.domain))
            .collect();
        let features: Vec<WeightedFeature> = text
            .features
            .into_iter()
            .map(|feature| feature.into_feature(dice, founded_at, &squads))
            .collect();
        let known_issues = text
            .known_issues
            .into_iter()
            .map(|known| KnownIssue {
                id: dice.id(founded_at),
                title: known.title,
                description: known.description,
                advice: known.advice,
                feature: features
                    .iter()
                    .find(|weighted| weighted.feature.name == known.feature)
                    .map(|weighted| weighted.feature.id),
                over: known.over,
                alerts: None,
            })
            .collect();
        let administrator = people
            .iter()
            .find(|person| person.role == Role::Administrator)
            .map(|person| person.id)
            .ok_or_else(|| Error::Conflict("The sample company has no administrator.".into()))?;
        let calendar = NamedCalendar {
            id: dice.id(founded_at),
            calendar: office_hours(start_of_today)?,
        };
        Ok(Self {
            name: text.name,
            founded_at,
            administrator,
            people,
            squads,
            features,
            known_issues,
            priorities: priorities(&calendar),
            calendar,
        })
    }

    /// The people of that role, whichever squad they belong to.
    pub(super) fn with_role(&self, role: Role) -> Vec<&Person> {
        let people = self.people.iter();
        people.filter(|person| person.role == role).collect()
    }

    /// Those of a squad who work on tickets.
    pub(super) fn crew(&self, squad: Option<SquadId>) -> Vec<&Person> {
        self.people
            .iter()
            .filter(|person| person.role == Role::Responder)
            .filter(|person| squad.is_none_or(|squad| person.squads.contains(&squad)))
            .collect()
    }

    /// The lead of a squad.
    pub(super) fn lead(&self, squad: Option<SquadId>) -> Option<&Person> {
        self.people.iter().find(|person| {
            person.role == Role::Lead && squad.is_none_or(|squad| person.squads.contains(&squad))
        })
    }
}

/// A person as somebody with rights.
pub(super) fn actor(person: &Person) -> Actor {
    Actor {
        person: person.id,
        role: person.role,
        squads: person.squads.clone(),
        scopes: None,
    }
}

/// The instant at which the day of `now` began for the company.
pub(super) fn start_of_day(now: Timestamp) -> Timestamp {
    let zone = TimeZone::get(ZONE).unwrap_or(TimeZone::UTC);
    now.to_zoned(zone)
        .start_of_day()
        .map_or(now, |start| start.timestamp())
}

/// The value of one of the texts that come with this crate.
pub(super) fn parse<T: serde::de::DeserializeOwned>(name: &str, text: &str) -> Result<T> {
    toml::from_str(text).map_err(|error| {
        Error::Conflict(format!(
            "{name} of the sample company is not right: {error}"
        ))
    })
}

impl PersonText {
    fn into_person(
        self,
        dice: &mut Dice,
        founded_at: Timestamp,
        squads: &[Squad],
        domain: &str,
    ) -> Person {
        let local: Vec<String> = self
            .name
            .split_whitespace()
            .map(|word| word.to_lowercase().chars().map(plain).collect())
            .collect();
        Person {
            id: dice.id(founded_at),
            initials: initials_of(&self.name),
            email: Some(format!("{}@{domain}", local.join("."))),
            role: self.role,
            standing: Standing::Active,
            zone: self.zone.unwrap_or_else(|| ZONE.into()),
            address_as: self.address_as,
            squads: self
                .squads
                .iter()
                .filter_map(|name| squad_named(squads, name))
                .collect(),
            name: self.name,
        }
    }
}

impl FeatureText {
    fn into_feature(
        self,
        dice: &mut Dice,
        founded_at: Timestamp,
        squads: &[Squad],
    ) -> WeightedFeature {
        let links = self.links.into_iter();
        WeightedFeature {
            weight: self.weight,
            feature: Feature {
                id: dice.id(founded_at),
                squad: squad_named(squads, &self.squad),
                name: self.name,
                description: self.description,
                platforms: self.platforms,
                links: links.map(|(title, url)| Link { title, url }).collect(),
                retired: false,
            },
        }
    }
}

fn squad_named(squads: &[Squad], name: &str) -> Option<SquadId> {
    let squad = squads.iter().find(|squad| squad.name == name);
    squad.map(|squad| squad.id)
}

/// A letter as it is written in an address.
fn plain(letter: char) -> char {
    match letter {
        'á' => 'a',
        'ń' => 'n',
        other => other,
    }
}

fn office_hours(start_of_today: Timestamp) -> Result<Calendar> {
    let wrong = |error| Error::Conflict(format!("The sample calendar is not right: {error}"));
    let year = start_of_today.to_zoned(TimeZone::UTC).year();
    let holidays = (year - 1..=year + 1).flat_map(holidays::of_year).collect();
    Calendar::mon_fri_nine_to_five(ZONE)
        .and_then(|calendar| calendar.with_holidays(holidays))
        .map_err(wrong)
}

/// The usual priorities; all but the most urgent count office hours.
fn priorities(calendar: &NamedCalendar) -> Vec<Priority> {
    let mut priorities = priority::defaults();
    for priority in &mut priorities {
        priority.calendar = (priority.rank > Rank::P1).then_some(calendar.id);
    }
    priorities
}
