//! A provider of every kind that remembers each message, and fails as it is told to.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// A client that says nothing for this long has gone away.
const HANGS_AT_MOST: Duration = Duration::from_secs(10);

/// How a message came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Way {
    /// A notification.
    Ntfy,
    /// A text message.
    Sms,
    /// A webhook of somebody's own.
    Webhook,
}

/// What the caller can know of a message from the answer that it got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was taken, and the caller was told so.
    Taken,
    /// It was not taken, and the caller was told so.
    NotTaken,
    /// The caller was told nothing that is certain.
    Unclear,
    /// The caller was told that something broke: it is not certain either, and may be tried again
    /// until it is taken, if it says that it may be a repeat.
    Broken,
}

/// One message.
#[derive(Clone, Debug)]
pub struct Call {
    /// When the whole of it was here.
    pub at: Duration,
    /// The first part of its address, by which its caller is known.
    pub door: String,
    /// How it came.
    pub way: Way,
    /// For whom: a topic, a number, or the name of a webhook.
    pub to: String,
    /// The id of the attempt, where that kind of message tells it.
    pub attempt: Option<String>,
    /// Everything that it says.
    pub text: String,
    /// The first ticket that it names.
    pub ticket: Option<String>,
    /// The path behind its link.
    pub link: Option<String>,
    /// Whether it says of itself that it may be a repeat.
    pub is_repeat: bool,
    /// What became of it.
    pub verdict: Verdict,
}

/// What the provider does with one message.
#[derive(Clone, Copy, Debug)]
pub enum Does {
    /// It takes it.
    Takes,
    /// It is busy, and says so.
    IsBusy,
    /// It says that something broke, which leaves open what it did before.
    Breaks,
    /// It takes it, and hangs up before it says so.
    HangsUp,
    /// It takes it, and never says so.
    Hangs,
}

/// What is done with a message, after how long, and whether it reaches its person.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// What is done.
    pub does: Does,
    /// After how long.
    pub after: Duration,
    /// Whether it reaches its person, where that is not certain.
    pub reaches: bool,
}

impl Plan {
    /// All is well.
    pub const WELL: Plan = Plan {
        does: Does::Takes,
        after: Duration::ZERO,
        reaches: true,
    };
}

type Mood = Box<dyn FnMut(&Call) -> Plan + Send>;

/// A provider on this machine.
#[derive(Clone)]
pub struct Provider {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    begun: Instant,
    mood: Mutex<Mood>,
    calls: Mutex<Vec<Call>>,
    faults: Mutex<Vec<String>>,
    reached: Mutex<Sender<Call>>,
}

