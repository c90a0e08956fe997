//! [`daftar_fuzz::event_line`], driven by libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| daftar_fuzz::event_line(bytes));
