//! Subjects as monitors write them, and as people do.

use super::*;

/// A mail that begins an alert, and the one that ends it.
const PAIRS: &[(&str, &str)] = &[
    // Nagios
    (
        "** PROBLEM Service Alert: db1/Disk is CRITICAL **",
        "** RECOVERY Service Alert: db1/Disk is OK **",
    ),
    (
        "** PROBLEM Host Alert: db1 is DOWN **",
        "** RECOVERY Host Alert: db1 is UP **",
    ),
    // Icinga, and its older form
    (
        "[PROBLEM] Disk on db1 is CRITICAL!",
        "[RECOVERY] Disk on db1 is OK!",
    ),
    ("[PROBLEM] Host db1 is DOWN!", "[RECOVERY] Host db1 is UP!"),
    (
        "PROBLEM - db1 - Disk is UNKNOWN",
        "RECOVERY - db1 - Disk is OK",
    ),
    // Zabbix
    (
        "Problem: High CPU utilization",
        "Resolved in 5m 0s: High CPU utilization",
    ),
    ("Problem: X", "Resolved in 1d 2h 3m: X"),
    ("PROBLEM: Disk: /var is full", "OK: Disk: /var is full"),
    ("Updated problem in 5m 0s: X", "Resolved: X"),
    // Datadog
    (
        "[Monitor Alert] Triggered: CPU is high on db1",
        "[Monitor Alert] Recovered: CPU is high on db1",
    ),
    (
        "[P1] [Triggered on {host:web1}] CPU is high",
        "[P1] [Recovered on {host:web1}] CPU is high",
    ),
    ("[No data] CPU is high", "[Recovered] CPU is high"),
    ("[Re-Triggered] CPU is high", "[Recovered] CPU is high"),
    // UptimeRobot
    ("Monitor is DOWN: Checkout", "Monitor is UP: Checkout"),
    // Healthchecks
    ("DOWN | checkout-cron", "UP | checkout-cron"),
    ("🔴 DOWN | checkout-cron", "🟢 UP | checkout-cron"),
    // Uptime Kuma
    (
        "[checkout] [🔴 Down] connect ECONNREFUSED 192.0.2.7:443",
        "[checkout] [✅ Up] 200 - OK",
    ),
    // Grafana and Alertmanager
    (
        "[FIRING:1] High latency (Checkout web1)",
        "[RESOLVED] High latency (Checkout web1)",
    ),
    ("[Alerting] High latency", "[OK] High latency"),
    // Pingdom
    (
        "DOWN alert: Checkout (shop.example.com) is DOWN",
        "UP alert: Checkout (shop.example.com) is UP",
    ),
    // CloudWatch
    (
        "ALARM: \"Checkout is slow\" in EU (Ireland)",
        "OK: \"Checkout is slow\" in EU (Ireland)",
    ),
    // As they are handed on
    (
        "[FIRING] Disk full on db1",
        "Re: [RESOLVED] Disk full on db1",
    ),
    (
        "[prod] [FIRING] Disk full on db1",
        "Fwd: [prod] [RESOLVED] Disk full on db1",
    ),
    ("Disk full on db1", "RESOLVED Disk full on db1"),
];

#[test]
fn the_mail_that_ends_an_alert_is_known_by_the_same_words() {
    for (fires, over) in PAIRS {
        let (begun, ended) = (read(fires), read(over));
        assert_eq!(begun.says, Says::Firing, "{fires}");
        assert_eq!(ended.says, Says::Over, "{over}");
        assert_eq!(begun.about, ended.about, "{fires} / {over}");
    }
}

#[test]
fn what_is_about_something_else_is_known_by_other_words() {
    let about: Vec<String> = [
        "[prod] [RESOLVED] Disk full on db1",
        "[prod] [RESOLVED] Disk full on db2",
        "[test] [RESOLVED] Disk full on db1",
        "[db1] [✅ Up] 200 - OK",
        "[db2] [✅ Up] 200 - OK",
        "[Recovered on {host:web1}] Disk full",
        "[Recovered on {host:web2}] Disk full",
    ]
    .iter()
    .map(|subject| read(subject).about)
    .collect();
    let mut different = about.clone();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), about.len(), "{about:?}");
}

#[test]
fn what_only_sounds_like_an_end_is_none() {
    for subject in [
        "Recovered files missing",
        "Re: Recovered files missing",
        "Recovered files: 3 are missing",
        "RECOVERED FILES MISSING",
        "Recovery test failed: db1",
        "Resolved tickets report: not sent",
        "Not resolved: Disk full on db1",
        "[Not recovered] Disk full on db1",
        "Disk not OK on db1",
        "OK to deploy?",
        "Up to date check failed",
        "Up for review: the plan",
        "Closed account cannot pay",
        "[FIRING:2, RESOLVED:1] High latency",
        "[RESOLVED:1, FIRING:2] High latency",
        "Backup is OK but slow: db1",
        "PROBLEM: Recovered: no",
        "",
        "[",
        "::",
    ] {
        assert_eq!(read(subject).says, Says::Firing, "{subject}");
    }
}

#[test]
fn a_subject_says_how_bad_it_is() {
    assert_eq!(read("WARNING: load").severity, Severity::Warning);
    assert_eq!(
        read("** PROBLEM Service Alert: db1/Disk is CRITICAL **").severity,
        Severity::Critical
    );
    assert_eq!(read("Alert").about, "alert");
}
