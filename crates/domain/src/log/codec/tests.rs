use super::*;
use crate::policy::Actor;
use crate::reference;

fn lines() -> Vec<(Recorded, Vec<u8>)> {
    (1..)
        .zip(reference::shipped())
        .map(|(position, event)| {
            let recorded = Recorded {
                position,
                entity_version: position as u32,
                recorded_at: Moment::from_millis(1_553_113_800_123),
                command_id: CommandId::new(uuid::Uuid::from_u128(7)),
                command_hash: Fingerprint([7; 32]),
                index: 1,
                of: 1,
                actor: Actor::SYSTEM.id,
                role: Role::System,
                authority: Authority::SinglePerson,
                proposer: None,
                approver: None,
                event: event.caused_by(3).because(crate::value::ReasonCode::Other),
            };
            let line = encode(&recorded).expect("a shipped table fits");
            (recorded, line)
        })
        .collect()
}

#[test]
fn a_line_reads_back_as_it_was_written() {
    for (recorded, line) in lines() {
        assert_eq!(decode(&line).as_ref(), Ok(&recorded));
        assert!(!line.contains(&b'\n'));
    }
}

/// A line with one text replaced by another.
fn altered(from: &str, to: &str) -> Result<Recorded, LineError> {
    let line = String::from_utf8(lines().swap_remove(0).1).expect("JSON is UTF-8");
    assert!(line.contains(from), "{from} stands in {line}");
    decode(line.replacen(from, to, 1).as_bytes())
}

#[test]
fn what_is_no_line_of_this_format_is_refused() {
    let malformed = |result| matches!(result, Err(LineError::Malformed(_)));
    assert!(malformed(altered("\"of\":1", "\"of\":1,\"of\":1")), "a duplicate key");
    assert!(malformed(altered("\"of\":1", "\"of\":1,\"off\":1")), "an unknown key");
    assert!(malformed(altered("\"of\":1,", "")), "a missing key");
    assert!(malformed(altered("\"entity\":\"reference\"", "\"entity\":\"log\"")), "another noun's entity");
    assert!(malformed(altered("\"position\":\"1\"", "\"position\":1")), "a position as a number");
    assert!(malformed(altered("\"part\":1", "\"part\":1,\"part\":1")), "a duplicate key in the data");
    assert!(malformed(altered("\"part\":1", "\"part\":1,\"port\":1")), "an unknown key in the data");
    assert!(malformed(altered("}}}", "}}} ]")), "something after the line");
}

#[test]
fn an_older_version_is_lifted_and_the_newest_is_written() {
    let (mut recorded, _) = lines().swap_remove(0);
    let opened = crate::opening::LogOpened {
        origin: "old.example/registry".to_owned(),
        format: 1,
        clock: crate::opening::Clock::Simulated,
        demo: None,
    };
    recorded.event = Event::new(EntityId::Log, recorded.event.effective, opened);
    let line = String::from_utf8(encode(&recorded).expect("fits")).expect("JSON is UTF-8");
    assert!(line.contains("\"typeVersion\":1"));
    let (envelope, _) = line.split_once("\"data\":").expect("data");
    let envelope = envelope.replace("\"typeVersion\":1", "\"typeVersion\":0");
    let old = format!("{envelope}\"data\":{{\"host\":\"old.example\"}}}}");
    assert_eq!(decode(old.as_bytes()), Ok(recorded));
    let newest_shape = line.replace("\"typeVersion\":1", "\"typeVersion\":0");
    assert!(matches!(decode(newest_shape.as_bytes()), Err(LineError::Malformed(_))), "each has its shape");
}

#[test]
fn what_a_newer_program_wrote_is_told_apart() {
    assert_eq!(
        altered("ReferenceTableAdopted\",\"typeVersion\":2", "ReferenceTableAdopted\",\"typeVersion\":99"),
        Err(LineError::UnknownType { name: "ReferenceTableAdopted".into(), version: 99 })
    );
    assert_eq!(
        altered("ReferenceTableAdopted", "MoonVisited"),
        Err(LineError::UnknownType { name: "MoonVisited".into(), version: 2 })
    );
    assert_eq!(altered("{\"v\":1", "{\"v\":9"), Err(LineError::UnknownFormat(9)));
    assert_eq!(decode(&vec![b' '; LINE_MAX + 1]), Err(LineError::TooLong(LINE_MAX + 1)));
}
