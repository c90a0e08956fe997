//! What a record must refuse, and that it reads back.

use proptest::prelude::*;

use super::*;

fn header(count: usize) -> RecordHeader {
    RecordHeader {
        commit: 7,
        id: CommitId(Uuid::from_u128(42)),
        first_position: 100,
        count: count as u32,
        root_before: TreeHash::of_nothing(),
    }
}

fn encode(lines: &[Vec<u8>]) -> Vec<u8> {
    RecordEncoder::new().encode(&header(lines.len()), lines).expect("a sound record")
}

proptest! {
    #[test]
    fn a_record_reads_back(lines in proptest::collection::vec("[ -~]{1,300}", 1..60)) {
        let lines: Vec<Vec<u8>> = lines.into_iter().map(String::into_bytes).collect();
        let record = decode(&encode(&lines)).expect("reads back");
        prop_assert_eq!(record.header.clone(), header(lines.len()));
        prop_assert_eq!(record.lines().map(<[u8]>::to_vec).collect::<Vec<_>>(), lines);
    }

    #[test]
    fn any_changed_byte_is_noticed(at in any::<prop::sample::Index>(), flip in 1u8..=255) {
        let mut bytes = encode(&[b"first".to_vec(), vec![b'x'; 5_000]]);
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        prop_assert!(decode(&bytes).is_err());
    }

    #[test]
    fn any_bytes_are_refused_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(decode(&bytes).is_err());
    }

    #[test]
    fn any_cut_is_noticed(at in any::<prop::sample::Index>()) {
        let bytes = encode(&[b"first".to_vec(), b"second".to_vec()]);
        prop_assert!(decode(&bytes[..at.index(bytes.len())]).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_first_lines_are_read_alone(lines in proptest::collection::vec("[ -~]{1,900}", 1..400), last in 90u64..520) {
        let lines: Vec<Vec<u8>> = lines.into_iter().map(String::into_bytes).collect();
        let bytes = encode(&lines);
        let (whole, part) = (decode(&bytes).expect("reads back"), decode_to(&bytes, last).expect("reads back"));
        prop_assert_eq!(&part.header, &whole.header);
        let up_to = |record: &CommitRecord| -> Vec<(u64, Vec<u8>)> {
            let lines = record.positioned_lines().filter(|(at, _)| *at <= last);
            lines.map(|(at, line)| (at, line.to_vec())).collect()
        };
        prop_assert_eq!(up_to(&part), up_to(&whole));
        prop_assert!(decode_to(&bytes[..bytes.len() - 1], last).is_err());
    }
}

#[test]
fn compression_is_used_when_it_pays() {
    let plain = encode(&[b"short".to_vec()]);
    assert_eq!(plain[5], RAW);
    let packed = encode(&vec![br#"{"v":1,"type":"SmeRegistered"}"#.to_vec(); 200]);
    assert_eq!(packed[5], ZSTD);
    assert!(packed.len() < 600, "{}", packed.len());
}

#[test]
fn a_newer_format_is_told_apart_from_damage() {
    let mut bytes = encode(&[b"x".to_vec()]);
    bytes[4] = 2;
    assert_eq!(decode(&bytes), Err(RecordError::NewerFormat { found: 2 }));
}

#[test]
fn an_impossible_size_is_refused_before_memory_is_reserved() {
    let mut bytes = encode(&[b"x".to_vec()]);
    bytes[44..48].copy_from_slice(&u32::MAX.to_le_bytes());
    let error = decode(&bytes).expect_err("refused");
    assert!(error.to_string().contains("impossible body"), "{error}");
}

#[test]
fn what_could_not_be_read_back_is_not_written() {
    let mut encoder = RecordEncoder::new();
    let cases: [(&[&[u8]], u32); 4] = [(&[], 0), (&[b""], 1), (&[b"two\nlines"], 1), (&[b"a", b"b"], 3)];
    for (lines, count) in cases {
        assert!(matches!(
            encoder.encode(&RecordHeader { count, ..header(0) }, lines),
            Err(RecordError::Damaged(_))
        ));
    }
    let long = vec![b'x'; MAX_LINE_BYTES + 1];
    assert!(matches!(encoder.encode(&header(1), &[&long]), Err(RecordError::TooLarge(_))));
    assert!(encoder.encode(&header(1), &[&long[1..]]).is_ok());
}

#[test]
fn lines_take_back_what_fails_and_what_is_cut() {
    let mut lines = Lines::default();
    let add = |lines: &mut Lines, line: &[u8]| {
        lines.push(|bytes| {
            bytes.extend_from_slice(line);
            Ok::<(), RecordError>(())
        })
    };
    add(&mut lines, b"first").unwrap();
    assert!(add(&mut lines, b"").is_err() && add(&mut lines, b"two\nlines").is_err());
    let half_written = lines.push(|bytes| {
        bytes.extend_from_slice(b"half");
        Err(damaged("told to"))
    });
    assert_eq!(half_written, Err(damaged("told to")));
    add(&mut lines, b"second").unwrap();
    add(&mut lines, b"third").unwrap();
    lines.truncate(2);
    assert_eq!(lines.iter().collect::<Vec<_>>(), [&b"first"[..], b"second"]);
    let bytes = RecordEncoder::new().encode_lines(&header(2), &lines).unwrap();
    assert_eq!(decode(&bytes).unwrap().lines().collect::<Vec<_>>(), [&b"first"[..], b"second"]);
    lines.clear();
    assert!(lines.is_empty());
}
