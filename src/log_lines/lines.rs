//! Colours and stamps of one stream's lines.

use super::Level;

/// What ends a colour.
const OFF: &[u8] = b"\x1b[0m";
/// What a stamp is shown by, so that it stays behind the line.
const DIM: &[u8] = b"\x1b[2m";

/// What is added to lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Colours, by [`Level`].
    pub is_coloured: bool,
    /// A stamp in front.
    pub is_stamped: bool,
}

impl Form {
    /// Whether nothing is added.
    #[must_use]
    pub fn is_plain(self) -> bool {
        self == Form::default()
    }
}

/// One stream of bytes, whose lines may come in pieces. Of the bytes themselves none is changed: a colour goes around
/// a line or a piece of one, never across its end, and a line that has control sequences of its own gets none.
#[derive(Debug, Default)]
pub struct Lines {
    form: Form,
    /// Whether a line has begun and not ended.
    is_within: bool,
    /// The level of the line that has begun.
    level: Option<Level>,
}

impl Lines {
    /// A stream at the beginning of a line.
    #[must_use]
    pub fn new(form: Form) -> Self {
        Lines { form, ..Lines::default() }
    }

    /// What to print for bytes that are written at a time, which `stamp` tells.
    ///
    /// `level` is that of lines that do not say theirs. A line without any has that of the line before it in the same
    /// call, as a traceback has that of its error; but what follows an information is text.
    pub fn decorate(&mut self, bytes: &[u8], level: Option<Level>, stamp: &str) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len() + 64);
        let mut before = level;
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (text, end) = piece.strip_suffix(b"\n").map_or((piece, &[][..]), |text| (text, b"\n"));
            if !self.is_within {
                self.level = Level::of(text).or(before);
                self.begin(&mut out, stamp);
            }
            before = self.level.filter(|level| *level != Level::Info);
            self.append(&mut out, text);
            out.extend_from_slice(end);
            self.is_within = end.is_empty();
        }
        out
    }

    fn begin(&self, out: &mut Vec<u8>, stamp: &str) {
        if self.form.is_stamped {
            let [on, off] = if self.form.is_coloured { [DIM, OFF] } else { [&[][..]; 2] };
            out.extend_from_slice(on);
            out.extend_from_slice(stamp.as_bytes());
            out.extend_from_slice(off);
        }
    }

    fn append(&self, out: &mut Vec<u8>, text: &[u8]) {
        let level = self.level.filter(|_| self.form.is_coloured && !text.is_empty() && !text.contains(&0x1b));
        let Some(level) = level else { return out.extend_from_slice(text) };
        // Of an information, what follows the tag is no more than text.
        if self.is_within && level == Level::Info {
            return out.extend_from_slice(text);
        }
        let (coloured, rest) = text.split_at(level.extent(text));
        out.extend_from_slice(level.on());
        out.extend_from_slice(coloured);
        out.extend_from_slice(OFF);
        out.extend_from_slice(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAMPED: Form = Form { is_coloured: false, is_stamped: true };
    const COLOURED: Form = Form { is_coloured: true, is_stamped: false };

    /// What is printed for each of the pieces; the stamps are `1 `, `2 `, …
    fn printed(form: Form, pieces: &[&str]) -> String {
        let mut lines = Lines::new(form);
        let pieces = pieces.iter().zip(1..);
        pieces.map(|(piece, n)| lines.decorate(piece.as_bytes(), None, &format!("{n} "))).map(text).collect()
    }

    fn text(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn each_line_gets_one_stamp_when_it_begins() {
        assert_eq!(printed(STAMPED, &["a\nb\n", "c", "d", "e\nf", "\n\n"]), "1 a\n1 b\n2 cde\n4 f\n5 \n");
    }

    #[test]
    fn a_form_without_anything_changes_nothing() {
        assert_eq!(printed(Form::default(), &["[E]-[a] b", "c\n"]), "[E]-[a] bc\n");
    }

    #[test]
    fn colours_end_with_the_line_and_with_a_piece() {
        assert_eq!(printed(COLOURED, &["[E]-[a] b\nplain"]), "\x1b[31m[E]-[a] b\x1b[0m\n\x1b[31mplain\x1b[0m");
        assert_eq!(printed(COLOURED, &["[W]-[a] ", "b\n"]), "\x1b[33m[W]-[a] \x1b[0m\x1b[33mb\x1b[0m\n");
        assert_eq!(printed(COLOURED, &["[E]-[a]\n", "plain\n"]), "\x1b[31m[E]-[a]\x1b[0m\nplain\n");
    }

    #[test]
    fn of_an_information_level_and_tag_stand_out() {
        assert_eq!(printed(COLOURED, &["[I]-[a] b", "c\n"]), "\x1b[1m[I]-[a]\x1b[0m bc\n");
    }

    #[test]
    fn a_line_with_control_sequences_stays_as_it_is() {
        assert_eq!(printed(COLOURED, &["[E]-[a] \x1b[7mb\x1b[0m\n"]), "[E]-[a] \x1b[7mb\x1b[0m\n");
    }

    #[test]
    fn a_line_that_says_no_level_gets_the_callers() {
        let mut lines = Lines::new(COLOURED);
        assert_eq!(text(lines.decorate(b"luatos: boom\n", Some(Level::Error), "")), "\x1b[31mluatos: boom\x1b[0m\n");
        assert_eq!(text(lines.decorate(b"x\n", None, "")), "x\n");
    }

    #[test]
    fn a_stamp_is_dim_beside_colours() {
        let both = Form { is_coloured: true, is_stamped: true };
        assert_eq!(printed(both, &["a\n"]), "\x1b[2m1 \x1b[0ma\n");
    }
}
