//! My duty: swaps, absences, numbers, feeds, and somebody who leaves.

use eider_domain::person::Role;
use eider_testkit::{at, on_both};

use super::{Squad, text_of};

/// The id of the first request that a page of one's duty shows.
fn request_in(page: &str) -> String {
    let (_, after) = page
        .split_once("/my-duty/swaps/")
        .expect("a request stands here");
    after.chars().take(36).collect()
}

#[tokio::test]
async fn the_first_to_take_a_swap_has_it() {
    on_both(async |database| {
        let squad = Squad::new(database).await;
        let id = squad.weekly("Payments, primary", "primary").await;
        let week = [("from", "2026-03-23T09:00"), ("until", "2026-03-30T09:00")];
        let path = format!("/on-call/rotas/{id}/swap");
        let refused = squad.ben.1.post_form(&path, &week).await;
        assert_eq!(refused.status(), 422, "it is not Ben's week to give");
        let asked = squad.ada.1.post_form(&path, &week).await;
        assert_eq!(asked.status(), 303, "{}", asked.text().await.unwrap());
        let page = squad.cleo.1.page("/my-duty").await;
        assert!(page.contains("Ada Lovelace asks who takes"), "{page}");
        let answer = format!("/my-duty/swaps/{}", request_in(&page));
        let take = [("deed", "take")];
        let (ben, cleo) = (&squad.ben.1, &squad.cleo.1);
        let both = tokio::join!(
            ben.post_form(&answer, &take),
            cleo.post_form(&answer, &take)
        );
        let mut statuses = [both.0.status().as_u16(), both.1.status().as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409], "one has it, the other learns who");
        let holders = squad.on_call("2026-03-25T12:00:00Z").await;
        assert!(
            ["Ben Okri", "Cleo Nine"].contains(&holders[0].as_str()),
            "{holders:?}"
        );
        let late = squad
            .ben
            .1
            .post_form(&answer, &take)
            .await
            .text()
            .await
            .unwrap();
        assert!(late.contains("was first and has this time now"), "{late}");
    })
    .await;
}

#[tokio::test]
async fn a_week_is_swapped_for_a_week() {
    on_both(async |database| {
        let squad = Squad::new(database).await;
        let id = squad.weekly("Payments, primary", "primary").await;
        let ben_id = squad.ben.0.id.to_string();
        let ask = [
            ("from", "2026-03-23T09:00"),
            ("until", "2026-03-30T09:00"),
            ("asked", ben_id.as_str()),
        ];
        squad
            .ada
            .1
            .post_form(&format!("/on-call/rotas/{id}/swap"), &ask)
            .await;
        let cleo = squad.cleo.1.page("/my-duty").await;
        assert!(!cleo.contains("Ada Lovelace asks"), "she was not asked");
        let page = squad.ben.1.page("/my-duty").await;
        let answer = format!("/my-duty/swaps/{}", request_in(&page));
        assert!(
            squad
                .ben
                .1
                .page(&answer)
                .await
                .contains("Which of your time in return?")
        );
        let mine = [("from", "2026-03-09T09:00"), ("until", "2026-03-16T09:00")];
        assert_eq!(squad.ben.1.post_form(&answer, &mine).await.status(), 303);
        assert_eq!(
            squad.on_call("2026-03-10T12:00:00Z").await,
            ["Ben Okri"],
            "not agreed yet"
        );
        let accept = [("deed", "accept"), ("by", ben_id.as_str())];
        assert_eq!(squad.cleo.1.post_form(&answer, &accept).await.status(), 409);
        assert_eq!(squad.ada.1.post_form(&answer, &accept).await.status(), 303);
        assert_eq!(
            squad.on_call("2026-03-10T12:00:00Z").await,
            ["Ada Lovelace"]
        );
        assert_eq!(squad.on_call("2026-03-25T12:00:00Z").await, ["Ben Okri"]);
    })
    .await;
}

