//! Any bytes as the server's answer, whole and growing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use websocket::{handshake, options::Options};

const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

fuzz_target!(|data: &[u8]| {
    let options = Options::default();
    for end in [data.len() / 2, data.len()] {
        if let Ok(Some(accepted)) = handshake::answer(&data[..end], &options, KEY) {
            assert!(accepted.head <= end);
            assert_eq!(accepted.subprotocol, None, "none was offered");
        }
    }
    if let Some(head) = handshake::head_length(data) {
        let _ = handshake::first_line(&data[head..]);
    }
});
