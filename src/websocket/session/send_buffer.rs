//! Framed bytes on their way to the kernel, and which messages they belong to.
//!
//! # Design
//! A frame is made here, masked while it is copied, instead of by tungstenite: that saves two
//! copies, and a place in the byte stream tells exactly which messages the kernel has taken whole.
//! One flush carries the frames of many messages in one system call. When the connection breaks,
//! the messages that were not taken whole are unmasked again, for the next connection.

use std::{
    collections::VecDeque,
    io::{self, ErrorKind, Write},
};

use tungstenite::protocol::frame::{FrameHeader, coding::OpCode};

use crate::{
    buffers::Buffers,
    websocket::outbox::{self, Kind, Outgoing},
};

/// Masked at a time: as much as stays in registers on its way, so that masking costs no pass of its own
/// (64 KiB take 1.7 µs, in blocks of 8 KiB that are copied and then masked 3.4).
const MASK_BLOCK: usize = 64;

/// Written at a time of a frame that is not kept. The peer may wake at each write and take the
/// processor, with what it has cached: writes of 64 KiB cost more than they save (one core: 256 KiB
/// there and back take 74 µs of CPU time, in one write 58).
const THROUGH_BLOCK: usize = 512 * 1024;

/// Written bytes in front of unwritten ones that are worth moving the latter.
const COMPACT: usize = 64 * 1024;

/// Longest header of a frame: two bytes, eight of length, four of mask (RFC 6455 section 5.2).
const MAX_HEADER: usize = 14;

/// Bytes framed but not yet taken by the kernel, with their place in the connection's stream.
#[derive(Debug, Default)]
pub struct SendBuffer {
    /// Begins at `base`: whatever is unwritten, and the whole of a frame that is written in part.
    buffer: Vec<u8>,
    base: u64,
    written: u64,
    /// Frames that the kernel has not taken whole.
    frames: VecDeque<Framed>,
    /// Bytes of those that are ours and not the script's.
    answers: usize,
    /// What was framed, but is kept for the next connection.
    withdrawn: Vec<Outgoing>,
}

#[derive(Debug)]
struct Framed {
    start: u64,
    end: u64,
    /// `None`: our own answer to the peer, which is not charged and belongs to this connection only.
    kind: Option<Kind>,
    mask: [u8; 4],
    /// Payload length as the script gave it.
    size: usize,
    /// The payload as the script gave it, if it was compressed.
    original: Option<Vec<u8>>,
}

impl Framed {
    /// The payload as the script gave it, from the frame's bytes; they are unmasked on the way.
    fn payload(self, bytes: &mut [u8]) -> Vec<u8> {
        if let Some(original) = self.original {
            return original;
        }
        let start = bytes.len() - self.size;
        apply_mask(&mut bytes[start..], self.mask);
        bytes[start..].to_vec()
    }

    fn length(&self) -> usize {
        (self.end - self.start) as usize
    }
}

/// What the kernel has taken since it was last asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Messages, not frames.
    pub messages: u32,
    /// What they and the frames are charged in the outbox.
    pub cost: usize,
}

impl SendBuffer {
    /// How many bytes wait for the kernel.
    pub fn pending(&self) -> usize {
        self.buffer.len() - self.taken()
    }

    /// How much of the buffer the kernel has.
    fn taken(&self) -> usize {
        // The buffer is in memory, so its length is no more than a usize.
        (self.written - self.base) as usize
    }

    /// Appends one masked frame.
    pub fn frame(&mut self, kind: Kind, payload: &[u8], buffers: &mut Buffers) {
        self.append_frame(&Head::new(kind, payload), payload, buffers);
    }

    /// Appends one masked frame whose `payload` is `original` compressed (RFC 7692 section 6). The
    /// next connection compresses anew, so the original is kept until the kernel has the frame.
    pub fn frame_compressed(&mut self, kind: Kind, payload: &[u8], original: &[u8], buffers: &mut Buffers) {
        self.append_frame(&Head::compressed(kind, payload), payload, buffers);
        if let Some(frame) = self.frames.back_mut() {
            frame.size = original.len();
            frame.original = Some(buffers.copy(original));
        }
    }

