//! The log of a running server, read by URL: its newest checkpoint, and the lines below it.
//!
//! Nothing that comes from there is trusted: the checkpoint is checked under the auditor's keys, and the lines are kept
//! only in a bundle, which is green only when they lead to the checkpoint's root.

use std::io::{BufRead, BufReader, Read};
use std::time::Duration;

use daftar_domain::log::checkpoint::{MAX_NOTE_BYTES, SignedCheckpoint, Trust};
use daftar_domain::log::record::MAX_LINE_BYTES;

use super::export::{Lines, Source};
use super::finding::{Code, Finding};
use crate::client;

/// The longest that a connection may take, and that a server may be silent.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server.
pub struct Remote {
    url: String,
    agent: ureq::Agent,
}

impl Remote {
    /// The server at a URL such as `http://127.0.0.1:8080`.
    pub fn new(url: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .tls_config(client::tls())
            .timeout_connect(Some(PATIENCE))
            .timeout_recv_response(Some(PATIENCE))
            .build();
        Self { url: url.trim_end_matches('/').to_owned(), agent: agent.into() }
    }

    /// Its newest checkpoint, signed by a trusted key.
    ///
    /// # Errors
    /// [`Code::Unsigned`], [`Code::Empty`], [`Code::Unreadable`].
    pub fn checkpoint(&self, trust: &Trust) -> Result<SignedCheckpoint, Finding> {
        let mut body = self.get("/log/checkpoint")?.take(MAX_NOTE_BYTES as u64 + 1);
        let mut note = Vec::new();
        body.read_to_end(&mut note).map_err(|error| self.broken(&error))?;
        let signed = trust
            .open(&note)
            .map_err(|error| Finding::new(Code::Unsigned, format_args!("{}: {error}", self.url)))?;
        match signed.checkpoint.size {
            0 => Err(Finding::new(Code::Empty, format_args!("{}: an empty log", self.url))),
            _ => Ok(signed),
        }
    }

    fn get(&self, path: &str) -> Result<impl Read + 'static, Finding> {
        let url = format!("{}{path}", self.url);
        let unreadable = |what: String| Finding::new(Code::Unreadable, format_args!("{url}: {what}"));
        let mut request = self.agent.get(&url);
        // A server that asks who one is gives its lines to whoever may read all of them.
        if let Ok(token) = std::env::var("DAFTAR_TOKEN") {
            if !client::keeps_secret(&url) {
                return Err(unreadable("a token goes by https, or to this machine".to_owned()));
            }
            request = request.header("authorization", format!("Bearer {}", token.trim()));
        }
        let answer = request.call().map_err(|error| unreadable(error.to_string()))?;
        match answer.status().as_u16() {
            200 => Ok(answer.into_body().into_reader()),
            404 => Err(Finding::new(Code::Unsigned, format_args!("{url}: the server signs nothing"))),
            status => Err(unreadable(format!("it answers {status}"))),
        }
    }

    fn broken(&self, error: &std::io::Error) -> Finding {
        Finding::new(Code::Unreadable, format_args!("{}: {error}", self.url))
    }
}

impl Source for Remote {
    fn lines(&self, after: u64, size: u64, take: &mut Lines<'_>) -> Result<(), Finding> {
        if after >= size {
            return Ok(());
        }
        let mut body = BufReader::new(self.get(&format!("/log/events?after={after}&to={size}"))?);
        let mut line = Vec::new();
        loop {
            line.clear();
            let most = MAX_LINE_BYTES as u64 + 1;
            // What was cut off counts as missing; the bundle says how much arrived.
            let read = body.by_ref().take(most).read_until(b'\n', &mut line);
            let Some(content) = line.strip_suffix(b"\n").filter(|_| read.is_ok()) else {
                return match line.len() as u64 {
                    len if len == most => {
                        let what = format!("{}: a line of more than {MAX_LINE_BYTES} bytes", self.url);
                        Err(Finding::new(Code::Malformed, what))
                    }
                    _ => Ok(()),
                };
            };
            if !take(content)? {
                return Ok(());
            }
        }
    }
}
