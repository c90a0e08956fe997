//! [`daftar_fuzz::import_file`], driven by libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| daftar_fuzz::import_file(bytes));
