//! The command with words: my tickets, one ticket, finding by words. All of it in private.

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;

use eider_app::{Error, page, search, ticket};
use eider_domain::{TicketNumber, access::Actor, known_issue::KnownIssue};
use eider_store::ticket::{Filter, Order, Page};
use serde_json::Value;

use crate::{
    CallError, Slack, kit,
    lines::{Line, list},
    mirror,
    request::Asked,
};

/// How many tickets a list shows; two lists with their headings stay within 50 blocks.
const LIST_LIMIT: usize = 15;
/// How many tickets are found.
const FOUND_LIMIT: usize = 10;
/// How much of a known issue is shown.
const TITLE_LIMIT: usize = 200;
const ADVICE_LIMIT: usize = 600;
/// How much of what was looked for is said again.
const WORDS_LIMIT: usize = 150;

/// What a list says in which nothing stands.
const NOTHING_ASKED: &str = "No question of yours is open.";
const NOTHING_OWNED: &str = "No open ticket is yours.";

/// What a command asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Wanted {
    /// The form, with what follows as its title.
    Form,
    Help,
    Mine,
    Ticket(TicketNumber),
    Find(String),
}

impl Wanted {
    fn of(text: &str) -> Self {
        let text = text.trim();
        let (verb, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let rest = rest.trim();
        match verb.to_lowercase().as_str() {
            "help" | "?" if rest.is_empty() => Self::Help,
            "mine" | "my" if rest.is_empty() => Self::Mine,
            "find" | "search" if !rest.is_empty() => Self::Find(rest.to_owned()),
            _ => match text.parse() {
                Ok(number) => Self::Ticket(number),
                Err(_) => Self::Form,
            },
        }
    }
}

impl Slack {
    /// Answers a command.
    pub(crate) async fn answer_command(&self, asked: &Asked) -> Result<(), CallError> {
        let text = asked.body["text"].as_str().unwrap_or_default();
        let wanted = Wanted::of(text);
        match &wanted {
            Wanted::Form => return self.open_form(asked).await,
            Wanted::Help => {
                let command = asked.body["command"].as_str().unwrap_or("/support");
                let text = help(command);
                return self
                    .tell_privately(asked, &text, vec![kit::section(&text)])
                    .await;
            }
            _ => {}
        }
        let Some(actor) = self.actor(asked).await? else {
            return Ok(());
        };
        let answer = match wanted {
            Wanted::Mine => self.mine(&actor).await,
            Wanted::Ticket(number) => self.one_ticket(&actor, number).await,
            Wanted::Find(words) => self.found(&actor, &words).await,
            Wanted::Form | Wanted::Help => return Ok(()),
        };
        match answer {
            Ok((text, blocks)) => self.tell_privately(asked, &text, blocks).await,
            Err(error) => self.told_why_not(asked, Err(error)).await,
        }
    }

    async fn mine(&self, actor: &Actor) -> Result<(String, Vec<Value>), Error> {
        let now = self.eider().now();
        let filters = [
            (
                "You asked",
                NOTHING_ASKED,
                Filter {
                    reporter: Some(actor.person),
                    only_open: true,
                    ..Filter::default()
                },
            ),
            (
                "You have",
                NOTHING_OWNED,
                Filter {
                    owner: Some(actor.person),
                    only_open: true,
                    ..Filter::default()
                },
            ),
        ];
        let mut parts = Vec::new();
        for (heading, nothing, filter) in filters {
            let page = Page {
                limit: i64::try_from(LIST_LIMIT).unwrap_or(i64::MAX) + 1,
                ..Default::default()
            };
            let listed = ticket::list(self.eider(), actor, &filter, Order::Urgency, page).await?;
            let lines: Vec<Line> = listed
                .tickets
                .iter()
                .take(LIST_LIMIT)
                .map(|ticket| self.line(ticket, &listed.names, now))
                .collect();
            let has_more = listed.tickets.len() > LIST_LIMIT;
            parts.push((heading, nothing, lines, has_more));
        }
        Ok(mine_blocks(&parts))
    }

