//! Facts of alerts, as sentences.

use eider_domain::{
    KnownIssueId, ServiceId,
    alert::{Fired, Quiet},
    fact::Fact,
};

use super::{Sentence, Teller};
use crate::components::words;

impl Teller<'_> {
    /// A fact of alerts; nothing for others.
    pub(super) fn tell_of_alerts(&self, fact: &Fact) -> Option<Sentence> {
        let words = match fact {
            Fact::AlertsFired(Fired {
                service,
                alerts,
                titles,
                quiet,
                known,
                ..
            }) => {
                let quiet = quiet.map_or_else(String::new, |quiet| {
                    format!(". Nobody is bothered: {}", self.why_quiet(quiet))
                });
                let known = known
                    .filter(|_| quiet.is_empty())
                    .map_or_else(String::new, |issue| {
                        format!(". It may be what is known: {}", self.issue(issue))
                    });
                let named = named(titles, *alerts);
                format!(
                    "{} of {} fired: {named}{quiet}{known}",
                    counted(*alerts),
                    self.service(*service)
                )
            }
            Fact::AlertsEnded {
                service,
                alerts,
                left,
                ..
            } => {
                let left = match left {
                    0 => "none is left".to_owned(),
                    1 => "one still fires".to_owned(),
                    left => format!("{left} still fire"),
                };
                format!(
                    "{} of {} ended; {left}",
                    counted(*alerts),
                    self.service(*service)
                )
            }
            Fact::AlertsAssigned { service, .. } => format!(
                "The monitor of {} says that somebody is to look at it. Nobody has it here by that",
                self.service(*service)
            ),
            Fact::ChangeTold {
                service, summary, ..
            } => format!(
                "A change of {} was told: “{summary}”",
                self.service(*service)
            ),
            _ => return None,
        };
        Some(Sentence::default().words(words))
    }

    /// Why nobody is bothered by alerts that fire.
    fn why_quiet(&self, quiet: Quiet) -> String {
        match quiet {
            Quiet::Minor => "it is only for information".to_owned(),
            Quiet::Maintenance { until } => format!(
                "it is being worked on until {}",
                words::moment(until, self.reader)
            ),
            Quiet::Cause { service } => {
                format!("{} is in trouble, which explains it", self.service(service))
            }
            Quiet::KnownIssue { issue } => format!("it is known: {}", self.issue(issue)),
        }
    }

    fn service(&self, id: ServiceId) -> &str {
        self.desk
            .service(id)
            .map_or("a service that is gone", |service| service.name.as_str())
    }

    fn issue(&self, id: KnownIssueId) -> &str {
        self.desk
            .known_issue(id)
            .map_or("an issue that is gone", |issue| issue.title.as_str())
    }
}

fn counted(alerts: i64) -> String {
    match alerts {
        1 => "An alert".to_owned(),
        many => words::count(u64::try_from(many).unwrap_or_default(), "alert", "alerts"),
    }
}

/// "“Disk is full”, “Load is high” and 3 more"
fn named(titles: &[String], alerts: i64) -> String {
    let quoted: Vec<String> = titles.iter().map(|title| format!("“{title}”")).collect();
    let more = alerts - i64::try_from(titles.len()).unwrap_or_default();
    if more > 0 {
        format!("{} and {more} more", quoted.join(", "))
    } else {
        quoted.join(", ")
    }
}
