//! `eider login`: keeps a server and a token.

use std::io::Write;

use clap::Args;
use serde_json::json;

use crate::{
    Failure, Input, Profile, Reach, Surroundings,
    client::{Client, trimmed},
    output::{Output, text, words},
};

/// Keep a server and a token. The token is read from standard input, or asked for without being
/// shown.
#[derive(Args, Debug)]
pub struct Login {
    /// Which server.
    #[command(flatten)]
    pub reach: Reach,
}

impl Login {
    pub(crate) async fn run(
        self,
        surroundings: &Surroundings,
        output: &mut Output<'_, impl Write>,
    ) -> Result<(), Failure> {
        let Some(path) = &surroundings.profile else {
            return Err(Failure::Usage(
                "There is no folder for the profile: HOME is not set. Set EIDER_SERVER and EIDER_TOKEN instead."
                    .to_owned(),
            ));
        };
        let kept = Profile::read(path).ok().flatten();
        let server = self.reach.server.or(kept.map(|kept| kept.server));
        let server = server.ok_or_else(|| {
            Failure::Usage(
                "Name the server: eider login --server https://eider.example.com".to_owned(),
            )
        })?;
        let token = match self.reach.token {
            Some(token) => token,
            None => secret(&surroundings.input, trimmed(&server))?,
        };
        let client = Client::to(&server, &token)?;
        let me = client.get("/me", &[]).await?;
        let profile = Profile {
            server: client.server().to_owned(),
            token: token.trim().to_owned(),
        };
        profile.write(path)?;
        let document = json!({ "server": profile.server, "me": me, "profile": path });
        output.tell(&document, |document, _| {
            format!(
                "Signed in at {} as {}, {}.\nThe token is kept in {}, which only you can read.\n",
                text(document, "/server"),
                text(document, "/me/name"),
                words(document, "/me/role"),
                text(document, "/profile"),
            )
        })
    }
}

/// The token, from a person without showing it, or from a pipe.
fn secret(input: &Input, server: &str) -> Result<String, Failure> {
    match input {
        Input::Terminal => {
            let question = format!("A token of {server} (it is not shown): ");
            rpassword::prompt_password(question)
                .map_err(|error| Failure::Usage(format!("The token cannot be read: {error}.")))
        }
        other => other.read("Token"),
    }
}
