//! What the system has not taken yet.

use std::{collections::VecDeque, io};

use super::event::Event;

/// Most bytes that wait beside those of one send, which may be of any size.
pub const MAX_UNSENT: usize = 1 << 20;

/// A send that is under way.
#[derive(Debug)]
struct Send {
    /// What is left to write begins at `written`.
    bytes: Vec<u8>,
    written: usize,
    /// Bytes that were written before the rest had to wait.
    before: usize,
}

/// Sends that are under way, in their order.
#[derive(Debug, Default)]
pub struct Unsent {
    sends: VecDeque<Send>,
    waiting: usize,
}

impl Unsent {
    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.sends.is_empty()
    }

    /// How many bytes wait.
    pub fn len(&self) -> usize {
        self.waiting
    }

    /// Whether a further send may wait as well.
    pub fn has_room(&self, count: usize) -> bool {
        self.is_empty() || self.waiting.saturating_add(count) <= MAX_UNSENT
    }

    /// Lets the rest of a send wait, of which `before` bytes were written.
    pub fn push(&mut self, bytes: &[u8], before: usize) {
        self.waiting += bytes.len();
        self.sends.push_back(Send { bytes: bytes.to_vec(), written: 0, before });
    }

    /// Writes until all is written, or `write` takes only a part. An error ends all sends.
    ///
    /// # Errors
    /// That of `write`.
    pub fn flush(
        &mut self,
        events: &mut VecDeque<Event>,
        mut write: impl FnMut(&[u8]) -> io::Result<usize>,
    ) -> io::Result<()> {
        while let Some(send) = self.sends.front_mut() {
            match write(&send.bytes[send.written..]) {
                Ok(count) => {
                    send.written += count;
                    self.waiting -= count;
                    if send.written < send.bytes.len() {
                        return Ok(());
                    }
                    events.push_back(Event::Sent { ok: true, count: send.before + send.written });
                    self.sends.pop_front();
                }
                Err(error) => {
                    self.fail(events);
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// Ends all sends without success.
    pub fn fail(&mut self, events: &mut VecDeque<Event>) {
        self.waiting = 0;
        events.extend(self.sends.drain(..).map(|send| Event::Sent { ok: false, count: send.before + send.written }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sends_end_one_by_one_and_all_at_once_when_writing_fails() {
        let (mut unsent, mut events) = (Unsent::default(), VecDeque::new());
        unsent.push(b"cd", 2);
        unsent.push(b"efgh", 0);
        unsent.push(b"", 0);
        let mut room = 3;
        let mut write = |bytes: &[u8]| {
            let count = bytes.len().min(room);
            room -= count;
            Ok(count)
        };
        unsent.flush(&mut events, &mut write).unwrap();
        assert_eq!(events, [Event::Sent { ok: true, count: 4 }]);
        assert_eq!(unsent.len(), 3);
        events.clear();
        assert!(unsent.flush(&mut events, |_| Err(io::ErrorKind::BrokenPipe.into())).is_err());
        assert_eq!(events, [Event::Sent { ok: false, count: 1 }, Event::Sent { ok: false, count: 0 }]);
        assert!(unsent.is_empty());
        assert_eq!(unsent.len(), 0);
    }

    #[test]
    fn one_send_may_be_of_any_size_and_further_ones_not() {
        let mut unsent = Unsent::default();
        assert!(unsent.has_room(usize::MAX));
        unsent.push(&[0; 10], 0);
        assert!(unsent.has_room(MAX_UNSENT - 10));
        assert!(!unsent.has_room(MAX_UNSENT - 9));
    }
}
