//! An event log of incidents: their whole history, again, and further.

use eider_app::ticket::{self as tickets_app};
use eider_domain::{person::Role, priority::Rank, ticket::Command};
use eider_store::job;

use super::*;

const HEADER: &str = "number,incident_state,reopen_count,caller_id,opened_at,sys_updated_by,sys_updated_at,category,priority,assignment_group,assigned_to,rfc,closed_code,resolved_at,closed_at";

/// Two incidents whose rows lie scattered and out of order, and one that is still open.
const ROWS: &str = "
INC1,Resolved,0,2403,1/2/2016 08:00,21,1/2/2016 12:00,55,2,24,31,?,5,1/2/2016 11:30,?
INC2,New,0,7,1/2/2016 09:00,?,1/2/2016 09:05,?,4 - Low,?,?,?,?,?,?
INC1,New,0,2403,1/2/2016 08:00,6,1/2/2016 08:00,55,3,56,?,?,5,?,?
INC1,Active,0,2403,1/2/2016 08:00,21,1/2/2016 08:30,55,2,24,31,?,5,?,?
INC3,New,0,8,1/2/2016 10:00,?,1/2/2016 10:00,55,1,56,31,?,?,?,?
INC3,-100,0,8,1/2/2016 10:00,?,1/2/2016 10:10,55,1,56,31,?,?,?,?
INC1,Active,1,2403,1/2/2016 08:00,21,2/2/2016 08:00,55,2,24,?,?,5,?,?
INC1,Closed,1,2403,1/2/2016 08:00,908,4/2/2016 10:00,55,2,24,31,CHG7,5,3/2/2016 09:00,4/2/2016 09:00
INC2,Awaiting User Info,0,7,1/2/2016 09:00,?,1/2/2016 10:00,?,4 - Low,?,?,?,?,?,?";

fn log(rows: &str) -> String {
    format!("{HEADER}{rows}\n")
}

fn incident(rows: &str, number: &str) -> String {
    let kept = rows.lines().filter(|row| row.starts_with(number));
    kept.map(|row| format!("\n{row}")).collect()
}

async fn imported_desk(database: eider_testkit::Database, export: &Export) -> TestDesk {
    let desk = TestDesk::without_timers(database, at("2016-02-05T00:00:00Z")).await;
    let report = import(&desk, export, "servicenow").await;
    assert_eq!(report.imported, 3, "{}", export.rejected());
    desk
}

#[tokio::test]
async fn every_change_of_an_incident_is_a_fact_at_its_time() {
    on_both(async |database| {
        let export = Export::of(log(ROWS));
        let desk = imported_desk(database, &export).await;
        let tickets = tickets(&desk).await;
        assert_eq!(
            history(&desk, &tickets[0]).await,
            [
                "2016-02-01T08:00:00Z opened P3 Incident INC1, category 55",
                "2016-02-01T08:30:00Z priority P3 -> P2",
                "2016-02-01T08:30:00Z squad set",
                "2016-02-01T08:30:00Z owner set",
                "2016-02-01T08:30:00Z new -> in progress (Active)",
                "2016-02-01T11:00:00Z service_level_breached",
                "2016-02-01T12:00:00Z in progress -> resolved, change false",
                "2016-02-02T08:00:00Z owner none",
                "2016-02-02T08:00:00Z resolved -> reopened (Active)",
                "2016-02-02T08:00:00Z reopened -> in progress (Active)",
                "2016-02-03T09:00:00Z in progress -> resolved, change true",
                "2016-02-04T09:00:00Z resolved -> closed (Closed)",
                "2016-02-04T10:00:00Z owner set",
            ]
        );
        let first = &tickets[0];
        assert_eq!(first.opened_at, at("2016-02-01T08:00:00Z"));
        assert_eq!(first.resolved_at, Some(at("2016-02-03T09:00:00Z")));
        assert_eq!(first.closed_at, Some(at("2016-02-04T09:00:00Z")));
        assert_eq!(first.priority, Rank::P2);
        assert_eq!(first.tally.reopened, 1);
        assert_eq!(tickets[1].status.kind(), StatusKind::WaitingForReporter);
        let now = desk.eider.desk().await.unwrap();
        let group = now.squad_named("Group 24").unwrap();
        assert_eq!(first.squad, Some(group.id));
        let imported =
            facts(&desk)
                .await
                .into_iter()
                .filter_map(|recorded| match recorded.happened.fact {
                    Fact::TicketsImported { source, tickets } => Some((source, tickets)),
                    _ => None,
                });
        assert_eq!(imported.collect::<Vec<_>>(), [("servicenow".to_owned(), 3)]);
    })
    .await;
}

