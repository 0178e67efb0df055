//! What the device does to the world around it.

use std::fmt;

/// One thing that the device does. Its text is what `--trace` shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A pin changes.
    Pin(String),
    /// A command goes to the modem.
    AtSent(String),
    /// A line comes from the modem.
    AtReceived(String),
    /// The clock or its alarm is set.
    Clock(String),
}

impl Change {
    /// The topic that `--trace` writes in front.
    pub fn topic(&self) -> &'static str {
        match self {
            Change::Pin(_) => "pin",
            Change::AtSent(_) => "AT >",
            Change::AtReceived(_) => "AT <",
            Change::Clock(_) => "clock",
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::Pin(text) | Change::AtSent(text) | Change::AtReceived(text) | Change::Clock(text) => {
                f.write_str(text)
            }
        }
    }
}
