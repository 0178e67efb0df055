//! Displays: what `disp` draws on, and what every panel of the device shows.
//!
//! A script draws in a [`Canvas`] of the [`Display`], which has the colours of the panel; `disp.update` has the panel, a
//! [`Screen`], show it. Parts with a screen draw on theirs pixel by pixel. [`Screens`] has them all.

mod bmp;
mod canvas;
mod change;
mod content;
mod depth;
mod font;
mod image;
mod lcd;
mod putting;
mod screen;
mod text;

pub use self::{
    canvas::Canvas,
    change::DisplayChange,
    content::{Content, Item, Place},
    depth::Depth,
    font::{FontFile, Fonts},
    image::{Image, ImageError, png_size},
    lcd::{Display, Panel},
    putting::Cutting,
    screen::{DisplayState, LCD, MOST_PIXELS, Rgb, Screen, Screens},
};
