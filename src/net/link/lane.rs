//! The bytes of one connection that are on their way in one direction, in their order.

use std::{collections::VecDeque, io::ErrorKind, time::Instant};

use super::road::{Passage, Road};

/// Bytes of a packet: what fits into one of 1440 bytes, usual in LTE, beside the headers of IP and TCP.
pub const SEGMENT: usize = 1400;

/// About the most bytes of a lane; with a latency of 200 ms more than a megabyte per second.
pub const CAPACITY: usize = 256 * 1024;

/// What a packet costs of the capacity beside its bytes.
const OVERHEAD: usize = 64;

/// Packets of one stream under way, and its end behind them.
#[derive(Debug, Default)]
pub struct Lane {
    bytes: VecDeque<u8>,
    segments: VecDeque<Segment>,
    end: Option<(Passage, End)>,
    /// When the last packet has left.
    left: Option<Instant>,
    /// The conditions of the times.
    version: u64,
}

#[derive(Clone, Copy, Debug)]
struct Segment {
    size: usize,
    passage: Passage,
}

/// How a stream ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Nothing more comes.
    Eof,
    /// It is broken.
    Broken(ErrorKind),
}

/// What arrives of a lane next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival<'a> {
    /// Bytes, at least one.
    Bytes(&'a [u8]),
    /// The end.
    End(End),
    /// Nothing yet.
    Nothing,
}

