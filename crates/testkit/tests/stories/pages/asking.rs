//! Asking, and what a refusal shows.

use super::*;

#[tokio::test]
async fn a_question_becomes_a_ticket_and_is_answered_on_pages_alone() {
    on_both(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (_, mary) = server.signed_in("Mary Poole", Role::Reporter).await;
        let (_, ada) = server.signed_in("Ada Lovelace", Role::Responder).await;

        // Mary asks.
        let asked = post(&mary, "/ask", form(QUESTION)).await;
        assert_eq!(asked.status(), 303);
        let path = location(&asked);
        assert_eq!(path, "/tickets/T-1001");
        let cookie = asked.headers().get("set-cookie").expect("what was done");
        let cookie = cookie.to_str().expect("text").to_owned();
        let page = mary
            .request("GET", &path)
            .header("cookie", cookie.split(';').next().unwrap_or_default())
            .send()
            .await
            .expect("the server answers");
        assert_eq!(page.status(), 200);
        let page = text(page).await;
        assert!(page.contains("Thank you for the good report"), "{page}");
        for told in [
            "Customers cannot pay by card",
            "<strong>Pay</strong>",
            "I expected a receipt",
            "Nobody has this yet",
            "Frozen",
            "1,200 people",
            "A customer told us",
            "Fails on",
            "https://status.example.com/a",
            "P2</strong> Business affected",
        ] {
            assert!(page.contains(told), "{told} is not on the page");
        }
        assert!(!page.contains("/take"), "a reporter takes no tickets");

        // Ada sees it on Now and takes it.
        let now = ada.page("/").await;
        assert!(now.contains("Nobody has these yet"), "{now}");
        assert!(now.contains("Customers cannot pay by card"));
        server.desk.pass_minutes(3);
        let took = ada.post_form(&format!("{path}/take"), &[]).await;
        assert_eq!(
            (took.status().as_u16(), location(&took)),
            (303, path.clone())
        );
        let page = ada.page(&path).await;
        assert!(!page.contains("Nobody has this yet"));
        assert!(
            page.contains("<strong>Ada Lovelace</strong> took it, 3 min after it was asked"),
            "{page}"
        );

        // She asks Mary, who answers.
        let wait = [("question", "Which card?")];
        assert_eq!(
            ada.post_form(&format!("{path}/wait"), &wait).await.status(),
            303
        );
        let now = mary.page("/").await;
        assert!(now.contains("Your answer is needed"), "{now}");
        let said = post(
            &mary,
            &format!("{path}/say"),
            form(&[("body", "Every card.")]),
        )
        .await;
        assert_eq!(said.status(), 303);
        let page = ada.page(&path).await;
        assert!(page.contains("“Which card?”"), "{page}");
        assert!(page.contains("answered, so it goes on"));

        // She resolves it; Mary confirms.
        let resolution = [
            ("cause", "A certificate ran out"),
            ("how_known", "I paid with a test card"),
            ("change", "yes"),
            ("reference", "https://git.example.com/42"),
        ];
        let resolved = ada.post_form(&format!("{path}/resolve"), &resolution).await;
        assert_eq!(resolved.status(), 303);
        let now = mary.page("/").await;
        assert!(now.contains("Does it work for you?"), "{now}");
        let page = mary.page(&path).await;
        assert!(page.contains("It works") && page.contains("It does not work"));
        assert!(page.contains("A certificate ran out"));
        assert_eq!(
            mary.post_form(&format!("{path}/confirm"), &[])
                .await
                .status(),
            303
        );
        let page = mary.page(&path).await;
        assert!(page.contains("confirmed that it works"), "{page}");
        let now = mary.page("/").await;
        assert!(now.contains("Nothing needs anybody"), "{now}");
    })
    .await;
}

