//! The receiving end of the byte stream: reads of any size become frames, and data frames become
//! messages (RFC 6455 sections 5.2 to 5.6).
//!
//! # Design
//! Nearly all frames are whole text or binary messages that arrive in one read: such a message is
//! delivered with one copy. Any other data frame is appended to an [`Assembly`] as its bytes
//! arrive, a long one by reading straight to its place. So UTF-8 and the size of a message are
//! checked on what is there, and a length that is only claimed costs no memory. Control frames are
//! handed on whole.

use std::io::{self, ErrorKind, Read};

use crate::{
    buffers::Buffers,
    websocket::{close_code, deflate::InflateError},
};

/// A frame with at least this much to come is read straight to its place.
const DIRECT_READ_MIN: u64 = 16 * 1024;

/// How much more is read with the end of a long frame: a read that fills its buffer has to be
/// followed by one that finds nothing, and a short frame often follows.
const READ_AHEAD: usize = 512;

/// Most memory that is filled with zeros at a time to read a long message into.
const GROW: usize = 256 * 1024;

/// Most memory that is reserved for a message before its bytes have arrived. Later the memory doubles.
const MAX_RESERVED: usize = 4 * 1024 * 1024;

/// State of the receiving end of one connection.
#[derive(Debug, Default)]
pub struct Deframer {
    /// Bytes that were read but not processed: an incomplete header or control frame, or what
    /// arrived while the inbox was full.
    pub rest: Vec<u8>,
    /// The message whose frames are arriving.
    pub message: Option<Assembly>,
    /// Payload bytes of the current data frame that have not arrived.
    pub remaining: u64,
    /// FIN bit of the current data frame.
    pub is_final: bool,
    /// Bytes read in all.
    pub received: u64,
    /// Frames that may still be processed in this turn.
    pub frames_left: usize,
}

/// What one read of the stream returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Got {
    /// That many bytes, at least one.
    Bytes(usize),
    /// Nothing, for now.
    Nothing,
    /// End of stream.
    End,
}

/// A breach of the protocol by the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// Close code to answer with (section 7.4.1).
    pub code: u16,
    /// What the server did.
    pub problem: String,
}

impl Breach {
    /// A violation that no other close code describes.
    pub fn protocol(problem: impl Into<String>) -> Self {
        Breach { code: close_code::PROTOCOL_ERROR, problem: problem.into() }
    }

    fn utf8(problem: String) -> Self {
        Breach { code: close_code::INVALID_PAYLOAD, problem: format!("text that is not UTF-8: {problem}") }
    }

    /// A message that cannot be inflated. Corrupt data is answered like text that is not UTF-8: the
    /// payload is not what its frame says (RFC 6455 section 7.4.1).
    pub fn inflate(error: InflateError, limit: usize) -> Self {
        match error {
            InflateError::Corrupt => Breach { code: close_code::INVALID_PAYLOAD, problem: error.to_string() },
            InflateError::TooBig => Breach::too_big(None, limit),
        }
    }

    /// A message of `size` bytes, or of more than `limit` bytes where the size is not known.
    pub fn too_big(size: Option<u64>, limit: usize) -> Self {
        let size = size.map_or_else(|| "more".to_owned(), |size| format!("{size} bytes"));
        Breach { code: close_code::TOO_BIG, problem: format!("message too long: {size} > maxMessageSize {limit}") }
    }
}

/// Header of a frame that obeys section 5.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its own length in bytes.
    pub length: usize,
    /// FIN bit.
    pub is_final: bool,
    /// RSV1 bit: the message is compressed (RFC 7692 section 6).
    pub is_compressed: bool,
    /// Opcode: 0, 1, 2, 8, 9 or 10.
    pub opcode: u8,
    /// Payload length in bytes; at most 125 in a control frame.
    pub size: u64,
}

impl Header {
    /// Whether this is a control frame (section 5.5).
    pub fn is_control(&self) -> bool {
        self.opcode & 8 != 0
    }