impl Provider {
    /// Starts one. What reaches a person comes out of the receiver.
    pub fn start() -> Result<(Provider, Receiver<Call>), String> {
        let listener = TcpListener::bind("127.0.0.1:0")
            .map_err(|error| format!("No address for the provider: {error}"))?;
        let address = listener
            .local_addr()
            .map_err(|error| format!("No address for the provider: {error}"))?;
        let (reached, people) = channel();
        let provider = Provider {
            address,
            shared: Arc::new(Shared {
                begun: Instant::now(),
                mood: Mutex::new(Box::new(|_| Plan::WELL)),
                calls: Mutex::default(),
                faults: Mutex::default(),
                reached: Mutex::new(reached),
            }),
        };
        let serving = provider.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let serving = serving.clone();
                thread::spawn(move || {
                    // A caller that was killed leaves in the middle of a request.
                    let _left = serving.converse(stream);
                });
            }
        });
        Ok((provider, people))
    }

    /// The time by which everything here is told.
    pub fn now(&self) -> Duration {
        self.shared.begun.elapsed()
    }

    /// From now on it does with each message what `mood` says.
    pub fn is(&self, mood: impl FnMut(&Call) -> Plan + Send + 'static) {
        *lock(&self.shared.mood) = Box::new(mood);
    }

    /// Every message so far.
    pub fn calls(&self) -> Vec<Call> {
        lock(&self.shared.calls).clone()
    }

    /// The pages among them.
    pub fn pages(&self) -> Vec<Call> {
        let mut calls = self.calls();
        calls.retain(|call| call.ticket.is_some());
        calls
    }

    /// What was wrong with the messages themselves.
    pub fn faults(&self) -> Vec<String> {
        lock(&self.shared.faults).clone()
    }

    /// What a node is told by its environment, to call here. The door is a word by which it is known.
    pub fn environment(&self, door: &str) -> Vec<(String, String)> {
        let base = format!("http://{}/{door}", self.address);
        let mut all = vec![("EIDER_NTFY_SERVER", format!("{base}/ntfy"))];
        all.push(("EIDER_TWILIO_API_URL", format!("{base}/twilio")));
        let account = "AC0123456789abcdef0123456789abcdef";
        all.push(("EIDER_TWILIO_ACCOUNT_SID", account.to_owned()));
        all.push(("EIDER_TWILIO_AUTH_TOKEN", "a-token-of-a-proof".to_owned()));
        all.push(("EIDER_TWILIO_SMS_FROM", "+442079460999".to_owned()));
        all.push(("EIDER_WEBHOOK_ALLOW_PRIVATE_ADDRESSES", "true".to_owned()));
        all.into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    fn converse(&self, stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut writer = stream.try_clone()?;
        let mut reader = BufReader::new(stream);
        while let Some((path, attempt, body)) = read_request(&mut reader)? {
            let mut call = match self.read_call(&path, attempt, &body) {
                Ok(call) => call,
                Err(fault) => {
                    lock(&self.shared.faults).push(fault);
                    return answer(&mut writer, "400 Bad Request", "{}");
                }
            };
            let plan = (lock(&self.shared.mood))(&call);
            call.verdict = match (plan.does, call.way) {
                (Does::Takes, _) => Verdict::Taken,
                (Does::IsBusy, _) | (Does::Breaks, Way::Webhook) => Verdict::NotTaken,
                (Does::Breaks, _) => Verdict::Broken,
                (Does::HangsUp | Does::Hangs, _) => Verdict::Unclear,
            };
            lock(&self.shared.calls).push(call.clone());
            thread::sleep(plan.after);
            let is_uncertain = matches!(call.verdict, Verdict::Unclear | Verdict::Broken);
            if call.verdict == Verdict::Taken || (is_uncertain && plan.reaches) {
                // Nobody listens any more once a proof is over.
                let _sent = lock(&self.shared.reached).send(call.clone());
            }
            match plan.does {
                Does::Takes => answer(&mut writer, "201 Created", taken(call.way))?,
                Does::IsBusy => answer(&mut writer, "429 Too Many Requests", "{}")?,
                Does::Breaks => answer(&mut writer, "500 Internal Server Error", "{}")?,
                Does::HangsUp => return Ok(()),
                Does::Hangs => {
                    reader.get_ref().set_read_timeout(Some(HANGS_AT_MOST))?;
                    let _gone = reader.read(&mut [0])?;
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn read_call(&self, path: &str, attempt: Option<String>, body: &str) -> Result<Call, String> {
        let fault = |why: &str| format!("{why} in what came to {path}: {body}");
        let mut parts = path.trim_start_matches('/').splitn(3, '/');
        let door = parts.next().unwrap_or_default().to_owned();
        let (way, to, attempt, text) = match (parts.next(), parts.next()) {
            (Some("ntfy"), None) => {
                let json: Value = serde_json::from_str(body).map_err(|_| fault("No JSON"))?;
                let word = |name| json[name].as_str().ok_or_else(|| fault("No word"));
                let text = [word("title")?, word("message")?];
                let click = json["click"].as_str().unwrap_or_default();
                let text = format!("{}\n{}\n{click}", text[0], text[1]);
                (Way::Ntfy, word("topic")?.to_owned(), None, text)
            }
            (Some("webhook"), Some(to)) => {
                let json: Value = serde_json::from_str(body).map_err(|_| fault("No JSON"))?;
                let word = |name| json[name].as_str().ok_or_else(|| fault("No word"));
                let id = attempt.ok_or_else(|| fault("No header with the attempt"))?;
                if word("attempt")? != id {
                    return Err(fault("Two attempts"));
                }
                let link = json["link"].as_str().unwrap_or_default();
                let text = format!("{}\n{}\n{link}", word("title")?, word("text")?);
                let says_so = text.contains(REPEAT);
                if json["is_repeat"].as_bool() != Some(says_so) {
                    return Err(fault("Words that say something else than “is_repeat”"));
                }
                (Way::Webhook, to.to_owned(), Some(id), text)
            }
            (Some("twilio"), Some(rest)) if rest.ends_with("/Messages.json") => {
                let word = |name| field(body, name).ok_or_else(|| fault("No field"));
                let callback = word("StatusCallback")?;
                let id = callback.rsplit('/').next().map(str::to_owned);
                (Way::Sms, word("To")?, id, word("Body")?)
            }
            _ => return Err(fault("Nothing of this provider")),
        };
        Ok(Call {
            at: self.now(),
            door,
            way,
            to,
            attempt,
            ticket: first_word(&text, "T-"),
            link: text.find("/p/").map(|at| until_space(&text[at..])),
            is_repeat: text.contains(REPEAT),
            text,
            verdict: Verdict::Unclear,
        })
    }
}

/// What a message says of itself that may have been sent before.
const REPEAT: &str = "(possibly sent before)";

fn taken(way: Way) -> &'static str {
    match way {
        Way::Sms => r#"{"sid": "SM0123456789abcdef0123456789abcdef"}"#,
        Way::Ntfy => r#"{"id": "abcdefghijkl", "event": "message"}"#,
        Way::Webhook => "{}",
    }
}

fn answer(writer: &mut impl Write, status: &str, body: &str) -> io::Result<()> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\n");
    write!(writer, "{head}Content-Length: {length}\r\n\r\n{body}")?;
    writer.flush()
}

/// The path, the header with the attempt, and the body; nothing when the caller is done.
fn read_request(reader: &mut impl BufRead) -> io::Result<Option<(String, Option<String>, String)>> {
    let mut first = String::new();
    if reader.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let (mut length, mut attempt) = (0, None);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().unwrap_or(0),
            "eider-attempt" => attempt = Some(value.trim().to_owned()),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some((
        path,
        attempt,
        String::from_utf8_lossy(&body).into_owned(),
    )))
}

/// A field of a form.
fn field(body: &str, name: &str) -> Option<String> {
    let mut fields = body.split('&').filter_map(|field| field.split_once('='));
    let (_, value) = fields.find(|(found, _)| *found == name)?;
    let value = value.replace('+', " ");
    let mut parts = value.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let digits = part.get(..2)?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).ok()
}

