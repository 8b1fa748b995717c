//! Stopping on request, without losing what is under way.

use tokio::signal;
use tokio_util::sync::CancellationToken;

use crate::failure::Failure;

/// A token that is cancelled by the first SIGTERM or SIGINT. A second one ends the process at
/// once.
///
/// # Errors
/// When signals cannot be listened for.
pub fn on_signal() -> Result<CancellationToken, Failure> {
    let stop = CancellationToken::new();
    let stopping = stop.clone();
    let mut asked = Asked::new()
        .map_err(|error| Failure::told(format!("Signals cannot be listened for: {error}.")))?;
    tokio::spawn(async move {
        asked.once().await;
        tracing::info!("stopping");
        stopping.cancel();
        asked.once().await;
        tracing::warn!("asked to stop again; stopping at once");
        std::process::exit(130);
    });
    Ok(stop)
}

#[cfg(unix)]
struct Asked {
    terminate: signal::unix::Signal,
    interrupt: signal::unix::Signal,
}

#[cfg(unix)]
impl Asked {
    fn new() -> std::io::Result<Self> {
        use signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn once(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Asked;

#[cfg(not(unix))]
impl Asked {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn once(&mut self) {
        // Without a console there is nobody to ask; the process is ended from outside.
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
