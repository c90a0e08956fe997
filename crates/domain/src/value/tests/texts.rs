use std::collections::HashSet;

use proptest::prelude::*;

use super::{not_canonical, spelled};
use crate::value::{
    CustomsOffice, InvalidKind, LicenceNumber, Name, ParkCode, PlotNumber, latin_digits, search_key,
    unspaced_key,
};

#[test]
fn two_spellings_of_a_park_find_each_other() {
    let key = search_key("شهرك\u{200C} صنعتي شماره ١٢");
    assert_eq!(key, "شهرک صنعتی شماره 12");
    assert_eq!(search_key("شهرک صنعتی شماره ۱۲"), key);
    assert_eq!(unspaced_key("شهرک صنعتی شماره ۱۲"), "شهرکصنعتیشماره12");
}

#[test]
fn each_letter_of_the_key_is_folded() {
    for (text, key) in [
        ("يىئےی", "ییییی"),
        ("كک", "کک"),
        ("ةۀہەه", "ههههه"),
        ("أإٱآا", "ااااا"),
        ("ؤو", "وو"),
        ("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789"),
        ("مُحَمَّدٌ", "محمد"),
        ("رحمٰن", "رحمن"),
        ("صنـــعت", "صنعت"),
        ("ا\u{0653}ب", "اب"),
        ("\u{200E}a\u{200F}\u{202A}b\u{202E}\u{2066}c\u{2069}\u{061C}\u{200B}\u{200D}\u{FEFF}", "abc"),
        ("می\u{200C}رود", "می رود"),
        ("  a \t\n\u{00A0}\u{3000} b\u{200C} ", "a b"),
        ("Sepid ALBORZ Éclair", "sepid alborz éclair"),
        ("ＡＢＣ１２", "abc12"),
        ("ﻻ", "لا"),
        ("", ""),
        (" \u{200C}\u{0640}", ""),
        ("ΟΔΟΣ", "οδοσ"),
    ] {
        assert_eq!(search_key(text), key, "{text:?}");
    }
}

#[test]
fn a_key_is_stable_where_dropping_a_mark_lets_letters_compose() {
    let key = search_key("e\u{0640}\u{0301}");
    assert_eq!(key, "é");
    assert_eq!(search_key(&key), key);
}

#[test]
fn digits_become_latin() {
    assert_eq!(latin_digits("۱۲٣/الف"), "123/الف");
    assert!(matches!(latin_digits("123"), std::borrow::Cow::Borrowed("123")));
    assert_eq!(latin_digits("１２"), "１２");
}

