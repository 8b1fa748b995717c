//! Telling the leads what should not be so: each thing once, gathered in one message.

use eider_domain::{
    NoticeId, SquadId,
    contact::{Message, Subject, Urgency},
    escalation::Target,
    fact::Fact,
    person::Person,
    priority::Rank,
    rota::{Finding, Found, Looked, News, PRESSING, Telling, findings, next_digest, still_there},
};
use eider_store::{
    Tx,
    rota::{self, Ledger, Notice},
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::{
    People, sentence,
    watch::{Looking, Scene},
};
use crate::{Eider, Result, contact};

/// How many findings stand in one message.
const SHOWN: usize = 12;
/// A message that is older than this goes out no more.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// What should not be so in the rotas of a squad.
pub(super) fn found(scene: &Scene, squad: Option<SquadId>) -> Vec<Found> {
    findings(&scene.rosters(squad), scene.now, scene.until)
}

/// Tells the leads of a squad what they do not know yet: at once that nobody is on call soon, and
/// everything once a day.
pub(super) async fn tell(
    looking: &mut Looking<'_>,
    tx: &mut Tx,
    scene: &Scene,
    squad: Option<SquadId>,
    found: &[Found],
) -> Result<()> {
    let now = scene.now;
    let before = rota::ledger(tx, squad).await?;
    let is_new = before.is_none();
    let mut ledger = before.unwrap_or(Ledger {
        told: Vec::new(),
        digest_at: now,
    });
    let due = digest_after(scene, squad, ledger.digest_at).is_some_and(|at| at <= now);
    let how = if due {
        Telling::Digest
    } else {
        Telling::AtOnce
    };
    let looked = Looked {
        now,
        until: scene.until,
    };
    let news = News::of(&ledger.told, found, looked, how);
    let is_changed = is_new || due || news.told != ledger.told;
    if due {
        ledger.digest_at = now;
    }
    if let Some(at) = digest_after(scene, squad, ledger.digest_at) {
        looking.again_at(at);
    }
    for one in found.iter().filter(|one| !still_there(one, &news.told)) {
        // A gap that nobody knows of is told when it is near.
        if let (Finding::Gap { .. }, Ok(at)) = (&one.finding, one.from.checked_sub(PRESSING)) {
            looking.again_at(at);
        }
    }
    if !news.is_empty() {
        send(looking, tx, scene, squad, &news).await?;
    }
    ledger.told = news.told;
    if is_changed {
        rota::put_ledger(tx, squad, &ledger).await?;
    }
    Ok(())
}

/// The next time after `after` at which everything is told, by the hours that the squad keeps.
fn digest_after(scene: &Scene, squad: Option<SquadId>, after: Timestamp) -> Option<Timestamp> {
    let desk = &scene.desk;
    let hours = desk.waking_hours(desk.paging.waking(squad, Rank::P2));
    let zone = TimeZone::get(&desk.settings.zone).unwrap_or(TimeZone::UTC);
    next_digest(&hours, &zone, after)
}

async fn send(
    looking: &mut Looking<'_>,
    tx: &mut Tx,
    scene: &Scene,
    squad: Option<SquadId>,
    news: &News,
) -> Result<()> {
    let (eider, now) = (looking.eider, scene.now);
    let notice = Notice {
        id: eider.ids().id(now),
        squad,
        found: news.fresh.clone(),
        gone: news.gone.clone(),
        made_at: now,
    };
    rota::put_notice(tx, &notice).await?;
    let about = Subject::Rotas(notice.id);
    let people = scene.company().last_resort(&[Target::Leads], squad, now);
    for person in &people {
        contact::call(tx, eider, *person, about, Urgency::Low, now).await?;
    }
    let count = |found: &[Found]| i64::try_from(found.len()).unwrap_or(i64::MAX);
    looking.facts.push(Fact::LeadsTold {
        squad,
        people,
        found: count(&news.fresh),
        gone: count(&news.gone),
    });
    Ok(())
}

/// What is said to a lead. Nothing when all of it was mended before it went out.
pub(crate) async fn words(
    eider: &Eider,
    tx: &mut Tx,
    id: NoticeId,
    lead: &Person,
) -> Result<Option<Message>> {
    let Some(mut notice) = rota::notice(tx, id).await? else {
        return Ok(None);
    };
    let scene = Scene::load(eider, tx).await?;
    let now = found(&scene, notice.squad);
    notice.found.retain(|one| still_there(one, &now));
    notice.gone.retain(|one| !still_there(one, &now));
    if notice.found.is_empty() && notice.gone.is_empty() {
        return Ok(None);
    }
    let all = notice.found.iter().chain(&notice.gone);
    let people = all.filter_map(|one| one.finding.person()).collect();
    let people = People::names(tx, people).await?;
    Ok(Some(message(&scene, &notice, lead, &people)))
}

fn message(scene: &Scene, notice: &Notice, lead: &Person, people: &People) -> Message {
    let squad = notice.squad.and_then(|id| scene.desk.squad(id));
    let whose = squad.map_or("the whole company", |squad| squad.name.as_str());
    let count = notice.found.len();
    let title = match count {
        0 => format!("Mended in the rotas of {whose}"),
        1 => format!("One thing to mend in the rotas of {whose}"),
        _ => format!("{count} things to mend in the rotas of {whose}"),
    };
    let told = |one: &Found| {
        let rota = scene.desk.rota(one.rota)?;
        let sentence = sentence::finding(one, rota, people);
        Some(format!("{}: {sentence}", rota.name))
    };
    let found: Vec<String> = notice.found.iter().filter_map(told).collect();
    let gone: Vec<String> = notice.gone.iter().filter_map(told).collect();
    let mut text = format!("{},", lead.called());
    if !found.is_empty() {
        text.push_str(" this should not be so in the weeks ahead:\n");
        list(&mut text, &found);
    }
    if !gone.is_empty() {
        let words = if found.is_empty() {
            " this is mended since you were told:\n"
        } else {
            "\n\nMended since you were told:\n"
        };
        text.push_str(words);
        list(&mut text, &gone);
    }
    if !found.is_empty() {
        text.push_str("\n\nOpen the calendar to put somebody on call or to plan it otherwise.");
    }
    let first = found.first().or(gone.first()).cloned().unwrap_or_default();
    let rota = notice.found.first().or(notice.gone.first());
    Message {
        short: format!("Eider: {title}. {first}"),
        spoken: format!("This is Eider. {title}. {first}"),
        title,
        text,
        keys: Vec::new(),
        link: rota.map(|one| format!("/on-call/rotas/{}", one.rota)),
    }
}

fn list(text: &mut String, sentences: &[String]) {
    for sentence in sentences.iter().take(SHOWN) {
        text.push_str(&format!("\n- {sentence}"));
    }
    if sentences.len() > SHOWN {
        text.push_str(&format!("\n- and {} more", sentences.len() - SHOWN));
    }
}

/// Forgets what was said a while ago. What leads know of is kept.
pub(crate) async fn forget_old(tx: &mut Tx, now: Timestamp) -> Result<()> {
    if let Ok(before) = now.checked_sub(KEPT) {
        rota::forget_notices(tx, before).await?;
    }
    Ok(())
}
