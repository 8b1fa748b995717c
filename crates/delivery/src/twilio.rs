//! Text messages and calls, by Twilio or whoever speaks as it does.

use base64::{Engine, engine::general_purpose::STANDARD};
use eider_app::contact::Sending;
use eider_domain::contact::{Kind, Message, Outcome, parse_address};
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha1::Sha1;

use crate::{
    ConfigurationError, Secret, TwilioAccount,
    http::{self, no_success, shortened, unanswered},
    pace::Pace,
    receive::{KEYS_PATH, STATUS_PATH},
};

/// Twilio takes no longer message.
const TEXT_LIMIT_CHARACTERS: usize = 1_600;

/// One account.
pub(crate) struct Twilio {
    pub(crate) name: String,
    pub(crate) pace: Pace,
    pub(crate) sms_from: Option<String>,
    pub(crate) voice_from: Option<String>,
    account_sid: String,
    auth_token: Secret,
    api_url: String,
    public_url: String,
    http: reqwest::Client,
}

/// What Twilio made.
#[derive(Deserialize)]
struct Made {
    sid: String,
}

/// Why Twilio made nothing.
#[derive(Deserialize)]
struct Problem {
    code: i64,
    message: String,
}

impl Twilio {
    pub(crate) fn new(
        name: String,
        account: &TwilioAccount,
        public_url: &str,
    ) -> Result<Self, ConfigurationError> {
        let number = |field: &str, number: &Option<String>| {
            let parsed = number.as_deref().map(|text| parse_address(Kind::Sms, text));
            let why = |error| ConfigurationError::new(&name, format!("“{field}”: {error}"));
            parsed.transpose().map_err(why)
        };
        let (sms_from, voice_from) = (
            number("sms_from", &account.sms_from)?,
            number("voice_from", &account.voice_from)?,
        );
        if sms_from.is_none() && voice_from.is_none() {
            let why = "name the number that it sends from with “sms_from”, “voice_from” or both";
            return Err(ConfigurationError::new(&name, why));
        }
        // Whatever Twilio tells is believed by this token, so without one anybody would be.
        if account.account_sid.is_empty() || account.auth_token.0.is_empty() {
            let why = "“account_sid” and “auth_token” must not be empty";
            return Err(ConfigurationError::new(&name, why));
        }
        let wrong = |why: String| ConfigurationError::new(&name, format!("“api_url”: {why}"));
        let api_url = http::address(&account.api_url).map_err(wrong)?;
        let client = http::client().build();
        let client = client.map_err(|error| ConfigurationError::new(&name, error))?;
        Ok(Self {
            name,
            sms_from,
            voice_from,
            account_sid: account.account_sid.clone(),
            auth_token: account.auth_token.clone(),
            api_url,
            pace: Pace::new(account.per_second),
            public_url: public_url.to_owned(),
            http: client,
        })
    }

    pub(crate) async fn send(&self, sending: &Sending) -> Outcome {
        let (to, id) = (sending.attempt.way.address.as_str(), sending.attempt.id);
        let message = &sending.message;
        let (what, from, name, value) = match sending.attempt.way.kind {
            Kind::Voice => {
                let said = spoken(message, &self.own(&format!("{KEYS_PATH}{id}")));
                ("Calls", &self.voice_from, "Twiml", said)
            }
            _ => ("Messages", &self.sms_from, "Body", self.written(message)),
        };
        let from = from.as_deref().unwrap_or_default();
        let status = self.own(&format!("{STATUS_PATH}{id}"));
        let address = format!(
            "{}/2010-04-01/Accounts/{}/{what}.json",
            self.api_url, self.account_sid
        );
        let request = self
            .http
            .post(address)
            .basic_auth(&self.account_sid, Some(&self.auth_token.0))
            .form(&[
                ("To", to),
                ("From", from),
                (name, value.as_str()),
                ("StatusCallback", status.as_str()),
            ]);
        match request.send().await {
            Ok(response) => answered(response).await,
            Err(error) => unanswered(&error),
        }
    }

