//! Both lanes of one connection, between whoever reads and writes and a stream that never waits.

use std::{
    io::{self, ErrorKind, Read, Write},
    time::Instant,
};

use super::{
    Direction, Link,
    lane::{Arrival, End, Lane, SEGMENT},
};

/// Bytes of one read.
const READ: usize = 16 * SEGMENT;

/// See the module.
///
/// # Design
/// It is edge-triggered as the stream below it is: once a read or write has returned `WouldBlock`,
/// [`advance`](Self::advance) says when it is worth repeating, and [`deadline`](Self::deadline) when to call that.
/// Who does not read, because the script is to take something first, is not woken for what has arrived meanwhile.
#[derive(Debug)]
pub struct Duplex {
    outgoing: Lane,
    incoming: Lane,
    /// The stream may have more to read.
    is_unread: bool,
    /// The stream takes no more; an event says when it does.
    is_blocked: bool,
    /// A read has returned `WouldBlock` since something could be read.
    awaits_bytes: bool,
    /// Likewise for a write.
    awaits_room: bool,
    /// When the incoming lane takes more from the stream, if that is why it is unread.
    read_at: Option<Instant>,
    /// When the outgoing lane takes more.
    write_at: Option<Instant>,
    /// Why the stream is broken; whoever reads and writes does not know until that has come in.
    failure: Option<ErrorKind>,
}

impl Default for Duplex {
    /// Two empty lanes; the stream may have something to read.
    fn default() -> Self {
        Duplex {
            outgoing: Lane::default(),
            incoming: Lane::default(),
            is_unread: true,
            is_blocked: false,
            awaits_bytes: false,
            awaits_room: false,
            read_at: None,
            write_at: None,
            failure: None,
        }
    }
}

impl Duplex {
    /// Reads what has arrived.
    ///
    /// # Errors
    /// `WouldBlock` where there is nothing; what broke the stream, once everything before has been read.
    pub fn read(&mut self, stream: &mut (impl Read + Write), link: &Link, buffer: &mut [u8]) -> io::Result<usize> {
        self.pump(stream, link);
        self.fill(stream, link);
        let mut count = 0;
        while count < buffer.len()
            && let Arrival::Bytes(bytes) = self.incoming.arrived(link.time.now())
        {
            let part = bytes.len().min(buffer.len() - count);
            buffer[count..count + part].copy_from_slice(&bytes[..part]);
            self.incoming.take(part);
            count += part;
        }
        self.awaits_bytes = false;
        match self.incoming.arrived(link.time.now()) {
            _ if count > 0 || buffer.is_empty() => Ok(count),
            Arrival::End(End::Eof) => Ok(0),
            Arrival::End(End::Broken(kind)) => Err(kind.into()),
            Arrival::Bytes(_) | Arrival::Nothing => {
                self.awaits_bytes = true;
                Err(ErrorKind::WouldBlock.into())
            }
        }
    }

    /// Sends as much as the lane takes.
    ///
    /// # Errors
    /// `WouldBlock` where it takes nothing; what broke the stream, once that has come in.
    pub fn write(&mut self, stream: &mut (impl Read + Write), link: &Link, bytes: &[u8]) -> io::Result<usize> {
        self.pump(stream, link);
        if let Arrival::End(End::Broken(kind)) = self.incoming.arrived(link.time.now()) {
            return Err(kind.into());
        }
        if self.failure.is_some() {
            // Nobody is there to take it, which the sender is about to learn.
            return Ok(bytes.len());
        }
        let (outgoing, write_at) = (&mut self.outgoing, &mut self.write_at);
        let count = link.with_road(Direction::Up, |road| {
            let count = outgoing.send(bytes, road);
            *write_at = outgoing.room_at(road);
            count
        });
        self.awaits_room = count == 0 && !bytes.is_empty();
        if self.awaits_room { Err(ErrorKind::WouldBlock.into()) } else { Ok(count) }
    }

    /// The stream is ready: it may have more to read, and take more.
    pub fn ready(&mut self) {
        (self.is_unread, self.is_blocked) = (true, false);
    }

    /// Moves what is due. Returns whether a read or write that has returned `WouldBlock` is worth repeating.
    pub fn advance(&mut self, stream: &mut (impl Read + Write), link: &Link) -> bool {
        self.pump(stream, link);
        self.fill(stream, link);
        let is_readable = self.awaits_bytes && self.incoming.arrived(link.time.now()) != Arrival::Nothing;
        let (outgoing, write_at) = (&mut self.outgoing, &mut self.write_at);
        if self.awaits_room {
            link.with_road(Direction::Up, |road| *write_at = outgoing.room_at(road));
        }
        let is_writable = self.awaits_room && (self.write_at.is_none() || self.failure.is_some());
        self.awaits_bytes &= !is_readable;
        self.awaits_room &= !is_writable;
        is_readable || is_writable
    }

