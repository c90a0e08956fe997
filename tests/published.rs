//! What is published in `schema/` is what the code generates, and what was released keeps its shape.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use daftar_api::cli::schema;

use crate::support::{daftar, fails};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schema")
}

#[test]
fn published_files_are_those_that_are_generated() {
    for (name, text) in schema::files() {
        let published = std::fs::read_to_string(folder().join(&name)).unwrap_or_default();
        assert!(
            published == text,
            "schema/{name} differs from what is generated: run `just schema` and look at the difference"
        );
    }
}

#[test]
fn released_event_types_keep_their_shape() {
    let generated = schema::files();
    let mut released = BTreeSet::new();
    for file in std::fs::read_dir(folder().join("events")).expect("there are released types").flatten() {
        let name = format!("events/{}", file.file_name().to_string_lossy());
        let published = std::fs::read_to_string(file.path()).expect("text");
        let now = generated.get(&name).unwrap_or_else(|| panic!("{name} was released and is no longer read"));
        assert!(
            schema::same_shape(&published, now),
            "{name} was released: a new shape is a new version with an upcaster"
        );
        released.insert(name);
    }
    let types = generated.keys().filter(|name| name.starts_with("events/"));
    assert_eq!(types.cloned().collect::<BTreeSet<_>>(), released);
}

#[test]
fn a_released_shape_is_not_overwritten() {
    let out = tempfile::TempDir::new().expect("a folder");
    let write = || {
        let mut command = daftar();
        command.args(["schema", "--out"]).arg(out.path());
        command
    };
    assert!(write().status().expect("it runs").success());
    let file = out.path().join("events/SmeClosed.v1.json");
    let text = std::fs::read_to_string(&file).expect("it was written");
    std::fs::write(&file, text.replace("\"title\"", "\"description\": \"other words\", \"title\""))
        .expect("a file");
    assert!(write().status().expect("it runs").success(), "other words are no other shape");
    assert_eq!(std::fs::read_to_string(&file).expect("it is there"), text);
    std::fs::write(&file, text.replace("\"object\"", "\"array\"")).expect("a file");
    let (code, told) = fails(&mut write());
    assert_eq!((code, told.lines().count()), (1, 1), "{told}");
    assert!(told.contains("SmeClosed.v1") && told.contains("new version"), "{told}");
}
