//! An answer, of which the bytes come in pieces of any size.

use std::fmt;

use super::head::{Framing, Head};

/// Longest head; most bytes of the interim answers before it, and of the trailers after the last chunk.
const MAX_HEAD: usize = 64 * 1024;

/// Longest line with the size of a chunk, and longest trailer.
const MAX_LINE: usize = 16 * 1024;

/// Why bytes are no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed(pub(super) String);

impl fmt::Display for Malformed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Head,
    /// So many bytes of the body are left.
    Body(u64),
    UntilClose,
    ChunkSize,
    /// So many bytes of the chunk are left.
    Chunk(u64),
    /// The end of the line after a chunk.
    ChunkEnd,
    /// So many bytes of trailers have come.
    Trailers(usize),
    Over,
}

/// See the module.
#[derive(Debug)]
pub struct Answer {
    /// It answers `HEAD`: it has no body.
    to_head: bool,
    state: State,
    /// The incomplete head or line.
    partial: Vec<u8>,
    /// Bytes of interim answers.
    interim: usize,
    head: Option<Head>,
}

impl Answer {
    /// An answer of which nothing has come.
    pub fn new(to_head: bool) -> Self {
        Answer { to_head, state: State::Head, partial: Vec::new(), interim: 0, head: None }
    }

    /// Status and fields, once they are complete.
    pub fn head(&self) -> Option<&Head> {
        self.head.as_ref()
    }

    /// `Content-Length`, where the answer has one and its body is not chunked.
    pub fn length(&self) -> Option<u64> {
        let head = self.head.as_ref()?;
        matches!(head.framing(false), Ok(Framing::Length(_))).then(|| head.content_length().ok().flatten()).flatten()
    }

    /// Whether all of it has come.
    pub fn is_over(&self) -> bool {
        self.state == State::Over
    }

    /// Whether the end of the connection is the end of the body.
    pub fn ends_by_close(&self) -> bool {
        matches!(self.state, State::UntilClose | State::Over)
    }

    /// Takes bytes that are of the body alone, as they are. Returns false, and takes nothing, where [`feed`](Self::feed)
    /// has to look at them.
    pub fn feed_body(&mut self, bytes: &[u8]) -> bool {
        match self.state {
            State::UntilClose => true,
            State::Body(left) if bytes.len() as u64 <= left => {
                let left = left - bytes.len() as u64;
                self.state = if left == 0 { State::Over } else { State::Body(left) };
                true
            }
            _ => false,
        }
    }

    /// Takes what has come; what it has of the body is added to `body`. What comes after the end is dropped.
    ///
    /// # Errors
    /// The bytes are no answer.
    pub fn feed(&mut self, mut bytes: &[u8], body: &mut Vec<u8>) -> Result<(), Malformed> {
        while !bytes.is_empty() {
            bytes = match self.state {
                State::Head => self.feed_head(bytes, body)?,
                State::Body(left) => {
                    let (rest, left) = take(bytes, left, body);
                    self.state = if left == 0 { State::Over } else { State::Body(left) };
                    rest
                }
                State::Chunk(left) => {
                    let (rest, left) = take(bytes, left, body);
                    self.state = if left == 0 { State::ChunkEnd } else { State::Chunk(left) };
                    rest
                }
                State::UntilClose => {
                    body.extend_from_slice(bytes);
                    &[]
                }
                State::ChunkSize | State::ChunkEnd | State::Trailers(_) => self.feed_line(bytes)?,
                State::Over => &[],
            };
        }
        Ok(())
    }

