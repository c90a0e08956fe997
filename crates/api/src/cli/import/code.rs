//! The codes of trouble that is found by reading; broken rules keep the codes of the domain.

/// A file without bytes, or with nothing but white space.
pub const EMPTY_FILE: &str = "EMPTY_FILE";
/// A file whose first rows hold no header of the kind.
pub const UNKNOWN_HEADER: &str = "UNKNOWN_HEADER";
/// A text whose encoding is none that is read.
pub const BAD_ENCODING: &str = "BAD_ENCODING";
/// A file that is damaged, of another format, or can't be opened.
pub const UNREADABLE_FILE: &str = "UNREADABLE_FILE";
/// A sheet that the file doesn't have.
pub const SHEET_AMBIGUOUS: &str = "SHEET_AMBIGUOUS";
/// A file, part, row or text beyond a bound of `Limits`.
pub const TOO_LARGE: &str = "TOO_LARGE";
/// A file or row that ends before its end.
pub const TRUNCATED: &str = "TRUNCATED";

/// The registry stopped answering; the same import again goes on where it stopped.
pub const UNAVAILABLE: &str = "UNAVAILABLE";

/// An empty cell where a value is needed.
pub const MISSING_FIELD: &str = "MISSING_FIELD";
/// A date that doesn't exist, or no date.
pub const INVALID_DATE: &str = "INVALID_DATE";
/// A date with several readings.
pub const AMBIGUOUS_DATE: &str = "AMBIGUOUS_DATE";
/// No number, or none that the column takes.
pub const INVALID_NUMBER: &str = "INVALID_NUMBER";
/// A word that the column doesn't know.
pub const INVALID_VALUE: &str = "INVALID_VALUE";
/// A control character, a broken character, or a pile of marks.
pub const INVALID_CHARACTER: &str = "INVALID_CHARACTER";
/// A text beyond the length of its field.
pub const FIELD_TOO_LONG: &str = "FIELD_TOO_LONG";
/// An identifier or code that is none.
pub const INVALID_IDENTIFIER: &str = "INVALID_IDENTIFIER";
/// A number that a spreadsheet has rounded.
pub const PRECISION_LOST: &str = "PRECISION_LOST";
/// An error cell such as `#N/A`.
pub const ERROR_CELL: &str = "ERROR_CELL";
/// A formula whose result isn't stored.
pub const FORMULA: &str = "FORMULA";
/// More cells than the header has columns.
pub const WRONG_COLUMN_COUNT: &str = "WRONG_COLUMN_COUNT";
/// A quote that never closes, or closes in the middle of its cell.
pub const BAD_QUOTE: &str = "BAD_QUOTE";
/// A reference to something that isn't recorded.
pub const UNKNOWN_REFERENCE: &str = "UNKNOWN_REFERENCE";
/// The same row twice in a file.
pub const DUPLICATE_ROW: &str = "DUPLICATE_ROW";
/// Something recorded differs from the row.
pub const CONFLICTING_DATA: &str = "CONFLICTING_DATA";
