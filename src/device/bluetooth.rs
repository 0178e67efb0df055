//! A Bluetooth radio that sees nobody.

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
