//! Bounded caches: parsed documents by their text, and finished answers by the request that asked for them.
//!
//! An answer is kept for one position only: the next event forgets all of them. Both bounds are settings, and a cache
//! of size 0 keeps nothing.

use std::hash::BuildHasher;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use async_graphql::parser::types::ExecutableDocument;
use axum::body::Bytes;
use daftar_domain::policy::Actor;
use rustc_hash::FxHashMap;

/// The longest document that is kept, in bytes.
const DOCUMENT_MAX_BYTES: usize = 64 << 10;
/// The largest answer that is kept, in bytes, together with its request.
const ANSWER_MAX_BYTES: usize = 1 << 20;

/// Two generations: what is found in the older one moves to the newer; when the newer is full, the older goes.
struct Generations<V> {
    newer: FxHashMap<u64, V>,
    older: FxHashMap<u64, V>,
}

impl<V> Default for Generations<V> {
    fn default() -> Self {
        Self { newer: FxHashMap::default(), older: FxHashMap::default() }
    }
}

impl<V: Clone> Generations<V> {
    fn get(&mut self, hash: u64, half: usize) -> Option<V> {
        if let Some(value) = self.newer.get(&hash) {
            return Some(value.clone());
        }
        let value = self.older.remove(&hash)?;
        self.insert(hash, value.clone(), half);
        Some(value)
    }

    fn insert(&mut self, hash: u64, value: V, half: usize) {
        if self.newer.len() >= half {
            self.older = std::mem::take(&mut self.newer);
        }
        self.newer.insert(hash, value);
    }
}

/// Parsed documents. A text that only shares the hash of another is parsed anew.
pub struct Documents {
    half: usize,
    hasher: std::hash::RandomState,
    kept: Mutex<Generations<(Arc<str>, Arc<ExecutableDocument>)>>,
}

impl Documents {
    /// Keeps about so many.
    pub fn new(max: usize) -> Self {
        Self { half: max.div_ceil(2), hasher: std::hash::RandomState::new(), kept: Mutex::default() }
    }

    /// The document of a text, parsed unless it is kept.
    ///
    /// # Errors
    /// What the parser says.
    pub fn parse(&self, text: &str) -> async_graphql::parser::Result<Arc<ExecutableDocument>> {
        if self.half == 0 || text.len() > DOCUMENT_MAX_BYTES {
            return async_graphql::parser::parse_query(text).map(Arc::new);
        }
        let hash = self.hasher.hash_one(text);
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(hash, self.half);
        if let Some((same, document)) = kept
            && *same == *text
        {
            return Ok(document);
        }
        let document = Arc::new(async_graphql::parser::parse_query(text)?);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(hash, (text.into(), Arc::clone(&document)), self.half);
        Ok(document)
    }
}

/// Finished answers of one position.
pub struct Answers {
    max: usize,
    max_bytes: usize,
    hasher: std::hash::RandomState,
    kept: RwLock<Kept>,
}

#[derive(Default)]
struct Kept {
    position: u64,
    bytes: usize,
    answers: FxHashMap<u64, (Actor, Bytes, Bytes)>,
}

impl Answers {
    /// Keeps at most so many answers and bytes.
    pub fn new(max: usize, max_bytes: usize) -> Self {
        Self { max, max_bytes, hasher: std::hash::RandomState::new(), kept: RwLock::default() }
    }

    /// The answer to an actor's request at a position: what one may read is not told to another.
    pub fn get(&self, position: u64, actor: &Actor, request: &[u8]) -> Option<Bytes> {
        if self.max == 0 {
            return None;
        }
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let (by, asked, answer) = kept.answers.get(&self.hasher.hash_one((actor, request)))?;
        (by == actor && *asked == request && kept.position == position).then(|| answer.clone())
    }

    /// Keeps an answer. When there is no room left, all are forgotten: those that are asked often are back soon.
    pub fn keep(&self, position: u64, actor: &Actor, request: &[u8], answer: &Bytes) {
        let bytes = request.len() + answer.len();
        if self.max == 0 || bytes > ANSWER_MAX_BYTES.min(self.max_bytes) {
            return;
        }
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if position < kept.position {
            return;
        }
        if kept.position != position || kept.answers.len() >= self.max || kept.bytes + bytes > self.max_bytes
        {
            *kept = Kept { position, ..Kept::default() };
        }
        kept.bytes += bytes;
        let entry = (*actor, Bytes::copy_from_slice(request), answer.clone());
        if let Some((_, asked, answer)) = kept.answers.insert(self.hasher.hash_one((actor, request)), entry) {
            kept.bytes -= asked.len() + answer.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_hold_for_one_position_and_within_their_bounds() {
        let answers = Answers::new(2, 100);
        let bytes = Bytes::from_static;
        answers.keep(7, &Actor::LOCAL, b"a", &bytes(b"one"));
        assert_eq!(answers.get(7, &Actor::LOCAL, b"a"), Some(bytes(b"one")));
        assert_eq!(answers.get(7, &Actor::PUBLIC, b"a"), None, "another one is answered anew");
        assert_eq!((answers.get(8, &Actor::LOCAL, b"a"), answers.get(7, &Actor::LOCAL, b"b")), (None, None));
        answers.keep(8, &Actor::LOCAL, b"a", &bytes(b"two"));
        assert_eq!(
            (answers.get(7, &Actor::LOCAL, b"a"), answers.get(8, &Actor::LOCAL, b"a")),
            (None, Some(bytes(b"two")))
        );
        answers.keep(7, &Actor::LOCAL, b"a", &bytes(b"late"));
        assert_eq!(answers.get(8, &Actor::LOCAL, b"a"), Some(bytes(b"two")));
        answers.keep(8, &Actor::LOCAL, b"b", &bytes(b"three"));
        answers.keep(8, &Actor::LOCAL, b"c", &bytes(b"four"));
        assert_eq!(
            (answers.get(8, &Actor::LOCAL, b"a"), answers.get(8, &Actor::LOCAL, b"c")),
            (None, Some(bytes(b"four")))
        );
        answers.keep(8, &Actor::LOCAL, b"d", &Bytes::from(vec![0; 101]));
        assert_eq!(answers.get(8, &Actor::LOCAL, b"d"), None);
        answers.keep(8, &Actor::LOCAL, b"e", &Bytes::from(vec![0; 98]));
        assert_eq!(
            (
                answers.get(8, &Actor::LOCAL, b"c"),
                answers.get(8, &Actor::LOCAL, b"e").map(|answer| answer.len())
            ),
            (None, Some(98))
        );
        let nothing = Answers::new(0, 100);
        nothing.keep(7, &Actor::LOCAL, b"a", &bytes(b"one"));
        assert_eq!(nothing.get(7, &Actor::LOCAL, b"a"), None);
    }

    #[test]
    fn documents_are_parsed_once_and_bounded() {
        let documents = Documents::new(2);
        let first = documents.parse("{a}").unwrap();
        assert!(Arc::ptr_eq(&first, &documents.parse("{a}").unwrap()));
        for text in ["{b}", "{c}", "{d}"] {
            documents.parse(text).unwrap();
        }
        assert!(!Arc::ptr_eq(&first, &documents.parse("{a}").unwrap()));
        assert!(documents.parse("{").is_err());
    }
}
