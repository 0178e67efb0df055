//! The key matrix.

use std::collections::BTreeSet;

use serde::Serialize;

/// The place of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Key {
    /// Its row.
    pub row: i64,
    /// Its column.
    pub column: i64,
}

/// Keys, by row and column. The power key is one of them; its place is the firmware's matter.
#[derive(Debug, Default)]
pub struct Keypad {
    is_enabled: bool,
    pressed: BTreeSet<Key>,
}

impl Keypad {
    /// From now on [`press`](Self::press) reports keys: the script has initialised the module.
    pub fn enable(&mut self) {
        self.is_enabled = true;
    }

    /// A key is pressed or released. Returns whether the script gets a message.
    pub fn press(&mut self, row: i64, column: i64, is_pressed: bool) -> bool {
        let key = Key { row, column };
        let is_new = if is_pressed { self.pressed.insert(key) } else { self.pressed.remove(&key) };
        is_new && self.is_enabled
    }

    /// The keys that are pressed.
    #[must_use]
    pub fn pressed(&self) -> Vec<Key> {
        self.pressed.iter().copied().collect()
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
        assert_eq!(keypad.pressed(), [Key { row: 1, column: 2 }]);
        keypad.enable();
        assert!(!keypad.press(1, 2, true));
        assert!(keypad.press(1, 2, false));
        assert!(!keypad.press(1, 2, false));
        assert!(!keypad.is_any_pressed());
        assert!(keypad.press(0, 0, true));
    }
}
