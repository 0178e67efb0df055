//! Bytes become command lines and texts, lines become bytes.

/// Longest command line in bytes; a longer one is an error.
pub(super) const MAX_LINE: usize = 4096;

/// What ends the text that a command asks for, and what gives it up.
const CTRL_Z: u8 = 0x1a;
const ESCAPE: u8 = 0x1b;

/// What has come in.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Input {
    /// A command line without its end; cut at [`MAX_LINE`].
    Line(Vec<u8>),
    /// The text that the last command has asked for.
    Text(Vec<u8>),
    /// That text was given up.
    GivenUp,
}

/// Takes bytes in any pieces.
#[derive(Debug, Default)]
pub(super) struct Framing {
    line: Vec<u8>,
    takes_text: bool,
}

impl Framing {
    /// What comes next is a text, up to Ctrl-Z or Escape.
    pub fn expect_text(&mut self) {
        self.takes_text = true;
    }

    /// Takes one byte. A carriage return ends a command; line feeds between commands do not count.
    pub fn take(&mut self, byte: u8) -> Option<Input> {
        match byte {
            CTRL_Z | ESCAPE if std::mem::take(&mut self.takes_text) => {
                let text = std::mem::take(&mut self.line);
                return Some(if byte == CTRL_Z { Input::Text(text) } else { Input::GivenUp });
            }
            b'\r' if !self.takes_text => return Some(Input::Line(std::mem::take(&mut self.line))),
            b'\n' if !self.takes_text => {}
            _ if self.line.len() < MAX_LINE => self.line.push(byte),
            _ => {}
        }
        None
    }
}

/// A line as the modem sends it, with the line ends around it that libraries rely on.
pub(super) fn framed(text: &str) -> String {
    format!("\r\n{text}\r\n")
}

/// The lines of a whole answer as the modem sends them. A line without a prefix belongs to the one before it, as the
/// digits of a message do.
pub(super) fn answer_text(text: &str) -> String {
    let mut said = String::new();
    for line in text.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
        if said.is_empty() || starts_anew(line) {
            said += "\r\n";
        }
        said += line;
        said += "\r\n";
    }
    said
}

/// Whether a line of an answer stands by itself: it has a prefix, or it is a result or another line in capitals.
fn starts_anew(line: &str) -> bool {
    line.starts_with(['+', '*', '^', '>']) || line.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(framing: &mut Framing, bytes: &[u8]) -> Vec<Input> {
        bytes.iter().filter_map(|byte| framing.take(*byte)).collect()
    }

    #[test]
    fn lines_end_with_a_carriage_return() {
        let mut framing = Framing::default();
        let lines = all(&mut framing, b"AT\r\nAT+CSQ\r");
        assert_eq!(lines, [Input::Line(b"AT".into()), Input::Line(b"AT+CSQ".into())]);
    }

    #[test]
    fn a_text_may_have_lines() {
        let mut framing = Framing::default();
        framing.expect_text();
        assert_eq!(all(&mut framing, b"a\r\nb\x1a"), [Input::Text(b"a\r\nb".into())]);
        framing.expect_text();
        assert_eq!(all(&mut framing, b"a\x1bAT\r"), [Input::GivenUp, Input::Line(b"AT".into())]);
    }

    #[test]
    fn an_endless_line_is_cut() {
        let mut framing = Framing::default();
        let lines = all(&mut framing, &[vec![b'A'; 3 * MAX_LINE], vec![b'\r']].concat());
        assert_eq!(lines, [Input::Line(vec![b'A'; MAX_LINE])]);
    }

    #[test]
    fn an_answer_has_line_ends_around_its_lines() {
        for (text, said) in [
            ("", ""),
            ("OK", "\r\nOK\r\n"),
            ("12345\nOK\n", "\r\n12345\r\n\r\nOK\r\n"),
            ("+CMGR: 0,,2\r\n0011\r\n\r\nOK", "\r\n+CMGR: 0,,2\r\n0011\r\n\r\nOK\r\n"),
            ("OK\n+CUSD: 2,\"hi\",15", "\r\nOK\r\n\r\n+CUSD: 2,\"hi\",15\r\n"),
            ("NO CARRIER", "\r\nNO CARRIER\r\n"),
        ] {
            assert_eq!(answer_text(text), said, "{text}");
        }
    }
}
