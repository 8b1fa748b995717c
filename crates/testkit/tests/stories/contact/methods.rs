//! Adding contact methods, verifying them, taking them away.

use eider_domain::{access::Scope, person::Role};
use eider_store::fact;
use eider_testkit::{code_in, on_both};
use serde_json::json;

use super::Ada;

#[tokio::test]
async fn a_method_is_verified_by_its_code_and_hears_of_a_test_page() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        let page = ada.client.page("/my-duty/contact").await;
        assert!(
            page.contains("Only the e-mail address of your account is used"),
            "{page}"
        );

        let form = [
            ("kind", "sms"),
            ("address", "+44 7700 900123"),
            ("label", "My phone"),
        ];
        let added = ada
            .client
            .post_form("/my-duty/contact/methods", &form)
            .await;
        assert_eq!(added.status(), 303, "{}", added.text().await.unwrap());
        let path = added.headers()["location"].to_str().unwrap().to_owned();
        assert!(
            ada.client
                .page(&path)
                .await
                .contains("The code that was sent there")
        );
        ada.desk.settle().await;
        let sent = ada.desk.twilio.messages();
        assert_eq!(sent.len(), 1);
        assert_eq!(sent[0].to, "+447700900123");
        assert!(
            sent[0].body.contains("is your code for Eider"),
            "{:?}",
            sent[0]
        );

        let code = code_in(&sent[0].body);
        let verified = ada.client.post_form(&path, &[("code", &code)]).await;
        assert_eq!(verified.status(), 303, "{}", verified.text().await.unwrap());
        let page = ada.client.page("/my-duty/contact").await;
        assert!(
            page.contains("There is one verified way to reach you"),
            "{page}"
        );
        assert!(
            page.contains("At once: Text message to +447700900123"),
            "{page}"
        );
        assert!(
            ada.client
                .page("/my-duty")
                .await
                .contains("Text message to +447700900123")
        );

        let tested = ada.client.post_form("/my-duty/contact/test", &[]).await;
        assert_eq!(tested.status(), 303, "{}", tested.text().await.unwrap());
        ada.desk.settle().await;
        let sent = ada.desk.twilio.messages();
        assert_eq!(sent.len(), 2, "one code, one test page");
        assert!(
            sent[1]
                .body
                .starts_with("Test page from Eider: all is well"),
            "{:?}",
            sent[1]
        );
        assert!(
            sent[1].body.contains(&ada.desk.server.address),
            "it leads to the page"
        );
        let page = ada.client.page("/my-duty/contact").await;
        assert!(page.contains("Sent by Twilio"), "{page}");
        ada.desk.twilio.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn every_kind_is_verified_and_used() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        ada.email("Ada@Example.com").await;
        let mail = ada.desk.smtp.last();
        assert_eq!(mail.to, "ada@example.com");
        assert_eq!(mail.from, "eider@desk.example");
        assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
        assert_eq!(mail.header("Date"), "Mon, 02 Mar 2026 09:00:00 +0000");
        ada.phone().await;
        ada.voice().await;
        ada.desk.pass_seconds(61);
        let id = ada.desk.add(&ada.client, "ntfy", "ada-pages").await;
        ada.desk.settle().await;
        let code = ada.desk.ntfy.last();
        assert_eq!((code.topic.as_str(), code.priority), ("ada-pages", 5));
        ada.desk.verify(&ada.client, &id, &code.title).await;

        ada.test_page().await;
        ada.desk.settle().await;
        let mail = ada.desk.smtp.last();
        assert_eq!(mail.header("Subject"), "Test page from Eider: all is well");
        assert!(mail.text.contains("It came by e-mail"), "{}", mail.text);
        let call = ada.desk.twilio.calls().pop().unwrap();
        assert!(
            call.twiml.contains("<Say>Hello Ada. This is Eider"),
            "{}",
            call.twiml
        );
        assert!(ada.desk.ntfy.last().message.contains("It came by ntfy"));
        assert_eq!(ada.states("test_page").await, ["accepted"; 4]);
        ada.desk.smtp.assert_no_violations();
        ada.desk.twilio.assert_no_violations();
        ada.desk.ntfy.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_code_can_be_mistyped_but_not_guessed() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        let id = ada.desk.add(&ada.client, "email", "ada@example.com").await;
        ada.desk.settle().await;
        let code = code_in(&ada.desk.smtp.last().text);
        let wrong = if code == "000000" { "000001" } else { "000000" };
        let path = format!("/api/v1/me/contact-methods/{id}/verify");
        let typed = async |code: &str| {
            let body = json!({ "code": code });
            ada.client.json("POST", &path, Some(body)).await
        };
        for _ in 0..5 {
            let (status, problem) = typed(wrong).await;
            assert_eq!(status, 422, "{problem}");
        }
        let (status, problem) = typed(&code).await;
        assert_eq!(status, 422, "{problem}");
        assert!(
            problem["detail"]
                .as_str()
                .unwrap()
                .contains("no longer good"),
            "{problem}"
        );

        let again = format!("/api/v1/me/contact-methods/{id}/code");
        assert_eq!(ada.client.json("POST", &again, None).await.0, 204);
        ada.desk.settle().await;
        let fresh = code_in(&ada.desk.smtp.last().text);
        ada.desk.pass_seconds(15 * 60);
        let (status, problem) = typed(&fresh).await;
        assert_eq!(
            status, 422,
            "a code is good for a quarter of an hour: {problem}"
        );
        assert_eq!(ada.client.json("POST", &again, None).await.0, 204);
        ada.desk.settle().await;
        let fresh = code_in(&ada.desk.smtp.last().text);
        assert_eq!(typed(&fresh).await.0, 200);
        assert_eq!(typed(&fresh).await.0, 409, "it is verified already");
    })
    .await;
}

