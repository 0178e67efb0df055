//! What the user decides about the modem: `--modem KEY=VALUE`.

use std::{fmt::Display, str::FromStr, time::Duration};

/// Card, network and identity of the modem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// `register_after`: how long a search for the network takes, in milliseconds. Default: 2000, after which
    /// LuatOS-Air's own library has an address on a device.
    pub register_after: Duration,
    /// `imei`: 15 digits. Default: of the range that is reserved for tests.
    pub imei: String,
    /// `iccid`: the card's number, 19 or 20 digits.
    pub iccid: String,
    /// `imsi`: the subscriber's identity, 15 digits, which begin with the card's home network.
    pub imsi: String,
    /// `number`: the card's telephone number, digits after an optional plus sign.
    pub number: String,
    /// `pin`: what the card asks for, four to eight digits. Default: none.
    pub pin: Option<String>,
    /// `signal`: 0 to 31, or 99 for none (3GPP TS 27.007 section 8.5). Default: 24.
    pub signal: u8,
    /// `operator`: country and network code, five or six digits. Default: 46000.
    pub operator: String,
    /// `cell`: tracking area and cell, in hexadecimal, joined by a colon. Default: 18be:93e1.
    pub cell: (u32, u32),
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
            iccid: "89860012345678901234".into(),
            imsi: "460001234567890".into(),
            number: "+8613000000000".into(),
            pin: None,
            signal: 24,
            operator: "46000".into(),
            cell: (0x18be, 0x93e1),
            battery: 4000,
            temperature: 28,
        }
    }
}

impl Profile {
    /// The keys that [`set`](Self::set) knows.
    pub const KEYS: [&str; 11] = [
        "register_after",
        "imei",
        "iccid",
        "imsi",
        "number",
        "pin",
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
            "iccid" => self.iccid = digits(value, 19..=20).ok_or_else(|| problem("19 or 20 digits"))?,
            "imsi" => self.imsi = digits(value, 15..=15).ok_or_else(|| problem("15 digits"))?,
            "number" => {
                let plain = value.strip_prefix('+').unwrap_or(value);
                digits(plain, 1..=20).ok_or_else(|| problem("digits after an optional +"))?;
                self.number = value.into();
            }
            "pin" => self.pin = Some(digits(value, 4..=8).ok_or_else(|| problem("4 to 8 digits"))?),
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
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn number<T: FromStr + PartialOrd + Display>(value: &str, range: std::ops::RangeInclusive<T>) -> Option<T> {
    value.parse().ok().filter(|number| range.contains(number))
}

fn digits(value: &str, count: std::ops::RangeInclusive<usize>) -> Option<String> {
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
        assert_eq!((profile.cell, profile.number.as_str()), ((0x1a, 0x2b_3c4d), "10086"));
        assert_eq!(profile.set("flash", "1"), Ok(false));
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
