//! `views.*`.

use serde_json::{Value, json};

use super::{
    api::{Answer, Refusal, Room},
    call::Arguments,
    state::Trigger,
    view_check::check_view,
    views::{DEEPEST, View},
};

/// The view that a call gives, checked.
fn given(
    room: &mut Room<'_>,
    method: &str,
    call: &Arguments,
    kind: &str,
) -> Result<Value, Refusal> {
    let view = call.json("view", "invalid_arguments")?;
    let view = view.ok_or_else(|| {
        Refusal::new("invalid_arguments").saying("[ERROR] missing required field: view")
    })?;
    if let Err(complaints) = check_view(&view) {
        let error = if complaints.contains("view_too_large") {
            "view_too_large"
        } else {
            "invalid_arguments"
        };
        return Err(room.refuse_violation(method, error, &complaints));
    }
    if view["type"] != kind {
        let complaint = format!("[ERROR] view must be of type {kind}");
        return Err(room.refuse_violation(method, "invalid_arguments", &complaint));
    }
    Ok(view)
}

/// Takes the trigger that a call names, if it is still good.
fn take_trigger(room: &mut Room<'_>, call: &Arguments) -> Result<Trigger, Refusal> {
    let id = call.required("trigger_id")?;
    let (team, now) = (room.team.clone(), room.now);
    let trigger = room.state.triggers.get_mut(&id);
    let trigger = trigger
        .filter(|trigger| trigger.team == team)
        .ok_or_else(|| Refusal::new("invalid_trigger_id"))?;
    if trigger.is_used {
        return Err(Refusal::new("exchanged_trigger_id"));
    }
    if trigger.is_expired(now) {
        return Err(Refusal::new("expired_trigger_id"));
    }
    trigger.is_used = true;
    Ok(trigger.clone())
}

fn told(room: &mut Room<'_>, view: &View) -> Answer {
    let app = room.state.app.id.clone();
    Ok(json!({"view": view.to_json(&app, room.workspace())}))
}

fn refuse_taken(room: &mut Room<'_>, view: &Value, but: &str) -> Result<(), Refusal> {
    if room.workspace().is_external_id_taken(view, but) {
        return Err(Refusal::new("duplicate_external_id"));
    }
    Ok(())
}

pub(super) fn open(room: &mut Room<'_>, call: &Arguments) -> Answer {
    let frame = given(room, "views.open", call, "modal")?;
    refuse_taken(room, &frame, "")?;
    let trigger = take_trigger(room, call)?;
    let team = room.team.clone();
    let view = room.state.new_view(&team, &trigger.person, frame);
    room.workspace().clear(&trigger.person);
    let view = room.workspace().push(view);
    told(room, &view)
}

pub(super) fn push(room: &mut Room<'_>, call: &Arguments) -> Answer {
    let frame = given(room, "views.push", call, "modal")?;
    refuse_taken(room, &frame, "")?;
    let trigger = take_trigger(room, call)?;
    // Only what happened in a modal that is still open may put another on it.
    let depth = room
        .workspace()
        .stacks
        .get(&trigger.person)
        .map_or(0, Vec::len);
    if trigger.view.is_none() || depth == 0 {
        return Err(Refusal::new("not_found"));
    }
    if depth >= DEEPEST {
        return Err(Refusal::new("push_limit_reached"));
    }
    let team = room.team.clone();
    let view = room.state.new_view(&team, &trigger.person, frame);
    let view = room.workspace().push(view);
    told(room, &view)
}

pub(super) fn update(room: &mut Room<'_>, call: &Arguments) -> Answer {
    let view_id = call.text("view_id").filter(|id| !id.is_empty());
    let external_id = call.text("external_id").filter(|id| !id.is_empty());
    if view_id.is_some() == external_id.is_some() {
        return Err(Refusal::new("invalid_arguments")
            .saying("[ERROR] either view_id or external_id is required"));
    }
    let mut views = room.workspace().views.values();
    let view = views.find(|view| {
        view_id.as_ref() == Some(&view.id) || external_id.as_ref() == Some(&view.external_id)
    });
    let view = view.cloned().ok_or_else(|| Refusal::new("not_found"))?;
    let frame = given(room, "views.update", call, &view.kind)?;
    refuse_taken(room, &frame, &view.id)?;
    replace(room, call, view, frame)
}

fn replace(room: &mut Room<'_>, call: &Arguments, view: View, frame: Value) -> Answer {
    if call.text("hash").is_some_and(|hash| hash != view.hash) {
        return Err(Refusal::new("hash_conflict"));
    }
    let view = room.state.with_frame(view, frame);
    room.workspace().views.insert(view.id.clone(), view.clone());
    told(room, &view)
}

pub(super) fn publish(room: &mut Room<'_>, call: &Arguments) -> Answer {
    let person = call.required("user_id")?;
    let frame = given(room, "views.publish", call, "home")?;
    let workspace = room.workspace();
    if !workspace.people.contains_key(&person) {
        return Err(Refusal::new("invalid_arguments").saying("[ERROR] user_id: user_not_found"));
    }
    let before = workspace.homes.get(&person).cloned().unwrap_or_default();
    refuse_taken(room, &frame, &before)?;
    if let Some(view) = room.workspace().views.get(&before).cloned() {
        return replace(room, call, view, frame);
    }
    let team = room.team.clone();
    let view = room.state.new_view(&team, &person, frame);
    let workspace = room.workspace();
    workspace.homes.insert(person, view.id.clone());
    workspace.views.insert(view.id.clone(), view.clone());
    told(room, &view)
}