    /// Parses the header at the beginning of `bytes`; `None` if it is incomplete. `may_compress`
    /// says whether permessage-deflate was negotiated.
    ///
    /// # Errors
    /// The header alone breaks the protocol. What depends on earlier frames is not checked.
    pub fn parse(bytes: &[u8], may_compress: bool) -> Result<Option<Header>, Breach> {
        const FIN: u8 = 0x80;
        const RSV1: u8 = 0x40;
        const MASKED: u8 = 0x80;
        let &[first, second, ref rest @ ..] = bytes else { return Ok(None) };
        let opcode = first & 0x0f;
        let (is_final, is_control) = (first & FIN != 0, opcode & 8 != 0);
        let is_compressed = first & RSV1 != 0;
        if first & 0x30 != 0 || (is_compressed && !(may_compress && matches!(opcode, 1 | 2))) {
            return Err(Breach::protocol(format!("a frame with reserved bits (first byte 0x{first:02x})")));
        }
        if !matches!(opcode, 0..=2 | 8..=10) {
            return Err(Breach::protocol(format!("a frame with the reserved opcode {opcode}")));
        }
        if second & MASKED != 0 {
            return Err(Breach::protocol("a masked frame"));
        }
        if is_control && !is_final {
            return Err(Breach::protocol("a fragmented control frame"));
        }
        if is_control && second > 125 {
            return Err(Breach::protocol("a control frame of more than 125 bytes"));
        }
        let (length, size, least) = match (second, rest) {
            (126, [a, b, ..]) => (4, u64::from(u16::from_be_bytes([*a, *b])), 126),
            (127, [a, b, c, d, e, f, g, h, ..]) => (10, u64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]), 0x1_0000),
            (126 | 127, _) => return Ok(None),
            (size, _) => (2, u64::from(size), 0),
        };
        if size < least {
            return Err(Breach::protocol(format!("a length of {size} that is encoded in {} bytes", length - 2)));
        }
        if size > i64::MAX as u64 {
            return Err(Breach::protocol("a length with the most significant bit set"));
        }
        Ok(Some(Header { length, is_final, is_compressed, opcode, size }))
    }
}

/// A message on its way.
#[derive(Debug)]
pub struct Assembly {
    /// Text, else binary.
    pub text: bool,
    /// permessage-deflate: frames carry DEFLATE data, `data` is inflated.
    pub is_compressed: bool,
    filled: usize,
    /// Bytes of a text message that are known to be UTF-8.
    valid: usize,
    /// The first `filled` bytes are the message; the rest is left over and is overwritten.
    data: Vec<u8>,
}

impl Assembly {
    /// An empty message whose first frame has `size` bytes.
    pub fn new(text: bool, is_compressed: bool, size: u64, buffers: &mut Buffers) -> Self {
        let capacity = usize::try_from(size).unwrap_or(usize::MAX).saturating_add(READ_AHEAD).min(MAX_RESERVED);
        let data = if size >= DIRECT_READ_MIN && !is_compressed {
            // One that was filled before need not be filled with zeros.
            let mut data = buffers.take_filled(capacity);
            data.truncate(capacity);
            data
        } else {
            buffers.take(capacity)
        };
        Assembly { text, is_compressed, filled: 0, valid: 0, data }
    }

    /// Bytes so far.
    pub fn len(&self) -> usize {
        self.filled
    }

    /// Appends payload bytes of an uncompressed message.
    pub fn append(&mut self, bytes: &[u8]) {
        let end = self.filled + bytes.len();
        if end <= self.data.len() {
            self.data[self.filled..end].copy_from_slice(bytes);
        } else {
            self.data.truncate(self.filled);
            self.data.extend_from_slice(bytes);
        }
        self.filled = end;
    }

    /// Appends through `write`, which is given the message so far.
    pub fn append_with<T>(&mut self, write: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        self.data.truncate(self.filled);
        let result = write(&mut self.data);
        self.filled = self.data.len();
        result
    }

    /// Checks what has arrived of a text message; `is_complete` forbids an incomplete code point
    /// at the end.
    ///
    /// # Errors
    /// It is not UTF-8 (section 8.1).
    pub fn check_text(&mut self, is_complete: bool) -> Result<(), Breach> {
        if !self.text {
            return Ok(());
        }
        match std::str::from_utf8(&self.data[self.valid..self.filled]) {
            Ok(_) => self.valid = self.filled,
            Err(error) => {
                self.valid += error.valid_up_to();
                if error.error_len().is_some() {
                    return Err(Breach::utf8(format!("invalid byte at offset {}", self.valid)));
                }
                if is_complete {
                    return Err(Breach::utf8(format!("incomplete code point at offset {}", self.valid)));
                }
            }
        }
        Ok(())
    }

    /// The payload.
    pub fn into_data(mut self) -> Vec<u8> {
        self.data.truncate(self.filled);
        self.data
    }

    /// Memory in use.
    #[cfg(test)]
    pub fn allocated(&self) -> usize {
        self.data.len()
    }
}

/// Checks a text message that arrived in one piece.
///
/// # Errors
/// It is not UTF-8 (section 8.1).
pub fn check_text(data: &[u8]) -> Result<(), Breach> {
    std::str::from_utf8(data).map(|_| ()).map_err(|error| Breach::utf8(error.to_string()))
}

impl Deframer {
    /// A deframer that has been given `early`, bytes that followed the server's handshake.
    pub fn new(early: Vec<u8>) -> Self {
        Deframer { rest: early, ..Deframer::default() }
    }

