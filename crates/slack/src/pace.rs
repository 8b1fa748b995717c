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

/// How many messages wait in one channel before all that are more are told the same instant.
const PLACES_LIMIT: usize = 10_000;

/// What has been called lately.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    /// When the next call would be due if all came evenly (the “theoretical arrival time” of the
    /// generic cell rate algorithm, ITU-T I.371).
    due: HashMap<String, Timestamp>,
    /// Until when Slack asked to be left alone.
    blocked: HashMap<String, Timestamp>,
    /// Messages that wait, by bucket and how urgent they are: each has an instant of its own, so that
    /// not all of them try again each time that one of them may go.
    waiting: HashMap<(String, i32), Waiting>,
}

/// The messages that wait for one bucket, by what each is known by.
#[derive(Debug, Default)]
struct Waiting {
    places: HashMap<String, Timestamp>,
    last: Option<Timestamp>,
}

impl Waiting {
    /// The instant at which that message may try again: the one that it was told before, or one after
    /// all others. There is none before `free`.
    fn place(
        &mut self,
        message: &str,
        free: Timestamp,
        interval: SignedDuration,
        now: Timestamp,
    ) -> Timestamp {
        if let Some(told) = self.places.get(message).filter(|told| **told > now) {
            return *told;
        }
        self.places.retain(|_, told| *told > now);
        let after_others = self.last.map(|last| last.saturating_add(interval));
        let after_others = after_others.and_then(Result::ok).unwrap_or(free);
        let place = if self.places.is_empty() || self.places.len() >= PLACES_LIMIT {
            free
        } else {
            free.max(after_others)
        };
        self.places.insert(message.to_owned(), place);
        self.last = Some(place);
        place
    }
}

/// How often a method may be called in a minute. What Slack answers while somebody waits for it is
/// not held back here; Slack itself says when it is too much.
fn calls_a_minute(method: &str) -> Option<u32> {
    Some(match method {
        "apps.connections.open" => 1,
        "conversations.list"
        | "usergroups.list"
        | "usergroups.create"
        | "usergroups.users.update"
        | "users.list" => 20,
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
    /// By what the message is known that is posted.
    message: Option<&'a str>,
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
            message: body
                .pointer("/metadata/event_payload/key")
                .and_then(Value::as_str),
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
        let interval = if method == "chat.postMessage" {
            SignedDuration::from_secs(1)
        } else {
            match calls_a_minute(method) {
                Some(calls) => SignedDuration::from_millis(60_000 / i64::from(calls)),
                None => SignedDuration::ZERO,
            }
        };
        if let Some(until) = self.blocked.get(&key).filter(|until| **until > now) {
            return Err(self.put_off(call, key, *until, interval, now));
        }
        if interval.is_zero() {
            return Ok(());
        }
        let due = self.due.get(&key).copied().unwrap_or(now).max(now);
        let ahead = due.duration_since(now);
        if ahead > interval * call.burst {
            let wait = ahead - interval * call.burst;
            let free = now.saturating_add(wait).unwrap_or(now);
            return Err(self.put_off(call, key, free, interval, now));
        }
        if self.due.len() > BUCKETS_LIMIT {
            self.due.retain(|_, due| *due > now);
            self.blocked.retain(|_, until| *until > now);
            self.waiting
                .retain(|_, waiting| waiting.last.is_some_and(|last| last > now));
        }
        if let Some(message) = call.message
            && let Some(waiting) = self.waiting.get_mut(&(key.clone(), call.burst))
        {
            waiting.places.remove(message);
        }
        self.due
            .insert(key, due.saturating_add(interval).unwrap_or(due));
        Ok(())
    }

    /// When a call that is not to be made before `free` may be tried again.
    fn put_off(
        &mut self,
        call: Call<'_>,
        key: String,
        free: Timestamp,
        interval: SignedDuration,
        now: Timestamp,
    ) -> Timestamp {
        let Some(message) = call.message else {
            return free;
        };
        let waiting = self.waiting.entry((key, call.burst)).or_default();
        waiting.place(message, free, interval, now)
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
    fn each_message_that_waits_is_told_an_instant_of_its_own() {
        let mut pace = Pace::default();
        let mut reply = |name: &str, now| {
            let known_by = json!({"event_payload": {"key": name}});
            let body = json!({"channel": "C1", "thread_ts": "1.0", "metadata": known_by});
            pace.take(Call::new("T1", "chat.postMessage", &body), now)
        };
        for name in ["one", "two", "three"] {
            assert_eq!(reply(name, at(0)), Ok(()));
        }
        assert_eq!(reply("four", at(0)), Err(at(1)));
        assert_eq!(reply("five", at(0)), Err(at(2)));
        assert_eq!(reply("four", at(0)), Err(at(1)), "it keeps its place");
        assert_eq!(reply("six", at(0)), Err(at(3)));
        assert_eq!(reply("four", at(1)), Ok(()));
        assert_eq!(reply("five", at(2)), Ok(()));
        assert_eq!(reply("seven", at(2)), Err(at(4)), "six comes before it");
        assert_eq!(reply("six", at(3)), Ok(()));
        assert_eq!(reply("seven", at(4)), Ok(()));
        assert_eq!(reply("eight", at(9)), Ok(()), "nobody waits any more");
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
