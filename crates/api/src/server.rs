//! What a running server holds, and the view that a request reads.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use daftar_domain::envelope::{FORMAT, Position};
use daftar_domain::ledger::{Clock, Ledger, LedgerSettings, OpenError, Resumed, SystemClock};
use daftar_domain::log::head::Head;
use daftar_domain::log::proof::prover::Prover;
use daftar_domain::log::sled::{SledLog, SledSettings};
use daftar_domain::log::{Log, LogError};
use daftar_domain::opening::{self, LogOpened};
use daftar_domain::vault::VaultError;

use crate::config::Config;
use crate::metrics::Metrics;
use crate::request_id::request_id;
use crate::snapshot::{self, Before, Keeper, Restored, Source, Unusable};
use crate::subscription::Feed;
use crate::view::{View, Views};

mod commits;
mod folding;
mod noting;
mod personal;
mod progress;
mod signing;

pub use commits::{Commits, Events, Unread};
pub(crate) use folding::told;
use folding::{Folding, Publisher};
use noting::Noting;
pub use personal::{Personal, open_vault, operator_key};
pub use progress::Progress;
pub use signing::{Signing, SigningError};

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The record can't be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The record can't be signed.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// The thread that notes readings can't be started.
    #[error("a thread cannot be started: {0}")]
    Thread(std::io::Error),
    /// The vault of personal data can't be opened, or brought up to date with the log.
    #[error("{}: {error}", error.code())]
    Vault {
        /// What it says.
        #[from]
        error: VaultError,
    },
}

/// The record, as it is written and as it is read.
pub struct Server {
    /// The one writer.
    pub ledger: Ledger,
    /// The newest view.
    pub views: Arc<Views>,
    /// The newest commits.
    pub feed: Arc<Feed>,
    /// Where events are read by their positions.
    pub commits: Commits,
    /// Makes proofs from the log.
    pub prover: Arc<Prover>,
    /// The checkpoints that are signed.
    pub signing: Arc<Signing>,
    /// What operators watch.
    pub metrics: Arc<Metrics>,
    /// The settings.
    pub config: Config,
    /// The vault of personal data.
    pub personal: Arc<Personal>,
    folding: Arc<Folding>,
    noting: Noting,
    snapshots: Arc<OnceLock<Keeper>>,
    /// Held until the server ends.
    _before: Option<Before>,
}

impl Server {
    /// Opens the record in the folder of the settings, under the system's clock; a new folder begins a new log.
    ///
    /// # Errors
    /// One sentence each: the folder (in use, missing right), the store (damaged, newer, cut short), the clock, the keys.
    pub fn open(config: Config) -> Result<Arc<Self>, StartError> {
        Self::open_telling(config, Arc::default())
    }

    /// The same, and tells how far it has come.
    ///
    /// # Errors
    /// As [`Server::open`].
    pub fn open_telling(config: Config, progress: Arc<Progress>) -> Result<Arc<Self>, StartError> {
        let opened = LogOpened {
            origin: "daftar.local".to_owned(),
            format: FORMAT,
            clock: opening::Clock::System,
            demo: None,
        };
        Self::open_as(config, opened, Box::new(SystemClock), progress)
    }

    /// Opens the record; a new folder begins a new log with that first event, under that clock.
    ///
    /// # Errors
    /// As [`Server::open`].
    pub fn open_as(
        config: Config,
        opened: LogOpened,
        clock: Box<dyn Clock>,
        progress: Arc<Progress>,
    ) -> Result<Arc<Self>, StartError> {
        let log = Self::log(&config).map_err(OpenError::from)?;
        let prover = Arc::new(Prover::new(Arc::clone(&log)));
        let signing = Arc::new(Signing::default());
        let personal = Arc::new(Personal::open(&config)?);
        let commits = Commits::of(Arc::clone(&log));
        let (view, resumed) = Self::restore(&config, &*log, &prover, &commits);
        let (held, before) = (view.position, resumed.as_ref().map(|resumed| resumed.standing.commits()));
        progress.reach(held, end_of(&*log));
        let folding = Arc::new(Folding::start(commits.clone(), config.views.clone(), view));
        let settings = LedgerSettings {
            queue_commands: config.ledger.queue_max,
            submission_commands: config.graphql.submit_max,
            clock_tolerance: Duration::from_secs(config.ledger.clock_behind_max_seconds),
            mark: Some(Self::mark(&config)),
            ..LedgerSettings::default()
        };
        let feed = Arc::new(Feed::default());
        let metrics = Arc::new(Metrics::default());
        let snapshots = Arc::<OnceLock<Keeper>>::default();
        let publisher = Publisher {
            folding: Arc::clone(&folding),
            feed: Arc::clone(&feed),
            metrics: Arc::clone(&metrics),
            personal: Arc::clone(&personal),
            signing: Arc::clone(&signing),
            snapshots: Arc::clone(&snapshots),
            progress,
        };
        let ledger = Ledger::resume(Arc::clone(&log), resumed, opened, clock, Box::new(publisher), settings)?;
        let views = Arc::clone(folding.views.get().expect("an open ledger has published where it stands"));
        let view = views.newest();
        if ledger.failure().is_none() {
            personal.catch_up(&view.state)?;
        }
        let origin = view.state.opening.opened().map_or("", |opened| opened.origin.as_str());
        signing.start(&config.checkpoint, Arc::clone(&prover), origin)?;
        let source =
            Source { surveyor: ledger.surveyor(), views: Arc::clone(&views), commits: commits.clone() };
        let keeper = Keeper::start(Self::snapshot(&config), source, held, config.snapshot.clone());
        let keeper = keeper.map_err(|error| OpenError::Thread(error.to_string()))?;
        snapshots.get_or_init(|| keeper);
        let before = before.map(|commit| Before::start(log, commit, ledger.surveyor())).transpose();
        let before = before.map_err(|error| OpenError::Thread(error.to_string()))?;
        let every = Duration::from_secs(config.vault.note_every_seconds);
        let server = Arc::new(Self {
            ledger,
            views,
            feed,
            commits,
            prover,
            signing,
            metrics,
            personal,
            config,
            folding,
            noting: Noting::default(),
            snapshots,
            _before: before,
        });
        if server.ledger.failure().is_none() && server.personal.any().is_some() {
            server.note_readings();
            server.noting.start(Arc::downgrade(&server), every).map_err(StartError::Thread)?;
        }
        Ok(server)
    }

