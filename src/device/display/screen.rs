//! What one panel shows: pixels that a picture is made of.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Depth;

/// The name of the display that `disp` draws on.
pub const LCD: &str = "lcd";

/// Most pixels of a panel; the device has memory for 480 x 854.
pub const MOST_PIXELS: usize = 1 << 20;

/// Red, green and blue, 0 to 255 each.
pub type Rgb = [u8; 3];

/// A panel and what it shows. It is black at first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Screen {
    width: usize,
    height: usize,
    /// Bits of a pixel, as the panel has them: 1, 16, 18 or 24.
    bits: u8,
    /// Three bytes a pixel, row by row.
    pixels: Vec<u8>,
    /// Pictures that it has shown.
    count: u64,
    /// It has new pixels that are no picture yet.
    is_new: bool,
    /// It is dark, and keeps its pixels.
    pub is_asleep: bool,
}

impl Screen {
    /// A panel of that many pixels, and bits of each. Beyond [`MOST_PIXELS`] it has fewer rows.
    #[must_use]
    pub fn new(width: usize, height: usize, bits: u8) -> Screen {
        let width = width.clamp(1, MOST_PIXELS);
        let height = height.clamp(1, MOST_PIXELS / width);
        let pixels = vec![0; width * height * 3];
        Screen { width, height, bits, pixels, count: 0, is_new: false, is_asleep: false }
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

    /// What it makes of colours: a panel with other bits than 1 and 16 shows them as they are.
    #[must_use]
    pub fn depth(&self) -> Depth {
        Depth::of_bits(self.bits.into()).unwrap_or(Depth::Rgb888)
    }

    /// The colour of a pixel; none outside of the panel.
    #[cfg(test)]
    #[must_use]
    pub fn pixel(&self, x: usize, y: usize) -> Option<Rgb> {
        let at = self.place(x, y)?;
        self.pixels[at..].first_chunk().copied()
    }

    /// Colours a pixel; one outside of the panel is ignored. Pixels that are new when the script next waits are a new
    /// picture.
    pub fn set_pixel(&mut self, x: usize, y: usize, color: Rgb) {
        if let Some(at) = self.place(x, y)
            && self.pixels[at..at + 3] != color
        {
            self.pixels[at..at + 3].copy_from_slice(&color);
            self.is_new = true;
        }
    }

    /// Colours all pixels.
    pub fn fill(&mut self, color: Rgb) {
        for pixel in self.pixels.chunks_exact_mut(3) {
            pixel.copy_from_slice(&color);
        }
        self.is_new = true;
    }

    /// Colours all pixels: a colour for each, row by row.
    pub fn put(&mut self, colors: impl Iterator<Item = Rgb>) {
        for (pixel, color) in self.pixels.chunks_exact_mut(3).zip(colors) {
            pixel.copy_from_slice(&color);
        }
        self.is_new = true;
    }

    /// What it has now is a picture, even if that is the same as before. Returns how many there have been.
    pub fn show(&mut self) -> u64 {
        self.is_new = false;
        self.count += 1;
        self.count
    }

    /// What it shows, as a PNG file.
    ///
    /// # Errors
    /// The encoder's; there are none for a panel of a size that exists.
    pub fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.pixels)?;
        writer.finish()?;
        Ok(file)
    }

    fn place(&self, x: usize, y: usize) -> Option<usize> {
        (x < self.width && y < self.height).then_some((y * self.width + x) * 3)
    }
}

/// A display as an observer sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DisplayState {
    /// What it is called.
    pub name: String,
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Bits of a pixel.
    pub bits: u8,
    /// Pictures that it has shown.
    pub count: u64,
    /// It is dark.
    pub asleep: bool,
    /// A finger on it is noticed.
    pub touch: bool,
}

/// All panels of the device by their names: [`LCD`], and those of the parts that have one. It owns their screens; who
/// draws on one asks for it.
#[derive(Debug, Default)]
pub struct Screens {
    screens: BTreeMap<String, Screen>,
    /// How many notice a finger on the panel of a name, which need not be there yet.
    touched: BTreeMap<String, usize>,
}

