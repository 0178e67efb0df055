//! Serial ports that lead to something real: a pseudo terminal, or a terminal device of this computer.
//! A port is a [`Source`](crate::reactor::Source).

use std::{cell::RefCell, fmt, rc::Rc, str::FromStr};

#[cfg(unix)]
pub(crate) use self::unix::Port;
#[cfg(not(unix))]
pub(crate) use self::unsupported::Port;
use crate::reactor::SourceId;

#[cfg(unix)]
mod unix;
#[cfg(not(unix))]
mod unsupported;

/// Most bytes that a port keeps for the script. While they are not read, the other end waits.
pub(crate) const MAX_RECEIVED: usize = 64 << 10;

/// Most bytes that a port keeps for the other end; [`Port::write`] accepts no more.
pub(crate) const MAX_UNSENT: usize = 1 << 20;

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
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Pty => f.write_str("pty"),
            Place::Device(path) => f.write_str(path),
        }
    }
}

impl FromStr for Attachment {
    type Err = String;

    /// Parses `N=pty` or `N=/dev/NAME`, N from 1 to 3: the ports of an Air724UG.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("N=pty or N=/dev/NAME expected, with N from 1 to 3, got {text:?}");
        let (port, place) = text.split_once('=').ok_or_else(wrong)?;
        let port = port.parse().ok().filter(|port| (1..=3).contains(port)).ok_or_else(wrong)?;
        let place = match place {
            "pty" => Place::Pty,
            path if path.starts_with('/') => Place::Device(path.into()),
            "stdio" => return Err(not_supported(text)),
            other if ["tcp:", "listen:", "file:"].iter().any(|kind| other.starts_with(kind)) => {
                return Err(not_supported(text));
            }
            _ => return Err(wrong()),
        };
        Ok(Attachment { port, place })
    }
}

fn not_supported(text: &str) -> String {
    format!("{text:?} is not supported yet; N=pty and N=/dev/NAME are")
}

/// Parity bit of a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parity {
    /// No such bit.
    None,
    /// The number of ones is even.
    Even,
    /// The number of ones is odd.
    Odd,
}

/// How characters are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Bits per second; 0 leaves the rate as it is.
    pub baud: u32,
    /// Seven data bits, else eight.
    pub has_seven_bits: bool,
    /// The parity bit.
    pub parity: Parity,
    /// Two stop bits, else one.
    pub has_two_stop_bits: bool,
}

/// What has happened at a port since the script was last informed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// Bytes have arrived, and there were none before.
    pub received: bool,
    /// Everything written is with the system.
    pub sent: bool,
    /// The port has failed, with the system's text; it is closed.
    pub failure: Option<String>,
}

/// A port with its number and its id in the reactor.
#[derive(Clone)]
pub(crate) struct Attached {
    /// Number of the port.
    pub number: i64,
    /// Its id in the reactor.
    pub id: SourceId,
    /// The port.
    pub port: Rc<RefCell<Port>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_parsed() {
        assert_eq!("1=pty".parse(), Ok(Attachment { port: 1, place: Place::Pty }));
        let device = Place::Device("/dev/ttyUSB0".into());
        assert_eq!("3=/dev/ttyUSB0".parse(), Ok(Attachment { port: 3, place: device }));
    }

    #[test]
    fn wrong_places_are_named() {
        for text in ["", "1", "pty", "0=pty", "4=pty", "x=pty", "1=", "1=pt", "1=dev/x"] {
            let error = text.parse::<Attachment>().unwrap_err();
            assert!(error.contains(&format!("got {text:?}")), "{error}");
        }
        for text in ["1=stdio", "1=tcp:localhost:1", "2=listen:80", "2=file:x"] {
            let error = text.parse::<Attachment>().unwrap_err();
            assert!(error.contains("not supported yet"), "{error}");
        }
    }
}
