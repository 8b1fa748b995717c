//! A person presses, chooses and searches.

use serde_json::{Value, json};

use super::{
    Person, TestSlack, answers,
    deliver::{Delivery, Parcel},
    elements::{check_offered_options, options_of},
    message::Button,
    payloads::{Place, Pressable},
    words,
};

/// Which element is meant: by its action, or by block and action.
#[derive(Clone, Debug)]
pub struct Aim {
    block: Option<String>,
    action: String,
}

impl From<&str> for Aim {
    fn from(action: &str) -> Self {
        Self {
            block: None,
            action: action.to_owned(),
        }
    }
}

impl From<&String> for Aim {
    fn from(action: &String) -> Self {
        Self::from(action.as_str())
    }
}

impl From<(&str, &str)> for Aim {
    fn from((block, action): (&str, &str)) -> Self {
        Self {
            block: Some(block.to_owned()),
            action: action.to_owned(),
        }
    }
}

impl From<&Button> for Aim {
    fn from(button: &Button) -> Self {
        Self::from((button.block_id.as_str(), button.action_id.as_str()))
    }
}

/// One of the options that Eider offered to somebody who searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What it says.
    pub label: String,
    /// What is sent when it is chosen.
    pub value: String,
}

impl TestSlack {
    /// That person presses a button (and confirms, where it asks).
    ///
    /// # Panics
    /// When that person sees no such button there now.
    pub async fn clicks(
        &self,
        person: &Person,
        on: &impl Pressable,
        aim: impl Into<Aim>,
    ) -> Delivery {
        let place = on.place();
        let (block, element) = self.element(person, &place, &aim.into());
        let kind = words::text_of(&element["type"]);
        assert!(
            ["button", "workflow_button", "icon_button"].contains(&kind.as_str()),
            "{} is no button but {kind}; use selects",
            element["action_id"]
        );
        let mut action = json!({});
        for name in ["text", "value", "style", "confirm", "url"] {
            if let Some(value) = element.get(name) {
                action[name] = value.clone();
            }
        }
        self.acts(person, &place, &block, &element, action).await
    }

    /// That person chooses from a menu, boxes, buttons or a calendar: the value of an option, an
    /// id, a date, or several with commas between; or writes into a field. It is sent to Eider
    /// unless it is a field of a form that does not dispatch.
    ///
    /// # Panics
    /// When that person sees no such element, or it offers no such choice.
    pub async fn selects(
        &self,
        person: &Person,
        on: &impl Pressable,
        aim: impl Into<Aim>,
        choice: &str,
    ) -> Delivery {
        let place = on.place();
        let (block, element) = self.element(person, &place, &aim.into());
        let action = if element["type"] == "overflow" {
            let options = options_of(&element);
            let found = options.into_iter().find(|option| option["value"] == choice);
            json!({"selected_option": found.unwrap_or_else(|| panic!("no option {choice:?}"))})
        } else {
            let mut answer = self.enters(person, &place, &block, &element, choice);
            if let Some(fields) = answer.as_object_mut() {
                fields.remove("type");
            }
            answer
        };
        let is_quiet = block["type"] == "input" && block["dispatch_action"] != true;
        if is_quiet {
            return Delivery::accepted(Value::Null);
        }
        self.acts(person, &place, &block, &element, action).await
    }

    /// That person types into a menu whose options Eider gives, and sees these.
    ///
    /// # Panics
    /// When that person sees no such menu.
    pub async fn searches_options(
        &self,
        person: &Person,
        on: &impl Pressable,
        aim: impl Into<Aim>,
        text: &str,
    ) -> Vec<Choice> {
        let place = on.place();
        let (block, element) = self.element(person, &place, &aim.into());
        let kind = words::text_of(&element["type"]);
        assert!(
            kind.ends_with("external_select"),
            "{kind} asks nobody for options"
        );
        let fewest = element["min_query_length"].as_u64().unwrap_or(3);
        if (text.chars().count() as u64) < fewest {
            return Vec::new();
        }
        let mut payload = self.interaction("block_suggestion", person);
        payload["action_id"] = element["action_id"].clone();
        payload["block_id"] = block["block_id"].clone();
        payload["value"] = json!(text);
        self.state()
            .place_in_payload(&person.team, &place, &mut payload);
        let delivery = self
            .hand_over(Parcel::interaction(&person.team, payload))
            .await;
        let mut state = self.state();
        if !delivery.is_accepted || !delivery.body.is_object() {
            state.violation(format!("block_suggestion was answered with {delivery:?}"));
            return Vec::new();
        }
        if let Err(complaints) = check_offered_options(&delivery.body) {
            // The real Slack shows none of them.
            state.violation(format!("block_suggestion: {complaints}"));
            return Vec::new();
        }
        let options = options_of(&delivery.body);
        let key = offered_key(&place, &block, &element);
        state
            .workspace(&person.team)
            .offered
            .entry(key)
            .or_default()
            .extend(options.clone());
        options
            .iter()
            .map(|option| Choice {
                label: words::text_of(&option["text"]),
                value: words::text_of(&option["value"]),
            })
            .collect()
    }

