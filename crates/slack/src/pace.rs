//! How fast Slack may be called: a bucket for each method of each workspace, and one for posting in
//! each channel. Rates are those of <https://docs.slack.dev/apis/web-api/rate-limits>.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// How many calls may come at once when it was quiet before.
const BURST: i32 = 4;
/// How many of these are left to what begins a thread: a card is worth more than what stands below
/// another one.
const KEPT_FOR_ROOTS: i32 = 2;
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

/// A call that is to be made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call<'a> {
    team: &'a str,
    method: &'a str,
    channel: Option<&'a str>,
    burst: i32,
}

impl<'a> Call<'a> {
    /// A call of `method` in the workspace `team`, with that body.
    pub(crate) fn new(team: &'a str, method: &'a str, body: &'a Value) -> Self {
        let channel = body.get("channel").and_then(Value::as_str);
        let is_post = method == "chat.postMessage";
        let is_reply = is_post && body.get("thread_ts").is_some();
        Self {
            team,
            method,
            channel: channel.filter(|_| is_post),
            burst: if is_reply {
                BURST - KEPT_FOR_ROOTS
            } else {
                BURST
            },
        }
    }

    /// The bucket that it is taken from.
    fn key(self) -> String {
        match self.channel {
            Some(channel) => format!("{} {} {channel}", self.team, self.method),
            None => format!("{} {}", self.team, self.method),
        }
    }
}

impl Pace {
    /// Whether `call` may be made now, and if not, when. Posting counts for its channel.
    pub(crate) fn take(&mut self, call: Call<'_>, now: Timestamp) -> Result<(), Timestamp> {
        let (key, method) = (call.key(), call.method);
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
        if ahead > interval * call.burst {
            let wait = ahead - interval * call.burst;
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
    pub(crate) fn block(&mut self, call: Call<'_>, until: Timestamp) {
        self.blocked.insert(call.key(), until);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn posts_in_a_channel_come_a_second_apart_after_a_burst() {
        let mut pace = Pace::default();
        let mut post = |channel, now| {
            let body = json!({"channel": channel});
            pace.take(Call::new("T1", "chat.postMessage", &body), now)
        };
        for _ in 0..=BURST {
            assert_eq!(post("C1", at(0)), Ok(()));
        }
        assert_eq!(post("C1", at(0)), Err(at(1)));
        assert_eq!(post("C2", at(0)), Ok(()), "another channel has its own");
        assert_eq!(post("C1", at(1)), Ok(()));
    }

    #[test]
    fn a_card_does_not_wait_for_replies_that_came_before_it() {
        let mut pace = Pace::default();
        let (card, reply) = (
            json!({"channel": "C1"}),
            json!({"channel": "C1", "thread_ts": "1.0"}),
        );
        let mut post = |body| pace.take(Call::new("T1", "chat.postMessage", body), at(0));
        while post(&reply).is_ok() {}
        assert_eq!(post(&reply), Err(at(1)));
        for _ in 0..KEPT_FOR_ROOTS {
            assert_eq!(post(&card), Ok(()));
        }
        assert_eq!(post(&card), Err(at(1)));
        assert_eq!(post(&reply), Err(at(3)), "cards have gone first");
    }

    #[test]
    fn whoever_asks_to_be_left_alone_is() {
        let mut pace = Pace::default();
        let body = json!({});
        let update = |team| Call::new(team, "chat.update", &body);
        pace.block(update("T1"), at(30));
        assert_eq!(pace.take(update("T1"), at(29)), Err(at(30)));
        assert_eq!(pace.take(update("T2"), at(29)), Ok(()));
        assert_eq!(pace.take(update("T1"), at(30)), Ok(()));
    }
}
