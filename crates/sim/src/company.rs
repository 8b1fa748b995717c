//! A small company: two squads, six people who are called, one who asks.

use eider_app::{
    Eider,
    configure::{FeatureEdit, SquadEdit, save_feature, save_squad},
    escalation::{PolicyEdit, save_policy, save_rules},
    rota::{LayerEdit, RotaEdit, save_rota},
    service::{NewKey, ServiceEdit, make_key, save_service},
};
use eider_domain::{
    FeatureId, MethodId, PersonId, RotaId, SquadId,
    access::Actor,
    contact::{Kind, Method, Plan as ContactPlan, Step},
    escalation::{Level, Paging, Plan, Target, Waking},
    person::{Person, Role, Standing, initials_of},
    priority::Rank,
    rota::{Cover, Cycle, CycleUnit, Duty},
    service::{ServiceKey, Source},
    sla::{TimeOfDay, WeeklyHours},
};
use eider_store::{contact, person};
use jiff::{SignedDuration, Timestamp, civil::Time, tz::TimeZone};

use crate::{
    chance::Chance,
    duty::{Rosters, Turns, Worker},
};

type Failure = Box<dyn std::error::Error>;

/// When and where: nights on which wall clocks change among ordinary weeks. Each begins some days
/// before.
const PLACES: [(&str, &str); 9] = [
    ("Europe/London", "2026-03-26T00:00:00Z"),
    ("Europe/London", "2026-10-22T00:00:00Z"),
    ("America/New_York", "2026-03-05T00:00:00Z"),
    ("America/New_York", "2026-10-29T00:00:00Z"),
    ("Australia/Lord_Howe", "2026-04-01T00:00:00Z"),
    ("Africa/Cairo", "2026-04-21T00:00:00Z"),
    ("Asia/Kolkata", "2026-06-08T00:00:00Z"),
    ("Europe/Berlin", "2026-12-28T00:00:00Z"),
    ("America/St_Johns", "2026-11-12T00:00:00Z"),
];
const HANDOVERS: [(i8, i8); 5] = [(9, 0), (17, 30), (2, 30), (0, 30), (1, 30)];
const NAMES: [(&str, Role); 7] = [
    ("Ada Ames", Role::Lead),
    ("Ben Birch", Role::Responder),
    ("Cyd Cole", Role::Responder),
    ("Dov Dahl", Role::Lead),
    ("Eve Elm", Role::Responder),
    ("Fay Fox", Role::Administrator),
    ("Gil Gray", Role::Reporter),
];
/// The people of each squad, by their places in [`NAMES`].
const SQUADS: [(&str, &[usize]); 2] = [("Cards", &[0, 1, 2]), ("Search", &[2, 3, 4])];
const ADMINISTRATOR: usize = 5;
const REPORTER: usize = 6;

/// When and where a world begins.
#[derive(Clone, Debug)]
pub struct Beginning {
    /// The zone of its people.
    pub zone: &'static str,
    /// When it begins.
    pub at: Timestamp,
}

/// The people of a world, and what they look after.
#[derive(Clone, Debug)]
pub struct Company {
    /// Everybody who works on tickets.
    pub workers: Vec<Actor>,
    /// Who asks.
    pub reporter: Actor,
    /// Who administers.
    pub administrator: Actor,
    /// What is asked about, with the squad that looks after it.
    pub features: Vec<(FeatureId, SquadId)>,
    /// The rotas.
    pub rotas: Vec<RotaId>,
    /// By what the monitors of each service send.
    pub keys: Vec<ServiceKey>,
}

impl Beginning {
    /// One of the places.
    pub fn drawn(chance: &mut Chance) -> Self {
        let (zone, at) = *chance.pick(&PLACES);
        let at: Timestamp = at.parse().unwrap_or(Timestamp::UNIX_EPOCH);
        let later = chance.seconds(0, 36 * 3_600);
        Self {
            zone,
            at: at + later,
        }
    }

    /// Whether wall clocks change in the week that follows.
    pub fn has_dst_night(&self) -> bool {
        let week = SignedDuration::from_hours(7 * 24);
        let zone = TimeZone::get(self.zone).unwrap_or(TimeZone::UTC);
        zone.to_offset(self.at) != zone.to_offset(self.at + week)
    }
}

