//! `daftar audit certify` and `check`: figures bound to the record, and computed anew from it.
//!
//! Guarantees: the history is verified whole before an answer counts; an answer is folded from its lines up to the
//! certificate's position, by this program; a check says that the answer is the same, or its first difference. Must
//! never take an answer, a position or a root from what is audited without holding it to a signed root.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use daftar_domain::State;
use daftar_domain::envelope::Recorded;
use daftar_domain::log::checkpoint::SignedCheckpoint;
use daftar_domain::log::merkle::{Tree, TreeHash};

use super::chain::Expected;
use super::events::{BundleEvents, StoreEvents};
use super::finding::{Code, Finding};
use super::report::Verified;
use super::trust::{Keys, Seen, expected_of};
use super::{Input, Opened, Progress, write};
use crate::certificate::{Certificate, CertificateError, MAX_BYTES, Question};
use crate::history::EventSource;
use crate::view::View;

/// Arguments of `daftar audit certify`.
#[derive(Debug, Args)]
pub struct Certify {
    #[command(flatten)]
    pub(super) input: Input,
    #[command(flatten)]
    pub(super) keys: Keys,
    #[command(flatten)]
    pub(super) seen: Seen,
    /// The file with the GraphQL query.
    #[arg(long, value_name = "FILE")]
    pub(super) query: PathBuf,
    /// The variables: an object of JSON, or a file of one.
    #[arg(long, value_name = "JSON|FILE", default_value = "{}")]
    pub(super) variables: String,
    /// Which operation of the query, where it has several.
    #[arg(long, value_name = "NAME")]
    pub(super) operation: Option<String>,
    /// The position that is answered at: the last one of a command [default: the end of the newest checkpoint].
    #[arg(long, value_name = "POSITION", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) position: Option<u64>,
    /// Where the certificate is written.
    #[arg(long, value_name = "FILE")]
    pub(super) out: PathBuf,
}

/// Arguments of `daftar audit check`.
#[derive(Debug, Args)]
pub struct Check {
    /// The certificate.
    pub(super) certificate: PathBuf,
    #[command(flatten)]
    pub(super) input: Input,
    #[command(flatten)]
    pub(super) keys: Keys,
    #[command(flatten)]
    pub(super) seen: Seen,
}

impl Certify {
    /// Writes the certificate; returns what is said of it.
    ///
    /// # Errors
    /// The first finding of the history; [`Code::Unsigned`] for a position after the newest checkpoint; [`Code::Usage`]
    /// for one past the end or within a command, and for a question that is answered with an error.
    pub fn run(&self, progress: &Progress) -> Result<String, Finding> {
        let query = read_text(&self.query)?;
        let variables = match Path::new(&self.variables) {
            path if path.is_file() => read_text(path)?,
            _ => self.variables.clone(),
        };
        let variables = serde_json::from_str(&variables)
            .map_err(|error| Finding::new(Code::Usage, format_args!("the variables: {error}")))?;
        let question = Question { query, operation_name: self.operation.clone(), variables };
        let read =
            read(&self.input, &self.keys, self.seen.expected(&self.keys.trust()?)?, self.position, progress)?;
        if read.view.position > read.verified.signed.checkpoint.size {
            let what = "nobody has signed it yet";
            return Err(Finding::at(Code::Unsigned, read.view.position, &read.verified.name, what));
        }
        let certificate = Certificate::issue(&read.view, read.root, &read.verified.signed, question);
        let certificate = certificate.map_err(|error| of_certificate(&self.query, &error))?;
        self.seen.keep(&read.verified.signed)?;
        write(&self.out, &certificate.to_text())?;
        Ok(format!("certified: {} at position {}\n", self.out.display(), certificate.position()))
    }
}

impl Check {
    /// Computes the answer anew; returns what is said when it is the same.
    ///
    /// # Errors
    /// The first finding of the certificate or the history; [`Code::Differs`] with the first difference.
    pub fn run(&self, progress: &Progress) -> Result<String, Finding> {
        let path = &self.certificate;
        let certificate = read_certificate(path)?;
        let trust = self.keys.trust()?;
        let signed = trust.clone().asking_for(0).open(certificate.checkpoint.as_bytes());
        let signed = signed
            .map_err(|error| Finding::new(Code::Unsigned, format_args!("{}: {error}", path.display())))?;
        check_covered(&certificate, &signed, path)?;
        let mut expected = self.seen.expected(&trust)?;
        let whose = format!("the certificate {}", path.display());
        expected.push(Expected {
            size: certificate.position(),
            root: certificate.root(),
            whose: whose.clone(),
            other: Code::Forked,
            short: Code::OlderThanSeen,
        });
        let of_checkpoint = format!("the checkpoint in {}", path.display());
        expected.push(expected_of(&signed, of_checkpoint, Code::Forked, Code::OlderThanSeen));
        let read = read(&self.input, &self.keys, expected, Some(certificate.position()), progress)?;
        let anew = certificate.recompute(&read.view).map_err(|error| of_certificate(path, &error))?;
        let release = certificate.other_release().map_or(String::new(), |other| format!(" ({other})"));
        if let Some(difference) = anew {
            return Err(Finding::at(
                Code::Differs,
                read.view.position,
                &whose,
                format_args!("{difference}{release}"),
            ));
        }
        self.seen.keep(&read.verified.signed)?;
        let (position, root, name) = (certificate.position(), certificate.root(), &read.verified.name);
        Ok(format!(
            "the same: {name} answers at position {position} what {whose} says{release}\nroot {root} at position \
             {position}\n",
        ))
    }
}