#[tokio::test]
async fn only_open_tickets_have_jobs_and_all_are_found() {
    on_both(async |database| {
        let export = Export::of(log(ROWS));
        let desk = imported_desk(database, &export).await;
        let mut tx = desk.db().read().await.unwrap();
        // INC2 waits with a clock to respond that has ended; INC3 has been breached twice.
        assert_eq!(job::waiting(&mut tx, "ticket.").await.unwrap(), []);
        drop(tx);
        let (_, cleo) = desk.person("Cleo Care", Role::Reporter).await;
        let found = eider_app::search::search(&desk.eider, &cleo, "incident INC3", 10)
            .await
            .unwrap();
        assert_eq!(found.tickets[0].title, "Incident INC3, category 55");
    })
    .await;
}

#[tokio::test]
async fn an_import_run_again_changes_nothing() {
    on_both(async |database| {
        let export = Export::of(log(ROWS));
        let desk = imported_desk(database, &export).await;
        let (before, facts_before) = (tickets(&desk).await, facts(&desk).await);
        desk.pass_minutes(60);
        let report = import(&desk, &export, "servicenow").await;
        assert_eq!((report.imported, report.updated), (0, 0));
        assert_eq!((report.unchanged, report.facts), (3, 0));
        assert_eq!(tickets(&desk).await, before);
        assert_eq!(facts(&desk).await, facts_before);
    })
    .await;
}

#[tokio::test]
async fn a_later_export_brings_what_has_happened_since() {
    on_both(async |database| {
        let earlier = ROWS.lines().filter(|row| !row.contains("Closed"));
        let earlier: String = earlier.map(|row| format!("\n{row}")).collect();
        let export = Export::of(log(&earlier));
        let desk = TestDesk::without_timers(database, at("2016-02-02T09:00:00Z")).await;
        import(&desk, &export, "servicenow").await;
        let numbers: Vec<_> = tickets(&desk).await.iter().map(|t| t.number).collect();

        desk.set(at("2016-02-05T00:00:00Z"));
        export.write(log(ROWS));
        let report = import(&desk, &export, "servicenow").await;
        assert_eq!(
            (report.imported, report.updated, report.unchanged),
            (0, 1, 2)
        );
        let after = tickets(&desk).await;
        assert_eq!(after.iter().map(|t| t.number).collect::<Vec<_>>(), numbers);
        assert_eq!(after[0].status.kind(), StatusKind::Closed);
        assert_eq!(after[0].closed_at, Some(at("2016-02-04T09:00:00Z")));
        assert_eq!(after[0].resolved_at, Some(at("2016-02-03T09:00:00Z")));
        assert!(after[0].status.resolution().unwrap().change.is_needed());
        let again = import(&desk, &export, "servicenow").await;
        assert_eq!((again.updated, again.unchanged), (0, 3));
    })
    .await;
}

