//! What a client sends: messages in any state, frames on the open connection.

use super::{
    super::{
        close_code,
        inbox::Event,
        outbox::{Kind, Outgoing, QueueFull},
        session::{self, Excerpt, WRITE_THROUGH_MIN},
    },
    Client, Phase, ReadyState,
};
use crate::{
    buffers::Buffers,
    reactor::{Cause, Reactor},
};

/// Bytes to send that are worth a system call of their own.
const FLUSH_AT: usize = 64 * 1024;

/// Opcode of a close frame (RFC 6455 section 5.5.1).
const CLOSE_OPCODE: u8 = 8;

/// Longest payload of a control frame in bytes (RFC 6455 section 5.5).
const MAX_CONTROL_PAYLOAD: usize = 125;

/// Why something was not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The queue's bound would be exceeded.
    #[error("queue full")]
    QueueFull,
    /// Larger than the option `maxMessageSize`.
    #[error("message of {0} bytes is larger than maxMessageSize ({1})")]
    TooLarge(usize, usize),
    /// Frames need an open connection.
    #[error("not connected (state {0})")]
    NotOpen(ReadyState),
    /// RFC 6455 section 5.5.
    #[error("a control frame of {0} bytes: 125 is the most")]
    ControlTooLong(usize),
    /// RFC 6455 section 5.5.
    #[error("a control frame cannot be fragmented")]
    ControlFragmented,
}

/// When something that is sent leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flush {
    /// At once.
    Now,
    /// Before the next wait, together with everything else of this run slice.
    BeforeWait,
}

impl Client {
    /// Queues a message, in any state, or a frame on the open connection, after what was queued
    /// before.
    ///
    /// # Errors
    /// See [`SendError`]. A full queue also becomes an `error` event if a message does not fit.
    pub fn send(&mut self, kind: Kind, data: &[u8], flush: Flush, reactor: &mut Reactor) -> Result<(), SendError> {
        if let Kind::Frame { fin, opcode } = kind {
            self.check_frame(fin, opcode, data)?;
        }
        let (size, limit) = (data.len(), self.options.max_message_size);
        if size > limit {
            return Err(SendError::TooLarge(size, limit));
        }
        match kind {
            Kind::Frame { .. } if self.state() != ReadyState::Open => return Err(SendError::NotOpen(self.state())),
            Kind::Frame { opcode: CLOSE_OPCODE, .. } => self.close_by_hand(data, reactor.buffers()),
            _ => {
                let queued = self.queue(kind, data, reactor.buffers());
                queued.inspect_err(|_| reactor.update(self.id, self))?;
            }
        }
        if flush == Flush::Now || self.has_much_to_send() {
            self.drive_open(Cause::Scheduled, reactor.buffers(), self.now());
            reactor.update(self.id, self);
        } else {
            reactor.write_soon(self.id);
        }
        Ok(())
    }

    fn check_frame(&self, fin: bool, opcode: u8, data: &[u8]) -> Result<(), SendError> {
        let is_control = opcode & 8 != 0;
        if is_control && data.len() > MAX_CONTROL_PAYLOAD {
            return Err(SendError::ControlTooLong(data.len()));
        }
        if is_control && !fin {
            return Err(SendError::ControlFragmented);
        }
        Ok(())
    }

    /// A close frame of the script's starts the closing handshake: what is sent from now on waits for
    /// the next connection.
    fn close_by_hand(&mut self, payload: &[u8], buffers: &mut Buffers) {
        self.start_closing(payload.to_vec(), close_code::report(payload), buffers);
    }

    pub(super) fn start_closing(&mut self, payload: Vec<u8>, report: (u16, String), buffers: &mut Buffers) {
        let now = self.now();
        if let Phase::Open(open) = &mut self.phase {
            let mut context = session::Context { inbox: &mut self.inbox, buffers, now };
            open.session.close(payload, report, self.outbox.waiting(), &mut context);
        }
    }

    /// Frames the data at once if nothing waits before it; else lets it wait.
    fn queue(&mut self, kind: Kind, data: &[u8], buffers: &mut Buffers) -> Result<(), SendError> {
        if let Err(QueueFull) = self.outbox.charge(kind, data.len()) {
            if kind.is_message() {
                let limit = self.options.queue_size;
                let text = format!("queue full: queueSize is {limit} bytes, nothing queued was dropped");
                self.inbox.push(Event::Error(text));
            }
            return Err(SendError::QueueFull);
        }
        log::trace!("sending {}", Excerpt(data));
        if data.len() >= WRITE_THROUGH_MIN {
            // It is written while it is framed.
            self.drive_open(Cause::Scheduled, buffers, self.now());
        }
        let is_framed = match &mut self.phase {
            Phase::Open(open) if self.outbox.waiting() == 0 => {
                open.session.send(&mut open.transport, kind, data, buffers)
            }
            _ => false,
        };
        if !is_framed {
            self.outbox.push(Outgoing { kind, data: data.to_vec() });
        }
        Ok(())
    }

    /// Whether so much waits to be sent that it should not wait for the end of the run slice.
    fn has_much_to_send(&self) -> bool {
        self.outbox.cost() >= FLUSH_AT && self.state() == ReadyState::Open
    }
}
