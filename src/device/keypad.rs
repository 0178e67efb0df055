//! The key matrix.

use std::collections::HashSet;

/// Keys, by row and column. The power key is one of them; its place is the firmware's matter.
#[derive(Debug, Default)]
pub struct Keypad {
    is_enabled: bool,
    pressed: HashSet<(i64, i64)>,
}

impl Keypad {
    /// From now on [`press`](Self::press) reports keys: the script has initialised the module.
    pub fn enable(&mut self) {
        self.is_enabled = true;
    }

    /// A key is pressed or released. Returns whether the script gets a message.
    pub fn press(&mut self, row: i64, column: i64, is_pressed: bool) -> bool {
        let is_new = if is_pressed { self.pressed.insert((row, column)) } else { self.pressed.remove(&(row, column)) };
        is_new && self.is_enabled
    }

    /// Whether any key is pressed.
    #[must_use]
    pub fn is_any_pressed(&self) -> bool {
        !self.pressed.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_of_each_change_once_it_is_enabled() {
        let mut keypad = Keypad::default();
        assert!(!keypad.press(1, 2, true));
        assert!(keypad.is_any_pressed());
        keypad.enable();
        assert!(!keypad.press(1, 2, true));
        assert!(keypad.press(1, 2, false));
        assert!(!keypad.press(1, 2, false));
        assert!(!keypad.is_any_pressed());
        assert!(keypad.press(0, 0, true));
    }
}
