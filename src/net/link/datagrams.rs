//! The datagrams of one socket that are on their way, in each direction. They may overtake one another.

use std::{collections::BTreeMap, time::Instant};

use super::{Direction, Link, road::Road};

/// About the most bytes that are on their way in one direction.
const CAPACITY: usize = 128 * 1024;

/// What a datagram costs of the capacity beside its bytes.
const OVERHEAD: usize = 64;

/// One direction.
#[derive(Debug, Default)]
struct Lane {
    /// By their arrival, and among those of the same time in their order.
    queue: BTreeMap<(Instant, u64), Vec<u8>>,
    cost: usize,
    sent: u64,
    /// When the last one has left.
    left: Option<Instant>,
    /// When there is room for more.
    room_at: Option<Instant>,
    /// Somebody waits for what is `room_at`.
    is_full: bool,
    version: u64,
}

impl Lane {
    /// Sends one, unless there is no room. Returns whether it did.
    fn send(&mut self, bytes: &[u8], road: &mut Road<'_>) -> bool {
        self.adapt(road);
        if !self.has_room(road) {
            return false;
        }
        let passage = road.send_datagram(bytes.len());
        self.left = Some(passage.left);
        if !passage.is_lost {
            self.cost += OVERHEAD + bytes.len();
            self.queue.insert((passage.due, self.sent), bytes.to_vec());
            self.sent += 1;
        }
        true
    }

    fn has_room(&mut self, road: &Road<'_>) -> bool {
        self.room_at = if self.cost >= CAPACITY { self.next_arrival() } else { road.room_at(self.left) };
        self.is_full = self.room_at.is_some();
        !self.is_full
    }

    /// Under new conditions none arrives later than it would have.
    fn adapt(&mut self, road: &mut Road<'_>) {
        if self.version == road.version {
            return;
        }
        (self.version, self.left) = (road.version, None);
        for ((due, order), bytes) in std::mem::take(&mut self.queue) {
            let passage = road.send_datagram(bytes.len());
            self.left = Some(passage.left);
            self.queue.insert((due.min(passage.due), order), bytes);
        }
    }

    fn first(&self, now: Instant) -> Option<&Vec<u8>> {
        self.queue.first_key_value().filter(|((due, _), _)| *due <= now).map(|(_, bytes)| bytes)
    }

    fn take(&mut self) -> Option<Vec<u8>> {
        let (_, bytes) = self.queue.pop_first()?;
        self.cost -= OVERHEAD + bytes.len();
        Some(bytes)
    }

    fn next_arrival(&self) -> Option<Instant> {
        self.queue.first_key_value().map(|((due, _), _)| *due)
    }
}

/// Both directions.
///
/// # Design
/// Edge-triggered as a [`Duplex`](super::Duplex) is. What there is no room for stays where it is: outgoing
/// datagrams with their sender, incoming ones in the system, which drops what it has no room for.
#[derive(Debug, Default)]
pub struct DatagramLanes {
    outgoing: Lane,
    incoming: Lane,
    /// The system takes no more; an event says when it does.
    is_blocked: bool,
    /// Whoever reads has found nothing since something was there.
    awaits_datagrams: bool,
}

impl DatagramLanes {
    /// Sends one, unless there is no room. Returns whether it did.
    pub fn send(&mut self, bytes: &[u8], link: &Link) -> bool {
        link.with_road(Direction::Up, |road| self.outgoing.send(bytes, road))
    }

    /// One comes in from the system.
    pub fn come_in(&mut self, bytes: &[u8], link: &Link) {
        link.with_road(Direction::Down, |road| self.incoming.send(bytes, road));
    }

    /// Whether more may come in.
    pub fn has_room(&mut self, link: &Link) -> bool {
        link.with_road(Direction::Down, |road| {
            self.incoming.adapt(road);
            self.incoming.has_room(road)
        })
    }

    /// Takes one that has arrived.
    pub fn receive(&mut self, link: &Link) -> Option<Vec<u8>> {
        self.awaits_datagrams = self.incoming.first(link.time.now()).is_none();
        if self.awaits_datagrams { None } else { self.incoming.take() }
    }

