//! The modes of `io.open`.

/// How a file is opened; as C's `fopen` does for the modes `r`, `w`, `a`, each with `+` or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mode {
    /// Something may be read.
    pub reads: bool,
    /// Something may be written.
    pub writes: bool,
    /// Everything is written at the end.
    pub appends: bool,
    /// What is in the file is removed.
    pub truncates: bool,
}

impl Mode {
    /// `wb`: a new file is written, in place of one that is there.
    pub const ANEW: Mode = Mode { reads: false, writes: true, appends: false, truncates: true };

    /// Reads a mode, such as `b"rb"` or `b"w+b"`; a `b` before or after the `+` changes nothing. None for
    /// any other text.
    pub fn parse(text: &[u8]) -> Option<Mode> {
        let (first, rest) = text.split_first()?;
        let updates = match rest {
            b"" | b"b" => false,
            b"+" | b"+b" | b"b+" => true,
            _ => return None,
        };
        match first {
            b'r' => Some(Mode { reads: true, writes: updates, appends: false, truncates: false }),
            b'w' => Some(Mode { reads: updates, writes: true, appends: false, truncates: true }),
            b'a' => Some(Mode { reads: updates, writes: true, appends: true, truncates: false }),
            _ => None,
        }
    }

    /// Whether a file that is not there is made.
    pub fn creates(self) -> bool {
        self.truncates || self.appends
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_modes_of_c_and_no_others() {
        let flags = |text: &[u8]| {
            Mode::parse(text).map(|mode| (mode.reads, mode.writes, mode.appends, mode.truncates, mode.creates()))
        };
        assert_eq!(flags(b"r"), Some((true, false, false, false, false)));
        assert_eq!(flags(b"rb"), flags(b"r"));
        assert_eq!(flags(b"r+"), Some((true, true, false, false, false)));
        assert_eq!(flags(b"wb"), Some((false, true, false, true, true)));
        assert_eq!(flags(b"w+b"), Some((true, true, false, true, true)));
        assert_eq!(flags(b"ab"), Some((false, true, true, false, true)));
        assert_eq!(flags(b"ab+"), Some((true, true, true, false, true)));
        for text in [b"".as_slice(), b"x", b"rw", b"r++", b"rbb", b"+r", b" r"] {
            assert_eq!(flags(text), None, "{text:?}");
        }
    }
}
