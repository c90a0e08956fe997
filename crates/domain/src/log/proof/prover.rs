//! Makes proofs from a log: from its tiles, from leaf hashes that are recomputed from its lines, and from the open
//! edge of the tree, which is kept in memory (at most 256 hashes a level).
//!
//! Guarantees: every proof is checked against the root before it is handed out, and that root against the one in the
//! records; a proof reads O(log n) tiles, at most two runs of 256 lines, and none of the rest, whatever the size of
//! the log. The edge follows the log when something is asked; one that fell far behind is rebuilt from the tiles.
//! Must never write.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::{ConsistencyProof, InclusionProof, ProofError, Subtrees, prove_consistency, prove_inclusion};
use crate::log::merkle::{TILE_BYTES, TILE_WIDTH, TreeHash};
use crate::log::record::{self, CommitRecord, RecordHeader};
use crate::log::{Log, LogError};

/// log2 of [`TILE_WIDTH`].
const TILE_HEIGHT: u32 = TILE_WIDTH.ilog2();
/// Leaves below one hash of level 2; a gap of more is closed through the tiles.
const LEVEL_TWO: u64 = 1 << (2 * TILE_HEIGHT);
/// Stored bytes that are read at a time.
const READ_BYTES: usize = 256 * 1024;

/// Makes proofs of one log. Safe to share; a proof does not hold up another for longer than the edge takes to follow.
pub struct Prover {
    log: Arc<dyn Log>,
    edge: Mutex<Edge>,
}

impl Prover {
    /// A prover of the log, which may go on growing.
    pub fn new(log: Arc<dyn Log>) -> Self {
        Self { log, edge: Mutex::default() }
    }

    /// The number of events in the log and the root over them.
    ///
    /// # Errors
    /// [`ProofError::Log`].
    pub fn end(&self) -> Result<(u64, TreeHash), ProofError> {
        let edge = self.edge()?;
        let size = edge.size();
        Ok((size, Reader::new(&*self.log, &edge).root_between(0, size)?))
    }

    /// The root over the first `size` events.
    ///
    /// # Errors
    /// [`ProofError::Outside`] past the end of the log, [`ProofError::Log`].
    pub fn root_at(&self, size: u64) -> Result<TreeHash, ProofError> {
        let edge = self.edge_reaching(size)?;
        Reader::new(&*self.log, &edge).root_between(0, size)
    }

    /// The stored bytes of the event line at a position.
    ///
    /// # Errors
    /// [`ProofError::Outside`], [`ProofError::Log`].
    pub fn line(&self, position: u64) -> Result<Vec<u8>, ProofError> {
        let edge = self.edge_reaching(position)?;
        if position == 0 {
            return Err(ProofError::Outside { wanted: 0, size: edge.size() });
        }
        let record = read_record(&*self.log, commit_of(&*self.log, edge.commit, position)?, position)?;
        let line = record.positioned_lines().find(|(at, _)| *at == position).map(|(_, line)| line.to_vec());
        line.ok_or_else(|| corrupt(&*self.log, format!("position {position} is in no commit")))
    }

    /// Proves that the event at `position` stands in the tree of the first `size` events.
    ///
    /// # Errors
    /// [`ProofError::Outside`], [`ProofError::Log`].
    pub fn inclusion(&self, position: u64, size: u64) -> Result<InclusionProof, ProofError> {
        let edge = self.edge_reaching(size)?;
        if position == 0 || position > size {
            return Err(ProofError::Outside { wanted: position, size });
        }
        let mut reader = Reader::new(&*self.log, &edge);
        let proof = prove_inclusion(&mut reader, position, size)?;
        let leaf = reader.root_of(0, position - 1)?;
        if proof.root(leaf)? != reader.root_between(0, size)? {
            return Err(corrupt(&*self.log, format!("tiles and lines differ around position {position}")));
        }
        Ok(proof)
    }

    /// Proves that the tree of the first `to` events begins with that of the first `from`.
    ///
    /// # Errors
    /// [`ProofError::Outside`], [`ProofError::Log`].
    pub fn consistency(&self, from: u64, to: u64) -> Result<ConsistencyProof, ProofError> {
        let edge = self.edge_reaching(to)?;
        if from > to {
            return Err(ProofError::Outside { wanted: from, size: to });
        }
        let mut reader = Reader::new(&*self.log, &edge);
        let proof = prove_consistency(&mut reader, from, to)?;
        let (old, new) = (reader.root_between(0, from)?, reader.root_between(0, to)?);
        proof
            .verify(old, new)
            .map_err(|_| corrupt(&*self.log, format!("tiles and lines differ before position {to}")))?;
        Ok(proof)
    }

    fn edge_reaching(&self, size: u64) -> Result<Edge, ProofError> {
        let edge = self.edge()?;
        if size > edge.size() {
            return Err(ProofError::Outside { wanted: size, size: edge.size() });
        }
        Ok(edge)
    }

