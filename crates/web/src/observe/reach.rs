//! How those who are to be called fare, in the words of Prometheus.

use std::fmt::Write as _;

use eider_app::watch::{CALL_BUCKETS_SECONDS, Health, Measures};
use jiff::Timestamp;

use super::one;

const CALLS: &str = "eider_page_call_seconds";

/// What the database tells as of `now`: the same on every node.
pub(super) fn gauges(health: &Health, now: Timestamp, text: &mut String) {
    let late = |at: Option<Timestamp>| {
        let seconds = at.map_or(0.0, |at| now.duration_since(at).as_secs_f64().max(0.0));
        format!(" {seconds:.3}")
    };
    let gauges = [
        (
            "eider_jobs_waiting",
            "Jobs that wait for their time or for a worker.",
            format!(" {}", health.jobs),
        ),
        (
            "eider_job_overdue_seconds",
            "For how long the oldest job that is due has waited; 0 when none is.",
            late(health.next_job_at),
        ),
        (
            "eider_pages_open",
            "Pages that are not over, held ones and drills among them.",
            format!(" {}", health.pages.open),
        ),
        (
            "eider_pages_held",
            "Pages that wait for hours to start.",
            format!(" {}", health.pages.held),
        ),
        (
            "eider_pages_unanswered",
            "Pages that people are being called for, or were in vain.",
            format!(" {}", health.pages.unanswered),
        ),
        (
            "eider_page_overdue_seconds",
            "For how long the oldest page whose next call is due has waited for it; 0 when none \
             does.",
            late(health.oldest.page_at),
        ),
        (
            "eider_message_overdue_seconds",
            "For how long the oldest message to somebody has waited beyond its time; 0 when none \
             does.",
            late(health.oldest.message_at),
        ),
        (
            "eider_on_time",
            "1 while nothing is older than its time, else 0; the heartbeat goes by it.",
            format!(" {}", u8::from(health.oldest.late(now).is_empty())),
        ),
    ];
    for (name, help, sample) in gauges {
        one(text, name, "gauge", help, &sample);
    }
    if let Some(sent_at) = health.beat.as_ref().and_then(|beat| beat.sent_at) {
        one(
            text,
            "eider_heartbeat_last_sent_timestamp_seconds",
            "gauge",
            "When the heartbeat was last taken outside, in seconds since 1970.",
            &format!(" {}", sent_at.as_second()),
        );
    }
}

/// What this process counts of its own work.
pub(super) fn measures(measures: &Measures, text: &mut String) {
    one(
        text,
        "eider_lease_takeovers_total",
        "counter",
        "Jobs taken over from workers that died or took longer than their lease.",
        &format!(" {}", measures.takeovers().count()),
    );
    // Writing to a String cannot fail.
    let _written = writeln!(
        text,
        "# HELP eider_attempts_total What providers answered to messages.\n\
         # TYPE eider_attempts_total counter"
    );
    for (provider, outcome, count) in measures.attempts() {
        let _written = writeln!(
            text,
            "eider_attempts_total{{provider=\"{provider}\",outcome=\"{outcome}\"}} {count}"
        );
    }
    let _written = writeln!(
        text,
        "# HELP eider_probes_total What came of answering test alerts of the watch.\n\
         # TYPE eider_probes_total counter"
    );
    for (outcome, count) in measures.probes() {
        let _written = writeln!(text, "eider_probes_total{{outcome=\"{outcome}\"}} {count}");
    }
    let calls = measures.calls();
    let _written = writeln!(
        text,
        "# HELP {CALLS} From the moment at which people were to be called until a provider was \
         called.\n# TYPE {CALLS} histogram"
    );
    for (end, bucket) in CALL_BUCKETS_SECONDS.iter().zip(calls.buckets) {
        let _written = writeln!(text, "{CALLS}_bucket{{le=\"{end}\"}} {bucket}");
    }
    let (count, sum) = (calls.count, calls.sum_seconds);
    let _written = writeln!(
        text,
        "{CALLS}_bucket{{le=\"+Inf\"}} {count}\n{CALLS}_sum {sum}\n{CALLS}_count {count}"
    );
}
