//! The pass before the parser: how long a text is, how many tokens it has, how deep it nests.
//!
//! It reads each byte once and knows only what separates tokens; what is no GraphQL is left to the parser.

use super::TooMuch;
use crate::config::GraphQl;
use crate::error::Fault;

/// Bounds a text.
///
/// # Errors
/// DOCUMENT_TOO_LARGE, with the bound that is passed.
pub fn check(text: &str, limits: &GraphQl) -> Result<(), TooMuch> {
    let refuse = |what: &str, most: usize| {
        let message = format!("the document has more than {most} {what}; large values go into variables");
        Err(TooMuch { fault: Fault::DocumentTooLarge, message })
    };
    if text.len() > limits.document_max_bytes {
        return refuse("bytes", limits.document_max_bytes);
    }
    let (mut tokens, mut nesting) = (0_usize, 0_usize);
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let rest = &bytes[at..];
        let length = match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => {
                at += 1;
                continue;
            }
            b'#' => {
                at += rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
                continue;
            }
            b'"' => string(rest),
            b'.' if rest.starts_with(b"...") => 3,
            b'{' | b'(' | b'[' => {
                nesting += 1;
                1
            }
            b'}' | b')' | b']' => {
                nesting = nesting.saturating_sub(1);
                1
            }
            _ if in_word(byte) => word(rest),
            _ => 1,
        };
        at += length;
        tokens += 1;
        if tokens > limits.tokens_max {
            return refuse("tokens", limits.tokens_max);
        }
        if nesting > limits.nesting_max {
            return refuse("levels of nesting", limits.nesting_max);
        }
    }
    Ok(())
}

/// Names and numbers, and the bytes of other scripts, which only strings and comments may have.
fn in_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | 0x80..)
}

/// The length of the name or number that a text begins with.
fn word(text: &[u8]) -> usize {
    let digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
    let ends =
        |(at, byte): (usize, &u8)| !(in_word(*byte) || *byte == b'.' && digit(at - 1) && digit(at + 1));
    text.iter().enumerate().position(ends).unwrap_or(text.len())
}

/// The length of the string that a text begins with; up to the end when it does not end.
fn string(text: &[u8]) -> usize {
    let block = text.starts_with(b"\"\"\"");
    let mut at = if block { 3 } else { 1 };
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\\' if !block => at += 2,
            b'\\' if text[at..].starts_with(b"\\\"\"\"") => at += 4,
            b'"' if !block => return at + 1,
            b'"' if text[at..].starts_with(b"\"\"\"") => return at + 3,
            b'\n' | b'\r' if !block => return at,
            _ => at += 1,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(text: &str, tokens_max: usize, nesting_max: usize) -> bool {
        check(text, &GraphQl { tokens_max, nesting_max, document_max_bytes: 200, ..GraphQl::default() })
            .is_ok()
    }

    #[test]
    fn tokens_are_counted_as_the_grammar_separates_them() {
        for (text, tokens) in [
            ("", 0),
            (" ,\u{20}\t\n# { a comment { \"\n", 0),
            ("{a}", 3),
            ("query Q($x:[Int!]=-1.5e3){a:b(c:$x)...F@d}", 28),
            ("{a(b:\"x } \\\" { y\",c:\"\"\"z \\\"\"\" \" {{ \"\"\")}", 11),
            ("\"not ended { { {", 1),
            ("\"\"\"not ended { \\", 1),
            ("{نام}", 3),
        ] {
            assert!(passes(text, tokens, 9), "{text}: more than {tokens}");
            assert!(tokens == 0 || !passes(text, tokens - 1, 9), "{text}: fewer than {tokens}");
        }
    }

    #[test]
    fn nesting_is_that_of_open_brackets() {
        assert!(passes("{a{b(c:[1])}}", 99, 4) && !passes("{a{b(c:[1])}}", 99, 3));
        assert!(passes("}}}}{a}", 99, 1), "what closes nothing opens nothing");
        assert!(passes(&"{a}".repeat(40), 999, 1));
    }

    #[test]
    fn the_refusal_names_the_bound() {
        let told = |text: &str| check(text, &GraphQl::default()).map_err(|refused| refused.message);
        assert_eq!(told(&" ".repeat(65_536)), Ok(()));
        let expected = "the document has more than 65536 bytes; large values go into variables";
        assert_eq!(told(&" ".repeat(65_537)), Err(expected.to_owned()));
        assert!(told(&"a ".repeat(4_001)).is_err_and(|message| message.contains("4000 tokens")));
        assert!(told(&"[".repeat(65)).is_err_and(|message| message.contains("64 levels of nesting")));
    }
}
