//! Socket Mode: a line that Eider opens, through which Slack sends what it would send by HTTP.
//!
//! Each node holds one. What comes is acknowledged once it is kept; what is not acknowledged Slack
//! sends again. Before a line is closed the next one is open.

use std::time::Duration;

use eider_app::slack::{self as app, Settings, Wire, note_line, settings};
use futures_util::{SinkExt as _, StreamExt as _};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::{net::TcpStream, sync::mpsc, task::JoinSet};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_with_config,
    tungstenite::{Message, protocol::WebSocketConfig},
};
use tokio_util::sync::CancellationToken;

use crate::{CallError, Slack, receive::Kind, trouble};

/// Settings may have changed: look this often.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// That a line is open is noted again after this.
const SEEN_AGAIN: SignedDuration = SignedDuration::from_secs(60);
/// The largest thing that is read, in bytes.
const MESSAGE_LIMIT_BYTES: usize = 2 * 1024 * 1024;
/// A line on which nothing came for this long is asked whether it lives.
const SILENCE: Duration = Duration::from_secs(15);
/// After so many silences in a row it is taken to be dead.
const SILENCES_LIMIT: u32 = 3;
/// What is under way has this long to be acknowledged before a line is closed.
const FINISH_WITHIN: Duration = Duration::from_secs(5);
/// A line that was replaced is served for this long.
const LINGER: Duration = Duration::from_secs(3);
/// Slack opens a line within this.
const OPEN_WITHIN: Duration = Duration::from_secs(10);
/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

type Line = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// What a line tells whoever looks after all of them.
enum Signal {
    /// Slack said hello.
    Open(u64),
    /// Slack will close it soon.
    Leaving(u64),
}

/// Why a line ended.
#[derive(Debug)]
enum End {
    /// It was no longer wanted.
    Stopped,
    /// The connection was lost, or could not be made.
    Lost(String),
    /// Slack refuses to open one, with this word.
    Refused(String),
}

/// The lines of this node.
struct Lines<'a> {
    slack: &'a Slack,
    running: JoinSet<(u64, End)>,
    open: Vec<(u64, CancellationToken)>,
    newest: u64,
    failures: u32,
    /// The sealed token that the lines were opened with.
    token: Option<String>,
    /// When a line was last noted to be open, while one is.
    seen_open_at: Option<Timestamp>,
    signals: mpsc::UnboundedSender<Signal>,
}

/// Holds a line for as long as Socket Mode is set, until `stop`.
pub(crate) async fn hold(slack: &Slack, stop: CancellationToken) {
    let (signals, mut told) = mpsc::unbounded_channel();
    let mut lines = Lines {
        slack,
        running: JoinSet::new(),
        open: Vec::new(),
        newest: 0,
        failures: 0,
        token: None,
        seen_open_at: None,
        signals,
    };
    while !stop.is_cancelled() {
        lines.follow_settings().await;
        lines.see_open().await;
        tokio::select! {
            Some(signal) = told.recv() => lines.told(signal).await,
            Some(Ok((number, end))) = lines.running.join_next() => lines.ended(number, end).await,
            () = tokio::time::sleep(LOOK_AGAIN) => {}
            () = stop.cancelled() => {}
        }
    }
    lines.close_before(u64::MAX);
    while lines.running.join_next().await.is_some() {}
}

