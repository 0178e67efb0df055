//! Where the server listens: the value of `--board`.

use std::{
    io,
    net::{IpAddr, SocketAddr, TcpListener, ToSocketAddrs},
    str::FromStr,
};

/// Host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// A name or an address, without brackets.
    host: String,
    /// 0 for any free one.
    port: u16,
}

impl Default for Address {
    fn default() -> Self {
        Address { host: "127.0.0.1".into(), port: 0 }
    }
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("PORT or HOST:PORT expected, got {text:?}");
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) => {
                (host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host), port)
            }
            None => ("127.0.0.1", text),
        };
        if host.is_empty() || host.contains(':') && host.parse::<IpAddr>().is_err() {
            return Err(wrong());
        }
        Ok(Address { host: host.into(), port: port.parse().map_err(|_| wrong())? })
    }
}

impl Address {
    /// The host as it was given.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether any free port will do.
    pub fn is_any_port(&self) -> bool {
        self.port == 0
    }

    /// The same host with that port.
    pub fn with_port(&self, port: u16) -> Self {
        Address { port, ..self.clone() }
    }

    /// Listens there.
    ///
    /// # Errors
    /// The host is none of this computer's, or the port is taken; the text names both.
    pub fn listen(&self) -> Result<TcpListener, String> {
        let listen = || {
            let addresses: Vec<SocketAddr> = (self.host.as_str(), self.port).to_socket_addrs()?.collect();
            TcpListener::bind(&*addresses)
        };
        listen().map_err(|error| {
            let advice =
                if error.kind() == io::ErrorKind::AddrInUse { "; --board without a port takes a free one" } else { "" };
            format!("--board: cannot listen on {}:{}: {error}{advice}", self.host, self.port)
        })
    }

    /// What a browser on this computer asks for, once it is bound.
    pub fn shown(&self, bound: SocketAddr) -> String {
        match self.host.parse::<IpAddr>() {
            Ok(ip) if ip.is_unspecified() => format!("127.0.0.1:{}", bound.port()),
            Ok(IpAddr::V6(ip)) => format!("[{ip}]:{}", bound.port()),
            _ => format!("{}:{}", self.host, bound.port()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Address, String> {
        text.parse()
    }

    #[test]
    fn a_port_alone_is_on_loopback() {
        assert_eq!(parse("8080"), Ok(Address { host: "127.0.0.1".into(), port: 8080 }));
        assert_eq!(parse("0"), Ok(Address::default()));
        assert_eq!(parse("0.0.0.0:80"), Ok(Address { host: "0.0.0.0".into(), port: 80 }));
        assert_eq!(parse("[::1]:80"), Ok(Address { host: "::1".into(), port: 80 }));
    }

    #[test]
    fn what_is_none_is_quoted() {
        for text in ["", "x", "localhost", "65536", ":80", "a:b:80", "[::1]", "localhost:"] {
            let problem = parse(text).unwrap_err();
            assert!(problem.ends_with(&format!("HOST:PORT expected, got {text:?}")), "{problem}");
        }
    }

    #[test]
    fn a_browser_gets_an_address_that_it_can_reach() {
        let shown = |text: &str, bound: &str| parse(text).unwrap().shown(bound.parse().unwrap());
        assert_eq!(shown("0.0.0.0:0", "0.0.0.0:81"), "127.0.0.1:81");
        assert_eq!(shown("[::1]:0", "[::1]:81"), "[::1]:81");
        assert_eq!(shown("localhost:0", "127.0.0.1:81"), "localhost:81");
    }
}