#[tokio::test]
async fn whoever_leaves_is_a_gap_from_then_on() {
    on_both(async |database| {
        let squad = Squad::new(database).await;
        squad.weekly("Payments, primary", "primary").await;
        let desk = &squad.server.desk;
        let admin = desk.unnamed(Role::Administrator).await;
        desk.set(at("2026-03-09T12:00:00Z"));
        eider_app::account::disable(&desk.eider, &admin, squad.ben.0.id)
            .await
            .unwrap();
        assert_eq!(
            squad.on_call("2026-03-09T11:00:00Z").await,
            ["Ben Okri"],
            "the past stays"
        );
        assert!(squad.on_call("2026-03-09T13:00:00Z").await.is_empty());
        let page = squad.ada.1.page("/on-call").await;
        assert!(
            page.contains("Nobody is on call") && page.contains("Ben Okri has left"),
            "{page}"
        );
        desk.set(at("2026-03-10T12:00:00Z"));
        eider_app::account::enable(&desk.eider, &admin, squad.ben.0.id)
            .await
            .unwrap();
        assert_eq!(squad.on_call("2026-03-10T13:00:00Z").await, ["Ben Okri"]);
    })
    .await;
}

#[tokio::test]
async fn a_feed_has_one_event_for_each_shift_and_the_numbers() {
    on_both(async |database| {
        let squad = Squad::new(database).await;
        let id = squad.weekly("Payments, primary", "primary").await;
        let wrong = squad
            .ada
            .1
            .post_form("/my-duty/number", &[("number", "0207 946")])
            .await;
        assert_eq!(wrong.status(), 422);
        let number = [("number", "+44 20 7946 0958")];
        assert_eq!(
            squad
                .ada
                .1
                .post_form("/my-duty/number", &number)
                .await
                .status(),
            303
        );
        assert!(
            squad
                .ben
                .1
                .page("/on-call")
                .await
                .contains("tel:+442079460958")
        );
        let (_, reporter) = squad
            .server
            .signed_in("Rita Reporter", Role::Reporter)
            .await;
        assert!(
            !reporter.page("/on-call").await.contains("tel:"),
            "numbers are for who works"
        );

        let made = squad
            .ada
            .1
            .post_form("/my-duty/feeds", &[("rota", id.as_str())])
            .await;
        let page = made.text().await.unwrap();
        let (_, after) = page.split_once("/feeds/").unwrap();
        let secret: String = after.chars().take(40).collect();
        let nobody = squad.server.nobody();
        let feed = nobody.page(&format!("/feeds/{secret}.ics")).await;
        assert!(
            feed.contains("DTSTART:20260330T080000Z"),
            "summer has begun: {feed}"
        );
        assert!(!feed.contains("RRULE"));
        // Folded lines are one.
        let whole = feed.replace("\r\n ", "");
        assert!(
            whole.contains("Primary: Ada Lovelace\\, +44 20 7946 0958"),
            "{whole}"
        );
        assert!(whole.contains("Conference: 4711#"), "{whole}");
        assert!(feed.lines().all(|line| line.len() <= 75), "{feed}");

        let own = squad
            .ada
            .1
            .post_form("/my-duty/feeds", &[("rota", "")])
            .await;
        let page = own.text().await.unwrap();
        let own: String = page
            .split_once("/feeds/")
            .unwrap()
            .1
            .chars()
            .take(40)
            .collect();
        let feed = nobody.page(&format!("/feeds/{own}.ics")).await;
        assert!(!feed.contains("Ben Okri"), "only Ada's own: {feed}");
        // A new address ends the one before, and leaving ends all.
        squad
            .ada
            .1
            .post_form("/my-duty/feeds", &[("rota", id.as_str())])
            .await;
        assert_eq!(
            nobody.get(&format!("/feeds/{secret}.ics")).await.status(),
            404
        );
        let admin = squad.server.desk.unnamed(Role::Administrator).await;
        let eider = &squad.server.desk.eider;
        eider_app::account::disable(eider, &admin, squad.ada.0.id)
            .await
            .unwrap();
        assert_eq!(nobody.get(&format!("/feeds/{own}.ics")).await.status(), 404);
    })
    .await;
}