impl Screens {
    /// Puts a panel there, in place of the one of that name.
    pub fn attach(&mut self, name: &str, screen: Screen) {
        self.screens.insert(name.to_owned(), screen);
    }

    /// Takes a panel away.
    pub fn detach(&mut self, name: &str) {
        self.screens.remove(name);
    }

    /// One more notices a finger on the panel of that name, or one less.
    pub fn set_touch(&mut self, name: &str, flag: bool) {
        let count = self.touched.remove(name).unwrap_or_default();
        let count = if flag { count + 1 } else { count.saturating_sub(1) };
        if count > 0 {
            self.touched.insert(name.to_owned(), count);
        }
    }

    /// The panel of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Screen> {
        self.screens.get(name)
    }

    /// The panel of that name, to draw on it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Screen> {
        self.screens.get_mut(name)
    }

    /// The panel that is meant where no name is given: that of `disp`, else the first.
    #[must_use]
    pub fn main(&self) -> Option<&Screen> {
        self.get(LCD).or_else(|| self.screens.values().next())
    }

    /// What has been drawn pixel by pixel becomes a picture: names of the panels, and how many each has shown.
    pub fn settle(&mut self) -> Vec<(String, u64)> {
        let new = self.screens.iter_mut().filter(|(_, screen)| screen.is_new);
        new.map(|(name, screen)| {
            screen.is_new = false;
            screen.count += 1;
            (name.clone(), screen.count)
        })
        .collect()
    }

    /// All of them, by name.
    #[must_use]
    pub fn states(&self) -> Vec<DisplayState> {
        let state = |(name, screen): (&String, &Screen)| DisplayState {
            name: name.clone(),
            width: screen.width,
            height: screen.height,
            bits: screen.bits,
            count: screen.count,
            asleep: screen.is_asleep,
            touch: self.touched.contains_key(name),
        };
        self.screens.iter().map(state).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: Rgb = [255, 0, 0];

    #[test]
    fn a_picture_is_a_png_of_its_pixels() {
        let mut screen = Screen::new(3, 2, 16);
        screen.set_pixel(2, 1, RED);
        screen.set_pixel(3, 1, RED);
        let file = screen.png().unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((frame.width, frame.height, frame.color_type), (3, 2, png::ColorType::Rgb));
        assert_eq!(pixels, [vec![0; 15], RED.to_vec()].concat());
        assert_eq!((screen.pixel(2, 1), screen.pixel(0, 2)), (Some(RED), None));
    }

    #[test]
    fn new_pixels_become_one_picture() {
        let mut screens = Screens::default();
        screens.attach("oled", Screen::new(8, 8, 1));
        screens.attach(LCD, Screen::new(4, 4, 16));
        assert_eq!(screens.settle(), []);
        let oled = screens.get_mut("oled").unwrap();
        oled.set_pixel(0, 0, [0; 3]);
        assert_eq!(screens.settle(), []);
        let oled = screens.get_mut("oled").unwrap();
        oled.set_pixel(0, 0, RED);
        oled.set_pixel(1, 0, RED);
        assert_eq!(screens.settle(), [("oled".to_owned(), 1)]);
        assert_eq!(screens.settle(), []);
        let lcd = screens.get_mut(LCD).unwrap();
        lcd.put(std::iter::repeat(RED));
        assert_eq!((lcd.show(), lcd.show()), (1, 2));
        assert_eq!(screens.settle(), []);
        assert_eq!(screens.main().unwrap().width(), 4);
        screens.detach(LCD);
        assert_eq!(screens.main().unwrap().width(), 8);
        assert_eq!(screens.states().len(), 1);
    }

    #[test]
    fn a_panel_without_end_has_fewer_rows() {
        let screen = Screen::new(1 << 10, usize::MAX, 16);
        assert_eq!((screen.width(), screen.height()), (1 << 10, 1 << 10));
    }
}