/// The first word that begins so and goes on with digits.
fn first_word(text: &str, beginning: &str) -> Option<String> {
    text.match_indices(beginning).find_map(|(at, _)| {
        let rest = &text[at + beginning.len()..];
        let end = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        (end > 0).then(|| format!("{beginning}{}", &rest[..end]))
    })
}

fn until_space(text: &str) -> String {
    text.split_whitespace()
        .next()
        .unwrap_or_default()
        .to_owned()
}

pub fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{Connection, Request};

    fn text_message(to: &str, body: &str) -> Request {
        let fields = [
            ("To", to),
            ("Body", body),
            ("StatusCallback", "http://here/hooks/twilio/status/7"),
        ];
        Request::post_form(
            "/node-1/twilio/2010-04-01/Accounts/AC/Messages.json",
            &fields,
        )
    }

    #[test]
    fn a_message_is_read_and_remembered_with_what_became_of_it() {
        let (provider, people) = Provider::start().unwrap();
        let mut connection = Connection::to(provider.address);
        let body = "Eider: P1 T-1001: Cards (possibly sent before) http://here/p/abc";
        let taken = connection.send(&text_message("%2B4477", body)).unwrap();
        assert_eq!(taken.status, 201);
        provider.is(|_| Plan {
            does: Does::HangsUp,
            ..Plan::WELL
        });
        assert!(connection.send(&text_message("%2B4478", body)).is_err());
        let calls = provider.pages();
        let known: Vec<_> = calls
            .iter()
            .map(|call| (call.door.as_str(), call.to.as_str(), call.verdict))
            .collect();
        let wanted = [
            ("node-1", "+4477", Verdict::Taken),
            ("node-1", "+4478", Verdict::Unclear),
        ];
        assert_eq!(known, wanted);
        let call = people.recv().unwrap();
        assert_eq!(call.ticket.as_deref(), Some("T-1001"));
        assert_eq!(call.link.as_deref(), Some("/p/abc"));
        assert_eq!(call.attempt.as_deref(), Some("7"));
        assert!(call.is_repeat);
        assert!(provider.faults().is_empty());
    }

    #[test]
    fn what_is_no_message_is_a_fault() {
        let (provider, _people) = Provider::start().unwrap();
        let request = Request::post_json("/node-1/webhook/ada", "{}".to_owned());
        let answer = Connection::to(provider.address).send(&request).unwrap();
        assert_eq!(answer.status, 400);
        assert_eq!(provider.faults().len(), 1);
    }
}
