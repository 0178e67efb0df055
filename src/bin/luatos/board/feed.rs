//! What all watchers are told, each at its own pace: who is too slow misses the oldest messages.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::ring::Ring;

/// Messages that may wait for the slowest watcher, and their bytes together.
const MOST: usize = 4096;
const MOST_BYTES: usize = 16 << 20;

/// See the module.
pub struct Feed {
    messages: Mutex<Ring>,
    /// The number of the next message.
    next: watch::Sender<u64>,
}

/// Where a watcher is.
pub struct Place {
    /// The number of its next message.
    number: u64,
    next: watch::Receiver<u64>,
}

/// What is next for a watcher.
pub enum Next {
    /// A message.
    Message(Utf8Bytes),
    /// It has missed so many messages.
    Lost(u64),
    /// Nothing yet.
    Nothing,
}

impl Feed {
    /// Without messages.
    pub fn new() -> Self {
        Feed { messages: Mutex::new(Ring::new(MOST, MOST_BYTES)), next: watch::Sender::new(0) }
    }

    /// Tells all watchers.
    pub fn send(&self, message: Utf8Bytes) {
        let mut messages = self.messages();
        messages.push(message);
        self.next.send_replace(messages.next_number());
    }

    /// Nobody watches any more.
    pub fn clear(&self) {
        self.messages().clear();
    }

    /// The place of a watcher who is told what comes from now on.
    pub fn end(&self) -> Place {
        Place { number: self.messages().next_number(), next: self.next.subscribe() }
    }

    /// What is next at a place, which moves on.
    pub fn next(&self, place: &mut Place) -> Next {
        // What is sent after this ends the next wait.
        place.next.mark_unchanged();
        let Some((number, message)) = self.messages().at_or_after(place.number) else { return Next::Nothing };
        if number > place.number {
            let lost = number - place.number;
            place.number = number;
            return Next::Lost(lost);
        }
        place.number += 1;
        Next::Message(message)
    }

    fn messages(&self) -> MutexGuard<'_, Ring> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Waits until something has been sent since [`Feed::next`] last looked.
    pub async fn changed(&mut self) {
        // The sender lives as long as the feed.
        let _ = self.next.changed().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(next: Next) -> String {
        match next {
            Next::Message(text) => text.to_string(),
            Next::Lost(count) => format!("{count} lost"),
            Next::Nothing => "nothing".into(),
        }
    }

    #[test]
    fn each_watcher_has_its_own_pace() {
        let feed = Feed::new();
        feed.send("before".into());
        let mut quick = feed.end();
        assert_eq!(text(feed.next(&mut quick)), "nothing");
        feed.send("a".into());
        let mut late = feed.end();
        feed.send("b".into());
        assert_eq!([0; 3].map(|_| text(feed.next(&mut quick))), ["a", "b", "nothing"]);
        assert_eq!([0; 2].map(|_| text(feed.next(&mut late))), ["b", "nothing"]);
    }

    #[test]
    fn who_is_too_slow_is_told_how_much_is_lost() {
        let feed = Feed::new();
        let mut place = feed.end();
        (0..MOST + 3).for_each(|number| feed.send(number.to_string().into()));
        assert_eq!([0; 2].map(|_| text(feed.next(&mut place))), ["3 lost", "3"]);
        (0..3).for_each(|_| feed.send("x".repeat(MOST_BYTES).into()));
        assert!(text(feed.next(&mut place)).ends_with("lost"));
        assert_eq!(text(feed.next(&mut place)).len(), MOST_BYTES);
        assert_eq!(text(feed.next(&mut place)), "nothing");
    }
}
