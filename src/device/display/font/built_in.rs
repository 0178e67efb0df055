//! The built-in font, 16 pixels high: ASCII 8 pixels wide, Chinese 16. Its glyphs are those of GNU Unifont; `scripts/font`
//! makes the file and says what it holds.

use std::{io::Read, sync::LazyLock};

use flate2::read::ZlibDecoder;

use super::Glyph;

/// Rows of a glyph.
const HEIGHT: usize = 16;
/// Bytes of the glyphs of ASCII, and of GB2312.
const NARROW: usize = HEIGHT;
const WIDE: usize = 2 * HEIGHT;
/// The first and last byte with a glyph.
const FIRST: u16 = 0x20;
const LAST: u16 = 0x7e;
/// The first and last row of GB2312, and the first and last cell of a row.
const ROWS: std::ops::RangeInclusive<u16> = 0xa1..=0xf7;
const CELLS: std::ops::RangeInclusive<u16> = 0xa1..=0xfe;
const CELLS_OF_ROW: u16 = 94;

/// Unpacked when the first text is drawn: 257 KiB.
static GLYPHS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut glyphs = Vec::new();
    // It is our own file. Were it damaged, glyphs that are missing would have no pixels.
    let _ = ZlibDecoder::new(&include_bytes!("glyphs.z")[..]).read_to_end(&mut glyphs);
    glyphs
});

/// The glyph of a byte, or of two of GB2312; one that is not there has no pixels.
pub fn glyph(code: u16) -> Glyph<'static> {
    let (width, size) = if code < 0x100 { (8, NARROW) } else { (16, WIDE) };
    let bytes = place(code).and_then(|at| GLYPHS.get(at..at + size)).unwrap_or_default();
    Glyph { width, height: HEIGHT, bytes, strides: (HEIGHT, 1) }
}

/// Where a glyph begins.
fn place(code: u16) -> Option<usize> {
    let [row, cell] = code.to_be_bytes().map(u16::from);
    if (FIRST..=LAST).contains(&code) {
        Some(usize::from(code - FIRST) * NARROW)
    } else if ROWS.contains(&row) && CELLS.contains(&cell) {
        let index = (row - ROWS.start()) * CELLS_OF_ROW + cell - CELLS.start();
        Some(usize::from(LAST - FIRST + 1) * NARROW + usize::from(index) * WIDE)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(code: u16) -> Vec<String> {
        let glyph = glyph(code);
        let row = |y| (0..glyph.width).map(|x| if glyph.is_set(x, y) { '#' } else { '.' }).collect();
        (0..glyph.height).map(row).collect()
    }

    #[test]
    fn all_glyphs_are_there() {
        assert_eq!(GLYPHS.len(), 95 * NARROW + 87 * 94 * WIDE);
        let is_empty = |code| drawn(code).iter().all(|row| !row.contains('#'));
        assert!((0x21..=0x7e).all(|code| !is_empty(code)));
        // All Chinese characters of GB2312, without the five codes after the last of the first level.
        let chinese = (0xb0..=0xf7).flat_map(|row| (0xa1..=0xfe).map(move |cell| row << 8 | cell));
        assert_eq!(
            chinese.filter(|code| is_empty(*code)).collect::<Vec<_>>(),
            [0xd7fa, 0xd7fb, 0xd7fc, 0xd7fd, 0xd7fe]
        );
        assert!(is_empty(0x20) && is_empty(0x7f) && is_empty(0x1f) && is_empty(0xffff) && is_empty(0xa120));
    }

    #[test]
    fn glyphs_look_like_their_characters() {
        assert_eq!(
            drawn(b'T'.into())[4..14],
            [
                ".#######", "....#...", "....#...", "....#...", "....#...", "....#...", "....#...", "....#...",
                "....#...", "....#..."
            ]
        );
        // 一
        let line = drawn(0xd2bb);
        let dark: Vec<usize> = (0..16).filter(|y| line[*y].contains('#')).collect();
        assert_eq!(dark.len(), 1, "{line:#?}");
    }
}
