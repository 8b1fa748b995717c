//! Between Markdown, which is kept here, and the markup of Slack.
//!
//! Slack's markup is that of <https://docs.slack.dev/messaging/formatting-message-text>. Neither
//! direction fails, whatever goes in: what cannot be said in the other markup becomes words.

mod from_slack;
mod to_slack;

use std::collections::HashMap;

pub use from_slack::{mentioned, to_markdown};
pub use to_slack::{from_markdown, parts};

/// A space without width. It keeps a character from being read as markup.
const NOTHING: char = '\u{200B}';

/// People who are mentioned, known on both sides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People {
    addresses: HashMap<String, String>,
    names: HashMap<String, String>,
    users: HashMap<String, String>,
}

impl People {
    /// Somebody of Slack whom Eider knows by that address.
    pub fn add_known(&mut self, user: &str, email: &str) {
        let email = email.to_lowercase();
        self.addresses.insert(user.to_owned(), email.clone());
        self.users.insert(email, user.to_owned());
    }

    /// Somebody of Slack of whom only the name is known.
    pub fn add_named(&mut self, user: &str, name: &str) {
        self.names.insert(user.to_owned(), name.to_owned());
    }

    /// How a mention of that person of Slack reads here.
    fn here(&self, user: &str) -> String {
        match (self.addresses.get(user), self.names.get(user)) {
            (Some(email), _) => format!("@{email}"),
            (None, Some(name)) => name.clone(),
            (None, None) => "somebody".to_owned(),
        }
    }

    /// Who in Slack is mentioned by that address.
    fn there(&self, email: &str) -> Option<&str> {
        self.users.get(&email.to_lowercase()).map(String::as_str)
    }
}

/// The addresses that are mentioned in a Markdown text, such as `@ada@example.com`, each once.
pub fn addresses(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for word in text.split_whitespace() {
        if let Some(email) = address(word).map(str::to_lowercase)
            && !found.contains(&email)
        {
            found.push(email);
        }
    }
    found
}

/// The address in a word that mentions somebody.
fn address(word: &str) -> Option<&str> {
    let word = word.strip_prefix('@')?;
    let word = word.trim_end_matches(|c: char| !c.is_alphanumeric());
    word.contains('@').then_some(word)
}

#[cfg(test)]
mod tests;
