//! `eider watch`: a process of its own, best on another machine, that sends test alerts through Eider
//! and tells somebody by providers of its own when they do not come back.
//!
//! It knows no database and nothing of the desk but its address.

mod configuration;
mod listen;

use std::{fs, io::Write as _, path::Path, process::ExitCode, time::Duration};

use eider_app::Ids;
use eider_delivery::{Probe, Shout};
use eider_domain::watch::{Say, Standing};
use tokio::{sync::mpsc, time::timeout};

use self::{configuration::Configuration, listen::Answer};
use crate::{command_line::Watch, desk, failure::Failure, machine, serve, shutdown};

/// How often a test alert is sent before anybody is told: a server may just be starting anew.
const TRIES: usize = 2;
/// The longest pause between two tries.
const PAUSE: Duration = Duration::from_secs(15);
/// What `--once` ends with when something is wrong and somebody was told, now or not long ago.
const TOLD: u8 = 3;
/// What `--once` ends with when something is wrong and nobody could be told.
const NOBODY_TOLD: u8 = 4;

struct Watcher {
    configuration: Configuration,
    probe: Probe,
    shout: Shout,
    ids: Ids,
    answers: mpsc::Receiver<Answer>,
    standing: Standing,
}

/// How one look ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    /// All is well.
    Well,
    /// Something is wrong, and somebody knows.
    Told,
    /// Something is wrong, and nobody could be told.
    NobodyTold,
}

/// Watches until SIGTERM or SIGINT, or looks once.
///
/// # Errors
/// When the configuration cannot be used or the address not be listened on.
pub async fn run(options: &Watch) -> Result<ExitCode, Failure> {
    let configuration = configuration::read(options)?;
    desk::start_logging(configuration.log_format, "info")?;
    let mut watcher = Watcher::new(configuration).await?;
    if options.once {
        return Ok(match watcher.look().await {
            Look::Well => ExitCode::SUCCESS,
            Look::Told => TOLD.into(),
            Look::NobodyTold => NOBODY_TOLD.into(),
        });
    }
    let stop = shutdown::on_signal()?;
    let every = unsigned(watcher.configuration.every);
    loop {
        let looking = async {
            watcher.look().await;
            tokio::time::sleep(every).await;
        };
        tokio::select! {
            () = looking => {}
            () = stop.cancelled() => return Ok(ExitCode::SUCCESS),
        }
    }
}

impl Watcher {
    async fn new(configuration: Configuration) -> Result<Self, Failure> {
        let unusable = |error| Failure::told(format!("The watch cannot be run. {error}."));
        let probe = Probe::new(&configuration.server, &configuration.key).map_err(unusable)?;
        let server = configuration.server.trim_end_matches('/');
        let shout = Shout::new(&configuration.providers, server).map_err(unusable)?;
        if configuration.tell.is_empty() {
            return Err(Failure::told(
                "The watch has nobody to tell. Name somebody under [[tell]] with kind and address.",
            ));
        }
        for (kind, _) in &configuration.tell {
            if !shout.sends(*kind) {
                let kind = kind.as_str();
                return Err(Failure::told(format!(
                    "Somebody is to be told by {kind}, and no provider of the watch sends that."
                )));
            }
        }
        let listener = serve::listen(configuration.listen).await?;
        println!(
            "The watch listens on http://{}",
            serve::address_of(&listener)?
        );
        Ok(Self {
            answers: listen::answers(listener, configuration.key.clone()),
            standing: remembered(&configuration.state),
            ids: Ids::from_seed(machine::seed()?),
            configuration,
            probe,
            shout,
        })
    }

    /// Sends a test alert, judges what comes of it, and tells who is to know.
    async fn look(&mut self) -> Look {
        let mut found = self.carried().await;
        for _ in 1..TRIES {
            if found.is_err() {
                tokio::time::sleep(PAUSE.min(unsigned(self.configuration.every))).await;
                found = self.carried().await;
            }
        }
        let now = machine::now();
        let say = match &found {
            Ok(()) => self.standing.is_well(now),
            Err(why) => {
                tracing::error!(why, "all is not well");
                self.standing
                    .is_in_trouble(why, self.configuration.repeat, now)
            }
        };
        let is_told = match &say {
            Some(say) => self.tell(say).await,
            None => true,
        };
        if let (Some(say), true) = (&say, is_told) {
            self.standing.told(say, now);
        }
        self.remember();
        match (found, is_told) {
            (Ok(()), _) => Look::Well,
            (Err(_), true) => Look::Told,
            (Err(_), false) => Look::NobodyTold,
        }
    }

    /// Whether a test alert comes back in time, and with word that all is well.
    async fn carried(&mut self) -> Result<(), String> {
        let probe = self.ids.id(machine::now());
        self.probe.send(probe).await?;
        let within = self.configuration.within;
        let came = async {
            while let Some(answer) = self.answers.recv().await {
                if answer.probe == probe {
                    return answer.late;
                }
            }
            std::future::pending().await
        };
        match timeout(unsigned(within), came).await {
            Ok(late) if late.is_empty() => Ok(()),
            Ok(late) => Err(format!("It came back, and Eider says: {late}")),
            Err(_) => Err(format!(
                "It was taken in and did not come back within {} s.",
                within.as_secs()
            )),
        }
    }

    /// Tells everybody who is to be told; whether anybody was.
    async fn tell(&self, say: &Say) -> bool {
        let message = say.message(self.configuration.server.trim_end_matches('/'));
        let (secret, now) = (&self.configuration.key.0, machine::now());
        let mut is_told = false;
        for (kind, address) in &self.configuration.tell {
            let (id, kind_name) = (self.ids.id(now), kind.as_str());
            let way = (*kind, address.as_str());
            match self.shout.tell(id, way, &message, secret, now).await {
                Ok(provider) => {
                    tracing::info!(provider, kind = kind_name, "{}", message.title);
                    is_told = true;
                }
                Err(why) => tracing::error!(why, kind = kind_name, "somebody cannot be told"),
            }
        }
        is_told
    }

    /// Keeps what was told, so that after a restart nothing is told twice or forgotten.
    fn remember(&self) {
        if let Err(error) = write(&self.configuration.state, &self.standing) {
            let path = self.configuration.state.display();
            tracing::error!(%error, %path, "what was told cannot be kept");
        }
    }
}

/// What was kept. A file that cannot be read is as none: then somebody is told once more.
fn remembered(path: &Path) -> Standing {
    let read = match fs::read_to_string(path) {
        Ok(text) => serde_json::from_str(&text).map_err(|error| error.to_string()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Standing::default()),
        Err(error) => Err(error.to_string()),
    };
    read.unwrap_or_else(|error| {
        tracing::warn!(error, path = %path.display(), "what was told before cannot be read");
        Standing::default()
    })
}

fn write(path: &Path, standing: &Standing) -> std::io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(serde_json::to_string(standing)?.as_bytes())?;
    file.persist(path)?;
    Ok(())
}

fn unsigned(duration: jiff::SignedDuration) -> Duration {
    duration.unsigned_abs()
}
