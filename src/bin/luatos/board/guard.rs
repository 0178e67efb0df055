//! Who may ask: pages of other sites may not, nor may who lacks the token.

use std::net::{IpAddr, SocketAddr};

use hyper::{
    HeaderMap, Uri,
    header::{AUTHORIZATION, HOST, HeaderName, HeaderValue, ORIGIN},
};
use url::form_urlencoded;

use super::token::Token;

/// See the module.
pub struct Guard {
    bound: SocketAddr,
    /// The name that the command line gives.
    name: String,
    token: Token,
}

impl Guard {
    /// Of a server that is bound to that address under that name.
    pub fn new(bound: SocketAddr, name: &str, token: Token) -> Self {
        Guard { bound, name: name.to_owned(), token }
    }

    /// The host that a request is for, if that is this server. A page whose name leads here (DNS rebinding) is of
    /// another host.
    pub fn host<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let host = text(headers, HOST)?;
        self.is_ours(host).then_some(host)
    }

    /// Whether a request comes from no page, or from ours.
    pub fn is_same_origin(&self, headers: &HeaderMap, host: &str) -> bool {
        let is_ours =
            |origin: &HeaderValue| origin.to_str().is_ok_and(|origin| origin.strip_prefix("http://") == Some(host));
        headers.get_all(ORIGIN).iter().all(is_ours)
    }

    /// Whether a request has the token, as `?token=` or as `Authorization: Bearer`.
    pub fn has_token(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        let bearer = text(headers, AUTHORIZATION).and_then(bearer);
        bearer.is_some_and(|text| self.token.is(text)) || query(uri, "token").is_some_and(|text| self.token.is(&text))
    }

    fn is_ours(&self, host: &str) -> bool {
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => (name, port.parse().ok()),
            _ => (host, Some(80)),
        };
        let name = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
        let is_named = name.eq_ignore_ascii_case("localhost") || name.eq_ignore_ascii_case(&self.name);
        match name.parse::<IpAddr>() {
            // What forwards to an address that others reach may have another port.
            _ if !self.bound.ip().is_loopback() => name.parse::<IpAddr>().is_ok() || is_named,
            Ok(ip) => port == Some(self.bound.port()) && ip.is_loopback(),
            Err(_) => port == Some(self.bound.port()) && is_named,
        }
    }
}

/// The value of the first parameter of that name.
pub fn query(uri: &Uri, name: &str) -> Option<String> {
    let pairs = form_urlencoded::parse(uri.query()?.as_bytes());
    pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(first)
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
