use std::collections::HashSet;

use proptest::prelude::*;
use uuid::Uuid;

use super::{not_canonical, spelled};
use crate::value::{
    BusinessId, Commitment, CountryCode, DeclarationNumber, Fingerprint, HsCode, IdSource, InvalidKind,
    IsicCode, ItemNumber, LegalId, Moment, ParkId, ProvinceCode, SmeId,
};

#[test]
fn legal_ids_are_checked() {
    for text in ["10380284790", "14001234562", "10860001235", "10380007775", "14123456700"] {
        spelled(&LegalId::parse(text).unwrap(), text);
    }
    for (text, kind) in [
        ("10380284792", InvalidKind::CheckDigit),
        ("11111111111", InvalidKind::CheckDigit),
        ("14000000018", InvalidKind::Range),
        ("1038028479", InvalidKind::Format),
        ("103802847900", InvalidKind::Format),
        ("1038028479O", InvalidKind::Format),
        ("1038028479ه", InvalidKind::Format),
        ("1.038E10", InvalidKind::Format),
        ("10380-84790", InvalidKind::Format),
        ("", InvalidKind::Missing),
        ("\u{200F} ", InvalidKind::Missing),
    ] {
        assert_eq!(LegalId::parse(text).unwrap_err().kind, kind, "{text}");
        not_canonical::<LegalId>(text);
    }
    let typed = "\u{FEFF} \u{202B}۱۰۳۸۰٢٨٤٧٩۰\u{202C}\u{00A0}";
    assert_eq!(LegalId::parse(typed).unwrap().number(), 10_380_284_790);
    not_canonical::<LegalId>(typed);
}

#[test]
fn numbers_of_fixed_length_keep_their_zeros() {
    spelled(&BusinessId::parse("۰۸۰۲۲۳۳۷۱۴۶۳").unwrap(), "080223371463");
    spelled(&IsicCode::parse("0111").unwrap(), "0111");
    spelled(&DeclarationNumber::parse("03484689").unwrap(), "03484689");
    spelled(&BusinessId::parse("999999999999").unwrap(), "999999999999");
    assert_eq!(IsicCode::parse("2220").unwrap().division(), 22);
    for text in
        ["8022337146", "0802233714630", "9.84298E+11", "984297826751.0", "'984297826751", "98429782675١x"]
    {
        assert_eq!(BusinessId::parse(text).unwrap_err().kind, InvalidKind::Format, "{text}");
    }
    for text in ["15", "C1512", "15123", "-151"] {
        assert_eq!(IsicCode::parse(text).unwrap_err().kind, InvalidKind::Format, "{text}");
    }
    for text in ["12-34567", "123456789", "1234567", &"1".repeat(100_000)] {
        assert_eq!(DeclarationNumber::parse(text).unwrap_err().kind, InvalidKind::Format);
    }
}

#[test]
fn hs_codes_have_a_chapter() {
    let code = HsCode::parse("57024200").unwrap();
    spelled(&code, "57024200");
    assert_eq!(code.chapter(), 57);
    assert!(
        code.starts_with("57")
            && code.starts_with("570242")
            && code.starts_with("57024200")
            && code.starts_with("")
    );
    assert!(!code.starts_with("58") && !code.starts_with("570242000") && !code.starts_with("7"));
    let early = HsCode::parse("02011000").unwrap();
    assert_eq!(early.chapter(), 2);
    assert!(early.starts_with("02") && !early.starts_with("2"));
    for text in ["01012100", "97059000"] {
        assert!(HsCode::parse(text).is_ok());
    }
    for (text, kind) in [
        ("00129010", InvalidKind::Range),
        ("77010000", InvalidKind::Range),
        ("98010000", InvalidKind::Range),
        ("2002901", InvalidKind::Format),
        ("200290100", InvalidKind::Format),
        ("20O29010", InvalidKind::Format),
        ("5702.4200", InvalidKind::Format),
    ] {
        assert_eq!(HsCode::parse(text).unwrap_err().kind, kind, "{text}");
    }
}

#[test]
fn places_are_read_by_their_shape() {
    spelled(&CountryCode::parse(" IQ\u{200E}").unwrap(), "IQ");
    assert_eq!(CountryCode::parse("IR"), Ok(CountryCode::IRAN));
    for text in ["iq", "I", "IRQ", "1Q", "عراق", "ÅL"] {
        assert_eq!(CountryCode::parse(text).unwrap_err().kind, InvalidKind::Format, "{text}");
    }
    spelled(&ProvinceCode::parse("IR-۰۷").unwrap(), "IR-07");
    assert_eq!(ProvinceCode::new(30).map(|province| province.to_string()).as_deref(), Some("IR-30"));
    assert_eq!(ProvinceCode::new(100), None);
    for text in ["IR-7", "IR07", "ir-07", "IR-007", "IR-1o", "فارس"] {
        assert_eq!(ProvinceCode::parse(text).unwrap_err().kind, InvalidKind::Format, "{text}");
    }
}

