//! The keep-alive of `ws:start`: when to ping and when a silent connection counts as lost.

use std::time::{Duration, Instant};

/// So many intervals without a single byte received, and the connection is lost.
const SILENT_INTERVALS: u32 = 3;

/// Ping schedule and silence limit of one open connection.
#[derive(Debug)]
pub struct Heartbeat {
    interval: Duration,
    next_ping: Instant,
    last_received: Instant,
}

/// What [`Heartbeat::beat`] asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Beat {
    /// Nothing before [`Heartbeat::deadline`].
    Wait,
    /// Send a ping.
    Ping,
    /// Nothing was received for three intervals.
    Lost,
}

impl Heartbeat {
    /// A heartbeat every `interval` for a connection opened at `now`.
    pub fn new(interval: Duration, now: Instant) -> Self {
        Heartbeat { interval, next_ping: now + interval, last_received: now }
    }

    /// Something, anything, arrived.
    pub fn received(&mut self, now: Instant) {
        self.last_received = now;
    }

    /// Decides what is due at `now`.
    pub fn beat(&mut self, now: Instant) -> Beat {
        if now >= self.last_received + self.interval * SILENT_INTERVALS {
            return Beat::Lost;
        }
        if now >= self.next_ping {
            // From now, not from the schedule: a stalled host must not send a burst.
            self.next_ping = now + self.interval;
            return Beat::Ping;
        }
        Beat::Wait
    }

    /// When [`beat`](Self::beat) has to be called next.
    pub fn deadline(&self) -> Instant {
        self.next_ping.min(self.last_received + self.interval * SILENT_INTERVALS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn pings_each_interval_and_no_burst_after_a_stall() {
        let start = Instant::now();
        let mut heartbeat = Heartbeat::new(10 * SECOND, start);
        assert_eq!(heartbeat.beat(start + 9 * SECOND), Beat::Wait);
        assert_eq!(heartbeat.deadline(), start + 10 * SECOND);
        assert_eq!(heartbeat.beat(start + 10 * SECOND), Beat::Ping);
        heartbeat.received(start + 11 * SECOND);
        assert_eq!(heartbeat.beat(start + 35 * SECOND), Beat::Ping);
        assert_eq!(heartbeat.beat(start + 36 * SECOND), Beat::Wait);
    }

    #[test]
    fn three_silent_intervals_mean_lost() {
        let start = Instant::now();
        let mut heartbeat = Heartbeat::new(10 * SECOND, start);
        heartbeat.received(start + 5 * SECOND);
        assert_eq!(heartbeat.beat(start + 20 * SECOND), Beat::Ping);
        assert_eq!(heartbeat.beat(start + 30 * SECOND), Beat::Ping);
        assert_eq!(heartbeat.deadline(), start + 35 * SECOND);
        assert_eq!(heartbeat.beat(start + 35 * SECOND), Beat::Lost);
    }
}
