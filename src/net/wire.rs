//! A TCP connection as one of its ends sees it: where both ends are in this program, they know together whether
//! something is on its way.

use std::{io, net::SocketAddr};

/// Bytes that the system has taken from one end of a connection, and has handed to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Taken from it.
    pub sent: u64,
    /// Handed to it.
    pub received: u64,
}

impl Traffic {
    /// Counts what a write has moved, and returns it.
    ///
    /// # Errors
    /// That of the write.
    pub fn count_sent(&mut self, moved: io::Result<usize>) -> io::Result<usize> {
        self.sent += moved.as_ref().map_or(0, |count| *count as u64);
        moved
    }

    /// Counts what a read has moved, and returns it.
    ///
    /// # Errors
    /// That of the read.
    pub fn count_received(&mut self, moved: io::Result<usize>) -> io::Result<usize> {
        self.received += moved.as_ref().map_or(0, |count| *count as u64);
        moved
    }
}

/// One end of an open connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wire {
    here: SocketAddr,
    there: SocketAddr,
    traffic: Traffic,
}

impl Wire {
    /// The end at that stream; `None` if it is not connected any more.
    pub fn of(stream: &mio::net::TcpStream, traffic: Traffic) -> Option<Self> {
        Some(Wire { here: stream.local_addr().ok()?, there: stream.peer_addr().ok()?, traffic })
    }

    /// Whether that is the other end, and nothing is on its way between the two.
    pub fn is_still(&self, other: &Wire) -> bool {
        self.here == other.there
            && self.there == other.here
            && self.traffic.sent == other.traffic.received
            && self.traffic.received == other.traffic.sent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(here: u16, there: u16, sent: u64, received: u64) -> Wire {
        let address = |port| SocketAddr::from(([127, 0, 0, 1], port));
        Wire { here: address(here), there: address(there), traffic: Traffic { sent, received } }
    }

    #[test]
    fn it_is_still_when_both_ends_have_all() {
        let end = wire(1, 2, 10, 20);
        assert!(end.is_still(&wire(2, 1, 20, 10)));
        assert!(!end.is_still(&wire(2, 1, 21, 10)));
        assert!(!end.is_still(&wire(2, 1, 20, 9)));
        assert!(!end.is_still(&wire(3, 1, 20, 10)));
        assert!(!end.is_still(&end));
    }
}