#[test]
fn hashes_are_padded_base64() {
    let mut bytes = [0; 32];
    bytes[31] = 1;
    spelled(&Fingerprint(bytes), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=");
    spelled(&Commitment([0xFF; 32]), "//////////////////////////////////////////8=");
    for text in [
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAF=",
        "__________________________________________8=",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA E=",
        "",
    ] {
        not_canonical::<Fingerprint>(text);
    }
}

#[test]
fn items_are_numbers() {
    let item = ItemNumber::new(7).unwrap();
    assert_eq!(serde_json::to_string(&item).unwrap(), "7");
    assert_eq!(serde_json::from_str::<ItemNumber>("7").unwrap(), item);
    for text in ["0", "1000", "-1", "65537", "1.5", "\"1\""] {
        assert!(serde_json::from_str::<ItemNumber>(text).is_err(), "{text}");
    }
    assert_eq!(ItemNumber::parse(" ۰۰۷ "), Ok(item));
    assert_eq!(ItemNumber::parse("99999999999999999999").unwrap_err().kind, InvalidKind::Range);
    assert_eq!(ItemNumber::parse("+7").unwrap_err().kind, InvalidKind::Format);
    assert_eq!(ItemNumber::parse("").unwrap_err().kind, InvalidKind::Missing);
}

#[test]
fn an_id_has_one_spelling() {
    let text = "0192d3f0-7b1c-7a00-8000-0123456789ab";
    let id = ParkId::new(Uuid::try_parse(text).unwrap());
    spelled(&id, text);
    assert_eq!(ParkId::parse(" 0192D3F0-7B1C-7A00-8000-0123456789AB "), Ok(id));
    assert_eq!(ParkId::parse("").unwrap_err().kind, InvalidKind::Missing);
    for text in [
        "0192D3F0-7B1C-7A00-8000-0123456789AB",
        "0192d3f07b1c7a0080000123456789ab",
        "{0192d3f0-7b1c-7a00-8000-0123456789ab}",
        "urn:uuid:0192d3f0-7b1c-7a00-8000-0123456789ab",
        "0192d3f0-7b1c-7a00-8000-0123456789a",
        "0192d3f0-7b1c-7a00-8000-0123456789ag",
        "0192d3f07-b1c-7a00-8000-0123456789ab",
    ] {
        not_canonical::<ParkId>(text);
    }
}

#[test]
fn new_ids_are_sevens_of_their_moment_and_repeat_with_their_seed() {
    let at = Moment::from_millis(1_553_157_000_123);
    let ids = |seed: [u8; 32]| {
        let mut source = IdSource::new(at, seed);
        (0..10_000).map(|_| source.next()).collect::<Vec<_>>()
    };
    let (first, again) = (ids([7; 32]), ids([7; 32]));
    assert_eq!(first, again);
    let mut seen = HashSet::new();
    for seed in [[7; 32], [8; 32], [0; 32], std::array::from_fn(|index| index as u8)] {
        for id in ids(seed) {
            assert_eq!(id.get_version_num(), 7);
            assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
            assert_eq!(id.as_u64_pair().0 >> 16, 1_553_157_000_123);
            assert!(seen.insert(id));
        }
    }
    let mut old = IdSource::new(Moment::MIN, [1; 32]);
    assert_eq!(old.next().as_u64_pair().0 >> 16, 0);
}

proptest! {
    #[test]
    fn one_changed_byte_of_a_seed_changes_the_ids(seed: [u8; 32], place in 0_usize..32, by in 1_u8..) {
        let at = Moment::from_millis(0);
        let mut other = seed;
        other[place] = other[place].wrapping_add(by);
        prop_assert_ne!(IdSource::new(at, seed).next(), IdSource::new(at, other).next());
    }

    #[test]
    fn a_wrong_digit_in_a_legal_id_is_found(body in 0_u64..10_000_000_000) {
        let valid: Vec<_> = (0..10).filter_map(|check| LegalId::parse(&format!("{body:010}{check}")).ok()).collect();
        prop_assert_eq!(valid.len(), usize::from(body / 10 % 1_000_000 != 0));
    }

    #[test]
    fn codes_round_trip(number in 0_u64..1_000_000_000_000, uuid: u128, hash: [u8; 32], text in "\\PC{0,14}") {
        let business = BusinessId::parse(&format!("{number:012}")).unwrap();
        spelled(&business, &format!("{number:012}"));
        let id = SmeId::new(Uuid::from_u128(uuid));
        spelled(&id, &id.uuid().hyphenated().to_string());
        spelled(&Commitment(hash), &Commitment(hash).to_string());
        for text in [text, format!("{number:08}")] {
            if let Ok(code) = HsCode::parse(&text) { spelled(&code, &code.to_string()); }
            if let Ok(code) = IsicCode::parse(&text) { spelled(&code, &code.to_string()); }
            if let Ok(code) = CountryCode::parse(&text) { spelled(&code, &code.to_string()); }
        }
    }
}

#[test]
fn schemas_tell_the_spelling() {
    #[derive(schemars::JsonSchema)]
    #[expect(dead_code, reason = "only its schema is wanted")]
    struct All {
        date: crate::value::Date,
        id: ParkId,
        item: ItemNumber,
        percent: crate::value::Percent,
        period: crate::value::Period,
        money: crate::value::Money,
        legal: Option<LegalId>,
    }
    let schema = serde_json::to_value(schemars::schema_for!(All)).unwrap();
    let of = |name: &str| schema.pointer(&format!("/$defs/{name}")).cloned().unwrap_or_default();
    assert_eq!(of("Date")["format"], "date");
    assert_eq!(of("ParkId")["format"], "uuid");
    assert_eq!(of("LegalId")["pattern"], "^[0-9]{11}$");
    assert_eq!((&of("ItemNumber")["minimum"], &of("ItemNumber")["maximum"]), (&1.into(), &999.into()));
    assert_eq!(of("Percent")["maximum"], 150);
    assert_eq!(of("Period")["additionalProperties"], false);
    assert_eq!(of("Money")["required"], serde_json::json!(["amount", "currency"]));
}
