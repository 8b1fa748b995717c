//! What is said to somebody who is called, made when it goes out.

use eider_domain::{
    PageId, PersonId,
    contact::{Key, Message},
    page::{Helper, Page, State},
    text::cut_words,
    ticket::Ticket,
};
use eider_store::{Tx, page, person as people, ticket};

use super::{digit::DIGITS, scene::Scene};
use crate::{Eider, Result, account::secret_hash};

/// How many tickets are named one by one.
const NAMED: usize = 5;
/// So much of what happened is said where there is room for it.
const WHAT_CHARACTERS: usize = 400;
/// So much of a title, and of a reason, is said in a text message.
const SHORT_CHARACTERS: usize = 80;

/// What a page says to somebody, and the page. Nothing when they are not to be called any more: somebody has it,
/// it is over, it was put off, or they are not on call.
pub(crate) async fn words(
    eider: &Eider,
    tx: &mut Tx,
    id: PageId,
    person: PersonId,
) -> Result<Option<(Message, Page)>> {
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
    let call = Call::of(tx, &page, person).await?;
    Ok(Some((message(&page, &tickets, &call, &secret), page)))
}

/// What is said to somebody who had others called besides, of whom nobody has answered or who cannot.
/// Nothing when somebody did, or it is over.
pub(crate) async fn missed_words(
    eider: &Eider,
    tx: &mut Tx,
    id: PageId,
    person: PersonId,
) -> Result<Option<Message>> {
    let Some(page) = page::by_id(tx, id).await?.filter(Page::is_open) else {
        return Ok(None);
    };
    let notes = &page.notes;
    let asked = |one: &&Helper| one.by == Some(person);
    let missed = notes.helpers.iter().filter(asked);
    let missed = called(tx, missed.filter(|one| one.since.is_none())).await?;
    let refused = called(tx, notes.refused.iter().filter(asked)).await?;
    let about = page
        .lead()
        .map_or_else(String::new, |lead| match page.tickets.len() - 1 {
            0 => format!(" for {}", lead.number),
            more => format!(" for {} and {more} more", lead.number),
        });
    let (title, hope) = match (missed, refused) {
        (None, None) => return Ok(None),
        (Some(names), None) => (
            format!("{names} {} not answered your call{about}", has(&names)),
            " They may still answer.",
        ),
        (None, Some(names)) => (format!("{names} cannot take your call{about}"), ""),
        (Some(missed), Some(refused)) => (
            format!(
                "{missed} {} not answered, and {refused} cannot take, your call{about}",
                has(&missed)
            ),
            "",
        ),
    };
    let next = page
        .lead()
        .map_or_else(|| "3".to_owned(), |lead| format!("3 {}", lead.number));
    let secret = eider.ids().secret();
    page::put_link(tx, &secret_hash(&secret), id, person, eider.now()).await?;
    Ok(Some(Message {
        text: format!(
            "{title}.{hope} You can have the next level called, or hand it to somebody else by \
             name."
        ),
        short: format!("Eider: {title}. Answer {next} to call the next level."),
        spoken: format!("This is Eider. {title}."),
        title,
        keys: keys(),
        link: Some(format!("/p/{secret}")),
    }))
}

/// The names of those who were called besides: "Ada Lovelace and Ben Okri".
async fn called(tx: &mut Tx, helpers: impl Iterator<Item = &Helper>) -> Result<Option<String>> {
    let people: Vec<PersonId> = helpers.map(|helper| helper.person).collect();
    if people.is_empty() {
        return Ok(None);
    }
    let names = people::names(tx, &people).await?;
    let mut names: Vec<String> = names.into_values().map(|name| name.name).collect();
    names.sort_unstable();
    Ok(Some(names.join(" and ")))
}

fn has(names: &str) -> &'static str {
    if names.contains(" and ") {
        "have"
    } else {
        "has"
    }
}

/// Whether somebody of the level that is called is still on call.
fn is_on_duty(page: &Page, person: PersonId, scene: &Scene) -> bool {
    let is_helper = page.notes.helpers.iter().any(|one| one.person == person);
    let State::Calling { level, .. } = &page.state else {
        return true;
    };
    let company = scene.company();
    let level = scene.plan.level(*level);
    let is_reached =
        level.map(|level| company.reaches(person, &level.targets, page.squad, scene.now));
    is_helper || is_reached.unwrap_or_default()
}

/// Why somebody is called, as it is said to them.
enum Call {
    /// Nothing is wrong.
    Drill,
    /// They have it; do they still?
    StillTheirs,
    /// Somebody of that name needs them beside them.
    Buddy(String),
    /// Somebody of that name hands it over to them.
    HandedOver(String),
    /// They are the last who are called, for the first time or again.
    LastResort { again: bool },
    /// They are on call.
    Duty,
}

