//! From snapshots to a history.

use super::*;

#[test]
fn columns_tell_when_it_was_last_resolved_and_closed() {
    let history = Log::new().history(&[
        "New,0,1/2/2016 08:00,0,3,?,?,?,?,?",
        "Resolved,0,1/2/2016 09:00,1,3,?,?,?,?,?",
        "Active,1,1/2/2016 10:00,2,3,?,?,?,?,?",
        "Resolved,1,1/2/2016 11:00,3,3,?,?,?,?,?",
        "Closed,1,3/2/2016 09:00,4,3,?,?,CHG1,1/2/2016 12:30,3/2/2016 08:00",
    ]);
    assert_eq!(
        events(&history),
        [
            "02-01T09:00 resolved, change false",
            "02-01T10:00 reopened (Active)",
            "02-01T10:00 in_progress (Active)",
            "02-01T12:30 resolved, change true",
            "02-03T08:00 closed (Closed)",
        ]
    );
}

#[test]
fn a_ticket_that_was_only_closed_was_resolved_first() {
    let log = Log::new();
    let rows = ["Closed,0,1/2/2016 10:00,1,3,?,?,?,1/2/2016 09:30,1/2/2016 10:00"];
    assert_eq!(
        events(&log.history(&rows)),
        [
            "02-01T09:30 resolved, change false",
            "02-01T10:00 closed (Closed)"
        ]
    );
    // A resolution after the closing is not believed.
    let rows = ["Closed,0,1/2/2016 10:00,1,3,?,?,?,1/2/2016 19:30,1/2/2016 10:00"];
    assert_eq!(
        events(&log.history(&rows)),
        [
            "02-01T10:00 resolved, change false",
            "02-01T10:00 closed (Closed)"
        ]
    );
}

#[test]
fn every_reopening_that_is_counted_is_told() {
    let history = Log::new().history(&[
        "Resolved,0,1/2/2016 09:00,1,3,?,?,?,1/2/2016 10:00,?",
        "Resolved,2,1/2/2016 10:00,2,3,?,?,?,1/2/2016 10:00,?",
    ]);
    assert_eq!(
        events(&history),
        [
            "02-01T09:00 resolved, change false",
            "02-01T10:00 reopened (Resolved)",
            "02-01T10:00 reopened (Resolved)",
            "02-01T10:00 resolved, change false",
        ]
    );
}

#[test]
fn a_row_with_a_wrong_time_does_not_reopen() {
    let rows = [
        "New,0,1/2/2016 11:10,1,3,?,?,?,?,?",
        "New,0,1/2/2016 09:52,1,3,?,?,?,?,?",
        "Resolved,0,1/2/2016 11:03,2,3,?,?,?,?,?",
        "Closed,0,5/2/2016 12:00,3,3,?,?,?,?,?",
    ];
    assert_eq!(
        events(&Log::new().history(&rows)),
        [
            "02-01T11:03 resolved, change false",
            "02-05T12:00 closed (Closed)"
        ]
    );
}

#[test]
fn noise_among_the_states_changes_nothing_but_what_else_the_row_tells() {
    let history = Log::new().history(&[
        "Active,0,1/2/2016 09:00,1,3,?,?,?,?,?",
        "-100,0,1/2/2016 09:10,2,2,24,?,?,?,?",
        "Active,0,1/2/2016 09:20,3,2,24,?,?,?,?",
    ]);
    assert_eq!(
        events(&history),
        [
            "02-01T09:00 in_progress (Active)",
            "02-01T09:10 priority P2",
            "02-01T09:10 squad Group 24",
        ]
    );
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let log = Log::new();
    let rows = [
        "New,0,1/2/2016 08:00,0,3,?,?,?,?,?",
        "Active,0,1/2/2016 09:00,1,1,24,31,?,?,?",
        "Awaiting Vendor,0,1/2/2016 09:00,2,1,24,?,?,?,?",
        "Resolved,0,1/2/2016 11:00,3,1,24,31,?,?,?",
    ];
    let reversed: Vec<&str> = rows.iter().rev().copied().collect();
    let (history, again) = (log.history(&rows), log.history(&reversed));
    assert_eq!(events(&history), events(&again));
    assert_eq!(history.digest(), again.digest());
    let shorter = log.history(&rows[..3]);
    assert_ne!(history.digest(), shorter.digest());
}

#[test]
fn what_cannot_be_read_is_told_with_how_to_mend_it() {
    let log = Log::new();
    let good = "7,New,0,1/2/2016 08:00,0,3,?,?,?,?,?,1/2/2016 08:00,9";
    assert!(log.snapshot(2, good).is_ok());
    for (right, wrong, sentence) in [
        ("New", "Dreaming", "Add it to `status.values`"),
        (
            "1/2/2016 08:00,0",
            "yesterday,0",
            "Add its format to `times.formats`",
        ),
        ("1/2/2016 08:00,0", "?,0", "does not tell when it happened"),
        ("1/2/2016 08:00,9", "1/2/2026 08:00,9", "Check `times.zone`"),
        ("1/2/2016 08:00,9", "?,9", "when the ticket was opened"),
        (",0,3,", ",0,7,", "Add it to `priority.values`"),
        (",0,3,", ",zero,3,", "“zero” is not a whole number"),
    ] {
        assert!(good.contains(right));
        let reason = log
            .snapshot(2, &good.replacen(right, wrong, 1))
            .unwrap_err();
        assert!(reason.0.contains(sentence), "{wrong}: {reason}");
    }
}
