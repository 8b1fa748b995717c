//! Many alerts at once, from several senders.

use eider_testkit::on_both;
use serde_json::Value;

use super::{Watched, message, text};

const GROUPS: usize = 12;
const ALERTS_A_GROUP: usize = 20;

#[tokio::test]
async fn a_storm_is_one_ticket_for_what_belongs_together() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("alertmanager").await;
        let path = format!("/hooks/alertmanager/{key}");
        // Each group is sent by four senders at once, each with other alerts and some of the others'.
        let mut senders = tokio::task::JoinSet::new();
        for sender in 0..4 {
            let (client, path) = (desk.server.nobody(), path.clone());
            senders.spawn(async move {
                for group in 0..GROUPS {
                    let names: Vec<String> = (0..ALERTS_A_GROUP)
                        .filter(|alert| alert % 4 <= sender)
                        .map(|alert| format!("i{group}-{alert}"))
                        .collect();
                    let alerts: Vec<(&str, bool)> =
                        names.iter().map(|name| (name.as_str(), true)).collect();
                    let body = message(&format!("G{group}"), &alerts);
                    // A sender that is asked to sends again, as Alertmanager does.
                    loop {
                        let (status, _) = client.json("POST", &path, Some(body.clone())).await;
                        match status {
                            200 => break,
                            503 => {}
                            other => panic!("answered with {other}"),
                        }
                    }
                }
            });
        }
        while let Some(sent) = senders.join_next().await {
            sent.unwrap();
        }
        let tickets = desk.tickets().await;
        assert_eq!(tickets.len(), GROUPS);
        let (_, page) = desk
            .lead
            .json("GET", "/api/v1/alerts?limit=200", None)
            .await;
        let groups = page["items"].as_array().unwrap();
        assert_eq!(groups.len(), GROUPS);
        let firing = |group: &Value| group["firing"].as_u64().unwrap();
        let fire: u64 = groups.iter().map(firing).sum();
        assert_eq!(fire, (GROUPS * ALERTS_A_GROUP) as u64);
    })
    .await;
}

#[tokio::test]
async fn what_is_said_twice_at_once_counts_once_and_what_ended_between_begins_anew() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("alertmanager").await;
        let say = async |fires: bool| {
            let body = message("Disk", &[("db1", fires)]);
            assert_eq!(desk.alertmanager(&key, body).await, 200);
        };
        let heard = async || {
            let (_, page) = desk.lead.json("GET", "/api/v1/alerts", None).await;
            let path = format!("/api/v1/alerts/{}", text(&page["items"][0]["id"]));
            let (_, group) = desk.lead.json("GET", &path, None).await;
            let alert = &group["alerts"][0];
            (alert["times"].as_i64(), alert["ended_at"].is_null())
        };
        say(true).await;
        say(true).await;
        assert_eq!(heard().await, (Some(1), true));
        desk.server.desk.pass_milliseconds(10_000);
        say(true).await;
        assert_eq!(heard().await, (Some(2), true));
        say(false).await;
        assert_eq!(heard().await, (Some(2), false));
        say(true).await;
        assert_eq!(heard().await, (Some(1), true));
    })
    .await;
}
