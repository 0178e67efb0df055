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

use super::{
    connect::{Dial, DialError, Dialed},
    tls::Connectors,
};

/// Most threads of a crew; further attempts wait for a free one.
const MAX_WORKERS: usize = 64;

/// How long an idle thread waits for work.
const IDLE: Duration = Duration::from_secs(2);

/// OpenSSL's handshake and the resolver fit well.
const STACK_SIZE: usize = 512 * 1024;

/// A queue up to this length is not searched for attempts that were given up.
const MIN_PRUNED: usize = 64;

/// One attempt's ticket and result.
pub type Outcome = (u64, Result<Dialed, DialError>);

/// The dialling threads of one reactor: a crew for names and one for addresses, since a resolver
/// that hangs cannot be interrupted and keeps its thread.
pub struct Pool {
    names: Arc<Crew>,
    addresses: Arc<Crew>,
    report: Report,
    outcomes: Receiver<Outcome>,
}

/// Where outcomes go.
#[derive(Clone)]
struct Report {
    results: Sender<Outcome>,
    wake: Arc<dyn Fn() + Send + Sync>,
    connectors: Arc<Connectors>,
}

impl Report {
    fn send(&self, outcome: Outcome) {
        // Nobody listens any more where the reactor is gone; the crew's next look finds that out.
        let _ = self.results.send(outcome);
        (self.wake)();
    }
}

/// What some threads wait for. Not a channel: those spin for some microseconds before they sleep,
/// which on one core keeps the reactor from what it would do meanwhile.
#[derive(Default)]
struct Crew {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<(u64, Dial)>,
    /// Length of the queue at which attempts that were given up are taken out.
    prune_at: usize,
    /// Threads, and how many of them wait for a job.
    running: usize,
    idle: usize,
    /// The reactor is gone.
    is_closed: bool,
}

impl State {
    /// Takes out the attempts that were given up while no thread was free.
    fn prune(&mut self) -> Vec<u64> {
        if self.jobs.len() < self.prune_at.max(MIN_PRUNED) {
            return Vec::new();
        }
        let given_up = self.jobs.iter().filter(|(_, dial)| dial.is_given_up()).map(|(ticket, _)| *ticket).collect();
        self.jobs.retain(|(_, dial)| !dial.is_given_up());
        self.prune_at = 2 * self.jobs.len();
        given_up
    }
}

impl Crew {
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
        // Under the same lock, so that a job queued from now on gets a new thread.
        state.running -= 1;
        None
    }

    fn close(&self) {
        let mut state = self.state();
        state.is_closed = true;
        state.jobs.clear();
        self.changed.notify_all();
    }

    fn start_worker(self: &Arc<Self>, report: &Report) {
        let (crew, report_outcome) = (self.clone(), report.clone());
        let work = move || {
            while let Some((ticket, dial)) = crew.next_job() {
                let outcome = catch_unwind(AssertUnwindSafe(|| dial.run(&report_outcome.connectors)));
                let outcome = outcome.unwrap_or_else(|_| Err(DialError::Broken("internal error".into())));
                drop(dial);
                report_outcome.send((ticket, outcome));
            }
        };
        let started = thread::Builder::new().name("luatos-dial".into()).stack_size(STACK_SIZE).spawn(work);
        if let Err(error) = started {
            let mut state = self.state();
            state.running -= 1;
            // Another thread serves the queue; where there is none, nobody ever would.
            let unserved = if state.running == 0 { std::mem::take(&mut state.jobs) } else { VecDeque::new() };
            drop(state);
            for (ticket, _) in unserved {
                report.send((ticket, Err(DialError::NoThread(error.to_string()))));
            }
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.names.close();
        self.addresses.close();
    }
}

impl Pool {
    /// A pool that calls `wake` after each outcome.
    pub fn new(wake: Arc<dyn Fn() + Send + Sync>) -> Self {
        let (results, outcomes) = unbounded();
        let report = Report { results, wake, connectors: Arc::default() };
        Pool { names: Arc::default(), addresses: Arc::default(), report, outcomes }
    }

    /// Queues an attempt; its outcome will carry `ticket`.
    pub fn submit(&self, ticket: u64, dial: Dial) {
        let crew = if dial.is_literal() { &self.addresses } else { &self.names };
        let mut state = crew.state();
        let given_up = state.prune();
        state.jobs.push_back((ticket, dial));
        // More jobs than idle threads: some may be stuck in a name look-up for long.
        if state.jobs.len() > state.idle && state.running < MAX_WORKERS {
            state.running += 1;
            drop(state);
            crew.start_worker(&self.report);
        } else {
            drop(state);
            crew.changed.notify_one();
        }
        for ticket in given_up {
            self.report.send((ticket, Err(DialError::Cancelled)));
        }
    }

    /// Takes the next outcome, if one has come.
    pub fn outcome(&self) -> Option<Outcome> {
        self.outcomes.try_recv().ok()
    }
}
