//! What people answer by a key or by a text message.

use eider_domain::{
    AttemptId, PersonId,
    contact::{Arrival, CODE_DIGITS, Kind, Method, Subject},
    fact::{Fact, Happened},
    page::Way,
};
use eider_store::{Tx, contact, fact};

use super::{attempt::hear, words::HEARD_KEY};
use crate::{Eider, Result, account::secret_hash, page, readiness};

/// The words that a network takes as: nothing more to this number.
const STOPS: [&str; 6] = ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"];

/// Takes the key that somebody pressed in a call that the provider knows as `reference`, and
/// answers what is said to them.
///
/// # Errors
/// When the database fails.
pub async fn answer_key(
    eider: &Eider,
    id: AttemptId,
    reference: &str,
    digit: u8,
) -> Result<String> {
    let mut tx = eider.db().read().await?;
    let attempt = contact::attempt(&mut tx, id).await?;
    drop(tx);
    match attempt.map(|attempt| (attempt.subject, attempt.person)) {
        Some((Subject::TestPage, _)) if digit == HEARD_KEY => {
            hear(eider, id, reference, &Arrival::Arrived).await?;
            Ok("Thank you. All is well.".into())
        }
        Some((Subject::Page(page) | Subject::HelpMissed(page), person)) => {
            hear(eider, id, reference, &Arrival::Arrived).await?;
            page::answered_by_digit(eider, person, page, digit, Way::Voice).await
        }
        Some((Subject::Readiness(asked), person)) if digit == readiness::READY_KEY => {
            hear(eider, id, reference, &Arrival::Arrived).await?;
            Ok(if readiness::said_by_key(eider, person, asked).await? {
                "Thank you. It is noted that you are ready.".into()
            } else {
                "Thank you. That shift is not yours any more.".into()
            })
        }
        _ => Ok("This key means nothing here.".into()),
    }
}

/// Takes what somebody answered by a text message from `number`, and says what is answered to
/// that. Strangers are answered nothing.
///
/// # Errors
/// When the database fails.
pub async fn answer_message(eider: &Eider, number: &str, text: &str) -> Result<Option<String>> {
    let mut tx = eider.db().write().await?;
    let methods = contact::methods_at(&mut tx, Kind::Sms, number).await?;
    if methods.is_empty() {
        return Ok(None);
    }
    let words = text.trim().to_uppercase();
    if STOPS.contains(&words.as_str()) {
        // The network itself answers that.
        stop_all(eider, tx, methods).await?;
        return Ok(None);
    }
    if let Some(reply) = page::Reply::read(text) {
        drop(tx);
        let said = page::answered_by_message(eider, &reached(&methods), reply).await?;
        return Ok(Some(said));
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.len() == CODE_DIGITS {
        let is_taken = take_code(eider, tx, methods, &digits).await?;
        let answer = if is_taken {
            "Thank you. From now on you are reached at this number."
        } else {
            "This is not the code that was sent last, or it is no longer good. Have another one \
             sent."
        };
        return Ok(Some(answer.into()));
    }
    drop(tx);
    if let Some(answers) = page::answers_of(eider, &reached(&methods)).await? {
        return Ok(Some(format!("Eider did not understand this. {answers}")));
    }
    let answer = "Eider did not understand this. Answer with the code that you were sent, or with \
                  STOP to hear nothing more here.";
    Ok(Some(answer.into()))
}

/// Those who are reached at these.
fn reached(methods: &[Method]) -> Vec<PersonId> {
    let verified = methods.iter().filter(|method| method.verified_at.is_some());
    verified.map(|method| method.person).collect()
}

/// Takes a code for whichever method it was sent to. A wrong one counts for each.
async fn take_code(eider: &Eider, mut tx: Tx, methods: Vec<Method>, digits: &str) -> Result<bool> {
    let (now, hash) = (eider.now(), secret_hash(digits));
    let mut verified = Vec::new();
    for mut method in methods {
        if method.verified_at.is_some() {
            continue;
        }
        let Some(mut code) = contact::code_of(&mut tx, method.id).await? else {
            continue;
        };
        if code.take(&hash, now).is_err() {
            contact::put_code(&mut tx, method.id, &code).await?;
            continue;
        }
        method.verified_at = Some(now);
        contact::put_method(&mut tx, &method).await?;
        contact::remove_code(&mut tx, method.id).await?;
        verified.push(method);
    }
    let told = |method: &Method| Fact::ContactMethodVerified { method: method.id };
    keep(eider, tx, &verified, told).await?;
    Ok(!verified.is_empty())
}

/// Nothing more goes to these, until they are verified again.
async fn stop_all(eider: &Eider, mut tx: Tx, methods: Vec<Method>) -> Result<()> {
    let mut stopped = Vec::new();
    for mut method in methods {
        if method.verified_at.take().is_some() {
            contact::put_method(&mut tx, &method).await?;
            stopped.push(method);
        }
    }
    let told = |method: &Method| Fact::ContactMethodStopped { method: method.id };
    keep(eider, tx, &stopped, told).await
}

/// Keeps what was changed, with a fact in the name of each owner.
async fn keep(
    eider: &Eider,
    mut tx: Tx,
    methods: &[Method],
    told: impl Fn(&Method) -> Fact,
) -> Result<()> {
    let at = eider.now();
    let happened: Vec<Happened> = methods
        .iter()
        .map(|method| Happened {
            at,
            actor: Some(method.person),
            ticket: None,
            fact: told(method),
        })
        .collect();
    if !happened.is_empty() {
        fact::append(&mut tx, &happened, at).await?;
    }
    tx.commit().await?;
    eider.committed();
    Ok(())
}
