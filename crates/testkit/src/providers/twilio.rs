//! A Twilio: text messages and calls, with its rules and its words for what is wrong.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    Form, Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha1::Sha1;

use super::{Mood, Shared, looked_at, serve};

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const TOKEN: &str = "a secret of Twilio";
const OWN_NUMBER: &str = "+442079460999";
const TEXT_LIMIT_CHARACTERS: usize = 1_600;

/// A Twilio with one account.
#[derive(Clone, Debug)]
pub struct TestTwilio {
    shared: Shared<Taken>,
    made: Arc<AtomicU64>,
    address: String,
}

looked_at!(TestTwilio takes Taken);

/// Something that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// A text message.
    Sms(Sms),
    /// A call.
    Call(Call),
}

/// A text message that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sms {
    /// Its identifier.
    pub sid: String,
    /// Who gets it.
    pub to: String,
    /// What it says.
    pub body: String,
    /// Where its sender wants to hear what becomes of it.
    pub status_callback: String,
}

/// A call that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Its identifier.
    pub sid: String,
    /// Who is called.
    pub to: String,
    /// What is said and asked, as TwiML.
    pub twiml: String,
    /// Where its sender wants to hear what becomes of it.
    pub status_callback: String,
}

/// Why something is refused: a status, Twilio's number for it, and its words.
type Refusal = (StatusCode, i64, &'static str);

impl TestTwilio {
    /// A Twilio on a free port of this machine.
    pub async fn start() -> Self {
        let mut twilio = Self {
            shared: Shared::new(),
            made: Arc::new(AtomicU64::new(0)),
            address: String::new(),
        };
        let router = Router::new()
            .route(
                "/2010-04-01/Accounts/{account}/Messages.json",
                post(message),
            )
            .route("/2010-04-01/Accounts/{account}/Calls.json", post(call))
            .with_state(twilio.clone());
        twilio.address = serve(router).await;
        twilio
    }

    /// Where its API is.
    pub fn api_url(&self) -> &str {
        &self.address
    }

    /// The account that it knows.
    pub fn account_sid(&self) -> &'static str {
        ACCOUNT
    }

    /// The secret of the account.
    pub fn auth_token(&self) -> &'static str {
        TOKEN
    }

    /// The number that belongs to the account.
    pub fn own_number(&self) -> &'static str {
        OWN_NUMBER
    }

    /// The text messages that were taken, in their order.
    pub fn messages(&self) -> Vec<Sms> {
        let taken = self.taken().into_iter();
        taken
            .filter_map(|taken| match taken {
                Taken::Sms(sms) => Some(sms),
                Taken::Call(_) => None,
            })
            .collect()
    }

    /// The calls that were taken, in their order.
    pub fn calls(&self) -> Vec<Call> {
        let taken = self.taken().into_iter();
        taken
            .filter_map(|taken| match taken {
                Taken::Call(call) => Some(call),
                Taken::Sms(_) => None,
            })
            .collect()
    }

    /// Tells the sender of a text message what became of it, such as `delivered`. Answers the
    /// status of their answer.
    pub async fn tells_of_message(&self, sms: &Sms, status: &str) -> u16 {
        let fields = [
            ("AccountSid", ACCOUNT),
            ("MessageSid", &sms.sid),
            ("MessageStatus", status),
            ("To", &sms.to),
            ("From", OWN_NUMBER),
        ];
        self.calls_back(&sms.status_callback, &fields, TOKEN)
            .await
            .0
    }

    /// Tells whoever called what became of a call, such as `no-answer`.
    pub async fn tells_of_call(&self, call: &Call, status: &str) -> u16 {
        let fields = [
            ("AccountSid", ACCOUNT),
            ("CallSid", &call.sid),
            ("CallStatus", status),
            ("To", &call.to),
            ("From", OWN_NUMBER),
        ];
        self.calls_back(&call.status_callback, &fields, TOKEN)
            .await
            .0
    }

    /// Somebody presses a key in a call. Answers what is said to that, as TwiML.
    ///
    /// # Panics
    /// When the call waits for no key.
    pub async fn presses(&self, call: &Call, digit: &str) -> String {
        let asked = call.twiml.split_once(" action=\"");
        let action = asked.and_then(|(_, rest)| rest.split_once('"'));
        let (action, _) = action.expect("the call waits for a key");
        let fields = [
            ("AccountSid", ACCOUNT),
            ("CallSid", &call.sid),
            ("Digits", digit),
            ("To", &call.to),
            ("From", OWN_NUMBER),
        ];
        let (status, twiml) = self.calls_back(action, &fields, TOKEN).await;
        assert_eq!(status, 200, "{twiml}");
        twiml
    }

    /// Somebody writes from `number` to the number of the account, which tells it to `address`.
    /// Answers what is answered to that, as TwiML.
    pub async fn hears(&self, address: &str, number: &str, body: &str) -> String {
        let fields = [
            ("AccountSid", ACCOUNT),
            ("Body", body),
            ("From", number),
            ("MessageSid", "SMffffffffffffffffffffffffffffffff"),
            ("To", OWN_NUMBER),
        ];
        let (status, twiml) = self.calls_back(address, &fields, TOKEN).await;
        assert_eq!(status, 200, "{twiml}");
        twiml
    }

    /// Calls an address of the account's owner, signed with `token` as Twilio signs.
    pub async fn calls_back(
        &self,
        address: &str,
        fields: &[(&str, &str)],
        token: &str,
    ) -> (u16, String) {
        let mut sorted = fields.to_vec();
        sorted.sort_unstable();
        let mut mac = Hmac::<Sha1>::new_from_slice(token.as_bytes()).expect("any length is good");
        mac.update(address.as_bytes());
        for (name, value) in &sorted {
            mac.update(name.as_bytes());
            mac.update(value.as_bytes());
        }
        let signature = STANDARD.encode(mac.finalize().into_bytes());
        let answer = reqwest::Client::new()
            .post(address)
            .header("X-Twilio-Signature", signature)
            .form(fields)
            .send()
            .await
            .expect("somebody is there");
        let status = answer.status().as_u16();
        (status, answer.text().await.expect("an answer is text"))
    }

    fn new_sid(&self, kind: &str) -> String {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        format!("{kind}{number:032x}")
    }

    /// What is checked of messages and calls alike.
    fn check(
        &self,
        account: &str,
        headers: &HeaderMap,
        form: &BTreeMap<String, String>,
        known: &[&str],
    ) -> Result<(String, String), Refusal> {
        let login = format!("Basic {}", STANDARD.encode(format!("{ACCOUNT}:{TOKEN}")));
        let sent = headers
            .get("authorization")
            .and_then(|value| value.to_str().ok());
        if account != ACCOUNT || sent != Some(login.as_str()) {
            return Err((StatusCode::UNAUTHORIZED, 20_003, "Authenticate"));
        }
        for name in form.keys().filter(|name| !known.contains(&name.as_str())) {
            self.shared
                .violated(format!("Twilio knows no parameter {name}"));
        }
        let field = |name: &str| form.get(name).cloned().unwrap_or_default();
        let (to, from) = (field("To"), field("From"));
        if !is_number(&to) {
            return Err((StatusCode::BAD_REQUEST, 21_211, "Invalid 'To' Phone Number"));
        }
        if from != OWN_NUMBER {
            let why = "'From' phone number not verified";
            return Err((StatusCode::BAD_REQUEST, 21_210, why));
        }
        let callback = field("StatusCallback");
        if !callback.is_empty() && callback.parse::<reqwest::Url>().is_err() {
            let why = "Invalid 'StatusCallback' URL";
            return Err((StatusCode::BAD_REQUEST, 21_609, why));
        }
        match self.shared.mood() {
            Mood::Refuses => {
                let why = "Permission to send to this region has not been enabled";
                Err((StatusCode::BAD_REQUEST, 21_408, why))
            }
            Mood::Busy => Err((StatusCode::TOO_MANY_REQUESTS, 20_429, "Too Many Requests")),
            Mood::Fails => {
                let why = "Internal Server Error";
                Err((StatusCode::INTERNAL_SERVER_ERROR, 20_500, why))
            }
            Mood::Well | Mood::BreaksOff | Mood::Hangs => Ok((to, from)),
        }
    }

    /// Takes it, and answers in its mood.
    async fn answer(&self, taken: Taken, sid: &str, to: &str, from: &str) -> Response {
        self.shared.take(taken);
        match self.shared.mood() {
            // As the gateway in front of it says, which lost its answer.
            Mood::BreaksOff => StatusCode::GATEWAY_TIMEOUT.into_response(),
            Mood::Hangs => std::future::pending().await,
            _ => {
                let made = json!({
                    "sid": sid, "status": "queued", "to": to, "from": from,
                    "account_sid": ACCOUNT, "api_version": "2010-04-01",
                });
                (StatusCode::CREATED, Json(made)).into_response()
            }
        }
    }
}

