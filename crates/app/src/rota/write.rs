//! Writing a rota. What was planned before the moment from which it holds stays as it was.

use eider_domain::{
    PersonId, RotaId, SquadId,
    access::Actor,
    rota::{Cover, Cycle, Duty, Layer, Limits, MAX_LAYERS, Rota},
    sla::{TimeOfDay, WeeklyHours},
    text,
};
use eider_store::{Tx, person};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{existing, watch};
use crate::{
    Eider, Error, Result,
    configure::{
        Subject, checked, create, free_name, keep, may_manage_both, subject, unless_taken,
    },
    desk::Desk,
    error::FieldErrors,
    once::OnceKey,
    page,
};

const NAME_LIMIT_CHARACTERS: usize = 80;
const VITAL_LIMIT_CHARACTERS: usize = 1_000;
const MOST_WEEKS_LIMIT: u8 = 52;
const LEAST_REST_LIMIT_HOURS: u8 = 72;

/// What facts call a rota.
pub(crate) const PART: &str = "rota";

/// The fields that errors of layers are noted for, by their place.
pub const LAYER_FIELDS: [&str; MAX_LAYERS] = [
    "layer_1", "layer_2", "layer_3", "layer_4", "layer_5", "layer_6", "layer_7", "layer_8",
];

/// What somebody wants a rota to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RotaEdit {
    /// Name as people say it.
    pub name: String,
    /// The squad; none for the whole company.
    pub squad: Option<SquadId>,
    /// What its people are there for.
    pub duty: Duty,
    /// The zone in which its calendar is shown.
    pub zone: String,
    /// Numbers and places that matter at night.
    pub vital: String,
    /// When somebody must be on call.
    pub cover: Cover,
    /// The most weeks on end for one person.
    pub most_weeks_on_end: u8,
    /// The least hours of rest between two turns.
    pub least_rest_hours: u8,
    /// Who takes turns; a later layer lies over those before it.
    pub layers: Vec<LayerEdit>,
    /// From when the layers hold; from now on, when it is not given.
    pub from: Option<Timestamp>,
    /// No longer in use.
    pub retired: bool,
}

/// What somebody wants a layer to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerEdit {
    /// What people call it.
    pub name: String,
    /// Who takes turns, in order.
    pub people: Vec<PersonId>,
    /// An IANA zone.
    pub zone: String,
    /// The day of the first turn.
    pub start: Date,
    /// When one hands over to the next.
    pub handover: TimeOfDay,
    /// How long each turn lasts.
    pub cycle: Cycle,
    /// The hours of the week in which it holds; a week without any means always.
    pub hours: WeeklyHours,
}

/// Writes a rota: the one of that id, or a new one.
///
/// # Errors
/// `Invalid` names every field that cannot be used, `Conflict` when the name is taken, `Forbidden`
/// when the squad is not the actor's, `NotFound` when there is no rota of that id.
pub async fn save_rota(
    eider: &Eider,
    actor: &Actor,
    id: Option<RotaId>,
    edit: RotaEdit,
) -> Result<Rota> {
    let tx = eider.db().write().await?;
    write(eider, tx, actor, subject(eider, id), edit).await
}

/// Writes a new rota, once for each key: a request that came before is answered with what it made,
/// as that is now.
///
/// # Errors
/// As [`save_rota`], and `Invalid` when the key came with another request.
pub async fn create_rota(
    eider: &Eider,
    actor: &Actor,
    edit: RotaEdit,
    key: Option<&OnceKey>,
) -> Result<Rota> {
    let new = |tx, subject| write(eider, tx, actor, subject, edit);
    create(eider, key, new, existing).await
}

async fn write(
    eider: &Eider,
    mut tx: Tx,
    actor: &Actor,
    subject: Subject<RotaId>,
    edit: RotaEdit,
) -> Result<Rota> {
    let desk = eider.desk_in(&mut tx).await?;
    let before = subject.there().map(|id| existing(&desk, id)).transpose()?;
    may_manage_both(actor, before.map(|before| before.squad), edit.squad)?;
    let responders = person::responders(&mut tx).await?;
    let responders: Vec<PersonId> = responders.into_iter().map(|(id, _)| id).collect();
    let rota = decide(eider.now(), &desk, &responders, subject, &edit)?;
    put(eider, &mut tx, &rota).await?;
    keep(eider, tx, actor, PART, &rota.name).await?;
    Ok(rota)
}