    /// Writes one masked frame block by block, without a copy of the whole; what the stream does not
    /// take waits like any other frame. Only where nothing waits before it.
    pub fn frame_through(&mut self, stream: &mut impl Write, kind: Kind, payload: &[u8], buffers: &mut Buffers) {
        let head = Head::new(kind, payload);
        let start = self.end();
        let mut block = buffers.take(MAX_HEADER + THROUGH_BLOCK);
        block.extend_from_slice(head.bytes());
        let mut taken = 0;
        let mut rest = payload;
        loop {
            let (now, later) = rest.split_at(rest.len().min(THROUGH_BLOCK));
            append_masked(&mut block, now, head.mask);
            rest = later;
            // An error here comes back from the next flush, which sees the same stream.
            let count = stream.write(&block).unwrap_or(0);
            taken += count;
            if count < block.len() || rest.is_empty() {
                break;
            }
            block.clear();
        }
        buffers.put(block);
        if taken < head.bytes().len() + payload.len() {
            self.append_frame(&head, payload, buffers);
            self.written += taken as u64;
        } else {
            let end = start + taken as u64;
            (self.base, self.written) = (end, end);
            let (kind, mask) = (Some(kind), head.mask);
            self.frames.push_back(Framed { start, end, kind, mask, size: payload.len(), original: None });
        }
    }

    fn append_frame(&mut self, head: &Head, payload: &[u8], buffers: &mut Buffers) {
        let start = self.end();
        self.make_room(MAX_HEADER + payload.len(), buffers);
        self.buffer.extend_from_slice(head.bytes());
        append_masked(&mut self.buffer, payload, head.mask);
        let (end, kind, size) = (self.end(), Some(head.kind), payload.len());
        self.frames.push_back(Framed { start, end, kind, mask: head.mask, size, original: None });
    }

    /// Appends one masked control frame that is ours and not the script's: it is not charged, and
    /// belongs to this connection only.
    pub fn answer(&mut self, opcode: u8, payload: &[u8], buffers: &mut Buffers) {
        let head = Head::new(Kind::Frame { fin: true, opcode }, payload);
        self.append_frame(&head, payload, buffers);
        if let Some(frame) = self.frames.back_mut() {
            frame.kind = None;
            self.answers += frame.length();
        }
    }

    /// How many bytes of ours, not the script's, wait for the kernel: answers to pings above all.
    pub fn pending_answers(&self) -> usize {
        self.answers
    }

    fn end(&self) -> u64 {
        self.base + self.buffer.len() as u64
    }

    fn make_room(&mut self, more: usize, buffers: &mut Buffers) {
        if self.buffer.capacity() == 0 {
            self.buffer = buffers.take(more);
        }
    }

    /// Writes until all is with the kernel (`true`) or it takes no more (`false`).
    ///
    /// # Errors
    /// The stream's, but for would-block and interruptions.
    pub fn flush(&mut self, stream: &mut impl Write, buffers: &mut Buffers) -> io::Result<bool> {
        while self.pending() > 0 {
            let taken = self.taken();
            match stream.write(&self.buffer[taken..]) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(count) => self.written += count as u64,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.compact();
                    return Ok(false);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.base = self.written;
        buffers.put(std::mem::take(&mut self.buffer));
        Ok(true)
    }

    /// Drops what is written, but for the beginning of a frame that is written in part.
    fn compact(&mut self) {
        let first = self.frames.iter().find(|frame| frame.end > self.written).map_or(self.written, |frame| frame.start);
        let done = (first.min(self.written) - self.base) as usize;
        if done >= COMPACT && done >= self.buffer.len() / 2 {
            self.buffer.drain(..done);
            self.base += done as u64;
        }
    }

    /// What the kernel has taken whole since the last call.
    pub fn take_sent(&mut self, buffers: &mut Buffers) -> Taken {
        let mut taken = Taken::default();
        while let Some(frame) = self.frames.front_mut()
            && frame.end <= self.written
        {
            match frame.kind {
                Some(kind) => {
                    taken.messages += u32::from(kind.is_message());
                    taken.cost += outbox::cost(frame.size);
                }
                None => self.answers -= frame.length(),
            }
            if let Some(original) = frame.original.take() {
                buffers.put(original);
            }
            self.frames.pop_front();
        }
        taken
    }

    /// The peer has closed: takes back the script's frames that the kernel has nothing of.
    pub fn withdraw(&mut self) {
        let Some(first) = self.frames.iter().position(|frame| frame.start >= self.written) else { return };
        let frames = self.frames.split_off(first);
        let kept = (frames[0].start - self.base) as usize;
        let mut rest = self.buffer.split_off(kept);
        let begin = self.end();
        for frame in frames {
            let bytes = &mut rest[(frame.start - begin) as usize..(frame.end - begin) as usize];
            if let Some(kind) = frame.kind {
                self.withdrawn.push(Outgoing { kind, data: frame.payload(bytes) });
            } else {
                let start = self.end();
                self.buffer.extend_from_slice(bytes);
                self.frames.push_back(Framed { start, end: self.end(), ..frame });
            }
        }
    }

    /// The connection has ended: everything that the kernel has not taken whole, oldest first, as
    /// it was before it was framed.
    pub fn take_unsent(&mut self) -> Vec<Outgoing> {
        let frames = std::mem::take(&mut self.frames);
        let framed = |frame: Framed| {
            let bytes = &mut self.buffer[(frame.start - self.base) as usize..(frame.end - self.base) as usize];
            Some(Outgoing { kind: frame.kind?, data: frame.payload(bytes) })
        };
        let mut unsent: Vec<_> = frames.into_iter().filter_map(framed).collect();
        unsent.append(&mut self.withdrawn);
        unsent
    }
}

/// The header of a frame.
struct Head {
    kind: Kind,
    mask: [u8; 4],
    buffer: [u8; MAX_HEADER],
    length: usize,
}

impl Head {
    fn new(kind: Kind, payload: &[u8]) -> Self {
        Head::with(kind, payload, false)
    }

