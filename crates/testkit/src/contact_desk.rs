//! A desk with a web server and with every provider, ready for a story.

use std::time::{Duration, Instant};

use eider_app::Eider;
use eider_delivery::{
    Configuration, Delivery, Encryption, NtfyServer, Secret, SmtpServer, TwilioAccount,
    WebPushRules, WebhookRules,
};
use eider_store::job;
use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{
    Client, Database, PATIENCE, TestServer,
    providers::{TestNtfy, TestPush, TestSmtp, TestTwilio, TestWebhook},
};

/// A desk that can reach people.
pub struct ContactDesk {
    /// The desk and its web server.
    pub server: TestServer,
    /// What the operator has written.
    pub configuration: Configuration,
    /// The server of e-mail.
    pub smtp: TestSmtp,
    /// The server of e-mail that steps in.
    pub second_smtp: TestSmtp,
    /// Text messages and calls.
    pub twilio: TestTwilio,
    /// Notifications.
    pub ntfy: TestNtfy,
    /// Notifications in browsers.
    pub push: TestPush,
    /// Somebody's webhook.
    pub webhook: TestWebhook,
    stop: CancellationToken,
    running: Option<JoinHandle<()>>,
}

impl ContactDesk {
    /// A fresh desk at `now`.
    pub async fn new(database: Database, now: Timestamp) -> Self {
        let (smtp, second_smtp) = (TestSmtp::start().await, TestSmtp::start().await);
        let (twilio, ntfy) = (TestTwilio::start().await, TestNtfy::start().await);
        let configuration = configuration(&smtp, &second_smtp, &twilio, &ntfy);
        let routes = |eider: &Eider, address: &str| {
            let delivery = Delivery::new(eider.clone(), address, &configuration);
            delivery.expect("the providers of the tests work").router()
        };
        let server = TestServer::with_routes(database, now, routes).await;
        let clock = server.desk.eider.clock().clone();
        let mut desk = Self {
            push: TestPush::start(move || clock.now()).await,
            server,
            configuration,
            smtp,
            second_smtp,
            twilio,
            ntfy,
            webhook: TestWebhook::start().await,
            stop: CancellationToken::new(),
            running: None,
        };
        desk.start("node-1");
        desk
    }

    /// Begins to send, as the node of that name, with the providers of [`ContactDesk::configuration`].
    pub fn start(&mut self, node: &str) {
        self.start_with(node, &self.configuration.clone());
    }

    /// Begins to send, as the node of that name, with these providers.
    ///
    /// # Panics
    /// When one of them cannot work so.
    pub fn start_with(&mut self, node: &str, configuration: &Configuration) {
        let eider = self.server.desk.eider.clone();
        let delivery = Delivery::new(eider, &self.server.address, configuration)
            .expect("the providers of the tests work");
        let running = delivery.run(node.to_owned(), self.stop.clone());
        self.running = Some(tokio::spawn(running));
    }

    /// Ends sending, after what is under way.
    ///
    /// # Panics
    /// When it ends with a panic.
    pub async fn stop(&mut self) {
        self.stop.cancel();
        if let Some(running) = self.running.take() {
            running.await.expect("it ends without a panic");
        }
        self.stop = CancellationToken::new();
    }

    /// Ends sending in the middle of whatever is sent, as a power cut would.
    pub async fn kill(&mut self) {
        if let Some(running) = self.running.take() {
            running.abort();
            // It ends as cancelled, and everything that it began with it.
            let _cancelled = running.await;
        }
    }

    /// Moves the clock on by so many seconds.
    pub fn pass_seconds(&self, seconds: i64) {
        let now = self.server.desk.eider.now();
        self.server
            .desk
            .set(now + SignedDuration::from_secs(seconds));
    }

    /// Waits until everything that is due has gone out, or has been put off.
    ///
    /// # Panics
    /// When that takes too long.
    pub async fn settle(&self) {
        let begun = Instant::now();
        while self.is_busy().await {
            assert!(begun.elapsed() < PATIENCE, "what is due does not go out");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn is_busy(&self) -> bool {
        let desk = &self.server.desk;
        let mut tx = desk.db().read().await.expect("the database is there");
        let waiting = job::waiting(&mut tx, "contact.")
            .await
            .expect("jobs can be read");
        let now = desk.eider.now();
        let is_held = |job: &job::Waiting| job.leased_until.is_some_and(|until| until > now);
        waiting.iter().any(|job| job.run_at <= now || is_held(job))
    }

    /// Adds a contact method for whoever `client` is, by the API, and answers its id. It is not
    /// verified yet.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn add(&self, client: &Client, kind: &str, address: &str) -> String {
        let body = serde_json::json!({ "kind": kind, "address": address });
        let path = "/api/v1/me/contact-methods";
        let (status, added) = client.json("POST", path, Some(body)).await;
        assert_eq!(status, 201, "{added}");
        added["id"].as_str().expect("it has an id").to_owned()
    }

    /// Verifies a contact method by the code that stands in `message`.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn verify(&self, client: &Client, id: &str, message: &str) {
        let body = serde_json::json!({ "code": code_in(message) });
        let path = format!("/api/v1/me/contact-methods/{id}/verify");
        let (status, verified) = client.json("POST", &path, Some(body)).await;
        assert_eq!(status, 200, "{verified}");
    }
}

impl Drop for ContactDesk {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn configuration(
    smtp: &TestSmtp,
    second_smtp: &TestSmtp,
    twilio: &TestTwilio,
    ntfy: &TestNtfy,
) -> Configuration {
    let server = |server: &TestSmtp| SmtpServer {
        host: "127.0.0.1".into(),
        port: Some(server.port()),
        encryption: Encryption::None,
        user: Some(server.user().into()),
        password: Some(Secret(server.password().into())),
        from: "Eider <eider@desk.example>".into(),
        per_second: None,
    };
    Configuration {
        smtp: vec![server(smtp), server(second_smtp)],
        twilio: vec![TwilioAccount {
            account_sid: twilio.account_sid().into(),
            auth_token: Secret(twilio.auth_token().into()),
            sms_from: Some(twilio.own_number().into()),
            voice_from: Some(twilio.own_number().into()),
            api_url: twilio.api_url().into(),
            per_second: None,
        }],
        ntfy: vec![NtfyServer {
            server: ntfy.address().into(),
            token: Some(Secret(ntfy.token().into())),
            per_second: None,
        }],
        webhook: WebhookRules {
            allow_private_addresses: true,
        },
        web_push: WebPushRules {
            contact: Some("mailto:operations@desk.example".into()),
            allow_private_addresses: true,
        },
        ..Configuration::default()
    }
}

/// The code of six digits in a message.
///
/// # Panics
/// When there is none.
pub fn code_in(message: &str) -> String {
    let words = message.split(|c: char| !c.is_ascii_digit());
    let code = words.into_iter().find(|word| word.len() == 6);
    code.expect("the message holds a code").to_owned()
}
