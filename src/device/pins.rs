//! Pins: what a script drives them to, and what it reads, which is what the outside drives or else their pull.

mod blink;
mod edges;

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    ops::Range,
    time::Duration,
};

use serde::Serialize;

pub use self::{
    blink::{Blinks, Edge, LedState, Pattern},
    edges::{Edges, Reading},
};

/// Numbers of the pins: `pio.P0_0` to `pio.P2_31`.
pub const NUMBERS: Range<i64> = 0..96;

/// What a pin is used as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Reads.
    #[default]
    Input,
    /// Drives a level.
    Output,
    /// Reads and tells of edges.
    Interrupt,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Pin {
    direction: Direction,
    /// Driven by the script, or pulled to.
    level: bool,
}

impl Direction {
    /// `input`, `output` or `interrupt`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Direction::Input => "input",
            Direction::Output => "output",
            Direction::Interrupt => "interrupt",
        }
    }
}

/// A pin as an observer sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PinState {
    /// What the script uses it as, see [`Direction::name`]; none if the script does not use it.
    #[serde(rename = "use")]
    pub used_as: Option<&'static str>,
    /// Its level, 0 or 1.
    pub level: u8,
}

/// What is new about a pin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinChange {
    /// Number of the pin.
    pub pin: i64,
    /// What it is used as.
    pub direction: Direction,
    /// The level that it drives or reads.
    pub level: bool,
    /// It was used as something else before.
    pub is_new_use: bool,
}

impl fmt::Display for PinChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (pin, level) = (self.pin, u8::from(self.level));
        match self.direction {
            Direction::Output if self.is_new_use => write!(f, "{pin} = {level} (output)"),
            Direction::Output => write!(f, "{pin} = {level}"),
            Direction::Input => write!(f, "{pin} reads {level} (input)"),
            Direction::Interrupt => write!(f, "{pin} reads {level} (interrupt)"),
        }
    }
}

/// A rectangle wave at a pin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wave {
    /// Number of the pin.
    pub pin: i64,
    /// Microseconds that a period is high.
    pub high: i64,
    /// Microseconds that it is low then.
    pub low: i64,
    /// Periods; -1 without end.
    pub count: i64,
}

impl fmt::Display for Wave {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Wave { pin, high, low, count } = self;
        write!(f, "{pin}: {high} us high, {low} us low, ")?;
        if *count < 0 { f.write_str("without end") } else { write!(f, "{count} times") }
    }
}

/// All pins, by number.
#[derive(Debug, Default)]
pub struct Pins {
    pins: HashMap<i64, Pin>,
    /// Levels that the outside drives.
    outside: HashMap<i64, bool>,
    /// Pins whose edges are kept instead of reported.
    edges: HashMap<i64, Edges>,
    /// What an observer saw last; giving a pin up and taking it again is no change.
    seen: HashMap<i64, (Direction, bool)>,
    /// Pins that select a chip by a low level: whether they were high since [`selection`](Self::selection) was last asked.
    selects: HashMap<i64, bool>,
}

impl Pins {
    /// Uses a pin as an output with that level.
    pub fn output(&mut self, pin: i64, level: bool) {
        self.edges.remove(&pin);
        self.pins.insert(pin, Pin { direction: Direction::Output, level });
        self.note_select(pin, level);
    }

    /// Uses a pin as an input; without a pull it reads low where the outside drives nothing.
    pub fn input(&mut self, pin: i64) {
        self.edges.remove(&pin);
        self.pins.insert(pin, Pin { direction: Direction::Input, level: false });
    }

    /// Uses a pin for interrupts: [`drive`](Self::drive) reports its edges. With `edges` they are kept for
    /// [`reading`](Self::reading) instead.
    pub fn interrupt(&mut self, pin: i64, edges: Option<Edges>) {
        match edges {
            Some(edges) => self.edges.insert(pin, edges),
            None => self.edges.remove(&pin),
        };
        self.pins.insert(pin, Pin { direction: Direction::Interrupt, level: false });
    }

    /// Drives an output; of another pin nothing changes.
    pub fn set(&mut self, pin: i64, level: bool) {
        if let Some(output) = self.pins.get_mut(&pin).filter(|pin| pin.direction == Direction::Output) {
            output.level = level;
            self.note_select(pin, level);
        }
    }

    fn note_select(&mut self, pin: i64, level: bool) {
        if level && let Some(was_high) = self.selects.get_mut(&pin) {
            *was_high = true;
        }
    }

    /// Whether a pin selects a chip, by a low level that the script drives, and whether that is another selection than at
    /// the last call. From the first call on it is noted when the pin is high.
    pub fn selection(&mut self, pin: i64) -> Option<bool> {
        let was_high = self.selects.entry(pin).or_insert(true);
        let is_low = self.pins.get(&pin).is_some_and(|pin| pin.direction == Direction::Output && !pin.level);
        is_low.then(|| std::mem::take(was_high))
    }

    /// Pulls an input up or down; of an output nothing changes.
    pub fn pull(&mut self, pin: i64, up: bool) {
        let pin = self.pins.entry(pin).or_default();
        if pin.direction != Direction::Output {
            pin.level = up;
        }
    }

    /// Gives a pin up.
    pub fn close(&mut self, pin: i64) {
        self.edges.remove(&pin);
        self.pins.remove(&pin);
    }

    /// The outside drives a pin, at a time since the start. Returns whether the script gets a message about an edge.
    pub fn drive(&mut self, pin: i64, level: bool, at: Duration) -> bool {
        let before = self.level(pin);
        self.outside.insert(pin, level);
        if self.level(pin) == before {
            return false;
        }
        match self.edges.get_mut(&pin) {
            Some(edges) => {
                edges.note(level, at);
                false
            }
            None => self.pins.get(&pin).is_some_and(|pin| pin.direction == Direction::Interrupt),
        }
    }

