use std::collections::HashSet;

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{not_canonical, spelled};
use crate::value::{
    Currency, Headcount, Hectares, InvalidKind, Kilograms, Money, Percent, Quantity, Share, SquareMetres,
    Usd, share,
};

#[test]
fn dollars_have_two_decimals() {
    spelled(&Usd::from_cents(123_450), "1234.50");
    spelled(&Usd::from_cents(-5), "-0.05");
    spelled(&Usd::ZERO, "0.00");
    spelled(&Usd::from_cents(161_234_567_890), "1612345678.90");
    spelled(&Usd::from_cents(i64::MIN), "-92233720368547758.08");
    spelled(&Usd::from_cents(i64::MAX), "92233720368547758.07");
    for text in [
        "",
        "1234.5",
        "1234",
        "1,234.50",
        "01.00",
        "-0.00",
        "+1.00",
        ".50",
        "1.",
        "1.000",
        "1e3",
        "٫",
        "۱.00",
        "92233720368547758.08",
        "NaN",
        "--1.00",
        "1.-1",
    ] {
        not_canonical::<Usd>(text);
    }
}

#[test]
fn dollars_are_read_as_people_type_them() {
    for (text, cents) in [
        ("1234.5", 123_450),
        (" ۱۲۳۴٫۵۰ ", 123_450),
        ("1234", 123_400),
        ("-3.07", -307),
        ("007", 700),
        ("\u{2212}1", -100),
    ] {
        assert_eq!(Usd::parse(text), Ok(Usd::from_cents(cents)), "{text}");
    }
    assert_eq!(Usd::parse("9999999999999.99"), Ok(Usd::from_cents(999_999_999_999_999)));
    for (text, kind) in [
        ("10000000000000.00", InvalidKind::Range),
        ("-10000000000000", InvalidKind::Range),
        ("99999999999999999999.99", InvalidKind::Range),
        ("12.345", InvalidKind::Format),
        ("980.100", InvalidKind::Format),
        ("1,234.50", InvalidKind::Format),
        ("$5", InvalidKind::Format),
        ("(5)", InvalidKind::Format),
        ("1.2.3", InvalidKind::Format),
        ("1.5E3", InvalidKind::Format),
        ("inf", InvalidKind::Format),
        ("-", InvalidKind::Format),
        (" ", InvalidKind::Missing),
    ] {
        assert_eq!(Usd::parse(text).unwrap_err().kind, kind, "{text}");
    }
}

#[test]
fn sums_stop_at_the_ends() {
    let most = Usd::from_cents(i64::MAX);
    assert_eq!(most + Usd::from_cents(1), most);
    assert_eq!(most.checked_add(Usd::from_cents(1)), None);
    assert_eq!(-Usd::from_cents(i64::MIN), most);
    assert_eq!([Usd::from_cents(5), Usd::from_cents(-7)].iter().sum::<Usd>(), Usd::from_cents(-2));
    let mut total = Usd::ZERO;
    total += Usd::from_cents(3);
    total -= Usd::from_cents(1);
    assert_eq!(total, Usd::from_cents(2));
    assert!(total.is_positive() && !Usd::ZERO.is_positive());
}

#[test]
fn weights_and_areas_drop_zeros() {
    spelled(&Kilograms::from_grams(2_270_120), "2270.12");
    spelled(&Kilograms::from_grams(12_000), "12");
    spelled(&Kilograms::from_grams(1), "0.001");
    not_canonical::<Kilograms>("2270.120");
    not_canonical::<Kilograms>("12.");
    assert_eq!(Kilograms::parse("2270.120"), Ok(Kilograms::from_grams(2_270_120)));
    assert_eq!(Kilograms::parse("1.0001").unwrap_err().kind, InvalidKind::Format);
    spelled(&Hectares::parse("۲۱۱٫۸۰").unwrap(), "211.8");
    assert_eq!(SquareMetres::from(Hectares::parse("211.8").unwrap()), SquareMetres::new(2_118_000));
    assert_eq!(Hectares::parse("-1").unwrap_err().kind, InvalidKind::Range);
    assert_eq!(Hectares::parse("100000000").unwrap_err().kind, InvalidKind::Range);
    spelled(&SquareMetres::new(1_200), "1200");
    assert_eq!(SquareMetres::parse("12.5").unwrap_err().kind, InvalidKind::Format);
}

