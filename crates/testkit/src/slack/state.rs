//! Everything that the fake remembers, behind one lock.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{
    channels::ChannelRecord,
    deliver::{Line, Parcel, Retry},
    files::FileRecord,
    message::Message,
    oauth::{Code, Token},
    people::PersonRecord,
    rates::Rates,
    response_url::ResponseUrl,
    socket::Sockets,
    troubles::Troubles,
    usergroups::UserGroup,
    views::View,
};

/// How long a trigger lives.
const TRIGGER_LIFE: SignedDuration = SignedDuration::from_secs(3);

/// One Slack: its app, its workspaces, and what happened.
pub(super) struct State {
    pub app: App,
    pub workspaces: BTreeMap<String, Workspace>,
    pub tokens: BTreeMap<String, Token>,
    pub codes: BTreeMap<String, Code>,
    pub triggers: BTreeMap<String, Trigger>,
    pub response_urls: BTreeMap<String, ResponseUrl>,
    pub rates: Rates,
    pub troubles: Troubles,
    pub line: Line,
    pub outbox: VecDeque<Parcel>,
    pub retries: Vec<Retry>,
    pub sockets: Sockets,
    pub violations: Vec<String>,
    pub calls: Vec<Call>,
    /// How long each answer of Eider's took.
    pub answer_times: Vec<Duration>,
    /// How far Slack's clock, as its answers tell it, is ahead of the test's.
    pub clock_ahead: SignedDuration,
    next_number: u64,
    last_tick_micros: i64,
}

/// The app that is tried, as Slack knows it.
pub(super) struct App {
    pub id: String,
    pub client_id: String,
    pub client_secret: String,
    pub verification_token: String,
    pub app_tokens: BTreeMap<String, BTreeSet<String>>,
    /// The events that it asked for; all, if it did not say.
    pub events: Option<BTreeSet<String>>,
    /// The commands that it has; any, if it did not say.
    pub commands: Option<BTreeSet<String>>,
    /// The shortcuts that it has; any, if it did not say.
    pub shortcuts: Option<BTreeSet<String>>,
    /// Bot scopes of new installations.
    pub scopes: BTreeSet<String>,
    /// Whether bot tokens expire and have to be refreshed.
    pub rotates_tokens: bool,
}

/// One workspace with all that is in it.
pub(super) struct Workspace {
    pub id: String,
    pub name: String,
    pub domain: String,
    pub bot_user: String,
    pub bot_id: String,
    pub people: BTreeMap<String, PersonRecord>,
    pub channels: BTreeMap<String, ChannelRecord>,
    pub groups: BTreeMap<String, UserGroup>,
    /// Whether everybody may make user groups.
    pub may_make_groups: bool,
    pub files: BTreeMap<String, FileRecord>,
    pub views: BTreeMap<String, View>,
    /// Open modals of each person, the one on top last.
    pub stacks: BTreeMap<String, Vec<String>>,
    pub homes: BTreeMap<String, String>,
    /// What people chose and wrote into messages: by channel, ts and person.
    pub entered: BTreeMap<(String, String, String), Value>,
    /// What external selects were offered: by surface, block and action.
    pub offered: BTreeMap<String, Vec<Value>>,
    /// Minutes after which messages may no longer be edited, if there is a limit.
    pub edit_window_minutes: Option<i64>,
}

/// A right to open a modal, given by an interaction.
#[derive(Clone)]
pub(super) struct Trigger {
    pub team: String,
    pub person: String,
    pub born: Timestamp,
    pub is_used: bool,
    /// The modal in which the interaction happened.
    pub view: Option<String>,
}

impl Trigger {
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now.duration_since(self.born) > TRIGGER_LIFE
    }
}

/// A call to the Web API that was made, and what came of it.
#[derive(Clone, Debug)]
pub struct Call {
    /// Such as `chat.postMessage`.
    pub method: String,
    /// Its arguments, without the token.
    pub arguments: Value,
    /// `None` when it went well, else the error that was answered.
    pub error: Option<String>,
    /// When, by the clock of the test.
    pub at: Timestamp,
}

