//! Links that let somebody in: made here, opened and used once. What a link does is only done when
//! its button is pressed, never by opening it.

use eider_domain::{
    PersonId, SquadId,
    access::{Action, Actor, may},
    account::password::check,
    fact::Fact,
    person::{Person, Role, Standing, parse_email},
    text,
};
use eider_store::{
    Tx, counter,
    invitation::{self, Invitation, Purpose},
    person, session as sessions,
};
use jiff::{SignedDuration, Timestamp};

use super::{
    known_squads, password,
    people::{self, Draft, NAME_LIMIT_CHARACTERS},
    record, secret_hash,
    session::{self, NewSession},
};
use crate::{Eider, Error, Result, error::FieldErrors};

const INVITATION_DAYS: i64 = 7;
const PASSWORD_RESET_DAYS: i64 = 1;

/// Somebody to be invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invite {
    /// Their address.
    pub email: String,
    /// Their name, which they may correct; empty when it is not known.
    pub name: String,
    /// What they will do here.
    pub role: Role,
    /// The squads that they will belong to.
    pub squads: Vec<SquadId>,
}

/// What somebody says who joins.
#[derive(Clone, Copy, Debug)]
pub struct Joining<'a> {
    /// Full name.
    pub name: &'a str,
    /// Their address; only looked at for the first administrator.
    pub email: &'a str,
    /// Their password.
    pub password: &'a str,
    /// The zone they live in, an IANA name.
    pub zone: &'a str,
    /// Their browser, as it calls itself.
    pub device: &'a str,
}

/// A link as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The link.
    pub invitation: Invitation,
    /// Whom it lets in, when they are here already.
    pub person: Option<Person>,
    /// The name of whoever made it.
    pub invited_by: Option<String>,
}

/// Asks somebody to join. Answers with the secret of the link, which is not kept. An earlier
/// invitation of the same address is taken back.
///
/// # Errors
/// `Invalid` with what is wrong, `Forbidden`.
pub async fn invite(eider: &Eider, actor: &Actor, new: Invite) -> Result<String> {
    may(actor, Action::ManagePeople)?;
    let mut errors = FieldErrors::default();
    let email = errors
        .check("email", parse_email(&new.email))
        .unwrap_or_default();
    let name = match new.name.trim() {
        "" => None,
        name => errors.check("name", text::line("The name", name, NAME_LIMIT_CHARACTERS)),
    };
    errors.finish()?;
    let mut tx = eider.db().write().await?;
    let squads = known_squads(&*eider.desk_in(&mut tx).await?, &new.squads)?;
    if person::by_email(&mut tx, &email).await?.is_some() {
        let message = format!("Somebody with the address {email} is here already.");
        return Err(Error::field("email", message));
    }
    invitation::delete_of_email(&mut tx, &email).await?;
    let link = Invitation {
        email: Some(email.clone()),
        name,
        squads,
        invited_by: Some(actor.person),
        ..blank(eider, Purpose::Invitation, new.role, INVITATION_DAYS * 24)
    };
    let secret = put(&mut tx, eider, link).await?;
    let fact = Fact::PersonInvited {
        email,
        role: new.role,
    };
    record(&mut tx, eider, Some(actor.person), [fact]).await?;
    tx.commit().await?;
    eider.committed();
    Ok(secret)
}

/// The invitations that wait to be accepted, the newest first.
///
/// # Errors
/// `Forbidden`.
pub async fn invitations(eider: &Eider, actor: &Actor) -> Result<Vec<Invitation>> {
    may(actor, Action::ManagePeople)?;
    let mut tx = eider.db().read().await?;
    Ok(invitation::pending(&mut tx, eider.now()).await?)
}

/// Takes back the invitation of an address.
///
/// # Errors
/// `NotFound` when there is none that waits, `Forbidden`.
pub async fn withdraw_invitation(eider: &Eider, actor: &Actor, email: &str) -> Result<()> {
    may(actor, Action::ManagePeople)?;
    let mut tx = eider.db().write().await?;
    if invitation::delete_of_email(&mut tx, email).await? == 0 {
        return Err(Error::NotFound("This invitation".into()));
    }
    let email = email.to_owned();
    let fact = Fact::InvitationWithdrawn { email };
    record(&mut tx, eider, Some(actor.person), [fact]).await?;
    tx.commit().await?;
    eider.committed();
    Ok(())
}

