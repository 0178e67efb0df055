//! Framed bytes on their way to the kernel, and the stream adapter that tungstenite sees.

use std::io::{self, ErrorKind, Read, Write};

/// Frames of at least this size go straight to the kernel instead of through the buffer.
const DIRECT: usize = 16 * 1024;

/// Bytes framed but not yet taken by the kernel, with their place in the connection's stream.
///
/// # Design
/// tungstenite would write to the socket itself, but could not say which message the kernel has
/// taken whole. So it writes here, which always succeeds, and [`flush`](Self::flush) counts what
/// the kernel takes. One flush carries the frames of many messages in one system call.
#[derive(Debug, Default)]
pub struct Wire {
    buffer: Vec<u8>,
    start: usize,
    appended: u64,
    written: u64,
}

impl Wire {
    /// Position behind the last framed byte.
    pub fn appended(&self) -> u64 {
        self.appended
    }

    /// Position behind the last byte that the kernel has taken.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// How many bytes wait for the kernel.
    pub fn pending(&self) -> usize {
        self.buffer.len() - self.start
    }

    /// Writes until all is with the kernel (`true`) or it takes no more (`false`).
    ///
    /// # Errors
    /// The stream's, but for would-block and interruptions.
    pub fn flush(&mut self, stream: &mut impl Write) -> io::Result<bool> {
        while self.pending() > 0 {
            match stream.write(&self.buffer[self.start..]) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(taken) => {
                    self.start += taken;
                    self.written += taken as u64;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.buffer.clear();
        self.start = 0;
        // One large message must not pin its memory for the rest of the connection.
        if self.buffer.capacity() > 4 * DIRECT {
            self.buffer.shrink_to(DIRECT);
        }
        Ok(true)
    }

    fn append(&mut self, stream: &mut impl Write, bytes: &[u8]) {
        let mut rest = bytes;
        if self.pending() == 0 && bytes.len() >= DIRECT {
            // An error here comes back from the next flush, which sees the same stream.
            if let Ok(taken) = stream.write(bytes) {
                self.written += taken as u64;
                rest = &bytes[taken..];
            }
        }
        self.buffer.extend_from_slice(rest);
        self.appended += bytes.len() as u64;
    }
}

/// What tungstenite reads from and writes to: reads reach the stream, writes reach the [`Wire`].
pub struct Adapter<'a, S> {
    /// The connection's stream, non-blocking.
    pub stream: &'a mut S,
    /// Where written frames go.
    pub wire: &'a mut Wire,
    /// What reading has found so far.
    pub intake: &'a mut Intake,
}

/// What reading has found so far.
#[derive(Debug, Default)]
pub struct Intake {
    /// Bytes read in all.
    pub received: u64,
    /// A read that fills less than its buffer means that there is no more.
    pub trusts_short_reads: bool,
    /// There was such a read: until the next readiness, reading would only find that out again.
    pub is_drained: bool,
}

impl<S: Read> Read for Adapter<'_, S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.intake.is_drained {
            return Err(ErrorKind::WouldBlock.into());
        }
        loop {
            match self.stream.read(buffer) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Ok(count) => {
                    self.intake.received += count as u64;
                    self.intake.is_drained = self.intake.trusts_short_reads && count > 0 && count < buffer.len();
                    return Ok(count);
                }
                Err(error) => return Err(error),
            }
        }
    }
}

impl<S: Write> Write for Adapter<'_, S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.wire.append(self.stream, bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn counts_what_the_kernel_takes_and_keeps_the_order() {
        let mut kernel = Kernel { room: 0, taken: Vec::new() };
        let mut wire = Wire::default();
        let mut expected = Vec::new();
        for (size, room) in [(10, 3), (DIRECT, 5), (2 * DIRECT, 40_000), (1, 9), (DIRECT, usize::MAX)] {
            let bytes: Vec<u8> = (0..size).map(|i| (i % 251) as u8).collect();
            expected.extend_from_slice(&bytes);
            kernel.room = 0;
            wire.append(&mut kernel, &bytes);
            kernel.room = room;
            wire.flush(&mut kernel).unwrap();
            assert_eq!(wire.written(), kernel.taken.len() as u64);
            assert_eq!(wire.pending() as u64, wire.appended() - wire.written());
        }
        assert_eq!(kernel.taken, expected);
        assert_eq!(wire.pending(), 0);
    }

    #[test]
    fn a_large_frame_needs_no_copy_when_the_kernel_takes_it() {
        let mut kernel = Kernel { room: usize::MAX, taken: Vec::new() };
        let mut wire = Wire::default();
        wire.append(&mut kernel, &[7; DIRECT]);
        assert_eq!((wire.pending(), wire.written()), (0, DIRECT as u64));
    }
}