    /// Of a frame whose RSV1 bit says that the message is compressed.
    fn compressed(kind: Kind, payload: &[u8]) -> Self {
        Head::with(kind, payload, true)
    }

    fn with(kind: Kind, payload: &[u8], rsv1: bool) -> Self {
        let (is_final, opcode) = kind.header();
        // Unpredictable, as section 10.3 asks for.
        let mask: [u8; 4] = rand::random();
        let opcode = OpCode::from(opcode);
        let header = FrameHeader { is_final, rsv1, opcode, mask: Some(mask), ..Default::default() };
        let mut buffer = [0; MAX_HEADER];
        let mut free = buffer.as_mut_slice();
        // No header is longer than the buffer, so the write does not fail.
        let _ = header.format(payload.len() as u64, &mut free);
        let length = MAX_HEADER - free.len();
        Head { kind, mask, buffer, length }
    }

    fn bytes(&self) -> &[u8] {
        &self.buffer[..self.length]
    }
}

/// Appends a payload, masked. A block must begin at a multiple of four bytes of the payload.
fn append_masked(buffer: &mut Vec<u8>, payload: &[u8], mask: [u8; 4]) {
    buffer.reserve(payload.len());
    let (blocks, rest) = payload.as_chunks::<MASK_BLOCK>();
    for block in blocks {
        let mut masked = *block;
        apply_mask(&mut masked, mask);
        buffer.extend_from_slice(&masked);
    }
    let at = buffer.len();
    buffer.extend_from_slice(rest);
    apply_mask(&mut buffer[at..], mask);
}

/// Masks or unmasks (section 5.3).
#[inline]
fn apply_mask(bytes: &mut [u8], mask: [u8; 4]) {
    // In words of the processor's; the mask repeats every four bytes.
    let [a, b, c, d] = mask;
    let wide = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (words, rest) = bytes.as_chunks_mut::<8>();
    for word in words {
        *word = (u64::from_ne_bytes(*word) ^ wide).to_ne_bytes();
    }
    for (byte, key) in rest.iter_mut().zip(mask.into_iter().cycle()) {
        *byte ^= key;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// Takes `room` bytes, then would block.
    struct Kernel {
        room: usize,
        taken: Vec<u8>,
    }

    impl Write for Kernel {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let count = bytes.len().min(self.room);
            if count == 0 {
                return Err(ErrorKind::WouldBlock.into());
            }
            self.room -= count;
            self.taken.extend_from_slice(&bytes[..count]);
            Ok(count)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    const MESSAGE: Kind = Kind::Message { text: false };

    fn data(size: usize) -> Vec<u8> {
        (0..size).map(|index| (index % 251) as u8).collect()
    }

    #[test]
    fn masks_as_the_standard_says_whatever_the_length() {
        let mask = [1, 2, 4, 8];
        for size in 0..3 * MASK_BLOCK {
            let mut bytes = b"before".to_vec();
            append_masked(&mut bytes, &data(size), mask);
            let bytes = bytes.split_off(6);
            let expected: Vec<u8> = data(size).iter().enumerate().map(|(index, byte)| byte ^ mask[index % 4]).collect();
            assert_eq!(bytes, expected);
        }
    }

    #[test]
    fn counts_what_the_kernel_takes_and_gives_the_rest_back() {
        let mut buffers = Buffers::default();
        let sizes = [0, 1, 125, 126, 65_535, 65_536, 200_000];
        let whole: usize = sizes.iter().map(|size| header_length(*size) + size).sum();
        for room in [0, 5, 6, 150, 70_000, whole - 1, whole] {
            let mut kernel = Kernel { room: 0, taken: Vec::new() };
            let mut send_buffer = SendBuffer::default();
            for size in sizes {
                send_buffer.frame(MESSAGE, &data(size), &mut buffers);
            }
            assert_eq!(send_buffer.pending(), whole);
            // In two goes, so that what is left may have been moved.
            for part in [room / 2, room - room / 2] {
                kernel.room = part;
                assert_eq!(send_buffer.flush(&mut kernel, &mut buffers).unwrap(), kernel.taken.len() == whole);
            }
            assert_eq!(send_buffer.pending(), whole - room);
            let mut end = 0;
            let sent = sizes
                .iter()
                .take_while(|size| {
                    end += header_length(**size) + **size;
                    end <= room
                })
                .count();
            assert_eq!(send_buffer.take_sent(&mut buffers).messages as usize, sent, "{room}");
            let unsent: Vec<usize> = send_buffer
                .take_unsent()
                .into_iter()
                .map(|entry| {
                    assert_eq!(entry.data, data(entry.data.len()));
                    entry.data.len()
                })
                .collect();
            assert_eq!(unsent, sizes[sent..]);
        }
    }

    #[test]
    fn a_frame_written_through_is_the_same_frame() {
        let (mut buffers, mut spare) = (Buffers::default(), Buffers::default());
        for size in [0, 1, THROUGH_BLOCK, THROUGH_BLOCK + 1, 600_000] {
            let whole = header_length(size) + size;
            for room in [0, 1, 20, THROUGH_BLOCK + 3, whole - 1, whole] {
                let mut written = |room| {
                    let mut kernel = Kernel { room, taken: Vec::new() };
                    let mut send_buffer = SendBuffer::default();
                    send_buffer.frame_through(&mut kernel, MESSAGE, &data(size), &mut buffers);
                    assert_eq!(send_buffer.pending(), whole - kernel.taken.len());
                    (kernel, send_buffer)
                };
                let (_, mut send_buffer) = written(room.min(whole - 1));
                assert_eq!(send_buffer.take_sent(&mut spare).messages, 0);
                assert_eq!(send_buffer.take_unsent()[0].data, data(size));
                let (mut kernel, mut send_buffer) = written(room.min(whole));
                kernel.room = usize::MAX;
                assert!(send_buffer.flush(&mut kernel, &mut spare).unwrap());
                assert_eq!(send_buffer.take_sent(&mut spare).messages, 1);
                let (header, length) = FrameHeader::parse(&mut Cursor::new(&kernel.taken)).unwrap().unwrap();
                assert_eq!(length as usize, size);
                let mut payload = kernel.taken[header_length(size)..].to_vec();
                apply_mask(&mut payload, header.mask.unwrap());
                assert_eq!(payload, data(size));
            }
        }
    }

    #[test]
    fn a_peer_that_never_catches_up_does_not_make_it_grow() {
        let mut buffers = Buffers::default();
        let mut kernel = Kernel { room: 0, taken: Vec::new() };
        let mut send_buffer = SendBuffer::default();
        for _ in 0..1000 {
            for _ in 0..10 {
                send_buffer.frame(MESSAGE, &data(1000), &mut buffers);
            }
            kernel.room = send_buffer.pending() - 100;
            assert!(!send_buffer.flush(&mut kernel, &mut buffers).unwrap());
            send_buffer.take_sent(&mut buffers);
        }
        assert!(send_buffer.buffer.capacity() < 4 * COMPACT, "{}", send_buffer.buffer.capacity());
        assert_eq!(send_buffer.pending(), 100);
        assert_eq!(send_buffer.take_unsent()[0].data, data(1000));
    }

    fn header_length(size: usize) -> usize {
        6 + match size {
            0..126 => 0,
            126..65_536 => 2,
            _ => 8,
        }
    }
}
