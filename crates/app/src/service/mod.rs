//! Services that monitors watch: written by whoever looks after them, with the keys by which
//! monitors send.

mod key;
mod maintenance;

use eider_domain::{
    FeatureId, PersonId, ServiceId, SquadId,
    access::Actor,
    person::{Person, Role, Standing, initials_of},
    service::{Service, Window, Worth},
    text::{self, SHORT_LIMIT_CHARACTERS},
};
use eider_store::{Tx, person};
use jiff::SignedDuration;

pub use key::{NewKey, keys, make_key, withdraw_key};
pub use maintenance::{end_maintenance, plan_maintenance};

use crate::{
    Eider, Error, Result, alert,
    configure::{
        Subject, checked, create, free_name, keep, may_manage_both, subject, unless_taken,
    },
    desk::Desk,
    error::FieldErrors,
    once::OnceKey,
};

const NAME_LIMIT_CHARACTERS: usize = 80;
const CAUSES_LIMIT: usize = 20;
/// More than anybody plans ahead, and few enough to be listed.
const WINDOWS_LIMIT: usize = 50;
/// The longest time of maintenance: what lasts longer is no maintenance.
const WINDOW_LONGEST: SignedDuration = SignedDuration::from_hours(24 * 31);

/// What somebody wants a service to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceEdit {
    /// Name as monitors and people call it.
    pub name: String,
    /// The squad that gets its tickets.
    pub squad: Option<SquadId>,
    /// The feature that suffers when it does.
    pub feature: Option<FeatureId>,
    /// How urgent its alerts are.
    pub worth: Worth,
    /// The services whose trouble causes this one's.
    pub causes: Vec<ServiceId>,
    /// When it is being worked on; what is over is left out.
    pub maintenance: Vec<Window>,
    /// No longer watched.
    pub retired: bool,
}

impl ServiceEdit {
    /// The service as it is.
    pub fn of(service: &Service) -> Self {
        Self {
            name: service.name.clone(),
            squad: service.squad,
            feature: service.feature,
            worth: service.worth,
            causes: service.causes.clone(),
            maintenance: service.maintenance.clone(),
            retired: service.retired,
        }
    }
}

/// Writes a service: the one of that id, or a new one.
///
/// # Errors
/// `Invalid` names every field that cannot be used, `Conflict` when the name is taken, `NotFound`
/// when there is no service of that id, `Forbidden` when its squad, or the one it is given to, is
/// not the actor's.
pub async fn save_service(
    eider: &Eider,
    actor: &Actor,
    id: Option<ServiceId>,
    edit: ServiceEdit,
) -> Result<Service> {
    let tx = eider.db().write().await?;
    write(eider, tx, actor, subject(eider, id), edit).await
}

/// Writes a new service, once for each key: a request that came before is answered with what it
/// made, as that is now.
///
/// # Errors
/// As [`save_service`], and `Invalid` when the key came with another request.
pub async fn create_service(
    eider: &Eider,
    actor: &Actor,
    edit: ServiceEdit,
    key: Option<&OnceKey>,
) -> Result<Service> {
    let new = |tx, subject| write(eider, tx, actor, subject, edit);
    create(eider, key, new, existing).await
}

async fn write(
    eider: &Eider,
    mut tx: Tx,
    actor: &Actor,
    subject: Subject<ServiceId>,
    edit: ServiceEdit,
) -> Result<Service> {
    let id = subject.there();
    let desk = eider.desk_in(&mut tx).await?;
    let before = id.map(|id| existing(&desk, id)).transpose()?;
    may_manage_both(actor, before.map(|before| before.squad), edit.squad)?;
    let edit = check(eider, edit, before, &desk)?;
    let others = desk.services.iter().filter(|other| Some(other.id) != id);
    free_name(
        "service",
        &edit.name,
        others.map(|other| other.name.as_str()),
    )?;
    let reporter = match before {
        Some(before) => before.reporter,
        None => eider.ids().id(eider.now()),
    };
    put_reporter(eider, &mut tx, reporter, &edit.name, &desk).await?;
    let service = Service {
        id: subject.id(),
        name: edit.name,
        squad: edit.squad,
        feature: edit.feature,
        reporter,
        worth: edit.worth,
        causes: edit.causes,
        maintenance: edit.maintenance,
        retired: edit.retired,
    };
    let written = eider_store::service::put(&mut tx, &service).await;
    unless_taken(written, "service", &service.name)?;
    // What kept its alerts quiet may have ended by this.
    alert::look_at_service(eider, &mut tx, service.id).await?;
    keep(eider, tx, actor, "service", &service.name).await?;
    Ok(service)
}

