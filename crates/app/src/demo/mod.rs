//! A believable sample company: people, features and half a year of tickets, made by a seed.
//!
//! Every ticket goes through the same rules as a real one: the story asks commands of it at past
//! instants, and what the domain refuses would fail here too. The same seed makes the same company,
//! relative to the start of today; about twenty tickets are placed relative to the present instant,
//! so that some are always nearly late.

mod calls;
mod company;
mod dice;
mod holidays;
mod monitors;
mod plan;
mod rotas;
mod story;
mod words;

use eider_domain::{
    PersonId, TicketNumber,
    fact::{Fact, Happened},
    ticket::Ticket,
};
use eider_store::{Tx, attachment, counter, fact, feature, known_issue, message, setting, washup};
use jiff::Timestamp;

use crate::{
    Eider, Result,
    desk::{SETTINGS, Settings},
    search::reindex,
    ticket::queue,
};

use calls::Calls;
use company::{Company, ZONE};
use dice::Dice;
use monitors::Monitors;
use rotas::Rotas;
use story::Told;
use words::Words;

/// What was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The administrator who has a place in the story.
    pub administrator: PersonId,
    /// How many tickets there are.
    pub tickets: usize,
    /// How many facts there are.
    pub facts: usize,
}

/// Fills an empty Eider with the sample company of that seed.
///
/// # Errors
/// When the database fails, or holds people already.
pub async fn fill(eider: &Eider, seed: u64) -> Result<Sample> {
    let now = eider.now();
    let start_of_today = company::start_of_day(now);
    let mut dice = Dice::new(seed);
    let words = Words::load()?;
    let company = Company::found(&mut dice, start_of_today)?;
    let mut tx = eider.db().write().await?;
    // Thrown with a seed of its own, so that the stories of tickets stay as they were.
    let rotas = Rotas::plan(&mut Dice::new(seed ^ 0x0c), &company)?;
    save_company(&mut tx, &company, &rotas).await?;
    let desk = eider.desk_in(&mut tx).await?;

    let plans = plan::make(&mut dice, &company, &words, &desk.levels, now);
    let count = i64::try_from(plans.len()).unwrap_or_default();
    let first = eider_store::ticket::next_number(&mut tx, count).await?;
    let mut told: Vec<Told> = Vec::with_capacity(plans.len());
    for (index, plan) in plans.iter().enumerate() {
        let number = TicketNumber(first.0 + i64::try_from(index).unwrap_or_default());
        let original = plan.duplicate_of.and_then(|index| told.get(index));
        let original = original.map(|told| told.ticket.number);
        let story = story::tell(
            &mut Dice::new(plan.seed),
            &company,
            &words,
            &desk.levels,
            plan,
            number,
            original,
        )?;
        told.push(story);
    }
    story::absorb_duplicates(&mut told, &plans, &desk.levels);
    for told in &mut told {
        told.facts
            .extend(told.ticket.service_level_facts(&desk.levels, now));
        for happened in told.facts.iter().skip(told.applied) {
            told.ticket.apply(happened, &desk.levels);
        }
    }
    // Thrown with seeds of their own, as the rotas are.
    let mut throws = Dice::new(seed ^ 0xca11);
    let calls = Calls::tell(&mut throws, &company, &rotas, &mut told, now);
    let monitors = Monitors::watch(&mut Dice::new(seed ^ 0xa1e7), &company, now)?;
    calls.save_policy(&mut tx).await?;
    monitors.save(&mut tx, &company).await?;
    // The desk was read on the way, before it had its services.
    counter::step(&mut tx, counter::CONFIGURATION).await?;
    let sample = save_tickets(eider, &mut tx, &company, told, now).await?;
    calls.save_pages(eider, &mut tx).await?;
    tx.commit().await?;
    eider.committed();
    Ok(sample)
}

async fn save_company(tx: &mut Tx, company: &Company, rotas: &Rotas) -> Result<()> {
    for squad in &company.squads {
        eider_store::squad::put(tx, squad).await?;
    }
    for person in &company.people {
        eider_store::person::put(tx, person, company.founded_at).await?;
    }
    eider_store::priority::put_calendar(tx, &company.calendar).await?;
    for priority in &company.priorities {
        eider_store::priority::put(tx, priority).await?;
    }
    for weighted in &company.features {
        feature::put(tx, &weighted.feature).await?;
    }
    for known in &company.known_issues {
        known_issue::put(tx, known, company.founded_at).await?;
    }
    for rota in &rotas.rotas {
        eider_store::rota::put(tx, rota).await?;
    }
    for (person, number) in &rotas.numbers {
        eider_store::rota::put_number(tx, *person, Some(number)).await?;
    }
    let settings = Settings {
        company: company.name.clone(),
        zone: ZONE.into(),
        ..Settings::default()
    };
    setting::put(tx, SETTINGS, &settings).await?;
    counter::step(tx, counter::CONFIGURATION).await?;
    Ok(())
}

async fn save_tickets(
    eider: &Eider,
    tx: &mut Tx,
    company: &Company,
    told: Vec<Told>,
    now: Timestamp,
) -> Result<Sample> {
    let desk = eider.desk_in(tx).await?;
    let mut facts = founding_facts(company);
    let mut tickets: Vec<Ticket> = Vec::with_capacity(told.len());
    let mut messages = Vec::new();
    let mut files = Vec::new();
    let mut learnt = Vec::new();
    for told in told {
        learnt.push((told.ticket.id, told.wash_up, told.actions));
        facts.extend(told.facts);
        messages.extend(told.messages);
        files.extend(told.files);
        tickets.push(told.ticket);
    }
    eider_store::ticket::put(tx, &tickets, &desk.levels, now).await?;
    message::put_all(tx, &messages).await?;
    for ticket in &tickets {
        reindex(tx, ticket).await?;
        if ticket.closed_at.is_none() {
            queue(eider, tx, &desk, ticket, now).await?;
        }
    }
    for (file, content) in &files {
        attachment::put(tx, file, content).await?;
    }
    for (ticket, wash_up, actions) in learnt {
        if let Some(written) = wash_up {
            washup::put(tx, ticket, &written).await?;
        }
        for (action, done_at) in actions {
            washup::put_action(tx, ticket, &action).await?;
            if let Some(at) = done_at {
                washup::finish_action(tx, ticket, action.id, at).await?;
            }
        }
    }
    facts.sort_by_key(|happened| happened.at);
    fact::append(tx, &facts, now).await?;
    Ok(Sample {
        administrator: company.administrator,
        tickets: tickets.len(),
        facts: facts.len(),
    })
}

fn founding_facts(company: &Company) -> Vec<Happened> {
    let joined = company.people.iter().map(|person| Fact::PersonJoined {
        person: person.id,
        role: person.role,
    });
    let features = company.features.iter().map(|weighted| Fact::Configured {
        part: "feature".into(),
        name: weighted.feature.name.clone(),
    });
    joined
        .chain(features)
        .map(|fact| Happened {
            at: company.founded_at,
            actor: Some(company.administrator),
            ticket: None,
            fact,
        })
        .collect()
}

#[cfg(test)]
mod tests;
