//! QR codes as the firmware's `qrencode` makes them: the text as bytes, in the smallest version that holds it.

use qrcode::{Color, EcLevel, QrCode, Version, bits::Bits, types::QrError};
use thiserror::Error;

/// Why a text cannot be encoded.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Error {
    /// It has no bytes.
    #[error("the text is empty")]
    Empty,
    /// No version has room for it.
    #[error("{0} bytes are more than a QR code of this level holds")]
    TooLong(usize),
    /// There is no such version.
    #[error("a version of 0 to 40 expected, got {0}")]
    Version(i64),
    /// There is no such level.
    #[error("a level of 0 to 3 expected, got {0}")]
    Level(i64),
}

/// A square of modules, without the quiet zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Modules in a row.
    pub width: usize,
    /// One byte for each module, row by row: 1 dark, 0 light.
    pub modules: Vec<u8>,
}

/// Encodes a text. `version` is the smallest one to use, 1 to 40, or 0 for any; `level` of error correction is 0 to 3,
/// for L, M, Q and H.
///
/// # Errors
/// The text does not fit, or there is no such version or level.
pub fn encode(text: &[u8], version: i64, level: i64) -> Result<Symbol, Error> {
    const LEVELS: [EcLevel; 4] = [EcLevel::L, EcLevel::M, EcLevel::Q, EcLevel::H];
    if text.is_empty() {
        return Err(Error::Empty);
    }
    let smallest = i16::try_from(version).ok().filter(|version| (0..=40).contains(version));
    let smallest = smallest.ok_or(Error::Version(version))?.max(1);
    let level = usize::try_from(level).ok().and_then(|index| LEVELS.get(index)).copied().ok_or(Error::Level(level))?;
    let code = (smallest..=40).find_map(|version| symbol(text, Version::Normal(version), level).ok());
    let code = code.ok_or(Error::TooLong(text.len()))?;
    let modules = code.to_colors().into_iter().map(|color| u8::from(color == Color::Dark)).collect();
    Ok(Symbol { width: code.width(), modules })
}

/// The code of one version, if it has room.
fn symbol(text: &[u8], version: Version, level: EcLevel) -> Result<QrCode, QrError> {
    let mut bits = Bits::new(version);
    bits.push_byte_data(text)?;
    bits.push_terminator(level)?;
    QrCode::with_bits(bits, level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_version_that_holds_the_text() {
        // 17 bytes are what version 1 holds at level L.
        assert_eq!(encode(&[b'x'; 17], 0, 0).unwrap().width, 21);
        assert_eq!(encode(&[b'x'; 18], 0, 0).unwrap().width, 25);
        assert_eq!(encode(&[b'x'; 17], 0, 1).unwrap().width, 25);
        assert_eq!(encode(b"x", 7, 0).unwrap().width, 45);
        assert_eq!(encode(&[b'x'; 2953], 0, 0).unwrap().width, 177);
    }

    #[test]
    fn what_cannot_be() {
        assert_eq!(encode(b"", 0, 0), Err(Error::Empty));
        assert_eq!(encode(&[0; 2954], 0, 0), Err(Error::TooLong(2954)));
        assert_eq!(encode(b"x", 41, 0), Err(Error::Version(41)));
        assert_eq!(encode(b"x", 0, -1), Err(Error::Level(-1)));
    }
}
