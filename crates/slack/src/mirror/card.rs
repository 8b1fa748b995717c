//! The card: the first message of a thread, which always shows how its ticket stands.

use std::fmt::Write as _;

use eider_app::{desk::Desk, page::PageView};
use eider_domain::{
    PersonId,
    page::State,
    priority::Priority,
    ticket::{Hat, Status, StatusKind, Ticket},
};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    ask::length,
    kit::{self, Style},
    page,
};

/// How much of what happened stands on the card, in characters.
const WHAT_LIMIT: usize = 600;
/// More than this is for the page of the ticket.
const LINKS_LIMIT: usize = 3;

/// Everything that a card is drawn from.
pub(super) struct Shown<'a> {
    pub(super) ticket: &'a Ticket,
    pub(super) desk: &'a Desk,
    /// How somebody is called in Slack.
    pub(super) name: &'a (dyn Fn(PersonId) -> String + Sync),
    /// The address of the ticket's page.
    pub(super) page: String,
    /// Who is being called about it, if anybody is or was.
    pub(super) calling: Option<&'a PageView>,
    pub(super) now: Timestamp,
}

/// A card, as it is posted.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Card {
    pub(super) text: String,
    pub(super) blocks: Vec<Value>,
}

impl Card {
    /// A digest by which a card that looks the same is known.
    pub(super) fn hash(&self) -> String {
        let blocks = json!([self.text, self.blocks]).to_string();
        let digest = Sha256::digest(blocks.as_bytes());
        digest.iter().fold(String::new(), |mut hex, byte| {
            // Writing to a text cannot fail.
            let _written = write!(hex, "{byte:02x}");
            hex
        })
    }
}

