//! How fast Slack may be called: a bucket for each method of each workspace, and one for posting in
//! each channel. Rates are those of <https://docs.slack.dev/apis/web-api/rate-limits>.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

/// How many calls may come at once when it was quiet before.
const BURST: i32 = 4;
/// Buckets that are full again are forgotten when there are more than this.
const BUCKETS_LIMIT: usize = 10_000;

/// What has been called lately.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    /// When the next call would be due if all came evenly (the “theoretical arrival time” of the
    /// generic cell rate algorithm, ITU-T I.371).
    due: HashMap<String, Timestamp>,
    /// Until when Slack asked to be left alone.
    blocked: HashMap<String, Timestamp>,
}

/// How often a method may be called in a minute. What Slack answers while somebody waits for it is
/// not held back here; Slack itself says when it is too much.
fn calls_a_minute(method: &str) -> Option<u32> {
    Some(match method {
        "apps.connections.open" => 1,
        "conversations.list" | "usergroups.list" | "usergroups.users.update" | "users.list" => 20,
        "chat.update"
        | "chat.delete"
        | "reactions.add"
        | "users.lookupByEmail"
        | "conversations.info"
        | "conversations.open"
        | "conversations.replies"
        | "conversations.history"
        | "conversations.join" => 50,
        "users.info"
        | "chat.postEphemeral"
        | "views.publish"
        | "files.info"
        | "conversations.members"
        | "files.getUploadURLExternal"
        | "files.completeUploadExternal" => 100,
        _ => return None,
    })
}

impl Pace {
    /// Whether `method` may be called now, and if not, when. Posting counts for its `channel`.
    pub(crate) fn take(
        &mut self,
        team: &str,
        method: &str,
        channel: Option<&str>,
        now: Timestamp,
    ) -> Result<(), Timestamp> {
        let key = key(team, method, channel);
        if let Some(until) = self.blocked.get(&key).filter(|until| **until > now) {
            return Err(*until);
        }
        let interval = if method == "chat.postMessage" {
            SignedDuration::from_secs(1)
        } else {
            match calls_a_minute(method) {
                Some(calls) => SignedDuration::from_millis(60_000 / i64::from(calls)),
                None => return Ok(()),
            }
        };
        let due = self.due.get(&key).copied().unwrap_or(now).max(now);
        let ahead = due.duration_since(now);
        if ahead > interval * BURST {
            let wait = ahead - interval * BURST;
            return Err(now.saturating_add(wait).unwrap_or(now));
        }
        if self.due.len() > BUCKETS_LIMIT {
            self.due.retain(|_, due| *due > now);
            self.blocked.retain(|_, until| *until > now);
        }
        self.due
            .insert(key, due.saturating_add(interval).unwrap_or(due));
        Ok(())
    }

    /// Slack asked to be left alone until then.
    pub(crate) fn block(
        &mut self,
        team: &str,
        method: &str,
        channel: Option<&str>,
        until: Timestamp,
    ) {
        self.blocked.insert(key(team, method, channel), until);
    }
}

fn key(team: &str, method: &str, channel: Option<&str>) -> String {
    match channel.filter(|_| method == "chat.postMessage") {
        Some(channel) => format!("{team} {method} {channel}"),
        None => format!("{team} {method}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn posts_in_a_channel_come_a_second_apart_after_a_burst() {
        let mut pace = Pace::default();
        let mut post = |channel, now| pace.take("T1", "chat.postMessage", Some(channel), now);
        for _ in 0..=BURST {
            assert_eq!(post("C1", at(0)), Ok(()));
        }
        assert_eq!(post("C1", at(0)), Err(at(1)));
        assert_eq!(post("C2", at(0)), Ok(()), "another channel has its own");
        assert_eq!(post("C1", at(1)), Ok(()));
    }

    #[test]
    fn whoever_asks_to_be_left_alone_is() {
        let mut pace = Pace::default();
        pace.block("T1", "chat.update", None, at(30));
        assert_eq!(pace.take("T1", "chat.update", None, at(29)), Err(at(30)));
        assert_eq!(pace.take("T2", "chat.update", None, at(29)), Ok(()));
        assert_eq!(pace.take("T1", "chat.update", None, at(30)), Ok(()));
    }
}
