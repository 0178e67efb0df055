//! What a URL asks for.

use std::fmt;

use percent_encoding::{AsciiSet, percent_decode_str, percent_encode};
use url::Url;

/// The parts of an `http` or `https` URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// `https`.
    pub is_secure: bool,
    /// Name or address, an IPv6 one without brackets.
    pub host: String,
    /// Port; 80 or 443 where the URL has none.
    pub port: u16,
    /// The value of `Host`: with the port where that is not the usual one.
    pub authority: String,
    /// Path and query, percent-encoded.
    pub path: String,
    /// `user:password`, decoded.
    pub user: Option<Vec<u8>>,
}

/// Why a text is no URL that can be requested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadUrl(String);

impl fmt::Display for BadUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Target {
    /// Reads a URL. Without a scheme it is `http`; bytes beyond ASCII, in whatever character set, are percent-encoded.
    ///
    /// # Errors
    /// The text is no URL, has another scheme, or no host.
    pub fn parse(text: &[u8]) -> Result<Self, BadUrl> {
        let url = absolute(text)?;
        let is_secure = match url.scheme() {
            "http" => false,
            "https" => true,
            other => return Err(BadUrl(format!("http or https expected, got {other}"))),
        };
        let host = url.host_str().ok_or_else(|| BadUrl("it has no host".to_owned()))?;
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        Ok(Target {
            is_secure,
            host: host.trim_matches(['[', ']']).to_owned(),
            port: url.port_or_known_default().unwrap_or(80),
            authority: url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")),
            path: path.to_owned(),
            user: credentials(&url),
        })
    }
}

/// Where a redirection leads: the URL of `location`, which may be relative to that of the request (RFC 9110 section
/// 10.2.2).
///
/// # Errors
/// Either text is no URL.
pub fn resolve(base: &[u8], location: &[u8]) -> Result<String, BadUrl> {
    let base = absolute(base)?;
    let location = percent_encode(location, &AsciiSet::EMPTY).to_string();
    base.join(&location).map(String::from).map_err(|error| BadUrl(error.to_string()))
}

/// Reads a URL as scripts write it.
fn absolute(text: &[u8]) -> Result<Url, BadUrl> {
    // Bytes beyond ASCII only: the rest is a matter of the URL's parser.
    let mut text = percent_encode(text, &AsciiSet::EMPTY).to_string();
    if !text.contains("://") || text.find("://") > text.find(['/', '?', '@']) {
        text.insert_str(0, "http://");
    }
    Url::parse(&text).map_err(|error| BadUrl(error.to_string()))
}

fn credentials(url: &Url) -> Option<Vec<u8>> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let mut text: Vec<u8> = percent_decode_str(url.username()).collect();
    text.push(b':');
    text.extend(percent_decode_str(url.password().unwrap_or_default()));
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::{Target, resolve};

    fn parse(text: &str) -> Target {
        Target::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_scheme_may_be_missing() {
        for text in ["www.lua.org", "http://www.lua.org", "HTTP://WWW.lua.org:80/"] {
            let target = parse(text);
            assert_eq!((target.host.as_str(), target.port, target.path.as_str()), ("www.lua.org", 80, "/"), "{text}");
            assert_eq!(target.authority, "www.lua.org");
        }
        let target = parse("36.7.87.100:6500/a?b=http://c");
        assert_eq!((target.port, target.path.as_str()), (6500, "/a?b=http://c"));
        assert_eq!(target.authority, "36.7.87.100:6500");
    }

    #[test]
    fn the_path_keeps_its_case_and_gets_no_fragment() {
        assert_eq!(parse("https://h/A/b%2f?Q=1#f").path, "/A/b%2f?Q=1");
        assert_eq!(parse("https://h?q").path, "/?q");
        assert_eq!(parse("https://h").port, 443);
        assert_eq!(parse("h/a b\u{4e2d}").path, "/a%20b%E4%B8%AD");
        assert_eq!(Target::parse(b"h/\xd6\xd0").unwrap().path, "/%D6%D0");
    }

    #[test]
    fn user_and_password_are_decoded() {
        assert_eq!(parse("http://a:p%40s@h/x@y:z").user.unwrap(), b"a:p@s");
        assert_eq!(parse("a:b@h:81/").user.unwrap(), b"a:b");
        assert_eq!(parse("h/x@y:z").user, None);
    }

    #[test]
    fn ipv6_has_brackets_in_the_authority_only() {
        let target = parse("http://[::1]:8080/");
        assert_eq!((target.host.as_str(), target.authority.as_str()), ("::1", "[::1]:8080"));
    }

    #[test]
    fn redirections_may_be_relative() {
        for (location, expected) in [
            ("https://other/x", "https://other/x"),
            ("//other:81/x", "http://other:81/x"),
            ("/x?y", "http://h:8080/x?y"),
            ("x", "http://h:8080/a/x"),
            ("?y", "http://h:8080/a/b?y"),
            ("/\u{4e2d}", "http://h:8080/%E4%B8%AD"),
        ] {
            assert_eq!(resolve(b"h:8080/a/b?c", location.as_bytes()).unwrap(), expected);
        }
        assert!(resolve(b"h", b"http://").is_err());
    }

    #[test]
    fn others_are_refused() {
        for text in ["", "http://", "ftp://h/", "http://h:70000/"] {
            assert!(Target::parse(text.as_bytes()).is_err(), "{text}");
        }
    }
}
