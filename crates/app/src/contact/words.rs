//! What is said, made when it goes out: by then it may not be wanted any more.

use eider_domain::{
    contact::{Attempt, CODE_DIGITS, CODE_LIFE, Code, Key, Kind, Message, Subject},
    person::{Person, Standing},
};
use eider_store::{Tx, contact, person};

use crate::{Eider, Result, account::secret_hash, page};

/// The key that says that a test page was heard.
pub(super) const HEARD_KEY: u8 = 1;

/// What an attempt says. Nothing when it is not wanted any more: the person cannot sign in, the
/// method is gone, or there is nothing to say about its subject. It reads, and locks nothing but
/// what is its own, because whoever calls it holds the attempt.
pub(super) async fn words(
    eider: &Eider,
    tx: &mut Tx,
    attempt: &Attempt,
) -> Result<Option<Message>> {
    let found = person::by_id(tx, attempt.person).await?;
    let Some(person) = found.filter(|person| person.standing == Standing::Active) else {
        return Ok(None);
    };
    if let Some(id) = attempt.way.method {
        let method = contact::method_by_id(tx, id).await?;
        let is_wanted = method.is_some_and(|method| {
            method.verified_at.is_some() != (attempt.subject == Subject::Verification)
        });
        if !is_wanted {
            return Ok(None);
        }
    }
    match attempt.subject {
        Subject::Verification => verification(eider, tx, attempt).await,
        Subject::TestPage => Ok(Some(test_page(&person, attempt.way.kind))),
        Subject::Page(id) => page::words(eider, tx, id, attempt.person).await,
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
        Kind::Webhook => "webhook",
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
        link: Some("/my-duty/contact".into()),
    }
}
