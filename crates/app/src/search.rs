//! Finding: what resembles a question, and what contains some words.

use std::collections::{HashMap, HashSet};

use eider_domain::{
    FeatureId, TicketNumber,
    access::{Action, Actor, may},
    feature::Feature,
    known_issue::KnownIssue,
    search::{Document, Ranking, SharedWord, Term, distinct, is_offered, words},
    ticket::{Status, Ticket},
};
use eider_store::{
    Tx, message,
    search::{self, Held, Span, Wanted},
};

use crate::{Eider, Result, desk::Desk};

/// How many words of a question are looked at.
const WORDS_A_QUESTION: usize = 48;
/// How many of them, the rarest, bring up tickets.
const WORDS_BRING_UP: usize = 24;
/// How many tickets are weighed.
const CANDIDATES: i64 = 120;
/// A word of a question's title tells more than one of its description.
const TITLE_EMPHASIS: f64 = 2.0;
/// How much of a ticket's text is weighed, in characters.
const WEIGHED_CHARACTERS: usize = 4_000;
/// A ticket about the same feature is that much likelier to be the one.
const SAME_FEATURE: f64 = 1.2;
/// A ticket that is over is that much less likely to be the one.
const OVER: f64 = 0.95;
/// How much of a thread is searched.
const SEARCHED_MESSAGES: i64 = 50;
/// How many known issues and features are offered.
const OFFERED_LIMIT: usize = 3;

/// What somebody is about to ask, or has asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SimilarQuery {
    /// The title as far as it is written.
    pub title: String,
    /// What happened, as far as it is written.
    pub what: String,
    /// The feature, once it is chosen.
    pub feature: Option<FeatureId>,
    /// The ticket itself, once it is there, so that it does not resemble itself.
    pub except: Option<TicketNumber>,
}

/// What resembles a question.
#[derive(Clone, Debug, Default)]
pub struct Similar {
    /// Known issues that may be it, the likeliest first.
    pub known_issues: Vec<KnownIssue>,
    /// Tickets, the likeliest first; how each stands, and how it was resolved, is in its status.
    pub tickets: Vec<Ticket>,
}

/// What was found for some words.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The ticket whose number was written.
    pub by_number: Option<Ticket>,
    /// Tickets that contain the words, the best first.
    pub tickets: Vec<Ticket>,
    /// The tickets contain only some of the words, because none contains all.
    pub only_some_words: bool,
    /// Known issues, the best first.
    pub known_issues: Vec<KnownIssue>,
    /// Features whose name or description contains one of the words.
    pub features: Vec<Feature>,
}

/// Tickets and known issues that resemble what somebody writes; at most `limit` tickets.
///
/// # Errors
/// `Forbidden` when the person may not read.
pub async fn similar(
    eider: &Eider,
    actor: &Actor,
    query: &SimilarQuery,
    limit: usize,
) -> Result<Similar> {
    may(actor, Action::Read)?;
    let mut tx = eider.db().read().await?;
    let desk = eider.desk_in(&mut tx).await?;
    let question = ask(&mut tx, &query.title, &query.what).await?;
    let mut brought = bring_up(&mut tx, &question).await?;
    brought.retain(|(number, _)| Some(*number) != query.except);
    let weighed = weigh(&mut tx, &question, brought, query.feature).await?;
    let tickets = unmerged(&mut tx, weighed, query.except, limit).await?;
    Ok(Similar {
        known_issues: known_issues(&desk, &question, query.feature, |issue, shared| {
            let seen: HashSet<String> = words(&issue.title).collect();
            let shared: Vec<SharedWord> = shared
                .iter()
                .map(|wanted| SharedWord {
                    tickets: wanted.held.tickets,
                    in_title: seen.contains(&wanted.held.word),
                })
                .collect();
            let is_same_feature = query.feature.is_some() && issue.feature == query.feature;
            is_offered(&shared, question.span.tickets(), is_same_feature)
        }),
        tickets,
    })
}

/// Tickets that resemble this ticket, and known issues; at most `limit` tickets.
///
/// # Errors
/// `Forbidden` when the person may not read.
pub async fn similar_to(
    eider: &Eider,
    actor: &Actor,
    ticket: &Ticket,
    limit: usize,
) -> Result<Similar> {
    let query = SimilarQuery {
        title: ticket.title.clone(),
        what: ticket.report.what.clone(),
        feature: ticket.feature,
        except: Some(ticket.number),
    };
    similar(eider, actor, &query, limit).await
}

