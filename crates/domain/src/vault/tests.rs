//! What the vault keeps, what it refuses, and what an erasure leaves, with a crash at each step.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use tempfile::TempDir;
use uuid::Uuid;

use super::*;
use crate::policy::Role;
use crate::value::{ActorId, Moment, PersonId};

const FILES: [&str; 3] = ["keys", "values", "access"];

fn operator(byte: u8) -> OperatorKey {
    OperatorKey(secret::Key::new([byte; 32]))
}

fn person(number: u128) -> Subject {
    Subject::Person(PersonId::new(Uuid::from_u128(number)))
}

fn text(value: &str) -> PersonalText {
    PersonalText::new(value)
}

fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    Vault::create(folder.path(), &operator(1)).unwrap();
    folder
}

fn open(folder: &TempDir) -> Vault {
    Vault::open(folder.path(), Some(&operator(1))).unwrap()
}

fn value(vault: &Vault, subject: Subject, commitment: &Commitment) -> Option<String> {
    match vault.read(subject, Field::Name, commitment).unwrap() {
        Held::Present(opening) => Some(opening.value.reveal().to_owned()),
        Held::Erased | Held::Missing => None,
    }
}

/// Two persons, one value each.
fn two(vault: &Vault) -> [Commitment; 2] {
    let name = |number, name: &str| {
        vault.store(person(number), &[(Field::Name, text(name))]).unwrap().swap_remove(0)
    };
    [name(1, "زهرا محمدی"), name(2, "Reza Karimi")]
}

fn bytes(folder: &TempDir, file: &str) -> Vec<u8> {
    fs::read(folder.path().join(file)).unwrap()
}

fn put(folder: &TempDir, file: &str, bytes: &[u8]) {
    fs::write(folder.path().join(file), bytes).unwrap();
}

#[test]
fn a_value_comes_back_after_reopening_and_its_line_commits_to_it() {
    let folder = folder();
    let [zahra, _] = two(&open(&folder));
    let vault = open(&folder);
    let Held::Present(opening) = vault.read(person(1), Field::Name, &zahra).unwrap() else { panic!("gone") };
    assert_eq!(opening.value.reveal(), "زهرا محمدی");
    assert_eq!(opening.commitment(), zahra);
    assert!(matches!(vault.read(person(2), Field::Name, &zahra).unwrap(), Held::Missing), "another's");
    assert!(matches!(vault.read(person(1), Field::Email, &zahra).unwrap(), Held::Missing), "another field");
    let again = vault.store(person(1), &[(Field::Name, text("زهرا محمدی"))]).unwrap();
    assert_ne!(again, [zahra], "each has its own salt");
    assert_eq!(vault.verify().unwrap(), Verified { subjects: 2, erased: 0, values: 3, readings: 0 });
}

