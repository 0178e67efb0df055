//! Font files: glyphs of successive bytes, one after the other.

use thiserror::Error;

use super::Glyph;

/// Bytes before the first glyph.
const HEADER: usize = 7;

/// Why a file is no font.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FontError {
    /// There is nothing after the header, or not even that.
    #[error("a font file is longer than 7 bytes, got {0}")]
    Short(usize),
    /// Its characters are not successive ones.
    #[error("a font of successive characters (type 0) expected, got type {0}")]
    Type(u8),
    /// It ends before it begins.
    #[error("the last character, 0x{last:04x}, is before the first, 0x{first:04x}")]
    Backwards {
        /// The first character.
        first: u16,
        /// The last one.
        last: u16,
    },
    /// It is too short or too long for its characters.
    #[error("{expected} bytes expected for its characters, got {got}")]
    Size {
        /// What it should have.
        expected: usize,
        /// What it has.
        got: usize,
    },
}

/// A font from a file: 1 byte each for width, height and type (0), then the codes of the first and the last character in
/// two bytes each, the lower one first; then for each character its rows, from a whole byte each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FontFile {
    width: usize,
    height: usize,
    first: u16,
    glyphs: Vec<u8>,
}

impl FontFile {
    /// Reads a file's content.
    ///
    /// # Errors
    /// It is no font, or damaged.
    pub fn parse(file: &[u8]) -> Result<FontFile, FontError> {
        let Some((&[width, height, kind, first_low, first_high, last_low, last_high], glyphs)) =
            file.split_first_chunk::<HEADER>().filter(|(_, glyphs)| !glyphs.is_empty())
        else {
            return Err(FontError::Short(file.len()));
        };
        let (first, last) = (u16::from_le_bytes([first_low, first_high]), u16::from_le_bytes([last_low, last_high]));
        if kind != 0 {
            return Err(FontError::Type(kind));
        }
        if last < first {
            return Err(FontError::Backwards { first, last });
        }
        let font = FontFile { width: width.into(), height: height.into(), first, glyphs: glyphs.to_vec() };
        let expected = font.glyph_size() * (usize::from(last - first) + 1);
        if glyphs.len() == expected { Ok(font) } else { Err(FontError::Size { expected, got: glyphs.len() }) }
    }

    /// The glyph of a character; one that is not there has no pixels.
    #[must_use]
    pub fn glyph(&self, code: u16) -> Glyph<'_> {
        let size = self.glyph_size();
        let at = code.checked_sub(self.first).map(|index| usize::from(index) * size);
        let bytes = at.and_then(|at| self.glyphs.get(at..at + size)).unwrap_or_default();
        Glyph { width: self.width, height: self.height, bytes, strides: (1, self.width.div_ceil(8)) }
    }

    fn glyph_size(&self) -> usize {
        self.width.div_ceil(8) * self.height
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_begin_with_a_byte() {
        let font = FontFile::parse(&[9, 2, 0, b'0', 0, b'1', 0, 0x80, 0, 0, 0x80, 1, 2, 3, 4]).unwrap();
        let glyph = font.glyph(b'0'.into());
        assert_eq!((glyph.width, glyph.height), (9, 2));
        assert!(glyph.is_set(0, 0) && !glyph.is_set(8, 0) && !glyph.is_set(0, 1) && glyph.is_set(8, 1));
        assert!(font.glyph(b'1'.into()).is_set(7, 0));
        for code in [b'/', b'2'] {
            assert!((0..2).all(|y| (0..9).all(|x| !font.glyph(code.into()).is_set(x, y))));
        }
    }

    #[test]
    fn what_is_no_font_is_told() {
        assert_eq!(FontFile::parse(b""), Err(FontError::Short(0)));
        assert_eq!(FontFile::parse(&[8, 16, 0, 0, 0, 0, 0]), Err(FontError::Short(7)));
        assert_eq!(FontFile::parse(&[8, 1, 1, 0, 0, 0, 0, 0]), Err(FontError::Type(1)));
        assert_eq!(FontFile::parse(&[8, 1, 0, 2, 0, 1, 0, 0]), Err(FontError::Backwards { first: 2, last: 1 }));
        assert_eq!(FontFile::parse(&[8, 1, 0, 1, 0, 2, 0, 0]), Err(FontError::Size { expected: 2, got: 1 }));
        let problem = FontFile::parse(&[255, 255, 0, 0, 0, 255, 255, 0]).unwrap_err();
        assert_eq!(problem.to_string(), "534773760 bytes expected for its characters, got 1");
    }
}
