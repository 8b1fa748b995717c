//! Prometheus Alertmanager opens tickets and ends them.

use eider_intake::Intake;
use eider_testkit::on_both;
use serde_json::{Value, json};

use super::{Watched, message, severe, text};

#[tokio::test]
async fn an_alert_opens_a_ticket_that_ends_with_it() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("alertmanager").await;
        let fires = message("Disk", &[("db1", true)]);
        assert_eq!(desk.alertmanager(&key, fires.clone()).await, 200);
        // It was on the disk when it was answered.
        let tickets = desk.tickets().await;
        assert_eq!(tickets.len(), 1);
        let ticket = &tickets[0];
        assert_eq!(ticket["title"], "Checkout: Disk: db1 is full");
        assert_eq!(ticket["priority"], "P1");
        assert_eq!(ticket["squad"]["name"], "Payments");
        assert_eq!(ticket["reporter"]["name"], "Monitors of Checkout");

        // What fires again while it fires is no new fact.
        let facts = desk.last_fact().await;
        assert_eq!(desk.alertmanager(&key, fires).await, 200);
        assert_eq!(desk.last_fact().await, facts);

        // What belongs together shares the ticket.
        let both = message("Disk", &[("db1", true), ("db2", true), ("db3", true)]);
        assert_eq!(desk.alertmanager(&key, both).await, 200);
        let one_left = message("Disk", &[("db1", false), ("db2", false), ("db3", true)]);
        assert_eq!(desk.alertmanager(&key, one_left).await, 200);
        let open = ["T-1001 new P1 Checkout: Disk: db1 is full"];
        assert_eq!(desk.told().await, open);
        let over = message("Disk", &[("db3", false)]);
        assert_eq!(desk.alertmanager(&key, over).await, 200);
        let resolved = ["T-1001 resolved P1 Checkout: Disk: db1 is full"];
        assert_eq!(desk.told().await, resolved);
        assert_eq!(
            desk.kinds("T-1001").await,
            [
                "ticket_opened",
                "alerts_fired",
                "alerts_fired",
                "alerts_ended",
                "alerts_ended",
                "ticket_resolved"
            ]
        );
        let page = desk.ada.1.page("/tickets/T-1001").await;
        for said in [
            "2 alerts of Checkout fired: “Disk: db2 is full”, “Disk: db3 is full”",
            "2 alerts of Checkout ended; one still fires",
            "An alert of Checkout ended; none is left",
            "It was resolved",
        ] {
            assert!(page.contains(said), "{said}: {page}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_alertmanager_itself_sent_is_taken_in() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("alertmanager").await;
        // Captured from Alertmanager 0.25.
        let captured = include_str!("../../../../../fuzz/seeds/alerts/alertmanager.json");
        let body: Value = serde_json::from_str(captured).unwrap();
        assert_eq!(desk.alertmanager(&key, body).await, 200);
        assert_eq!(desk.told().await, ["T-1001 new P1 Checkout: A52: x"]);
        let (_, page) = desk.lead.json("GET", "/api/v1/alerts", None).await;
        assert_eq!(page["items"][0]["firing"], 10);
        let name = "{}:{alertname=\"A52\", service=\"s12\"}";
        assert_eq!(page["items"][0]["name"], name);
    })
    .await;
}

#[tokio::test]
async fn whoever_took_it_keeps_it() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("alertmanager").await;
        desk.alertmanager(&key, severe("Load", "warning", &[("web1", true)]))
            .await;
        let taken = desk.ada.1.post_form("/tickets/T-1001/take", &[]).await;
        assert_eq!(taken.status(), 303);
        // A worse alert raises it.
        let worse = severe("Load", "critical", &[("web2", true)]);
        desk.alertmanager(&key, worse).await;
        let over = message("Load", &[("web1", false), ("web2", false)]);
        desk.alertmanager(&key, over).await;
        let open = ["T-1001 acknowledged P1 Checkout: Load: web1 is full"];
        assert_eq!(desk.told().await, open);
        let kinds = desk.kinds("T-1001").await;
        assert_eq!(kinds.last().unwrap(), "alerts_ended");
        assert!(kinds.contains(&"priority_changed".to_owned()), "{kinds:?}");
    })
    .await;
}

