//! People who are called: some answer, some late, some never, some twice.

use eider_domain::PersonId;
use jiff::SignedDuration;

use crate::{
    chance::Chance,
    company::Company,
    deed::Want,
    fault::{Fault, Rates},
};

/// What somebody does about a message, and how long after.
pub(crate) type Reaction = (SignedDuration, Want);

/// What somebody does about a message while faults happen.
pub(crate) fn reactions(
    chance: &mut Chance,
    rates: &Rates,
    company: &Company,
    person: PersonId,
    faults: &mut Vec<Fault>,
) -> Vec<Reaction> {
    if chance.in_thousand(rates.no_answer) {
        faults.push(Fault::NoAnswer);
        return Vec::new();
    }
    let after = if chance.in_thousand(rates.answer_late) {
        faults.push(Fault::AnsweredLate);
        chance.seconds(1_200, 5 * 3_600)
    } else {
        chance.mostly_short(2_000, 600_000)
    };
    let want = want(chance, company, person);
    let mut reactions = vec![(after, want)];
    if chance.in_thousand(rates.answer_twice) {
        faults.push(Fault::AnsweredTwice);
        let again = after.saturating_add(chance.mostly_short(0, 5_000));
        reactions.push((again, want));
    }
    reactions
}

/// What somebody does once faults have stopped, if people answer then.
pub(crate) fn prompt(chance: &mut Chance) -> Reaction {
    (chance.seconds(1, 50), Want::Acknowledge)
}

fn want(chance: &mut Chance, company: &Company, person: PersonId) -> Want {
    match chance.below(100) {
        0..68 => Want::Acknowledge,
        68..75 => Want::Decline,
        75..81 => Want::Escalate,
        81..86 => Want::CallBuddy,
        86..91 => Want::NotNow,
        91..95 => {
            let others: Vec<PersonId> = company
                .workers
                .iter()
                .map(|worker| worker.person)
                .filter(|other| *other != person)
                .collect();
            Want::HandOver(*chance.pick(&others))
        }
        _ => Want::Resolve,
    }
}
