//! “Is it one of these?”: what resembles a question before it is filed (A6).

use eider_app::search::{self, SimilarQuery};
use eider_domain::{TicketNumber, access::Actor};
use serde_json::Value;

use super::answers::Answers;
use crate::{
    CallError, Slack,
    kit::{self, Style},
};

/// How many tickets are offered.
const TICKETS_LIMIT: usize = 3;
/// Some of those found are over; so many are looked at.
const LOOKED_AT: usize = 8;
/// Fewer words than this resemble everything.
const FEWEST_WORDS: usize = 2;
const TEXT_LIMIT: usize = 400;

/// What resembles a question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Offers {
    pub(super) tickets: Vec<OfferedTicket>,
    pub(super) known_issues: Vec<OfferedIssue>,
}

/// A ticket that is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OfferedTicket {
    pub(super) number: TicketNumber,
    pub(super) title: String,
    pub(super) status: String,
    pub(super) page: String,
}

/// A known issue that is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OfferedIssue {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) advice: String,
}

impl Offers {
    pub(super) fn is_empty(&self) -> bool {
        self.tickets.is_empty() && self.known_issues.is_empty()
    }
}

impl Slack {
    /// What resembles these answers; open tickets only.
    pub(super) async fn offers(
        &self,
        actor: &Actor,
        answers: &Answers,
    ) -> Result<Offers, CallError> {
        if answers.written.title.split_whitespace().count() < FEWEST_WORDS {
            return Ok(Offers::default());
        }
        let query = SimilarQuery {
            title: answers.written.title.clone(),
            what: answers.written.what.clone(),
            feature: answers.written.feature(),
            except: None,
        };
        let found = search::similar(self.eider(), actor, &query, LOOKED_AT).await?;
        let open = found
            .tickets
            .into_iter()
            .filter(|ticket| ticket.status.kind().is_open());
        Ok(Offers {
            tickets: open
                .take(TICKETS_LIMIT)
                .map(|ticket| OfferedTicket {
                    number: ticket.number,
                    page: self.page(&format!("/tickets/{}", ticket.number)),
                    status: ticket.status.kind().name().to_owned(),
                    title: ticket.title,
                })
                .collect(),
            known_issues: found
                .known_issues
                .into_iter()
                .map(|issue| OfferedIssue {
                    id: issue.id.to_string(),
                    title: issue.title,
                    advice: issue.advice,
                })
                .collect(),
        })
    }
}

/// The blocks that show what resembles a question.
pub(super) fn blocks(offers: &Offers) -> Vec<Value> {
    if offers.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![kit::section(":mag: *Is it one of these?*")];
    for issue in &offers.known_issues {
        let text = format!(
            "*Known: {}*\n{}",
            kit::escape(&kit::cut(&issue.title, TEXT_LIMIT)),
            kit::escape(&kit::cut(&issue.advice, TEXT_LIMIT))
        );
        let button = kit::button("This helps me", "ask-known", &issue.id, Style::Plain);
        let mut block = kit::section_with(&text, button);
        block["block_id"] = format!("known-{}", issue.id).into();
        blocks.push(block);
    }
    for ticket in &offers.tickets {
        let text = format!(
            "*<{}|{}>* {}\n_{}_",
            ticket.page,
            ticket.number,
            kit::escape(&kit::cut(&ticket.title, TEXT_LIMIT)),
            ticket.status
        );
        let number = ticket.number.to_string();
        let button = kit::button("It is this one", "ask-join", &number, Style::Plain);
        let mut block = kit::section_with(&text, button);
        block["block_id"] = format!("similar-{number}").into();
        blocks.push(block);
    }
    blocks.push(kit::divider());
    blocks
}
