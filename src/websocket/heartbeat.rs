//! The keep-alive of `ws:start`: when to ping and when a silent connection counts as lost.

use std::time::{Duration, Instant};

/// Intervals without received data after which the connection counts as lost.
const SILENT_INTERVALS: u32 = 3;

/// Intervals for which a ping must have gone unanswered before the connection counts as lost: after
/// our own stall the peer gets a chance to answer first.
const UNANSWERED_INTERVALS: u32 = 2;

/// Ping schedule and silence limit of one open connection.
#[derive(Debug)]
pub struct Heartbeat {
    interval: Duration,
    next_ping: Instant,
    last_received: Instant,
    /// When the oldest ping was sent after which nothing was received.
    unanswered_since: Option<Instant>,
}

/// What [`Heartbeat::beat`] asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Beat {
    /// Nothing before [`Heartbeat::deadline`].
    Wait,
    /// Send a ping.
    Ping,
    /// The peer is silent: nothing was received for three intervals, not even answers to pings.
    Lost,
}

impl Heartbeat {
    /// A heartbeat every `interval` for a connection opened at `now`.
    pub fn new(interval: Duration, now: Instant) -> Self {
        Heartbeat { interval, next_ping: now + interval, last_received: now, unanswered_since: None }
    }

    /// Something, anything, arrived.
    pub fn received(&mut self, now: Instant) {
        self.last_received = now;
        self.unanswered_since = None;
    }

    /// Decides what is due at `now`. Call it after everything that has arrived by then was reported
    /// with [`received`](Self::received).
    pub fn beat(&mut self, now: Instant) -> Beat {
        if self.lost_at().is_some_and(|at| now >= at) {
            return Beat::Lost;
        }
        if now >= self.next_ping {
            // From now, not from the schedule: a stalled host must not send a burst.
            self.next_ping = now + self.interval;
            self.unanswered_since.get_or_insert(now);
            return Beat::Ping;
        }
        Beat::Wait
    }

    /// When [`beat`](Self::beat) has to be called next.
    pub fn deadline(&self) -> Instant {
        self.lost_at().map_or(self.next_ping, |at| at.min(self.next_ping))
    }

    /// When the connection counts as lost unless something arrives. A ping must have been sent:
    /// without one, a peer may rightly be silent.
    fn lost_at(&self) -> Option<Instant> {
        let pinged = self.unanswered_since? + self.interval * UNANSWERED_INTERVALS;
        Some(pinged.max(self.last_received + self.interval * SILENT_INTERVALS))
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
    fn a_stall_of_ours_is_not_the_peers_silence() {
        let start = Instant::now();
        let mut heartbeat = Heartbeat::new(10 * SECOND, start);
        // The script computes for a minute: no ping was sent that the peer could have answered.
        assert_eq!(heartbeat.beat(start + 60 * SECOND), Beat::Ping);
        assert_eq!(heartbeat.beat(start + 70 * SECOND), Beat::Ping);
        heartbeat.received(start + 71 * SECOND);
        assert_eq!(heartbeat.beat(start + 80 * SECOND), Beat::Ping);
        assert_eq!(heartbeat.beat(start + 90 * SECOND), Beat::Ping);
        assert_eq!(heartbeat.deadline(), start + 100 * SECOND);
        assert_eq!(heartbeat.beat(start + 101 * SECOND), Beat::Lost);
    }

    #[test]
    fn three_silent_intervals_mean_lost() {
        let start = Instant::now();
        let mut heartbeat = Heartbeat::new(10 * SECOND, start);
        heartbeat.received(start + 5 * SECOND);
        assert_eq!(heartbeat.beat(start + 10 * SECOND), Beat::Ping);
        assert_eq!(heartbeat.beat(start + 20 * SECOND), Beat::Ping);
        assert_eq!(heartbeat.beat(start + 30 * SECOND), Beat::Ping);
        assert_eq!(heartbeat.deadline(), start + 35 * SECOND);
        assert_eq!(heartbeat.beat(start + 35 * SECOND), Beat::Lost);
    }
}
