//! The client: the verbs of the API on the command line, for people and for programs.
//!
//! It talks to a server over HTTP alone: it opens no database and decides nothing. What it prints
//! for people is a table or some lines; with `--json` it prints the server's documents as they are.

mod alert;
pub mod as_code;
mod client;
mod contact;
mod failure;
mod figures;
mod intake;
mod login;
mod on_call;
mod output;
mod page;
mod profile;
mod search;
mod ticket;

use std::{
    io::{self, IsTerminal as _, Read as _, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Args, Subcommand};
use jiff::tz::TimeZone;

use client::Client;
pub use failure::Failure;
use output::Output;
pub use profile::Profile;

/// What the exit codes mean, for the help of a command line.
pub const EXIT_CODES: &str = "\
Exit codes: 0 done; 1 refused or failed; 2 the command line cannot be read; 3 not signed in; \
4 not found; 5 the server cannot be reached; 6 something would change (apply --plan); 75 keep it and try again (intake).";

/// What a client can do.
#[derive(Debug, Subcommand)]
#[expect(
    clippy::large_enum_variant,
    reason = "one of them is made, when the command line is read"
)]
pub enum ClientCommand {
    /// Keep a server and a token, so that they need not be named again
    #[command(after_help = EXIT_CODES)]
    Login(login::Login),
    /// Ask, answer and work on tickets
    #[command(after_help = EXIT_CODES)]
    Ticket {
        /// What to do.
        #[command(subcommand)]
        what: ticket::TicketCommand,
        /// Where to, and how it is told.
        #[command(flatten)]
        reach: Reach,
    },
    /// Show a figure, such as open-time
    #[command(after_help = EXIT_CODES)]
    Figures(figures::Figures),
    /// Find tickets, known issues and features
    #[command(after_help = EXIT_CODES)]
    Search(search::Search),
    /// Show who is on call, and who is next
    #[command(name = "oncall", after_help = EXIT_CODES)]
    OnCall(on_call::OnCall),
    /// See and change how you are reached, and send yourself a test page
    #[command(after_help = EXIT_CODES)]
    Contact {
        /// What to do.
        #[command(subcommand)]
        what: contact::ContactCommand,
        /// Where to, and how it is told.
        #[command(flatten)]
        reach: Reach,
    },
    /// Show who is being called, and answer
    #[command(after_help = EXIT_CODES)]
    Page {
        /// What to do.
        #[command(subcommand)]
        what: page::PageCommand,
        /// Where to, and how it is told.
        #[command(flatten)]
        reach: Reach,
    },
    /// Hand on what cannot be sent by HTTP, such as mail
    #[command(after_help = EXIT_CODES)]
    Intake {
        /// What to hand on.
        #[command(subcommand)]
        what: intake::IntakeCommand,
    },
    /// Make squads, people, rotas and more what the files of a folder say
    #[command(after_help = EXIT_CODES)]
    Apply(as_code::Apply),
    /// Write squads, people, rotas and more as files; the binary offers it as `export --as-code`.
    #[command(skip)]
    ExportAsCode(as_code::Export),
    /// Show what monitors say, and make keys for them
    #[command(after_help = EXIT_CODES)]
    Alert {
        /// What to do.
        #[command(subcommand)]
        what: alert::AlertCommand,
        /// Where to, and how it is told.
        #[command(flatten)]
        reach: Reach,
    },
}

/// Which server, as whom, and how the answer is told.
#[derive(Args, Clone, Debug, Default)]
pub struct Reach {
    /// The server's address; the one of `eider login` when it is not given
    #[arg(long, env = "EIDER_SERVER", value_name = "URL", global = true)]
    pub server: Option<String>,
    /// A token; better in EIDER_TOKEN or kept by `eider login`, because others see command lines
    #[arg(
        long,
        env = "EIDER_TOKEN",
        value_name = "TOKEN",
        hide_env_values = true,
        global = true
    )]
    pub token: Option<String>,
    /// Print the server's JSON instead of text for people
    #[arg(long, global = true)]
    pub json: bool,
}

/// What a command touches besides the server: handed in, so that tests can see it.
#[derive(Debug)]
pub struct Surroundings {
    /// The file that keeps the profile; nothing is kept when there is no place for it.
    pub profile: Option<PathBuf>,
    /// The zone in which times are told.
    pub zone: TimeZone,
    /// What comes by standard input, when it is not a terminal.
    pub input: Input,
}

