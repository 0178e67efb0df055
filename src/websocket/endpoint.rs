//! WebSocket URLs (RFC 6455 section 3), without touching what the server will read.
//!
//! The authority is parsed by the `url` crate. Path and query are cut out of the original bytes
//! instead, because that crate normalises them (`/a/../b`, `%7e`) and a server may tell the
//! difference: they reach the request line byte for byte.

use percent_encoding::percent_decode;
use url::{Host, Url};

/// Where a WebSocket URL leads and what is asked for there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// `wss`: TLS before the upgrade.
    pub secure: bool,
    /// Lower-case host name, IPv4 address, or IPv6 address without brackets.
    pub host: String,
    /// TCP port; 80 for `ws` and 443 for `wss` unless the URL names one.
    pub port: u16,
    /// Path and query as written, `/` where the URL has none.
    pub target: Vec<u8>,
    /// Percent-decoded bytes of `user` and `password` in the URL, for Basic authorization (RFC
    /// 7617).
    pub credentials: Option<(Vec<u8>, Vec<u8>)>,
}

/// Why a text is no WebSocket URL. The display text quotes the URL, without what may be user and
/// password, and says what was expected.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("bad websocket URL \"{url}\": {problem}; expected ws://host[:port][/path][?query] or wss://…")]
pub struct UrlError {
    url: String,
    problem: String,
}

impl Endpoint {
    /// Parses an absolute `ws://` or `wss://` URL.
    ///
    /// # Errors
    /// Another scheme, no host, a bad port, a fragment (RFC 6455 section 3 forbids it), white
    /// space or control characters.
    pub fn parse(url: &[u8]) -> Result<Self, UrlError> {
        Self::parse_parts(url).map_err(|problem| UrlError { url: without_credentials(url), problem })
    }

    fn parse_parts(url: &[u8]) -> Result<Self, String> {
        if let Some(byte) = url.iter().find(|b| **b <= b' ' || **b == 0x7f) {
            return Err(format!("byte 0x{byte:02x} is not allowed"));
        }
        let scheme_end = find(url, b"://").ok_or("no scheme")?;
        let secure = match url[..scheme_end].to_ascii_lowercase().as_slice() {
            b"ws" => false,
            b"wss" => true,
            other => return Err(format!("unknown scheme \"{}\"", without_credentials(other))),
        };
        let rest = &url[scheme_end + 3..];
        let authority_end = rest.iter().position(|b| matches!(b, b'/' | b'?' | b'#')).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(authority_end);
        if target.contains(&b'#') {
            return Err("a fragment (#…) is not allowed".into());
        }
        let (user_info, authority) = match authority.iter().rposition(|b| *b == b'@') {
            Some(at) => (&authority[..at], &authority[at + 1..]),
            None => (&[][..], authority),
        };
        let authority = std::str::from_utf8(authority).map_err(|_| "the host is not UTF-8")?;
        if authority.contains('\\') {
            return Err("\"\\\" is not allowed in the host".into());
        }

        let scheme = if secure { "wss" } else { "ws" };
        let parsed = Url::parse(&format!("{scheme}://{authority}/")).map_err(|error| error.to_string())?;
        let host = match parsed.host().ok_or("no host")? {
            Host::Domain(name) => name.to_owned(),
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        };
        let port = match parsed.port_or_known_default() {
            Some(0) | None => return Err("port 0 cannot be connected to".into()),
            Some(port) => port,
        };
        let colon = user_info.iter().position(|b| *b == b':').unwrap_or(user_info.len());
        let (user, password) = user_info.split_at(colon);
        let (user, password) = (decode(user), decode(password.strip_prefix(b":").unwrap_or_default()));
        Ok(Endpoint {
            secure,
            host,
            port,
            target: match target.first() {
                None => b"/".to_vec(),
                Some(b'/') => target.to_vec(),
                Some(_) => [b"/", target].concat(),
            },
            credentials: (!user.is_empty() || !password.is_empty()).then_some((user, password)),
        })
    }

    /// The value of the `Host` header: the port only where it is not the scheme's own
    /// (RFC 9110 section 7.2), IPv6 addresses in brackets.
    pub fn host_header(&self) -> String {
        let host = self.bracketed_host();
        let default_port = if self.secure { 443 } else { 80 };
        if self.port == default_port { host } else { format!("{host}:{}", self.port) }
    }

    /// The URL for logs: without credentials, and without the query, which may hold a token.
    pub fn without_query(&self) -> String {
        let path = self.target.split(|b| *b == b'?').next().unwrap_or_default();
        format!("{}{}", self.origin(), String::from_utf8_lossy(path))
    }

    fn origin(&self) -> String {
        let scheme = if self.secure { "wss" } else { "ws" };
        format!("{scheme}://{}", self.host_header())
    }

    fn bracketed_host(&self) -> String {
        if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() }
    }
}

/// The URL again, without credentials.
impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.origin(), String::from_utf8_lossy(&self.target))
    }
}

