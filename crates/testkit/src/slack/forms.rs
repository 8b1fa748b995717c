//! A person fills in a modal, sends it off, or closes it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    Person, TestSlack, answers,
    deliver::{Delivery, Parcel},
    payloads::{Place, Pressable as _},
    view_check::check_view,
    views::{DEEPEST, View},
};

/// What came of sending a form off.
#[derive(Clone, Debug, PartialEq)]
pub struct SubmissionAnswer {
    /// Whether it was sent at all; Slack keeps back a form whose required fields are empty.
    pub is_sent: bool,
    /// What stands at fields now, by block: from Slack, or from Eider.
    pub errors: BTreeMap<String, String>,
    /// Why the person sees that something went wrong, if they do.
    pub failure: Option<String>,
    /// The modal that the person sees now.
    pub view: Option<View>,
}

impl SubmissionAnswer {
    /// Whether it was taken without errors.
    pub fn is_accepted(&self) -> bool {
        self.is_sent && self.errors.is_empty() && self.failure.is_none()
    }

    /// # Panics
    /// When it was not taken.
    pub fn accepted_or_panic(&self) {
        assert!(self.is_accepted(), "the form was not taken: {self:#?}");
    }
}

impl TestSlack {
    /// That person enters these (block, action, value) into a modal and sends it off. Values are as
    /// for [`TestSlack::selects`].
    ///
    /// # Panics
    /// When that person does not see the modal, or it has no such field.
    pub async fn fills_and_submits(
        &self,
        person: &Person,
        view: &View,
        fields: &[(&str, &str, &str)],
    ) -> SubmissionAnswer {
        self.fills(person, view, fields);
        self.submits(person, view).await
    }

    /// That person enters these (block, action, value) into a modal, and does not send it yet.
    ///
    /// # Panics
    /// As [`TestSlack::fills_and_submits`].
    pub fn fills(&self, person: &Person, view: &View, fields: &[(&str, &str, &str)]) {
        let place = view.place();
        for (block, action, value) in fields {
            let (block, element) = self.element(person, &place, &(*block, *action).into());
            self.enters(person, &place, &block, &element, value);
        }
    }

    /// That person sends a modal off as it is.
    ///
    /// # Panics
    /// When it is not on top of that person's screen or has nothing to send it with.
    pub async fn submits(&self, person: &Person, view: &View) -> SubmissionAnswer {
        self.submits_times(person, view, 1).await
    }

    /// As [`TestSlack::submits`], but the answer reaches Slack only after `meanwhile`.
    ///
    /// # Panics
    /// As [`TestSlack::submits`].
    pub async fn submits_and_hears_after(
        &self,
        person: &Person,
        view: &View,
        meanwhile: impl Future<Output = ()>,
    ) {
        let current = self.seen_view(person, &view.id);
        let payload = self.submission(person, view);
        let parcel = Parcel::interaction(&person.team, payload);
        let delivery = self.hand_over(parcel).await;
        assert_eq!(delivery.reason, None, "it is taken");
        meanwhile.await;
        let answered = self.apply_answer(&current, &delivery.body);
        answered.expect("the answer is one that Slack takes");
        self.note_change();
    }

    /// As [`TestSlack::submits`], twice at once: somebody presses the button two times before the
    /// first answer is there. They see what the second answer says.
    ///
    /// # Panics
    /// As [`TestSlack::submits`].
    pub async fn submits_twice(&self, person: &Person, view: &View) -> SubmissionAnswer {
        self.submits_times(person, view, 2).await
    }

    async fn submits_times(&self, person: &Person, view: &View, times: usize) -> SubmissionAnswer {
        let current = self.seen_view(person, &view.id);
        assert!(
            current.frame["submit"].is_object() || current.has_inputs(),
            "there is no submit"
        );
        let complaints = current.complaints();
        if !complaints.is_empty() {
            return SubmissionAnswer {
                is_sent: false,
                errors: complaints,
                failure: None,
                view: Some(current),
            };
        }
        let mut delivery = Delivery::default();
        for _ in 0..times {
            let payload = self.submission(person, view);
            let parcel = Parcel::interaction(&person.team, payload);
            delivery = self.hand_over(parcel).await;
        }
        let outcome = match delivery.reason {
            Some(reason) => Err(reason),
            None => self.apply_answer(&current, &delivery.body),
        };
        self.note_change();
        let (errors, failure) = match outcome {
            Ok(errors) => (errors, None),
            Err(failure) => (BTreeMap::new(), Some(failure)),
        };
        SubmissionAnswer {
            is_sent: true,
            errors,
            failure,
            view: self.modal(person),
        }
    }

    fn submission(&self, person: &Person, view: &View) -> Value {
        let now = self.now();
        let mut payload = self.interaction("view_submission", person);
        let mut state = self.state();
        let place = Place::View {
            id: view.id.clone(),
        };
        state.place_in_payload(&person.team, &place, &mut payload);
        let trigger = state.trigger(&person.team, &person.id, Some(&view.id), now);
        payload["trigger_id"] = json!(trigger);
        payload["response_urls"] = json!([]);
        if let Some(fields) = payload.as_object_mut() {
            fields.remove("container");
        }
        payload
    }

