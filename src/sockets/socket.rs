//! One socket of the script: what it is connected to, and the messages that are due. The reactor drives it
//! as a [`Source`].

use std::{
    cell::RefCell,
    collections::VecDeque,
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    MAX_ANNOUNCED,
    attempt::{Attempt, Request},
    channel::Channel,
    event::{Event, SendError},
    farewell::Farewell,
    options::SocketOption,
};
use crate::{
    net::{connect::Network, wire::Wire},
    reactor::{Activity, Cause, Context, Flight, Reactor, Source, SourceId, Status},
};

/// A socket as its owner and the reactor share it.
pub type SharedSocket = Rc<RefCell<Socket>>;

/// How long the device holds the peer's end back. Scripts rely on it: a task of LuatOS-Air that waits on one of
/// its sockets is woken by the end of another one, so what belongs together has to arrive before that.
const END_DELAY: Duration = Duration::from_millis(500);

/// What follows a send without an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// An [`Event::Sent`].
    Confirmed,
    /// Nothing: it is done.
    Done,
}

/// See the module.
#[derive(Debug)]
pub struct Socket {
    id: SourceId,
    state: State,
    /// Confirmations that the script has not got.
    events: VecDeque<Event>,
    /// How many of them still go before the announcement that is due: those that were there before it. A script
    /// that sends again at each confirmation would never hear of its peer otherwise.
    ahead: Option<usize>,
    /// Bytes that were announced and not taken.
    announced: usize,
    /// When [`Event::ClosedByPeer`] may come; known when the connection has ended.
    end_due_at: Option<Instant>,
    /// That time has come.
    end_is_ripe: bool,
    /// [`Event::ClosedByPeer`] was handed out.
    end_is_known: bool,
    /// Set before the connection was there.
    options: Vec<SocketOption>,
}

#[derive(Debug)]
enum State {
    Connecting(Box<Attempt>),
    Open(Box<Channel>),
    Closed {
        /// The attempt to connect has failed, and the script has not closed since.
        has_failed: bool,
        /// What is left of the connection.
        farewell: Option<Box<Farewell>>,
    },
}

impl Socket {
    /// Starts to connect. The result is an event, also where the attempt fails at once; without a network
    /// it does, for the given reason.
    pub fn connect(request: &Request, network: Result<&Arc<Network>, &str>, reactor: &mut Reactor) -> SharedSocket {
        let id = reactor.new_id();
        let started = match network {
            Ok(network) => reactor
                .with_context(id, |context| Attempt::start(request, network, context))
                .map_err(|error| error.to_string()),
            Err(why) => Err(why.to_owned()),
        };
        let mut socket = Socket {
            id,
            state: State::Closed { has_failed: false, farewell: None },
            events: VecDeque::new(),
            ahead: None,
            announced: 0,
            end_due_at: None,
            end_is_ripe: false,
            end_is_known: false,
            options: Vec::new(),
        };
        match started {
            Ok(attempt) => socket.state = State::Connecting(Box::new(attempt)),
            Err(why) => socket.attempt_failed(why),
        }
        let shared = Rc::new(RefCell::new(socket));
        if shared.borrow().is_connecting() {
            reactor.register(id, shared.clone());
            // The system may have connected already.
            reactor.drive(id, &mut *shared.borrow_mut());
        } else {
            reactor.notify(id);
        }
        shared
    }

    /// Its name among the reactor's sources.
    pub fn id(&self) -> SourceId {
        self.id
    }

    /// Whether the attempt to connect is under way.
    fn is_connecting(&self) -> bool {
        matches!(self.state, State::Connecting(_))
    }

    /// Whether the script has closed it or the attempt to connect has failed.
    pub fn is_closed(&self) -> bool {
        matches!(self.state, State::Closed { .. })
    }

    /// Whether the attempt to connect has failed, and the script has not closed it since.
    pub fn has_failed(&self) -> bool {
        matches!(self.state, State::Closed { has_failed: true, .. })
    }

    /// Sends. Unless the error says otherwise ([`SendError::is_confirmed`]), one [`Event::Sent`] follows.
    ///
    /// # Errors
    /// See [`SendError`].
    pub fn send(shared: &SharedSocket, bytes: &[u8], reactor: &mut Reactor) -> Result<(), SendError> {
        Socket::send_or_confirm(shared, bytes, reactor, false).map(drop)
    }

    /// Likewise for a sender that goes on when the system has taken all, and that waits for a confirmation only where
    /// it should let others go first; see [`Reactor::may_go_on`].
    ///
    /// # Errors
    /// See [`SendError`].
    pub fn send_on(shared: &SharedSocket, bytes: &[u8], reactor: &mut Reactor) -> Result<Sending, SendError> {
        Socket::send_or_confirm(shared, bytes, reactor, true)
    }