#[test]
fn a_name_keeps_what_was_entered() {
    for (entered, kept) in [
        ("شهرك\u{200C} صنعتي شماره ١٢", "شهرك\u{200C} صنعتي شماره ١٢"),
        (" \u{FEFF}\u{200E}\tSepid  Alborz\u{200C}\r\n", "Sepid  Alborz"),
        ("پلیمر\r\nالبرز\tنو\nین", "پلیمر البرز نو ین"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("<b>x</b>", "<b>x</b>"),
        ("1", "1"),
    ] {
        spelled(&Name::parse(entered).unwrap(), kept);
    }
    assert!(Name::parse(&"ن".repeat(200)).is_ok());
    assert!(Name::parse(&format!("  {}  ", "ن".repeat(200))).is_ok());
    assert!(Name::parse(&format!("a{}", "\u{064E}".repeat(4))).is_ok());
}

#[test]
fn a_name_is_refused_with_its_reason() {
    for (entered, kind) in [
        ("".to_owned(), InvalidKind::Missing),
        (" \u{200C}\u{00A0}\u{FEFF}\t".to_owned(), InvalidKind::Missing),
        ("\u{0640}\u{0640}".to_owned(), InvalidKind::Missing),
        ("\u{064E}".to_owned(), InvalidKind::Missing),
        ("ن".repeat(201), InvalidKind::TooLong),
        ("x".repeat(100_000), InvalidKind::TooLong),
        ("a\0b".to_owned(), InvalidKind::Character),
        ("a\u{7}b".to_owned(), InvalidKind::Character),
        ("a\u{85}b".to_owned(), InvalidKind::Character),
        (format!("a{}", "\u{0301}".repeat(5)), InvalidKind::Character),
        (format!("a{}", "\u{064E}".repeat(5_000)), InvalidKind::Character),
    ] {
        let error = Name::parse(&entered).unwrap_err();
        assert_eq!(error.kind, kind, "{:?}: {error}", &entered.chars().take(10).collect::<String>());
    }
    for text in ["", " a", "a ", "a\u{200C}", "a\nb", "a\u{2028}b", "\u{200F}a"] {
        not_canonical::<Name>(text);
    }
}

#[test]
fn short_codes_are_compared_in_latin_digits() {
    let code = ParkCode::parse(" \u{200F}IR-۱۰-٠12\u{200E} ").unwrap();
    spelled(&code, "IR-10-012");
    assert_eq!(LicenceNumber::parse("113\u{200E}/36741").unwrap().as_str(), "113/36741");
    assert_eq!(PlotNumber::parse("۱۲ الف").unwrap().as_str(), "12 الف");
    for (entered, kind) in [
        (" ", InvalidKind::Missing),
        ("\u{200B}", InvalidKind::Missing),
        ("a\nb", InvalidKind::Character),
        ("a\0", InvalidKind::Character),
    ] {
        assert_eq!(ParkCode::parse(entered).unwrap_err().kind, kind, "{entered:?}");
    }
    assert!(ParkCode::parse(&"7".repeat(40)).is_ok());
    assert_eq!(ParkCode::parse(&"7".repeat(41)).unwrap_err().kind, InvalidKind::TooLong);
    for text in ["", "۱۲", "12 ", "1\u{200E}2"] {
        not_canonical::<ParkCode>(text);
    }
}

#[test]
fn a_customs_office_is_one_in_two_spellings() {
    let entered = CustomsOffice::parse(" اينچه\u{200C}برون ").unwrap();
    spelled(&entered, "اينچه\u{200C}برون");
    let other = CustomsOffice::parse("اینچه برون").unwrap();
    assert_eq!(entered, other);
    assert_eq!(entered.cmp(&other), std::cmp::Ordering::Equal);
    assert_eq!(HashSet::from([entered, other.clone()]).len(), 1);
    assert_ne!(other, CustomsOffice::parse("شلمچه").unwrap());
    assert!(CustomsOffice::parse(&"ب".repeat(80)).is_ok());
    assert_eq!(CustomsOffice::parse(&"ب".repeat(81)).unwrap_err().kind, InvalidKind::TooLong);
    assert_eq!(CustomsOffice::parse("  ").unwrap_err().kind, InvalidKind::Missing);
}

/// Texts with many of the letters that the key folds, and marks that compose and decompose.
fn mixed_text() -> impl Strategy<Value = String> {
    let contrived = "[ a-fA-FİΣÅﬁىيئےكةۀہهەأإٱآؤۓۂ۰-۹٠-٩\u{0640}\u{064B}-\u{065F}\u{0670}\u{0300}-\u{0308}\u{200B}-\u{200F}\u{1100}-\u{1105}\u{1161}-\u{1165}\u{11A8}-\u{11AA}\u{3000}\u{FE70}-\u{FEFF}]{0,12}";
    prop_oneof![contrived, any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_key_is_its_own_key(text in mixed_text()) {
        let key = search_key(&text);
        prop_assert_eq!(search_key(&key), key.clone());
        prop_assert!(!key.starts_with(' ') && !key.ends_with(' ') && !key.contains("  "));
        prop_assert!(!unspaced_key(&text).contains(' '));
    }

    #[test]
    fn what_a_text_type_accepts_it_reads_again(text in mixed_text()) {
        if let Ok(name) = Name::parse(&text) {
            spelled(&name, name.as_str());
            prop_assert_eq!(search_key(name.as_str()), search_key(&text));
        }
        if let Ok(code) = PlotNumber::parse(&text) {
            spelled(&code, code.as_str());
        }
        if let Ok(office) = CustomsOffice::parse(&text) {
            spelled(&office, office.as_str());
        }
    }
}
