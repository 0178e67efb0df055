//! What an open socket moves bytes with, whatever it speaks.

use std::{collections::VecDeque, time::Instant};

use super::{
    datagram::DatagramSocket,
    event::{Event, SendError},
    farewell::Farewell,
    options::{self, SocketOption},
    stream::Stream,
};
use crate::{
    buffers::Buffers,
    net::wire::Wire,
    reactor::{Activity, Cause},
};

/// What an open socket moves bytes with.
#[derive(Debug)]
pub enum Channel {
    /// TCP or TLS.
    Stream(Stream),
    /// UDP.
    Datagrams(DatagramSocket),
}

impl Channel {
    /// Accepts bytes to send; whether all of them have gone to the system.
    pub fn send(&mut self, bytes: &[u8]) -> Result<bool, SendError> {
        match self {
            Channel::Stream(stream) => stream.send(bytes),
            Channel::Datagrams(datagrams) => datagrams.send(bytes),
        }
    }

    /// Sets an option; whether that was done.
    pub fn set_option(&mut self, option: SocketOption) -> bool {
        match self {
            Channel::Stream(stream) => stream.transport().is_some_and(|transport| options::set(transport, option)),
            // The options are those of TCP.
            Channel::Datagrams(_) => false,
        }
    }

    /// Moves bytes as far as possible without waiting.
    pub fn drive(&mut self, cause: Cause, events: &mut VecDeque<Event>, buffers: &mut Buffers) {
        match self {
            Channel::Stream(stream) => stream.drive(cause, events, buffers),
            Channel::Datagrams(datagrams) => datagrams.drive(cause, events, buffers),
        }
    }

    /// Takes bytes. Returns whether reading goes on, and whether the rest of what was announced is kept.
    pub fn take(&mut self, count: usize, target: &mut Vec<u8>, buffers: &mut Buffers) -> (bool, bool) {
        match self {
            Channel::Stream(stream) => (stream.take(count, target, buffers), true),
            Channel::Datagrams(datagrams) => (datagrams.take(count, target), false),
        }
    }

    /// Bytes that the script can take.
    pub fn available(&self) -> usize {
        match self {
            Channel::Stream(stream) => stream.available(),
            Channel::Datagrams(datagrams) => datagrams.available(),
        }
    }

    /// The length of the first datagram that was cut, once.
    pub fn take_cut(&mut self) -> Option<usize> {
        match self {
            Channel::Stream(_) => None,
            Channel::Datagrams(datagrams) => datagrams.take_cut(),
        }
    }

    /// Bytes that wait to be sent.
    pub fn unsent(&self) -> usize {
        match self {
            Channel::Stream(stream) => stream.unsent(),
            Channel::Datagrams(datagrams) => datagrams.unsent(),
        }
    }

    /// Whether no more bytes come.
    pub fn has_ended(&self) -> bool {
        match self {
            Channel::Stream(stream) => stream.has_ended(),
            Channel::Datagrams(datagrams) => datagrams.has_ended(),
        }
    }

    /// Tells the peer of the end; what is left to do then.
    pub fn farewell(self, now: Instant, buffers: &mut Buffers) -> Option<Box<Farewell>> {
        match self {
            Channel::Stream(stream) => Farewell::begin(stream.into_transport()?, now, buffers).map(Box::new),
            Channel::Datagrams(datagrams) => Farewell::of_datagrams(datagrams.into_socket()?, now).map(Box::new),
        }
    }

    /// When it has to be driven, if not when the system's socket is ready.
    pub fn deadline(&self) -> Option<Instant> {
        match self {
            Channel::Stream(stream) => stream.deadline(),
            Channel::Datagrams(datagrams) => datagrams.deadline(),
        }
    }

    /// Its end of a connection over TCP.
    pub fn wire(&self) -> Option<Wire> {
        match self {
            Channel::Stream(stream) => stream.wire(),
            Channel::Datagrams(_) => None,
        }
    }

    /// Breaks the connection.
    pub fn cut(&mut self) {
        match self {
            Channel::Stream(stream) => stream.cut(),
            Channel::Datagrams(datagrams) => datagrams.cut(),
        }
    }

    /// Confirms what has not been sent as failed.
    pub fn fail_sends(&mut self, events: &mut VecDeque<Event>) {
        match self {
            Channel::Stream(stream) => stream.fail_sends(events),
            Channel::Datagrams(datagrams) => datagrams.fail_sends(events),
        }
    }

    /// What it waits for.
    pub fn activity(&self) -> Activity {
        let (is_alive, is_unfinished) = match self {
            Channel::Stream(stream) => (stream.is_alive(), stream.is_unfinished()),
            Channel::Datagrams(datagrams) => (!datagrams.has_ended(), datagrams.is_unfinished()),
        };
        match (is_alive, is_unfinished) {
            (false, _) => Activity::Idle,
            (true, false) => Activity::Waiting,
            (true, true) => Activity::Unfinished,
        }
    }
}
