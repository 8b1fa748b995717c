//! What can be typed after `eider`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use eider_cli::ClientCommand;

use crate::{
    configuration::{DEFAULT_PORT, Place, Reach},
    import::ImportWhat,
};

/// Eider, the production-support desk.
#[derive(Debug, Parser)]
#[command(
    name = "eider",
    version,
    about = "The production-support desk",
    max_term_width = 100
)]
pub struct CommandLine {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the desk, on SQLite in ./eider-data unless told otherwise
    Serve {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        reach: Reach,
    },
    /// Run a sample company in a temporary folder, and print a link that signs you in
    Demo(Demo),
    /// Bring the database to this version
    Migrate {
        #[command(flatten)]
        place: Place,
    },
    /// Check the database, the disk, the clock and the configuration, and say how to mend each
    Doctor {
        /// Answer in JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        reach: Reach,
    },
    /// Copy the desk to a file, while it is in use, and check the copy by opening it
    Backup(WholeDesk),
    /// Put a backup in the place of the desk; the desk that was there is kept beside
    Restore(WholeDesk),
    /// Write everything as text, to move it to another database, or what can be applied as files
    Export(Export),
    /// Read everything of an export into an empty database, or the tickets of another tracker
    Import(Import),
    /// Send test alerts through a server again and again, and tell somebody when they do not come back
    Watch(Watch),
    /// Make administrators without the web
    Admin {
        #[command(subcommand)]
        what: Admin,
    },
    /// Make API tokens without the web
    Token {
        #[command(subcommand)]
        what: Token,
    },
    /// Connect Slack: its manifest, and whether all is well
    Slack {
        #[command(subcommand)]
        what: SlackWhat,
    },
    /// What a client asks of a server
    #[command(flatten)]
    Client(ClientCommand),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// A file with a whole desk, and where the desk is.
#[derive(Args, Debug)]
pub struct WholeDesk {
    /// The file
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The desk.
    #[command(flatten)]
    pub place: Place,
}

/// What to write as text.
#[derive(Args, Debug)]
pub struct Export {
    /// The file; with --as-code the folder for the files
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Ask a server for squads, people, rotas and more as the files that `eider apply` takes
    #[arg(long)]
    pub as_code: bool,
    /// Write over files that are there and say something else
    #[arg(long, requires = "as_code")]
    pub overwrite: bool,
    /// The desk.
    #[command(flatten)]
    pub place: Place,
    /// The server, for --as-code.
    #[command(flatten)]
    pub reach: eider_cli::Reach,
}

/// What to import.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Import {
    /// An export of another Eider
    #[arg(value_name = "FILE", required = true)]
    pub file: Option<PathBuf>,
    /// The desk.
    #[command(flatten)]
    pub place: Place,
    /// What of another system.
    #[command(subcommand)]
    pub what: Option<ImportWhat>,
}

/// What the sample company is made of.
#[derive(Args, Debug)]
pub struct Demo {
    /// The port to listen on; the next free one when it is taken, any free one for 0
    #[arg(long, value_name = "N", default_value_t = DEFAULT_PORT)]
    pub port: u16,
    /// The same number makes the same company
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Keep the company in this folder afterwards; it must not hold one yet
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
}

/// How to watch.
#[derive(Args, Debug)]
pub struct Watch {
    /// The configuration of the watch; ./eider-watch.toml when it is there
    #[arg(long, value_name = "FILE", env = "EIDER_WATCH_CONFIG")]
    pub config: Option<PathBuf>,
    /// Look once and end: with 0 when all is well, 3 when it is not and somebody was told, 4 when nobody
    /// could be told
    #[arg(long)]
    pub once: bool,
}

/// What to do about Slack.
#[derive(Debug, Subcommand)]
pub enum SlackWhat {
    /// Print the manifest of the app, with a reason for each scope
    Manifest(Manifest),
    /// Check tokens, scopes, channels, clocks and the way by which Slack reaches Eider
    Doctor {
        /// Answer in JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        reach: Reach,
    },
}

/// How the app of Slack is to be.
#[derive(Args, Debug)]
pub struct Manifest {
    /// Slack calls Eider at its public address, instead of Eider keeping a line open to Slack
    #[arg(long)]
    pub http: bool,
    /// The address that people type, such as `https://support.example.com`
    #[arg(long, value_name = "URL", env = "EIDER_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// The slash command
    #[arg(long, value_name = "COMMAND", default_value = "/support")]
    pub command: String,
}

/// What to do about administrators.
#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Make an administrator; the password is read from standard input
    Create {
        /// Where they sign in
        #[arg(long, value_name = "ADDRESS")]
        email: String,
        /// Their name; the part of the address before the @ when it is not given
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        #[command(flatten)]
        place: Place,
    },
}

/// What to do about tokens.
#[derive(Debug, Subcommand)]
pub enum Token {
    /// Make a token and print it alone on a line; it is never shown again
    Create(NewToken),
}

/// A token to be made.
#[derive(Args, Debug)]
pub struct NewToken {
    /// The address of the person in whose name it acts
    #[arg(long = "for", value_name = "ADDRESS")]
    pub owner: String,
    /// What it is for, so that it can be told from others
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// What it is good for: read, write, manage, with commas between
    #[arg(long, value_name = "SCOPES", default_value = "read,write,manage")]
    pub scopes: String,
    /// After how many days it ends; never when it is not given
    #[arg(long, value_name = "N")]
    pub expires_days: Option<u32>,
    /// The desk it is for.
    #[command(flatten)]
    pub place: Place,
}