/// The secret of a link with which the first administrator joins, or nothing when there is an
/// administrator already. It is good until there is one, for seven days at most.
///
/// # Errors
/// When the database fails.
pub async fn first_administrator_link(eider: &Eider) -> Result<Option<String>> {
    let mut tx = eider.db().write().await?;
    if person::count_administrators(&mut tx).await? > 0 {
        return Ok(None);
    }
    let (purpose, role) = (Purpose::FirstAdministrator, Role::Administrator);
    let link = blank(eider, purpose, role, INVITATION_DAYS * 24);
    let secret = put(&mut tx, eider, link).await?;
    tx.commit().await?;
    Ok(Some(secret))
}

/// The secret of a link that signs `person` in, as often as wanted, for so many hours. For the
/// sample company of a demonstration, at the word of whoever has the database at hand.
///
/// # Errors
/// `NotFound` when there is nobody of that id who can sign in.
pub async fn sign_in_link(eider: &Eider, person: PersonId, hours: i64) -> Result<String> {
    let mut tx = eider.db().write().await?;
    let person = active(&mut tx, person).await?;
    let link = Invitation {
        person: Some(person.id),
        ..blank(eider, Purpose::SignIn, person.role, hours)
    };
    let secret = put(&mut tx, eider, link).await?;
    tx.commit().await?;
    Ok(secret)
}

/// The secret of a link with which `person` chooses a new password, within a day. Earlier ones are
/// taken back.
///
/// # Errors
/// `NotFound` when there is nobody of that id who can sign in, `Forbidden`.
pub async fn password_reset_link(eider: &Eider, actor: &Actor, person: PersonId) -> Result<String> {
    may(actor, Action::ManagePeople)?;
    let mut tx = eider.db().write().await?;
    let person = active(&mut tx, person).await?;
    invitation::delete_of_person(&mut tx, person.id).await?;
    let (purpose, hours) = (Purpose::PasswordReset, PASSWORD_RESET_DAYS * 24);
    let link = Invitation {
        person: Some(person.id),
        invited_by: Some(actor.person),
        ..blank(eider, purpose, person.role, hours)
    };
    let secret = put(&mut tx, eider, link).await?;
    let fact = Fact::PasswordResetOffered { person: person.id };
    record(&mut tx, eider, Some(actor.person), [fact]).await?;
    tx.commit().await?;
    eider.committed();
    Ok(secret)
}

/// What the link of that secret is for, or nothing when it was used, has ended or never was.
///
/// # Errors
/// When the database fails.
pub async fn open_link(eider: &Eider, secret: &str) -> Result<Option<Link>> {
    let mut tx = eider.db().read().await?;
    let found = invitation::by_hash(&mut tx, &secret_hash(secret), eider.now()).await?;
    let Some(invitation) = found else {
        return Ok(None);
    };
    let is_late = invitation.purpose == Purpose::FirstAdministrator
        && person::count_administrators(&mut tx).await? > 0;
    if is_late {
        return Ok(None);
    }
    let person = match invitation.person {
        Some(id) => person::by_id(&mut tx, id).await?,
        None => None,
    };
    let invited_by = match invitation.invited_by {
        Some(id) => person::by_id(&mut tx, id).await?.map(|person| person.name),
        None => None,
    };
    Ok(Some(Link {
        invitation,
        person,
        invited_by,
    }))
}

/// Joins by an invitation, or as the first administrator, and signs in.
///
/// # Errors
/// `Conflict` when the link was used or has ended; `Invalid` with what is wrong.
pub async fn accept(eider: &Eider, secret: &str, joining: Joining<'_>) -> Result<NewSession> {
    let link = open_link(eider, secret)
        .await?
        .ok_or_else(ended)?
        .invitation;
    let mut errors = FieldErrors::default();
    let email = match (link.purpose, &link.email) {
        (Purpose::Invitation, Some(email)) => email.clone(),
        (Purpose::FirstAdministrator, _) => errors
            .check("email", parse_email(joining.email))
            .unwrap_or_default(),
        _ => return Err(ended()),
    };
    let draft = Draft::check(&mut errors, joining.name, joining.zone);
    errors.check("password", check(joining.password, &email, joining.name));
    errors.finish()?;
    let hash = password::hash(eider, joining.password).await?;
    let mut tx = eider.db().write().await?;
    // A squad may have gone since the invitation; the others are meant all the same.
    let desk = eider.desk_in(&mut tx).await?;
    let mut squads = link.squads;
    squads.retain(|id| desk.squad(*id).is_some());
    use_once(&mut tx, eider, &link.token_hash).await?;
    let person = people::add(&mut tx, eider, draft, email, link.role, squads).await?;
    // Adding somebody has made everybody else wait, so now the answer stays true.
    if link.purpose == Purpose::FirstAdministrator
        && person::count_administrators(&mut tx).await? > 1
    {
        return Err(ended());
    }
    person::put_password_hash(&mut tx, person.id, &hash).await?;
    let begun = session::begin(&mut tx, eider, person.id, joining.device).await?;
    let joined = Fact::PersonJoined {
        person: person.id,
        role: person.role,
    };
    let facts = [joined, Fact::SignedIn];
    record(&mut tx, eider, Some(person.id), facts).await?;
    tx.commit().await?;
    eider.committed();
    Ok(begun)
}

