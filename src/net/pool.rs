//! Worker threads that dial. Started when needed, gone after some idle seconds or with their
//! reactor.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::dial::{Dial, DialError, Dialed};

/// Most threads at a time; further attempts wait for a free one.
const MAX_WORKERS: usize = 64;

/// How long an idle thread waits for work.
const IDLE: Duration = Duration::from_secs(2);

/// OpenSSL's handshake and the resolver fit well.
const STACK_SIZE: usize = 512 * 1024;

/// One attempt's ticket and result.
pub type Outcome = (u64, Result<Dialed, DialError>);

/// The dialling threads of one reactor.
pub struct Pool {
    shared: Arc<Shared>,
    results: Sender<Outcome>,
    outcomes: Receiver<Outcome>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

/// What the threads wait for. Not a channel: those spin for some microseconds before they sleep,
/// which on one core keeps the reactor from what it would do meanwhile.
#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<(u64, Dial)>,
    /// Threads, and how many of them wait for a job.
    running: usize,
    idle: usize,
    /// The reactor is gone.
    is_closed: bool,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // The value is whole whatever panicked while holding the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next job; `None` after some idle time or the end of the reactor.
    fn next_job(&self) -> Option<(u64, Dial)> {
        let give_up = Instant::now() + IDLE;
        let mut state = self.state();
        while !state.is_closed {
            if let Some(job) = state.jobs.pop_front() {
                return Some(job);
            }
            let left = give_up.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            state.idle += 1;
            (state, _) = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
        // In the same breath, so that a job queued from now on gets a new thread.
        state.running -= 1;
        None
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        state.is_closed = true;
        state.jobs.clear();
        self.shared.changed.notify_all();
    }
}

impl Pool {
    /// A pool that calls `wake` after each outcome.
    pub fn new(wake: Arc<dyn Fn() + Send + Sync>) -> Self {
        let (results, outcomes) = unbounded();
        Pool { shared: Arc::default(), results, outcomes, wake }
    }

    /// Queues an attempt; its outcome will carry `ticket`.
    pub fn submit(&self, ticket: u64, dial: Dial) {
        let mut state = self.shared.state();
        state.jobs.push_back((ticket, dial));
        // More jobs than idle threads: some may be stuck in a name look-up for long.
        if state.jobs.len() > state.idle && state.running < MAX_WORKERS {
            state.running += 1;
            drop(state);
            self.start_worker();
        } else {
            drop(state);
            self.shared.changed.notify_one();
        }
    }

    /// Takes the next outcome, if one has come.
    pub fn outcome(&self) -> Option<Outcome> {
        self.outcomes.try_recv().ok()
    }

    fn start_worker(&self) {
        let shared = self.shared.clone();
        let results = self.results.clone();
        let wake = self.wake.clone();
        let work = move || {
            while let Some((ticket, dial)) = shared.next_job() {
                let outcome = catch_unwind(AssertUnwindSafe(|| dial.run()));
                let outcome = outcome.unwrap_or_else(|_| Err(DialError::Broken("internal error".into())));
                drop(dial);
                // Nobody listens any more where the reactor is gone; the next look finds that out.
                let _ = results.send((ticket, outcome));
                wake();
            }
        };
        let started = thread::Builder::new().name("luatos-dial".into()).stack_size(STACK_SIZE).spawn(work);
        if let Err(error) = started {
            self.shared.state().running -= 1;
            log::error!("no thread for a connection attempt: {error}");
        }
    }
}
