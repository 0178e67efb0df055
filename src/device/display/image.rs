//! Images from files: PNG (ISO/IEC 15948), BMP and JPEG (ITU-T T.81). A damaged file is an error, and so is one that says
//! it has more pixels than it may.

use std::io::Cursor;

use thiserror::Error;
use zune_jpeg::{
    JpegDecoder,
    zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions},
};

use super::{
    Rgb,
    bmp::{self, Bmp},
};

/// How PNG and JPEG files begin.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const JPEG: &[u8] = b"\xff\xd8";

/// What an image file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// PNG.
    Png,
    /// BMP with so many bits a pixel.
    Bmp(u16),
    /// JPEG.
    Jpeg,
}

/// Why a file is no image.
#[derive(Debug, Error)]
pub enum ImageError {
    /// It is something else.
    #[error("a PNG, BMP or JPEG image expected")]
    Unknown,
    /// It is too large.
    #[error("an image of up to {most} pixels expected, got {width} x {height}")]
    Large {
        /// How many it may have.
        most: usize,
        /// Pixels in a row.
        width: usize,
        /// Rows.
        height: usize,
    },
    /// Its bytes make no sense.
    #[error("the image is damaged: {0}")]
    Damaged(String),
}

/// An image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// What it was read from.
    pub format: Format,
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// The device shows it: of PNG, it knows 8 bits each of red, green and blue, perhaps with opacity.
    pub is_portable: bool,
    /// Some of its pixels may be transparent.
    pub has_alpha: bool,
    /// Red, green, blue and opacity of each pixel, row by row.
    pixels: Vec<u8>,
}

impl Image {
    /// Reads a file's content. `most`: how many pixels it may have.
    ///
    /// # Errors
    /// It is no image, a damaged or a larger one.
    pub fn decode(file: &[u8], most: usize) -> Result<Image, ImageError> {
        if file.starts_with(PNG) {
            decode_png(file, most)
        } else if file.starts_with(JPEG) {
            decode_jpeg(file, most)
        } else if file.starts_with(bmp::SIGNATURE) {
            decode_bmp(file, most)
        } else {
            Err(ImageError::Unknown)
        }
    }

    /// Colour and opacity (0 to 255) of a pixel; none outside of the image.
    #[must_use]
    pub fn pixel(&self, x: usize, y: usize) -> Option<(Rgb, u8)> {
        let at = (x < self.width && y < self.height).then_some((y * self.width + x) * 4)?;
        let [red, green, blue, alpha] = *self.pixels.get(at..)?.first_chunk()?;
        Some(([red, green, blue], alpha))
    }

    fn new(
        format: Format,
        (width, height): (usize, usize),
        channels: usize,
        bytes: &[u8],
    ) -> Result<Image, ImageError> {
        let missing = || ImageError::Damaged(format!("{width} x {height} pixels expected, got {} bytes", bytes.len()));
        if bytes.len() < width * height * channels || width * height == 0 {
            return Err(missing());
        }
        let rgba = |pixel: &[u8]| match *pixel {
            [gray] => Some([gray, gray, gray, 255]),
            [gray, alpha] => Some([gray, gray, gray, alpha]),
            [red, green, blue] => Some([red, green, blue, 255]),
            [red, green, blue, alpha] => Some([red, green, blue, alpha]),
            _ => None,
        };
        let pixels = bytes.chunks_exact(channels).take(width * height).filter_map(rgba).flatten().collect();
        Ok(Image { format, width, height, is_portable: true, has_alpha: matches!(channels, 2 | 4), pixels })
    }
}

/// That an image has no more pixels than it may.
fn check_size(width: usize, height: usize, most: usize) -> Result<(), ImageError> {
    let is_small = width.checked_mul(height).is_some_and(|count| count <= most);
    if is_small { Ok(()) } else { Err(ImageError::Large { most, width, height }) }
}

