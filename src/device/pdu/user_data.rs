//! The end of a message: how it is coded, its header, its text (3GPP TS 23.040 sections 9.2.3.16 and 9.2.3.24).

use super::{Content, Error, Reader, alphabet};

/// Most octets of header and text.
const MAX_OCTETS: usize = 140;

/// Elements of the header: which part this is, with a reference of 8 or 16 bits.
const CONCATENATION: u8 = 0x00;
const WIDE_CONCATENATION: u8 = 0x08;

/// Data coding schemes of the three alphabets.
const SEVEN_BITS: u8 = 0x00;
const EIGHT_BITS: u8 = 0x04;
const UCS2: u8 = 0x08;

/// Which part of a longer text a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// What the parts of a text have in common.
    pub reference: u16,
    /// The reference has 16 bits, else 8.
    pub is_wide: bool,
    /// How many parts there are.
    pub total: u8,
    /// Which of them this is, from 1.
    pub index: u8,
}

/// Header and text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserData {
    /// Which part this is; none for a text of one part. Other elements of a header are skipped.
    pub part: Option<Part>,
    /// The text or data.
    pub content: Content,
}

impl UserData {
    /// The messages of a text, with this reference if they are several.
    #[must_use]
    pub fn parts(content: &Content, reference: u8) -> Vec<UserData> {
        let pieces = content.pieces();
        let total = u8::try_from(pieces.len()).unwrap_or(u8::MAX);
        let part = |index| Part { reference: reference.into(), is_wide: false, total, index };
        let numbered = (1..=total).zip(pieces);
        numbered.map(|(index, content)| UserData { part: (total > 1).then(|| part(index)), content }).collect()
    }

    /// The data coding scheme.
    pub(super) fn coding(&self) -> u8 {
        match self.content {
            Content::Septets(_) => SEVEN_BITS,
            Content::Octets(_) => EIGHT_BITS,
            Content::Units(_) => UCS2,
        }
    }

    /// Appends the length, the header and the text.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        let mut data = self.part.map_or_else(Vec::new, |part| part.header());
        let length = match &self.content {
            Content::Septets(septets) => {
                let length = alphabet::header_septets(data.len()) + septets.len();
                data = alphabet::pack(&data, septets);
                length
            }
            Content::Octets(octets) => {
                data.extend(octets);
                data.len()
            }
            Content::Units(units) => {
                data.extend(units.iter().flat_map(|unit| unit.to_be_bytes()));
                data.len()
            }
        };
        out.push(length as u8);
        out.extend(data);
    }

    /// Takes the rest of a message.
    pub(super) fn decode(coding: u8, has_header: bool, reader: &mut Reader<'_>) -> Result<Self, Error> {
        let scheme = scheme(coding)?;
        let length = usize::from(reader.octet()?);
        let octets = if scheme == SEVEN_BITS { (7 * length).div_ceil(8) } else { length };
        if octets > MAX_OCTETS {
            return Err(Error::Malformed);
        }
        let data = reader.octets(octets)?;
        if !reader.0.is_empty() {
            return Err(Error::TooLong);
        }
        let mut rest = Reader(data);
        let header = if has_header {
            let count = rest.octet()?.into();
            Some(rest.octets(count)?)
        } else {
            None
        };
        let part = header.map(part_of).transpose()?.flatten();
        let content = match scheme {
            SEVEN_BITS => {
                let first = alphabet::header_septets(octets - rest.0.len());
                Content::Septets(alphabet::unpack(data, first, length).ok_or(Error::Truncated)?)
            }
            UCS2 => Content::Units(rest.0.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect()),
            _ => Content::Octets(rest.0.to_vec()),
        };
        Ok(UserData { part, content })
    }
}

impl Part {
    /// The header with its length.
    fn header(self) -> Vec<u8> {
        let [high, low] = self.reference.to_be_bytes();
        if self.is_wide {
            vec![6, WIDE_CONCATENATION, 4, high, low, self.total, self.index]
        } else {
            vec![5, CONCATENATION, 3, low, self.total, self.index]
        }
    }
}

/// The alphabet of a data coding scheme (3GPP TS 23.038 section 4): reserved ones mean the default alphabet.
fn scheme(coding: u8) -> Result<u8, Error> {
    match coding >> 4 {
        // General, also with automatic deletion.
        group @ 0..=7 => match coding >> 2 & 3 {
            _ if group & 2 != 0 => Err(Error::Compressed),
            1 => Ok(EIGHT_BITS),
            2 => Ok(UCS2),
            _ => Ok(SEVEN_BITS),
        },
        // Something waits, in UCS2.
        0xe => Ok(UCS2),
        // With a class.
        0xf if coding & 4 != 0 => Ok(EIGHT_BITS),
        _ => Ok(SEVEN_BITS),
    }
}

