//! Which stretches of a week stand together in a month: a rota of office hours has five short ones
//! of one person, of which none has room for a name.

use eider_domain::rota::Span;
use jiff::{SignedDuration, tz::TimeZone};

use super::{calendar::is_changed, words};

/// Stretches of at least a day are seen by themselves.
const SHORT: SignedDuration = SignedDuration::from_hours(24);

/// The stretches, those of one person on days in a row together.
pub(super) fn runs<'a, 'b>(spans: &'b [&'a Span]) -> impl Iterator<Item = &'b [&'a Span]> {
    spans.chunk_by(|one, next| belong_together(one, next))
}

/// From when until when they are, and how many.
pub(super) fn times(run: &[&Span], zone: &TimeZone) -> String {
    match run {
        [] => String::new(),
        [only] => words::span(only.from, only.until, zone),
        [first, .., last] => {
            let times = words::span(first.from, last.until, zone);
            format!("{} times from {times}", run.len())
        }
    }
}

fn belong_together(one: &Span, next: &Span) -> bool {
    let is_plain = |span: &Span| {
        !span.is_gap() && !is_changed(span) && span.until.duration_since(span.from) < SHORT
    };
    let apart = next.from.duration_since(one.until);
    let people = |span: &Span| -> Vec<_> { span.holders.iter().map(|one| one.person).collect() };
    is_plain(one)
        && is_plain(next)
        && apart > SignedDuration::ZERO
        && apart < SHORT
        && people(one) == people(next)
}

#[cfg(test)]
mod tests {
    use eider_domain::{
        PersonId,
        rota::{Holding, Reason},
    };
    use jiff::{Timestamp, ToSpan as _};

    use super::*;

    fn span(person: PersonId, from_hours: i64, until_hours: i64) -> Span {
        let at = |hours: i64| Timestamp::UNIX_EPOCH + hours.hours();
        Span {
            from: at(from_hours),
            until: at(until_hours),
            holders: vec![Holding {
                person,
                reason: Reason::Rota,
                instead_of: None,
                turn: None,
            }],
            missing: Vec::new(),
        }
    }

    #[test]
    fn days_of_one_person_in_a_row_stand_together() {
        let person = |last: u8| format!("00000000-0000-7000-8000-00000000000{last}");
        let [ada, ben] = [1, 2].map(|last| person(last).parse().unwrap());
        let spans = [
            span(ada, 9, 17),
            span(ada, 33, 41),
            // A day is left out, and then it is somebody else.
            span(ada, 81, 89),
            span(ben, 105, 113),
            // Without a break between them they are two turns.
            span(ben, 113, 120),
        ];
        let spans: Vec<&Span> = spans.iter().collect();
        let lengths: Vec<usize> = runs(&spans).map(<[&Span]>::len).collect();
        assert_eq!(lengths, [2, 1, 1, 1]);
        let together = runs(&spans).next().unwrap_or_default();
        assert_eq!(
            times(together, &TimeZone::UTC),
            "2 times from Thu 1 Jan 09:00 to Fri 2 Jan 17:00"
        );
    }
}