    /// Keeps what that person enters into an element.
    pub(super) fn enters(
        &self,
        person: &Person,
        place: &Place,
        block: &Value,
        element: &Value,
        text: &str,
    ) -> Value {
        let mut state = self.state();
        let workspace = state.workspace(&person.team);
        let key = offered_key(place, block, element);
        let offered = workspace.offered.get(&key).cloned().unwrap_or_default();
        let answer = answers::entered(element, text, &offered)
            .unwrap_or_else(|why| panic!("{}: {why}", element["action_id"]));
        let entered = match place {
            Place::View { id } => {
                let view = workspace.views.get_mut(id);
                &mut view.expect("the element was found in it").entered
            }
            Place::Message { channel, ts } | Place::Ephemeral { channel, ts } => {
                let key = (channel.clone(), ts.clone(), person.id.clone());
                workspace.entered.entry(key).or_insert(json!({}))
            }
        };
        let (block, action) = (
            words::text_of(&block["block_id"]),
            words::text_of(&element["action_id"]),
        );
        if entered[&block].is_null() {
            entered[&block] = json!({});
        }
        entered[&block][&action] = answer.clone();
        answer
    }

    /// The block and element that are meant, as that person sees them now.
    pub(super) fn element(&self, person: &Person, place: &Place, aim: &Aim) -> (Value, Value) {
        let blocks = self.blocks_seen(person, place);
        let found: Vec<(&Value, &Value)> = words::elements(&blocks)
            .into_iter()
            .filter(|(block, element)| {
                element["action_id"] == aim.action.as_str()
                    && aim
                        .block
                        .as_ref()
                        .is_none_or(|id| block["block_id"] == id.as_str())
            })
            .collect();
        match found.as_slice() {
            [(block, element)] => ((*block).clone(), (*element).clone()),
            [] => panic!(
                "{} sees no {aim:?} there, but:\n{}",
                person.name,
                words::of_blocks(&blocks)
            ),
            _ => panic!("{aim:?} is there more than once; name the block too"),
        }
    }

    fn blocks_seen(&self, person: &Person, place: &Place) -> Vec<Value> {
        let mut state = self.state();
        let workspace = state.workspace(&person.team);
        match place {
            Place::View { id } => {
                let view = workspace
                    .views
                    .get(id)
                    .unwrap_or_else(|| panic!("view {id} is closed"));
                let is_top = view.kind == "home"
                    || workspace.top(&person.id).is_some_and(|top| top.id == *id);
                assert!(
                    view.person == person.id && is_top,
                    "{} does not see {id}",
                    person.name
                );
                view.blocks.clone()
            }
            Place::Message { channel, ts } => {
                let record = &workspace.channels[channel];
                let may_see = record.members.contains(&person.id)
                    || record.kind == super::channels::Kind::Public;
                assert!(may_see, "{} is not in {channel}", person.name);
                let message = record.messages.get(ts);
                message
                    .unwrap_or_else(|| panic!("message {ts} is gone"))
                    .all_blocks()
            }
            Place::Ephemeral { channel, ts } => {
                let ephemerals = &workspace.channels[channel].ephemerals;
                let message = ephemerals
                    .iter()
                    .find(|one| one.ts == *ts && one.only_for.as_ref() == Some(&person.id));
                message
                    .unwrap_or_else(|| panic!("{} does not see {ts}", person.name))
                    .all_blocks()
            }
        }
    }

    async fn acts(
        &self,
        person: &Person,
        place: &Place,
        block: &Value,
        element: &Value,
        action: Value,
    ) -> Delivery {
        let payload = self.block_actions(person, place, block, element, action);
        self.hand_over(Parcel::interaction(&person.team, payload))
            .await
    }

    fn block_actions(
        &self,
        person: &Person,
        place: &Place,
        block: &Value,
        element: &Value,
        mut action: Value,
    ) -> Value {
        let now = self.now();
        let mut payload = self.interaction("block_actions", person);
        let response_url = match place {
            Place::View { .. } => None,
            Place::Message { channel, ts } | Place::Ephemeral { channel, ts } => {
                Some(self.response_url(&person.team, channel, &person.id, Some(ts)))
            }
        };
        let mut state = self.state();
        action["type"] = element["type"].clone();
        action["action_id"] = element["action_id"].clone();
        action["block_id"] = block["block_id"].clone();
        action["action_ts"] = json!(state.tick(now));
        let modal = match place {
            Place::View { id } => Some(id.as_str()),
            _ => None,
        };
        payload["trigger_id"] = json!(state.trigger(&person.team, &person.id, modal, now));
        payload["actions"] = json!([action]);
        state.place_in_payload(&person.team, place, &mut payload);
        if let Some(url) = response_url {
            payload["response_url"] = json!(url);
            payload["state"] = json!({"values": state.values_in_message(person, place)});
        }
        payload
    }
}

fn offered_key(place: &Place, block: &Value, element: &Value) -> String {
    let place = match place {
        Place::View { id } => id.clone(),
        Place::Message { channel, ts } | Place::Ephemeral { channel, ts } => {
            format!("{channel}:{ts}")
        }
    };
    format!("{place}/{}/{}", block["block_id"], element["action_id"])
}

impl super::state::State {
    fn values_in_message(&self, person: &Person, place: &Place) -> Value {
        let (Place::Message { channel, ts } | Place::Ephemeral { channel, ts }) = place else {
            return json!({});
        };
        let workspace = &self.workspaces[&person.team];
        let record = &workspace.channels[channel];
        let ephemeral = record.ephemerals.iter().find(|one| one.ts == *ts);
        let blocks = ephemeral
            .or(record.messages.get(ts))
            .map(super::Message::all_blocks);
        let key = (channel.clone(), ts.clone(), person.id.clone());
        let entered = workspace.entered.get(&key).cloned().unwrap_or(json!({}));
        answers::values(&blocks.unwrap_or_default(), &entered)
    }
}
