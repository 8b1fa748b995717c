//! What happens to a ticket, told in its thread.
//!
//! [`follow()`] sees new facts and queues a job for each ticket that they concern. The job looks at
//! what the thread has not been told yet, tells it in order, and brings the card to the present. So
//! an outage loses nothing, and after it everything is told once.

mod card;
mod follow;
pub(crate) mod post;
mod reply;
mod root;
#[cfg(test)]
pub(crate) mod samples;
mod sentence;
mod tell;

pub(crate) use card::{drawn, mark};
pub(crate) use follow::follow;

use eider_jobs::Handlers;

use crate::{Slack, incident};

/// The kind of job that tells a ticket's thread what it has not been told; its payload is the id
/// of the ticket.
pub(crate) const TELL_JOB: &str = "slack.tell";

pub(crate) fn handlers(slack: &Slack) -> Handlers {
    let teller = slack.clone();
    incident::handlers(slack, Handlers::default()).with(TELL_JOB, move |claimed| {
        let slack = teller.clone();
        async move { tell::run(&slack, &claimed).await }
    })
}
