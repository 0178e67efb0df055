//! A display that nobody looks at: what a script reads back, and what it would show.

mod screen;

use std::fmt;

#[allow(unused_imports)]
pub use self::screen::{DisplayState, LCD, MOST_PIXELS, Rgb, Screen, Screens};

/// Items that are kept; further ones are only counted.
const MAX_ITEMS: usize = 64;

/// Height of the built-in font in pixels.
const FONT_HEIGHT: i64 = 16;

/// White and black in 5, 6 and 5 bits of red, green and blue.
const WHITE: i64 = 0xffff;
const BLACK: i64 = 0;

/// Its size: pixels, and bits of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Panel {
    /// Pixels in a row.
    pub width: i64,
    /// Rows.
    pub height: i64,
    /// Bits of a pixel: 1, 16 or 24.
    pub bits: i64,
}

/// A place: pixels from the left and from the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// From the left.
    pub x: i64,
    /// From the top.
    pub y: i64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {},{}", self.x, self.y)
    }
}

/// What a script puts on a display.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A text.
    Text {
        /// Its letters.
        text: String,
        /// The upper left corner.
        place: Place,
        /// Its colour.
        color: i64,
    },
    /// An image from a file.
    Image {
        /// Its path on the device.
        path: String,
        /// The upper left corner.
        place: Place,
    },
    /// A filled rectangle between two corners.
    Rectangle(Place, Place),
    /// A QR code.
    Code {
        /// Pixels of a side.
        width: i64,
        /// The upper left corner.
        place: Place,
    },
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Item::Text { text, place, color } => write!(f, "\"{text}\" {place} in {color:#06x}"),
            Item::Image { path, place } => write!(f, "{path} {place}"),
            Item::Rectangle(from, to) => write!(f, "rectangle {from} to {},{}", to.x, to.y),
            Item::Code { width, place } => write!(f, "QR code of {width} pixels {place}"),
        }
    }
}

/// What a display shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// What was put on it, the first ones.
    pub items: Vec<Item>,
    /// How many more there are.
    pub left_out: usize,
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.items.is_empty() {
            return f.write_str("empty");
        }
        for (index, item) in self.items.iter().enumerate() {
            write!(f, "{}{item}", if index == 0 { "" } else { "; " })?;
        }
        if self.left_out == 0 { Ok(()) } else { write!(f, "; {} more", self.left_out) }
    }
}

/// The display does something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DisplayChange {
    /// It is initialised.
    Init(Panel),
    /// It is switched off.
    Close,
    /// It shows this.
    Show(Content),
    /// It sleeps (true) or wakes.
    Sleep(bool),
    /// The display of that name shows a new picture, and how many it has shown.
    Picture(String, u64),
    /// An image is to be put on it whose file, with this path of the device, does not exist.
    Missing(String),
}

impl fmt::Display for DisplayChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DisplayChange::Init(Panel { width, height, bits }) => write!(f, "{width} x {height} pixels, {bits} bit"),
            DisplayChange::Close => f.write_str("closed"),
            DisplayChange::Show(content) => content.fmt(f),
            DisplayChange::Sleep(true) => f.write_str("sleeps"),
            DisplayChange::Sleep(false) => f.write_str("wakes"),
            DisplayChange::Picture(name, count) => write!(f, "{name} shows picture {count}"),
            DisplayChange::Missing(path) => write!(f, "{path}: no such file"),
        }
    }
}

/// The display of the device.
#[derive(Debug)]
pub struct Display {
    /// None until it is initialised.
    panel: Panel,
    color: i64,
    background: i64,
    /// Number of the font in use; 0 is built in.
    font: i64,
    /// Fonts that were loaded.
    fonts: i64,
    font_height: i64,
    layer: i64,
    /// What is on it beside its background.
    content: Content,
}

impl Default for Display {
    fn default() -> Self {
        Display {
            panel: Panel::default(),
            color: WHITE,
            background: BLACK,
            font: 0,
            fonts: 0,
            font_height: FONT_HEIGHT,
            layer: 0,
            content: Content::default(),
        }
    }
}

impl Display {
    /// Initialises it.
    pub fn init(&mut self, panel: Panel) {
        *self = Display { panel, ..Display::default() };
    }

    /// Switches it off.
    pub fn close(&mut self) {
        *self = Display::default();
    }

    /// Its size; zeros before it is initialised.
    #[must_use]
    pub fn panel(&self) -> Panel {
        self.panel
    }

