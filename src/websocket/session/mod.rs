//! An open connection as a state machine over any non-blocking stream: one step at a time, events
//! out, time as an argument (RFC 6455 sections 5 to 7). tungstenite supplies the frame header and the
//! handshake's keys; its connection is not used, because it takes only whole frames without
//! extensions and says neither what the kernel has taken nor which code a close frame had.
//!
//! Start reading at [`Session::read`] and [`Session::write`]: the reactor calls them when the
//! socket is ready, and everything else follows from what they find.

mod deframer;
mod receive;
mod send_buffer;

use std::{
    fmt,
    io::Write,
    time::{Duration, Instant},
};

use crate::{
    buffers::Buffers,
    io_error::in_words,
    websocket::{
        close_code, deflate,
        heartbeat::{Beat, Heartbeat},
        inbox::{Event, Inbox},
        outbox::{Kind, Outbox, Outgoing},
    },
};
use deframer::{Breach, Deframer};
use send_buffer::SendBuffer;

/// How long a closing handshake may take before the socket is closed anyway.
pub const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// Framed bytes beyond which no more messages are framed; and bytes of answers beyond which nothing
/// more is read: a peer that does not take our pongs gets to send no further pings.
const HIGH_WATER: usize = 64 * 1024;

/// Messages of this size are written as they are framed, as far as the kernel takes them: shorter
/// ones fit the processor's cache, and one write wakes the peer once.
pub const WRITE_THROUGH_MIN: usize = 512 * 1024;

/// What the steps of a session work on, beside its stream.
#[derive(Debug)]
pub struct Context<'a> {
    /// Where events go.
    pub inbox: &'a mut Inbox,
    /// Shared memory.
    pub buffers: &'a mut Buffers,
    /// The present.
    pub now: Instant,
}

/// One open connection.
#[derive(Debug)]
pub struct Session {
    send_buffer: SendBuffer,
    deframer: Deframer,
    /// permessage-deflate, if it was negotiated.
    deflate: Option<Box<deflate::Stream>>,
    heartbeat: Option<Heartbeat>,
    stage: Stage,
    /// Why nothing can be written any more. The connection counts as lost only after everything
    /// that arrived before has been read.
    write_error: Option<String>,
    max_message_size: usize,
}

/// How far a connection is from its end.
#[derive(Debug)]
enum Stage {
    /// Data flows both ways.
    Open,
    /// The peer broke the protocol; our close frame waits for the script's answers.
    Violated(Violation),
    /// A closing handshake is under way.
    Closing(Closing),
    /// The stream can be dropped.
    Ended,
}

/// A breach of the protocol that waits for the script to answer the messages before it: what it
/// sends until then goes out before our close frame. Not for longer than `deadline`.
#[derive(Debug)]
struct Violation {
    breach: Breach,
    deadline: Instant,
}

/// A closing handshake.
#[derive(Debug)]
struct Closing {
    initiator: Initiator,
    /// Code and reason for the `close` event.
    report: (u16, String),
    deadline: Instant,
}

#[derive(Debug)]
enum Initiator {
    /// We close: `unsent` messages first, then a close frame with that payload, then the peer's
    /// answer, then EOF.
    Us { payload: Option<Vec<u8>>, unsent: usize, answered: bool },
    /// The peer closed, or broke the protocol. Our close frame is sent; only EOF is missing
    /// (section 7.1.1).
    Peer,
}

impl Closing {
    /// The closing handshake is done but for the end of the stream.
    fn expects_only_eof(&self) -> bool {
        matches!(self.initiator, Initiator::Peer | Initiator::Us { answered: true, .. })
    }

    /// No answer of the peer is awaited any more.
    fn without_answer(mut self) -> Self {
        if let Initiator::Us { answered, .. } = &mut self.initiator {
            *answered = true;
        }
        self
    }
}

/// State of the input after [`Session::read`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The receive buffer of the kernel is empty; wait for the next readiness event.
    Drained,
    /// The bound of one turn is reached: call again without waiting.
    Unfinished,
    /// The inbox or the send buffer is full: call again when it has room.
    Paused,
}

impl Session {
    /// A connection whose handshake has just succeeded; `early` are bytes that followed it.
    pub fn new(early: Vec<u8>, max_message_size: usize, deflate: Option<deflate::Stream>) -> Self {
        Session {
            send_buffer: SendBuffer::default(),
            deframer: Deframer::new(early),
            deflate: deflate.map(Box::new),
            heartbeat: None,
            stage: Stage::Open,
            write_error: None,
            max_message_size,
        }
    }

    /// Whether a closing handshake is under way.
    pub fn is_closing(&self) -> bool {
        matches!(self.stage, Stage::Closing(_))
    }

    /// Whether the connection is over: the stream can be dropped, the last event is in the inbox.
    pub fn has_ended(&self) -> bool {
        matches!(self.stage, Stage::Ended)
    }

    /// Whether writing has failed, so that reading must go on to the end without waiting for the
    /// socket.
    pub fn has_failed(&self) -> bool {
        self.write_error.is_some()
    }

