//! Notes the head of the vault's access log in the log, on a thread of its own: at the start, every hour, and at the
//! end, whenever something was read.
//!
//! Guarantees: an access log that no longer holds the head that was noted before is noted as cut, in the log, for good.
//! Must never stop the server: what fails is told in its messages and tried again.

use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use daftar_domain::Command;
use daftar_domain::envelope::Submission;
use daftar_domain::ledger::Outcome;
use daftar_domain::policy::Actor;
use daftar_domain::privacy::{NoteReadings, PrivacyCommand};

use super::Server;

/// The thread that notes.
#[derive(Default)]
pub(super) struct Noting {
    running: Mutex<Option<(SyncSender<()>, JoinHandle<()>)>>,
}

impl Noting {
    /// Begins to note.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(&self, server: Weak<Server>, every: Duration) -> std::io::Result<()> {
        let (stop, stopped) = sync_channel(0);
        let thread = std::thread::Builder::new().name("readings".to_owned());
        let thread = thread.spawn(move || {
            while stopped.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
                let Some(server) = server.upgrade() else { return };
                server.personal.forget_unrecorded();
                server.note_readings();
            }
        })?;
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = Some((stop, thread));
        Ok(())
    }

    /// Ends the thread.
    pub fn close(&self) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((stop, thread)) = running {
            drop(stop);
            // Its panic was printed when it happened.
            let _ = thread.join();
        }
    }
}

impl Server {
    /// Notes how far the access log goes, if it differs from what was noted last. Blocks until that is recorded.
    pub(super) fn note_readings(&self) {
        let Some(vault) = self.personal.any() else { return };
        let noted = self.views.newest().state.privacy.noted.map(|(head, _)| head);
        let continues = match noted.map_or(Ok(true), |noted| vault.access_held(&noted)) {
            Ok(continues) => continues,
            Err(error) => return tracing::error!(code = error.code(), %error, "the access log can't be read"),
        };
        let head = vault.access_head();
        if continues && noted.map_or(head.entries == 0, |noted| noted == head) {
            return;
        }
        if !continues {
            tracing::error!(
                "the access log of the vault no longer holds what was noted of it; that is noted now"
            );
        }
        let submission = Submission {
            command_id: uuid::Uuid::now_v7().into(),
            actor: Actor::SYSTEM,
            expected_version: None,
            reason_text: None,
            command: Command::Privacy(PrivacyCommand::NoteReadings(NoteReadings { head, continues })),
        };
        match self.ledger.submit_blocking(vec![submission]).map(|answer| answer.outcomes) {
            Ok(outcomes) if matches!(outcomes[..], [Outcome::Recorded(_)]) => {}
            Ok(outcomes) => tracing::error!(?outcomes, "the head of the access log was not noted"),
            Err(error) => {
                tracing::error!(code = error.code(), %error, "the head of the access log was not noted")
            }
        }
    }
}
