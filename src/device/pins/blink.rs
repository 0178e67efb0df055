//! Recognises that a pin blinks, so that an observer hears of the pattern and not of every edge.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    time::Duration,
};

use serde::Serialize;

/// Two times are alike that differ by no more than this, or by a quarter of the longer one.
const TOLERANCE: Duration = Duration::from_millis(30);

/// Phases of the two cycles that have to be alike.
const PHASES: usize = 4;

/// How a pin blinks from now on, or that it no longer does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// It blinks: how long it is high, and how long low.
    Blinks {
        /// High for that long.
        on: Duration,
        /// Low for that long.
        off: Duration,
    },
    /// It has stopped blinking and stays high (true) or low.
    Stays(bool),
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pattern::Blinks { on, off } => {
                write!(f, "blinks {} ms on, {} ms off", on.as_millis(), off.as_millis())
            }
            Pattern::Stays(level) => write!(f, "stays {}", if *level { "on" } else { "off" }),
        }
    }
}

/// A pin that blinks, as an observer sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LedState {
    /// Milliseconds that it is high.
    pub on: u64,
    /// Milliseconds that it is low then.
    pub off: u64,
}

/// What an edge means to an observer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edge {
    /// It stands for itself.
    Alone,
    /// It belongs to a pattern that the observer knows.
    Known,
    /// It completes a pattern.
    Completes(Pattern),
}

/// The pins that have changed, and how.
#[derive(Debug, Default)]
pub struct Blinks(BTreeMap<i64, Pin>);

#[derive(Debug, Default)]
struct Pin {
    /// Since when it has its level, and which.
    since: Option<(Duration, bool)>,
    /// How long the last phases were, the newest last.
    phases: VecDeque<Duration>,
    blinks: bool,
}

impl Blinks {
    /// A pin gets another level, at a time since the start.
    pub fn note(&mut self, pin: i64, level: bool, at: Duration) -> Edge {
        self.0.entry(pin).or_default().note(level, at)
    }

    /// A pin is used as something else: nothing is known of it.
    pub fn forget(&mut self, pin: i64) {
        self.0.remove(&pin);
    }

    /// The pins that blink, and how.
    #[must_use]
    pub fn blinking(&self) -> BTreeMap<i64, LedState> {
        self.0.iter().filter_map(|(number, pin)| Some((*number, pin.pattern()?))).collect()
    }

    /// The pins that blinked and have not changed for too long, each once.
    pub fn stopped(&mut self, at: Duration) -> Vec<(i64, Pattern)> {
        let pins = self.0.iter_mut();
        pins.filter_map(|(number, pin)| pin.stopped(at).map(|level| (*number, Pattern::Stays(level)))).collect()
    }
}

impl Pin {
    fn note(&mut self, level: bool, at: Duration) -> Edge {
        let Some((since, _)) = self.since.replace((at, level)) else { return Edge::Alone };
        let phase = at.saturating_sub(since);
        if self.blinks && self.phases.get(PHASES - 2).is_some_and(|expected| is_alike(*expected, phase)) {
            self.push(phase);
            return Edge::Known;
        }
        if self.blinks {
            *self = Pin { since: self.since, ..Pin::default() };
            return Edge::Alone;
        }
        self.push(phase);
        let [first, second, third, fourth] = *self.phases.make_contiguous() else { return Edge::Alone };
        if !is_alike(first, third) || !is_alike(second, fourth) {
            return Edge::Alone;
        }
        self.blinks = true;
        self.pattern().map_or(Edge::Alone, |LedState { on, off }| {
            let [on, off] = [on, off].map(Duration::from_millis);
            Edge::Completes(Pattern::Blinks { on, off })
        })
    }

    /// How it blinks, if it does.
    fn pattern(&self) -> Option<LedState> {
        let (_, level) = self.since.filter(|_| self.blinks)?;
        let mean = |index: usize| Some((*self.phases.get(index)? + *self.phases.get(index + 2)?) / 2);
        // The phase that has just ended had the other level.
        let (on, off) = if level { (mean(0)?, mean(1)?) } else { (mean(1)?, mean(0)?) };
        Some(LedState { on: rounded(on), off: rounded(off) })
    }

