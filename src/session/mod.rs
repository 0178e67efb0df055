//! An open connection as a state machine over any non-blocking stream: one step at a time, events
//! out, time as an argument. Protocol by tungstenite; who may speak when, what counts as sent and
//! how a connection ends are decided here.
//!
//! Start reading at [`Session::read`] and [`Session::write`]: the reactor calls them when the
//! socket is ready, and everything else follows from what they find.

mod intake;
mod reading;
mod wire;

use std::{
    io::Write,
    time::{Duration, Instant},
};

use tungstenite::{
    Bytes, Message,
    protocol::{CloseFrame, Role, WebSocketConfig, WebSocketContext, frame::coding::CloseCode},
};

use crate::{
    buffers::Buffers,
    close,
    error::plain,
    heartbeat::{Beat, Heartbeat},
    inbox::{Event, Inbox},
    outbox::{Kind, Outbox, Outgoing},
};
use intake::{Adapter, Intake};
use wire::Wire;

/// How long a closing handshake may take before the socket is closed anyway.
pub const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// Framed bytes beyond which no more messages are framed, and nothing more is read: a peer that
/// does not take our pongs gets to send no further pings.
const HIGH_WATER: usize = 64 * 1024;

/// Messages of this size are written as they are framed, as far as the kernel takes them: shorter
/// ones fit the processor's cache, and one write wakes the peer once.
const LONG: usize = 128 * 1024;

/// tungstenite's own buffer, for the frames that it reads. Small, because an idle connection keeps it.
const READ_BUFFER: usize = 256;

/// One open connection.
#[derive(Debug)]
pub struct Session {
    context: WebSocketContext,
    wire: Wire,
    intake: Intake,
    heartbeat: Option<Heartbeat>,
    violation: Option<Violation>,
    ending: Option<Ending>,
    ended: bool,
    max_message_size: usize,
}

/// A breach of the protocol that waits for the script to answer the messages before it: what it
/// sends until then goes out before our close frame. Not for longer than `deadline`.
#[derive(Debug)]
struct Violation {
    code: u16,
    problem: String,
    deadline: Instant,
}

/// A connection on its way to the end.
#[derive(Debug)]
struct Ending {
    cause: Cause,
    deadline: Instant,
}

#[derive(Debug)]
enum Cause {
    /// We close: `unsent` messages first, then the close frame, then the peer's answer, then EOF.
    Ours { frame: Option<CloseFrame>, unsent: usize, report: (u16, String), answered: bool },
    /// The peer closed; our answer is on its way, then the server closes TCP (section 7.1.1).
    Theirs { report: (u16, String) },
    /// The peer broke the protocol; it gets a close frame with the reason.
    Violation { report: (u16, String) },
}

/// What [`Session::read`] left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The stream has nothing more; wait for readiness.
    Drained,
    /// There may be more: call again without waiting.
    Unfinished,
    /// The inbox or the wire is full: call again when that has changed.
    Paused,
}

