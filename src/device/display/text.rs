//! Texts on a canvas, character by character.

use super::{
    Canvas,
    font::{Fonts, Glyph},
};

/// A character of two bytes begins with one above this.
const LAST_SINGLE: u8 = 0x81;

/// Draws a text in GB2312, from its upper left corner, in a height of so many pixels. As on the device: a character that
/// does not fit into its row begins the next one, at the left edge; so does a line's end, unless the row has just ended
/// by itself; and a text that begins outside of the canvas begins at its edge.
pub fn draw(canvas: &mut Canvas, fonts: &Fonts, text: &[u8], (x, y): (i64, i64), height: i64, color: i64) {
    let (width, rows) = (canvas.width(), canvas.height());
    let mut x = if (0..width).contains(&x) { x } else { 0 };
    let mut y = if (0..rows).contains(&y) { y } else { 0 };
    let pixel = canvas.depth().pixel(color);
    let mut has_wrapped = false;
    let mut rest = text.split(|byte| *byte == 0).next().unwrap_or_default();
    while let Some((code, after)) = next_character(rest)
        && y < rows
    {
        rest = after;
        let Some(code) = code else {
            if !std::mem::take(&mut has_wrapped) {
                (x, y) = (0, y + height);
            }
            continue;
        };
        let shape = Scaled::new(fonts.glyph(code), height);
        if x + shape.width > width {
            (x, y) = (0, y + height);
        }
        shape.draw(canvas, (x, y), pixel);
        x += shape.width;
        has_wrapped = x >= width;
        if has_wrapped {
            (x, y) = (0, y + height);
        }
    }
}

/// The first character of a text, or the end of a line; and what follows.
fn next_character(text: &[u8]) -> Option<(Option<u16>, &[u8])> {
    match *text {
        [] => None,
        [b'\r', b'\n', ref rest @ ..] | [b'\r' | b'\n', ref rest @ ..] => Some((None, rest)),
        [high, ref rest @ ..] if high > LAST_SINGLE => {
            let (low, rest) = rest.split_first().map_or((0, rest), |(low, rest)| (*low, rest));
            Some((Some(u16::from_be_bytes([high, low])), rest))
        }
        [single, ref rest @ ..] => Some((Some(single.into()), rest)),
    }
}

/// A glyph in another height.
struct Scaled<'a> {
    glyph: Glyph<'a>,
    /// Pixels of the glyph for one that is drawn. The device calculates with such numbers, too.
    ratio: f32,
    width: i64,
    height: i64,
}

impl<'a> Scaled<'a> {
    fn new(glyph: Glyph<'a>, height: i64) -> Self {
        let ratio = glyph.height as f32 / height as f32;
        let width = if glyph.height == 0 { 0 } else { (glyph.width as f32 / ratio) as i64 };
        Scaled { glyph, ratio, width, height }
    }

    fn draw(&self, canvas: &mut Canvas, (x, y): (i64, i64), pixel: u32) {
        let source = |drawn: i64| (self.ratio * drawn as f32) as usize;
        for row in 0..self.height {
            for column in 0..self.width {
                if self.glyph.is_set(source(column), source(row)) {
                    canvas.set(x + column, y + row, pixel);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Depth, FontFile, canvas::drawn::lines},
        *,
    };

    /// A font whose characters are filled boxes of 2 x 2 pixels.
    fn boxes() -> Fonts {
        let mut fonts = Fonts::default();
        let mut file = vec![2, 2, 0, b'a', 0, b'z', 0];
        file.extend([0xc0; 52]);
        let number = fonts.add(FontFile::parse(&file).unwrap()).unwrap();
        fonts.choose(number);
        fonts
    }

    fn drawn(text: &str, place: (i64, i64), height: i64) -> Vec<String> {
        let mut canvas = Canvas::new(6, 6, Depth::Rgb565);
        draw(&mut canvas, &boxes(), text.as_bytes(), place, height, 0);
        lines(&canvas)
    }

    #[test]
    fn characters_stand_side_by_side() {
        assert_eq!(drawn("a a", (0, 1), 2), ["......", "##..##", "##..##", "......", "......", "......"]);
        assert_eq!(drawn("a\0a", (1, 0), 2)[0], ".##...");
    }

    #[test]
    fn a_row_that_is_full_goes_on_below() {
        assert_eq!(drawn("aaaa", (0, 0), 2), ["######", "######", "##....", "##....", "......", "......"]);
        assert_eq!(drawn("aaa", (1, 0), 2), [".####.", ".####.", "##....", "##....", "......", "......"]);
        assert_eq!(drawn("aaa\na", (0, 0), 2), drawn("aaaa", (0, 0), 2));
        assert_eq!(drawn("a\r\na", (0, 0), 2), ["##....", "##....", "##....", "##....", "......", "......"]);
        assert_eq!(drawn("a\n\nb", (2, 0), 2), ["..##..", "..##..", "......", "......", "##....", "##...."]);
        let full = vec!["######"; 6];
        assert_eq!(drawn(&"a".repeat(1000), (0, 0), 2), full);
    }

    #[test]
    fn a_place_outside_is_the_edge() {
        assert_eq!(drawn("a", (6, -1), 2)[..2], ["##....", "##...."]);
        assert_eq!(drawn("a", (i64::MIN, i64::MAX), 2)[..2], ["##....", "##...."]);
    }

    #[test]
    fn other_heights_are_scaled() {
        assert_eq!(drawn("a", (0, 0), 4), ["####..", "####..", "####..", "####..", "......", "......"]);
        assert_eq!(drawn("aa", (0, 0), 5)[..5], ["#####."; 5]);
    }

    #[test]
    fn chinese_takes_two_bytes_and_two_widths() {
        let fonts = Fonts::default();
        let mut canvas = Canvas::new(32, 16, Depth::Mono);
        draw(&mut canvas, &fonts, b"\xd2\xbbT\xd2", (0, 0), 16, 0);
        let rows = lines(&canvas);
        assert!(rows.iter().all(|row| row.ends_with("........")), "{rows:#?}");
        assert!(rows.iter().any(|row| row[..16].contains('#')) && rows.iter().any(|row| row[16..24].contains('#')));
    }

    #[test]
    fn no_canvas_and_odd_fonts_end() {
        draw(&mut Canvas::default(), &boxes(), b"aaa\n", (0, 0), 16, 0);
        let mut fonts = Fonts::default();
        let number = fonts
            .add(FontFile::parse(&[255, 1, 0, 97, 0, 97, 0].into_iter().chain([255; 32]).collect::<Vec<_>>()).unwrap());
        fonts.choose(number.unwrap());
        let mut canvas = Canvas::new(6, 6, Depth::Rgb888);
        draw(&mut canvas, &fonts, b"aaa", (3, 0), 60, 0);
        assert_eq!(lines(&canvas), ["......"; 6]);
    }
}
