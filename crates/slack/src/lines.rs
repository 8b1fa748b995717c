//! Tickets as lines of a list: in answers to commands, on the Home, in digests.

use std::collections::HashMap;

use eider_domain::{
    PersonId, TicketNumber,
    priority::Rank,
    ticket::{StatusKind, Ticket},
};
use eider_store::{person::PersonName, ticket::Summary};
use jiff::Timestamp;
use serde_json::Value;

use crate::{Slack, kit, mirror::mark};

/// How much of a title stands in a line.
const TITLE_LIMIT: usize = 160;
/// How much of a name stands in a line.
const NAME_LIMIT: usize = 60;

/// What a line says of a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) number: TicketNumber,
    pub(crate) title: String,
    pub(crate) priority: Rank,
    pub(crate) status: StatusKind,
    /// Who has it; nothing when nobody was looked up.
    pub(crate) owner: Option<String>,
    pub(crate) is_unowned: bool,
    pub(crate) due: Option<Timestamp>,
    pub(crate) is_late: bool,
    pub(crate) page: String,
}

impl Slack {
    /// The line of a ticket in a list.
    pub(crate) fn line(
        &self,
        ticket: &Summary,
        names: &HashMap<PersonId, PersonName>,
        now: Timestamp,
    ) -> Line {
        let is_open = ticket.status.is_open();
        let is_waiting = ticket.status == StatusKind::WaitingForReporter;
        let due = match ticket.respond_difference_seconds {
            None => ticket.respond_due_at,
            Some(_) => ticket.resolve_due_at,
        };
        let owner = ticket.owner.and_then(|owner| names.get(&owner));
        Line {
            number: ticket.number,
            title: ticket.title.clone(),
            priority: ticket.priority,
            status: ticket.status,
            owner: owner.map(|owner| owner.name.clone()),
            is_unowned: ticket.owner.is_none(),
            due: due.filter(|_| is_open && !is_waiting),
            is_late: is_open && !is_waiting && due.is_some_and(|due| due <= now),
            page: self.page(&format!("/tickets/{}", ticket.number)),
        }
    }

    /// The line of a ticket that was found by its words.
    pub(crate) fn line_of_found(&self, ticket: &Ticket) -> Line {
        Line {
            number: ticket.number,
            title: ticket.title.clone(),
            priority: ticket.priority,
            status: ticket.status.kind(),
            owner: None,
            is_unowned: ticket.owner.is_none(),
            due: None,
            is_late: false,
            page: self.page(&format!("/tickets/{}", ticket.number)),
        }
    }
}

impl Line {
    /// The line in Slack's markup.
    pub(crate) fn text(&self) -> String {
        let mut small = vec![self.status.name().to_owned()];
        match &self.owner {
            Some(owner) => small.push(kit::escape(&kit::cut(owner, NAME_LIMIT))),
            None if self.is_unowned && self.status.is_open() => small.push("*nobody yet*".into()),
            None => {}
        }
        match self.due {
            Some(due) if self.is_late => {
                small.push(format!("*late* since {}", kit::due(due)));
            }
            Some(due) => small.push(format!("due {}", kit::due(due))),
            None => {}
        }
        format!(
            "{} *<{}|{}>* {} {}\n{}",
            mark(self.status, self.is_late),
            self.page,
            self.number,
            self.priority,
            kit::escape(&kit::cut(&self.title, TITLE_LIMIT)),
            small.join(" · ")
        )
    }
}

/// The blocks of a list with its heading. An empty one says `nothing`; of a longer one, that there
/// is more.
pub(crate) fn list(heading: &str, lines: &[Line], nothing: &str, has_more: bool) -> Vec<Value> {
    let mut blocks = vec![kit::section(&format!("*{heading}*"))];
    blocks.extend(lines.iter().map(|line| kit::section(&line.text())));
    if lines.is_empty() {
        blocks.push(kit::context(&[nothing.to_owned()]));
    }
    if has_more {
        blocks.push(kit::context(&[
            "There are more; Eider shows them all.".to_owned()
        ]));
    }
    blocks
}