impl Session {
    /// A connection whose handshake has just succeeded; `early` are bytes that came behind it.
    pub fn new(early: Vec<u8>, max_message_size: usize) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(0)
            .max_message_size(Some(max_message_size))
            .max_frame_size(Some(max_message_size));
        Session {
            context: WebSocketContext::new(Role::Client, Some(config)),
            wire: Wire::default(),
            intake: Intake { rest: early, ..Intake::default() },
            heartbeat: None,
            violation: None,
            ending: None,
            ended: false,
            max_message_size,
        }
    }

    /// Whether a read that fills less than its buffer has emptied the stream, so that the read that
    /// would only find nothing can be saved. Not so behind TLS, nor when the end of the stream may
    /// stand behind the data already: no readiness would tell of it again.
    pub fn trust_short_reads(&mut self, trust: bool) {
        self.intake.trusts_short_reads = trust;
    }

    /// Whether a closing handshake is under way.
    pub fn is_closing(&self) -> bool {
        self.ending.is_some()
    }

    /// Whether the connection is over: the stream can be dropped, the last event is in the inbox.
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// Whether framed bytes wait for the kernel to take them.
    pub fn has_pending(&self) -> bool {
        self.wire.pending() > 0
    }

    /// Whether reading can go on: false where the inbox has to be emptied first.
    pub fn can_read(&self, inbox: &Inbox) -> bool {
        if self.violation.is_some() { !inbox.has_messages() } else { !inbox.is_full() }
    }

    /// Starts, changes or stops (`None`) the heartbeat.
    pub fn keep_alive(&mut self, interval: Option<Duration>, now: Instant) {
        self.heartbeat = interval.map(|interval| Heartbeat::new(interval, now));
    }

    /// When [`tick`](Self::tick) has to be called, if at all.
    pub fn deadline(&self) -> Option<Instant> {
        match (&self.ending, &self.violation) {
            (Some(ending), _) => Some(ending.deadline),
            (None, Some(violation)) => Some(violation.deadline),
            (None, None) => self.heartbeat.as_ref().map(Heartbeat::deadline),
        }
    }

    /// Frames one message or frame at once where that is possible: the connection is open and its
    /// peer keeps up. A long one is also written. The caller makes sure that nothing waits before
    /// it. Returns whether it did; a close frame has to wait its turn in the outbox, for it starts
    /// the closing handshake.
    pub fn send<S: Write>(&mut self, stream: &mut S, kind: Kind, data: &[u8], buffers: &mut Buffers) -> bool {
        let pending = self.wire.pending();
        if self.ended || self.ending.is_some() || pending >= HIGH_WATER || matches!(kind, Kind::Frame { opcode: 8, .. })
        {
            return false;
        }
        if pending == 0 && data.len() >= LONG {
            self.wire.frame_through(stream, kind, data, buffers);
        } else {
            self.wire.frame(kind, data, buffers);
        }
        true
    }

    /// Frames and writes what `outbox` holds, as far as the kernel takes it. Returns false where
    /// it took not everything: call again when the socket is writable.
    pub fn write<S: Write>(
        &mut self,
        stream: &mut S,
        outbox: &mut Outbox,
        inbox: &mut Inbox,
        buffers: &mut Buffers,
        now: Instant,
    ) -> bool {
        while !self.ended {
            let framed = self.frame_waiting(outbox, buffers, now);
            let flushed = self.wire.flush(stream, buffers);
            let taken = self.wire.take_sent();
            outbox.settle(taken.cost);
            if taken.messages > 0 {
                inbox.push(Event::Sent(taken.messages));
            }
            match flushed {
                Ok(true) if framed == 0 => return true,
                Ok(true) => {}
                Ok(false) => return false,
                Err(error) => self.lost(&plain(&error), inbox),
            }
        }
        true
    }

    /// The connection has ended: what the kernel has not taken whole.
    pub fn take_unsent(&mut self) -> Vec<Outgoing> {
        self.wire.take_unsent()
    }

    /// Frames waiting entries up to the high-water mark; returns how many.
    fn frame_waiting(&mut self, outbox: &mut Outbox, buffers: &mut Buffers, now: Instant) -> usize {
        let mut count = 0;
        while self.wire.pending() < HIGH_WATER {
            match &mut self.ending {
                None => {}
                Some(Ending { cause: Cause::Ours { unsent, .. }, .. }) if *unsent > 0 => *unsent -= 1,
                Some(Ending { cause: Cause::Ours { frame: frame @ Some(_), .. }, .. }) => {
                    let frame = frame.take();
                    self.send_close(frame, buffers);
                    return count + 1;
                }
                Some(_) => return count,
            }
            let Some(entry) = outbox.take() else { return count };
            self.frame(entry.kind, &entry.data, buffers, now);
            buffers.put(entry.data);
            count += 1;
        }
        count
    }

    fn frame(&mut self, kind: Kind, data: &[u8], buffers: &mut Buffers, now: Instant) {
        self.wire.frame(kind, data, buffers);
        let (_, opcode) = kind.header();
        if opcode == 8 && self.ending.is_none() {
            let report = match data {
                [high, low, reason @ ..] => {
                    (u16::from_be_bytes([*high, *low]), String::from_utf8_lossy(reason).into_owned())
                }
                _ => (close::NO_STATUS, String::new()),
            };
            let cause = Cause::Ours { frame: None, unsent: 0, report, answered: false };
            self.ending = Some(Ending { cause, deadline: now + CLOSE_TIMEOUT });
        }
    }

    /// Starts the closing handshake: the first `unsent` entries of the outbox, then a close frame
    /// with `code`; the `close` event will carry `report`.
    pub fn close(&mut self, code: u16, reason: &str, report: u16, unsent: usize, now: Instant) {
        if self.ending.is_none() && !self.ended {
            let frame = CloseFrame { code: CloseCode::from(code), reason: reason.into() };
            let report = (report, reason.to_owned());
            let cause = Cause::Ours { frame: Some(frame), unsent, report, answered: false };
            self.ending = Some(Ending { cause, deadline: now + CLOSE_TIMEOUT });
        }
    }

    /// Does what time asks for: pings, giving up on a silent peer or on a closing handshake.
    pub fn tick(&mut self, inbox: &mut Inbox, buffers: &mut Buffers, now: Instant) {
        if self.ended {
            return;
        }
        if let Some(ending) = &self.ending {
            if now >= ending.deadline {
                log::debug!("the closing handshake took too long");
                self.finish(inbox);
            }
            return;
        }
        if let Some(violation) = self.violation.take_if(|violation| now >= violation.deadline) {
            return self.fail(violation, inbox, buffers, now);
        }
        match self.heartbeat.as_mut().map(|heartbeat| heartbeat.beat(now)) {
            Some(Beat::Ping) => {
                let mut adapter = Adapter { bytes: &[], is_end: false, wire: &mut self.wire, buffers };
                let _ = self.context.write(&mut adapter, Message::Ping(Bytes::new()));
            }
            Some(Beat::Lost) => self.lost("heartbeat missed: nothing received for three keep-alive intervals", inbox),
            Some(Beat::Wait) | None => {}
        }
    }

    /// The connection is broken or was cut off by us: an `error`, then `close` with 1006.
    pub fn lost(&mut self, why: &str, inbox: &mut Inbox) {
        if self.ended {
            return;
        }
        if self.ending.is_none() {
            inbox.push(Event::Error(format!("connection lost: {why}")));
            self.ended = true;
            inbox.push(Event::Close { code: close::ABNORMAL, reason: why.to_owned() });
        } else {
            // Closing anyway, and already said why.
            self.finish(inbox);
        }
    }

    fn finish(&mut self, inbox: &mut Inbox) {
        if let Some(Ending { cause, .. }) = self.ending.take() {
            let (Cause::Ours { report, .. } | Cause::Theirs { report } | Cause::Violation { report }) = cause;
            inbox.push(Event::Close { code: report.0, reason: report.1 });
        }
        self.ended = true;
    }

    fn send_close(&mut self, frame: Option<CloseFrame>, buffers: &mut Buffers) {
        let mut adapter = Adapter { bytes: &[], is_end: false, wire: &mut self.wire, buffers };
        let _ = self.context.close(&mut adapter, frame);
    }

    /// The closing handshake is done but for the end of the stream.
    fn expects_only_eof(&self) -> bool {
        self.ending.as_ref().is_some_and(|ending| !matches!(ending.cause, Cause::Ours { answered: false, .. }))
    }

    fn peer_closed(&mut self, frame: Option<CloseFrame>, buffers: &mut Buffers, now: Instant) {
        if let Some(Ending { cause: Cause::Ours { answered, .. }, .. }) = &mut self.ending {
            *answered = true;
            return;
        }
        // Puts the answer, which tungstenite has ready, on the wire.
        let mut adapter = Adapter { bytes: &[], is_end: false, wire: &mut self.wire, buffers };
        let _ = self.context.flush(&mut adapter);
        let report = match frame {
            Some(frame) => (u16::from(frame.code), frame.reason.as_str().to_owned()),
            None => (close::NO_STATUS, String::new()),
        };
        self.ending = Some(Ending { cause: Cause::Theirs { report }, deadline: now + CLOSE_TIMEOUT });
    }

    /// Fails the connection (section 7.1.7): says why, to the script and to the peer.
    fn fail(&mut self, violation: Violation, inbox: &mut Inbox, buffers: &mut Buffers, now: Instant) {
        let Violation { code, problem, .. } = violation;
        inbox.push(Event::Error(format!("protocol violation by the server: {problem}")));
        self.send_close(Some(CloseFrame { code: CloseCode::from(code), reason: "".into() }), buffers);
        let cause = Cause::Violation { report: (code, problem) };
        self.ending = Some(Ending { cause, deadline: now + CLOSE_TIMEOUT });
    }
}

#[cfg(test)]
mod tests;
