//! Fonts: the built-in one, of ASCII and GB2312, and those from files, of other single bytes.

mod built_in;
mod file;

pub use self::file::FontFile;

/// Fonts that there may be at once, the built-in one among them.
const MOST: usize = 10;

/// A character as pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyph<'a> {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Eight pixels a byte, the leftmost in the highest bit. Bytes that are missing have none.
    bytes: &'a [u8],
    /// How far apart two bytes are that stand side by side, and one below the other.
    strides: (usize, usize),
}

impl Glyph<'_> {
    /// Whether a pixel belongs to the character.
    #[must_use]
    pub fn is_set(&self, x: usize, y: usize) -> bool {
        let at = x / 8 * self.strides.0 + y * self.strides.1;
        self.bytes.get(at).is_some_and(|byte| byte & 0x80 >> (x % 8) != 0)
    }
}

/// A font for single bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Font {
    /// The one that is built in; also stands for those of a font chip on SPI, whose glyphs are not known.
    BuiltIn,
    /// Of a file.
    File(FontFile),
}

/// The fonts of a display, and which is in use.
#[derive(Debug)]
pub struct Fonts {
    fonts: Vec<Font>,
    used: usize,
}

impl Default for Fonts {
    fn default() -> Self {
        Fonts { fonts: vec![Font::BuiltIn], used: 0 }
    }
}

impl Fonts {
    /// Adds the font of a file; its number, or none if there are too many.
    pub fn add(&mut self, font: FontFile) -> Option<i64> {
        self.push(Font::File(font))
    }

    /// Adds that of a chip, which looks like the built-in one.
    pub fn add_chip(&mut self) -> Option<i64> {
        self.push(Font::BuiltIn)
    }

    fn push(&mut self, font: Font) -> Option<i64> {
        let number = self.fonts.len();
        (number < MOST).then(|| {
            self.fonts.push(font);
            number as i64
        })
    }

    /// Uses the font of that number; returns the one before. A number that is none's changes nothing.
    pub fn choose(&mut self, number: i64) -> i64 {
        let before = self.used as i64;
        if let Some(number) = usize::try_from(number).ok().filter(|number| *number < self.fonts.len()) {
            self.used = number;
        }
        before
    }

    /// The glyph of a character: a byte, or two of GB2312, which are always of the built-in font.
    #[must_use]
    pub fn glyph(&self, code: u16) -> Glyph<'_> {
        match &self.fonts[self.used] {
            Font::File(font) if code < 0x100 => font.glyph(code),
            _ => built_in::glyph(code),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_ten_fonts() {
        let mut fonts = Fonts::default();
        let added: Vec<_> = (0..10).map(|_| fonts.add_chip()).collect();
        assert_eq!(added, [(1..10).map(Some).collect(), vec![None]].concat());
        assert_eq!((fonts.choose(9), fonts.choose(10), fonts.choose(-1), fonts.choose(0)), (0, 9, 9, 9));
    }

    #[test]
    fn a_font_of_a_file_is_for_single_bytes() {
        let mut fonts = Fonts::default();
        let font = FontFile::parse(&[4, 1, 0, b'A', 0, b'A', 0, 0xf0]).unwrap();
        let number = fonts.add(font).unwrap();
        fonts.choose(number);
        assert_eq!((fonts.glyph(0x41).width, fonts.glyph(0x42).width, fonts.glyph(0xb0a1).width), (4, 4, 16));
        assert!(fonts.glyph(0x41).is_set(3, 0) && !fonts.glyph(0x42).is_set(3, 0));
        fonts.choose(0);
        assert_eq!((fonts.glyph(0x41).width, fonts.glyph(0x41).height), (8, 16));
    }
}
