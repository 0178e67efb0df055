//! Bytes that have arrived and wait for the script.

use crate::buffers::Buffers;

/// A queue of bytes. Empty it holds no memory.
#[derive(Debug, Default)]
pub struct ByteQueue {
    bytes: Vec<u8>,
    /// So many at the front were taken.
    taken: usize,
}

impl ByteQueue {
    /// How many bytes wait.
    pub fn len(&self) -> usize {
        self.bytes.len() - self.taken
    }

    /// Appends bytes; memory comes from the shared buffers.
    pub fn append(&mut self, bytes: &[u8], buffers: &mut Buffers) {
        if self.bytes.capacity() == 0 {
            self.bytes = buffers.take(bytes.len());
        } else if self.taken > 0 {
            self.bytes.drain(..self.taken);
            self.taken = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// Moves the oldest bytes, at most `count`, to the end of `target`.
    pub fn take(&mut self, count: usize, target: &mut Vec<u8>, buffers: &mut Buffers) {
        if target.is_empty() && self.taken == 0 && count >= self.len() {
            // All of it: the buffers change places.
            std::mem::swap(&mut self.bytes, target);
            self.clear(buffers);
            return;
        }
        let end = self.taken + count.min(self.len());
        target.extend_from_slice(&self.bytes[self.taken..end]);
        self.taken = end;
        if self.len() == 0 {
            self.clear(buffers);
        }
    }

    /// Drops all bytes.
    pub fn clear(&mut self, buffers: &mut Buffers) {
        self.taken = 0;
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.clear();
        buffers.put(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_leave_in_the_order_in_which_they_came() {
        let (mut queue, mut buffers, mut taken) = (ByteQueue::default(), Buffers::default(), Vec::new());
        queue.append(b"abc", &mut buffers);
        queue.take(2, &mut taken, &mut buffers);
        queue.append(b"defg", &mut buffers);
        assert_eq!((queue.len(), taken.as_slice()), (5, &b"ab"[..]));
        queue.take(usize::MAX, &mut taken, &mut buffers);
        assert_eq!((queue.len(), taken.as_slice()), (0, &b"abcdefg"[..]));
        assert_eq!(queue.bytes.capacity(), 0);
        queue.take(1, &mut taken, &mut buffers);
        assert_eq!(taken.len(), 7);
    }
}