impl Call {
    async fn of(tx: &mut Tx, page: &Page, person: PersonId) -> Result<Self> {
        let helper = page.notes.helpers.iter().find(|one| one.person == person);
        Ok(match (&page.state, helper) {
            _ if page.is_drill => Self::Drill,
            (State::Asking { by, .. }, _) if *by == person => Self::StillTheirs,
            (_, Some(helper)) => {
                let name = asker(tx, page, helper).await?;
                if helper.hand_over {
                    Self::HandedOver(name)
                } else {
                    Self::Buddy(name)
                }
            }
            (State::LastResort { again, .. }, None) => Self::LastResort {
                again: again.is_some(),
            },
            _ => Self::Duty,
        })
    }

    /// What stands before what it is about, wherever there is only a line.
    fn title(&self) -> String {
        match self {
            Self::Drill | Self::Duty => String::new(),
            Self::StillTheirs => "Do you still have it? ".to_owned(),
            Self::Buddy(name) => format!("{name} needs a buddy: "),
            Self::HandedOver(name) => format!("{name} hands this over to you: "),
            Self::LastResort { again: false } => "Nobody has answered: ".to_owned(),
            Self::LastResort { again: true } => "Still nobody has answered: ".to_owned(),
        }
    }

    /// What it means, in sentences.
    fn text(&self) -> String {
        match self {
            Self::Drill => {
                "This is a drill. Nothing is wrong; it shows whether calls arrive.".to_owned()
            }
            Self::StillTheirs => {
                "You acknowledged this some time ago. Say that you still have it, \
                                  or others are called."
                    .to_owned()
            }
            Self::Buddy(name) => {
                format!("{name} needs a buddy: please look at this together with them now.")
            }
            Self::HandedOver(name) => {
                format!("{name} hands this over to you. It is yours as soon as you acknowledge it.")
            }
            Self::LastResort { again: false } => {
                "Nobody answered so far; you are the last to be called.".to_owned()
            }
            Self::LastResort { again: true } => {
                "Still nobody has answered, so you are called again as the last.".to_owned()
            }
            Self::Duty => "You are being called: somebody has to look at this now.".to_owned(),
        }
    }
}

/// The name of whoever asked for a helper: whoever has it, where that is not known.
async fn asker(tx: &mut Tx, page: &Page, helper: &Helper) -> Result<String> {
    let Some(by) = helper.by.or(page.holder()) else {
        return Ok("Somebody".to_owned());
    };
    let names = people::names(tx, &[by]).await?;
    let name = names.get(&by).map(|name| name.name.clone());
    Ok(name.unwrap_or_else(|| "Somebody".to_owned()))
}

fn message(page: &Page, tickets: &[Ticket], call: &Call, secret: &str) -> Message {
    let about = match (tickets.first(), tickets.len()) {
        (None, _) => "Drill: nothing is wrong. Please answer as if something were".to_owned(),
        (Some(ticket), 1) => format!("{} {}: {}", ticket.priority, ticket.number, ticket.title),
        (Some(ticket), many) => format!(
            "{} {}: {}, and {} more",
            ticket.priority,
            ticket.number,
            ticket.title,
            many - 1
        ),
    };
    let before = call.title();
    let title = format!("{before}{about}");
    let reason = page.notes.reason.as_deref().filter(|_| !page.is_drill);
    let short_reason = reason.map(|reason| format!(" Why now: {}.", cut(reason)));
    let short_reason = short_reason.unwrap_or_default();
    let short = format!(
        "Eider: {before}{}.{short_reason} Answer 1 to acknowledge, 4 if you cannot.",
        cut(&about)
    );
    let mut text = call.text();
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
    if let [only] = tickets {
        // Whoever has just woken up need not open anything to know what it is.
        let what = cut_words(only.report.what.trim(), WHAT_CHARACTERS);
        if !what.is_empty() {
            text.push_str(&format!("\n\n{what}"));
        }
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
    let spoken = format!("This is Eider. {title}.{short_reason}");
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
    cut_to(title, SHORT_CHARACTERS)
}

fn cut_to(text: &str, limit_characters: usize) -> String {
    if text.chars().count() <= limit_characters {
        return text.to_owned();
    }
    let begun: String = text.chars().take(limit_characters - 1).collect();
    format!("{begun}…")
}

fn keys() -> Vec<Key> {
    let key = |(digit, what): (u8, &str)| Key {
        digit,
        what: what.to_owned(),
    };
    DIGITS.map(key).into()
}
