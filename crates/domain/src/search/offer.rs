//! Whether a known issue shares enough with a question to be offered while that is written.

/// A word that stands in more than this part of all tickets says nothing of what one is about.
const COMMON_PART: f64 = 0.1;
/// One that stands in less than this part says as much as two others.
const RARE_PART: f64 = 0.01;
/// At a desk of so few tickets every word is rare, and a few more make no difference.
const SMALL_DESK_TICKETS: f64 = 100.0;
/// So many tickets more are thought of, so that the first few do not make a word common.
const FIRST_TICKETS: f64 = 10.0;
/// What has to be shared.
const NEEDED: u32 = 2;

/// A word that a question and a known issue have in common.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SharedWord {
    /// In how many tickets it stands.
    pub tickets: f64,
    /// Whether it stands in the title, which is what people see of a known issue.
    pub in_title: bool,
}

/// Whether a known issue that shares these words is offered, at a desk of so many tickets: two words
/// that tell something, or a rare one; of the feature that was chosen, one word of its title. A
/// long question shares a word or two with everything, so one has to stand in the title.
pub fn is_offered(shared: &[SharedWord], desk_tickets: f64, is_same_feature: bool) -> bool {
    let told: u32 = shared
        .iter()
        .map(|word| tells(word.tickets, desk_tickets))
        .sum();
    shared.iter().any(|word| word.in_title) && (is_same_feature || told >= NEEDED)
}

fn tells(tickets: f64, desk_tickets: f64) -> u32 {
    let part = tickets / (desk_tickets + FIRST_TICKETS);
    if part > COMMON_PART {
        0
    } else if part < RARE_PART && desk_tickets >= SMALL_DESK_TICKETS {
        2
    } else {
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TICKETS: f64 = 1_000.0;

    fn word(tickets: f64) -> SharedWord {
        SharedWord {
            tickets,
            in_title: true,
        }
    }

    #[test]
    fn two_words_that_tell_something_or_a_rare_one_are_enough() {
        let (common, usual, rare) = (word(300.0), word(40.0), word(3.0));
        for (shared, is_enough) in [
            (vec![], false),
            (vec![common], false),
            (vec![common, common, common], false),
            (vec![usual], false),
            (vec![usual, common], false),
            (vec![usual, usual], true),
            (vec![rare], true),
            (vec![word(0.0)], true),
        ] {
            assert_eq!(is_offered(&shared, TICKETS, false), is_enough, "{shared:?}");
        }
    }

    #[test]
    fn of_the_same_feature_one_word_of_the_title_is_enough() {
        let below = SharedWord {
            in_title: false,
            ..word(3.0)
        };
        assert!(is_offered(&[word(300.0)], TICKETS, true));
        assert!(!is_offered(&[below], TICKETS, true));
        assert!(!is_offered(&[below, below], TICKETS, false));
        assert!(!is_offered(&[], TICKETS, true));
    }

    #[test]
    fn at_a_small_desk_no_word_is_rare_and_few_are_common() {
        assert!(!is_offered(&[word(0.0)], 20.0, false));
        assert!(is_offered(&[word(0.0), word(1.0)], 1.0, false));
        assert!(!is_offered(&[word(0.0), word(6.0)], 12.0, false));
    }
}