impl State {
    pub fn new() -> Self {
        let mut state = Self {
            app: App {
                id: "A0EIDER01".to_owned(),
                client_id: "1111111111.2222222222".to_owned(),
                client_secret: "client-secret-of-the-fake".to_owned(),
                verification_token: "legacy-verification-token".to_owned(),
                app_tokens: BTreeMap::new(),
                events: None,
                commands: None,
                shortcuts: None,
                scopes: super::methods::all_scopes(),
                rotates_tokens: false,
            },
            workspaces: BTreeMap::new(),
            tokens: BTreeMap::new(),
            codes: BTreeMap::new(),
            triggers: BTreeMap::new(),
            response_urls: BTreeMap::new(),
            rates: Rates::default(),
            troubles: Troubles::default(),
            line: Line::default(),
            outbox: VecDeque::new(),
            retries: Vec::new(),
            sockets: Sockets::default(),
            violations: Vec::new(),
            calls: Vec::new(),
            answer_times: Vec::new(),
            clock_ahead: SignedDuration::ZERO,
            next_number: 0,
            last_tick_micros: 0,
        };
        let token = format!("xapp-1-{}-1-fake", state.app.id);
        let scopes = BTreeSet::from(["connections:write".to_owned()]);
        state.app.app_tokens.insert(token, scopes);
        state
    }

    /// A number that was not given out before.
    pub fn number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number
    }

    /// An id that was not given out before, such as `U00000042`.
    pub fn id(&mut self, letter: &str) -> String {
        format!("{letter}{:08}", self.number())
    }

    /// A timestamp of a message: the clock's, made unique.
    pub fn tick(&mut self, now: Timestamp) -> String {
        self.last_tick_micros = now.as_microsecond().max(self.last_tick_micros + 1);
        ts_of(self.last_tick_micros)
    }

    /// Keeps something that real Slack would refuse or that breaks its rules.
    pub fn violation(&mut self, what: impl Into<String>) {
        self.violations.push(what.into());
    }

    /// A trigger for what `person` just did.
    pub fn trigger(
        &mut self,
        team: &str,
        person: &str,
        view: Option<&str>,
        now: Timestamp,
    ) -> String {
        let number = self.number();
        let id = format!(
            "{}.{number}.{:032x}",
            now.as_second(),
            number * 2_654_435_761
        );
        let trigger = Trigger {
            team: team.to_owned(),
            person: person.to_owned(),
            born: now,
            is_used: false,
            view: view.map(str::to_owned),
        };
        self.triggers.insert(id.clone(), trigger);
        id
    }

    /// The workspace called `team`.
    pub fn workspace(&mut self, team: &str) -> &mut Workspace {
        self.workspaces
            .get_mut(team)
            .expect("the workspace was made before")
    }
}

impl Workspace {
    /// The direct messages between the app and a person, opened when first asked for.
    pub fn direct(&mut self, person: &str) -> String {
        let id = format!("D{}", &person[1..]);
        let members = BTreeSet::from([person.to_owned(), self.bot_user.clone()]);
        self.channels
            .entry(id.clone())
            .or_insert_with(|| ChannelRecord::direct(&id, person, members));
        id
    }

    /// The message at `ts`, unless it was deleted.
    pub fn message(&mut self, channel: &str, ts: &str) -> Option<&mut Message> {
        let channel = self.channels.get_mut(channel)?;
        channel
            .messages
            .get_mut(ts)
            .filter(|one| !one.is_tombstone())
    }
}

/// The timestamp of a message from microseconds.
pub(super) fn ts_of(micros: i64) -> String {
    format!(
        "{}.{:06}",
        micros.div_euclid(1_000_000),
        micros.rem_euclid(1_000_000)
    )
}
