//! What truly happens when somebody asks now: who is called, and when.

use eider_domain::{FeatureId, SquadId, escalation::Happening, priority::Rank};

use crate::{Visitor, components::words};

/// So many different answers are told one by one.
const TOLD_APART: usize = 3;

/// Who is called for a question of that priority, in a sentence. Where it is not said yet what it is
/// about and squads do differently, the sentence says so.
pub(super) fn sentence(visitor: &Visitor, rank: Rank, about: Option<FeatureId>) -> String {
    let desk = &visitor.desk;
    let feature = about.and_then(|id| desk.feature(id));
    let happens = |squad| desk.what_will_happen(squad, rank, visitor.now);
    if let Some(feature) = feature {
        return capitalised(&words_of(visitor, happens(feature.squad)));
    }
    let mut groups: Vec<(Happening, Vec<String>)> = Vec::new();
    for (squad, name) in squads(visitor) {
        let happening = happens(squad);
        match groups.iter_mut().find(|(one, _)| *one == happening) {
            Some((_, names)) => names.push(name),
            None => groups.push((happening, vec![name])),
        }
    }
    match groups.as_slice() {
        [] => capitalised(&words_of(visitor, happens(None))),
        [(one, _)] => capitalised(&words_of(visitor, *one)),
        several if several.len() <= TOLD_APART => {
            let told: Vec<String> = several
                .iter()
                .map(|(happening, names)| {
                    format!(
                        "{}: {}",
                        words::listed(names),
                        words_of(visitor, *happening)
                    )
                })
                .collect();
            told.join(" ")
        }
        _ => "Who is called depends on what it is about.".to_owned(),
    }
}

/// Whoever may look after a question: the squads that look after something, and nobody yet.
fn squads(visitor: &Visitor) -> Vec<(Option<SquadId>, String)> {
    let desk = &visitor.desk;
    let mut squads: Vec<(Option<SquadId>, String)> = desk
        .squads
        .iter()
        .filter(|squad| {
            let mut features = desk.features.iter().filter(|feature| !feature.retired);
            features.any(|feature| feature.squad == Some(squad.id))
        })
        .map(|squad| (Some(squad.id), squad.name.clone()))
        .collect();
    squads.push((None, "Anything else".to_owned()));
    squads
}

fn words_of(visitor: &Visitor, happening: Happening) -> String {
    match happening {
        Happening::CallsNow => "whoever is on call is called now.".to_owned(),
        Happening::Held(until) => format!(
            "calling waits until {}; if it cannot wait, you can have people called from the ticket.",
            words::moment(until, &visitor.reader())
        ),
        Happening::NobodyCalled => "nobody is called automatically.".to_owned(),
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}
