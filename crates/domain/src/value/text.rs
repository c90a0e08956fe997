//! Text in Persian and Latin script: what was entered is kept, and a search key is derived from it.
//!
//! Two spellings that a reader takes for the same have the same key. A key is for finding and comparing, never for
//! showing.

mod personal;
mod short;

use std::borrow::Cow;
use std::sync::Arc;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use super::canonical::{Buffer, Canonical, canonical_value};
use super::{InvalidKind, InvalidValue};

pub use personal::{Email, PersonName, PostalAddress, ReasonText, Telephone};
pub use short::{
    CertificateNumber, ConsortiumCode, CustomsOffice, EmcCode, LicenceNumber, OfficeCode, ParkCode,
    PlotNumber, ResearchCode, TradeCardNumber, TrainingCode,
};

/// The key under which a text is found: NFKC, the Arabic letters that Persian spells otherwise replaced, Latin digits,
/// no marks, single spaces (also for a zero-width non-joiner), lower case. A key's key is itself.
pub fn search_key(text: &str) -> String {
    if text.chars().all(is_settled) {
        return folded(text.chars(), text.len());
    }
    let mut key = folded(text.nfkc(), text.len());
    // Dropping a mark can leave letters that now compose. It takes a contrived text to need a second round; the bound
    // is there so that no text whatever can keep a caller waiting.
    for _ in 0..4 {
        if is_nfkc_quick(key.chars()) == IsNormalized::Yes {
            break;
        }
        key = folded(key.nfkc(), key.len());
    }
    key
}

/// Letters that NFKC leaves as they are and that compose with none of each other: those of nearly every text here.
fn is_settled(letter: char) -> bool {
    matches!(letter, ' '..='~' | '\u{0621}'..='\u{064A}' | '٠'..='٩' | '۰'..='۹' | 'پ' | 'چ' | 'ژ' | 'ک' | 'گ' | 'ی'
        | '\u{200C}')
}

/// The [`search_key`] without its spaces, for texts that differ in how words are joined.
pub fn unspaced_key(text: &str) -> String {
    let mut key = search_key(text);
    key.retain(|letter| letter != ' ');
    key
}

fn folded(letters: impl Iterator<Item = char>, length: usize) -> String {
    let mut key = String::with_capacity(length);
    for letter in letters {
        match simplified(letter) {
            Some(' ') if key.is_empty() || key.ends_with(' ') => {}
            Some(letter) if letter.is_ascii() => key.push(letter.to_ascii_lowercase()),
            // The Arabic block has no case.
            Some(letter @ '\u{0600}'..='\u{06FF}') => key.push(letter),
            Some(letter) => key.extend(letter.to_lowercase()),
            None => {}
        }
    }
    if key.ends_with(' ') {
        key.pop();
    }
    key
}

/// One letter of a search key, before lower case; none for what is dropped.
fn simplified(letter: char) -> Option<char> {
    Some(match letter {
        'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' => letter,
        'ي' | 'ى' | 'ئ' | 'ے' => 'ی',
        'ك' => 'ک',
        'ة' | 'ۀ' | 'ہ' | 'ە' => 'ه',
        'أ' | 'إ' | 'ٱ' | 'آ' => 'ا',
        'ؤ' => 'و',
        '\u{064B}'..='\u{065F}' | '\u{0670}' | '\u{0640}' => return None,
        '\u{200C}' => ' ',
        letter if is_invisible(letter) => return None,
        letter if letter.is_whitespace() => ' ',
        letter => latin_digit(letter).unwrap_or(letter),
    })
}

/// The text with Persian and Arabic digits replaced by Latin ones.
pub fn latin_digits(text: &str) -> Cow<'_, str> {
    if text.chars().any(|letter| latin_digit(letter).is_some()) {
        Cow::Owned(text.chars().map(|letter| latin_digit(letter).unwrap_or(letter)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

fn latin_digit(letter: char) -> Option<char> {
    let digit = match letter {
        '۰'..='۹' => letter as u32 - '۰' as u32,
        '٠'..='٩' => letter as u32 - '٠' as u32,
        _ => return None,
    };
    Some((b'0' + digit as u8) as char)
}

/// Marks that direct the writing or join nothing, without a shape of their own. The zero-width non-joiner counts only
/// at the ends of a text: inside, it parts words.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{061C}' | '\u{200B}' | '\u{200D}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// The text without white space and invisible marks around it.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{200C}' || is_invisible(letter))
}

/// What a person typed for a value in Latin digits, or that it is missing.
pub(super) fn typed<'a>(what: &'static str, text: &'a str) -> Result<Cow<'a, str>, InvalidValue> {
    match trimmed(text) {
        "" => Err(InvalidValue::missing(what)),
        text => Ok(latin_digits(text)),
    }
}

/// A name as it was entered, Persian or Latin: 1 to 200 characters, without white space or invisible marks around it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(Arc<str>);

canonical_value!(Name, "A name as it was entered.", { "minLength": 1, "maxLength": 200 });

/// The most characters of a name.
const LONGEST_NAME: usize = 200;

/// The most combining marks on one letter: more are in no orthography, and a pile of them hides what stands around it.
const MOST_MARKS: usize = 4;

impl Name {
    /// Reads what a person typed or a file holds: a line break or tab inside becomes a space, other control characters
    /// and piles of combining marks are refused.
    pub fn parse(text: &str) -> Result<Name, InvalidValue> {
        Name::checked(&one_line(trimmed(text)))
    }

    /// The name as it was entered.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn checked(text: &str) -> Result<Name, InvalidValue> {
        check_text(Name::WHAT, text, LONGEST_NAME)?;
        Ok(Name(text.into()))
    }
}

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Canonical for Name {
    const WHAT: &'static str = "name";

    fn read(text: &str) -> Result<Name, InvalidValue> {
        if trimmed(text).len() != text.len() {
            return Err(InvalidValue::format(Name::WHAT, "has white space or invisible marks around it"));
        }
        Name::checked(text)
    }

    fn text<'a>(&'a self, _: &'a mut Buffer) -> &'a str {
        &self.0
    }
}

/// The text with each line break or tab as one space.
fn one_line(text: &str) -> Cow<'_, str> {
    if text.contains(['\t', '\n', '\r', '\u{2028}', '\u{2029}']) {
        Cow::Owned(text.replace("\r\n", " ").replace(['\t', '\n', '\r', '\u{2028}', '\u{2029}'], " "))
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether a trimmed text has 1 to `longest` characters, something to see among them, no control character, and no
/// pile of combining marks.
fn check_text(what: &'static str, text: &str, longest: usize) -> Result<(), InvalidValue> {
    let (mut length, mut marks, mut visible) = (0, 0, false);
    for letter in text.chars() {
        length += 1;
        if length > longest {
            return Err(InvalidValue::new(
                what,
                InvalidKind::TooLong,
                format!("has more than {longest} characters"),
            ));
        }
        if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') {
            let reason = format!("has the control character U+{:04X}", letter as u32);
            return Err(InvalidValue::new(what, InvalidKind::Character, reason));
        }
        if letter.is_ascii() || !is_combining_mark(letter) {
            marks = 0;
            visible |= !letter.is_whitespace()
                && !matches!(letter, '\u{200C}' | '\u{0640}')
                && !is_invisible(letter);
        } else {
            marks += 1;
            if marks > MOST_MARKS {
                let reason = format!("has more than {MOST_MARKS} combining marks in a row");
                return Err(InvalidValue::new(what, InvalidKind::Character, reason));
            }
        }
    }
    if visible { Ok(()) } else { Err(InvalidValue::missing(what)) }
}
