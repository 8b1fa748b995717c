//! Pages of tickets: the list, one ticket, and what is done on it.

mod actions;
mod aside;
mod attachment;
mod csv;
mod deed;
mod deed_form;
mod filter;
pub(crate) mod hats;
mod list;
mod load;
mod message;
pub(crate) mod open;
mod page;
pub(crate) mod sentence;
pub(crate) mod shown;
mod thread;
pub(crate) mod update;
mod verb;

use axum::{
    Router,
    routing::{get, post},
};
use eider_domain::{TicketNumber, access::Action};

use crate::{
    Error, Result, Web,
    door::{Access, Rule},
};
use deed::Deed;
use verb::Verb;

const READ: Access = Access::Needs(Action::Read);
const ASK: Access = Access::Needs(Action::Ask);
const REPLY: Access = Access::Needs(Action::Reply);
const WORK: Access = Access::Needs(Action::Work);

pub(crate) const RULES: &[Rule] = &[
    Rule::get("/tickets", READ),
    Rule::get("/tickets.csv", READ),
    Rule::get("/tickets/{number}", READ),
    Rule::get("/attachments/{id}", READ),
    Rule::post("/tickets/{number}/say", REPLY),
    Rule::post("/tickets/{number}/attach", REPLY),
    Rule::get("/tickets/{number}/messages/{id}", REPLY),
    Rule::post("/tickets/{number}/messages/{id}", REPLY),
    Rule::post("/tickets/{number}/messages/{id}/withdraw", REPLY),
    Rule::post("/tickets/{number}/take", WORK),
    Rule::post("/tickets/{number}/take-over", WORK),
    Rule::post("/tickets/{number}/acknowledge", WORK),
    Rule::post("/tickets/{number}/start", WORK),
    Rule::post("/tickets/{number}/release", WORK),
    Rule::post("/tickets/{number}/resume", WORK),
    Rule::post("/tickets/{number}/confirm", ASK),
    Rule::post("/tickets/{number}/diagnose", WORK),
    Rule::post("/tickets/{number}/communicate", WORK),
    Rule::post("/tickets/{number}/join", ASK),
    Rule::post("/tickets/{number}/follow", ASK),
    Rule::post("/tickets/{number}/unfollow", ASK),
    Rule::get("/tickets/{number}/assign", WORK),
    Rule::post("/tickets/{number}/assign", WORK),
    Rule::get("/tickets/{number}/diagnosing", WORK),
    Rule::post("/tickets/{number}/diagnosing", WORK),
    Rule::get("/tickets/{number}/communicating", WORK),
    Rule::post("/tickets/{number}/communicating", WORK),
    Rule::get("/tickets/{number}/update", WORK),
    Rule::post("/tickets/{number}/update", WORK),
    Rule::get("/tickets/{number}/wait", WORK),
    Rule::post("/tickets/{number}/wait", WORK),
    Rule::get("/tickets/{number}/resolve", WORK),
    Rule::post("/tickets/{number}/resolve", WORK),
    Rule::get("/tickets/{number}/reopen", ASK),
    Rule::post("/tickets/{number}/reopen", ASK),
    Rule::get("/tickets/{number}/merge", WORK),
    Rule::post("/tickets/{number}/merge", WORK),
    Rule::get("/tickets/{number}/priority", WORK),
    Rule::post("/tickets/{number}/priority", WORK),
    Rule::get("/tickets/{number}/feature", WORK),
    Rule::post("/tickets/{number}/feature", WORK),
    Rule::get("/tickets/{number}/squad", WORK),
    Rule::post("/tickets/{number}/squad", WORK),
    Rule::get("/tickets/{number}/title", WORK),
    Rule::post("/tickets/{number}/title", WORK),
    Rule::get("/tickets/{number}/time", WORK),
    Rule::post("/tickets/{number}/time", WORK),
];

pub(crate) fn router() -> Router<Web> {
    let mut router = Router::new()
        .route("/tickets", get(list::list))
        .route("/tickets.csv", get(csv::csv))
        .route("/tickets/{number}", get(page::page))
        .route("/attachments/{id}", get(attachment::attachment))
        .route("/tickets/{number}/say", post(message::say))
        .route("/tickets/{number}/attach", post(message::attach))
        .route(
            "/tickets/{number}/messages/{id}",
            get(message::edit_page).post(message::edit),
        )
        .route(
            "/tickets/{number}/messages/{id}/withdraw",
            post(message::withdraw),
        );
    for verb in Verb::ALL {
        let path = format!("/tickets/{{number}}/{}", verb.word());
        let act = move |web, visitor, number| verb::act(web, visitor, number, verb);
        router = router.route(&path, post(act));
    }
    for deed in Deed::ALL {
        let path = format!("/tickets/{{number}}/{}", deed.word());
        let show = move |web, visitor, number| deed::show(web, visitor, number, deed);
        let act = move |web, visitor, number, form| deed::act(web, visitor, number, deed, form);
        router = router.route(&path, get(show).post(act));
    }
    router
}

/// The number in an address: `T-1042` or `1042`.
fn parse_number(text: &str) -> Result<TicketNumber> {
    text.parse::<TicketNumber>().map_err(|_| Error::NoSuchPage)
}
