//! The bytes of the head record: where the log ends, written in the same atomic write as each commit.
//!
//! Guarantees: what it says was true when the commit became durable; it is checked against the last record and
//! against the tree on replay, never trusted instead of them. Layout: `schema/log-format.md`.

use uuid::Uuid;

use super::merkle::{Frontier, TreeHash, finished_tiles};
use super::record::{CommitId, FORMAT_VERSION, Fields, RecordError, damaged};

/// The most bytes of a stored checkpoint: a signed note with a few cosignatures stays well below.
pub const MAX_CHECKPOINT_BYTES: usize = 4_096;

const MAGIC: [u8; 4] = *b"DFHD";

/// Where the log ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The number of the last commit.
    pub commit: u64,
    /// The name of the last commit.
    pub id: CommitId,
    /// The Merkle frontier; its size is the position of the last event.
    pub frontier: Frontier,
    /// The last signed checkpoint, as it was published.
    pub checkpoint: Option<Vec<u8>>,
}

impl Head {
    /// The position of the last event.
    pub fn position(&self) -> u64 {
        self.frontier.size()
    }

    /// The bytes of the record.
    ///
    /// # Errors
    /// [`RecordError::TooLarge`] for a checkpoint past [`MAX_CHECKPOINT_BYTES`].
    pub fn encode(&self) -> Result<Vec<u8>, RecordError> {
        let checkpoint = self.checkpoint.as_deref().unwrap_or_default();
        if checkpoint.len() > MAX_CHECKPOINT_BYTES {
            return Err(RecordError::TooLarge(format!("a checkpoint of {} bytes", checkpoint.len())));
        }
        let peaks = self.frontier.peaks();
        let tiles = finished_tiles(self.position());
        let mut out = Vec::with_capacity(52 + tiles.len() * 8 + peaks.len() * 32 + checkpoint.len());
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&[FORMAT_VERSION, peaks.len() as u8, tiles.len() as u8, 0]);
        out.extend_from_slice(&self.commit.to_le_bytes());
        out.extend_from_slice(&self.position().to_le_bytes());
        out.extend_from_slice(self.id.0.as_bytes());
        tiles.iter().for_each(|count| out.extend_from_slice(&count.to_le_bytes()));
        peaks.iter().for_each(|hash| out.extend_from_slice(&hash.0));
        out.extend_from_slice(&(checkpoint.len() as u32).to_le_bytes());
        out.extend_from_slice(checkpoint);
        out.extend_from_slice(&crc32fast::hash(&out).to_le_bytes());
        Ok(out)
    }

    /// Reads the record.
    ///
    /// # Errors
    /// [`RecordError::NewerFormat`], or [`RecordError::Damaged`] with the reason.
    pub fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        let mut fields = Fields::open(bytes, MAGIC, "head record")?;
        let (peak_count, level_count) = (fields.u8()?, fields.u8()?);
        if fields.u8()? != 0 {
            return Err(damaged("a reserved byte that is not zero"));
        }
        let commit = fields.u64()?;
        let position = fields.u64()?;
        let id = CommitId(Uuid::from_bytes(fields.take()?));
        let tiles = (0..level_count).map(|_| fields.u64()).collect::<Result<Vec<_>, _>>()?;
        let peaks =
            (0..peak_count).map(|_| fields.take().map(TreeHash)).collect::<Result<Vec<_>, RecordError>>()?;
        let checkpoint_len = fields.u32()? as usize;
        if checkpoint_len > MAX_CHECKPOINT_BYTES {
            return Err(damaged(format!("a checkpoint of {checkpoint_len} bytes")));
        }
        let checkpoint = fields.bytes(checkpoint_len)?;
        let crc = fields.take::<4>()?;
        if !fields.is_empty() {
            return Err(damaged("bytes after the head record"));
        }
        if crc32fast::hash(&bytes[..bytes.len() - 4]).to_le_bytes() != crc {
            return Err(damaged("its checksum does not fit"));
        }
        if commit == 0 || position < commit || tiles != finished_tiles(position) {
            return Err(damaged("its numbers contradict each other"));
        }
        let frontier = Frontier::from_parts(position, peaks)
            .ok_or_else(|| damaged("its frontier does not fit its position"))?;
        let checkpoint = (checkpoint_len > 0).then(|| checkpoint.to_vec());
        Ok(Self { commit, id, frontier, checkpoint })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::log::merkle::Tree;

    fn head(size: u64, checkpoint: Option<Vec<u8>>) -> Head {
        let mut tree = Tree::new();
        (0..size).for_each(|n| tree.append(TreeHash::leaf(&n.to_le_bytes())));
        Head { commit: 3, id: CommitId(Uuid::from_u128(9)), frontier: tree.frontier().clone(), checkpoint }
    }

    proptest! {
        #[test]
        fn a_head_reads_back(size in 3u64..3_000, note in proptest::option::of("[a-z\n]{1,200}")) {
            let head = head(size, note.map(String::into_bytes));
            prop_assert_eq!(Head::decode(&head.encode().expect("fits")), Ok(head));
        }

        #[test]
        fn any_changed_byte_is_noticed(at in any::<prop::sample::Index>(), flip in 1u8..=255) {
            let mut bytes = head(300, Some(b"note".to_vec())).encode().expect("fits");
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
            prop_assert!(Head::decode(&bytes).is_err());
        }
    }

    #[test]
    fn the_largest_head_fits_one_stored_value() {
        let frontier = Frontier::from_parts(u64::MAX, vec![TreeHash([7; 32]); 64]).expect("64 peaks");
        let checkpoint = Some(vec![b'x'; MAX_CHECKPOINT_BYTES]);
        let head = Head { commit: 1, id: CommitId(Uuid::nil()), frontier, checkpoint };
        assert!(head.encode().expect("fits").len() < 7_500);
    }

    #[test]
    fn a_checkpoint_past_its_bound_is_not_written() {
        assert!(matches!(head(9, Some(vec![0; 4_097])).encode(), Err(RecordError::TooLarge(_))));
    }

    #[test]
    fn contradicting_numbers_are_refused() {
        let mut bytes = head(300, None).encode().expect("fits");
        bytes[8..16].copy_from_slice(&301u64.to_le_bytes());
        let end = bytes.len() - 4;
        let crc = crc32fast::hash(&bytes[..end]).to_le_bytes();
        bytes[end..].copy_from_slice(&crc);
        assert!(Head::decode(&bytes).expect_err("refused").to_string().contains("contradict"));
    }
}
