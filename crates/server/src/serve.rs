//! Running the desk until it is asked to stop.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use eider_app::{Eider, Timers, account};
use eider_delivery::{Configuration as Providers, Delivery};
use eider_intake::Intake;
use eider_slack::Slack;
use eider_web::{Web, welcome_path};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    configuration::{Configuration, Database},
    desk,
    failure::Failure,
    secret_key, shutdown,
};

/// Requests that are under way when Eider is asked to stop have this long to finish.
const FINISH_WITHIN: Duration = Duration::from_secs(10);

/// What works by itself has so much longer to end: it may wait for a database that is gone.
const END_WITHIN: Duration = Duration::from_secs(8);

/// Serves the configured desk until SIGTERM or SIGINT.
///
/// # Errors
/// When the database cannot be opened or the address not be listened on.
pub async fn run(configuration: &Configuration) -> Result<(), Failure> {
    let _held = match &configuration.database {
        Database::Sqlite { folder } => Some(desk::hold(folder)?),
        Database::Postgres(_) => None,
    };
    let db = desk::open(&configuration.database).await?;
    let key = secret_key::of(
        configuration.secret_key_file.as_deref(),
        &configuration.database,
        &db,
    )
    .await?;
    let eider = desk::eider(db, key)?;
    eider.prepare().await?;
    let listener = listen(configuration.listen).await?;
    let address = address_of(&listener)?;
    let stop = shutdown::on_signal()?;
    if let Some(warning) = configuration.warning() {
        tracing::warn!("{warning}");
    }
    secret_key::warn_without(&eider);
    println!("Eider listens on http://{address}");
    let public_url = configuration
        .public_url
        .clone()
        .unwrap_or_else(|| format!("http://{}", reachable(address)));
    if let Some(secret) = account::first_administrator_link(&eider).await? {
        println!("First administrator: {public_url}{}", welcome_path(&secret));
    }
    let delivery = delivery(&eider, &public_url, &configuration.providers)?;
    let web = Web {
        client_address: configuration.client_address.into(),
        ..Web::new(eider, public_url)
    };
    until_stopped(web, &configuration.slack_api_url, delivery, listener, stop).await
}

/// Delivery by the configured providers.
///
/// # Errors
/// When one of them cannot work so.
pub fn delivery(
    eider: &Eider,
    public_url: &str,
    providers: &Providers,
) -> Result<Delivery, Failure> {
    Delivery::new(eider.clone(), public_url, providers)
        .map_err(|error| Failure::told(format!("A provider cannot be used. {error}.")))
}

/// Answers requests, runs the timers, reaches people and speaks with Slack until `stop`, then finishes what is
/// under way and closes the database.
///
/// # Errors
/// When the network fails.
pub async fn until_stopped(
    web: Web,
    slack_api_url: &str,
    delivery: Delivery,
    listener: TcpListener,
    stop: CancellationToken,
) -> Result<(), Failure> {
    let eider = web.eider.clone();
    let node = format!("node-{}", &eider.ids().secret()[..8]);
    let timers = tokio::spawn(Timers::new(eider.clone(), node.clone()).run(stop.clone()));
    let slack = Slack::new(
        eider.clone(),
        web.public_url.clone(),
        slack_api_url.to_owned(),
    );
    let slack_routes = slack.router();
    let slack = tokio::spawn(slack.run(node.clone(), stop.clone()));
    let provider_routes = delivery.router();
    let delivery = tokio::spawn(delivery.run(node, stop.clone()));
    // The address of the client is what attempts to sign in are counted for.
    let service = eider_web::router(web)
        .merge(slack_routes)
        .merge(provider_routes)
        .merge(Intake::new(eider.clone()).router())
        .into_make_service_with_connect_info::<SocketAddr>();
    let serving =
        axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned());
    let late = async {
        stop.cancelled().await;
        tokio::time::sleep(FINISH_WITHIN).await;
    };
    let outcome = tokio::select! {
        outcome = serving.into_future() => outcome,
        () = late => {
            tracing::warn!("some requests did not finish in time and are cut off");
            Ok(())
        }
    };
    stop.cancel();
    let ending = async {
        if timers.await.is_err() {
            tracing::warn!("the timers did not end well; their jobs are done after the next start");
        }
        if slack.await.is_err() {
            tracing::warn!("Slack did not end well; what is open is done after the next start");
        }
        if delivery.await.is_err() {
            tracing::warn!("delivery did not end well; what is open is sent after the next start");
        }
        eider.db().close().await;
    };
    if tokio::time::timeout(END_WITHIN, ending).await.is_err() {
        tracing::warn!("something does not end; it is left, and done after the next start");
    }
    tracing::info!("stopped");
    outcome.map_err(|error| Failure::told(format!("The network failed: {error}.")))
}

/// Listens on `address`.
///
/// # Errors
/// When it is taken or not allowed.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        Failure::told(format!(
            "Cannot listen on {address}: {error}. Choose another address with --listen."
        ))
    })
}

/// The address that is really listened on.
///
/// # Errors
/// When the system does not tell it.
pub fn address_of(listener: &TcpListener) -> Result<SocketAddr, Failure> {
    listener
        .local_addr()
        .map_err(|error| Failure::told(format!("The system does not tell the address: {error}.")))
}

/// An address that a browser on this machine can open: “every address” is none.
fn reachable(address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), address.port())
    } else {
        address
    }
}
