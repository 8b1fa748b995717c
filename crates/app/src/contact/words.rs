//! What is said, made when it goes out: by then it may not be wanted any more.

use eider_domain::{
    contact::{Attempt, CODE_DIGITS, CODE_LIFE, Code, Key, Kind, Message, Method, Subject},
    person::{Person, Standing},
};
use eider_store::{Tx, contact, person};
use jiff::Timestamp;

use super::linked::is_linked;
use crate::{Eider, Result, account::secret_hash, alert, page, readiness, rota, watch};

/// The key that says that a test page was heard.
pub(super) const HEARD_KEY: u8 = 1;

/// What is said, and since when somebody was to be called, when this is a page's first call.
pub(super) struct Said {
    pub(super) message: Message,
    pub(super) was_due_at: Option<Timestamp>,
}

impl From<Message> for Said {
    fn from(message: Message) -> Self {
        Self {
            message,
            was_due_at: None,
        }
    }
}

/// What an attempt says. Nothing when it is not wanted any more: the person cannot sign in, the
/// method is gone, or there is nothing to say about its subject. It reads, and locks nothing but
/// what is its own, because whoever calls it holds the attempt.
pub(super) async fn words(eider: &Eider, tx: &mut Tx, attempt: &Attempt) -> Result<Option<Said>> {
    if let Subject::Probe(_) = attempt.subject {
        return Ok(Some(watch::words(eider, tx).await?.into()));
    }
    let found = person::by_id(tx, attempt.person).await?;
    let Some(person) = found.filter(|person| person.standing == Standing::Active) else {
        return Ok(None);
    };
    if attempt.way.kind == Kind::Slack {
        if !is_linked(tx, attempt).await? {
            return Ok(None);
        }
    } else if let Some(id) = attempt.way.method {
        let method = contact::method_by_id(tx, id).await?;
        let is_wanted = method.is_some_and(|method| match attempt.subject {
            Subject::Verification => method.verified_at.is_none() && method.lost_at.is_none(),
            _ => method.is_good(),
        });
        if !is_wanted {
            return Ok(None);
        }
    }
    match attempt.subject {
        Subject::Verification => {
            let message = verification(eider, tx, attempt).await?;
            Ok(message.map(Into::into))
        }
        Subject::TestPage => Ok(Some(test_page(&person, attempt.way.kind).into())),
        Subject::Page(id) => {
            let words = page::words(eider, tx, id, attempt.person).await?;
            Ok(words.map(|(message, page)| Said {
                message,
                was_due_at: page.first_call_was_due(attempt.due_at),
            }))
        }
        Subject::Readiness(id) => {
            let message = readiness::words(eider, tx, id, &person).await?;
            Ok(message.map(Into::into))
        }
        // Slack shows a message of its own for a swap, with buttons.
        Subject::Swap(_) if attempt.way.kind == Kind::Slack => Ok(None),
        Subject::Swap(id) => {
            let message = rota::swap_words(eider, tx, id, &person).await?;
            Ok(message.map(Into::into))
        }
        Subject::Rotas(id) => {
            let message = rota::notice_words(eider, tx, id, &person).await?;
            Ok(message.map(Into::into))
        }
        Subject::HelpMissed(id) => {
            let message = page::missed_words(eider, tx, id, person.id).await?;
            Ok(message.map(Into::into))
        }
        Subject::AlertsOver(id) => {
            let message = alert::over_words(tx, id, person.id).await?;
            Ok(message.map(Into::into))
        }
        Subject::LostMethod(id) => {
            let lost = contact::method_by_id(tx, id).await?;
            let lost = lost.filter(|method| method.lost_at.is_some());
            Ok(lost.map(|method| lost_method(&method).into()))
        }
        Subject::Probe(_) => Ok(None),
    }
}

/// The code is made here, so that it is written down nowhere but in the message.
async fn verification(eider: &Eider, tx: &mut Tx, attempt: &Attempt) -> Result<Option<Message>> {
    let Some(method) = attempt.way.method else {
        return Ok(None);
    };
    let code = six_digits(eider);
    let kept = Code::new(secret_hash(&code), eider.now());
    contact::put_code(tx, method, &kept).await?;
    let minutes = CODE_LIFE.as_mins();
    let digits: Vec<String> = code.chars().map(String::from).collect();
    let slowly = digits.join(", ");
    Ok(Some(Message {
        title: format!("{code} is your code for Eider"),
        text: format!(
            "Your code is {code}. Enter it in Eider within {minutes} minutes to prove that you \
             are reached here.\n\nIf you did not ask for it, somebody may have mistyped their \
             address. Then there is nothing to do."
        ),
        short: format!("{code} is your code for Eider, good for {minutes} minutes."),
        spoken: format!(
            "This is Eider. Your code is {slowly}. Once more: {slowly}. It is good for {minutes} \
             minutes."
        ),
        keys: Vec::new(),
        link: Some("/my-duty/contact".into()),
    }))
}

fn six_digits(eider: &Eider) -> String {
    let number = u64::from_le_bytes(eider.ids().random());
    let number = number % 10_u64.pow(u32::try_from(CODE_DIGITS).unwrap_or(6));
    format!("{number:0CODE_DIGITS$}")
}

fn test_page(person: &Person, kind: Kind) -> Message {
    let how = match kind {
        Kind::Email => "e-mail",
        Kind::Sms => "text message",
        Kind::Voice => "phone call",
        Kind::Ntfy => "ntfy",
        Kind::WebPush => "browser notification",
        Kind::Webhook => "webhook",
        Kind::Slack => "a direct message in Slack",
    };
    let called = person.called();
    Message {
        title: "Test page from Eider: all is well".into(),
        text: format!(
            "{called}, this is the test page that you asked for. It came by {how}. Nothing is \
             wrong, and there is nothing to do."
        ),
        short: "Test page from Eider: all is well, nothing to do.".into(),
        spoken: format!(
            "Hello {called}. This is Eider with the test page that you asked for. Nothing is \
             wrong, and there is nothing to do."
        ),
        keys: vec![Key {
            digit: HEARD_KEY,
            what: "to say that you heard this".into(),
        }],
        link: Some("/my-duty/ready".into()),
    }
}

fn lost_method(method: &Method) -> Message {
    let name = if method.label.is_empty() {
        method.kind.name()
    } else {
        &method.label
    };
    let title = format!("Eider cannot reach you any more: {name}");
    Message {
        text: format!(
            "Nothing that is sent to “{name}” arrives any more: whoever brings it says that it is \
             gone. It is not used from now on, and what it should have told you was sent in \
             another way where there is one.\n\nA browser forgets when it is set up anew or its \
             notifications are turned off. Open Eider there and add it again, under My duty, \
             Contact methods."
        ),
        short: format!("{title}. Add it again under My duty, Contact methods."),
        spoken: format!("This is Eider. {title}. Add it again, or another one."),
        title,
        keys: Vec::new(),
        link: Some("/my-duty/contact".into()),
    }
}