    fn send_or_confirm(
        shared: &SharedSocket,
        bytes: &[u8],
        reactor: &mut Reactor,
        goes_on: bool,
    ) -> Result<Sending, SendError> {
        let mut socket = shared.borrow_mut();
        let result = socket.try_send(bytes);
        let mut sending = Sending::Confirmed;
        match result {
            Ok(true) if goes_on && socket.events.is_empty() && reactor.may_go_on() => sending = Sending::Done,
            Ok(true) => socket.events.push_back(Event::Sent { ok: true, count: bytes.len() }),
            // The peer may have closed its side only.
            Ok(false) => reactor.register(socket.id, shared.clone()),
            Err(error) if error.is_confirmed() => socket.events.push_back(Event::Sent { ok: false, count: 0 }),
            Err(_) => {}
        }
        reactor.update(socket.id, &mut *socket);
        result.map(|_| sending)
    }

    fn try_send(&mut self, bytes: &[u8]) -> Result<bool, SendError> {
        match &mut self.state {
            State::Connecting(_) | State::Closed { has_failed: true, .. } => Err(SendError::NotConnected),
            State::Closed { .. } => Err(SendError::Closed),
            // The script does not know yet: what it may do must not depend on how fast the peer was.
            State::Open(_) if matches!(self.events.front(), Some(Event::Connected(_))) => Err(SendError::NotConnected),
            State::Open(_) if self.end_is_known => Err(SendError::Closed),
            State::Open(channel) => channel.send(bytes),
        }
    }

    /// Takes what was announced, at most `count` bytes, to the end of `target`. Of a datagram the rest is
    /// lost.
    pub fn take(&mut self, count: usize, target: &mut Vec<u8>, reactor: &mut Reactor) {
        let count = count.min(self.announced);
        let State::Open(channel) = &mut self.state else { return };
        if count == 0 {
            return;
        }
        let (resumes, rest) = channel.take(count, target, reactor.buffers());
        self.announced = if rest { self.announced - count } else { 0 };
        if resumes {
            reactor.resume(self.id);
        }
        if self.has_event() {
            reactor.notify(self.id);
        }
    }

    /// Takes what was announced, and all that has come of a stream since; nothing without an announcement.
    pub fn take_all(&mut self, target: &mut Vec<u8>, reactor: &mut Reactor) {
        if self.announced > 0
            && let State::Open(channel) = &self.state
        {
            self.announced = channel.available();
        }
        self.take(usize::MAX, target, reactor);
    }

    /// The length of the first datagram that was longer than [`MAX_ANNOUNCED`] and lost its rest; once.
    pub fn take_cut(&mut self) -> Option<usize> {
        match &mut self.state {
            State::Open(channel) => channel.take_cut(),
            State::Connecting(_) | State::Closed { .. } => None,
        }
    }

    /// Sets an option, now or when the connection is there. Returns whether it is accepted.
    pub fn set_option(&mut self, option: SocketOption) -> bool {
        match &mut self.state {
            State::Connecting(_) => {
                let kind = std::mem::discriminant(&option);
                self.options.retain(|known| std::mem::discriminant(known) != kind);
                self.options.push(option);
                true
            }
            State::Open(channel) => channel.set_option(option),
            State::Closed { .. } => false,
        }
    }

    /// How many bytes the system has not taken yet.
    pub fn unsent(&self) -> usize {
        match &self.state {
            State::Open(channel) => channel.unsent(),
            _ => 0,
        }
    }

    /// Closes, in any state; one [`Event::Closed`] follows, as the last.
    pub fn close(&mut self, reactor: &mut Reactor) {
        let closed = State::Closed { has_failed: false, farewell: None };
        let farewell = match std::mem::replace(&mut self.state, closed) {
            State::Open(mut channel) => {
                channel.fail_sends(&mut self.events);
                channel.farewell(reactor.now(), reactor.buffers())
            }
            State::Closed { farewell, .. } => farewell,
            State::Connecting(_) => None,
        };
        self.state = State::Closed { has_failed: false, farewell };
        // Whether an attempt had ended unbeknown to the script must not matter.
        self.events.retain(|event| !matches!(event, Event::Connected(_)));
        self.announced = 0;
        self.events.push_back(Event::Closed);
        reactor.update(self.id, self);
    }

    /// Whether something of the connection is left although it is closed: it stays registered meanwhile.
    pub fn is_leaving(&self) -> bool {
        matches!(self.state, State::Closed { farewell: Some(_), .. })
    }

    /// The network is lost: an attempt fails and a connection breaks at once; what was received stays.
    pub fn cut(&mut self, reactor: &mut Reactor) {
        self.end_is_ripe = true;
        match &mut self.state {
            State::Connecting(_) => self.attempt_failed("the network is lost".to_owned()),
            State::Open(channel) => {
                channel.cut();
                channel.fail_sends(&mut self.events);
            }
            State::Closed { farewell, .. } => *farewell = None,
        }
        reactor.update(self.id, self);
    }