#[tokio::test]
async fn a_label_names_the_service() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("alertmanager").await;
        desk.service(json!({"name": "Search", "squad": "Payments"}))
            .await;
        let mut body = message("Slow", &[("s1", true), ("s2", true)]);
        body["alerts"][0]["labels"]["service"] = "search".into();
        body["alerts"][1]["labels"]["service"] = "Nobody knows it".into();
        desk.alertmanager(&key, body).await;
        let mut told = desk.told().await;
        told.sort();
        let titles: Vec<&str> = told
            .iter()
            .filter_map(|ticket| ticket.split_once(" P1 "))
            .map(|(_, title)| title)
            .collect();
        assert!(titles.contains(&"Search: Slow: s1 is full"), "{titles:?}");
        assert!(titles.contains(&"Checkout: Slow: s2 is full"), "{titles:?}");
        assert_eq!(told.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn what_comes_and_goes_is_one_ticket_that_settles() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("alertmanager").await;
        let (fires, over) = (
            message("Flap", &[("x", true)]),
            message("Flap", &[("x", false)]),
        );
        let title = "P1 Checkout: Flap: x is full";
        for _ in 0..3 {
            desk.alertmanager(&key, fires.clone()).await;
            desk.server.desk.pass_minutes(1);
            desk.alertmanager(&key, over.clone()).await;
            desk.server.desk.pass_minutes(1);
        }
        // Twice it ended with its alert and went on with the next; now it waits.
        assert_eq!(desk.told().await, [format!("T-1001 reopened {title}")]);
        desk.server.desk.pass_minutes(8);
        desk.alertmanager(&key, over).await;
        assert_eq!(desk.told().await, [format!("T-1001 reopened {title}")]);
        desk.server.desk.pass_minutes(1);
        desk.until_told(&[&format!("T-1001 resolved {title}")])
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_monitor_that_goes_on_speaks_against_a_resolution() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("alertmanager").await;
        let fires = message("Disk", &[("db1", true)]);
        desk.alertmanager(&key, fires.clone()).await;
        let resolve = json!({"cause": "Full", "how_known": "Looked", "change_needed": false});
        let path = "/api/v1/tickets/T-1001/resolve";
        let (status, answer) = desk.lead.json("POST", path, Some(resolve)).await;
        assert_eq!(status, 200, "{answer}");
        desk.server.desk.pass_minutes(9);
        desk.alertmanager(&key, fires.clone()).await;
        let title = "P1 Checkout: Disk: db1 is full";
        assert_eq!(desk.told().await, [format!("T-1001 resolved {title}")]);
        desk.server.desk.pass_minutes(1);
        desk.alertmanager(&key, fires).await;
        assert_eq!(desk.told().await, [format!("T-1001 reopened {title}")]);
    })
    .await;
}

