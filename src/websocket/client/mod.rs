//! One WebSocket object: its queues, which outlive connections, and its present connection. The
//! reactor drives it as a [`Source`].

mod open;
mod ready_state;
mod sending;

use std::{
    cell::RefCell,
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use self::open::OpenConnection;
pub use self::{ready_state::ReadyState, sending::Flush};
use super::{
    close_code,
    deflate::{self, SharedPool},
    dial::{Attempt, Opened},
    endpoint::Endpoint,
    inbox::{Event, Inbox, Take},
    leaving::Leaving,
    options::Options,
    outbox::Outbox,
    session::{self, Reading, Session},
};
use crate::{
    buffers::Buffers,
    net::{connect::Network, departure::Departure, tls::Certificates, wire::Wire},
    reactor::{Activity, Cause, Context, Flight, Reactor, Source, SourceId, Status},
};

/// A client as its Lua userdata and the reactor share it.
pub type SharedClient = Rc<RefCell<Client>>;

/// A WebSocket client.
#[derive(Debug)]
pub struct Client {
    id: SourceId,
    endpoint: Arc<Endpoint>,
    options: Arc<Options>,
    certificates: Arc<Certificates>,
    network: Arc<Network>,
    compression: SharedPool,
    phase: Phase,
    /// What is left of the last connection: bytes that are still on their way.
    departure: Option<Departure>,
    inbox: Inbox,
    outbox: Outbox,
    /// The state has changed since the reactor was last asked for the [`Status`].
    has_changed: bool,
    keep_alive: Option<Duration>,
    subprotocol: Option<String>,
}

#[derive(Debug)]
enum Phase {
    /// No attempt was made yet.
    New,
    Connecting(Box<Attempt>),
    Open(Box<OpenConnection>),
    Closed {
        /// Why the last attempt failed; `None` if it did not.
        failure: Option<String>,
    },
}

impl Client {
    /// An object that has not tried to connect. `network` and `compression` are shared by all
    /// clients of a Lua state.
    pub fn new(
        id: SourceId,
        endpoint: Endpoint,
        options: Options,
        certificates: Certificates,
        network: Arc<Network>,
        compression: SharedPool,
    ) -> Self {
        Client {
            id,
            outbox: Outbox::new(options.queue_size),
            endpoint: Arc::new(endpoint),
            options: Arc::new(options),
            certificates: Arc::new(certificates),
            network,
            compression,
            phase: Phase::New,
            departure: None,
            inbox: Inbox::default(),
            has_changed: false,
            keep_alive: None,
            subprotocol: None,
        }
    }

    /// Its name among the reactor's sources.
    pub fn id(&self) -> SourceId {
        self.id
    }

    /// Where it connects to.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// `ws:state()`.
    pub fn state(&self) -> ReadyState {
        match &self.phase {
            Phase::New | Phase::Connecting(_) => ReadyState::Connecting,
            Phase::Open(open) if open.session.is_closing() => ReadyState::Closing,
            Phase::Open(_) => ReadyState::Open,
            Phase::Closed { .. } => ReadyState::Closed,
        }
    }

    /// Whether messages may still arrive: the connection is open, or closing.
    pub fn is_connected(&self) -> bool {
        matches!(self.phase, Phase::Open(_))
    }

    /// Whether an attempt is under way.
    pub fn is_dialing(&self) -> bool {
        matches!(self.phase, Phase::Connecting(_))
    }

    /// Why the last attempt failed.
    pub fn failure(&self) -> Option<&str> {
        match &self.phase {
            Phase::Closed { failure } => failure.as_deref(),
            _ => None,
        }
    }

    /// The subprotocol of the last connection.
    pub fn subprotocol(&self) -> Option<&str> {
        self.subprotocol.as_deref()
    }

    /// Whether [`Event::Sent`] is wanted; it costs the script a wake-up per run of sends.
    pub fn report_sent(&mut self, wanted: bool) {
        self.inbox.report_sent(wanted);
    }

    fn now(&self) -> Instant {
        self.network.link.time().now()
    }

    /// Heartbeat of the present and of later connections; `None` for none.
    pub fn keep_alive(&mut self, interval: Option<Duration>, reactor: &mut Reactor) {
        self.keep_alive = interval;
        let now = self.now();
        if let Phase::Open(open) = &mut self.phase {
            open.session.keep_alive(interval, now);
            reactor.update(self.id, self);
        }
    }

    /// Starts an attempt to connect that may take `timeout`. Nothing happens if one is under way or
    /// the connection is open. Its end is news, and a failure also an `error` event.
    pub fn connect(shared: &SharedClient, timeout: Duration, reactor: &mut Reactor) {
        let mut client = shared.borrow_mut();
        if client.is_dialing() || client.is_connected() {
            return;
        }
        log::debug!("connecting to {}", client.endpoint.without_query());
        reactor.register(client.id, shared.clone());
        let id = client.id;
        let started = {
            let Client { endpoint, options, certificates, network, .. } = &*client;
            reactor
                .with_context(id, |context| Attempt::start(endpoint, options, certificates, network, timeout, context))
        };
        match started {
            Ok(attempt) => {
                client.phase = Phase::Connecting(Box::new(attempt));
                // The system may have connected already.
                reactor.drive(id, &mut *client);
            }
            Err(error) => {
                client.attempt_failed(error.to_string());
                reactor.update(id, &mut *client);
            }
        }
    }

    /// Takes the oldest event of those that `take` asks for.
    pub fn next_event(&mut self, take: Take, reactor: &mut Reactor) -> Option<Event> {
        let event = self.inbox.pop(take)?;
        if self.resume_reading() {
            reactor.resume(self.id);
        }
        Some(event)
    }

    /// Resumes reading that had paused, if there is room now. Returns whether it does.
    fn resume_reading(&mut self) -> bool {
        match &mut self.phase {
            Phase::Open(open) if open.reading == Reading::Paused && open.session.can_read(&self.inbox) => {
                open.reading = Reading::Unfinished;
                true
            }
            _ => false,
        }
    }

    /// Starts the closing handshake on an open connection: `code` for the peer, `report` for the
    /// `close` event. Returns false if there is nothing to close.
    pub fn close(&mut self, code: u16, reason: &str, report: u16, reactor: &mut Reactor) -> bool {
        let is_open = self.state() == ReadyState::Open;
        if is_open {
            let payload = [&code.to_be_bytes(), reason.as_bytes()].concat();
            self.start_closing(payload, (report, reason.to_owned()), reactor.buffers());
            reactor.write_soon(self.id);
        }
        is_open
    }

    /// There is no network: the connection is lost, or an attempt fails, which then is an `error` too.
    pub fn cut(&mut self, why: &str, reactor: &mut Reactor) {
        if let Phase::Connecting(_) = self.phase {
            self.attempt_failed(why.to_owned());
        }
        self.abort(why, reactor);
    }

    /// Without a network an attempt fails at once.
    pub fn connect_without_network(&mut self, why: &str, reactor: &mut Reactor) {
        if !self.is_dialing() && !self.is_connected() {
            self.attempt_failed(why.to_owned());
            reactor.update(self.id, self);
        }
    }

    /// Cuts off the connection or the attempt. Emits an `error` for an open connection only:
    /// cancelling an attempt is deliberate.
    pub fn abort(&mut self, why: &str, reactor: &mut Reactor) {
        match &mut self.phase {
            Phase::New | Phase::Closed { .. } => {}
            Phase::Connecting(_) => self.phase = Phase::Closed { failure: Some(why.to_owned()) },
            Phase::Open(open) => {
                open.session.lost(why, &mut self.inbox);
                self.take_back_unsent();
            }
        }
        self.departure = None;
        reactor.update(self.id, self);
    }

    /// The object is gone: a last close frame to the peer, if that needs no waiting.
    pub fn forget(&mut self, reactor: &mut Reactor) {
        self.close(close_code::GOING_AWAY, "", close_code::GOING_AWAY, reactor);
        let now = self.now();
        if let Phase::Open(open) = &mut self.phase {
            let buffers = reactor.buffers();
            let mut context = session::Context { inbox: &mut self.inbox, buffers, now };
            open.session.write(&mut open.transport, &mut self.outbox, &mut context);
        }
        let phase = std::mem::replace(&mut self.phase, Phase::Closed { failure: None });
        reactor.forget(self.id);
        if let Phase::Open(open) = phase {
            self.departure = Departure::of(open.transport, self.now());
        }
        if let Some(departure) = self.departure.take() {
            // Under the same id, which is that of its events.
            reactor.register(self.id, Rc::new(RefCell::new(Leaving::new(departure))));
            reactor.write_soon(self.id);
        }
    }

    fn step_attempt(&mut self, cause: Cause, context: &mut Context<'_>) {
        let Phase::Connecting(attempt) = &mut self.phase else { return };
        match cause {
            Cause::Ready => attempt.retry_read(),
            Cause::ReadyAtEnd => attempt.expect_end(),
            Cause::Scheduled => attempt.advance(),
        }
        match attempt.step(context) {
            Ok(None) => {}
            Ok(Some(opened)) => {
                log::debug!("connected to {}", self.endpoint.without_query());
                self.opened(opened, context.now);
                self.drive_open(Cause::Scheduled, context.buffers, context.now);
            }
            Err(error) => {
                let why = attempt.explain(&error);
                self.attempt_failed(why);
            }
        }
    }

    fn attempt_failed(&mut self, why: String) {
        self.inbox.push(Event::Error(why.clone()));
        self.phase = Phase::Closed { failure: Some(why) };
    }

    fn opened(&mut self, opened: Opened, now: Instant) {
        let deflate = self.options.compression.zip(opened.deflate);
        let deflate = deflate.map(|(settings, agreement)| deflate::Stream::new(settings, agreement, &self.compression));
        let mut session = Session::new(opened.early, self.options.max_message_size, deflate);
        session.keep_alive(self.keep_alive, now);
        self.subprotocol = opened.subprotocol;
        let reading = Reading::Unfinished;
        let open = OpenConnection { transport: opened.transport, session, reading, last_read: now };
        self.phase = Phase::Open(Box::new(open));
        self.has_changed = true;
    }

    /// Writes, reads and looks at the clock of the open connection.
    fn drive_open(&mut self, cause: Cause, buffers: &mut Buffers, now: Instant) {
        let Phase::Open(open) = &mut self.phase else { return };
        let mut context = session::Context { inbox: &mut self.inbox, buffers, now };
        open.drive(cause, &mut self.outbox, &mut context);
        // Reading may have paused for answers that the peer has taken meanwhile: no event announces that.
        self.resume_reading();
        self.take_back_unsent();
    }

    /// If the connection has ended, what it did not send waits for the next one.
    fn take_back_unsent(&mut self) {
        if let Phase::Open(open) = &mut self.phase
            && open.session.has_ended()
        {
            self.outbox.connection_ended(open.session.take_unsent());
            let phase = std::mem::replace(&mut self.phase, Phase::Closed { failure: None });
            if let Phase::Open(open) = phase {
                self.departure = Departure::of(open.transport, self.now());
            }
        }
    }
}

impl Source for Client {
    fn drive(&mut self, cause: Cause, context: &mut Context<'_>) {
        let departure = self.departure.take();
        self.departure = departure.and_then(|departure| departure.after(cause != Cause::Scheduled, context.now));
        match self.phase {
            Phase::Connecting(_) => self.step_attempt(cause, context),
            Phase::Open(_) => self.drive_open(cause, context.buffers, context.now),
            Phase::New | Phase::Closed { .. } => {}
        }
    }

    fn status(&mut self) -> Status {
        let (activity, deadline) = match &self.phase {
            Phase::New | Phase::Closed { .. } => (Activity::Idle, None),
            Phase::Connecting(attempt) => (Activity::Waiting, Some(attempt.deadline())),
            Phase::Open(open) if open.reading == Reading::Unfinished => (Activity::Unfinished, open.deadline()),
            Phase::Open(open) => (Activity::Waiting, open.deadline()),
        };
        let (activity, deadline) = match &self.departure {
            Some(departure) => {
                let due = departure.deadline();
                (activity.max(Activity::Waiting), Some(deadline.map_or(due, |at| at.min(due))))
            }
            None => (activity, deadline),
        };
        let has_news = self.inbox.take_news() | std::mem::take(&mut self.has_changed);
        Status { activity, deadline, has_news }
    }

    fn flight(&self) -> Flight {
        match &self.phase {
            Phase::Connecting(attempt) if !attempt.waits_for_link() => Flight::Certain,
            Phase::Open(open) if open.is_busy(&self.outbox) => Flight::Certain,
            _ => Flight::Possible,
        }
    }

    fn wire(&self) -> Option<Wire> {
        match &self.phase {
            Phase::Open(open) => open.transport.wire(),
            _ => None,
        }
    }
}