#[tokio::test]
async fn the_api_puts_on_call_once_and_tells_the_calendar() {
    on_both(async |database| {
        let squad = Squad::new(database).await;
        let id = squad.weekly("Payments, primary", "primary").await;
        let path = format!("/api/v1/rotas/{id}/changes");
        let body = serde_json::json!({
            "person": squad.cleo.0.id,
            "from": "2026-03-03T00:00:00Z",
            "until": "2026-03-04T00:00:00Z",
        });
        let mut ids = Vec::new();
        for _ in 0..2 {
            let request = squad
                .lead
                .request("POST", &path)
                .header("Idempotency-Key", "once");
            let answer = request.json(&body).send().await.unwrap();
            assert_eq!(answer.status(), 201);
            let made: serde_json::Value = answer.json().await.unwrap();
            ids.push(text_of(&made["id"]));
        }
        assert_eq!(ids[0], ids[1]);
        let between = "from=2026-03-02T12:00:00Z&until=2026-03-09T09:00:00Z";
        let path = format!("/api/v1/rotas/{id}/calendar?{between}");
        let (status, calendar) = squad.lead.json("GET", &path, None).await;
        assert_eq!(status, 200, "{calendar}");
        let stretches = calendar["stretches"].as_array().unwrap();
        let names: Vec<_> = stretches
            .iter()
            .map(|one| text_of(&one["on_call"][0]["name"]))
            .collect();
        assert_eq!(names, ["Ada Lovelace", "Cleo Nine", "Ada Lovelace"]);
        assert_eq!(stretches[1]["on_call"][0]["reason"], "override");
        assert_eq!(
            stretches[1]["on_call"][0]["instead_of"]["name"],
            "Ada Lovelace"
        );
        let end = format!("/api/v1/on-call/changes/{}", ids[0]);
        let (status, _) = squad.lead.json("DELETE", &end, None).await;
        assert_eq!(status, 204);
        assert_eq!(
            squad.on_call("2026-03-03T12:00:00Z").await,
            ["Ada Lovelace"]
        );
    })
    .await;
}

#[tokio::test]
async fn a_shift_stays_the_same_event_while_it_passes_out_of_the_feed() {
    on_both(async |database| {
        let squad = Squad::new(database).await;
        let id = squad.weekly("Payments, primary", "primary").await;
        let fields = [("rota", id.as_str())];
        let made = squad.ada.1.post_form("/my-duty/feeds", &fields).await;
        let page = made.text().await.unwrap();
        let (_, after) = page.split_once("/feeds/").unwrap();
        let path = format!("/feeds/{}.ics", &after[..40]);
        // The week of 2 March, which began 28 days before this is read for the first time.
        let told = async |instant: &str| {
            squad.server.desk.set(at(instant));
            let feed = squad.server.nobody().page(&path).await.replace("\r\n ", "");
            let events: Vec<Vec<String>> = feed
                .split("BEGIN:VEVENT")
                .skip(1)
                .map(|event| {
                    let lines = event.lines();
                    let kept = ["UID:", "DTSTART:", "DTEND:"];
                    lines
                        .filter(|line| kept.iter().any(|name| line.starts_with(name)))
                        .map(str::to_owned)
                        .collect()
                })
                .collect();
            (events[0].clone(), events[events.len() - 1].clone())
        };
        let (first, last) = told("2026-03-31T12:00:00Z").await;
        assert_eq!(first[1], "DTSTART:20260302T090000Z");
        assert_eq!(first[2], "DTEND:20260309T090000Z");
        for later in ["2026-03-31T12:15:00Z", "2026-04-02T03:00:00Z"] {
            let (again, at_the_end) = told(later).await;
            assert_eq!(again, first, "{later}");
            assert_eq!(at_the_end, last, "{later}");
        }
    })
    .await;
}
