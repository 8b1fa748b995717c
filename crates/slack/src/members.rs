//! Many newcomers at once: a call for each would take a minute for every hundred, and one page of
//! the list of members tells of a thousand.

use std::collections::HashMap;

use eider_store::slack::person::SlackPerson;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tokio::sync::Mutex;

use crate::{
    CallError, Slack,
    connect::next_cursor,
    person::{keep, person_of},
};

/// The list is not read again before this; whoever is not in it is asked after one by one.
const LIST_AGAIN: SignedDuration = SignedDuration::from_mins(10);
/// No more than this many pages of a thousand.
const PAGES_LIMIT: usize = 20;

/// When the list of each workspace was last read.
pub(crate) type Listing = Mutex<HashMap<String, Timestamp>>;

impl Slack {
    /// Somebody who cannot be asked after now, if the list of members tells of them. While it is
    /// being read, and for a while afterwards, it tells of nobody.
    pub(crate) async fn met_in_list(
        &self,
        team: &str,
        user: &str,
    ) -> Result<Option<SlackPerson>, CallError> {
        let Ok(mut listed) = self.0.listing.try_lock() else {
            return Ok(None);
        };
        let now = self.eider().now();
        let last = listed.get(team);
        if last.is_some_and(|last| now.duration_since(*last) < LIST_AGAIN) {
            return Ok(None);
        }
        listed.insert(team.to_owned(), now);
        let (mut found, mut cursor) = (None, String::new());
        for _ in 0..PAGES_LIMIT {
            let mut wanted = json!({"limit": 1000});
            if !cursor.is_empty() {
                wanted["cursor"] = cursor.as_str().into();
            }
            let page = self.call(team, "users.list", &wanted).await?;
            let mut tx = self.eider().db().write().await?;
            for told in page["members"].as_array().into_iter().flatten() {
                let id = told["id"].as_str().filter(|_| told["deleted"] != true);
                let Some(id) = id else { continue };
                let met = keep(&mut tx, person_of(team, id, told, now)).await?;
                if id == user {
                    found = Some(met);
                }
            }
            tx.commit().await?;
            cursor = next_cursor(&page);
            if cursor.is_empty() {
                break;
            }
        }
        Ok(found)
    }
}
