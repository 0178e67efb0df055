//! Analogue inputs.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};

/// Numbers of the inputs.
pub const CHANNELS: Range<i64> = 0..8;

/// What a channel reads that is not open, as raw value and as millivolts.
pub const INVALID: (i64, i64) = (0xffff, 0xffff);

/// Millivolts of one step of the raw value.
const STEP: i64 = 3;

/// The ranges of an input, by the names that scripts use: the largest voltage in millivolts.
pub const SCALES: [(&str, i64); 4] =
    [("SCALE_1V250", 1250), ("SCALE_2V444", 2400), ("SCALE_3V233", 3233), ("SCALE_5V000", 5000)];

/// The range of an input that is opened without one.
const DEFAULT_SCALE: i64 = 5000;

#[derive(Clone, Copy, Debug, Default)]
struct Channel {
    /// The largest voltage that can be measured; `None` while the channel is not open.
    scale: Option<i64>,
    millivolts: i64,
}

/// The inputs: quiet until an action sets a voltage.
#[derive(Debug, Default)]
pub struct Analog {
    channels: HashMap<i64, Channel>,
}

impl Analog {
    /// The voltage at an input from now on.
    pub fn set(&mut self, channel: i64, millivolts: i64) {
        self.channels.entry(channel).or_default().millivolts = millivolts;
    }

    /// The voltages at the inputs that were opened or set, in millivolts, by channel.
    #[must_use]
    pub fn states(&self) -> BTreeMap<i64, i64> {
        self.channels.iter().map(|(number, channel)| (*number, channel.millivolts)).collect()
    }

    /// Opens a channel for voltages up to `scale`; 0 means 5 V. Returns false if there is no such range.
    pub fn open(&mut self, channel: i64, scale: i64) -> bool {
        let scale = if scale == 0 { DEFAULT_SCALE } else { scale };
        let is_range = SCALES.iter().any(|(_, known)| *known == scale);
        if is_range {
            self.channels.entry(channel).or_default().scale = Some(scale);
        }
        is_range
    }

    /// Closes a channel.
    pub fn close(&mut self, channel: i64) {
        self.channels.entry(channel).or_default().scale = None;
    }

    /// Raw value and millivolts of a channel; [`INVALID`] while it is not open.
    #[must_use]
    pub fn read(&self, channel: i64) -> (i64, i64) {
        match self.channels.get(&channel) {
            Some(Channel { scale: Some(scale), millivolts }) => {
                let millivolts = *millivolts.clamp(&0, scale);
                (millivolts / STEP, millivolts)
            }
            _ => INVALID,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_channel_reads_the_voltage_that_was_set() {
        let mut analog = Analog::default();
        assert_eq!(analog.read(2), INVALID);
        assert!(analog.open(2, 0));
        assert_eq!(analog.read(2), (0, 0));
        analog.set(2, 1200);
        assert_eq!(analog.read(2), (400, 1200));
        analog.close(2);
        assert_eq!(analog.read(2), INVALID);
        assert!(analog.open(2, 0));
        assert_eq!(analog.read(2), (400, 1200));
    }

    #[test]
    fn a_range_has_an_end() {
        let mut analog = Analog::default();
        analog.set(2, 3000);
        assert!(!analog.open(2, 3000));
        assert!(analog.open(2, 1250));
        assert_eq!(analog.read(2), (416, 1250));
    }
}
