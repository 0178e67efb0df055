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
mod stopper;
mod timers;
mod turn;

use std::{
    collections::VecDeque,
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use mio::{Events, Poll, Token, Waker};
use rustc_hash::{FxHashMap, FxHashSet};

pub use self::{
    bell::Bell,
    deadline::Deadline,
    message::{Body, Field, Message, Received},
    source::{Activity, Cause, Context, Flight, SharedSource, Source, SourceId, Status},
    stopper::Stopper,
};
use self::{
    bell::{Bells, Ring},
    timers::{Due, Timers},
};
use crate::{buffers::Buffers, net::pool::Pool, time::Time};

/// The token of the waker; ids of sources stay below.
const WAKER: Token = Token(usize::MAX);

/// Messages returned, and timers expired, between two looks at the sources: no kind of load keeps the
/// others waiting for long, and a look costs little beside that many callbacks.
const BATCH: usize = 64;

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
    /// The source of this id has news then, for which nobody waits.
    Background(SourceId),
    /// The end of the run.
    End,
}

/// Names a message of [`Reactor::post_after`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Posting(u64);

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
    /// Sources that will have news in the background.
    later_news: FxHashSet<SourceId>,
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
            stopper: Stopper::new(waker),
            pool,
            bells: Bells::default(),
            queue: VecDeque::new(),
            batch_left: BATCH,
            gone_on: 0,
            notified: FxHashSet::default(),
            stale: 0,
            timers: Timers::default(),
            background: FxHashSet::default(),
            later_news: FxHashSet::default(),
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
        self.bells.bell(Ring::Drive(id), &self.stopper.waker)
    }

    /// What brings a message of the source `id` from another thread. It need not be registered, so that no script waits
    /// for it.
    pub fn notifier(&self, id: SourceId) -> Bell {
        self.bells.bell(Ring::Notify(id), &self.stopper.waker)
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

    /// Likewise after a time, which counts from the last such call. It need not be registered, and nobody waits for it: a
    /// script that has nothing else to wait for is at its end.
    pub fn notify_in_background(&mut self, id: SourceId, after: Duration) {
        self.later_news.insert(id);
        self.timers.start(TimerKey::Background(id), self.time.now() + after);
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
