//! Socket Mode: WebSockets that Eider opens, and envelopes through them.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use axum::{
    extract::{
        Query, State as Shared, WebSocketUpgrade,
        ws::{Message as Frame, WebSocket},
    },
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};

use super::{
    TestSlack,
    api::{Answer, Refusal, Room},
    call::Arguments,
    deliver::{Delivery, Kind, Parcel},
};

/// More connections than this are refused.
const MOST_CONNECTIONS: usize = 10;

/// Every socket that was asked for or is open.
#[derive(Default)]
pub(super) struct Sockets {
    tickets: BTreeSet<String>,
    open: BTreeMap<u64, mpsc::UnboundedSender<Order>>,
    waiting: BTreeMap<String, Waiting>,
    sent: BTreeSet<String>,
    last_used: u64,
    pongs: u64,
    is_link_disabled: bool,
}

struct Waiting {
    socket: u64,
    takes_payload: bool,
    answer: oneshot::Sender<Value>,
}

/// What a socket is to do.
enum Order {
    Say(String),
    Ping,
    Close,
}

pub(super) fn open(room: &mut Room<'_>, _call: &Arguments) -> Answer {
    if room.state.sockets.is_link_disabled {
        return Err(Refusal::new("socket_mode_disabled"));
    }
    let ticket = format!("ticket-{:08}", room.state.number());
    room.state.sockets.tickets.insert(ticket.clone());
    let address = room.address.replacen("http://", "ws://", 1);
    let app = &room.state.app.id;
    Ok(json!({"url": format!("{address}/link/?ticket={ticket}&app_id={app}")}))
}

/// Answers `GET /link/`: upgrades to a WebSocket, once for each ticket.
pub(super) async fn link(
    Shared(slack): Shared<TestSlack>,
    Query(query): Query<BTreeMap<String, String>>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let ticket = query.get("ticket").cloned().unwrap_or_default();
    if !slack.state().sockets.tickets.remove(&ticket) {
        return (StatusCode::FORBIDDEN, "the ticket was used or never given").into_response();
    }
    upgrade.on_upgrade(move |socket| async move { slack.serve(socket).await })
}

impl TestSlack {
    async fn serve(self, mut socket: WebSocket) {
        let (orders, mut waiting) = mpsc::unbounded_channel();
        let (number, count, app) = {
            let mut state = self.state();
            let number = state.number();
            let count = state.sockets.open.len() + 1;
            (number, count, state.app.id.clone())
        };
        if count > MOST_CONNECTIONS {
            let _gone = socket
                .send(Frame::from(goodbye("too_many_websockets")))
                .await;
            return;
        }
        let hello = json!({
            "type": "hello",
            "num_connections": count,
            "connection_info": {"app_id": app},
            "debug_info": {
                "host": "applink-fake", "build_number": 1, "approximate_connection_time": 18060,
            },
        });
        if socket.send(Frame::from(hello.to_string())).await.is_err() {
            return;
        }
        self.state().sockets.open.insert(number, orders);
        self.note_change();
        loop {
            tokio::select! {
                order = waiting.recv() => {
                    let frame = match order {
                        Some(Order::Say(text)) => Frame::from(text),
                        Some(Order::Ping) => Frame::Ping("ping from the fake".into()),
                        Some(Order::Close) | None => break,
                    };
                    if socket.send(frame).await.is_err() {
                        break;
                    }
                }
                heard = socket.recv() => match heard {
                    Some(Ok(Frame::Text(text))) => self.heard(&text),
                    Some(Ok(Frame::Pong(_))) => {
                        self.state().sockets.pongs += 1;
                        self.note_change();
                    }
                    Some(Ok(Frame::Close(_)) | Err(_)) | None => break,
                    Some(Ok(_)) => {}
                },
            }
        }
        let mut state = self.state();
        state.sockets.open.remove(&number);
        // Whoever waits for an answer through this socket learns that none will come.
        state.sockets.waiting.retain(|_, one| one.socket != number);
        drop(state);
        self.note_change();
    }

