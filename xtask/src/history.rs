//! A long history of tickets for measurements, in the form of ServiceNow's audit log: one line is
//! a ticket after one change. The same number of tickets always gives the same file.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

const HEADER: &str = "number,incident_state,active,reassignment_count,reopen_count,sys_mod_count,\
made_sla,caller_id,opened_by,opened_at,sys_created_by,sys_created_at,sys_updated_by,\
sys_updated_at,contact_type,location,category,subcategory,u_symptom,cmdb_ci,impact,urgency,\
priority,assignment_group,assigned_to,knowledge,u_priority_confirmation,notify,problem_id,rfc,\
vendor,caused_by,closed_code,resolved_by,resolved_at,closed_at,short_description";

const AREAS: [&str; 8] = [
    "Checkout", "Basket", "Search", "Sign-in", "Delivery", "Invoices", "Returns", "Stock",
];
const PARTS: [&str; 12] = [
    "payment", "address", "voucher", "password", "label", "refund", "filter", "photo", "price",
    "e-mail", "receipt", "calendar",
];
const SYMPTOMS: [&str; 10] = [
    "stays blank",
    "is slow",
    "shows an error",
    "is frozen",
    "crashes",
    "is missing",
    "is shown twice",
    "is out of date",
    "cannot be saved",
    "is in the wrong language",
];

/// One ticket in this many is still being worked on at the end, as on a desk that keeps up.
const ONE_OPEN_IN: u64 = 500;

/// The history begins on 1 January 2022 and its tickets are spread over this many minutes, so that
/// the last of them are asked at the end of 2024.
const SPREAD_MINUTES: u64 = 3 * 365 * 24 * 60;

/// Writes a history of `tickets` into a new file and answers how many changes it has.
pub fn write(file: &Path, tickets: u64) -> io::Result<u64> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(file)?);
    writeln!(out, "{HEADER}")?;
    let mut rows = 0;
    for number in 0..tickets {
        rows += write_ticket(&mut out, number, tickets)?;
    }
    out.flush()?;
    Ok(rows)
}

/// Writes the changes of one ticket: five where it was closed, fewer where it is open.
fn write_ticket(out: &mut impl Write, number: u64, tickets: u64) -> io::Result<u64> {
    let mut chance = Chance(number);
    let opened = number * SPREAD_MINUTES / tickets.max(1);
    let open = chance.below(ONE_OPEN_IN) == 0;
    let states = ["New", "Active", "Awaiting User Info", "Resolved", "Closed"];
    let kept = if open {
        1 + chance.below(3) as usize
    } else {
        states.len()
    };
    let area = chance.below(AREAS.len() as u64) as usize;
    let part = PARTS[chance.below(PARTS.len() as u64) as usize];
    let symptom = SYMPTOMS[chance.below(SYMPTOMS.len() as u64) as usize];
    let priority = [1, 2, 2, 3, 3, 3, 3, 3, 3, 3][chance.below(10) as usize];
    let (caller, owner) = (chance.below(5000), chance.below(60));
    let handed_on = chance.below(4) == 0;
    let change = if chance.below(12) == 0 {
        format!("CHG{number:07}")
    } else {
        "?".to_owned()
    };
    // Each change comes some time after the one before; the last two are told on every line.
    let mut times = vec![opened];
    for state in &states[1..] {
        let longest = if *state == "Closed" { 7 * 1440 } else { 600 };
        times.push(times[times.len() - 1] + 1 + chance.below(longest));
    }
    let told = |at: usize| {
        if open {
            "?".to_owned()
        } else {
            moment(times[at])
        }
    };
    let (resolved, closed) = (told(3), told(4));
    for (change_count, state) in states[..kept].iter().enumerate() {
        let group = if handed_on && change_count == 0 {
            (area + 1) % AREAS.len()
        } else {
            area
        };
        let assigned = if change_count == 0 {
            "?".to_owned()
        } else {
            format!("Person {owner}")
        };
        writeln!(
            out,
            "{number:07},{state},{active},{reassigned},0,{change_count},true,Caller {caller},\
             Caller {caller},{opened},?,{opened},Person {owner},{updated},Self service,?,\
             {area},{part},{symptom},?,2,2,{priority},Squad {group},{assigned},\
             false,false,Do Not Notify,?,{change},?,?,5,Person {owner},{resolved},{closed},\
             The {part} of {area} {symptom}",
            active = *state != "Closed",
            reassigned = u8::from(handed_on && change_count > 0),
            opened = moment(opened),
            updated = moment(times[change_count]),
            area = AREAS[area],
        )?;
    }
    Ok(kept as u64)
}

/// A time as ServiceNow's export writes it, `minutes` after the beginning of 2022 in UTC.
fn moment(minutes: u64) -> String {
    const MONTHS: [u64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let (mut day, minute) = (minutes / 1440, minutes % 1440);
    let mut year = 2022;
    loop {
        let leap = u64::from(year % 4 == 0);
        if day < 365 + leap {
            break;
        }
        day -= 365 + leap;
        year += 1;
    }
    let mut month = 0;
    loop {
        let days = MONTHS[month] + u64::from(month == 1 && year % 4 == 0);
        if day < days {
            return format!(
                "{}/{}/{year} {:02}:{:02}",
                day + 1,
                month + 1,
                minute / 60,
                minute % 60
            );
        }
        day -= days;
        month += 1;
    }
}

/// Numbers that look random and are always the same (SplitMix64, Steele and others, 2014).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_civil_times() {
        assert_eq!(moment(0), "1/1/2022 00:00");
        assert_eq!(moment(59 * 1440 + 61), "1/3/2022 01:01");
        // 2024 is a leap year.
        assert_eq!(moment((365 + 365 + 59) * 1440), "29/2/2024 00:00");
        assert_eq!(moment((365 + 365 + 366) * 1440 - 1), "31/12/2024 23:59");
    }

    #[test]
    fn every_line_has_every_column_and_changes_go_forward() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("history.csv");
        let rows = write(&file, 2000).unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        let columns = text.lines().next().unwrap().split(',').count();
        assert_eq!(columns, 37);
        assert!(text.lines().all(|line| line.split(',').count() == columns));
        assert_eq!(text.lines().count() as u64, rows + 1);
        assert!(rows > 4 * 2000 && rows < 5 * 2000, "{rows}");
        assert_eq!(text, {
            write(&file, 2000).unwrap();
            std::fs::read_to_string(&file).unwrap()
        });
    }
}
