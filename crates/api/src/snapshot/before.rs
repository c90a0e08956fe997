//! What stands before a snapshot is verified beside the server that started from it, as a replay would have done.
//!
//! Guarantees: damage that would have kept a replaying server from starting stops this one from recording, and health
//! says so. It takes one core until it is done, and ends when the server does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use daftar_domain::ledger::{Surveyor, verify};
use daftar_domain::log::Log;

/// The verification of what stands before a snapshot; it ends when this is dropped.
pub struct Before {
    on: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Before {
    /// Starts to verify the log up to a commit; the ledger is stopped where something is wrong.
    ///
    /// # Errors
    /// When the thread can't be started.
    pub fn start(log: Arc<dyn Log>, commit: u64, surveyor: Surveyor) -> std::io::Result<Self> {
        let on = Arc::new(AtomicBool::new(true));
        let asked = Arc::clone(&on);
        let thread = thread::Builder::new().name("verify".to_owned()).spawn(move || {
            let began = Instant::now();
            match verify(&*log, commit, &|| asked.load(Ordering::Relaxed)) {
                Ok(()) => {
                    let seconds = began.elapsed().as_secs_f64();
                    tracing::info!(commit, seconds, "what stands before the snapshot is verified");
                }
                Err(error) => {
                    tracing::error!(%error, "what stands before the snapshot is damaged");
                    surveyor.stop(error.to_string());
                }
            }
        })?;
        Ok(Self { on, thread: Some(thread) })
    }
}

impl Drop for Before {
    fn drop(&mut self) {
        self.on.store(false, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has been told of.
            let _ = thread.join();
        }
    }
}
