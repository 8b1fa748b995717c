//! What is asked of whoever is on call next, and told to others about it; made when it goes out.

use eider_domain::{
    ReadinessId,
    contact::{Key, Message},
    person::Person,
    readiness::{Reachable, Readiness, Start, starts},
    rota::Rota,
};
use eider_store::{Tx, person, readiness};

use super::handover::{Handover, handover};
use crate::{
    Eider, Result, contact,
    rota::{People, moment, watch::Scene},
};

/// The key that says that somebody is ready.
pub(crate) const READY_KEY: u8 = 1;

/// What is said to `reader`: a question to whoever is on call next, news to others. Nothing when
/// they have said that they are ready, or are not on call next any more.
pub(crate) async fn words(
    eider: &Eider,
    tx: &mut Tx,
    id: ReadinessId,
    reader: &Person,
) -> Result<Option<Message>> {
    let Some(one) = readiness::by_id(tx, id).await? else {
        return Ok(None);
    };
    let scene = Scene::load(eider, tx).await?;
    let Some((rota, start)) = still_begins(&scene, &one) else {
        return Ok(None);
    };
    let Some(person) = person::by_id(tx, one.person).await? else {
        return Ok(None);
    };
    let reachable = contact::reachable(tx, eider, &person, rota.duty.is_called()).await?;
    if reader.id != one.person {
        let is_open = one.ready_at.is_none() || reachable.is_out_of_reach();
        return Ok(is_open.then(|| news(&rota, &start, reachable, reader, &person)));
    }
    if one.ready_at.is_some() {
        return Ok(None);
    }
    let takes_over = handover(tx, &rota, &start.before).await?;
    let people = People::names(tx, start.before.clone()).await?;
    let open = open_points(reachable, &scene);
    Ok(Some(question(
        &rota,
        &start,
        reader,
        &open,
        &takes_over,
        &people,
    )))
}

/// The shift that somebody was asked about, if it is still to begin and still theirs.
fn still_begins(scene: &Scene, one: &Readiness) -> Option<(Rota, Start)> {
    let rota = scene.desk.rota(one.rota)?;
    let roster = scene.roster(rota);
    let all = starts(&roster, scene.now, scene.until);
    let start = all.into_iter().find(|start| one.is_of(start))?;
    Some((rota.clone(), start))
}

/// What is to be seen to before the shift.
fn open_points(reachable: Reachable, scene: &Scene) -> Vec<&'static str> {
    let mut open = Vec::new();
    if reachable.is_out_of_reach() {
        open.push(
            "No way to reach you is verified. At most the e-mail of your account is left, which wakes \
             nobody. Add one.",
        );
    } else if reachable.wants_ways() {
        open.push("Only one verified way reaches you when it is urgent. Add a second.");
    }
    if reachable.wants_test(scene.now) {
        open.push(
            "Nothing is known to have reached you lately. Send yourself a test page, and press \
             when it came.",
        );
    }
    open
}

fn question(
    rota: &Rota,
    start: &Start,
    reader: &Person,
    open: &[&str],
    takes_over: &Handover,
    people: &People,
) -> Message {
    let (from, until) = (moment(start.from, rota), moment(start.until, rota));
    let duty = rota.duty.as_str();
    let title = format!("You are on call from {from}. Are you ready?");
    let mut text = format!(
        "{}, you are {duty} in {} from {from} until {until}.",
        reader.called(),
        rota.name
    );
    if !open.is_empty() {
        text.push_str("\n\nStill open:\n");
        for point in open {
            text.push_str(&format!("\n- {point}"));
        }
    }
    if !takes_over.is_empty() {
        text.push_str("\n\nTo take over:\n");
        for line in lines(takes_over, people) {
            text.push_str(&format!("\n- {line}"));
        }
    }
    text.push_str(
        "\n\nSee that you can open what you need, then open the link and say that you are ready.",
    );
    let first = open.first().map(|point| format!(" {point}"));
    let first = first.unwrap_or_default();
    Message {
        short: format!("Eider: {title} Say so in My duty.{first}"),
        spoken: format!("This is Eider. {title}{first}"),
        title,
        text,
        keys: vec![Key {
            digit: READY_KEY,
            what: "to say that you are ready".into(),
        }],
        link: Some("/my-duty/ready".into()),
    }
}

/// What there is to take over, in a line each.
fn lines(takes_over: &Handover, people: &People) -> Vec<String> {
    let mut lines = Vec::new();
    for number in &takes_over.open {
        lines.push(format!(
            "{number}: people are called for it, or somebody has it"
        ));
    }
    for number in &takes_over.held {
        lines.push(format!("{number}: held until hours start"));
    }
    for ticket in &takes_over.tickets {
        let owner = ticket.owner.map_or("somebody", |owner| people.name(owner));
        let (priority, number) = (ticket.priority, ticket.number);
        lines.push(format!(
            "{priority} {number}: {}, in the hands of {owner}",
            ticket.title
        ));
    }
    lines
}

fn news(
    rota: &Rota,
    start: &Start,
    reachable: Reachable,
    reader: &Person,
    person: &Person,
) -> Message {
    let (name, from) = (&person.name, moment(start.from, rota));
    let what = if reachable.is_out_of_reach() {
        "has no verified way to be reached"
    } else {
        "has not said whether they are ready"
    };
    let title = format!("{name} {what}, and is on call from {from}");
    let then = if start.before.contains(&reader.id) {
        format!(
            "You hand over to {}. A word with them may be enough.",
            person.called()
        )
    } else {
        format!(
            "A word with {} may be enough, or put somebody else on call.",
            person.called()
        )
    };
    let duty = rota.duty.as_str();
    Message {
        text: format!(
            "{}, {name} is {duty} in {} from {from}, and {what}.\n\n{then}",
            reader.called(),
            rota.name
        ),
        short: format!("Eider: {title}."),
        spoken: format!("This is Eider. {title}."),
        title,
        keys: Vec::new(),
        link: Some(format!("/on-call/rotas/{}", rota.id)),
    }
}
