//! The time at which a service centre has taken a message (3GPP TS 23.040 section 9.2.3.11).

use std::fmt;

use super::{Error, Reader};
use crate::device::clock::Civil;

/// Says in the zone's octet that it is west of Greenwich.
const IS_WEST: u8 = 0x08;

/// Years of two digits up to this are of the century that began in 2000.
const LAST_YEAR: i64 = 89;

/// A local time and its zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The time there.
    pub local: Civil,
    /// Quarters of an hour east of Greenwich, -79 to 79.
    pub zone: i32,
}

impl Stamp {
    /// Appends seven octets. Only the last two digits of the year go into them.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        let Civil { year, month, day, hour, minute, second } = self.local;
        out.extend([year, month, day, hour, minute, second].map(swapped));
        let sign = if self.zone < 0 { IS_WEST } else { 0 };
        out.push(swapped(self.zone.unsigned_abs().min(79).into()) | sign);
    }

    /// Takes seven octets.
    pub(super) fn decode(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let octets = reader.octets(7)?;
        let quarters = number(octets[6] & !IS_WEST)? as i32;
        let zone = if octets[6] & IS_WEST == 0 { quarters } else { -quarters };
        let mut fields = [0; 6];
        for (field, octet) in fields.iter_mut().zip(octets) {
            *field = number(*octet)?;
        }
        let [year, month, day, hour, minute, second] = fields;
        let year = year + if year <= LAST_YEAR { 2000 } else { 1900 };
        Ok(Stamp { local: Civil { year, month, day, hour, minute, second }, zone })
    }
}

impl fmt::Display for Stamp {
    /// `yy/mm/dd,hh:mm:ss+zz`, in quarters of an hour, as at the AT port.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Civil { year, month, day, hour, minute, second } = self.local;
        let year = year.rem_euclid(100);
        write!(f, "{year:02}/{month:02}/{day:02},{hour:02}:{minute:02}:{second:02}{:+03}", self.zone)
    }
}

/// Two decimal digits, the tens in the lower half.
fn swapped(number: i64) -> u8 {
    let [tens, ones] = [number.rem_euclid(100) / 10, number.rem_euclid(10)];
    (ones << 4 | tens) as u8
}

fn number(octet: u8) -> Result<i64, Error> {
    let [tens, ones] = [octet & 0xf, octet >> 4];
    if tens > 9 || ones > 9 { Err(Error::Malformed) } else { Ok(i64::from(10 * tens + ones)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_of_greenwich() {
        let local = Civil { year: 2026, month: 11, day: 26, hour: 9, minute: 8, second: 7 };
        for (zone, last) in [(32, 0x23), (0, 0x00), (-20, 0x0a), (-79, 0x9f)] {
            let stamp = Stamp { local, zone };
            let mut octets = Vec::new();
            stamp.encode(&mut octets);
            assert_eq!(octets, [0x62, 0x11, 0x62, 0x90, 0x80, 0x70, last]);
            assert_eq!(Stamp::decode(&mut Reader(&octets)), Ok(stamp));
            assert_eq!(stamp.to_string(), format!("26/11/26,09:08:07{zone:+03}"));
        }
    }

    #[test]
    fn what_is_no_time() {
        assert_eq!(Stamp::decode(&mut Reader(&[0x62; 6])), Err(Error::Truncated));
        assert_eq!(Stamp::decode(&mut Reader(&[0xa0, 0x11, 0x62, 0x90, 0x80, 0x70, 0])), Err(Error::Malformed));
    }
}
