//! The opening handshake (RFC 6455 section 4) as bytes out and bytes in; no sockets here.

use data_encoding::BASE64;
use tungstenite::handshake::derive_accept_key;

use super::{deflate::Agreement, endpoint::Endpoint, options::Options, refusal::Framing};

/// Longest answer head in bytes; a server that sends more is refused.
pub const MAX_HEAD: usize = 16 * 1024;

/// Most header lines in an answer.
const MAX_HEADERS: usize = 100;

/// Why an answer is neither an acceptance nor a refusal. Each text names what the server sent.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum HandshakeError {
    /// Not HTTP/1.1 at all: some other service.
    #[error("the server's answer is not HTTP: {0}")]
    NotHttp(String),
    /// More than [`MAX_HEAD`] bytes or 100 lines of headers.
    #[error("the server's answer has more than {MAX_HEAD} bytes or {MAX_HEADERS} lines of headers")]
    TooLong,
    /// Status 101, but a header breaks section 4.1.
    #[error("the server's handshake is wrong: {0}")]
    Invalid(String),
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
        let credentials = [user.as_slice(), b":", password].concat();
        line(&[b"Authorization: Basic ", BASE64.encode(&credentials).as_bytes()]);
    }
    for (name, value) in &options.headers {
        line(&[name.as_bytes(), b": ", value]);
    }
    line(&[]);
    head
}

/// What the server decided.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// Status 101, as section 4.1 asks for it.
    Accepted(Accepted),
    /// Another final status.
    Refused(Refusal),
}

/// An accepted handshake.
#[derive(Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Length of the head; the first frames follow it.
    pub head: usize,
    /// The subprotocol that the server chose.
    pub subprotocol: Option<String>,
    /// permessage-deflate, if the server turned it on.
    pub deflate: Option<Agreement>,
}

/// An answer with another status than 101.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status code.
    pub status: u16,
    /// Reason phrase.
    pub reason: String,
    /// `Location` header; redirects are not followed.
    pub location: Option<String>,
    /// Length of the head; the body follows it.
    pub head: usize,
    /// Where the body ends.
    pub framing: Framing,
    /// The body has a `Content-Encoding`.
    pub is_coded: bool,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the server answered {} {}", self.status, self.reason)?;
        match &self.location {
            Some(to) => write!(f, " (to {to}; redirects are not followed)"),
            None => Ok(()),
        }
    }
}

/// Looks at all bytes that have arrived so far: `Ok(None)` means that the head of the final answer
/// is not complete yet. Interim answers (1xx, RFC 9110 section 15.2) before it are skipped.
///
/// # Errors
/// See [`HandshakeError`].
pub fn answer(received: &[u8], options: &Options, key: &str) -> Result<Option<Answer>, HandshakeError> {
    let mut start = 0;
    loop {
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut response = httparse::Response::new(&mut headers);
        let end = match response.parse(&received[start..]) {
            Ok(httparse::Status::Complete(head)) => start + head,
            Ok(httparse::Status::Partial) if received.len() < MAX_HEAD => return Ok(None),
            Ok(httparse::Status::Partial) | Err(httparse::Error::TooManyHeaders) => {
                return Err(HandshakeError::TooLong);
            }
            // A TLS alert record (RFC 8446 section 5.1) is the answer to a plain request.
            Err(_) if received.starts_with(&[0x15, 0x03]) => {
                return Err(HandshakeError::NotHttp("it speaks TLS; use wss://".into()));
            }
            Err(error) => {
                let begin = String::from_utf8_lossy(&received[start..received.len().min(start + 40)]).into_owned();
                return Err(HandshakeError::NotHttp(format!("it starts with {begin:?} ({error})")));
            }
        };
        let head = Head { status: response.code.unwrap_or_default(), headers: response.headers };
        match head.status {
            101 if response.version == Some(1) => {
                let (subprotocol, deflate) = head.check(options, key)?;
                return Ok(Some(Answer::Accepted(Accepted { head: end, subprotocol, deflate })));
            }
            101 => return Err(HandshakeError::NotHttp("HTTP/1.0 cannot upgrade".into())),
            100..=199 if end > MAX_HEAD => return Err(HandshakeError::TooLong),
            100..=199 => start = end,
            status => {
                return Ok(Some(Answer::Refused(Refusal {
                    status,
                    reason: printable(response.reason.unwrap_or_default()),
                    location: head.values("location").next().map(text),
                    head: end,
                    framing: head.framing(),
                    is_coded: head.elements("content-encoding").any(|coding| !coding.eq_ignore_ascii_case(b"identity")),
                })));
            }
        }
    }
}

/// The parsed head of an answer.
struct Head<'a> {
    status: u16,
    headers: &'a [httparse::Header<'a>],
}

