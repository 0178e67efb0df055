//! A picture, which the camera sees, in the forms in which it is shown, stored and read.

use crate::device::display::{Image, ImageError, Rgb};

/// Most pixels of a picture's file.
const MOST_PIXELS: usize = 1 << 25;

/// Most pixels of a side that are kept: more than a sensor of the device has.
const MOST_SIDE: usize = 1280;

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scene {
    width: usize,
    height: usize,
    pixels: Vec<Rgb>,
}

impl Scene {
    /// Reads a PNG, BMP or JPEG file. What is transparent is white.
    ///
    /// # Errors
    /// It is none, or damaged.
    pub fn decode(file: &[u8]) -> Result<Scene, ImageError> {
        let image = Image::decode(file, MOST_PIXELS)?;
        let opaque = |(color, opacity): (Rgb, u8)| {
            color.map(|channel| {
                ((u32::from(channel) * u32::from(opacity) + 255 * (255 - u32::from(opacity))) / 255) as u8
            })
        };
        let scene = Scene::drawn(image.width, image.height, |x, y| image.pixel(x, y).map_or([0; 3], opaque));
        let longer = scene.width.max(scene.height);
        if longer <= MOST_SIDE {
            return Ok(scene);
        }
        let fitting = |side: usize| (side * MOST_SIDE / longer).max(1);
        Ok(scene.scaled(fitting(scene.width), fitting(scene.height)))
    }

    /// Pixels in a row.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    #[must_use]
    pub fn height(&self) -> usize {
        self.height
    }

    /// The colour of a pixel.
    #[must_use]
    pub fn pixel(&self, x: usize, y: usize) -> Option<Rgb> {
        (x < self.width).then(|| self.pixels.get(y * self.width + x).copied()).flatten()
    }

    fn drawn(width: usize, height: usize, color: impl Fn(usize, usize) -> Rgb) -> Scene {
        let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        Scene { width, height, pixels: places.map(|(x, y)| color(x, y)).collect() }
    }

    /// In another size: each pixel is the mean of those that it stands for.
    #[must_use]
    pub fn scaled(&self, width: usize, height: usize) -> Scene {
        let range = |at: usize, from: usize, to: usize| {
            let first = at * from / to;
            first..((at + 1) * from / to).max(first + 1)
        };
        Scene::drawn(width, height, |x, y| {
            let (columns, rows) = (range(x, self.width, width), range(y, self.height, height));
            let mut sums = [0_usize; 3];
            let mut count = 0;
            for color in rows.flat_map(|row| columns.clone().filter_map(move |column| self.pixel(column, row))) {
                sums.iter_mut().zip(color).for_each(|(sum, channel)| *sum += usize::from(channel));
                count += 1;
            }
            sums.map(|sum| (sum / count.max(1)) as u8)
        })
    }

    /// As large as it can be within a frame, in the middle of it; the rest is black.
    #[must_use]
    pub fn framed(&self, width: usize, height: usize) -> Scene {
        let is_wide = self.width * height > self.height * width;
        let (wide, high) = if is_wide {
            (width, (self.height * width / self.width).max(1))
        } else {
            ((self.width * height / self.height).max(1), height)
        };
        let inner = self.scaled(wide, high);
        let (left, top) = ((width - wide) / 2, (height - high) / 2);
        Scene::drawn(width, height, |x, y| {
            let place = x.checked_sub(left).zip(y.checked_sub(top));
            place.and_then(|(x, y)| inner.pixel(x, y)).unwrap_or_default()
        })
    }

    /// Left and right exchanged.
    #[must_use]
    pub fn mirrored(&self) -> Scene {
        Scene::drawn(self.width, self.height, |x, y| self.pixel(self.width - 1 - x, y).unwrap_or_default())
    }

    /// Turned clockwise by a quarter.
    #[must_use]
    pub fn turned(&self) -> Scene {
        Scene::drawn(self.height, self.width, |x, y| self.pixel(y, self.height - 1 - x).unwrap_or_default())
    }

    /// The contents of the QR codes in it (ISO/IEC 18004), as bytes.
    #[must_use]
    pub fn codes(&self) -> Vec<Vec<u8>> {
        let gray = |x: usize, y: usize| {
            let [red, green, blue] = self.pixel(x, y).unwrap_or_default().map(u32::from);
            ((red * 299 + green * 587 + blue * 114) / 1000) as u8
        };
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(self.width, self.height, gray);
        let read = |grid: rqrr::Grid<_>| {
            let mut content = Vec::new();
            grid.decode_to(&mut content).ok().map(|_| content)
        };
        image.detect_grids().into_iter().filter_map(read).collect()
    }

