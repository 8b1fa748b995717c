//! What is said to one person, in every form in which it may be said.

/// A key that somebody may press or answer with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The digit, from 1 to 9.
    pub digit: u8,
    /// What it does, such as “to acknowledge”.
    pub what: String,
}

/// What is said to one person. It is made when it goes out, never earlier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What it is about, in one line.
    pub title: String,
    /// All of it, for e-mail and notifications.
    pub text: String,
    /// The same for a text message, as short as it can be.
    pub short: String,
    /// The same for a voice.
    pub spoken: String,
    /// What can be pressed or answered; nothing where no answer is waited for.
    pub keys: Vec<Key>,
    /// The path of the page where it can be answered, such as `/my-duty/contact`.
    pub link: Option<String>,
}

impl Message {
    /// What a voice says, with the keys that may be pressed.
    pub fn spoken_with_keys(&self) -> String {
        let mut said = self.spoken.clone();
        for key in &self.keys {
            said.push_str(&format!(" Press {} {}.", key.digit, key.what));
        }
        said
    }

    /// The same, saying that it may have been sent before.
    #[must_use]
    pub fn as_repeat(mut self) -> Self {
        self.title = format!("{} (possibly sent before)", self.title);
        self.text = format!(
            "You may have had this before: whether it arrived is not known.\n\n{}",
            self.text
        );
        self.short = format!("{} (possibly sent before)", self.short);
        self.spoken = format!("You may have heard this before. {}", self.spoken);
        self
    }
}
