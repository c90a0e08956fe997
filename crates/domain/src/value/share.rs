//! Shares of a whole, as they are published: decimals of four places, rounded half to even.

use super::InvalidValue;
use super::canonical::{Buffer, Canonical, canonical_value};
use super::decimal::{Fixed, parse_fixed, push_fixed, read_fixed};
use super::text::typed;

/// The ratio of a part to its whole, in ten-thousandths. Spelled `0.7743`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Share(i64);

canonical_value!(Share, "The ratio of a part to its whole, four decimals.", { "pattern": "^-?[0-9]+\\.[0-9]{4}$" });

impl Share {
    /// The ratio of so many ten-thousandths.
    pub const fn of_ten_thousandths(ten_thousandths: i64) -> Self {
        Self(ten_thousandths)
    }

    /// Reads what a person typed: in any digits, with at most four decimals after a Latin or Persian point.
    pub fn parse(text: &str) -> Result<Share, InvalidValue> {
        parse_fixed(Share::WHAT, &typed(Share::WHAT, text)?, 4).map(Share)
    }

    /// The ratio in ten-thousandths.
    pub fn ten_thousandths(self) -> i64 {
        self.0
    }
}

/// The share of `part` in `whole`, both in the same unit, rounded half to even. There is none of a whole of zero, nor
/// one beyond what 64 bits hold.
pub fn share(part: i128, whole: i128) -> Option<Share> {
    let scaled = part.checked_mul(10_000)?;
    let (quotient, rest) = (scaled.checked_div(whole)?, scaled.checked_rem(whole)?);
    let (rest, half) = (rest.unsigned_abs(), whole.unsigned_abs() / 2);
    let exactly_half = whole % 2 == 0 && rest == half;
    let away = if exactly_half { quotient % 2 != 0 } else { rest > half };
    let sign = if (scaled < 0) == (whole < 0) { 1 } else { -1 };
    let rounded = if away { quotient + sign } else { quotient };
    i64::try_from(rounded).ok().map(Share)
}

impl Canonical for Share {
    const WHAT: &'static str = "share";

    fn read(text: &str) -> Result<Share, InvalidValue> {
        read_fixed(Share::WHAT, text, Fixed { decimals: 4, always: true }).map(Share)
    }

    fn text<'a>(&'a self, buffer: &'a mut Buffer) -> &'a str {
        push_fixed(buffer, self.0, Fixed { decimals: 4, always: true });
        buffer.as_str()
    }
}
