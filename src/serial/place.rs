//! What a serial port leads to, as `--uart` names it.

use std::{fmt, str::FromStr};

/// `--uart N=PLACE`: what a serial port leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Number of the port, as scripts have it in `uart.setup`.
    pub port: i64,
    /// What it leads to.
    pub place: Place,
}

/// What a serial port leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A new pseudo terminal.
    Pty,
    /// A terminal device, by its path.
    Device(String),
    /// Standard input and output of the program.
    Stdio,
    /// A TCP server, to which the port connects.
    Tcp {
        /// Name or address, IPv6 without brackets.
        host: String,
        /// Port.
        port: u16,
    },
    /// A port of TCP on this computer, at which the peer connects; 0 for a free one.
    Listen(u16),
    /// A file, by its path: its bytes come in. What goes out is in another one, with `.out` after that name.
    File(String),
}

impl Place {
    fn parse(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some(("tcp", address)) => return tcp(address),
            Some(("listen", port)) => {
                let expected = || format!("listen:PORT expected, with PORT from 0 (a free one) to 65535, got {text:?}");
                return port.parse().map(Place::Listen).map_err(|_| expected());
            }
            Some(("file", "")) => return Err(format!("file:PATH expected, got {text:?}")),
            Some(("file", path)) => return Ok(Place::File(path.into())),
            _ => {}
        }
        match text {
            "pty" => Ok(Place::Pty),
            "stdio" => Ok(Place::Stdio),
            path if path.starts_with('/') => Ok(Place::Device(path.into())),
            _ => Err(format!(
                "pty, stdio, tcp:HOST:PORT, listen:PORT, file:PATH or /dev/NAME expected after =, got {text:?}"
            )),
        }
    }
}

fn tcp(address: &str) -> Result<Place, String> {
    let parse = || {
        let (host, port) = address.rsplit_once(':')?;
        let host = match host.strip_prefix('[') {
            Some(inner) => inner.strip_suffix(']')?,
            None if host.contains(':') => return None,
            None => host,
        };
        let port = port.parse().ok().filter(|port| *port > 0)?;
        (!host.is_empty()).then(|| Place::Tcp { host: host.to_owned(), port })
    };
    let expected = "tcp:HOST:PORT expected, with PORT from 1 to 65535 and an IPv6 address in brackets";
    parse().ok_or_else(|| format!("{expected}, got {:?}", format!("tcp:{address}")))
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Pty => f.write_str("pty"),
            Place::Device(path) => f.write_str(path),
            Place::Stdio => f.write_str("stdio"),
            Place::Tcp { host, port } if host.contains(':') => write!(f, "tcp:[{host}]:{port}"),
            Place::Tcp { host, port } => write!(f, "tcp:{host}:{port}"),
            Place::Listen(port) => write!(f, "listen:{port}"),
            Place::File(path) => write!(f, "file:{path}"),
        }
    }
}

impl FromStr for Attachment {
    type Err = String;

    /// Parses `N=PLACE`, N from 1 to 3: the ports of an Air724UG.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("N=PLACE expected, with N from 1 to 3, such as 1=pty, got {text:?}");
        let (port, place) = text.split_once('=').ok_or_else(wrong)?;
        let port = port.parse().ok().filter(|port| (1..=3).contains(port)).ok_or_else(wrong)?;
        Ok(Attachment { port, place: Place::parse(place)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_parsed_and_written_alike() {
        for (text, place) in [
            ("pty", Place::Pty),
            ("/dev/ttyUSB0", Place::Device("/dev/ttyUSB0".into())),
            ("stdio", Place::Stdio),
            ("tcp:localhost:7", Place::Tcp { host: "localhost".into(), port: 7 }),
            ("tcp:[::1]:7", Place::Tcp { host: "::1".into(), port: 7 }),
            ("listen:0", Place::Listen(0)),
            ("listen:65535", Place::Listen(65535)),
            ("file:a:b=c", Place::File("a:b=c".into())),
        ] {
            assert_eq!(place.to_string(), text);
            assert_eq!(format!("2={text}").parse(), Ok(Attachment { port: 2, place }));
        }
    }

    #[test]
    fn wrong_ports_and_places_are_named() {
        for text in ["", "1", "pty", "0=pty", "4=pty", "x=pty"] {
            let error = text.parse::<Attachment>().unwrap_err();
            assert!(error.contains(&format!("got {text:?}")), "{error}");
        }
        for (place, expected) in [
            ("", "pty, stdio"),
            ("pt", "pty, stdio"),
            ("dev/x", "pty, stdio"),
            ("stdio:1", "pty, stdio"),
            ("tcp:", "tcp:HOST:PORT"),
            ("tcp:host", "tcp:HOST:PORT"),
            ("tcp::1", "tcp:HOST:PORT"),
            ("tcp:host:0", "tcp:HOST:PORT"),
            ("tcp:host:65536", "tcp:HOST:PORT"),
            ("tcp:::1:7", "tcp:HOST:PORT"),
            ("tcp:[::1:7", "tcp:HOST:PORT"),
            ("listen:", "listen:PORT"),
            ("listen:x", "listen:PORT"),
            ("listen:65536", "listen:PORT"),
            ("file:", "file:PATH"),
        ] {
            let error = format!("1={place}").parse::<Attachment>().unwrap_err();
            assert!(error.starts_with(expected) && error.ends_with(&format!("got {place:?}")), "{error}");
        }
    }
}
