//! What people see.

use super::{Channel, Message, Person, TestSlack, views::View};

impl TestSlack {
    /// Everything in a channel that is not in a thread, oldest first.
    pub fn messages(&self, channel: &Channel) -> Vec<Message> {
        let keep = |message: &Message| !message.is_reply() || message.is_broadcast;
        self.kept(channel, keep)
    }

    /// The newest message in a channel, outside of threads, whose words contain these.
    pub fn newest_with(&self, channel: &Channel, words: &str) -> Option<Message> {
        let mut state = self.state();
        let messages = &state.workspace(&channel.team).channels[&channel.id].messages;
        let mut roots = messages.values().rev().filter(|one| !one.is_reply());
        roots.find(|one| one.words().contains(words)).cloned()
    }

    /// Everything in a channel, in threads and outside them, oldest first.
    pub fn all_messages(&self, channel: &Channel) -> Vec<Message> {
        self.kept(channel, |_| true)
    }

    /// The replies to a message, oldest first, without the message itself.
    pub fn thread(&self, channel: &Channel, ts: &str) -> Vec<Message> {
        let mut state = self.state();
        let record = &state.workspace(&channel.team).channels[&channel.id];
        let replies = record.replies.get(ts).into_iter().flatten();
        replies
            .filter_map(|ts| record.messages.get(ts))
            .cloned()
            .collect()
    }

    /// The message at `ts` as it is now.
    pub fn message(&self, channel: &Channel, ts: &str) -> Option<Message> {
        self.state()
            .workspace(&channel.team)
            .message(&channel.id, ts)
            .cloned()
    }

    /// What the app and that person wrote to each other, oldest first.
    pub fn direct_messages(&self, person: &Person) -> Vec<Message> {
        let channel = self.direct_channel(person);
        self.kept(&channel, |_| true)
    }

    /// What only that person sees, in all channels, oldest first.
    pub fn ephemerals(&self, person: &Person) -> Vec<Message> {
        let mut state = self.state();
        let channels = state.workspace(&person.team).channels.values();
        let mut found: Vec<Message> = channels
            .flat_map(|channel| channel.ephemerals.clone())
            .filter(|message| message.only_for.as_ref() == Some(&person.id))
            .collect();
        found.sort_by(|one, other| one.ts.cmp(&other.ts));
        found
    }

    /// The modal on top of that person's screen.
    pub fn modal(&self, person: &Person) -> Option<View> {
        self.state()
            .workspace(&person.team)
            .top(&person.id)
            .cloned()
    }

    /// How many modals lie on that person's screen.
    pub fn modals(&self, person: &Person) -> usize {
        let mut state = self.state();
        let workspace = state.workspace(&person.team);
        workspace.stacks.get(&person.id).map_or(0, Vec::len)
    }

    /// The app's Home as that person sees it.
    pub fn home(&self, person: &Person) -> Option<View> {
        let mut state = self.state();
        let workspace = state.workspace(&person.team);
        let id = workspace.homes.get(&person.id)?;
        workspace.views.get(id).cloned()
    }

    fn kept(&self, channel: &Channel, keep: impl Fn(&Message) -> bool) -> Vec<Message> {
        let mut state = self.state();
        let record = &state.workspace(&channel.team).channels[&channel.id];
        record
            .messages
            .values()
            .filter(|message| keep(message))
            .cloned()
            .collect()
    }
}