impl<'a> Head<'a> {
    /// The value of each line with this header.
    fn values(&self, name: &'static str) -> impl Iterator<Item = &'a [u8]> {
        let lines = self.headers.iter().filter(move |header| header.name.eq_ignore_ascii_case(name));
        lines.map(|header| header.value.trim_ascii())
    }

    /// The elements of a header that is a list (RFC 9110 section 5.6.1), over all its lines: split
    /// at commas outside quotes, empty ones left out.
    fn elements(&self, name: &'static str) -> impl Iterator<Item = &'a [u8]> {
        let split = |value: &'a [u8]| {
            let (mut is_quoted, mut is_escaped) = (false, false);
            value.split(move |byte| {
                match byte {
                    _ if is_escaped => is_escaped = false,
                    b'\\' if is_quoted => is_escaped = true,
                    b'"' => is_quoted = !is_quoted,
                    _ => {}
                }
                *byte == b',' && !is_quoted
            })
        };
        self.values(name).flat_map(split).map(<[u8]>::trim_ascii).filter(|element| !element.is_empty())
    }

    fn has_token(&self, name: &'static str, token: &str) -> bool {
        self.elements(name).any(|element| element.eq_ignore_ascii_case(token.as_bytes()))
    }

    /// The value of a header that an answer has at most once.
    fn single(&self, name: &'static str) -> Result<Option<&'a [u8]>, HandshakeError> {
        let mut values = self.values(name);
        match (values.next(), values.next()) {
            (_, Some(_)) => Err(HandshakeError::Invalid(format!("more than one header {name}"))),
            (value, None) => Ok(value),
        }
    }

    /// Judges an answer with status 101 by RFC 6455 section 4.1; returns the subprotocol and what was
    /// agreed on permessage-deflate.
    fn check(&self, options: &Options, key: &str) -> Result<(Option<String>, Option<Agreement>), HandshakeError> {
        let invalid = |text: String| Err(HandshakeError::Invalid(text));
        if !self.has_token("upgrade", "websocket") {
            return invalid("no header \"Upgrade: websocket\"".into());
        }
        if !self.has_token("connection", "upgrade") {
            return invalid("no header \"Connection: Upgrade\"".into());
        }
        // Section 11.3.3: at most once in an answer.
        match self.single("Sec-WebSocket-Accept")? {
            None => return invalid("no header Sec-WebSocket-Accept".into()),
            Some(accept) if accept != derive_accept_key(key.as_bytes()).as_bytes() => {
                return invalid(format!("Sec-WebSocket-Accept \"{}\" does not answer our key", text(accept)));
            }
            Some(_) => {}
        }
        // Section 9.1: the list may be split over several lines.
        let extensions: Vec<&[u8]> = self.elements("Sec-WebSocket-Extensions").collect();
        let deflate = match &options.compression {
            Some(compression) => Agreement::from_answer(compression, &extensions)
                .map_err(|problem| HandshakeError::Invalid(printable(&problem)))?,
            None if extensions.is_empty() => None,
            None => {
                let extensions = text(&extensions.join(&b", "[..]));
                return invalid(format!("it turned on extensions nobody asked for: \"{extensions}\""));
            }
        };
        // Section 11.3.4: at most once in an answer.
        let subprotocol = self.single("Sec-WebSocket-Protocol")?.map(text);
        if let Some(chosen) = &subprotocol
            && !options.subprotocols.contains(chosen)
        {
            return invalid(format!("it chose the subprotocol \"{chosen}\", which was not offered"));
        }
        Ok((subprotocol, deflate))
    }

    /// Where the body of this answer ends (RFC 9112 section 6.3).
    fn framing(&self) -> Framing {
        if matches!(self.status, 204 | 304) {
            return Framing::Length(0);
        }
        if let Some(coding) = self.elements("transfer-encoding").last() {
            let is_chunked = coding.eq_ignore_ascii_case(b"chunked");
            return if is_chunked { Framing::Chunked } else { Framing::UntilClose };
        }
        let mut lengths = self.elements("content-length").map(|value| std::str::from_utf8(value).ok()?.parse().ok());
        match lengths.next().flatten() {
            Some(length) if lengths.all(|other| other == Some(length)) => Framing::Length(length),
            _ => Framing::UntilClose,
        }
    }
}

/// A header value for a message.
fn text(value: &[u8]) -> String {
    printable(&String::from_utf8_lossy(value))
}

/// Text from the network as it may be shown: characters that control a terminal, break the line or
/// reverse the direction of writing are replaced by U+FFFD.
pub fn printable(text: &str) -> String {
    let is_harmful = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if is_harmful(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
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

    fn judge(text: &str) -> Result<Option<Answer>, HandshakeError> {
        let mut options = Options::default();
        options.add_subprotocol("chat").unwrap();
        answer(text.as_bytes(), &options, KEY)
    }

    fn refusal(text: &str) -> Refusal {
        match judge(text) {
            Ok(Some(Answer::Refused(refusal))) => refusal,
            other => panic!("{other:?}"),
        }
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
        assert_eq!(
            whole,
            Answer::Accepted(Accepted { head: text.len(), subprotocol: Some("chat".into()), deflate: None })
        );
    }

    #[test]
    fn refusals_name_the_status() {
        let refused = refusal("HTTP/1.1 301 Moved\r\nLocation: ws://x/\u{9b}\r\n\r\n").to_string();
        assert_eq!(refused, "the server answered 301 Moved (to ws://x/\u{fffd}; redirects are not followed)");
        assert_eq!(refusal("HTTP/1.0 200 OK\r\n\r\n").status, 200);
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
            accepted("Sec-WebSocket-Extensions: \r\nsec-websocket-extensions: , permessage-deflate\r\n"),
            accepted(&format!("Sec-WebSocket-Accept: {ACCEPT}\r\n")),
            accepted("Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: chat\r\n"),
            accepted("Sec-WebSocket-Protocol: \r\n"),
            accepted("Sec-WebSocket-Protocol: other\r\n"),
        ];
        for text in wrong {
            assert!(matches!(judge(&text), Err(HandshakeError::Invalid(_))), "{text}");
        }
    }

    #[test]
    fn extensions_are_one_list_over_all_lines() {
        let lines = "Sec-WebSocket-Extensions: a; x=\"1,\\\"2\", b\r\nSec-WebSocket-Extensions:\r\nsec-websocket-extensions: ,c\r\n";
        let error = judge(&accepted(lines)).unwrap_err().to_string();
        assert!(error.ends_with("\"a; x=\"1,\\\"2\", b, c\""), "{error}");
        assert!(judge(&accepted("Sec-WebSocket-Extensions: , \r\n")).is_ok());
    }

    #[test]
    fn an_endless_head_is_refused() {
        let endless = format!("HTTP/1.1 101 X\r\nA: {}", "x".repeat(MAX_HEAD));
        assert_eq!(judge(&endless), Err(HandshakeError::TooLong));
        let many = format!("HTTP/1.1 101 X\r\n{}", "A: b\r\n".repeat(150));
        assert_eq!(judge(&many), Err(HandshakeError::TooLong));
    }

    #[test]
    fn interim_answers_are_skipped_within_the_limits_of_a_head() {
        let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nA: b\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
        let text = format!("{interim}{}", accepted(""));
        for cut in 0..text.len() {
            assert_eq!(judge(&text[..cut]), Ok(None), "{cut}");
        }
        assert_eq!(
            judge(&text),
            Ok(Some(Answer::Accepted(Accepted { head: text.len(), subprotocol: None, deflate: None })))
        );
        assert_eq!(refusal(&format!("{interim}HTTP/1.1 404 No\r\n\r\nbody")).head, interim.len() + 19);
        assert_eq!(judge(&"HTTP/1.1 100 X\r\n\r\n".repeat(MAX_HEAD / 18 + 1)), Err(HandshakeError::TooLong));
        assert!(matches!(judge(&format!("{interim}SSH")), Err(HandshakeError::NotHttp(_))));
    }

    #[test]
    fn the_body_of_a_refusal_ends_where_its_headers_say() {
        let framing = |headers: &str| refusal(&format!("HTTP/1.1 400 No\r\n{headers}\r\n")).framing;
        assert_eq!(framing(""), Framing::UntilClose);
        assert_eq!(framing("Content-Length: 11\r\n"), Framing::Length(11));
        assert_eq!(framing("Content-Length: 11, 11\r\ncontent-length: 11\r\n"), Framing::Length(11));
        assert_eq!(framing("Content-Length: 11\r\nContent-Length: 12\r\n"), Framing::UntilClose);
        assert_eq!(framing("Content-Length: x\r\n"), Framing::UntilClose);
        assert_eq!(
            framing("Transfer-Encoding: gzip\r\nTransfer-Encoding: Chunked\r\nContent-Length: 5\r\n"),
            Framing::Chunked
        );
        assert_eq!(framing("Transfer-Encoding: gzip\r\n"), Framing::UntilClose);
        assert_eq!(refusal("HTTP/1.1 204 None\r\n\r\n").framing, Framing::Length(0));
        assert!(refusal("HTTP/1.1 400 No\r\nContent-Encoding: gzip\r\n\r\n").is_coded);
    }
}
