//! What comes in: bytes of any size become frames.
//!
//! # Design
//! Nearly all frames are whole text or binary messages. Such a frame is recognised by its first two
//! bytes and delivered from here, with one copy for a short message and none for a long one, which
//! is read straight to its place. Everything else, control frames, fragments and whatever breaks
//! the protocol, goes to tungstenite, frame by frame.

use std::io::{self, ErrorKind, Read, Write};

use super::wire::Wire;
use crate::buffers::Buffers;

/// An incomplete message from this size on is read straight to its place.
const LARGE: usize = 16 * 1024;

/// So much more is read with the end of a long message: a read that fills its buffer would have to
/// be followed by one that finds nothing, and a short frame often comes behind.
const BEHIND: usize = 512;

/// Memory for a long message follows what has arrived of it, in steps of this size: a length
/// that is only claimed costs nothing.
const GROW: usize = 256 * 1024;

/// What reading has found so far.
#[derive(Debug, Default)]
pub struct Intake {
    /// Read and not looked at: the beginning of a frame, or what came when the inbox was full.
    pub rest: Vec<u8>,
    /// The message that is being read straight to its place.
    pub large: Option<Large>,
    /// How many more bytes of a frame go to tungstenite.
    pub passing: u64,
    /// Between the first and the last fragment of a message.
    pub in_fragments: bool,
    /// Bytes read in all.
    pub received: u64,
    /// A read that fills less than its buffer means that there is no more.
    pub trusts_short_reads: bool,
    /// There was such a read: until the next readiness, reading would only find that out again.
    pub is_drained: bool,
}

/// What one read of the stream came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Got {
    /// So many bytes, at least one.
    Bytes(usize),
    /// Nothing, for now.
    Nothing,
    /// The end.
    End,
}

/// A message of known size on its way.
#[derive(Debug)]
pub struct Large {
    /// Text, else binary.
    pub text: bool,
    size: usize,
    filled: usize,
    /// At least `filled` bytes; what is behind is memory without meaning.
    data: Vec<u8>,
}

/// What stands at the beginning of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// Not enough to tell.
    Short,
    /// A message in one frame: `header` bytes and `size` more.
    Message { text: bool, header: usize, size: usize },
    /// A frame for tungstenite, of so many bytes in all; with `opens` the first of several.
    Other { length: u64, opens: bool },
}

impl Intake {
    /// One read, through whatever interrupts it.
    ///
    /// # Errors
    /// The stream's.
    pub fn read(&mut self, stream: &mut impl Read, buffer: &mut [u8]) -> io::Result<Got> {
        if self.is_drained {
            return Ok(Got::Nothing);
        }
        loop {
            return match stream.read(buffer) {
                Ok(0) => Ok(Got::End),
                Ok(count) => {
                    self.received += count as u64;
                    self.is_drained = self.trusts_short_reads && count < buffer.len();
                    Ok(Got::Bytes(count))
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(Got::Nothing),
                Err(error) => Err(error),
            };
        }
    }

    /// Reads on at the long message.
    ///
    /// # Errors
    /// The stream's.
    pub fn read_large(&mut self, stream: &mut impl Read) -> io::Result<Got> {
        let Some(mut large) = self.large.take() else { return Ok(Got::Nothing) };
        if large.data.len() == large.filled {
            large.data.resize((large.size + BEHIND).min(large.filled + GROW), 0);
        }
        let got = self.read(stream, &mut large.data[large.filled..]);
        if let Ok(Got::Bytes(count)) = got {
            large.filled += count;
        }
        self.large = Some(large);
        got
    }
}

impl Large {
    /// A message of `size` bytes that begins with `first`.
    pub fn new(text: bool, size: usize, first: &[u8], buffers: &mut Buffers) -> Self {
        let mut data = buffers.take_filled(size + BEHIND);
        // What it has held before spares the zeros.
        data.truncate(size + BEHIND);
        if data.len() < first.len() {
            data.resize(first.len(), 0);
        }
        data[..first.len()].copy_from_slice(first);
        Large { text, size, filled: first.len(), data }
    }

