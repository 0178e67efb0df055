//! One WebSocket object: its queues, which outlive connections, and its present connection.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    close_code, deflate,
    endpoint::Endpoint,
    inbox::{Event, Inbox},
    options::{Certificates, Options},
    outbox::{Kind, Outbox, Outgoing, QueueFull},
    session::{Excerpt, Reading, Session, WRITE_THROUGH_MIN},
};
use crate::{
    buffers::Buffers,
    net::{
        connect::{DialError, Dialed},
        direct::Direct,
        socket::{Cancel, Transport},
    },
};

/// Bytes to send that are worth a system call of their own.
const FLUSH_AT: usize = 64 * 1024;

/// RFC 6455 section 5.5.1.
const CLOSE_OPCODE: u8 = 8;

/// How long after a read the peer is taken to be there still. A write to a connection that the peer
/// has closed succeeds, and what was written is lost.
const STALE: Duration = Duration::from_millis(1);

/// `ws:state()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadyState {
    /// From birth to the first attempt's end and during every attempt.
    Connecting,
    /// The handshake has succeeded.
    Open,
    /// A closing handshake is under way.
    Closing,
    /// The connection, or the attempt to make one, has ended.
    Closed,
}

impl ReadyState {
    /// The name that `ws:state()` returns.
    pub fn name(self) -> &'static str {
        match self {
            ReadyState::Connecting => "CONNECTING",
            ReadyState::Open => "OPEN",
            ReadyState::Closing => "CLOSING",
            ReadyState::Closed => "CLOSED",
        }
    }
}

impl fmt::Display for ReadyState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

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

/// One WebSocket object.
#[derive(Debug)]
pub struct Client {
    pub(crate) endpoint: Arc<Endpoint>,
    pub(crate) options: Arc<Options>,
    pub(crate) certificates: Arc<Certificates>,
    pub(crate) phase: Phase,
    pub(crate) inbox: Inbox,
    /// The reactor has it in its list of connections with something to write.
    pub(crate) is_dirty: bool,
    /// When the reactor will look at the clock for this connection.
    pub(crate) armed: Option<Instant>,
    outbox: Outbox,
    state: ReadyState,
    keep_alive: Option<Duration>,
    failure: Option<String>,
    subprotocol: Option<String>,
}

#[derive(Debug)]
pub(crate) enum Phase {
    Idle,
    Dialing(Dialing),
    Open(Box<OpenConnection>),
}

/// An attempt under way, on a worker thread or, where it has `direct`, here.
#[derive(Debug)]
pub(crate) struct Dialing {
    pub(crate) ticket: u64,
    pub(crate) cancel: Arc<Cancel>,
    pub(crate) deadline: Instant,
    pub(crate) timeout: Duration,
    pub(crate) direct: Option<Box<Direct>>,
}

impl Dialing {
    /// When the reactor gives up.
    fn deadline(&self) -> Instant {
        self.direct.as_ref().map_or(self.deadline, |direct| direct.deadline())
    }

    /// Goes on with the attempt, where it runs here.
    pub(crate) fn step(&mut self, now: Instant) -> Result<Option<Dialed>, DialError> {
        let Some(direct) = &mut self.direct else { return Ok(None) };
        // An answer that has arrived counts, whatever the clock says.
        match direct.step()? {
            None => direct.timed_out(now).map_or(Ok(None), Err),
            dialed => Ok(dialed),
        }
    }

    /// What the script is told of a failure.
    pub(crate) fn explain(&self, error: &DialError) -> String {
        match error {
            DialError::Timeout(doing) => format!("{} while {doing}", timed_out(self.timeout)),
            other => other.to_string(),
        }
    }
}

/// The open connection of an object.
#[derive(Debug)]
pub(crate) struct OpenConnection {
    transport: Transport,
    session: Session,
    reading: Reading,
    /// When the socket was last read.
    last_read: Instant,
}

