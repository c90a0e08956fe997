//! The Merkle tree over the event lines (RFC 6962, SHA-256).
//!
//! Guarantees: a leaf is `SHA-256(0x00 ‖ line)`, a node `SHA-256(0x01 ‖ left ‖ right)`, the root of nothing is
//! `SHA-256("")`; leaf index = position - 1. The tree is kept as its *frontier* (the roots of the perfect subtrees
//! that make it up, at most 64 hashes) and grows by one leaf in O(log n).
//!
//! A finished *tile* holds 256 hashes: in tile `index` of `level` L ≥ 1, entry i is the root of the 256^L leaves
//! that start at `(index * 256 + i) * 256^L`, which is the layout of C2SP tlog-tiles. Level 0 is not stored: leaf
//! hashes are recomputed from the lines. Must never look into a line: to the tree it is bytes.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Hashes in a finished tile.
pub const TILE_WIDTH: usize = 256;
/// Bytes of a finished tile: 256 hashes of 32 bytes.
pub const TILE_BYTES: usize = TILE_WIDTH * 32;
/// log2 of [`TILE_WIDTH`]: a tile spans eight levels of the tree.
const TILE_HEIGHT: u32 = 8;

/// A SHA-256 hash; shown as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TreeHash(pub [u8; 32]);

impl TreeHash {
    /// The root of a tree without leaves: SHA-256 of nothing (RFC 6962, section 2.1).
    pub fn of_nothing() -> Self {
        Self(Sha256::digest([]).into())
    }

    /// The hash of one event line as a leaf.
    pub fn leaf(line: &[u8]) -> Self {
        Self(Sha256::new().chain_update([0]).chain_update(line).finalize().into())
    }

    /// The hash of two neighbouring subtrees.
    pub fn node(left: &Self, right: &Self) -> Self {
        let mut input = [0u8; 65];
        input[0] = 1;
        input[1..33].copy_from_slice(&left.0);
        input[33..].copy_from_slice(&right.0);
        Self(Sha256::digest(input).into())
    }

    /// Reads 64 hexadecimal digits; `None` for anything else.
    pub fn from_hex(text: &str) -> Option<Self> {
        if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let mut bytes = [0u8; 32];
        for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(&text[at..at + 2], 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for TreeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for TreeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The roots of the perfect subtrees of a tree, largest (leftmost) first: one for each bit set in the size.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Frontier {
    size: u64,
    peaks: Vec<TreeHash>,
}

impl Frontier {
    /// Takes up a stored frontier; `None` when the number of hashes does not fit the size.
    pub fn from_parts(size: u64, peaks: Vec<TreeHash>) -> Option<Self> {
        (peaks.len() == size.count_ones() as usize).then_some(Self { size, peaks })
    }

    /// The number of leaves, which is the position of the last event.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The stored hashes, largest subtree first.
    pub fn peaks(&self) -> &[TreeHash] {
        &self.peaks
    }

    /// The root of the whole tree.
    pub fn root(&self) -> TreeHash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else { return TreeHash::of_nothing() };
        peaks.fold(*last, |right, left| TreeHash::node(left, &right))
    }

    /// Adds a leaf and calls `finished(height, root)` for each perfect subtree that it completes, lowest first.
    fn push(&mut self, leaf: TreeHash, mut finished: impl FnMut(u32, TreeHash)) {
        let mut hash = leaf;
        for height in 1..=self.size.trailing_ones() {
            let left = self.peaks.pop().expect("a set bit of the size has its peak");
            hash = TreeHash::node(&left, &hash);
            finished(height, hash);
        }
        self.peaks.push(hash);
        self.size += 1;
    }
}

/// A finished tile: 256 hashes, [`TILE_BYTES`] bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tile {
    /// 1 for roots of 256 leaves, 2 for roots of 65,536, and so on up to 6.
    pub level: u8,
    /// Which tile of the level, from 0.
    pub index: u64,
    /// The hashes, left to right.
    pub hashes: Vec<u8>,
}

/// How many tiles of each level (1 first) a tree of `size` leaves has finished; levels without one are left out.
pub fn finished_tiles(size: u64) -> Vec<u64> {
    (1..7u32).map(|level| size >> (TILE_HEIGHT * (level + 1))).take_while(|&count| count > 0).collect()
}

/// The growing tree: the frontier and the hashes of the tiles that are not full yet.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Tree {
    frontier: Frontier,
    /// For level 1 and up, the hashes of the open tile.
    open: Vec<Vec<TreeHash>>,
    /// Tiles that were finished and not yet taken.
    finished: Vec<Tile>,
}

impl Tree {
    /// A tree without leaves. One that continues a stored log is got by appending the stored lines again.
    pub fn new() -> Self {
        Self::default()
    }

