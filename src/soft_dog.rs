//! A watchdog: a thread that acts when a script has not fed it for too long, also while the script never waits.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use crate::time::Time;

/// Longest wait before it looks at a time that passes over waits.
const LOOK_UP: Duration = Duration::from_millis(5);

/// The dog. Closed, it sleeps.
#[derive(Default)]
pub struct SoftDog {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    time: Time,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// How long it goes without food; `None` while it is closed.
    period: Option<Duration>,
    /// When it was fed last.
    fed: Option<Instant>,
    has_thread: bool,
    /// Its owner is gone, and so is its thread soon.
    has_ended: bool,
}

impl State {
    fn due(&self) -> Option<Instant> {
        Some(self.fed? + self.period?)
    }
}

impl SoftDog {
    /// A closed one, which lives in that time.
    pub fn new(time: Time) -> Self {
        SoftDog { shared: Arc::new(Shared { time, ..Shared::default() }) }
    }

    /// Opens the dog, or changes its period. When it has gone unfed for `period`, it is closed and calls `bite`
    /// on its own thread; the `bite` of the first call counts.
    ///
    /// # Errors
    /// There can be no further thread.
    pub fn open(&self, period: Duration, bite: impl Fn(Duration) + Send + 'static) -> std::io::Result<()> {
        let mut state = self.shared.lock();
        state.period = Some(period);
        state.fed = Some(self.shared.time.now());
        if !state.has_thread {
            let shared = self.shared.clone();
            thread::Builder::new().name("soft dog".into()).spawn(move || shared.watch(bite))?;
            state.has_thread = true;
        }
        drop(state);
        self.shared.changed.notify_all();
        Ok(())
    }

    /// Feeds it.
    pub fn eat(&self) {
        // The thread looks again when it thinks that it is hungry.
        self.shared.lock().fed = Some(self.shared.time.now());
    }

    /// Closes it: it does nothing until it is opened again.
    pub fn close(&self) {
        self.shared.lock().period = None;
        self.shared.changed.notify_all();
    }
}

impl Drop for SoftDog {
    fn drop(&mut self) {
        self.shared.lock().has_ended = true;
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch(&self, bite: impl Fn(Duration)) {
        let mut state = self.lock();
        while !state.has_ended {
            let now = self.time.now();
            match (state.due(), state.period) {
                (Some(due), _) if due > now => {
                    let left = self.time.real(due - now);
                    let left = if self.time.is_instant() { left.min(LOOK_UP) } else { left };
                    let waited = self.changed.wait_timeout(state, left);
                    state = waited.unwrap_or_else(PoisonError::into_inner).0;
                }
                (Some(_), Some(period)) => {
                    state.period = None;
                    drop(state);
                    bite(period);
                    state = self.lock();
                }
                _ => state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// Longer than any test lasts.
    const LONG: Duration = Duration::from_secs(3600);

    #[test]
    fn a_hungry_dog_bites_once() {
        let (bitten, bites) = mpsc::channel();
        let dog = SoftDog::default();
        dog.open(Duration::from_millis(1), move |period| bitten.send(period).unwrap()).unwrap();
        assert_eq!(bites.recv(), Ok(Duration::from_millis(1)));
        assert!(bites.try_recv().is_err());
        // Opened again, it is there again.
        dog.open(Duration::from_millis(2), |_| unreachable!()).unwrap();
        assert_eq!(bites.recv(), Ok(Duration::from_millis(2)));
    }

    #[test]
    fn a_shorter_period_counts_at_once() {
        let (bitten, bites) = mpsc::channel();
        let dog = SoftDog::default();
        dog.open(LONG, move |_| bitten.send(()).unwrap()).unwrap();
        dog.eat();
        dog.open(Duration::from_millis(1), |_| unreachable!()).unwrap();
        assert_eq!(bites.recv(), Ok(()));
    }

    #[test]
    fn what_is_fed_or_closed_is_not_due() {
        let now = Instant::now();
        let mut state = State { period: Some(LONG), fed: Some(now), ..State::default() };
        assert_eq!(state.due(), Some(now + LONG));
        state.period = None;
        assert_eq!(state.due(), None);
    }
}