impl Client {
    /// An object that has not tried to connect.
    pub fn new(endpoint: Endpoint, options: Options, certificates: Certificates) -> Self {
        Client {
            outbox: Outbox::new(options.queue_size),
            endpoint: Arc::new(endpoint),
            options: Arc::new(options),
            certificates: Arc::new(certificates),
            phase: Phase::Idle,
            inbox: Inbox::default(),
            is_dirty: false,
            armed: None,
            state: ReadyState::Connecting,
            keep_alive: None,
            failure: None,
            subprotocol: None,
        }
    }

    /// Where it connects to.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// `ws:state()`.
    pub fn state(&self) -> ReadyState {
        self.state
    }

    /// Whether messages may still come: the connection is open, or closing.
    pub fn is_connected(&self) -> bool {
        matches!(self.state, ReadyState::Open | ReadyState::Closing)
    }

    /// Whether an attempt is under way.
    pub fn is_dialing(&self) -> bool {
        matches!(self.phase, Phase::Dialing(_))
    }

    /// Whether the reactor is to look again without waiting for the socket.
    pub(crate) fn is_unfinished(&self) -> bool {
        matches!(&self.phase, Phase::Open(open) if open.reading == Reading::Unfinished)
    }

    /// Why the last attempt failed.
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// The subprotocol of the open connection.
    pub fn subprotocol(&self) -> Option<&str> {
        self.subprotocol.as_deref()
    }

    /// Whether [`Event::Sent`] is wanted; telling costs the script a wake-up per run of sends.
    pub fn report_sent(&mut self, wanted: bool) {
        self.inbox.report_sent(wanted);
    }

    /// Heartbeat of the present and of later connections; `None` for none.
    pub fn keep_alive(&mut self, interval: Option<Duration>, now: Instant) {
        self.keep_alive = interval;
        if let Phase::Open(open) = &mut self.phase {
            open.session.keep_alive(interval, now);
        }
    }

    /// `ws:send`: queues a message, in any state.
    ///
    /// # Errors
    /// [`SendError::QueueFull`], which also becomes an `error` event, or [`SendError::TooLarge`].
    pub fn send(&mut self, data: &[u8], text: bool, buffers: &mut Buffers) -> Result<(), SendError> {
        let (size, most) = (data.len(), self.options.max_message_size);
        if size > most {
            return Err(SendError::TooLarge(size, most));
        }
        self.queue(Kind::Message { text }, data, buffers).map_err(|QueueFull| {
            let limit = self.options.queue_size;
            self.inbox
                .push(Event::Error(format!("queue full: queueSize is {limit} bytes, nothing queued was dropped")));
            SendError::QueueFull
        })
    }

    /// `ws:sendFrame`, `ws:ping`, `ws:pong`: one frame on the open connection, behind what was
    /// queued before.
    ///
    /// # Errors
    /// See [`SendError`].
    pub fn send_frame(
        &mut self,
        fin: bool,
        opcode: u8,
        data: &[u8],
        buffers: &mut Buffers,
        now: Instant,
    ) -> Result<(), SendError> {
        let is_control = opcode & 8 != 0;
        let (size, most) = (data.len(), self.options.max_message_size);
        if is_control && size > 125 {
            return Err(SendError::ControlTooLong(size));
        }
        if is_control && !fin {
            return Err(SendError::ControlFragmented);
        }
        if size > most {
            return Err(SendError::TooLarge(size, most));
        }
        if self.state != ReadyState::Open {
            return Err(SendError::NotOpen(self.state));
        }
        if opcode == CLOSE_OPCODE {
            self.close_by_hand(data, buffers, now);
            return Ok(());
        }
        self.queue(Kind::Frame { fin, opcode }, data, buffers).map_err(|QueueFull| SendError::QueueFull)
    }

