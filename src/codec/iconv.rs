//! The firmware's `iconv` table: UTF-8 and GB2312 to and from UCS-2.

use encoding_rs::{DecoderResult, EncoderResult, GB18030, GBK};

/// A character set that the firmware knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// `utf8`; of the Basic Multilingual Plane only, as UCS-2 has no more.
    Utf8,
    /// `ucs2`: two bytes for each character, the low one first.
    Ucs2,
    /// `ucs2be`: likewise, the high one first.
    Ucs2Be,
    /// `gb2312`, with the characters that GBK adds.
    Gb2312,
}

impl Charset {
    /// The character set of a name, in any case.
    pub fn named(name: &[u8]) -> Option<Self> {
        const NAMES: [(&str, Charset); 4] = [
            ("utf8", Charset::Utf8),
            ("ucs2", Charset::Ucs2),
            ("ucs2be", Charset::Ucs2Be),
            ("gb2312", Charset::Gb2312),
        ];
        let found = NAMES.iter().find(|(known, _)| known.as_bytes().eq_ignore_ascii_case(name));
        found.map(|(_, charset)| *charset)
    }

    fn is_ucs2(self) -> bool {
        matches!(self, Charset::Ucs2 | Charset::Ucs2Be)
    }
}

/// Why a conversion stopped before the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// The bytes are no character of the character set.
    Invalid,
    /// The text ends within a character, or, in UTF-8, UCS-2 lacks the character.
    Incomplete,
}

/// A conversion between two character sets, one of which is a form of UCS-2: the firmware has no others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conversion {
    from: Charset,
    to: Charset,
}

impl Conversion {
    /// The conversion, if the firmware has it.
    pub fn new(to: Charset, from: Charset) -> Option<Self> {
        (to.is_ucs2() != from.is_ucs2()).then_some(Conversion { from, to })
    }

    /// Converts a text. Where it stops before the end, what comes before is converted.
    ///
    /// - UCS-2 has surrogates, and UTF-8 of them three bytes each, as on the device.
    /// - What GB2312 does not have becomes its space, A1A1.
    /// - An odd last byte of UCS-2 is ignored.
    pub fn convert(self, text: &[u8]) -> (Vec<u8>, Option<Stopped>) {
        let mut out = Vec::with_capacity(text.len() * 3 / 2);
        let stopped = match (self.from, self.to) {
            (Charset::Utf8, to) => from_utf8(text, |unit| put_unit(&mut out, unit, to)),
            (Charset::Gb2312, to) => from_gbk(text, |unit| put_unit(&mut out, unit, to)),
            (from, Charset::Gb2312) => {
                units(text, from).for_each(|unit| put_gbk(&mut out, unit));
                None
            }
            (from, _) => {
                units(text, from).for_each(|unit| put_utf8(&mut out, unit));
                None
            }
        };
        (out, stopped)
    }
}

fn units(text: &[u8], charset: Charset) -> impl Iterator<Item = u16> {
    text.as_chunks().0.iter().map(move |bytes| match charset {
        Charset::Ucs2Be => u16::from_be_bytes(*bytes),
        _ => u16::from_le_bytes(*bytes),
    })
}

fn put_unit(out: &mut Vec<u8>, unit: u16, charset: Charset) {
    out.extend_from_slice(&match charset {
        Charset::Ucs2Be => unit.to_be_bytes(),
        _ => unit.to_le_bytes(),
    });
}

fn put_utf8(out: &mut Vec<u8>, unit: u16) {
    match char::from_u32(unit.into()) {
        Some(character) => out.extend_from_slice(character.encode_utf8(&mut [0; 3]).as_bytes()),
        None => {
            let continued = |bits: u16| 0x80 | (bits & 0x3f) as u8;
            out.extend_from_slice(&[0xe0 | (unit >> 12) as u8, continued(unit >> 6), continued(unit)]);
        }
    }
}

/// Hands over the characters of a text. Takes the forms that [`put_utf8`] writes, surrogates included.
fn from_utf8(text: &[u8], mut take: impl FnMut(u16)) -> Option<Stopped> {
    let mut rest = text;
    while let [first, ..] = *rest {
        let length = match first {
            0..0x80 => 1,
            0xc0..0xe0 => 2,
            0xe0..0xf0 => 3,
            _ => return Some(Stopped::Incomplete),
        };
        let continued = rest.get(1..length).filter(|bytes| bytes.iter().all(|byte| byte & 0xc0 == 0x80));
        let Some(continued) = continued else { return Some(Stopped::Incomplete) };
        let start = match length {
            1 => u16::from(first),
            2 => u16::from(first & 0x1f),
            _ => u16::from(first & 0x0f),
        };
        take(continued.iter().fold(start, |unit, byte| unit << 6 | u16::from(byte & 0x3f)));
        rest = &rest[length..];
    }
    None
}

