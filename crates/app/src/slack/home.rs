//! What somebody's Home in Slack shows.

use std::collections::HashMap;

use eider_domain::{
    PersonId,
    access::{Action, Actor, may},
    person::Role,
};
use eider_store::{
    person::PersonName,
    ticket::{self, Filter, Order, Page, Summary},
};

use crate::{
    Eider, Result,
    page::{self, PageView},
    rota::{OwnShift, my_duty},
    ticket::names_of,
};

/// How many tickets each part shows at most; one more tells that there are more.
pub const HOME_PART_LIMIT: usize = 10;

/// How many times on call somebody's Home shows.
pub const HOME_SHIFTS_SHOWN: usize = 3;

/// What somebody's Home shows. Each part has one more than [`HOME_PART_LIMIT`] when there are more.
#[derive(Clone, Debug, Default)]
pub struct Home {
    /// Open tickets that they asked.
    pub asked: Vec<Summary>,
    /// Open tickets that they joined.
    pub joined: Vec<Summary>,
    /// Open tickets that they have; nothing for those who only ask.
    pub owned: Option<Vec<Summary>>,
    /// Open tickets of their squads that others have or nobody has.
    pub of_squads: Vec<(String, Vec<Summary>)>,
    /// Open tickets that nobody has; nothing for those who only ask.
    pub unowned: Option<Vec<Summary>>,
    /// Their next times on call; nothing for those who only ask.
    pub shifts: Vec<OwnShift>,
    /// The open pages that call them or that they have.
    pub pages: Vec<PageView>,
    /// Names of everybody in it.
    pub names: HashMap<PersonId, PersonName>,
}

/// What that person's Home shows.
///
/// # Errors
/// `Forbidden` when the person may not read.
pub async fn home(eider: &Eider, actor: &Actor) -> Result<Home> {
    may(actor, Action::Read)?;
    let limit = i64::try_from(HOME_PART_LIMIT).unwrap_or(i64::MAX) + 1;
    let mut tx = eider.db().read().await?;
    let desk = eider.desk_in(&mut tx).await?;
    let mut home = Home {
        asked: ticket::asked_by(&mut tx, actor.person, limit).await?,
        joined: ticket::joined_by(&mut tx, actor.person, limit).await?,
        ..Home::default()
    };
    if actor.role >= Role::Responder {
        home.owned = Some(ticket::owned_by(&mut tx, actor.person, limit).await?);
        home.unowned = Some(ticket::unowned(&mut tx, limit).await?);
    }
    for squad in desk
        .squads
        .iter()
        .filter(|squad| actor.squads.contains(&squad.id))
    {
        let filter = Filter {
            squad: Some(squad.id),
            only_open: true,
            ..Filter::default()
        };
        let page = Page {
            before: None,
            after: None,
            limit: 2 * limit,
        };
        let mut tickets = ticket::list(&mut tx, &filter, Order::Urgency, page).await?;
        // What stands above as theirs does not stand there twice.
        tickets
            .retain(|ticket| ticket.owner != Some(actor.person) && ticket.reporter != actor.person);
        tickets.truncate(HOME_PART_LIMIT + 1);
        home.of_squads.push((squad.name.clone(), tickets));
    }
    let of_squads = home.of_squads.iter().flat_map(|(_, tickets)| tickets);
    let parts = [home.owned.as_ref(), home.unowned.as_ref()];
    let everything: Vec<Summary> = home
        .asked
        .iter()
        .chain(&home.joined)
        .chain(parts.into_iter().flatten().flatten())
        .chain(of_squads)
        .cloned()
        .collect();
    home.names = names_of(&mut tx, &everything).await?;
    drop(tx);
    if actor.role >= Role::Responder {
        home.shifts = my_duty(eider, actor).await?.shifts;
        home.shifts.truncate(HOME_SHIFTS_SHOWN);
        home.pages = page::in_hand_of(eider, actor.person).await?;
        home.pages.truncate(HOME_PART_LIMIT);
    }
    Ok(home)
}
