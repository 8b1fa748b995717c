//! In which order somebody's methods are tried.

use eider_domain::contact::{Kind, Method, Plan, PlanError, Quiet, Reach, Step, Try, Urgency};
use jiff::{SignedDuration, Timestamp, civil::time, tz::TimeZone};
use proptest::prelude::*;

use crate::{id, instant, method};

const NOW: &str = "2026-03-02T03:00:00Z";

fn reach<'a>(plan: &'a Plan, methods: &'a [Method], zone: &'a TimeZone) -> Reach<'a> {
    Reach {
        plan,
        methods,
        account_email: Some("account@example.com"),
        zone,
        offered: &Kind::ALL,
    }
}

fn tries(plan: &Plan, methods: &[Method], urgency: Urgency) -> Vec<(i64, String)> {
    let now = instant(NOW);
    let found = reach(plan, methods, &TimeZone::UTC).tries(urgency, now);
    let told = |planned: Try| {
        let after_seconds = planned.at.as_second() - now.as_second();
        (after_seconds, planned.way.address)
    };
    found.into_iter().map(told).collect()
}

fn step(number: u128, after_seconds: i64) -> Step {
    Step {
        after_seconds,
        method: id(number),
    }
}

fn three() -> Vec<Method> {
    vec![
        method(1, Kind::Sms, "+447700900123"),
        method(2, Kind::Email, "ada@example.com"),
        method(3, Kind::Voice, "+447700900123"),
    ]
}

#[test]
fn what_was_set_holds_in_its_order() {
    let plan = Plan {
        high: vec![step(3, 120), step(1, 0)],
        low: vec![step(2, 60)],
        quiet: None,
    };
    let plan = plan.checked(&three()).unwrap();
    let number = "+447700900123".to_owned();
    assert_eq!(
        tries(&plan, &three(), Urgency::High),
        [(0, number.clone()), (120, number)]
    );
    assert_eq!(
        tries(&plan, &three(), Urgency::Low),
        [(60, "ada@example.com".to_owned())]
    );
}

#[test]
fn where_nothing_is_set_everything_is_tried_at_once_and_what_can_wait_comes_by_email() {
    let plan = Plan::default();
    assert_eq!(tries(&plan, &three(), Urgency::High).len(), 3);
    assert!(
        tries(&plan, &three(), Urgency::High)
            .iter()
            .all(|(after, _)| *after == 0)
    );
    assert_eq!(
        tries(&plan, &three(), Urgency::Low),
        [(0, "ada@example.com".to_owned())]
    );
}

#[test]
fn what_is_not_verified_is_not_used_and_the_account_counts_when_nothing_else_is_there() {
    let mut methods = three();
    for method in &mut methods {
        method.verified_at = None;
    }
    let plan = Plan {
        high: vec![step(1, 0)],
        ..Plan::default()
    };
    let account = [(0, "account@example.com".to_owned())];
    for urgency in Urgency::ALL {
        assert_eq!(tries(&plan, &methods, urgency), account);
    }
    methods[0].verified_at = Some(instant(NOW));
    assert_eq!(
        tries(&plan, &methods, Urgency::High),
        [(0, "+447700900123".to_owned())]
    );
    assert_eq!(tries(&plan, &methods, Urgency::Low), account);
}

#[test]
fn slack_that_comes_by_itself_replaces_nothing_until_it_is_chosen() {
    let slack = method(9, Kind::Slack, "T1/U1");
    let (alone, account) = (
        (0, "T1/U1".to_owned()),
        (0, "account@example.com".to_owned()),
    );
    let plan = Plan::default();
    let only = [slack.clone()];
    assert_eq!(
        tries(&plan, &only, Urgency::High),
        [alone.clone(), account.clone()]
    );
    assert_eq!(tries(&plan, &only, Urgency::Low), [account]);
    let chosen = Plan {
        high: vec![step(9, 0)],
        ..Plan::default()
    };
    assert_eq!(tries(&chosen, &only, Urgency::High), [alone]);
    let mut all = three();
    all.push(slack);
    assert_eq!(tries(&plan, &all, Urgency::High).len(), 4);
}

#[test]
fn what_this_desk_cannot_send_is_passed_over() {
    let (plan, methods) = (Plan::default(), three());
    let zone = TimeZone::UTC;
    let mut reach = reach(&plan, &methods, &zone);
    reach.offered = &[Kind::Voice];
    let now = instant(NOW);
    for urgency in Urgency::ALL {
        let found = reach.tries(urgency, now);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].way.kind, Kind::Voice);
    }
    reach.offered = &[];
    assert_eq!(reach.tries(Urgency::High, now), []);
}