#[test]
fn quantities_have_eighteen_digits_at_most() {
    spelled(&Quantity::parse("17050").unwrap(), "17050");
    spelled(&Quantity::parse("۰۱۲٫۵۰۰۰۰۰۰").unwrap(), "12.5");
    spelled(&Quantity::parse("0").unwrap(), "0");
    spelled(&Quantity::parse("-0").unwrap(), "0");
    spelled(&Quantity::parse("999999999999.999999").unwrap(), "999999999999.999999");
    spelled(&Quantity::parse("100000000000000000").unwrap(), "100000000000000000");
    for (text, kind) in [
        ("-1", InvalidKind::Range),
        ("1000000000000000000", InvalidKind::Range),
        ("9999999999999.999999", InvalidKind::Range),
        ("0.0000001", InvalidKind::Format),
        ("1_000", InvalidKind::Format),
        ("1e3", InvalidKind::Format),
        ("1.", InvalidKind::Format),
        (".1", InvalidKind::Format),
        ("", InvalidKind::Missing),
    ] {
        assert_eq!(Quantity::parse(text).unwrap_err().kind, kind, "{text}");
    }
    assert_eq!(Quantity::parse(&"9".repeat(100_000)).unwrap_err().kind, InvalidKind::Range);
    not_canonical::<Quantity>("12.50");
    not_canonical::<Quantity>("012");
}

#[test]
fn counts_are_numbers_within_bounds() {
    assert_eq!(serde_json::to_string(&Headcount::new(67).unwrap()).unwrap(), "67");
    assert_eq!(serde_json::from_str::<Percent>("150").unwrap().percent(), 150);
    assert!(serde_json::from_str::<Percent>("151").is_err());
    assert!(serde_json::from_str::<Percent>("256").is_err());
    assert!(serde_json::from_str::<Headcount>("-1").is_err());
    assert_eq!(Headcount::parse(" ۶۷ ").unwrap().people(), 67);
    assert_eq!(Headcount::parse("1000000").unwrap_err().kind, InvalidKind::Range);
    assert_eq!(Headcount::parse("99999999999").unwrap_err().kind, InvalidKind::Range);
    assert_eq!(Headcount::parse("-5").unwrap_err().kind, InvalidKind::Format);
    assert_eq!(Headcount::parse("6.0").unwrap_err().kind, InvalidKind::Format);
    assert_eq!(Percent::parse("70%").unwrap_err().kind, InvalidKind::Format);
}

#[test]
fn currencies_have_exponents() {
    for (code, exponent) in [
        ("USD", 2),
        ("IRR", 2),
        ("JPY", 0),
        ("IQD", 3),
        ("KWD", 3),
        ("EUR", 2),
        ("AED", 2),
        ("HRK", 2),
        ("ZWL", 2),
    ] {
        let currency = Currency::parse(code).unwrap();
        spelled(&currency, code);
        assert_eq!(currency.exponent(), exponent, "{code}");
    }
    assert_eq!(Currency::parse("TMN").unwrap_err().kind, InvalidKind::Range);
    assert_eq!(Currency::parse("usd").unwrap_err().kind, InvalidKind::Range);
    assert_eq!(Currency::parse("USDT").unwrap_err().kind, InvalidKind::Format);
    assert_eq!(Currency::parse("").unwrap_err().kind, InvalidKind::Missing);
}

