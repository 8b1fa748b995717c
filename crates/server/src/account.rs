//! Administrators and tokens, made on the database directly, for automation.

use std::io::BufRead as _;

use eider_app::account::{self, NewPerson};
use eider_domain::{
    access::Scope,
    person::{Role, parse_email},
};
use eider_store::person;

use crate::{command_line::NewToken, configuration::Configuration, desk, failure::Failure};

/// Makes an administrator whose password stands on the first line of standard input.
///
/// # Errors
/// When somebody has the address already, or the password is not good enough.
pub async fn create_administrator(
    configuration: &Configuration,
    email: &str,
    name: Option<&str>,
) -> Result<(), Failure> {
    let password = read_password()?;
    let eider = desk::eider(desk::open(&configuration.database).await?, None)?;
    eider.prepare().await?;
    let local = email.split('@').next().unwrap_or(email);
    let new = NewPerson {
        name: name.unwrap_or(local).to_owned(),
        email: email.to_owned(),
        role: Role::Administrator,
        squads: Vec::new(),
        zone: None,
        password: Some(password),
    };
    let person = account::create_person(&eider, new).await?;
    eider.db().close().await;
    println!(
        "{} is an administrator now.",
        person.email.unwrap_or(person.name)
    );
    Ok(())
}

/// Makes a token and prints it.
///
/// # Errors
/// When nobody has the address, or a scope is not one.
pub async fn create_token(configuration: &Configuration, new: &NewToken) -> Result<(), Failure> {
    let scopes = parse_scopes(&new.scopes)?;
    let email = parse_email(&new.owner).map_err(|error| Failure::told(error.to_string()))?;
    let eider = desk::eider(desk::open(&configuration.database).await?, None)?;
    let mut tx = eider.db().read().await?;
    let owner = person::by_email(&mut tx, &email).await?;
    drop(tx);
    let owner = owner.ok_or_else(|| {
        Failure::told(format!(
            "Nobody here has the address {email}. Check how it is written, or invite them first."
        ))
    })?;
    let token = account::NewToken {
        name: new.name.clone(),
        scopes,
        expires_in_days: new.expires_days.map(i64::from),
    };
    let (_, secret) = account::create_token_for(&eider, owner.id, token).await?;
    eider.db().close().await;
    println!("{secret}");
    Ok(())
}

fn read_password() -> Result<String, Failure> {
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| Failure::told(format!("Standard input cannot be read: {error}.")))?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        return Err(Failure::told(
            "No password came. Write it on standard input, as in: eider admin create --email \
             ada@example.com < password-file",
        ));
    }
    Ok(password.to_owned())
}

fn parse_scopes(text: &str) -> Result<Vec<Scope>, Failure> {
    text.split(',')
        .map(|word| {
            Scope::parse(word.trim()).ok_or_else(|| {
                Failure::told(format!(
                    "“{}” is not a scope. Write read, write or manage, with commas between.",
                    word.trim()
                ))
            })
        })
        .collect()
}
