//! Memory that all connections of a reactor share: one buffer to read through, and spare ones for
//! what is read and written, so that an idle connection holds none and a busy one allocates none.

use std::fmt;

/// Size of the buffer that sockets are read through: one read takes many small messages.
const SCRATCH: usize = 64 * 1024;

/// Spare buffers of at most this capacity are kept by the number, larger ones singly.
const SMALL: usize = 4 * 1024;

/// How many small buffers are kept: what arrives in one read of short messages.
const MAX_SMALL: usize = 256;

/// Largest buffer worth keeping, and how many of its kind: one to read and one to write.
const MAX_POOLED: usize = 4 * 1024 * 1024;
const MAX_LARGE: usize = 2;

/// The shared memory of one reactor.
#[derive(Default)]
pub struct Buffers {
    scratch: Vec<u8>,
    small: Vec<Vec<u8>>,
    large: Vec<Vec<u8>>,
}

impl fmt::Debug for Buffers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Buffers { scratch, small, large } = self;
        let (scratch, small, large) = (scratch.len(), small.len(), large.len());
        write!(f, "Buffers {{ scratch: {scratch}, small: {small}, large: {large} }}")
    }
}

impl Buffers {
    /// Takes the buffer to read through; [`put_scratch`](Self::put_scratch) gives it back.
    pub fn take_scratch(&mut self) -> Vec<u8> {
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.resize(SCRATCH, 0);
        scratch
    }

    /// Gives back what [`take_scratch`](Self::take_scratch) has handed out.
    pub fn put_scratch(&mut self, scratch: Vec<u8>) {
        self.scratch = scratch;
    }

    /// An empty buffer with room for `size` bytes.
    pub fn take(&mut self, size: usize) -> Vec<u8> {
        let mut buffer = self.take_spare(size, |a, b| a < b);
        buffer.clear();
        buffer.reserve_exact(size);
        buffer
    }

    /// A buffer with room for `size` bytes and of any length: one that has been filled before need
    /// not be filled with zeros again.
    pub fn take_filled(&mut self, size: usize) -> Vec<u8> {
        let mut buffer = self.take_spare(size, |a, b| a > b);
        buffer.reserve_exact(size.saturating_sub(buffer.len()));
        buffer
    }

    /// The spare buffer whose length is `better` than that of the others with room for `size` bytes.
    fn take_spare(&mut self, size: usize, better: fn(usize, usize) -> bool) -> Vec<u8> {
        if size <= SMALL {
            return self.small.pop().unwrap_or_default();
        }
        let mut best = None;
        for (index, buffer) in self.large.iter().enumerate() {
            if buffer.capacity() >= size && best.is_none_or(|best: usize| better(buffer.len(), self.large[best].len()))
            {
                best = Some(index);
            }
        }
        best.map(|best| self.large.swap_remove(best)).unwrap_or_default()
    }

    /// A buffer that holds a copy of `data`.
    pub fn copy(&mut self, data: &[u8]) -> Vec<u8> {
        let mut buffer = self.take(data.len());
        buffer.extend_from_slice(data);
        buffer
    }

    /// Gives a buffer back that nobody needs any more. What it holds saves filling it with zeros. Of
    /// large ones the largest are kept.
    pub fn put(&mut self, buffer: Vec<u8>) {
        match buffer.capacity() {
            1..=SMALL if self.small.len() < MAX_SMALL => self.small.push(buffer),
            0..=SMALL => {}
            capacity if capacity > MAX_POOLED => {}
            _ if self.large.len() < MAX_LARGE => self.large.push(buffer),
            capacity => {
                if let Some(smallest) = self.large.iter_mut().min_by_key(|spare| spare.capacity())
                    && smallest.capacity() < capacity
                {
                    *smallest = buffer;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_back_is_handed_out_again() {
        let mut buffers = Buffers::default();
        for size in [0, 1, SMALL, SMALL + 1, MAX_POOLED] {
            let data = vec![7; size];
            let first = buffers.copy(&data);
            let (place, capacity) = (first.as_ptr(), first.capacity());
            assert_eq!(first, data);
            buffers.put(first);
            let second = buffers.take(size);
            assert!(second.capacity() >= size);
            assert!(capacity == 0 || second.as_ptr() == place, "{size}");
        }
    }

    #[test]
    fn a_buffer_to_read_and_one_to_write_keep_what_they_hold() {
        let mut buffers = Buffers::default();
        let (to_write, to_read) = (100_000, 100_512);
        for round in 0..3 {
            let written = filled(&mut buffers, to_write);
            buffers.put(written);
            let mut read = buffers.take_filled(to_read);
            assert!(read.capacity() >= to_read);
            assert!(round == 0 || read.len() >= to_write, "{round}: {}", read.len());
            read.resize(to_read, 0);
            buffers.put(read);
        }
    }

    fn filled(buffers: &mut Buffers, size: usize) -> Vec<u8> {
        let mut buffer = buffers.take(size);
        buffer.resize(size, 1);
        buffer
    }

    #[test]
    fn keeps_only_so_many_and_none_too_large() {
        let mut buffers = Buffers::default();
        for _ in 0..2 * MAX_SMALL {
            buffers.put(Vec::with_capacity(SMALL));
            buffers.put(Vec::with_capacity(MAX_POOLED));
        }
        buffers.put(Vec::with_capacity(MAX_POOLED + 1));
        assert_eq!((buffers.small.len(), buffers.large.len()), (MAX_SMALL, MAX_LARGE));
    }
}
