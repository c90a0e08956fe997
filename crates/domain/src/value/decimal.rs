//! Decimals that are kept as a whole number of their smallest unit: reading and writing, without floats.

use super::InvalidValue;
use super::canonical::Buffer;

/// How a decimal is spelled.
#[derive(Clone, Copy)]
pub(super) struct Fixed {
    /// The most decimals; the value counts units of this decimal.
    pub decimals: usize,
    /// Whether all decimals are written (as for money), or only those up to the last that isn't zero.
    pub always: bool,
}

/// Reads the canonical spelling and nothing else.
pub(super) fn read_fixed(what: &'static str, text: &str, fixed: Fixed) -> Result<i64, InvalidValue> {
    let (units, decimals) = units_of(what, text, fixed.decimals)?;
    let mut buffer = Buffer::new();
    push_fixed(&mut buffer, units, fixed);
    if buffer.as_str() == text {
        Ok(units)
    } else if fixed.always && decimals != fixed.decimals {
        Err(InvalidValue::format(what, format!("is not written with {} decimals", fixed.decimals)))
    } else {
        Err(InvalidValue::format(what, "has a sign or zeros that say nothing"))
    }
}

/// Reads what a person typed, already in Latin digits: a sign, digits, and at most `decimals` digits after a point
/// (Latin or Persian). Thousands separators are left to whoever knows the file that they stand in.
pub(super) fn parse_fixed(what: &'static str, text: &str, decimals: usize) -> Result<i64, InvalidValue> {
    let text = text.replace('٫', ".").replace('−', "-");
    Ok(units_of(what, &text, decimals)?.0)
}

/// The smallest units that a text spells, and its count of decimals.
fn units_of(what: &'static str, text: &str, most: usize) -> Result<(i64, usize), InvalidValue> {
    let shape = || InvalidValue::format(what, "is not a decimal number");
    if text.is_empty() {
        return Err(InvalidValue::missing(what));
    }
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((_, "")) => return Err(shape()),
        Some((whole, fraction)) => (whole, fraction),
        None => (digits, ""),
    };
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return Err(shape());
    }
    if fraction.len() > most {
        return Err(InvalidValue::format(what, format!("has more than {most} decimals")));
    }
    // Counted downwards for a negative number, so that the least one can be read.
    let padding = std::iter::repeat_n(b'0', most - fraction.len());
    let units = whole.bytes().chain(fraction.bytes()).chain(padding).try_fold(0_i64, |units, byte| {
        let digit = i64::from(byte - b'0');
        let tens = units.checked_mul(10)?;
        if negative { tens.checked_sub(digit) } else { tens.checked_add(digit) }
    });
    let units = units.ok_or_else(|| InvalidValue::range(what, "is too large"))?;
    Ok((units, fraction.len()))
}

/// Writes the canonical spelling.
pub(super) fn push_fixed(buffer: &mut Buffer, units: i64, fixed: Fixed) {
    if units < 0 {
        buffer.push(b'-');
    }
    let one = 10_u64.pow(fixed.decimals as u32);
    let (whole, mut fraction) = (units.unsigned_abs() / one, units.unsigned_abs() % one);
    buffer.push_number(whole);
    let mut width = fixed.decimals;
    while !fixed.always && width > 0 && fraction % 10 == 0 {
        fraction /= 10;
        width -= 1;
    }
    if width > 0 {
        buffer.push(b'.');
        buffer.push_digits(fraction, width);
    }
}
