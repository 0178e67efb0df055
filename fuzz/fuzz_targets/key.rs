//! Any bytes as a private key file, and as the certificate of a good key.
#![no_main]

use libfuzzer_sys::fuzz_target;
use websocket::fuzzing::{is_of_the_kind_of, to_pkcs8};

/// An Ed25519 key made for this purpose; nobody trusts it.
const KEY: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f
-----END PRIVATE KEY-----
";

fuzz_target!(|data: &[u8]| {
    if let Ok(pem) = to_pkcs8(data, Some(b"secret")) {
        assert!(pem.starts_with("-----BEGIN PRIVATE KEY-----\n"));
        let _ = is_of_the_kind_of(&pem, data);
    }
    let _ = to_pkcs8(data, None);
    let _ = is_of_the_kind_of(KEY, data);
});
