//! The rotas of the sample company: primaries and secondaries by weeks, gardeners in office hours.

use eider_domain::{
    PersonId, RotaId,
    rota::{Cover, Cycle, Duty, Layer, Limits, Plan, Rota},
    sla::{DayHours, Interval, TimeOfDay, WeeklyHours},
    squad::Squad,
};
use jiff::{Timestamp, ToSpan as _, tz::TimeZone};

use super::{
    company::{Company, ZONE},
    dice::Dice,
};
use crate::{Error, Result};

/// Squads whose people are called at night.
const CALLED: [&str; 2] = ["Payments", "Storefront"];

/// The rotas of the company, and the numbers of the people in them.
pub(super) struct Rotas {
    pub(super) rotas: Vec<Rota>,
    pub(super) numbers: Vec<(PersonId, String)>,
}

impl Rotas {
    /// Rotas that began with the company.
    pub(super) fn plan(dice: &mut Dice, company: &Company) -> Result<Self> {
        let mut rotas = Vec::new();
        let mut numbers: Vec<(PersonId, String)> = Vec::new();
        for squad in company
            .squads
            .iter()
            .filter(|squad| CALLED.contains(&squad.name.as_str()))
        {
            let crew = company.crew(Some(squad.id));
            let lead = company.lead(Some(squad.id)).map(|lead| lead.id);
            let people: Vec<PersonId> = crew.iter().map(|one| one.id).chain(lead).collect();
            for person in &people {
                if numbers.iter().all(|(known, _)| known != person) {
                    // Numbers that Ofcom keeps free for stories.
                    numbers.push((*person, format!("+44 20 7946 {:04}", 100 + numbers.len())));
                }
            }
            for (duty, shift) in [
                (Duty::Primary, 0),
                (Duty::Secondary, 1),
                (Duty::Gardener, 2),
            ] {
                rotas.push(rota(
                    dice.id(company.founded_at),
                    squad,
                    duty,
                    &people,
                    shift,
                    company,
                )?);
            }
        }
        Ok(Self { rotas, numbers })
    }
}

fn rota(
    id: RotaId,
    squad: &Squad,
    duty: Duty,
    people: &[PersonId],
    shift: usize,
    company: &Company,
) -> Result<Rota> {
    let mut order = people.to_vec();
    let places = order.len().max(1);
    order.rotate_left(shift % places);
    let layer = layer(duty, order, company.founded_at).map_err(|error| {
        Error::Conflict(format!(
            "A rota of the sample company is not right: {error}"
        ))
    })?;
    let cover = match duty {
        Duty::Gardener => Cover::WhilePlanned,
        Duty::Primary | Duty::Secondary => Cover::Always,
    };
    Ok(Rota {
        id,
        name: format!("{}, {}", squad.name, duty.as_str()),
        squad: Some(squad.id),
        duty,
        zone: ZONE.to_owned(),
        vital: "Conference: +44 20 7946 0900, then 4711#\nCard processor, day and night: +44 20 7946 0911"
            .to_owned(),
        limits: Limits {
            cover,
            ..Limits::default()
        },
        plans: vec![Plan {
            from: None,
            layers: vec![layer],
        }],
        retired: false,
    })
}

fn layer(
    duty: Duty,
    people: Vec<PersonId>,
    founded_at: Timestamp,
) -> std::result::Result<Layer, Box<dyn std::error::Error>> {
    let zone = TimeZone::get(ZONE)?;
    let day = founded_at.to_zoned(zone).date();
    let monday = day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days());
    let handover = TimeOfDay::new(9, 0)?;
    let layer = Layer::new("Weeks", people, ZONE, monday, handover, Cycle::WEEK)?;
    if duty != Duty::Gardener {
        return Ok(layer);
    }
    let office = Interval::new(handover, TimeOfDay::new(17, 0)?)?;
    let week = WeeklyHours::monday_to_friday(DayHours::new(vec![office])?);
    Ok(layer.within(week)?)
}