#[test]
fn what_can_wait_waits_for_the_end_of_the_quiet_time_and_what_is_urgent_does_not() {
    let plan = Plan {
        quiet: Some(Quiet {
            from: time(22, 0, 0, 0),
            until: time(7, 0, 0, 0),
        }),
        ..Plan::default()
    };
    let london = TimeZone::get("Europe/London").unwrap();
    let methods = three();
    let first =
        |urgency, at: &str| reach(&plan, &methods, &london).tries(urgency, instant(at))[0].at;
    // Summer time begins that night: seven o'clock is six in UTC.
    assert_eq!(
        first(Urgency::Low, "2026-03-28T23:00:00Z"),
        instant("2026-03-29T06:00:00Z")
    );
    assert_eq!(
        first(Urgency::Low, "2026-03-29T05:59:59Z"),
        instant("2026-03-29T06:00:00Z")
    );
    for at in ["2026-03-29T06:00:00Z", "2026-03-28T21:59:59Z"] {
        assert_eq!(first(Urgency::Low, at), instant(at));
    }
    let at = "2026-03-28T23:00:00Z";
    assert_eq!(first(Urgency::High, at), instant(at));
}

#[test]
fn a_quiet_time_within_one_day_ends_on_it() {
    let quiet = Quiet {
        from: time(12, 0, 0, 0),
        until: time(14, 30, 0, 0),
    };
    let until = |at: &str| quiet.holds_until(instant(at), &TimeZone::UTC);
    assert_eq!(
        until("2026-03-02T13:00:00Z"),
        Some(instant("2026-03-02T14:30:00Z"))
    );
    assert_eq!(until("2026-03-02T11:59:59Z"), None);
    assert_eq!(until("2026-03-02T14:30:00Z"), None);
}

#[test]
fn a_plan_that_cannot_be_followed_is_refused() {
    let refused = |high: Vec<Step>, quiet| {
        let plan = Plan {
            high,
            low: Vec::new(),
            quiet,
        };
        plan.checked(&three()).unwrap_err()
    };
    assert_eq!(refused(vec![step(8, 0)], None), PlanError::UnknownMethod);
    assert_eq!(
        refused(vec![step(1, 0), step(1, 60)], None),
        PlanError::Twice
    );
    assert_eq!(refused(vec![step(1, 3_601)], None), PlanError::TooLate);
    assert_eq!(refused(vec![step(1, -1)], None), PlanError::TooLate);
    let seven = time(7, 0, 0, 0);
    let never = Quiet {
        from: seven,
        until: seven,
    };
    assert_eq!(refused(vec![], Some(never)), PlanError::NoTime);
}

proptest! {
    /// However it is set, somebody with an address or a verified method is reached, never before
    /// the time, and never where they have not proved that it is theirs.
    #[test]
    fn somebody_is_always_reached_and_only_where_it_is_theirs(
        verified in proptest::collection::vec(any::<bool>(), 3),
        high in proptest::collection::vec((1_u128..6, 0_i64..3_600), 0..5),
        low in proptest::collection::vec((1_u128..6, 0_i64..3_600), 0..5),
        from_hour in 0_i8..24, until_hour in 0_i8..24,
        seconds in 0_i64..100_000_000,
    ) {
        let mut methods = three();
        for (method, is_verified) in methods.iter_mut().zip(&verified) {
            method.verified_at = method.verified_at.filter(|_| *is_verified);
        }
        let steps = |some: &[(u128, i64)]| some.iter().map(|(n, after)| step(*n, *after)).collect();
        let quiet = Quiet {
            from: time(from_hour, 30, 0, 0),
            until: time(until_hour, 0, 0, 0),
        };
        let plan = Plan { high: steps(&high), low: steps(&low), quiet: Some(quiet) };
        let zone = TimeZone::get("Europe/London").unwrap();
        let at = Timestamp::from_second(1_770_000_000 + seconds).unwrap();
        for urgency in Urgency::ALL {
            let found = reach(&plan, &methods, &zone).tries(urgency, at);
            prop_assert!(!found.is_empty());
            for planned in &found {
                prop_assert!(planned.at >= at);
                let latest = match urgency {
                    Urgency::High => SignedDuration::from_hours(1),
                    // The quiet time lasts a day at most, an hour longer when clocks go back.
                    Urgency::Low => SignedDuration::from_hours(26),
                };
                prop_assert!(planned.at <= at + latest);
                if let Some(id) = planned.way.method {
                    let method = methods.iter().find(|method| method.id == id).unwrap();
                    prop_assert!(method.verified_at.is_some());
                }
            }
        }
    }
}
