//! What a clock on the wall shows, as an instant: the one place where daylight saving time is
//! decided. What begins at a time that comes twice begins at the first, what ends at it ends at the
//! last, so that people overlap rather than leave a hole.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

/// The instant at which something begins that begins at this time on the wall.
pub fn begins(zone: &TimeZone, civil: DateTime) -> Option<Timestamp> {
    instant_of(zone, civil, Occurrence::First)
}

/// The instant at which something ends that ends at this time on the wall.
pub fn ends(zone: &TimeZone, civil: DateTime) -> Option<Timestamp> {
    instant_of(zone, civil, Occurrence::Last)
}

/// Which of two instants is meant when a clock on the wall shows the same time twice.
#[derive(Clone, Copy)]
pub(crate) enum Occurrence {
    /// The earlier: where something begins.
    First,
    /// The later: where something ends.
    Last,
}

/// The instant at which clocks in this zone show `civil`. A time that is skipped is the instant of
/// the skip: the first at which the clock shows that time or a later one.
pub(crate) fn instant_of(
    zone: &TimeZone,
    civil: DateTime,
    occurrence: Occurrence,
) -> Option<Timestamp> {
    let offset = match zone.to_ambiguous_timestamp(civil).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset,
        AmbiguousOffset::Fold { before, after } => match occurrence {
            Occurrence::First => before,
            Occurrence::Last => after,
        },
        AmbiguousOffset::Gap { before, after } => return skip_instant(zone, civil, before, after),
    };
    offset.to_timestamp(civil).ok()
}

fn skip_instant(
    zone: &TimeZone,
    civil: DateTime,
    before: Offset,
    after: Offset,
) -> Option<Timestamp> {
    // Read with the offset that is yet to come, a skipped time lies before the skip.
    let earlier = after.to_timestamp(civil).ok()?;
    let skip = zone
        .following(earlier)
        .take(4)
        .find(|change| change.offset() == after);
    match skip {
        Some(change) => Some(change.timestamp()),
        None => before.to_timestamp(civil).ok(),
    }
}
