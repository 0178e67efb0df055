//! Base64 (RFC 4648 section 4).

use std::sync::LazyLock;

use data_encoding::{BASE64, Encoding, Specification};

/// Takes text without padding too, skips line breaks, and does not look at the unused bits of the last letter.
static TOLERANT: LazyLock<Encoding> = LazyLock::new(|| {
    let mut specification: Specification = data_encoding::BASE64_NOPAD.specification();
    specification.ignore.push_str("\r\n=");
    specification.check_trailing_bits = false;
    specification.encoding().unwrap_or(BASE64)
});

/// The text of some bytes, with padding and without line breaks.
#[must_use]
pub fn encode(data: &[u8]) -> String {
    BASE64.encode(data)
}

/// The bytes of a text; nothing of one that is no Base64.
#[must_use]
pub fn decode(text: &[u8]) -> Vec<u8> {
    TOLERANT.decode(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4648 section 10.
    #[test]
    fn texts_of_the_standard() {
        for (plain, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(encode(plain.as_bytes()), text);
            assert_eq!(decode(text.as_bytes()), plain.as_bytes());
        }
    }

    #[test]
    fn line_breaks_and_missing_padding_do_not_matter() {
        assert_eq!(decode(b"Zm9v\r\nYg"), b"foob");
        assert_eq!(decode(b"Zh=="), b"f");
    }

    #[test]
    fn anything_else_is_nothing() {
        assert_eq!(decode(b"Zm9v!"), b"");
        assert_eq!(decode(b"Z"), b"");
    }
}
