//! The body of an HTTP answer that refuses the upgrade, read as far as an error message needs it.

use std::borrow::Cow;

use crate::websocket::handshake::printable;

/// Bytes of decoded body that are looked at.
const MAX_BODY: usize = 1024;

/// Longest line between the data of a chunked body, with its extensions.
const MAX_CHUNK_LINE: usize = 1024;

/// How the body is delimited (RFC 9112 section 6.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Framing {
    /// `Content-Length`, or no body at all.
    Length(u64),
    /// `Transfer-Encoding` with `chunked` as the last coding.
    Chunked,
    /// Up to the end of the connection.
    UntilClose,
}

/// Reads a body piece by piece, until its first line is complete.
#[derive(Debug)]
pub struct Body {
    part: Part,
    text: Vec<u8>,
    is_hidden: bool,
}

/// What the next byte belongs to.
#[derive(Debug)]
enum Part {
    /// Data up to the end of the connection.
    Rest,
    /// So many bytes of data, and no more body after them.
    Data(u64),
    /// So many bytes of data of a chunk.
    ChunkData(u64),
    /// The line end after a chunk's data, or the line with the next chunk's size.
    ChunkLine(Vec<u8>),
    /// The body is complete, or its framing is broken.
    End,
}

impl Body {
    /// A body of which nothing has arrived. `is_coded`: it has a `Content-Encoding`, so that its
    /// bytes are no text.
    pub fn new(framing: &Framing, is_coded: bool) -> Self {
        let part = match framing {
            Framing::Length(0) => Part::End,
            Framing::Length(length) => Part::Data(*length),
            Framing::Chunked => Part::ChunkLine(Vec::new()),
            Framing::UntilClose => Part::Rest,
        };
        Body { part, text: Vec::new(), is_hidden: is_coded }
    }

    /// Takes the bytes that arrived next.
    pub fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && !self.is_complete() {
            match &mut self.part {
                Part::Rest => {
                    self.text.extend_from_slice(bytes);
                    return;
                }
                Part::Data(left) | Part::ChunkData(left) => {
                    let count = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                    *left -= count as u64;
                    self.text.extend_from_slice(&bytes[..count]);
                    bytes = &bytes[count..];
                    match self.part {
                        Part::Data(0) => self.part = Part::End,
                        Part::ChunkData(0) => self.part = Part::ChunkLine(Vec::new()),
                        _ => {}
                    }
                }
                Part::ChunkLine(line) => {
                    line.push(bytes[0]);
                    bytes = &bytes[1..];
                    // After a chunk's data.
                    if line == b"\r\n" {
                        line.clear();
                    } else if line.ends_with(b"\n") || line.len() > MAX_CHUNK_LINE {
                        self.part = match httparse::parse_chunk_size(line) {
                            Ok(httparse::Status::Complete((_, size))) if size > 0 => Part::ChunkData(size),
                            _ => Part::End,
                        };
                    }
                }
                Part::End => return,
            }
        }
    }

    /// Whether further bytes change nothing: the body is complete, or its first line is, or it is
    /// long enough.
    pub fn is_complete(&self) -> bool {
        self.is_hidden
            || matches!(self.part, Part::End)
            || self.text.len() > MAX_BODY
            || self.visible().trim_ascii_start().contains(&b'\n')
    }

    /// The first line that is not blank: trimmed, at most 200 characters, without control
    /// characters and, where the body is HTML, without tags.
    pub fn first_line(&self) -> Option<String> {
        if self.is_hidden {
            return None;
        }
        let visible = self.visible();
        let text = String::from_utf8_lossy(&visible);
        let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
        Some(printable(line).chars().take(200).collect())
    }

    /// The body without the tags of HTML, which a proxy's pages begin with.
    fn visible(&self) -> Cow<'_, [u8]> {
        if !self.text.trim_ascii_start().starts_with(b"<") {
            return Cow::Borrowed(&self.text);
        }
        let mut is_tag = false;
        let mut visible = Vec::new();
        for byte in &self.text {
            match byte {
                b'<' => is_tag = true,
                b'>' => is_tag = false,
                _ if is_tag => {}
                _ => visible.push(*byte),
            }
        }
        Cow::Owned(visible)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(framing: Framing, bytes: &[u8]) -> (bool, Option<String>) {
        let mut whole = Body::new(&framing, false);
        whole.push(bytes);
        let mut single = Body::new(&framing, false);
        bytes.iter().for_each(|byte| single.push(&[*byte]));
        assert_eq!((whole.is_complete(), whole.first_line()), (single.is_complete(), single.first_line()));
        (whole.is_complete(), whole.first_line())
    }

    fn line(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn a_length_ends_the_body() {
        assert_eq!(read(Framing::Length(0), b"junk"), (true, None));
        assert_eq!(read(Framing::Length(4), b"no"), (false, line("no")));
        assert_eq!(read(Framing::Length(4), b"no! and junk"), (true, line("no!")));
        assert_eq!(read(Framing::Length(100), b"\r\n  no such room \nsecond"), (true, line("no such room")));
        assert_eq!(read(Framing::Length(u64::MAX), b"x"), (false, line("x")));
    }

    #[test]
    fn chunks_are_joined() {
        assert_eq!(
            read(Framing::Chunked, b"5\r\nno su\r\n7;a=\"b\"\r\nch room\r\n0\r\n\r\n"),
            (true, line("no such room"))
        );
        assert_eq!(read(Framing::Chunked, b"B\r\nno such roo"), (false, line("no such roo")));
        assert_eq!(read(Framing::Chunked, b"00\r\n\r\n"), (true, None));
    }

    #[test]
    fn broken_chunks_end_the_body() {
        assert_eq!(read(Framing::Chunked, b"no number\r\n"), (true, None));
        assert_eq!(read(Framing::Chunked, b"2\r\nok\r\nffffffffffffffffff\r\n"), (true, line("ok")));
        assert_eq!(read(Framing::Chunked, b"2\r\nokay\r\n"), (true, line("ok")));
        assert_eq!(read(Framing::Chunked, &[b'1'; 2000]), (true, None));
    }

    #[test]
    fn without_framing_the_first_line_is_enough() {
        assert_eq!(read(Framing::UntilClose, b"\n \nno"), (false, line("no")));
        assert_eq!(read(Framing::UntilClose, b"\n \nno\n"), (true, line("no")));
        assert_eq!(read(Framing::UntilClose, &[b'x'; MAX_BODY + 1]), (true, Some("x".repeat(200))));
    }

    #[test]
    fn html_is_read_without_its_tags() {
        let page = b"<!DOCTYPE html>\r\n<html>\r\n<head><title>400 No required certificate</title></head>\r\n<body>";
        assert_eq!(read(Framing::UntilClose, page), (true, line("400 No required certificate")));
        assert_eq!(read(Framing::Length(12), b"<html></html"), (true, None));
        assert_eq!(read(Framing::UntilClose, b"a < b\n"), (true, line("a < b")));
    }

    #[test]
    fn nothing_reaches_the_terminal_but_text() {
        assert_eq!(
            read(Framing::UntilClose, b"\x1b[31mred\xc2\x9b0m\x07\n"),
            (true, line("\u{fffd}[31mred\u{fffd}0m\u{fffd}"))
        );
        let mut coded = Body::new(&Framing::UntilClose, true);
        coded.push(b"\x1f\x8b\x08");
        assert_eq!((coded.is_complete(), coded.first_line()), (true, None));
    }
}