    /// Takes up the snapshot, if there is one of this log and program: the view, and what the ledger goes on from.
    fn restore(
        config: &Config,
        log: &dyn Log,
        prover: &Prover,
        commits: &Commits,
    ) -> (View, Option<Resumed>) {
        match snapshot::read(&Self::snapshot(config), log, prover) {
            Ok(Restored { resumed, view, begins }) => {
                commits.resume(begins);
                (view, Some(resumed))
            }
            Err(Unusable::Missing) => (View::default(), None),
            Err(why) => {
                tracing::warn!(%why, "the snapshot is discarded, and the log replayed");
                (View::default(), None)
            }
        }
    }

    /// Finishes what was accepted, notes what was read, writes a snapshot, and signs where the log then stands.
    ///
    /// # Errors
    /// When the last mark could not be written.
    pub fn close(&self) -> Result<(), LogError> {
        self.noting.close();
        self.personal.forget_unrecorded();
        if self.ledger.failure().is_none() {
            self.note_readings();
        }
        if let Some(snapshots) = self.snapshots.get() {
            snapshots.close();
        }
        let closed = self.ledger.close();
        self.signing.close();
        closed
    }

    /// The store in the folder of the settings; a new one when there is none.
    ///
    /// # Errors
    /// See [`SledLog::open`].
    pub fn log(config: &Config) -> Result<Arc<dyn Log>, LogError> {
        Ok(Arc::new(SledLog::open(&config.data.join("log"), SledSettings::default())?))
    }

    /// The file of the snapshot, outside the store.
    pub fn snapshot(config: &Config) -> PathBuf {
        config.data.join("snapshot")
    }

    /// The file that marks how far the store was durable, outside the store.
    pub fn mark(config: &Config) -> PathBuf {
        config.data.join("mark")
    }

    /// Why the view no longer follows the log, if it doesn't.
    pub fn fold_failure(&self) -> Option<&str> {
        self.folding.failure.get().map(String::as_str)
    }
}

/// The last position of a log, as its head says; none of one whose head is not whole, which the opening tells of.
fn end_of(log: &dyn Log) -> Option<Position> {
    Head::decode(&log.head().ok()??).ok().map(|head| head.position())
}

/// How far a request has read: at first its view's position; after a command or an event, that of the view which has it.
#[derive(Clone)]
pub struct Reached {
    position: Arc<AtomicU64>,
    fleeting: Arc<AtomicBool>,
    request: Arc<OnceLock<String>>,
}

impl Reached {
    /// As far as a view.
    pub fn new(view: &View) -> Self {
        Self {
            position: Arc::new(AtomicU64::new(view.position)),
            fleeting: Arc::default(),
            request: Arc::default(),
        }
    }

    /// The position.
    pub fn position(&self) -> Position {
        self.position.load(Ordering::Relaxed)
    }

    /// Notes that the answer rests on more than the view, such as on what was signed meanwhile: it is not kept.
    pub fn set_fleeting(&self) {
        self.fleeting.store(true, Ordering::Relaxed);
    }

    /// Notes that personal data are read, each time anew: an erasure reaches every answer. Tells the ID of the request,
    /// as the access log has it.
    pub fn personal(&self) -> &str {
        self.set_fleeting();
        self.request.get_or_init(request_id)
    }

    /// Whether the answer rests on more than the view.
    pub fn is_fleeting(&self) -> bool {
        self.fleeting.load(Ordering::Relaxed)
    }

    /// Moves on to the newest view.
    pub fn renew(&self, server: &Server) -> Arc<View> {
        let view = server.views.newest();
        self.position.store(view.position, Ordering::Relaxed);
        view
    }
}
