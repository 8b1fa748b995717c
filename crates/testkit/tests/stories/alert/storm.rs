//! Many alerts at once, from several senders.

use eider_testkit::on_both;
use serde_json::Value;

use super::{Watched, message};

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