    /// Takes an acknowledgement.
    fn heard(&self, text: &str) {
        let heard: Value = serde_json::from_str(text).unwrap_or_default();
        let mut state = self.state();
        let Some(id) = heard["envelope_id"].as_str() else {
            state.violation(format!("socket: not an acknowledgement: {text}"));
            return;
        };
        match state.sockets.waiting.remove(id) {
            Some(waiting) => {
                if !waiting.takes_payload && !heard["payload"].is_null() {
                    state.violation("socket: a payload where none is accepted");
                }
                // The one who waited may have run out of patience.
                let _gone = waiting.answer.send(heard["payload"].clone());
            }
            None if state.sockets.sent.contains(id) => {}
            None => state.violation(format!("socket: no envelope was called {id}")),
        }
        drop(state);
        self.note_change();
    }

    pub(super) async fn send_envelope(
        &self,
        parcel: &Parcel,
        attempt: Option<(usize, &str)>,
    ) -> Delivery {
        let kind = match parcel.kind {
            Kind::Event => "events_api",
            Kind::Interaction => "interactive",
            Kind::Command => "slash_commands",
        };
        let takes_payload = kind == "slash_commands"
            || ["view_submission", "block_suggestion"]
                .contains(&parcel.body["type"].as_str().unwrap_or_default());
        let (answer, answered) = oneshot::channel();
        {
            let mut state = self.state();
            let id = format!("envelope-{:08}", state.number());
            let sockets = &mut state.sockets;
            let after = sockets.open.range(sockets.last_used + 1..).next();
            let next = after.or_else(|| sockets.open.iter().next());
            let Some((number, orders)) = next.map(|(number, orders)| (*number, orders.clone()))
            else {
                return Delivery::failed("connection_failed");
            };
            sockets.last_used = number;
            let mut envelope = json!({
                "envelope_id": id,
                "type": kind,
                "payload": parcel.body,
                "accepts_response_payload": takes_payload,
            });
            if kind == "events_api" {
                envelope["retry_attempt"] = json!(attempt.map_or(0, |(number, _)| number));
                envelope["retry_reason"] = json!(attempt.map_or("", |(_, reason)| reason));
            }
            let waiting = Waiting {
                socket: number,
                takes_payload,
                answer,
            };
            sockets.waiting.insert(id.clone(), waiting);
            sockets.sent.insert(id);
            if orders.send(Order::Say(envelope.to_string())).is_err() {
                return Delivery::failed("connection_failed");
            }
        }
        match tokio::time::timeout(self.patience(), answered).await {
            Ok(Ok(payload)) => Delivery::accepted(payload),
            Ok(Err(_)) => Delivery::failed("connection_failed"),
            Err(_) => Delivery::failed("http_timeout"),
        }
    }

    /// How many sockets are open.
    pub fn open_sockets(&self) -> usize {
        self.state().sockets.open.len()
    }

    /// Says `disconnect` on every socket: `warning` only warns, `refresh_requested` closes it, and
    /// `link_disabled` lets no other be opened either.
    pub fn disconnects_sockets(&self, reason: &str) {
        let mut state = self.state();
        state.sockets.is_link_disabled |= reason == "link_disabled";
        for orders in state.sockets.open.values() {
            // A socket that is gone needs no goodbye.
            let _gone = orders.send(Order::Say(goodbye(reason)));
            if reason != "warning" {
                let _gone = orders.send(Order::Close);
            }
        }
    }

    /// Lets Socket Mode be used again.
    pub fn enables_sockets(&self) {
        self.state().sockets.is_link_disabled = false;
    }

    /// Closes every socket without a word.
    pub fn drops_sockets(&self) {
        for orders in self.state().sockets.open.values() {
            let _gone = orders.send(Order::Close);
        }
    }

    /// Pings every socket; whether each was answered within a second.
    pub async fn pings_sockets(&self) -> bool {
        let wanted = {
            let state = self.state();
            for orders in state.sockets.open.values() {
                let _gone = orders.send(Order::Ping);
            }
            state.sockets.pongs + u64::try_from(state.sockets.open.len()).unwrap_or_default()
        };
        let mut changes = self.changes();
        let answered = async {
            while self.state().sockets.pongs < wanted {
                if changes.changed().await.is_err() {
                    return;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(1), answered)
            .await
            .is_ok()
    }
}

fn goodbye(reason: &str) -> String {
    json!({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-fake"}})
        .to_string()
}