    /// The next thing that the script has to know. If there are more after it, the reactor notifies once
    /// more.
    pub fn next_event(&mut self, reactor: &mut Reactor) -> Option<Event> {
        let event = self.pop_event();
        if self.has_event() {
            reactor.notify(self.id);
        }
        event
    }

    /// Takes the confirmations that are due.
    pub fn take_events(&mut self) -> VecDeque<Event> {
        std::mem::take(&mut self.events)
    }

    fn pop_event(&mut self) -> Option<Event> {
        let is_due = self.due_announcement().is_some() || self.end_is_due();
        let ahead = if is_due { self.ahead.unwrap_or(self.events.len()) } else { usize::MAX };
        self.ahead = Some(ahead.saturating_sub(1)).filter(|_| is_due && ahead > 0);
        if ahead > 0
            && let Some(event) = self.events.pop_front()
        {
            return Some(event);
        }
        if let Some(count) = self.due_announcement() {
            self.announced = count;
            return Some(Event::Received(count));
        }
        let is_due = self.end_is_due();
        self.end_is_known |= is_due;
        is_due.then_some(Event::ClosedByPeer)
    }

    /// Whether [`next_event`](Self::next_event) has one.
    fn has_event(&self) -> bool {
        !self.events.is_empty() || self.due_announcement().is_some() || self.end_is_due()
    }

    /// How many bytes can be announced now.
    fn due_announcement(&self) -> Option<usize> {
        match &self.state {
            State::Open(channel) if self.announced == 0 => {
                Some(channel.available().min(MAX_ANNOUNCED)).filter(|count| *count > 0)
            }
            _ => None,
        }
    }

    fn end_is_due(&self) -> bool {
        match &self.state {
            State::Open(channel) => {
                let is_taken = self.announced == 0 && channel.available() == 0;
                self.end_is_ripe && !self.end_is_known && is_taken && channel.has_ended()
            }
            _ => false,
        }
    }

    /// Notes when the end may be announced, and whether it may be now.
    fn look_for_end(&mut self, now: Instant) {
        if let State::Open(channel) = &self.state
            && channel.has_ended()
        {
            self.end_is_ripe |= now >= *self.end_due_at.get_or_insert(now + END_DELAY);
        }
    }

    fn attempt_failed(&mut self, why: String) {
        self.state = State::Closed { has_failed: true, farewell: None };
        self.events.push_back(Event::Connected(Err(why)));
    }

    fn step_attempt(&mut self, context: &mut Context<'_>) {
        let State::Connecting(attempt) = &mut self.state else { return };
        match attempt.step(context) {
            Ok(None) => {}
            Ok(Some(mut channel)) => {
                self.events.push_back(Event::Connected(Ok(())));
                for option in self.options.drain(..) {
                    channel.set_option(option);
                }
                channel.drive(Cause::Scheduled, &mut self.events, context.buffers);
                self.state = State::Open(Box::new(channel));
            }
            Err(error) => self.attempt_failed(error.to_string()),
        }
    }
}

impl Source for Socket {
    fn drive(&mut self, cause: Cause, context: &mut Context<'_>) {
        match &mut self.state {
            State::Connecting(_) => self.step_attempt(context),
            State::Open(channel) => channel.drive(cause, &mut self.events, context.buffers),
            State::Closed { farewell, .. } => {
                let left = farewell.take();
                *farewell = left.and_then(|left| left.go_on(cause, context.now, context.buffers)).map(Box::new);
            }
        }
        self.look_for_end(context.now);
    }

    fn status(&mut self) -> Status {
        let (activity, deadline) = match &self.state {
            State::Connecting(attempt) => (Activity::Waiting, Some(attempt.deadline())),
            State::Open(channel) => match self.end_due_at {
                Some(due) if !self.end_is_ripe => {
                    let due = channel.deadline().map_or(due, |at| at.min(due));
                    (channel.activity().max(Activity::Waiting), Some(due))
                }
                _ => (channel.activity(), channel.deadline()),
            },
            State::Closed { farewell: None, .. } => (Activity::Idle, None),
            State::Closed { farewell: Some(farewell), .. } => {
                let activity = if farewell.is_unfinished { Activity::Unfinished } else { Activity::Waiting };
                (activity, Some(farewell.deadline()))
            }
        };
        Status { activity, deadline, has_news: self.has_event() }
    }

    fn flight(&self) -> Flight {
        match &self.state {
            State::Connecting(attempt) if attempt.link_deadline().is_none() => Flight::Certain,
            State::Open(channel) if channel.unsent() > 0 && channel.deadline().is_none() => Flight::Certain,
            _ => Flight::Possible,
        }
    }

    fn wire(&self) -> Option<Wire> {
        match &self.state {
            State::Open(channel) => channel.wire(),
            _ => None,
        }
    }
}
