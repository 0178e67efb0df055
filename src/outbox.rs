//! What a script has asked to send and the kernel has not taken yet.
//!
//! # Design
//! A message moves `waiting` → `in flight` (framed, somewhere between us and the kernel) → gone. A
//! message counts as sent when the kernel has taken its last byte, which a position in the byte
//! stream of the connection tells. When a connection breaks, everything in flight goes back to the
//! front of `waiting`, so that the next connection carries it again, whole and in order.

use std::collections::VecDeque;

use tungstenite::Bytes;

/// One entry of the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// What becomes of the data on the wire.
    pub kind: Kind,
    /// The payload.
    pub data: Bytes,
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

/// The bounded queue of one WebSocket object; it outlives connections.
#[derive(Debug)]
pub struct Outbox {
    waiting: VecDeque<Outgoing>,
    in_flight: VecDeque<InFlight>,
    cost: usize,
    limit: usize,
}

#[derive(Debug)]
struct InFlight {
    /// Position in the connection's byte stream just behind this entry's frame.
    end: u64,
    entry: Outgoing,
}

/// Pushing would exceed the bound of the queue; nothing was queued or dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueFull;

/// An empty message costs memory too: so many bytes at the least are charged for each.
const MIN_COST: usize = 16;

impl Outbox {
    /// An empty queue of at most `limit` payload bytes.
    pub fn new(limit: usize) -> Self {
        Outbox { waiting: VecDeque::new(), in_flight: VecDeque::new(), cost: 0, limit }
    }

    /// Appends an entry.
    ///
    /// # Errors
    /// [`QueueFull`] if it does not fit.
    pub fn push(&mut self, entry: Outgoing) -> Result<(), QueueFull> {
        let cost = entry.cost();
        if cost > self.limit - self.cost.min(self.limit) {
            return Err(QueueFull);
        }
        self.cost += cost;
        self.waiting.push_back(entry);
        Ok(())
    }

    /// Takes the next entry to be framed; the caller reports where its frame ends with
    /// [`framed`](Self::framed).
    pub fn take(&mut self) -> Option<Outgoing> {
        self.waiting.pop_front()
    }

    /// Records that `entry` now ends at byte `end` of the connection's stream.
    pub fn framed(&mut self, entry: Outgoing, end: u64) {
        self.in_flight.push_back(InFlight { end, entry });
    }

    /// The kernel has taken the stream up to `written`. Returns how many messages (not frames)
    /// that completes.
    pub fn written(&mut self, written: u64) -> u32 {
        let mut messages = 0;
        while self.in_flight.front().is_some_and(|first| first.end <= written) {
            if let Some(InFlight { entry, .. }) = self.in_flight.pop_front() {
                self.cost -= entry.cost();
                messages += u32::from(entry.is_message());
            }
        }
        messages
    }

    /// The connection is gone: messages in flight wait again, first of all; frames are dropped.
    pub fn connection_ended(&mut self) {
        while let Some(InFlight { entry, .. }) = self.in_flight.pop_back() {
            self.waiting.push_front(entry);
        }
        let mut dropped = 0;
        self.waiting.retain(|entry| {
            let keep = entry.is_message();
            if !keep {
                dropped += entry.cost();
            }
            keep
        });
        self.cost -= dropped;
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

impl Outgoing {
    fn cost(&self) -> usize {
        self.data.len().max(MIN_COST)
    }

    fn is_message(&self) -> bool {
        matches!(self.kind, Kind::Message { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(data: &'static str) -> Outgoing {
        Outgoing { kind: Kind::Message { text: true }, data: Bytes::from_static(data.as_bytes()) }
    }

    fn ping() -> Outgoing {
        Outgoing { kind: Kind::Frame { fin: true, opcode: 9 }, data: Bytes::new() }
    }

    #[test]
    fn a_full_queue_refuses_and_keeps_what_it_has() {
        let mut outbox = Outbox::new(40);
        assert_eq!(outbox.push(message("aaaaaaaaaaaaaaaaaaaaaaaa")), Ok(()));
        assert_eq!(outbox.push(message("bbbbbbbbbbbbbbbbb")), Err(QueueFull));
        assert_eq!(outbox.push(message("b")), Ok(()));
        assert_eq!(outbox.push(message("")), Err(QueueFull));
        assert_eq!(outbox.waiting(), 2);
    }

    #[test]
    fn exactly_the_limit_fits() {
        let mut outbox = Outbox::new(20);
        assert_eq!(outbox.push(message("aaaaaaaaaaaaaaaaaaaa")), Ok(()));
        let mut outbox = Outbox::new(20);
        assert_eq!(outbox.push(message("aaaaaaaaaaaaaaaaaaaaa")), Err(QueueFull));
    }

    #[test]
    fn sent_counts_messages_when_their_last_byte_is_written() {
        let mut outbox = Outbox::new(1000);
        for (entry, end) in [(message("one"), 10), (ping(), 16), (message("two"), 26)] {
            outbox.push(entry).unwrap();
            let entry = outbox.take().unwrap();
            outbox.framed(entry, end);
        }
        assert_eq!(outbox.written(9), 0);
        assert_eq!(outbox.written(20), 1);
        assert_eq!(outbox.written(26), 1);
        assert_eq!(outbox.push(message("x")), Ok(()));
    }

    #[test]
    fn a_broken_connection_keeps_messages_in_order_and_drops_frames() {
        let mut outbox = Outbox::new(1000);
        for entry in [message("1"), message("2"), ping(), message("3"), ping(), message("4")] {
            outbox.push(entry).unwrap();
        }
        for end in [10, 20, 26, 36] {
            let entry = outbox.take().unwrap();
            outbox.framed(entry, end);
        }
        assert_eq!(outbox.written(15), 1);
        outbox.connection_ended();
        let left: Vec<_> = std::iter::from_fn(|| outbox.take()).map(|entry| entry.data).collect();
        assert_eq!(left, ["2", "3", "4"]);
    }

    #[test]
    fn dropped_and_written_entries_give_their_room_back() {
        let mut outbox = Outbox::new(64);
        for _ in 0..1000 {
            outbox.push(message("abc")).unwrap();
            outbox.push(ping()).unwrap();
            let entry = outbox.take().unwrap();
            outbox.framed(entry, 9);
            assert_eq!(outbox.written(9), 1);
            outbox.connection_ended();
        }
        assert_eq!(outbox.waiting(), 0);
    }
}
