//! Figures: what the tickets of a period come to, for pages, files and programs.

mod answer;
mod preset;
mod words;

use std::{collections::HashMap, sync::Arc};

use eider_domain::{
    TicketNumber,
    access::{Action, Actor, may},
    figures::{
        Context, Dimension, Figure, Group, Key, MonthStarts, Period, Question, Reckoned, Reckoning,
        Value,
    },
};
use eider_store::Tx;
use jiff::{Timestamp, tz::TimeZone};

pub use answer::{Answer, AnswerColumn, Label, Row};
pub use preset::Preset;
pub use words::Words;

use crate::{Eider, Error, Result, desk::Desk};

/// Counts the figure of that name as `words` ask for it.
///
/// # Errors
/// `NotFound` when there is no such figure; `Invalid` names every word that cannot be used.
pub async fn one(eider: &Eider, actor: &Actor, name: &str, words: &Words) -> Result<Answer> {
    may(actor, Action::Read)?;
    let figure = Figure::parse(name).ok_or_else(|| Error::NotFound(format!("“{name}”")))?;
    let desk = eider.desk().await?;
    let question = words.question(figure, &desk, eider.now())?;
    let answers = ask(eider, actor, vec![question]).await?;
    answers
        .into_iter()
        .next()
        .ok_or_else(|| Error::NotFound(format!("“{name}”")))
}

/// Counts figures, all of them in one pass over the tickets of one moment. The answers are in the
/// order of the questions.
///
/// # Errors
/// When the database fails.
pub async fn ask(eider: &Eider, actor: &Actor, questions: Vec<Question>) -> Result<Vec<Answer>> {
    may(actor, Action::Read)?;
    let mut tx = eider.db().read().await?;
    let desk = eider.desk_in(&mut tx).await?;
    let context = Arc::new(context(&desk, eider.now()));
    let period = around(&questions);
    let mut reckonings: Vec<Reckoning> = questions
        .into_iter()
        .map(|question| begin(question, &desk, &context))
        .collect();
    eider_store::figures::each(&mut tx, &period, |record| {
        for reckoning in &mut reckonings {
            reckoning.add(record);
        }
    })
    .await?;
    // Medians of a million numbers keep a processor busy for a while; others go on meanwhile.
    let finish = move || {
        reckonings
            .into_iter()
            .map(Reckoning::finish)
            .collect::<Vec<Reckoned>>()
    };
    let mut reckoned = tokio::task::spawn_blocking(finish)
        .await
        .map_err(|_| Error::Conflict("The figure could not be counted.".into()))?;
    name_tickets(&mut tx, &mut reckoned).await?;
    let answers = reckoned
        .into_iter()
        .map(|reckoned| Answer::new(reckoned, &desk, context.months.zone()));
    Ok(answers.collect())
}

/// The zone in which the company's days begin.
pub fn zone(desk: &Desk) -> TimeZone {
    TimeZone::get(&desk.settings.zone).unwrap_or(TimeZone::UTC)
}

fn context(desk: &Desk, now: Timestamp) -> Context {
    Context {
        now,
        months: MonthStarts::new(zone(desk)),
        rate_cents_per_hour: desk
            .squads
            .iter()
            .map(|squad| (squad.id, squad.rate_cents_per_hour))
            .collect(),
    }
}

/// A period that holds the periods of all questions.
fn around(questions: &[Question]) -> Period {
    let from = questions.iter().map(|question| question.period.from);
    let to = questions.iter().map(|question| question.period.to);
    Period {
        // No beginning is before every other one, but no end is after every other one.
        from: from.min().flatten(),
        to: to
            .collect::<Option<Vec<Timestamp>>>()
            .and_then(|ends| ends.into_iter().max()),
    }
}

fn begin(question: Question, desk: &Desk, context: &Arc<Context>) -> Reckoning {
    let expected: Vec<Key> = match (question.groups.as_slice(), question.priority) {
        ([], _) => vec![Key::default()],
        ([Dimension::Priority], only) => desk
            .offered_priorities()
            .map(|priority| priority.rank)
            .filter(|rank| only.is_none_or(|only| only == *rank))
            .map(|rank| Key {
                first: Some(Group::Priority(rank)),
                second: None,
            })
            .collect(),
        _ => Vec::new(),
    };
    let mut reckoning = Reckoning::new(question, Arc::clone(context));
    for key in expected {
        reckoning.expect(key);
    }
    reckoning
}

/// Writes titles beside the tickets that figures name.
async fn name_tickets(tx: &mut Tx, reckoned: &mut [Reckoned]) -> Result<()> {
    let values = reckoned
        .iter()
        .flat_map(|reckoned| &reckoned.lines)
        .flat_map(|line| &line.values);
    let mut numbers: Vec<TicketNumber> = values
        .filter_map(|value| match value {
            Value::Ticket(number) => Some(*number),
            _ => None,
        })
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    let titles: HashMap<TicketNumber, String> = eider_store::figures::titles(tx, &numbers).await?;
    for line in reckoned.iter_mut().flat_map(|reckoned| &mut reckoned.lines) {
        if let [Value::Ticket(number), title, ..] = line.values.as_mut_slice()
            && let Some(known) = titles.get(number)
        {
            *title = Value::Words(known.clone());
        }
    }
    Ok(())
}
