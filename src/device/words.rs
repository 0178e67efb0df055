//! Numbers from digits, as the firmware makes them where a script's own numbers are too short.

/// The number that decimal digits mean, modulo 2^64; any other character counts as 0.
#[must_use]
pub fn decimal(digits: &[u8]) -> u64 {
    let value = |byte: &u8| u64::from(if byte.is_ascii_digit() { byte - b'0' } else { 0 });
    digits.iter().fold(0, |number: u64, byte| number.wrapping_mul(10).wrapping_add(value(byte)))
}

/// The number that hexadecimal digits mean, up to the first other character; with or without `0x` in front.
#[must_use]
pub fn hexadecimal(digits: &[u8]) -> i64 {
    let digits = digits.strip_prefix(b"0x").or_else(|| digits.strip_prefix(b"0X")).unwrap_or(digits);
    let values = digits.iter().map_while(|byte| char::from(*byte).to_digit(16));
    values.fold(0, |number: i64, digit| number.wrapping_mul(16).wrapping_add(i64::from(digit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_digits() {
        assert_eq!(decimal(b""), 0);
        assert_eq!(decimal(b"12345678"), 12_345_678);
        assert_eq!(decimal(b"18446744073709551615"), u64::MAX);
        assert_eq!(decimal(b"1x3"), 103);
    }

    #[test]
    fn hexadecimal_digits() {
        assert_eq!(hexadecimal(b""), 0);
        assert_eq!(hexadecimal(b"1234567890abCDEF"), 0x1234_5678_90ab_cdef);
        assert_eq!(hexadecimal(b"0x10"), 16);
        assert_eq!(hexadecimal(b"1g"), 1);
    }
}
