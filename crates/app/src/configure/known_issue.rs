//! The register of known issues.

use eider_domain::{
    FeatureId, KnownIssueId,
    access::{Action, Actor, may},
    known_issue::{KnownIssue, Matcher},
    text::{self, SHORT_LIMIT_CHARACTERS},
};

use eider_store::Tx;

use super::{Subject, TEXT_LIMIT_CHARACTERS, checked, create, keep, subject};
use crate::{Eider, Error, Result, desk::Desk, error::FieldErrors, once::OnceKey};

/// What somebody writes about a known issue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownIssueEdit {
    /// What people see.
    pub title: String,
    /// What is known about it.
    pub description: String,
    /// What to do meanwhile, in words for the reporter.
    pub advice: String,
    /// The feature it is about, if it is about one.
    pub feature: Option<FeatureId>,
    /// Over: kept for the record and not offered any more.
    pub over: bool,
    /// Which alerts it explains, if it explains some.
    pub alerts: Option<Matcher>,
}

/// Writes a known issue: the one of that id, or a new one.
///
/// # Errors
/// `Invalid` names every field that cannot be used, `NotFound` when there is none of that id.
pub async fn save_known_issue(
    eider: &Eider,
    actor: &Actor,
    id: Option<KnownIssueId>,
    edit: KnownIssueEdit,
) -> Result<KnownIssue> {
    let tx = eider.db().write().await?;
    write(eider, tx, actor, subject(eider, id), edit).await
}

/// Writes a new known issue, once for each key: a request that came before is answered with what it
/// made, as that is now.
///
/// # Errors
/// As [`save_known_issue`], and `Invalid` when the key came with another request.
pub async fn create_known_issue(
    eider: &Eider,
    actor: &Actor,
    edit: KnownIssueEdit,
    key: Option<&OnceKey>,
) -> Result<KnownIssue> {
    let new = |tx, subject| write(eider, tx, actor, subject, edit);
    create(eider, key, new, existing).await
}

async fn write(
    eider: &Eider,
    mut tx: Tx,
    actor: &Actor,
    subject: Subject<KnownIssueId>,
    edit: KnownIssueEdit,
) -> Result<KnownIssue> {
    let id = subject.there();
    may(actor, Action::KeepKnownIssues)?;
    let desk = eider.desk_in(&mut tx).await?;
    if let Some(id) = id {
        existing(&desk, id)?;
    }
    let mut errors = FieldErrors::default();
    let title = text::line("The title", &edit.title, text::TITLE_LIMIT_CHARACTERS);
    let title = errors.check("title", title);
    let description = text::lines("What is known", &edit.description, TEXT_LIMIT_CHARACTERS);
    let description = errors.check("description", description);
    let advice = text::lines("What to do meanwhile", &edit.advice, TEXT_LIMIT_CHARACTERS);
    let advice = errors.check("advice", advice);
    if edit.feature.is_some_and(|id| desk.feature(id).is_none()) {
        errors.add("feature", "Choose one of the features that are offered.");
    }
    let alerts = edit.alerts.and_then(|alerts| {
        if alerts.service.is_some_and(|id| desk.service(id).is_none()) {
            errors.add(
                "alert_service",
                "Choose one of the services that are there.",
            );
        }
        let words = text::line(
            "What stands in the alert",
            &alerts.words,
            SHORT_LIMIT_CHARACTERS,
        );
        let words = errors.check("alert_words", words)?;
        Some(Matcher { words, ..alerts })
    });
    errors.finish()?;
    let issue = KnownIssue {
        id: subject.id(),
        title: checked(title, "title")?,
        description: checked(description, "description")?,
        advice: checked(advice, "advice")?,
        feature: edit.feature,
        over: edit.over,
        alerts,
    };
    eider_store::known_issue::put(&mut tx, &issue, eider.now()).await?;
    keep(eider, tx, actor, "known issue", &issue.title).await?;
    Ok(issue)
}

fn existing(desk: &Desk, id: KnownIssueId) -> Result<&KnownIssue> {
    let mut issues = desk.known_issues.iter();
    issues
        .find(|issue| issue.id == id)
        .ok_or_else(|| Error::NotFound("This known issue".into()))
}
