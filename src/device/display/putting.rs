//! Images and QR codes on a canvas.

use super::{
    Canvas, Depth,
    image::{Format, Image},
};

/// What to draw of an image, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cutting {
    /// The colour that is left out; -1 none.
    pub transparent: i64,
    /// The part of the image that is drawn: its first and last column and row. All 0: the whole image.
    pub left: i64,
    /// See `left`.
    pub top: i64,
    /// See `left`.
    pub right: i64,
    /// See `left`.
    pub bottom: i64,
    /// What the opacity of a PNG's pixel is for: 0 draws all that are not fully transparent as opaque ones, 1 mixes, 2 mixes
    /// as if `transparent` were the opacity of all that are not fully transparent.
    pub mixing: i64,
}

impl Cutting {
    /// All of an image as it is.
    #[cfg(test)]
    pub const NONE: Cutting = Cutting { transparent: -1, left: 0, top: 0, right: 0, bottom: 0, mixing: 1 };

    /// Columns and rows of an image of that size.
    fn area(&self, image: &Image) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
        if (self.left, self.top, self.right, self.bottom) == (0, 0, 0, 0) {
            return (0..image.width, 0..image.height);
        }
        let range = |first: i64, last: i64, most: usize| {
            let end = usize::try_from(last.saturating_add(1)).unwrap_or_default().min(most);
            usize::try_from(first.max(0)).unwrap_or(most)..end
        };
        (range(self.left, self.right, image.width), range(self.top, self.bottom, image.height))
    }
}

/// Why the device does not draw an image.
pub const ONE_BIT_ONLY: &str = "a panel of 1 bit shows nothing but BMP images of 1 bit";

/// Draws an image from its upper left corner.
///
/// # Errors
/// The device does not draw such an image; the text says why.
pub fn image(canvas: &mut Canvas, image: &Image, (x, y): (i64, i64), cutting: &Cutting) -> Result<(), &'static str> {
    if canvas.depth() == Depth::Mono && image.format != Format::Bmp(1) {
        return Err(ONE_BIT_ONLY);
    }
    let (columns, rows) = cutting.area(image);
    for row in rows.clone() {
        for column in columns.clone() {
            let (Some((color, opacity)), Some(right), Some(down)) = (
                image.pixel(column, row),
                x.checked_add((column - columns.start) as i64),
                y.checked_add((row - rows.start) as i64),
            ) else {
                continue;
            };
            let Some(below) = canvas.get(right, down) else { continue };
            let pixel = canvas.depth().nearest(color);
            if let Some(opacity) = cutting.opacity(canvas.depth(), image, pixel, opacity) {
                let mixed = mixed(canvas.depth(), pixel, color, below, opacity);
                canvas.set(right, down, mixed);
            }
        }
    }
    Ok(())
}

impl Cutting {
    /// How opaque a pixel is drawn; not at all if there is none.
    fn opacity(&self, depth: Depth, image: &Image, pixel: u32, opacity: u8) -> Option<u8> {
        // A panel of 24 bits takes no notice of the colour, and nothing does for JPEG.
        let is_left_out = depth == Depth::Rgb565
            && image.format != Format::Jpeg
            && i64::from(pixel) == self.transparent
            && !(image.has_alpha && self.mixing == 2);
        if is_left_out {
            return None;
        }
        match (image.has_alpha, self.mixing, opacity) {
            (false, ..) => Some(255),
            (true, _, 0) => None,
            (true, 0, _) => Some(255),
            (true, 2, _) => Some(self.transparent as u8),
            (true, ..) => Some(opacity),
        }
    }
}

/// A colour over a pixel.
fn mixed(depth: Depth, pixel: u32, color: super::Rgb, below: u32, opacity: u8) -> u32 {
    if opacity == 255 {
        return pixel;
    }
    let mut mixed = depth.rgb(below);
    for (channel, above) in mixed.iter_mut().zip(color) {
        let sum = u32::from(above) * u32::from(opacity) + u32::from(*channel) * (255 - u32::from(opacity));
        *channel = (sum / 255) as u8;
    }
    depth.nearest(mixed)
}

