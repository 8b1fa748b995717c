//! Whom targets mean, which plan holds, and what is worth waking for.

use eider_domain::{
    AbsenceId, PolicyId,
    escalation::{
        Company, Happening, Paging, PagingRules, Plan, PlanError, Policy, Target, Waking,
    },
    priority::Rank,
    rota::{Absence, Duty},
    sla::{Calendar, Hours},
};
use uuid::Uuid;

use crate::{ADA, BEN, LIN, NIGHT, PAYMENTS, ROOT, World, at, duty, level, rota};

#[test]
fn a_duty_that_nobody_holds_in_the_squad_is_the_companys() {
    let mut world = World::new();
    world.rotas.push(rota(23, Duty::Primary, None, &[LIN]));
    let primary = [duty(Duty::Primary)];
    let now = at(NIGHT);
    let reached = |world: &World| world.company().reached(&primary, Some(PAYMENTS), now);
    assert_eq!(reached(&world), [ADA]);
    assert_eq!(world.company().reached(&primary, None, now), [LIN]);
    world.rotas[0].retired = true;
    assert_eq!(reached(&world), [LIN]);
}

#[test]
fn each_is_called_once_and_nobody_who_is_away_or_gone() {
    let mut world = World::new();
    let targets = [
        duty(Duty::Primary),
        Target::Person { person: ADA },
        Target::Leads,
        Target::Administrators,
    ];
    let now = at(NIGHT);
    let reached = |world: &World| {
        let company = world.company();
        let people = company.reached(&targets, Some(PAYMENTS), now);
        for person in [ADA, LIN, ROOT] {
            let is_reached = company.reaches(person, &targets, Some(PAYMENTS), now);
            assert_eq!(is_reached, people.contains(&person));
        }
        people
    };
    assert_eq!(reached(&world), [ADA, LIN, ROOT]);
    world.absences.push(Absence {
        id: AbsenceId(Uuid::from_u128(5)),
        person: LIN,
        from: at("2026-03-01T00:00:00Z"),
        until: None,
    });
    world.members.retain(|member| member.person != ADA);
    assert_eq!(reached(&world), [ROOT]);
}

#[test]
fn a_squad_is_everybody_in_it_and_its_own_where_none_is_named() {
    let world = World::new();
    let now = at(NIGHT);
    let reached = |named, squad| {
        let targets = [Target::Squad { squad: named }];
        world.company().reached(&targets, squad, now)
    };
    assert_eq!(reached(None, Some(PAYMENTS)), reached(Some(PAYMENTS), None));
    assert!(reached(None, Some(PAYMENTS)).len() > 1);
    assert_eq!(reached(None, None), []);
}

#[test]
fn the_last_resort_is_never_nobody() {
    let mut world = World::new();
    let nobody = [Target::Rota {
        rota: Uuid::from_u128(77).into(),
    }];
    let now = at(NIGHT);
    let last = |world: &World| world.company().last_resort(&nobody, Some(PAYMENTS), now);
    assert_eq!(last(&world), [ROOT]);
    world.members.retain(|member| member.person != ROOT);
    assert_eq!(last(&world), [LIN]);
    world.members.retain(|member| member.person != LIN);
    assert_eq!(last(&world), [ADA, BEN]);
    let away = |person| Absence {
        id: AbsenceId(Uuid::from_u128(5)),
        person,
        from: at("2026-03-01T00:00:00Z"),
        until: None,
    };
    world.absences = vec![away(ADA), away(BEN)];
    assert_eq!(
        last(&world),
        [ADA, BEN],
        "somebody away is better than nobody"
    );
}