/// Somebody has to have asked every ticket: for alerts this is whoever stands for the monitors of
/// the service. Nobody signs in as them.
async fn put_reporter(
    eider: &Eider,
    tx: &mut Tx,
    id: PersonId,
    service: &str,
    desk: &Desk,
) -> Result<()> {
    let name = format!("Monitors of {service}");
    let person = Person {
        id,
        initials: initials_of(&name),
        name,
        email: None,
        role: Role::Viewer,
        standing: Standing::Imported,
        zone: desk.settings.zone.clone(),
        address_as: None,
        squads: Vec::new(),
    };
    Ok(person::put(tx, &person, eider.now()).await?)
}

pub(crate) fn existing(desk: &Desk, id: ServiceId) -> Result<&Service> {
    desk.service(id)
        .ok_or_else(|| Error::NotFound("This service".into()))
}

fn check(
    eider: &Eider,
    edit: ServiceEdit,
    before: Option<&Service>,
    desk: &Desk,
) -> Result<ServiceEdit> {
    let mut errors = FieldErrors::default();
    let name = text::line("The name", &edit.name, NAME_LIMIT_CHARACTERS);
    let name = errors.check("name", name);
    if edit.squad.is_some_and(|squad| desk.squad(squad).is_none()) {
        errors.add("squad", "Choose one of the squads that are offered.");
    }
    if edit.feature.is_some_and(|id| desk.feature(id).is_none()) {
        errors.add("feature", "Choose one of the features that are offered.");
    }
    let worth = [
        ("critical", edit.worth.critical),
        ("error", edit.worth.error),
        ("warning", edit.worth.warning),
        ("info", edit.worth.info),
    ];
    for (field, rank) in worth {
        if rank.is_some_and(|rank| !desk.offers(rank)) {
            errors.add(field, "Choose one of the priorities that are offered.");
        }
    }
    let own = before.map(|before| before.id);
    let mut causes = edit.causes;
    causes.sort_unstable();
    causes.dedup();
    if causes.iter().any(|id| Some(*id) == own) {
        errors.add(
            "causes",
            "A service does not cause its own trouble. Leave it out.",
        );
    }
    if causes.iter().any(|id| desk.service(*id).is_none()) {
        errors.add("causes", "Choose services that are there.");
    }
    if causes.len() > CAUSES_LIMIT {
        errors.add("causes", format!("Name at most {CAUSES_LIMIT} services."));
    }
    let maintenance = check_windows(eider, edit.maintenance, &mut errors);
    errors.finish()?;
    Ok(ServiceEdit {
        name: checked(name, "name")?,
        causes,
        maintenance,
        ..edit
    })
}

fn check_windows(eider: &Eider, windows: Vec<Window>, errors: &mut FieldErrors) -> Vec<Window> {
    let now = eider.now();
    let mut kept = Vec::new();
    for window in windows {
        if window.until <= window.from {
            errors.add(
                "maintenance",
                "Maintenance ends after it begins. Check the two times.",
            );
        } else if window.until.duration_since(window.from) > WINDOW_LONGEST {
            errors.add(
                "maintenance",
                "Maintenance lasts at most 31 days. Retire a service that is not watched any more.",
            );
        }
        let reason = text::line("What is done", &window.reason, SHORT_LIMIT_CHARACTERS);
        let Some(reason) = errors.check("maintenance", reason) else {
            continue;
        };
        if window.until > now {
            kept.push(Window { reason, ..window });
        }
    }
    if kept.len() > WINDOWS_LIMIT {
        errors.add(
            "maintenance",
            format!("Plan at most {WINDOWS_LIMIT} times of maintenance."),
        );
    }
    kept.sort_by_key(|window| window.from);
    kept
}
