//! What a figure tells: its numbers, what they say, and the drawing that shows it.

use eider_app::{
    desk::Desk,
    figures::{self, Answer, Preset, Words},
};
use eider_domain::{
    access::Actor,
    figures::{Dimension, Figure, Period, Question, Until, Value},
};
use jiff::{Timestamp, ToSpan, tz::TimeZone};

use super::{changes, cost, dearest, effort, numbers, open_time, ownership, service_level};
use crate::{
    Result, Visitor, Web,
    chart::{Drawing, Frame},
};

/// A figure, told.
#[derive(Clone, Debug)]
pub(super) struct Story {
    /// What was asked, with the period that was taken when none was.
    pub(super) words: Words,
    /// The numbers.
    pub(super) answer: Answer,
    /// The same period before this one, if there is one.
    pub(super) before: Option<Period>,
    /// The finding, in a sentence without its full stop.
    pub(super) finding: String,
    /// What is drawn, and over what.
    pub(super) subtitle: String,
    /// The drawing.
    pub(super) drawing: Drawing,
}

/// What the teller of one figure has to say.
pub(super) struct Said {
    pub(super) finding: String,
    /// What is drawn, such as "Median open time by month".
    pub(super) shown: String,
    pub(super) drawing: Drawing,
}

/// What every teller knows.
pub(super) struct Telling<'a> {
    /// What was asked; its answer is the table behind the chart.
    pub(super) question: &'a Question,
    /// The same about the period before; about no ticket at all where there is none.
    pub(super) before: Period,
    /// The company's currency.
    pub(super) currency: [u8; 3],
}

impl Telling<'_> {
    /// The question, told apart by other groups.
    pub(super) fn by(&self, groups: &[Dimension]) -> Question {
        Question {
            groups: groups.to_vec(),
            ..self.question.clone()
        }
    }

    /// The same about the period before.
    pub(super) fn before_by(&self, groups: &[Dimension]) -> Question {
        Question {
            period: self.before,
            ..self.by(groups)
        }
    }
}

impl Story {
    /// Counts and tells `figure` as `words` ask for it.
    pub(super) async fn tell(
        web: &Web,
        visitor: &Visitor,
        figure: Figure,
        mut words: Words,
    ) -> Result<Self> {
        let is_given =
            |word: &Option<String>| word.as_deref().is_some_and(|word| !word.trim().is_empty());
        if is_given(&words.from) || is_given(&words.to) {
            // Days are more exact than the name of a period that a form sent with them.
            words.period = None;
            return Self::tell_exactly(web, visitor, figure, words).await;
        }
        if is_given(&words.period) {
            return Self::tell_exactly(web, visitor, figure, words).await;
        }
        // The last year says most; where it says nothing, everything is better than an empty page.
        words.period = Some(Preset::LastTwelveMonths.name().to_owned());
        let story = Self::tell_exactly(web, visitor, figure, words.clone()).await?;
        if story.has_tickets() {
            return Ok(story);
        }
        words.period = Some(Preset::All.name().to_owned());
        Self::tell_exactly(web, visitor, figure, words).await
    }

    async fn tell_exactly(
        web: &Web,
        visitor: &Visitor,
        figure: Figure,
        words: Words,
    ) -> Result<Self> {
        let (actor, desk) = (visitor.actor(), &visitor.desk);
        let question = words.question(figure, desk, visitor.now)?;
        let zone = figures::zone(desk);
        let before = question.period.before(&zone, visitor.now);
        let telling = Telling {
            question: &question,
            before: before.unwrap_or(Period {
                from: Some(visitor.now),
                to: Some(visitor.now),
            }),
            currency: numbers::currency(desk),
        };
        let (answer, said) = said(web, actor, &telling).await?;
        let subtitle = format!("{}, {}", said.shown, over(&question, desk, &zone));
        Ok(Self {
            words,
            answer,
            before,
            finding: said.finding,
            subtitle,
            drawing: said.drawing,
        })
    }

    /// The figure.
    pub(super) fn figure(&self) -> Figure {
        self.answer.figure()
    }

    /// Whether there is anything to tell.
    pub(super) fn has_tickets(&self) -> bool {
        has_tickets(&self.answer)
    }

    /// What stands around the drawing in a picture.
    pub(super) fn frame(&self) -> Frame {
        Frame {
            title: self.finding.clone(),
            subtitle: self.subtitle.clone(),
            definition: self.figure().about().definition.to_owned(),
        }
    }
}

async fn said(web: &Web, actor: &Actor, telling: &Telling<'_>) -> Result<(Answer, Said)> {
    let figure = telling.question.figure;
    let questions = match figure {
        Figure::OpenTime => open_time::questions(telling),
        Figure::ServiceLevel => service_level::questions(telling),
        Figure::Changes => changes::questions(telling),
        Figure::Cost => cost::questions(telling),
        Figure::Dearest => dearest::questions(telling),
        Figure::Effort => effort::questions(telling),
        Figure::Ownership => ownership::questions(telling),
    };
    let all = std::iter::once(telling.question.clone()).chain(questions);
    let mut answers = figures::ask(&web.eider, actor, all.collect()).await?;
    let others = answers.split_off(1);
    let said = match figure {
        Figure::OpenTime => open_time::said(telling, &others),
        Figure::ServiceLevel => service_level::said(telling, &others),
        Figure::Changes => changes::said(telling, &others),
        Figure::Cost => cost::said(telling, &others),
        Figure::Dearest => dearest::said(telling, &others),
        Figure::Effort => effort::said(telling, &others),
        Figure::Ownership => ownership::said(telling, &others),
    };
    let answer = answers.into_iter().next();
    let answer = answer.ok_or_else(|| crate::Error::BadRequest("Nothing was asked.".into()))?;
    Ok((answer, said))
}

/// Whether an answer counted any ticket at all.
pub(super) fn has_tickets(answer: &Answer) -> bool {
    let mut values = answer.rows.iter().flat_map(|row| &row.values);
    values.any(|value| matches!(value, Value::Whole(1..) | Value::Ticket(_)))
}

/// Over which tickets a figure is told, such as "1 Jan 2025 to 31 Mar 2025, only P1".
fn over(question: &Question, desk: &Desk, zone: &TimeZone) -> String {
    let mut words = vec![period_words(&question.period, zone)];
    words.extend(question.priority.map(|rank| format!("only {rank}")));
    let squad = question.squad.and_then(|id| desk.squad(id));
    words.extend(squad.map(|squad| format!("only with {}", squad.name)));
    let feature = question.feature.and_then(|id| desk.feature(id));
    words.extend(feature.map(|feature| format!("only about {}", feature.name)));
    if question.figure == Figure::OpenTime && question.until == Until::Resolved {
        words.push("until resolved".to_owned());
    }
    words.join(", ")
}

fn period_words(period: &Period, zone: &TimeZone) -> String {
    let day = |at: Timestamp| {
        let at = at.to_zoned(zone.clone());
        at.strftime("%-d %b %Y").to_string()
    };
    // The end is outside, so the last day is the one before it.
    let last = |to: Timestamp| day(to.saturating_sub(1.second()).unwrap_or(to));
    match (period.from, period.to) {
        (None, None) => "all tickets so far".to_owned(),
        (Some(from), None) => format!("since {}", day(from)),
        (None, Some(to)) => format!("until {}", last(to)),
        (Some(from), Some(to)) => format!("{} to {}", day(from), last(to)),
    }
}