fn decode_png(file: &[u8], most: usize) -> Result<Image, ImageError> {
    let damaged = |error: png::DecodingError| ImageError::Damaged(error.to_string());
    // Bounds what other chunks than the pixels take, too.
    let limits = png::Limits { bytes: most.saturating_mul(8) };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(file), limits);
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let info = decoder.read_header_info().map_err(damaged)?;
    let (width, height) = (info.width as usize, info.height as usize);
    let is_portable =
        matches!(info.color_type, png::ColorType::Rgb | png::ColorType::Rgba) && info.bit_depth == png::BitDepth::Eight;
    check_size(width, height, most)?;
    let mut reader = decoder.read_info().map_err(damaged)?;
    let size = reader.output_buffer_size().unwrap_or_default();
    let mut bytes = vec![0; size];
    let frame = reader.next_frame(&mut bytes).map_err(damaged)?;
    let channels = frame.color_type.samples();
    let image = Image::new(Format::Png, (width, height), channels, &bytes)?;
    Ok(Image { is_portable, ..image })
}

fn decode_jpeg(file: &[u8], most: usize) -> Result<Image, ImageError> {
    let damaged = |error: zune_jpeg::errors::DecodeErrors| ImageError::Damaged(error.to_string());
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(file), options);
    decoder.decode_headers().map_err(damaged)?;
    let info = decoder.info().ok_or(ImageError::Unknown)?;
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    check_size(width, height, most)?;
    let bytes = decoder.decode().map_err(damaged)?;
    Image::new(Format::Jpeg, (width, height), 3, &bytes)
}

fn decode_bmp(file: &[u8], most: usize) -> Result<Image, ImageError> {
    let image = Bmp::parse(file).map_err(|why| ImageError::Damaged(why.into()))?;
    let (width, height) = (image.width, image.height);
    check_size(width, height, most)?;
    let colors = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map_while(|(x, y)| image.pixel(x, y));
    let bytes: Vec<u8> = colors.flatten().collect();
    Image::new(Format::Bmp(image.bits), (width, height), 3, &bytes)
}

/// Width and height of a PNG image (ISO/IEC 15948 section 11.2.2).
#[must_use]
pub fn png_size(data: &[u8]) -> Option<(u32, u32)> {
    let header = data.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR")?;
    let (width, rest) = header.split_first_chunk()?;
    Some((u32::from_be_bytes(*width), u32::from_be_bytes(*rest.first_chunk()?)))
}

/// Images for tests.
#[cfg(test)]
pub(super) mod samples {
    /// A PNG file with these bytes a pixel: 1 gray, 3 colours, 4 with opacity.
    pub fn png(width: u32, channels: usize, bytes: &[u8]) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width, (bytes.len() / channels) as u32 / width);
        encoder.set_color(match channels {
            1 => png::ColorType::Grayscale,
            3 => png::ColorType::Rgb,
            _ => png::ColorType::Rgba,
        });
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(bytes).unwrap();
        writer.finish().unwrap();
        file
    }

    /// A BMP file of 2 x 2 pixels: rows from below, each filled to four bytes.
    pub fn bmp(bits: u16, palette: &[u8], rows: &[u8]) -> Vec<u8> {
        let offset = 54 + palette.len();
        let mut file = b"BM".to_vec();
        file.extend(((offset + rows.len()) as u32).to_le_bytes());
        file.extend([0; 4]);
        file.extend((offset as u32).to_le_bytes());
        for number in [40, 2, 2_u32] {
            file.extend(number.to_le_bytes());
        }
        file.extend(1_u16.to_le_bytes());
        file.extend(bits.to_le_bytes());
        for number in [0, rows.len() as u32, 0, 0, palette.len() as u32 / 4, 0] {
            file.extend(number.to_le_bytes());
        }
        file.extend(palette);
        file.extend(rows);
        file
    }
}

#[cfg(test)]
mod tests {
    use super::{
        samples::{bmp, png},
        *,
    };

