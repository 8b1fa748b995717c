//! People: added, given a role and squads, switched off and on again.

use eider_domain::{
    PersonId, SquadId,
    access::{Action, Actor, may},
    account::password::check,
    fact::Fact,
    person::{Person, Role, Standing, initials_of, parse_email},
    text,
};
use eider_store::{Tx, api_token, counter, invitation, person, session};
use jiff::tz::TimeZone;

use super::{known_squads, password, record};
use crate::{Eider, Error, Result, error::FieldErrors, rota, ticket};

/// Longest name, in characters.
pub(super) const NAME_LIMIT_CHARACTERS: usize = 100;

/// Somebody to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPerson {
    /// Full name.
    pub name: String,
    /// Address, with which they sign in.
    pub email: String,
    /// What they will do here.
    pub role: Role,
    /// The squads that they will belong to.
    pub squads: Vec<SquadId>,
    /// The zone they live in, an IANA name; the team's when absent.
    pub zone: Option<String>,
    /// Their password; without one they come in by a link.
    pub password: Option<String>,
}

/// Adds somebody, at the word of whoever has the database at hand.
///
/// # Errors
/// `Invalid` with what is wrong.
pub async fn create_person(eider: &Eider, new: NewPerson) -> Result<Person> {
    let desk = eider.desk().await?;
    let zone = new.zone.as_deref().unwrap_or(&desk.settings.zone);
    let mut errors = FieldErrors::default();
    let email = errors.check("email", parse_email(&new.email));
    let draft = Draft::check(&mut errors, &new.name, zone);
    if let (Some(password), Some(email)) = (&new.password, &email) {
        errors.check("password", check(password, email, &new.name));
    }
    errors.finish()?;
    let squads = known_squads(&desk, &new.squads)?;
    let hash = match &new.password {
        Some(given) => Some(password::hash(eider, given).await?),
        None => None,
    };
    let mut tx = eider.db().write().await?;
    let email = email.unwrap_or_default();
    let person = add(&mut tx, eider, draft, email, new.role, squads).await?;
    if let Some(hash) = hash {
        person::put_password_hash(&mut tx, person.id, &hash).await?;
    }
    let fact = Fact::PersonJoined {
        person: person.id,
        role: person.role,
    };
    record(&mut tx, eider, None, [fact]).await?;
    tx.commit().await?;
    eider.committed();
    Ok(person)
}

/// The parts of a person that they write themselves, checked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub(super) name: String,
    pub(super) zone: String,
}

impl Draft {
    pub(crate) fn check(errors: &mut FieldErrors, name: &str, zone: &str) -> Self {
        let name = text::line("The name", name, NAME_LIMIT_CHARACTERS);
        Self {
            name: errors.check("name", name).unwrap_or_default(),
            zone: errors.check("zone", known_zone(zone)).unwrap_or_default(),
        }
    }

    /// The new person that it becomes.
    pub(crate) fn person(
        self,
        eider: &Eider,
        email: String,
        role: Role,
        squads: Vec<SquadId>,
    ) -> Person {
        Person {
            id: eider.ids().id(eider.now()),
            initials: initials_of(&self.name),
            name: self.name,
            email: Some(email),
            role,
            standing: Standing::Active,
            zone: self.zone,
            address_as: None,
            squads,
        }
    }
}

/// The IANA name of a zone, as it is written there.
fn known_zone(zone: &str) -> std::result::Result<String, &'static str> {
    let zone = zone.trim();
    let found = TimeZone::get(zone).ok();
    found
        .as_ref()
        .and_then(TimeZone::iana_name)
        .map(str::to_owned)
        .ok_or("Choose a time zone from the list, such as Europe/London.")
}

/// Writes a new person within a transaction. The fact is the caller's to record.
pub(super) async fn add(
    tx: &mut Tx,
    eider: &Eider,
    draft: Draft,
    email: String,
    role: Role,
    squads: Vec<SquadId>,
) -> Result<Person> {
    counter::step(tx, counter::PEOPLE).await?;
    if person::by_email(tx, &email).await?.is_some() {
        let message = format!("Somebody with the address {email} is here already.");
        return Err(Error::field("email", message));
    }
    let person = draft.person(eider, email, role, squads);
    person::put(tx, &person, eider.now()).await?;
    Ok(person)
}

/// Gives somebody another role.
///
/// # Errors
/// `Conflict` for the last administrator, `Forbidden`, `NotFound`.
pub async fn change_role(
    eider: &Eider,
    actor: &Actor,
    person: PersonId,
    role: Role,
) -> Result<Person> {
    may(actor, Action::ManagePeople)?;
    let mut tx = eider.db().write().await?;
    let mut person = to_change(&mut tx, person).await?;
    if person.role == role {
        return Ok(person);
    }
    if role != Role::Administrator {
        keep_an_administrator(&mut tx, &person).await?;
    }
    let fact = Fact::RoleChanged {
        person: person.id,
        from: person.role,
        to: role,
    };
    person.role = role;
    save(tx, eider, actor, &person, fact).await?;
    Ok(person)
}

/// Says which squads somebody belongs to.
///
/// # Errors
/// `Invalid` for a squad that is not there, `Forbidden`, `NotFound`.
pub async fn set_squads(
    eider: &Eider,
    actor: &Actor,
    person: PersonId,
    squads: &[SquadId],
) -> Result<Person> {
    may(actor, Action::ManagePeople)?;
    let mut tx = eider.db().write().await?;
    let squads = known_squads(&*eider.desk_in(&mut tx).await?, squads)?;
    let person = to_change(&mut tx, person).await?;
    put_squads(tx, eider, actor, person, squads).await
}

