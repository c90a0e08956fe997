//! What the embedded store answers when its folder, its bytes or its disk are not as they should be.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use super::*;
use crate::log::compliance::{Scribe, lines};

/// A folder with commits of 3 lines each.
struct Store(tempfile::TempDir);

impl Store {
    fn with_commits(count: u64) -> Self {
        let store = Self(tempfile::tempdir().unwrap());
        let log = store.open().unwrap();
        let mut scribe = Scribe::default();
        for n in 0..count {
            assert_eq!(log.append(n, &scribe.commit(&lines(3, 3_000, n))), Ok(Appended::At(n + 1)));
        }
        store
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("log")
    }

    fn open(&self) -> Result<SledLog, LogError> {
        SledLog::open(&self.path(), SledSettings::default())
    }

    /// What the opening is refused with: code and sentence.
    fn refusal(&self) -> (&'static str, String) {
        let error = self.open().map(|_| ()).expect_err("refused");
        assert!(error.to_string().contains(&self.path().display().to_string()), "names the folder: {error}");
        (error.code(), error.to_string())
    }

    /// Changes what is stored behind the log's back.
    fn tamper(&self, change: impl FnOnce(&Db)) {
        let db = loop {
            match sled::Config::new().path(self.path()).flush_every_ms(None).open() {
                Ok(db) => break db,
                Err(_) => thread::sleep(Duration::from_millis(5)),
            }
        };
        change(&db);
        db.flush().unwrap();
    }
}

#[test]
fn a_second_opening_is_refused() {
    let store = Store::with_commits(1);
    let open = store.open().unwrap();
    assert_eq!(store.refusal().0, "LOCKED");
    drop(open);
    assert_eq!(store.open().unwrap().tail(), 1);
}