/// What contains these words: all of them, or when no ticket does, some. A number finds its
/// ticket. At most `limit` tickets.
///
/// # Errors
/// `Forbidden` when the person may not read.
pub async fn search(eider: &Eider, actor: &Actor, text: &str, limit: usize) -> Result<Found> {
    may(actor, Action::Read)?;
    let mut tx = eider.db().read().await?;
    let desk = eider.desk_in(&mut tx).await?;
    let by_number = match text.parse() {
        Ok(number) => eider_store::ticket::by_number(&mut tx, number).await?,
        Err(_) => None,
    };
    let question = ask(&mut tx, text, "").await?;
    let held: Vec<Held> = question.wanted.iter().map(|w| w.held.clone()).collect();
    let containing = search::containing_all(&mut tx, &held, question.span, CANDIDATES).await?;
    let only_some_words = containing.is_empty();
    let brought = if only_some_words {
        bring_up(&mut tx, &question).await?
    } else {
        let weight = question.wanted.iter().map(|wanted| wanted.weight).sum();
        containing
            .into_iter()
            .map(|number| (number, weight))
            .collect()
    };
    let mut tickets = weigh(&mut tx, &question, brought, None).await?;
    tickets.truncate(limit);
    Ok(Found {
        by_number,
        only_some_words: only_some_words && !tickets.is_empty(),
        tickets,
        known_issues: known_issues(&desk, &question, None, |_, shared| {
            // Just one word of many is no answer.
            shared.len() >= question.wanted.len().min(2)
        }),
        features: features(&desk, &question),
    })
}

/// Makes a ticket findable by what is true of it now. Call it after the ticket was saved.
pub(crate) async fn reindex(tx: &mut Tx, ticket: &Ticket) -> Result<()> {
    let mut body = body(ticket);
    let messages = match ticket.tally.replies {
        0 => Vec::new(),
        _ => message::newest_texts(tx, ticket.id, SEARCHED_MESSAGES).await?,
    };
    for text in messages {
        body.push('\n');
        body.push_str(&text);
    }
    Ok(search::put(tx, ticket.number, &ticket.title, &body).await?)
}

/// A question, with how much each of its words tells.
struct Question {
    span: Span,
    wanted: Vec<Wanted>,
    ranking: Ranking,
}

async fn ask(tx: &mut Tx, title: &str, text: &str) -> Result<Question> {
    let in_title = distinct(title, WORDS_A_QUESTION);
    let words = distinct(&format!("{title}\n{text}"), WORDS_A_QUESTION);
    let span = search::span(tx).await?;
    let counted = search::held(tx, &words, span).await?;
    let mut wanted: Vec<Wanted> = counted
        .into_iter()
        .map(|held| {
            let is_in_title = in_title.contains(&held.word);
            let emphasis = if is_in_title { TITLE_EMPHASIS } else { 1.0 };
            let term = Term::new(held.word.clone(), emphasis, held.tickets, span.tickets());
            let weight = term.weight;
            Wanted { held, weight }
        })
        .collect();
    wanted.sort_by(|a, b| a.held.tickets.total_cmp(&b.held.tickets));
    let terms = wanted.iter().map(|wanted| Term {
        word: wanted.held.word.clone(),
        weight: wanted.weight,
    });
    Ok(Question {
        span,
        ranking: Ranking::new(terms.collect()),
        wanted,
    })
}

/// The tickets that contain the rarest of the words.
async fn bring_up(tx: &mut Tx, question: &Question) -> Result<Vec<(TicketNumber, f64)>> {
    let rarest = &question.wanted[..question.wanted.len().min(WORDS_BRING_UP)];
    Ok(search::candidates(tx, rarest, question.span, CANDIDATES).await?)
}

