//! The last lines of the log, for who comes later.

use std::collections::VecDeque;

use tokio_tungstenite::tungstenite::Utf8Bytes;

/// Most lines.
pub const MOST_LINES: usize = 2000;

/// Most bytes of all lines together, as messages. The last line is kept however long it is.
const MOST_BYTES: usize = 8 << 20;

/// Lines, as messages.
#[derive(Default)]
pub struct Log {
    lines: VecDeque<Utf8Bytes>,
    /// Their length together.
    bytes: usize,
}

impl Log {
    /// Adds a line. The oldest ones make room for it.
    pub fn keep(&mut self, line: Utf8Bytes) {
        self.bytes += line.len();
        self.lines.push_back(line);
        while self.lines.len() > MOST_LINES || self.bytes > MOST_BYTES && self.lines.len() > 1 {
            self.bytes -= self.lines.pop_front().map_or(0, |line| line.len());
        }
    }

    /// The last lines, at most so many.
    pub fn last(&self, count: usize) -> Vec<Utf8Bytes> {
        self.lines.iter().skip(self.lines.len().saturating_sub(count)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(lines: impl IntoIterator<Item = String>) -> Log {
        let mut log = Log::default();
        lines.into_iter().for_each(|line| log.keep(line.into()));
        log
    }

    #[test]
    fn the_last_lines_are_kept() {
        let log = log((0..MOST_LINES + 5).map(|number| number.to_string()));
        assert_eq!(log.last(usize::MAX).len(), MOST_LINES);
        assert_eq!(log.last(usize::MAX)[0].as_str(), "5");
        assert_eq!(log.last(1)[0].as_str(), (MOST_LINES + 4).to_string());
        assert!(log.last(0).is_empty());
    }

    #[test]
    fn long_lines_take_no_more_room_than_short_ones() {
        let line = "x".repeat(MOST_BYTES / 10);
        assert_eq!(log(std::iter::repeat_n(line, 100)).last(usize::MAX).len(), 10);
    }

    #[test]
    fn a_line_that_is_too_long_is_kept_alone() {
        let log = log(["short".into(), "x".repeat(MOST_BYTES + 1)]);
        assert_eq!(log.last(usize::MAX).len(), 1);
    }
}
