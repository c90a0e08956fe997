//! Accepting connections, each within its bounds: how many there are, and how long one may stay silent or take nothing.
//!
//! A connection that sends no request, or a slow one, costs its socket and buffers until its time is over, and nothing
//! else.

use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{HttpService, Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use rustix::process::{Resource, getrlimit, setrlimit};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;

use super::stopped;
use crate::config::Http;

/// How long accepting rests when the system has no sockets left.
const REST: Duration = Duration::from_millis(100);

/// Who asks, as far as the connection tells.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub IpAddr);

/// Serves connections until the server stops, and then until each has finished its request.
pub async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    limits: Http,
    mut stopping: watch::Receiver<bool>,
) {
    allow_sockets();
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(limits.head_max_seconds));
    let places = Arc::new(Semaphore::new(limits.connections_max));
    let service = TowerToHyperService::new(router);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopped(&mut stopping) => break,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(REST).await;
                continue;
            }
        };
        // One too many is closed by dropping it: answering would cost what the bound saves.
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else { continue };
        // An answer is one write: waiting for more bytes would only delay it.
        let _ = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(Duration::from_secs(limits.write_max_seconds)));
        let stream = Box::pin(stream);
        let (service, peer) = (service.clone(), Peer(address.ip()));
        let answer = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(peer);
            service.call(request)
        });
        let (builder, stopping, tls) = (builder.clone(), stopping.clone(), tls.clone());
        let shake = Duration::from_secs(limits.head_max_seconds);
        tokio::spawn(async move {
            match tls {
                None => answers(&builder, stream, answer, stopping).await,
                // Who doesn't finish the handshake is gone, and it concerns nobody else.
                Some(tls) => {
                    if let Ok(Ok(stream)) = timeout(shake, tls.accept(stream)).await {
                        answers(&builder, stream, answer, stopping).await;
                    }
                }
            }
            drop(place);
        });
    }
    drop(listener);
    // Every place is free again when the last connection has ended.
    let all = u32::try_from(limits.connections_max).expect("the settings bound it");
    let _ = places.acquire_many(all).await;
}

/// Answers the requests of one connection. How a client left concerns only the client.
async fn answers<IO, S>(builder: &http1::Builder, stream: IO, answer: S, mut stopping: watch::Receiver<bool>)
where
    IO: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: HttpService<Incoming, ResBody = Body> + Send,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), answer).with_upgrades());
    tokio::select! {
        _ = &mut connection => {}
        () = stopped(&mut stopping) => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

/// Allows as many open files as this user may have: shells often begin with a lower bound.
fn allow_sockets() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!(%error, "the bound on open files stays as it is");
    }
}
