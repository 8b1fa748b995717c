//! The link that somebody is sent: it shows without doing, and its buttons do.

use eider_testkit::on_both;

use super::Night;

#[tokio::test]
async fn opening_the_link_does_nothing_and_its_button_acknowledges() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let number = night.ask("Cards are refused", "P1").await;
        let link = night.link_to(&night.ada.0);
        let nobody = night.desk.server.nobody();
        let page = nobody.page(&link).await;
        assert!(page.contains("Cards are refused"), "{page}");
        assert!(page.contains("Acknowledge"), "{page}");
        assert_eq!(
            night.page(&number).await["state"],
            "calling",
            "a GET does nothing"
        );
        let done = nobody.post_form(&link, &[("answer", "acknowledge")]).await;
        assert_eq!(done.status(), 303);
        let told = night.page(&number).await;
        assert_eq!(told["acknowledged_by"]["name"], "Ada Lovelace");
        assert_eq!(told["called"][0]["answered_by"], "link");
        let page = nobody.page(&link).await;
        assert!(page.contains("Call my buddy"), "{page}");
        let timeline = night.ben.1.page("/tickets/T-1001").await;
        assert!(
            timeline.contains("acknowledged the page by the link"),
            "{timeline}"
        );
        assert!(timeline.contains("Ada Lovelace"), "{timeline}");
    })
    .await;
}

#[tokio::test]
async fn of_two_who_press_at_once_one_has_it_and_the_other_learns_who() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let number = night.ask("Cards are refused", "P1").await;
        night.pass_minutes(5).await;
        let (ada, ben) = (night.link_to(&night.ada.0), night.link_to(&night.ben.0));
        let nobody = night.desk.server.nobody();
        let press = [("answer", "acknowledge")];
        let both = tokio::join!(
            nobody.post_form(&ada, &press),
            nobody.post_form(&ben, &press)
        );
        let mut statuses = [both.0.status().as_u16(), both.1.status().as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409]);
        let holder = night.page(&number).await["acknowledged_by"]["name"].clone();
        let loser = if holder == "Ada Lovelace" { &ben } else { &ada };
        let page = nobody.post_form(loser, &press).await.text().await.unwrap();
        assert!(page.contains(holder.as_str().unwrap()), "{page}");
        assert!(page.contains("Somebody else has it already"), "{page}");
        assert!(page.contains("There is nothing you need to do"), "{page}");
        let winner = if holder == "Ada Lovelace" { &ada } else { &ben };
        let page = nobody.page(winner).await;
        assert!(!page.contains("There is nothing you need to do"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn pressing_twice_is_pressing_once() {
    on_both(async |database| {
        let night = Night::new(database).await;
        night.ask("Cards are refused", "P1").await;
        let link = night.link_to(&night.ada.0);
        let nobody = night.desk.server.nobody();
        for _ in 0..2 {
            let done = nobody.post_form(&link, &[("answer", "acknowledge")]).await;
            assert_eq!(done.status(), 303);
        }
        let facts = night
            .api(
                &night.lin.0,
                "GET",
                "/tickets/T-1001/facts",
                serde_json::Value::Null,
                200,
            )
            .await;
        let acknowledged = facts["items"].as_array().unwrap().iter().filter(|fact| {
            fact.pointer("/data/event/kind")
                .and_then(|kind| kind.as_str())
                == Some("acknowledged")
        });
        assert_eq!(acknowledged.count(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_link_is_of_one_person_and_one_page() {
    on_both(async |database| {
        let night = Night::new(database).await;
        night.ask("Cards are refused", "P1").await;
        let link = night.link_to(&night.ada.0);
        let nobody = night.desk.server.nobody();
        let made_up = format!("/p/{}", "0".repeat(40));
        assert_eq!(nobody.get(&made_up).await.status(), 410);
        let pressed = nobody
            .post_form(&made_up, &[("answer", "acknowledge")])
            .await;
        assert_eq!(pressed.status(), 410);
        let unreadable = nobody.post_form(&link, &[("answer", "dance")]).await;
        assert_eq!(unreadable.status(), 422);
        // Whoever has left answers nothing any more.
        let id = night.ada.0.id;
        let path = format!("/people/{id}/disable");
        let gone = night.root.1.post_form(&path, &[]).await;
        assert_eq!(gone.status(), 303, "{}", gone.text().await.unwrap());
        assert_eq!(nobody.get(&link).await.status(), 410);
        night.settle().await;
        assert_eq!(
            night.mailed(),
            ["ada", "ben"],
            "whoever comes next is called at once"
        );
    })
    .await;
}

#[tokio::test]
async fn it_can_be_passed_on_and_put_right_by_the_link() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let number = night.ask("Cards are refused", "P1").await;
        let nobody = night.desk.server.nobody();
        let ada = night.link_to(&night.ada.0);
        let done = nobody.post_form(&ada, &[("answer", "decline")]).await;
        assert_eq!(done.status(), 303);
        night.settle().await;
        assert_eq!(night.calling(&number).await, ["Ben Okri"]);
        let ben = night.link_to(&night.ben.0);
        let incomplete = nobody.post_form(&ben, &[("answer", "resolve")]).await;
        assert_eq!(incomplete.status(), 422);
        let told = [
            ("answer", "resolve"),
            ("cause", "A full disk"),
            ("how_known", "Cards work"),
        ];
        let done = nobody.post_form(&ben, &told).await;
        assert_eq!(done.status(), 303);
        assert_eq!(night.page(&number).await["ending"], "resolved");
        let page = nobody.page(&ben).await;
        assert!(page.contains("it is put right"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn the_link_of_one_page_does_nothing_to_another() {
    on_both(async |database| {
        let night = Night::new(database).await;
        night.at("2026-03-02T10:00:00Z").await;
        let first = night.ask("Refunds are slow", "P2").await;
        let link = night.link_to(&night.ada.0);
        let second = night.ask("Cards are refused", "P1").await;
        assert_ne!(link, night.link_to(&night.ada.0));
        let nobody = night.desk.server.nobody();
        let page = nobody.page(&link).await;
        assert!(page.contains("Refunds are slow"), "{page}");
        assert!(!page.contains("Cards are refused"), "{page}");
        let done = nobody.post_form(&link, &[("answer", "acknowledge")]).await;
        assert_eq!(done.status(), 303);
        assert_eq!(night.page(&first).await["state"], "acknowledged");
        assert_eq!(night.calling(&second).await, ["Ada Lovelace"]);
    })
    .await;
}