/// The certificate is of the log of its checkpoint, which covers it.
fn check_covered(certificate: &Certificate, signed: &SignedCheckpoint, path: &Path) -> Result<(), Finding> {
    let (position, checkpoint) = (certificate.position(), &signed.checkpoint);
    let fault = if checkpoint.origin != certificate.origin {
        format!("it is of the log {:?}, its checkpoint of {:?}", certificate.origin, checkpoint.origin)
    } else if checkpoint.size < position {
        format!("its checkpoint ends at {}, it is of position {position}", checkpoint.size)
    } else if checkpoint.size == position && checkpoint.root != certificate.root() {
        "its root is not that of its checkpoint".to_owned()
    } else {
        return Ok(());
    };
    Err(Finding::new(Code::Changed, format_args!("{}: {fault}", path.display())))
}

/// Reads a certificate from a file.
fn read_certificate(path: &Path) -> Result<Certificate, Finding> {
    Certificate::from_text(&read_bounded(path)?).map_err(|error| of_certificate(path, &error))
}

fn read_text(path: &Path) -> Result<String, Finding> {
    String::from_utf8(read_bounded(path)?)
        .map_err(|_| Finding::new(Code::Usage, format_args!("{}: it is not UTF-8", path.display())))
}

fn read_bounded(path: &Path) -> Result<Vec<u8>, Finding> {
    let len = fs::metadata(path).map_err(|error| Finding::io(path, &error))?.len();
    if len > MAX_BYTES as u64 {
        return Err(Finding::new(
            Code::Usage,
            format_args!("{}: it has {len} bytes, at most {MAX_BYTES}", path.display()),
        ));
    }
    fs::read(path).map_err(|error| Finding::io(path, &error))
}

fn of_certificate(path: &Path, error: &CertificateError) -> Finding {
    let code = match error {
        CertificateError::NoAnswer { .. } | CertificateError::TooLarge(_) => Code::Usage,
        CertificateError::Malformed(_) | CertificateError::OtherRole => Code::Malformed,
        CertificateError::Hash => Code::Changed,
    };
    Finding::new(code, format_args!("{}: {error}", path.display()))
}

/// A view at a position of a history that was verified.
struct Read {
    view: Arc<View>,
    /// The root over the events up to its position.
    root: TreeHash,
    verified: Verified,
    /// What the view reads events from.
    _opened: Opened,
}

/// Verifies the history whole, and folds the view up to a position (the end of the newest checkpoint when left out).
fn read(
    input: &Input,
    keys: &Keys,
    expected: Vec<Expected>,
    position: Option<u64>,
    progress: &Progress,
) -> Result<Read, Finding> {
    let trust = keys.trust()?;
    let given = input.checkpoint.as_deref();
    let opened = input.open(&trust, progress)?;
    let newest = match &opened {
        Opened::Store(store) => store.checkpoints(&trust, given)?.pop().expect("there is at least one"),
        Opened::Bundle(bundle) | Opened::Fetched { bundle, .. } => bundle.checkpoint(&trust)?,
    };
    let mut folding = Folding::until(position.unwrap_or(newest.checkpoint.size));
    let mut watch = |state: &State, event: &Recorded, leaf| folding.take_up(state, event, leaf);
    let (verified, events): (_, Arc<dyn EventSource>) = match &opened {
        // What nobody has signed yet stands after what is answered.
        Opened::Store(store) => (
            store.watched(&trust, given, expected, true, &mut watch, progress)?,
            Arc::new(StoreEvents::of(store)),
        ),
        Opened::Bundle(bundle) | Opened::Fetched { bundle, .. } => {
            (bundle.watched(&trust, expected, &mut watch, progress)?, Arc::new(BundleEvents::of(bundle)))
        }
    };
    let (view, root) = folding.end(events, &verified)?;
    Ok(Read { view, root, verified, _opened: opened })
}

/// The fold of the view, and the tree, up to a position.
struct Folding {
    until: u64,
    view: View,
    tree: Tree,
    /// Whether a command ends there.
    whole: bool,
}

impl Folding {
    fn until(position: u64) -> Self {
        Self { until: position, view: View::default(), tree: Tree::new(), whole: false }
    }

    fn take_up(&mut self, state: &State, event: &Recorded, leaf: TreeHash) {
        if event.position > self.until {
            return;
        }
        self.tree.append(leaf);
        drop(self.tree.take_finished());
        self.view.fold(event);
        if event.position == self.until {
            self.view.state = state.clone();
            self.whole = event.index == event.of;
        }
    }

    fn end(
        self,
        events: Arc<dyn EventSource>,
        verified: &Verified,
    ) -> Result<(Arc<View>, TreeHash), Finding> {
        if self.view.position < self.until {
            let what = format!("missing: the history ends at {}", self.view.position);
            return Err(Finding::at(Code::Usage, self.until, &verified.name, what));
        }
        if !self.whole {
            let what = "it stands within a command; name the last position of one";
            return Err(Finding::at(Code::Usage, self.until, &verified.name, what));
        }
        let mut view = self.view;
        view.events = Some(events);
        view.settle();
        Ok((Arc::new(view), self.tree.root()))
    }
}
