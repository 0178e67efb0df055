//! What the user decides about the modem: `--modem KEY=VALUE`.

use std::{fmt::Display, str::FromStr, time::Duration};

use super::card::{Card, Slot};

/// Card, network and identity of the modem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// `register_after`: how long a search for the network takes, in milliseconds. Default: 2000, after which
    /// LuatOS-Air's own library has an address on a device.
    pub register_after: Duration,
    /// `imei`: 15 digits. Default: of the range that is reserved for tests.
    pub imei: String,
    /// The cards in the two slots: `iccid`, `imsi`, `number`, `pin`, `puk`, and for the second slot the same with a
    /// 2, each of which puts a card into it. Default: the first has one.
    pub cards: [Option<Card>; 2],
    /// `signal`: 0 to 31, or 99 for none (3GPP TS 27.007 section 8.5). Default: 24.
    pub signal: u8,
    /// `operator`: country and network code, five or six digits. Default: 46000.
    pub operator: String,
    /// `cell`: tracking area and cell, in hexadecimal, joined by a colon. Default: 18be:93e1.
    pub cell: (u32, u32),
    /// `ring_every`: from one `RING` to the next, in milliseconds. Default: 5000, the cadence of ringing in China, a
    /// second of sound and four of silence.
    pub ring_every: Duration,
    /// `battery`: millivolts. Default: 4000.
    pub battery: u16,
    /// `temperature`: degrees Celsius. Default: 28.
    pub temperature: i16,
}

impl Default for Profile {
    fn default() -> Self {
        Profile {
            register_after: Duration::from_millis(2000),
            // 14 digits and their check digit.
            imei: "001012345678903".into(),
            cards: [Some(Card::default()), None],
            signal: 24,
            operator: "46000".into(),
            cell: (0x18be, 0x93e1),
            ring_every: Duration::from_secs(5),
            battery: 4000,
            temperature: 28,
        }
    }
}

impl Profile {
    /// The keys that [`set`](Self::set) knows.
    pub const KEYS: [&str; 18] = [
        "register_after",
        "imei",
        "iccid",
        "imsi",
        "number",
        "pin",
        "puk",
        "iccid2",
        "imsi2",
        "number2",
        "pin2",
        "puk2",
        "ring_every",
        "signal",
        "operator",
        "cell",
        "battery",
        "temperature",
    ];

    /// Sets one value. Returns false for a key that is not the modem's.
    ///
    /// # Errors
    /// The value cannot be used; the text names the key, quotes the value and says what is expected.
    pub fn set(&mut self, key: &str, value: &str) -> Result<bool, String> {
        let problem = |expected: &str| format!("{key}: {expected} expected, got {value:?}");
        match key {
            "register_after" => {
                let ms: u32 = number(value, 0..=u32::MAX).ok_or_else(|| problem("milliseconds"))?;
                self.register_after = Duration::from_millis(ms.into());
            }
            "imei" => self.imei = digits(value, 15..=15).ok_or_else(|| problem("15 digits"))?,
            "ring_every" => {
                let ms: u32 = number(value, 1..=u32::MAX).ok_or_else(|| problem("milliseconds"))?;
                self.ring_every = Duration::from_millis(ms.into());
            }
            "signal" => {
                let signal = number(value, 0..=99).filter(|level| *level <= 31 || *level == 99);
                self.signal = signal.ok_or_else(|| problem("0 to 31, or 99"))?;
            }
            "operator" => self.operator = digits(value, 5..=6).ok_or_else(|| problem("5 or 6 digits"))?,
            "cell" => self.cell = cell(value).ok_or_else(|| problem("AREA:CELL in hexadecimal"))?,
            "battery" => self.battery = number(value, 0..=6000).ok_or_else(|| problem("0 to 6000 millivolts"))?,
            "temperature" => {
                self.temperature = number(value, -60..=150).ok_or_else(|| problem("-60 to 150 degrees Celsius"))?;
            }
            _ => return self.set_card(key, value).map_err(problem),
        }
        Ok(true)
    }

    /// The slots with their cards.
    pub(super) fn slots(&self) -> [Slot; 2] {
        let [first, second] = &self.cards;
        [
            Slot::new(first.clone().unwrap_or_default(), first.is_some()),
            Slot::new(second.clone().unwrap_or_else(Card::second), second.is_some()),
        ]
    }

    /// Sets one value of a card. Returns false for a key that is not a card's.
    fn set_card(&mut self, key: &str, value: &str) -> Result<bool, &'static str> {
        let [first, second] = &mut self.cards;
        match key.strip_suffix('2') {
            None => first.get_or_insert_default().set(key, value),
            Some(key) => second.get_or_insert_with(Card::second).set(key, value),
        }
    }
}

fn number<T: FromStr + PartialOrd + Display>(value: &str, range: std::ops::RangeInclusive<T>) -> Option<T> {
    value.parse().ok().filter(|number| range.contains(number))
}

pub(super) fn digits(value: &str, count: std::ops::RangeInclusive<usize>) -> Option<String> {
    (count.contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_digit())).then(|| value.into())
}

fn cell(value: &str) -> Option<(u32, u32)> {
    let (area, cell) = value.split_once(':')?;
    let hexadecimal = |text: &str| u32::from_str_radix(text, 16).ok().filter(|number| *number > 0);
    Some((hexadecimal(area)?, hexadecimal(cell)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_kept() {
        let mut profile = Profile::default();
        for (key, value) in [
            ("register_after", "0"),
            ("number", "10086"),
            ("signal", "99"),
            ("cell", "1a:2B3C4D"),
            ("temperature", "-7"),
            ("pin", "1234"),
        ] {
            assert_eq!(profile.set(key, value), Ok(true), "{key}");
        }
        assert_eq!((profile.register_after, profile.signal, profile.temperature), (Duration::ZERO, 99, -7));
        let [first, second] = &profile.cards;
        let number = first.as_ref().map(|card| card.number.as_str());
        assert_eq!((profile.cell, number, second), ((0x1a, 0x2b_3c4d), Some("10086"), &None));
        assert_eq!(profile.set("pin2", "0000"), Ok(true));
        let second = Card { pin: Some("0000".into()), ..Card::second() };
        assert_eq!(profile.cards[1], Some(second));
        assert_eq!(profile.set("flash", "1"), Ok(false));
        assert_eq!(profile.set("signal2", "1"), Ok(false));
        for key in Profile::KEYS {
            assert_ne!(profile.set(key, ""), Ok(false), "{key}");
        }
    }

    #[test]
    fn wrong_values_are_named() {
        for (key, value) in [
            ("register_after", "soon"),
            ("register_after", "-1"),
            ("imei", "123"),
            ("iccid", "x"),
            ("imsi", "46000123456789x"),
            ("number", "+"),
            ("pin", "12"),
            ("puk2", "12"),
            ("ring_every", "0"),
            ("signal", "32"),
            ("operator", "cmcc"),
            ("cell", "18be"),
            ("cell", "0:1"),
            ("battery", "4 V"),
            ("temperature", "1000"),
        ] {
            let problem = Profile::default().set(key, value).unwrap_err();
            assert!(problem.starts_with(&format!("{key}: ")) && problem.contains(&format!("{value:?}")), "{problem}");
        }
    }
}
