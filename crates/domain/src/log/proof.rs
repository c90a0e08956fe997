//! Proofs about the Merkle tree (RFC 6962): that an event stands at its position (inclusion), and that an earlier
//! tree is the beginning of a later one (consistency).
//!
//! Guarantees: a proof is checked with nothing but SHA-256, and in O(log n); what is not proved is refused, never
//! "probably right": a hash too many or too few, a size of another tree, a position outside of it. The hashes stand
//! from the leaves up, as in RFC 6962. Must never trust a root that came with the proof: the caller brings a signed
//! one. How proofs are made from a log is in [`prover`]; the text form is in `schema/proofs.md`.

use thiserror::Error;

use super::LogError;
use super::merkle::TreeHash;

pub mod prover;
#[cfg(test)]
pub(crate) mod tests;
pub mod text;

/// Why a proof was refused, or could not be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ProofError {
    /// The event or the earlier tree lies outside the tree.
    #[error("{wanted} is not within a tree of {size} events")]
    Outside {
        /// The position or the size that was asked for.
        wanted: u64,
        /// The number of events in the tree.
        size: u64,
    },
    /// The hashes do not lead from the one to the other.
    #[error("the proof does not hold: {0}")]
    Refused(&'static str),
    /// The log could not be read, or contradicts itself.
    #[error(transparent)]
    Log(#[from] LogError),
}

impl ProofError {
    /// The stable code of the variant.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Outside { .. } => "PROOF_OUTSIDE",
            Self::Refused(_) => "PROOF_REFUSED",
            Self::Log(error) => error.code(),
        }
    }
}

/// Proves that an event line stands at its position in a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InclusionProof {
    /// The position of the event, from 1; its leaf index is one less.
    pub position: u64,
    /// The number of events in the tree.
    pub size: u64,
    /// The roots of the neighbouring subtrees, from the leaf up.
    pub hashes: Vec<TreeHash>,
}

impl InclusionProof {
    /// The root that the leaf and the hashes lead to.
    ///
    /// # Errors
    /// [`ProofError::Outside`], or [`ProofError::Refused`] when the hashes do not fit the tree's shape.
    pub fn root(&self, leaf: TreeHash) -> Result<TreeHash, ProofError> {
        if self.position == 0 || self.position > self.size {
            return Err(ProofError::Outside { wanted: self.position, size: self.size });
        }
        let mut path = Path { node: self.position - 1, last: self.size - 1 };
        let mut root = leaf;
        for hash in &self.hashes {
            root = match path.up().ok_or(ProofError::Refused("a hash too many"))? {
                Side::Left => TreeHash::node(hash, &root),
                Side::Right => TreeHash::node(&root, hash),
            };
        }
        if path.last != 0 {
            return Err(ProofError::Refused("a hash is missing"));
        }
        Ok(root)
    }

    /// Checks that the event line stands at the position in the tree of this root.
    ///
    /// # Errors
    /// As [`InclusionProof::root`]; [`ProofError::Refused`] when the proof leads to another root.
    pub fn verify(&self, line: &[u8], root: TreeHash) -> Result<(), ProofError> {
        if self.root(TreeHash::leaf(line))? == root {
            Ok(())
        } else {
            Err(ProofError::Refused("it leads to another root"))
        }
    }
}

/// Proves that a tree is the beginning of a later one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsistencyProof {
    /// The number of events in the earlier tree.
    pub from: u64,
    /// The number of events in the later tree.
    pub to: u64,
    /// The hashes in the order of RFC 6962; none when the sizes are equal or the earlier tree is empty.
    pub hashes: Vec<TreeHash>,
}

