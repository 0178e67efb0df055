//! Numbers: how C's `strtod` reads them, and how `%.14g` writes them.

use std::io::Write as _;

/// Powers of ten.
static POWERS: [u64; 15] = {
    let mut powers = [1; 15];
    let mut exponent = 1;
    while exponent < powers.len() {
        powers[exponent] = 10 * powers[exponent - 1];
        exponent += 1;
    }
    powers
};

/// Appends a finite number as C's `%.*g` does, with 1 to 14 significant digits.
pub fn write(out: &mut Vec<u8>, number: f64, precision: u8) {
    let precision = usize::from(precision.clamp(1, 14));
    // The common case: whole, and with few enough digits that none is rounded away.
    let whole = number as i64;
    if whole as f64 == number && whole.unsigned_abs() < POWERS[precision] {
        if whole == 0 && number.is_sign_negative() {
            out.push(b'-');
        }
        out.extend_from_slice(itoa::Buffer::new().format(whole).as_bytes());
        return;
    }
    // At most a sign, 14 digits, a point and an exponent of five characters.
    let mut scientific = [0; 32];
    let mut rest = &mut scientific[..];
    if write!(rest, "{number:.*e}", precision - 1).is_err() {
        return;
    }
    let unused = rest.len();
    let text = &scientific[..scientific.len() - unused];
    let Some(split) = text.iter().position(|byte| *byte == b'e') else {
        // Infinite or not a number.
        out.extend_from_slice(text.to_ascii_lowercase().as_slice());
        return;
    };
    let (mantissa, exponent) = (&text[..split], &text[split + 1..]);
    let exponent: i32 = std::str::from_utf8(exponent).ok().and_then(|digits| digits.parse().ok()).unwrap_or(0);
    let (sign, mantissa) = match mantissa {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, mantissa),
    };
    if sign {
        out.push(b'-');
    }
    let mut digits = [0; 20];
    let mut count = 0;
    for digit in mantissa.iter().filter(|byte| byte.is_ascii_digit()).take(digits.len()) {
        digits[count] = *digit;
        count += 1;
    }
    while count > 1 && digits[count - 1] == b'0' {
        count -= 1;
    }
    layout(out, &digits[..count], exponent, precision);
}

/// Lays significant digits out as `%g` does: in full from 0.0001 up to the precision, else with an exponent.
fn layout(out: &mut Vec<u8>, digits: &[u8], exponent: i32, precision: usize) {
    if exponent < -4 || exponent >= precision as i32 {
        out.push(digits[0]);
        if digits.len() > 1 {
            out.push(b'.');
            out.extend_from_slice(&digits[1..]);
        }
        out.extend_from_slice(if exponent < 0 { b"e-" } else { b"e+" });
        let exponent = exponent.unsigned_abs();
        if exponent < 10 {
            out.push(b'0');
        }
        out.extend_from_slice(itoa::Buffer::new().format(exponent).as_bytes());
    } else if exponent < 0 {
        out.extend_from_slice(b"0.");
        out.resize(out.len() + (-1 - exponent) as usize, b'0');
        out.extend_from_slice(digits);
    } else {
        let whole = exponent as usize + 1;
        out.extend_from_slice(&digits[..whole.min(digits.len())]);
        if digits.len() > whole {
            out.push(b'.');
            out.extend_from_slice(&digits[whole..]);
        } else {
            out.resize(out.len() + whole - digits.len(), b'0');
        }
    }
}

/// The number at the start of a text, as `strtod` reads it, and how many bytes it takes; nothing if there is none.
pub fn read(text: &[u8]) -> Option<(f64, usize)> {
    let signed = usize::from(matches!(text.first(), Some(b'-' | b'+')));
    let is_negative = text.first() == Some(&b'-');
    let with_sign = |number: f64| if is_negative { -number } else { number };
    let body = &text[signed..];
    if let Some((number, length)) = hexadecimal(body) {
        return Some((with_sign(number), signed + length));
    }
    for (name, number) in [(&b"infinity"[..], f64::INFINITY), (b"inf", f64::INFINITY), (b"nan", f64::NAN)] {
        if body.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)) {
            return Some((with_sign(number), signed + name.len()));
        }
    }
    let (value, length) = decimal(body)?;
    Some((with_sign(value), signed + length))
}