    /// When [`advance`](Self::advance) has something to do, if not when the stream is ready.
    pub fn deadline(&self) -> Option<Instant> {
        let leaves = self.outgoing.next_arrival().filter(|_| !self.is_blocked && self.failure.is_none());
        // While the stream takes nothing, the lane gets no room either.
        let has_room = self.write_at.filter(|_| self.awaits_room && !self.is_blocked);
        let arrives = self.incoming.next_arrival().filter(|_| self.awaits_bytes);
        let continues = self.read_at.filter(|_| self.awaits_bytes && self.is_unread);
        [leaves, has_room, arrives, continues].into_iter().flatten().min()
    }

    /// Whether something that was written has not left.
    pub fn is_leaving(&self) -> bool {
        !self.outgoing.is_empty() && self.failure.is_none()
    }

    /// Whether it holds nothing, so that the stream may be used directly.
    pub fn is_idle(&self) -> bool {
        self.outgoing.is_empty() && self.incoming.is_empty() && !self.is_unread && self.failure.is_none()
    }

    /// Whether an event of the stream can bring anything; else only the time does.
    pub fn awaits_stream(&self) -> bool {
        !self.is_unread && !self.incoming.has_end()
    }

    /// Gives the stream what has come to the end of the outgoing lane.
    fn pump(&mut self, stream: &mut (impl Read + Write), link: &Link) {
        link.with_road(Direction::Up, |road| self.outgoing.adapt(road));
        while !self.is_blocked && self.failure.is_none() {
            let written = match self.outgoing.arrived(link.time.now()) {
                Arrival::Nothing | Arrival::End(End::Eof) => return,
                Arrival::Bytes(bytes) => stream.write(bytes),
                Arrival::End(End::Broken(kind)) => Err(kind.into()),
            };
            match written {
                Ok(count) => self.outgoing.take(count),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.is_blocked = true,
                Err(error) => self.fail(stream, link, error.kind()),
            }
        }
    }

    /// Nothing can be written any more, which comes in after everything that has come before.
    fn fail(&mut self, stream: &mut (impl Read + Write), link: &Link, kind: ErrorKind) {
        self.is_unread = true;
        self.fill(stream, link);
        self.failure = Some(kind);
        self.outgoing = Lane::default();
        self.close(link, End::Broken(kind));
    }

    /// Ends the incoming lane.
    fn close(&mut self, link: &Link, end: End) {
        self.is_unread = false;
        link.with_road(Direction::Down, |road| self.incoming.end(end, road));
    }

