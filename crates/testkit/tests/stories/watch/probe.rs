//! Test alerts of a watcher outside: through every part that a page goes through, and to nobody.

use eider_delivery::{Secret, Watch, is_signed};
use eider_testkit::{ContactDesk, on_both, providers::Mood};
use jiff::SignedDuration;
use reqwest::Response;
use serde_json::{Value, json};

use super::{metric, neglect};
use crate::page::Night;

const KEY: &str = "a key that only the watch knows";
const PROBE: &str = "01957b6e-3f00-7000-8000-0123456789ab";

/// From now on the webhook of the desk is where a watcher listens.
async fn watched(desk: &mut ContactDesk) {
    desk.configuration.watched_by = Some(Watch {
        key: Secret(KEY.into()),
        answer_url: desk.webhook.address().to_owned(),
    });
    // Nobody else may lead Eider into its own network.
    desk.configuration.webhook.allow_private_addresses = false;
    desk.stop().await;
    desk.start("node-1");
}

async fn send(night: &Night, key: &str, body: &Value) -> Response {
    let request = night.desk.server.nobody().request("POST", "/hooks/watch");
    let sent = request.bearer_auth(key).json(body).send().await;
    sent.unwrap()
}

/// What the watcher is answered after it has sent the test alert.
async fn answered(night: &Night) -> Value {
    let before = night.desk.webhook.taken().len();
    let taken = send(night, KEY, &json!({ "probe": PROBE })).await;
    assert_eq!(taken.status(), 202);
    let webhook = night.desk.webhook.clone();
    let desk = &night.desk.server.desk;
    let delivered = desk
        .until("it comes back", async || {
            webhook.taken().get(before).cloned()
        })
        .await;
    let key = Secret(KEY.into());
    assert!(is_signed(
        &key,
        &delivered.body,
        &delivered.signature,
        desk.eider.now()
    ));
    delivered.json()
}

#[tokio::test]
async fn it_comes_back_signed_and_leaves_nothing_behind() {
    on_both(async |database| {
        let mut night = Night::new(database).await;
        watched(&mut night.desk).await;
        let facts = metric(&night, "eider_facts_total ").await;
        let answer = answered(&night).await;
        assert_eq!(answer["about"], format!("probe:{PROBE}"));
        assert_eq!(answer["text"], "", "all is well");
        // The same once more, as by a node that takes it over from another, is answered once.
        let again = send(&night, KEY, &json!({ "probe": PROBE })).await;
        assert_eq!(again.status(), 202);
        let desk = &night.desk.server.desk;
        desk.until("it is done", async || {
            let mut tx = desk.db().read().await.unwrap();
            let waiting = eider_store::job::waiting(&mut tx, "watch.").await;
            waiting.unwrap().is_empty().then_some(())
        })
        .await;
        night.settle().await;
        night.pass_minutes(60).await;
        // Nobody was called, no ticket and no page is there, and no figure counts it.
        assert_eq!(night.mailed(), [""; 0]);
        let tickets = night
            .api(&night.lin.0, "GET", "/tickets", json!(null), 200)
            .await;
        assert_eq!(tickets["items"], json!([]));
        assert_eq!(metric(&night, "eider_pages_open ").await.unwrap(), "0");
        assert_eq!(metric(&night, "eider_facts_total ").await, facts);
        assert_eq!(metric(&night, "eider_attempts_total").await, None);
        let count = metric(&night, "eider_probes_total{outcome=\"accepted\"} ").await;
        assert_eq!(count.unwrap(), "1");
        assert!(!night.root.1.page("/people").await.contains("The watch"));
        // What became of those before is forgotten after a day.
        night.desk.pass_seconds(25 * 3600);
        answered(&night).await;
        night.settle().await;
        let mut tx = night.desk.server.desk.db().read().await.unwrap();
        let watch = uuid::Uuid::from_u128(0x7000_8000_6569_6465_7277).into();
        let kept = eider_store::contact::attempts_of(&mut tx, watch, 10).await;
        assert_eq!(kept.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn it_says_what_is_older_than_its_time() {
    on_both(async |database| {
        let mut night = Night::new(database).await;
        watched(&mut night.desk).await;
        let number = night.ask("Cards are refused", "P1").await;
        let now = night.desk.server.desk.eider.now();
        neglect(&night, &number, Some(now)).await;
        night.desk.pass_seconds(45);
        let text = answered(&night).await["text"].clone();
        let told = text.as_str().unwrap();
        assert!(told.contains("A page has waited for 45 s"), "{told}");
    })
    .await;
}

#[tokio::test]
async fn only_the_watch_may_send_it() {
    on_both(async |database| {
        let mut night = Night::new(database).await;
        let probe = json!({ "probe": PROBE });
        assert_eq!(
            send(&night, KEY, &probe).await.status(),
            401,
            "nobody watches"
        );
        watched(&mut night.desk).await;
        let desk = &night.desk.server.desk;
        desk.until("the watch is known", async || {
            let taken = send(&night, KEY, &probe).await.status();
            (taken == 202).then_some(())
        })
        .await;
        let other = "a key that somebody made up";
        assert_eq!(send(&night, other, &probe).await.status(), 401);
        for wrong in [json!({ "probe": "7" }), json!([]), json!({})] {
            assert_eq!(send(&night, KEY, &wrong).await.status(), 400, "{wrong}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_watcher_that_does_not_listen_makes_nothing_late() {
    on_both(async |database| {
        let mut night = Night::new(database).await;
        watched(&mut night.desk).await;
        night.desk.webhook.is(Mood::Busy);
        let taken = send(&night, KEY, &json!({ "probe": PROBE })).await;
        assert_eq!(taken.status(), 202);
        let desk = &night.desk.server.desk;
        desk.until("it was tried", async || {
            metric(&night, "eider_probes_total{outcome=\"busy\"} ").await
        })
        .await;
        let now = desk.eider.now() + SignedDuration::from_secs(90);
        let late = eider_app::watch::late(desk.db(), now).await.unwrap();
        let told: Vec<String> = late.iter().map(ToString::to_string).collect();
        // By a clock that only this question goes by, its job is late, and nothing else.
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("A job"), "{told:?}");
    })
    .await;
}