/// Digits, with a point and an exponent perhaps, without a sign.
fn decimal(text: &[u8]) -> Option<(f64, usize)> {
    let count = |start: usize| text[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = count(0);
    let mut end = whole;
    let mut fraction = 0;
    if text.get(whole) == Some(&b'.') {
        fraction = count(whole + 1);
        end += 1 + fraction;
    }
    if whole + fraction == 0 {
        return None;
    }
    if let Some(b'e' | b'E') = text.get(end) {
        let signed = usize::from(matches!(text.get(end + 1), Some(b'-' | b'+')));
        let digits = count((end + 1 + signed).min(text.len()));
        if digits > 0 {
            end += 1 + signed + digits;
        }
    }
    if end == whole && whole < 16 {
        // Exact: fewer than 2^53.
        let number = text[..whole].iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
        return Some((number as f64, end));
    }
    // Rust reads the same forms, correctly rounded.
    let number = std::str::from_utf8(&text[..end]).ok()?.parse().ok()?;
    Some((number, end))
}

/// `0x`, hexadecimal digits, with a point and a binary exponent perhaps.
fn hexadecimal(text: &[u8]) -> Option<(f64, usize)> {
    let [b'0', b'x' | b'X', digits @ ..] = text else { return None };
    let (mut number, mut scale, mut used, mut seen, mut has_point) = (0.0, 0i32, 0, 0, false);
    for byte in digits {
        match char::from(*byte).to_digit(16) {
            Some(digit) => {
                // What exceeds 53 bits is rounded digit by digit: strtod rounds once, which may differ in the last bit.
                number = number * 16.0 + f64::from(digit);
                seen += 1;
                if has_point {
                    scale = scale.saturating_sub(4);
                }
            }
            None if *byte == b'.' && !has_point => has_point = true,
            None => break,
        }
        used += 1;
    }
    if seen == 0 {
        return None;
    }
    if let Some(b'p' | b'P') = digits.get(used) {
        let signed = usize::from(matches!(digits.get(used + 1), Some(b'-' | b'+')));
        let exponent = digits[(used + 1 + signed).min(digits.len())..].iter().take_while(|byte| byte.is_ascii_digit());
        let count = exponent.clone().count();
        if count > 0 {
            let value =
                exponent.fold(0i32, |value, digit| value.saturating_mul(10).saturating_add(i32::from(digit - b'0')));
            scale = scale.saturating_add(if digits[used + 1] == b'-' { -value } else { value });
            used += 1 + signed + count;
        }
    }
    // In two steps, so that a large scale does not overflow before the product does.
    let half = scale.clamp(-4000, 4000) / 2;
    let number = number * 2f64.powi(half) * 2f64.powi(scale.clamp(-4000, 4000) - half);
    Some((number, 2 + used))
}

/// A number that JSON does not have: with a plus sign, leading zeros, hexadecimal, infinite or NaN. Others may still
/// be wrong, which [`read`] finds.
pub fn is_invalid(text: &[u8]) -> bool {
    let digits = match text {
        [b'+', ..] => return true,
        [b'-', digits @ ..] => digits,
        digits => digits,
    };
    let is = |name: &[u8]| digits.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    match digits {
        [b'0', second, ..] => matches!(second, b'x' | b'X' | b'0'..=b'9'),
        _ => is(b"inf") || is(b"nan"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(number: f64) -> String {
        let mut out = Vec::new();
        write(&mut out, number, 14);
        String::from_utf8(out).expect("ASCII")
    }

    #[test]
    fn numbers_are_written_like_percent_14_g() {
        for (number, text) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (5.0, "5"),
            (-17.25, "-17.25"),
            (0.1, "0.1"),
            (1.0 / 3.0, "0.33333333333333"),
            (1e13, "10000000000000"),
            (99_999_999_999_999.0, "99999999999999"),
            (1e14, "1e+14"),
            (123_456_789_012_345.0, "1.2345678901234e+14"),
            (99_999_999_999_999.9, "1e+14"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1.5e300, "1.5e+300"),
            (-2.5e-300, "-2.5e-300"),
            (5e-324, "4.9406564584125e-324"),
        ] {
            assert_eq!(written(number), text);
        }
    }

    #[test]
    fn precision_counts_significant_digits() {
        let mut out = Vec::new();
        write(&mut out, 1234.5, 3);
        assert_eq!(out, b"1.23e+03");
    }

    #[test]
    fn numbers_are_read_like_strtod() {
        for (text, number, length) in [
            ("0", 0.0, 1),
            ("12,", 12.0, 2),
            ("-1.5e3]", -1500.0, 6),
            ("1e", 1.0, 1),
            ("1e+", 1.0, 1),
            ("1.", 1.0, 2),
            ("007", 7.0, 3),
            ("0x10", 16.0, 4),
            ("-0x.8p1", -1.0, 7),
            ("0x", 0.0, 1),
            ("+5", 5.0, 2),
            ("Infinity", f64::INFINITY, 8),
            ("-inf", f64::NEG_INFINITY, 4),
            ("12345678901234567890", 12_345_678_901_234_567_890.0, 20),
            ("1e999", f64::INFINITY, 5),
        ] {
            assert_eq!(read(text.as_bytes()), Some((number, length)), "{text}");
        }
        assert!(read(b"-nan").is_some_and(|(number, length)| number.is_nan() && length == 4));
        assert_eq!(read(b"-"), None);
        assert_eq!(read(b"-."), None);
    }
}