async fn message(
    State(twilio): State<TestTwilio>,
    Path(account): Path<String>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    let known = ["To", "From", "Body", "StatusCallback"];
    let (to, from) = match twilio.check(&account, &headers, &form, &known) {
        Ok(checked) => checked,
        Err(refusal) => return refused(refusal),
    };
    let body = form.get("Body").cloned().unwrap_or_default();
    if body.is_empty() {
        return refused((StatusCode::BAD_REQUEST, 21_602, "Message body is required"));
    }
    if body.chars().count() > TEXT_LIMIT_CHARACTERS {
        let why = "The concatenated message body exceeds the 1600 character limit";
        return refused((StatusCode::BAD_REQUEST, 21_617, why));
    }
    let status_callback = form.get("StatusCallback").cloned().unwrap_or_default();
    let sid = twilio.new_sid("SM");
    let taken = Taken::Sms(Sms {
        sid: sid.clone(),
        to: to.clone(),
        body,
        status_callback,
    });
    twilio.answer(taken, &sid, &to, &from).await
}

async fn call(
    State(twilio): State<TestTwilio>,
    Path(account): Path<String>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    let known = [
        "To",
        "From",
        "Twiml",
        "StatusCallback",
        "StatusCallbackEvent",
    ];
    let (to, from) = match twilio.check(&account, &headers, &form, &known) {
        Ok(checked) => checked,
        Err(refusal) => return refused(refusal),
    };
    let twiml = form.get("Twiml").cloned().unwrap_or_default();
    if !twiml.starts_with("<Response>") || !twiml.ends_with("</Response>") {
        twilio.shared.violated(format!("this is no TwiML: {twiml}"));
        return refused((StatusCode::BAD_REQUEST, 12_100, "Document parse failure"));
    }
    let status_callback = form.get("StatusCallback").cloned().unwrap_or_default();
    let sid = twilio.new_sid("CA");
    let taken = Taken::Call(Call {
        sid: sid.clone(),
        to: to.clone(),
        twiml,
        status_callback,
    });
    twilio.answer(taken, &sid, &to, &from).await
}

fn refused((status, code, message): Refusal) -> Response {
    let problem = json!({
        "code": code, "message": message, "status": status.as_u16(),
        "more_info": format!("https://www.twilio.com/docs/errors/{code}"),
    });
    (status, Json(problem)).into_response()
}

fn is_number(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}
