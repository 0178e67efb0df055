//! Worker threads for what blocks. Started when needed; they end after some idle seconds or with
//! their reactor.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::cancel::Cancel;

/// Maximum number of threads of a crew; further jobs wait for a free one.
const MAX_WORKERS: usize = 64;

/// How long an idle thread waits for work.
const IDLE: Duration = Duration::from_secs(2);

/// Enough for OpenSSL's handshake and the resolver.
const STACK_SIZE: usize = 512 * 1024;

/// A queue up to this length is not searched for cancelled jobs.
const MIN_PRUNED: usize = 64;

/// Names who submitted a job; see [`Pool::finished`].
pub type Owner = usize;

/// Whether [`Cancel::cancel`] ends a job that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    /// It does.
    Cancellable,
    /// It does not: a resolver that hangs keeps its thread. Such jobs have a crew of their own, so
    /// that they keep no other job waiting.
    Stubborn,
}

/// Why a job has no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// The system has no thread for it; what it says.
    #[error("cannot start a thread: {0}")]
    NoThread(String),
    /// The job panicked.
    #[error("internal error")]
    Panicked,
}

/// A job that was submitted.
#[derive(Debug)]
pub struct Job<T>(Arc<Mutex<Option<Result<T, JobError>>>>);

impl<T> Job<T> {
    /// Takes the result, if the job has ended.
    pub fn take(&self) -> Option<Result<T, JobError>> {
        lock(&self.0).take()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // The value is consistent even if a thread panicked while it held the lock.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The worker threads of one reactor.
pub struct Pool {
    cancellable: Arc<Crew>,
    stubborn: Arc<Crew>,
    report: Report,
    finished: Receiver<Owner>,
}

/// Where the end of a job is reported.
#[derive(Clone)]
struct Report {
    finished: Sender<Owner>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl Report {
    fn send(&self, owner: Owner) {
        // Nobody receives once the reactor is gone; the crew's next look finds that out.
        let _ = self.finished.send(owner);
        (self.wake)();
    }
}

/// A job in the queue.
struct Queued {
    owner: Owner,
    cancel: Arc<Cancel>,
    /// Runs the job, or stores the error as its result.
    run: Box<dyn FnOnce(Result<(), JobError>) + Send>,
}

/// Threads that share a queue. Not a channel: its receivers spin for some microseconds before they
/// sleep, which on one core keeps the reactor from running.
#[derive(Default)]
struct Crew {
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Queued>,
    /// Length of the queue at which cancelled jobs are removed.
    prune_at: usize,
    /// Number of threads, and of those that wait for a job.
    running: usize,
    idle: usize,
    /// The reactor is gone.
    is_closed: bool,
}

impl Queue {
    /// Removes the jobs that were cancelled while no thread was free.
    fn prune(&mut self) {
        if self.jobs.len() >= self.prune_at.max(MIN_PRUNED) {
            self.jobs.retain(|job| !job.cancel.is_cancelled());
            self.prune_at = 2 * self.jobs.len();
        }
    }
}

impl Crew {
    /// The next job; `None` after some idle time or the end of the reactor.
    fn next_job(&self) -> Option<Queued> {
        let give_up = Instant::now() + IDLE;
        let mut queue = lock(&self.queue);
        while !queue.is_closed {
            if let Some(job) = queue.jobs.pop_front() {
                return Some(job);
            }
            let left = give_up.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            queue.idle += 1;
            (queue, _) = self.changed.wait_timeout(queue, left).unwrap_or_else(PoisonError::into_inner);
            queue.idle -= 1;
        }
        // Under the same lock, so that a job queued from now on gets a new thread.
        queue.running -= 1;
        None
    }

    fn close(&self) {
        let mut queue = lock(&self.queue);
        queue.is_closed = true;
        queue.jobs.clear();
        self.changed.notify_all();
    }

    fn submit(self: &Arc<Self>, job: Queued, report: &Report) {
        let mut queue = lock(&self.queue);
        queue.prune();
        queue.jobs.push_back(job);
        // More jobs than idle threads: the busy ones may take long.
        if queue.jobs.len() > queue.idle && queue.running < MAX_WORKERS {
            queue.running += 1;
            drop(queue);
            self.start_worker(report);
        } else {
            drop(queue);
            self.changed.notify_one();
        }
    }

    fn start_worker(self: &Arc<Self>, report: &Report) {
        let (crew, worker_report) = (self.clone(), report.clone());
        let work = move || {
            while let Some(Queued { owner, run, .. }) = crew.next_job() {
                run(Ok(()));
                worker_report.send(owner);
            }
        };
        let started = thread::Builder::new().name("luatos-worker".into()).stack_size(STACK_SIZE).spawn(work);
        if let Err(error) = started {
            let mut queue = lock(&self.queue);
            queue.running -= 1;
            // Another thread serves the queue; without one nobody ever would.
            let unserved = if queue.running == 0 { std::mem::take(&mut queue.jobs) } else { VecDeque::new() };
            drop(queue);
            for Queued { owner, run, .. } in unserved {
                run(Err(JobError::NoThread(error.to_string())));
                report.send(owner);
            }
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.cancellable.close();
        self.stubborn.close();
    }
}

impl Pool {
    /// A pool that calls `wake` after each job.
    pub fn new(wake: Arc<dyn Fn() + Send + Sync>) -> Self {
        let (sender, finished) = unbounded();
        let report = Report { finished: sender, wake };
        Pool { cancellable: Arc::default(), stubborn: Arc::default(), report, finished }
    }

    /// Queues a job. A cancelled one may be dropped without a result.
    pub fn submit<T: Send + 'static>(
        &self,
        owner: Owner,
        waits: Waits,
        cancel: Arc<Cancel>,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Job<T> {
        let result = Arc::new(Mutex::new(None));
        let slot = result.clone();
        let run = Box::new(move |start: Result<(), JobError>| {
            let ended = start.and_then(|()| catch_unwind(AssertUnwindSafe(job)).map_err(|_| JobError::Panicked));
            *lock(&slot) = Some(ended);
        });
        let crew = match waits {
            Waits::Cancellable => &self.cancellable,
            Waits::Stubborn => &self.stubborn,
        };
        crew.submit(Queued { owner, cancel, run }, &self.report);
        Job(result)
    }

    /// The owner of the next job that has ended, if any.
    pub fn finished(&self) -> Option<Owner> {
        self.finished.try_recv().ok()
    }
}
