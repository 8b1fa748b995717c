//! Notifications in a browser: adding it, being called by it, and what becomes of one that is gone.

use eider_app::{contact::push_key, sealed};
use eider_delivery::WebPushRules;
use eider_domain::person::Role;
use eider_store::fact;
use eider_testkit::{
    Client, ContactDesk, TestDesk, at, code_in, on_both,
    providers::{Mood, Subscription},
};
use serde_json::{Value, json};

use super::{Ada, NOW};
use crate::page::{Night, is_about_rotas};

/// What is done to a request that is right, so that it is not.
type Change = fn(&mut Value);

const HOME: &str = "/my-duty/contact";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0";

/// A browser of whoever `client` is asks to be notified, as the button does.
async fn subscribe(desk: &ContactDesk, client: &Client) -> Subscription {
    let path = "/api/v1/me/web-push-key";
    let (status, told) = client.json("POST", path, None).await;
    assert_eq!(status, 200, "{told}");
    desk.push.subscribe(told["public_key"].as_str().unwrap())
}

/// Sends what the browser gave, and answers where that leads.
async fn send(client: &Client, subscription: &Subscription) -> String {
    let form = [
        ("endpoint", subscription.endpoint.as_str()),
        ("p256dh", &subscription.p256dh),
        ("auth", &subscription.auth),
    ];
    let request = client.request("POST", "/my-duty/contact/browser");
    let request = request.header("user-agent", FIREFOX).form(&form);
    let added = request.send().await.unwrap();
    assert_eq!(added.status(), 303, "{}", added.text().await.unwrap());
    added.headers()["location"].to_str().unwrap().to_owned()
}

/// A browser that is verified by the code which it shows. Answers it, and the id of the method.
async fn browser(desk: &ContactDesk, client: &Client) -> (Subscription, String) {
    let subscription = subscribe(desk, client).await;
    let path = send(client, &subscription).await;
    desk.settle().await;
    let shown = desk.push.last();
    assert_eq!(shown.endpoint, subscription.endpoint);
    let code = code_in(shown.text("title"));
    let verified = client.post_form(&path, &[("code", &code)]).await;
    assert_eq!(verified.status(), 303, "{}", verified.text().await.unwrap());
    let id = path.rsplit('/').next().unwrap().to_owned();
    (subscription, id)
}

fn one<'a>(contact: &'a Value, id: &str) -> &'a Value {
    let methods = contact["items"].as_array().unwrap();
    methods.iter().find(|method| method["id"] == id).unwrap()
}

