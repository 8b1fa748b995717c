//! Tickets of another tracker come in with their history.

mod bytes;
mod incidents;
mod log;

use std::path::{Path, PathBuf};

use eider_app::importing::{
    ImportError, ImportOptions, ImportReport, Input, import_tickets, mapping_named,
};
use eider_domain::{
    TicketNumber,
    fact::Fact,
    ticket::{StatusKind, Ticket},
};
use eider_store::fact::{self, ChainState, Recorded};
use eider_testkit::{TestDesk, at, on_both};

/// A file that is gone when the story is over.
struct Export {
    folder: tempfile::TempDir,
}

impl Export {
    fn of(text: impl AsRef<[u8]>) -> Self {
        let export = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        export.write(text);
        export
    }

    fn write(&self, text: impl AsRef<[u8]>) {
        std::fs::write(self.path(), text).unwrap();
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("export.csv")
    }

    fn rejected(&self) -> String {
        let path = self.folder.path().join("export.csv.rejected.csv");
        std::fs::read_to_string(path).unwrap_or_default()
    }
}

async fn try_import(
    desk: &TestDesk,
    path: &Path,
    mapping: &str,
) -> Result<ImportReport, ImportError> {
    let input = Input::File(path.to_owned());
    let options = ImportOptions {
        rejected: input.rejected(),
        input,
        mapping: mapping_named(mapping)?,
        actor: None,
    };
    import_tickets(&desk.eider, options, |_| {}).await
}

async fn import(desk: &TestDesk, export: &Export, mapping: &str) -> ImportReport {
    try_import(desk, &export.path(), mapping).await.unwrap()
}

/// Every ticket, by number.
async fn tickets(desk: &TestDesk) -> Vec<Ticket> {
    let mut tx = desk.db().read().await.unwrap();
    let mut tickets = Vec::new();
    for first in (1_001..).step_by(500) {
        let numbers: Vec<_> = (first..first + 500).map(TicketNumber).collect();
        let some = eider_store::ticket::by_numbers(&mut tx, &numbers).await;
        let some = some.unwrap();
        if some.is_empty() {
            break;
        }
        tickets.extend(some);
    }
    tickets.sort_by_key(|ticket| ticket.number);
    tickets
}

async fn facts(desk: &TestDesk) -> Vec<Recorded> {
    let mut tx = desk.db().read().await.unwrap();
    let facts = fact::after(&mut tx, 0, 1_000_000).await.unwrap();
    let chain = fact::verify(&mut tx).await.unwrap();
    assert!(matches!(chain, ChainState::Whole { .. }), "{chain:?}");
    facts
}

/// The facts of a ticket, each with its time, in short words.
async fn history(desk: &TestDesk, ticket: &Ticket) -> Vec<String> {
    let mut tx = desk.db().read().await.unwrap();
    let facts = fact::of_ticket(&mut tx, ticket.id).await.unwrap();
    facts
        .iter()
        .map(|recorded| {
            format!(
                "{} {}",
                recorded.happened.at,
                short(&recorded.happened.fact)
            )
        })
        .collect()
}

fn short(fact: &Fact) -> String {
    match fact {
        Fact::TicketOpened {
            title, priority, ..
        } => format!("opened {priority} {title}"),
        Fact::TicketMoved { from, to, note } => {
            let note = note.as_deref().unwrap_or("-");
            format!("{} -> {} ({note})", from.name(), to.name())
        }
        Fact::TicketResolved { from, resolution } => {
            let change = resolution.change.is_needed();
            format!("{} -> resolved, change {change}", from.name())
        }
        Fact::ResolutionCorrected { to, .. } => {
            format!("resolution corrected, change {}", to.change.is_needed())
        }
        Fact::OwnerChanged { to, .. } => {
            format!("owner {}", if to.is_some() { "set" } else { "none" })
        }
        Fact::SquadChanged { to, .. } => {
            format!("squad {}", if to.is_some() { "set" } else { "none" })
        }
        Fact::PriorityChanged { from, to, .. } => format!("priority {from} -> {to}"),
        other => other.to_parts().unwrap().0,
    }
}

