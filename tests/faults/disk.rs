//! A disk that is full, a disk that is read-only, and a disk that cannot sync.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{Load, Random, check, lines, start};
use crate::support::{PATIENCE, Running, daftar, folder, park};

/// A small file system in memory, unmounted when it is dropped.
struct Small<'a>(&'a Path);

impl<'a> Small<'a> {
    fn mount(at: &'a Path, options: &str) -> Self {
        std::fs::create_dir_all(at).expect("a folder");
        mount(&["-t", "tmpfs", "-o", options, "none"], at);
        Self(at)
    }

    fn remount(&self, options: &str) {
        mount(&["-o", &format!("remount,{options}")], self.0);
    }
}

impl Drop for Small<'_> {
    fn drop(&mut self) {
        // Left over, it would go with the machine.
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

fn mount(arguments: &[&str], at: &Path) {
    let mounted = Command::new("mount").args(arguments).arg(at).output().expect("mount is there");
    let told = String::from_utf8_lossy(&mounted.stderr).into_owned();
    assert!(mounted.status.success(), "this check needs the right to mount: {told}");
}

/// Fills the disk with a file, but for so many bytes.
fn fill(path: &Path, left: u64) {
    let mut file = std::fs::File::create(path).expect("a file");
    while file.write_all(&[7; 4096]).is_ok() {}
    let len = file.metadata().expect("there").len();
    file.set_len(len.saturating_sub(left)).expect("shorter");
}

/// Waits until the server says that it takes no commands any more, and why.
fn stopped(server: &Running) -> String {
    let began = Instant::now();
    loop {
        let (status, why) = server.get("/readyz");
        // So small a disk is nearly full from the start.
        if status == 503 && !why.contains("disk_free_min_bytes") {
            return why;
        }
        assert!(began.elapsed() < PATIENCE, "it records as if nothing had happened");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Whoever records now hears that the outcome is unknown, or that nothing is recorded.
fn refuses(server: &Running) {
    let query = "mutation($i: EstablishParkInput!) { establishPark(input: $i) { position } }";
    let answer = server.ask_with(query, serde_json::json!({ "i": park("P-LATE") }));
    assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAVAILABLE", "{answer}");
}

#[test]
#[ignore = "mounts small file systems; tests/run runs it"]
fn a_full_disk_is_told_and_loses_nothing() {
    let (keep, _) = folder();
    let mut events = 0;
    for left_kib in [20, 150, 400] {
        let small = keep.path().join("small");
        let disk = Small::mount(&small, "size=4m");
        let path = small.join("record");
        let server = start(&path).expect("there is room for a beginning");
        let other = small.join("other");
        fill(&other, left_kib * 1024);
        let load = Load::start(&server.address, "P", 6);
        let why = stopped(&server);
        assert!(why.contains("No space left") || why.contains("no room"), "{why}");
        refuses(&server);
        let acknowledged = load.end();
        server.kill();
        // Full as it is, the record opens or says that there is no room.
        if let Err(told) = start(&path).map(Running::kill) {
            assert!(told.contains("No space left") || told.contains("no room"), "{told}");
        }
        std::fs::remove_file(&other).expect("it is ours");
        let server = start(&path).expect("there is room again");
        server.command("establishPark", park("P-AFTER"));
        assert!(server.terminate().success());
        let now = lines(&path);
        check(&now, &acknowledged);
        events += acknowledged.len();
        drop(disk);
    }
    println!("full disk: 3 times, {events} commands acknowledged, none lost");
}

#[test]
#[ignore = "mounts a small file system; tests/run runs it"]
fn a_read_only_disk_is_told_in_one_line() {
    let (keep, _) = folder();
    let small = keep.path().join("small");
    let disk = Small::mount(&small, "size=8m");
    let path = small.join("record");
    let server = start(&path).expect("a new record");
    server.command("establishPark", park("P-1"));
    assert!(server.terminate().success());
    let before = lines(&path);
    // What the program tells goes beside the record.
    disk.remount("ro");
    let (code, told) =
        crate::support::fails(daftar().args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&path));
    assert_eq!((code, told.lines().count()), (1, 1), "{told}");
    assert!(told.contains("record") && told.contains("Read-only"), "{told}");
    let (code, told) = crate::support::fails(
        daftar().args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(small.join("new")),
    );
    assert!(code == 1 && told.contains("Read-only") && told.lines().count() == 1, "{told}");
    disk.remount("rw");
    assert!(lines(&path) == before, "nothing was touched");
}

#[test]
#[ignore = "injects failing syncs with strace; tests/run runs it"]
fn a_failing_sync_stops_the_ledger_and_loses_nothing() {
    let mut random = Random::new("failing sync");
    let (_keep, path) = folder();
    let (mut rounds, mut commands) = (0, 0);
    for call in ["fdatasync", "sync_file_range"] {
        for error in ["EIO", "ENOSPC", "EDQUOT"] {
            let when = 3 + random.below(60);
            let inject = format!("inject={call}:error={error}:when={when}+");
            let mut command = Command::new("strace");
            command.args([
                "-D",
                "-f",
                "-qq",
                "-o",
                "/dev/null",
                "-e",
                &format!("trace={call}"),
                "-e",
                &inject,
            ]);
            command.arg(env!("CARGO_BIN_EXE_daftar"));
            command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&path).stderr(Stdio::null());
            let server = Running::spawn(command).expect("the first syncs succeed");
            let load = Load::start(&server.address, &format!("P{rounds}"), 6);
            let why = stopped(&server);
            assert!(why.contains("stopped after position"), "{why}");
            refuses(&server);
            let acknowledged = load.end();
            server.kill();
            let server = start(&path).expect("the disk is well again");
            server.command("establishPark", park(&format!("P{rounds}-AFTER")));
            assert!(server.terminate().success());
            check(&lines(&path), &acknowledged);
            rounds += 1;
            commands += acknowledged.len();
        }
    }
    println!("failing sync: {rounds} rounds, {commands} commands acknowledged, none lost");
}
