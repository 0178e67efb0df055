//! Telephone numbers and names of senders (3GPP TS 23.040 section 9.1.2.5).

use std::fmt;

use super::{Error, Reader, alphabet};

/// Most digits of a number.
const MAX_DIGITS: usize = 20;

/// The digits by their semi-octets; the last value fills an odd number.
const DIGITS: [char; 15] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#', 'a', 'b', 'c'];
const FILL: u8 = 0xf;

/// Types of numbers in the octet before the digits: bits 6 to 4.
const INTERNATIONAL: u8 = 1;
const NAME: u8 = 5;

/// That octet of what is encoded here, with the numbering plan of telephony, or none for a name.
const TYPE_INTERNATIONAL: u8 = 0x91;
const TYPE_UNKNOWN: u8 = 0x81;
const TYPE_NAME: u8 = 0xd0;

/// Whom a message comes from or goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// Digits with the code of the country.
    International(String),
    /// Digits as they are dialled, such as a service's short number.
    National(String),
    /// A name, which only a sender has.
    Name(String),
}

impl Address {
    /// The address of a text: a plus sign and digits, digits, or a name of up to eleven characters of the default
    /// alphabet. None for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_number = |digits: &str| {
            (1..=MAX_DIGITS).contains(&digits.len())
                && digits.bytes().all(|digit| digit.is_ascii_digit() || b"*#".contains(&digit))
        };
        if let Some(digits) = text.strip_prefix('+') {
            return is_number(digits).then(|| Address::International(digits.into()));
        }
        if is_number(text) {
            return Some(Address::National(text.into()));
        }
        let septets = alphabet::encode(text)?;
        let fits = !septets.is_empty() && name_length(septets.len()) <= MAX_DIGITS;
        fits.then(|| Address::Name(text.into()))
    }

    /// Appends length, type and digits.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        let (kind, digits) = match self {
            Address::International(digits) => (TYPE_INTERNATIONAL, digits),
            Address::National(digits) => (TYPE_UNKNOWN, digits),
            Address::Name(name) => {
                let septets = alphabet::encode(name).unwrap_or_default();
                out.extend([name_length(septets.len()) as u8, TYPE_NAME]);
                return out.extend(alphabet::pack(&[], &septets));
            }
        };
        out.extend([digits.len() as u8, kind]);
        out.extend(semi_octets(digits));
    }

    /// Takes length, type and digits.
    pub(super) fn decode(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let length = usize::from(reader.octet()?);
        let kind = reader.octet()?;
        if length > MAX_DIGITS {
            return Err(Error::Malformed);
        }
        let octets = reader.octets(length.div_ceil(2))?;
        if kind >> 4 & 7 == NAME {
            let septets = alphabet::unpack(octets, 0, length * 4 / 7).ok_or(Error::Malformed)?;
            return Ok(Address::Name(alphabet::decode(&septets)));
        }
        let digits = digits(octets, length)?;
        Ok(if kind >> 4 & 7 == INTERNATIONAL { Address::International(digits) } else { Address::National(digits) })
    }

    /// The number of a service centre, which goes before a message at the AT port: octets, type and digits.
    pub(in crate::device) fn service_centre(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.encode(&mut out);
        out[0] = (out.len() - 1) as u8;
        out
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::International(digits) => write!(f, "+{digits}"),
            Address::National(text) | Address::Name(text) => f.write_str(text),
        }
    }
}

/// Length of a name of so many septets, in semi-octets.
fn name_length(septets: usize) -> usize {
    (7 * septets).div_ceil(4)
}

/// Digits in pairs, the first of each in the lower half.
fn semi_octets(digits: &str) -> Vec<u8> {
    let value = |digit: char| DIGITS.iter().position(|known| *known == digit).map_or(FILL, |value| value as u8);
    let values: Vec<u8> = digits.chars().map(value).collect();
    values.chunks(2).map(|pair| pair[0] | pair.get(1).unwrap_or(&FILL) << 4).collect()
}

fn digits(octets: &[u8], length: usize) -> Result<String, Error> {
    let values = octets.iter().flat_map(|octet| [octet & 0xf, octet >> 4]);
    let digit = |value: u8| DIGITS.get(usize::from(value)).copied().ok_or(Error::Malformed);
    values.take(length).map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(text: &str) -> Vec<u8> {
        let mut out = Vec::new();
        Address::parse(text).unwrap().encode(&mut out);
        out
    }

    #[test]
    fn numbers_and_names() {
        // Encoded by python-messaging and from examples of 3GPP TS 23.040.
        for (text, octets) in [
            ("+8613800000000", &[0x0d, 0x91, 0x68, 0x31, 0x08, 0x00, 0x00, 0x00, 0xf0][..]),
            ("10086", &[0x05, 0x81, 0x01, 0x80, 0xf6]),
            ("*100#", &[0x05, 0x81, 0x1a, 0x00, 0xfb]),
            ("hellohello", &[0x12, 0xd0, 0xe8, 0x32, 0x9b, 0xfd, 0x46, 0x97, 0xd9, 0xec, 0x37]),
        ] {
            assert_eq!(encoded(text), octets, "{text}");
            let decoded = Address::decode(&mut Reader(octets)).unwrap();
            assert_eq!((decoded.to_string(), Some(decoded)), (text.into(), Address::parse(text)));
        }
    }

    #[test]
    fn what_is_no_address() {
        for text in ["", "中国移动", "a name too long", "+12345678901234567890123"] {
            assert_eq!(Address::parse(text), None, "{text}");
        }
        for (octets, error) in [
            (&[0x05, 0x81, 0x01][..], Error::Truncated),
            (&[0xff, 0x81], Error::Malformed),
            (&[0x02, 0x81, 0xff], Error::Malformed),
        ] {
            assert_eq!(Address::decode(&mut Reader(octets)), Err(error));
        }
    }

    #[test]
    fn a_service_centre_counts_octets() {
        let centre = Address::parse("+8613800100500").unwrap().service_centre();
        assert_eq!(centre, [0x08, 0x91, 0x68, 0x31, 0x08, 0x10, 0x00, 0x05, 0xf0]);
    }
}
