//! Any bytes as a WebSocket URL: what is accepted keeps its target and has a host.
#![no_main]

use libfuzzer_sys::fuzz_target;
use websocket::fuzzing::{Endpoint, Options, handshake};

fuzz_target!(|data: &[u8]| {
    if let Ok(endpoint) = Endpoint::parse(data) {
        assert!(!endpoint.host.is_empty() && endpoint.port != 0);
        assert!(endpoint.target.starts_with(b"/"));
        let request = handshake::request(&endpoint, &Options::default(), "dGhlIHNhbXBsZSBub25jZQ==");
        // One head, and nothing smuggled in after it.
        let end = request.windows(4).position(|window| window == b"\r\n\r\n");
        assert_eq!(end.map(|at| at + 4), Some(request.len()));
    } else if let Err(error) = Endpoint::parse(data) {
        // Anything before an "@" may be a password.
        let (text, at) = (error.to_string(), data.iter().rposition(|byte| *byte == b'@'));
        assert!(at.is_none() || text.contains("…@"), "{text}");
    }
});
