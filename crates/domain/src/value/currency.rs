//! Currencies of ISO 4217 and sums of money in them.
//!
//! Sums in two currencies are never added: there is no addition here at all.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use rust_decimal::Decimal;

use super::InvalidValue;
use super::amount::decimal_of;
use super::canonical::{Buffer, Canonical, canonical_value};
use super::text::typed;

/// A currency by its ISO 4217 letters: one in use, or one withdrawn since 2019, in which older records are kept. The
/// toman is none: it is ten rials, and amounts are in rials (IRR).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

canonical_value!(Currency, "A currency by ISO 4217.", { "pattern": "^[A-Z]{3}$" });

/// The national currencies in use, with their exponents, in alphabetic order.
#[rustfmt::skip]
static ACTIVE: [([u8; 3], u8); 155] = [
    (*b"AED", 2), (*b"AFN", 2), (*b"ALL", 2), (*b"AMD", 2), (*b"AOA", 2), (*b"ARS", 2), (*b"AUD", 2), (*b"AWG", 2),
    (*b"AZN", 2), (*b"BAM", 2), (*b"BBD", 2), (*b"BDT", 2), (*b"BHD", 3), (*b"BIF", 0), (*b"BMD", 2), (*b"BND", 2),
    (*b"BOB", 2), (*b"BRL", 2), (*b"BSD", 2), (*b"BTN", 2), (*b"BWP", 2), (*b"BYN", 2), (*b"BZD", 2), (*b"CAD", 2),
    (*b"CDF", 2), (*b"CHF", 2), (*b"CLP", 0), (*b"CNY", 2), (*b"COP", 2), (*b"CRC", 2), (*b"CUP", 2), (*b"CVE", 2),
    (*b"CZK", 2), (*b"DJF", 0), (*b"DKK", 2), (*b"DOP", 2), (*b"DZD", 2), (*b"EGP", 2), (*b"ERN", 2), (*b"ETB", 2),
    (*b"EUR", 2), (*b"FJD", 2), (*b"FKP", 2), (*b"GBP", 2), (*b"GEL", 2), (*b"GHS", 2), (*b"GIP", 2), (*b"GMD", 2),
    (*b"GNF", 0), (*b"GTQ", 2), (*b"GYD", 2), (*b"HKD", 2), (*b"HNL", 2), (*b"HTG", 2), (*b"HUF", 2), (*b"IDR", 2),
    (*b"ILS", 2), (*b"INR", 2), (*b"IQD", 3), (*b"IRR", 2), (*b"ISK", 0), (*b"JMD", 2), (*b"JOD", 3), (*b"JPY", 0),
    (*b"KES", 2), (*b"KGS", 2), (*b"KHR", 2), (*b"KMF", 0), (*b"KPW", 2), (*b"KRW", 0), (*b"KWD", 3), (*b"KYD", 2),
    (*b"KZT", 2), (*b"LAK", 2), (*b"LBP", 2), (*b"LKR", 2), (*b"LRD", 2), (*b"LSL", 2), (*b"LYD", 3), (*b"MAD", 2),
    (*b"MDL", 2), (*b"MGA", 2), (*b"MKD", 2), (*b"MMK", 2), (*b"MNT", 2), (*b"MOP", 2), (*b"MRU", 2), (*b"MUR", 2),
    (*b"MVR", 2), (*b"MWK", 2), (*b"MXN", 2), (*b"MYR", 2), (*b"MZN", 2), (*b"NAD", 2), (*b"NGN", 2), (*b"NIO", 2),
    (*b"NOK", 2), (*b"NPR", 2), (*b"NZD", 2), (*b"OMR", 3), (*b"PAB", 2), (*b"PEN", 2), (*b"PGK", 2), (*b"PHP", 2),
    (*b"PKR", 2), (*b"PLN", 2), (*b"PYG", 0), (*b"QAR", 2), (*b"RON", 2), (*b"RSD", 2), (*b"RUB", 2), (*b"RWF", 0),
    (*b"SAR", 2), (*b"SBD", 2), (*b"SCR", 2), (*b"SDG", 2), (*b"SEK", 2), (*b"SGD", 2), (*b"SHP", 2), (*b"SLE", 2),
    (*b"SOS", 2), (*b"SRD", 2), (*b"SSP", 2), (*b"STN", 2), (*b"SVC", 2), (*b"SYP", 2), (*b"SZL", 2), (*b"THB", 2),
    (*b"TJS", 2), (*b"TMT", 2), (*b"TND", 3), (*b"TOP", 2), (*b"TRY", 2), (*b"TTD", 2), (*b"TWD", 2), (*b"TZS", 2),
    (*b"UAH", 2), (*b"UGX", 0), (*b"USD", 2), (*b"UYU", 2), (*b"UZS", 2), (*b"VED", 2), (*b"VES", 2), (*b"VND", 0),
    (*b"VUV", 0), (*b"WST", 2), (*b"XAF", 0), (*b"XCD", 2), (*b"XCG", 2), (*b"XOF", 0), (*b"XPF", 0), (*b"YER", 2),
    (*b"ZAR", 2), (*b"ZMW", 2), (*b"ZWG", 2),
];

