//! Power loss: from a traced run, the states in which a disk may be left are drawn and opened.
//!
//! What was synced before the power went is there. Of what was not, each write may be there, be missing, be torn at
//! sectors of 512 bytes, or have left zeros where the file grew; creations, renames, removals and truncations may have
//! happened or not until their folder or file was synced.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::trace::{self, Call, Step};
use super::{Load, Random, copy_folder, files, lines, start};
use crate::support::{PATIENCE, Running, folder};

const SECTOR: usize = 512;
/// States of each run.
const STATES: usize = 130;

/// A run that was traced, and ended with a kill.
struct Traced {
    /// The files before it, all of them durable.
    base: BTreeMap<PathBuf, Vec<u8>>,
    steps: Vec<Step>,
    /// The lines that it left.
    left: Vec<Vec<u8>>,
}

const CALLS: &str = "trace=open,openat,creat,write,writev,pwrite64,pwritev,lseek,ftruncate,fallocate,copy_file_range,\
                     fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,sendto,sendmsg";

fn traced(path: &Path, name: &str) -> Traced {
    let base = match path.exists() {
        true => files(path).into_iter().collect(),
        false => BTreeMap::new(),
    };
    let told = path.with_extension("trace");
    let mut command = Command::new("strace");
    command.args(["-D", "-f", "-y", "-xx", "-s", "4000000", "-qq", "-e", CALLS, "-o"]).arg(&told);
    command.arg(env!("CARGO_BIN_EXE_daftar"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(path).stderr(Stdio::null());
    let server = Running::spawn(command).expect("it starts under strace");
    let load = Load::start(&server.address, name, 4);
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    server.kill();
    load.end();
    let steps = trace::read(&finished(&told), path);
    let end = start(path).expect("a kill never keeps it from opening");
    end.kill();
    Traced { base, steps, left: lines(path) }
}

/// The trace, once its writer has ended.
fn finished(path: &Path) -> String {
    let began = std::time::Instant::now();
    loop {
        let text = fs::read_to_string(path).expect("a trace");
        if text.lines().last().is_some_and(|line| line.contains("+++ killed")) {
            return text;
        }
        assert!(began.elapsed() < PATIENCE, "strace does not end");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

/// How likely it is that something not yet synced is there.
#[derive(Clone, Copy)]
enum Luck {
    Nothing,
    Everything,
    Each,
}

impl Luck {
    fn draw(random: &mut Random) -> Self {
        [Self::Nothing, Self::Everything, Self::Each, Self::Each][random.below(4) as usize]
    }

    fn holds(self, random: &mut Random) -> bool {
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Each => random.coin(),
        }
    }
}

/// The disk after the power went at a line of the trace.
struct Disk {
    names: BTreeMap<PathBuf, usize>,
    contents: Vec<Vec<u8>>,
    folders: Vec<PathBuf>,
}

impl Traced {
    /// Whether a step was durable: a sync of its file or folder began after it and ended before the power went.
    fn durable(&self, step: &Step, target: &Path, power_off: usize) -> bool {
        self.steps.iter().any(|sync| {
            matches!(&sync.call, Call::Sync(path) if path == target)
                && sync.began > step.ended
                && sync.ended <= power_off
        })
    }

    /// The last position that a caller was told before a line of the trace.
    fn told(&self, power_off: usize) -> u64 {
        let told = self.steps.iter().filter(|step| step.began <= power_off);
        told.filter_map(|step| match step.call {
            Call::Told(position) => Some(position),
            _ => None,
        })
        .max()
        .unwrap_or(0)
    }

    /// One of the states that the disk may be left in.
    fn state(&self, power_off: usize, random: &mut Random) -> Disk {
        let luck = Luck::draw(random);
        let mut disk = Disk { names: BTreeMap::new(), contents: Vec::new(), folders: Vec::new() };
        for (path, bytes) in &self.base {
            disk.folders.extend(path.parent().map(Path::to_owned));
            disk.names.insert(path.clone(), disk.contents.len());
            disk.contents.push(bytes.clone());
        }
        // Where each name led while the program ran: what it wrote, it wrote there.
        let mut live = disk.names.clone();
        for step in self.steps.iter().filter(|step| step.began <= power_off) {
            self.take(step, power_off, &mut live, &mut disk, luck, random);
        }
        disk
    }

    fn take(
        &self,
        step: &Step,
        power_off: usize,
        live: &mut BTreeMap<PathBuf, usize>,
        disk: &mut Disk,
        luck: Luck,
        random: &mut Random,
    ) {
        let folder = |path: &Path| path.parent().expect("below the root").to_owned();
        let stays =
            |target: &Path, random: &mut Random| self.durable(step, target, power_off) || luck.holds(random);
        match &step.call {
            Call::Create { path, truncate } => {
                if let Some(&file) = live.get(path) {
                    if *truncate && stays(path, random) {
                        disk.contents[file].clear();
                    }
                    return;
                }
                let file = disk.contents.len();
                disk.contents.push(Vec::new());
                live.insert(path.clone(), file);
                if stays(&folder(path), random) {
                    disk.names.insert(path.clone(), file);
                }
            }
            Call::MakeFolder(path) => {
                if stays(&folder(path), random) {
                    disk.folders.push(path.clone());
                }
            }
            Call::Rename { from, to } => {
                rename(live, from, to);
                if stays(&folder(to), random) {
                    rename(&mut disk.names, from, to);
                    let moved = |path: &PathBuf| path.strip_prefix(from).ok().map(|below| to.join(below));
                    disk.folders.iter_mut().for_each(|path| *path = moved(path).unwrap_or(path.clone()));
                }
            }
            Call::Remove(path) => {
                live.remove(path);
                if stays(&folder(path), random) {
                    disk.names.remove(path);
                }
            }
            Call::Write { path, at, bytes } => {
                let Some(&file) = live.get(path) else { return };
                let durable = self.durable(step, path, power_off);
                write(&mut disk.contents[file], *at as usize, bytes, durable, luck, random);
            }
            Call::Resize { path, len } => {
                if let Some(&file) = live.get(path)
                    && stays(path, random)
                {
                    disk.contents[file].resize(*len as usize, 0);
                }
            }
            Call::Sync(_) | Call::Told(_) => {}
        }
    }
}

/// Gives a file, or all that is below a folder, its new name.
fn rename(names: &mut BTreeMap<PathBuf, usize>, from: &Path, to: &Path) {
    let moved: Vec<PathBuf> = names.keys().filter(|path| path.starts_with(from)).cloned().collect();
    for path in moved {
        let file = names.remove(&path).expect("it was found");
        let below = path.strip_prefix(from).expect("below");
        // Joining nothing would make a folder of a file's name.
        let name = if below.as_os_str().is_empty() { to.to_owned() } else { to.join(below) };
        names.insert(name, file);
    }
}

fn write(file: &mut Vec<u8>, at: usize, bytes: &[u8], durable: bool, luck: Luck, random: &mut Random) {
    let grow = |file: &mut Vec<u8>, end: usize| file.resize(file.len().max(end), 0);
    let whole = durable || matches!(luck, Luck::Everything);
    if !whole && !luck.holds(random) {
        if luck.holds(random) {
            grow(file, at + bytes.len());
        }
        return;
    }
    let torn = !whole && random.coin();
    let mut from = 0;
    while from < bytes.len() {
        let to = (from + SECTOR - (at + from) % SECTOR).min(bytes.len());
        if !torn || random.coin() {
            grow(file, at + to);
            file[at + from..at + to].copy_from_slice(&bytes[from..to]);
        }
        from = to;
    }
}

impl Disk {
    fn put(&self, from: &Path, to: &Path) {
        fs::create_dir_all(to).expect("a folder");
        let moved =
            |path: &Path| path.strip_prefix(from).map(|below| to.join(below)).expect("below the root");
        for folder in self.folders.iter().filter(|folder| folder.starts_with(from)) {
            fs::create_dir_all(moved(folder)).expect("a folder");
        }
        for (path, file) in &self.names {
            let path = moved(path);
            // A file whose folder was lost is lost with it.
            if path.parent().is_some_and(Path::is_dir) {
                fs::write(path, &self.contents[*file]).expect("written");
            }
        }
    }
}

/// Opens states of one run; answers with how many, and how many were cut while the record was opened.
fn lose_power(traced: &Traced, path: &Path, random: &mut Random) -> (usize, usize) {
    let acting = |step: &&Step| !matches!(step.call, Call::Told(_));
    let ends: Vec<usize> = traced.steps.iter().filter(acting).map(|step| step.began).collect();
    let first_told =
        traced.steps.iter().find(|step| matches!(step.call, Call::Told(_))).expect("a caller").began;
    let opening = ends.iter().filter(|line| **line < first_told).count();
    let already = traced.left.len().min(traced.base_lines());
    let mut cut_in_opening = 0;
    for number in 0..STATES {
        // Every second state is one of the opening.
        let among = if number % 2 == 0 { opening } else { ends.len() };
        let power_off = ends[random.below(among as u64) as usize] + random.below(2) as usize;
        cut_in_opening += usize::from(power_off < first_told);
        let told = traced.told(power_off).max(already as u64);
        let place = path.with_extension("states").join("record");
        traced.state(power_off, random).put(path, &place);
        let what = format!("state {number}, power off at line {power_off}, told {told}");
        let server = start(&place).unwrap_or_else(|told| panic!("{what}: refused: {told}"));
        server.kill();
        let found = lines(&place);
        assert!(found.len() as u64 >= told, "{what}: only {} events are there", found.len());
        if told > 0 || found.len() > traced.opening_lines() {
            assert!(traced.left.starts_with(&found), "{what}: other lines than were written");
        }
        fs::remove_dir_all(path.with_extension("states")).expect("it is ours");
    }
    (STATES, cut_in_opening)
}

impl Traced {
    /// How many events a new log begins with.
    fn opening_lines(&self) -> usize {
        let opening = |line: &&Vec<u8>| {
            let event = daftar_domain::log::codec::decode(line).expect("a line");
            event.role == daftar_domain::policy::Role::System
        };
        self.left.iter().take_while(opening).count()
    }

    /// How many events stood before the run, all of them acknowledged.
    fn base_lines(&self) -> usize {
        let mark = self.base.iter().find(|(path, _)| path.ends_with("mark"));
        let text = mark.map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default();
        text.split(' ').nth(1).and_then(|position| position.parse().ok()).unwrap_or(0)
    }
}

#[test]
#[ignore = "opens 260 states; tests/run runs it"]
fn what_was_acknowledged_survives_a_power_loss() {
    let mut random = Random::new("power loss");
    let (keep, path) = folder();
    let first = traced(&path, "P1");
    let (states, in_opening) = lose_power(&first, &path, &mut random);
    println!(
        "power loss, first start and load: {states} states, {in_opening} of them in the opening; {} events, none lost",
        first.left.len()
    );
    let again = keep.path().join("again");
    copy_folder(&path, &again);
    assert!(start(&again).expect("opens").terminate().success());
    let second = traced(&again, "P2");
    let (states, in_opening) = lose_power(&second, &again, &mut random);
    println!(
        "power loss, reopening and load: {states} states, {in_opening} of them in the opening; {} events, none lost",
        second.left.len()
    );
}
