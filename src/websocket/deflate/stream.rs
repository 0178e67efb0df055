//! Both directions of permessage-deflate on one connection (RFC 7692 section 7.2).

use std::{cell::RefCell, rc::Rc};

use flate2::{Decompress, FlushCompress, FlushDecompress, Status};

use super::{
    negotiation::{Agreement, MIN_WINDOW_BITS, Settings},
    pool::{Owner, Pool},
};

/// What a sync flush ends with; removed from and added to each message (section 7.2.1).
const TAIL: [u8; 4] = [0x00, 0x00, 0xff, 0xff];

/// Most final blocks in a message: each costs as much as some 30 KiB of other data, and senders that
/// use them at all use one.
const MAX_ENDINGS: usize = 256;

/// Least memory that a message is inflated into.
const MIN_ROOM: usize = 1024;

/// Why a message cannot be inflated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InflateError {
    /// The bytes are not DEFLATE data (RFC 1951).
    #[error("compressed data that cannot be inflated")]
    Corrupt,
    /// The message is larger than allowed.
    #[error("the inflated message is too big")]
    TooBig,
}

/// The pool of one Lua state.
pub type SharedPool = Rc<RefCell<Pool>>;

/// The extension as one connection uses it.
#[derive(Debug)]
pub struct Stream {
    pool: SharedPool,
    owner: Owner,
    settings: Settings,
    agreement: Agreement,
    /// The last window of what was inflated; empty unless the server keeps its context.
    history: Vec<u8>,
    /// While a message arrives.
    inflater: Option<Decompress>,
    /// A block with BFINAL set has ended the DEFLATE stream; the next byte begins another.
    is_ended: bool,
    /// How many such blocks the message had.
    endings: usize,
}

impl Stream {
    /// The extension on a new connection.
    pub fn new(settings: Settings, agreement: Agreement, pool: &SharedPool) -> Self {
        let owner = pool.borrow_mut().new_owner();
        Stream {
            pool: pool.clone(),
            owner,
            settings,
            agreement,
            history: Vec::new(),
            inflater: None,
            is_ended: false,
            endings: 0,
        }
    }

    /// Whether a message of `size` bytes is to be compressed.
    pub fn is_worth_it(&self, size: usize) -> bool {
        size >= self.settings.threshold && self.agreement.client_window_bits >= MIN_WINDOW_BITS
    }

    /// Appends `data`, compressed as the payload of one message, to `output`. Returns false if that
    /// failed; `output` is as before then.
    pub fn deflate(&mut self, data: &[u8], output: &mut Vec<u8>) -> bool {
        if data.is_empty() {
            // Section 7.2.3.6; a second flush without data in between puts out nothing.
            output.push(0);
            return true;
        }
        let start = output.len();
        let kind = (self.settings.level, self.agreement.client_window_bits);
        let mut compressor = self.pool.borrow_mut().take_compressor(self.owner, kind);
        let mut used = 0;
        // A sync flush is complete when it leaves room; a little more room than that spares a second
        // empty block (zlib's manual, `deflate`).
        output.reserve(data.len() / 4 + 64);
        loop {
            let before = compressor.total_in();
            if let Err(error) = compressor.compress_vec(&data[used..], output, FlushCompress::Sync) {
                // Cannot happen with a valid state; the message goes out uncompressed.
                log::error!("compression failed: {error}");
                output.truncate(start);
                return false;
            }
            used += (compressor.total_in() - before) as usize;
            if used == data.len() && output.len() < output.capacity() {
                break;
            }
            output.reserve(output.capacity().max(64));
        }
        if !output[start..].ends_with(&TAIL) {
            log::error!("compression did not end with a sync flush");
            output.truncate(start);
            return false;
        }
        output.truncate(output.len() - TAIL.len());
        let owner = self.agreement.client_keeps_context.then_some(self.owner);
        self.pool.borrow_mut().put_compressor(owner, kind, compressor);
        true
    }

