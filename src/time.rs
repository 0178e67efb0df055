//! The time of a Lua state: the system's own, or one that runs at another speed, began at another date, or
//! passes over the waits in which nothing is in flight.
//!
//! # Design
//! Simulated times are [`Instant`]s too, so that what compares and adds times does not know the difference. Whoever
//! asks what time it is asks here; only a wait for the system needs [`Time::real`].

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant, SystemTime},
};

/// How a time passes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pace {
    /// How many seconds pass in one of the system's; above 0. Default: 1.
    pub speed: Option<f64>,
    /// The date at the beginning. Default: the system's.
    pub start: Option<SystemTime>,
    /// Waits are passed over; one in which somebody outside could send something after so much silence, by the
    /// system's time. Default: waits are not passed over.
    pub instant: Option<Duration>,
}

impl Pace {
    /// How long silence lasts, where nothing else is said.
    pub const SETTLING: Duration = Duration::from_millis(50);

    /// Fills what is not said from another.
    #[must_use]
    pub fn or(self, other: Pace) -> Pace {
        Pace {
            speed: self.speed.or(other.speed),
            start: self.start.or(other.start),
            instant: self.instant.or(other.instant),
        }
    }

    /// Whether it is not the system's.
    #[must_use]
    pub fn is_simulated(&self) -> bool {
        *self != Pace::default()
    }
}

/// See the module. Clones are the same time.
#[derive(Clone, Debug)]
pub struct Time(Arc<Course>);

#[derive(Debug)]
struct Course {
    speed: f64,
    /// By the system's time.
    begin: Instant,
    is_instant: AtomicBool,
    settling: Duration,
    /// What was passed over, in nanoseconds.
    passed_over: AtomicU64,
    /// The date at the beginning, unless it is the system's.
    date: Option<SystemTime>,
}

impl Default for Time {
    fn default() -> Self {
        Time::new(Pace::default())
    }
}

impl Time {
    /// A time that begins now.
    pub fn new(pace: Pace) -> Self {
        let speed = pace.speed.unwrap_or(1.0);
        // A system's clock that is set meanwhile is followed only by a time of the same speed.
        let date = pace.start.or_else(|| (speed != 1.0).then(SystemTime::now));
        Time(Arc::new(Course {
            speed,
            begin: Instant::now(),
            is_instant: AtomicBool::new(pace.instant.is_some()),
            settling: pace.instant.unwrap_or(Pace::SETTLING),
            passed_over: AtomicU64::new(0),
            date,
        }))
    }

    /// What time it is.
    #[inline]
    pub fn now(&self) -> Instant {
        self.at(Instant::now())
    }

    /// What time it is when the system's is `real`.
    #[inline]
    fn at(&self, real: Instant) -> Instant {
        let Course { speed, begin, passed_over, .. } = &*self.0;
        let passed_over = Duration::from_nanos(passed_over.load(Ordering::Relaxed));
        if *speed == 1.0 {
            return real + passed_over;
        }
        *begin + real.saturating_duration_since(*begin).mul_f64(*speed) + passed_over
    }

    /// What date and time it is, in UTC.
    pub fn date(&self) -> SystemTime {
        let Course { begin, passed_over, date, .. } = &*self.0;
        match date {
            None => SystemTime::now() + Duration::from_nanos(passed_over.load(Ordering::Relaxed)),
            Some(date) => *date + self.now().saturating_duration_since(*begin),
        }
    }

    /// How long the system has to wait until `duration` has passed.
    pub fn real(&self, duration: Duration) -> Duration {
        match self.0.speed {
            1.0 => duration,
            speed => Duration::try_from_secs_f64(duration.as_secs_f64() / speed).unwrap_or(Duration::MAX),
        }
    }

    /// How long the system has to wait until then.
    pub fn real_until(&self, then: Instant) -> Duration {
        self.real(then.saturating_duration_since(self.now()))
    }

    /// Whether waits are passed over.
    pub fn is_instant(&self) -> bool {
        self.0.is_instant.load(Ordering::Relaxed)
    }

    /// From now on waits are passed over, or are not.
    pub fn set_instant(&self, is_instant: bool) {
        self.0.is_instant.store(is_instant, Ordering::Relaxed);
    }

    /// How long silence has to last; see [`Pace::instant`].
    pub fn settling(&self) -> Duration {
        self.0.settling
    }

    /// Passes over the time until then.
    pub fn pass_over(&self, then: Instant) {
        let left = then.saturating_duration_since(self.now());
        let nanoseconds = u64::try_from(left.as_nanos()).unwrap_or(u64::MAX);
        self.0.passed_over.fetch_add(nanoseconds, Ordering::Relaxed);
    }

    /// Blocks for a time, or passes over it.
    pub fn sleep(&self, duration: Duration) {
        if self.is_instant() {
            self.pass_over(self.now() + duration);
        } else {
            thread::sleep(self.real(duration));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn the_systems_time_is_the_default() {
        let (before, time) = (Instant::now(), Time::default());
        let now = time.now();
        assert!(before <= now && now <= Instant::now());
        assert_eq!(time.real(HOUR), HOUR);
        let date = time.date();
        assert!(SystemTime::now().duration_since(date).is_ok_and(|age| age < HOUR));
    }

    #[test]
    fn what_is_passed_over_counts_for_time_and_date() {
        let time = Time::new(Pace { instant: Some(Pace::SETTLING), ..Pace::default() });
        let (now, date) = (time.now(), time.date());
        time.clone().sleep(HOUR);
        assert!(time.now() >= now + HOUR && time.now() < now + 2 * HOUR);
        assert!(time.date() >= date + HOUR && time.date() < date + 2 * HOUR);
        // The past cannot be passed over.
        time.pass_over(now);
        assert!(time.now() >= now + HOUR);
    }

    #[test]
    fn a_faster_time_needs_shorter_waits() {
        let time = Time::new(Pace { speed: Some(3600.0), ..Pace::default() });
        let now = time.now();
        assert_eq!(time.real(HOUR), Duration::from_secs(1));
        time.sleep(HOUR / 360);
        assert!(time.now() >= now + HOUR / 360);
        assert!(time.real_until(time.now() + 2 * HOUR) > Duration::from_secs(1));
        let slow = Time::new(Pace { speed: Some(0.5), ..Pace::default() });
        assert_eq!(slow.real(HOUR), 2 * HOUR);
    }

    #[test]
    fn it_begins_at_a_date() {
        let start = SystemTime::UNIX_EPOCH + 24 * HOUR;
        let time = Time::new(Pace { start: Some(start), ..Pace::default() });
        assert!(time.date() >= start && time.date() < start + HOUR);
    }
}
