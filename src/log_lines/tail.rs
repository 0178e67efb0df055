//! The last lines of a log.

use std::collections::VecDeque;

/// Longest line that is kept, in bytes; the rest of a longer one is left out.
const MAX_LINE: usize = 1000;

/// The last lines of some streams, in the order in which they were begun to be written.
#[derive(Debug)]
pub struct Tail {
    most: usize,
    lines: VecDeque<String>,
    /// What was written of a line that has not ended, by stream.
    begun: [Vec<u8>; 2],
}

impl Tail {
    /// Keeps so many lines at most.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Tail { most, lines: VecDeque::new(), begun: Default::default() }
    }

    /// Bytes were written to the stream 0 or 1.
    pub fn note(&mut self, stream: usize, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (text, has_ended) = piece.strip_suffix(b"\n").map_or((piece, false), |text| (text, true));
            let begun = &mut self.begun[stream];
            let room = MAX_LINE - begun.len();
            begun.extend_from_slice(&text[..text.len().min(room)]);
            if has_ended {
                let line = String::from_utf8_lossy(begun).into_owned();
                begun.clear();
                if self.lines.len() == self.most {
                    self.lines.pop_front();
                }
                self.lines.push_back(line);
            }
        }
    }

    /// The lines, the oldest first, with what has been begun at the end.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let begun = self.begun.iter().filter(|begun| !begun.is_empty());
        let begun = begun.map(|begun| String::from_utf8_lossy(begun).into_owned());
        self.lines.iter().cloned().chain(begun).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_lines_give_way() {
        let mut tail = Tail::new(2);
        tail.note(0, b"a\nb\nc\nd");
        assert_eq!(tail.lines(), ["b", "c", "d"]);
    }

    #[test]
    fn the_pieces_of_two_streams_stay_apart() {
        let mut tail = Tail::new(9);
        tail.note(0, b"on");
        tail.note(1, b"warning\n");
        tail.note(0, b"e\n");
        assert_eq!(tail.lines(), ["warning", "one"]);
    }

    #[test]
    fn a_long_line_is_cut() {
        let mut tail = Tail::new(1);
        tail.note(0, &vec![b'x'; 3 * MAX_LINE]);
        tail.note(0, b"y\n");
        assert_eq!(tail.lines()[0].len(), MAX_LINE);
    }
}
