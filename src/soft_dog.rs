//! A watchdog: a thread that acts when a script has not fed it for too long, also while the script never waits.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak},
    thread,
    time::{Duration, Instant},
};

use crate::time::{Alarm, Time};

/// Longest wait before it looks at a time that passes over waits.
const LOOK_UP: Duration = Duration::from_millis(5);

/// What it does when it has gone unfed for a period.
type Bite = Arc<dyn Fn(Duration) + Send + Sync>;

/// The dog. Closed, it sleeps.
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
    bite: Option<Bite>,
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
        let shared = Arc::new(Shared { time: time.clone(), ..Shared::default() });
        time.set_alarm(Arc::downgrade(&shared) as Weak<dyn Alarm>);
        SoftDog { shared }
    }

    /// Opens the dog, or changes its period. When it has gone unfed for `period`, it is closed and calls `bite`: on
    /// its own thread, or on one that passes over that time; the `bite` of the first call counts.
    ///
    /// # Errors
    /// There can be no further thread.
    pub fn open(&self, period: Duration, bite: impl Fn(Duration) + Send + Sync + 'static) -> std::io::Result<()> {
        self.shared.bite_if_due();
        let mut state = self.shared.lock();
        state.period = Some(period);
        state.fed = Some(self.shared.time.now());
        if state.bite.is_none() {
            let shared = self.shared.clone();
            thread::Builder::new().name("soft dog".into()).spawn(move || shared.watch())?;
            state.bite = Some(Arc::new(bite));
        }
        drop(state);
        self.shared.changed.notify_all();
        Ok(())
    }

    /// Feeds it.
    pub fn eat(&self) {
        self.shared.bite_if_due();
        // The thread looks again when it thinks that it is hungry.
        self.shared.lock().fed = Some(self.shared.time.now());
    }

    /// Closes it: it does nothing until it is opened again.
    pub fn close(&self) {
        self.shared.bite_if_due();
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

impl Alarm for Shared {
    fn due(&self) -> Option<Instant> {
        self.lock().due()
    }

    fn ring(&self) {
        self.bite_if(|_| true);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bites once, if it is hungry.
    fn bite_if_due(&self) {
        self.bite_if(|due| due <= self.time.now());
    }

    fn bite_if(&self, is_late: impl FnOnce(Instant) -> bool) {
        let mut state = self.lock();
        if state.due().is_some_and(is_late)
            && let (Some(period), Some(bite)) = (state.period.take(), state.bite.clone())
        {
            drop(state);
            bite(period);
        }
    }

    fn watch(&self) {
        loop {
            self.bite_if_due();
            let state = self.lock();
            if state.has_ended {
                return;
            }
            drop(match state.due() {
                Some(due) => {
                    let left = self.time.real_until(due);
                    let left = if self.time.is_instant() { left.min(LOOK_UP) } else { left };
                    self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::time::Pace;

    /// Longer than any test lasts.
    const LONG: Duration = Duration::from_secs(3600);

    #[test]
    fn a_hungry_dog_bites_once() {
        let (bitten, bites) = mpsc::channel();
        let dog = SoftDog::new(Time::default());
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
        let dog = SoftDog::new(Time::default());
        dog.open(LONG, move |_| bitten.send(()).unwrap()).unwrap();
        dog.eat();
        dog.open(Duration::from_millis(1), |_| unreachable!()).unwrap();
        assert_eq!(bites.recv(), Ok(()));
    }

    #[test]
    fn time_that_is_passed_over_counts_up_to_the_bite() {
        let time = Time::new(Pace { instant: Some(Pace::SETTLING), ..Pace::default() });
        let (begin, dog) = (time.now(), SoftDog::new(time.clone()));
        let (bitten, bites) = mpsc::channel();
        let clock = time.clone();
        dog.open(LONG, move |_| bitten.send(clock.now() - begin).unwrap()).unwrap();
        time.pass_over(begin + LONG / 2);
        dog.eat();
        time.pass_over(begin + LONG);
        assert!(bites.try_recv().is_err());
        time.pass_over(begin + 3 * LONG);
        assert_eq!(bites.try_recv(), Ok(LONG + LONG / 2));
        assert!(bites.try_recv().is_err());
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