    /// The edge as it stands at the end of the log.
    fn edge(&self) -> Result<Edge, ProofError> {
        // It is replaced as a whole, so that one behind a poisoned lock is sound.
        let mut edge = self.edge.lock().unwrap_or_else(PoisonError::into_inner);
        let tail = self.log.tail();
        if edge.commit < tail {
            *edge = follow(&*self.log, edge.clone(), tail)?;
        }
        Ok(edge.clone())
    }
}

/// The right edge of the tree: for each level the hashes of the tile that is not full.
#[derive(Debug, Clone, Default)]
struct Edge {
    /// The commit that it ends with.
    commit: u64,
    /// Level 0 are the leaves after the last 256 whole ones.
    levels: Vec<Vec<TreeHash>>,
}

impl Edge {
    fn size(&self) -> u64 {
        let tiles = (0u32..).zip(&self.levels);
        tiles.map(|(level, hashes)| (hashes.len() as u64) << (level * TILE_HEIGHT)).sum()
    }

    /// Adds a hash to a level, and what that completes to the levels above.
    fn push(&mut self, level: usize, hash: TreeHash) {
        if self.levels.len() <= level {
            self.levels.resize_with(level + 1, Vec::new);
        }
        let hashes = &mut self.levels[level];
        hashes.push(hash);
        if hashes.len() == TILE_WIDTH {
            let root = fold(hashes);
            hashes.clear();
            self.push(level + 1, root);
        }
    }
}

/// The root over a power of two of hashes.
fn fold(hashes: &[TreeHash]) -> TreeHash {
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        row = row.chunks_exact(2).map(|pair| TreeHash::node(&pair[0], &pair[1])).collect();
    }
    row[0]
}

fn corrupt(log: &dyn Log, what: String) -> ProofError {
    ProofError::Log(LogError::Corrupt { store: log.name(), what })
}

fn peek(log: &dyn Log, commit: u64) -> Result<RecordHeader, ProofError> {
    log.header(commit)?.ok_or_else(|| corrupt(log, format!("commit {commit}: missing")))
}

/// A commit's lines up to position `last`.
fn read_record(log: &dyn Log, commit: u64, last: u64) -> Result<CommitRecord, ProofError> {
    let bytes = log.get(commit)?.ok_or_else(|| corrupt(log, format!("commit {commit}: missing")))?;
    Ok(record::decode_to(&bytes, last).map_err(|error| of_record(log, commit, error))?)
}

fn of_record(log: &dyn Log, commit: u64, error: record::RecordError) -> LogError {
    LogError::of_record(&log.name(), &format!("commit {commit}"), error)
}

/// Brings the edge up to commit `tail`.
fn follow(log: &dyn Log, edge: Edge, tail: u64) -> Result<Edge, ProofError> {
    let last = peek(log, tail)?;
    let size = last.last_position();
    let mut edge =
        if size.saturating_sub(edge.size()) > 2 * LEVEL_TWO { from_tiles(log, size)? } else { edge };
    // After the tiles the edge may begin within a commit.
    let mut next = if edge.commit == 0 && edge.size() > 0 {
        commit_of(log, tail, edge.size() + 1)?
    } else {
        edge.commit + 1
    };
    while next <= tail {
        let records = log.read(next, READ_BYTES)?;
        if records.is_empty() {
            return Err(corrupt(log, format!("from commit {next} on: missing")));
        }
        let read_to = (next + records.len() as u64 - 1).min(tail);
        for bytes in &records[..(read_to + 1 - next) as usize] {
            let record = record::decode(bytes).map_err(|error| of_record(log, next, error))?;
            // The root before a commit covers all commits before it: the last one that was read stands for them.
            if next == read_to {
                check_root_before(log, &edge, &record.header)?;
            }
            take_up(log, &mut edge, &record)?;
            next += 1;
        }
    }
    Ok(edge)
}

fn check_root_before(log: &dyn Log, edge: &Edge, header: &RecordHeader) -> Result<(), ProofError> {
    let size = edge.size();
    if header.first_position == size + 1
        && Reader::new(log, edge).root_between(0, size)? != header.root_before
    {
        let what = format!("commit {}: the Merkle root before it is another", header.commit);
        return Err(corrupt(log, what));
    }
    Ok(())
}

/// Adds the lines of a commit that the edge does not hold yet.
fn take_up(log: &dyn Log, edge: &mut Edge, record: &CommitRecord) -> Result<(), ProofError> {
    let (header, size) = (&record.header, edge.size());
    if header.first_position > size + 1 {
        return Err(corrupt(log, format!("commit {}: it does not follow position {size}", header.commit)));
    }
    for (_, line) in record.positioned_lines().skip_while(|(position, _)| *position <= size) {
        edge.push(0, TreeHash::leaf(line));
    }
    edge.commit = header.commit;
    Ok(())
}

