//! Codes of countries and provinces.

use crate::value::InvalidValue;
use crate::value::canonical::{Buffer, Canonical, canonical_value, stored_as};
use crate::value::text::typed;

/// The two letters of a country (ISO 3166-1 alpha-2), in upper case; by their shape only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CountryCode([u8; 2]);

canonical_value!(CountryCode, "A country by ISO 3166-1 alpha-2.", { "pattern": "^[A-Z]{2}$" });

impl CountryCode {
    /// Iran.
    pub const IRAN: CountryCode = CountryCode(*b"IR");

    /// Reads what a person typed, with white space and invisible marks around it.
    pub fn parse(text: &str) -> Result<CountryCode, InvalidValue> {
        CountryCode::read(&typed(CountryCode::WHAT, text)?)
    }
}

impl Canonical for CountryCode {
    const WHAT: &'static str = "country code";

    fn read(text: &str) -> Result<CountryCode, InvalidValue> {
        match *text.as_bytes() {
            [] => Err(InvalidValue::missing(CountryCode::WHAT)),
            [b'A'..=b'Z', b'A'..=b'Z'] => Ok(CountryCode([text.as_bytes()[0], text.as_bytes()[1]])),
            _ => Err(InvalidValue::format(CountryCode::WHAT, "is not two capital letters")),
        }
    }

    fn text<'a>(&'a self, _: &'a mut Buffer) -> &'a str {
        std::str::from_utf8(&self.0).expect("both are capital letters")
    }

    stored_as!(CountryCode([u8; 2]));
}

/// A province by ISO 3166-2:IR, such as `IR-07`; by its shape only. The code set is that of 2020 (which gave older
/// codes to other provinces: IR-07 was Tehran and is Fars), and stands with the reference table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProvinceCode(u8);

canonical_value!(ProvinceCode, "A province by ISO 3166-2:IR of 2020.", { "pattern": "^IR-[0-9]{2}$" });

impl ProvinceCode {
    /// The province with this number, 0 to 99.
    pub fn new(number: u8) -> Option<ProvinceCode> {
        (number <= 99).then_some(ProvinceCode(number))
    }

    /// Reads what a person typed: in any digits, with white space and invisible marks around it.
    pub fn parse(text: &str) -> Result<ProvinceCode, InvalidValue> {
        ProvinceCode::read(&typed(ProvinceCode::WHAT, text)?)
    }

    /// The number after `IR-`.
    pub fn number(self) -> u8 {
        self.0
    }
}

impl Canonical for ProvinceCode {
    const WHAT: &'static str = "province code";

    fn read(text: &str) -> Result<ProvinceCode, InvalidValue> {
        match *text.as_bytes() {
            [] => Err(InvalidValue::missing(ProvinceCode::WHAT)),
            [b'I', b'R', b'-', tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => {
                Ok(ProvinceCode((tens - b'0') * 10 + ones - b'0'))
            }
            _ => Err(InvalidValue::format(ProvinceCode::WHAT, "is not written IR- and two digits")),
        }
    }

    fn text<'a>(&'a self, buffer: &'a mut Buffer) -> &'a str {
        b"IR-".iter().for_each(|byte| buffer.push(*byte));
        buffer.push_digits(u64::from(self.0), 2);
        buffer.as_str()
    }

    stored_as!(ProvinceCode(u8));
}
