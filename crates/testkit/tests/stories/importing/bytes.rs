//! Any bytes as an export, and rows of one ticket wherever they stand.

use eider_app::importing::examine_bytes;
use eider_domain::importing::PRESETS;
use proptest::{collection::vec, prelude::*, sample::Index};

use super::*;

const HEADER: &str = "number,incident_state,opened_at,sys_updated_at,short_description";

fn examine(text: &[u8], mapping: &str) -> Result<(u64, u64, usize), String> {
    let mapping = mapping_named(mapping).unwrap();
    let examined = examine_bytes(text, &mapping, at("2017-01-01T00:00:00Z"));
    examined
        .map(|examined| (examined.rows, examined.tickets, examined.rejected.len()))
        .map_err(|error| error.to_string())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_read_or_refused_with_a_sentence(bytes in vec(any::<u8>(), 0..3_000)) {
        for preset in PRESETS {
            if let Err(sentence) = examine(&bytes, preset.name) {
                prop_assert!(sentence.ends_with('.'), "{sentence}");
            }
            let mut rows = HEADER.as_bytes().to_vec();
            rows.push(b'\n');
            rows.extend(&bytes);
            let _refused = examine(&rows, preset.name);
        }
    }

    #[test]
    fn rows_of_a_ticket_may_stand_anywhere(
        places in vec(any::<Index>(), 30),
        line_end in prop_oneof![Just("\n"), Just("\r\n"), Just("\n\n")],
        mark in prop_oneof![Just("\u{feff}"), Just("")],
    ) {
        let mut rows: Vec<String> = (0..30)
            .map(|row| format!("{},Active,1/2/2016 08:00,1/2/2016 09:{row:02},\"a,\n\"\"b\"\"\"", row % 7))
            .collect();
        for (row, place) in places.iter().enumerate() {
            rows.swap(row, place.index(30));
        }
        let text = format!("{mark}{HEADER}{line_end}{}", rows.join(line_end));
        prop_assert_eq!(examine(text.as_bytes(), "servicenow"), Ok((30, 7, 0)));
    }
}

#[test]
fn the_line_of_a_row_is_that_of_the_file() {
    let text = format!(
        "{HEADER}\r\n1,New,1/2/2016 08:00,1/2/2016 09:00,\"two\r\nlines\"\r\n\r\n2,New,?,?,x\r\n1,Dreaming,1/2/2016 08:00,1/2/2016 09:00,x\r\n"
    );
    let mapping = mapping_named("servicenow").unwrap();
    let examined = examine_bytes(text.as_bytes(), &mapping, at("2017-01-01T00:00:00Z")).unwrap();
    let lines: Vec<u64> = examined
        .rejected
        .iter()
        .map(|rejection| rejection.line)
        .collect();
    assert_eq!(lines, [6, 2, 5, 5], "{:?}", examined.rejected);
}
