//! What a project calls its pins and keys, for whoever shows them.

use std::collections::BTreeMap;

/// Names by what they are names of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// By the number of a pin.
    pub pins: BTreeMap<i64, String>,
    /// By `ROW,COLUMN` of a key of the matrix.
    pub keys: BTreeMap<String, String>,
}

/// Pins of a port, and ports.
const PINS: i64 = 32;
const PORTS: i64 = 3;

/// Highest row and column of the matrix.
const LAST_KEY: u8 = 255;

impl Labels {
    /// Names a pin, which is given as scripts do, such as `P0_10`.
    ///
    /// # Errors
    /// There is no such pin; the text quotes it.
    pub fn name_pin(&mut self, pin: &str, name: &str) -> Result<(), String> {
        let number = pin_number(pin).ok_or_else(|| format!("a pin P0_0 to P2_31 expected, got {pin:?}"))?;
        self.pins.insert(number, name.to_owned());
        Ok(())
    }

    /// Names a key, which is given as `ROW,COLUMN`.
    ///
    /// # Errors
    /// It is none; the text quotes it.
    pub fn name_key(&mut self, place: &str, name: &str) -> Result<(), String> {
        let wrong = || format!("ROW,COLUMN of a key, each 0 to {LAST_KEY}, expected, got {place:?}");
        let (row, column) = place.split_once(',').ok_or_else(wrong)?;
        let [row, column] = [row, column].map(|text| text.trim().parse::<u8>().ok());
        let (row, column) = row.zip(column).ok_or_else(wrong)?;
        self.keys.insert(format!("{row},{column}"), name.to_owned());
        Ok(())
    }
}

fn pin_number(pin: &str) -> Option<i64> {
    let (port, pin) = pin.strip_prefix('P')?.split_once('_')?;
    let [port, pin] = [port, pin].map(|text| text.parse::<i64>().ok());
    let (port, pin) = port.zip(pin)?;
    ((0..PORTS).contains(&port) && (0..PINS).contains(&pin)).then_some(port * PINS + pin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_and_keys_get_names() {
        let mut labels = Labels::default();
        labels.name_pin("P0_10", "lamp").unwrap();
        labels.name_pin("P2_31", "last").unwrap();
        labels.name_key("1, 2", "OK").unwrap();
        assert_eq!(labels.pins, BTreeMap::from([(10, "lamp".into()), (95, "last".into())]));
        assert_eq!(labels.keys, BTreeMap::from([("1,2".into(), "OK".into())]));
    }

    #[test]
    fn what_is_none_is_quoted() {
        let mut labels = Labels::default();
        for pin in ["", "10", "P0", "P3_0", "P0_32", "P0_-1", "p0_1"] {
            assert!(labels.name_pin(pin, "x").unwrap_err().ends_with(&format!("got {pin:?}")), "{pin}");
        }
        for key in ["", "1", "1,", "1,2,3", "256,0", "-1,0"] {
            assert!(labels.name_key(key, "x").unwrap_err().ends_with(&format!("got {key:?}")), "{key}");
        }
        assert_eq!(labels, Labels::default());
    }
}
