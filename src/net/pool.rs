//! Worker threads that dial. Started when needed, gone after some idle seconds or with their
//! reactor.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
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
    jobs: Sender<(u64, Dial)>,
    waiting_jobs: Receiver<(u64, Dial)>,
    results: Sender<Outcome>,
    outcomes: Receiver<Outcome>,
    workers: Arc<Workers>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

#[derive(Default)]
struct Workers {
    running: AtomicUsize,
    idle: AtomicUsize,
}

impl Pool {
    /// A pool that calls `wake` after each outcome.
    pub fn new(wake: Arc<dyn Fn() + Send + Sync>) -> Self {
        let (jobs, waiting_jobs) = unbounded();
        let (results, outcomes) = unbounded();
        Pool { jobs, waiting_jobs, results, outcomes, workers: Arc::default(), wake }
    }

    /// Queues an attempt; its outcome will carry `ticket`.
    pub fn submit(&self, ticket: u64, dial: Dial) {
        let _ = self.jobs.send((ticket, dial));
        // More jobs than idle threads: some may be stuck in a name look-up for long.
        let wanted = self.waiting_jobs.len() > self.workers.idle.load(Ordering::SeqCst);
        if wanted && self.workers.running.load(Ordering::SeqCst) < MAX_WORKERS {
            self.start_worker();
        }
    }

    /// Takes the next outcome, if one has come.
    pub fn outcome(&self) -> Option<Outcome> {
        self.outcomes.try_recv().ok()
    }

    fn start_worker(&self) {
        let jobs = self.waiting_jobs.clone();
        let results = self.results.clone();
        let workers = self.workers.clone();
        let wake = self.wake.clone();
        workers.running.fetch_add(1, Ordering::SeqCst);
        let work = move || {
            loop {
                workers.idle.fetch_add(1, Ordering::SeqCst);
                let job = jobs.recv_timeout(IDLE);
                workers.idle.fetch_sub(1, Ordering::SeqCst);
                // Nothing to do for long, or the reactor is gone.
                let Ok((ticket, dial)) = job else { break };
                let outcome = catch_unwind(AssertUnwindSafe(|| dial.run()));
                let outcome = outcome.unwrap_or_else(|_| Err(DialError::Broken("internal error".into())));
                drop(dial);
                if results.send((ticket, outcome)).is_err() {
                    break;
                }
                wake();
            }
            workers.running.fetch_sub(1, Ordering::SeqCst);
        };
        let started = thread::Builder::new().name("luatos-dial".into()).stack_size(STACK_SIZE).spawn(work);
        if let Err(error) = started {
            self.workers.running.fetch_sub(1, Ordering::SeqCst);
            log::error!("no thread for a connection attempt: {error}");
        }
    }
}
