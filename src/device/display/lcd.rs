//! The display of the device: what `disp` draws on.

use std::collections::BTreeMap;

use super::{Canvas, Content, Cutting, Depth, FontFile, Fonts, Image, Item, Place, Screen, putting, text};

/// Height of the built-in font in pixels, and the heights that may be asked for.
const FONT_HEIGHT: i64 = 16;
const FONT_HEIGHTS: std::ops::RangeInclusive<i64> = 10..=60;

/// The layers that there are.
const LAYERS: std::ops::RangeInclusive<i64> = 0..=2;

/// Black, in every number of bits.
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

impl Panel {
    /// What the numbers of its colours mean.
    #[must_use]
    pub fn depth(self) -> Depth {
        Depth::of_bits(self.bits).unwrap_or_default()
    }
}

/// What a script draws on, and what that holds.
#[derive(Debug, Default)]
struct Layer {
    canvas: Canvas,
    content: Content,
}

/// What has been drawn on, by number, and which of them is.
#[derive(Debug, Default)]
struct Layers {
    layers: BTreeMap<i64, Layer>,
    used: i64,
}

impl Layers {
    /// The layer that is drawn on. It is black at first, as memory of the device is empty.
    fn used(&mut self, panel: Panel) -> &mut Layer {
        self.layers.entry(self.used).or_insert_with(|| {
            let mut canvas = Canvas::new(panel.width, panel.height, panel.depth());
            canvas.clear(0);
            Layer { canvas, content: Content::default() }
        })
    }
}

/// The display of the device. Before it is initialised it has no pixels.
#[derive(Debug)]
pub struct Display {
    panel: Panel,
    color: i64,
    background: i64,
    fonts: Fonts,
    font_height: i64,
    layers: Layers,
}

impl Default for Display {
    fn default() -> Self {
        Display {
            panel: Panel::default(),
            color: BLACK,
            background: Depth::Rgb565.white(),
            fonts: Fonts::default(),
            font_height: FONT_HEIGHT,
            layers: Layers::default(),
        }
    }
}

impl Display {
    /// Initialises it: texts are black, what is behind them white. Its fonts stay.
    pub fn init(&mut self, panel: Panel) {
        let fonts = std::mem::take(&mut self.fonts);
        let background = panel.depth().white();
        *self = Display { panel, background, fonts, font_height: self.font_height, ..Display::default() };
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

    /// Takes away what is on the layer.
    pub fn clear(&mut self) {
        let color = self.background;
        let layer = self.layers.used(self.panel);
        layer.canvas.clear(layer.canvas.depth().pixel(color));
        layer.content = Content::default();
    }

    /// What was put on the layer.
    #[must_use]
    pub fn content(&self) -> Content {
        self.layers.layers.get(&self.layers.used).map(|layer| layer.content.clone()).unwrap_or_default()
    }

    /// Puts the layer on a panel.
    pub fn show(&mut self, screen: &mut Screen) {
        screen.put(self.layers.used(self.panel).canvas.colors());
    }

    /// Draws a text in GB2312.
    pub fn put_text(&mut self, text: &[u8], place: Place) {
        let (color, height) = (self.color, self.font_height);
        let layer = self.layers.used(self.panel);
        text::draw(&mut layer.canvas, &self.fonts, text, (place.x, place.y), height, color);
        let text = encoding_rs::GBK.decode_without_bom_handling(text).0.into_owned();
        layer.content.put(Item::Text { text, place, color });
    }

    /// Draws an image, or a part of it.
    ///
    /// # Errors
    /// The device does not draw such an image; the text says why.
    pub fn put_image(
        &mut self,
        image: &Image,
        path: String,
        place: Place,
        cutting: &Cutting,
    ) -> Result<(), &'static str> {
        let layer = self.layers.used(self.panel);
        putting::image(&mut layer.canvas, image, (place.x, place.y), cutting)?;
        layer.content.put(Item::Image { path, place });
        Ok(())
    }

    /// Draws a rectangle between two corners: filled with a colour, or without one its edge.
    pub fn put_rectangle(&mut self, from: Place, to: Place, fill: Option<i64>) {
        let edge = self.color;
        let layer = self.layers.used(self.panel);
        layer.canvas.rectangle((from.x, from.y), (to.x, to.y), fill, edge);
        layer.content.put(Item::Rectangle(from, to));
    }

    /// Draws a QR code of `width` modules a side in up to `shown` pixels a side. Whether there is room for it.
    pub fn put_code(&mut self, modules: &[u8], width: i64, shown: i64, place: Place) -> bool {
        let colors = (self.color, self.background);
        let layer = self.layers.used(self.panel);
        let is_drawn = putting::code(&mut layer.canvas, modules, (width, shown), (place.x, place.y), colors);
        if is_drawn {
            layer.content.put(Item::Code { width: shown, place });
        }
        is_drawn
    }