/// The tickets, the best first. Those that share hardly a word with the question are left out.
async fn weigh(
    tx: &mut Tx,
    question: &Question,
    brought: Vec<(TicketNumber, f64)>,
    feature: Option<FeatureId>,
) -> Result<Vec<Ticket>> {
    let numbers: Vec<TicketNumber> = brought.iter().map(|(number, _)| *number).collect();
    let weights: HashMap<TicketNumber, f64> = brought.into_iter().collect();
    let tickets = eider_store::ticket::by_numbers(tx, &numbers).await?;
    let mut scored: Vec<(f64, Ticket)> = tickets
        .into_iter()
        .map(|ticket| {
            let body = body(&ticket);
            let document = Document {
                title: &ticket.title,
                body: beginning(&body),
                known_weight: weights.get(&ticket.number).copied().unwrap_or_default(),
            };
            let score = question.ranking.score(&document);
            (score * likelihood(&ticket, feature), ticket)
        })
        .collect();
    scored.sort_by(|(a, ticket), (b, other)| b.total_cmp(a).then(other.number.cmp(&ticket.number)));
    Ok(scored.into_iter().map(|(_, ticket)| ticket).collect())
}

fn likelihood(ticket: &Ticket, feature: Option<FeatureId>) -> f64 {
    let same_feature = if feature.is_some() && ticket.feature == feature {
        SAME_FEATURE
    } else {
        1.0
    };
    let over = if ticket.status.kind().is_open() {
        1.0
    } else {
        OVER
    };
    same_feature * over
}

/// Of a merged ticket, the one that goes on stands in its place.
async fn unmerged(
    tx: &mut Tx,
    tickets: Vec<Ticket>,
    except: Option<TicketNumber>,
    limit: usize,
) -> Result<Vec<Ticket>> {
    let mut kept: Vec<Ticket> = Vec::with_capacity(limit);
    for ticket in tickets {
        if kept.len() == limit {
            break;
        }
        let ticket = match ticket.status {
            Status::Merged { into } => eider_store::ticket::by_number(tx, into).await?,
            _ => Some(ticket),
        };
        let fresh = ticket.filter(|ticket| {
            Some(ticket.number) != except && kept.iter().all(|k| k.number != ticket.number)
        });
        kept.extend(fresh);
    }
    Ok(kept)
}

/// The words of the question that stand in a short text.
fn shared<'a>(question: &'a Question, text: &str) -> Vec<&'a Wanted> {
    let words: HashSet<String> = words(text).collect();
    let wanted = question.wanted.iter();
    wanted
        .filter(|wanted| words.contains(&wanted.held.word))
        .collect()
}

fn weight(shared: &[&Wanted]) -> f64 {
    shared.iter().map(|wanted| wanted.weight).sum()
}

/// Known issues that share a word and suit, the likeliest first.
fn known_issues(
    desk: &Desk,
    question: &Question,
    feature: Option<FeatureId>,
    suits: impl Fn(&KnownIssue, &[&Wanted]) -> bool,
) -> Vec<KnownIssue> {
    let current = desk.known_issues.iter().filter(|issue| !issue.over);
    let mut found: Vec<(f64, &KnownIssue)> = current
        .filter_map(|issue| {
            let text = format!("{}\n{}\n{}", issue.title, issue.description, issue.advice);
            let shared = shared(question, &text);
            if shared.is_empty() || !suits(issue, &shared) {
                return None;
            }
            let score = weight(&shared);
            let fits = feature.is_some() && issue.feature == feature;
            Some((if fits { score * SAME_FEATURE } else { score }, issue))
        })
        .collect();
    found.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let best = found.into_iter().take(OFFERED_LIMIT);
    best.map(|(_, issue)| issue.clone()).collect()
}

fn features(desk: &Desk, question: &Question) -> Vec<Feature> {
    let mut found: Vec<(f64, &Feature)> = desk
        .features
        .iter()
        .filter(|feature| !feature.retired)
        .filter_map(|feature| {
            let text = format!("{}\n{}", feature.name, feature.description);
            let shared = shared(question, &text);
            (!shared.is_empty()).then(|| (weight(&shared), feature))
        })
        .collect();
    found.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let best = found.into_iter().take(OFFERED_LIMIT);
    best.map(|(_, feature)| feature.clone()).collect()
}

/// The words by which a ticket is found, besides its title and its thread.
pub(crate) fn body(ticket: &Ticket) -> String {
    let report = &ticket.report;
    let resolution = ticket.status.resolution();
    let texts = [
        Some(report.what.as_str()),
        report.expected.as_deref(),
        report.steps.as_deref(),
        resolution.map(|resolution| resolution.cause.as_str()),
    ];
    texts.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

fn beginning(text: &str) -> &str {
    let end = text.char_indices().nth(WEIGHED_CHARACTERS);
    end.map_or(text, |(end, _)| &text[..end])
}