impl Shown<'_> {
    /// Draws the card.
    pub(super) fn draw(&self) -> Card {
        let ticket = self.ticket;
        let number = ticket.number;
        let title = kit::escape(&ticket.title);
        let mut blocks = vec![
            kit::section(&format!(
                "{} *<{}|{number}>  {title}*",
                mark(ticket.status.kind(), self.is_late()),
                self.page
            )),
            kit::section(&kit::escape(&kit::cut(&ticket.report.what, WHAT_LIMIT))),
            kit::fields(&self.fields()),
        ];
        let small = self.small();
        if !small.is_empty() {
            blocks.push(kit::context(&small));
        }
        let buttons = self.buttons();
        if !buttons.is_empty() {
            blocks.push(kit::actions(&format!("card:{number}"), buttons));
        }
        Card {
            text: kit::cut(
                &format!("{number} {title} ({})", self.status_words()),
                kit::SECTION_LIMIT,
            ),
            blocks,
        }
    }

    /// When somebody has to have answered, until somebody has.
    fn answer_due(&self) -> Option<Timestamp> {
        let goals = self.desk.levels.of(self.ticket.priority);
        let reading = self.ticket.respond.reading(goals.respond, self.now);
        let is_asked = self.ticket.status.kind().is_open() && reading.difference_seconds.is_none();
        reading.due_at.filter(|_| is_asked)
    }

    /// Whether what is due next is past due. Nothing is while it waits for its reporter.
    fn is_late(&self) -> bool {
        let kind = self.ticket.status.kind();
        let goals = self.desk.levels.of(self.ticket.priority);
        let resolve = self.ticket.resolve.reading(goals.resolve, self.now);
        let due = self.answer_due().or(resolve.due_at);
        let counts = kind.is_open() && kind != StatusKind::WaitingForReporter;
        counts && due.is_some_and(|due| due <= self.now)
    }

    fn status_words(&self) -> String {
        let words = self.ticket.status.kind().name();
        match &self.ticket.status {
            Status::Merged { into } => format!("{words} into {into}"),
            _ if self.is_late() => format!("{words}, late"),
            _ => words.to_owned(),
        }
    }

    fn fields(&self) -> Vec<String> {
        let ticket = self.ticket;
        let owner = match ticket.owner {
            Some(owner) => (self.name)(owner),
            None if ticket.status.kind().is_open() => ":warning: nobody yet".to_owned(),
            None => "nobody".to_owned(),
        };
        let priority = self.desk.priority(ticket.priority).map_or_else(
            || ticket.priority.to_string(),
            |priority: &Priority| format!("{} {}", ticket.priority, priority.name),
        );
        let mut fields = vec![
            format!("*Status*\n{}", capital(&self.status_words())),
            format!("*Owner*\n{owner}"),
        ];
        // What is due first and what is due last stand beside each other.
        let priority = format!("*Priority*\n{}", kit::escape(&priority));
        match self.answer_due() {
            Some(due) => {
                fields.push(format!("*Answer due*\n{}", kit::due_and_ago(due)));
                fields.extend(self.due());
                fields.push(priority);
            }
            None => {
                fields.push(priority);
                fields.extend(self.due());
            }
        }
        fields.push(format!("*Asked by*\n{}", (self.name)(ticket.reporter)));
        if let Some(feature) = ticket.feature.and_then(|id| self.desk.feature(id)) {
            fields.push(format!("*Feature*\n{}", kit::escape(&feature.name)));
        }
        for (hat, word) in [
            (Hat::Diagnosing, "Diagnosing"),
            (Hat::Communicating, "Communicating"),
        ] {
            if let Some(wearer) = ticket.hats.wearer(hat) {
                fields.push(format!("*{word}*\n{}", (self.name)(wearer)));
            }
        }
        if let Some(next) = ticket.next_update {
            let late = if next.is_due {
                ":warning: was due "
            } else {
                ""
            };
            fields.push(format!("*Next update*\n{late}{}", kit::due(next.at)));
        }
        fields
    }

    /// When it has to be put right, or how that went.
    fn due(&self) -> Option<String> {
        let ticket = self.ticket;
        let goals = self.desk.levels.of(ticket.priority);
        let reading = ticket.resolve.reading(goals.resolve, self.now);
        let due = match ticket.status.kind() {
            StatusKind::Merged => return None,
            StatusKind::WaitingForReporter => "once the reporter has answered".to_owned(),
            kind if kind.is_open() => match reading.due_at {
                Some(due) => kit::due_and_ago(due),
                None => "not within ten years".to_owned(),
            },
            _ => {
                let late = reading.difference_seconds?;
                let words = match late {
                    ..0 => "in time".to_owned(),
                    _ => format!("{} late", length(late)),
                };
                return Some(format!("*Put right*\n{words}"));
            }
        };
        Some(format!("*Due*\n{due}"))
    }

    fn small(&self) -> Vec<String> {
        let links = self.ticket.report.links.iter().take(LINKS_LIMIT);
        let links = links
            .filter(|link| !link.contains(['|', '>', '<']))
            .map(|link| format!("<{link}>"));
        // Where somebody has it, that stands above.
        let calling = self.calling.filter(|view| {
            let page = &view.page;
            page.is_open() && !matches!(page.state, State::Acknowledged { .. })
        });
        let calling = calling.map(|view| format!(":bell: {}", page::stands(view, self.now)));
        calling.into_iter().chain(links).collect()
    }

    /// The way to the ticket in which this one goes on.
    fn goes_on(&self) -> Option<Value> {
        let Status::Merged { into } = self.ticket.status else {
            return None;
        };
        let (tickets, _) = self.page.rsplit_once('/')?;
        let label = format!("Open {into}");
        Some(kit::link_button(
            &label,
            "open",
            &format!("{tickets}/{into}"),
        ))
    }

    fn buttons(&self) -> Vec<Value> {
        let value = self.ticket.number.to_string();
        let button = |label, action, style| kit::button(label, action, &value, style);
        let page = kit::link_button("Open on the web", "open", &self.page);
        match self.ticket.status.kind() {
            StatusKind::Merged => vec![self.goes_on().unwrap_or(page)],
            StatusKind::Closed => vec![button("It still fails", "reopen", Style::Plain), page],
            StatusKind::Resolved => vec![
                button("It works", "confirm", Style::Primary),
                button("It still fails", "reopen", Style::Plain),
                page,
            ],
            kind => {
                let is_waiting = kind == StatusKind::WaitingForReporter;
                let mut buttons = Vec::new();
                if self.ticket.owner.is_none() {
                    buttons.push(button("Take", "take", Style::Primary));
                }
                buttons.push(if is_waiting {
                    button("Go on", "resume", Style::Plain)
                } else {
                    button("Wait for reporter", "wait", Style::Plain)
                });
                buttons.push(button("Priority", "priority", Style::Plain));
                buttons.push(button("Update", "update", Style::Plain));
                buttons.push(button("Resolve", "resolve", Style::Plain));
                if page::is_wanted(self.calling, self.now) {
                    buttons.push(button(page::label(self.calling), page::CALL, Style::Plain));
                }
                buttons.push(kit::overflow("more", self.more()));
                buttons
            }
        }
    }

    fn more(&self) -> Vec<Value> {
        let number = self.ticket.number;
        let mut more = Vec::new();
        if self.ticket.owner.is_some() {
            more.push(("Take it over", "take"));
            more.push(("Give it back", "release"));
        }
        more.push(("Give it to somebody", "assign"));
        more.push(("I am diagnosing", "hat-diagnosing"));
        more.push(("I am communicating", "hat-communicating"));
        let mut options: Vec<Value> = more
            .into_iter()
            .map(|(label, word)| kit::option(label, &format!("{word} {number}")))
            .collect();
        let mut page = kit::option("Open on the web", &format!("open {number}"));
        page["url"] = self.page.as_str().into();
        // Slack shows at most five.
        options.truncate(4);
        options.push(page);
        options
    }
}

/// The card of a ticket outside of its thread: its text and its blocks.
pub(crate) fn drawn(
    ticket: &Ticket,
    desk: &Desk,
    name: &(dyn Fn(PersonId) -> String + Sync),
    page: String,
    calling: Option<&PageView>,
    now: Timestamp,
) -> (String, Vec<Value>) {
    let shown = Shown {
        ticket,
        desk,
        name,
        page,
        calling,
        now,
    };
    let card = shown.draw();
    (card.text, card.blocks)
}

/// A sign that shows at a glance how a ticket stands.
pub(crate) fn mark(kind: StatusKind, is_late: bool) -> &'static str {
    match kind {
        kind if kind.is_open() && is_late => ":red_circle:",
        StatusKind::New | StatusKind::Reopened => ":large_yellow_circle:",
        StatusKind::Acknowledged | StatusKind::InProgress => ":large_blue_circle:",
        StatusKind::WaitingForReporter => ":hourglass_flowing_sand:",
        StatusKind::Resolved | StatusKind::Closed => ":white_check_mark:",
        StatusKind::Merged => ":twisted_rightwards_arrows:",
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
