//! The other end of a port on TCP.

use std::io::{ErrorKind, Read, Write};

use super::wire::Written;
use crate::{net::transport::Transport, reactor::Cause};

/// A connection.
pub struct Peer {
    transport: Transport,
    /// It sends nothing more, but may still read.
    has_ended: bool,
}

/// What a read from a peer has brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// So many bytes.
    Bytes(usize),
    /// Nothing at present.
    Nothing,
    /// It sends nothing more.
    End,
    /// The connection is broken.
    Broken,
}

impl Peer {
    /// A connection that is established and watched.
    pub fn new(transport: Transport) -> Self {
        Peer { transport, has_ended: false }
    }

    /// Takes notice of what the system says of the connection.
    pub fn expect(&mut self, cause: Cause) {
        match cause {
            Cause::Ready => self.transport.retry(),
            Cause::ReadyAtEnd => self.transport.expect_end(),
            Cause::Scheduled => {}
        }
    }

    /// Whether it sends nothing more.
    pub fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// Reads what has come.
    pub fn read(&mut self, buffer: &mut [u8]) -> Heard {
        loop {
            return match self.transport.read(buffer) {
                Ok(0) => {
                    self.has_ended = true;
                    Heard::End
                }
                Ok(count) => Heard::Bytes(count),
                Err(error) if error.kind() == ErrorKind::WouldBlock => Heard::Nothing,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => Heard::Broken,
            };
        }
    }

    /// Writes; [`Written::Lost`] if the connection is broken.
    pub fn write(&mut self, bytes: &[u8]) -> Written {
        super::wire::written(self.transport.write(bytes)).unwrap_or(Written::Lost)
    }
}