impl ConsistencyProof {
    /// Checks that the tree of `to` events with the root `new` begins with the `from` events of the root `old`.
    ///
    /// # Errors
    /// [`ProofError::Outside`], or [`ProofError::Refused`].
    pub fn verify(&self, old: TreeHash, new: TreeHash) -> Result<(), ProofError> {
        if self.from > self.to {
            return Err(ProofError::Outside { wanted: self.from, size: self.to });
        }
        if self.from == 0 || self.from == self.to {
            let known = if self.from == 0 { TreeHash::of_nothing() } else { new };
            return match (self.hashes.is_empty(), old == known) {
                (true, true) => Ok(()),
                (false, _) => Err(ProofError::Refused("a hash too many")),
                (true, false) => Err(ProofError::Refused("two roots for one size")),
            };
        }
        let mut path = Path { node: self.from - 1, last: self.to - 1 };
        path.skip_right_nodes();
        let mut hashes = self.hashes.iter();
        // A perfect earlier tree is itself the first subtree of the later one; otherwise that subtree is given.
        let start = if self.from.is_power_of_two() { Some(&old) } else { hashes.next() };
        let mut old_root = *start.ok_or(ProofError::Refused("a hash is missing"))?;
        let mut new_root = old_root;
        for hash in hashes {
            match path.up().ok_or(ProofError::Refused("a hash too many"))? {
                Side::Left => {
                    old_root = TreeHash::node(hash, &old_root);
                    new_root = TreeHash::node(hash, &new_root);
                }
                Side::Right => new_root = TreeHash::node(&new_root, hash),
            }
        }
        if path.last != 0 {
            return Err(ProofError::Refused("a hash is missing"));
        }
        match (old_root == old, new_root == new) {
            (true, true) => Ok(()),
            (false, _) => Err(ProofError::Refused("it leads to another earlier root")),
            (true, false) => Err(ProofError::Refused("it leads to another root")),
        }
    }
}

/// On which side of the node its neighbour stands.
enum Side {
    Left,
    Right,
}

/// A node on its way up to the root: its index within its level, and the index of the last node there.
struct Path {
    node: u64,
    last: u64,
}

impl Path {
    /// Goes up to the next level at which the node has a neighbour; `None` at the root.
    fn up(&mut self) -> Option<Side> {
        if self.last == 0 {
            return None;
        }
        let side = if self.node & 1 == 1 || self.node == self.last {
            // The last node of an odd level has no neighbour there: it rises until it has one, on its left.
            while self.node & 1 == 0 && self.node != 0 {
                self.rise();
            }
            Side::Left
        } else {
            Side::Right
        };
        self.rise();
        Some(side)
    }

    /// Rises while the node is the right one of its pair.
    fn skip_right_nodes(&mut self) {
        while self.node & 1 == 1 {
            self.rise();
        }
    }

    fn rise(&mut self) {
        self.node >>= 1;
        self.last >>= 1;
    }
}

/// Where the roots of perfect subtrees come from.
pub(crate) trait Subtrees {
    /// The root of the `2^height` leaves from leaf `index * 2^height` on, all of which exist.
    fn root_of(&mut self, height: u32, index: u64) -> Result<TreeHash, ProofError>;

    /// The root of the leaves from `start` up to `end`, which begin a perfect subtree at least that large.
    fn root_between(&mut self, start: u64, end: u64) -> Result<TreeHash, ProofError> {
        let leaves = end - start;
        if leaves == 0 {
            return Ok(TreeHash::of_nothing());
        }
        if leaves.is_power_of_two() {
            let height = leaves.trailing_zeros();
            return self.root_of(height, start >> height);
        }
        let middle = start + largest_half(leaves);
        Ok(TreeHash::node(&self.root_between(start, middle)?, &self.root_between(middle, end)?))
    }
}

/// The largest power of two below `leaves`, which is at least 2.
fn largest_half(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}

/// Makes an inclusion proof; `position` is within `size`.
fn prove_inclusion(tree: &mut impl Subtrees, position: u64, size: u64) -> Result<InclusionProof, ProofError> {
    let leaf = position - 1;
    let (mut start, mut end) = (0, size);
    let mut hashes = Vec::with_capacity(64);
    while end - start > 1 {
        let middle = start + largest_half(end - start);
        if leaf < middle {
            hashes.push(tree.root_between(middle, end)?);
            end = middle;
        } else {
            hashes.push(tree.root_between(start, middle)?);
            start = middle;
        }
    }
    hashes.reverse();
    Ok(InclusionProof { position, size, hashes })
}

/// Makes a consistency proof; `from` is at most `to`.
fn prove_consistency(tree: &mut impl Subtrees, from: u64, to: u64) -> Result<ConsistencyProof, ProofError> {
    let mut hashes = Vec::with_capacity(64);
    let (mut start, mut end) = (0, to);
    while from > 0 && from != end {
        let middle = start + largest_half(end - start);
        if from <= middle {
            hashes.push(tree.root_between(middle, end)?);
            end = middle;
        } else {
            hashes.push(tree.root_between(start, middle)?);
            start = middle;
        }
    }
    if start > 0 {
        hashes.push(tree.root_between(start, end)?);
    }
    hashes.reverse();
    Ok(ConsistencyProof { from, to, hashes })
}
