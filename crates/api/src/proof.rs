//! Proofs in GraphQL: the signed checkpoint, that an event stands in its tree, and that the log only grew.
//!
//! A proof leads to a root; what the root is worth, only a signature under a key says that the reader has from
//! elsewhere. The texts are the files that `daftar audit check-proof` and `witness` read; `schema/proofs.md` writes
//! them down.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use daftar_domain::log::checkpoint::SignedCheckpoint;
use daftar_domain::log::merkle::TreeHash;
use daftar_domain::log::proof::ProofError;

use crate::node::Reads;
use crate::refusal::{Answer, Refusal};
use crate::scalar::Position;
use crate::server::{Reached, Server};

fn written(hash: TreeHash) -> String {
    BASE64_STANDARD.encode(hash.0)
}

fn refused(argument: &'static str, error: ProofError) -> Refusal {
    match error {
        ProofError::Outside { wanted, size } => Refusal::Beyond { argument, wanted, end: size },
        error => {
            tracing::error!(%error, "a proof can't be made");
            Refusal::Fault("a proof can't be made")
        }
    }
}

/// The server, whose checkpoint changes while the view stays: an answer that rests on it is not kept.
fn server<'a>(context: &Context<'a>) -> Result<&'a Arc<Server>, Refusal> {
    if let Ok(reached) = context.data::<Reached>() {
        reached.set_fleeting();
    }
    context.data().map_err(|_| Refusal::Fault("there is no log to prove from"))
}

/// A signed statement of where the log stands.
pub struct Checkpoint(Arc<SignedCheckpoint>);

/// A signed statement of where the log stands (C2SP tlog-checkpoint). Check the note under a key of the log that you
/// have from elsewhere.
#[Object]
impl Checkpoint {
    /// The name of the log.
    fn origin(&self) -> &str {
        &self.0.checkpoint.origin
    }

    /// The number of events, which is the position of the last one.
    fn size(&self) -> Position {
        Position(self.0.checkpoint.size)
    }

    /// The Merkle root over them, in base64.
    fn root(&self) -> String {
        written(self.0.checkpoint.root)
    }

    /// The signed note, exactly as it was published.
    fn note(&self) -> String {
        String::from_utf8_lossy(&self.0.note).into_owned()
    }
}

/// Proves that an event line stands at its position in a tree.
#[derive(SimpleObject)]
pub struct InclusionProof {
    /// The number of events in the tree.
    size: Position,
    /// The root over them, in base64.
    root: String,
    /// SHA-256 of a zero byte and the line, in base64.
    leaf: String,
    /// The roots of the neighbouring subtrees in base64, from the leaf up (RFC 6962, section 2.1.1).
    hashes: Vec<String>,
    /// The proof with the checkpoint that it leads to, as `daftar audit check-proof` reads it; null where the size is
    /// not that of the last checkpoint.
    text: Option<String>,
}

/// Proves that a tree is the beginning of a later one.
#[derive(SimpleObject)]
pub struct ConsistencyProof {
    /// The number of events in the earlier tree.
    from: Position,
    /// The number of events in the later tree.
    to: Position,
    /// The root of the earlier tree, in base64.
    from_root: String,
    /// The root of the later tree, in base64.
    to_root: String,
    /// The hashes in base64 (RFC 6962, section 2.1.2); none when the sizes are equal or the earlier one is 0.
    hashes: Vec<String>,
    /// The proof with the checkpoint that it leads to, as `daftar audit witness` reads it; null where `to` is not the
    /// size of the last checkpoint.
    text: Option<String>,
}

/// A file that holds a proof and the checkpoint that it leads to, if that is of its size.
fn file(signed: Option<&SignedCheckpoint>, size: u64, text: impl FnOnce(&[u8]) -> Vec<u8>) -> Option<String> {
    let signed = signed.filter(|signed| signed.checkpoint.size == size)?;
    Some(String::from_utf8_lossy(&text(&signed.note)).into_owned())
}