#[tokio::test]
async fn a_later_export_that_only_closes_corrects_how_it_was_resolved() {
    on_both(async |database| {
        const OPEN: &str = "
INC1,New,0,2403,1/2/2016 08:00,6,1/2/2016 08:00,55,3,56,?,?,5,?,?
INC1,Resolved,0,2403,1/2/2016 08:00,21,1/2/2016 12:00,55,3,56,31,?,5,1/2/2016 12:00,?";
        let closed = |change: &str| {
            log(&format!("{OPEN}\nINC1,Closed,0,2403,1/2/2016 08:00,908,4/2/2016 10:00,55,3,56,31,{change},5,1/2/2016 12:00,4/2/2016 09:00"))
        };
        let export = Export::of(log(OPEN));
        let desk = TestDesk::without_timers(database, at("2016-02-02T09:00:00Z")).await;
        import(&desk, &export, "servicenow").await;
        let is_needed = async || {
            let ticket = tickets(&desk).await.remove(0);
            ticket.status.resolution().unwrap().change.is_needed()
        };
        assert!(!is_needed().await);

        desk.set(at("2016-02-05T00:00:00Z"));
        export.write(closed("CHG7"));
        let report = import(&desk, &export, "servicenow").await;
        assert_eq!((report.updated, report.facts), (1, 2));
        assert!(is_needed().await);
        let ticket = tickets(&desk).await.remove(0);
        let history = history(&desk, &ticket).await;
        assert_eq!(
            history[history.len() - 2..],
            [
                "2016-02-04T09:00:00Z resolved -> closed (Closed)",
                "2016-02-04T10:00:00Z resolution corrected, change true",
            ]
        );

        desk.pass_minutes(60);
        let again = import(&desk, &export, "servicenow").await;
        assert_eq!((again.updated, again.unchanged), (0, 1));
        export.write(closed("?"));
        let back = import(&desk, &export, "servicenow").await;
        assert_eq!((back.updated, back.facts), (1, 1));
        assert!(!is_needed().await);
    })
    .await;
}

#[tokio::test]
async fn a_later_state_of_an_issue_is_told_as_a_difference() {
    on_both(async |database| {
        let export = Export::of(JIRA);
        let desk = TestDesk::without_timers(database, at("2016-03-20T00:00:00Z")).await;
        import(&desk, &export, "jira").await;
        export.write(JIRA.replace(
            "In Progress,Low,,,Cleo Care,01/Mar/16 8:00 AM,02/Mar/16 8:00 AM,,",
            "Done,High,Won't Fix,Ada Lovelace,Cleo Care,01/Mar/16 8:00 AM,22/Mar/16 8:00 AM,21/Mar/16 8:00 AM,",
        ));
        desk.set(at("2016-03-23T00:00:00Z"));
        let report = import(&desk, &export, "jira").await;
        assert_eq!((report.updated, report.unchanged), (1, 1));
        let button = &tickets(&desk).await[1];
        assert_eq!(button.closed_at, Some(at("2016-03-21T08:00:00Z")));
        assert_eq!(button.priority, Rank::P2);
        assert!(button.owner.is_some());
    })
    .await;
}

#[tokio::test]
async fn what_people_did_here_is_left_alone() {
    on_both(async |database| {
        let export = Export::of(log(&incident(ROWS, "INC2")));
        let desk = TestDesk::without_timers(database, at("2016-02-02T00:00:00Z")).await;
        import(&desk, &export, "servicenow").await;
        let (_, ada) = desk.person("Ada Lovelace", Role::Responder).await;
        let ticket = tickets(&desk).await.remove(0);
        tickets_app::act(&desk.eider, &ada, ticket.number, Command::Take)
            .await
            .unwrap();
        let before = tickets(&desk).await;

        desk.pass_minutes(60);
        let later = "\nINC2,Resolved,0,7,1/2/2016 09:00,?,1/2/2016 22:00,?,4,?,?,?,?,?,?";
        export.write(log(&(incident(ROWS, "INC2") + later)));
        let report = import(&desk, &export, "servicenow").await;
        assert_eq!((report.updated, report.rejected), (0, 1));
        assert!(
            export
                .rejected()
                .contains("people have worked on it here since")
        );
        assert_eq!(tickets(&desk).await, before);
    })
    .await;
}