/// Draws a QR code of `width` modules a side, one byte each, in at most `shown` pixels a side: each module is as many whole
/// pixels as there is room for. Dark ones (odd bytes) have one colour, the others the other.
/// Returns whether there is room for it, and the panel has 1 or 16 bits.
pub fn code(
    canvas: &mut Canvas,
    modules: &[u8],
    (width, shown): (i64, i64),
    (x, y): (i64, i64),
    (dark, light): (i64, i64),
) -> bool {
    let room = (canvas.width() - x).min(canvas.height() - y);
    let scale = shown.min(room).checked_div(width).unwrap_or_default();
    if scale < 1 || x < 0 || y < 0 || canvas.depth() == Depth::Rgb888 {
        return false;
    }
    for row in 0..width * scale {
        for column in 0..width * scale {
            let at = usize::try_from(row / scale * width + column / scale).ok();
            let is_dark = at.and_then(|at| modules.get(at)).is_some_and(|module| module & 1 == 1);
            let pixel = canvas.depth().pixel(if is_dark { dark } else { light });
            canvas.set(x + column, y + row, pixel);
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            canvas::drawn::lines,
            image::samples::{bmp, png},
        },
        *,
    };

    const RED: [u8; 4] = [255, 0, 0, 255];
    const CLEAR: [u8; 4] = [0, 0, 0, 0];
    const HALF: [u8; 4] = [0, 0, 0, 128];

    fn canvas() -> Canvas {
        Canvas::new(4, 2, Depth::Rgb565)
    }

    fn read(file: &[u8]) -> Image {
        Image::decode(file, 1 << 16).unwrap()
    }

    fn pixels(canvas: &Canvas) -> Vec<u32> {
        (0..canvas.height()).flat_map(|y| (0..canvas.width()).map(move |x| canvas.get(x, y).unwrap())).collect()
    }

    #[test]
    fn opacity_mixes_as_is_asked() {
        let picture = read(&png(4, 4, &[RED, CLEAR, HALF, RED].concat()));
        for (mixing, half) in [(1, 0x7bef), (0, 0), (2, 0xffff)] {
            let mut canvas = canvas();
            let cutting = Cutting { mixing, transparent: if mixing == 2 { 0 } else { -1 }, ..Cutting::NONE };
            image(&mut canvas, &picture, (0, 0), &cutting).unwrap();
            let red = if mixing == 2 { 0xffff } else { 0xf800 };
            assert_eq!(pixels(&canvas)[..4], [red, 0xffff, half, red], "{mixing}");
        }
    }

    #[test]
    fn a_colour_is_left_out() {
        let picture = read(&png(2, 3, &[255, 0, 0, 0, 0, 255]));
        let mut canvas = canvas();
        image(&mut canvas, &picture, (1, 0), &Cutting { transparent: 0xf800, ..Cutting::NONE }).unwrap();
        assert_eq!(pixels(&canvas)[..4], [0xffff, 0xffff, 0x001f, 0xffff]);
    }

    #[test]
    fn a_part_is_cut_out() {
        let bytes: Vec<u8> = (0..9).flat_map(|index| [0, 0, index * 8]).collect();
        let picture = read(&png(3, 3, &bytes));
        let mut canvas = canvas();
        let cutting = Cutting { left: 1, top: 1, right: 2, bottom: 2, ..Cutting::NONE };
        image(&mut canvas, &picture, (2, 0), &cutting).unwrap();
        assert_eq!(pixels(&canvas), [0xffff, 0xffff, 4, 5, 0xffff, 0xffff, 7, 8]);
        for (left, right) in [(2, 1), (9, 9), (-5, -1), (i64::MAX, i64::MAX)] {
            image(&mut canvas, &picture, (0, 0), &Cutting { left, right, bottom: 2, ..Cutting::NONE }).unwrap();
        }
        assert_eq!(pixels(&canvas), [0xffff, 0xffff, 4, 5, 0xffff, 0xffff, 7, 8]);
        let cutting = Cutting { left: 2, right: i64::MAX, bottom: 0, ..Cutting::NONE };
        image(&mut canvas, &picture, (0, 0), &cutting).unwrap();
        assert_eq!(pixels(&canvas)[..4], [2, 0xffff, 4, 5]);
    }

    #[test]
    fn what_is_beyond_the_edges_is_not_drawn() {
        let picture = read(&png(2, 3, &[0; 6]));
        for place in [(-1, 0), (3, 0), (0, -1), (0, 2), (i64::MAX, i64::MIN)] {
            let mut canvas = canvas();
            image(&mut canvas, &picture, place, &Cutting::NONE).unwrap();
            let dark = pixels(&canvas).iter().filter(|pixel| **pixel == 0).count();
            assert_eq!(dark, usize::from(place.1 == 0), "{place:?}");
        }
    }

    #[test]
    fn one_bit_shows_one_bit() {
        let mut canvas = Canvas::new(3, 2, Depth::Mono);
        let palette = [0, 0, 0, 0, 255, 255, 255, 0];
        let picture = read(&bmp(1, &palette, &[0x40, 0, 0, 0, 0x80, 0, 0, 0]));
        image(&mut canvas, &picture, (0, 0), &Cutting::NONE).unwrap();
        assert_eq!(lines(&canvas), [".#.", "#.."]);
        assert_eq!(image(&mut canvas, &read(&png(1, 3, &[0; 3])), (0, 0), &Cutting::NONE), Err(ONE_BIT_ONLY));
    }

    #[test]
    fn codes_are_scaled_to_whole_pixels() {
        let mut canvas = Canvas::new(6, 5, Depth::Rgb565);
        assert!(code(&mut canvas, &[1, 0, 0, 1], (2, 5), (1, 1), (0, 0xffff)));
        assert_eq!(lines(&canvas), ["......", ".##...", ".##...", "...##.", "...##."]);
        assert!(code(&mut canvas, &[1, 1, 1, 1], (2, 99), (3, 0), (0, 0xffff)));
        assert_eq!(lines(&canvas), ["...##.", ".####.", ".##...", "...##.", "...##."]);
        for (place, shown) in [((5, 0), 9), ((0, 4), 9), ((0, 0), 1), ((-1, 0), 4), ((9, 9), 9)] {
            assert!(!code(&mut canvas, &[1; 4], (2, shown), place, (0, 0xffff)), "{place:?}");
        }
        assert!(!code(&mut Canvas::new(9, 9, Depth::Rgb888), &[1], (1, 9), (0, 0), (0, 1)));
        assert!(!code(&mut canvas, &[], (0, 9), (0, 0), (0, 1)));
    }
}