#[test]
fn a_plan_says_what_is_wrong_with_it() {
    let mut plan = Plan::usual();
    assert_eq!(plan.check(), Ok(()));
    plan.last_resort.clear();
    assert_eq!(plan.check(), Err(PlanError::NoLastResort));
    plan = Plan::usual();
    plan.levels[1] = level(&[], 5);
    assert_eq!(plan.check(), Err(PlanError::EmptyLevel(2)));
    plan.levels[1] = level(&[Target::Leads], 0);
    assert_eq!(plan.check(), Err(PlanError::AcknowledgeTime));
    plan.levels.clear();
    assert_eq!(plan.check(), Err(PlanError::NoLevel));
    for (rounds, ask_again_seconds, error) in [
        (0, 0, PlanError::Rounds),
        (10, 0, PlanError::Rounds),
        (1, 1, PlanError::AskAgain),
    ] {
        let plan = Plan {
            rounds,
            ask_again_seconds,
            ..Plan::usual()
        };
        assert_eq!(plan.check(), Err(error));
    }
}

#[test]
fn a_squad_does_as_the_company_unless_it_decided_otherwise() {
    let mut rules = PagingRules::default();
    let own = Some(PAYMENTS);
    assert_eq!(rules.waking(own, Rank::P1), Waking::Wake);
    assert_eq!(rules.waking(own, Rank::P2), Waking::Hold { calendar: None });
    assert_eq!(rules.waking(own, Rank::P3), Waking::Never);
    rules.company.waking.push((Rank::P2, Waking::Never));
    assert_eq!(rules.waking(own, Rank::P2), Waking::Never);
    let paging = Paging {
        policy: None,
        waking: vec![(Rank::P2, Waking::Wake)],
    };
    rules.squads.insert(PAYMENTS, paging);
    assert_eq!(rules.waking(own, Rank::P2), Waking::Wake);
    assert_eq!(rules.waking(None, Rank::P2), Waking::Never);
}

#[test]
fn as_soon_as_somebody_is_on_call_there_is_a_plan() {
    let world = World::new();
    let mut rules = PagingRules::default();
    assert_eq!(rules.plan(&[], &[], Some(PAYMENTS)), None);
    assert_eq!(rules.plan(&[], &world.rotas, None), None);
    let usual = rules.plan(&[], &world.rotas, Some(PAYMENTS));
    assert_eq!(usual, Some(Plan::usual()));
    let policy = Policy {
        id: PolicyId(Uuid::from_u128(31)),
        name: "Quick".into(),
        plan: world.plan.clone(),
        retired: false,
    };
    rules.company.policy = Some(policy.id);
    let chosen = rules.plan(std::slice::from_ref(&policy), &[], Some(PAYMENTS));
    assert_eq!(chosen, Some(world.plan));
}

#[test]
fn what_waits_waits_until_hours_start() {
    let hours: Hours = Calendar::mon_fri_nine_to_five("Europe/London")
        .unwrap()
        .into();
    let hold = Waking::Hold { calendar: None };
    let (night, day) = (at(NIGHT), at("2026-03-02T12:00:00Z"));
    let morning = at("2026-03-02T09:00:00Z");
    assert_eq!(hold.calls_at(&hours, night), Some(morning));
    assert_eq!(hold.calls_at(&hours, day), Some(day));
    assert_eq!(Waking::Wake.calls_at(&hours, night), Some(night));
    assert_eq!(Waking::Never.calls_at(&hours, day), None);
    let never: Hours = Calendar::new("Never", "Europe/London", Default::default(), Vec::new())
        .unwrap()
        .into();
    assert_eq!(
        hold.calls_at(&never, night),
        Some(night),
        "hours that never start hold nothing back"
    );
    assert_eq!(
        Happening::of(hold.calls_at(&hours, night), night),
        Happening::Held(morning)
    );
    assert_eq!(
        Happening::of(hold.calls_at(&hours, day), day),
        Happening::CallsNow
    );
}

#[test]
fn buddies_are_the_others_on_call() {
    let world = World::new();
    let company: Company<'_> = world.company();
    let now = at(NIGHT);
    assert_eq!(company.buddies(ADA, Some(PAYMENTS), now), [BEN]);
    assert_eq!(company.buddies(BEN, Some(PAYMENTS), now), [ADA]);
}