/// Which part a header says this is. A part that cannot be is ignored, as the standard demands.
fn part_of(header: &[u8]) -> Result<Option<Part>, Error> {
    let mut header = Reader(header);
    let mut part = None;
    while !header.0.is_empty() {
        let (element, length) = (header.octet()?, header.octet()?);
        let found = match (element, header.octets(length.into())?) {
            (CONCATENATION, &[reference, total, index]) => {
                Part { reference: reference.into(), is_wide: false, total, index }
            }
            (WIDE_CONCATENATION, &[high, low, total, index]) => {
                Part { reference: u16::from_be_bytes([high, low]), is_wide: true, total, index }
            }
            _ => continue,
        };
        part = Some(found).filter(|part| (1..=part.total).contains(&part.index));
    }
    Ok(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(coding: u8, has_header: bool, octets: &[u8]) -> Result<UserData, Error> {
        UserData::decode(coding, has_header, &mut Reader(octets))
    }

    #[test]
    fn parts_of_every_alphabet_come_back() {
        for content in [Content::of("hello"), Content::of("你好"), Content::Octets(vec![0, 255])] {
            for is_wide in [false, true] {
                let reference = if is_wide { 0xabcd } else { 0xcd };
                let data =
                    UserData { part: Some(Part { reference, is_wide, total: 3, index: 2 }), content: content.clone() };
                let mut octets = Vec::new();
                data.encode(&mut octets);
                assert_eq!(decode(data.coding(), true, &octets), Ok(data));
            }
        }
    }

    #[test]
    fn full_messages_are_full() {
        for content in [Content::of(&"a".repeat(200)), Content::of(&"中".repeat(100)), Content::Octets(vec![7; 200])] {
            let parts = UserData::parts(&content, 9);
            let mut octets = Vec::new();
            parts[0].encode(&mut octets);
            assert_eq!(octets.len(), 1 + MAX_OCTETS);
            assert_eq!(decode(parts[0].coding(), true, &octets).as_ref(), Ok(&parts[0]));
        }
    }

    #[test]
    fn coding_schemes() {
        for (coding, expected) in [
            (0x00, Ok(SEVEN_BITS)),
            (0x04, Ok(EIGHT_BITS)),
            (0x08, Ok(UCS2)),
            (0x0c, Ok(SEVEN_BITS)),
            (0x11, Ok(SEVEN_BITS)),
            (0x19, Ok(UCS2)),
            (0x48, Ok(UCS2)),
            (0x20, Err(Error::Compressed)),
            (0xc8, Ok(SEVEN_BITS)),
            (0xe0, Ok(UCS2)),
            (0xf1, Ok(SEVEN_BITS)),
            (0xf5, Ok(EIGHT_BITS)),
        ] {
            assert_eq!(scheme(coding), expected, "{coding:#x}");
        }
    }

    #[test]
    fn odd_headers() {
        // An element that is skipped, and a part that cannot be.
        let unknown = decode(EIGHT_BITS, true, &[8, 6, 0x24, 1, 7, 0x70, 1, 9, b'x']).unwrap();
        assert_eq!(unknown, UserData { part: None, content: Content::Octets(vec![b'x']) });
        assert_eq!(decode(EIGHT_BITS, true, &[6, 5, 0, 3, 1, 2, 3]).unwrap().part, None);
        // A header longer than what it is in, and one without an end of an element.
        assert_eq!(decode(EIGHT_BITS, true, &[2, 5, 0]), Err(Error::Truncated));
        assert_eq!(decode(EIGHT_BITS, true, &[3, 2, 0, 9]), Err(Error::Truncated));
        assert_eq!(decode(SEVEN_BITS, true, &[0]), Err(Error::Truncated));
    }

    #[test]
    fn lengths_are_checked() {
        assert_eq!(decode(UCS2, false, &[4, 0, 65]), Err(Error::Truncated));
        assert_eq!(decode(UCS2, false, &[2, 0, 65, 0]), Err(Error::TooLong));
        assert_eq!(decode(EIGHT_BITS, false, &[141; 142]), Err(Error::Malformed));
    }
}
