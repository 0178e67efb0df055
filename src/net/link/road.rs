//! One direction of the link: when what is sent now leaves and arrives.

use std::time::{Duration, Instant};

use crate::device::conditions::Conditions;

/// Shortest wait before lost bytes are sent again: that of Linux. RFC 6298 section 2.4 recommends a second.
const MIN_RETRANSMISSION: Duration = Duration::from_millis(200);

/// The wait before a lost request for a connection is sent again (RFC 6298 section 2.1).
const SYN_RETRANSMISSION: Duration = Duration::from_secs(1);

/// How often the same bytes are sent again before TCP gives up: 14 minutes if nothing else delays them.
const MAX_RETRANSMISSIONS: u32 = 12;

/// How far the line may be booked before further bytes have to wait outside.
const MAX_BACKLOG: Duration = Duration::from_millis(200);

/// The line that the connections share in one direction.
#[derive(Debug, Default)]
pub struct Way {
    /// When everything that was sent has left, where there is a rate.
    free_at: Option<Instant>,
}

/// The line under the present conditions, at a time.
pub struct Road<'a> {
    /// The conditions.
    pub conditions: Conditions,
    /// Tells these conditions from earlier ones.
    pub version: u64,
    /// The line.
    pub way: &'a mut Way,
    /// The present.
    pub now: Instant,
    /// Makes numbers from 0 to 1 (exclusive).
    pub random: &'a mut dyn FnMut() -> f64,
}

/// What becomes of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage {
    /// When its last byte is on the line.
    pub left: Instant,
    /// When it arrives.
    pub due: Instant,
    /// It does not: then the sender gives up.
    pub is_lost: bool,
}

impl Road<'_> {
    /// Sends a packet of a stream, again if it is lost.
    pub fn send_segment(&mut self, size: usize) -> Passage {
        let left = self.occupy(size);
        let (delay, is_lost) =
            resent(&self.conditions, retransmission_time(&self.conditions, MIN_RETRANSMISSION), self.random);
        Passage { left, due: left + delay + flight(&self.conditions, self.random), is_lost }
    }

    /// Sends a datagram.
    pub fn send_datagram(&mut self, size: usize) -> Passage {
        let left = self.occupy(size);
        let is_lost = is_lost(&self.conditions, self.random);
        Passage { left, due: left + flight(&self.conditions, self.random), is_lost }
    }

    /// When the line takes more bytes of a sender whose last ones leave at `left`: `None` for now. Each sender may
    /// have bytes before the line, so that they take turns.
    pub fn room_at(&self, left: Option<Instant>) -> Option<Instant> {
        let is_due = |at: &Instant| *at > self.now;
        let free = self.way.free_at.and_then(|at| at.checked_sub(MAX_BACKLOG)).filter(is_due)?;
        Some(left.filter(is_due)?.min(free))
    }

    fn occupy(&mut self, size: usize) -> Instant {
        let Some(rate) = self.conditions.rate else { return self.now };
        let time = Duration::from_secs_f64(size as f64 / rate.get() as f64);
        let left = self.way.free_at.map_or(self.now, |at| at.max(self.now)) + time;
        self.way.free_at = Some(left);
        left
    }
}

/// How long the request for a TCP connection and the answer, or those of a name server, are on their way.
pub fn round_trip(conditions: &Conditions, random: &mut dyn FnMut() -> f64) -> Duration {
    let (lost, _) = resent(conditions, SYN_RETRANSMISSION, random);
    lost + flight(conditions, random) + flight(conditions, random)
}

fn is_lost(conditions: &Conditions, random: &mut dyn FnMut() -> f64) -> bool {
    conditions.loss > 0.0 && random() < conditions.loss
}

/// How long one packet is on its way.
fn flight(conditions: &Conditions, random: &mut dyn FnMut() -> f64) -> Duration {
    if conditions.jitter.is_zero() {
        return conditions.latency;
    }
    let shift = conditions.jitter.mul_f64(2.0 * random());
    (conditions.latency + shift).saturating_sub(conditions.jitter)
}

/// How much later a packet arrives because it is lost, perhaps more than once, and whether the sender gives up.
fn resent(conditions: &Conditions, first: Duration, random: &mut dyn FnMut() -> f64) -> (Duration, bool) {
    let mut delay = Duration::ZERO;
    for count in 0..MAX_RETRANSMISSIONS {
        if !is_lost(conditions, random) {
            return (delay, false);
        }
        delay += first * 2_u32.pow(count);
    }
    (delay, true)
}

/// RFC 6298 section 2 in a network whose round trip is known.
fn retransmission_time(conditions: &Conditions, least: Duration) -> Duration {
    (2 * (conditions.latency + conditions.jitter)).max(least)
}

#[cfg(test)]
pub mod tests {
    use std::num::NonZeroU64;