    async fn one_ticket(
        &self,
        actor: &Actor,
        number: TicketNumber,
    ) -> Result<(String, Vec<Value>), Error> {
        let card = ticket::card(self.eider(), actor, number).await?;
        let desk = self.eider().desk().await?;
        let calling = page::of_ticket(self.eider(), actor, number).await?;
        let page = self.page(&format!("/tickets/{number}"));
        let name = |person| {
            let name = card.names.get(&person);
            let name = name.map_or("somebody", |name| name.name.as_str());
            format!("*{}*", kit::escape(name))
        };
        Ok(mirror::drawn(
            &card.ticket,
            &desk,
            &name,
            page,
            calling.as_ref(),
            self.eider().now(),
        ))
    }

    async fn found(&self, actor: &Actor, words: &str) -> Result<(String, Vec<Value>), Error> {
        let found = search::search(self.eider(), actor, words, FOUND_LIMIT).await?;
        let first = found.by_number.iter();
        let lines: Vec<Line> = first
            .chain(&found.tickets)
            .take(FOUND_LIMIT)
            .map(|ticket| self.line_of_found(ticket))
            .collect();
        let page = self.page("/known-issues");
        let (text, mut blocks) = found_blocks(words, &lines, found.only_some_words);
        blocks.extend(known_blocks(&found.known_issues, &page));
        Ok((text, blocks))
    }
}

/// Known issues with what to do meanwhile.
fn known_blocks(issues: &[KnownIssue], page: &str) -> Vec<Value> {
    if issues.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![
        kit::divider(),
        kit::section(&format!("*<{page}|Known issues>*")),
    ];
    blocks.extend(issues.iter().map(|issue| {
        let title = kit::escape(&kit::cut(&issue.title, TITLE_LIMIT));
        let advice = kit::escape(&kit::cut(&issue.advice, ADVICE_LIMIT));
        kit::section(&format!(":bulb: *{title}*\n{advice}"))
    }));
    blocks
}

/// A heading, what it says when there is nothing, the tickets, and whether there are more.
type Part = (&'static str, &'static str, Vec<Line>, bool);

fn mine_blocks(parts: &[Part]) -> (String, Vec<Value>) {
    let count: usize = parts.iter().map(|(_, _, lines, _)| lines.len()).sum();
    let text = match count {
        0 => "No open ticket is yours.".to_owned(),
        1 => "One open ticket is yours.".to_owned(),
        count => format!("{count} open tickets are yours."),
    };
    let blocks = parts
        .iter()
        .flat_map(|(heading, nothing, lines, has_more)| list(heading, lines, nothing, *has_more));
    (text, blocks.collect())
}

fn found_blocks(words: &str, lines: &[Line], only_some_words: bool) -> (String, Vec<Value>) {
    let said = kit::escape(&kit::cut(words, WORDS_LIMIT));
    let text = match lines.len() {
        0 => format!("Nothing was found for “{said}”."),
        1 => format!("One ticket for “{said}”."),
        count => format!("{count} tickets for “{said}”."),
    };
    let nothing = "Other words may find it: what somebody sees rather than what causes it.";
    let mut blocks = list(&text, lines, nothing, false);
    if only_some_words && !lines.is_empty() {
        let some = "No ticket contains all of these words; these contain some.";
        blocks.push(kit::context(&[some.to_owned()]));
    }
    (text, blocks)
}

fn help(command: &str) -> String {
    let command = kit::escape(&kit::cut(command, 40));
    format!(
        "*How to ask, and how to find*\n\
         `{command}` opens the form; `{command} The till is frozen` opens it with that title\n\
         `{command} mine` shows the open tickets that you asked or have\n\
         `{command} T-1042` shows that ticket\n\
         `{command} find card payments` finds tickets by words\n\
         Only you see the answers. To make a ticket of a message, press the three dots beside it."
    )
}
