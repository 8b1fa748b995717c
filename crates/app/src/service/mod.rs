//! Services that monitors watch: written by whoever looks after them, with the keys by which
//! monitors send.

pub(crate) mod key;
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
/// What facts call a service.
pub(crate) const PART: &str = "service";
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
    let desk = eider.desk_in(&mut tx).await?;
    let before = subject.there().map(|id| existing(&desk, id)).transpose()?;
    may_manage_both(actor, before.map(|before| before.squad), edit.squad)?;
    let service = decide(eider, &desk, subject, edit)?;
    put(eider, &mut tx, &service, &desk.settings.zone).await?;
    keep(eider, tx, actor, PART, &service.name).await?;
    Ok(service)
}

/// The service that `edit` makes of `subject`, when it can be used.
pub(crate) fn decide(
    eider: &Eider,
    desk: &Desk,
    subject: Subject<ServiceId>,
    edit: ServiceEdit,
) -> Result<Service> {
    let id = subject.there();
    let before = id.map(|id| existing(desk, id)).transpose()?;
    let edit = check(eider, edit, subject.id(), desk)?;
    let others = desk.services.iter();
    let others = others.filter(|other| other.id != subject.id());
    free_name(
        "service",
        &edit.name,
        others.map(|other| other.name.as_str()),
    )?;
    let reporter = match before {
        Some(before) => before.reporter,
        None => eider.ids().id(eider.now()),
    };
    Ok(Service {
        id: subject.id(),
        name: edit.name,
        squad: edit.squad,
        feature: edit.feature,
        reporter,
        worth: edit.worth,
        causes: edit.causes,
        maintenance: edit.maintenance,
        retired: edit.retired,
    })
}

/// Writes a service that was decided, with the jobs that follow from it; whoever stands for its monitors
/// lives in `zone`.
pub(crate) async fn put(eider: &Eider, tx: &mut Tx, service: &Service, zone: &str) -> Result<()> {
    let reporter = stand_in(service.reporter, &service.name, zone);
    person::put(tx, &reporter, eider.now()).await?;
    let written = eider_store::service::put(tx, service).await;
    unless_taken(written, "service", &service.name)?;
    // What kept its alerts quiet may have ended by this.
    alert::look_at_service(eider, tx, service.id).await
}

/// Somebody has to have asked every ticket: for alerts this is whoever stands for the monitors of
/// the service. Nobody signs in as them.
pub(crate) fn stand_in(id: PersonId, service: &str, zone: &str) -> Person {
    let name = format!("Monitors of {service}");
    Person {
        id,
        initials: initials_of(&name),
        name,
        email: None,
        role: Role::Viewer,
        standing: Standing::Imported,
        zone: zone.to_owned(),
        address_as: None,
        squads: Vec::new(),
    }
}

pub(crate) fn existing(desk: &Desk, id: ServiceId) -> Result<&Service> {
    desk.service(id)
        .ok_or_else(|| Error::NotFound("This service".into()))
}

fn check(eider: &Eider, edit: ServiceEdit, own: ServiceId, desk: &Desk) -> Result<ServiceEdit> {
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
    let mut causes = edit.causes;
    causes.sort_unstable();
    causes.dedup();
    if causes.contains(&own) {
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