    /// Appends what `input`, the next part of a message's payload, inflates to. `message` is what
    /// was inflated of this message before, and grows to `limit` bytes at most, or a little more
    /// with an error.
    ///
    /// # Errors
    /// See [`InflateError`].
    pub fn inflate(&mut self, input: &[u8], message: &mut Vec<u8>, limit: usize) -> Result<(), InflateError> {
        if input.is_empty() {
            return Ok(());
        }
        let mut inflater = match self.inflater.take() {
            Some(inflater) => inflater,
            None => self.start()?,
        };
        let mut used = 0;
        while used < input.len() || message.len() == message.capacity() {
            if self.is_ended {
                self.restart(&mut inflater, message)?;
            }
            make_room(message, limit);
            let (read, written) = (inflater.total_in(), message.len());
            let status = inflater
                .decompress_vec(&input[used..], message, FlushDecompress::Sync)
                .map_err(|_| InflateError::Corrupt)?;
            let progress = (inflater.total_in() - read) as usize;
            used += progress;
            if message.len() > limit {
                return Err(InflateError::TooBig);
            }
            self.is_ended = status == Status::StreamEnd;
            if self.is_ended && used == input.len() {
                break;
            }
            if progress == 0 && message.len() == written && !self.is_ended {
                if used < input.len() {
                    return Err(InflateError::Corrupt);
                }
                break;
            }
        }
        self.inflater = Some(inflater);
        Ok(())
    }

    /// The payload is complete: inflates the rest and gives the state back.
    ///
    /// # Errors
    /// See [`InflateError`].
    pub fn finish(&mut self, message: &mut Vec<u8>, limit: usize) -> Result<(), InflateError> {
        // A server may forget the octet that section 7.2.3.4 asks for after a final block, or leave an
        // empty message without the one of section 7.2.3.6: then there is no block to complete.
        if self.inflater.is_some() && !self.is_ended {
            self.inflate(&TAIL, message, limit)?;
        }
        if self.agreement.server_keeps_context {
            self.remember(message);
        }
        if let Some(inflater) = self.inflater.take() {
            let holds_context = self.agreement.server_keeps_context && !self.is_ended;
            self.pool.borrow_mut().put_inflater(holds_context.then_some(self.owner), inflater);
        }
        (self.is_ended, self.endings) = (false, 0);
        Ok(())
    }

    /// An inflater that knows what the server may refer to.
    fn start(&self) -> Result<Decompress, InflateError> {
        let (mut inflater, continues) = self.pool.borrow_mut().take_inflater(self.owner);
        if !continues {
            set_dictionary(&mut inflater, &self.history)?;
        }
        Ok(inflater)
    }

    /// Begins the next DEFLATE stream of a message that has several (section 7.2.3.4); the window
    /// goes on.
    fn restart(&mut self, inflater: &mut Decompress, message: &[u8]) -> Result<(), InflateError> {
        self.is_ended = false;
        self.endings += 1;
        if self.endings > MAX_ENDINGS {
            return Err(InflateError::Corrupt);
        }
        inflater.reset(false);
        let window = self.window();
        let dictionary = if message.len() >= window {
            message[message.len() - window..].to_vec()
        } else {
            let kept = self.history.len().min(window - message.len());
            [&self.history[self.history.len() - kept..], message].concat()
        };
        set_dictionary(inflater, &dictionary)
    }

    fn window(&self) -> usize {
        1 << self.agreement.server_window_bits
    }

    /// Keeps the last window of the stream.
    fn remember(&mut self, message: &[u8]) {
        let window = self.window();
        if message.len() >= window {
            self.history.clear();
            self.history.extend_from_slice(&message[message.len() - window..]);
        } else {
            let excess = (self.history.len() + message.len()).saturating_sub(window);
            self.history.drain(..excess);
            self.history.extend_from_slice(message);
        }
        // Growing by doubling could take twice the window.
        if self.history.capacity() > window {
            self.history.shrink_to(window);
        }
    }
}

fn set_dictionary(inflater: &mut Decompress, dictionary: &[u8]) -> Result<(), InflateError> {
    if !dictionary.is_empty() {
        inflater.set_dictionary(dictionary).map_err(|_| InflateError::Corrupt)?;
    }
    Ok(())
}

