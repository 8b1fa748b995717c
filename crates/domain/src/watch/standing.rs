//! What a watcher outside of Eider knows, and when it speaks.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::contact::Message;

/// What a watcher remembers from one look to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Standing {
    /// When a test alert last came back and all was well.
    pub well_at: Option<Timestamp>,
    /// Since when it has not been.
    pub trouble_since: Option<Timestamp>,
    /// When somebody was last told of that.
    pub told_at: Option<Timestamp>,
}

/// What a watcher has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Say {
    /// Something is wrong, for the first time or still.
    Trouble {
        /// Since when.
        since: Timestamp,
        /// What.
        why: String,
    },
    /// All is well again.
    WellAgain {
        /// Since when it was not.
        since: Timestamp,
    },
}

impl Standing {
    /// All is well. Says so when somebody was told that it is not.
    pub fn is_well(&mut self, now: Timestamp) -> Option<Say> {
        self.well_at = Some(now);
        let since = self.trouble_since?;
        if self.told_at.is_none() {
            // It was over before anybody was told.
            self.trouble_since = None;
            return None;
        }
        Some(Say::WellAgain { since })
    }

    /// Something is wrong. Says so at once, and again after `repeat` while it lasts.
    pub fn is_in_trouble(
        &mut self,
        why: &str,
        repeat: SignedDuration,
        now: Timestamp,
    ) -> Option<Say> {
        let since = *self.trouble_since.get_or_insert(now);
        // A clock that was put back must not silence it.
        let is_told = self.told_at.is_some_and(|at| {
            let ago = now.duration_since(at);
            !ago.is_negative() && ago < repeat
        });
        (!is_told).then(|| Say::Trouble {
            since,
            why: why.to_owned(),
        })
    }

    /// Somebody was told. What nobody was told is said again at the next look.
    pub fn told(&mut self, say: &Say, now: Timestamp) {
        match say {
            Say::Trouble { .. } => self.told_at = Some(now),
            Say::WellAgain { .. } => {
                self.trouble_since = None;
                self.told_at = None;
            }
        }
    }
}

impl Say {
    /// What is said of the Eider at that address.
    pub fn message(&self, server: &str) -> Message {
        let minute = |at: &Timestamp| at.strftime("%Y-%m-%d %H:%M UTC").to_string();
        let (title, text) = match self {
            Self::Trouble { since, why } => (
                "Eider may call nobody".to_owned(),
                format!(
                    "The watch sent a test alert to {server}, and all was not well: {why}\n\nIt has \
                     been so since {}. Until it is mended, look at your monitors yourselves: what \
                     breaks may call nobody.",
                    minute(since)
                ),
            ),
            Self::WellAgain { since } => (
                "Eider is well again".to_owned(),
                format!(
                    "The test alert of the watch came back from {server}. All was not well from {} \
                     on. Look whether anything that fired meanwhile still needs somebody.",
                    minute(since)
                ),
            ),
        };
        Message {
            short: format!("{title}: {server}"),
            spoken: match self {
                Self::Trouble { .. } => {
                    "This is the watch of Eider. A test alert was not carried through. What breaks \
                     may call nobody. Please look at the server."
                        .to_owned()
                }
                Self::WellAgain { .. } => {
                    "This is the watch of Eider. All is well again.".to_owned()
                }
            },
            title,
            text,
            keys: Vec::new(),
            link: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPEAT: SignedDuration = SignedDuration::from_mins(15);

    fn at(minute: i64) -> Timestamp {
        let begin: Timestamp = "2026-03-02T03:00:00Z".parse().unwrap();
        begin + SignedDuration::from_mins(minute)
    }

    #[test]
    fn it_speaks_at_once_repeats_itself_in_time_and_says_when_it_is_over() {
        let mut standing = Standing::default();
        assert_eq!(standing.is_well(at(0)), None);
        let say = standing.is_in_trouble("No answer.", REPEAT, at(5));
        let trouble = Say::Trouble {
            since: at(5),
            why: "No answer.".into(),
        };
        assert_eq!(say, Some(trouble.clone()));
        // No provider took it, so it is said again.
        let say = standing.is_in_trouble("No answer.", REPEAT, at(6));
        assert_eq!(say, Some(trouble.clone()));
        standing.told(&trouble, at(6));
        assert_eq!(standing.is_in_trouble("No answer.", REPEAT, at(20)), None);
        let again = standing.is_in_trouble("No answer.", REPEAT, at(21));
        assert_eq!(again, Some(trouble));
        let over = standing.is_well(at(25)).unwrap();
        assert_eq!(over, Say::WellAgain { since: at(5) });
        assert_eq!(standing.is_well(at(30)), Some(over.clone()));
        standing.told(&over, at(30));
        assert_eq!(standing.is_well(at(35)), None);
        assert_eq!(standing.well_at, Some(at(35)));
    }

    #[test]
    fn what_was_over_before_anybody_was_told_is_not_told() {
        let mut standing = Standing::default();
        standing.is_in_trouble("No answer.", REPEAT, at(0)).unwrap();
        assert_eq!(standing.is_well(at(1)), None);
        assert_eq!(standing.trouble_since, None);
    }

    #[test]
    fn a_clock_that_is_put_back_does_not_silence_it() {
        let mut standing = Standing::default();
        let say = standing
            .is_in_trouble("No answer.", REPEAT, at(60))
            .unwrap();
        standing.told(&say, at(60));
        assert!(
            standing
                .is_in_trouble("No answer.", REPEAT, at(0))
                .is_some()
        );
    }
}
