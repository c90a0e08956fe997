//! Signs where the log stands while the server runs, on a thread of its own.
//!
//! A checkpoint follows a commit within the seconds and the events that the settings say, and the last one is signed
//! when the server stops. The writer never waits for it. Nothing is signed that does not continue what the keys signed
//! last: a server over a log that was cut short or exchanged does not start with those keys.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use daftar_domain::log::checkpoint::SignedCheckpoint;
use daftar_domain::log::checkpoint::key::{KeyError, read_private};
use daftar_domain::log::checkpoint::signer::{SignError, Signer, memory_of};
use daftar_domain::log::proof::prover::Prover;

use crate::config;

/// Why a server does not start with these keys.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// The keys can't be read, or are not of one log.
    #[error("checkpoint.keys {}: {error}", path.display())]
    Keys {
        /// The file.
        path: PathBuf,
        /// Why.
        error: KeyError,
    },
    /// The keys are of another log.
    #[error("checkpoint.keys {}: the keys are of {keys:?}, the log calls itself {log:?}", path.display())]
    OtherLog {
        /// The file.
        path: PathBuf,
        /// The name of the keys.
        keys: String,
        /// The name of the log.
        log: String,
    },
    /// The log does not continue what the keys signed last, or that can't be read or kept.
    #[error("checkpoint.keys {}: {error}", path.display())]
    Sign {
        /// The file.
        path: PathBuf,
        /// Why.
        error: SignError,
    },
    /// The thread could not be started.
    #[error("the signing thread cannot be started: {0}")]
    Thread(std::io::Error),
}

/// The checkpoints of a running server; none without keys.
#[derive(Default)]
pub struct Signing {
    newest: Arc<ArcSwapOption<SignedCheckpoint>>,
    failure: Arc<OnceLock<String>>,
    news: Mutex<Option<SyncSender<u64>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Signing {
    /// Signs where the log stands now, and begins to follow it.
    ///
    /// # Errors
    /// See [`SigningError`]; nothing was signed.
    pub(super) fn start(
        &self,
        settings: &config::Checkpoint,
        prover: Arc<Prover>,
        origin: &str,
    ) -> Result<(), SigningError> {
        let Some(path) = settings.keys.clone() else { return Ok(()) };
        let keys = read_private(&path).map_err(|error| SigningError::Keys { path: path.clone(), error })?;
        let failed = |error| SigningError::Sign { path: path.clone(), error };
        let mut signer = Signer::open(&keys, &memory_of(&path)).map_err(failed)?;
        if signer.origin() != origin {
            let (keys, log) = (signer.origin().to_owned(), origin.to_owned());
            return Err(SigningError::OtherLog { path, keys, log });
        }
        self.newest.store(Some(Arc::new(signer.sign(&prover).map_err(failed)?)));
        let (news, waiting) = sync_channel(1);
        let following = Following {
            signer,
            prover,
            newest: Arc::clone(&self.newest),
            failure: Arc::clone(&self.failure),
            within: Duration::from_secs(settings.every_seconds),
            events: settings.every_events,
        };
        let thread = std::thread::Builder::new().name("signer".to_owned());
        let thread = thread.spawn(move || following.run(&waiting)).map_err(SigningError::Thread)?;
        *self.news.lock().unwrap_or_else(PoisonError::into_inner) = Some(news);
        *self.thread.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
        Ok(())
    }

    /// The last checkpoint that was signed.
    pub fn newest(&self) -> Option<Arc<SignedCheckpoint>> {
        self.newest.load_full()
    }

    /// Why nothing is signed any more, if signing has failed.
    pub fn failure(&self) -> Option<&str> {
        self.failure.get().map(String::as_str)
    }

    /// Tells that the log ends at a position.
    pub(super) fn advance(&self, position: u64) {
        if let Some(news) = &*self.news.lock().unwrap_or_else(PoisonError::into_inner) {
            // One that is full has news already, and signs what it then finds.
            let _ = news.try_send(position);
        }
    }

    /// Signs the last checkpoint and ends the thread.
    pub(super) fn close(&self) {
        drop(self.news.lock().unwrap_or_else(PoisonError::into_inner).take());
        if let Some(thread) = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // Its panic was printed when it happened.
            let _ = thread.join();
        }
    }
}

struct Following {
    signer: Signer,
    prover: Arc<Prover>,
    newest: Arc<ArcSwapOption<SignedCheckpoint>>,
    failure: Arc<OnceLock<String>>,
    within: Duration,
    events: u64,
}

impl Following {
    fn run(mut self, news: &Receiver<u64>) {
        while let Ok(position) = news.recv() {
            let more = self.gather(position, news);
            if let Err(error) = self.sign() {
                let why = format!("no checkpoint is signed any more: {error}");
                tracing::error!("{why}");
                let _ = self.failure.set(why);
                return;
            }
            if !more {
                return;
            }
        }
    }

    /// Waits until a checkpoint is due; whether more may come after it.
    fn gather(&self, mut position: u64, news: &Receiver<u64>) -> bool {
        let due = Instant::now() + self.within;
        let signed = self.newest.load().as_ref().map_or(0, |signed| signed.checkpoint.size);
        while position.saturating_sub(signed) < self.events {
            match news.recv_timeout(due.saturating_duration_since(Instant::now())) {
                Ok(next) => position = next,
                Err(RecvTimeoutError::Timeout) => return true,
                Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
        true
    }

    fn sign(&mut self) -> Result<(), SignError> {
        let signed = self.signer.sign(&self.prover)?;
        self.newest.store(Some(Arc::new(signed)));
        Ok(())
    }
}
