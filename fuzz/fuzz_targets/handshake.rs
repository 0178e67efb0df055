//! Any bytes as the server's answer, whole and growing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use websocket::fuzzing::{Answer, Body, Options, Settings, handshake};

const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

fuzz_target!(|data: &[u8]| {
    let [first, data @ ..] = data else { return };
    let compression = (first & 1 != 0).then(|| Settings {
        context_takeover: first & 2 != 0,
        window_bits: if first & 4 != 0 { 15 } else { 10 },
        ..Settings::default()
    });
    let options = Options { compression, ..Options::default() };
    for end in [data.len() / 2, data.len()] {
        match handshake::answer(&data[..end], &options, KEY) {
            Ok(Some(Answer::Accepted(accepted))) => {
                assert!(accepted.head <= end);
                assert_eq!(accepted.subprotocol, None, "none was offered");
                assert!(accepted.deflate.is_none() || compression.is_some(), "not offered");
                assert!(accepted.deflate.is_none_or(|deflate| (8..=15).contains(&deflate.client_window_bits)));
            }
            Ok(Some(Answer::Refused(refusal))) => {
                let (mut whole, mut pieces) = (Body::new(&refusal.framing, false), Body::new(&refusal.framing, false));
                whole.push(&data[refusal.head..]);
                data[refusal.head..].chunks(3).for_each(|piece| pieces.push(piece));
                assert_eq!(whole.is_complete(), pieces.is_complete());
                assert!(whole.first_line().is_none_or(|line| !line.contains(char::is_control)));
            }
            _ => {}
        }
    }
});
