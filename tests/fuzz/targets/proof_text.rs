//! [`daftar_fuzz::proof_text`], driven by libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| daftar_fuzz::proof_text(bytes));
