//! The event loop: one wait on sources, timers and finished jobs, whose results queue up as the
//! messages that `rtos.receive` returns. It knows its sources by the trait [`Source`] only.
//!
//! # Design
//! Everything but what blocks happens on the Lua thread: no lock, no hand-over between threads, and
//! a script that waits costs one `epoll_wait`. mio rather than polling: one system call per wait
//! instead of five, and an interruption by a signal is returned, which Ctrl-C under `lua5.3` needs.
//! Writes are collected: a source that has something to write is driven before the next wait, so
//! that everything the script sent in one run slice leaves together.

mod bell;
mod deadline;
mod message;
mod source;
mod timers;

use std::{
    collections::VecDeque,
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use mio::{Events, Poll, Token, Waker};
use rustc_hash::{FxHashMap, FxHashSet};

pub use self::{
    bell::Bell,
    deadline::Deadline,
    message::{Body, Field, Message, Received},
    source::{Activity, Cause, Context, Flight, SharedSource, Source, SourceId, Status},
};
use self::{
    bell::Bells,
    timers::{Due, Timers},
};
use crate::{buffers::Buffers, net::pool::Pool, time::Time};

/// The token of the waker; ids of sources stay below.
const WAKER: Token = Token(usize::MAX);

/// Messages returned, and timers expired, between two looks at the sources: no kind of load keeps the
/// others waiting for long, and a look costs little beside that many callbacks.
const BATCH: usize = 64;

/// How often in a row a script may go on where a wait would not change anything; see [`Reactor::may_go_on`].
const MOST_GOING_ON: usize = 16;

/// An entry of the queue.
enum Queued {
    Message(Message),
    /// A script's timer, which may still be stopped.
    Timer(Due<TimerKey>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum TimerKey {
    Script(i64),
    Source(SourceId),
    Posting(Posting),
    /// The end of the run.
    End,
}

/// Names a message of [`Reactor::post_after`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Posting(u64);

/// Ends a reactor's waiting from any thread, for good.
#[derive(Clone)]
pub struct Stopper {
    stopped: Arc<AtomicBool>,
    waker: Arc<Waker>,
}

impl Stopper {
    /// From now on [`Reactor::receive`] returns [`Received::Stopped`].
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        let _ = self.waker.wake();
    }

    /// Whether [`stop`](Self::stop) was called.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }
}

/// A registered source.
struct Entry {
    source: SharedSource,
    /// It is in the list of sources to drive before the next wait.
    is_scheduled: bool,
    /// When the reactor looks at its deadline.
    armed: Option<Instant>,
}

/// One Lua state's event loop.
pub struct Reactor {
    time: Time,
    poll: Poll,
    events: Events,
    stopper: Stopper,
    pool: Pool,
    bells: Bells,
    queue: VecDeque<Queued>,
    /// How many more messages are returned before the next look at the sources.
    batch_left: usize,
    /// How often the script has gone on since the last look at the sources.
    gone_on: usize,
    /// Sources with a message in the queue: one is enough for any number of events.
    notified: FxHashSet<SourceId>,
    /// Messages in the queue whose source is gone.
    stale: usize,
    timers: Timers<TimerKey>,
    /// Those of the script's timers that are in the background.
    background: FxHashSet<i64>,
    /// The end of the run has a timer.
    has_end: bool,
    /// Messages of the device that are due later.
    postings: FxHashMap<Posting, Message>,
    next_posting: u64,
    sources: FxHashMap<SourceId, Entry>,
    /// Sources to drive before the next wait.
    scheduled: Vec<SourceId>,
    /// Sources to drive again without waiting.
    unfinished: Vec<SourceId>,
    buffers: Buffers,
    next_id: SourceId,
}

impl Reactor {
    /// A reactor without sources, in that time.
    ///
    /// # Errors
    /// The system has no file descriptors left.
    pub fn new(time: Time) -> io::Result<Self> {
        let poll = Poll::new()?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKER)?);
        let wake_pool = waker.clone();
        let pool = Pool::new(Arc::new(move || {
            let _ = wake_pool.wake();
        }));
        Ok(Reactor {
            time,
            poll,
            events: Events::with_capacity(256),
            stopper: Stopper { stopped: Arc::default(), waker },
            pool,
            bells: Bells::default(),
            queue: VecDeque::new(),
            batch_left: BATCH,
            gone_on: 0,
            notified: FxHashSet::default(),
            stale: 0,
            timers: Timers::default(),
            background: FxHashSet::default(),
            has_end: false,
            postings: FxHashMap::default(),
            next_posting: 0,
            sources: FxHashMap::default(),
            scheduled: Vec::new(),
            unfinished: Vec::new(),
            buffers: Buffers::default(),
            next_id: 1,
        })
    }

    /// What time it is.
    pub fn now(&self) -> Instant {
        self.time.now()
    }

    /// A handle that can end the waiting.
    pub fn stopper(&self) -> Stopper {
        self.stopper.clone()
    }

    /// What has the source `id` driven from another thread.
    pub fn bell(&self, id: SourceId) -> Bell {
        self.bells.bell(id, &self.stopper.waker)
    }

    /// The memory that sources share.
    pub fn buffers(&mut self) -> &mut Buffers {
        &mut self.buffers
    }

    /// Starts or restarts the timer `id`; it expires once, as [`Message::Timer`].
    pub fn timer_start(&mut self, id: i64, after: Duration) {
        self.background.remove(&id);
        self.timers.start(TimerKey::Script(id), self.time.now() + after);
    }

    /// Likewise, but nobody waits for it: a script that has nothing else to wait for is at its end.
    pub fn timer_start_in_background(&mut self, id: i64, after: Duration) {
        self.timer_start(id, after);
        self.background.insert(id);
    }

    /// Ends the run after a time, as [`Stopper::stop`] does. Until then nobody waits for it.
    pub fn stop_after(&mut self, after: Duration) {
        self.has_end = true;
        self.timers.start(TimerKey::End, self.time.now() + after);
    }

    /// Stops the timer `id`; unknown ids are ignored. If it has expired already, its message is taken
    /// back from the queue.
    pub fn timer_stop(&mut self, id: i64) {
        self.background.remove(&id);
        self.timers.stop(TimerKey::Script(id));
    }

    /// Queues a device's message.
    pub fn post(&mut self, id: i64, body: Body) {
        self.queue.push_back(Queued::Message(Message::Device { id, body }));
    }

    /// Whether a device's message of this kind is queued.
    pub fn is_posted(&self, mut is_meant: impl FnMut(i64, &Body) -> bool) -> bool {
        let device =
            |queued: &Queued| matches!(queued, Queued::Message(Message::Device { id, body }) if is_meant(*id, body));
        self.queue.iter().any(device)
    }

    /// Queues a device's message after a time. Until then it counts as one that can come.
    pub fn post_after(&mut self, after: Duration, id: i64, body: Body) -> Posting {
        let posting = Posting(self.next_posting);
        self.next_posting += 1;
        self.postings.insert(posting, Message::Device { id, body });
        self.timers.start(TimerKey::Posting(posting), self.time.now() + after);
        posting
    }

    /// Takes a message back that is not due yet. Returns false if it is queued or gone already.
    pub fn take_back(&mut self, posting: Posting) -> bool {
        self.timers.stop(TimerKey::Posting(posting));
        self.postings.remove(&posting).is_some()
    }

    /// An id for a new source.
    pub fn new_id(&mut self) -> SourceId {
        self.next_id += 1;
        self.next_id - 1
    }

    /// How many sources are registered: those that can bring a message.
    pub fn source_count(&self) -> usize {
        self.sources.len()
    }

    /// Whether a source is registered.
    pub fn is_registered(&self, id: SourceId) -> bool {
        self.sources.contains_key(&id)
    }

    /// Watches over a source from now on. Nothing happens if it is registered already.
    pub fn register(&mut self, id: SourceId, source: SharedSource) {
        self.sources.entry(id).or_insert(Entry { source, is_scheduled: false, armed: None });
    }

    /// Drives the source before the next wait: it has something to write.
    pub fn write_soon(&mut self, id: SourceId) {
        // One that is not registered has nothing to write to.
        if let Some(entry) = self.sources.get_mut(&id)
            && !std::mem::replace(&mut entry.is_scheduled, true)
        {
            self.scheduled.push(id);
        }
    }

    /// Drives the source without waiting for an event: it had paused and can go on.
    pub fn resume(&mut self, id: SourceId) {
        self.unfinished.push(id);
    }

    /// Calls `act` with the context of the source `id`: to start something that it waits for.
    pub fn with_context<T>(&mut self, id: SourceId, act: impl FnOnce(&mut Context<'_>) -> T) -> T {
        let now = self.time.now();
        act(&mut self.context(id, now))
    }

    fn context(&mut self, id: SourceId, now: Instant) -> Context<'_> {
        Context { id, now, buffers: &mut self.buffers, pool: &self.pool, registry: self.poll.registry() }
    }

    /// Drives a source at once, which its owner has borrowed.
    pub fn drive(&mut self, id: SourceId, source: &mut dyn Source) {
        let now = self.time.now();
        self.drive_borrowed(id, source, Cause::Scheduled, now);
    }

    /// Drives all sources at once, as if all were ready: something has changed that concerns each.
    pub fn drive_all(&mut self) {
        let now = self.time.now();
        let mut ids: Vec<SourceId> = self.sources.keys().copied().collect();
        ids.sort_unstable();
        for id in ids {
            self.drive_registered(id, Cause::Ready, now);
        }
    }

    /// The owner has changed the source: its status is to be looked at.
    pub fn update(&mut self, id: SourceId, source: &mut dyn Source) {
        self.after_change(id, source.status());
    }

    /// Wakes the script to look at the source `id`: queues a message, unless one is queued already.
    pub fn notify(&mut self, id: SourceId) {
        if self.notified.insert(id) {
            self.queue.push_back(Queued::Message(Message::Source(id)));
        }
    }

    /// The source `id` is gone.
    pub fn forget(&mut self, id: SourceId) {
        self.sources.remove(&id);
        self.timers.stop(TimerKey::Source(id));
        if self.notified.remove(&id) {
            self.stale += 1;
            // A script that never waits takes no message: at most half of the queue may be stale.
            if self.stale > 64.max(self.queue.len() / 2) {
                let notified = &self.notified;
                self.queue.retain(|queued| match queued {
                    Queued::Message(Message::Source(id)) => notified.contains(id),
                    _ => true,
                });
                self.stale = 0;
            }
        }
    }

    /// Whether a script whose wait would be over at once may go on without it: no message is queued that would come
    /// first. After some times in a row the answer is no, and the next wait looks at the sources and the timers.
    pub fn may_go_on(&mut self) -> bool {
        if !self.queue.is_empty() {
            return false;
        } else if self.gone_on == MOST_GOING_ON {
            self.batch_left = 0;
            return false;
        }
        self.gone_on += 1;
        true
    }

    /// Waits for the next message; `None` waits as long as one can come.
    ///
    /// This is the main loop of a script. After at most `BATCH` messages it looks at the sources,
    /// whatever else is due.
    ///
    /// # Errors
    /// The wait itself failed, which no script can mend.
    pub fn receive(&mut self, timeout: Option<Duration>) -> io::Result<Received> {
        let give_up = timeout.map(|timeout| self.time.now() + timeout);
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

    /// Waits until the source `id` has news (`true`) or [`receive`](Self::receive) has something to
    /// return first (`false`).
    ///
    /// # Errors
    /// The wait itself failed.
    pub fn wait_for(&mut self, id: SourceId) -> io::Result<bool> {
        while !self.stopper.is_stopped() {
            match self.queue.front() {
                Some(Queued::Message(Message::Source(ready))) if *ready == id => {
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

    /// One turn of the loop: writes, waits unless there is work, drives what has become ready, and
    /// only then looks at the clock: what has arrived counts before what is overdue. Returns how the
    /// wait ended if no message can be expected from it.
    fn turn(&mut self, give_up: Option<Instant>) -> io::Result<Option<Received>> {
        self.batch_left = BATCH;
        self.gone_on = 0;
        self.drive_scheduled();
        let until = [self.timers.next(), give_up].into_iter().flatten().min();
        if !self.unfinished.is_empty() {
            // A source may have ended since.
            let sources = &self.sources;
            self.unfinished.retain(|id| sources.contains_key(id));
        }
        let has_work = !self.queue.is_empty() || !self.unfinished.is_empty();
        if self.time.is_instant() {
            // Messages that beget messages, and questions whether one is there, would hold time for ever.
            let is_still = has_work || until.is_some_and(|until| until <= self.time.now());
            if is_still { self.time.asked() } else { self.time.forget_questions() }
        }
        let wait = match until {
            _ if has_work => Some(Duration::ZERO),
            _ if give_up.is_none() && self.nothing_can_come() => return Ok(Some(Received::Exhausted)),
            Some(until) => Some(self.patience(until)),
            None => None,
        };
        // A script without sources that only has timers due needs no system call.
        if wait != Some(Duration::ZERO) || !self.sources.is_empty() {
            match self.wait(wait) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(Some(Received::Interrupted)),
                Err(error) => return Err(error),
            }
            self.take_events(self.time.now());
        }
        if let Some(until) = until {
            self.pass_over(until, has_work);
            let now = self.time.now();
            self.expire_timers(now);
            if self.queue.is_empty() && give_up.is_some_and(|give_up| give_up <= now) {
                return Ok(Some(Received::TimedOut));
            }
        }
        Ok(None)
    }

    fn wait(&mut self, wait: Option<Duration>) -> io::Result<()> {
        if wait == Some(Duration::ZERO) {
            return self.poll.poll(&mut self.events, wait);
        }
        let (time, poll, events) = (&self.time, &mut self.poll, &mut self.events);
        time.while_waiting(|| poll.poll(events, wait))
    }

    /// How long to wait for what may happen until then.
    fn patience(&self, until: Instant) -> Duration {
        let whole = self.time.real_until(until);
        match self.time.is_instant().then(|| self.flight()) {
            None | Some(Flight::Certain) => whole,
            Some(Flight::Possible) => whole.min(self.time.settling()),
            Some(Flight::Nothing) => Duration::ZERO,
        }
    }

    /// Passes over the time until then, where waits are passed over and the one that has ended brought nothing.
    fn pass_over(&mut self, until: Instant, has_work: bool) {
        let is_over = self.events.is_empty() && self.queue.is_empty() && self.unfinished.is_empty() && !has_work;
        if is_over && self.time.is_instant() && self.flight() != Flight::Certain {
            self.time.pass_over(until);
        }
    }

    /// What may arrive without a timer or deadline.
    fn flight(&self) -> Flight {
        let sources = self.sources.values();
        sources.map(|entry| entry.source.borrow().flight()).max().unwrap_or(Flight::Nothing)
    }

    /// Whether neither a source nor a timer that counts can bring a message.
    fn nothing_can_come(&self) -> bool {
        self.sources.is_empty() && self.timers.len() == self.background.len() + usize::from(self.has_end)
    }

    /// The message of a queue entry, unless it was taken back.
    fn unqueue(&mut self, queued: Queued) -> Option<Message> {
        match queued {
            Queued::Timer(due) => match due.key {
                TimerKey::Script(id) if self.timers.take(due) => {
                    self.background.remove(&id);
                    Some(Message::Timer(id))
                }
                _ => None,
            },
            Queued::Message(message) => {
                if let Message::Source(id) = &message
                    && !self.notified.remove(id)
                {
                    self.stale = self.stale.saturating_sub(1);
                    return None;
                }
                Some(message)
            }
        }
    }

    /// Drives the sources that have had something to write since the last wait.
    fn drive_scheduled(&mut self) {
        if self.scheduled.is_empty() {
            return;
        }
        let now = self.time.now();
        let mut scheduled = std::mem::take(&mut self.scheduled);
        for id in scheduled.drain(..) {
            if let Some(entry) = self.sources.get_mut(&id) {
                entry.is_scheduled = false;
            }
            self.drive_registered(id, Cause::Scheduled, now);
        }
        // Driving schedules nothing; the memory serves the next run slice.
        self.scheduled = scheduled;
    }

    /// Expires what is due at `now`, a bounded number: the rest follows after the next look at the
    /// sources.
    fn expire_timers(&mut self, now: Instant) {
        for _ in 0..BATCH {
            let Some(due) = self.timers.pop_due(now) else { return };
            match due.key {
                TimerKey::Script(_) => self.queue.push_back(Queued::Timer(due)),
                TimerKey::End => self.stopper.stop(),
                TimerKey::Posting(posting) => {
                    self.timers.take(due);
                    self.queue.extend(self.postings.remove(&posting).map(Queued::Message));
                }
                TimerKey::Source(id) => {
                    self.timers.take(due);
                    if let Some(entry) = self.sources.get_mut(&id) {
                        entry.armed = None;
                    }
                    self.drive_registered(id, Cause::Scheduled, now);
                }
            }
        }
    }

    fn take_events(&mut self, now: Instant) {
        let events = std::mem::replace(&mut self.events, Events::with_capacity(0));
        let mut was_woken = false;
        for event in &events {
            match event.token() {
                WAKER => was_woken = true,
                Token(id) if event.is_read_closed() || event.is_error() => {
                    self.drive_registered(id, Cause::ReadyAtEnd, now);
                }
                Token(id) => self.drive_registered(id, Cause::Ready, now),
            }
        }
        self.events = events;
        if was_woken {
            while let Some(id) = self.pool.finished().or_else(|| self.bells.rung()) {
                self.drive_registered(id, Cause::Scheduled, now);
            }
        }
        if !self.unfinished.is_empty() {
            for id in std::mem::take(&mut self.unfinished) {
                self.drive_registered(id, Cause::Scheduled, now);
            }
        }
    }

    fn drive_registered(&mut self, id: SourceId, cause: Cause, now: Instant) {
        if let Some(source) = self.sources.get(&id).map(|entry| entry.source.clone()) {
            self.drive_borrowed(id, &mut *source.borrow_mut(), cause, now);
        }
    }

    fn drive_borrowed(&mut self, id: SourceId, source: &mut dyn Source, cause: Cause, now: Instant) {
        source.drive(cause, &mut self.context(id, now));
        self.after_change(id, source.status());
    }

    /// Wakes the script, sets the clock and ends the registration, as the status asks for.
    fn after_change(&mut self, id: SourceId, status: Status) {
        let is_idle = status.activity == Activity::Idle;
        if is_idle {
            let was_registered = self.sources.remove(&id).is_some();
            if was_registered {
                self.timers.stop(TimerKey::Source(id));
            }
            if status.has_news || was_registered {
                self.notify(id);
            }
            return;
        }
        if status.has_news {
            self.notify(id);
        }
        if status.activity == Activity::Unfinished {
            self.unfinished.push(id);
        }
        // A clock that is set too early only leads to another look; it is set anew for an earlier time
        // only.
        if let Some(deadline) = status.deadline
            && let Some(entry) = self.sources.get_mut(&id)
            && entry.armed.is_none_or(|armed| deadline < armed)
        {
            entry.armed = Some(deadline);
            self.timers.start(TimerKey::Source(id), deadline);
        }
    }
}