/// Hands over the characters of a text.
fn from_gbk(text: &[u8], mut take: impl FnMut(u16)) -> Option<Stopped> {
    let mut decoder = GBK.new_decoder_without_bom_handling();
    let mut units = [0; 256];
    let mut rest = text;
    loop {
        let (result, read, written) = decoder.decode_to_utf16_without_replacement(rest, &mut units, true);
        // Four-byte sequences, which GB18030 adds, may lie beyond UCS-2; the device knows none of them.
        units[..written].iter().for_each(|unit| take(*unit));
        rest = &rest[read..];
        match result {
            DecoderResult::InputEmpty => return None,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(1, 0) if rest.is_empty() && matches!(text.last(), Some(0x81..=0xfe)) => {
                return Some(Stopped::Incomplete);
            }
            DecoderResult::Malformed(..) => return Some(Stopped::Invalid),
        }
    }
}

fn put_gbk(out: &mut Vec<u8>, unit: u16) {
    const SPACE: [u8; 2] = [0xa1, 0xa1];
    let mut bytes = [0; 8];
    // GB18030 has all of GBK, and four bytes for what GBK lacks.
    let (result, _, written) = GB18030.new_encoder().encode_from_utf16_without_replacement(&[unit], &mut bytes, true);
    match (result, written) {
        (EncoderResult::InputEmpty, 1 | 2) => out.extend_from_slice(&bytes[..written]),
        _ => out.extend_from_slice(&SPACE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn convert(to: &str, from: &str, text: &[u8]) -> (Vec<u8>, Option<Stopped>) {
        let charset = |name: &str| Charset::named(name.as_bytes()).unwrap();
        Conversion::new(charset(to), charset(from)).unwrap().convert(text)
    }

    #[test]
    fn a_character_in_every_form() {
        let forms = [("utf8", &b"\xe6\x88\x91"[..]), ("gb2312", b"\xce\xd2")];
        for (name, bytes) in forms {
            for (wide, unit) in [("ucs2", b"\x11\x62"), ("UCS2BE", b"\x62\x11")] {
                assert_eq!(convert(wide, name, bytes), (unit.to_vec(), None));
                assert_eq!(convert(name, wide, unit), (bytes.to_vec(), None));
            }
        }
    }

    #[test]
    fn the_firmware_has_no_direct_way() {
        assert_eq!(Conversion::new(Charset::Utf8, Charset::Gb2312), None);
        assert_eq!(Conversion::new(Charset::Ucs2, Charset::Ucs2Be), None);
        assert_eq!(Charset::named(b"latin1"), None);
    }

    #[test]
    fn what_comes_before_an_error_is_converted() {
        assert_eq!(convert("ucs2be", "utf8", b"a\xe6\x88"), (b"\0a".to_vec(), Some(Stopped::Incomplete)));
        assert_eq!(convert("ucs2be", "utf8", b"a\xff"), (b"\0a".to_vec(), Some(Stopped::Incomplete)));
        assert_eq!(convert("ucs2be", "utf8", "a😀b".as_bytes()), (b"\0a".to_vec(), Some(Stopped::Incomplete)));
        assert_eq!(convert("ucs2be", "gb2312", b"a\xce"), (b"\0a".to_vec(), Some(Stopped::Incomplete)));
        assert_eq!(convert("ucs2be", "gb2312", b"a\xff\xffb"), (b"\0a".to_vec(), Some(Stopped::Invalid)));
    }

    #[test]
    fn what_gb2312_lacks_is_a_space() {
        assert_eq!(
            convert("gb2312", "ucs2be", b"\0a\xd8\x3d\xde\x00\x0e\x01x"),
            (b"a\xa1\xa1\xa1\xa1\xa1\xa1".to_vec(), None)
        );
    }

    #[test]
    fn surrogates_pass_one_by_one() {
        assert_eq!(convert("utf8", "ucs2be", b"\xd8\x3d"), (b"\xed\xa0\xbd".to_vec(), None));
    }
}
