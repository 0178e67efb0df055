//! A Bluetooth radio that sees nobody.

use std::fmt;

/// What it is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It waits to be connected to.
    Peripheral,
    /// It connects to others.
    Central,
    /// Head sets and telephones.
    Classic,
}

impl Mode {
    /// The mode of a number of `btcore.open`.
    #[must_use]
    pub fn numbered(number: i64) -> Option<Mode> {
        match number {
            0 => Some(Mode::Peripheral),
            1 => Some(Mode::Central),
            2 => Some(Mode::Classic),
            _ => None,
        }
    }
}

/// The radio.
#[derive(Debug)]
pub struct Radio {
    mode: Option<Mode>,
    /// Classic only: 0x01 it can be connected to, 0x10 it can be found.
    pub visibility: i64,
    /// Classic only: 0 to 127.
    pub volume: i64,
}

impl Default for Radio {
    fn default() -> Self {
        Radio { mode: None, visibility: 0, volume: 64 }
    }
}

impl Radio {
    /// Switches it on.
    pub fn open(&mut self, mode: Mode) {
        *self = Radio { mode: Some(mode), ..Radio::default() };
    }

    /// Switches it off; returns false if it was.
    pub fn close(&mut self) -> bool {
        std::mem::take(self).mode.is_some()
    }

    /// Whether it is on.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.mode.is_some()
    }

    /// Whether it can look for others and connect to them.
    #[must_use]
    pub fn is_central(&self) -> bool {
        self.mode == Some(Mode::Central)
    }
}

/// The radio does something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BluetoothChange {
    /// It is switched on.
    On(Mode),
    /// It is switched off.
    Off,
    /// It begins (true) or ends to look for others.
    Scan(bool),
    /// It begins (true) or ends to advertise itself.
    Advertise(bool),
    /// It connects to an address.
    Connect(String),
}

impl fmt::Display for BluetoothChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BluetoothChange::On(mode) => write!(f, "on as {mode:?}"),
            BluetoothChange::Off => f.write_str("off"),
            BluetoothChange::Scan(true) => f.write_str("looks for others"),
            BluetoothChange::Scan(false) => f.write_str("looks for others no more"),
            BluetoothChange::Advertise(true) => f.write_str("advertises itself"),
            BluetoothChange::Advertise(false) => f.write_str("advertises itself no more"),
            BluetoothChange::Connect(address) => write!(f, "connects to {address}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_on_from_open_to_close() {
        let mut radio = Radio::default();
        assert!(!radio.is_open() && !radio.close());
        radio.open(Mode::Central);
        radio.visibility = 0x11;
        assert!(radio.is_open() && radio.is_central());
        assert!(radio.close() && !radio.is_open() && !radio.is_central());
        radio.open(Mode::Classic);
        assert_eq!((radio.visibility, radio.is_central()), (0, false));
        assert_eq!(Mode::numbered(3), None);
    }
}