/// Those withdrawn since 2019.
#[rustfmt::skip]
static WITHDRAWN: [([u8; 3], u8); 6] = [
    (*b"ANG", 2), (*b"BGN", 2), (*b"CUC", 2), (*b"HRK", 2), (*b"SLL", 2), (*b"ZWL", 2),
];

impl Currency {
    /// The United States dollar.
    pub const USD: Currency = Currency(*b"USD");
    /// The Iranian rial.
    pub const IRR: Currency = Currency(*b"IRR");

    /// Reads what a person typed, with white space and invisible marks around it.
    pub fn parse(text: &str) -> Result<Currency, InvalidValue> {
        Currency::read(&typed(Currency::WHAT, text)?)
    }

    /// The count of decimals of its smallest unit: 2 for most, 0 and 3 for some.
    pub fn exponent(self) -> u8 {
        exponent_of(self.0).expect("a currency is made from the tables only")
    }
}

fn exponent_of(code: [u8; 3]) -> Option<u8> {
    let table = |table: &[([u8; 3], u8)]| {
        table.binary_search_by_key(&code, |(code, _)| *code).ok().map(|index| table[index].1)
    };
    table(&ACTIVE).or_else(|| table(&WITHDRAWN))
}

#[cfg(test)]
pub(super) fn table_length() -> usize {
    ACTIVE.len() + WITHDRAWN.len()
}

impl Canonical for Currency {
    const WHAT: &'static str = "currency";

    fn read(text: &str) -> Result<Currency, InvalidValue> {
        let code: [u8; 3] = match text.as_bytes().try_into() {
            Ok(code) => code,
            Err(_) if text.is_empty() => return Err(InvalidValue::missing(Currency::WHAT)),
            Err(_) => return Err(InvalidValue::format(Currency::WHAT, "is not three capital letters")),
        };
        match exponent_of(code) {
            Some(_) => Ok(Currency(code)),
            None => Err(InvalidValue::range(Currency::WHAT, "is no currency of ISO 4217")),
        }
    }

    fn text<'a>(&'a self, _: &'a mut Buffer) -> &'a str {
        std::str::from_utf8(&self.0).expect("all three are capital letters")
    }
}

/// A sum of money in the currency that it was agreed in: not negative, at most 18 digits, written with as many
/// decimals as its currency has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Written", into = "Written")]
#[schemars(with = "Written")]
pub struct Money {
    amount: Decimal,
    currency: Currency,
}

/// Money as it is written, before it is known to fit its currency.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Money", description = "A sum of money in its currency.")]
struct Written {
    #[schemars(regex(pattern = r"^[0-9]+(\.[0-9]{1,3})?$"))]
    amount: String,
    currency: Currency,
}

impl Money {
    const WHAT: &str = "sum of money";

    /// A sum of money, refused when it is negative, finer than its currency's smallest unit, or of more than 18 digits.
    pub fn new(amount: Decimal, currency: Currency) -> Result<Money, InvalidValue> {
        let mut amount = amount.normalize();
        let decimals = u32::from(currency.exponent());
        if amount.is_sign_negative() {
            return Err(InvalidValue::range(Money::WHAT, "is negative"));
        }
        if amount.scale() > decimals {
            let reason = format!("has more than the {decimals} decimals of {currency}");
            return Err(InvalidValue::format(Money::WHAT, reason));
        }
        if amount.trunc().mantissa() >= 10_i128.pow(18 - decimals) {
            return Err(InvalidValue::range(Money::WHAT, "has more than 18 digits"));
        }
        amount.rescale(decimals);
        Ok(Money { amount, currency })
    }

    /// Reads what a person typed for the amount: in any digits, with a Latin or Persian decimal point, without
    /// separators between the thousands.
    pub fn parse(amount: &str, currency: Currency) -> Result<Money, InvalidValue> {
        let text = typed(Money::WHAT, amount)?.replace('٫', ".");
        Money::new(decimal_of(Money::WHAT, &text)?, currency)
    }

    /// The amount.
    pub fn amount(self) -> Decimal {
        self.amount
    }

    /// The currency.
    pub fn currency(self) -> Currency {
        self.currency
    }
}

impl TryFrom<Written> for Money {
    type Error = InvalidValue;

    fn try_from(written: Written) -> Result<Money, InvalidValue> {
        let money = Money::new(decimal_of(Money::WHAT, &written.amount)?, written.currency)?;
        if money.amount.to_string() == written.amount {
            Ok(money)
        } else {
            Err(InvalidValue::format(Money::WHAT, "is not written with the decimals of its currency"))
        }
    }
}

impl From<Money> for Written {
    fn from(money: Money) -> Written {
        Written { amount: money.amount.to_string(), currency: money.currency }
    }
}

impl std::fmt::Display for Money {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(formatter, "{} {}", self.amount, self.currency)
    }
}
