//! Decoding and hashing on all cores, in order again at the end.
//!
//! Guarantees: parts come out in the order in which they were read, each once; a part that cannot be decoded still
//! hands out the events before the fault; memory is bounded by a few parts per core. Must never skip a byte.

use std::collections::BTreeMap;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Mutex, PoisonError};
use std::thread;

use daftar_domain::envelope::Recorded;
use daftar_domain::log::codec::{self, LineError};
use daftar_domain::log::merkle::TreeHash;
use daftar_domain::log::record::{self, RecordError, RecordHeader};

use super::finding::{Code, Finding};

/// What was read and is to be decoded.
pub enum Work {
    /// The bytes of a commit record, of the commit of that number.
    Record(u64, Vec<u8>),
    /// Whole lines, each with its line feed.
    Lines(Vec<u8>),
}

/// A part that was decoded and hashed.
pub struct Part {
    /// The header of a commit record; `None` for lines of a file.
    pub header: Option<RecordHeader>,
    /// The leaf hash of each line.
    pub leaves: Vec<TreeHash>,
    /// The event of each line.
    pub events: Vec<Recorded>,
    /// Why the part ends before its last line.
    pub fault: Option<(Code, String)>,
}

/// Takes work; false when nobody asks for more.
pub type Sink<'a> = dyn FnMut(Work) -> bool + 'a;

/// Reads on one thread, decodes on all cores, and takes the parts in order on this thread.
///
/// # Errors
/// The first finding, of taking before that of reading.
pub fn run(
    read: impl FnOnce(&mut Sink<'_>) -> Result<(), Finding> + Send,
    mut take: impl FnMut(Part) -> Result<(), Finding>,
) -> Result<(), Finding> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let (work_in, work_out) = mpsc::sync_channel::<(u64, Work)>(2 * cores);
        let (done_in, done_out) = mpsc::sync_channel::<(u64, Part)>(2 * cores);
        let work_out = std::sync::Arc::new(Mutex::new(work_out));
        let reader = scope.spawn(move || {
            let mut number = 0;
            read(&mut |work| {
                number += 1;
                work_in.send((number - 1, work)).is_ok()
            })
        });
        for _ in 0..cores {
            let (work_out, done_in) = (std::sync::Arc::clone(&work_out), done_in.clone());
            scope.spawn(move || decode_all(&work_out, &done_in));
        }
        drop((work_out, done_in));
        let taken = take_in_order(&done_out, &mut take);
        // Taking that stopped early lets go of the channels, so that the others end as well.
        drop(done_out);
        let read =
            reader.join().map_err(|_| Finding::new(Code::Unreadable, "the store gave up while it was read"));
        taken.and(read.and_then(|read| read))
    })
}

fn take_in_order(
    done: &Receiver<(u64, Part)>,
    take: &mut impl FnMut(Part) -> Result<(), Finding>,
) -> Result<(), Finding> {
    let mut waiting = BTreeMap::new();
    let mut next = 0;
    while let Ok((number, part)) = done.recv() {
        waiting.insert(number, part);
        while let Some(part) = waiting.remove(&next) {
            next += 1;
            take(part)?;
        }
    }
    Ok(())
}

fn decode_all(work: &Mutex<Receiver<(u64, Work)>>, done: &SyncSender<(u64, Part)>) {
    loop {
        let next = work.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((number, work)) = next else { return };
        if done.send((number, decode(&work))).is_err() {
            return;
        }
    }
}

fn decode(work: &Work) -> Part {
    match work {
        Work::Lines(bytes) => {
            let lines = bytes.strip_suffix(b"\n").unwrap_or(bytes).split(|byte| *byte == b'\n');
            decode_lines(None, lines)
        }
        Work::Record(number, bytes) => match record::decode(bytes) {
            Ok(record) => decode_lines(Some(record.header.clone()), record.lines()),
            Err(error) => {
                let code = if matches!(error, RecordError::NewerFormat { .. }) {
                    Code::Newer
                } else {
                    Code::Changed
                };
                let fault = Some((code, format!("commit {number}: {error}")));
                Part { header: None, leaves: Vec::new(), events: Vec::new(), fault }
            }
        },
    }
}

fn decode_lines<'a>(header: Option<RecordHeader>, lines: impl Iterator<Item = &'a [u8]>) -> Part {
    let mut part = Part { header, leaves: Vec::new(), events: Vec::new(), fault: None };
    for line in lines {
        match codec::decode(line) {
            Ok(event) => {
                part.leaves.push(TreeHash::leaf(line));
                part.events.push(event);
            }
            Err(error) => {
                let newer = matches!(error, LineError::UnknownType { .. } | LineError::UnknownFormat(_));
                let code = if newer { Code::Newer } else { Code::Malformed };
                part.fault = Some((code, error.to_string()));
                break;
            }
        }
    }
    part
}