impl Lane {
    /// Whether nothing is on its way.
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty() && self.end.is_none()
    }

    /// Whether its end was sent.
    pub fn has_end(&self) -> bool {
        self.end.is_some()
    }

    /// When there is room for more: `None` for now. While the lane itself is full, that is when something arrives.
    pub fn room_at(&self, road: &Road<'_>) -> Option<Instant> {
        if self.bytes.len() + OVERHEAD * self.segments.len() >= CAPACITY {
            return self.next_arrival();
        }
        road.room_at(self.left)
    }

    /// Sends as many bytes as there is room for, and returns how many those are.
    pub fn send(&mut self, bytes: &[u8], road: &mut Road<'_>) -> usize {
        let mut count = 0;
        while count < bytes.len() && self.room_at(road).is_none() {
            let segment = &bytes[count..bytes.len().min(count + SEGMENT)];
            self.send_segment(segment, road);
            count += segment.len();
        }
        count
    }

    /// Sends bytes that were read where there was room for some.
    pub fn send_all(&mut self, bytes: &[u8], road: &mut Road<'_>) {
        bytes.chunks(SEGMENT).for_each(|segment| self.send_segment(segment, road));
    }

    fn send_segment(&mut self, bytes: &[u8], road: &mut Road<'_>) {
        self.adapt(road);
        let passage = self.behind_others(road.send_segment(bytes.len()));
        self.bytes.extend(bytes);
        self.segments.push_back(Segment { size: bytes.len(), passage });
    }

    /// Ends the stream. What is sent afterwards gets nowhere.
    pub fn end(&mut self, end: End, road: &mut Road<'_>) {
        self.adapt(road);
        let passage = self.behind_others(road.send_segment(1));
        self.end.get_or_insert((passage, end));
    }

    /// In a stream nothing overtakes what was sent before.
    fn behind_others(&mut self, passage: Passage) -> Passage {
        self.left = Some(passage.left);
        let last = self.segments.back().map(|segment| segment.passage);
        last.filter(|last| last.due > passage.due || last.is_lost).unwrap_or(passage)
    }

    /// Gives what is under way new times if the conditions have changed: none arrives later than it would have.
    pub fn adapt(&mut self, road: &mut Road<'_>) {
        if self.version == road.version {
            return;
        }
        self.version = road.version;
        let segments = std::mem::take(&mut self.segments);
        self.left = None;
        for Segment { size, passage } in segments {
            let anew = self.behind_others(road.send_segment(size));
            let passage = if anew.due < passage.due { anew } else { passage };
            self.segments.push_back(Segment { size, passage });
        }
        if let Some((passage, end)) = self.end.take() {
            let anew = self.behind_others(road.send_segment(1));
            self.end = Some((if anew.due < passage.due { anew } else { passage }, end));
        }
    }

    /// What has arrived by `now`.
    pub fn arrived(&self, now: Instant) -> Arrival<'_> {
        let due = |passage: &Passage| passage.due <= now;
        match (self.segments.front(), &self.end) {
            (Some(Segment { passage, .. }), _) if due(passage) && passage.is_lost => {
                Arrival::End(End::Broken(ErrorKind::TimedOut))
            }
            (Some(Segment { passage, .. }), _) if due(passage) => {
                let arrived = self.segments.iter().take_while(|next| due(&next.passage) && !next.passage.is_lost);
                let count = arrived.map(|segment| segment.size).sum();
                let (front, _) = self.bytes.as_slices();
                Arrival::Bytes(&front[..front.len().min(count)])
            }
            (None, Some((passage, end))) if due(passage) => Arrival::End(*end),
            _ => Arrival::Nothing,
        }
    }

    /// Takes bytes that have [`arrived`](Self::arrived).
    pub fn take(&mut self, count: usize) {
        self.bytes.drain(..count);
        let mut left = count;
        while let Some(segment) = self.segments.front_mut() {
            if segment.size > left {
                segment.size -= left;
                return;
            }
            left -= segment.size;
            self.segments.pop_front();
        }
        if self.segments.is_empty() && self.end.is_none() {
            // Most connections are silent most of the time.
            self.bytes.shrink_to(SEGMENT);
        }
    }

    /// When something arrives next.
    pub fn next_arrival(&self) -> Option<Instant> {
        let first = self.segments.front().map(|segment| segment.passage);
        first.or(self.end.map(|(passage, _)| passage)).map(|passage| passage.due)
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU64;

    use super::{
        super::road::{Way, tests::MS},
        *,
    };
    use crate::device::conditions::Conditions;

    /// A lane, its road and the time.
    struct Bench {
        lane: Lane,
        way: Way,
        conditions: Conditions,
        version: u64,
        start: Instant,
        now: Instant,
        numbers: Vec<f64>,
    }

    impl Bench {
        fn new(conditions: Conditions) -> Self {
            let now = Instant::now();
            let (lane, way) = (Lane::default(), Way::default());
            Bench { lane, way, conditions, version: 0, start: now, now, numbers: Vec::new() }
        }

        fn with<T>(&mut self, act: impl FnOnce(&mut Lane, &mut Road<'_>) -> T) -> T {
            let numbers = &mut self.numbers;
            let mut random = || numbers.pop().unwrap_or(0.99);
            let mut road = Road {
                conditions: self.conditions,
                version: self.version,
                way: &mut self.way,
                now: self.now,
                random: &mut random,
            };
            act(&mut self.lane, &mut road)
        }

        fn send(&mut self, bytes: &[u8]) -> usize {
            self.with(|lane, road| lane.send(bytes, road))
        }

        fn at(&mut self, ms: u32) -> &mut Self {
            self.now = self.start + ms * MS;
            self
        }

        /// Takes everything that has arrived.
        fn arrived(&mut self) -> String {
            let mut text = String::new();
            while let Arrival::Bytes(bytes) = self.lane.arrived(self.now) {
                text += std::str::from_utf8(bytes).unwrap();
                let count = bytes.len();
                self.lane.take(count);
            }
            text
        }

        fn change(&mut self, conditions: Conditions) {
            (self.conditions, self.version, self.way) = (conditions, self.version + 1, Way::default());
            self.with(|lane, road| lane.adapt(road));
        }
    }

    fn latency(ms: u32) -> Conditions {
        Conditions { latency: ms * MS, ..Conditions::default() }
    }

    #[test]
    fn bytes_arrive_after_the_latency_and_the_end_behind_them() {
        let mut bench = Bench::new(latency(100));
        assert_eq!(bench.send(b"ab"), 2);
        bench.at(10).send(b"c");
        bench.with(|lane, road| lane.end(End::Eof, road));
        assert_eq!(bench.lane.next_arrival(), Some(bench.start + 100 * MS));
        assert_eq!(bench.at(99).arrived(), "");
        assert_eq!(bench.at(100).arrived(), "ab");
        assert_eq!(bench.lane.arrived(bench.now), Arrival::Nothing);
        assert_eq!(bench.at(110).arrived(), "c");
        assert_eq!(bench.lane.arrived(bench.now), Arrival::End(End::Eof));
    }

    #[test]
    fn nothing_overtakes_what_was_delayed_or_lost() {
        let mut bench = Bench::new(Conditions { jitter: 50 * MS, loss: 0.5, ..latency(100) });
        // The first is lost once: two numbers for the loss, one for the jitter.
        bench.numbers = vec![0.0, 0.9, 0.0, 0.9, 0.9, 0.2];
        bench.send(b"a");
        bench.send(b"b");
        bench.send(b"c");
        // 300 ms until it is sent again, and 140 on the way.
        assert_eq!(bench.at(439).arrived(), "");
        assert_eq!(bench.at(440).arrived(), "abc");
    }

    #[test]
    fn bytes_that_are_taken_in_part_stay() {
        let mut bench = Bench::new(latency(1));
        bench.send(b"abc");
        bench.send(b"d");
        bench.at(1).lane.take(2);
        assert_eq!(bench.arrived(), "cd");
        assert!(bench.lane.is_empty());
    }

    #[test]
    fn a_rate_lets_in_a_little_more_than_it_lets_out() {
        let mut bench = Bench::new(Conditions { rate: NonZeroU64::new(14_000), ..latency(0) });
        // 100 ms each: the third is sent when 200 ms are booked, the fourth has to wait.
        assert_eq!(bench.send(&[b'x'; 10 * SEGMENT]), 3 * SEGMENT);
        let room_at = bench.with(|lane, road| lane.room_at(road));
        assert_eq!(room_at, Some(bench.start + 100 * MS));
        assert_eq!(bench.at(100).send(&[b'x'; 10 * SEGMENT]), SEGMENT);
        assert_eq!(bench.at(299).arrived().len(), 2 * SEGMENT);
        assert_eq!(bench.at(300).arrived().len(), SEGMENT);
    }

    #[test]
    fn memory_is_bounded() {
        let mut bench = Bench::new(latency(1000));
        let count = bench.send(&vec![b'x'; 2 * CAPACITY]);
        assert!(count < CAPACITY + SEGMENT, "{count}");
        assert_eq!(bench.with(|lane, road| lane.room_at(road)), Some(bench.start + 1000 * MS));
        let mut bench = Bench::new(latency(1000));
        let count = (0..CAPACITY).take_while(|_| bench.send(b"x") == 1).count();
        assert!(count < CAPACITY / OVERHEAD, "{count}");
        assert_eq!(bench.at(1000).arrived().len(), count);
        assert_eq!(bench.send(b"x"), 1);
    }

    #[test]
    fn new_conditions_hold_for_what_is_under_way_which_keeps_its_order() {
        let mut bench = Bench::new(latency(1000));
        bench.send(b"a");
        bench.at(500).send(b"b");
        bench.with(|lane, road| lane.end(End::Broken(ErrorKind::ConnectionReset), road));
        bench.at(600).change(latency(100));
        assert_eq!(bench.at(699).arrived(), "");
        assert_eq!(bench.at(700).arrived(), "ab");
        assert_eq!(bench.lane.arrived(bench.now), Arrival::End(End::Broken(ErrorKind::ConnectionReset)));

        let mut bench = Bench::new(latency(100));
        bench.send(b"a");
        bench.change(latency(5000));
        bench.send(b"b");
        assert_eq!(bench.at(100).arrived(), "a");
        bench.change(Conditions::default());
        assert_eq!(bench.arrived(), "b");
    }

    #[test]
    fn what_never_gets_through_breaks_the_stream_in_the_end_unless_things_get_better() {
        let hole = Conditions { loss: 1.0, ..latency(10) };
        let mut bench = Bench::new(hole);
        bench.send(b"a");
        assert_eq!(bench.at(60_000).arrived(), "");
        bench.at(3_600_000);
        assert_eq!(bench.lane.arrived(bench.now), Arrival::End(End::Broken(ErrorKind::TimedOut)));

        let mut bench = Bench::new(hole);
        bench.send(b"a");
        bench.at(60_000).change(latency(10));
        bench.send(b"b");
        assert_eq!(bench.at(60_010).arrived(), "ab");
    }

    #[test]
    fn a_silent_lane_keeps_no_memory() {
        let mut bench = Bench::new(latency(1));
        bench.send(&[b'x'; 100_000]);
        bench.at(1).arrived();
        assert!(bench.lane.bytes.capacity() <= 2 * SEGMENT, "{}", bench.lane.bytes.capacity());
        assert_eq!(bench.lane.next_arrival(), None);
    }
}
