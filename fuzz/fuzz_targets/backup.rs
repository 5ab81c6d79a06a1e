#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    twoken_fuzz::targets::backup(bytes);
});
