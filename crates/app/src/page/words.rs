//! What is said to somebody who is called, made when it goes out.

use eider_domain::{
    PageId, PersonId,
    contact::{Key, Message},
    page::{Page, State},
    ticket::Ticket,
};
use eider_store::{Tx, page, ticket};

use super::{digit::DIGITS, scene::Scene};
use crate::{Eider, Result, account::secret_hash};

/// How many tickets are named one by one.
const NAMED: usize = 5;
/// So much of a title is said in a text message.
const SHORT_TITLE_CHARACTERS: usize = 80;

/// What a page says to somebody. Nothing when they are not to be called any more: somebody has it,
/// it is over, it was put off, or they are not on call.
pub(crate) async fn words(
    eider: &Eider,
    tx: &mut Tx,
    id: PageId,
    person: PersonId,
) -> Result<Option<Message>> {
    let Some(page) = page::by_id(tx, id).await? else {
        return Ok(None);
    };
    if !page.is_calling(person) {
        return Ok(None);
    }
    let scene = Scene::load(eider, tx, &page).await?;
    if !is_on_duty(&page, person, &scene) {
        return Ok(None);
    }
    let numbers: Vec<_> = page.tickets.iter().map(|paged| paged.number).collect();
    let mut tickets = ticket::by_numbers(tx, &numbers).await?;
    tickets.retain(|ticket| ticket.status.kind().is_open());
    tickets.sort_by_key(|ticket| (ticket.priority, ticket.number));
    if tickets.is_empty() && !page.is_drill {
        return Ok(None);
    }
    let secret = eider.ids().secret();
    page::put_link(tx, &secret_hash(&secret), id, person, eider.now()).await?;
    Ok(Some(message(&page, &tickets, person, &secret)))
}

/// Whether somebody of the level that is called is still on call.
fn is_on_duty(page: &Page, person: PersonId, scene: &Scene) -> bool {
    let is_helper = page.notes.helpers.iter().any(|one| one.person == person);
    let State::Calling { level, .. } = &page.state else {
        return true;
    };
    let company = scene.company();
    let level = scene.plan.level(*level);
    let reached = level.map(|level| company.reached(&level.targets, page.squad, scene.now));
    is_helper || reached.is_some_and(|people| people.contains(&person))
}

fn message(page: &Page, tickets: &[Ticket], person: PersonId, secret: &str) -> Message {
    let first = tickets.first();
    let about = match (first, tickets.len()) {
        (None, _) => "Drill: nothing is wrong. Please answer as if it were".to_owned(),
        (Some(ticket), 1) => format!("{} {}: {}", ticket.priority, ticket.number, ticket.title),
        (Some(ticket), many) => format!(
            "{} {}: {}, and {} more",
            ticket.priority,
            ticket.number,
            ticket.title,
            many - 1
        ),
    };
    let asking = matches!(page.state, State::Asking { by, .. } if by == person);
    let title = if asking {
        format!("Do you still have it? {about}")
    } else {
        about.clone()
    };
    let short = format!(
        "Eider: {}. Answer 1 to acknowledge, 4 if you cannot.",
        cut(&title)
    );
    let mut text = match (page.is_drill, asking) {
        (true, _) => "This is a drill. Nothing is wrong; it shows whether calls arrive.".to_owned(),
        (false, true) => "You acknowledged this some time ago. Say that you still have it, or \
                          others are called."
            .to_owned(),
        (false, false) => "You are on call, and somebody has to look at this now.".to_owned(),
    };
    text.push('\n');
    for ticket in tickets.iter().take(NAMED) {
        text.push_str(&format!(
            "\n{} {}: {}",
            ticket.priority, ticket.number, ticket.title
        ));
    }
    if tickets.len() > NAMED {
        text.push_str(&format!("\nand {} more", tickets.len() - NAMED));
    }
    if let Some(reason) = &page.notes.reason {
        let what = if page.is_drill {
            "What for"
        } else {
            "Why it could not wait"
        };
        text.push_str(&format!("\n\n{what}: {reason}"));
    }
    text.push_str("\n\nOpen the link to acknowledge it, to call your buddy or to pass it on.");
    let spoken = format!("This is Eider. {title}.");
    Message {
        title,
        text,
        short,
        spoken,
        keys: keys(),
        link: Some(format!("/p/{secret}")),
    }
}

fn cut(title: &str) -> String {
    if title.chars().count() <= SHORT_TITLE_CHARACTERS {
        return title.to_owned();
    }
    let begun: String = title.chars().take(SHORT_TITLE_CHARACTERS - 1).collect();
    format!("{begun}…")
}

fn keys() -> Vec<Key> {
    let key = |(digit, what): (u8, &str)| Key {
        digit,
        what: what.to_owned(),
    };
    DIGITS.map(key).into()
}
