//! The line of Socket Mode: held, replaced, refused, and never ahead of what is kept.

use std::time::Duration;

use eider_app::slack::{Edit, Wire};
use eider_testkit::{on_both, on_sqlite};

use super::joining::{Joining, usual};

#[tokio::test]
async fn a_line_is_held_and_replaced_without_a_gap() {
    on_both(async |database| {
        let joining = Joining::new(database).await;
        let slack = &joining.slack;
        let ada = slack.person("Ada", "ada@example.com").await;
        slack.connect_socket();
        joining.edit(joining.socket_mode()).await;
        joining.lines(1).await;
        assert!(slack.pings_sockets().await);
        slack.opens_home(&ada).await.accepted_or_panic();

        slack.disconnects_sockets("warning");
        joining.lines(2).await;
        slack.opens_home(&ada).await.accepted_or_panic();
        joining.lines(1).await;
        slack.opens_home(&ada).await.accepted_or_panic();
        slack.disconnects_sockets("refresh_requested");
        joining.line_after(2).await;
        slack.drops_sockets();
        joining.line_after(3).await;
        slack.opens_home(&ada).await.accepted_or_panic();
        assert_eq!(joining.overview().await.wire_trouble, None);

        // Slack opens few lines a minute.
        joining.desk.pass_minutes(2);
        let second = joining.node("node-2");
        joining.lines(2).await;
        joining
            .edit(Edit {
                wire: Wire::Http,
                ..usual()
            })
            .await;
        joining.lines(0).await;
        joining.desk.pass_minutes(2);
        joining.edit(usual()).await;
        joining.lines(2).await;
        joining.stop.cancel();
        second.await.unwrap();
        joining.lines(0).await;
        slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_line_that_slack_refuses_is_told_in_words() {
    on_both(async |database| {
        let joining = Joining::new(database).await;
        joining.edit(joining.socket_mode()).await;
        joining.lines(1).await;
        joining.slack.disconnects_sockets("link_disabled");
        let words = joining
            .until("the page can tell", |overview| {
                overview.wire_trouble.clone()
            })
            .await;
        assert!(words.contains("Socket Mode is switched off"), "{words}");
        joining.slack.enables_sockets();
        joining.lines(1).await;
        joining
            .until("all is well again", |overview| {
                overview.wire_trouble.is_none().then_some(())
            })
            .await;
    })
    .await;
}

#[tokio::test]
async fn what_is_not_kept_is_not_acknowledged() {
    on_sqlite(async |database| {
        let joining = Joining::new(database).await;
        let slack = &joining.slack;
        let ada = slack.person("Ada", "ada@example.com").await;
        slack.connect_socket();
        joining.edit(joining.socket_mode()).await;
        joining.lines(1).await;
        slack.set_patience(Duration::from_millis(300));
        let held = joining.desk.db().write().await.unwrap();
        let delivery = slack.opens_home(&ada).await;
        assert_eq!(delivery.reason.as_deref(), Some("http_timeout"));
        drop(held);
        slack.set_patience(Duration::from_secs(3));
        slack.opens_home(&ada).await.accepted_or_panic();
    })
    .await;
}