/// The edge at the last multiple of 65,536 events: what the finished tiles say.
fn from_tiles(log: &dyn Log, size: u64) -> Result<Edge, ProofError> {
    let mut edge = Edge::default();
    let whole = size - size % LEVEL_TWO;
    for level in (2..=size.ilog2() / TILE_HEIGHT).rev() {
        let hashes = whole >> (level * TILE_HEIGHT);
        for index in (hashes - hashes % TILE_WIDTH as u64)..hashes {
            let root = fold(&hashes_of(log, level as u8 - 1, index)?);
            edge.push(level as usize, root);
        }
    }
    Ok(edge)
}

fn hashes_of(log: &dyn Log, level: u8, index: u64) -> Result<Vec<TreeHash>, ProofError> {
    let missing = || corrupt(log, format!("tile {index} of level {level}: missing"));
    let bytes = log.tile(level, index)?.filter(|bytes| bytes.len() == TILE_BYTES).ok_or_else(missing)?;
    let hashes = bytes.chunks_exact(32);
    Ok(hashes.map(|hash| TreeHash(hash.try_into().expect("chunks of 32 bytes"))).collect())
}

/// The commit that holds a position of the log, among the first `tail`.
fn commit_of(log: &dyn Log, tail: u64, position: u64) -> Result<u64, ProofError> {
    let (mut low, mut high) = (1, tail);
    let mut low_first = 1;
    let mut high_first = peek(log, tail)?.first_position;
    if position >= high_first {
        return Ok(tail);
    }
    let mut bisect = false;
    // Invariant: commit `low` begins at or before the position, commit `high` after it.
    while high - low > 1 {
        let span = high - low;
        let guess = if bisect {
            span / 2
        } else {
            // Commits of one size lie on a line: the first guess is mostly close.
            let share = u128::from(position - low_first) * u128::from(span);
            (share / u128::from(high_first.saturating_sub(low_first).max(1))) as u64
        };
        let middle = low + guess.clamp(1, span - 1);
        let first = peek(log, middle)?.first_position;
        if first <= position {
            (low, low_first) = (middle, first);
        } else {
            (high, high_first) = (middle, first);
        }
        bisect = !bisect;
    }
    Ok(low)
}

/// Reads subtree roots for one proof, each tile and each run of leaves once.
struct Reader<'a> {
    log: &'a dyn Log,
    edge: &'a Edge,
    size: u64,
    tiles: FxHashMap<(u8, u64), Vec<TreeHash>>,
}

impl<'a> Reader<'a> {
    fn new(log: &'a dyn Log, edge: &'a Edge) -> Self {
        Self { log, edge, size: edge.size(), tiles: FxHashMap::default() }
    }

    /// The leaf hashes of a full run of 256 events.
    fn leaves(&self, run: u64) -> Result<Vec<TreeHash>, ProofError> {
        let first = run * TILE_WIDTH as u64 + 1;
        let last = first + TILE_WIDTH as u64 - 1;
        let mut next = commit_of(self.log, self.edge.commit, first)?;
        let mut leaves = Vec::with_capacity(TILE_WIDTH);
        loop {
            let records = self.log.read(next, READ_BYTES / 4)?;
            if records.is_empty() {
                return Err(corrupt(self.log, format!("from commit {next} on: missing")));
            }
            for bytes in &records {
                let record =
                    record::decode_to(bytes, last).map_err(|error| of_record(self.log, next, error))?;
                let lines = record.positioned_lines().filter(|(at, _)| (first..=last).contains(at));
                leaves.extend(lines.map(|(_, line)| TreeHash::leaf(line)));
                if record.header.last_position() >= last {
                    return match leaves.len() {
                        TILE_WIDTH => Ok(leaves),
                        _ => Err(corrupt(self.log, format!("commit {next}: positions are missing"))),
                    };
                }
                next += 1;
            }
        }
    }
}

impl Subtrees for Reader<'_> {
    fn root_of(&mut self, height: u32, index: u64) -> Result<TreeHash, ProofError> {
        let (level, within) = (height / TILE_HEIGHT, height % TILE_HEIGHT);
        let first = index << within;
        let (tile, offset) = (first / TILE_WIDTH as u64, (first % TILE_WIDTH as u64) as usize);
        let entries = offset..offset + (1 << within);
        if tile == self.size >> ((level + 1) * TILE_HEIGHT).min(63) {
            let open = self.edge.levels.get(level as usize).and_then(|hashes| hashes.get(entries));
            return open
                .map(fold)
                .ok_or_else(|| corrupt(self.log, format!("the tree ends before height {height}")));
        }
        let key = (level as u8, tile);
        if !self.tiles.contains_key(&key) {
            let hashes = if level == 0 { self.leaves(tile)? } else { hashes_of(self.log, key.0, tile)? };
            self.tiles.insert(key, hashes);
        }
        Ok(fold(&self.tiles[&key][entries]))
    }
}