#[tokio::test]
async fn a_form_comes_back_with_everything_and_says_what_is_missing() {
    on_sqlite(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (_, mary) = server.signed_in("Mary", Role::Reporter).await;
        let sent = form(&[
            ("title", ""),
            ("what", "It is \"white\" <b>"),
            ("people_affected", "many"),
            ("since", "soon"),
            ("steps", "first tap"),
            ("fails_on", "ios"),
        ])
        .part("files", file("a.txt", b"hello"));
        let answer = post(&mary, "/ask", sent).await;
        assert_eq!(answer.status(), 422);
        let page = text(answer).await;
        assert!(page.contains("5 answers need another look"), "{page}");
        for told in [
            "The title is empty. Write a few words.",
            "Choose how urgent it is.",
            "whole number, such as 40",
            "It is &quot;white&quot; &lt;b&gt;",
            "first tap",
            "choose them once more",
            "aria-invalid=\"true\"",
            "value=\"many\"",
        ] {
            assert!(page.contains(told), "{told} is not in {page}");
        }
        assert!(page.contains("value=\"ios\" checked"), "{page}");
        assert!(page.contains("<details class=\"more-that-helps\" open"));
        assert!(server_has_no_ticket(&mary).await);

        // Other tools lead here with words to begin with.
        let page = mary
            .page("/ask?title=Till%207%20is%20dark&priority=2")
            .await;
        assert!(page.contains("value=\"Till 7 is dark\""));
    })
    .await;
}

async fn server_has_no_ticket(client: &Client) -> bool {
    client
        .page("/tickets?status=any")
        .await
        .contains("No ticket is like that")
}

#[tokio::test]
async fn a_refusal_shows_the_ticket_as_it_is_and_keeps_what_was_typed() {
    on_sqlite(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (_, ada) = server.signed_in("Ada", Role::Responder).await;
        let (_, ben) = server.signed_in("Ben", Role::Responder).await;
        let (mary, _) = server.desk.person("Mary", Role::Reporter).await;
        let mary_client = server.sign_in(&mary).await;
        let ticket = ask(&server, &mary, "Login fails").await;
        let path = format!("/tickets/{}", ticket.number);

        assert_eq!(
            ada.post_form(&format!("{path}/take"), &[]).await.status(),
            303
        );
        let refused = ben.post_form(&format!("{path}/take"), &[]).await;
        assert_eq!(refused.status(), 409);
        let page = text(refused).await;
        assert!(page.contains("Somebody else already has T-1001"), "{page}");
        assert!(page.contains("Take it over"));

        // An empty reply, and a resolution without its answers.
        let empty = post(&ben, &format!("{path}/say"), form(&[("body", "  ")])).await;
        assert_eq!(empty.status(), 422);
        assert!(
            text(empty)
                .await
                .contains("Write something, or choose a file.")
        );
        let cause = [("cause", "A <lost> setting"), ("change", "no")];
        let incomplete = ada.post_form(&format!("{path}/resolve"), &cause).await;
        assert_eq!(incomplete.status(), 422);
        let page = text(incomplete).await;
        assert!(page.contains("A &lt;lost&gt; setting"), "{page}");
        assert!(page.contains("How we know is empty"), "{page}");

        // Resolved meanwhile: the words stay.
        let resolution = [("cause", "x"), ("how_known", "y"), ("change", "no")];
        ada.post_form(&format!("{path}/resolve"), &resolution).await;
        let late = [("cause", "mine"), ("how_known", "seen"), ("change", "no")];
        let refused = ben.post_form(&format!("{path}/resolve"), &late).await;
        assert_eq!(refused.status(), 409);
        let page = text(refused).await;
        assert!(
            page.contains("Reopen it first") && page.contains("mine"),
            "{page}"
        );

        // What one may not do is refused at the door.
        let forbidden = mary_client.post_form(&format!("{path}/take"), &[]).await;
        assert_eq!(forbidden.status(), 403);
    })
    .await;
}

#[tokio::test]
async fn similar_questions_are_offered_while_somebody_writes() {
    on_both(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (mary, client) = server.signed_in("Mary", Role::Reporter).await;
        ask(&server, &mary, "Zeppelin tickets cannot be printed").await;
        let fragment = client.page("/ask/similar?q=zeppelin%20printed").await;
        assert!(
            fragment.contains("Zeppelin tickets cannot be printed"),
            "{fragment}"
        );
        assert!(!fragment.contains("<html"));
        let none = client.page("/ask/similar?q=").await;
        assert!(none.contains("Nothing like it so far"));
    })
    .await;
}