#[tokio::test]
async fn codes_are_not_sent_over_and_over() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        let id = ada.desk.add(&ada.client, "sms", "+447700900123").await;
        let path = format!("/api/v1/me/contact-methods/{id}/code");
        for _ in 0..2 {
            assert_eq!(ada.client.json("POST", &path, None).await.0, 204);
        }
        let (status, problem) = ada.client.json("POST", &path, None).await;
        assert_eq!(status, 429, "{problem}");
        ada.desk.settle().await;
        assert_eq!(ada.desk.twilio.messages().len(), 3);
        ada.desk.pass_seconds(61);
        assert_eq!(ada.client.json("POST", &path, None).await.0, 204);
    })
    .await;
}

#[tokio::test]
async fn addresses_are_checked_and_nobody_has_one_twice() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        let add = async |kind: &str, address: &str| {
            let body = json!({ "kind": kind, "address": address });
            let path = "/api/v1/me/contact-methods";
            ada.client.json("POST", path, Some(body)).await
        };
        for (kind, address) in [
            ("sms", "07700 900123"),
            ("voice", "+44"),
            ("email", "ada"),
            ("ntfy", "a topic"),
            ("webhook", "ftp://example.com"),
        ] {
            let (status, problem) = add(kind, address).await;
            assert_eq!(status, 422, "{kind}: {problem}");
            assert_eq!(problem["errors"][0]["field"], "address", "{problem}");
        }
        assert_eq!(add("pigeon", "the roof").await.0, 400);
        assert_eq!(add("sms", "+447700900123").await.0, 201);
        assert_eq!(add("sms", "+44 7700 900 123").await.0, 422);
        assert_eq!(
            add("voice", "+447700900123").await.0,
            201,
            "another way to the same phone"
        );
    })
    .await;
}

#[tokio::test]
async fn methods_are_their_owners_alone() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        let id = ada.phone().await;
        let (_, ben) = ada.desk.server.signed_in("Ben Okri", Role::Lead).await;
        let path = format!("/api/v1/me/contact-methods/{id}");
        assert_eq!(ben.json("DELETE", &path, None).await.0, 404);
        assert_eq!(
            ben.get(&format!("/my-duty/contact/methods/{id}"))
                .await
                .status(),
            404
        );
        let plan = json!({ "high": [{ "method": id, "after_seconds": 0 }], "low": [] });
        let (status, _) = ben.json("PUT", "/api/v1/me/contact-plan", Some(plan)).await;
        assert_eq!(status, 422);
        let (_, rita) = ada
            .desk
            .server
            .signed_in("Rita Reporter", Role::Reporter)
            .await;
        assert_eq!(rita.get("/my-duty/contact").await.status(), 403);
        let script = ada
            .desk
            .server
            .with_token(&ada.person, &[Scope::Write])
            .await;
        assert_eq!(script.json("DELETE", &path, None).await.0, 403);

        assert_eq!(ada.client.json("DELETE", &path, None).await.0, 204);
        ada.test_page().await;
        ada.desk.settle().await;
        assert_eq!(
            ada.desk.twilio.messages().len(),
            1,
            "nothing goes there any more"
        );
        assert_eq!(ada.desk.smtp.last().to, "ada.lovelace@example.com");
    })
    .await;
}

#[tokio::test]
async fn facts_tell_what_happened_and_not_where_somebody_is_reached() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        let id = ada.phone().await;
        ada.order(&[(&id, 0)]).await;
        ada.test_page().await;
        let path = format!("/api/v1/me/contact-methods/{id}");
        assert_eq!(ada.client.json("DELETE", &path, None).await.0, 204);
        let mut tx = ada.desk.server.desk.db().read().await.unwrap();
        let facts = fact::after(&mut tx, 0, 100).await.unwrap();
        let parts: Vec<(String, String)> = facts
            .iter()
            .map(|recorded| recorded.happened.fact.to_parts().unwrap())
            .collect();
        let kinds: Vec<&str> = parts.iter().map(|(kind, _)| kind.as_str()).collect();
        assert_eq!(
            kinds,
            [
                "contact_method_added",
                "contact_method_verified",
                "contact_plan_changed",
                "test_page_asked",
                "contact_method_removed"
            ]
        );
        assert!(
            parts.iter().all(|(_, data)| !data.contains("900123")),
            "{parts:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_verified_number_is_shown_to_colleagues_at_a_touch_and_not_before() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        let offered = async || {
            let page = ada.client.page("/my-duty").await;
            page.contains("Use my verified number +447700900123")
        };
        assert!(!offered().await);
        ada.phone().await;
        ada.voice().await;
        let page = ada.client.page("/my-duty").await;
        assert_eq!(page.matches("Use my verified number").count(), 1, "{page}");
        assert!(offered().await);
        let number = [("number", "+447700900123")];
        let saved = ada.client.post_form("/my-duty/number", &number).await;
        assert_eq!(saved.status(), 303);
        assert!(!offered().await, "it is there");
        let page = ada.client.page("/my-duty").await;
        assert!(page.contains("value=\"+447700900123\""), "{page}");
    })
    .await;
}
