//! Which encoding a text file has.
//!
//! A byte order mark decides; else bytes that are valid UTF-8 to the end of the file are UTF-8; else the legacy code
//! pages of Persian and Arabic desktops are considered, and nothing else: a name that would be mangled is never right.

use super::{FileError, unreadable};
use crate::cli::import::code;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_8859_6, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1256};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Of a hundred characters beyond ASCII, how many may be broken before a file no longer counts as UTF-8.
const BROKEN_PERCENT: u64 = 5;
/// Western text has few letters beyond ASCII; a file with more of them, in percent of its bytes, isn't Western.
const WESTERN_PERCENT: u64 = 10;

/// Reads the whole file once, in bounded memory.
///
/// # Errors
/// `BAD_ENCODING` when no encoding is certain enough, `UNREADABLE_FILE` when the file can't be read.
pub(super) fn detect(path: &Path) -> Result<&'static Encoding, FileError> {
    let mut file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let mut survey = Survey::new();
    let mut buffer = vec![0; 1 << 16];
    let mut first = true;
    loop {
        let read = fill(&mut file, &mut buffer).map_err(|error| unreadable(path, &error))?;
        let chunk = &buffer[..read];
        if first {
            first = false;
            if chunk.starts_with(&[0xFF, 0xFE, 0, 0]) || chunk.starts_with(&[0, 0, 0xFE, 0xFF]) {
                return Err(refused("UTF-32"));
            }
            if let Some((encoding, _)) = Encoding::for_bom(chunk) {
                return Ok(encoding);
            }
            if let Some(encoding) = unmarked_utf16(&chunk[..read.min(4096)]) {
                return Ok(encoding);
            }
        }
        survey.take(chunk, read < buffer.len());
        if read < buffer.len() {
            return survey.verdict();
        }
    }
}

fn fill(file: &mut File, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

fn refused(what: &str) -> FileError {
    let text = format!("The file's encoding is {what}, which is not read: save it as UTF-8.");
    FileError::new(code::BAD_ENCODING, text)
}

/// UTF-16 without a mark shows by the zero bytes of its digits and separators, which stand on one side only.
fn unmarked_utf16(start: &[u8]) -> Option<&'static Encoding> {
    let zeros = |parity: usize| start.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let many = start.len() / 2 / 10;
    match () {
        () if start.len() < 16 => None,
        () if even > many && odd * 20 < even => Some(UTF_16BE),
        () if odd > many && even * 20 < odd => Some(UTF_16LE),
        () => None,
    }
}

/// What one pass over the bytes finds out.
struct Survey {
    detector: EncodingDetector,
    carry: Vec<u8>,
    bytes: u64,
    beyond_ascii: u64,
    valid: u64,
    broken: u64,
}

impl Survey {
    fn new() -> Self {
        let detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        Survey { detector, carry: Vec::new(), bytes: 0, beyond_ascii: 0, valid: 0, broken: 0 }
    }

    fn take(&mut self, chunk: &[u8], last: bool) {
        self.detector.feed(chunk, last);
        self.bytes += chunk.len() as u64;
        self.beyond_ascii += chunk.iter().filter(|byte| !byte.is_ascii()).count() as u64;
        let mut pending = std::mem::take(&mut self.carry);
        pending.extend_from_slice(chunk);
        let mut rest = pending.as_slice();
        loop {
            match std::str::from_utf8(rest) {
                Ok(text) => return self.count(text),
                Err(error) => {
                    let (text, tail) = rest.split_at(error.valid_up_to());
                    self.count(std::str::from_utf8(text).expect("the decoder said so"));
                    match error.error_len() {
                        Some(length) => {
                            self.broken += 1;
                            rest = &tail[length..];
                        }
                        None if last => {
                            self.broken += 1;
                            return;
                        }
                        None => {
                            self.carry = tail.to_vec();
                            return;
                        }
                    }
                }
            }
        }
    }

    fn count(&mut self, text: &str) {
        self.valid += text.chars().filter(|c| !c.is_ascii()).count() as u64;
    }

    fn verdict(self) -> Result<&'static Encoding, FileError> {
        if self.broken == 0 || self.broken * 100 <= (self.valid + self.broken) * BROKEN_PERCENT {
            return Ok(UTF_8);
        }
        let guess = self.detector.guess(None, Utf8Detection::Deny);
        if guess == WINDOWS_1256 || guess == ISO_8859_6 {
            return Ok(guess);
        }
        if guess == WINDOWS_1252 && self.beyond_ascii * 100 <= self.bytes * WESTERN_PERCENT {
            return Ok(guess);
        }
        Err(refused(&format!("neither UTF-8 nor Windows-1256 (it looks like {})", guess.name())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &[u8]) -> Result<&'static Encoding, FileError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        detect(file.path())
    }

    #[test]
    fn marks_decide() {
        assert_eq!(of("\u{FEFF}کد,نام".as_bytes()), Ok(UTF_8));
        assert_eq!(of(&[0xFF, 0xFE, b'a', 0]), Ok(UTF_16LE));
        assert_eq!(of(&[0xFE, 0xFF, 0, b'a']), Ok(UTF_16BE));
        assert_eq!(of(&[0xFF, 0xFE, 0, 0, b'a', 0, 0, 0]).unwrap_err().code, code::BAD_ENCODING);
    }

    #[test]
    fn utf16_without_a_mark() {
        let units: Vec<u16> = "code,name\nIR-10-001,شهرک صنعتی\n".encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        assert_eq!(of(&little), Ok(UTF_16LE));
        assert_eq!(of(&big), Ok(UTF_16BE));
    }

    #[test]
    fn a_broken_character_leaves_utf8() {
        let mut bytes = "شهرک صنعتی شماره دوازده در استان اصفهان".as_bytes().to_vec();
        bytes.truncate(bytes.len() - 1);
        assert_eq!(of(&bytes), Ok(UTF_8));
    }

    #[test]
    fn a_character_across_two_reads_is_whole() {
        let mut bytes = vec![b'a'; (1 << 16) - 1];
        bytes.extend_from_slice("شهرک".as_bytes());
        assert_eq!(of(&bytes), Ok(UTF_8));
    }

    #[test]
    fn legacy_code_pages() {
        let (bytes, _, _) =
            WINDOWS_1256.encode("كد,نام\nIR-10-001,شهرك صنعتي اصفهان\nIR-10-002,شهرك صنعتي نايين\n");
        assert_eq!(of(&bytes), Ok(WINDOWS_1256));
        let cyrillic =
            encoding_rs::WINDOWS_1251.encode("код,имя\nIR-10-001,промышленный парк Исфахан\n").0.to_vec();
        assert_eq!(of(&cyrillic).unwrap_err().code, code::BAD_ENCODING);
    }
}
