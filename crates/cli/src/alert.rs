//! `eider alert`: what fires, and the keys with which monitors send.

use std::io::Write;

use clap::Subcommand;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::{
    Failure,
    client::Client,
    output::{Output, table, text, time},
};

/// What can be done about alerts.
#[derive(Debug, Subcommand)]
pub enum AlertCommand {
    /// List what fires now, a line for what belongs together
    List {
        /// Over ones as well
        #[arg(long)]
        all: bool,
        /// Only of this service, by name or id
        #[arg(long, value_name = "SERVICE")]
        service: Option<String>,
        /// How many at most
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
        limit: u32,
    },
    /// List the services that monitors watch
    Services,
    /// Make a key for a service and print it alone on a line; it is never shown again
    Key {
        /// The service, by name or id
        service: String,
        /// What sends with it: alertmanager, pagerduty and others
        #[arg(long, value_name = "SOURCE")]
        source: String,
        /// What to call it
        #[arg(long, value_name = "NAME")]
        name: String,
    },
}

impl AlertCommand {
    pub(crate) async fn run(
        self,
        client: &Client,
        output: &mut Output<'_, impl Write>,
    ) -> Result<(), Failure> {
        match self {
            Self::List {
                all,
                service,
                limit,
            } => {
                let mut query = vec![("firing", (!all).to_string())];
                query.extend(service.map(|service| ("service", service)));
                let limit = usize::try_from(limit).unwrap_or(usize::MAX);
                let groups = client.list("/alerts", &query, limit).await?;
                output.tell(&json!(groups), told)
            }
            Self::Services => {
                let services = client.list("/services", &[], usize::MAX).await?;
                output.tell(&json!(services), |services, _| {
                    let services = services.as_array().cloned().unwrap_or_default();
                    if services.is_empty() {
                        return "There are no services yet.\n".to_owned();
                    }
                    let row = |service: &Value| {
                        let columns = ["/name", "/squad/name", "/feature/name"];
                        columns.map(|pointer| text(service, pointer)).to_vec()
                    };
                    let rows: Vec<_> = services.iter().map(row).collect();
                    table(&["SERVICE", "SQUAD", "FEATURE"], &rows)
                })
            }
            Self::Key {
                service,
                source,
                name,
            } => {
                let id = find(client, &service).await?;
                let body = json!({"source": source, "name": name});
                let made = client.post(&format!("/services/{id}/keys"), &body).await?;
                output.tell(&made, |made, _| format!("{}\n", text(made, "/secret")))
            }
        }
    }
}

/// The id of the service of that name or id.
async fn find(client: &Client, wanted: &str) -> Result<String, Failure> {
    let services = client.list("/services", &[], usize::MAX).await?;
    let found = services.iter().find(|service| {
        let name = text(service, "/name");
        name.eq_ignore_ascii_case(wanted.trim()) || text(service, "/id") == wanted
    });
    found.map(|service| text(service, "/id")).ok_or_else(|| {
        Failure::NotFound(json!({
            "type": "about:blank",
            "status": 404,
            "detail": format!("There is no service “{wanted}”. “eider alert services” lists them."),
        }))
    })
}

fn told(groups: &Value, zone: &TimeZone) -> String {
    let groups = groups.as_array().cloned().unwrap_or_default();
    if groups.is_empty() {
        return "No alerts now.\n".to_owned();
    }
    let rows: Vec<Vec<String>> = groups
        .iter()
        .map(|group| {
            let firing = match group["firing"].as_i64() {
                Some(0) | None => "over".to_owned(),
                Some(firing) => firing.to_string(),
            };
            vec![
                text(group, "/ticket"),
                text(group, "/severity"),
                firing,
                text(group, "/quiet").replace('_', " "),
                time(group, "/changed_at", zone),
                text(group, "/service/name"),
                text(group, "/title"),
            ]
        })
        .collect();
    let headings = [
        "TICKET", "SEVERITY", "FIRING", "QUIET", "CHANGED", "SERVICE", "TITLE",
    ];
    table(&headings, &rows)
}