    /// Takes from the stream what the incoming lane has room for.
    fn fill(&mut self, stream: &mut impl Read, link: &Link) {
        let mut buffer = [0; READ];
        let incoming = &mut self.incoming;
        loop {
            let limit = link.with_road(Direction::Down, |road| {
                incoming.adapt(road);
                self.read_at = incoming.room_at(road);
                if road.conditions.rate.is_some() { SEGMENT } else { READ }
            });
            if !self.is_unread || self.read_at.is_some() {
                return;
            }
            match stream.read(&mut buffer[..limit]) {
                Ok(0) => return self.close(link, End::Eof),
                Ok(count) => link.with_road(Direction::Down, |road| incoming.send_all(&buffer[..count], road)),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return self.is_unread = false,
                Err(error) => return self.close(link, End::Broken(error.kind())),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::VecDeque, time::Duration};

    use super::*;
    use crate::device::conditions::Conditions;

    /// A stream whose other side is the test.
    #[derive(Default)]
    struct Pipe {
        /// What can be read: bytes, an error, or the end.
        input: VecDeque<io::Result<Vec<u8>>>,
        written: Vec<u8>,
        /// What a write returns instead.
        refusal: Option<ErrorKind>,
    }

    impl Read for Pipe {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.input.pop_front() {
                None => Err(ErrorKind::WouldBlock.into()),
                Some(Ok(mut bytes)) => {
                    let count = bytes.len().min(buffer.len());
                    buffer[..count].copy_from_slice(&bytes[..count]);
                    if count < bytes.len() {
                        self.input.push_front(Ok(bytes.split_off(count)));
                    }
                    Ok(count)
                }
                Some(Err(error)) => Err(error),
            }
        }
    }

    impl Write for Pipe {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            match self.refusal {
                Some(kind) => Err(kind.into()),
                None => self.written.write(bytes),
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn link(latency: u64) -> Link {
        let link = Link::default();
        link.set(Conditions { latency: Duration::from_millis(latency), ..Conditions::default() });
        link
    }

    fn wait(duplex: &Duplex) {
        let deadline = duplex.deadline().expect("a deadline");
        std::thread::sleep(deadline.saturating_duration_since(Instant::now()));
    }

    fn kind<T: std::fmt::Debug>(result: io::Result<T>) -> ErrorKind {
        result.unwrap_err().kind()
    }

    #[test]
    fn bytes_pass_both_ways_after_the_latency_and_wake_once() {
        let (mut duplex, mut pipe, link) = (Duplex::default(), Pipe::default(), link(20));
        let start = Instant::now();
        assert_eq!(duplex.write(&mut pipe, &link, b"out").unwrap(), 3);
        pipe.input.push_back(Ok(b"in".to_vec()));
        let mut buffer = [0; 8];
        assert_eq!(kind(duplex.read(&mut pipe, &link, &mut buffer)), ErrorKind::WouldBlock);
        assert!(duplex.is_leaving() && pipe.written.is_empty());
        while !duplex.advance(&mut pipe, &link) {
            wait(&duplex);
        }
        assert!(start.elapsed() >= Duration::from_millis(20));
        assert_eq!(pipe.written, b"out");
        // Who is not reading is not woken again.
        assert_eq!(duplex.deadline(), None);
        assert_eq!(duplex.read(&mut pipe, &link, &mut buffer).unwrap(), 2);
        assert!(duplex.is_idle());
    }

    #[test]
    fn a_stream_that_takes_no_more_is_not_asked_until_it_is_ready() {
        let (mut duplex, mut pipe, link) = (Duplex::default(), Pipe::default(), link(1));
        pipe.refusal = Some(ErrorKind::WouldBlock);
        while duplex.write(&mut pipe, &link, &[0; 10_000]).is_ok() {}
        std::thread::sleep(Duration::from_millis(2));
        assert!(!duplex.advance(&mut pipe, &link));
        assert_eq!(duplex.deadline(), None);
        pipe.refusal = None;
        duplex.ready();
        assert!(duplex.advance(&mut pipe, &link));
        assert!(!duplex.is_leaving());
    }

    #[test]
    fn a_broken_stream_is_known_after_what_came_before() {
        let (mut duplex, mut pipe, link) = (Duplex::default(), Pipe::default(), link(10));
        let mut buffer = [0; 8];
        duplex.write(&mut pipe, &link, b"x").unwrap();
        pipe.refusal = Some(ErrorKind::BrokenPipe);
        pipe.input.push_back(Ok(b"last".to_vec()));
        wait(&duplex);
        duplex.advance(&mut pipe, &link);
        assert_eq!(duplex.write(&mut pipe, &link, b"nobody gets this").unwrap(), 16);
        assert_eq!(kind(duplex.read(&mut pipe, &link, &mut buffer)), ErrorKind::WouldBlock);
        wait(&duplex);
        assert_eq!(duplex.read(&mut pipe, &link, &mut buffer).unwrap(), 4);
        while let Err(error) = duplex.read(&mut pipe, &link, &mut buffer) {
            if error.kind() == ErrorKind::BrokenPipe {
                break;
            }
            wait(&duplex);
        }
        assert_eq!(kind(duplex.write(&mut pipe, &link, b"x")), ErrorKind::BrokenPipe);
        assert_eq!(duplex.deadline(), None);
    }

    #[test]
    fn what_nobody_reads_stays_in_the_stream() {
        let (mut duplex, mut pipe, link) = (Duplex::default(), Pipe::default(), link(1));
        pipe.input.extend((0..1000).map(|_| Ok(vec![0; 1000])));
        let mut buffer = [0; 8];
        assert_eq!(kind(duplex.read(&mut pipe, &link, &mut buffer)), ErrorKind::WouldBlock);
        wait(&duplex);
        assert!(duplex.advance(&mut pipe, &link));
        assert_eq!(duplex.deadline(), None);
        let left = pipe.input.len();
        assert!(left > 600 && !duplex.advance(&mut pipe, &link) && pipe.input.len() == left, "{left}");
    }

    #[test]
    fn the_end_comes_last() {
        let (mut duplex, mut pipe, link) = (Duplex::default(), Pipe::default(), link(5));
        pipe.input.extend([Ok(b"last".to_vec()), Ok(Vec::new())]);
        let mut buffer = [0; 8];
        assert_eq!(kind(duplex.read(&mut pipe, &link, &mut buffer)), ErrorKind::WouldBlock);
        link.set(Conditions::default());
        assert!(duplex.advance(&mut pipe, &link));
        assert_eq!(duplex.read(&mut pipe, &link, &mut buffer).unwrap(), 4);
        assert_eq!(duplex.read(&mut pipe, &link, &mut buffer).unwrap(), 0);
    }
}
