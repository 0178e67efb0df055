//! XXTEA ("Corrected Block TEA", Wheeler and Needham 1998) over 32-bit words in little-endian order; the last
//! word holds the length of the text.

/// Bytes of a key; a shorter one is filled up with zeros, of a longer one these count.
const KEY: usize = 16;

/// Added in each round: the golden ratio.
const DELTA: u32 = 0x9e37_79b9;

/// Encrypts; nothing comes of no text.
#[must_use]
pub fn encrypt(text: &[u8], key: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(text.len()).ok().filter(|length| *length > 0)?;
    let mut words = words(text);
    words.push(length);
    scramble(&mut words, &key_words(key));
    Some(words.iter().flat_map(|word| word.to_le_bytes()).collect())
}

/// Decrypts; nothing comes of what was not encrypted with this key.
#[must_use]
pub fn decrypt(data: &[u8], key: &[u8]) -> Option<Vec<u8>> {
    if data.len() < 8 || !data.len().is_multiple_of(4) {
        return None;
    }
    let mut words = words(data);
    unscramble(&mut words, &key_words(key));
    let length = words.pop()? as usize;
    let room = words.len() * 4;
    if length > room || length + 3 < room {
        return None;
    }
    let mut text: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    text.truncate(length);
    Some(text)
}

fn words(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks(4).map(word).collect()
}

fn word(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte))
}

fn key_words(key: &[u8]) -> [u32; KEY / 4] {
    // As a C string: what follows a zero byte does not count.
    let end = key.iter().position(|byte| *byte == 0).unwrap_or(key.len()).min(KEY);
    let mut filled = [0; KEY];
    filled[..end].copy_from_slice(&key[..end]);
    let mut words = [0; KEY / 4];
    for (target, bytes) in words.iter_mut().zip(filled.chunks(4)) {
        *target = word(bytes);
    }
    words
}

fn rounds(words: &[u32]) -> u32 {
    6 + 52 / u32::try_from(words.len()).unwrap_or(u32::MAX)
}

fn mix(sum: u32, next: u32, previous: u32, at: usize, key: &[u32; 4]) -> u32 {
    let step = (sum >> 2 & 3) as usize;
    ((previous >> 5 ^ next << 2).wrapping_add(next >> 3 ^ previous << 4))
        ^ ((sum ^ next).wrapping_add(key[at & 3 ^ step] ^ previous))
}

fn scramble(words: &mut [u32], key: &[u32; 4]) {
    let last = words.len() - 1;
    let mut sum = 0_u32;
    let mut previous = words[last];
    for _ in 0..rounds(words) {
        sum = sum.wrapping_add(DELTA);
        for at in 0..=last {
            let next = words[if at == last { 0 } else { at + 1 }];
            words[at] = words[at].wrapping_add(mix(sum, next, previous, at, key));
            previous = words[at];
        }
    }
}

fn unscramble(words: &mut [u32], key: &[u32; 4]) {
    let last = words.len() - 1;
    let mut sum = rounds(words).wrapping_mul(DELTA);
    let mut next = words[0];
    while sum != 0 {
        for at in (0..=last).rev() {
            let previous = words[if at == 0 { last } else { at - 1 }];
            words[at] = words[at].wrapping_sub(mix(sum, next, previous, at, key));
            next = words[at];
        }
        sum = sum.wrapping_sub(DELTA);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::crypto::base64;

    /// The example that the implementations of xxtea.org for many languages share.
    #[test]
    fn the_shared_example() {
        let text = "Hello World! 你好，中国！";
        let encrypted = encrypt(text.as_bytes(), b"1234567890").unwrap();
        assert_eq!(base64::encode(&encrypted), "QncB1C0rHQoZ1eRiPM4dsZtRi9pNrp7sqvX76cFXvrrIHXL6");
        assert_eq!(decrypt(&encrypted, b"1234567890").unwrap(), text.as_bytes());
    }

    #[test]
    fn every_length_comes_back_and_a_wrong_key_does_not_open() {
        for length in 1..40 {
            let text: Vec<u8> = (0..length).collect();
            let encrypted = encrypt(&text, b"07946").unwrap();
            assert_eq!(decrypt(&encrypted, b"07946").unwrap(), text);
            assert_eq!(decrypt(&encrypted, b"07947"), None, "{length}");
        }
    }

    #[test]
    fn what_is_no_ciphertext_is_refused() {
        assert_eq!(encrypt(b"", b"key"), None);
        for data in [&b""[..], b"1234", b"123456789"] {
            assert_eq!(decrypt(data, b"key"), None);
        }
    }
}
