//! In which order, and how soon, somebody's contact methods are tried.

use axum::{extract::State, response::Response};
use eider_app::contact::{self, MyContact};
use eider_domain::contact::{Method, Plan, Quiet, Step, Urgency, shown_address};
use jiff::civil::Time;
use maud::{Markup, html};

use super::{HOME, PLAN, again, shell, words};
use crate::{
    Result, Visitor, Web,
    answers::{Answers, Wrong},
    components::{
        actions::{self, Weight},
        choices::{self, Choice},
        forms::{self, Field, TextKind},
        layout, words as say,
    },
    outcome::Outcome,
};

/// After how many seconds a method may be tried, as the form offers it.
const DELAYS_SECONDS: [i64; 9] = [0, 60, 120, 180, 300, 600, 900, 1_800, 3_600];

pub(super) async fn page(State(web): State<Web>, visitor: Visitor) -> Result<Markup> {
    let contact = contact::my_contact(&web.eider, visitor.actor()).await?;
    let answers = answers_of(&contact.plan);
    Ok(render(&visitor, &contact, &answers, &Wrong::default()))
}

pub(super) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    answers: Answers,
) -> Result<Response> {
    let contact = contact::my_contact(&web.eider, visitor.actor()).await?;
    let wrong = match read(&contact, &answers) {
        Err(wrong) => wrong,
        Ok(plan) => match contact::save_plan(&web.eider, visitor.actor(), plan).await {
            Ok(_) => return Ok(Outcome::ContactPlanSaved.redirect(&web, HOME)),
            Err(error) => Wrong::of(error)?,
        },
    };
    Ok(again(render(&visitor, &contact, &answers, &wrong)))
}

fn read(contact: &MyContact, answers: &Answers) -> std::result::Result<Plan, Wrong> {
    let steps = |urgency| {
        let methods = contact.methods.iter();
        let chosen = methods.filter_map(|method| {
            let after_seconds = answers.text(&name_of(urgency, method)).parse().ok()?;
            Some(Step {
                after_seconds,
                method: method.id,
            })
        });
        chosen.collect()
    };
    Ok(Plan {
        high: steps(Urgency::High),
        low: steps(Urgency::Low),
        quiet: quiet(answers)?,
    })
}

fn quiet(answers: &Answers) -> std::result::Result<Option<Quiet>, Wrong> {
    let time = |name: &'static str| match answers.text(name).trim() {
        "" => Ok(None),
        text => text
            .parse::<Time>()
            .map(Some)
            .map_err(|_| Wrong::one(name, "Write a time of day like 22:00.")),
    };
    let both = "Write when the quiet time begins and when it ends, or leave both empty.";
    match (time("quiet_from")?, time("quiet_until")?) {
        (Some(from), Some(until)) => Ok(Some(Quiet { from, until })),
        (None, None) => Ok(None),
        (None, Some(_)) => Err(Wrong::one("quiet_from", both)),
        (Some(_), None) => Err(Wrong::one("quiet_until", both)),
    }
}

fn answers_of(plan: &Plan) -> Answers {
    let mut fields = Vec::new();
    for urgency in Urgency::ALL {
        let steps = plan.steps(urgency).iter();
        fields.extend(steps.map(|step| {
            let name = format!("{}_{}", urgency.as_str(), step.method);
            (name, step.after_seconds.to_string())
        }));
    }
    if let Some(quiet) = plan.quiet {
        let time = |time: Time| time.strftime("%H:%M").to_string();
        fields.push(("quiet_from".to_owned(), time(quiet.from)));
        fields.push(("quiet_until".to_owned(), time(quiet.until)));
    }
    Answers::of(fields)
}

fn render(visitor: &Visitor, contact: &MyContact, answers: &Answers, wrong: &Wrong) -> Markup {
    let field = |name, label| Field::new(name, label).unmarked().error(wrong.with(name));
    let lede = "If you choose nothing: everything at once when it is urgent, and e-mail when it can \
                wait.";
    let zone = visitor.who.person.zone.replace('_', " ");
    let waits = format!("What can wait is sent after it. Times are yours, those of {zone}.");
    let body = html! {
        (layout::heading("In which order?", Some(lede), html! {}))
        (wrong.summary())
        @if contact.methods.is_empty() {
            p { "Add a contact method first." }
            (actions::button_row(actions::link(HOME, "How you are reached", Weight::Secondary)))
        } @else {
            (forms::form(PLAN, None, html! {
                (forms::fieldset("When it is urgent", None,
                    delays(contact, Urgency::High, answers)))
                (forms::fieldset("When it can wait", None,
                    delays(contact, Urgency::Low, answers)))
                (forms::fieldset("Quiet time", Some(&waits), html! {
                    (forms::text(&field("quiet_from", "From").hint("Such as 22:00.").longest(8),
                        TextKind::Text, answers.text("quiet_from")))
                    (forms::text(&field("quiet_until", "Until").longest(8),
                        TextKind::Text, answers.text("quiet_until")))
                }))
                (actions::submit("Save the order", Weight::Primary))
            }))
        }
    };
    shell(visitor, "In which order?", PLAN, None, body)
}

fn delays(contact: &MyContact, urgency: Urgency, answers: &Answers) -> Markup {
    html! {
        @for method in &contact.methods {
            @let (name, label) = (name_of(urgency, method), label(method));
            @let chosen = answers.text(&name).to_owned();
            (choices::select(&Field::new(&name, &label).unmarked(), &offered(&chosen), &chosen,
                Some("Not used")))
        }
    }
}

/// The usual delays, and the one that was set by other means.
fn offered(chosen: &str) -> Vec<Choice> {
    let mut delays = DELAYS_SECONDS.to_vec();
    delays.extend(chosen.parse::<i64>());
    delays.sort_unstable();
    delays.dedup();
    delays
        .into_iter()
        .map(|seconds| Choice::new(seconds.to_string(), after(seconds)))
        .collect()
}

fn after(seconds: i64) -> String {
    match seconds {
        0 => "At once".to_owned(),
        1..60 => format!(
            "After {}",
            say::count(seconds.unsigned_abs(), "second", "seconds")
        ),
        _ => format!("After {}", say::duration(seconds)),
    }
}

fn label(method: &Method) -> String {
    let waits = match (method.lost_at, method.verified_at) {
        (Some(_), _) => ", which is gone",
        (None, None) => ", once it is verified",
        (None, Some(_)) => "",
    };
    let address = shown_address(method.kind, &method.address);
    format!("{}, {address}{waits}", words::name(method))
}

fn name_of(urgency: Urgency, method: &Method) -> String {
    format!("{}_{}", urgency.as_str(), method.id)
}
