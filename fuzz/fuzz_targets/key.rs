//! Any bytes as a private key file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use websocket::net::key::to_pkcs8;

fuzz_target!(|data: &[u8]| {
    if let Ok(pem) = to_pkcs8(data, Some("secret")) {
        assert!(pem.starts_with("-----BEGIN PRIVATE KEY-----\n"));
    }
    let _ = to_pkcs8(data, None);
});