#[tokio::test]
async fn rows_that_cannot_be_read_are_told_by_line_and_reason() {
    on_both(async |database| {
        let rows = "
INC1,New,0,1,1/2/2016 08:00,6,1/2/2016 08:00,55,3,56,?,?,?,?,?
INC1,Dreaming,0,1,1/2/2016 08:00,6,1/2/2016 09:00,55,3,56,?,?,?,?,?
INC1,Active,0,1,1/2/2016 08:00,6,1/2/2016 10:00,55,3,56,?,?,?,?,?
?,New,0,1,1/2/2016 08:00,6,1/2/2016 08:00,55,3,56,?,?,?,?,?
INC2,New,0,1,1/2/2016 08:00,6,1/2/2016 08:00,55,3,56,?,?,?,?,?
INC2,Active,0,1,1/2/2016 08:00,6,31/2/2016 08:00,55,3,56,?,?,?,?,?
INC3,New,0,1,1/2/2016 08:00,6
INC4,New,0,1,1/2/2016 08:00,6,1/2/2029 08:00,55,3,56,?,?,?,?,?
INC5,New,0,1,1/2/2016 08:00,6,1/2/2016 08:00,55,urgent,56,?,?,?,?,?";
        let export = Export::of(log(rows));
        let desk = TestDesk::without_timers(database, at("2016-02-05T00:00:00Z")).await;
        let report = import(&desk, &export, "servicenow").await;
        assert_eq!((report.rows, report.imported), (9, 1));
        assert_eq!(
            report.rejected_file,
            Some(export.folder.path().join("export.csv.rejected.csv"))
        );
        let told = export.rejected();
        let mut reader = csv::Reader::from_reader(told.as_bytes());
        let told: Vec<(u64, String)> = reader
            .records()
            .map(|record| record.unwrap())
            .map(|record| {
                (
                    record[0].parse().unwrap(),
                    record[1].chars().take(40).collect(),
                )
            })
            .collect();
        let told: Vec<(u64, &str)> = told
            .iter()
            .map(|(line, why)| (*line, why.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (3, "The mapping does not say what the status"),
                (7, "“31/2/2016 08:00” is not a time in any o"),
                (6, "Ticket INC2 was not imported. Its last r"),
                (8, "It has 6 fields, and the first line of t"),
                (8, "Ticket INC3 was not imported. None of it"),
                (9, "“1/2/2029 08:00” lies in the future. Che"),
                (9, "Ticket INC4 was not imported. None of it"),
                (10, "The mapping does not say what the priori"),
                (10, "Ticket INC5 was not imported. None of it"),
                (5, "It cannot be told which ticket this is. "),
            ]
        );
        // When the mistakes are mended, the report of the first time is gone.
        export.write(log(&incident(rows, "INC1").replace("Dreaming", "Active")));
        let report = import(&desk, &export, "servicenow").await;
        assert_eq!(report.rejected_file, None);
        assert_eq!(export.rejected(), "");
    })
    .await;
}

#[tokio::test]
async fn exports_that_cannot_be_used_are_refused_with_a_sentence() {
    eider_testkit::on_sqlite(async |database| {
        let desk = TestDesk::without_timers(database, at("2016-02-05T00:00:00Z")).await;
        let endless = format!("{HEADER}\nINC1,\"{}", "New,\n".repeat(1_000_000));
        let long_field = format!("{HEADER}\nINC1,{}\n", "x".repeat(1_100_000));
        for (text, sentence) in [
            (b"".to_vec(), "The export is empty"),
            (
                vec![0xfd, 0x37, 0x7a, 0x58, 0x5a, 0xff, 0x80],
                "not text in UTF-8",
            ),
            (b"a,b,c\n1,2,3\n".to_vec(), "no column “number”"),
            (",".repeat(3_000).into_bytes(), "3001 columns"),
            (
                endless.into_bytes(),
                "begins near line 2 is longer than 4 MB",
            ),
            (
                long_field.into_bytes(),
                "near line 2 has a field longer than 1 MB",
            ),
        ] {
            let error = try_import(&desk, &Export::of(text).path(), "servicenow")
                .await
                .unwrap_err();
            assert!(error.to_string().contains(sentence), "{error}");
        }
        let error = mapping_named("no-such-mapping").unwrap_err().to_string();
        assert!(error.contains("servicenow, jira, zendesk"), "{error}");
        assert_eq!(facts(&desk).await.len(), 0);
    })
    .await;
}
