//! The events of a connection that the script has not received yet.

use std::collections::VecDeque;

/// An event for the script. Events are kept in the order in which they happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A whole message arrived.
    Message {
        /// The payload, fragments joined.
        data: Vec<u8>,
        /// A text message (opcode 1), else binary (opcode 2).
        text: bool,
    },
    /// The kernel has accepted this number of messages completely.
    Sent(u32),
    /// A pong arrived.
    Pong(Vec<u8>),
    /// Something failed; the text says what and why.
    Error(String),
    /// The connection, which was open, has ended.
    Close {
        /// Close code as the contract has it (1005 and 1006 included).
        code: u16,
        /// The peer's or our reason; may be empty.
        reason: String,
    },
}

/// Unread bytes at which reading from the socket pauses, so that TCP pushes back.
const PAUSE_BYTES: usize = 256 * 1024;

/// Likewise for many small or empty messages, and for pongs.
const PAUSE_EVENTS: usize = 1024;

/// How far the bounds may be exceeded while a closing handshake is under way: its answer comes after
/// what the peer had sent before.
const CLOSING_FACTOR: usize = 16;

/// Which events [`Inbox::pop`] takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    /// Every event.
    All,
    /// Every event but messages, which stay for later.
    AllButMessages,
}

/// The events of one WebSocket object; what arrived before the end of a connection can still be
/// read after it.
#[derive(Debug, Default)]
pub struct Inbox {
    events: VecDeque<Event>,
    bytes: usize,
    messages: usize,
    has_news: bool,
    reports_sent: bool,
}

impl Inbox {
    /// Appends an event; `Sent` joins a `Sent` before it, an `Error` is not repeated.
    pub fn push(&mut self, event: Event) {
        if matches!(event, Event::Sent(_)) && !self.reports_sent {
            return;
        }
        self.has_news = true;
        match (&event, self.events.back_mut()) {
            (Event::Sent(more), Some(Event::Sent(count))) => {
                *count += more;
                return;
            }
            (Event::Error(new), Some(Event::Error(old))) if new == old => return,
            _ => {}
        }
        self.bytes += event.bytes();
        self.messages += usize::from(event.is_message());
        self.events.push_back(event);
    }

    /// Takes the oldest event of those that `take` asks for.
    pub fn pop(&mut self, take: Take) -> Option<Event> {
        let at = match take {
            Take::All => 0,
            Take::AllButMessages => self.events.iter().position(|event| !event.is_message())?,
        };
        // One entry counts several consecutive `sent` events.
        if let Some(Event::Sent(count)) = self.events.get_mut(at)
            && *count > 1
        {
            *count -= 1;
            return Some(Event::Sent(1));
        }
        let event = self.events.remove(at)?;
        self.bytes -= event.bytes();
        self.messages -= usize::from(event.is_message());
        Some(event)
    }

    /// Whether reading from the socket has to pause.
    pub fn is_full(&self) -> bool {
        self.bytes >= PAUSE_BYTES || self.events.len() >= PAUSE_EVENTS
    }

    /// Whether reading should pause even while the connection is closing.
    pub fn is_overfull(&self) -> bool {
        self.bytes >= CLOSING_FACTOR * PAUSE_BYTES || self.events.len() >= CLOSING_FACTOR * PAUSE_EVENTS
    }

    /// Whether anything was pushed since the last call.
    pub fn take_news(&mut self) -> bool {
        std::mem::take(&mut self.has_news)
    }

    /// Whether [`Event::Sent`] is wanted; it is not at first. Each costs the script a wake-up.
    pub fn report_sent(&mut self, wanted: bool) {
        self.reports_sent = wanted;
    }

    /// Whether a message waits.
    pub fn has_messages(&self) -> bool {
        self.messages > 0
    }
}

impl Event {
    fn is_message(&self) -> bool {
        matches!(self, Event::Message { .. })
    }

    fn bytes(&self) -> usize {
        match self {
            Event::Message { data, .. } => data.len(),
            Event::Pong(data) => data.len(),
            Event::Sent(_) | Event::Error(_) | Event::Close { .. } => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(data: &'static str) -> Event {
        Event::Message { data: data.as_bytes().to_vec(), text: true }
    }

    #[test]
    fn events_keep_their_order_and_sent_is_told_once_each() {
        let mut inbox = Inbox::default();
        inbox.push(Event::Sent(1));
        assert!(inbox.events.is_empty() && !inbox.take_news(), "not asked for");
        inbox.report_sent(true);
        for event in [Event::Sent(1), Event::Sent(2), message("a"), Event::Sent(1)] {
            inbox.push(event);
        }
        let told: Vec<_> = std::iter::from_fn(|| inbox.pop(Take::All)).collect();
        assert_eq!(told, [Event::Sent(1), Event::Sent(1), Event::Sent(1), message("a"), Event::Sent(1)]);
    }

    #[test]
    fn messages_can_be_left_for_later() {
        let mut inbox = Inbox::default();
        let close = Event::Close { code: 1000, reason: String::new() };
        for event in [message("a"), Event::Pong(Vec::new()), message("b"), close.clone()] {
            inbox.push(event);
        }
        assert_eq!(inbox.pop(Take::AllButMessages), Some(Event::Pong(Vec::new())));
        assert_eq!(inbox.pop(Take::AllButMessages), Some(close));
        assert_eq!(inbox.pop(Take::AllButMessages), None);
        assert_eq!(inbox.pop(Take::All), Some(message("a")));
        assert_eq!(inbox.pop(Take::All), Some(message("b")));
    }

    #[test]
    fn is_full_by_bytes_and_by_number() {
        let mut inbox = Inbox::default();
        inbox.push(Event::Message { data: vec![0; PAUSE_BYTES], text: false });
        assert!(inbox.is_full());
        inbox.pop(Take::All);
        assert!(!inbox.is_full());
        for _ in 0..PAUSE_EVENTS {
            inbox.push(message(""));
        }
        assert!(inbox.is_full());
    }
}
