//! Who is on call: the command, asking for a swap, covering somebody, and the user groups that follow.

mod act;
mod form;
pub(crate) mod groups;
pub(crate) mod meet;
#[cfg(test)]
pub(crate) mod samples;
mod shown;
pub(crate) mod swaps;
#[cfg(test)]
mod tests;

pub(crate) use act::{immediate, is_form, is_pressed};
pub(crate) use form::STAND_IN;

use crate::{CallError, Slack, kit, manifest::ON_CALL_COMMAND, request::Asked};

/// What a command asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Shown,
    Swap,
    Cover,
    Help,
}

impl Wanted {
    fn of(text: &str) -> Self {
        match text.trim().to_lowercase().as_str() {
            "" | "now" | "who" => Self::Shown,
            "swap" => Self::Swap,
            "cover" => Self::Cover,
            _ => Self::Help,
        }
    }
}

/// Whether a command is the one about who is on call.
pub(crate) fn is_command(asked: &Asked) -> bool {
    asked.body["command"] == ON_CALL_COMMAND
}

impl Slack {
    /// Answers the command about who is on call.
    pub(crate) async fn answer_on_call(&self, asked: &Asked) -> Result<(), CallError> {
        let text = asked.body["text"].as_str().unwrap_or_default();
        let wanted = Wanted::of(text);
        if wanted == Wanted::Help {
            return self
                .tell_privately(asked, HELP, vec![kit::section(HELP)])
                .await;
        }
        let Some(actor) = self.actor(asked).await? else {
            return Ok(());
        };
        match wanted {
            Wanted::Swap => self.open_swap(asked, &actor).await,
            Wanted::Cover => self.open_cover(asked, &actor).await,
            Wanted::Shown | Wanted::Help => self.show_on_call(asked, &actor).await,
        }
    }
}

/// How the command is used.
pub(crate) const HELP: &str = "*Who is on call*\n\
    `/oncall` shows who is on call now and next\n\
    `/oncall swap` asks others to take your time on call\n\
    `/oncall cover` puts somebody on call for a time, such as yourself for a colleague\n\
    Only you see the answers.";