#[tokio::test]
async fn a_browser_is_verified_by_what_it_shows_and_hears_of_a_test_page() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        let all_sealed = async || sealed(ada.desk.server.desk.db()).await.unwrap();
        assert_eq!(all_sealed().await.len(), 0);
        let page = ada.client.page(HOME).await;
        assert!(page.contains("Notify me in this browser"), "{page}");
        assert!(!page.contains(r#"<option value="web_push""#), "{page}");

        let (subscription, id) = browser(&ada.desk, &ada.client).await;
        let code = ada.desk.push.last();
        assert_eq!(code.urgency, "high");
        assert_eq!(code.ttl_seconds, 600);
        assert_eq!(
            all_sealed().await.len(),
            2,
            "the key of the desk, and the browser's"
        );
        let again = subscribe(&ada.desk, &ada.client).await;
        assert_ne!(again.endpoint, subscription.endpoint);
        let path = send(&ada.client, &subscription).await;
        assert_eq!(path, format!("{HOME}/methods/{id}"), "it is known");

        let page = ada.client.page(HOME).await;
        let way = "At once: Browser notification to Firefox on Linux";
        assert!(page.contains(way), "{page}");
        assert!(!page.contains(&subscription.endpoint), "{page}");
        let method = one(&ada.contact().await, &id).clone();
        assert_eq!(method["kind"], "web_push");
        assert_eq!(method["lost_at"], Value::Null);
        let host = ada.desk.push.address().trim_start_matches("http://");
        assert_eq!(method["address"], host);

        ada.test_page().await;
        ada.desk.settle().await;
        assert_eq!(ada.states("test_page").await, ["accepted"]);
        let shown = ada.desk.push.last();
        assert_eq!(shown.text("title"), "Test page from Eider: all is well");
        assert!(
            shown
                .text("text")
                .contains("It came by browser notification")
        );
        assert_eq!(shown.text("link"), "/my-duty/ready");
        assert_eq!(shown.message["is_repeat"], false);
        assert_ne!(shown.topic, code.topic, "it takes no other's place");
        ada.desk.push.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn whoever_is_called_in_their_browser_answers_by_its_link() {
    on_both(async |database| {
        let night = Night::new(database).await;
        browser(&night.desk, &night.ada.1).await;
        let number = night.ask("Cards are refused", "P1").await;
        let shown = night.desk.push.last();
        assert!(
            shown.text("title").contains("Cards are refused"),
            "{shown:?}"
        );
        assert_eq!(shown.text("urgency"), "high");
        assert_eq!(shown.text("tag"), shown.topic);
        assert_eq!(night.calling(&number).await, ["Ada Lovelace"]);
        let nobody = night.desk.server.nobody();
        let done = nobody.post_form(shown.text("link"), &[("answer", "acknowledge")]);
        assert_eq!(done.await.status(), 303);
        let told = night.page(&number).await;
        assert_eq!(told["acknowledged_by"]["name"], "Ada Lovelace");

        let squad = night.squad.to_string();
        let drill = [("squad", squad.as_str()), ("reason", "The new rota")];
        let begun = night.lin.1.post_form("/pages/drill", &drill).await;
        assert_eq!(begun.status(), 303, "{}", begun.text().await.unwrap());
        night.settle().await;
        let drill = night.desk.push.last();
        assert!(drill.text("title").starts_with("Drill:"), "{drill:?}");
        assert!(drill.text("text").contains("This is a drill"), "{drill:?}");
        assert_ne!(drill.topic, shown.topic);
        night.desk.push.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn what_a_service_may_have_brought_is_said_once_more_in_the_same_place() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        browser(&ada.desk, &ada.client).await;
        ada.desk.push.is(Mood::Hangs);
        ada.test_page().await;
        ada.desk.settle().await;
        let first = ada.desk.push.last();
        ada.desk.push.is(Mood::Well);
        ada.desk.pass_seconds(20);
        ada.desk.settle().await;
        let again = ada.desk.push.last();
        assert_eq!(ada.states("test_page").await, ["accepted", "unknown"]);
        assert_eq!(again.message["is_repeat"], true);
        assert!(again.text("title").ends_with("(possibly sent before)"));
        assert_eq!(again.topic, first.topic, "it takes the place of the first");
        assert_eq!(again.text("tag"), first.text("tag"));
        ada.desk.push.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_service_is_left_alone_as_long_as_it_asks() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        browser(&ada.desk, &ada.client).await;
        ada.desk.push.is(Mood::Busy);
        ada.test_page().await;
        ada.desk.settle().await;
        assert_eq!(ada.states("test_page").await, ["waiting"]);
        ada.desk.push.is(Mood::Well);
        ada.desk.pass_seconds(110);
        ada.desk.settle().await;
        assert_eq!(
            ada.states("test_page").await,
            ["waiting"],
            "two minutes are not over"
        );
        // What waits for the same moment is spread over half a minute after it.
        ada.desk.pass_seconds(40);
        ada.desk.settle().await;
        assert_eq!(ada.states("test_page").await, ["accepted"]);
        assert_eq!(
            ada.desk.push.last().ttl_seconds,
            450,
            "what is left of ten minutes"
        );

        ada.desk.push.is(Mood::Refuses);
        ada.test_page().await;
        ada.desk.settle().await;
        assert_eq!(ada.states("test_page").await[0], "failed");
        let page = ada.client.page(HOME).await;
        assert!(page.contains("answers 413"), "{page}");
        ada.desk.push.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_browser_that_is_gone_is_told_and_what_comes_next_comes_at_once() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        let phone = ada.phone().await;
        let (subscription, id) = browser(&ada.desk, &ada.client).await;
        ada.order(&[(&id, 0), (&phone, 600)]).await;
        let pushed = ada.desk.push.taken().len();
        let texts = ada.desk.twilio.messages().len();
        ada.desk.push.unsubscribe(&subscription);
        ada.test_page().await;
        ada.desk.settle().await;

        assert_eq!(ada.desk.push.taken().len(), pushed);
        let messages = ada.desk.twilio.messages();
        assert_eq!(messages.len(), texts + 1, "ten minutes before its time");
        assert!(messages.last().unwrap().body.starts_with("Test page"));
        let mail = ada.desk.smtp.last();
        assert_eq!(
            mail.header("Subject"),
            "Eider cannot reach you any more: Firefox on Linux"
        );
        let lost = one(&ada.contact().await, &id)["lost_at"].clone();
        assert_eq!(lost, "2026-03-02T09:01:01Z");
        let page = ada.client.page(HOME).await;
        assert!(page.contains("Nothing arrives there any more"), "{page}");
        let path = format!("/api/v1/me/contact-methods/{id}/code");
        assert_eq!(ada.client.json("POST", &path, None).await.0, 409);
        let mut tx = ada.desk.server.desk.db().read().await.unwrap();
        let facts = fact::after(&mut tx, 0, 100).await.unwrap();
        let kinds: Vec<String> = facts
            .iter()
            .map(|recorded| recorded.happened.fact.to_parts().unwrap().0)
            .collect();
        let lost = kinds.iter().filter(|kind| *kind == "contact_method_lost");
        assert_eq!(lost.count(), 1, "{kinds:?}");
        drop(tx);

        // From now on it is not asked at all, and nobody is told a second time.
        let mails = ada.desk.smtp.taken().len();
        ada.test_page().await;
        ada.desk.settle().await;
        ada.desk.pass_seconds(600);
        ada.desk.settle().await;
        assert_eq!(ada.desk.twilio.messages().len(), texts + 2);
        assert_eq!(ada.desk.smtp.taken().len(), mails);
        ada.desk.push.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn whoever_has_only_a_browser_that_is_gone_is_called_by_e_mail_at_once() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let (subscription, _) = browser(&night.desk, &night.ada.1).await;
        night.desk.push.unsubscribe(&subscription);
        let number = night.ask("Cards are refused", "P1").await;
        assert_eq!(night.calling(&number).await, ["Ada Lovelace"]);
        let link = night.link_to(&night.ada.0);
        let nobody = night.desk.server.nobody();
        let done = nobody.post_form(&link, &[("answer", "acknowledge")]).await;
        assert_eq!(done.status(), 303);
        let told = night.page(&number).await;
        assert_eq!(told["acknowledged_by"]["name"], "Ada Lovelace");
        let mut subjects: Vec<String> = night
            .desk
            .smtp
            .taken()
            .iter()
            .filter(|mail| !is_about_rotas(mail))
            .map(|mail| mail.header("Subject").to_owned())
            .collect();
        subjects.sort_unstable();
        assert_eq!(subjects.len(), 2, "{subjects:?}");
        assert!(
            subjects[0].starts_with("Eider cannot reach you"),
            "{subjects:?}"
        );
        assert!(subjects[1].contains("Cards are refused"), "{subjects:?}");
    })
    .await;
}

#[tokio::test]
async fn an_address_of_a_browser_leads_neither_inside_nor_into_the_open() {
    on_both(async |database| {
        let mut ada = Ada::new(database).await;
        ada.desk.stop().await;
        let strict = eider_delivery::Configuration {
            web_push: WebPushRules::default(),
            ..ada.desk.configuration.clone()
        };
        ada.desk.start_with("node-2", &strict);
        let mut subscription = subscribe(&ada.desk, &ada.client).await;
        send(&ada.client, &subscription).await;
        subscription.endpoint = "https://127.0.0.1:1/push/0".into();
        send(&ada.client, &subscription).await;
        ada.desk.settle().await;
        assert_eq!(ada.states("verification").await, ["failed"; 2]);
        assert_eq!(ada.desk.push.taken(), []);
        let page = ada.client.page(HOME).await;
        assert!(page.contains("has to begin with https://"), "{page}");
        assert!(page.contains("not reached from everywhere"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn programs_add_a_browser_with_its_keys_and_not_without() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        let subscription = subscribe(&ada.desk, &ada.client).await;
        let add = async |change: Change| {
            let mut body = json!({
                "kind": "web_push",
                "address": subscription.endpoint,
                "label": "The phone",
                "keys": { "p256dh": subscription.p256dh, "auth": subscription.auth },
            });
            change(&mut body);
            let path = "/api/v1/me/contact-methods";
            ada.client.json("POST", path, Some(body)).await
        };
        let wrong: [(&str, Change); 4] = [
            ("kind", |body| body["keys"] = Value::Null),
            ("p256dh", |body| body["keys"]["p256dh"] = json!("AAAA")),
            ("auth", |body| body["keys"]["auth"] = json!("AAAA")),
            ("address", |body| body["address"] = json!("push.example/1")),
        ];
        for (field, change) in wrong {
            let (status, problem) = add(change).await;
            assert_eq!(status, 422, "{field}: {problem}");
            assert_eq!(problem["errors"][0]["field"], field, "{problem}");
        }
        let unreadable: [Change; 3] = [
            |body| body["keys"]["p256dh"] = json!(1),
            |body| body["keys"]["auth"] = json!("a".repeat(41)),
            |body| body["address"] = json!(format!("https://a.example/{}", "a".repeat(1_990))),
        ];
        for change in unreadable {
            let (status, problem) = add(change).await;
            assert_eq!(status, 400, "{problem}");
        }
        let (status, added) = add(|_| ()).await;
        assert_eq!(status, 201, "{added}");
        assert_eq!(added["secret"], Value::Null, "what is sealed is not told");
        ada.desk.settle().await;
        let code = ada.desk.push.last();
        let id = added["id"].as_str().unwrap();
        ada.desk.verify(&ada.client, id, code.text("title")).await;
        let (_, rita) = ada.desk.server.signed_in("Rita", Role::Reporter).await;
        let path = "/api/v1/me/web-push-key";
        assert_eq!(rita.json("POST", path, None).await.0, 403);
        ada.desk.push.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn two_nodes_that_need_the_key_at_once_make_one() {
    on_both(async |database| {
        let desk = TestDesk::new(database, at(NOW)).await;
        let other = TestDesk::on(desk.database(), at(NOW), 2).await;
        let (one, two) = tokio::join!(push_key(&desk.eider), push_key(&other.eider));
        let (one, two) = (one.unwrap(), two.unwrap());
        assert_eq!(one.public, two.public);
        assert_eq!(one.pkcs8, two.pkcs8);
    })
    .await;
}

#[tokio::test]
async fn a_phone_finds_what_it_needs_for_its_home_screen() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        let nobody = ada.desk.server.nobody();
        let page = nobody.page("/sign-in").await;
        assert!(page.contains(r#"<link rel="manifest" href="/manifest.webmanifest">"#));
        let (status, manifest) = nobody.json("GET", "/manifest.webmanifest", None).await;
        assert_eq!((status, &manifest["display"]), (200, &json!("standalone")));
        for icon in manifest["icons"].as_array().unwrap() {
            let answer = nobody.get(icon["src"].as_str().unwrap()).await;
            assert_eq!(answer.status(), 200);
            assert_eq!(answer.headers()["content-type"], "image/png");
        }
        let worker = nobody.get("/push.js").await;
        assert_eq!(worker.headers()["cache-control"], "no-cache");
        let policy = worker.headers()["content-security-policy"]
            .to_str()
            .unwrap();
        assert!(policy.contains("worker-src 'self'"), "{policy}");
        assert!(worker.text().await.unwrap().contains("showNotification"));
    })
    .await;
}