/// Lets somebody belong to one more squad, at the word of whoever leads it.
///
/// # Errors
/// `Forbidden`, `NotFound`; `Invalid` for a squad that is not there.
pub async fn add_to_squad(
    eider: &Eider,
    actor: &Actor,
    squad: SquadId,
    person: PersonId,
) -> Result<Person> {
    may(actor, Action::ManageSquad { squad: Some(squad) })?;
    let mut tx = eider.db().write().await?;
    known_squads(&*eider.desk_in(&mut tx).await?, &[squad])?;
    let person = to_change(&mut tx, person).await?;
    let mut squads = person.squads.clone();
    squads.push(squad);
    put_squads(tx, eider, actor, person, squads).await
}

/// Takes somebody out of a squad, at the word of whoever leads it.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn remove_from_squad(
    eider: &Eider,
    actor: &Actor,
    squad: SquadId,
    person: PersonId,
) -> Result<Person> {
    may(actor, Action::ManageSquad { squad: Some(squad) })?;
    let mut tx = eider.db().write().await?;
    let person = to_change(&mut tx, person).await?;
    let mut squads = person.squads.clone();
    squads.retain(|one| *one != squad);
    put_squads(tx, eider, actor, person, squads).await
}

/// Switches somebody off: their sessions, tokens and links end at once, their history stays. Nobody
/// has their open tickets any more.
///
/// # Errors
/// `Conflict` for the last administrator, `Forbidden`, `NotFound`.
pub async fn disable(eider: &Eider, actor: &Actor, person: PersonId) -> Result<Person> {
    may(actor, Action::ManagePeople)?;
    let mut tx = eider.db().write().await?;
    let mut person = to_change(&mut tx, person).await?;
    if person.standing == Standing::Disabled {
        return Ok(person);
    }
    keep_an_administrator(&mut tx, &person).await?;
    let fact = switch_off(eider, &mut tx, &mut person).await?;
    save(tx, eider, actor, &person, fact).await?;
    Ok(person)
}

/// Ends everything by which somebody comes in. The person is the caller's to write.
pub(crate) async fn switch_off(eider: &Eider, tx: &mut Tx, person: &mut Person) -> Result<Fact> {
    session::delete_of_person(tx, person.id, None).await?;
    api_token::revoke_of_person(tx, person.id, eider.now()).await?;
    invitation::delete_of_person(tx, person.id).await?;
    rota::leave(eider, tx, person.id).await?;
    ticket::leave(eider, tx, person.id).await?;
    person.standing = Standing::Disabled;
    Ok(Fact::PersonDisabled { person: person.id })
}

/// Lets somebody sign in again.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn enable(eider: &Eider, actor: &Actor, person: PersonId) -> Result<Person> {
    may(actor, Action::ManagePeople)?;
    let mut tx = eider.db().write().await?;
    let mut person = to_change(&mut tx, person).await?;
    if person.standing == Standing::Active {
        return Ok(person);
    }
    let fact = switch_on(eider, &mut tx, &mut person).await?;
    save(tx, eider, actor, &person, fact).await?;
    Ok(person)
}

/// Lets somebody come in again. The person is the caller's to write.
pub(crate) async fn switch_on(eider: &Eider, tx: &mut Tx, person: &mut Person) -> Result<Fact> {
    rota::come_back(eider, tx, person.id).await?;
    person.standing = Standing::Active;
    Ok(Fact::PersonEnabled { person: person.id })
}

/// Somebody who can sign in or could. From here to the end of the transaction nobody else changes
/// people.
async fn to_change(tx: &mut Tx, id: PersonId) -> Result<Person> {
    counter::step(tx, counter::PEOPLE).await?;
    person::by_id(tx, id)
        .await?
        .filter(|person| person.standing != Standing::Imported)
        .ok_or_else(|| Error::NotFound("This person".into()))
}

async fn keep_an_administrator(tx: &mut Tx, person: &Person) -> Result<()> {
    let is_one = person.role == Role::Administrator && person.standing == Standing::Active;
    if is_one && person::count_administrators(tx).await? <= 1 {
        let sentence = format!(
            "{} is the only administrator. Make somebody else an administrator first, or nobody could let people in any more.",
            person.name
        );
        return Err(Error::Conflict(sentence));
    }
    Ok(())
}

async fn put_squads(
    tx: Tx,
    eider: &Eider,
    actor: &Actor,
    mut person: Person,
    mut squads: Vec<SquadId>,
) -> Result<Person> {
    squads.sort_unstable();
    squads.dedup();
    let mut before = person.squads.clone();
    before.sort_unstable();
    if before == squads {
        return Ok(person);
    }
    person.squads.clone_from(&squads);
    let fact = Fact::MembershipChanged {
        person: person.id,
        squads,
    };
    save(tx, eider, actor, &person, fact).await?;
    Ok(person)
}

async fn save(mut tx: Tx, eider: &Eider, actor: &Actor, person: &Person, fact: Fact) -> Result<()> {
    person::put(&mut tx, person, eider.now()).await?;
    record(&mut tx, eider, Some(actor.person), [fact]).await?;
    tx.commit().await?;
    eider.committed();
    Ok(())
}
