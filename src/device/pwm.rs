//! Pulse-width modulation: what the numbers of `pwm.set` mean.

use std::{collections::BTreeMap, fmt};

/// Frequency that channel 0 divides, in Hz.
const CLOCK: i64 = 25_000_000;

/// Largest divider and largest duty of channel 0.
const MOST: (i64, i64) = (2047, 1023);

/// Periods of channel 1 in milliseconds.
const PERIODS: [i64; 8] = [125, 250, 500, 1000, 1500, 2000, 2500, 3000];

/// Microseconds of a step of the time that channel 1 is high.
const STEP: i64 = 15_600;

/// Number of channels.
pub const CHANNELS: usize = 4;

/// A signal at a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// A frequency, for what is dimmed.
    Fast {
        /// 25 MHz by this is the frequency.
        divider: i64,
        /// The part of the divider that is high.
        duty: i64,
    },
    /// A period that can be seen, for LEDs.
    Slow {
        /// Milliseconds of the period.
        period: i64,
        /// Microseconds of it that are high.
        high: i64,
    },
}

impl Signal {
    /// The signal that `pwm.set(channel, first, second)` asks for; `None` if there is none of these numbers.
    #[must_use]
    pub fn new(channel: i64, first: i64, second: i64) -> Option<Self> {
        if channel != 1 {
            let is_possible = (1..=MOST.0).contains(&first) && (0..=MOST.1).contains(&second);
            return is_possible.then_some(Signal::Fast { divider: first, duty: second });
        }
        let period = usize::try_from(first).ok().and_then(|index| PERIODS.get(index)).copied()?;
        (1..=15).contains(&second).then_some(Signal::Slow { period, high: second * STEP })
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Signal::Fast { divider, duty } => write!(f, "{} Hz, {} % high", CLOCK / divider, 100 * duty / divider),
            Signal::Slow { period, high } => write!(f, "{period} ms, of that {} ms high", high / 1000),
        }
    }
}

/// The channels: which are open, and their signals.
#[derive(Debug, Default)]
pub struct Channels {
    open: [bool; CHANNELS],
    signals: [Option<Signal>; CHANNELS],
}

impl Channels {
    /// Opens a channel. Returns false if there is no such channel.
    pub fn open(&mut self, channel: i64) -> bool {
        let open = index(channel).map(|index| &mut self.open[index]);
        open.is_some_and(|open| {
            *open = true;
            true
        })
    }

    /// Sets the signal of an open channel. Returns whether it could; the second is whether the signal is new.
    pub fn set(&mut self, channel: i64, signal: Signal) -> (bool, bool) {
        match index(channel).filter(|index| self.open[*index]) {
            Some(index) => (true, self.signals[index].replace(signal) != Some(signal)),
            None => (false, false),
        }
    }

    /// What the signals of the channels are called, by channel; those that have one.
    #[must_use]
    pub fn states(&self) -> BTreeMap<usize, String> {
        let signals = self.signals.iter().enumerate();
        signals.filter_map(|(channel, signal)| Some((channel, signal.as_ref()?.to_string()))).collect()
    }

    /// Closes a channel. Returns whether it was open.
    pub fn close(&mut self, channel: i64) -> bool {
        let Some(index) = index(channel) else { return false };
        self.signals[index] = None;
        std::mem::take(&mut self.open[index])
    }
}

fn index(channel: i64) -> Option<usize> {
    usize::try_from(channel).ok().filter(|index| *index < CHANNELS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_mean_signals() {
        let text = |channel, first, second| Signal::new(channel, first, second).map(|signal| signal.to_string());
        assert_eq!(text(0, 500, 100).as_deref(), Some("50000 Hz, 20 % high"));
        assert_eq!(text(1, 2, 8).as_deref(), Some("500 ms, of that 124 ms high"));
        for (channel, first, second) in [(0, 0, 1), (0, 2048, 1), (0, 500, 1024), (0, 500, -1), (1, 8, 1), (1, 2, 0)] {
            assert_eq!(text(channel, first, second), None, "{channel} {first} {second}");
        }
    }

    #[test]
    fn a_channel_has_to_be_open() {
        let mut channels = Channels::default();
        let signal = Signal::Fast { divider: 500, duty: 100 };
        assert_eq!(channels.set(0, signal), (false, false));
        assert!(channels.open(0));
        assert_eq!(channels.set(0, signal), (true, true));
        assert_eq!(channels.set(0, signal), (true, false));
        assert_eq!(channels.states(), BTreeMap::from([(0, "50000 Hz, 20 % high".into())]));
        assert!(channels.close(0));
        assert!(channels.states().is_empty());
        assert!(!channels.close(0));
        assert!(!channels.open(4) && !channels.open(-1));
    }
}
