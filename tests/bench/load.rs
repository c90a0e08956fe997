//! A load of HTTP requests over kept-alive connections, from one thread, bounded in time.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What a slice of load measured.
pub struct Slice {
    /// Requests answered a second.
    pub rate: f64,
    /// The median time of a request.
    pub p50: Duration,
    /// The time that 99 of 100 requests stay under.
    pub p99: Duration,
}

/// Bodies to send in turn to a path.
#[derive(Clone)]
pub struct Work {
    /// Where to.
    pub address: SocketAddr,
    /// The path.
    pub path: String,
    /// Whole request bodies, sent in turn.
    pub bodies: Vec<String>,
}

impl Work {
    fn requests(&self) -> Vec<Vec<u8>> {
        let request = |body: &String| {
            format!(
                "POST {} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\naccept: application/graphql-response+json\r\ncontent-length: {}\r\n\r\n{body}",
                self.path, self.address, body.len()
            )
            .into_bytes()
        };
        self.bodies.iter().map(request).collect()
    }
}

/// Sends one request and returns the body of the answer.
pub fn ask(work: &Work) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut stream = TcpStream::connect(work.address).await.expect("a server");
        stream.write_all(&work.requests()[0]).await.expect("a request sent");
        let mut buffer = Vec::new();
        let body = answer(&mut stream, &mut buffer).await;
        String::from_utf8(buffer[body..].to_vec()).expect("JSON is UTF-8")
    })
}

/// Drives a server over `connections` for `seconds`.
pub fn drive(work: &Work, connections: usize, seconds: f64) -> Slice {
    let requests = std::rc::Rc::new(work.requests());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let local = tokio::task::LocalSet::new();
    let began = Instant::now();
    let until = began + Duration::from_secs_f64(seconds);
    let mut times = local.block_on(&runtime, async {
        let tasks: Vec<_> = (0..connections)
            .map(|start| {
                let (requests, address) = (requests.clone(), work.address);
                tokio::task::spawn_local(async move {
                    let mut stream = TcpStream::connect(address).await.expect("a server");
                    stream.set_nodelay(true).expect("a socket option");
                    let (mut times, mut buffer) = (Vec::new(), Vec::new());
                    for request in requests.iter().cycle().skip(start * 7) {
                        let sent = Instant::now();
                        if sent >= until {
                            break;
                        }
                        stream.write_all(request).await.expect("a request sent");
                        answer(&mut stream, &mut buffer).await;
                        times.push(sent.elapsed());
                    }
                    times
                })
            })
            .collect();
        let mut times = Vec::new();
        for task in tasks {
            times.extend(task.await.expect("a connection's task"));
        }
        times
    });
    let rate = times.len() as f64 / began.elapsed().as_secs_f64();
    times.sort_unstable();
    Slice { rate, p50: times[times.len() / 2], p99: times[times.len() * 99 / 100] }
}

/// Reads one answer into the buffer and returns where its body begins.
pub async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> usize {
    buffer.clear();
    loop {
        let read = stream.read_buf(buffer).await.expect("an answer");
        assert!(read > 0, "the server closed the connection");
        let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = std::str::from_utf8(&buffer[..end]).expect("a head in ASCII");
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        let length: usize = head
            .lines()
            .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok())
            .expect("an answer tells its length");
        while buffer.len() < end + 4 + length {
            assert!(stream.read_buf(buffer).await.expect("an answer") > 0, "the answer was cut");
        }
        return end + 4;
    }
}
