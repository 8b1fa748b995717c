//! A sample company in a temporary folder.

use std::net::{Ipv4Addr, SocketAddr};

use eider_app::account;
use eider_delivery::Configuration as Providers;
use eider_slack::SLACK_API;
use eider_web::{Web, welcome_path};
use tokio::net::TcpListener;

use crate::{
    command_line::Demo, configuration::LogFormat, desk, failure::Failure, secret_key, serve,
    shutdown,
};

/// For how long the printed link signs in.
const SIGN_IN_HOURS: i64 = 24 * 30;
/// How many ports after a taken one are tried.
const PORTS_TRIED: u16 = 100;

/// Runs the sample company until SIGTERM or SIGINT.
///
/// # Errors
/// When no port is free or no folder can be made.
pub async fn run(options: &Demo) -> Result<(), Failure> {
    desk::start_logging(LogFormat::Text, "warn")?;
    let stop = shutdown::on_signal()?;
    let temporary = tempfile::Builder::new()
        .prefix("eider-demo-")
        .tempdir()
        .map_err(|error| Failure::told(format!("No temporary folder can be made: {error}.")))?;
    let folder = options.keep.as_deref().unwrap_or(temporary.path());
    let _held = desk::hold(folder)?;
    if desk::sqlite_file(folder).exists() {
        return Err(Failure::told(format!(
            "There is a desk in {} already. Name another folder with --keep, or serve that one \
             with --data.",
            folder.display()
        )));
    }
    let database = crate::configuration::Database::Sqlite {
        folder: folder.to_owned(),
    };
    let db = desk::open(&database).await?;
    let key = secret_key::of(None, &database, &db).await?;
    let eider = desk::eider(db, key)?;
    let sample = eider_app::demo::fill(&eider, options.seed).await?;
    let secret = account::sign_in_link(&eider, sample.administrator, SIGN_IN_HOURS).await?;
    let listener = listen_near(options.port).await?;
    let address = format!("http://{}", serve::address_of(&listener)?);
    println!("Address: {address}");
    println!("Sign in: {address}{}", welcome_path(&secret));
    // A sample company reaches nobody.
    let delivery = serve::delivery(&eider, &address, &Providers::default())?;
    let web = Web::new(eider, address);
    serve::until_stopped(web, SLACK_API, delivery, listener, stop).await
}

/// Listens on loopback at `port`, or at the next free one.
async fn listen_near(port: u16) -> Result<TcpListener, Failure> {
    for candidate in port..=port.saturating_add(PORTS_TRIED) {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, candidate));
        if let Ok(listener) = TcpListener::bind(address).await {
            return Ok(listener);
        }
    }
    Err(Failure::told(format!(
        "No port from {port} on is free. Choose another one with --port."
    )))
}
