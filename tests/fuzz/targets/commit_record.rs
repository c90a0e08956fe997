//! [`daftar_fuzz::commit_record`], driven by libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| daftar_fuzz::commit_record(bytes));
