//! People and the squads they belong to.

use std::collections::HashMap;

use eider_domain::{
    PersonId, SquadId,
    escalation::Member,
    person::{Person, Role, Standing},
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Result, Tx, counter,
    db::on,
    list::push_list,
    row::{micros, unreadable},
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    email: Option<String>,
    role: String,
    standing: String,
    zone: String,
    initials: String,
    address_as: Option<String>,
}

impl Row {
    fn into_person(self, squads: Vec<SquadId>) -> Result<Person> {
        Ok(Person {
            id: self.id.into(),
            name: self.name,
            email: self.email,
            role: Role::parse(&self.role).ok_or_else(|| unreadable("a role", &self.role))?,
            standing: Standing::parse(&self.standing)
                .ok_or_else(|| unreadable("a person's standing", &self.standing))?,
            zone: self.zone,
            initials: self.initials,
            address_as: self.address_as,
            squads,
        })
    }
}

macro_rules! person_columns {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, email, role, standing, zone, initials, address_as FROM person ",
            $rest
        )
    };
}

/// The person of that id, if there is one.
///
/// # Errors
/// When the database fails.
pub async fn by_id(tx: &mut Tx, id: PersonId) -> Result<Option<Person>> {
    let sql = person_columns!("WHERE id = $1");
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(sql)
        .bind(id.0)
        .fetch_optional(c)
        .await)?;
    with_squads(tx, row).await
}

/// The person who signs in with that address, lower-cased, if there is one.
///
/// # Errors
/// When the database fails.
pub async fn by_email(tx: &mut Tx, email: &str) -> Result<Option<Person>> {
    let sql = person_columns!("WHERE email = $1");
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(sql)
        .bind(email)
        .fetch_optional(c)
        .await)?;
    with_squads(tx, row).await
}

async fn with_squads(tx: &mut Tx, row: Option<Row>) -> Result<Option<Person>> {
    let Some(row) = row else { return Ok(None) };
    let squads = squads_of(tx, row.id.into()).await?;
    row.into_person(squads).map(Some)
}

/// The people who can sign in or could, by name; those known only from imported history are not
/// among them.
///
/// # Errors
/// When the database fails.
pub async fn all(tx: &mut Tx) -> Result<Vec<Person>> {
    let sql = person_columns!("WHERE standing <> 'imported' ORDER BY name, id");
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(sql).fetch_all(c).await)?;
    let memberships: Vec<(Uuid, Uuid)> = on!(tx, |c| sqlx::query_as(
        "SELECT person_id, squad_id FROM squad_member"
    )
    .fetch_all(c)
    .await)?;
    let mut squads: HashMap<Uuid, Vec<SquadId>> = HashMap::new();
    for (person, squad) in memberships {
        squads.entry(person).or_default().push(squad.into());
    }
    rows.into_iter()
        .map(|row| {
            let squads = squads.remove(&row.id).unwrap_or_default();
            row.into_person(squads)
        })
        .collect()
}

/// The people who work on tickets and can sign in, by name.
///
/// # Errors
/// When the database fails.
pub async fn responders(tx: &mut Tx) -> Result<Vec<(PersonId, PersonName)>> {
    let rows: Vec<(Uuid, String, String)> = on!(tx, |c| sqlx::query_as(
        "SELECT id, name, initials FROM person
         WHERE standing = 'active' AND role IN ('responder', 'lead', 'administrator')
         ORDER BY name, id",
    )
    .fetch_all(c)
    .await)?;
    Ok(rows
        .into_iter()
        .map(|(id, name, initials)| (id.into(), PersonName { name, initials }))
        .collect())
}

/// Everybody who works on tickets and can sign in, by name, with their squads; and what they are called.
///
/// # Errors
/// When the database fails.
pub async fn members(tx: &mut Tx) -> Result<(Vec<Member>, HashMap<PersonId, PersonName>)> {
    let rows: Vec<(Uuid, String, String, String, Option<Uuid>)> = on!(tx, |c| sqlx::query_as(
        "SELECT p.id, p.name, p.initials, p.role, m.squad_id FROM person p
         LEFT JOIN squad_member m ON m.person_id = p.id
         WHERE p.standing = 'active' AND p.role IN ('responder', 'lead', 'administrator')
         ORDER BY p.name, p.id, m.squad_id",
    )
    .fetch_all(c)
    .await)?;
    let mut members: Vec<Member> = Vec::new();
    let mut names = HashMap::new();
    for (id, name, initials, role, squad) in rows {
        let person: PersonId = id.into();
        let squad = squad.map(SquadId);
        match members.last_mut() {
            Some(last) if last.person == person => last.squads.extend(squad),
            _ => {
                names.insert(person, PersonName { name, initials });
                members.push(Member {
                    person,
                    role: Role::parse(&role).ok_or_else(|| unreadable("a role", &role))?,
                    squads: squad.into_iter().collect(),
                });
            }
        }
    }
    Ok((members, names))
}