    /// Takes bytes of the head, and those after it.
    fn feed_head<'a>(&mut self, bytes: &[u8], body: &mut Vec<u8>) -> Result<&'a [u8], Malformed> {
        self.partial.extend_from_slice(bytes);
        while let Some((head, length)) = Head::read(&self.partial)? {
            self.partial.drain(..length);
            // Interim answers, such as 100 Continue; 101 is the last one of its protocol.
            if (100..200).contains(&head.status) && head.status != 101 {
                self.interim += length;
                if self.interim > MAX_HEAD {
                    return Err(Malformed(format!("the interim answers are longer than {MAX_HEAD} bytes")));
                }
                continue;
            }
            self.state = match head.framing(self.to_head)? {
                Framing::Length(0) => State::Over,
                Framing::Length(length) => State::Body(length),
                Framing::Chunked => State::ChunkSize,
                Framing::UntilClose => State::UntilClose,
            };
            self.head = Some(head);
            let rest = std::mem::take(&mut self.partial);
            self.feed(&rest, body)?;
            return Ok(&[]);
        }
        if self.partial.len() > MAX_HEAD {
            return Err(Malformed(format!("the head is longer than {MAX_HEAD} bytes")));
        }
        Ok(&[])
    }

    /// Takes bytes of a line; returns those after it.
    fn feed_line<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a [u8], Malformed> {
        let end = bytes.iter().position(|byte| *byte == b'\n');
        self.partial.extend_from_slice(&bytes[..end.map_or(bytes.len(), |end| end + 1)]);
        if self.partial.len() > MAX_LINE {
            return Err(Malformed(format!("a line of a chunk is longer than {MAX_LINE} bytes")));
        }
        let Some(end) = end else { return Ok(&[]) };
        let line = std::mem::take(&mut self.partial);
        let is_empty = line.trim_ascii().is_empty();
        self.state = match self.state {
            State::ChunkSize => match chunk_size(&line)? {
                0 => State::Trailers(0),
                size => State::Chunk(size),
            },
            State::ChunkEnd if is_empty => State::ChunkSize,
            State::ChunkEnd => return Err(Malformed("a chunk is longer than its size says".to_owned())),
            State::Trailers(length) if !is_empty => State::Trailers(within_head(length + line.len())?),
            _ => State::Over,
        };
        Ok(&bytes[end + 1..])
    }
}

/// The length of the trailers, if they may be that long.
fn within_head(length: usize) -> Result<usize, Malformed> {
    if length > MAX_HEAD {
        return Err(Malformed(format!("the trailers are longer than {MAX_HEAD} bytes")));
    }
    Ok(length)
}

/// Moves at most `left` bytes to `body`; returns the rest, and how many are still to come.
fn take<'a>(bytes: &'a [u8], left: u64, body: &mut Vec<u8>) -> (&'a [u8], u64) {
    let count = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
    body.extend_from_slice(&bytes[..count]);
    (&bytes[count..], left - count as u64)
}

fn chunk_size(line: &[u8]) -> Result<u64, Malformed> {
    let bad = || Malformed(format!("the size of a chunk expected, got {:?}", String::from_utf8_lossy(line).trim()));
    // Servers that end lines with LF alone are understood.
    let mut line = line.trim_ascii().to_vec();
    line.extend_from_slice(b"\r\n");
    match httparse::parse_chunk_size(&line) {
        Ok(httparse::Status::Complete((_, size))) => Ok(size),
        _ => Err(bad()),
    }
}

#[cfg(test)]
mod tests {
    use super::Answer;

    /// Feeds a text in pieces of every size, once with a way for those of the body alone; returns the body and the
    /// answer.
    fn read(text: &str, to_head: bool) -> (String, Answer) {
        let ways = (1..=text.len().max(1)).flat_map(|size| [(size, false), (size, true)]);
        let mut results = ways.map(|(size, has_short_way)| {
            let (mut answer, mut body) = (Answer::new(to_head), Vec::new());
            for piece in text.as_bytes().chunks(size) {
                if has_short_way && answer.feed_body(piece) {
                    body.extend_from_slice(piece);
                } else {
                    answer.feed(piece, &mut body).unwrap();
                }
            }
            (String::from_utf8(body).unwrap(), answer)
        });
        let first = results.next().unwrap();
        for (body, answer) in results {
            assert_eq!((&body, answer.is_over(), answer.head()), (&first.0, first.1.is_over(), first.1.head()));
        }
        first
    }