    /// Whether all has come.
    pub fn is_complete(&self) -> bool {
        self.filled >= self.size
    }

    /// What came behind it.
    pub fn behind(&self) -> &[u8] {
        &self.data[self.size..self.filled]
    }

    /// The payload.
    pub fn into_data(mut self) -> Vec<u8> {
        self.data.truncate(self.size);
        self.data
    }

    /// Memory in use.
    #[cfg(test)]
    pub fn allocated(&self) -> usize {
        self.data.len()
    }

    /// Whether an incomplete message of this size is worth a buffer of its own.
    pub fn is_worth_it(size: usize) -> bool {
        size >= LARGE
    }
}

/// Looks at the header of a frame (RFC 6455 section 5.2).
pub fn head(bytes: &[u8], max_size: usize) -> Head {
    const FIN: u8 = 0x80;
    const MASKED: u8 = 0x80;
    let [first, second, rest @ ..] = bytes else { return Head::Short };
    let (length_bytes, size) = match (second & !MASKED, rest) {
        (126, [a, b, ..]) => (2, u64::from(u16::from_be_bytes([*a, *b]))),
        (127, [a, b, c, d, e, f, g, h, ..]) => (8, u64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h])),
        (126 | 127, _) => return Head::Short,
        (size, _) => (0, u64::from(size)),
    };
    let header = 2 + length_bytes;
    match (*first, usize::try_from(size)) {
        (0x81 | 0x82, Ok(size)) if second & MASKED == 0 && size <= max_size => {
            Head::Message { text: *first == 0x81, header, size }
        }
        _ => Head::Other {
            length: size.saturating_add(header as u64 + if second & MASKED != 0 { 4 } else { 0 }),
            opens: first & FIN == 0 && matches!(first & 0x0f, 1 | 2),
        },
    }
}

/// What tungstenite reads from and writes to: some bytes that have come, and the [`Wire`].
pub struct Adapter<'a> {
    /// What has come and was not read yet.
    pub bytes: &'a [u8],
    /// No more will come.
    pub is_end: bool,
    /// Where written frames go.
    pub wire: &'a mut Wire,
    /// Memory for those.
    pub buffers: &'a mut Buffers,
}

impl Read for Adapter<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.bytes.is_empty() && !self.is_end {
            return Err(ErrorKind::WouldBlock.into());
        }
        self.bytes.read(buffer)
    }
}

impl Write for Adapter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.wire.append(bytes, self.buffers);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_messages_from_everything_else() {
        let message = |text, header, size| Head::Message { text, header, size };
        let other = |length, opens| Head::Other { length, opens };
        for (bytes, expected) in [
            (&b""[..], Head::Short),
            (b"\x81", Head::Short),
            (b"\x81\x7e\x01", Head::Short),
            (b"\x82\x7f\0\0\0\0\0\x01\0", Head::Short),
            (b"\x81\x00", message(true, 2, 0)),
            (b"\x82\x7d", message(false, 2, 125)),
            (b"\x82\x7e\x01\x02", message(false, 4, 258)),
            (b"\x81\x7f\0\0\0\0\0\x01\0\0", message(true, 10, 65_536)),
            // Too large, masked, reserved bit, first and last fragment, control frame, no opcode.
            (b"\x81\x7f\0\0\0\0\0\x10\0\0", other(0x10_000a, false)),
            (b"\x81\x81\0\0\0\0x", other(7, false)),
            (b"\xc1\x01x", other(3, false)),
            (b"\x01\x01x", other(3, true)),
            (b"\x80\x01x", other(3, false)),
            (b"\x00\x01x", other(3, false)),
            (b"\x89\x00", other(2, false)),
            (b"\x83\x00", other(2, false)),
            (b"\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff", other(u64::MAX, false)),
        ] {
            assert_eq!(head(bytes, 1_000_000), expected, "{bytes:x?}");
        }
    }
}
