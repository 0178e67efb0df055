//! What a socket tells the script, and what it refuses.

use std::io::{self, ErrorKind};

/// Something that the script gets a message of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Connected, or why not.
    Connected(Result<(), String>),
    /// A send has ended.
    Sent {
        /// Whether the system has taken all of it.
        ok: bool,
        /// Its bytes that the system has taken.
        count: usize,
    },
    /// So many bytes may be taken.
    Received(usize),
    /// The peer has closed or the connection is lost; everything received before was taken.
    ClosedByPeer,
    /// The script has closed.
    Closed,
}

/// Why nothing is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendError {
    /// Not connected yet, or never.
    NotConnected,
    /// The connection has ended.
    Closed,
    /// Too much waits to be sent.
    WouldBlock,
    /// The peer has broken the connection.
    Reset,
    /// The datagram is too long, or the network is out of order.
    Io,
}

impl SendError {
    /// What `sock_send` returns, a number of the firmware's `ERR_*`.
    pub fn number(self) -> i64 {
        match self {
            SendError::WouldBlock => 7,
            SendError::NotConnected => 11,
            SendError::Reset => 14,
            SendError::Closed => 15,
            SendError::Io => 17,
        }
    }

    /// Whether a [`Event::Sent`] follows all the same: the socket was connected.
    pub fn is_confirmed(self) -> bool {
        matches!(self, SendError::WouldBlock | SendError::Reset | SendError::Io)
    }
}

impl From<&io::Error> for SendError {
    fn from(error: &io::Error) -> Self {
        match error.kind() {
            ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => SendError::Reset,
            _ => SendError::Io,
        }
    }
}
