//! Edges that are kept until the script reads them: `pio.FIFO` and `pio.CONT`.

use std::{collections::VecDeque, time::Duration};

/// Most edges that a list keeps; the oldest give way.
const MOST_EDGES: usize = 1024;

/// One edge of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Rising, else falling.
    pub rising: bool,
    /// Microseconds since the edge before it, or since the list was begun.
    pub delta: u64,
}

/// What a script reads of a pin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// High or low.
    Level(bool),
    /// The edges since the last reading, the oldest first.
    List(Vec<Edge>),
    /// How many pulses there were since the last reading, and how many microseconds that is ago.
    Count {
        /// Pulses that began with a falling edge.
        low: u64,
        /// Pulses that began with a rising edge.
        high: u64,
        /// Microseconds.
        duration: u64,
    },
}

/// The edges of a pin that are kept. Times are since the start.
#[derive(Debug)]
pub struct Edges {
    since: Duration,
    kept: Kept,
}

#[derive(Debug)]
enum Kept {
    List(VecDeque<Edge>),
    Count { low: u64, high: u64 },
}

impl Edges {
    /// A list of edges (`pio.FIFO`).
    #[must_use]
    pub fn listed(at: Duration) -> Self {
        Edges { since: at, kept: Kept::List(VecDeque::new()) }
    }

    /// A count of pulses (`pio.CONT`).
    #[must_use]
    pub fn counted(at: Duration) -> Self {
        Edges { since: at, kept: Kept::Count { low: 0, high: 0 } }
    }

    /// An edge has come.
    pub(super) fn note(&mut self, rising: bool, at: Duration) {
        match &mut self.kept {
            Kept::List(list) => {
                if list.len() == MOST_EDGES {
                    list.pop_front();
                }
                list.push_back(Edge { rising, delta: microseconds(at.saturating_sub(self.since)) });
                self.since = at;
            }
            Kept::Count { high, .. } if rising => *high += 1,
            Kept::Count { low, .. } => *low += 1,
        }
    }

    /// Gives out what is kept, and begins anew.
    pub(super) fn take(&mut self, at: Duration) -> Reading {
        match &mut self.kept {
            Kept::List(list) => Reading::List(std::mem::take(list).into()),
            Kept::Count { low, high } => {
                let duration = microseconds(at.saturating_sub(std::mem::replace(&mut self.since, at)));
                Reading::Count { low: std::mem::take(low), high: std::mem::take(high), duration }
            }
        }
    }
}

fn microseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn us(microseconds: u64) -> Duration {
        Duration::from_micros(microseconds)
    }

    #[test]
    fn a_list_has_the_times_between_edges() {
        let mut edges = Edges::listed(us(100));
        edges.note(true, us(150));
        edges.note(false, us(180));
        let list = vec![Edge { rising: true, delta: 50 }, Edge { rising: false, delta: 30 }];
        assert_eq!(edges.take(us(200)), Reading::List(list));
        assert_eq!(edges.take(us(200)), Reading::List(vec![]));
        edges.note(true, us(280));
        assert_eq!(edges.take(us(300)), Reading::List(vec![Edge { rising: true, delta: 100 }]));
    }

    #[test]
    fn a_list_is_bounded() {
        let mut edges = Edges::listed(us(0));
        for at in 1..=MOST_EDGES as u64 + 1 {
            edges.note(at % 2 == 0, us(at));
        }
        let Reading::List(list) = edges.take(us(5000)) else { panic!("no list") };
        assert_eq!(list.len(), MOST_EDGES);
        assert!(list[0].rising);
    }

    #[test]
    fn a_count_begins_anew_at_each_reading() {
        let mut edges = Edges::counted(us(0));
        edges.note(true, us(1));
        edges.note(false, us(2));
        edges.note(true, us(3));
        assert_eq!(edges.take(us(10)), Reading::Count { low: 1, high: 2, duration: 10 });
        assert_eq!(edges.take(us(25)), Reading::Count { low: 0, high: 0, duration: 15 });
    }
}
