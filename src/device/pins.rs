//! Pins: what a script drives them to and, since nothing else does, what it reads.

use std::collections::HashMap;

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
    /// Driven, or pulled to.
    level: bool,
}

/// All pins, by number.
#[derive(Debug, Default)]
pub struct Pins {
    pins: HashMap<i64, Pin>,
    /// What an observer saw last; giving a pin up and taking it again is no change.
    seen: HashMap<i64, Pin>,
}

impl Pins {
    /// Uses a pin as an output with that level.
    pub fn output(&mut self, pin: i64, level: bool) {
        self.pins.insert(pin, Pin { direction: Direction::Output, level });
    }

    /// Uses a pin as an input or for interrupts; without a pull it reads low.
    pub fn input(&mut self, pin: i64, direction: Direction) {
        self.pins.insert(pin, Pin { direction, level: false });
    }

    /// Drives an output; of another pin nothing changes.
    pub fn set(&mut self, pin: i64, level: bool) {
        if let Some(pin) = self.pins.get_mut(&pin).filter(|pin| pin.direction == Direction::Output) {
            pin.level = level;
        }
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
        self.pins.remove(&pin);
    }

    /// Whether a pin is high.
    #[must_use]
    pub fn level(&self, pin: i64) -> bool {
        self.pins.get(&pin).is_some_and(|pin| pin.level)
    }

    /// What is new about a pin since the last call, for people to read.
    pub fn change(&mut self, pin: i64) -> Option<String> {
        let now = self.pins.get(&pin).copied()?;
        let before = self.seen.insert(pin, now);
        if before == Some(now) {
            return None;
        }
        let level = u8::from(now.level);
        Some(match now.direction {
            Direction::Output if before.is_some_and(|pin| pin.direction == now.direction) => format!("{pin} = {level}"),
            Direction::Output => format!("{pin} = {level} (output)"),
            Direction::Input => format!("{pin} reads {level} (input)"),
            Direction::Interrupt => format!("{pin} reads {level} (interrupt)"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_has_the_level_it_was_set_to() {
        let mut pins = Pins::default();
        pins.output(1, true);
        assert!(pins.level(1));
        pins.set(1, false);
        pins.pull(1, true);
        assert!(!pins.level(1));
    }

    #[test]
    fn an_input_reads_its_pull_and_cannot_be_set() {
        let mut pins = Pins::default();
        pins.input(1, Direction::Input);
        assert!(!pins.level(1));
        pins.pull(1, true);
        assert!(pins.level(1));
        pins.set(1, false);
        assert!(pins.level(1));
        pins.close(1);
        assert!(!pins.level(1));
    }

    #[test]
    fn changes_are_told_once() {
        let mut pins = Pins::default();
        pins.output(4, false);
        assert_eq!(pins.change(4).as_deref(), Some("4 = 0 (output)"));
        pins.set(4, false);
        assert_eq!(pins.change(4), None);
        pins.set(4, true);
        assert_eq!(pins.change(4).as_deref(), Some("4 = 1"));
        pins.close(4);
        assert_eq!(pins.change(4), None);
        pins.output(4, true);
        assert_eq!(pins.change(4), None);
        pins.input(4, Direction::Interrupt);
        assert_eq!(pins.change(4).as_deref(), Some("4 reads 0 (interrupt)"));
        assert_eq!(pins.change(5), None);
    }
}
