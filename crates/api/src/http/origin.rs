//! Which pages may ask: those of this server, asked for by a name that it is known as.
//!
//! A browser sends what any page tells it to, with the rights of whoever sits before it; `Host` and `Origin` are what the
//! page can't choose.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::middleware::Next;
use axum::response::Response;

use super::{Refused, Slot};
use crate::error::Fault;

/// Refuses what a page of another origin, or of a name that was made to point here, asks. Until the record is open
/// nothing is told that it could read.
pub(super) async fn asked_here(State(slot): State<Slot>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let refused = slot.get().and_then(|serving| {
        let hosts = &serving.server.config.http.hosts;
        known_host(headers, hosts).and_then(|()| same_origin(headers)).err()
    });
    match refused {
        Some(refused) => refused.response(),
        None => next.run(request).await,
    }
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

/// A page of another origin must not speak for whoever sits at this machine.
fn same_origin(headers: &HeaderMap) -> Result<(), Refused> {
    let Some(origin) = headers.get(ORIGIN) else { return Ok(()) };
    let authority =
        origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, authority)| authority);
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    if authority.is_some() && authority == host {
        Ok(())
    } else {
        Err(Refused::new(Fault::ForeignOrigin, "requests of pages of other origins are not answered"))
    }
}
