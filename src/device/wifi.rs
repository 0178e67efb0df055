//! Access points that a search finds.

use std::fmt;

/// An access point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessPoint {
    /// Its address (BSSID).
    pub address: [u8; 6],
    /// How strongly it is received, in dBm.
    pub strength: i16,
}

impl AccessPoint {
    /// Reads an address such as `01:23:45:67:89:ab`.
    #[must_use]
    pub fn parse_address(text: &str) -> Option<[u8; 6]> {
        let mut address = [0; 6];
        let mut parts = text.split(':');
        for byte in &mut address {
            let part =
                parts.next().filter(|part| part.len() == 2 && part.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
            *byte = u8::from_str_radix(part, 16).ok()?;
        }
        parts.next().is_none().then_some(address)
    }
}

/// As the firmware reports it: digits without zeros in front, strength, channel.
impl fmt::Display for AccessPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.address.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        write!(f, "{number:x},{},1;", self.strength)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_reported() {
        let address = AccessPoint::parse_address("00:13:45:67:89:aB").expect("an address");
        assert_eq!(AccessPoint { address, strength: -60 }.to_string(), "13456789ab,-60,1;");
        for wrong in
            ["", "00:13:45:67:89", "00:13:45:67:89:ab:cd", "0:13:45:67:89:ab", "00:13:45:67:89:xy", "+1:13:45:67:89:ab"]
        {
            assert_eq!(AccessPoint::parse_address(wrong), None, "{wrong}");
        }
    }
}
