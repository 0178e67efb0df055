//! The opening handshake (RFC 6455 section 4) as bytes out and bytes in; no sockets here.

use data_encoding::BASE64;
use tungstenite::handshake::derive_accept_key;

use crate::{deflate::Agreement, options::Options, url::Endpoint};

/// Longest answer head in bytes; a server that sends more is refused.
pub const MAX_HEAD: usize = 16 * 1024;

/// Most header lines in an answer.
const MAX_HEADERS: usize = 100;

/// Why an answer is no acceptance. Each text names what the server sent.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum HandshakeError {
    /// Not HTTP/1.1 at all: some other service.
    #[error("the server's answer is not HTTP: {0}")]
    NotHttp(String),
    /// More than [`MAX_HEAD`] bytes or 100 lines of headers.
    #[error("the server's answer has more than {MAX_HEAD} bytes or {MAX_HEADERS} lines of headers")]
    TooLong,
    /// Another status than 101. `location` is set for redirects, which are not followed.
    #[error("the server answered {status} {reason}{}", redirect(location))]
    Refused {
        /// HTTP status code.
        status: u16,
        /// Reason phrase.
        reason: String,
        /// `Location` header.
        location: Option<String>,
    },
    /// Status 101, but a header breaks section 4.1.
    #[error("the server's handshake is wrong: {0}")]
    Invalid(String),
}

fn redirect(location: &Option<String>) -> String {
    location.as_ref().map(|to| format!(" (to {to}; redirects are not followed)")).unwrap_or_default()
}

/// The request head for one attempt; `key` is the fresh `Sec-WebSocket-Key`.
pub fn request(endpoint: &Endpoint, options: &Options, key: &str) -> Vec<u8> {
    let mut head = Vec::with_capacity(256);
    let mut line = |parts: &[&[u8]]| {
        parts.iter().for_each(|part| head.extend_from_slice(part));
        head.extend_from_slice(b"\r\n");
    };
    let overridden = |name: &str| options.headers.iter().any(|(header, _)| header.eq_ignore_ascii_case(name));

    line(&[b"GET ", &endpoint.target, b" HTTP/1.1"]);
    if !overridden("host") {
        line(&[b"Host: ", endpoint.host_header().as_bytes()]);
    }
    line(&[b"Connection: Upgrade"]);
    line(&[b"Upgrade: websocket"]);
    line(&[b"Sec-WebSocket-Version: 13"]);
    line(&[b"Sec-WebSocket-Key: ", key.as_bytes()]);
    if !options.subprotocols.is_empty() {
        line(&[b"Sec-WebSocket-Protocol: ", options.subprotocols.join(", ").as_bytes()]);
    }
    if let Some(compression) = &options.compression {
        line(&[b"Sec-WebSocket-Extensions: ", compression.offer().as_bytes()]);
    }
    if let Some((user, password)) = &endpoint.credentials
        && !overridden("authorization")
    {
        line(&[b"Authorization: Basic ", BASE64.encode(format!("{user}:{password}").as_bytes()).as_bytes()]);
    }
    for (name, value) in &options.headers {
        line(&[name.as_bytes(), b": ", value]);
    }
    line(&[]);
    head
}

/// An accepted handshake.
#[derive(Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Length of the head; what follows is the first frames.
    pub head: usize,
    /// The subprotocol that the server chose.
    pub subprotocol: Option<String>,
    /// permessage-deflate, if the server turned it on.
    pub deflate: Option<Agreement>,
}

/// Looks at what has arrived so far: `Ok(None)` means that the head is not complete yet.
///
/// # Errors
/// See [`HandshakeError`].
pub fn answer(received: &[u8], options: &Options, key: &str) -> Result<Option<Accepted>, HandshakeError> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let head = match response.parse(received) {
        Ok(httparse::Status::Complete(head)) => head,
        Ok(httparse::Status::Partial) if received.len() < MAX_HEAD => return Ok(None),
        Ok(httparse::Status::Partial) | Err(httparse::Error::TooManyHeaders) => return Err(HandshakeError::TooLong),
        // A TLS alert record (RFC 8446 section 5.1) is the answer to a plain request.
        Err(_) if received.starts_with(&[0x15, 0x03]) => {
            return Err(HandshakeError::NotHttp("it speaks TLS; use wss://".into()));
        }
        Err(error) => {
            let start = String::from_utf8_lossy(&received[..received.len().min(40)]).into_owned();
            return Err(HandshakeError::NotHttp(format!("it starts with {start:?} ({error})")));
        }
    };
    let find = |name: &str| {
        let mut values = response.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
        values.next().map(|header| String::from_utf8_lossy(header.value).trim().to_owned())
    };
    let has_token = |name: &str, token: &str| {
        response
            .headers
            .iter()
            .filter(|header| header.name.eq_ignore_ascii_case(name))
            .flat_map(|header| header.value.split(|b| *b == b','))
            .any(|value| value.trim_ascii().eq_ignore_ascii_case(token.as_bytes()))
    };

    let status = response.code.unwrap_or_default();
    if status != 101 {
        return Err(HandshakeError::Refused {
            status,
            reason: response.reason.unwrap_or_default().to_owned(),
            location: find("location"),
        });
    }
    if response.version != Some(1) {
        return Err(HandshakeError::NotHttp("HTTP/1.0 cannot upgrade".into()));
    }
    let invalid = |text: String| Err(HandshakeError::Invalid(text));
    if !has_token("upgrade", "websocket") {
        return invalid("no header \"Upgrade: websocket\"".into());
    }
    if !has_token("connection", "upgrade") {
        return invalid("no header \"Connection: Upgrade\"".into());
    }
    match find("sec-websocket-accept") {
        None => return invalid("no header Sec-WebSocket-Accept".into()),
        Some(accept) if accept != derive_accept_key(key.as_bytes()) => {
            return invalid(format!("Sec-WebSocket-Accept \"{accept}\" does not answer our key"));
        }
        Some(_) => {}
    }
    let extensions =
        response.headers.iter().filter(|header| header.name.eq_ignore_ascii_case("sec-websocket-extensions"));
    let deflate = match Agreement::from_answer(options.compression.as_ref(), extensions.map(|header| header.value)) {
        Ok(deflate) => deflate,
        Err(problem) => return invalid(problem),
    };
    let subprotocol = find("sec-websocket-protocol");
    if let Some(chosen) = &subprotocol
        && !options.subprotocols.contains(chosen)
    {
        return invalid(format!("it chose the subprotocol \"{chosen}\", which was not offered"));
    }
    Ok(Some(Accepted { head, subprotocol, deflate }))
}