    /// Whether reading can go on: not while the script has to take messages first, nor while the peer
    /// takes no answers to its pings. What the script sends does not matter: a peer may answer before
    /// it reads on.
    pub fn can_read(&self, inbox: &Inbox) -> bool {
        // A peer that nothing can be sent to any more makes us queue no answers.
        let has_room = self.send_buffer.pending_answers() < HIGH_WATER || self.write_error.is_some();
        has_room && !self.is_held_up(inbox)
    }

    /// Whether reading is paused for our own sake: the script has to take messages first.
    pub fn is_held_up(&self, inbox: &Inbox) -> bool {
        match self.stage {
            Stage::Violated(_) => inbox.has_messages(),
            Stage::Closing(_) => inbox.is_overfull(),
            Stage::Open | Stage::Ended => inbox.is_full(),
        }
    }

    /// Starts, changes or stops (`None`) the heartbeat.
    pub fn keep_alive(&mut self, interval: Option<Duration>, now: Instant) {
        self.heartbeat = interval.map(|interval| Heartbeat::new(interval, now));
    }

    /// Reading is paused for our own sake: until it goes on, the peer's silence means nothing.
    pub fn excuse_silence(&mut self, now: Instant) {
        if let Some(heartbeat) = &mut self.heartbeat {
            heartbeat.received(now);
        }
    }

    /// When [`tick`](Self::tick) has to be called, if at all.
    pub fn deadline(&self) -> Option<Instant> {
        match &self.stage {
            Stage::Closing(closing) => Some(closing.deadline),
            Stage::Violated(violation) => Some(violation.deadline),
            Stage::Open => self.heartbeat.as_ref().map(Heartbeat::deadline),
            Stage::Ended => None,
        }
    }

    /// Frames one message or frame at once if the connection is open and its peer keeps up; a long
    /// one is also written. The caller makes sure that nothing waits before it. Returns whether it
    /// did.
    pub fn send<S: Write>(&mut self, stream: &mut S, kind: Kind, data: &[u8], buffers: &mut Buffers) -> bool {
        let pending = self.send_buffer.pending();
        if !matches!(self.stage, Stage::Open | Stage::Violated(_))
            || self.write_error.is_some()
            || pending >= HIGH_WATER
        {
            return false;
        }
        if pending == 0 && data.len() >= WRITE_THROUGH_MIN && self.deflate.is_none() {
            self.send_buffer.frame_through(stream, kind, data, buffers);
        } else {
            self.frame(kind, data, buffers);
        }
        true
    }

    /// Frames one message or frame, compressed if that was negotiated and is worth it. Only whole
    /// messages are: a frame of the script's goes out as it is.
    fn frame(&mut self, kind: Kind, data: &[u8], buffers: &mut Buffers) {
        if let Some(deflate) = &mut self.deflate
            && kind.is_message()
            && deflate.is_worth_it(data.len())
        {
            let mut payload = buffers.take(data.len() / 2);
            if deflate.deflate(data, &mut payload) {
                self.send_buffer.frame_compressed(kind, &payload, data, buffers);
                return buffers.put(payload);
            }
        }
        self.send_buffer.frame(kind, data, buffers);
    }

    /// Frames and writes what `outbox` holds, as far as the kernel takes it. Call it again
    /// when the socket is writable.
    pub fn write<S: Write>(&mut self, stream: &mut S, outbox: &mut Outbox, context: &mut Context<'_>) {
        while !self.has_ended() && self.write_error.is_none() {
            let framed = self.frame_waiting(outbox, context.buffers);
            let flushed = self.send_buffer.flush(stream, context.buffers);
            let taken = self.send_buffer.take_sent(context.buffers);
            outbox.release(taken.cost);
            if taken.messages > 0 {
                context.inbox.push(Event::Sent(taken.messages));
            }
            match flushed {
                Ok(true) if framed == 0 => return,
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => self.write_error = Some(in_words(&error)),
            }
        }
    }

    /// Whether the script has sent something that the kernel has not taken.
    pub fn has_unsent(&self, outbox: &Outbox) -> bool {
        self.send_buffer.pending() > 0 || outbox.waiting() > 0
    }

    /// The connection has ended: what the kernel has not taken whole.
    pub fn take_unsent(&mut self) -> Vec<Outgoing> {
        self.send_buffer.take_unsent()
    }

    /// Frames waiting entries up to the high-water mark; returns how many.
    fn frame_waiting(&mut self, outbox: &mut Outbox, buffers: &mut Buffers) -> usize {
        let mut count = 0;
        while self.send_buffer.pending() < HIGH_WATER {
            match &mut self.stage {
                Stage::Open | Stage::Violated(_) => {}
                Stage::Closing(Closing { initiator: Initiator::Us { unsent, .. }, .. }) if *unsent > 0 => *unsent -= 1,
                Stage::Closing(Closing { initiator: Initiator::Us { payload, .. }, .. }) => {
                    let Some(payload) = payload.take() else { return count };
                    self.send_buffer.answer(8, &payload, buffers);
                    return count + 1;
                }
                Stage::Closing(_) | Stage::Ended => return count,
            }
            let Some(entry) = outbox.take() else { return count };
            self.frame(entry.kind, &entry.data, buffers);
            buffers.put(entry.data);
            count += 1;
        }
        count
    }