/// Makes room for more output: memory doubles, up to one byte more than `limit`, which tells that a
/// message is too big.
fn make_room(message: &mut Vec<u8>, limit: usize) {
    if message.len() == message.capacity() {
        let wanted = (2 * message.len()).max(MIN_ROOM).min(limit.saturating_add(1)).max(message.len() + 1);
        message.reserve_exact(wanted - message.len());
    }
}

#[cfg(test)]
mod tests {
    use flate2::{Compress, Compression};

    use super::*;

    const ALL: Agreement = Agreement {
        client_window_bits: 15,
        server_window_bits: 15,
        client_keeps_context: true,
        server_keeps_context: true,
    };

    /// Inflates a payload in pieces.
    fn inflate(stream: &mut Stream, payload: &[u8], piece: usize) -> Result<Vec<u8>, InflateError> {
        let mut message = Vec::new();
        for part in payload.chunks(piece) {
            stream.inflate(part, &mut message, 1 << 20)?;
        }
        stream.finish(&mut message, 1 << 20)?;
        Ok(message)
    }

    fn text(seed: usize, size: usize) -> Vec<u8> {
        (0..size).map(|index| b"the quick brown fox jumps"[(index * index + seed + index / 7) % 25]).collect()
    }

    /// The examples of RFC 7692 section 7.2.3.
    #[test]
    fn examples_of_the_rfc() {
        let pool = SharedPool::default();
        let mut stream = Stream::new(Settings::default(), ALL, &pool);
        for payload in [
            &[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00][..],
            &[0xf2, 0x00, 0x11, 0x00, 0x00],
            &[0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00],
            &[0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00],
            &[0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00],
        ] {
            for piece in 1..=payload.len() {
                // The second example refers to the first message.
                assert_eq!(inflate(&mut stream, payload, piece).unwrap(), b"Hello", "{payload:x?}");
            }
        }
        let mut payload = Vec::new();
        assert!(stream.deflate(b"Hello", &mut payload));
        assert_eq!(payload, [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]);
        payload.clear();
        assert!(stream.deflate(b"Hello", &mut payload));
        assert_eq!(payload, [0xf2, 0x00, 0x11, 0x00, 0x00]);
    }

    #[test]
    fn connections_that_share_a_small_pool_keep_their_contexts_apart() {
        for (client_keeps_context, server_keeps_context) in [(true, true), (true, false), (false, true), (false, false)]
        {
            for bits in [9, 12, 15] {
                let agreement = Agreement {
                    client_window_bits: bits,
                    server_window_bits: bits,
                    client_keeps_context,
                    server_keeps_context,
                };
                // What one side compresses the other inflates, so both must keep their context alike.
                let mirrored = Agreement {
                    client_keeps_context: server_keeps_context,
                    server_keeps_context: client_keeps_context,
                    ..agreement
                };
                let (ours, theirs) = (SharedPool::default(), SharedPool::default());
                let mut pairs: Vec<_> = (0..3 * 8)
                    .map(|_| {
                        let settings = Settings::default();
                        (Stream::new(settings, agreement, &ours), Stream::new(settings, mirrored, &theirs))
                    })
                    .collect();
                for round in 0..6 {
                    for (index, (client, server)) in pairs.iter_mut().enumerate() {
                        // The same data again, and sizes around the window's.
                        let data = text(index, 400 * (round + 1) * (1 + index % 4));
                        let mut payload = Vec::new();
                        assert!(client.deflate(&data, &mut payload));
                        assert_eq!(inflate(server, &payload, 100).unwrap(), data);
                        payload.clear();
                        assert!(server.deflate(&data, &mut payload));
                        assert_eq!(inflate(client, &payload, 1000).unwrap(), data);
                        assert!(client.history.capacity() <= 1 << bits);
                    }
                }
                assert!(ours.borrow().inflaters_and_compressors() <= 16);
            }
        }
    }

