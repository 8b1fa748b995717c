//! Whatever the bytes, nothing panics, and what is imported is in order.

use proptest::{collection::vec, prelude::*, sample::select};

use super::entry;

fn time() -> impl Strategy<Value = String> {
    (1..29_u8, 1..13_u8, 0..24_u8, 0..60_u8)
        .prop_map(|(day, month, hour, minute)| format!("{day}/{month}/2016 {hour:02}:{minute:02}"))
}

fn maybe(time: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    prop_oneof![2 => time, 1 => Just("?".to_owned())]
}

prop_compose! {
    /// A row of an event log whose parts need not fit together.
    fn row()(
        state in select(vec![
            "New", "Active", "Awaiting User Info", "Awaiting Vendor", "Resolved", "Closed", "-100",
        ]),
        reopened in 0..3,
        opened in time(),
        changed in time(),
        sequence in 0..9,
        priority in 1..5,
        group in select(vec!["?", "1", "2", "Till", " till"]),
        owner in select(vec!["?", "1", "Ada", "ADA"]),
        change in select(vec!["?", "CHG1"]),
        resolved in maybe(time()),
        closed in maybe(time()),
    ) -> String {
        format!(
            "7;{state};{reopened};{opened};{changed};{sequence};{priority};{group};{owner};{change};{resolved};{closed}"
        )
    }
}

const HEADER: &str = "number;incident_state;reopen_count;opened_at;sys_updated_at;sys_mod_count;priority;assignment_group;assigned_to;rfc;resolved_at;closed_at";

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(data in vec(any::<u8>(), 0..2_000)) {
        entry::csv_mapping(&data);
    }

    #[test]
    fn any_mapping_is_read_or_refused(text in ".{0,500}") {
        entry::csv_mapping(text.as_bytes());
    }

    #[test]
    fn any_fields_in_known_columns_are_read_or_refused(rows in vec(vec(".{0,30}", 12), 0..5)) {
        let rows: Vec<String> = rows.iter().map(|fields| fields.join(";")).collect();
        entry::preset_rows(&format!("{HEADER}\n{}", rows.join("\n")));
    }

    #[test]
    fn whatever_rows_tell_becomes_a_history_in_order(rows in vec(row(), 1..12)) {
        entry::preset_rows(&format!("{HEADER}\n{}", rows.join("\n")));
    }
}