    /// Sets the colour of texts; returns the one before.
    pub fn set_color(&mut self, color: i64) -> i64 {
        std::mem::replace(&mut self.color, color)
    }

    /// Sets the colour of the background; returns the one before.
    pub fn set_background(&mut self, color: i64) -> i64 {
        std::mem::replace(&mut self.background, color)
    }

    /// Adds the font of a file; its number, or none if there are too many.
    pub fn add_font(&mut self, font: FontFile) -> Option<i64> {
        self.fonts.add(font)
    }

    /// Adds the font of a chip; its number, or none if there are too many.
    pub fn add_font_chip(&mut self) -> Option<i64> {
        self.fonts.add_chip()
    }

    /// Uses a font that was loaded, or the built-in one; returns the one before. Another changes nothing.
    pub fn set_font(&mut self, font: i64) -> i64 {
        self.fonts.choose(font)
    }

    /// Height of texts in pixels.
    #[must_use]
    pub fn font_height(&self) -> i64 {
        self.font_height
    }

    /// Sets the height of texts, 10 to 60; returns the one before. Another changes nothing.
    pub fn set_font_height(&mut self, height: i64) -> i64 {
        let before = self.font_height;
        if FONT_HEIGHTS.contains(&height) {
            self.font_height = height;
        }
        before
    }

    /// Uses a layer; returns the one before. One that there is not changes nothing, and comes back.
    pub fn set_layer(&mut self, layer: i64) -> i64 {
        if LAYERS.contains(&layer) { std::mem::replace(&mut self.layers.used, layer) } else { layer }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::canvas::drawn::lines, *};

    const CORNER: Place = Place { x: 0, y: 0 };
    const PANEL: Panel = Panel { width: 4, height: 3, bits: 16 };

    fn shown(display: &mut Display) -> Vec<String> {
        lines(&display.layers.used(display.panel).canvas)
    }

    #[test]
    fn settings_give_back_what_was_before() {
        let mut display = Display::default();
        assert_eq!((display.set_color(0xf100), display.set_color(1)), (0, 0xf100));
        assert_eq!((display.set_background(5), display.set_background(6)), (0xffff, 5));
        assert_eq!((display.set_font_height(24), display.font_height()), (16, 24));
        assert_eq!((display.set_font_height(9), display.set_font_height(61), display.font_height()), (24, 24, 24));
        assert_eq!((display.set_layer(1), display.set_layer(9), display.set_layer(0)), (0, 9, 1));
        let font = display.add_font_chip().unwrap();
        assert_eq!((display.set_font(font), display.set_font(99), display.set_font(0)), (0, font, font));
    }

    #[test]
    fn is_as_large_as_it_was_initialised() {
        let mut display = Display::default();
        assert_eq!(display.panel(), Panel::default());
        display.put_rectangle(CORNER, CORNER, Some(0));
        display.init(PANEL);
        assert_eq!((display.panel(), display.content()), (PANEL, Content::default()));
        display.close();
        assert_eq!(display.panel(), Panel::default());
    }

    #[test]
    fn shows_what_was_put_since_it_was_cleared() {
        let mut display = Display::default();
        display.init(PANEL);
        assert_eq!(shown(&mut display), ["####"; 3]);
        display.clear();
        display.put_rectangle(CORNER, CORNER, Some(0));
        assert!(display.put_code(&[1], 1, 2, Place { x: 2, y: 1 }));
        assert_eq!(shown(&mut display), ["#...", "..##", "..##"]);
        assert_eq!(display.content().items.len(), 2);
        let mut screen = Screen::new(4, 3, 16);
        display.show(&mut screen);
        assert_eq!((screen.pixel(0, 0), screen.pixel(1, 0)), (Some([0; 3]), Some([255; 3])));
        display.set_background(0xf800);
        display.clear();
        assert_eq!(display.content(), Content::default());
        assert_eq!(screen.pixel(1, 0), Some([255; 3]));
        display.show(&mut screen);
        assert_eq!(screen.pixel(1, 0), Some([255, 0, 0]));
    }

    #[test]
    fn layers_have_pixels_of_their_own() {
        let mut display = Display::default();
        display.init(PANEL);
        display.put_rectangle(CORNER, Place { x: 9, y: 9 }, Some(0xffff));
        display.set_layer(2);
        assert_eq!((shown(&mut display), display.content()), (vec!["####".to_owned(); 3], Content::default()));
        display.set_layer(0);
        assert_eq!(shown(&mut display), ["...."; 3]);
    }
}