    /// What a script reads of a pin, at a time since the start.
    pub fn reading(&mut self, pin: i64, at: Duration) -> Reading {
        let level = self.level(pin);
        self.edges.get_mut(&pin).map_or(Reading::Level(level), |edges| edges.take(at))
    }

    /// Whether a pin is high.
    #[must_use]
    pub fn level(&self, pin: i64) -> bool {
        match self.pins.get(&pin) {
            Some(pin) if pin.direction == Direction::Output => pin.level,
            state => self.outside.get(&pin).copied().unwrap_or(state.is_some_and(|pin| pin.level)),
        }
    }

    /// The pins that the script uses or the outside drives.
    #[must_use]
    pub fn states(&self) -> BTreeMap<i64, PinState> {
        let state = |pin: &i64| {
            let used_as = self.pins.get(pin).map(|pin| pin.direction.name());
            (*pin, PinState { used_as, level: u8::from(self.level(*pin)) })
        };
        self.pins.keys().chain(self.outside.keys()).map(state).collect()
    }

    /// What is new about a pin since the last call.
    pub fn change(&mut self, pin: i64) -> Option<PinChange> {
        let direction = self.pins.get(&pin)?.direction;
        let level = self.level(pin);
        let before = self.seen.insert(pin, (direction, level));
        if before == Some((direction, level)) {
            return None;
        }
        let is_new_use = before.is_none_or(|(before, _)| before != direction);
        Some(PinChange { pin, direction, level, is_new_use })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn an_output_has_the_level_it_was_set_to() {
        let mut pins = Pins::default();
        pins.output(1, true);
        assert!(pins.level(1));
        pins.set(1, false);
        pins.pull(1, true);
        assert!(!pins.level(1));
        assert!(!pins.drive(1, true, ms(0)));
        assert!(!pins.level(1));
    }

    #[test]
    fn a_low_output_selects_and_a_high_one_between_begins_another_selection() {
        let mut pins = Pins::default();
        assert_eq!(pins.selection(1), None);
        pins.output(1, true);
        assert_eq!(pins.selection(1), None);
        pins.set(1, false);
        assert_eq!([pins.selection(1), pins.selection(1)], [Some(true), Some(false)]);
        pins.set(1, true);
        pins.set(1, false);
        assert_eq!(pins.selection(1), Some(true));
        pins.input(1);
        assert_eq!(pins.selection(1), None);
    }

    #[test]
    fn an_input_reads_its_pull_and_cannot_be_set() {
        let mut pins = Pins::default();
        pins.input(1);
        assert!(!pins.level(1));
        pins.pull(1, true);
        assert!(pins.level(1));
        pins.set(1, false);
        assert!(pins.level(1));
        pins.close(1);
        assert!(!pins.level(1));
    }

    #[test]
    fn the_outside_is_stronger_than_a_pull_and_stays() {
        let mut pins = Pins::default();
        pins.input(1);
        pins.pull(1, true);
        assert!(!pins.drive(1, false, ms(0)));
        assert!(!pins.level(1));
        pins.close(1);
        pins.input(1);
        pins.pull(1, true);
        assert!(!pins.level(1));
    }

    #[test]
    fn an_interrupt_tells_of_each_edge_once() {
        let mut pins = Pins::default();
        pins.interrupt(1, None);
        pins.pull(1, true);
        assert!(!pins.drive(1, true, ms(0)));
        assert!(pins.drive(1, false, ms(0)));
        assert!(!pins.drive(1, false, ms(0)));
        assert!(pins.drive(1, true, ms(0)));
        assert_eq!(pins.reading(1, ms(0)), Reading::Level(true));
        pins.input(1);
        assert!(!pins.drive(1, false, ms(0)));
    }

    #[test]
    fn kept_edges_are_not_told() {
        let mut pins = Pins::default();
        pins.interrupt(1, Some(Edges::counted(ms(0))));
        assert!(!pins.drive(1, true, ms(1)));
        assert!(!pins.drive(1, false, ms(2)));
        assert_eq!(pins.reading(1, ms(5)), Reading::Count { low: 1, high: 1, duration: 5000 });
        pins.interrupt(1, None);
        assert!(pins.drive(1, true, ms(6)));
    }

    #[test]
    fn changes_are_told_once() {
        fn text(pins: &mut Pins) -> Option<String> {
            pins.change(4).map(|change| change.to_string())
        }
        let mut pins = Pins::default();
        pins.output(4, false);
        assert_eq!(text(&mut pins).as_deref(), Some("4 = 0 (output)"));
        pins.set(4, false);
        assert_eq!(pins.change(4), None);
        pins.set(4, true);
        assert_eq!(text(&mut pins).as_deref(), Some("4 = 1"));
        pins.close(4);
        assert_eq!(pins.change(4), None);
        pins.output(4, true);
        assert_eq!(pins.change(4), None);
        pins.interrupt(4, None);
        assert_eq!(text(&mut pins).as_deref(), Some("4 reads 0 (interrupt)"));
        pins.drive(4, true, ms(0));
        assert_eq!(text(&mut pins).as_deref(), Some("4 reads 1 (interrupt)"));
        assert_eq!(pins.change(5), None);
    }

    #[test]
    fn a_wave_is_described() {
        let mut wave = Wave { pin: 11, high: 500, low: 250, count: -1 };
        assert_eq!(wave.to_string(), "11: 500 us high, 250 us low, without end");
        wave.count = 3;
        assert_eq!(wave.to_string(), "11: 500 us high, 250 us low, 3 times");
    }
}
