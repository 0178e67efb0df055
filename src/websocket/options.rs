//! The options of one WebSocket object.

use super::deflate;

/// The `options` table of `websocket.new`.
#[derive(Clone, Debug)]
pub struct Options {
    /// Request headers beside the handshake's own, in order.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Offered subprotocols in order of preference (RFC 6455 section 1.9).
    pub subprotocols: Vec<String>,
    /// Largest message in bytes, either way; a larger one from the peer fails the connection with
    /// close code 1009. Default 16 MiB.
    pub max_message_size: usize,
    /// Bound of what [`send`](crate::websocket::outbox::Outbox) keeps, in bytes. Default 1 MiB.
    pub queue_size: usize,
    /// permessage-deflate is offered (RFC 7692). Default: it is not.
    pub compression: Option<deflate::Settings>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            headers: Vec::new(),
            subprotocols: Vec::new(),
            max_message_size: 16 << 20,
            queue_size: 1 << 20,
            compression: None,
        }
    }
}

/// Headers that the handshake itself writes; a script may not set them a second time.
const OWN_HEADERS: [&str; 5] =
    ["connection", "upgrade", "sec-websocket-key", "sec-websocket-version", "sec-websocket-extensions"];

impl Options {
    /// Adds a request header.
    ///
    /// # Errors
    /// A name that is no token, a value with control characters (either could smuggle in further
    /// headers), or a header that belongs to the handshake.
    pub fn add_header(&mut self, name: &str, value: &[u8]) -> Result<(), String> {
        if !is_token(name) {
            return Err(format!("headers: \"{name}\" is not a header name"));
        }
        let lower = name.to_ascii_lowercase();
        if OWN_HEADERS.contains(&lower.as_str()) {
            return Err(format!("headers: \"{name}\" is set by the handshake itself"));
        }
        if lower == "sec-websocket-protocol" {
            return Err(format!("headers: use the option subprotocols instead of \"{name}\""));
        }
        if value.iter().any(|b| (*b < b' ' && *b != b'\t') || *b == 0x7f) {
            return Err(format!("headers: the value of \"{name}\" has control characters"));
        }
        self.headers.push((name.to_owned(), value.to_vec()));
        Ok(())
    }

    /// Offers a subprotocol.
    ///
    /// # Errors
    /// A name that is no token (RFC 6455 section 4.1), or one offered before.
    pub fn add_subprotocol(&mut self, name: &str) -> Result<(), String> {
        if !is_token(name) {
            return Err(format!("subprotocols: \"{name}\" is not a protocol name"));
        }
        if self.subprotocols.iter().any(|known| known == name) {
            return Err(format!("subprotocols: \"{name}\" is named twice"));
        }
        self.subprotocols.push(name.to_owned());
        Ok(())
    }
}

/// RFC 9110 section 5.6.2.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_cannot_smuggle_or_repeat_the_handshake() {
        let mut options = Options::default();
        assert!(options.add_header("X-Token", b"a b\xff").is_ok());
        assert!(options.add_header("X Token", b"a").is_err());
        assert!(options.add_header("X", b"a\r\nY: b").is_err());
        assert!(options.add_header("Upgrade", b"h2c").unwrap_err().contains("\"Upgrade\""));
        assert_eq!(options.headers.len(), 1);
    }

    #[test]
    fn subprotocols_are_unique_tokens() {
        let mut options = Options::default();
        assert!(options.add_subprotocol("mqtt").is_ok());
        assert!(options.add_subprotocol("mqtt").unwrap_err().contains("twice"));
        assert!(options.add_subprotocol("a, b").is_err());
    }
}