#[test]
fn a_store_without_rights_is_refused() {
    let store = Store::with_commits(1);
    fs::set_permissions(store.path().join("lock"), fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(store.path().join("lock")).is_ok() {
        return; // rights do not bind this user
    }
    let (code, text) = store.refusal();
    assert_eq!(code, "UNAVAILABLE");
    assert!(text.contains("denied"), "{text}");
}

#[test]
fn a_folder_of_other_files_is_not_taken_over() {
    let store = Store(tempfile::tempdir().unwrap());
    fs::create_dir(store.path()).unwrap();
    fs::write(store.path().join("letter.txt"), "Dear").unwrap();
    let (code, text) = store.refusal();
    assert!(code == "UNAVAILABLE" && text.contains("letter.txt"), "{text}");
    fs::remove_dir_all(store.path()).unwrap();
    fs::write(store.path(), "a file").unwrap();
    let (code, text) = store.refusal();
    assert!(code == "UNAVAILABLE" && text.contains("not a folder"), "{text}");
}

#[test]
fn a_left_over_snapshot_does_not_keep_the_store_shut() {
    let store = Store::with_commits(5);
    fs::write(store.path().join("snap.00000000FFFFFFFF.generating"), b"half").unwrap();
    assert_eq!(store.open().unwrap().tail(), 5);
    assert!(!store.path().join("snap.00000000FFFFFFFF.generating").exists());
}

#[test]
fn a_blob_is_refused() {
    let store = Store::with_commits(1);
    fs::write(store.path().join("blobs/1"), b"unsynced").unwrap();
    let (code, text) = store.refusal();
    assert!(code == "CORRUPT" && text.contains("blobs/"), "{text}");
}

#[test]
fn no_commit_ever_makes_a_blob() {
    let store = Store::with_commits(0);
    let log = store.open().unwrap();
    let mut scribe = Scribe::default();
    for n in 0..200 {
        let (count, bytes) = [(1, 65_536), (40, 700), (2, 7_500), (1, 10)][n as usize % 4];
        log.append(n, &scribe.commit(&lines(count, bytes, n))).expect("no value outgrows its leaf");
    }
    assert_eq!(fs::read_dir(store.path().join("blobs")).unwrap().count(), 0);
}

#[test]
fn a_missing_data_file_is_damage_not_a_new_log() {
    let store = Store::with_commits(3);
    drop(store.open().unwrap()); // the second opening leaves a snapshot
    fs::remove_file(store.path().join("db")).unwrap();
    let (code, text) = store.refusal();
    assert!(code == "CORRUPT" && text.contains("position 1"), "{text}");
}

#[test]
fn a_changed_last_record_is_named() {
    let store = Store::with_commits(4);
    store.tamper(|db| {
        let mut value = db.get(commit_key(4, 0)).unwrap().unwrap().to_vec();
        value[200] ^= 1;
        db.insert(commit_key(4, 0), value).unwrap();
    });
    let (code, text) = store.refusal();
    assert!(code == "CORRUPT" && text.contains("commit 4, which ends at position 12"), "{text}");
}

#[test]
fn a_missing_commit_is_told_from_where_on() {
    let store = Store::with_commits(4);
    store.tamper(|db| {
        for chunk in 0..2 {
            db.remove(commit_key(2, chunk)).unwrap();
        }
    });
    let log = store.open().unwrap();
    let told = |error: LogError| error.to_string();
    assert!(told(log.get(2).unwrap_err()).contains("from position 4 on"), "{:?}", log.get(2));
    assert!(told(log.read(1, usize::MAX).unwrap_err()).contains("from position 4 on"));
    assert!(log.get(3).unwrap().is_some());
}

#[test]
fn a_missing_chunk_is_told() {
    let store = Store::with_commits(4);
    store.tamper(|db| {
        db.remove(commit_key(3, 0)).unwrap();
    });
    let log = store.open().unwrap();
    assert!(log.get(3).unwrap_err().to_string().contains("from position 7 on"));
    assert!(log.read(1, usize::MAX).unwrap_err().to_string().contains("from position 7 on"));
}

#[test]
fn record_and_head_must_agree() {
    let store = Store::with_commits(3);
    let mut scribe = Scribe::default();
    let writes = [0, 1, 2].map(|n| scribe.commit(&lines(3, 3_000, n)));
    let put = |stored: Vec<u8>| {
        store.tamper(|db| {
            for (chunk, bytes) in (0..).zip(stored.chunks(VALUE_BYTES)) {
                db.insert(commit_key(3, chunk), bytes).unwrap();
            }
        });
    };
    put([writes[2].record.as_slice(), &writes[1].head].concat());
    let (code, text) = store.refusal();
    assert!(code == "CORRUPT" && text.contains("the record and the head differ"), "{text}");
    put(writes[2].record.clone());
    let (code, text) = store.refusal();
    assert!(code == "CORRUPT" && text.contains("head record"), "{text}");
    put([writes[2].record.as_slice(), &writes[2].head].concat());
    assert_eq!(store.open().unwrap().head().unwrap().as_ref(), Some(&writes[2].head));
}

#[test]
fn a_commit_that_fits_one_value_takes_one() {
    let store = Store::with_commits(1);
    let log = store.open().unwrap();
    let mut scribe = Scribe::default();
    scribe.commit(&lines(3, 3_000, 0));
    let small = scribe.commit(&lines(1, 600, 1));
    assert_eq!(log.append(1, &small), Ok(Appended::At(2)));
    assert_eq!(log.db().range(commit_keys(2, 2)).count(), 1);
    assert_eq!((log.get(2).unwrap(), log.head().unwrap()), (Some(small.record), Some(small.head)));
}

#[test]
fn a_newer_layout_is_told_apart_from_damage() {
    let store = Store::with_commits(1);
    store.tamper(|db| {
        db.insert(LAYOUT, &[LAYOUT_VERSION + 1]).unwrap();
    });
    let (code, text) = store.refusal();
    assert!(code == "UNAVAILABLE" && text.contains("later release"), "{text}");
}

#[test]
fn damage_is_an_error_or_shows_as_a_shorter_log_but_never_panics() {
    for (offset, bytes) in [(0, 64), (600, 200), (5_000, 4_000), (20_000, 100)] {
        let store = Store::with_commits(30);
        let path = store.path().join("db");
        let mut data = fs::read(&path).unwrap();
        data[offset..offset + bytes].iter_mut().for_each(|byte| *byte ^= 0x5a);
        fs::write(&path, data).unwrap();
        match store.open() {
            Err(error) => assert_eq!(error.code(), "CORRUPT", "{error}"),
            Ok(log) => {
                let whole = (1..=log.tail())
                    .map_while(|n| log.get(n).ok().flatten().and_then(|bytes| record::decode(&bytes).ok()))
                    .count();
                assert!(whole < 30, "the damage at {offset} shows");
            }
        }
    }
}

/// Runs under a limit on file size, started by the test below.
#[test]
#[ignore = "runs as the child of a_full_disk_is_told_and_loses_nothing"]
fn full_disk_child() {
    let path = PathBuf::from(std::env::var("FULL_DISK_STORE").unwrap());
    let log = SledLog::open(&path, SledSettings::default()).unwrap();
    let mut scribe = Scribe::default();
    let error = (0..).find_map(|n| log.append(n, &scribe.commit(&lines(20, 1_000, n))).err()).unwrap();
    let stopped = log.append(log.tail(), &scribe.commit(&lines(1, 10, 0))).unwrap_err();
    println!("acknowledged={} first={} then={}", log.tail(), error.code(), stopped.code());
}

#[test]
fn a_full_disk_is_told_and_loses_nothing() {
    let store = Store(tempfile::tempdir().unwrap());
    let test = format!("{}::full_disk_child", module_path!().split_once("::").unwrap().1);
    let output = Command::new("sh")
        .args(["-c", r#"trap '' XFSZ; ulimit -f 4096; exec "$0" --exact "$1" --ignored --nocapture"#])
        .arg(std::env::current_exe().unwrap())
        .arg(&test)
        .env("FULL_DISK_STORE", store.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = text
        .lines()
        .find_map(|line| line.split_once("acknowledged="))
        .unwrap_or_else(|| panic!("{output:?}"));
    let (acknowledged, codes) = said.1.split_once(' ').unwrap();
    assert_eq!(codes, "first=FULL then=UNAVAILABLE");
    let acknowledged: u64 = acknowledged.parse().unwrap();
    assert!(acknowledged > 10, "{acknowledged}");
    let log = store.open().expect("opens once there is room");
    assert!(log.tail() >= acknowledged, "{} of {acknowledged}", log.tail());
    assert!((1..=log.tail()).all(|n| record::decode(&log.get(n).unwrap().unwrap()).is_ok()));
}
