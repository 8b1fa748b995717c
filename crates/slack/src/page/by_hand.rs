//! “Page on call”: having people called about a ticket, with a reason.

use eider_app::{
    page::{self, PageView},
    rota::{self, Ahead, OnCall},
    ticket,
};
use eider_domain::{
    TicketNumber,
    access::{Action, Actor, may},
    page::{Refusal, State},
    ticket::Ticket,
};
use jiff::Timestamp;
use serde_json::Value;

use super::{CALL, form::reason_field, message::stands};
use crate::{
    CallError, Slack,
    kit::{self, Question},
    request::Asked,
};

/// How many rotas are named in the form.
const ROTAS_NAMED: usize = 8;

/// Whether people can be had called by hand: nobody is, or what calls them waits, or all were in
/// vain.
pub(crate) fn is_wanted(view: Option<&PageView>, now: Timestamp) -> bool {
    match view.map(|view| &view.page.state) {
        None | Some(State::Ended { .. } | State::LastResort { .. }) => true,
        Some(State::Held { until }) => *until > now,
        Some(_) => false,
    }
}

/// What the button is called.
pub(crate) fn label(view: Option<&PageView>) -> &'static str {
    match view.map(|view| &view.page.state) {
        Some(State::Held { .. }) => "Wake now",
        _ => "Page on call",
    }
}

impl Slack {
    /// Opens the form, or says why there is nothing to ask for.
    pub(super) async fn open_call(
        &self,
        asked: &Asked,
        actor: &Actor,
        number: TicketNumber,
    ) -> Result<(), CallError> {
        let eider = self.eider();
        let found = ticket::card(eider, actor, number).await;
        let card = match found {
            Ok(card) => card,
            Err(error) => return self.told_why_not(asked, Err(error)).await,
        };
        let reporter = card.ticket.reporter;
        if let Err(forbidden) = may(actor, Action::Wake { reporter }) {
            return self.told_why_not(asked, Err(forbidden.into())).await;
        }
        let view = page::of_ticket(eider, actor, number).await?;
        let now = eider.now();
        if !card.ticket.status.kind().is_open() {
            return self.told_why_not(asked, Err(Refusal::Over.into())).await;
        }
        if !is_wanted(view.as_ref(), now) {
            let has_it = view.is_some_and(|view| view.page.holder().is_some());
            let why = if has_it {
                Refusal::Taken
            } else {
                Refusal::Calling
            };
            return self.told_why_not(asked, Err(why.into())).await;
        }
        let on_call = rota::on_call(eider, actor, now, Ahead::Now).await?;
        let who = who(&card.ticket, &on_call);
        let form = form(&card.ticket, view.as_ref(), &who, now);
        self.open_modal(asked, form).await
    }
}

/// The form that has people called; `who` is on call now.
pub(super) fn form(ticket: &Ticket, view: Option<&PageView>, who: &str, now: Timestamp) -> Value {
    let mut said = Vec::new();
    if let Some(view) = view.filter(|view| view.page.is_open()) {
        said.push(stands(view, now));
    }
    said.push(
        "When you send this, whoever is on call is called at once, whatever the hour, until \
         somebody answers."
            .to_owned(),
    );
    let mut blocks = vec![
        kit::context(&[format!(
            "*{}* {}",
            ticket.number,
            kit::escape(&kit::cut(&ticket.title, 160))
        )]),
        kit::section(&said.join(" ")),
    ];
    if !who.is_empty() {
        blocks.push(kit::context(&[format!("On call now: {who}.")]));
    }
    let question = Question {
        block_id: "reason",
        label: "Why can it not wait?",
        hint: "Whoever is called reads it, and it stays in the record.",
        optional: false,
        at_once: false,
    };
    blocks.push(kit::input(question, reason_field()));
    let number = ticket.number.to_string();
    kit::modal(CALL, "Page on call", Some("Call them now"), &number, blocks)
}

/// Who is on call for the squad of a ticket, or for the company.
fn who(ticket: &Ticket, on_call: &OnCall) -> String {
    let is_theirs = |standing: &&rota::Standing| {
        let rota = standing.rota();
        rota.duty.is_called() && (rota.squad.is_none() || rota.squad == ticket.squad)
    };
    let named: Vec<String> = on_call
        .rotas
        .iter()
        .filter(is_theirs)
        .flat_map(|standing| &standing.now.holders)
        .map(|held| kit::escape(&kit::cut(on_call.people.name(held.person), 60)))
        .take(ROTAS_NAMED)
        .collect();
    named.join(", ")
}