impl Lines<'_> {
    /// Opens, closes or changes lines as the settings say.
    async fn follow_settings(&mut self) {
        let wanted = match settings(self.slack.eider()).await {
            Ok(settings) => wanted(settings),
            Err(error) => {
                tracing::warn!(%error, "the settings of Slack cannot be read; trying again");
                return;
            }
        };
        if wanted == self.token {
            return;
        }
        self.close_before(u64::MAX);
        self.failures = 0;
        self.seen_open_at = None;
        self.token = wanted;
        if self.token.is_some() {
            self.begin(Duration::ZERO);
        } else {
            self.note(None).await;
        }
    }

    /// Begins one more line, after a while.
    fn begin(&mut self, after: Duration) {
        let Some(token) = self.token.clone() else {
            return;
        };
        self.newest += 1;
        let number = self.newest;
        let stop = CancellationToken::new();
        self.open.push((number, stop.clone()));
        let (slack, signals) = (self.slack.clone(), self.signals.clone());
        self.running.spawn(async move {
            tokio::select! {
                () = tokio::time::sleep(after) => {}
                () = stop.cancelled() => return (number, End::Stopped),
            }
            (number, line(&slack, &token, number, &signals, &stop).await)
        });
    }

    async fn told(&mut self, signal: Signal) {
        match signal {
            Signal::Open(number) => {
                if self.failures > 0 {
                    tracing::info!("the line to Slack is open again");
                }
                self.failures = 0;
                self.note_open().await;
                self.retire_before(number);
            }
            Signal::Leaving(number) if number == self.newest => self.begin(Duration::ZERO),
            Signal::Leaving(_) => {}
        }
    }

    async fn ended(&mut self, number: u64, end: End) {
        self.open.retain(|(other, _)| *other != number);
        let (words, is_refused) = match end {
            End::Stopped => return,
            End::Lost(words) => (words, false),
            End::Refused(code) => (trouble::of_app_token(&code), true),
        };
        // A line that was replaced already is not missed.
        if number != self.newest {
            return;
        }
        self.seen_open_at = None;
        self.failures = self.failures.saturating_add(1);
        tracing::warn!(reason = words, failures = self.failures, "no line to Slack");
        // One that is lost and at once back again is no trouble to anybody.
        if is_refused || self.failures > 1 {
            self.note(Some(&words)).await;
        }
        let wait = self.slack.back_off(self.failures);
        self.begin(wait);
    }

    fn close_before(&mut self, number: u64) {
        for (_, stop) in self.open.iter().filter(|(other, _)| *other < number) {
            stop.cancel();
        }
    }

    /// Lines that were replaced are served a little longer: Slack may have sent something through
    /// them just now.
    fn retire_before(&mut self, number: u64) {
        for (_, stop) in self.open.iter().filter(|(other, _)| *other < number) {
            let stop = stop.clone();
            tokio::spawn(async move {
                tokio::time::sleep(LINGER).await;
                stop.cancel();
            });
        }
    }

    /// Notes now and then that a line is open, so that whoever looks sees that it is so still.
    async fn see_open(&mut self) {
        let now = self.slack.eider().now();
        let is_due = |seen: Timestamp| now.duration_since(seen) >= SEEN_AGAIN;
        if self.seen_open_at.is_some_and(is_due) {
            self.note_open().await;
        }
    }

    async fn note_open(&mut self) {
        let now = self.slack.eider().now();
        self.seen_open_at = Some(now);
        let line = app::Line {
            trouble: None,
            open_at: Some(now),
        };
        self.note_line(&line).await;
    }

    async fn note(&self, words: Option<&str>) {
        let line = app::Line {
            trouble: words.map(str::to_owned),
            open_at: None,
        };
        self.note_line(&line).await;
    }

    async fn note_line(&self, line: &app::Line) {
        if let Err(error) = note_line(self.slack.eider(), line).await {
            tracing::warn!(%error, "how the line to Slack is cannot be noted");
        }
    }
}

/// The sealed token to open lines with, if there are to be any.
fn wanted(settings: Settings) -> Option<String> {
    settings.app_token.filter(|_| settings.wire == Wire::Socket)
}

/// Opens a line and serves it to its end.
async fn line(
    slack: &Slack,
    token: &str,
    number: u64,
    signals: &mpsc::UnboundedSender<Signal>,
    stop: &CancellationToken,
) -> End {
    let opened = tokio::select! {
        opened = tokio::time::timeout(OPEN_WITHIN, open(slack, token)) => opened,
        () = stop.cancelled() => return End::Stopped,
    };
    match opened {
        Ok(Ok(line)) => serve(slack, line, number, signals, stop).await,
        Ok(Err(CallError::Refused { code, .. })) => End::Refused(code),
        Ok(Err(error)) => End::Lost(error.to_string()),
        Err(_) => End::Lost("Slack did not open a line in time".into()),
    }
}

async fn open(slack: &Slack, token: &str) -> Result<Line, CallError> {
    let token = slack.eider().unseal(token)?;
    let told = slack
        .call_with(&token, "apps.connections.open", &json!({}))
        .await?;
    let url = told["url"].as_str().unwrap_or_default();
    // Whoever calls Slack in secret does not listen to it in the open.
    if slack.0.api_url.starts_with("https://") && !url.starts_with("wss://") {
        return Err(CallError::Away(
            "the address of the line is not safe".into(),
        ));
    }
    let limits = WebSocketConfig::default()
        .max_message_size(Some(MESSAGE_LIMIT_BYTES))
        .max_frame_size(Some(MESSAGE_LIMIT_BYTES));
    let connected = connect_async_with_config(url, Some(limits), true).await;
    // The address holds a secret, and errors of the handshake do not tell it.
    connected
        .map(|(line, _)| line)
        .map_err(|error| CallError::Away(format!("the line could not be opened: {error}")))
}

