//! The pages of tickets, through the door of the web.

mod asking;
mod lists;
mod thread;
mod ticket;

use eider_domain::{person::Role, ticket::Ticket};
use eider_testkit::{Client, TestServer, at, on_both, on_sqlite};
use reqwest::{Response, multipart};

const FRIDAY: &str = "2025-11-21T14:00:00Z";

/// Where an answer leads.
fn location(response: &Response) -> String {
    let location = response.headers().get("location");
    location
        .expect("the answer leads somewhere")
        .to_str()
        .expect("an address is text")
        .to_owned()
}

/// A form as a browser sends it, with files or without.
fn form(fields: &[(&'static str, &'static str)]) -> multipart::Form {
    fields
        .iter()
        .fold(multipart::Form::new(), |form, (name, value)| {
            form.text(*name, *value)
        })
}

fn file(name: &'static str, content: &'static [u8]) -> multipart::Part {
    multipart::Part::bytes(content)
        .file_name(name)
        .mime_str("text/html")
        .expect("a media type")
}

async fn post(client: &Client, path: &str, form: multipart::Form) -> Response {
    client
        .request("POST", path)
        .multipart(form)
        .send()
        .await
        .expect("the server answers")
}

async fn text(response: Response) -> String {
    response.text().await.expect("a page is text")
}

const QUESTION: &[(&str, &str)] = &[
    ("title", "Customers cannot pay by card"),
    (
        "what",
        "The page stays white after **Pay**. I expected a receipt.",
    ),
    ("priority", "P2"),
    ("feature", ""),
    ("word", "frozen"),
    ("since", "2025-11-21T13:05"),
    ("steps", "1. Tap Pay\n2. Wait 20 seconds"),
    ("people_affected", "1,200"),
    ("noticed", "customer_call"),
    ("fails_on", "ios"),
    ("works_on", "web"),
    ("links", "https://status.example.com/a"),
];

async fn ask(server: &TestServer, person: &eider_domain::person::Person, title: &str) -> Ticket {
    let actor = eider_domain::access::Actor {
        person: person.id,
        role: person.role,
        squads: Vec::new(),
        scopes: None,
    };
    server.desk.ask(&actor, title, "P2").await
}
