//! How a story begins: somebody asks.

use eider_domain::{
    TicketNumber,
    feature::Feature,
    person::{Person, Role},
    priority::{Rank, ServiceLevels},
    ticket::{NewTicket, Noticed, Report, Ticket, Tried},
};
use jiff::SignedDuration;

use super::{Story, Told};
use crate::demo::{
    company::Company,
    dice::Dice,
    plan::Plan,
    words::{Gaps, Problem, Words},
};

/// The ticket of `plan` as it is asked.
pub(super) fn begin<'a>(
    dice: &'a mut Dice,
    company: &'a Company,
    words: &'a Words,
    levels: &'a ServiceLevels,
    plan: &'a Plan,
    number: TicketNumber,
) -> Story<'a> {
    let problem = &words.problems[plan.problem];
    let gaps = words.gaps(dice, plan.opened_at);
    let reporter = reporter(dice, company);
    let feature = company
        .features
        .iter()
        .map(|weighted| &weighted.feature)
        .find(|feature| feature.name == problem.feature);
    // Not everybody knows what a thing is called.
    let filed = feature.filter(|_| dice.chance(0.96));
    let title = dice.pick(&problem.titles).clone();
    let new = NewTicket {
        id: dice.id(plan.opened_at),
        number,
        title: gaps.fill(&title),
        report: report(dice, plan, problem, feature, &gaps),
        priority: plan.rank,
        feature: filed.map(|feature| feature.id),
        squad: filed.and_then(|feature| feature.squad),
        reporter: reporter.id,
    };
    let (ticket, opened) = Ticket::open(new, plan.opened_at);
    Story {
        dice,
        company,
        words,
        levels,
        plan,
        problem,
        gaps,
        reporter,
        at: plan.opened_at,
        told: Told {
            #[cfg(test)]
            stage: plan.stage,
            ticket,
            facts: vec![opened],
            applied: 1,
            messages: Vec::new(),
            files: Vec::new(),
            wash_up: None,
            actions: Vec::new(),
        },
    }
}

/// Mostly a reporter; now and then somebody who works on tickets finds something.
fn reporter<'a>(dice: &mut Dice, company: &'a Company) -> &'a Person {
    let role = match dice.between(0, 99) {
        0..=87 => Role::Reporter,
        88..=97 => Role::Responder,
        _ => Role::Lead,
    };
    let people: Vec<&Person> = company.with_role(role);
    let chosen: &&Person = dice.pick(&people);
    chosen
}

fn report(
    dice: &mut Dice,
    plan: &Plan,
    problem: &Problem,
    feature: Option<&Feature>,
    gaps: &Gaps,
) -> Report {
    let optional = |text: &Option<String>| text.as_deref().map(|text| gaps.fill(text));
    let is_urgent = plan.rank == Rank::P1;
    let noticed = match dice.between(0, 99) {
        _ if is_urgent && dice.chance(0.3) => Noticed::Monitor,
        0..=57 => Noticed::CustomerCall,
        58..=65 => Noticed::SocialMedia,
        66..=83 => Noticed::Colleague,
        _ => Noticed::Myself,
    };
    let people_affected = if is_urgent {
        Some(dice.around(900.0, 0.8) as i64 / 10 * 10)
    } else if dice.chance(0.4) {
        Some(dice.around(4.0, 1.0).ceil() as i64)
    } else {
        None
    };
    let since = dice.chance(0.6).then(|| {
        let minutes = dice.around(if is_urgent { 12.0 } else { 300.0 }, 0.8) as i64;
        let before = SignedDuration::from_mins(minutes.min(3 * 24 * 60));
        if problem.what.contains("{time}") {
            gaps.began_at
        } else {
            plan.opened_at - before
        }
    });
    Report {
        what: gaps.fill(&problem.what),
        expected: optional(&problem.expected),
        word: problem.word.clone(),
        tried: feature.map_or_else(Vec::new, |feature| tried(dice, feature)),
        network: dice.chance(0.35).then(|| gaps.fill("{network}")),
        noticed: Some(noticed),
        people_affected,
        since,
        steps: optional(&problem.steps),
        links: Vec::new(),
    }
}

/// Where the reporter has tried; somewhere it does not work.
fn tried(dice: &mut Dice, feature: &Feature) -> Vec<Tried> {
    let mut tried = Vec::new();
    for platform in &feature.platforms {
        if tried.is_empty() || dice.chance(0.55) {
            let works = !tried.is_empty() && dice.chance(0.4);
            tried.push(Tried {
                platform: *platform,
                works,
            });
        }
    }
    tried
}