    /// Feeds a text in one piece.
    fn read_whole(text: &str) -> Answer {
        let mut answer = Answer::new(false);
        answer.feed(text.as_bytes(), &mut Vec::new()).unwrap();
        answer
    }

    fn fails(text: &str) -> String {
        Answer::new(false).feed(text.as_bytes(), &mut Vec::new()).unwrap_err().to_string()
    }

    #[test]
    fn a_length_ends_the_body() {
        let (body, answer) = read("HTTP/1.1 200 OK\r\ncontent-length: 5\r\nX-A: b\r\n\r\nhelloNO", false);
        assert_eq!((body.as_str(), answer.is_over(), answer.length()), ("hello", true, Some(5)));
        let head = answer.head().unwrap();
        assert_eq!((head.status, head.fields[1].0.as_str()), (200, "X-A"));
    }

    #[test]
    fn chunks_are_joined() {
        let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n3;x=y\r\nabc\r\n0A\r\n0123456789\r\n0\r\nT: r\r\n\r\n";
        let (body, answer) = read(text, false);
        assert_eq!((body.as_str(), answer.is_over(), answer.length()), ("abc0123456789", true, None));
    }

    #[test]
    fn the_connection_ends_a_body_without_a_length() {
        let (body, answer) = read("HTTP/1.0 200 OK\r\n\r\nabc", false);
        assert_eq!((body.as_str(), answer.is_over(), answer.ends_by_close()), ("abc", false, true));
        let (_, answer) = read("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", false);
        assert!(!answer.ends_by_close());
    }

    #[test]
    fn some_have_no_body() {
        assert!(read("HTTP/1.1 204 No Content\r\n\r\n", false).1.is_over());
        let (_, answer) = read("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", true);
        assert!(answer.is_over());
        assert_eq!(answer.length(), Some(9));
        assert!(read("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false).1.is_over());
    }

    #[test]
    fn interim_answers_are_skipped() {
        let text =
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 E\r\nA: b\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 1\r\n\r\nx";
        let (body, answer) = read(text, false);
        assert_eq!((body.as_str(), answer.head().unwrap().status, answer.is_over()), ("x", 404, true));
    }

    #[test]
    fn sloppy_heads_are_understood() {
        let text = "HTTP/1.1  200 OK\r\nA : 1\r\nno field\r\nB: one\r\n\t two\r\nContent-Length: 1\r\n\r\nx";
        let (body, answer) = read(text, false);
        assert_eq!((body.as_str(), answer.is_over()), ("x", true));
        let fields = &answer.head().unwrap().fields;
        assert_eq!(fields[..2], [("A".to_owned(), b"1".to_vec()), ("B".to_owned(), b"one two".to_vec())]);
        let many: String = (0..1000).map(|number| format!("A{number}: x\r\n")).collect();
        assert_eq!(read_whole(&format!("HTTP/1.1 200 OK\r\n{many}\r\n")).head().unwrap().fields.len(), 1000);
    }

    #[test]
    fn identity_is_no_coding() {
        let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 1\r\n\r\nx";
        assert!(read(text, false).1.is_over());
    }

    #[test]
    fn what_is_endless_is_refused() {
        let interim = "HTTP/1.1 100 Continue\r\n\r\n".repeat(3000);
        assert!(fails(&interim).contains("interim answers"));
        let trailers = "A: b\r\n".repeat(20_000);
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";
        assert!(fails(&format!("{chunked}{trailers}")).contains("trailers"));
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(fails("SSH-2.0\r\n\r\n").len() > 3);
        assert!(fails("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n").contains("Content-Length"));
        assert!(fails("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n").contains("\"-1\""));
        assert!(fails("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n").contains("chunk"));
        assert!(fails("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n").contains("longer"));
        assert!(fails(&format!("HTTP/1.1 200 OK\r\nA: {}", "x".repeat(70_000))).contains("head"));
    }
}