/// Sets up a company on a fresh desk.
///
/// # Errors
/// When the desk refuses; it should not.
pub async fn set_up(
    eider: &Eider,
    beginning: &Beginning,
    chance: &mut Chance,
) -> Result<(Company, Rosters), Failure> {
    eider.prepare().await?;
    let now = eider.now();
    let mut people = Vec::new();
    for (name, role) in NAMES {
        people.push(Person {
            id: eider.ids().id(now),
            name: name.to_owned(),
            email: Some(format!("{}@sim.example", name[..3].to_lowercase())),
            role,
            standing: Standing::Active,
            zone: beginning.zone.to_owned(),
            initials: initials_of(name),
            address_as: None,
            squads: Vec::new(),
        });
    }
    let administrator = actor(&people[ADMINISTRATOR]);
    put_people(eider, &people).await?;
    let mut rosters = Rosters::default();
    let mut company = Company {
        workers: Vec::new(),
        reporter: actor(&people[REPORTER]),
        administrator: administrator.clone(),
        features: Vec::new(),
        rotas: Vec::new(),
        keys: Vec::new(),
    };
    for (name, members) in SQUADS {
        let edit = SquadEdit {
            name: name.to_owned(),
            rate_cents_per_hour: 0,
        };
        let squad = save_squad(eider, &administrator, None, edit).await?.id;
        for member in members {
            people[*member].squads.push(squad);
        }
        let edit = FeatureEdit {
            name: format!("All of {name}"),
            squad: Some(squad),
            ..FeatureEdit::default()
        };
        let feature = save_feature(eider, &administrator, None, edit).await?.id;
        company.features.push((feature, squad));
        let ids: Vec<PersonId> = members.iter().map(|member| people[*member].id).collect();
        for duty in [Duty::Primary, Duty::Secondary] {
            let turns = drawn_turns(chance, beginning, squad, duty, &ids);
            let turns = write_turns(eider, &administrator, beginning, turns).await?;
            company.rotas.push(turns.rota);
            rosters.turns.push(turns);
        }
        if let Some(plan) = write_plan(eider, &administrator, chance, squad, &ids).await? {
            rosters.plans.push((squad, plan));
        }
        let key = write_service(eider, &company, chance, name, squad).await?;
        company.keys.push(key);
    }
    put_people(eider, &people).await?;
    for person in people.iter().filter(|one| one.role >= Role::Responder) {
        company.workers.push(actor(person));
        rosters.workers.push(Worker {
            person: person.id,
            role: person.role,
            squads: person.squads.clone(),
        });
        put_methods(eider, chance, person.id).await?;
    }
    Ok((company, rosters))
}

fn actor(person: &Person) -> Actor {
    Actor {
        person: person.id,
        role: person.role,
        squads: person.squads.clone(),
        scopes: None,
    }
}

async fn put_people(eider: &Eider, people: &[Person]) -> Result<(), Failure> {
    let mut tx = eider.db().write().await?;
    for one in people {
        person::put(&mut tx, one, eider.now()).await?;
    }
    Ok(tx.commit().await?)
}

fn drawn_turns(
    chance: &mut Chance,
    beginning: &Beginning,
    squad: SquadId,
    duty: Duty,
    people: &[PersonId],
) -> Turns {
    let (hour, minute) = *chance.pick(&HANDOVERS);
    let zone = TimeZone::get(beginning.zone).unwrap_or(TimeZone::UTC);
    let before = beginning.at - SignedDuration::from_hours(24 * chance.between(2, 20));
    let mut people = people.to_vec();
    // Whoever is primary is not their own buddy most of the time.
    if duty == Duty::Secondary {
        people.rotate_left(1);
    }
    Turns {
        rota: RotaId(uuid::Uuid::nil()),
        squad,
        duty,
        people,
        start: before.to_zoned(zone.clone()).date(),
        zone,
        handover: Time::constant(hour, minute, 0, 0),
        days: *chance.pick(&[1, 1, 2, 7]),
    }
}

async fn write_turns(
    eider: &Eider,
    administrator: &Actor,
    beginning: &Beginning,
    turns: Turns,
) -> Result<Turns, Failure> {
    let (hour, minute) = (turns.handover.hour(), turns.handover.minute());
    let layer = LayerEdit {
        name: "Turns".into(),
        people: turns.people.clone(),
        zone: beginning.zone.into(),
        start: turns.start,
        handover: TimeOfDay::new(u16::try_from(hour)?, u16::try_from(minute)?)?,
        cycle: Cycle {
            every: u16::try_from(turns.days)?,
            unit: CycleUnit::Days,
        },
        hours: WeeklyHours::default(),
    };
    let edit = RotaEdit {
        name: format!("{:?} {}", turns.duty, turns.squad),
        squad: Some(turns.squad),
        duty: turns.duty,
        zone: beginning.zone.into(),
        vital: String::new(),
        cover: Cover::Always,
        most_weeks_on_end: 4,
        least_rest_hours: 0,
        layers: vec![layer],
        from: None,
        retired: false,
    };
    let rota = save_rota(eider, administrator, None, edit).await?.id;
    Ok(Turns { rota, ..turns })
}

