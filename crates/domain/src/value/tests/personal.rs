use crate::rejection::{Code, Rejection};
use crate::value::*;

#[test]
fn a_national_code_has_a_check_digit() {
    for code in ["0076229645", "1583250689", "0959744487", "۰۰۷۶۲۲۹۶۴۵", " ٠٩٥٩٧٤٤٤٨٧\u{200F}"]
    {
        assert!(NationalCode::parse(code).is_ok(), "{code}");
    }
    for code in ["0076229644", "1111111111", "0000000000", "76229645", "00762296450", "007622964a", ""] {
        assert!(NationalCode::parse(code).is_err(), "{code}");
    }
    assert_eq!(NationalCode::parse("۰۰۷۶۲۲۹۶۴۵").unwrap().to_string(), "0076229645");
}

#[test]
fn a_telephone_number_is_digits_however_it_was_typed() {
    let read = |text| Telephone::parse(text).map(|number| number.reveal().to_owned());
    assert_eq!(read("۰۲۱-۸۸۷۷ ۶۶۵۵").unwrap(), "02188776655");
    assert_eq!(read("+98 (21) 8877.6655").unwrap(), "+982188776655");
    for text in ["", "1234", "+", "0218877x", "=1+1", "1234567890123456", "12+34567", "\u{0}12345"] {
        assert!(read(text).is_err(), "{text:?}");
    }
    assert!(read(&"1".repeat(1 << 20)).is_err());
}

#[test]
fn an_email_address_has_two_parts() {
    let read = |text| Email::parse(text).map(|email| email.reveal().to_owned());
    assert_eq!(read(" sara.k@example.co.ir ").unwrap(), "sara.k@example.co.ir");
    assert!(read("سارا@مثال.ایران").is_ok());
    for text in [
        "",
        "sara",
        "@x.ir",
        "a@b",
        "a@b..c",
        "a@b@c.ir",
        "a b@c.ir",
        "a@c.ir, d@e.ir",
        "a@c.ir\r\nBcc: x@y.z",
    ] {
        assert!(read(text).is_err(), "{text:?}");
    }
}

#[test]
fn hostile_text_is_refused_or_cleaned() {
    assert_eq!(PersonName::parse(" زهرا\u{200C}سادات  محمدی ").unwrap().reveal(), "زهرا\u{200C}سادات  محمدی");
    assert_eq!(PersonName::parse("a\u{202E}b\u{2066}c").unwrap().reveal(), "abc", "marks of direction go");
    assert_eq!(PostalAddress::parse("تهران،\nخیابان آزادی").unwrap().reveal(), "تهران، خیابان آزادی");
    for text in [
        "<script>alert(1)</script>",
        "=HYPERLINK(\"x\")",
        "+1",
        "-1",
        "@SUM(1)",
        "\u{200F}=1",
        "a\u{0}b",
        "a\u{1b}[31m",
        "",
    ] {
        assert!(PersonName::parse(text).is_err(), "{text:?}");
        assert!(PostalAddress::parse(text).is_err(), "{text:?}");
    }
    let long = "ا".repeat(501);
    let code = |error: InvalidValue| Rejection::invalid("x", &error, Code::InvalidValue).code;
    assert_eq!(code(PersonName::parse(&long).unwrap_err()), Code::FieldTooLong);
    assert_eq!(code(PostalAddress::parse(&long).unwrap_err()), Code::FieldTooLong);
    let told = format!("{:?} {}", PersonName::parse("Karimi"), PersonName::parse("<Karimi").unwrap_err());
    assert!(!told.contains("Karimi"), "{told}");
}