/// The rota that `edit` makes of `subject`, when it can be used; `responders` are those who can be on
/// call.
pub(crate) fn decide(
    now: Timestamp,
    desk: &Desk,
    responders: &[PersonId],
    subject: Subject<RotaId>,
    edit: &RotaEdit,
) -> Result<Rota> {
    let id = subject.there();
    let before = id.map(|id| existing(desk, id)).transpose()?;
    let mut errors = FieldErrors::default();
    let name = text::line("The name", &edit.name, NAME_LIMIT_CHARACTERS);
    let name = errors.check("name", name);
    let written = Some(edit.vital.as_str());
    let vital = text::optional_lines("What matters at night", written, VITAL_LIMIT_CHARACTERS);
    let vital = errors.check("vital", vital).flatten();
    if edit.squad.is_some_and(|squad| desk.squad(squad).is_none()) {
        errors.add("squad", "Choose one of the squads that are offered.");
    }
    let zone = errors.check("zone", known_zone(&edit.zone));
    let limits = check_limits(edit, &mut errors);
    if edit.from.is_some_and(|from| from < now) {
        errors.add(
            "from",
            "What was planned until now stays as it was. Choose a later time.",
        );
    }
    let layers = layers(responders, &edit.layers, before, &mut errors);
    errors.finish()?;
    let name = checked(name, "name")?;
    let others = desk.rotas.iter().filter(|other| Some(other.id) != id);
    free_name("rota", &name, others.map(|other| other.name.as_str()))?;
    let mut rota = Rota {
        id: subject.id(),
        name,
        squad: edit.squad,
        duty: edit.duty,
        zone: checked(zone, "zone")?,
        vital: vital.unwrap_or_default(),
        limits,
        plans: before
            .map(|before| before.plans.clone())
            .unwrap_or_default(),
        retired: edit.retired,
    };
    // A form shows the latest plan; sent back as it was, it leaves even a later one in its place.
    let as_it_was = edit.from.is_none() && rota.latest().is_some_and(|plan| plan.layers == layers);
    if !as_it_was {
        rota.replan(layers, edit.from.unwrap_or(now))
            .map_err(|error| Error::field(LAYER_FIELDS[0], error))?;
    }
    Ok(rota)
}

/// Writes a rota that was decided, with the jobs that follow from it.
pub(crate) async fn put(eider: &Eider, tx: &mut Tx, rota: &Rota) -> Result<()> {
    let written = eider_store::rota::put(tx, rota).await;
    unless_taken(written, "rota", &rota.name)?;
    page::look_again(eider, tx).await?;
    watch::look_again(eider, tx).await
}

fn check_limits(edit: &RotaEdit, errors: &mut FieldErrors) -> Limits {
    if !(1..=MOST_WEEKS_LIMIT).contains(&edit.most_weeks_on_end) {
        let message = format!("Write a number of weeks from 1 to {MOST_WEEKS_LIMIT}.");
        errors.add("most_weeks_on_end", message);
    }
    if edit.least_rest_hours > LEAST_REST_LIMIT_HOURS {
        let message = format!("Write a number of hours from 0 to {LEAST_REST_LIMIT_HOURS}.");
        errors.add("least_rest_hours", message);
    }
    Limits {
        cover: edit.cover,
        most_weeks_on_end: edit.most_weeks_on_end,
        least_rest_hours: edit.least_rest_hours,
    }
}

/// The layers, when each can be used and everybody in them can be on call. Who is in the plan
/// already may stay there after leaving, so that a rota can be changed bit by bit.
fn layers(
    responders: &[PersonId],
    edits: &[LayerEdit],
    before: Option<&Rota>,
    errors: &mut FieldErrors,
) -> Vec<Layer> {
    let planned = before.and_then(Rota::latest);
    let may_be = |person: &PersonId| {
        let planned = planned.iter().flat_map(|plan| &plan.layers);
        responders.contains(person) || planned.flat_map(Layer::people).any(|id| id == person)
    };
    if edits.len() > LAYER_FIELDS.len() {
        let message = format!("A rota has at most {MAX_LAYERS} layers. Make another rota.");
        errors.add(LAYER_FIELDS[0], message);
    }
    let mut layers = Vec::new();
    for (edit, field) in edits.iter().zip(LAYER_FIELDS) {
        if !edit.people.iter().all(may_be) {
            errors.add(field, "Choose people who work on tickets and can sign in.");
        }
        let layer = Layer::new(
            &edit.name,
            edit.people.clone(),
            &edit.zone,
            edit.start,
            edit.handover,
            edit.cycle,
        );
        let layer = layer.and_then(|layer| {
            if edit.hours.is_free() {
                Ok(layer)
            } else {
                layer.within(edit.hours.clone())
            }
        });
        layers.extend(errors.check(field, layer));
    }
    if edits.is_empty() {
        errors.add(
            LAYER_FIELDS[0],
            "Nobody takes turns here. Choose at least one person.",
        );
    }
    layers
}

/// The usual spelling of a zone.
fn known_zone(name: &str) -> std::result::Result<String, &'static str> {
    let zone = TimeZone::get(name.trim())
        .ok()
        .filter(|zone| !zone.is_unknown());
    zone.and_then(|zone| zone.iana_name().map(str::to_owned))
        .ok_or("This is not a known time zone. Use a name like Europe/London.")
}
