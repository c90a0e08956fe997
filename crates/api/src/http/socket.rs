//! GraphQL over WebSocket by the protocol graphql-transport-ws.
//!
//! Bounded in every direction: connections, subscriptions of one connection, the time to open the protocol, the time
//! that one message may wait for the client, the size of a message. A client that breaks the protocol or is too slow is
//! closed with a code and a reason.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::Variables;
use axum::extract::FromRequestParts;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use daftar_domain::policy::Actor;
use futures_util::StreamExt;
use serde::Deserialize;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::connections::Peer;
use super::execute::{self, Prepared, Unfit};
use super::request::Asked;
use super::{Refused, Serving, TOKEN_EXPIRED, reached, stopped};
use crate::auth::{Caller, Unidentified};
use crate::error::Fault;
use crate::request_id;

const PROTOCOL: &str = "graphql-transport-ws";

/// What is read of a client at once, in bytes.
const READ_BUFFER_BYTES: usize = 4 << 10;

/// Whether a request wants to become a WebSocket.
pub(super) fn wanted(headers: &HeaderMap) -> bool {
    headers.get(header::UPGRADE).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// Accepts a connection.
pub(super) async fn accept(
    serving: &Arc<Serving>,
    caller: Caller,
    mut parts: Parts,
) -> Result<Response, Refused> {
    let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &())
        .await
        .map_err(|error| Refused::new(Fault::BadRequest, error.to_string()))?;
    let offered = parts.headers.get(header::SEC_WEBSOCKET_PROTOCOL).and_then(|value| value.to_str().ok());
    if !offered.unwrap_or_default().split(',').any(|offered| offered.trim() == PROTOCOL) {
        return Err(Refused::new(Fault::BadRequest, format!("the WebSocket protocol is {PROTOCOL}")));
    }
    let Ok(place) = Arc::clone(&serving.connections).try_acquire_owned() else {
        return Err(Refused::new(Fault::Overloaded, "there are as many connections as there may be"));
    };
    let (serving, client) = (Arc::clone(serving), parts.extensions.get().copied());
    let most = serving.server.config.http.body_max_bytes;
    Ok(upgrade
        .protocols([PROTOCOL])
        .max_message_size(most)
        .max_frame_size(most)
        // What a client sends is short; the library's own 128 KiB would be most of what a subscriber costs.
        .read_buffer_size(READ_BUFFER_BYTES)
        .on_upgrade(move |socket| Connection::new(serving, caller, socket, client, place).run()))
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum FromClient {
    ConnectionInit {
        #[serde(default)]
        payload: Option<serde_json::Value>,
    },
    Ping,
    Pong,
    Subscribe {
        id: String,
        payload: Payload,
    },
    Complete {
        id: String,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    #[serde(default)]
    query: Option<String>,
    #[serde(default)]
    document_id: Option<String>,
    #[serde(default)]
    extensions: Option<serde_json::Map<String, serde_json::Value>>,
    #[serde(default)]
    operation_name: Option<String>,
    #[serde(default)]
    variables: Option<Variables>,
}

impl Payload {
    /// Whether it has a document, or names one. Without either it is no message of the protocol.
    fn asks(&self) -> bool {
        let persisted = self.extensions.as_ref().is_some_and(|known| known.contains_key("persistedQuery"));
        self.query.is_some() || self.document_id.is_some() || persisted
    }
}

/// What a running operation sends.
enum Item {
    Next(String, Vec<u8>),
    /// The operation was refused before anything was executed.
    Error(String, Vec<u8>),
    Complete(String),
}

/// Why a connection ends: a code of the protocol, and a reason.
struct Closed(u16, &'static str);

struct Connection {
    serving: Arc<Serving>,
    caller: Caller,
    socket: WebSocket,
    running: HashMap<String, AbortHandle>,
    items: mpsc::Receiver<Item>,
    sender: mpsc::Sender<Item>,
    slow: Duration,
    client: Option<Peer>,
    _place: OwnedSemaphorePermit,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.running.values().for_each(AbortHandle::abort);
    }
}

impl Connection {
    fn new(
        serving: Arc<Serving>,
        caller: Caller,
        socket: WebSocket,
        client: Option<Peer>,
        place: OwnedSemaphorePermit,
    ) -> Self {
        let slow = Duration::from_secs(serving.server.config.subscription.send_max_seconds);
        let (sender, items) = mpsc::channel(1);
        let running = HashMap::new();
        Self { serving, caller, socket, running, items, sender, slow, client, _place: place }
    }

    async fn run(mut self) {
        const CLOSING_MAX: Duration = Duration::from_secs(1);
        if let Err(Closed(code, reason)) = self.serve().await {
            let frame = CloseFrame { code, reason: reason.into() };
            // The reason waits as long as an item for a slow client; one that takes nothing doesn't hear it either.
            let _ = timeout(self.slow, self.socket.send(Message::Close(Some(frame)))).await;
        }
        // Reading on to the end is what answers the client's own closing; without it the client sees a broken line.
        let rest = async { while let Some(Ok(_)) = self.socket.recv().await {} };
        let _ = timeout(CLOSING_MAX, rest).await;
    }

    /// Serves until the client goes (`Ok`) or has to go.
    async fn serve(&mut self) -> Result<(), Closed> {
        self.open().await?;
        let mut stopping = self.serving.stopping.clone();
        let mut ended = pin!(self.caller.ended());
        loop {
            tokio::select! {
                received = self.socket.recv() => match received {
                    None | Some(Err(_) | Ok(Message::Close(_))) => return Ok(()),
                    Some(Ok(Message::Text(text))) => self.received(text.as_str()).await?,
                    Some(Ok(Message::Binary(_))) => return Err(Closed(4400, "messages are text")),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                },
                Some(item) = self.items.recv() => self.tell(item).await?,
                () = &mut ended => return Err(Closed(4401, TOKEN_EXPIRED)),
                () = stopped(&mut stopping) => return Err(Closed(1001, "the server is stopping")),
            }
        }
    }

    async fn open(&mut self) -> Result<(), Closed> {
        let limit = Duration::from_secs(self.serving.server.config.subscription.init_max_seconds);
        timeout(limit, self.initialised())
            .await
            .unwrap_or(Err(Closed(4408, "Connection initialisation timeout")))
    }

    /// Waits for the initialisation; pings may come before it.
    async fn initialised(&mut self) -> Result<(), Closed> {
        loop {
            match self.socket.recv().await {
                Some(Ok(Message::Text(text))) => match serde_json::from_str(text.as_str()) {
                    Ok(FromClient::ConnectionInit { payload }) => {
                        let identity = &self.serving.identity;
                        self.caller =
                            identity.of_payload(payload.as_ref(), self.caller).await.map_err(closed)?;
                        return self.send(r#"{"type":"connection_ack"}"#.to_owned()).await;
                    }
                    Ok(FromClient::Ping) => self.send(r#"{"type":"pong"}"#.to_owned()).await?,
                    Ok(FromClient::Pong) => {}
                    Ok(FromClient::Subscribe { .. } | FromClient::Complete { .. }) => {
                        return Err(Closed(4401, "Unauthorized"));
                    }
                    Err(_) => return Err(Closed(4400, "Invalid message")),
                },
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                _ => return Err(Closed(4400, "Invalid message")),
            }
        }
    }

    async fn received(&mut self, text: &str) -> Result<(), Closed> {
        match serde_json::from_str(text) {
            Ok(FromClient::Ping) => self.send(r#"{"type":"pong"}"#.to_owned()).await,
            Ok(FromClient::Pong) => Ok(()),
            Ok(FromClient::Complete { id }) => {
                if let Some(running) = self.running.remove(&id) {
                    running.abort();
                }
                Ok(())
            }
            Ok(FromClient::Subscribe { id, payload }) => self.subscribe(id, payload),
            Ok(FromClient::ConnectionInit { .. }) => Err(Closed(4429, "Too many initialisation requests")),
            Err(_) => Err(Closed(4400, "Invalid message")),
        }
    }

    fn subscribe(&mut self, id: String, payload: Payload) -> Result<(), Closed> {
        if id.is_empty() || !payload.asks() {
            return Err(Closed(4400, "Invalid message"));
        }
        if self.running.contains_key(&id) {
            return Err(Closed(4409, "Subscriber already exists"));
        }
        if self.running.len() >= self.serving.server.config.subscription.per_connection_max {
            return Err(Closed(4429, "Too many subscriptions on one connection"));
        }
        let (serving, sender, name) = (Arc::clone(&self.serving), self.sender.clone(), id.clone());
        let (client, actor) = (self.client, self.caller.actor);
        // Over a WebSocket each operation is a request of its own.
        let task = tokio::spawn(request_id::kept(async move {
            let prepared = match prepare(&serving, client, actor, payload).await {
                Ok(prepared) => prepared,
                Err(unfit) => {
                    let errors = serde_json::to_vec(&unfit.errors()).expect("an error has only string keys");
                    // The connection may be gone already.
                    let _ = sender.send(Item::Error(name, errors)).await;
                    return;
                }
            };
            let mut answers = pin!(execute::answers(&serving, prepared));
            while let Some(mut answer) = answers.next().await {
                let item = match answer.refusal() {
                    Some(errors) => Item::Error(name.clone(), errors),
                    None => {
                        Item::Next(name.clone(), answer.written(serving.server.config.http.answer_max_bytes))
                    }
                };
                let refused = matches!(item, Item::Error(..));
                if sender.send(item).await.is_err() || refused {
                    return;
                }
            }
            // The connection may be gone already.
            let _ = sender.send(Item::Complete(name)).await;
        }));
        self.running.insert(id, task.abort_handle());
        Ok(())
    }

    /// Sends an item of an operation that the client has not completed meanwhile.
    async fn tell(&mut self, item: Item) -> Result<(), Closed> {
        match item {
            Item::Next(id, answer) if self.running.contains_key(&id) => {
                let answer = String::from_utf8(answer).expect("JSON is UTF-8");
                self.send(format!(r#"{{"type":"next","id":{},"payload":{answer}}}"#, quoted(&id))).await
            }
            Item::Error(id, errors) if self.running.remove(&id).is_some() => {
                let errors = String::from_utf8(errors).expect("JSON is UTF-8");
                self.send(format!(r#"{{"type":"error","id":{},"payload":{errors}}}"#, quoted(&id))).await
            }
            Item::Complete(id) if self.running.remove(&id).is_some() => {
                self.send(format!(r#"{{"type":"complete","id":{}}}"#, quoted(&id))).await
            }
            Item::Next(..) | Item::Error(..) | Item::Complete(_) => Ok(()),
        }
    }

    async fn send(&mut self, text: String) -> Result<(), Closed> {
        match timeout(self.slow, self.socket.send(Message::Text(text.into()))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Closed(1001, "the connection is gone")),
            Err(_) => Err(Closed(1013, "too slow: resume from the last position")),
        }
    }
}

/// Why somebody isn't let in, as the protocol says it.
fn closed(why: Unidentified) -> Closed {
    match why {
        Unidentified::NoBearer | Unidentified::Token(_) => Closed(4403, "Forbidden"),
        Unidentified::Unavailable => Closed(1013, "identities can't be checked at the moment"),
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// What an operation asks, as far as it may be executed.
async fn prepare(
    serving: &Serving,
    client: Option<Peer>,
    actor: Actor,
    payload: Payload,
) -> Result<Prepared, Unfit> {
    if let Some(Peer(client)) = client {
        serving.rates.ask(client)?;
    }
    let Payload { query, document_id, extensions, operation_name, variables } = payload;
    let query = query.map(Into::into);
    let asked = Asked::of(query, document_id, operation_name, variables.unwrap_or_default(), extensions)?;
    let mut view = serving.server.views.newest();
    if asked.min_position > view.position {
        view = reached(&serving.server, asked.min_position).await?;
    }
    execute::prepare(serving, actor, view, asked)
}
