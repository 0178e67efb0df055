//! What a script puts on a display, as a text: for `--trace` and tests.

use std::fmt;

/// Items that are kept; further ones are only counted.
const MAX_ITEMS: usize = 64;

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

/// What was put on a layer since it was cleared.
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

impl Content {
    /// Puts something on it.
    pub fn put(&mut self, item: Item) {
        if self.items.len() < MAX_ITEMS {
            self.items.push(item);
        } else {
            self.left_out += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CORNER: Place = Place { x: 0, y: 24 };

    #[test]
    fn is_told_as_a_text() {
        let mut content = Content::default();
        assert_eq!(content.to_string(), "empty");
        content.put(Item::Text { text: "你好".into(), place: CORNER, color: 0xffff });
        content.put(Item::Image { path: "/lua/logo.png".into(), place: CORNER });
        content.put(Item::Rectangle(CORNER, Place { x: 9, y: 30 }));
        content.put(Item::Code { width: 100, place: CORNER });
        let text = "\"你好\" at 0,24 in 0xffff; /lua/logo.png at 0,24; rectangle at 0,24 to 9,30; \
                    QR code of 100 pixels at 0,24";
        assert_eq!(content.to_string(), text);
        for _ in 0..MAX_ITEMS {
            content.put(Item::Rectangle(CORNER, CORNER));
        }
        assert!(content.to_string().ends_with("; 4 more"));
    }
}
