//! Strings: bytes to the text between quotation marks and back.

/// What follows the backslash for each byte that is escaped; 0: nothing, `u`: the number in hexadecimal.
static ESCAPES: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = b'u';
        byte += 1;
    }
    table[0x7f] = b'u';
    table[0x08] = b'b';
    table[b'\t' as usize] = b't';
    table[b'\n' as usize] = b'n';
    table[0x0c] = b'f';
    table[b'\r' as usize] = b'r';
    table[b'"' as usize] = b'"';
    table[b'/' as usize] = b'/';
    table[b'\\' as usize] = b'\\';
    table
};

/// Appends a string with its quotation marks. Bytes from 0x80 on stay as they are.
pub fn write(out: &mut Vec<u8>, text: &[u8]) {
    const CHUNK: usize = 64;
    out.reserve(text.len() + 2);
    out.push(b'"');
    for chunk in text.chunks(CHUNK) {
        // Without an early end, so that the bytes are looked at side by side.
        if chunk.iter().fold(false, |found, byte| found | is_escaped(*byte)) {
            write_escaped(out, chunk);
        } else {
            out.extend_from_slice(chunk);
        }
    }
    out.push(b'"');
}

/// Whether a byte is escaped; says the same as [`ESCAPES`].
fn is_escaped(byte: u8) -> bool {
    (byte < 0x20) | (byte == b'"') | (byte == b'/') | (byte == b'\\') | (byte == 0x7f)
}

/// Appends a part of a string, byte by byte.
fn write_escaped(out: &mut Vec<u8>, part: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.reserve(6 * part.len());
    for byte in part {
        match ESCAPES[usize::from(*byte)] {
            0 => out.push(*byte),
            b'u' => {
                let (high, low) = (DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]);
                out.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
            }
            letter => out.extend_from_slice(&[b'\\', letter]),
        }
    }
}

/// Why an escape cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadEscape {
    /// The letter after the backslash.
    Letter,
    /// The digits of `\u`, or half of a surrogate pair.
    Unicode,
}

impl BadEscape {
    /// lua-cjson's words for it.
    pub fn text(self) -> &'static str {
        match self {
            BadEscape::Letter => "invalid escape code",
            BadEscape::Unicode => "invalid unicode escape code",
        }
    }
}

/// Appends the character of an escape. `text` starts with its backslash.
///
/// Returns how many bytes of `text` it takes.
#[inline]
pub fn unescape(out: &mut Vec<u8>, text: &[u8]) -> Result<usize, BadEscape> {
    let byte = text.get(1).map_or(0, |letter| LETTERS[usize::from(*letter)]);
    if byte != 0 {
        out.push(byte);
        return Ok(2);
    }
    if text.get(1) == Some(&b'u') { unescape_unicode(out, text) } else { Err(BadEscape::Letter) }
}

/// The byte that a letter after a backslash means; 0: none, or a number for `u`.
static LETTERS: [u8; 256] = {
    let mut table = [0; 256];
    table[b'"' as usize] = b'"';
    table[b'/' as usize] = b'/';
    table[b'\\' as usize] = b'\\';
    table[b'b' as usize] = 0x08;
    table[b'f' as usize] = 0x0c;
    table[b'n' as usize] = b'\n';
    table[b'r' as usize] = b'\r';
    table[b't' as usize] = b'\t';
    table
};

/// Likewise for `\uXXXX`, or two of them that are a surrogate pair.
fn unescape_unicode(out: &mut Vec<u8>, text: &[u8]) -> Result<usize, BadEscape> {
    let first = unit(text).ok_or(BadEscape::Unicode)?;
    let pair = text.get(6..).filter(|_| (0xd800..0xdc00).contains(&first));
    let (code, length) = match pair.and_then(unit).filter(|second| (0xdc00..0xe000).contains(second)) {
        Some(second) => (0x1_0000 + ((first & 0x3ff) << 10) + (second & 0x3ff), 12),
        None => (first, 6),
    };
    // A surrogate that is not half of a pair is no character.
    let character = char::from_u32(code).ok_or(BadEscape::Unicode)?;
    out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    Ok(length)
}

/// The number of a `\uXXXX`.
fn unit(text: &[u8]) -> Option<u32> {
    let [b'\\', b'u', digits @ ..] = text else { return None };
    digits.get(..4)?.iter().try_fold(0, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_tables_agree() {
        for byte in 0..=255 {
            assert_eq!(is_escaped(byte), ESCAPES[usize::from(byte)] != 0, "{byte}");
        }
    }
}