    const MOST: usize = 1 << 16;

    fn colors(image: &Image) -> Vec<(Rgb, u8)> {
        (0..image.height).flat_map(|y| (0..image.width).map(move |x| image.pixel(x, y).unwrap())).collect()
    }

    #[test]
    fn png_of_each_kind() {
        let image = Image::decode(&png(2, 4, &[1, 2, 3, 4, 5, 6, 7, 255]), MOST).unwrap();
        assert_eq!(colors(&image), [([1, 2, 3], 4), ([5, 6, 7], 255)]);
        assert!(image.has_alpha && image.format == Format::Png && image.pixel(2, 0).is_none());
        let image = Image::decode(&png(1, 3, &[9, 8, 7, 6, 5, 4]), MOST).unwrap();
        assert_eq!((colors(&image), image.has_alpha), (vec![([9, 8, 7], 255), ([6, 5, 4], 255)], false));
        assert!(image.is_portable);
        let image = Image::decode(&png(1, 1, &[77]), MOST).unwrap();
        assert_eq!((colors(&image), image.is_portable), (vec![([77; 3], 255)], false));
    }

    #[test]
    fn bmp_of_a_palette() {
        let palette = [0, 0, 0, 0, 255, 255, 255, 0];
        let image = Image::decode(&bmp(1, &palette, &[0x40, 0, 0, 0, 0x80, 0, 0, 0]), MOST).unwrap();
        let white: Vec<bool> = colors(&image).iter().map(|(color, _)| *color == [255; 3]).collect();
        assert_eq!((white, image.format), (vec![true, false, false, true], Format::Bmp(1)));
    }

    #[test]
    fn jpeg() {
        let mut file = Vec::new();
        let encoder = jpeg_encoder::Encoder::new(&mut file, 95);
        encoder.encode(&[200, 100, 50].repeat(256), 16, 16, jpeg_encoder::ColorType::Rgb).unwrap();
        let image = Image::decode(&file, MOST).unwrap();
        assert_eq!((image.width, image.height, image.has_alpha, image.format), (16, 16, false, Format::Jpeg));
        let ([red, green, blue], _) = image.pixel(8, 8).unwrap();
        assert!(red.abs_diff(200) < 6 && green.abs_diff(100) < 6 && blue.abs_diff(50) < 6, "{red} {green} {blue}");
    }

    #[test]
    fn what_is_damaged_or_too_large_is_an_error() {
        let files = [png(16, 3, &[1; 16 * 16 * 3]), bmp(24, &[], &[7; 16]), bmp(8, &[1; 1024], &[3; 8]), {
            let mut file = Vec::new();
            let encoder = jpeg_encoder::Encoder::new(&mut file, 50);
            encoder.encode(&[90; 256 * 3], 16, 16, jpeg_encoder::ColorType::Rgb).unwrap();
            file
        }];
        for file in &files {
            // Whatever is wrong, nothing but an error or other pixels comes of it.
            for length in 0..file.len() {
                let _ = Image::decode(&file[..length], MOST);
            }
            for at in 0..file.len() {
                for change in [0xff, 0x80, 1] {
                    let mut other = file.clone();
                    other[at] ^= change;
                    let _ = Image::decode(&other, MOST);
                }
            }
            assert!(matches!(Image::decode(file, 3), Err(ImageError::Large { most: 3, .. })));
        }
        assert!(matches!(Image::decode(b"GIF89a", MOST), Err(ImageError::Unknown)));
        assert!(matches!(Image::decode(&files[0][..60], MOST), Err(ImageError::Damaged(_))));
    }

    #[test]
    fn sizes_of_png() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\xf0\0\0\x01\x40\x08";
        assert_eq!(png_size(png), Some((240, 320)));
        assert_eq!(png_size(&png[..20]), None);
        assert_eq!(png_size(b"no image"), None);
    }
}
