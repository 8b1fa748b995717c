//! What is done to a ticket at one touch.

use axum::{
    extract::{Path, State},
    response::Response,
};
use eider_app::ticket;
use eider_domain::{
    PersonId,
    ticket::{Command, Hat},
};

use crate::{Error, Result, Visitor, Web, outcome::Outcome};

use super::{
    page::{self, Kept},
    parse_number, shown,
};

/// A command that needs no words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Take,
    TakeOver,
    Acknowledge,
    Start,
    Release,
    Resume,
    Confirm,
    Diagnose,
    Communicate,
    Join,
    Follow,
    Unfollow,
}

impl Verb {
    pub(super) const ALL: [Self; 12] = [
        Self::Take,
        Self::TakeOver,
        Self::Acknowledge,
        Self::Start,
        Self::Release,
        Self::Resume,
        Self::Confirm,
        Self::Diagnose,
        Self::Communicate,
        Self::Join,
        Self::Follow,
        Self::Unfollow,
    ];

    /// The last part of its address.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Take => "take",
            Self::TakeOver => "take-over",
            Self::Acknowledge => "acknowledge",
            Self::Start => "start",
            Self::Release => "release",
            Self::Resume => "resume",
            Self::Confirm => "confirm",
            Self::Diagnose => "diagnose",
            Self::Communicate => "communicate",
            Self::Join => "join",
            Self::Follow => "follow",
            Self::Unfollow => "unfollow",
        }
    }

    /// What its button says.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Take => "Take it",
            Self::TakeOver => "Take it over",
            Self::Acknowledge => "Acknowledge",
            Self::Start => "Start",
            Self::Release => "Give it back",
            Self::Resume => "Go on",
            Self::Confirm => "It works",
            Self::Diagnose => "I am diagnosing",
            Self::Communicate => "I am communicating",
            Self::Join => "It affects me too",
            Self::Follow => "Follow",
            Self::Unfollow => "Follow no more",
        }
    }

    /// What puts on a hat.
    pub(super) fn for_hat(hat: Hat) -> Self {
        match hat {
            Hat::Diagnosing => Self::Diagnose,
            Hat::Communicating => Self::Communicate,
        }
    }

    /// The key that presses its button.
    pub(super) fn key(self) -> Option<&'static str> {
        match self {
            Self::Take | Self::TakeOver => Some("t"),
            Self::Start | Self::Resume => Some("s"),
            _ => None,
        }
    }

    fn command(self, me: PersonId) -> (Command, Outcome) {
        match self {
            Self::Take => (Command::Take, Outcome::Took),
            Self::TakeOver => (Command::Assign { to: me }, Outcome::Took),
            Self::Acknowledge => (Command::Acknowledge, Outcome::Acknowledged),
            Self::Start => (Command::Start, Outcome::Started),
            Self::Release => (Command::Release, Outcome::Released),
            Self::Resume => (Command::Resume, Outcome::Resumed),
            Self::Confirm => (Command::Confirm, Outcome::Confirmed),
            Self::Diagnose => {
                let hat = Hat::Diagnosing;
                (Command::TakeHat { hat }, Outcome::HatOn)
            }
            Self::Communicate => {
                let hat = Hat::Communicating;
                (Command::TakeHat { hat }, Outcome::HatOn)
            }
            Self::Join => (Command::Join { note: None }, Outcome::Joined),
            Self::Follow => (Command::Follow, Outcome::Followed),
            Self::Unfollow => (Command::Unfollow, Outcome::Unfollowed),
        }
    }
}

/// `POST /tickets/{number}/{verb}`.
pub(super) async fn act(
    State(web): State<Web>,
    visitor: Visitor,
    Path(number): Path<String>,
    verb: Verb,
) -> Result<Response> {
    let number = parse_number(&number)?;
    let (command, outcome) = verb.command(visitor.actor().person);
    match ticket::act(&web.eider, visitor.actor(), number, command).await {
        Ok(ticket) => Ok(outcome.redirect(&web, &shown::path(ticket.number))),
        Err(error) => {
            let error = Error::from(error);
            if error.status() != axum::http::StatusCode::CONFLICT {
                return Err(error);
            }
            let kept = Kept {
                refusal: Some(error.to_string()),
                ..Kept::default()
            };
            page::show_again(&web, &visitor, number, error.status(), kept).await
        }
    }
}
