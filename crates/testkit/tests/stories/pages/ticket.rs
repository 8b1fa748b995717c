//! What can be changed on a ticket's page, and its wash-up.

use super::*;

#[tokio::test]
async fn a_wash_up_is_prefilled_written_and_followed_up() {
    on_both(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (mary, mary_client) = server.signed_in("Mary", Role::Reporter).await;
        let (ada_person, ada) = server.signed_in("Ada", Role::Responder).await;
        let ticket = ask(&server, &mary, "Login fails").await;
        let path = format!("/tickets/{}", ticket.number);
        ada.post_form(&format!("{path}/take"), &[]).await;
        let resolution = [
            ("cause", "A full disk"),
            ("how_known", "It answers"),
            ("change", "no"),
        ];
        ada.post_form(&format!("{path}/resolve"), &resolution).await;
        assert!(ada.page(&path).await.contains("Write the wash-up"));

        let page = ada.page(&format!("{path}/wash-up")).await;
        assert!(page.contains("14:00 Ada took it at once"), "{page}");
        assert!(page.contains("A full disk") && page.contains("not kept yet"));
        let empty = ada
            .post_form(&format!("{path}/wash-up"), &[("lessons", "Look")])
            .await;
        assert_eq!(empty.status(), 422);
        let written = [
            ("what_happened", "The disk was full."),
            ("lessons", "Watch the **disk**."),
        ];
        let answer = ada.post_form(&format!("{path}/wash-up"), &written).await;
        assert_eq!(answer.status(), 303);

        let owner = ada_person.id.to_string();
        let actions = format!("{path}/wash-up/actions");
        let wrong = ada.post_form(&actions, &[("what", "Alert at 80 %")]).await;
        assert_eq!(wrong.status(), 422);
        assert!(text(wrong).await.contains("Alert at 80 %"));
        let agreed = [
            ("what", "Alert at 80 %"),
            ("owner", owner.as_str()),
            ("due_on", "2025-11-20"),
        ];
        assert_eq!(ada.post_form(&actions, &agreed).await.status(), 303);
        let now = ada.page("/").await;
        assert!(
            now.contains("You agreed to follow up") && now.contains("overdue since"),
            "{now}"
        );
        let all = mary_client.page("/wash-ups").await;
        assert!(
            all.contains("Alert at 80 %") && all.contains("Ada"),
            "{all}"
        );
        assert!(
            !all.contains("/done"),
            "a reporter finishes nobody's follow-up"
        );
        let done = now
            .split("action=\"")
            .filter_map(|rest| rest.split('"').next())
            .find(|action| action.ends_with("/done"))
            .expect("a button")
            .to_owned();
        assert_eq!(ada.post_form(&done, &[]).await.status(), 303);
        assert_eq!(ada.post_form(&done, &[]).await.status(), 409);
        let page = ada.page(&path).await;
        for told in [
            "Watch the <strong>disk</strong>",
            "wrote the wash-up",
            "finished a follow-up",
        ] {
            assert!(page.contains(told), "{told}: {page}");
        }
    })
    .await;
}

#[tokio::test]
async fn everything_about_a_ticket_can_be_changed_on_its_page() {
    on_sqlite(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (mary, _) = server.desk.person("Mary", Role::Reporter).await;
        let (_, ada) = server.signed_in("Ada", Role::Responder).await;
        let (ben, _) = server.desk.person("Ben", Role::Responder).await;
        ask(&server, &mary, "Login fails").await;
        ask(&server, &mary, "Nobody can sign in").await;
        let ben_id = ben.id.to_string();
        let path = "/tickets/T-1001";
        /// A word of an address, the fields sent there, and what is answered.
        type Sent<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);
        let deeds: [Sent; 9] = [
            ("acknowledge", &[], "acknowledged it at once"),
            (
                "assign",
                &[("owner", ben_id.as_str())],
                "gave it to <strong>Ben",
            ),
            ("take-over", &[], "took it over from <strong>Ben"),
            ("start", &[], "started to work on it"),
            (
                "priority",
                &[("priority", "P1"), ("reason", "All of them")],
                "raised it from P2 to P1: “All of them”",
            ),
            (
                "title",
                &[("title", "Sign-in fails")],
                "before, it was “Login fails”",
            ),
            (
                "time",
                &[("minutes", "45")],
                "worked on it for 45 min away from here",
            ),
            ("follow", &[], "follows it"),
            ("release", &[], "gave it back; nobody has it"),
        ];
        for (verb, fields, told) in deeds {
            let answer = ada.post_form(&format!("{path}/{verb}"), fields).await;
            assert_eq!(answer.status(), 303, "{verb}");
            let page = ada.page(path).await;
            assert!(page.contains(told), "{verb}: {page}");
        }
        for (deed, wrong) in [
            ("time", ("minutes", "0")),
            ("merge", ("into", "x")),
            ("merge", ("into", "1001")),
        ] {
            let answer = ada.post_form(&format!("{path}/{deed}"), &[wrong]).await;
            assert!([409, 422].contains(&answer.status().as_u16()), "{deed}");
        }
        for deed in [
            "assign", "wait", "resolve", "reopen", "merge", "priority", "feature", "squad",
            "title", "time",
        ] {
            assert!(
                ada.page(&format!("{path}/{deed}")).await.contains("<form"),
                "{deed}"
            );
        }
        let merged = ada
            .post_form("/tickets/1002/merge", &[("into", "1001")])
            .await;
        assert_eq!(merged.status(), 303);
        assert!(ada.page("/tickets/T-1002").await.contains("It goes on in"));
        assert!(
            ada.page(path)
                .await
                .contains("found that T-1002 is the same")
        );
    })
    .await;
}