/// Signs in by a link made with [`sign_in_link`].
///
/// # Errors
/// `Conflict` when the link has ended.
pub async fn sign_in_by_link(eider: &Eider, secret: &str, device: &str) -> Result<NewSession> {
    let (link, person) = link_of_person(eider, secret, Purpose::SignIn).await?;
    let mut tx = eider.db().write().await?;
    // It may have been taken back meanwhile.
    let still = invitation::by_hash(&mut tx, &link.token_hash, eider.now()).await?;
    still.ok_or_else(ended)?;
    let begun = session::begin(&mut tx, eider, person, device).await?;
    record(&mut tx, eider, Some(person), [Fact::SignedIn]).await?;
    tx.commit().await?;
    eider.committed();
    Ok(begun)
}

/// Chooses a new password by a link made with [`password_reset_link`], ends the person's sessions
/// and begins one.
///
/// # Errors
/// `Conflict` when the link was used or has ended; `Invalid` naming `password`.
pub async fn reset_password(
    eider: &Eider,
    secret: &str,
    new: &str,
    device: &str,
) -> Result<NewSession> {
    let (link, id) = link_of_person(eider, secret, Purpose::PasswordReset).await?;
    let mut tx = eider.db().read().await?;
    let person = active(&mut tx, id).await?;
    drop(tx);
    let email = person.email.unwrap_or_default();
    check(new, &email, &person.name).map_err(|weak| Error::field("password", weak))?;
    let hash = password::hash(eider, new).await?;
    let mut tx = eider.db().write().await?;
    use_once(&mut tx, eider, &link.token_hash).await?;
    person::put_password_hash(&mut tx, id, &hash).await?;
    sessions::delete_of_person(&mut tx, id, None).await?;
    let begun = session::begin(&mut tx, eider, id, device).await?;
    let facts = [Fact::PasswordChanged, Fact::SignedIn];
    record(&mut tx, eider, Some(id), facts).await?;
    tx.commit().await?;
    eider.committed();
    Ok(begun)
}

fn blank(eider: &Eider, purpose: Purpose, role: Role, hours: i64) -> Invitation {
    let now = eider.now();
    Invitation {
        token_hash: [0; 32],
        email: None,
        name: None,
        role,
        squads: Vec::new(),
        purpose,
        person: None,
        invited_by: None,
        created_at: now,
        expires_at: now + SignedDuration::from_hours(hours),
        used_at: None,
    }
}

/// Writes a link with a new secret, and answers with that.
async fn put(tx: &mut Tx, eider: &Eider, link: Invitation) -> Result<String> {
    let secret = eider.ids().secret();
    let month_ago: Timestamp = eider.now() - SignedDuration::from_hours(24 * 30);
    invitation::delete_ended(tx, month_ago).await?;
    let token_hash = secret_hash(&secret);
    invitation::put(tx, &Invitation { token_hash, ..link }).await?;
    Ok(secret)
}

async fn link_of_person(
    eider: &Eider,
    secret: &str,
    purpose: Purpose,
) -> Result<(Invitation, PersonId)> {
    let link = open_link(eider, secret).await?.ok_or_else(ended)?;
    let person = link
        .person
        .filter(|person| person.standing == Standing::Active);
    match person {
        Some(person) if link.invitation.purpose == purpose => Ok((link.invitation, person.id)),
        _ => Err(ended()),
    }
}

/// Marks a link as used; of two who use it at once, the second is refused. People are locked first,
/// in the order of every other change to them.
async fn use_once(tx: &mut Tx, eider: &Eider, token_hash: &[u8; 32]) -> Result<()> {
    counter::step(tx, counter::PEOPLE).await?;
    if invitation::mark_used(tx, token_hash, eider.now()).await? {
        Ok(())
    } else {
        Err(ended())
    }
}

async fn active(tx: &mut Tx, id: PersonId) -> Result<Person> {
    person::by_id(tx, id)
        .await?
        .filter(|person| person.standing == Standing::Active)
        .ok_or_else(|| Error::NotFound("This person".into()))
}

fn ended() -> Error {
    Error::Conflict(
        "This link has been used already or has ended. Ask whoever sent it for a new one.".into(),
    )
}
