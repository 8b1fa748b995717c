//! Which tickets there will be: when, about what, how urgent, and how far they get.

use eider_domain::priority::{Goals, Rank, ServiceLevels};
use jiff::{SignedDuration, Timestamp, ToSpan as _, Zoned, civil::Weekday, tz::TimeZone};

use super::{
    company::{Company, DAYS, ZONE, start_of_day},
    dice::Dice,
    words::Words,
};

/// One ticket to be.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) opened_at: Timestamp,
    /// The story is told no further than this.
    pub(super) until: Timestamp,
    /// The place of its problem among the words.
    pub(super) problem: usize,
    pub(super) rank: Rank,
    pub(super) stage: Stage,
    /// The place of the plan that it repeats.
    pub(super) duplicate_of: Option<usize>,
    /// What its story is thrown with, so that no story depends on another.
    pub(super) seed: u64,
}

/// How far a ticket gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Its whole life, as far as time allows.
    WholeLife,
    /// It is found to be the same as another one.
    Merged,
    /// Nobody has looked yet.
    Unseen,
    /// Somebody has seen it, and nobody has it.
    SeenUnowned,
    /// Somebody has it.
    Taken,
    /// The administrator of the story has it.
    TakenByAdministrator,
    /// Somebody works on it.
    InProgress,
    /// The reporter is asked.
    Waiting,
    /// It was resolved a moment ago.
    Resolved,
    /// It was resolved, and came back.
    Reopened,
}

/// Tickets of the present: how urgent, how far, and how much of the time to resolve has gone, in
/// hundredths.
const PRESENT: [(Rank, Stage, i64, &str); 20] = [
    (Rank::P1, Stage::InProgress, 86, "Delivery slots"),
    (Rank::P1, Stage::Unseen, 13, "Sign-in"),
    (Rank::P2, Stage::InProgress, 122, "Customer care desk"),
    (Rank::P2, Stage::Taken, 84, "Stock counts"),
    (Rank::P2, Stage::Unseen, 14, "Basket"),
    (Rank::P2, Stage::SeenUnowned, 55, "Order tracking"),
    (Rank::P2, Stage::Waiting, 60, "Card payments"),
    (Rank::P2, Stage::TakenByAdministrator, 35, "Search"),
    (Rank::P2, Stage::Resolved, 70, "Finance reports"),
    (Rank::P3, Stage::Unseen, 6, "Loyalty points"),
    (Rank::P3, Stage::Unseen, 29, "Gift vouchers"),
    (Rank::P3, Stage::Unseen, 11, "Delivery slots"),
    (Rank::P3, Stage::Waiting, 45, "Refunds"),
    (Rank::P3, Stage::Reopened, 80, "Driver app"),
    (Rank::P3, Stage::InProgress, 91, "Checkout"),
    (Rank::P3, Stage::InProgress, 109, "Loyalty points"),
    (Rank::P3, Stage::TakenByAdministrator, 52, "Basket"),
    (Rank::P3, Stage::Taken, 30, "Sign-in"),
    (Rank::P3, Stage::Resolved, 40, "Loyalty points"),
    (Rank::P3, Stage::SeenUnowned, 20, "Refunds"),
];

/// Tickets on an ordinary weekday and on a day of the weekend.
const WEEKDAY_TICKETS: f64 = 7.6;
const FREE_DAY_TICKETS: f64 = 2.4;
/// How many tickets come in each hour of the day, compared with the others.
const HOURS: [f64; 24] = [
    0.2, 0.1, 0.1, 0.1, 0.1, 0.2, 0.6, 1.5, 4.0, 8.0, 9.0, 8.5, 7.0, 6.5, 7.5, 7.0, 6.0, 4.5, 2.5,
    1.6, 1.2, 0.9, 0.6, 0.4,
];

/// Every ticket, the oldest first.
pub(super) fn make(
    dice: &mut Dice,
    company: &Company,
    words: &Words,
    levels: &ServiceLevels,
    now: Timestamp,
) -> Vec<Plan> {
    let zone = TimeZone::get(ZONE).unwrap_or(TimeZone::UTC);
    let today = start_of_day(now);
    let mut plans = Vec::with_capacity(1300);
    for days_ago in (1..=DAYS).rev() {
        let day = today.to_zoned(zone.clone()).saturating_sub(days_ago.days());
        for _ in 0..tickets_on(dice, company, &day) {
            let plan = of_day(dice, company, words, &day, today);
            plans.push(plan);
        }
    }
    plans.sort_by_key(|plan| plan.opened_at);
    let mut plans = with_duplicates(dice, plans, today);
    for (rank, stage, hundredths, feature) in PRESENT {
        let goals = levels.of(rank);
        let plan = Plan {
            opened_at: opened_before(&goals, now, hundredths),
            until: now,
            problem: problem_of(dice, words, feature, Some(rank)),
            rank,
            stage,
            duplicate_of: None,
            seed: dice.seed(),
        };
        plans.push(plan);
    }
    sorted(plans)
}