/// Names and initials of those people, in one request.
///
/// # Errors
/// When the database fails.
pub async fn names(tx: &mut Tx, ids: &[PersonId]) -> Result<HashMap<PersonId, PersonName>> {
    let mut names = HashMap::new();
    for batch in ids.chunks(500) {
        let rows: Vec<(Uuid, String, String)> = on!(tx, |c| {
            let mut query =
                sqlx::QueryBuilder::new("SELECT id, name, initials FROM person WHERE id IN ");
            push_list(&mut query, batch.iter().map(|id| id.0));
            query.build_query_as().fetch_all(c).await
        })?;
        names.extend(
            rows.into_iter()
                .map(|(id, name, initials)| (id.into(), PersonName { name, initials })),
        );
    }
    Ok(names)
}

/// How a person is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonName {
    /// Full name.
    pub name: String,
    /// Initials.
    pub initials: String,
}

/// How many people there are who can sign in.
///
/// # Errors
/// When the database fails.
pub async fn count_active(tx: &mut Tx) -> Result<i64> {
    Ok(on!(tx, |c| sqlx::query_scalar(
        "SELECT count(*) FROM person WHERE standing = 'active'"
    )
    .fetch_one(c)
    .await)?)
}

/// How many administrators there are who can sign in.
///
/// # Errors
/// When the database fails.
pub async fn count_administrators(tx: &mut Tx) -> Result<i64> {
    Ok(on!(tx, |c| sqlx::query_scalar(
        "SELECT count(*) FROM person WHERE standing = 'active' AND role = 'administrator'"
    )
    .fetch_one(c)
    .await)?)
}

/// Writes a person, new or changed, with their squads. The password is left as it is.
///
/// # Errors
/// `Conflict` when another person has the address.
pub async fn put(tx: &mut Tx, person: &Person, now: Timestamp) -> Result<()> {
    // First of all, so that those who write several people never wait for each other in a circle.
    counter::step(tx, counter::MEMBERS).await?;
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO person (id, name, email, role, standing, zone, initials, address_as,
                created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, email = excluded.email,
                role = excluded.role, standing = excluded.standing, zone = excluded.zone,
                initials = excluded.initials, address_as = excluded.address_as",
        )
        .bind(person.id.0)
        .bind(&person.name)
        .bind(&person.email)
        .bind(person.role.as_str())
        .bind(person.standing.as_str())
        .bind(&person.zone)
        .bind(&person.initials)
        .bind(&person.address_as)
        .bind(micros(now))
        .execute(&mut *c)
        .await?;
        sqlx::query("DELETE FROM squad_member WHERE person_id = $1")
            .bind(person.id.0)
            .execute(&mut *c)
            .await?;
        for squad in &person.squads {
            sqlx::query("INSERT INTO squad_member (squad_id, person_id) VALUES ($1, $2)")
                .bind(squad.0)
                .bind(person.id.0)
                .execute(&mut *c)
                .await?;
        }
        Ok::<(), sqlx::Error>(())
    })?;
    Ok(())
}

/// The hash of a person's password, if they have one.
///
/// # Errors
/// When the database fails.
pub async fn password_hash(tx: &mut Tx, id: PersonId) -> Result<Option<String>> {
    let hash: Option<Option<String>> = on!(tx, |c| sqlx::query_scalar(
        "SELECT password_hash FROM person WHERE id = $1"
    )
    .bind(id.0)
    .fetch_optional(c)
    .await)?;
    Ok(hash.flatten())
}

/// Writes the hash of a person's password.
///
/// # Errors
/// When the database fails.
pub async fn put_password_hash(tx: &mut Tx, id: PersonId, hash: &str) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE person SET password_hash = $2 WHERE id = $1"
    )
    .bind(id.0)
    .bind(hash)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

async fn squads_of(tx: &mut Tx, id: PersonId) -> Result<Vec<SquadId>> {
    let ids: Vec<Uuid> = on!(tx, |c| sqlx::query_scalar(
        "SELECT squad_id FROM squad_member WHERE person_id = $1 ORDER BY squad_id"
    )
    .bind(id.0)
    .fetch_all(c)
    .await)?;
    Ok(ids.into_iter().map(SquadId).collect())
}
