//! An open TCP or TLS connection: what waits in either direction.

use std::{
    collections::VecDeque,
    io::{self, ErrorKind, Read, Write},
    time::Instant,
};

use super::{
    byte_queue::ByteQueue,
    event::{Event, SendError},
    unsent::Unsent,
};
use crate::{
    buffers::Buffers,
    net::{transport::Transport, wire::Wire},
    reactor::Cause,
};

/// Most bytes that are kept for the script. While they are not taken, reading pauses and TCP pushes back.
const MAX_RECEIVED: usize = 64 * 1024;

/// Bytes written in one turn, so that a fast peer leaves room for the rest.
const WRITTEN_PER_TURN: usize = 1 << 20;

/// Reads of one turn.
const READS_PER_TURN: usize = 16;

/// How reading goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// When an event says so.
    Drained,
    /// At once.
    Unfinished,
    /// When the script has taken something.
    Paused,
}

/// See the module.
#[derive(Debug)]
pub struct Stream {
    /// `None` once the connection is broken.
    transport: Option<Transport>,
    received: ByteQueue,
    unsent: Unsent,
    reading: Reading,
    /// Nothing more comes from the peer.
    has_ended: bool,
    /// Writing has paused for others only.
    may_write: bool,
}

impl Stream {
    /// A connection that is established and registered.
    pub fn new(transport: Transport) -> Self {
        Stream {
            transport: Some(transport),
            received: ByteQueue::default(),
            unsent: Unsent::default(),
            reading: Reading::Unfinished,
            has_ended: false,
            may_write: false,
        }
    }

    /// Sends, as far as the system takes it; the rest waits. Returns whether the system has taken all.
    ///
    /// # Errors
    /// See [`SendError`].
    pub fn send(&mut self, bytes: &[u8]) -> Result<bool, SendError> {
        if !self.unsent.has_room(bytes.len()) {
            return Err(SendError::WouldBlock);
        }
        let mut count = 0;
        if self.unsent.is_empty() {
            let transport = self.transport.as_mut().ok_or(SendError::Reset)?;
            let written = write(transport, bytes, WRITTEN_PER_TURN).map_err(|error| self.broken(&error))?;
            if written.count == bytes.len() {
                return Ok(true);
            }
            (count, self.may_write) = (written.count, !written.is_blocked);
        }
        self.unsent.push(&bytes[count..], count);
        Ok(false)
    }

    /// Writing has failed: what has arrived before is still to be read.
    fn broken(&mut self, error: &io::Error) -> SendError {
        log::debug!("a write failed: {error}");
        if self.reading == Reading::Drained {
            self.reading = Reading::Unfinished;
        }
        SendError::from(error)
    }

    /// Writes and reads as far as that needs no waiting.
    pub fn drive(&mut self, cause: Cause, events: &mut VecDeque<Event>, buffers: &mut Buffers) {
        let mut may_have_more = cause != Cause::Scheduled;
        match (&mut self.transport, cause) {
            (Some(transport), Cause::Ready) => transport.retry(),
            (Some(transport), Cause::ReadyAtEnd) => transport.expect_end(),
            (Some(transport), Cause::Scheduled) => may_have_more = transport.advance(),
            (None, _) => {}
        }
        self.flush(events);
        let is_due = match self.reading {
            Reading::Drained => may_have_more,
            Reading::Unfinished => true,
            Reading::Paused => false,
        };
        if is_due && !self.has_ended {
            self.read(buffers);
            if self.transport.is_none() {
                self.unsent.fail(events);
            }
        }
    }

    fn flush(&mut self, events: &mut VecDeque<Event>) {
        let Some(transport) = &mut self.transport else { return };
        let (mut room, mut is_blocked) = (WRITTEN_PER_TURN, false);
        let flushed = self.unsent.flush(events, |bytes| {
            let written = write(transport, bytes, room)?;
            room = room.saturating_sub(written.count);
            is_blocked = written.is_blocked;
            Ok(written.count)
        });
        self.may_write = !self.unsent.is_empty() && !is_blocked;
        if let Err(error) = flushed {
            self.broken(&error);
        }
    }

    fn read(&mut self, buffers: &mut Buffers) {
        let Some(transport) = &mut self.transport else { return };
        let mut scratch = buffers.take_scratch();
        self.reading = Reading::Unfinished;
        for _ in 0..READS_PER_TURN {
            let room = MAX_RECEIVED.saturating_sub(self.received.len()).min(scratch.len());
            if room == 0 {
                self.reading = Reading::Paused;
                break;
            }
            match transport.read(&mut scratch[..room]) {
                Ok(0) => {
                    self.has_ended = true;
                    break;
                }
                Ok(count) => self.received.append(&scratch[..count], buffers),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.reading = Reading::Drained;
                    break;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    log::debug!("the connection broke: {error}");
                    self.cut();
                    break;
                }
            }
        }
        buffers.put_scratch(scratch);
    }

    /// When it has to be driven, if not when the system's socket is ready.
    pub fn deadline(&self) -> Option<Instant> {
        self.transport.as_ref()?.deadline()
    }

    /// Breaks the connection; what was received stays.
    pub fn cut(&mut self) {
        self.transport = None;
        self.has_ended = true;
    }

    /// Ends all sends without success.
    pub fn fail_sends(&mut self, events: &mut VecDeque<Event>) {
        self.unsent.fail(events);
    }

    /// How many bytes wait for the script.
    pub fn available(&self) -> usize {
        self.received.len()
    }

    /// How many bytes wait for the system to take them.
    pub fn unsent(&self) -> usize {
        self.unsent.len()
    }

    /// Takes bytes. Returns whether reading, which had paused, can go on.
    pub fn take(&mut self, count: usize, target: &mut Vec<u8>, buffers: &mut Buffers) -> bool {
        self.received.take(count, target, buffers);
        let resumes = self.reading == Reading::Paused && self.received.len() <= MAX_RECEIVED / 2;
        if resumes {
            self.reading = Reading::Unfinished;
        }
        resumes
    }

    /// Nothing more comes from the peer.
    pub fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// Whether something may still happen without the script.
    pub fn is_alive(&self) -> bool {
        let is_leaving = |transport: &Transport| !self.unsent.is_empty() || transport.is_leaving();
        !self.has_ended || self.transport.as_ref().is_some_and(is_leaving)
    }

    /// Whether it was interrupted so that others get their turn.
    pub fn is_unfinished(&self) -> bool {
        self.may_write || !self.has_ended && self.reading == Reading::Unfinished
    }

    /// The connection for its farewell, unless it is broken.
    pub fn into_transport(self) -> Option<Transport> {
        self.transport
    }

    /// The connection, unless it is broken.
    pub fn transport(&mut self) -> Option<&mut Transport> {
        self.transport.as_mut()
    }

    /// Its end of the connection; `None` once that is broken.
    pub fn wire(&self) -> Option<Wire> {
        self.transport.as_ref()?.wire()
    }
}

/// What [`write()`] has done.
struct Written {
    count: usize,
    /// The system takes no more at present.
    is_blocked: bool,
}

/// Writes until the system takes no more, or it has taken `most` bytes.
fn write(transport: &mut Transport, bytes: &[u8], most: usize) -> io::Result<Written> {
    let mut count = 0;
    while count < bytes.len() && count < most {
        match transport.write(&bytes[count..]) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(more) => count += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(Written { count, is_blocked: true }),
            Err(error) => return Err(error),
        }
    }
    Ok(Written { count, is_blocked: false })
}
