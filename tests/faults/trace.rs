//! What a run did to its files and what it told its callers, read from strace (`-f -y -xx`).

use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// A call that changes files, as far as it succeeded.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Call {
    /// A file was opened for creation; emptied if it was there and `truncate` says so.
    Create {
        path: PathBuf,
        truncate: bool,
    },
    MakeFolder(PathBuf),
    Rename {
        from: PathBuf,
        to: PathBuf,
    },
    Remove(PathBuf),
    Write {
        path: PathBuf,
        at: u64,
        bytes: Vec<u8>,
    },
    Resize {
        path: PathBuf,
        len: u64,
    },
    /// fsync or fdatasync of a file or folder. `sync_file_range` promises nothing and is none.
    Sync(PathBuf),
    /// A caller was told this position.
    Told(u64),
}

/// A call with the lines of the trace between which it was under way.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) began: usize,
    pub(super) ended: usize,
    pub(super) call: Call,
}

/// The calls of a trace that concern what lies below `root`, or tell a position, in the order of their ends.
pub(super) fn read(text: &str, root: &Path) -> Vec<Step> {
    let (mut steps, mut pending, mut offsets) = (Vec::new(), HashMap::new(), HashMap::new());
    for (number, line) in text.lines().enumerate() {
        let Some((thread, rest)) = line.split_once(char::is_whitespace) else { continue };
        let rest = rest.trim_start();
        let (began, whole) = if let Some(head) = rest.strip_suffix(" <unfinished ...>") {
            pending.insert(thread.to_owned(), (number, head.to_owned()));
            continue;
        } else if rest.starts_with("<... ") {
            let Some((began, head)) = pending.remove(thread) else { continue };
            let tail = rest.split_once("resumed>").map_or("", |(_, tail)| tail);
            (began, head + tail)
        } else {
            (number, rest.to_owned())
        };
        if let Some(call) = call(&whole, root, &mut offsets) {
            steps.push(Step { began, ended: number, call });
        }
    }
    // What was cut off by the end of the process may have happened.
    for (began, head) in pending.into_values() {
        if let Some(call) = call(&(head + ") = ?"), root, &mut offsets) {
            steps.push(Step { began, ended: usize::MAX, call });
        }
    }
    steps
}

fn call(text: &str, root: &Path, offsets: &mut HashMap<String, u64>) -> Option<Call> {
    let (name, rest) = text.split_once('(')?;
    let (arguments, result) = rest.rsplit_once(") ")?;
    let result = result.trim_start().strip_prefix("= ")?.split([' ', '<']).next()?;
    if result.starts_with('-') {
        return None;
    }
    let mine = |path: PathBuf| path.starts_with(root).then_some(path);
    let strings = strings(arguments);
    let path_of = |index: usize| strings.get(index).map(|bytes| as_path(bytes)).and_then(mine);
    let descriptor = || arguments.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    let opened = || descriptor().map(|(path, _)| as_path(&unescape(path))).and_then(mine);
    let numbers: Vec<u64> = arguments.rsplit(", ").map_while(|word| word.trim().parse().ok()).collect();
    match name {
        "openat" | "open" | "creat" => {
            let path = path_of(0)?;
            offsets.insert(result.to_owned(), 0);
            let creates = name == "creat" || arguments.contains("O_CREAT");
            creates.then(|| Call::Create { path, truncate: arguments.contains("O_TRUNC") })
        }
        "mkdir" | "mkdirat" => Some(Call::MakeFolder(path_of(0)?)),
        "rename" | "renameat" | "renameat2" => Some(Call::Rename { from: path_of(0)?, to: path_of(1)? }),
        "unlink" | "unlinkat" => Some(Call::Remove(path_of(0)?)),
        "ftruncate" => Some(Call::Resize { path: opened()?, len: *numbers.first()? }),
        "fsync" | "fdatasync" => (result == "0").then(opened)?.map(Call::Sync),
        "pwrite64" => {
            let bytes = strings.into_iter().next()?;
            Some(Call::Write { path: opened()?, at: *numbers.first()?, bytes })
        }
        "write" | "sendto" | "writev" | "sendmsg" => match opened() {
            Some(path) => {
                let number = arguments.split_once('<')?.0;
                let bytes = strings.concat();
                let offset = offsets.entry(number.to_owned()).or_default();
                let at = *offset;
                *offset += bytes.len() as u64;
                Some(Call::Write { path, at, bytes })
            }
            None => told(&strings.concat()).map(Call::Told),
        },
        "lseek" => {
            offsets.insert(arguments.split_once('<')?.0.to_owned(), result.parse().ok()?);
            None
        }
        "pwritev" | "fallocate" | "copy_file_range" => {
            assert!(opened().is_none(), "the model does not know {name} of the record's files: {text}");
            None
        }
        _ => None,
    }
}

/// The greatest position in an answer.
fn told(bytes: &[u8]) -> Option<u64> {
    let text = String::from_utf8_lossy(bytes);
    let after = text.split("\"position\":\"").skip(1);
    after.filter_map(|rest| rest.split('"').next()?.parse().ok()).max()
}

/// The quoted strings of a call's arguments.
fn strings(arguments: &str) -> Vec<Vec<u8>> {
    arguments.split('"').skip(1).step_by(2).map(unescape).collect()
}

fn as_path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// `\x2f\x74…`, or text as it is.
fn unescape(text: &str) -> Vec<u8> {
    if !text.starts_with("\\x") {
        return text.as_bytes().to_vec();
    }
    text.split("\\x").skip(1).filter_map(|digits| u8::from_str_radix(digits.get(..2)?, 16).ok()).collect()
}
