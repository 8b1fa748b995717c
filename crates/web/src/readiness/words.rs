//! Whether somebody is ready, in words.

use eider_app::readiness::Upcoming;
use jiff::Timestamp;

/// Of somebody whom nothing reaches: "Ada Lovelace has no verified way to be reached".
pub(crate) const OUT_OF_REACH: &str = "has no verified way to be reached";

/// How it stands with whoever is on call next, as others see it: "has said that they are ready".
pub(crate) fn stands(one: &Upcoming) -> &'static str {
    match (one.reachable.is_out_of_reach(), one.ready_at, one.asked_at) {
        (true, ..) => OUT_OF_REACH,
        (false, Some(_), _) => "is ready",
        (false, None, Some(_)) => "was asked, and has not said yet whether they are ready",
        (false, None, None) => "will be asked whether they are ready",
    }
}

/// What is to be seen to before a shift, for whoever it is.
pub(super) fn open_points(one: &Upcoming, now: Timestamp) -> Vec<&'static str> {
    let mut open = Vec::new();
    if one.reachable.is_out_of_reach() {
        open.push(
            "No way to reach you is verified. At most the e-mail of your account is left, which wakes \
             nobody.",
        );
    } else if one.reachable.wants_ways() {
        open.push("Only one verified way reaches you when it is urgent. Add a second.");
    }
    if one.reachable.wants_test(now) {
        open.push("Nothing is known to have reached you in the last 30 days.");
    }
    open
}