/// Where words that were not on the command line come from.
#[derive(Debug)]
pub enum Input {
    /// A person at a terminal, who can be asked.
    Terminal,
    /// A pipe or a file: standard input.
    Stream,
    /// These words.
    Words(String),
}

impl Surroundings {
    /// Those of this process.
    pub fn of_process() -> Self {
        Self {
            profile: profile::usual_path(),
            zone: TimeZone::system(),
            input: if io::stdin().is_terminal() {
                Input::Terminal
            } else {
                Input::Stream
            },
        }
    }
}

impl Input {
    /// All that comes, for what `question` asks.
    fn read(&self, question: &str) -> Result<String, Failure> {
        match self {
            Self::Words(words) => return Ok(words.clone()),
            Self::Terminal => eprintln!("{question} (end with Ctrl-D on a line of its own)"),
            Self::Stream => {}
        }
        let mut words = String::new();
        io::stdin()
            .read_to_string(&mut words)
            .map_err(|error| Failure::Usage(format!("Standard input cannot be read: {error}.")))?;
        Ok(words)
    }
}

/// Does what the command line asks, and tells it on standard output and standard error.
pub async fn run(command: ClientCommand) -> ExitCode {
    let told_as_json = command.reach().is_some_and(|reach| reach.json);
    let surroundings = Surroundings::of_process();
    let mut out = io::stdout().lock();
    let outcome = run_to(command, &surroundings, &mut out).await;
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{}", failure.told(told_as_json));
            failure.exit_code()
        }
    }
}

/// Does what the command line asks, and tells it on `out`.
///
/// # Errors
/// Why it was not done; [`Failure::exit_code`] is its exit code.
pub async fn run_to(
    command: ClientCommand,
    surroundings: &Surroundings,
    out: &mut impl Write,
) -> Result<(), Failure> {
    // A provider that is there already is as good.
    let _already = rustls::crypto::ring::default_provider().install_default();
    let as_json = command.reach().is_some_and(|reach| reach.json);
    let mut output = Output::new(out, as_json, surroundings.zone.clone());
    match command {
        ClientCommand::Login(login) => login.run(surroundings, &mut output).await,
        ClientCommand::Ticket { what, reach } => {
            let client = Client::new(&reach, surroundings)?;
            what.run(&client, &surroundings.input, &mut output).await
        }
        ClientCommand::Figures(figures) => {
            let client = Client::new(&figures.reach, surroundings)?;
            figures.run(&client, &mut output).await
        }
        ClientCommand::Search(search) => {
            let client = Client::new(&search.reach, surroundings)?;
            search.run(&client, &mut output).await
        }
        ClientCommand::OnCall(on_call) => {
            let client = Client::new(&on_call.reach, surroundings)?;
            on_call.run(&client, &mut output).await
        }
        ClientCommand::Contact { what, reach } => {
            let client = Client::new(&reach, surroundings)?;
            what.run(&client, &mut output).await
        }
        ClientCommand::Page { what, reach } => {
            let client = Client::new(&reach, surroundings)?;
            what.run(&client, &mut output).await
        }
        ClientCommand::Intake { what } => what.run(&surroundings.input).await,
        ClientCommand::Apply(apply) => apply.run(surroundings, &mut output).await,
        ClientCommand::ExportAsCode(export) => export.run(surroundings, &mut output).await,
        ClientCommand::Alert { what, reach } => {
            let client = Client::new(&reach, surroundings)?;
            what.run(&client, &mut output).await
        }
    }
}

impl ClientCommand {
    fn reach(&self) -> Option<&Reach> {
        match self {
            Self::Login(login) => Some(&login.reach),
            Self::Ticket { reach, .. }
            | Self::Alert { reach, .. }
            | Self::Contact { reach, .. }
            | Self::Page { reach, .. } => Some(reach),
            Self::Figures(figures) => Some(&figures.reach),
            Self::Apply(apply) => Some(&apply.reach),
            Self::ExportAsCode(export) => Some(&export.reach),
            Self::Search(search) => Some(&search.reach),
            Self::OnCall(on_call) => Some(&on_call.reach),
            Self::Intake { .. } => None,
        }
    }
}