#[tokio::test]
async fn what_a_monitor_says_once_after_a_resolution_is_not_lost() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("alertmanager").await;
        let fires = message("Disk", &[("db1", true)]);
        desk.alertmanager(&key, fires.clone()).await;
        let resolve = json!({"cause": "Full", "how_known": "Looked", "change_needed": false});
        let path = "/api/v1/tickets/T-1001/resolve";
        let (status, answer) = desk.lead.json("POST", path, Some(resolve)).await;
        assert_eq!(status, 200, "{answer}");
        desk.server.desk.pass_minutes(5);
        desk.alertmanager(&key, fires).await;
        let title = "P1 Checkout: Disk: db1 is full";
        assert_eq!(desk.told().await, [format!("T-1001 resolved {title}")]);
        desk.server.desk.pass_minutes(5);
        desk.until_told(&[&format!("T-1001 reopened {title}")])
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_priority_that_somebody_chose_stays_until_it_is_worse() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("alertmanager").await;
        desk.alertmanager(&key, severe("Load", "error", &[("web1", true)]))
            .await;
        let lower = json!({"priority": "P3", "reason": "Nobody is there"});
        let path = "/api/v1/tickets/T-1001/priority";
        let (status, answer) = desk.lead.json("POST", path, Some(lower)).await;
        assert_eq!(status, 200, "{answer}");
        desk.alertmanager(&key, severe("Load", "error", &[("web2", true)]))
            .await;
        let title = "Checkout: Load: web1 is full";
        assert_eq!(desk.told().await, [format!("T-1001 new P3 {title}")]);
        desk.alertmanager(&key, severe("Load", "critical", &[("web3", true)]))
            .await;
        assert_eq!(desk.told().await, [format!("T-1001 new P1 {title}")]);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_taken_in_is_said_so_that_nothing_is_lost() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("alertmanager").await;
        let fires = message("Disk", &[("db1", true)]);
        let unknown = "0123456789abcdef0123456789abcdef";
        assert_eq!(desk.alertmanager(unknown, fires.clone()).await, 401);
        // A key is good for the monitor that it was made for.
        let other = desk.key("pagerduty").await;
        assert_eq!(desk.alertmanager(&other, fires.clone()).await, 401);
        assert_eq!(desk.alertmanager(&key, json!({"alerts": 1})).await, 400);
        assert_eq!(desk.told().await, Vec::<String>::new());

        // Alertmanager repeats what is answered with 503, and nothing else.
        let crowded = Intake::with_room(desk.server.desk.eider.clone(), 0).router();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, crowded).await });
        let http = reqwest::Client::new();
        for (path, refused) in [
            (format!("/hooks/alertmanager/{key}"), 503),
            // A stranger takes up no room, so they are told at once.
            (format!("/hooks/alertmanager/{unknown}"), 401),
            ("/v2/enqueue".to_owned(), 429),
        ] {
            let post = http.post(format!("http://{address}{path}")).json(&fires);
            let answer = post.send().await.unwrap();
            assert_eq!(answer.status(), refused);
            assert_eq!(answer.headers().contains_key("retry-after"), refused != 401);
        }
        assert_eq!(desk.told().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn what_fires_is_listed() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("alertmanager").await;
        for group in ["A", "B", "C"] {
            let fires = message(group, &[(&format!("{group}1"), true)]);
            desk.alertmanager(&key, fires).await;
            desk.server.desk.pass_minutes(1);
        }
        desk.alertmanager(&key, message("A", &[("A1", false)]))
            .await;
        let read = async |path: &str| {
            let (status, page) = desk.lead.json("GET", path, None).await;
            assert_eq!(status, 200, "{page}");
            page
        };
        let titles = |page: &Value| -> Vec<String> {
            let items = page["items"].as_array().unwrap();
            items.iter().map(|group| text(&group["title"])).collect()
        };
        let firing = read("/api/v1/alerts?firing=true&service=Checkout").await;
        assert_eq!(titles(&firing), ["C: C1 is full", "B: B1 is full"]);
        let first = read("/api/v1/alerts?limit=2").await;
        assert_eq!(titles(&first), ["A: A1 is full", "C: C1 is full"]);
        let next = text(&first["next_cursor"]);
        let rest = read(&format!("/api/v1/alerts?limit=2&cursor={next}")).await;
        assert_eq!(titles(&rest), ["B: B1 is full"]);
        assert_eq!(rest["next_cursor"], Value::Null);
        let id = text(&firing["items"][0]["id"]);
        let group = read(&format!("/api/v1/alerts/{id}")).await;
        assert_eq!(group["ticket"], "T-1003");
        assert_eq!(group["alerts"][0]["place"], "C1");
        assert_eq!(
            group["alerts"][0]["began_at"],
            "2026-03-02T11:58:00.250707Z"
        );
        let page = desk.ada.1.page("/alerts").await;
        assert!(
            page.contains("B: B1 is full") && !page.contains("A: A1"),
            "{page}"
        );
        let page = desk.ada.1.page(&format!("/alerts/{id}")).await;
        assert!(page.contains("instance=C1"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn what_alertmanager_left_out_is_told() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("alertmanager").await;
        let group = "Disk";
        let mut body = message(group, &[("db1", true), ("db2", true)]);
        body["truncatedAlerts"] = 5.into();
        assert_eq!(desk.alertmanager(&key, body).await, 200);
        let title = "P1 Checkout: Disk: db1 is full";
        assert_eq!(desk.told().await, [format!("T-1001 new {title}")]);
        let note = "5 more alerts were not sent by Prometheus Alertmanager; look there";
        let page = desk.ada.1.page("/tickets/T-1001").await;
        assert!(page.contains(note), "{page}");

        // They still fire somewhere, so the ticket does not end with those that were sent.
        let mut sent = message(group, &[("db1", false), ("db2", false)]);
        sent["truncatedAlerts"] = 5.into();
        assert_eq!(desk.alertmanager(&key, sent.clone()).await, 200);
        assert_eq!(desk.told().await, [format!("T-1001 new {title}")]);
        sent["truncatedAlerts"] = 0.into();
        assert_eq!(desk.alertmanager(&key, sent).await, 200);
        assert_eq!(desk.told().await, [format!("T-1001 resolved {title}")]);
    })
    .await;
}

#[tokio::test]
async fn null_is_read_as_nothing() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("alertmanager").await;
        let mut body = message("Disk", &[("db1", true)]);
        for field in [
            "commonLabels",
            "commonAnnotations",
            "externalURL",
            "truncatedAlerts",
        ] {
            body[field] = Value::Null;
        }
        for field in ["annotations", "startsAt", "endsAt", "generatorURL"] {
            body["alerts"][0][field] = Value::Null;
        }
        assert_eq!(desk.alertmanager(&key, body).await, 200);
        assert_eq!(desk.told().await, ["T-1001 new P1 Checkout: Disk"]);
    })
    .await;
}
