//! Buttons: what is pressed on a card or in a direct message.

use eider_app::{Error, slack::Who, ticket};
use eider_domain::{
    TicketNumber,
    access::{Actor, Forbidden},
    ticket::{Command, Hat, Refusal},
};

use crate::{CallError, Slack, deed::Deed, request::Asked};

/// What somebody is told whose account is switched off.
pub(crate) const SWITCHED_OFF: &str = "Your account here is switched off, so I cannot do this for \
    you. An administrator of Eider can switch it on again.";

impl Slack {
    /// Does what the pressed button says.
    pub(crate) async fn pressed(&self, asked: &Asked) -> Result<(), CallError> {
        let Some((word, number)) = pressed(asked) else {
            return Ok(());
        };
        let Some(actor) = self.actor(asked).await? else {
            return Ok(());
        };
        if let Some(deed) = Deed::parse(word) {
            return self.open_deed(asked, &actor, deed, number).await;
        }
        let command = match word {
            "take" if is_in_menu(asked) => Command::Assign { to: actor.person },
            "take" => Command::Take,
            "release" => Command::Release,
            "resume" => Command::Resume,
            "confirm" => Command::Confirm,
            "hat-diagnosing" => Command::TakeHat {
                hat: Hat::Diagnosing,
            },
            "hat-communicating" => Command::TakeHat {
                hat: Hat::Communicating,
            },
            _ => return Ok(()),
        };
        let done =
            ticket::act_once(self.eider(), &actor, number, command, &asked.once(&actor)).await;
        self.told_why_not(asked, done).await
    }

    /// Who did it, with what they may. Whoever is not known is asked who they are, and then there
    /// is nothing to do yet.
    pub(crate) async fn actor(&self, asked: &Asked) -> Result<Option<Actor>, CallError> {
        match self.who(&asked.team, &asked.user).await? {
            Who::Known { actor, .. } => Ok(Some(actor)),
            Who::Bot => Ok(None),
            Who::Disabled => {
                self.tell_privately(asked, SWITCHED_OFF, Vec::new()).await?;
                Ok(None)
            }
            Who::Unknown => {
                self.ask_who(asked).await?;
                Ok(None)
            }
        }
    }

    /// Tells whoever asked why something was not done. What can be mended by trying again is given
    /// back as an error.
    pub(crate) async fn told_why_not(
        &self,
        asked: &Asked,
        done: eider_app::Result<()>,
    ) -> Result<(), CallError> {
        match done {
            // What is so already was done, by whomever.
            Ok(()) | Err(Error::Refused(Refusal::AlreadySo(_))) => Ok(()),
            Err(Error::Store(error)) => Err(error.into()),
            Err(error) => {
                self.tell_privately(asked, &why_not(&error), Vec::new())
                    .await
            }
        }
    }
}

/// Why something was not done, in words for whoever asked.
pub(crate) fn why_not(error: &Error) -> String {
    match error {
        Error::Forbidden(Forbidden::Role(_))
        | Error::Refused(Refusal::Forbidden(Forbidden::Role(_))) => format!(
            "Thank you for wanting to help. This is for the people who work on tickets; in the \
            thread, everybody can write. {error}"
        ),
        Error::Refused(Refusal::Taken(number)) => format!(
            "Somebody else already has {number}. To have it yourself, choose “Take it over” behind \
            the three dots of its card."
        ),
        error => error.to_string(),
    }
}

/// The word and the ticket of what was pressed. An overflow carries both in its value.
fn pressed(asked: &Asked) -> Option<(&str, TicketNumber)> {
    let action = asked.body.pointer("/actions/0")?;
    let (word, number) = match action["selected_option"]["value"].as_str() {
        Some(value) => value.split_once(' ')?,
        None => (action["action_id"].as_str()?, action["value"].as_str()?),
    };
    Some((word, number.parse().ok()?))
}

/// Whether it was chosen from the menu, in which somebody takes over what another has.
fn is_in_menu(asked: &Asked) -> bool {
    asked
        .body
        .pointer("/actions/0/selected_option")
        .is_some_and(|chosen| !chosen.is_null())
}
