//! Who is let in: clients within their rate, and pages of this server, asked for by a name that it is known as, or of an
//! origin that the settings name.
//!
//! A browser sends what any page tells it to, with the rights of whoever sits before it; `Host` and `Origin` are what the
//! page can't choose.

use std::net::IpAddr;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::middleware::Next;
use axum::response::Response;

use super::connections::Peer;
use super::{Refused, Serving, Slot};
use crate::error::Fault;
use crate::metrics::RequestKind;

/// Lets a request in, or refuses it. Until the record is open nothing is told that a stranger could read.
pub(super) async fn admitted(State(slot): State<Slot>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let Some((serving, refused)) =
        slot.get().and_then(|serving| admit(serving, &request).err().map(|refused| (serving, refused)))
    else {
        return next.run(request).await;
    };
    let response = refused.response();
    serving.server.metrics.answered(RequestKind::Other, response.status().as_u16(), began.elapsed());
    response
}

fn admit(serving: &Serving, request: &Request) -> Result<(), Refused> {
    if let Some(Peer(client)) = request.extensions().get() {
        serving.rates.ask(*client)?;
    }
    let settings = &serving.server.config.http;
    known_host(request.headers(), &settings.hosts)?;
    known_origin(request.headers(), &settings.cors_origins)
}

/// A page whose own name was made to point at this machine has the origin that it asks for; only its name tells.
fn known_host(headers: &HeaderMap, named: &[String]) -> Result<(), Refused> {
    let Some(host) = headers.get(HOST) else { return Ok(()) };
    let host = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok());
    let known = host.as_ref().is_some_and(|host| {
        let name = host.host();
        let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        address.is_ok_and(|address| address.is_loopback())
            || name.eq_ignore_ascii_case("localhost")
            || named.iter().any(|named| name.eq_ignore_ascii_case(named))
    });
    if known {
        Ok(())
    } else {
        Err(Refused::new(
            Fault::ForeignOrigin,
            "the name in `Host` is not one of this server: see http.hosts",
        ))
    }
}

/// A page of another origin must not speak for whoever sits at this machine, unless the settings name it.
fn known_origin(headers: &HeaderMap, named: &[String]) -> Result<(), Refused> {
    let Some(given) = headers.get(ORIGIN) else { return Ok(()) };
    let origin = given.to_str().ok();
    let authority = origin.and_then(|origin| origin.split_once("://")).map(|(_, authority)| authority);
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    if authority.is_some() && authority == host || named.iter().any(|named| *given == **named) {
        Ok(())
    } else {
        Err(Refused::new(Fault::ForeignOrigin, "requests of pages of other origins are not answered"))
    }
}
