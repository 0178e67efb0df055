//! How grave a line is, and how a terminal shows that.

/// How grave a line is, by the device's form `[LETTER]-[tag] text`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// `[E]`, `[F]`, and what ends a run.
    Error,
    /// `[W]`
    Warning,
    /// `[I]`
    Info,
    /// `[D]`, `[T]`
    Debug,
    /// A line of `--trace`.
    Trace,
}

impl Level {
    /// The level of a line that begins so; none for a line in no form of ours.
    #[must_use]
    pub fn of(line: &[u8]) -> Option<Level> {
        match line {
            [b'[', b'E' | b'F', b']', b'-', b'[', ..] => Some(Level::Error),
            [b'[', b'W', b']', b'-', b'[', ..] => Some(Level::Warning),
            [b'[', b'I', b']', b'-', b'[', ..] => Some(Level::Info),
            [b'[', b'D' | b'T', b']', b'-', b'[', ..] => Some(Level::Debug),
            _ => None,
        }
    }

    /// The control sequence (SGR of ECMA-48, 8.3.117) that a terminal shows it by.
    pub(super) fn on(self) -> &'static [u8] {
        match self {
            Level::Error => b"\x1b[31m",
            Level::Warning => b"\x1b[33m",
            Level::Info => b"\x1b[1m",
            Level::Debug => b"\x1b[2m",
            Level::Trace => b"\x1b[36m",
        }
    }

    /// How much of a line is shown so: of an information its level and tag, else all of it.
    pub(super) fn extent(self, line: &[u8]) -> usize {
        match self {
            Level::Info => line.iter().skip(4).position(|byte| *byte == b']').map_or(line.len(), |end| end + 5),
            _ => line.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_gives_the_level() {
        assert_eq!(Level::of(b"[E]-[net] gone"), Some(Level::Error));
        assert_eq!(Level::of(b"[T]-[] x"), Some(Level::Debug));
        assert_eq!(Level::of(b"[E] gone"), None);
        assert_eq!(Level::of(b""), None);
    }

    #[test]
    fn of_an_information_the_tag_stands_out() {
        assert_eq!(Level::Info.extent(b"[I]-[tag] text"), 9);
        assert_eq!(Level::Info.extent(b"[I]-[tag"), 8);
        assert_eq!(Level::Error.extent(b"[E]-[tag] text"), 14);
    }
}
