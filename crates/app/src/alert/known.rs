//! Known issues that explain alerts.

use eider_domain::{
    alert::Group,
    known_issue::{KnownIssue, Matcher},
};
use eider_store::{Tx, alert};

use crate::{Result, desk::Desk};

/// How many alerts of a group are looked at, the newest first. A known issue that explains so many
/// explains it.
const ALERTS_LIMIT: i64 = 1_000;

/// The known issue that explains every alert of the group that fires, if there is one.
pub(super) async fn known<'a>(
    tx: &mut Tx,
    desk: &'a Desk,
    group: &Group,
) -> Result<Option<(&'a KnownIssue, &'a Matcher)>> {
    let current = desk.known_issues.iter().filter(|issue| !issue.over);
    let with_matchers: Vec<(&KnownIssue, &Matcher)> = current
        .filter_map(|issue| Some((issue, issue.alerts.as_ref()?)))
        .collect();
    if with_matchers.is_empty() {
        return Ok(None);
    }
    let alerts = alert::alerts_of(tx, group.id, ALERTS_LIMIT).await?;
    let texts: Vec<String> = alerts
        .iter()
        .filter(|alert| alert.ended_at.is_none())
        .map(|alert| {
            let place = alert.place.as_deref().unwrap_or_default();
            format!("{}\n{place}\n{}", alert.title, alert.detail)
        })
        .collect();
    let explains = |(_, matcher): &(&KnownIssue, &Matcher)| {
        !texts.is_empty()
            && texts
                .iter()
                .all(|text| matcher.explains(group.service, text))
    };
    Ok(with_matchers.into_iter().find(explains))
}
