//! The time of a Lua state: the system's own, or one that runs at another speed, began at another date, or
//! passes over the waits in which nothing is in flight.
//!
//! # Design
//! Simulated times are [`Instant`]s too, so that what compares and adds times does not know the difference. Whoever
//! asks what time it is asks here; only a wait for the system needs [`Time::real`].
//!
//! A time that passes over waits stands still while the script computes, so that what a script does at one time is the
//! same in each run. It passes while the system is waited for ([`Time::while_waiting`]), and where a script asks again
//! and again what time it is ([`Time::asked`]).

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering},
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

/// How often a script may ask what time it is, or what has come, between two waits until asking makes time pass.
const PATIENCE: u32 = 10_000;

/// How much time passes then by each question.
const QUESTION: Duration = Duration::from_millis(1);

/// Longest part of a sleep by the system's time: what interrupts it is handled behind it.
const NAP: Duration = Duration::from_millis(50);

/// Longest part of a sleep that is passed over.
const DAY: Duration = Duration::from_secs(86_400);

/// Something that falls due at a time, also at one that is passed over. Any thread may ask it.
pub trait Alarm: Send + Sync {
    /// When it falls due; `None` for never.
    fn due(&self) -> Option<Instant>;

    /// It falls due now, and is due no more.
    fn ring(&self);
}

/// See the module. Clones are the same time.
#[derive(Clone)]
pub struct Time(Arc<Course>);

/// See [`Course::stands_since`].
const PASSES: u64 = u64::MAX;

struct Course {
    speed: f64,
    /// By the system's time.
    begin: Instant,
    /// When it last began to stand still, in nanoseconds after `begin`; [`PASSES`] while it passes by itself.
    stands_since: AtomicU64,
    settling: Duration,
    /// What was passed over, in nanoseconds, less what was not to count.
    passed_over: AtomicI64,
    /// Questions since the last wait.
    questions: AtomicU32,
    /// The date at the beginning.
    date: SystemTime,
    /// As long as this time is the system's, its date is too: a system's clock that is set is followed.
    follows_system: bool,
    alarm: Mutex<Option<Weak<dyn Alarm>>>,
}

