//! Socket Mode: envelopes, acknowledgements, goodbyes.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

use crate::stand_in::Desk;

struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    async fn open(desk: &Desk) -> Self {
        let url = url(desk).await;
        let before = desk.slack.open_sockets();
        let (stream, _) = connect_async(url.as_str()).await.unwrap();
        let mut socket = Self(stream);
        assert_eq!(socket.hear().await.unwrap()["type"], "hello");
        desk.slack
            .until("the socket is open", |slack| {
                (slack.open_sockets() > before).then_some(())
            })
            .await;
        socket
    }

    /// The next envelope; nothing when the socket has ended.
    async fn hear(&mut self) -> Option<Value> {
        loop {
            match self.0.next().await? {
                Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).unwrap()),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    async fn acknowledge(&mut self, envelope: &Value, payload: Value) {
        let mut answer = json!({"envelope_id": envelope["envelope_id"]});
        if !payload.is_null() {
            answer["payload"] = payload;
        }
        self.0
            .send(Message::text(answer.to_string()))
            .await
            .unwrap();
    }
}

async fn url(desk: &Desk) -> String {
    let request = desk
        .http
        .post(format!("{}/apps.connections.open", desk.slack.api_url()))
        .bearer_auth(desk.slack.app_token());
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    answer["url"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_is_acknowledged_is_done_and_the_rest_is_sent_again() {
    let desk = Desk::new().await;
    desk.slack.connect_socket();
    let ada = desk.slack.person("Ada", "ada@example.com").await;
    let channel = desk.slack.channel("support").with(&[&ada]).await;
    let mut socket = Socket::open(&desk).await;

    let (_, envelope) = tokio::join!(desk.slack.says(&ada, &channel, None, "hello"), async {
        let envelope = socket.hear().await.unwrap();
        socket.acknowledge(&envelope, Value::Null).await;
        envelope
    });
    assert_eq!(envelope["type"], "events_api");
    assert_eq!(envelope["payload"]["event"]["text"], "hello");
    assert_eq!(desk.slack.waiting_retries(), 0);

    desk.slack.set_patience(Duration::from_millis(50));
    desk.slack
        .says(&ada, &channel, None, "is anybody there?")
        .await;
    let first = socket.hear().await.unwrap();
    assert_eq!(desk.slack.waiting_retries(), 1);
    let (count, again) = tokio::join!(desk.slack.deliver_retries(), async {
        let again = socket.hear().await.unwrap();
        socket.acknowledge(&again, Value::Null).await;
        again
    });
    assert_eq!(count, 1);
    assert_eq!(again["retry_attempt"], 1);
    assert_eq!(again["payload"]["event_id"], first["payload"]["event_id"]);
    assert_eq!(desk.slack.waiting_retries(), 0);
    // Late, but not wrong.
    socket.acknowledge(&first, Value::Null).await;
    assert!(desk.slack.pings_sockets_while(&mut socket).await);
    desk.slack.assert_no_violations();
}

trait Pinged {
    async fn pings_sockets_while(&self, socket: &mut Socket) -> bool;
}

impl Pinged for eider_testkit::slack::TestSlack {
    /// Pings, while the client reads and so answers.
    async fn pings_sockets_while(&self, socket: &mut Socket) -> bool {
        tokio::select! {
            answered = self.pings_sockets() => answered,
            _heard = socket.hear() => panic!("nothing was to be heard"),
        }
    }
}

#[tokio::test]
async fn a_command_is_answered_in_its_acknowledgement() {
    let desk = Desk::new().await;
    desk.slack.connect_socket();
    let ada = desk.slack.person("Ada", "ada@example.com").await;
    let channel = desk.slack.channel("support").with(&[&ada]).await;
    let mut socket = Socket::open(&desk).await;
    let (answer, ()) = tokio::join!(
        desk.slack.types_command(&ada, &channel, "/support", "mine"),
        async {
            let envelope = socket.hear().await.unwrap();
            assert_eq!(envelope["accepts_response_payload"], true);
            socket
                .acknowledge(&envelope, json!({"text": "You have none."}))
                .await;
        }
    );
    assert_eq!(answer.reply.unwrap().words(), "You have none.");
    let (delivery, ()) = tokio::join!(desk.slack.uses_shortcut(&ada, "ask"), async {
        let envelope = socket.hear().await.unwrap();
        assert_eq!(envelope["accepts_response_payload"], false);
        socket
            .acknowledge(&envelope, json!({"text": "unwanted"}))
            .await;
    });
    assert!(delivery.is_accepted);
    assert_eq!(desk.slack.violations().len(), 1);
    socket
        .acknowledge(&json!({"envelope_id": "never sent"}), Value::Null)
        .await;
    desk.slack
        .until("it is noticed", |slack| {
            (slack.violations().len() == 2).then_some(())
        })
        .await;
}

#[tokio::test]
async fn sockets_are_ended_and_opened_again() {
    let desk = Desk::new().await;
    desk.slack.connect_socket();
    let mut socket = Socket::open(&desk).await;
    desk.slack.disconnects_sockets("warning");
    assert_eq!(socket.hear().await.unwrap()["reason"], "warning");
    assert_eq!(desk.slack.open_sockets(), 1);
    desk.slack.disconnects_sockets("refresh_requested");
    assert_eq!(socket.hear().await.unwrap()["reason"], "refresh_requested");
    assert_eq!(socket.hear().await, None);
    let gone = |slack: &eider_testkit::slack::TestSlack| (slack.open_sockets() == 0).then_some(());
    desk.slack.until("the socket is gone", gone).await;

    let ticket = url(&desk).await;
    connect_async(ticket.as_str()).await.unwrap();
    assert!(connect_async(ticket.as_str()).await.is_err());
    desk.slack.until("the socket is gone", gone).await;

    desk.slack.without_rates();
    let mut sockets = Vec::new();
    for _ in 0..10 {
        sockets.push(Socket::open(&desk).await);
    }
    let (stream, _) = connect_async(url(&desk).await.as_str()).await.unwrap();
    let refused = Socket(stream).hear().await.unwrap();
    assert_eq!(refused["reason"], "too_many_websockets");
    desk.slack.disconnects_sockets("link_disabled");
    let request = desk
        .http
        .post(format!("{}/apps.connections.open", desk.slack.api_url()))
        .bearer_auth(desk.slack.app_token());
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["error"], "socket_mode_disabled");
}
