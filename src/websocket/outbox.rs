//! What a script has asked to send and no connection has framed yet, and the bound of it all.
//!
//! # Design
//! A message moves `waiting` → framed (on the [send buffer](crate::websocket::session) of a connection) → gone, and is
//! charged from the first to the last of these. With an open connection that keeps up it is framed
//! at once and never waits. When a connection breaks, what the kernel has not taken whole comes back
//! to the front of `waiting`, so that the next connection carries it again, whole and in order.

use std::collections::VecDeque;

/// One entry of the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// What becomes of the data on the wire.
    pub kind: Kind,
    /// The payload.
    pub data: Vec<u8>,
}

/// How an entry is framed and whether it outlives its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `ws:send`: a whole message; kept for the next connection, reported with `sent`.
    Message {
        /// A text frame, else a binary one.
        text: bool,
    },
    /// `ws:sendFrame`, `ws:ping`, `ws:pong`: belongs to this connection only.
    Frame {
        /// FIN bit.
        fin: bool,
        /// Opcode 0–15 (RFC 6455 section 5.2).
        opcode: u8,
    },
}

impl Kind {
    /// FIN bit and opcode.
    pub fn header(self) -> (bool, u8) {
        match self {
            Kind::Message { text } => (true, if text { 1 } else { 2 }),
            Kind::Frame { fin, opcode } => (fin, opcode),
        }
    }

    /// Whether this is a whole message.
    pub fn is_message(self) -> bool {
        matches!(self, Kind::Message { .. })
    }
}

/// The bounded queue of one WebSocket object; it outlives connections.
#[derive(Debug)]
pub struct Outbox {
    waiting: VecDeque<Outgoing>,
    cost: usize,
    limit: usize,
}

/// The bound of the queue would be exceeded; nothing was queued or dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueFull;

/// Smallest charge for a message, in bytes: an empty message takes memory too.
const MIN_COST: usize = 16;

/// Bytes that a message or frame of `size` bytes is charged against the bound of the queue.
pub fn cost(size: usize) -> usize {
    size.max(MIN_COST)
}

impl Outbox {
    /// An empty queue of at most `limit` payload bytes.
    pub fn new(limit: usize) -> Self {
        Outbox { waiting: VecDeque::new(), cost: 0, limit }
    }

    /// Charges a message or frame of `size` bytes, which from then on counts until it is
    /// [released.
    ///
    /// # Errors
    /// [`QueueFull`] if it does not fit. An empty queue takes every frame, whatever its size, and
    /// every message of at most `limit` bytes.
    pub fn charge(&mut self, kind: Kind, size: usize) -> Result<(), QueueFull> {
        let cost = cost(size);
        let fits_alone = self.cost == 0 && (size <= self.limit || !kind.is_message());
        if cost > self.limit - self.cost.min(self.limit) && !fits_alone {
            return Err(QueueFull);
        }
        self.cost += cost;
        Ok(())
    }

    /// Gives back what was charged for something that is gone.
    pub fn release(&mut self, cost: usize) {
        self.cost -= cost;
    }

    /// Appends an entry that has been charged.
    pub fn push(&mut self, entry: Outgoing) {
        self.waiting.push_back(entry);
    }

    /// Takes the next entry to be framed; it stays charged.
    pub fn take(&mut self) -> Option<Outgoing> {
        self.waiting.pop_front()
    }

    /// The connection is gone: the messages among `unsent` wait again, first of all; frames are
    /// dropped, whether they were framed or waited.
    pub fn connection_ended(&mut self, unsent: Vec<Outgoing>) {
        for entry in unsent.into_iter().rev() {
            self.waiting.push_front(entry);
        }
        let mut dropped = 0;
        self.waiting.retain(|entry| {
            let keep = entry.kind.is_message();
            if !keep {
                dropped += cost(entry.data.len());
            }
            keep
        });
        self.release(dropped);
    }

    /// Bytes that the kernel has not taken yet.
    pub fn cost(&self) -> usize {
        self.cost
    }

    /// How many entries wait to be framed.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(kind: Kind, data: &str) -> Outgoing {
        Outgoing { kind, data: data.as_bytes().to_vec() }
    }

    const MESSAGE: Kind = Kind::Message { text: true };
    const PING: Kind = Kind::Frame { fin: true, opcode: 9 };

    #[test]
    fn a_full_queue_refuses_and_keeps_what_it_has() {
        let mut outbox = Outbox::new(40);
        assert_eq!(outbox.charge(MESSAGE, 24), Ok(()));
        assert_eq!(outbox.charge(MESSAGE, 17), Err(QueueFull));
        assert_eq!(outbox.charge(MESSAGE, 1), Ok(()));
        assert_eq!(outbox.charge(MESSAGE, 0), Err(QueueFull));
        outbox.release(cost(1));
        assert_eq!(outbox.charge(MESSAGE, 0), Ok(()));
    }

    #[test]
    fn exactly_the_limit_fits() {
        assert_eq!(Outbox::new(20).charge(MESSAGE, 20), Ok(()));
        assert_eq!(Outbox::new(20).charge(MESSAGE, 21), Err(QueueFull));
        assert_eq!(Outbox::new(10).charge(MESSAGE, 1), Ok(()));
    }

    #[test]
    fn a_frame_of_any_size_fits_an_empty_queue_and_no_other() {
        let mut outbox = Outbox::new(20);
        assert_eq!(outbox.charge(PING, 1000), Ok(()));
        assert_eq!(outbox.charge(PING, 1), Err(QueueFull));
        outbox.release(1000);
        assert_eq!(outbox.charge(PING, 1), Ok(()));
    }

    #[test]
    fn a_broken_connection_keeps_messages_in_order_and_drops_frames() {
        let mut outbox = Outbox::new(1000);
        for (kind, data) in [(MESSAGE, "1"), (PING, ""), (MESSAGE, "2"), (MESSAGE, "3"), (PING, ""), (MESSAGE, "4")] {
            outbox.charge(kind, data.len()).unwrap();
            outbox.push(entry(kind, data));
        }
        // The first three were framed and not taken.
        let unsent: Vec<_> = (0..3).filter_map(|_| outbox.take()).collect();
        outbox.connection_ended(unsent);
        assert_eq!(outbox.cost(), 4 * MIN_COST);
        let left: Vec<_> = std::iter::from_fn(|| outbox.take()).map(|entry| entry.data).collect();
        assert_eq!(left, [b"1", b"2", b"3", b"4"]);
    }
}