    /// Whether this account has signed a request with these fields to that path of ours.
    pub(crate) fn has_signed(
        &self,
        path: &str,
        fields: &[(String, String)],
        signature: &str,
    ) -> bool {
        let mut sorted: Vec<&(String, String)> = fields.iter().collect();
        sorted.sort();
        // A key may be of any length.
        let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(self.auth_token.0.as_bytes()) else {
            return false;
        };
        mac.update(self.own(path).as_bytes());
        for (name, value) in sorted {
            mac.update(name.as_bytes());
            mac.update(value.as_bytes());
        }
        let sent = STANDARD.decode(signature).unwrap_or_default();
        mac.verify_slice(&sent).is_ok()
    }

    /// An address of ours, as Twilio calls it.
    fn own(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }

    fn written(&self, message: &Message) -> String {
        let text = match &message.link {
            Some(path) => format!("{} {}{path}", message.short, self.public_url),
            None => message.short.clone(),
        };
        text.chars().take(TEXT_LIMIT_CHARACTERS).collect()
    }
}

async fn answered(response: reqwest::Response) -> Outcome {
    let status = response.status();
    let body = match http::body(response).await {
        Ok(body) => body,
        Err(error) => return unanswered(&error),
    };
    if status.is_success() {
        return match serde_json::from_str::<Made>(&body) {
            Ok(made) => Outcome::Accepted {
                reference: shortened(&made.sid),
            },
            Err(_) => Outcome::Silent {
                why: format!("{status}, and no identifier of what was made."),
            },
        };
    }
    let why = match serde_json::from_str::<Problem>(&body) {
        Ok(problem) => shortened(&format!("{} ({})", problem.message, problem.code)),
        Err(_) => status.to_string(),
    };
    no_success(status, why)
}

/// What a voice says, twice: people who are asleep miss the first. A key that they press is told
/// at `keys`.
fn spoken(message: &Message, keys: &str) -> String {
    let said = escaped(&message.spoken_with_keys());
    let twice = format!("<Say>{said}</Say><Pause length=\"1\"/><Say>{said}</Say>");
    if message.keys.is_empty() {
        return format!("<Response>{twice}</Response>");
    }
    format!(
        "<Response><Gather numDigits=\"1\" timeout=\"10\" action=\"{}\">{twice}</Gather>\
         </Response>",
        escaped(keys)
    )
}

/// Text within XML.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spoken_is_text_and_never_markup() {
        assert_eq!(escaped("<Dial>&\"\u{7}"), "&lt;Dial&gt;&amp;&quot; ");
    }

    fn account() -> TwilioAccount {
        TwilioAccount {
            account_sid: "AC1".into(),
            auth_token: Secret("12345".into()),
            sms_from: Some("+14155551212".into()),
            voice_from: None,
            api_url: "https://api.twilio.com".into(),
            per_second: None,
        }
    }

    #[test]
    fn an_account_that_cannot_work_is_refused_at_once() {
        let refusal = |change: fn(&mut TwilioAccount)| {
            let mut account = account();
            change(&mut account);
            Twilio::new("twilio".into(), &account, "https://mycompany.com")
                .err()
                .map(|error| error.why)
                .unwrap_or_default()
        };
        assert_eq!(refusal(|_| ()), "");
        assert!(refusal(|account| account.auth_token = Secret(String::new())).contains("empty"));
        assert!(refusal(|account| account.api_url = "api.twilio.com".into()).contains("api_url"));
        assert!(refusal(|account| account.sms_from = None).contains("sms_from"));
    }

    /// The example of Twilio's own documentation of its signatures.
    #[test]
    fn a_signature_is_known() {
        let twilio = Twilio::new("twilio".into(), &account(), "https://mycompany.com");
        let twilio = twilio.map_err(|error| error.why).unwrap();
        let fields: Vec<(String, String)> = [
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+14158675309"),
            ("Digits", "1234"),
            ("From", "+14158675309"),
            ("To", "+18005551212"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let path = "/myapp.php?foo=1&bar=2";
        let signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
        assert!(twilio.has_signed(path, &fields, signature));
        assert!(!twilio.has_signed("/myapp.php?foo=1", &fields, signature));
        assert!(!twilio.has_signed(path, &fields[1..], signature));
    }
}