#[test]
fn money_has_the_decimals_of_its_currency() {
    let dinars = Money::parse("۱۲۵۰٫۵", Currency::parse("IQD").unwrap()).unwrap();
    let written = r#"{"amount":"1250.500","currency":"IQD"}"#;
    assert_eq!(serde_json::to_string(&dinars).unwrap(), written);
    assert_eq!(serde_json::from_str::<Money>(written).unwrap(), dinars);
    assert_eq!(dinars.to_string(), "1250.500 IQD");
    assert_eq!(Money::parse("0", Currency::USD).unwrap().to_string(), "0.00 USD");
    assert!(Money::parse("9999999999999999.99", Currency::USD).is_ok());
    for text in ["10000000000000000", "-1", "1.234"] {
        assert!(Money::parse(text, Currency::USD).is_err(), "{text}");
    }
    assert!(Money::parse("1.5", Currency::parse("JPY").unwrap()).is_err());
    for text in [
        r#"{"amount":"1250.5","currency":"IQD"}"#,
        r#"{"amount":1250.500,"currency":"IQD"}"#,
        r#"{"amount":"1250.500","currency":"IQD","rate":"1"}"#,
        r#"{"amount":"1250.500"}"#,
    ] {
        assert!(serde_json::from_str::<Money>(text).is_err(), "{text}");
    }
}

#[test]
fn every_currency_of_the_schema_is_read_once() {
    let codes: Vec<String> = (b'A'..=b'Z')
        .flat_map(|a| (b'A'..=b'Z').flat_map(move |b| (b'A'..=b'Z').map(move |c| [a, b, c])))
        .filter_map(|code| Currency::parse(std::str::from_utf8(&code).unwrap()).ok())
        .map(|currency| currency.to_string())
        .collect();
    // As many as stand in the two tables: a row out of order would not be found.
    assert_eq!(codes.len(), crate::value::currency::table_length());
    assert_eq!(codes.iter().collect::<HashSet<_>>().len(), codes.len());
}

#[test]
fn shares_are_rounded_half_to_even() {
    for (part, whole, text) in [
        (33_800, 43_650, "0.7743"),
        (1, 3, "0.3333"),
        (2, 3, "0.6667"),
        (1, 20_000, "0.0000"),
        (3, 20_000, "0.0002"),
        (5, 20_000, "0.0002"),
        (0, 5, "0.0000"),
        (5, 5, "1.0000"),
        (7, 5, "1.4000"),
        (-3, 20_000, "-0.0002"),
        (3, -20_000, "-0.0002"),
        (-2, 3, "-0.6667"),
        (-1, 20_000, "0.0000"),
        (1, 7, "0.1429"),
    ] {
        spelled(&share(part, whole).unwrap(), text);
    }
    assert_eq!(share(1, 0), None);
    assert_eq!(share(i128::MAX, 1), None);
    assert_eq!(share(i64::MAX.into(), 1), None);
    assert_eq!(share(i128::MIN / 10_000, -1), None);
    not_canonical::<Share>("0.774");
    not_canonical::<Share>("-0.0000");
}

proptest! {
    #[test]
    fn amounts_round_trip(units: i64, text in "[-0-9.۰-۹٫]{0,24}") {
        spelled(&Usd::from_cents(units), &Usd::from_cents(units).to_string());
        spelled(&Kilograms::from_grams(units), &Kilograms::from_grams(units).to_string());
        spelled(&Hectares::from_square_metres(units), &Hectares::from_square_metres(units).to_string());
        spelled(&SquareMetres::new(units), &units.to_string());
        let within = units.rem_euclid(1_000_000_000_000_000);
        prop_assert_eq!(Usd::parse(&Usd::from_cents(within).to_string()), Ok(Usd::from_cents(within)));
        if let Ok(quantity) = Quantity::parse(&text) { spelled(&quantity, &quantity.to_string()); }
        if let Ok(usd) = Usd::parse(&text) { spelled(&usd, &usd.to_string()); }
    }

    #[test]
    fn a_share_is_what_exact_decimals_say(part in -1_000_000_000_000_i64..1_000_000_000_000, whole in 1_i64..1_000_000) {
        // Within these bounds a quotient of 28 digits can't be mistaken for a half.
        let ratio = Decimal::from(part) / Decimal::from(whole);
        let rounded = ratio.round_dp_with_strategy(4, rust_decimal::RoundingStrategy::MidpointNearestEven);
        let ours = share(part.into(), whole.into()).unwrap();
        prop_assert_eq!(Decimal::new(ours.ten_thousandths(), 4), rounded);
    }
}