    /// The system may take more.
    pub fn ready(&mut self) {
        self.is_blocked = false;
    }

    /// Gives those to `give` that are to leave now, until it returns false because the system takes no more.
    /// Returns whether something has changed for whoever waits to send or to receive.
    pub fn advance(&mut self, link: &Link, mut give: impl FnMut(&[u8]) -> bool) -> bool {
        link.with_road(Direction::Up, |road| self.outgoing.adapt(road));
        link.with_road(Direction::Down, |road| self.incoming.adapt(road));
        while !self.is_blocked
            && let Some(bytes) = self.outgoing.first(link.time.now())
        {
            self.is_blocked = !give(bytes);
            if !self.is_blocked {
                self.outgoing.take();
            }
        }
        let is_readable = self.awaits_datagrams
            && (self.incoming.first(link.time.now()).is_some() || self.incoming.is_full && self.has_room(link));
        let is_writable = self.outgoing.is_full && link.with_road(Direction::Up, |road| self.outgoing.has_room(road));
        self.awaits_datagrams &= !is_readable;
        is_readable || is_writable
    }

    /// When [`advance`](Self::advance) has something to do, if not when the socket is ready.
    pub fn deadline(&self) -> Option<Instant> {
        let leaves = self.outgoing.next_arrival().filter(|_| !self.is_blocked);
        let has_room = self.outgoing.room_at.filter(|_| self.outgoing.is_full && !self.is_blocked);
        let arrives = self.incoming.next_arrival().filter(|_| self.awaits_datagrams);
        let continues = self.incoming.room_at.filter(|_| self.incoming.is_full && self.awaits_datagrams);
        [leaves, has_room, arrives, continues].into_iter().flatten().min()
    }

    /// Whether something that was sent has not left.
    pub fn is_leaving(&self) -> bool {
        !self.outgoing.queue.is_empty()
    }

    /// Whether it holds nothing, so that the socket may be used directly.
    pub fn is_idle(&self) -> bool {
        let is_empty = |lane: &Lane| lane.queue.is_empty() && !lane.is_full;
        is_empty(&self.outgoing) && is_empty(&self.incoming)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::road::{Way, tests::MS},
        *,
    };
    use crate::device::conditions::Conditions;

    #[test]
    fn jitter_reorders_and_loss_loses() {
        let now = Instant::now();
        let mut lane = Lane::default();
        let mut send = |bytes: &[u8], numbers: &'static [f64]| {
            let mut numbers = numbers.iter().copied();
            let conditions = Conditions { latency: 100 * MS, jitter: 50 * MS, loss: 0.5, ..Conditions::default() };
            let mut random = || numbers.next().unwrap();
            let mut road = Road { conditions, version: 0, way: &mut Way::default(), now, random: &mut random };
            assert!(lane.send(bytes, &mut road));
        };
        send(b"first", &[0.5, 0.9]);
        send(b"lost", &[0.4, 0.5]);
        send(b"second", &[0.5, 0.1]);
        assert_eq!(lane.first(now + 59 * MS), None);
        assert_eq!(lane.first(now + 60 * MS).unwrap(), b"second");
        lane.take();
        assert_eq!(lane.next_arrival(), Some(now + 140 * MS));
        lane.take();
        assert_eq!((lane.next_arrival(), lane.cost), (None, 0));
    }

    #[test]
    fn memory_is_bounded() {
        let link = Link::default();
        link.set(Conditions { latency: 60_000 * MS, ..Conditions::default() });
        let mut lanes = DatagramLanes::default();
        let count = (0..CAPACITY).take_while(|_| lanes.send(&[0; 1000], &link)).count();
        assert!(count > 50 && count < CAPACITY / 1000 + 1, "{count}");
        assert!(!lanes.advance(&link, |_| true));
        link.set(Conditions::default());
        let mut left = 0;
        let mut leave = |_: &[u8]| {
            left += 1;
            true
        };
        assert!(lanes.advance(&link, &mut leave));
        assert_eq!(left, count);
        assert!(lanes.is_idle());
    }
}
