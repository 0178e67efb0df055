//! The way of all bytes between this device and its peers, which can be made slow, narrow and lossy.
//!
//! # Design
//! A connection asks its [`Link`] by one atomic load whether anything is to be done; a link that nobody has spoiled
//! costs no more. On a spoiled one a connection has a [`Duplex`]: a lane of bytes in each direction, which it
//! fills and empties when it reads and writes anyway, and a deadline at which its owner drives it. So there is no
//! thread, and nothing is done while nothing is due. What a lane does follows from the time and from random numbers
//! that its caller passes, and from nothing else.
//!
//! TLS and WebSocket are above this and notice nothing but the delay. A lost packet of a stream is what TCP makes of
//! it, a delay until it is sent again (RFC 6298); a lost datagram is lost.

mod crossing;
mod datagrams;
mod duplex;
mod lane;
mod road;

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

pub(in crate::net) use self::crossing::Crossing;
use self::road::{Road, Way};
pub use self::{datagrams::DatagramLanes, duplex::Duplex};
use super::cancel::Cancel;
use crate::{device::conditions::Conditions, time::Time};

/// A worker thread that waits for the link looks up this often: other conditions and a cancellation do not wake it.
pub(in crate::net) const LOOK_UP: Duration = Duration::from_millis(50);

/// The present time of a link in resets: a connection belongs to that in which it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch(u64);

/// What the connections of one Lua state share.
#[derive(Debug, Default)]
pub struct Link {
    time: Time,
    /// The epoch in the upper 63 bits; 1 in the lowest while bytes do not simply pass.
    word: AtomicU64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    conditions: Conditions,
    /// Counts the changes of the conditions.
    version: u64,
    up: Way,
    down: Way,
}

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::net) enum Direction {
    /// To the peer.
    Up,
    /// From the peer.
    Down,
}

impl Link {
    /// A good one, in that time.
    pub fn new(time: Time) -> Self {
        Link { time, ..Link::default() }
    }

    /// The time in which bytes are on their way.
    pub fn time(&self) -> &Time {
        &self.time
    }

    /// Sets the conditions for all connections. Whoever has some drives them afterwards: what is under way goes on
    /// under the new conditions, in its order.
    pub fn set(&self, conditions: Conditions) {
        let mut state = self.state();
        let version = state.version + 1;
        *state = State { conditions, version, ..State::default() };
        match conditions.are_transparent() {
            true => self.word.fetch_and(!1, Ordering::Relaxed),
            false => self.word.fetch_or(1, Ordering::Relaxed),
        };
    }

    /// The present conditions.
    pub fn conditions(&self) -> Conditions {
        self.state().conditions
    }

    /// Breaks all connections; whoever has some drives them afterwards.
    pub fn reset(&self) {
        self.word.fetch_add(2, Ordering::Relaxed);
    }

    /// The present epoch.
    pub fn epoch(&self) -> Epoch {
        Epoch(self.word.load(Ordering::Relaxed) & !1)
    }

    /// Whether the connections of this epoch were broken.
    pub fn is_over(&self, epoch: Epoch) -> bool {
        self.epoch() != epoch
    }

    /// Whether a connection of this epoch has nothing to do for the link.
    pub fn is_calm(&self, epoch: Epoch) -> bool {
        self.word.load(Ordering::Relaxed) == epoch.0
    }

    /// Whether bytes pass as if there were no network in between.
    pub fn is_transparent(&self) -> bool {
        self.word.load(Ordering::Relaxed) & 1 == 0
    }

    /// Waits on a worker thread while a question and its answer are on their way: until `deadline` at most, and
    /// until it is cancelled.
    pub(in crate::net) fn delay(&self, deadline: Option<Instant>, cancel: &Cancel) {
        let mut crossing = Crossing::begin(self);
        while !cancel.is_cancelled() {
            let limit = deadline.map_or(LOOK_UP, |at| self.time.real_until(at).min(LOOK_UP));
            match self.time.real(crossing.time_left(self)).min(limit) {
                Duration::ZERO => return,
                left => thread::sleep(left),
            }
        }
    }

    /// Calls `act` with the road in one direction.
    fn with_road<T>(&self, direction: Direction, act: impl FnOnce(&mut Road<'_>) -> T) -> T {
        let mut state = self.state();
        let State { conditions, version, up, down } = &mut *state;
        let way = match direction {
            Direction::Up => up,
            Direction::Down => down,
        };
        act(&mut Road {
            conditions: *conditions,
            version: *version,
            way,
            now: self.time.now(),
            random: &mut rand::random,
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The value is consistent even if a thread panicked while it held the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_calm_until_it_is_spoiled_or_reset() {
        let link = Link::default();
        let epoch = link.epoch();
        assert!(link.is_calm(epoch) && link.is_transparent());
        link.set(Conditions { latency: Duration::from_millis(1), ..Conditions::default() });
        assert!(!link.is_calm(epoch) && !link.is_transparent() && !link.is_over(epoch));
        link.set(Conditions { dns: false, ..Conditions::default() });
        assert!(link.is_calm(epoch) && link.is_transparent());
        link.reset();
        assert!(!link.is_calm(epoch) && link.is_transparent() && link.is_over(epoch));
        assert!(link.is_calm(link.epoch()));
    }
}
