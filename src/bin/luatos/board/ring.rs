//! The last of many messages: as many as a number and a length in bytes permit.

use std::collections::VecDeque;

use tokio_tungstenite::tungstenite::Utf8Bytes;

/// Numbered messages, from 0. The oldest ones make room for new ones.
pub struct Ring {
    most: usize,
    most_bytes: usize,
    messages: VecDeque<Utf8Bytes>,
    /// Their length together.
    bytes: usize,
    /// The number of the oldest.
    first: u64,
}

impl Ring {
    /// An empty one for at most so many messages of so many bytes together. The last message is kept however long it is.
    pub fn new(most: usize, most_bytes: usize) -> Self {
        Ring { most, most_bytes, messages: VecDeque::new(), bytes: 0, first: 0 }
    }

    /// Adds a message.
    pub fn push(&mut self, message: Utf8Bytes) {
        self.bytes += message.len();
        self.messages.push_back(message);
        while self.messages.len() > self.most || self.bytes > self.most_bytes && self.messages.len() > 1 {
            self.bytes -= self.messages.pop_front().map_or(0, |message| message.len());
            self.first += 1;
        }
    }

    /// The last messages, at most so many.
    pub fn last(&self, count: usize) -> Vec<Utf8Bytes> {
        self.messages.iter().skip(self.messages.len().saturating_sub(count)).cloned().collect()
    }

    /// The number of the message of that number, or of the oldest that came later; `None` if there is none yet.
    pub fn at_or_after(&self, number: u64) -> Option<(u64, Utf8Bytes)> {
        let number = number.max(self.first);
        let message = self.messages.get(usize::try_from(number - self.first).ok()?)?;
        Some((number, message.clone()))
    }

    /// The number of the next message.
    pub fn next_number(&self) -> u64 {
        self.first + self.messages.len() as u64
    }

    /// Forgets all messages.
    pub fn clear(&mut self) {
        self.first = self.next_number();
        self.messages = VecDeque::new();
        self.bytes = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: usize = 20;
    const MOST_BYTES: usize = 1000;

    fn ring(messages: impl IntoIterator<Item = String>) -> Ring {
        let mut ring = Ring::new(MOST, MOST_BYTES);
        messages.into_iter().for_each(|message| ring.push(message.into()));
        ring
    }

    #[test]
    fn the_last_messages_are_kept() {
        let mut ring = ring((0..MOST + 5).map(|number| number.to_string()));
        assert_eq!(ring.last(usize::MAX).len(), MOST);
        assert_eq!(ring.last(1)[0].as_str(), "24");
        assert!(ring.last(0).is_empty());
        assert_eq!(ring.at_or_after(0), Some((5, "5".into())));
        assert_eq!(ring.at_or_after(24), Some((24, "24".into())));
        assert_eq!((ring.at_or_after(25), ring.next_number()), (None, 25));
        ring.clear();
        assert_eq!((ring.at_or_after(0), ring.next_number()), (None, 25));
    }

    #[test]
    fn long_messages_take_no_more_room_than_short_ones() {
        let message = "x".repeat(MOST_BYTES / 10);
        assert_eq!(ring(std::iter::repeat_n(message, 100)).last(usize::MAX).len(), 10);
    }

    #[test]
    fn a_message_that_is_too_long_is_kept_alone() {
        let ring = ring(["short".into(), "x".repeat(MOST_BYTES + 1)]);
        assert_eq!(ring.last(usize::MAX).len(), 1);
    }
}
