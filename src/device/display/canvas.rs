//! The memory in which a script draws, before `disp.update` has the panel show it.

use super::{Depth, Rgb};

/// Pixels of a layer, as the device keeps them. What is drawn beyond its edges is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Canvas {
    width: i64,
    height: i64,
    depth: Depth,
    pixels: Vec<u32>,
}

impl Canvas {
    /// A white one.
    #[must_use]
    pub fn new(width: i64, height: i64, depth: Depth) -> Canvas {
        let count = usize::try_from(width.max(0) * height.max(0)).unwrap_or_default();
        Canvas { width, height, depth, pixels: vec![depth.pixel(depth.white()); count] }
    }

    /// Pixels in a row.
    #[must_use]
    pub fn width(&self) -> i64 {
        self.width
    }

    /// Rows.
    #[must_use]
    pub fn height(&self) -> i64 {
        self.height
    }

    /// What the numbers of colours mean.
    #[must_use]
    pub fn depth(&self) -> Depth {
        self.depth
    }

    /// The colours of all pixels, row by row.
    pub fn colors(&self) -> impl Iterator<Item = Rgb> + '_ {
        self.pixels.iter().map(|pixel| self.depth.rgb(*pixel))
    }

    /// The pixel at a place.
    #[must_use]
    pub fn get(&self, x: i64, y: i64) -> Option<u32> {
        self.place(x, y).map(|at| self.pixels[at])
    }

    /// Sets the pixel at a place.
    pub fn set(&mut self, x: i64, y: i64, pixel: u32) {
        if let Some(at) = self.place(x, y) {
            self.pixels[at] = pixel;
        }
    }

    /// Sets all pixels.
    pub fn clear(&mut self, pixel: u32) {
        self.pixels.fill(pixel);
    }

    /// Draws a rectangle between two corners, which belong to it: filled with a colour, or without one its edge in
    /// `edge`. As on the device a 1 bit panel shows none but filled ones in black (0) and white (0xff), without their
    /// last row and column.
    pub fn rectangle(&mut self, (left, top): (i64, i64), (right, bottom): (i64, i64), fill: Option<i64>, edge: i64) {
        let last = i64::from(self.depth != Depth::Mono);
        let (right, bottom) = (right.min(self.width - 1), bottom.min(self.height - 1));
        let xs = left.max(0)..right + last;
        let ys = top.max(0)..bottom + last;
        match (self.depth, fill) {
            (Depth::Mono, Some(0 | 0xff)) | (Depth::Rgb565 | Depth::Rgb888, Some(_)) => {
                let pixel = self.depth.pixel(fill.unwrap_or_default());
                ys.for_each(|y| xs.clone().for_each(|x| self.set(x, y, pixel)));
            }
            (Depth::Mono, _) => {}
            (_, None) => {
                let pixel = self.depth.pixel(edge);
                for x in xs.clone() {
                    self.set(x, top, pixel);
                    self.set(x, bottom, pixel);
                }
                for y in ys {
                    self.set(left, y, pixel);
                    self.set(right, y, pixel);
                }
            }
        }
    }

    fn place(&self, x: i64, y: i64) -> Option<usize> {
        let is_inside = (0..self.width).contains(&x) && (0..self.height).contains(&y);
        is_inside.then(|| (y * self.width + x) as usize)
    }
}

/// Canvases as texts, for tests: a letter for each pixel.
#[cfg(test)]
pub(super) mod drawn {
    use super::*;

    /// One line a row: `#` for what is not white.
    pub fn lines(canvas: &Canvas) -> Vec<String> {
        let white = canvas.depth.pixel(canvas.depth.white());
        let row = |y| (0..canvas.width).map(move |x| if canvas.get(x, y) == Some(white) { '.' } else { '#' }).collect();
        (0..canvas.height).map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{drawn::lines, *};

    #[test]
    fn rectangles_are_filled_or_framed() {
        let mut canvas = Canvas::new(6, 5, Depth::Rgb565);
        canvas.rectangle((1, 1), (3, 3), None, 0);
        assert_eq!(lines(&canvas), ["......", ".###..", ".#.#..", ".###..", "......"]);
        canvas.rectangle((2, 2), (99, 99), Some(5), 0);
        assert_eq!(lines(&canvas), ["......", ".###..", ".#####", ".#####", "..####"]);
        canvas.rectangle((4, 4), (1, 1), Some(0xffff), 0);
        canvas.rectangle((-9, -9), (-1, -1), None, 0);
        assert_eq!(canvas.get(3, 3), Some(5));
        canvas.rectangle((i64::MIN, 0), (i64::MAX, 0), Some(7), 0);
        assert_eq!(lines(&canvas)[0], "######");
    }

    #[test]
    fn on_one_bit_they_are_black_or_white_and_smaller() {
        let mut canvas = Canvas::new(4, 3, Depth::Mono);
        canvas.rectangle((0, 0), (2, 2), Some(0), 0);
        canvas.rectangle((0, 0), (3, 2), None, 0);
        canvas.rectangle((0, 0), (3, 2), Some(7), 0);
        assert_eq!(lines(&canvas), ["##..", "##..", "...."]);
    }

    #[test]
    fn nothing_is_drawn_beyond_the_edges() {
        let mut canvas = Canvas::new(2, 2, Depth::Rgb888);
        for (x, y) in [(-1, 0), (2, 0), (0, -1), (0, 2), (i64::MAX, i64::MAX)] {
            canvas.set(x, y, 0);
            assert_eq!(canvas.get(x, y), None);
        }
        assert_eq!(lines(&canvas), ["..", ".."]);
        assert_eq!(Canvas::new(0, -1, Depth::Mono).get(0, 0), None);
    }
}
