//! Texts from one character set to another, for LuatOS's modules `common` and `sms`. Unlike the firmware's
//! [`iconv`](super::iconv), this loses nothing that the other character set has, and goes on after bytes that are no
//! character.

use encoding_rs::{EncoderResult, GBK, UTF_8, UTF_16BE, UTF_16LE};

use super::iconv::Charset;

/// What stands in GB2312 for a character that it lacks, as in the firmware: its wide space.
const SPACE: [u8; 2] = [0xa1, 0xa1];

/// Converts a text.
///
/// - A character outside the basic plane is a surrogate pair in UCS-2.
/// - Bytes that are no character become U+FFFD.
/// - What GB2312 does not have becomes its space, A1A1.
#[must_use]
pub fn transcode(to: Charset, from: Charset, text: &[u8]) -> Vec<u8> {
    let encoding = match from {
        Charset::Utf8 => UTF_8,
        Charset::Ucs2 => UTF_16LE,
        Charset::Ucs2Be => UTF_16BE,
        Charset::Gb2312 => GBK,
    };
    let (text, _) = encoding.decode_without_bom_handling(text);
    match to {
        Charset::Utf8 => text.into_owned().into_bytes(),
        Charset::Ucs2 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Charset::Ucs2Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Charset::Gb2312 => gbk(&text),
    }
}

fn gbk(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut encoder = GBK.new_encoder();
    let mut bytes = [0; 1024];
    let mut rest = text;
    loop {
        let (result, read, written) = encoder.encode_from_utf8_without_replacement(rest, &mut bytes, true);
        out.extend_from_slice(&bytes[..written]);
        rest = &rest[read..];
        match result {
            EncoderResult::InputEmpty => return out,
            EncoderResult::OutputFull => {}
            EncoderResult::Unmappable(_) => out.extend_from_slice(&SPACE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_in_every_form() {
        let forms = [
            (Charset::Utf8, "a我".as_bytes()),
            (Charset::Gb2312, b"a\xce\xd2"),
            (Charset::Ucs2, b"a\0\x11\x62"),
            (Charset::Ucs2Be, b"\0a\x62\x11"),
        ];
        for (from, text) in forms {
            for (to, expected) in forms {
                assert_eq!(transcode(to, from, text), expected, "{from:?} to {to:?}");
            }
        }
    }

    #[test]
    fn characters_beyond_the_basic_plane() {
        let units = b"\xd8\x3d\xde\x00";
        assert_eq!(transcode(Charset::Ucs2Be, Charset::Utf8, "😀".as_bytes()), units);
        assert_eq!(transcode(Charset::Utf8, Charset::Ucs2Be, units), "😀".as_bytes());
        assert_eq!(transcode(Charset::Gb2312, Charset::Ucs2Be, units), SPACE);
    }

    #[test]
    fn what_is_no_character_does_not_end_the_text() {
        assert_eq!(transcode(Charset::Ucs2Be, Charset::Utf8, b"a\xffb"), b"\0a\xff\xfd\0b");
        assert_eq!(
            transcode(Charset::Utf8, Charset::Gb2312, b"a\xff\xffb\xce"),
            "a\u{fffd}\u{fffd}b\u{fffd}".as_bytes()
        );
        assert_eq!(transcode(Charset::Utf8, Charset::Ucs2Be, b"\xd8\x3d\0a\0"), "\u{fffd}a\u{fffd}".as_bytes());
    }

    #[test]
    fn more_than_one_buffer() {
        let text = "中文😀x".repeat(1000);
        let expected = [&b"\xd6\xd0\xce\xc4\xa1\xa1x"[..]; 1000].concat();
        assert_eq!(transcode(Charset::Gb2312, Charset::Utf8, text.as_bytes()), expected);
    }
}