    /// The frontier as it stands.
    pub fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    /// The number of leaves.
    pub fn size(&self) -> u64 {
        self.frontier.size
    }

    /// The root as it stands.
    pub fn root(&self) -> TreeHash {
        self.frontier.root()
    }

    /// Adds the leaf of the next position.
    pub fn append(&mut self, leaf: TreeHash) {
        let Self { frontier, open, finished } = self;
        let size_after = frontier.size + 1;
        frontier.push(leaf, |height, root| {
            if height % TILE_HEIGHT == 0 {
                let level = (height / TILE_HEIGHT) as usize;
                if open.len() < level {
                    open.resize_with(level, Vec::new);
                }
                let hashes = &mut open[level - 1];
                hashes.push(root);
                if hashes.len() == TILE_WIDTH {
                    finished.push(Tile {
                        level: level as u8,
                        index: (size_after >> (TILE_HEIGHT * (level as u32 + 1))) - 1,
                        hashes: hashes.drain(..).flat_map(|hash| hash.0).collect(),
                    });
                }
            }
        });
    }

    /// The tiles finished since the last call, in the order in which they were finished.
    pub fn take_finished(&mut self) -> Vec<Tile> {
        std::mem::take(&mut self.finished)
    }
}

#[cfg(test)]
mod tests {
    use ct_merkle::mem_backed_tree::MemoryBackedTree;

    use super::*;

    fn lines(count: usize) -> impl Iterator<Item = Vec<u8>> {
        (0..count).map(|n| format!("line {n}").into_bytes())
    }

    #[test]
    fn every_root_equals_the_oracles() {
        let mut oracle = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        let mut tree = Tree::new();
        assert_eq!(tree.root().0[..], oracle.root().as_bytes()[..]);
        for line in lines(1_100) {
            tree.append(TreeHash::leaf(&line));
            oracle.push(line);
            assert_eq!(tree.root().0[..], oracle.root().as_bytes()[..], "at size {}", tree.size());
        }
    }

    #[test]
    fn large_roots_equal_the_oracles() {
        let mut oracle = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        let mut tree = Tree::new();
        for line in lines(70_001) {
            tree.append(TreeHash::leaf(&line));
            oracle.push(line);
            if matches!(tree.size(), 4_095 | 4_096 | 65_535 | 65_536 | 65_537 | 70_001) {
                assert_eq!(tree.root().0[..], oracle.root().as_bytes()[..], "at size {}", tree.size());
            }
        }
    }

    #[test]
    fn a_tile_holds_the_roots_of_its_subtrees() {
        let leaves: Vec<TreeHash> = lines(131_072 + 300).map(|line| TreeHash::leaf(&line)).collect();
        let mut tree = Tree::new();
        leaves.iter().for_each(|leaf| tree.append(*leaf));
        let tiles = tree.take_finished();
        assert_eq!(tiles.iter().map(|tile| (tile.level, tile.index)).collect::<Vec<_>>(), [(1, 0), (1, 1)]);
        assert_eq!(finished_tiles(tree.size()), [2]);
        for tile in &tiles {
            assert_eq!(tile.hashes.len(), TILE_BYTES);
            for entry in [0, 1, 17, 255] {
                let first = (tile.index as usize * TILE_WIDTH + entry) * 256;
                let mut subtree = Tree::new();
                leaves[first..first + 256].iter().for_each(|leaf| subtree.append(*leaf));
                assert_eq!(tile.hashes[entry * 32..][..32], subtree.root().0, "{} {entry}", tile.index);
            }
        }
        assert!(tree.take_finished().is_empty(), "a tile is handed out once");
    }

    #[test]
    fn tiles_of_every_level_are_counted() {
        assert_eq!(finished_tiles(65_535), [0u64; 0]);
        assert_eq!(finished_tiles(65_536), [1]);
        assert_eq!(finished_tiles(1 << 24), [256, 1]);
        assert_eq!(finished_tiles(100_000_000), [1_525, 5]);
        assert_eq!(finished_tiles(u64::MAX).len(), 6);
    }

    #[test]
    fn a_frontier_of_the_wrong_length_is_refused() {
        assert!(Frontier::from_parts(5, vec![TreeHash([1; 32]); 2]).is_some());
        assert!(Frontier::from_parts(5, vec![TreeHash([1; 32]); 3]).is_none());
    }

    #[test]
    fn hexadecimal_reads_back() {
        let hash = TreeHash::leaf(b"x");
        assert_eq!(TreeHash::from_hex(&hash.to_string()), Some(hash));
        for bad in ["", "0", &"g".repeat(64), &"é".repeat(32), &"+1".repeat(32)] {
            assert_eq!(TreeHash::from_hex(bad), None);
        }
    }
}
