//! Tickets of another tracker, from the command line, and killed on the way.

use std::{
    collections::BTreeMap, fmt::Write as _, fs, io::Write as _, path::Path, process::Stdio,
    time::Duration,
};

use eider_domain::fact::Fact;
use eider_store::{
    Db,
    fact::{self, ChainState},
};

use crate::running::{complaint, eider, place, told};

const TICKETS: usize = 2_500;
/// The first time, an import lives this long before it is killed; each time a little longer.
const LIFE_MILLISECONDS: u64 = 20;

/// A log of incidents, two rows of each far apart.
fn log() -> String {
    let mut log = "number,incident_state,opened_at,sys_updated_at,priority,assigned_to,caller_id,resolved_at\n".to_owned();
    for (state, resolved) in [("Active", "?"), ("Resolved", "2/3/2016 10:00")] {
        for ticket in 0..TICKETS {
            let day = if state == "Active" { 1 } else { 2 };
            let (owner, caller) = (ticket % 40, ticket % 900);
            writeln!(
                log,
                "INC{ticket},{state},1/3/2016 08:00,{day}/3/2016 10:00,3,{owner},{caller},{resolved}"
            )
            .unwrap();
        }
    }
    log
}

/// How many facts there are of each kind, and how many tickets were told to be imported.
async fn facts(data: &Path) -> (BTreeMap<String, usize>, i64) {
    let db = Db::open_sqlite(&data.join("eider.db")).await.unwrap();
    let mut tx = db.read().await.unwrap();
    let (mut kinds, mut told) = (BTreeMap::new(), 0);
    for recorded in fact::after(&mut tx, 0, 1_000_000).await.unwrap() {
        let (kind, _) = recorded.happened.fact.to_parts().unwrap();
        *kinds.entry(kind).or_default() += 1;
        if let Fact::TicketsImported { tickets, .. } = recorded.happened.fact {
            told += tickets;
        }
    }
    let chain = fact::verify(&mut tx).await.unwrap();
    assert!(matches!(chain, ChainState::Whole { .. }), "{chain:?}");
    drop(tx);
    db.close().await;
    (kinds, told)
}

fn import_words<'a>(export: &'a str, data: &'a Path) -> Vec<&'a str> {
    let mut words = vec!["import", "tickets", export, "--mapping", "servicenow"];
    words.extend(place(data, None));
    words
}

#[tokio::test]
async fn an_import_that_is_killed_is_whole_when_it_is_run_again() {
    let folder = tempfile::tempdir().unwrap();
    let export = folder.path().join("log.csv");
    fs::write(&export, log()).unwrap();
    let export = export.to_str().unwrap();
    let (killed, whole) = (folder.path().join("killed"), folder.path().join("whole"));

    let mut life = LIFE_MILLISECONDS;
    let mut kills = 0;
    loop {
        let mut command = eider(&import_words(export, &killed));
        let mut child = command.stdout(Stdio::null()).spawn().unwrap();
        tokio::time::sleep(Duration::from_millis(life)).await;
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success());
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
        life += LIFE_MILLISECONDS + life / 8;
    }
    assert!(kills > 3, "it was killed only {kills} times");
    let again = told(&import_words(export, &killed));
    assert!(
        again.contains("imported: 0; brought up to date: 0; as they were: 2,500."),
        "{again}"
    );

    told(&import_words(export, &whole));
    let (kinds, tickets) = facts(&killed).await;
    let (wanted, wanted_tickets) = facts(&whole).await;
    assert_eq!(kinds, wanted);
    assert_eq!((tickets, wanted_tickets), (TICKETS as i64, TICKETS as i64));
}

#[test]
fn standard_input_is_imported_and_what_was_left_out_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let rejected = folder.path().join("rejected.csv");
    let data = folder.path().join("desk");
    let mut command = eider(&import_words("-", &data));
    command.arg("--rejected").arg(&rejected);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input
        .write_all(
            b"number,state,opened_at,sys_updated_at\n1,New,1/3/2016 08:00,1/3/2016 08:00\n2,Lost,1/3/2016 08:00,1/3/2016 08:00\n",
        )
        .unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(
        told.starts_with("Rows read: 2. Tickets imported: 1;"),
        "{told}"
    );
    assert!(told.contains("The export has no column for: "), "{told}");
    let rejected = fs::read_to_string(rejected).unwrap();
    assert!(
        rejected.contains("3,\"The mapping does not say what the status “Lost” means."),
        "{rejected}"
    );
}

#[test]
fn a_mapping_that_is_not_there_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let words = ["import", "tickets", "x.csv", "--mapping", "bugzilla"];
    let complaint = complaint(&[&words, &place(folder.path(), None)[..]].concat());
    assert!(
        complaint.contains("servicenow, jira, zendesk"),
        "{complaint}"
    );
}