fn tickets_on(dice: &mut Dice, company: &Company, day: &Zoned) -> i64 {
    let calendar = &company.calendar.calendar;
    let is_free = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
        || calendar.holiday_on(day.date()).is_some();
    let mean = if is_free {
        FREE_DAY_TICKETS
    } else if day.weekday() == Weekday::Monday {
        WEEKDAY_TICKETS * 1.25
    } else {
        WEEKDAY_TICKETS
    };
    // Rounding up and down by chance keeps the mean.
    dice.around(mean, 0.25).round() as i64
}

fn of_day(
    dice: &mut Dice,
    company: &Company,
    words: &Words,
    day: &Zoned,
    today: Timestamp,
) -> Plan {
    let hour = dice.weighted(HOURS.iter().copied());
    let hour = i64::try_from(hour).unwrap_or_default();
    let seconds = hour * 3600 + dice.between(0, 3599);
    let opened_at = day.timestamp() + SignedDuration::from_secs(seconds);
    let weights = company.features.iter().map(|weighted| weighted.weight);
    let feature = &company.features[dice.weighted(weights)].feature.name;
    let problem = problem_of(dice, words, feature, None);
    let usual = words.problems[problem].rank();
    let mut rank = match (usual, dice.between(0, 99)) {
        (Rank::P1, 0..=54) => Rank::P1,
        (Rank::P1, _) | (Rank::P2, 0..=69) | (_, 0..=6) => Rank::P2,
        _ => Rank::P3,
    };
    // What is critical at midnight is not left alone until somebody starts the demo.
    if rank == Rank::P1 && today.duration_since(opened_at) < SignedDuration::from_hours(10) {
        rank = Rank::P2;
    }
    Plan {
        opened_at,
        until: today,
        problem,
        rank,
        stage: Stage::WholeLife,
        duplicate_of: None,
        seed: dice.seed(),
    }
}

/// A problem of that feature; one that usually has that priority, where there is one.
fn problem_of(dice: &mut Dice, words: &Words, feature: &str, rank: Option<Rank>) -> usize {
    let of_feature: Vec<usize> = (0..words.problems.len())
        .filter(|index| words.problems[*index].feature == feature)
        .collect();
    let fitting: Vec<usize> = of_feature
        .iter()
        .copied()
        .filter(|index| rank.is_none_or(|rank| words.problems[*index].rank() == rank))
        .collect();
    let choices = if fitting.is_empty() {
        of_feature
    } else {
        fitting
    };
    if choices.is_empty() {
        return 0;
    }
    *dice.pick(&choices)
}

/// What is critical is often reported more than once.
fn with_duplicates(dice: &mut Dice, mut plans: Vec<Plan>, today: Timestamp) -> Vec<Plan> {
    for index in 0..plans.len() {
        let original = plans[index].clone();
        let often = if original.rank == Rank::P1 {
            0.45
        } else {
            0.012
        };
        if !dice.chance(often) {
            continue;
        }
        for _ in 0..dice.between(1, 2) {
            let later = SignedDuration::from_secs(dice.between(240, 1500));
            let opened_at = original.opened_at + later;
            if opened_at + SignedDuration::from_hours(1) < today {
                plans.push(Plan {
                    opened_at,
                    stage: Stage::Merged,
                    duplicate_of: Some(index),
                    seed: dice.seed(),
                    ..original.clone()
                });
            }
        }
    }
    plans
}

/// The plans by time, with what repeats what still right.
fn sorted(plans: Vec<Plan>) -> Vec<Plan> {
    let mut order: Vec<usize> = (0..plans.len()).collect();
    order.sort_by_key(|index| plans[*index].opened_at);
    let mut place = vec![0; plans.len()];
    for (new, old) in order.iter().enumerate() {
        place[*old] = new;
    }
    order
        .into_iter()
        .map(|index| {
            let mut plan = plans[index].clone();
            plan.duplicate_of = plan.duplicate_of.map(|original| place[original]);
            plan
        })
        .collect()
}

/// When something must have been asked, for that many hundredths of its time to resolve to have
/// gone at `now`.
fn opened_before(goals: &Goals<'_>, now: Timestamp, hundredths: i64) -> Timestamp {
    let target = goals.resolve.target.seconds();
    let wanted = target * hundredths / 100;
    let (mut early, mut late) = (now.as_second() - 40 * 86_400, now.as_second());
    while late - early > 1 {
        let middle = early + (late - early) / 2;
        let Ok(at) = Timestamp::from_second(middle) else {
            break;
        };
        if goals.resolve.hours.working_seconds_between(at, now) >= wanted {
            early = middle;
        } else {
            late = middle;
        }
    }
    Timestamp::from_second(early).unwrap_or(now)
}