    /// One read, repeated if a signal interrupts it.
    ///
    /// # Errors
    /// The stream's.
    pub fn read(&mut self, stream: &mut impl Read, buffer: &mut [u8]) -> io::Result<Got> {
        loop {
            return match stream.read(buffer) {
                Ok(0) => Ok(Got::End),
                Ok(count) => {
                    self.received += count as u64;
                    Ok(Got::Bytes(count))
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(Got::Nothing),
                Err(error) => Err(error),
            };
        }
    }

    /// Whether the next read should go straight to the message: a long part of an uncompressed
    /// frame is still to come.
    pub fn reads_directly(&self) -> bool {
        self.remaining >= DIRECT_READ_MIN && self.message.as_ref().is_some_and(|message| !message.is_compressed)
    }

    /// Reads to the end of the message so far. Bytes that belong to the next frame become `rest`,
    /// which must be empty.
    ///
    /// # Errors
    /// The stream's.
    pub fn read_directly(&mut self, stream: &mut impl Read) -> io::Result<Got> {
        let Some(mut message) = self.message.take() else { return Ok(Got::Nothing) };
        let remaining = usize::try_from(self.remaining).unwrap_or(usize::MAX);
        let end = message.filled.saturating_add(remaining).saturating_add(READ_AHEAD);
        if message.data.len() == message.filled {
            message.data.resize(end.min(message.filled + GROW), 0);
        } else {
            message.data.truncate(end);
        }
        let got = self.read(stream, &mut message.data[message.filled..]);
        if let Ok(Got::Bytes(count)) = got {
            let own = count.min(remaining);
            let end = message.filled + own;
            self.rest.extend_from_slice(&message.data[end..end + count - own]);
            message.filled = end;
            self.remaining -= own as u64;
        }
        self.message = Some(message);
        got
    }

    /// Forgets whatever is incomplete: nothing but EOF is of interest any more.
    pub fn clear(&mut self) {
        *self = Deframer { received: self.received, frames_left: self.frames_left, ..Deframer::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_parsed_as_section_5_2_says() {
        let frame =
            |opcode, length, size| Ok(Some(Header { length, is_final: true, is_compressed: false, opcode, size }));
        for (bytes, expected) in [
            (&b""[..], Ok(None)),
            (b"\x81", Ok(None)),
            (b"\x81\x7e\x01", Ok(None)),
            (b"\x82\x7f\0\0\0\0\0\x01\0", Ok(None)),
            (b"\x81\x00", frame(1, 2, 0)),
            (b"\x82\x7d", frame(2, 2, 125)),
            (b"\x82\x7e\x01\x02", frame(2, 4, 258)),
            (b"\x81\x7f\0\0\0\0\0\x01\0\0", frame(1, 10, 65_536)),
            (b"\x89\x7d", frame(9, 2, 125)),
            (b"\x80\x01x", frame(0, 2, 1)),
        ] {
            assert_eq!(Header::parse(bytes, false), expected, "{bytes:x?}");
        }
    }

    #[test]
    fn headers_that_break_the_protocol_are_refused_before_their_payload() {
        for (bytes, problem) in [
            (&b"\xc1\x01"[..], "reserved bits"),
            (b"\xa1\x01", "reserved bits"),
            (b"\x91\x01", "reserved bits"),
            (b"\x83\x00", "opcode 3"),
            (b"\x8b\x00", "opcode 11"),
            (b"\x81\x81", "masked"),
            (b"\x09\x00", "fragmented control"),
            (b"\x88\x7e", "more than 125"),
            (b"\x81\x7e\0\x7d", "length of 125"),
            (b"\x82\x7f\0\0\0\0\0\0\xff\xff", "length of 65535"),
            (b"\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff", "most significant bit"),
        ] {
            let breach = Header::parse(bytes, false).unwrap_err();
            assert!(breach.problem.contains(problem), "{bytes:x?}: {}", breach.problem);
            assert_eq!(breach.code, 1002);
        }
    }

    #[test]
    fn only_the_first_frame_of_a_data_message_may_be_marked_as_compressed() {
        assert!(Header::parse(b"\xc1\x00", true).unwrap().unwrap().is_compressed);
        assert!(Header::parse(b"\x42\x00", true).unwrap().unwrap().is_compressed);
        for bytes in [b"\xc0\x00", b"\xc8\x00", b"\xc9\x00", b"\xa2\x00", b"\x91\x00"] {
            assert!(Header::parse(bytes, true).is_err(), "{bytes:x?}");
        }
    }

    #[test]
    fn text_is_checked_as_it_arrives() {
        let mut buffers = Buffers::default();
        let mut message = |pieces: &[&[u8]]| {
            let mut message = Assembly::new(true, false, 4, &mut buffers);
            pieces.iter().try_for_each(|piece| {
                message.append(piece);
                message.check_text(false)
            })?;
            message.check_text(true).map(|()| message.into_data())
        };
        assert_eq!(message(&[b"\xe4", b"\xbd", b"\xa0!"]), Ok("你!".into()));
        assert!(message(&[b"ab\xff"]).unwrap_err().problem.contains("offset 2"));
        assert!(message(&[b"a\xe4", b"\xbd"]).unwrap_err().problem.contains("incomplete code point at offset 1"));
        assert!(message(&[b"a\xe4", b"x"]).unwrap_err().problem.contains("offset 1"));
    }
}
