//! Serial ports that lead to something real. A [`Port`] is a [`Source`](crate::reactor::Source): it keeps what has come
//! in and what is to go out; a [`Wire`](wire::Wire) carries the bytes.

mod file;
mod listener;
mod peer;
mod place;
mod port;
#[cfg(unix)]
mod stdio;
mod tcp;
#[cfg(unix)]
mod terminal;
mod wire;

use std::{cell::RefCell, rc::Rc};

pub use self::place::{Attachment, Place};
pub(crate) use self::port::Port;
use crate::reactor::SourceId;

/// Gives standard output back if a port has it, before another program takes the place of this one.
pub fn give_stdout_back() {
    #[cfg(unix)]
    stdio::give_back();
}

/// Most bytes that a port keeps for the script. While they are not read, the other end waits.
pub(crate) const MAX_RECEIVED: usize = 64 << 10;

/// Most bytes that a port keeps for the other end; [`Port::write`] accepts no more.
pub(crate) const MAX_UNSENT: usize = 1 << 20;

/// Most bytes that wait for the first peer of a connection; the oldest are lost beyond that.
const MAX_AWAITING: usize = 64 << 10;

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
    /// Something is wrong at the other end; the port goes on.
    pub problem: Option<String>,
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
    /// Whether it leads to standard input and output.
    pub is_stdio: bool,
    /// The port.
    pub port: Rc<RefCell<Port>>,
}
