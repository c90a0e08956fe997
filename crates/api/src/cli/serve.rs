//! `daftar serve`: opens the record, folds the view, listens, and stops without losing what it accepted.

use std::io::{ErrorKind, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use clap::Args;
use daftar_domain::vault::Actors;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::{Failure, Place};
use crate::auth::Identity;
use crate::config::Config;
use crate::http::{Serving, Slot, acceptor, operators_router, router, serve_connections};
use crate::server::{Progress, Server};
use crate::telemetry;

mod greeting;

/// Arguments of `daftar serve`.
#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    place: Place,
    /// Where to listen; only loopback addresses, unless there is an identity provider and TLS [default: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Serves the national reference set: records it in the folder first, or completes it there.
    #[arg(long)]
    demo: bool,
}

impl Serve {
    /// Serves until SIGTERM or SIGINT.
    ///
    /// # Errors
    /// One line: a setting, the address, the folder, the store, the clock.
    pub fn run(self) -> Result<(), Failure> {
        let config = self.place.config(self.listen)?;
        let _telemetry = telemetry::begin(&config).map_err(Failure::of_settings)?;
        let listener = listen(config.listen)?;
        let operators = config.metrics.listen.map(listen).transpose()?;
        let runtime =
            tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::new)?;
        runtime.block_on(serve(config, self.demo, listener, operators))
    }
}

fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    let listener = TcpListener::bind(address).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => Failure::new(format!("{address} is in use: another program listens there")),
        ErrorKind::PermissionDenied => Failure::new(format!("{address}: this user may not listen there")),
        _ => Failure::new(format!("{address}: {error}")),
    })?;
    listener.set_nonblocking(true).map_err(Failure::new)?;
    Ok(listener)
}

/// Listens at once and answers NOT_READY until the record is open.
async fn serve(
    config: Config,
    demo: bool,
    listener: TcpListener,
    operators: Option<TcpListener>,
) -> Result<(), Failure> {
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::new)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::new)?;
    let (stop, stopping) = watch::channel(false);
    let slot = Slot::default();
    let address = listener.local_addr().map_err(Failure::new)?;
    let patience = Duration::from_secs(config.http.shutdown_max_seconds);
    let listener = tokio::net::TcpListener::from_std(listener).map_err(Failure::new)?;
    if let Some(operators) = operators {
        let operators = tokio::net::TcpListener::from_std(operators).map_err(Failure::new)?;
        // It answers to the end, so that operators see what a stopping server says.
        tokio::spawn(axum::serve(operators, operators_router(Arc::clone(&slot))).into_future());
    }
    let tls = acceptor(&config.tls).map_err(Failure::new)?;
    let routes = router(Arc::clone(&slot), &config.http, config.tls.protects());
    let serving = serve_connections(listener, tls, routes, config.http.clone(), stopping.clone());
    let mut serving = tokio::spawn(serving);
    let given_up = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&given_up);
    let progress = Arc::clone(&slot.progress);
    let opening = tokio::task::spawn_blocking(move || open(config, demo, &told, progress));
    let opened = tokio::select! {
        opened = opening => Some(opened),
        _ = terminate.recv() => None,
        _ = interrupt.recv() => None,
    };
    let Some(opened) = opened else {
        given_up.store(true, Ordering::Relaxed);
        return Ok(());
    };
    let server = opened.map_err(Failure::new)??;
    let identity = identity(&server)?;
    let schema = Arc::new(Serving::new(Arc::clone(&server), identity, stopping).map_err(Failure::new)?);
    let scheme = if server.config.tls.certificate.is_some() { "https" } else { "http" };
    let greeting = greeting::greeting(&schema, &format!("{scheme}://{address}")).await;
    slot.fill(schema);
    // Whoever started it may have closed its output.
    let _ = writeln!(std::io::stdout(), "{greeting}").and_then(|()| std::io::stdout().flush());
    let ended = tokio::select! {
        ended = &mut serving => Some(ended),
        _ = terminate.recv() => None,
        _ = interrupt.recv() => None,
    };
    if let Some(ended) = ended {
        return Err(Failure::new(format!("{address}: stopped listening: {ended:?}")));
    }
    stop.send_replace(true);
    finish(server, serving, patience).await
}

fn open(
    config: Config,
    demo: bool,
    given_up: &AtomicBool,
    progress: Arc<Progress>,
) -> Result<Arc<Server>, Failure> {
    let began = Instant::now();
    if demo {
        super::demo::prepare(&config, given_up)?;
    }
    let server = Server::open_telling(config, progress).map_err(Failure::new)?;
    tracing::info!(seconds = began.elapsed().as_secs_f64(), "the record is open");
    Ok(server)
}

/// Who is asked who they are: nobody, or whoever shows a token of the provider of the settings. Logins have their random
/// IDs in the vault.
fn identity(server: &Server) -> Result<Identity, Failure> {
    let settings = &server.config.identity;
    if settings.issuer.is_none() {
        return Ok(Identity::local());
    }
    let vault = server.personal.vault().map_err(|error| {
        Failure::new(format!("logins are kept in the vault: {error}; see vault.key_file"))
    })?;
    let logins = Actors::of(Arc::clone(vault)).map_err(Failure::new)?;
    Identity::of(settings, Box::new(logins)).map_err(Failure::of_settings)
}

/// Waits for open requests as long as the settings say, then for the writer, which finishes all that it accepted.
async fn finish(
    server: Arc<Server>,
    serving: tokio::task::JoinHandle<()>,
    patience: Duration,
) -> Result<(), Failure> {
    if tokio::time::timeout(patience, serving).await.is_err() {
        tracing::warn!("some connections were still open");
    }
    let closed = tokio::task::spawn_blocking(move || server.close()).await;
    closed.map_err(Failure::new)?.map_err(|error| Failure::new(format!("closing the record: {error}")))
}
