//! Timers by key: start, stop and expiry each cost O(log n), restarting a key replaces it.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, hash_map::Entry},
    hash::Hash,
    time::Instant,
};

use rustc_hash::FxHashMap;

/// A timer whose time has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due<K> {
    /// Its name.
    pub key: K,
    serial: u64,
}

/// A set of timers, each named by a key.
///
/// # Design
/// A heap with lazy deletion: stopping or restarting leaves the old entry in the heap, where its
/// serial number gives it away. The heap is rebuilt when such entries outnumber the live ones.
#[derive(Debug)]
pub struct Timers<K> {
    heap: BinaryHeap<Reverse<(Instant, u64, K)>>,
    live: FxHashMap<K, u64>,
    next_serial: u64,
}

impl<K> Default for Timers<K>
where
    K: Ord,
{
    fn default() -> Self {
        Timers { heap: BinaryHeap::new(), live: FxHashMap::default(), next_serial: 0 }
    }
}

impl<K: Copy + Eq + Hash + Ord> Timers<K> {
    /// Starts or restarts the timer `key` for `at`. Equal times expire in the order of starting.
    pub fn start(&mut self, key: K, at: Instant) {
        let serial = self.next_serial;
        self.next_serial += 1;
        self.live.insert(key, serial);
        self.heap.push(Reverse((at, serial, key)));
        if self.heap.len() > 2 * self.live.len() + 64 {
            let live = &self.live;
            self.heap.retain(|Reverse((_, serial, key))| live.get(key) == Some(serial));
        }
    }

    /// Stops the timer `key`; unknown keys are ignored.
    pub fn stop(&mut self, key: K) {
        self.live.remove(&key);
    }

    /// The earliest timer that is due at `now`, each only once: [`take`](Self::take) it, now or when
    /// its turn has come. Until then it can be stopped and restarted.
    pub fn pop_due(&mut self, now: Instant) -> Option<Due<K>> {
        if self.next()? > now {
            return None;
        }
        let Reverse((_, serial, key)) = self.heap.pop()?;
        Some(Due { key, serial })
    }

    /// Ends a due timer. Returns false where it has been stopped or restarted since.
    pub fn take(&mut self, due: Due<K>) -> bool {
        match self.live.entry(due.key) {
            Entry::Occupied(entry) if *entry.get() == due.serial => {
                entry.remove();
                true
            }
            _ => false,
        }
    }

    /// How many timers run, those included that are due and not taken.
    pub fn len(&self) -> usize {
        self.live.len()
    }

    /// When the earliest timer is due.
    pub fn next(&mut self) -> Option<Instant> {
        while let Some(Reverse((at, serial, key))) = self.heap.peek() {
            if self.live.get(key) == Some(serial) {
                return Some(*at);
            }
            self.heap.pop();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn expires_in_order_and_equal_times_in_order_of_starting() {
        let now = Instant::now();
        let mut timers = Timers::default();
        for (key, ms) in [(1, 30), (2, 10), (3, 20), (4, 10)] {
            timers.start(key, now + ms * MS);
        }
        assert_eq!(timers.pop_due(now), None);
        assert_eq!((timers.next(), timers.len()), (Some(now + 10 * MS), 4));
        let order: Vec<_> = std::iter::from_fn(|| timers.pop_due(now + 25 * MS)).map(|due| due.key).collect();
        assert_eq!(order, [2, 4, 3]);
        assert_eq!(timers.next(), Some(now + 30 * MS));
    }

    #[test]
    fn restarting_replaces_and_stopping_stops() {
        let now = Instant::now();
        let mut timers = Timers::default();
        timers.start(1, now + 10 * MS);
        timers.start(1, now + 50 * MS);
        timers.start(2, now + 20 * MS);
        timers.stop(2);
        timers.stop(3);
        assert_eq!(timers.pop_due(now + 40 * MS), None);
        assert_eq!(timers.pop_due(now + 50 * MS).map(|due| due.key), Some(1));
        assert_eq!(timers.next(), None);
    }

    #[test]
    fn a_due_timer_can_still_be_stopped_or_restarted() {
        let now = Instant::now();
        let mut timers = Timers::default();
        for key in 1..=3 {
            timers.start(key, now);
        }
        let due: Vec<_> = std::iter::from_fn(|| timers.pop_due(now)).collect();
        assert_eq!(timers.next(), None);
        timers.stop(1);
        timers.start(2, now + 10 * MS);
        assert_eq!(due.into_iter().map(|due| timers.take(due)).collect::<Vec<_>>(), [false, false, true]);
        let again = timers.pop_due(now + 10 * MS).unwrap();
        assert!(timers.take(again) && !timers.take(again));
    }

    #[test]
    fn restarting_forever_does_not_grow() {
        let now = Instant::now();
        let mut timers = Timers::default();
        for round in 0..100_000 {
            timers.start(round % 3, now + round * MS);
        }
        assert!(timers.heap.len() < 100, "{}", timers.heap.len());
    }
}