const JIRA: &str = "\u{feff}Summary,Issue key,Issue id,Status,Priority,Resolution,Assignee,Reporter,Created,Updated,Resolved,Component/s,Component/s,Description\r
Nobody can pay,SHOP-1,10001,Done,Highest,Fixed,Ada Lovelace,Cleo Care,29/Feb/16 1:16 AM,15/Mar/16 9:00 AM,01/Mar/16 1:16 PM,Checkout,Basket,\"Cards are refused,\r
all of them\"\r
Where is the button,SHOP-2,10002,In Progress,Low,,,Cleo Care,01/Mar/16 8:00 AM,02/Mar/16 8:00 AM,,,Basket,\r
";

#[tokio::test]
async fn issues_of_jira_come_in_as_they_are() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2016-03-20T00:00:00Z")).await;
        let report = import(&desk, &Export::of(JIRA), "jira").await;
        assert_eq!((report.rows, report.imported, report.rejected), (2, 2, 0));
        let tickets = tickets(&desk).await;
        let pay = &tickets[0];
        assert_eq!(pay.title, "Nobody can pay");
        assert!(
            pay.report
                .what
                .starts_with("Cards are refused,\nall of them")
        );
        assert_eq!(pay.status.kind(), StatusKind::Closed);
        assert_eq!(pay.opened_at, at("2016-02-29T01:16:00Z"));
        assert_eq!(pay.closed_at, Some(at("2016-03-01T13:16:00Z")));
        assert!(pay.status.resolution().unwrap().change.is_needed());
        assert_eq!(
            history(&desk, pay).await,
            [
                "2016-02-29T01:16:00Z opened P1 Nobody can pay",
                "2016-02-29T01:16:00Z owner set",
                "2016-02-29T01:31:00Z service_level_breached",
                "2016-02-29T02:16:00Z service_level_breached",
                "2016-03-01T13:16:00Z new -> resolved, change true",
                "2016-03-01T13:16:00Z resolved -> closed (Done)",
            ]
        );
        let button = &tickets[1];
        assert_eq!(button.status.kind(), StatusKind::InProgress);
        assert_eq!(button.owner, None);
        let desk_now = desk.eider.desk().await.unwrap();
        let basket = desk_now.feature_named("Basket").unwrap();
        assert_eq!(button.feature, Some(basket.id));
        assert_eq!(pay.reporter, button.reporter);
    })
    .await;
}

const ZENDESK: &str = "Id;Subject;Status;Priority;Requester;Assignee;Group;Created at;Updated at;Initially assigned at;Solved at;Reopens;Type
41;Lost parcel;Closed;Urgent;Cleo;Ada;Delivery;2020-01-02 10:00:00;2020-02-01 10:00:00;2020-01-02 10:05:00;2020-01-02 10:30:00;2;Problem
42;No invoice;Pending;-;Cleo;-;-;2020-01-03 10:00:00;2020-01-03 11:00:00;;;0;Question
";

#[tokio::test]
async fn tickets_of_zendesk_come_in_as_they_are() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2020-01-04T00:00:00Z")).await;
        let export = Export::of(ZENDESK);
        let mapping = eider_domain::importing::preset("zendesk").unwrap().text;
        let mapping = mapping.replace("delimiter = \",\"", "delimiter = \";\"");
        let own = export.folder.path().join("own.toml");
        std::fs::write(&own, mapping).unwrap();
        desk.set(at("2020-03-01T00:00:00Z"));
        let report = import(&desk, &export, own.to_str().unwrap()).await;
        assert_eq!((report.imported, report.rejected), (2, 0));
        let tickets = tickets(&desk).await;
        assert_eq!(tickets[0].tally.reopened, 2);
        assert_eq!(tickets[0].acknowledged_at, Some(at("2020-01-02T10:05:00Z")));
        assert_eq!(tickets[0].closed_at, Some(at("2020-01-02T10:30:00Z")));
        assert_eq!(tickets[1].status.kind(), StatusKind::WaitingForReporter);
        assert_eq!(tickets[1].squad, None);
    })
    .await;
}