/// Length of a complete head in `received`, whatever it says.
pub fn head_length(received: &[u8]) -> Option<usize> {
    received.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4)
}

/// The first line of an error body, for a message: trimmed, at most 200 characters.
pub fn first_line(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    Some(line.chars().take(200).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key and its answer of RFC 6455 section 1.3.
    const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
    const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    fn endpoint(url: &str) -> Endpoint {
        Endpoint::parse(url.as_bytes()).unwrap()
    }

    fn accepted(extra: &str) -> String {
        format!(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Accept: {ACCEPT}\r\n{extra}\r\n"
        )
    }

    fn judge(text: &str) -> Result<Option<Accepted>, HandshakeError> {
        let mut options = Options::default();
        options.add_subprotocol("chat").unwrap();
        answer(text.as_bytes(), &options, KEY)
    }

    #[test]
    fn request_has_what_section_4_1_asks_for() {
        let mut options = Options::default();
        options.add_header("X-Device", b"air724").unwrap();
        options.add_subprotocol("a").unwrap();
        options.add_subprotocol("b").unwrap();
        let head = request(&endpoint("ws://Us:pw@H:8800/Path?q=%41"), &options, KEY);
        let text = String::from_utf8(head).unwrap();
        assert!(text.starts_with("GET /Path?q=%41 HTTP/1.1\r\nHost: h:8800\r\n"), "{text}");
        for line in [
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Protocol: a, b",
            "Authorization: Basic VXM6cHc=",
            "X-Device: air724",
        ] {
            assert!(text.contains(&format!("\r\n{line}\r\n")), "{line} in {text}");
        }
        assert!(text.ends_with("\r\n\r\n"));
    }

    #[test]
    fn a_scripts_own_host_and_authorization_win() {
        let mut options = Options::default();
        options.add_header("host", b"other").unwrap();
        options.add_header("Authorization", b"Bearer x").unwrap();
        let text = String::from_utf8(request(&endpoint("ws://u:p@h/"), &options, KEY)).unwrap();
        assert!(!text.contains("Host: h") && text.contains("host: other"), "{text}");
        assert!(!text.contains("Basic") && text.contains("Bearer x"), "{text}");
    }

    #[test]
    fn the_answer_may_come_in_any_pieces_and_bring_frames_along() {
        let text = accepted("Sec-WebSocket-Protocol: chat\r\n");
        for cut in 0..text.len() {
            assert_eq!(judge(&text[..cut]), Ok(None), "{cut}");
        }
        let whole = judge(&format!("{text}\u{1}frame")).unwrap().unwrap();
        assert_eq!(whole, Accepted { head: text.len(), subprotocol: Some("chat".into()), deflate: None });
    }

    #[test]
    fn refusals_name_the_status() {
        let refused = judge("HTTP/1.1 301 Moved\r\nLocation: ws://x/\r\n\r\n").unwrap_err().to_string();
        assert!(refused.contains("301 Moved") && refused.contains("ws://x/"), "{refused}");
        assert!(matches!(judge("HTTP/1.0 200 OK\r\n\r\n"), Err(HandshakeError::Refused { status: 200, .. })));
        let other = judge("SSH-2.0-OpenSSH\r\n").unwrap_err().to_string();
        assert!(other.contains("not HTTP") && other.contains("SSH-2.0"), "{other}");
        let tls = answer(b"\x15\x03\x01\x00\x02\x02\x28", &Options::default(), KEY).unwrap_err();
        assert!(tls.to_string().contains("use wss://"), "{tls}");
    }

    #[test]
    fn a_101_that_breaks_the_rules_is_refused() {
        let wrong = [
            accepted("").replace(ACCEPT, "AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
            accepted("").replace("Sec-WebSocket-Accept", "X"),
            accepted("").replace("WebSocket\r", "h2c\r"),
            accepted("").replace("keep-alive, Upgrade", "keep-alive"),
            accepted("Sec-WebSocket-Extensions: permessage-deflate\r\n"),
            accepted("Sec-WebSocket-Protocol: other\r\n"),
        ];
        for text in wrong {
            assert!(matches!(judge(&text), Err(HandshakeError::Invalid(_))), "{text}");
        }
    }

    #[test]
    fn an_endless_head_is_refused() {
        let endless = format!("HTTP/1.1 101 X\r\nA: {}", "x".repeat(MAX_HEAD));
        assert_eq!(judge(&endless), Err(HandshakeError::TooLong));
        let many = format!("HTTP/1.1 101 X\r\n{}", "A: b\r\n".repeat(150));
        assert_eq!(judge(&many), Err(HandshakeError::TooLong));
    }

    #[test]
    fn first_line_of_a_body() {
        assert_eq!(first_line(b"\r\n  no such room \nsecond"), Some("no such room".into()));
        assert_eq!(first_line(b" \n"), None);
    }
}