    use super::*;

    pub const MS: Duration = Duration::from_millis(1);

    /// A road with `rate`, and random numbers that are always `number`.
    fn send<T>(
        conditions: Conditions,
        way: &mut Way,
        now: Instant,
        number: f64,
        act: impl FnOnce(&mut Road<'_>) -> T,
    ) -> T {
        act(&mut Road { conditions, version: 0, way, now, random: &mut || number })
    }

    #[test]
    fn latency_and_jitter_add_up() {
        let conditions = Conditions { latency: 100 * MS, jitter: 30 * MS, ..Conditions::default() };
        let now = Instant::now();
        for (number, delay) in [(0.0, 70), (0.5, 100), (0.75, 115)] {
            let passage = send(conditions, &mut Way::default(), now, number, |road| road.send_datagram(1));
            assert_eq!(passage, Passage { left: now, due: now + delay * MS, is_lost: false });
        }
        let conditions = Conditions { jitter: 30 * MS, ..Conditions::default() };
        let passage = send(conditions, &mut Way::default(), now, 0.0, |road| road.send_segment(1));
        assert_eq!(passage.due, now);
    }

    #[test]
    fn packets_leave_one_after_the_other() {
        let conditions = Conditions { latency: 100 * MS, rate: NonZeroU64::new(1000), ..Conditions::default() };
        let (now, mut way) = (Instant::now(), Way::default());
        for index in 1..=3 {
            let passage = send(conditions, &mut way, now, 0.0, |road| road.send_segment(150));
            assert_eq!(passage.left, now + index * 150 * MS);
            assert_eq!(passage.due, now + index * 150 * MS + 100 * MS);
        }
        // Booked for 450 ms: a sender without bytes before the line may send, one with some has to wait.
        assert_eq!(send(conditions, &mut way, now, 0.0, |road| road.room_at(None)), None);
        assert_eq!(send(conditions, &mut way, now, 0.0, |road| road.room_at(Some(now))), None);
        let room =
            |left| send(conditions, &mut Way { free_at: way.free_at }, now, 0.0, |road| road.room_at(Some(left)));
        assert_eq!(room(now + 450 * MS), Some(now + 250 * MS));
        assert_eq!(room(now + 150 * MS), Some(now + 150 * MS));
        let later = now + 1000 * MS;
        assert_eq!(send(conditions, &mut way, later, 0.0, |road| road.send_segment(1).left), later + MS);
    }

    #[test]
    fn what_is_lost_of_a_stream_is_sent_again_ever_later() {
        let conditions = Conditions { latency: 50 * MS, loss: 0.5, ..Conditions::default() };
        let now = Instant::now();
        let numbers = |list: &'static [f64]| {
            let mut numbers = list.iter().copied();
            move || numbers.next().unwrap()
        };
        let due = |list| {
            let mut way = Way::default();
            let mut random = numbers(list);
            Road { conditions, version: 0, way: &mut way, now, random: &mut random }.send_segment(1).due - now
        };
        assert_eq!(due(&[0.5]), 50 * MS);
        assert_eq!(due(&[0.4, 0.9]), 250 * MS);
        assert_eq!(due(&[0.4, 0.4, 0.4, 0.5]), 1450 * MS);
        let far = Conditions { latency: 300 * MS, ..conditions };
        let mut random = numbers(&[0.0, 0.5]);
        let passage =
            Road { conditions: far, version: 0, way: &mut Way::default(), now, random: &mut random }.send_segment(1);
        assert_eq!(passage.due, now + 900 * MS);
    }

    #[test]
    fn where_everything_is_lost_the_sender_gives_up() {
        let conditions = Conditions { loss: 1.0, ..Conditions::default() };
        let (now, mut way) = (Instant::now(), Way::default());
        let passage = send(conditions, &mut way, now, 0.999, |road| road.send_segment(1));
        assert!(passage.is_lost && passage.due > now + 600_000 * MS);
        assert!(send(conditions, &mut way, now, 0.999, |road| road.send_datagram(1)).is_lost);
        assert!(round_trip(&conditions, &mut || 0.999) > 1000 * 1000 * MS);
        let conditions = Conditions { loss: 0.0, ..Conditions::default() };
        assert!(!send(conditions, &mut way, now, 0.0, |road| road.send_datagram(1)).is_lost);
    }

    #[test]
    fn a_round_trip_is_there_and_back() {
        let conditions = Conditions { latency: 100 * MS, loss: 0.5, ..Conditions::default() };
        assert_eq!(round_trip(&conditions, &mut || 0.5), 200 * MS);
        let mut numbers = [0.0, 0.0, 0.5].into_iter();
        assert_eq!(round_trip(&conditions, &mut || numbers.next().unwrap()), 3200 * MS);
    }
}