    /// Does with the stack what the answer to a submission says; gives errors at fields.
    fn apply_answer(
        &self,
        view: &View,
        answer: &Value,
    ) -> Result<BTreeMap<String, String>, String> {
        let mut state = self.state();
        let action = answer["response_action"].as_str();
        let is_empty =
            answer.is_null() || answer.as_object().is_some_and(serde_json::Map::is_empty);
        let mut wrong = |what: String| {
            state.violation(format!("view_submission: {what}"));
            Err(what)
        };
        match action {
            None if is_empty => {
                let workspace = state.workspace(&view.team);
                // Eider may have changed the stack before it answered.
                if workspace
                    .top(&view.person)
                    .is_some_and(|top| top.id == view.id)
                {
                    workspace.pop(&view.person);
                }
                Ok(BTreeMap::new())
            }
            Some("clear") => {
                state.workspace(&view.team).clear(&view.person);
                Ok(BTreeMap::new())
            }
            Some("errors") => {
                let errors = answer["errors"]
                    .as_object()
                    .filter(|errors| !errors.is_empty());
                let Some(errors) = errors else {
                    return wrong("response_action errors without errors".to_owned());
                };
                let mut shown = BTreeMap::new();
                for (block, error) in errors {
                    if !view.is_input(block) {
                        return wrong(format!("error for {block}, which is no input block"));
                    }
                    let text = error.as_str().unwrap_or_default();
                    if text.is_empty() || text.encode_utf16().count() > 2000 {
                        return wrong(format!("error for {block} is empty or too long"));
                    }
                    shown.insert(block.clone(), text.to_owned());
                }
                if let Some(view) = state.workspace(&view.team).views.get_mut(&view.id) {
                    view.errors.clone_from(&shown);
                }
                Ok(shown)
            }
            Some(action @ ("update" | "push")) => {
                let frame = answer["view"].clone();
                if let Err(complaints) = check_view(&frame) {
                    return wrong(complaints);
                }
                if frame["type"] != "modal" {
                    return wrong("the view of an answer must be a modal".to_owned());
                }
                let is_update = action == "update";
                let but = if is_update { view.id.as_str() } else { "" };
                let workspace = state.workspace(&view.team);
                if workspace.is_external_id_taken(&frame, but) {
                    return wrong_after(&mut state, "duplicate_external_id");
                }
                let depth = workspace.stacks.get(&view.person).map_or(0, Vec::len);
                if !is_update && depth >= DEEPEST {
                    return wrong_after(&mut state, "push_limit_reached");
                }
                if is_update {
                    let current = workspace.views.get(&view.id).cloned();
                    let current = current.ok_or("the view is gone")?;
                    let changed = state.with_frame(current, frame);
                    state
                        .workspace(&view.team)
                        .views
                        .insert(changed.id.clone(), changed);
                } else {
                    let pushed = state.new_view(&view.team, &view.person, frame);
                    state.workspace(&view.team).push(pushed);
                }
                Ok(BTreeMap::new())
            }
            _ => wrong(format!("not an answer that Slack knows: {answer}")),
        }
    }

    /// That person closes the modal on top; beneath it may lie another.
    ///
    /// # Panics
    /// When that person does not see it.
    pub async fn closes(&self, person: &Person, view: &View) {
        let current = self.seen_view(person, &view.id);
        if current.frame["clear_on_close"] == true {
            self.closes_all(person).await;
            return;
        }
        self.state().workspace(&person.team).pop(&person.id);
        self.tells_closed(person, &current, false).await;
    }

    /// That person closes all modals at once, with the cross in the corner.
    pub async fn closes_all(&self, person: &Person) {
        let closed = self.state().workspace(&person.team).clear(&person.id);
        for view in closed {
            self.tells_closed(person, &view, true).await;
        }
    }

    async fn tells_closed(&self, person: &Person, view: &View, is_cleared: bool) {
        self.note_change();
        if view.frame["notify_on_close"] != true {
            return;
        }
        let mut payload = self.interaction("view_closed", person);
        {
            let state = self.state();
            let workspace = &state.workspaces[&person.team];
            payload["view"] = view.to_json(&state.app.id, workspace);
        }
        payload["is_cleared"] = json!(is_cleared);
        self.hand_over(Parcel::interaction(&person.team, payload))
            .await;
    }

    fn seen_view(&self, person: &Person, id: &str) -> View {
        let mut state = self.state();
        let top = state.workspace(&person.team).top(&person.id).cloned();
        let top = top.filter(|top| top.id == id);
        top.unwrap_or_else(|| panic!("{} does not see the modal {id}", person.name))
    }
}

fn wrong_after<T>(state: &mut super::state::State, what: &str) -> Result<T, String> {
    state.violation(format!("view_submission: {what}"));
    Err(what.to_owned())
}

impl View {
    fn has_inputs(&self) -> bool {
        self.blocks.iter().any(|block| block["type"] == "input")
    }

    fn is_input(&self, block_id: &str) -> bool {
        self.blocks
            .iter()
            .any(|block| block["type"] == "input" && block["block_id"] == block_id)
    }

    /// What Slack itself finds wrong before a form is sent.
    fn complaints(&self) -> BTreeMap<String, String> {
        let values = self.values();
        self.blocks
            .iter()
            .filter(|block| block["type"] == "input")
            .filter_map(|block| {
                let id = block["block_id"].as_str()?;
                let action = block["element"]["action_id"].as_str()?;
                let complaint = answers::complaint(block, &values[id][action])?;
                Some((id.to_owned(), complaint))
            })
            .collect()
    }
}
