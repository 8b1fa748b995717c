//! Lists of tickets, and the page Now.

use super::*;

#[tokio::test]
async fn the_list_filters_pages_and_says_what_it_left_out() {
    on_both(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (mary, client) = server.signed_in("Mary", Role::Responder).await;
        for index in 0..53 {
            ask(&server, &mary, &format!("Question {index}")).await;
        }
        let (zoe, _) = server.desk.person("Zoe", Role::Reporter).await;
        ask(&server, &zoe, "=cmd|' /C calc'!A0, with \"quotes\"").await;
        let take = client.post_form("/tickets/1003/take", &[]).await;
        assert_eq!(location(&take), "/tickets/T-1003");

        let first = client.page("/tickets").await;
        assert!(first.contains("54 tickets, the newest first"), "{first}");
        assert!(first.contains("1 to 50 of 54"), "{first}");
        let next = first
            .split("href=\"")
            .filter_map(|rest| rest.split('"').next())
            .find(|href| href.contains("before="))
            .expect("a next page")
            .replace("&amp;", "&");
        let second = client.page(&next).await;
        assert!(second.contains("51 to 54 of 54"), "{second}");
        assert!(second.contains("row-T-1001") && !second.contains("row-T-1005"));

        let mine = client.page("/tickets?status=open&owner=me").await;
        assert!(mine.contains("1 ticket, the newest first"), "{mine}");
        assert!(mine.contains("Owner: you"));
        let zoes = client
            .page(&format!("/tickets?status=any&reporter={}", zoe.id))
            .await;
        assert!(zoes.contains("Reporter: Zoe"), "{zoes}");
        let found = client.page("/tickets?q=quotes").await;
        assert!(found.contains("1 ticket,"), "{found}");
        let none = client.page("/tickets?from=2025-11-22").await;
        assert!(none.contains("No ticket is like that"));
        let odd = client
            .page("/tickets?priority=loud&colour=%3Cscript%3E&status=open")
            .await;
        assert!(
            odd.contains("was left out") && !odd.contains("<script>"),
            "{odd}"
        );
        assert!(odd.contains("1 to 50 of 54"));

        let csv = client.get("/tickets.csv?status=any").await;
        assert_eq!(csv.headers()["content-type"], "text/csv; charset=utf-8");
        let csv = text(csv).await;
        assert_eq!(csv.lines().count(), 55);
        assert!(
            csv.contains("T-1054,\"'=cmd|' /C calc'!A0, with \"\"quotes\"\"\",new,P2,"),
            "{csv}"
        );
        let mine = text(client.get("/tickets.csv?status=open&owner=me").await).await;
        assert_eq!(mine.lines().count(), 2, "{mine}");
    })
    .await;
}

#[tokio::test]
async fn numbers_lead_to_the_page_however_they_are_written() {
    on_sqlite(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (mary, client) = server.signed_in("Mary", Role::Reporter).await;
        ask(&server, &mary, "Login fails").await;
        for written in ["1001", "t-1001"] {
            let answer = client.get(&format!("/tickets/{written}")).await;
            assert_eq!(
                (answer.status().as_u16(), location(&answer).as_str()),
                (308, "/tickets/T-1001")
            );
        }
        assert_eq!(client.get("/tickets/T-9").await.status(), 404);
        assert_eq!(client.get("/tickets/nonsense").await.status(), 404);
        let nobody = server.nobody().get("/tickets/T-1001").await;
        assert!(location(&nobody).starts_with("/sign-in?next="));
    })
    .await;
}

#[tokio::test]
async fn now_shows_what_is_late_then_nearly_late_then_unowned() {
    on_both(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (mary, _) = server.desk.person("Mary", Role::Reporter).await;
        let (_, ada) = server.signed_in("Ada", Role::Responder).await;
        // P2: an answer within an hour.
        ask(&server, &mary, "Late to be answered").await;
        server.desk.pass_minutes(15);
        ask(&server, &mary, "Nearly late").await;
        server.desk.pass_minutes(48);
        ask(&server, &mary, "Fresh").await;
        let now = ada.page("/").await;
        let place = |words: &str| now.find(words).unwrap_or_else(|| panic!("{words}: {now}"));
        let order = [
            place(">Late<"),
            place("Late to be answered"),
            place(">Nearly late<"),
            place(">Nearly late</a>"),
            place(">Nobody has these yet<"),
            place(">Fresh<"),
        ];
        assert!(order.is_sorted(), "{order:?}");
        assert!(now.contains("1 late"), "the navigation counts it");
        assert!(now.contains("data-live=\"/live?topics=now&amp;after="));
        // Answered, it is late no more, and stands among Ada's.
        ada.post_form("/tickets/1001/take", &[]).await;
        let now = ada.page("/").await;
        assert!(!now.contains(">Late<") && now.contains(">Yours<"), "{now}");
    })
    .await;
}