#[test]
fn files_and_debug_output_hold_no_value() {
    let folder = folder();
    let vault = open(&folder);
    let [_, reza] = two(&vault);
    for file in FILES {
        let found = String::from_utf8_lossy(&bytes(&folder, file)).contains("Karimi");
        assert!(!found, "{file} holds the value");
        assert_eq!(folder.path().join(file).metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    let held = vault.read(person(2), Field::Name, &reza).unwrap();
    let told = format!("{vault:?} {held:?} {:?} {:?}", text("Karimi"), operator(1));
    assert!(!told.contains("Karimi") && !told.contains("[1, 1"), "{told}");
}

#[test]
fn without_the_operators_key_the_vault_is_closed() {
    let folder = folder();
    let [zahra, _] = two(&open(&folder));
    let wrong = Vault::open(folder.path(), Some(&operator(2))).unwrap_err();
    assert_eq!((wrong.code(), wrong), ("VAULT_KEY_WRONG", VaultError::KeyWrong));
    let closed = Vault::open(folder.path(), None).unwrap();
    assert!(!closed.is_open());
    assert_eq!(closed.read(person(1), Field::Name, &zahra).unwrap_err(), VaultError::Closed);
    assert_eq!(closed.store(person(3), &[(Field::Name, text("x"))]).unwrap_err(), VaultError::Closed);
    assert_eq!(closed.erase([person(1)]).unwrap_err(), VaultError::Closed);
    assert_eq!(closed.verify().unwrap_err(), VaultError::Closed);
}

#[test]
fn a_key_that_others_can_read_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("operator");
    let key = OperatorKey::create(&path).unwrap();
    assert_eq!(OperatorKey::create(&path).unwrap_err().code(), "VAULT_KEY_INVALID", "it is there already");
    assert_eq!(OperatorKey::from_file(&path).unwrap().0.bytes(), key.0.bytes());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(OperatorKey::from_file(&path).unwrap_err().code(), "VAULT_KEY_INVALID");
    assert_eq!(OperatorKey::from_file(folder.path()).unwrap_err().code(), "VAULT_KEY_INVALID");
    for text in ["", "short", "گذرواژه", &"A".repeat(44), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]
    {
        assert_eq!(OperatorKey::from_text(text).unwrap_err().code(), "VAULT_KEY_INVALID", "{text}");
    }
}

#[test]
fn one_process_has_it_and_a_second_vault_is_not_made_over_it() {
    let folder = folder();
    let vault = open(&folder);
    assert_eq!(Vault::open(folder.path(), None).unwrap_err().code(), "VAULT_LOCKED");
    drop(vault);
    assert_eq!(Vault::create(folder.path(), &operator(1)).unwrap_err().code(), "VAULT_EXISTS");
    let nowhere = folder.path().join("nowhere");
    assert_eq!(Vault::open(&nowhere, None).unwrap_err(), VaultError::NoVault(nowhere));
}

#[test]
fn an_erasure_leaves_nothing_that_opens_and_a_tombstone() {
    let folder = folder();
    let vault = open(&folder);
    let [zahra, reza] = two(&vault);
    // The inodes of before, as something that still holds them open would see them.
    for file in ["keys", "values"] {
        fs::hard_link(folder.path().join(file), folder.path().join(format!("{file}.before"))).unwrap();
    }
    vault.erase([person(1)]).unwrap();
    assert!(matches!(vault.read(person(1), Field::Name, &zahra).unwrap(), Held::Erased));
    for file in ["keys.before", "values.before"] {
        assert!(bytes(&folder, file).iter().all(|byte| *byte == 0), "{file} was overwritten");
    }
    let values = String::from_utf8(bytes(&folder, "values")).unwrap();
    assert!(!values.contains(&person(1).to_string()) && values.contains(&person(2).to_string()));
    assert_eq!(vault.store(person(1), &[(Field::Name, text("x"))]).unwrap_err().code(), "ERASED");
    let keys = bytes(&folder, "keys");
    vault.erase([person(1)]).unwrap();
    assert_eq!(bytes(&folder, "keys"), keys, "a second time changes nothing");
    drop(vault);
    let vault = open(&folder);
    assert!(vault.is_erased(person(1)));
    assert_eq!(value(&vault, person(2), &reza).as_deref(), Some("Reza Karimi"));
    assert_eq!(vault.verify().unwrap(), Verified { subjects: 1, erased: 1, values: 1, readings: 0 });
}

#[test]
fn with_the_present_master_key_an_old_key_does_not_open() {
    let folder = folder();
    let vault = open(&folder);
    let [zahra, _] = two(&vault);
    let [old_keys, old_values] = ["keys", "values"].map(|file| bytes(&folder, file));
    vault.erase([person(1)]).unwrap();
    drop(vault);
    // The wrapped keys of before, put under the header of after: the master key that wrapped them is gone.
    let header = bytes(&folder, "keys").split_inclusive(|byte| *byte == b'\n').next().unwrap().to_vec();
    let old_header = old_keys.iter().position(|byte| *byte == b'\n').unwrap();
    let mixed = [&header, &old_keys[old_header + 1..]].concat();
    put(&folder, "keys", &mixed);
    put(&folder, "values", &old_values);
    let vault = open(&folder);
    assert_eq!(vault.read(person(1), Field::Name, &zahra).unwrap_err(), VaultError::Undecryptable(person(1)));
}

#[test]
fn an_erasure_is_finished_after_a_crash_at_each_step() {
    let folder = folder();
    let vault = open(&folder);
    let [zahra, reza] = two(&vault);
    let before = FILES.map(|file| bytes(&folder, file));
    vault.erase([person(1)]).unwrap();
    drop(vault);
    let after = FILES.map(|file| bytes(&folder, file));
    // The new keys are half written, or written and not yet in place: nothing has happened.
    for next in [&after[0][..after[0].len() / 2], &after[0]] {
        FILES.iter().zip(&before).for_each(|(file, bytes)| put(&folder, file, bytes));
        put(&folder, "keys.next", next);
        let vault = open(&folder);
        assert_eq!(value(&vault, person(1), &zahra).as_deref(), Some("زهرا محمدی"));
        assert!(!folder.path().join("keys.next").exists());
        vault.erase([person(1)]).unwrap();
        assert!(matches!(vault.read(person(1), Field::Name, &zahra).unwrap(), Held::Erased));
    }
    // The keys are in place, the values are those of before, with or without a half-written rewrite beside them.
    for next in [None, Some(&after[1][..after[1].len() / 2])] {
        put(&folder, "keys", &after[0]);
        put(&folder, "values", &before[1]);
        if let Some(next) = next {
            put(&folder, "values.next", next);
        }
        let vault = open(&folder);
        assert!(matches!(vault.read(person(1), Field::Name, &zahra).unwrap(), Held::Erased));
        assert_eq!(bytes(&folder, "values"), after[1], "the values went on opening");
        assert_eq!(value(&vault, person(2), &reza).as_deref(), Some("Reza Karimi"));
    }
}

#[test]
fn an_old_backup_is_brought_up_to_date() {
    let folder = folder();
    let vault = open(&folder);
    let [zahra, _] = two(&vault);
    let backup = FILES.map(|file| bytes(&folder, file));
    let late = vault.store(person(3), &[(Field::Name, text("late"))]).unwrap();
    vault.erase([person(1)]).unwrap();
    drop(vault);
    FILES.iter().zip(&backup).for_each(|(file, bytes)| put(&folder, file, bytes));
    let vault = open(&folder);
    // The erasures that the log tells of, person 4 never having been in the backup.
    vault.erase([person(1), person(4)]).unwrap();
    assert!(matches!(vault.read(person(1), Field::Name, &zahra).unwrap(), Held::Erased));
    assert_eq!(vault.store(person(4), &[(Field::Name, text("x"))]).unwrap_err().code(), "ERASED");
    assert!(matches!(vault.read(person(3), Field::Name, &late[0]).unwrap(), Held::Missing));
}

#[test]
fn a_half_written_end_is_dropped_and_other_damage_is_named() {
    let folder = folder();
    let vault = open(&folder);
    let [zahra, reza] = two(&vault);
    drop(vault);
    let whole = FILES.map(|file| bytes(&folder, file));
    for cut in [1, 20] {
        put(&folder, "values", &whole[1][..whole[1].len() - cut]);
        let vault = open(&folder);
        assert_eq!(value(&vault, person(1), &zahra).as_deref(), Some("زهرا محمدی"));
        assert_eq!(value(&vault, person(2), &reza), None, "it was never acknowledged");
        let again = vault.store(person(2), &[(Field::Name, text("again"))]).unwrap();
        assert_eq!(value(&vault, person(2), &again[0]).as_deref(), Some("again"));
    }
    for (file, whole) in FILES.iter().zip(&whole).take(2) {
        put(&folder, "values", &bytes(&folder, "values"));
        let mut damaged = whole.clone();
        let second_line = damaged.iter().position(|byte| *byte == b'\n').unwrap() + 30;
        damaged[second_line] ^= 1;
        put(&folder, file, &damaged);
        let error = Vault::open(folder.path(), Some(&operator(1))).unwrap_err();
        assert!(
            matches!(&error, VaultError::Damaged { line: 2, file: at, .. } if at.ends_with(file)),
            "{error}"
        );
        put(&folder, file, whole);
    }
    put(&folder, "keys", b"");
    assert_eq!(Vault::open(folder.path(), None).unwrap_err().code(), "VAULT_DAMAGED");
    let header = whole[0].split_inclusive(|byte| *byte == b'\n').next().unwrap();
    put(&folder, "keys", header);
    let error = Vault::open(folder.path(), Some(&operator(1))).unwrap_err();
    assert!(error.to_string().contains("is lost"), "{error}");
}

#[test]
fn a_rotation_goes_over_to_another_operators_key() {
    let folder = folder();
    let vault = open(&folder);
    let [zahra, _] = two(&vault);
    vault.rotate(&operator(2)).unwrap();
    assert_eq!(value(&vault, person(1), &zahra).as_deref(), Some("زهرا محمدی"));
    two(&vault);
    drop(vault);
    assert_eq!(Vault::open(folder.path(), Some(&operator(1))).unwrap_err(), VaultError::KeyWrong);
    let vault = Vault::open(folder.path(), Some(&operator(2))).unwrap();
    assert_eq!(vault.verify().unwrap().values, 4);
}

#[test]
fn what_was_stored_for_a_rejected_command_is_forgotten() {
    let folder = folder();
    let vault = open(&folder);
    let [zahra, reza] = two(&vault);
    let second = vault.store(person(1), &[(Field::Name, text("second"))]).unwrap();
    vault.forget(&second).unwrap();
    assert_eq!(value(&vault, person(1), &second[0]), None);
    assert_eq!(value(&vault, person(1), &zahra).as_deref(), Some("زهرا محمدی"));
    vault.forget(&[reza]).unwrap();
    assert_eq!(vault.verify().unwrap(), Verified { subjects: 1, erased: 0, values: 1, readings: 0 });
    vault.store(person(2), &[(Field::Name, text("it was not erased"))]).unwrap();
}

#[test]
fn a_value_is_bounded() {
    let vault = open(&folder());
    let long = text(&"x".repeat(VALUE_BYTES_MOST + 1));
    assert_eq!(vault.store(person(1), &[(Field::Name, long)]).unwrap_err().code(), "FIELD_TOO_LONG");
    assert_eq!(vault.verify().unwrap().subjects, 0, "no key is made for what is refused");
}

fn reading(subject: Subject) -> Reading {
    Reading {
        at: Moment::from_millis(1_577_000_000_000),
        actor: ActorId::new(Uuid::from_u128(9)),
        role: Role::PrivacyOfficer,
        subject,
        fields: vec![Field::Name],
        request: "r-1".to_owned(),
        purpose: Purpose::Registry,
    }
}

#[test]
fn readings_are_noted_in_a_chain() {
    let folder = folder();
    let vault = open(&folder);
    let [zahra, reza] = two(&vault);
    let empty = vault.access_head();
    vault.read_for(reading(person(1)), &[zahra]).unwrap();
    vault.read_for(reading(person(2)), &[reza]).unwrap();
    vault.read_for(reading(person(2)), &[zahra]).unwrap();
    let head = vault.access_head();
    assert_eq!((empty.entries, head.entries), (0, 2), "what gave nothing is no reading");
    assert_eq!(vault.readings(Some(person(2))).unwrap(), [reading(person(2))]);
    assert_eq!(vault.readings(None).unwrap().len(), 2);
    assert!([empty, head].iter().all(|noted| vault.access_held(noted).unwrap()));
    drop(vault);
    assert_eq!(open(&folder).access_head(), head);
    let whole = bytes(&folder, "access");
    let cut = whole.iter().rposition(|byte| *byte == b'\n').unwrap();
    let cut = whole[..cut].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    put(&folder, "access", &whole[..cut]);
    let vault = open(&folder);
    assert!(
        vault.access_held(&empty).unwrap() && !vault.access_held(&head).unwrap(),
        "the last one was cut off"
    );
    vault.read_for(reading(person(1)), &[zahra]).unwrap();
    assert!(!vault.access_held(&head).unwrap(), "another one took its place");
    drop(vault);
    put(&folder, "access", &whole);
    let log = String::from_utf8(whole).unwrap();
    let lines: Vec<_> = log.split_inclusive('\n').collect();
    for changed in [[lines[0], lines[2]].concat(), [lines[0], lines[2], lines[1]].concat()] {
        put(&folder, "access", changed.as_bytes());
        assert_eq!(Vault::open(folder.path(), None).unwrap_err().code(), "VAULT_DAMAGED");
    }
}

#[test]
fn an_actor_has_one_id_for_good() {
    let folder = folder();
    let actors = Actors::of(Arc::new(open(&folder))).unwrap();
    let id = actors.actor_id("https://idp", "0076229645").unwrap();
    assert_eq!(actors.actor_id("https://idp", "0076229645").unwrap(), id);
    assert_ne!(actors.actor_id("https://other", "0076229645").unwrap(), id);
    assert_eq!(actors.name(id).unwrap(), None);
    actors.note_name(id, "Sara").unwrap();
    actors.note_name(id, "سارا").unwrap();
    drop(actors);
    let actors = Actors::of(Arc::new(open(&folder))).unwrap();
    assert_eq!(actors.actor_id("https://idp", "0076229645").unwrap(), id);
    assert_eq!(actors.name(id).unwrap().unwrap().reveal(), "سارا");
    actors.erase(id).unwrap();
    assert_eq!(actors.name(id).unwrap(), None);
    assert_ne!(actors.actor_id("https://idp", "0076229645").unwrap(), id);
    drop(actors);
    let closed = Arc::new(Vault::open(folder.path(), None).unwrap());
    assert_eq!(Actors::of(closed).unwrap_err().code(), "VAULT_CLOSED");
}
