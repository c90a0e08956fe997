//! What an import is willing to read.
//!
//! Every bound that reading a file has stands here with its default; nothing in the reader may grow with a file
//! unless one of these bounds it.

/// The bounds of one import. The defaults fit a file of a million rows and refuse what no office would send.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Largest file, in bytes as stored.
    pub file_bytes: u64,
    /// How much of a file's beginning is looked at to find its delimiter and header, in bytes as stored.
    pub preview_bytes: usize,
    /// The header must lie within this many of the first rows that are not blank.
    pub header_within_rows: usize,
    /// Most rows, blank ones not counted.
    pub rows: u64,
    /// Cells to the right of this many columns are not read.
    pub columns: usize,
    /// Longest cell that is kept, in characters; a longer one is known only to be too long.
    pub cell_chars: usize,
    /// Longest row of a text file, in bytes after decoding.
    pub row_bytes: usize,
    /// Most line breaks inside the quoted cells of one row: one more means that a quote was never closed.
    pub quoted_lines: usize,
    /// Most parts of a workbook (entries of the archive).
    pub parts: usize,
    /// Largest part of a workbook, in bytes after inflating.
    pub part_bytes: u64,
    /// All parts of a workbook together, in bytes after inflating.
    pub inflated_bytes: u64,
    /// Largest growth by inflating of a part that is bigger than `inflate_free_bytes`.
    pub inflate_ratio: u64,
    /// A part up to this size may have any inflate ratio, in bytes.
    pub inflate_free_bytes: u64,
    /// Largest table of shared strings, in bytes after inflating: the workbook reader holds it in memory.
    pub shared_string_bytes: u64,
    /// Most shared strings of a workbook.
    pub shared_strings: u64,
    /// Longest run of a workbook's XML without a tag, and longest inline string, in bytes.
    pub text_bytes: u64,
    /// Most merged regions of a workbook.
    pub merges: u64,
    /// Rows that are read ahead of the one being recorded.
    pub rows_ahead: usize,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: u64 = 1 << 20;
        Limits {
            file_bytes: 4096 * MIB,
            preview_bytes: 1 << 20,
            header_within_rows: 40,
            rows: 10_000_000,
            columns: 256,
            cell_chars: 4096,
            row_bytes: 2 << 20,
            quoted_lines: 64,
            parts: 4096,
            part_bytes: 1000 * MIB,
            inflated_bytes: 2000 * MIB,
            inflate_ratio: 100,
            inflate_free_bytes: 16 * MIB,
            shared_string_bytes: 256 * MIB,
            shared_strings: 4_000_000,
            text_bytes: 4 * MIB,
            merges: 200_000,
            rows_ahead: 2048,
        }
    }
}