    /// Takes away what is on it.
    pub fn clear(&mut self) {
        self.content = Content::default();
    }

    /// Puts something on it.
    pub fn put(&mut self, item: Item) {
        if self.content.items.len() < MAX_ITEMS {
            self.content.items.push(item);
        } else {
            self.content.left_out += 1;
        }
    }

    /// What it shows after an update.
    #[must_use]
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// The colour of texts.
    #[must_use]
    pub fn color(&self) -> i64 {
        self.color
    }

    /// Sets the colour of texts; returns the one before.
    pub fn set_color(&mut self, color: i64) -> i64 {
        std::mem::replace(&mut self.color, color)
    }

    /// Sets the colour of the background; returns the one before.
    pub fn set_background(&mut self, color: i64) -> i64 {
        std::mem::replace(&mut self.background, color)
    }

    /// The number of a new font.
    pub fn add_font(&mut self) -> i64 {
        self.fonts += 1;
        self.fonts
    }

    /// Uses a font that was loaded, or the built-in one; returns the one before. Another changes nothing.
    pub fn set_font(&mut self, font: i64) -> i64 {
        let before = self.font;
        if (0..=self.fonts).contains(&font) {
            self.font = font;
        }
        before
    }

    /// Height of texts in pixels.
    #[must_use]
    pub fn font_height(&self) -> i64 {
        self.font_height
    }

    /// Sets the height of texts; returns the one before.
    pub fn set_font_height(&mut self, height: i64) -> i64 {
        std::mem::replace(&mut self.font_height, height)
    }

    /// Uses a layer; returns the one before.
    pub fn set_layer(&mut self, layer: i64) -> i64 {
        std::mem::replace(&mut self.layer, layer)
    }
}

/// Width and height of a PNG image (ISO/IEC 15948 section 11.2.2).
#[must_use]
pub fn png_size(data: &[u8]) -> Option<(u32, u32)> {
    let header = data.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR")?;
    let (width, rest) = header.split_first_chunk()?;
    Some((u32::from_be_bytes(*width), u32::from_be_bytes(*rest.first_chunk()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CORNER: Place = Place { x: 0, y: 24 };

    #[test]
    fn shows_what_was_put_since_it_was_cleared() {
        let mut display = Display::default();
        assert_eq!(display.content().to_string(), "empty");
        display.put(Item::Text { text: "你好".into(), place: CORNER, color: display.color() });
        display.put(Item::Image { path: "/lua/logo.png".into(), place: CORNER });
        display.put(Item::Rectangle(CORNER, Place { x: 9, y: 30 }));
        display.put(Item::Code { width: 100, place: CORNER });
        let text = "\"你好\" at 0,24 in 0xffff; /lua/logo.png at 0,24; rectangle at 0,24 to 9,30; \
                    QR code of 100 pixels at 0,24";
        assert_eq!(display.content().to_string(), text);
        assert_eq!(display.content().to_string(), text);
        display.clear();
        for _ in 0..MAX_ITEMS + 3 {
            display.put(Item::Rectangle(CORNER, CORNER));
        }
        assert!(display.content().to_string().ends_with("; 3 more"));
    }

    #[test]
    fn settings_give_back_what_was_before() {
        let mut display = Display::default();
        assert_eq!((display.set_color(0xf100), display.set_color(1)), (0xffff, 0xf100));
        assert_eq!((display.set_background(5), display.set_background(6)), (0, 5));
        assert_eq!((display.set_font_height(24), display.font_height()), (16, 24));
        assert_eq!((display.set_layer(1), display.set_layer(0)), (0, 1));
        let font = display.add_font();
        assert_eq!((display.set_font(font), display.set_font(99), display.set_font(0)), (0, font, font));
    }

    #[test]
    fn is_as_large_as_it_was_initialised() {
        let mut display = Display::default();
        assert_eq!(display.panel(), Panel::default());
        let panel = Panel { width: 128, height: 160, bits: 16 };
        display.put(Item::Rectangle(CORNER, CORNER));
        display.init(panel);
        assert_eq!((display.panel(), display.content()), (panel, &Content::default()));
        display.close();
        assert_eq!(display.panel(), Panel::default());
    }

    #[test]
    fn sizes_of_images() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\xf0\0\0\x01\x40\x08";
        assert_eq!(png_size(png), Some((240, 320)));
        assert_eq!(png_size(&png[..20]), None);
        assert_eq!(png_size(b"no image"), None);
    }
}
