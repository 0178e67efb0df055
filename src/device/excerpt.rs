//! The beginning of some bytes, for people.

use std::fmt;

/// How many bytes are kept.
const MOST: usize = 1024;

/// How many of them its text shows.
const SHOWN: usize = 200;

/// The beginning of some bytes and their number. Its text is fit for one line, with the first 200 bytes:
/// `6 bytes: hello\n`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// How many bytes there are.
    pub size: usize,
    /// The first 1,024 of them.
    pub first: Vec<u8>,
}

impl Excerpt {
    /// Of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Excerpt { size: bytes.len(), first: bytes[..bytes.len().min(MOST)].to_vec() }
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} byte{}", self.size, if self.size == 1 { "" } else { "s" })?;
        if self.size > 0 {
            f.write_str(": ")?;
        }
        // A character that is cut at the end is no reason to show all others as numbers.
        let shown = &self.first[..self.first.len().min(SHOWN)];
        for chunk in shown.utf8_chunks() {
            write!(f, "{}{}", Shown(chunk.valid()), chunk.invalid().escape_ascii())?;
        }
        f.write_str(if self.size > shown.len() { " …" } else { "" })
    }
}

/// A text whose control characters are escaped, and whose quotes are not.
struct Shown<'a>(&'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| {
            if c.is_control() || c == '\\' { write!(f, "{}", c.escape_default()) } else { write!(f, "{c}") }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_text_as_it_is_and_other_bytes_escaped() {
        assert_eq!(Excerpt::of("灯\r\n\"\\\0".as_bytes()).to_string(), "8 bytes: 灯\\r\\n\"\\\\\\u{0}");
        assert_eq!(Excerpt::of(b"\xff").to_string(), "1 byte: \\xff");
        assert_eq!(Excerpt::of(b"").to_string(), "0 bytes");
    }

    #[test]
    fn shows_the_beginning_only() {
        for size in [SHOWN + 1, 2 * MOST] {
            let excerpt = Excerpt::of(&vec![b'x'; size]);
            assert_eq!(excerpt.to_string(), format!("{size} bytes: {} …", "x".repeat(SHOWN)));
            assert_eq!(excerpt.first.len(), size.min(MOST));
        }
        assert_eq!(Excerpt::of(&[b'x'; SHOWN]).to_string(), format!("{SHOWN} bytes: {}", "x".repeat(SHOWN)));
    }
}
