//! Asking the rules whom they would call, without calling anybody.

use eider_domain::{
    page::{Event, Page, Why},
    priority::Rank,
};
use eider_store::Tx;

use super::scene::Scene;
use crate::{Eider, Result};

/// How many people the rules would call first for something of the whole company that began now.
/// Everything is loaded and asked as for a page; nothing is kept.
pub(crate) async fn rehearse(eider: &Eider, tx: &mut Tx) -> Result<usize> {
    let now = eider.now();
    let started = Event::Started {
        squad: None,
        rank: Rank::P1,
        why: Why::Drill,
        until: now,
        reason: None,
    };
    let Some(page) = Page::start(eider.ids().id(now), None, &started, now) else {
        return Ok(0);
    };
    let scene = Scene::load(eider, tx, &page).await?;
    let company = scene.company();
    Ok(match page.due(&scene.circumstances(&company)) {
        Some(Event::Called { people, .. } | Event::LastResortCalled { people, .. }) => people.len(),
        _ => 0,
    })
}
