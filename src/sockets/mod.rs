//! The device's sockets: TCP, TLS and UDP as sources of the reactor, with the messages of the firmware's
//! socket core.
//!
//! # Flow control
//! At most one [`Event::Received`] of a socket is under way; the next one comes when all that it has
//! announced was taken. So what a peer can make us keep is bounded, and beyond that TCP pushes back and UDP
//! drops. A send is confirmed when the system has taken all of it.
//!
//! # Order
//! Confirmations come in the order of their causes. [`Event::ClosedByPeer`] comes half a second after the end, as
//! on the device, and when everything that arrived before was taken, however long that takes.

mod attempt;
mod byte_queue;
mod channel;
mod datagram;
mod event;
mod farewell;
mod ids;
mod options;
mod socket;
mod stream;
mod unsent;

pub use self::{
    attempt::{Protocol, Request},
    event::{Event, SendError},
    ids::Ids,
    options::SocketOption,
    socket::{Sending, SharedSocket, Socket},
};

/// Most bytes that one [`Event::Received`] announces, as on the device.
pub const MAX_ANNOUNCED: usize = 2048;