    /// Starts the closing handshake: the first `unsent` entries of the outbox, then a close frame
    /// with `payload`; the `close` event will carry `report`. After a violation that is not answered
    /// yet, the answer to it closes instead.
    pub fn close(&mut self, payload: Vec<u8>, report: (u16, String), unsent: usize, context: &mut Context<'_>) {
        match &self.stage {
            Stage::Open => {
                let initiator = Initiator::Us { payload: Some(payload), unsent, answered: false };
                self.stage = Stage::Closing(Closing { initiator, report, deadline: context.now + CLOSE_TIMEOUT });
            }
            Stage::Violated(violation) => {
                let breach = violation.breach.clone();
                self.fail(breach, context);
            }
            Stage::Closing(_) | Stage::Ended => {}
        }
    }

    /// Does what time asks for: pings, giving up on a silent peer or on a closing handshake. Call it
    /// after reading, so that what has arrived is known.
    pub fn tick(&mut self, context: &mut Context<'_>) {
        match &mut self.stage {
            Stage::Ended => {}
            Stage::Closing(closing) => {
                if context.now >= closing.deadline {
                    log::debug!("the closing handshake took too long");
                    self.finish(context.inbox);
                }
            }
            Stage::Violated(violation) => {
                if context.now >= violation.deadline {
                    let breach = violation.breach.clone();
                    self.fail(breach, context);
                }
            }
            Stage::Open => match self.heartbeat.as_mut().map(|heartbeat| heartbeat.beat(context.now)) {
                Some(Beat::Ping) => self.send_buffer.answer(9, &[], context.buffers),
                Some(Beat::Lost) => {
                    self.lost("heartbeat missed: nothing received for three keep-alive intervals", context.inbox);
                }
                Some(Beat::Wait) | None => {}
            },
        }
    }

    /// The connection is broken or was cut off by us: an `error`, then `close` with 1006.
    pub fn lost(&mut self, why: &str, inbox: &mut Inbox) {
        match std::mem::replace(&mut self.stage, Stage::Ended) {
            Stage::Ended => {}
            Stage::Open => {
                inbox.push(Event::Error(format!("connection lost: {why}")));
                inbox.push(Event::Close { code: close_code::ABNORMAL, reason: why.to_owned() });
            }
            // The server's fault came first.
            Stage::Violated(Violation { breach, .. }) => {
                inbox.push(Event::Error(violation_text(&breach)));
                inbox.push(Event::Close { code: breach.code, reason: breach.problem });
            }
            // Closing anyway; the reason is known.
            Stage::Closing(closing) => report_close(closing, inbox),
        }
    }

    fn finish(&mut self, inbox: &mut Inbox) {
        if let Stage::Closing(closing) = std::mem::replace(&mut self.stage, Stage::Ended) {
            report_close(closing, inbox);
        }
    }

    /// The peer sent a close frame: its answer, which repeats it (section 5.5.1), or the first one.
    fn peer_closed(&mut self, payload: &[u8], context: &mut Context<'_>) {
        if let Stage::Closing(closing) = std::mem::replace(&mut self.stage, Stage::Ended) {
            self.stage = Stage::Closing(closing.without_answer());
            return;
        }
        // What the peer no longer expects goes to the next connection.
        self.send_buffer.withdraw();
        self.send_buffer.answer(8, payload, context.buffers);
        let report = close_code::report(payload);
        log::debug!("the server closes with code {}", report.0);
        // The reason may hold anything, a token included.
        log::trace!("its reason: {:?}", report.1);
        self.stage =
            Stage::Closing(Closing { initiator: Initiator::Peer, report, deadline: context.now + CLOSE_TIMEOUT });
    }

    /// Fails the connection (section 7.1.7): says why, to the script and to the peer.
    fn fail(&mut self, breach: Breach, context: &mut Context<'_>) {
        context.inbox.push(Event::Error(violation_text(&breach)));
        self.send_buffer.answer(8, &breach.code.to_be_bytes(), context.buffers);
        let report = (breach.code, breach.problem);
        self.stage =
            Stage::Closing(Closing { initiator: Initiator::Peer, report, deadline: context.now + CLOSE_TIMEOUT });
    }
}

/// The beginning of a payload as the log shows it, at the level `trace` only.
pub struct Excerpt<'a>(pub &'a [u8]);

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 200;
        let dots = if self.0.len() > MOST { "…" } else { "" };
        write!(f, "{} bytes: {}{dots}", self.0.len(), self.0[..self.0.len().min(MOST)].escape_ascii())
    }
}

fn violation_text(breach: &Breach) -> String {
    format!("protocol violation by the server: {}", breach.problem)
}

fn report_close(closing: Closing, inbox: &mut Inbox) {
    let (code, reason) = closing.report;
    inbox.push(Event::Close { code, reason });
}

#[cfg(test)]
mod tests;