/// Serves a line until it ends, or until `stop` and what is under way is acknowledged.
async fn serve(
    slack: &Slack,
    mut line: Line,
    number: u64,
    signals: &mpsc::UnboundedSender<Signal>,
    stop: &CancellationToken,
) -> End {
    let mut working = JoinSet::new();
    let mut silences = 0;
    let end = loop {
        tokio::select! {
            heard = tokio::time::timeout(SILENCE, line.next()) => match heard {
                Ok(Some(Ok(Message::Text(text)))) => {
                    silences = 0;
                    heard_of(slack, &text, number, signals, &mut working);
                }
                Ok(Some(Ok(Message::Close(_))) | None) => {
                    break End::Lost("Slack closed the line".into());
                }
                // Pings are answered by the library.
                Ok(Some(Ok(_))) => silences = 0,
                Ok(Some(Err(error))) => break End::Lost(format!("the line broke: {error}")),
                Err(_) if silences >= SILENCES_LIMIT => {
                    break End::Lost("nothing came through the line for a minute".into());
                }
                Err(_) => {
                    silences += 1;
                    if line.send(Message::Ping(Vec::new().into())).await.is_err() {
                        break End::Lost("the line broke".into());
                    }
                }
            },
            Some(done) = working.join_next() => {
                if let Some(answer) = done.ok().flatten()
                    && line.send(Message::text(answer)).await.is_err()
                {
                    break End::Lost("the line broke".into());
                }
            }
            () = stop.cancelled() => break End::Stopped,
        }
    };
    if matches!(end, End::Stopped) {
        let finish = async {
            while let Some(done) = working.join_next().await {
                if let Some(answer) = done.ok().flatten() {
                    line.send(Message::text(answer)).await?;
                }
            }
            line.close(None).await
        };
        // What is not acknowledged in time Slack sends again.
        let _in_time = tokio::time::timeout(FINISH_WITHIN, finish).await;
    }
    end
}

/// Takes something that came through a line.
fn heard_of(
    slack: &Slack,
    text: &str,
    number: u64,
    signals: &mpsc::UnboundedSender<Signal>,
    working: &mut JoinSet<Option<String>>,
) {
    let Ok(heard) = serde_json::from_str::<Value>(text) else {
        tracing::warn!("Slack sent something through the line that is not JSON");
        return;
    };
    let kind = match heard["type"].as_str().unwrap_or_default() {
        "hello" => {
            // Nobody listens any more when this node is stopping.
            let _gone = signals.send(Signal::Open(number));
            return;
        }
        "disconnect" => {
            tracing::debug!(reason = %heard["reason"], "Slack is about to close the line");
            let _gone = signals.send(Signal::Leaving(number));
            return;
        }
        "events_api" => Kind::Event,
        "interactive" => Kind::Interaction,
        "slash_commands" => Kind::Command,
        other => {
            tracing::debug!(other, "Slack sent something that is not known");
            return;
        }
    };
    let slack = slack.clone();
    working.spawn(async move { kept(&slack, kind, heard).await });
}

/// Keeps what came, and gives the acknowledgement. Without one, Slack sends it again.
async fn kept(slack: &Slack, kind: Kind, mut envelope: Value) -> Option<String> {
    let body = envelope["payload"].take();
    let answer = match slack.receive(kind, body).await {
        Ok(answer) => answer,
        Err(error) => {
            tracing::error!(%error, "what Slack sent could not be kept; Slack sends it again");
            return None;
        }
    };
    let mut acknowledgement = json!({"envelope_id": envelope["envelope_id"]});
    if let Some(answer) = answer.filter(|_| envelope["accepts_response_payload"] == true) {
        acknowledgement["payload"] = answer;
    }
    Some(acknowledgement.to_string())
}

impl Slack {
    /// How long to wait after so many failures: twice as long each time, with up to half of it
    /// more, so that nodes do not come back all at once.
    fn back_off(&self, failures: u32) -> Duration {
        let wait = Duration::from_millis(500) * 2_u32.pow(failures.min(8) - 1);
        let wait = wait.min(LONGEST_WAIT);
        let [drawn] = self.eider().ids().random::<1>();
        wait + wait.mul_f64(f64::from(drawn) / 512.0)
    }
}