    #[test]
    fn sizes_around_every_buffer() {
        let pool = SharedPool::default();
        for level in [0, 1, 6, 9] {
            let settings = Settings { level, ..Settings::default() };
            let mut stream = Stream::new(settings, ALL, &pool);
            for size in (0..200).chain([1023, 1024, 1025, 32_768, 65_535, 65_536, 300_000]) {
                // Both what compresses well and what does not at all.
                let noise = (0..size as u32).map(|index| (index.wrapping_mul(2_654_435_761) >> 13) as u8);
                for data in [text(size, size), noise.collect()] {
                    let mut payload = Vec::new();
                    assert!(stream.deflate(&data, &mut payload));
                    assert_eq!(inflate(&mut stream, &payload, 4096).unwrap(), data, "{size}");
                }
            }
        }
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let pool = SharedPool::default();
        let mut stream = Stream::new(Settings::default(), ALL, &pool);
        let mut bomb = Vec::new();
        assert!(stream.deflate(&vec![0; 50_000_000], &mut bomb));
        let mut message = Vec::new();
        let result = stream.inflate(&bomb, &mut message, 100_000);
        assert_eq!(result, Err(InflateError::TooBig));
        assert!(message.capacity() <= 200_000);
    }

    #[test]
    fn exactly_the_limit_fits() {
        let pool = SharedPool::default();
        let mut stream = Stream::new(Settings::default(), ALL, &pool);
        let mut payload = Vec::new();
        assert!(stream.deflate(&text(1, 5000), &mut payload));
        for (limit, expected) in [(5000, Ok(())), (4999, Err(InflateError::TooBig))] {
            let mut message = Vec::new();
            let result = stream.inflate(&payload, &mut message, limit);
            assert_eq!(result.and_then(|()| stream.finish(&mut message, limit)), expected);
        }
    }

    #[test]
    fn garbage_is_corrupt() {
        let pool = SharedPool::default();
        let mut stream = Stream::new(Settings::default(), ALL, &pool);
        assert_eq!(inflate(&mut stream, &[0xff; 10], 3), Err(InflateError::Corrupt));
    }

    #[test]
    fn a_final_block_at_the_end_and_no_payload_at_all_leave_the_next_message_whole() {
        let pool = SharedPool::default();
        let mut stream = Stream::new(Settings::default(), ALL, &pool);
        let hello = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
        for (payload, expected) in [(&[0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00][..], &b"Hello"[..]), (&[], b"")] {
            assert_eq!(inflate(&mut stream, payload, 100).unwrap(), expected);
            assert_eq!(inflate(&mut stream, &hello, 100).unwrap(), b"Hello");
        }
    }

    #[test]
    fn endless_final_blocks_are_refused() {
        let pool = SharedPool::default();
        let mut stream = Stream::new(Settings::default(), ALL, &pool);
        let payload = [0x03, 0x00].repeat(2 * MAX_ENDINGS);
        assert_eq!(inflate(&mut stream, &payload, 1000), Err(InflateError::Corrupt));
    }

    #[test]
    fn several_streams_in_one_message_share_a_window() {
        // Each ends with a final block; the second one refers to the first.
        let data = text(3, 2000);
        let mut payload = Vec::new();
        for dictionary in [&[][..], &data] {
            let mut compressor = Compress::new_with_window_bits(Compression::new(6), false, 15);
            if !dictionary.is_empty() {
                compressor.set_dictionary(dictionary).unwrap();
            }
            payload.reserve(4000);
            compressor.compress_vec(&data, &mut payload, FlushCompress::Finish).unwrap();
        }
        payload.push(0);
        for piece in [1, 7, 100, 10_000] {
            let pool = SharedPool::default();
            let mut stream = Stream::new(Settings::default(), ALL, &pool);
            assert_eq!(inflate(&mut stream, &payload, piece).unwrap(), [&data[..], &data].concat());
            // And the context goes on after it.
            let reference = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
            assert_eq!(inflate(&mut stream, &reference, piece).unwrap(), b"Hello");
        }
    }
}