/// What a squad decided, if it did.
async fn write_plan(
    eider: &Eider,
    administrator: &Actor,
    chance: &mut Chance,
    squad: SquadId,
    people: &[PersonId],
) -> Result<Option<Plan>, Failure> {
    let mut paging = Paging::default();
    if chance.percent(50) {
        paging.waking.push((Rank::P2, Waking::Wake));
    }
    let plan = chance.percent(60).then(|| drawn_plan(chance, people));
    if let Some(plan) = &plan {
        let edit = PolicyEdit {
            name: format!("Policy of {squad}"),
            plan: plan.clone(),
            retired: false,
        };
        paging.policy = Some(save_policy(eider, administrator, None, edit).await?.id);
    }
    save_rules(eider, administrator, Some(squad), paging).await?;
    Ok(plan)
}

/// What monitors watch of a squad. The trouble of the first may cause that of the next.
async fn write_service(
    eider: &Eider,
    company: &Company,
    chance: &mut Chance,
    name: &str,
    squad: SquadId,
) -> Result<ServiceKey, Failure> {
    let before = company.keys.iter().map(|key| key.service);
    let edit = ServiceEdit {
        name: format!("{name} itself"),
        squad: Some(squad),
        causes: before.filter(|_| chance.percent(50)).collect(),
        ..ServiceEdit::default()
    };
    let service = save_service(eider, &company.administrator, None, edit).await?;
    let new = NewKey::of(Source::Json, "Watch");
    let (key, _) = make_key(eider, &company.administrator, service.id, new).await?;
    Ok(key)
}

fn drawn_plan(chance: &mut Chance, people: &[PersonId]) -> Plan {
    let person = *chance.pick(people);
    let duty = |duty| Target::Duty { duty };
    let all = [
        vec![duty(Duty::Primary)],
        vec![duty(Duty::Secondary)],
        vec![duty(Duty::Primary), duty(Duty::Secondary)],
        vec![Target::Person { person }],
        vec![Target::Leads],
    ];
    let count = chance.between(1, 3);
    let levels = (0..count).map(|_| Level {
        targets: chance.pick(&all).clone(),
        acknowledge_seconds: *chance.pick(&[60, 180, 300, 900]),
    });
    Plan {
        levels: levels.collect(),
        rounds: *chance.pick(&[1, 1, 2, 3]),
        last_resort: chance
            .pick(&[
                vec![Target::Administrators],
                vec![Target::Leads, Target::Administrators],
            ])
            .clone(),
        ask_again_seconds: *chance.pick(&[0, 1_800, 3_600]),
    }
}

/// How somebody is reached: by what they set, or by what is sensible.
async fn put_methods(eider: &Eider, chance: &mut Chance, person: PersonId) -> Result<(), Failure> {
    let now = eider.now();
    let number = chance.between(100_000, 999_999);
    let all = [
        (Kind::Email, format!("m{number}@sim.example")),
        (Kind::Sms, format!("+44770{number}")),
        (Kind::Voice, format!("+44771{number}")),
        (Kind::Ntfy, format!("topic-{number}")),
    ];
    let mut tx = eider.db().write().await?;
    let mut methods: Vec<MethodId> = Vec::new();
    for (kind, address) in all {
        if chance.percent(50) {
            continue;
        }
        let method = Method {
            id: eider.ids().id(now),
            person,
            kind,
            address,
            label: String::new(),
            added_at: now,
            verified_at: Some(now),
            lost_at: None,
        };
        contact::put_method(&mut tx, &method).await?;
        methods.push(method.id);
    }
    if chance.percent(50) {
        let steps = methods.into_iter().zip([0, 120, 300, 600]);
        let high = steps.map(|(method, after_seconds)| Step {
            after_seconds,
            method,
        });
        let plan = ContactPlan {
            high: high.collect(),
            ..ContactPlan::default()
        };
        contact::put_plan(&mut tx, person, &plan).await?;
    }
    Ok(tx.commit().await?)
}
