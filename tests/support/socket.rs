//! A client of graphql-transport-ws.

use std::net::TcpStream;

use serde_json::{Value, json};
use tungstenite::client::IntoClientRequest;
use tungstenite::{Message, WebSocket};

use super::{PATIENCE, Running};

/// A connection to the server.
pub type Socket = WebSocket<TcpStream>;

/// Connects, and says nothing yet.
pub fn connect(server: &Running) -> Socket {
    over(server, TcpStream::connect(&server.address).expect("it listens"))
}

fn over(server: &Running, stream: TcpStream) -> Socket {
    let mut request = format!("ws://{}/graphql", server.address).into_client_request().expect("an address");
    request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().expect("text"));
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    tungstenite::client(request, stream).expect("a WebSocket").0
}

/// Sends a message.
pub fn tell(socket: &mut Socket, message: Value) {
    socket.send(Message::text(message.to_string())).expect("it is open");
}

/// The next message; `closed` with its code when the server closes.
pub fn hear(socket: &mut Socket) -> Value {
    match socket.read().expect("it is open") {
        Message::Text(text) => serde_json::from_str(text.as_str()).expect("JSON"),
        Message::Close(frame) => json!({ "closed": frame.map(|frame| u16::from(frame.code)) }),
        other => panic!("{other:?}"),
    }
}

/// Connects and opens the protocol.
pub fn open(server: &Running) -> Socket {
    opened(connect(server))
}

/// The same over a connection that holds little of what the client has not read yet.
pub fn open_narrow(server: &Running) -> Socket {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).expect("a socket");
    socket.set_recv_buffer_size(16 << 10).expect("a socket option");
    let address: std::net::SocketAddr = server.address.parse().expect("an address");
    socket.connect(&address.into()).expect("it listens");
    opened(over(server, socket.into()))
}

fn opened(mut socket: Socket) -> Socket {
    tell(&mut socket, json!({ "type": "connection_init" }));
    assert_eq!(hear(&mut socket), json!({ "type": "connection_ack" }));
    socket
}