fn decode(text: &[u8]) -> Vec<u8> {
    percent_decode(text).collect()
}

/// A text that is no URL, for a message. A user and a password in it can be anywhere before an `@`.
fn without_credentials(url: &[u8]) -> String {
    let Some(at) = url.iter().rposition(|b| *b == b'@') else { return String::from_utf8_lossy(url).into_owned() };
    let scheme = match find(&url[..at], b"://") {
        Some(end) if url[..end].iter().all(u8::is_ascii_alphanumeric) => &url[..end + 3],
        _ => &[],
    };
    format!("{}…{}", String::from_utf8_lossy(scheme), String::from_utf8_lossy(&url[at..]))
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Endpoint {
        Endpoint::parse(url.as_bytes()).unwrap()
    }

    fn problem(url: &str) -> String {
        Endpoint::parse(url.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn default_ports_and_path() {
        let plain = parse("ws://example.com");
        assert_eq!((plain.secure, plain.port, plain.target.as_slice()), (false, 80, &b"/"[..]));
        assert_eq!(parse("wss://example.com").port, 443);
        assert_eq!(parse("ws://example.com:443").port, 443);
        assert_eq!(parse("wss://example.com:80").port, 80);
    }

    #[test]
    fn scheme_and_host_in_any_case_but_path_and_query_untouched() {
        let url = parse("WsS://ExAmple.COM:8443/Path/../%7euser?Token=AbC%2f&x=/../");
        assert_eq!((url.host.as_str(), url.port), ("example.com", 8443));
        assert_eq!(url.target, b"/Path/../%7euser?Token=AbC%2f&x=/../");
        assert_eq!(parse("ws://h?q=1").target, b"/?q=1");
        assert_eq!(Endpoint::parse(b"ws://h/\xe4\xbd\xa0\xff").unwrap().target, b"/\xe4\xbd\xa0\xff");
    }

    #[test]
    fn host_header_has_no_default_port() {
        assert_eq!(parse("ws://h/").host_header(), "h");
        assert_eq!(parse("ws://h:8800/").host_header(), "h:8800");
        assert_eq!(parse("ws://h:443/").host_header(), "h:443");
        assert_eq!(parse("wss://[::1]:9000/").host_header(), "[::1]:9000");
        assert_eq!(parse("wss://[::1]/").host, "::1");
    }

    #[test]
    fn credentials_are_decoded_and_stay_out_of_the_display_form() {
        let url = parse("ws://us%40er:p%3Ass@h/x?token=1");
        assert_eq!(url.credentials, Some((b"us@er".to_vec(), b"p:ss".to_vec())));
        assert_eq!(url.to_string(), "ws://h/x?token=1");
        assert_eq!(url.without_query(), "ws://h/x");
        assert_eq!(parse("ws://u@v:p:q@h/").credentials, Some((b"u@v".to_vec(), b"p:q".to_vec())));
        assert_eq!(parse("ws://:@h/").credentials, None);
    }

    #[test]
    fn credentials_are_bytes() {
        let expected = Some((b"\xc4\xe3".to_vec(), b"\xff".to_vec()));
        assert_eq!(parse("ws://%C4%E3:%ff@h/").credentials, expected);
        assert_eq!(Endpoint::parse(b"ws://\xc4\xe3:\xff@h/").unwrap().credentials, expected);
        assert_eq!(parse("ws://%zz:100%@h/").credentials, Some((b"%zz".to_vec(), b"100%".to_vec())));
    }

    #[test]
    fn errors_hide_user_and_password() {
        for bad in [
            "http://user:secret@h/",
            "ws://user:secret@h:0/",
            "ws://user:secret@h/#f",
            "ws://user:secret@h/a b",
            "ws://user:sec@secret@/",
            "ws://user:secret/x@h/",
            "ws://user:secret?x@h/",
            "user:secret@h",
            "user:secret@ws://h",
            "//user:secret@h/",
            "secret@://h",
        ] {
            let text = problem(bad);
            assert!(!text.contains("secret") && !text.contains("user"), "{text}");
            assert!(text.contains('@'), "{text}");
        }
        assert!(problem("ws://user:secret@host:0/x").contains("\"ws://…@host:0/x\""));
    }

    #[test]
    fn errors_quote_the_url_and_say_what_is_expected() {
        for bad in [
            "http://h/",
            "h",
            "",
            "ws://",
            "ws:///x",
            "ws://h:99999/",
            "ws://h:0/",
            "ws://h/#f",
            "ws://h/a b",
            "ws://h/\r\nX: y",
            "ws://[::1/",
            "ws://h\\x/",
        ] {
            let text = problem(bad);
            assert!(text.contains(&format!("\"{bad}\"")), "{text}");
            assert!(text.contains("expected ws://"), "{text}");
        }
        assert!(problem("mqtt://h").contains("unknown scheme \"mqtt\""));
    }
}
