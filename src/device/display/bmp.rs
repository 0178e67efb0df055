//! BMP files, as far as they hold pixels that are not compressed.

use super::{Depth, Rgb};

/// How they begin.
pub const SIGNATURE: &[u8] = b"BM";

/// A BMP file.
#[derive(Debug)]
pub struct Bmp<'a> {
    /// Bits of a pixel: 1, 8, 16, 24 or 32.
    pub bits: u16,
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// The upper row comes first.
    is_from_above: bool,
    /// Four bytes a colour: blue, green, red and one that means nothing.
    palette: &'a [u8],
    /// Rows of pixels, each of a multiple of four bytes.
    rows: &'a [u8],
}

impl<'a> Bmp<'a> {
    /// Reads the head of a file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(file: &'a [u8]) -> Result<Bmp<'a>, &'static str> {
        let number =
            |at: usize| file.get(at..).and_then(|bytes| bytes.first_chunk()).map(|bytes| i32::from_le_bytes(*bytes));
        let short = "its head is not complete";
        let field = |at: usize| number(at).ok_or(short);
        let (offset, head, width, height) = (field(10)?, field(14)?, field(18)?, field(22)?);
        let (bits, compression) = ((field(28)? as u32 & 0xffff) as u16, field(30)?);
        let size = |value: i32| usize::try_from(value).map_err(|_| "a size in it is negative");
        let palette = file.get(size(head)?.saturating_add(14)..).ok_or(short)?;
        let rows = file.get(size(offset)?..).ok_or("it ends before its pixels")?;
        match (bits, compression) {
            // 3: the places of the colours in a pixel are told; they are taken for the usual ones.
            (1 | 8 | 24, 0) | (16 | 32, 0 | 3) => {}
            _ => return Err("1, 8, 16, 24 or 32 bits a pixel expected, not compressed"),
        }
        let height_of = usize::try_from(height.unsigned_abs()).unwrap_or_default();
        Ok(Bmp { bits, width: size(width)?, height: height_of, is_from_above: height < 0, palette, rows })
    }

    /// The colour of a pixel; none where the file has ended.
    #[must_use]
    pub fn pixel(&self, x: usize, y: usize) -> Option<Rgb> {
        let bits = usize::from(self.bits);
        let stride = self.width.checked_mul(bits)?.div_ceil(32) * 4;
        let row = if self.is_from_above { y } else { self.height.checked_sub(y + 1)? };
        let at = row.checked_mul(stride)?.checked_add(x * bits / 8)?;
        let bytes = self.rows.get(at..)?;
        match (self.bits, bytes) {
            (1, [byte, ..]) => self.color(byte >> (7 - x % 8) & 1),
            (8, [index, ..]) => self.color(*index),
            (16, [low, high, ..]) => Some(Depth::Rgb565.rgb(u16::from_le_bytes([*low, *high]).into())),
            (24 | 32, [blue, green, red, ..]) => Some([*red, *green, *blue]),
            _ => None,
        }
    }

    fn color(&self, index: u8) -> Option<Rgb> {
        let [blue, green, red] = *self.palette.get(usize::from(index) * 4..)?.first_chunk()?;
        Some([red, green, blue])
    }
}

#[cfg(test)]
mod tests {
    use super::{super::image::samples::bmp, *};

    fn colors(file: &[u8]) -> Vec<Option<Rgb>> {
        let image = Bmp::parse(file).unwrap();
        (0..image.height).flat_map(|y| (0..image.width).map(move |x| (x, y))).map(|(x, y)| image.pixel(x, y)).collect()
    }

    #[test]
    fn rows_come_from_below() {
        let file = bmp(24, &[], &[0, 0, 255, 0, 255, 0, 0, 0, 255, 0, 0, 9, 9, 9, 0, 0]);
        assert_eq!(colors(&file), [Some([0, 0, 255]), Some([9; 3]), Some([255, 0, 0]), Some([0, 255, 0])]);
        let mut from_above = file.clone();
        from_above[22..26].copy_from_slice(&(-2_i32).to_le_bytes());
        assert_eq!(colors(&from_above)[..2], [Some([255, 0, 0]), Some([0, 255, 0])]);
    }

    #[test]
    fn pixels_of_each_size() {
        let palette = [0, 0, 0, 0, 255, 255, 255, 0];
        let (black, white, red) = (Some([0; 3]), Some([255; 3]), Some([255, 0, 0]));
        assert_eq!(colors(&bmp(1, &palette, &[0x40, 0, 0, 0, 0x80, 0, 0, 0])), [white, black, black, white]);
        assert_eq!(colors(&bmp(8, &palette, &[1, 0, 0, 0, 0, 1, 0, 0])), [black, white, white, black]);
        assert_eq!(colors(&bmp(16, &[], &[0xff, 0xff, 0, 0xf8, 0, 0, 0, 0])), [black, black, white, red]);
        assert_eq!(colors(&bmp(32, &[], &[0, 0, 255, 7, 0, 0, 0, 7]))[2..], [red, black]);
    }

    #[test]
    fn what_is_missing_is_not_there() {
        assert_eq!(colors(&bmp(24, &[], &[1, 2, 3]))[..3], [None, None, Some([3, 2, 1])]);
        assert_eq!(colors(&bmp(8, &[], &[1, 2])), [None; 4]);
        assert!(Bmp::parse(b"BM").is_err() && Bmp::parse(&bmp(4, &[], &[0; 16])).is_err());
        let mut file = bmp(24, &[], &[0; 16]);
        file[10] = 255;
        assert!(Bmp::parse(&file).is_err());
    }
}