/// The proof that the event at a position stands in the tree of the first `size` events.
///
/// # Errors
/// `OUT_OF_RANGE` for a size past the end or before the event.
pub fn inclusion(context: &Context<'_>, position: u64, size: Option<Position>) -> Answer<InclusionProof> {
    let server = server(context)?;
    let signed = server.signing.newest();
    let size = match (size, &signed) {
        (Some(size), _) => size.0,
        (None, Some(signed)) if signed.checkpoint.size >= position => signed.checkpoint.size,
        // The event is newer than the last signature.
        (None, _) => server.views.newest().position,
    };
    let fail = |error| refused("size", error);
    let proof = server.prover.inclusion(position, size).map_err(fail)?;
    let line = server.prover.line(position).map_err(fail)?;
    let leaf = TreeHash::leaf(&line);
    let root = proof.root(leaf).map_err(fail)?;
    let hashes = proof.hashes.iter().copied().map(written).collect();
    let text = file(signed.as_deref(), size, |note| proof.to_text(note));
    Ok(InclusionProof { size: Position(size), root: written(root), leaf: written(leaf), hashes, text })
}

/// The Merkle root over the first `size` events of the log.
///
/// # Errors
/// `OUT_OF_RANGE`; `INTERNAL` when the log can't be read.
pub fn root_at(context: &Context<'_>, size: u64) -> Answer<TreeHash> {
    Ok(server(context)?.prover.root_at(size).map_err(|error| refused("position", error))?)
}

/// The exact bytes of the line of an event, which are hashed.
///
/// # Errors
/// `INTERNAL` when the log can't be read.
pub fn line(context: &Context<'_>, position: u64) -> Answer<String> {
    let line = server(context)?.prover.line(position).map_err(|error| refused("position", error))?;
    Ok(String::from_utf8(line).map_err(|_| Refusal::Fault("a line is not text"))?)
}

/// Proofs about the whole log.
#[derive(Default)]
pub struct ProofQuery(pub Reads);

#[Object]
impl ProofQuery {
    /// The last checkpoint that this server signed, at or before the position of this answer; null where none is at
    /// hand, such as on a server without keys.
    fn checkpoint(&self, context: &Context<'_>) -> Option<Checkpoint> {
        let signed = server(context).ok()?.signing.newest()?;
        (signed.checkpoint.size <= self.0.view(context).position).then_some(Checkpoint(signed))
    }

    /// The proof that the log of `to` events begins with its first `from` events.
    fn consistency_proof(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The number of events in the earlier tree.")] from: Position,
        #[graphql(desc = "The number of events in the later tree; that of the checkpoint when left out.")] to: Option<
            Position,
        >,
    ) -> Option<Answer<ConsistencyProof>> {
        Some(consistency(context, self.0.view(context).position, from.0, to.map(|to| to.0)))
    }
}

fn consistency(context: &Context<'_>, end: u64, from: u64, to: Option<u64>) -> Answer<ConsistencyProof> {
    let server = server(context)?;
    let signed = server.signing.newest();
    let size = signed.as_ref().map(|signed| signed.checkpoint.size);
    let to = to.or(size.filter(|size| *size >= from && *size <= end)).unwrap_or(end);
    if to > end {
        return Err(Refusal::Beyond { argument: "to", wanted: to, end }.into());
    }
    let fail = |error| refused("from", error);
    let proof = server.prover.consistency(from, to).map_err(fail)?;
    let (old, new) = (server.prover.root_at(from).map_err(fail)?, server.prover.root_at(to).map_err(fail)?);
    let hashes = proof.hashes.iter().copied().map(written).collect();
    let text = file(signed.as_deref(), to, |note| proof.to_text(note));
    let (from, to) = (Position(from), Position(to));
    Ok(ConsistencyProof { from, to, from_root: written(old), to_root: written(new), hashes, text })
}
