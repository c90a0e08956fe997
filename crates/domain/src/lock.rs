//! One process at a time: the locks of the files and folders that have a single writer.
//!
//! Guarantees: who has the lock has it until the file is dropped; a holder that is only just letting go is waited for.
//! Must never take a lock by force.

use std::fs::{File, TryLockError};
use std::io;
use std::thread;
use std::time::{Duration, Instant};

/// For how long a lock is tried before its holder is believed to stay. A holder that has ended may leave it held for
/// some milliseconds: a program that it was just starting has copies of its open files until it runs.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often it is tried meanwhile.
const PAUSE: Duration = Duration::from_millis(10);

/// Locks an open file, for as long as it stays open; `false` when another process, or another opening of the same
/// file, keeps it locked for a second.
///
/// # Errors
/// Those of the file system.
pub fn take(file: &File) -> io::Result<bool> {
    let begin = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) if begin.elapsed() < PATIENCE => thread::sleep(PAUSE),
            Err(TryLockError::WouldBlock) => return Ok(false),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::thread;

    use super::take;

    #[test]
    fn a_holder_that_lets_go_is_waited_for_and_one_that_stays_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let (held, wanted) = (File::create(&path).unwrap(), File::open(&path).unwrap());
        assert!(take(&held).unwrap());
        assert!(!take(&wanted).unwrap());
        let waiting = thread::spawn(move || take(&wanted).unwrap());
        drop(held);
        assert!(waiting.join().unwrap());
    }
}