impl fmt::Debug for Time {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Time").field(&self.now()).finish()
    }
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
        Time(Arc::new(Course {
            speed,
            begin: Instant::now(),
            stands_since: AtomicU64::new(if pace.instant.is_some() { 0 } else { PASSES }),
            settling: pace.instant.unwrap_or(Pace::SETTLING),
            passed_over: AtomicI64::new(0),
            questions: AtomicU32::new(0),
            date: pace.start.unwrap_or_else(SystemTime::now),
            follows_system: pace.start.is_none() && speed == 1.0,
            alarm: Mutex::default(),
        }))
    }

    /// What time it is.
    #[inline]
    pub fn now(&self) -> Instant {
        let Course { speed, begin, stands_since, passed_over, .. } = &*self.0;
        let real = match stands_since.load(Ordering::Relaxed) {
            PASSES => Instant::now(),
            since => *begin + Duration::from_nanos(since),
        };
        let passed = if *speed == 1.0 { real } else { *begin + real.saturating_duration_since(*begin).mul_f64(*speed) };
        match passed_over.load(Ordering::Relaxed) {
            over @ 0.. => passed + Duration::from_nanos(over.unsigned_abs()),
            under => passed - Duration::from_nanos(under.unsigned_abs()),
        }
    }

    /// What date and time it is, in UTC.
    pub fn date(&self) -> SystemTime {
        let Course { begin, stands_since, passed_over, date, follows_system, .. } = &*self.0;
        let is_systems = stands_since.load(Ordering::Relaxed) == PASSES && passed_over.load(Ordering::Relaxed) == 0;
        if is_systems && *follows_system {
            return SystemTime::now();
        }
        *date + self.now().saturating_duration_since(*begin)
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

    /// Whether it passes otherwise than the system's, or has another date.
    pub fn is_simulated(&self) -> bool {
        !self.0.follows_system || self.is_instant()
    }

    /// Whether waits are passed over.
    pub fn is_instant(&self) -> bool {
        self.0.stands_since.load(Ordering::Relaxed) != PASSES
    }

    /// From now on waits are passed over, or are not.
    pub fn set_instant(&self, is_instant: bool) {
        match (self.is_instant(), is_instant) {
            (false, true) => self.0.stands_since.store(self.real_nanoseconds(), Ordering::Relaxed),
            (true, false) => self.pass(),
            _ => {}
        }
    }

    /// Lets time pass by itself, from where it stands.
    fn pass(&self) {
        let since = self.0.stands_since.load(Ordering::Relaxed);
        let stood = Duration::from_nanos(self.real_nanoseconds().saturating_sub(since));
        self.0.passed_over.fetch_sub(nanoseconds(stood.mul_f64(self.0.speed)), Ordering::Relaxed);
        self.0.stands_since.store(PASSES, Ordering::Relaxed);
    }

    fn real_nanoseconds(&self) -> u64 {
        nanoseconds(self.0.begin.elapsed()).unsigned_abs()
    }

    /// Waits for the system, by `wait`: meanwhile time passes in any case.
    pub fn while_waiting<T>(&self, wait: impl FnOnce() -> T) -> T {
        if !self.is_instant() {
            return wait();
        }
        self.pass();
        let result = wait();
        self.set_instant(true);
        result
    }

    /// The script has asked what time it is, or whether a message is there, without waiting for one. A script that asks
    /// until it is late enough needs time that passes.
    pub fn asked(&self) {
        if self.is_instant() && self.0.questions.fetch_add(1, Ordering::Relaxed) >= PATIENCE {
            self.pass_over(self.now() + QUESTION);
        }
    }

    /// The script waits: what it has asked before does not count.
    pub fn forget_questions(&self) {
        self.0.questions.store(0, Ordering::Relaxed);
    }

    /// How long silence has to last; see [`Pace::instant`].
    pub fn settling(&self) -> Duration {
        self.0.settling
    }

    /// Sets the alarm of this time, in place of the one before.
    pub fn set_alarm(&self, alarm: Weak<dyn Alarm>) {
        *self.0.alarm.lock().unwrap_or_else(PoisonError::into_inner) = Some(alarm);
    }

    fn alarm(&self) -> Option<Arc<dyn Alarm>> {
        self.0.alarm.lock().unwrap_or_else(PoisonError::into_inner).as_ref()?.upgrade()
    }

    /// Passes over the time until then, or until an alarm that falls due before that, and has it ring. Returns whether
    /// all of the time has passed.
    pub fn pass_over(&self, then: Instant) -> bool {
        if let Some(alarm) = self.alarm()
            && let Some(due) = alarm.due().filter(|due| *due <= then)
        {
            self.jump(due);
            alarm.ring();
            return false;
        }
        self.jump(then);
        true
    }

    fn jump(&self, then: Instant) {
        let left = then.saturating_duration_since(self.now());
        let add = |over: i64| Some(over.saturating_add(nanoseconds(left)));
        // It always adds.
        let _ = self.0.passed_over.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }

    /// Blocks for a time, but not for long, or passes over it. Returns how much of it has passed.
    pub fn sleep_for_a_part(&self, duration: Duration) -> Duration {
        let longest = if self.is_instant() { DAY } else { NAP.mul_f64(self.0.speed) };
        let part = duration.min(longest);
        self.sleep(part);
        part
    }

    /// Blocks for a time, or passes over it.
    pub fn sleep(&self, duration: Duration) {
        if self.is_instant() {
            let then = self.now() + duration;
            while !self.pass_over(then) {}
        } else {
            thread::sleep(self.real(duration));
        }
    }
}

fn nanoseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
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
    fn it_stands_still_but_for_waits_and_questions() {
        let time = Time::new(Pace { instant: Some(Pace::SETTLING), ..Pace::default() });
        let now = time.now();
        thread::sleep(Duration::from_millis(5));
        assert_eq!(time.now(), now);
        time.while_waiting(|| thread::sleep(Duration::from_millis(5)));
        let later = time.now();
        assert!(later >= now + Duration::from_millis(5));
        assert_eq!(time.now(), later);
        (0..PATIENCE).for_each(|_| time.asked());
        assert_eq!(time.now(), later);
        (0..5).for_each(|_| time.asked());
        assert_eq!(time.now(), later + 5 * QUESTION);
        time.forget_questions();
        time.asked();
        assert_eq!(time.now(), later + 5 * QUESTION);
        time.set_instant(false);
        let passing = time.now();
        thread::sleep(Duration::from_millis(5));
        assert!(passing >= later && time.now() >= passing + Duration::from_millis(5));
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