    /// As a JPEG file (ITU-T T.81); `quality` 1 to 100.
    ///
    /// # Errors
    /// It has no pixels, or more than 65,535 a side.
    pub fn jpeg(&self, quality: u8) -> Result<Vec<u8>, jpeg_encoder::EncodingError> {
        let mut file = Vec::new();
        let side = |pixels: usize| u16::try_from(pixels).unwrap_or_default();
        let encoder = jpeg_encoder::Encoder::new(&mut file, quality.clamp(1, 100));
        let color = jpeg_encoder::ColorType::Rgb;
        encoder.encode(self.pixels.as_flattened(), side(self.width), side(self.height), color)?;
        Ok(file)
    }
}

/// Pictures for tests.
#[cfg(test)]
pub(super) mod samples {
    use super::*;
    use crate::codec::qr;

    /// A picture by its pixels' brightness, row by row.
    pub fn gray(width: usize, values: &[u8]) -> Scene {
        Scene { width, height: values.len() / width, pixels: values.iter().map(|value| [*value; 3]).collect() }
    }

    /// A picture of a QR code, 8 pixels a module, with a margin of four modules.
    pub fn code(text: &[u8]) -> Scene {
        let symbol = qr::encode(text, 0, 0).unwrap();
        let side = (symbol.width + 8) * 8;
        Scene::drawn(side, side, |x, y| {
            let module =
                (x / 8).checked_sub(4).zip((y / 8).checked_sub(4)).filter(|(x, y)| (*x).max(*y) < symbol.width);
            let is_dark = module.is_some_and(|(x, y)| symbol.modules[y * symbol.width + x] == 1);
            if is_dark { [0; 3] } else { [255; 3] }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{
        samples::{code, gray},
        *,
    };

    fn values(scene: &Scene) -> Vec<u8> {
        scene.pixels.iter().map(|color| color[0]).collect()
    }

    #[test]
    fn is_turned_mirrored_scaled_and_framed() {
        let scene = gray(2, &[1, 2, 3, 4]);
        assert_eq!(values(&scene.mirrored()), [2, 1, 4, 3]);
        assert_eq!(values(&scene.turned()), [3, 1, 4, 2]);
        assert_eq!(values(&gray(3, &[1, 2, 3]).turned()), [1, 2, 3]);
        assert_eq!(values(&gray(2, &[0, 100, 200, 60]).scaled(1, 1)), [90]);
        assert_eq!(values(&scene.scaled(4, 2)), [1, 1, 2, 2, 3, 3, 4, 4]);
        assert_eq!(values(&gray(2, &[7, 7]).framed(2, 3)), [0, 0, 7, 7, 0, 0]);
        assert_eq!(values(&gray(1, &[7, 7]).framed(4, 2)), [0, 7, 0, 0, 0, 7, 0, 0]);
    }

    #[test]
    fn codes_are_read_also_small_mirrored_and_turned() {
        let text = "http://www.openluat.com/你好".as_bytes();
        let scene = code(text);
        assert_eq!(scene.codes(), [text]);
        assert_eq!(scene.framed(240, 320).codes(), [text]);
        assert_eq!(scene.mirrored().codes(), [text]);
        assert_eq!(scene.turned().codes(), [text]);
        assert_eq!(gray(50, &[128; 2500]).codes(), Vec::<Vec<u8>>::new());
        assert_eq!(gray(1, &[1]).codes(), Vec::<Vec<u8>>::new());
    }

    #[test]
    fn a_photo_is_a_jpeg_of_its_size() {
        let file = gray(20, &[200; 600]).jpeg(50).unwrap();
        let again = Scene::decode(&file).unwrap();
        assert_eq!((again.width(), again.height()), (20, 30));
        assert!(again.pixel(10, 10).unwrap()[0].abs_diff(200) < 5);
        assert!(gray(20, &[200; 600]).jpeg(255).unwrap().len() >= file.len());
        assert!(Scene { width: 70_000, height: 1, pixels: vec![[0; 3]; 70_000] }.jpeg(50).is_err());
    }

    #[test]
    fn a_large_picture_is_made_smaller() {
        let file = gray(2000, &vec![9; 2000 * 100]).jpeg(90).unwrap();
        let scene = Scene::decode(&file).unwrap();
        assert_eq!((scene.width(), scene.height()), (1280, 64));
    }
}