    /// A close frame of the script's starts the closing handshake: what is sent from now on waits for
    /// the next connection.
    fn close_by_hand(&mut self, payload: &[u8], buffers: &mut Buffers, now: Instant) {
        let Phase::Open(open) = &mut self.phase else { return };
        let report = close_code::report(payload);
        let unsent = self.outbox.waiting();
        open.session.close(payload.to_vec(), report, unsent, &mut self.inbox, buffers, now);
        self.state = ReadyState::Closing;
    }

    /// Frames the data at once where nothing waits before it, else lets it wait.
    fn queue(&mut self, kind: Kind, data: &[u8], buffers: &mut Buffers) -> Result<(), QueueFull> {
        self.outbox.charge(kind, data.len())?;
        log::trace!("sending {}", Excerpt(data));
        if data.len() >= WRITE_THROUGH_MIN {
            // It is written while it is framed.
            self.drive(false, buffers, Instant::now());
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

    /// Takes what has happened, oldest first; with `keep_messages` the messages stay for later.
    pub fn next_event(&mut self, keep_messages: bool) -> Option<Event> {
        self.inbox.pop(keep_messages)
    }

    /// Whether so much waits to be sent that it should not wait for the end of the run slice.
    pub fn has_much_to_send(&self) -> bool {
        self.state == ReadyState::Open && self.outbox.cost() >= FLUSH_AT
    }

    /// Whether reading goes on, which had paused, now that the inbox has room.
    pub(crate) fn resume(&mut self) -> bool {
        match &mut self.phase {
            Phase::Open(open) if open.reading == Reading::Paused && open.session.can_read(&self.inbox) => {
                open.reading = Reading::Unfinished;
                true
            }
            _ => false,
        }
    }

    /// Starts the closing handshake on an open connection: `code` for the peer, `report` for the
    /// `close` event. Returns false where there is nothing to close.
    pub(crate) fn close(&mut self, code: u16, reason: &str, report: u16, buffers: &mut Buffers, now: Instant) -> bool {
        match &mut self.phase {
            Phase::Open(open) if self.state == ReadyState::Open => {
                let payload = [&code.to_be_bytes(), reason.as_bytes()].concat();
                let report = (report, reason.to_owned());
                open.session.close(payload, report, self.outbox.waiting(), &mut self.inbox, buffers, now);
                self.state = ReadyState::Closing;
                true
            }
            _ => false,
        }
    }

    pub(crate) fn dialing(&mut self, dialing: Dialing) {
        self.phase = Phase::Dialing(dialing);
        self.state = ReadyState::Connecting;
        self.failure = None;
    }

    pub(crate) fn dial_failed(&mut self, why: String) {
        if let Phase::Dialing(dialing) = std::mem::replace(&mut self.phase, Phase::Idle) {
            dialing.cancel.cancel();
        }
        self.state = ReadyState::Closed;
        self.inbox.push(Event::Error(why.clone()));
        self.failure = Some(why);
    }

    pub(crate) fn opened(&mut self, dialed: Dialed, buffers: &mut Buffers, now: Instant) {
        let reading = if dialed.is_drained { Reading::Drained } else { Reading::Unfinished };
        let deflate = self.options.compression.zip(dialed.deflate);
        let deflate =
            deflate.map(|(settings, agreement)| deflate::Stream::new(settings, agreement, &mut buffers.deflate));
        let mut session = Session::new(dialed.early, self.options.max_message_size, deflate);
        session.keep_alive(self.keep_alive, now);
        session.trust_short_reads(dialed.transport.short_reads_drain() && !dialed.peer_ended);
        self.subprotocol = dialed.subprotocol;
        let open = OpenConnection { transport: dialed.transport, session, reading, last_read: now };
        self.phase = Phase::Open(Box::new(open));
        self.state = ReadyState::Open;
    }

    /// Cuts the connection or the attempt off; only the former is an `error`, for the latter was
    /// wanted.
    pub(crate) fn abort(&mut self, why: &str) {
        match &mut self.phase {
            Phase::Idle => {}
            Phase::Dialing(dialing) => {
                dialing.cancel.cancel();
                self.phase = Phase::Idle;
                self.state = ReadyState::Closed;
                self.failure = Some(why.to_owned());
            }
            Phase::Open(open) => {
                open.session.lost(why, &mut self.inbox);
                self.sync_state();
            }
        }
    }

    /// The peer has ended its side: from now on every read goes on until it finds that end.
    pub(crate) fn peer_ended(&mut self) {
        match &mut self.phase {
            Phase::Open(open) => open.session.trust_short_reads(false),
            Phase::Dialing(Dialing { direct: Some(direct), .. }) => direct.peer_ended(),
            _ => {}
        }
    }

    /// Writes, reads and looks at the clock; the reactor's one way to move a connection on.
    pub(crate) fn drive(&mut self, readable: bool, buffers: &mut Buffers, now: Instant) {
        let Phase::Open(open) = &mut self.phase else { return };
        let OpenConnection { transport, session, reading, last_read } = &mut **open;
        if session.has_unsent(&self.outbox) && now.saturating_duration_since(*last_read) > STALE {
            // The script was busy: the peer may have closed meanwhile.
            (*reading, *last_read) = (session.read(transport, &mut self.inbox, buffers, now), now);
        }
        // What the script has sent must not follow what a read brings about.
        session.write(transport, &mut self.outbox, &mut self.inbox, buffers);
        // The clock judges what has arrived, also what the reactor was not told of yet.
        let is_due = session.deadline().is_some_and(|deadline| deadline <= now);
        if readable || is_due || session.has_failed() || (*reading != Reading::Drained && session.can_read(&self.inbox))
        {
            (*reading, *last_read) = (session.read(transport, &mut self.inbox, buffers, now), now);
            session.write(transport, &mut self.outbox, &mut self.inbox, buffers);
        }
        if is_due {
            if *reading == Reading::Paused && session.is_held_up(&self.inbox) {
                session.excuse_silence(now);
            }
            session.tick(&mut self.inbox, buffers, now);
            session.write(transport, &mut self.outbox, &mut self.inbox, buffers);
        }
        if session.has_failed() && *reading == Reading::Drained {
            // What arrived before the connection broke is read now: no event will announce it.
            *reading = Reading::Unfinished;
        }
        // It may have paused for answers that the peer has taken meanwhile: no event will announce that.
        self.resume();
        self.sync_state();
    }

    /// Brings the state in line with the session's.
    fn sync_state(&mut self) {
        let Phase::Open(open) = &mut self.phase else { return };
        if open.session.has_ended() {
            self.outbox.connection_ended(open.session.take_unsent());
            self.phase = Phase::Idle;
            self.state = ReadyState::Closed;
        } else if open.session.is_closing() {
            self.state = ReadyState::Closing;
        }
    }

    /// When the clock has to be looked at.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        match &self.phase {
            Phase::Idle => None,
            Phase::Dialing(dialing) => Some(dialing.deadline()),
            Phase::Open(open) => open.session.deadline(),
        }
    }

    /// The object is gone: a last word to the peer, as far as it costs no waiting.
    pub(crate) fn dropped(&mut self, buffers: &mut Buffers, now: Instant) {
        if let Phase::Dialing(dialing) = &self.phase {
            dialing.cancel.cancel();
        }
        self.close(close_code::GOING_AWAY, "", close_code::GOING_AWAY, buffers, now);
        if let Phase::Open(open) = &mut self.phase {
            open.session.write(&mut open.transport, &mut self.outbox, &mut self.inbox, buffers);
        }
        self.phase = Phase::Idle;
        self.state = ReadyState::Closed;
    }
}

/// What an attempt that took too long is told; the caller may add what it was doing.
pub(crate) fn timed_out(timeout: Duration) -> String {
    format!("timeout: not connected within {} ms", timeout.as_millis())
}
