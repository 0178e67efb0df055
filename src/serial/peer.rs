//! The other end of a port on TCP.

use std::io::{ErrorKind, Read, Write};

use super::wire::{Written, written};

/// A connection.
pub struct Peer<S> {
    /// Its bytes.
    pub stream: S,
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

impl<S: Read + Write> Peer<S> {
    /// A connection that is established and watched.
    pub fn new(stream: S) -> Self {
        Peer { stream, has_ended: false }
    }

    /// Whether it sends nothing more.
    pub fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// Reads what has come.
    pub fn read(&mut self, buffer: &mut [u8]) -> Heard {
        loop {
            return match self.stream.read(buffer) {
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
        written(self.stream.write(bytes)).unwrap_or(Written::Lost)
    }
}
