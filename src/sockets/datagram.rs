//! An open UDP socket: what waits in either direction.

use std::{
    collections::VecDeque,
    io::{self, ErrorKind},
    time::Instant,
};

use super::{
    MAX_ANNOUNCED,
    event::{Event, SendError},
    unsent::Unsent,
};
use crate::{buffers::Buffers, net::datagram::Datagrams, reactor::Cause};

/// Most datagrams that are kept for the script. Further ones wait in the system, which drops what it has
/// no room for.
const MAX_RECEIVED: usize = 64;

/// See the module.
#[derive(Debug)]
pub struct DatagramSocket {
    /// `None` once the network is lost.
    socket: Option<Datagrams>,
    received: VecDeque<Vec<u8>>,
    unsent: Unsent,
    /// Reading waits for the script to take something.
    is_paused: bool,
    is_unfinished: bool,
    cut: Cut,
}

/// Whether a datagram was longer than can be announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    Never,
    /// The first one had so many bytes, and nobody knows yet.
    News(usize),
    Known,
}

impl DatagramSocket {
    /// A socket that is registered.
    pub fn new(socket: Datagrams) -> Self {
        DatagramSocket {
            socket: Some(socket),
            received: VecDeque::new(),
            unsent: Unsent::default(),
            is_paused: false,
            is_unfinished: true,
            cut: Cut::Never,
        }
    }

    /// Sends one datagram. Returns whether the system has taken it; if not, it waits.
    ///
    /// # Errors
    /// See [`SendError`].
    pub fn send(&mut self, bytes: &[u8]) -> Result<bool, SendError> {
        let socket = self.socket.as_mut().ok_or(SendError::Reset)?;
        if !self.unsent.has_room(bytes.len()) {
            return Err(SendError::WouldBlock);
        }
        if self.unsent.is_empty() {
            match socket.send(bytes) {
                Ok(()) => return Ok(true),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(SendError::from(&error)),
            }
        }
        self.unsent.push(bytes, 0);
        Ok(false)
    }

    /// Writes and reads as far as that needs no waiting.
    pub fn drive(&mut self, cause: Cause, events: &mut VecDeque<Event>, buffers: &mut Buffers) {
        let Some(socket) = &mut self.socket else { return };
        if cause != Cause::Scheduled {
            socket.ready();
        }
        let is_due = socket.advance();
        let flushed = self.unsent.flush(events, |bytes| match socket.send(bytes) {
            Ok(()) => Ok(bytes.len()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(0),
            Err(error) => Err(error),
        });
        if let Err(error) = flushed {
            log::debug!("a datagram was not sent: {error}");
        }
        let may_read = cause != Cause::Scheduled || is_due || self.is_unfinished;
        if may_read && !self.is_paused {
            let mut scratch = buffers.take_scratch();
            self.is_unfinished = false;
            if let Err(error) = self.read(&mut scratch) {
                log::debug!("no datagram can be received: {error}");
            }
            buffers.put_scratch(scratch);
        }
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<()> {
        for _ in 0..MAX_RECEIVED {
            if self.received.len() == MAX_RECEIVED {
                self.is_paused = true;
                return Ok(());
            }
            let Some(socket) = &mut self.socket else { return Ok(()) };
            match socket.receive(buffer) {
                // It cannot be announced.
                Ok(0) => {}
                Ok(count) => self.keep(&buffer[..count]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        self.is_unfinished = true;
        Ok(())
    }

    fn keep(&mut self, datagram: &[u8]) {
        let count = datagram.len().min(MAX_ANNOUNCED);
        if count < datagram.len() && self.cut == Cut::Never {
            self.cut = Cut::News(datagram.len());
        }
        self.received.push_back(datagram[..count].to_vec());
    }

    /// The length of the first datagram that was cut, once.
    pub fn take_cut(&mut self) -> Option<usize> {
        let Cut::News(length) = self.cut else { return None };
        self.cut = Cut::Known;
        Some(length)
    }

    /// When it has to be driven, if not when the system's socket is ready.
    pub fn deadline(&self) -> Option<Instant> {
        self.socket.as_ref()?.deadline()
    }

    /// The socket for its farewell, unless the network is lost.
    pub fn into_socket(self) -> Option<Datagrams> {
        self.socket
    }

    /// The network is lost; what was received stays.
    pub fn cut(&mut self) {
        self.socket = None;
    }

    /// Ends all sends without success.
    pub fn fail_sends(&mut self, events: &mut VecDeque<Event>) {
        self.unsent.fail(events);
    }

    /// The length of the oldest datagram.
    pub fn available(&self) -> usize {
        self.received.front().map_or(0, Vec::len)
    }

    /// How many bytes wait for the system to take them.
    pub fn unsent(&self) -> usize {
        self.unsent.len()
    }

    /// Takes the oldest datagram; what is longer than `count` is lost. Returns whether reading, which had
    /// paused, can go on.
    pub fn take(&mut self, count: usize, target: &mut Vec<u8>) -> bool {
        let Some(datagram) = self.received.pop_front() else { return false };
        target.extend_from_slice(&datagram[..count.min(datagram.len())]);
        self.is_unfinished |= self.is_paused;
        std::mem::take(&mut self.is_paused)
    }

    /// The network is lost.
    pub fn has_ended(&self) -> bool {
        self.socket.is_none()
    }

    /// Whether it was interrupted so that others get their turn.
    pub fn is_unfinished(&self) -> bool {
        self.socket.is_some() && self.is_unfinished
    }
}