    fn push(&mut self, phase: Duration) {
        if self.phases.len() == PHASES {
            self.phases.pop_front();
        }
        self.phases.push_back(phase);
    }

    /// The level that it stays at, if it blinked and is overdue.
    fn stopped(&mut self, at: Duration) -> Option<bool> {
        let (since, level) = self.since.filter(|_| self.blinks)?;
        let expected = *self.phases.get(PHASES - 2)?;
        let lasts = at.saturating_sub(since);
        if lasts <= expected || is_alike(expected, lasts) {
            return None;
        }
        *self = Pin { since: self.since, ..Pin::default() };
        Some(level)
    }
}

fn is_alike(a: Duration, b: Duration) -> bool {
    a.abs_diff(b) <= TOLERANCE.max(a.max(b) / 4)
}

/// Milliseconds, to 10 where that is less than the tolerance by far: a timer is never quite on time.
fn rounded(time: Duration) -> u64 {
    let ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    if ms < 100 { ms } else { ms.saturating_add(5) / 10 * 10 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    /// What the edges of pin 1 mean that come at these times, the first to high.
    fn edges(blinks: &mut Blinks, times: &[u64]) -> Vec<Edge> {
        times.iter().zip([true, false].into_iter().cycle()).map(|(at, level)| blinks.note(1, level, ms(*at))).collect()
    }

    fn blinks(on: u64, off: u64) -> Edge {
        Edge::Completes(Pattern::Blinks { on: ms(on), off: ms(off) })
    }

    #[test]
    fn two_alike_cycles_are_a_pattern() {
        let seen = edges(&mut Blinks::default(), &[0, 301, 4000, 4302, 8005, 8300, 12_000]);
        let alone = || Edge::Alone;
        assert_eq!(seen, [alone(), alone(), alone(), alone(), blinks(300, 3700), Edge::Known, Edge::Known]);
    }

    #[test]
    fn a_pattern_that_begins_with_a_pause_is_the_same() {
        let mut pins = Blinks::default();
        pins.note(1, false, ms(0));
        let seen = edges(&mut pins, &[3700, 4000, 7700, 8000]);
        assert_eq!(seen[3], blinks(300, 3700));
    }

    #[test]
    fn another_pattern_is_told_once_it_is_one() {
        let mut pins = Blinks::default();
        edges(&mut pins, &[0, 100, 200, 300, 400]);
        let seen = edges(&mut pins, &[401, 1400, 2400, 3400, 4400, 5400]);
        assert_eq!(seen.iter().filter(|edge| matches!(edge, Edge::Completes(_))).count(), 1);
        assert_eq!(seen[4..], [blinks(1000, 1000), Edge::Known]);
    }

    #[test]
    fn irregular_edges_stand_for_themselves() {
        let seen = edges(&mut Blinks::default(), &[0, 100, 1000, 1500, 1600, 4000, 4100]);
        assert!(seen.iter().all(|edge| *edge == Edge::Alone), "{seen:?}");
    }

    #[test]
    fn a_pin_that_stops_is_told_once() {
        let mut pins = Blinks::default();
        edges(&mut pins, &[0, 100, 200, 300, 400]);
        assert_eq!(pins.stopped(ms(520)), []);
        assert_eq!(pins.stopped(ms(600)), [(1, Pattern::Stays(true))]);
        assert_eq!(pins.stopped(ms(900)), []);
    }

    #[test]
    fn a_pin_of_another_use_begins_anew() {
        let mut pins = Blinks::default();
        edges(&mut pins, &[0, 100, 200, 300, 400]);
        pins.forget(1);
        assert_eq!(edges(&mut pins, &[500]), [Edge::Alone]);
        assert_eq!(pins.stopped(ms(9000)), []);
    }
}
