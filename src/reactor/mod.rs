//! The event loop: one wait on sockets, timers and finished connection attempts, whose results
//! queue up as the messages that `rtos.receive` hands out.
//!
//! # Design
//! Everything but dialling happens on the Lua thread: no lock, no hand-over, and a script that
//! waits costs one `epoll_wait`. mio rather than polling: one system call per wait instead of five,
//! and an interruption by a signal comes back to us, which Ctrl-C under `lua5.3` needs. Sends mark
//! their connection dirty; [`Reactor::receive`] writes them out before it waits, so that all sends
//! of one run slice leave together.

mod dialing;
mod message;
mod timers;

use std::{
    cell::RefCell,
    collections::VecDeque,
    io,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use mio::{Events, Poll, Token, Waker};
use rustc_hash::{FxHashMap, FxHashSet};

pub use self::message::{Body, Message, Received};
use self::timers::{Due, Timers};
pub use crate::websocket::client::{Client, ReadyState, SendError};
use crate::{
    buffers::Buffers,
    net::{pool::Pool, redirect::Redirect},
    websocket::{
        client::{Dialing, Phase},
        inbox::Event,
    },
};

/// Names one WebSocket object; never reused.
pub type SourceId = usize;

/// A WebSocket object as its Lua userdata and the reactor share it.
pub type SharedClient = Rc<RefCell<Client>>;

/// The token of the waker; keys stay below.
const WAKER: Token = Token(usize::MAX);

/// Messages handed out, and timers expired, between two looks at the sockets: no load of one kind
/// keeps the others waiting for long, and a look costs little beside so many callbacks.
const BATCH: usize = 64;

/// What stands in the queue.
enum Queued {
    Message(Message),
    /// A script's timer, which may still be stopped.
    Timer(Due<TimerKey>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum TimerKey {
    Script(i64),
    Client(SourceId),
}

/// Ends a reactor's waiting from any thread, for good.
#[derive(Clone)]
pub struct Stopper {
    stopped: Arc<AtomicBool>,
    waker: Arc<Waker>,
}

impl Stopper {
    /// From now on [`Reactor::receive`] answers [`Received::Stopped`].
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        let _ = self.waker.wake();
    }

    /// Whether [`stop`](Self::stop) was called.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }
}

/// One Lua state's event loop.
pub struct Reactor {
    poll: Poll,
    events: Events,
    stopper: Stopper,
    pool: Pool,
    queue: VecDeque<Queued>,
    /// How many more messages are handed out before the next look at the sockets.
    batch_left: usize,
    /// Objects with a message in the queue: one is enough for any number of events.
    notified: FxHashSet<SourceId>,
    /// Messages in the queue whose object is gone.
    stale: usize,
    timers: Timers<TimerKey>,
    /// Connections that are open or being made.
    active: FxHashMap<SourceId, SharedClient>,
    dials: FxHashMap<u64, SourceId>,
    /// Connections with something to write since the last wait.
    dirty: Vec<SourceId>,
    /// Connections to look at again without waiting.
    unfinished: Vec<SourceId>,
    buffers: Buffers,
    redirects: Arc<Vec<Redirect>>,
    next_id: SourceId,
    next_ticket: u64,
}

impl Reactor {
    /// A reactor with nothing in it.
    ///
    /// # Errors
    /// The system has no more file descriptors for it.
    pub fn new() -> io::Result<Self> {
        let poll = Poll::new()?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKER)?);
        let wake_pool = waker.clone();
        let pool = Pool::new(Arc::new(move || {
            let _ = wake_pool.wake();
        }));
        Ok(Reactor {
            poll,
            events: Events::with_capacity(256),
            stopper: Stopper { stopped: Arc::default(), waker },
            pool,
            queue: VecDeque::new(),
            batch_left: BATCH,
            notified: FxHashSet::default(),
            stale: 0,
            timers: Timers::default(),
            active: FxHashMap::default(),
            dials: FxHashMap::default(),
            dirty: Vec::new(),
            unfinished: Vec::new(),
            buffers: Buffers::default(),
            redirects: Arc::default(),
            next_id: 1,
            next_ticket: 1,
        })
    }

    /// A handle that can end the waiting.
    pub fn stopper(&self) -> Stopper {
        self.stopper.clone()
    }

    /// Sets the `--connect-to` rules for later attempts.
    pub fn set_redirects(&mut self, redirects: Vec<Redirect>) {
        self.redirects = Arc::new(redirects);
    }

    /// A name for a new WebSocket object.
    pub fn new_id(&mut self) -> SourceId {
        self.next_id += 1;
        self.next_id - 1
    }

    /// Starts or restarts the timer `id`; it expires once, as [`Message::Timer`].
    pub fn timer_start(&mut self, id: i64, after: Duration) {
        self.timers.start(TimerKey::Script(id), Instant::now() + after);
    }

    /// Stops the timer `id`; unknown ids are ignored. One that has expired already is taken back
    /// from the queue.
    pub fn timer_stop(&mut self, id: i64) {
        self.timers.stop(TimerKey::Script(id));
    }

    /// Queues a device's message.
    pub fn post(&mut self, id: i64, body: Body) {
        self.queue.push_back(Queued::Message(Message::Device { id, body }));
    }

    /// `ws:send`: queues a message, in any state. It is written before the next wait, with
    /// `at_once` now.
    ///
    /// # Errors
    /// See [`Client::send`].
    pub fn send(
        &mut self,
        key: SourceId,
        connection: &mut Client,
        data: &[u8],
        text: bool,
        at_once: bool,
    ) -> Result<(), SendError> {
        let result = connection.send(data, text, &mut self.buffers);
        match &result {
            Ok(()) => self.queued(key, connection, at_once),
            // The error event wants to be heard.
            Err(_) => self.notify(key),
        }
        result
    }

    /// `ws:sendFrame`: one frame, by FIN bit and opcode; otherwise like [`send`](Self::send).
    ///
    /// # Errors
    /// See [`Client::send_frame`].
    pub fn send_frame(
        &mut self,
        key: SourceId,
        connection: &mut Client,
        (fin, opcode): (bool, u8),
        data: &[u8],
        at_once: bool,
    ) -> Result<(), SendError> {
        connection.send_frame(fin, opcode, data, &mut self.buffers, Instant::now())?;
        self.queued(key, connection, at_once);
        Ok(())
    }

    /// Takes back the memory of a message that was handed out.
    pub fn recycle(&mut self, data: Vec<u8>) {
        self.buffers.put(data);
    }

    fn queued(&mut self, key: SourceId, connection: &mut Client, at_once: bool) {
        if at_once || connection.has_much_to_send() {
            connection.drive(false, &mut self.buffers, Instant::now());
            self.after_change(key, connection);
        } else {
            self.mark_dirty(key, connection);
        }
    }

    fn mark_dirty(&mut self, key: SourceId, connection: &mut Client) {
        // One that is not active has nothing to write, and nobody would take the mark back.
        if self.active.contains_key(&key) && !std::mem::replace(&mut connection.is_dirty, true) {
            self.dirty.push(key);
        }
    }

    /// Starts the closing handshake on an open connection: `code` for the peer, `report` for the
    /// `close` event. Returns false where there is nothing to close.
    pub fn close(&mut self, key: SourceId, connection: &mut Client, code: u16, reason: &str, report: u16) -> bool {
        let closing = connection.close(code, reason, report, &mut self.buffers, Instant::now());
        if closing {
            self.mark_dirty(key, connection);
        }
        closing
    }

    /// Cuts off the connection or the attempt, whichever there is.
    pub fn abort(&mut self, key: SourceId, connection: &mut Client, why: &str) {
        connection.abort(why);
        self.after_change(key, connection);
    }

    /// Takes the oldest event of a connection, or with `keep_messages` the oldest that is no
    /// message.
    pub fn next_event(&mut self, key: SourceId, connection: &mut Client, keep_messages: bool) -> Option<Event> {
        let event = connection.next_event(keep_messages)?;
        self.inbox_drained(key, connection);
        Some(event)
    }

    fn inbox_drained(&mut self, key: SourceId, connection: &mut Client) {
        if connection.resume() {
            self.unfinished.push(key);
        }
    }

    /// Whether any connection is open.
    pub fn has_open(&self) -> bool {
        self.active.values().any(|shared| shared.borrow().state() == ReadyState::Open)
    }

    /// Cuts off everything that is open or being made.
    pub fn abort_all(&mut self, why: &str) {
        for (key, shared) in self.active.clone() {
            self.abort(key, &mut shared.borrow_mut(), why);
        }
    }

    /// Sets the clock for a connection whose deadline may have changed from outside.
    pub fn rearm(&mut self, key: SourceId, connection: &mut Client) {
        self.after_change(key, connection);
    }

    /// Wakes whoever waits on `key`, for no reason of the network's.
    pub fn notify(&mut self, key: SourceId) {
        if self.notified.insert(key) {
            self.queue.push_back(Queued::Message(Message::Client(key)));
        }
    }

    /// The object `key` is gone.
    pub fn forget(&mut self, key: SourceId, connection: &mut Client) {
        connection.dropped(&mut self.buffers, Instant::now());
        self.active.remove(&key);
        self.timers.stop(TimerKey::Client(key));
        if self.notified.remove(&key) {
            self.stale += 1;
            // A script that never waits takes no message: half of the queue may be stale, not more.
            if self.stale > 64.max(self.queue.len() / 2) {
                let notified = &self.notified;
                self.queue.retain(|queued| match queued {
                    Queued::Message(Message::Client(key)) => notified.contains(key),
                    _ => true,
                });
                self.stale = 0;
            }
        }
    }

    /// Waits for the next message; `None` waits as long as one can come. The main loop of a script:
    /// after at most `BATCH` messages it looks at the sockets, whatever else is due.
    ///
    /// # Errors
    /// The wait itself failed, which no script can mend.
    pub fn receive(&mut self, timeout: Option<Duration>) -> io::Result<Received> {
        let give_up = timeout.map(|timeout| Instant::now() + timeout);
        loop {
            if self.stopper.is_stopped() {
                return Ok(Received::Stopped);
            }
            if self.batch_left > 0
                && let Some(queued) = self.queue.pop_front()
            {
                match self.unqueue(queued) {
                    Some(message) => {
                        self.batch_left -= 1;
                        return Ok(Received::Message(message));
                    }
                    None => continue,
                }
            }
            if let Some(ended) = self.turn(give_up)? {
                return Ok(ended);
            }
        }
    }

    /// Waits until something has happened to the connection `key` (`true`) or anything else has to
    /// be seen to first, with [`receive`](Self::receive) (`false`).
    ///
    /// # Errors
    /// The wait itself failed.
    pub fn wait_for(&mut self, key: SourceId) -> io::Result<bool> {
        while !self.stopper.is_stopped() {
            match self.queue.front() {
                Some(Queued::Message(Message::Client(ready))) if *ready == key => {
                    if let Some(queued) = self.queue.pop_front() {
                        self.unqueue(queued);
                    }
                    return Ok(true);
                }
                Some(_) => return Ok(false),
                None => {
                    if self.turn(None)?.is_some() {
                        return Ok(false);
                    }
                }
            }
        }
        Ok(false)
    }

    /// One turn of the loop: writes, waits unless there is work, reads what has become ready, and
    /// only then looks at the clock: what has arrived counts before what is overdue. Returns how the
    /// wait ended if that was without a chance of a message.
    fn turn(&mut self, give_up: Option<Instant>) -> io::Result<Option<Received>> {
        self.batch_left = BATCH;
        self.write_dirty();
        let until = [self.timers.next(), give_up].into_iter().flatten().min();
        if !self.unfinished.is_empty() {
            // A connection may have ended since, or its object may be gone.
            let active = &self.active;
            self.unfinished.retain(|key| active.contains_key(key));
        }
        let has_work = !self.queue.is_empty() || !self.unfinished.is_empty();
        let wait = match until {
            _ if has_work => Some(Duration::ZERO),
            Some(until) => Some(until.saturating_duration_since(Instant::now())),
            None if self.active.is_empty() => return Ok(Some(Received::Exhausted)),
            None => None,
        };
        // A script without connections that only has timers due needs no system call.
        if wait != Some(Duration::ZERO) || !self.active.is_empty() || !self.dials.is_empty() {
            match self.poll.poll(&mut self.events, wait) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(Some(Received::Interrupted)),
                Err(error) => return Err(error),
            }
            self.take_events(Instant::now());
        }
        if until.is_some() {
            let now = Instant::now();
            self.expire_timers(now);
            if self.queue.is_empty() && give_up.is_some_and(|give_up| give_up <= now) {
                return Ok(Some(Received::TimedOut));
            }
        }
        Ok(None)
    }

    /// The message of a queue entry, unless it was taken back.
    fn unqueue(&mut self, queued: Queued) -> Option<Message> {
        match queued {
            Queued::Timer(due) => match due.key {
                TimerKey::Script(id) if self.timers.take(due) => Some(Message::Timer(id)),
                _ => None,
            },
            Queued::Message(message) => {
                if let Message::Client(key) = &message
                    && !self.notified.remove(key)
                {
                    self.stale = self.stale.saturating_sub(1);
                    return None;
                }
                Some(message)
            }
        }
    }

    /// Writes out what was queued since the last wait.
    fn write_dirty(&mut self) {
        if self.dirty.is_empty() {
            return;
        }
        let now = Instant::now();
        let mut dirty = std::mem::take(&mut self.dirty);
        for key in dirty.drain(..) {
            if let Some(shared) = self.active.get(&key) {
                shared.borrow_mut().is_dirty = false;
            }
            self.drive(key, false, now);
        }
        // Driving marks nothing dirty; the memory serves the next run slice.
        self.dirty = dirty;
    }

    /// Expires what is due at `now`, a bounded number: the rest follows after the next look at the
    /// sockets.
    fn expire_timers(&mut self, now: Instant) {
        for _ in 0..BATCH {
            let Some(due) = self.timers.pop_due(now) else { return };
            match due.key {
                TimerKey::Script(_) => self.queue.push_back(Queued::Timer(due)),
                TimerKey::Client(key) => {
                    self.timers.take(due);
                    self.clock(key, now);
                }
            }
        }
    }

    /// The clock of a connection has run down.
    fn clock(&mut self, key: SourceId, now: Instant) {
        // An attempt that has ended counts, also if the wait has not reported it yet.
        self.take_outcomes(now);
        let Some(shared) = self.active.get(&key).cloned() else { return };
        let mut connection = shared.borrow_mut();
        connection.armed = None;
        match &connection.phase {
            Phase::Dialing(dialing @ Dialing { direct: None, .. }) if dialing.deadline <= now => {
                let why = dialing.explain(&dialing.cancel.timeout());
                connection.dial_failed(why);
                self.after_change(key, &mut connection);
            }
            _ => {
                drop(connection);
                self.drive(key, false, now);
            }
        }
    }

    fn take_events(&mut self, now: Instant) {
        let events = std::mem::replace(&mut self.events, Events::with_capacity(0));
        let mut has_outcomes = false;
        for event in &events {
            match event.token() {
                WAKER => has_outcomes = true,
                // Whatever the event: TLS may have to read in order to write, and an error shows in
                // a read.
                Token(key) => {
                    if (event.is_read_closed() || event.is_error())
                        && let Some(shared) = self.active.get(&key)
                    {
                        shared.borrow_mut().peer_ended();
                    }
                    self.drive(key, true, now);
                }
            }
        }
        self.events = events;
        if has_outcomes {
            self.take_outcomes(now);
        }
        if !self.unfinished.is_empty() {
            for key in std::mem::take(&mut self.unfinished) {
                self.drive(key, false, now);
            }
        }
    }

    /// Takes the results of attempts on worker threads.
    fn take_outcomes(&mut self, now: Instant) {
        while let Some(outcome) = self.pool.outcome() {
            self.dialed(outcome, now);
        }
    }

    /// Moves one connection on and queues what comes of it.
    fn drive(&mut self, key: SourceId, readable: bool, now: Instant) {
        let Some(shared) = self.active.get(&key).cloned() else { return };
        let mut connection = shared.borrow_mut();
        if connection.is_dialing() {
            self.step_dial(key, &mut connection, now);
        } else {
            connection.drive(readable, &mut self.buffers, now);
        }
        self.after_change(key, &mut connection);
    }

    /// After anything that may have changed a connection: tells the script, sets the clock.
    fn after_change(&mut self, key: SourceId, connection: &mut Client) {
        let is_idle = matches!(connection.phase, Phase::Idle);
        if connection.inbox.take_news() || (is_idle && self.active.contains_key(&key)) {
            self.notify(key);
        }
        if is_idle {
            self.active.remove(&key);
            self.timers.stop(TimerKey::Client(key));
            (connection.armed, connection.is_dirty) = (None, false);
            return;
        }
        if connection.is_unfinished() {
            self.unfinished.push(key);
        }
        // A clock set too early only looks again; it is set anew just for an earlier time.
        if let Some(deadline) = connection.deadline()
            && connection.armed.is_none_or(|armed| deadline < armed)
        {
            connection.armed = Some(deadline);
            self.timers.start(TimerKey::Client(key), deadline);
        }
    }
}
