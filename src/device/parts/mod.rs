//! Parts that are more than a few registers: controllers of displays, a flash memory. Each is a state machine that gets
//! what comes over a bus. Commands that they do not know are ignored, as by the chips.

pub mod dcs;
pub mod flash;
pub mod ssd1306;

use super::display::Screen;

/// A controller of a display.
pub trait Controller {
    /// A byte that is a command, or, where the chip has it so, an argument of one.
    fn command(&mut self, byte: u8, screen: &mut Screen);

    /// A byte that is data: a pixel, or an argument.
    fn data(&mut self, byte: u8, screen: &mut Screen);

    /// A transfer is over: what it has changed for all pixels is drawn.
    fn settle(&mut self, screen: &mut Screen);

    /// What the chip sends next while the other side reads; `None` where it drives nothing.
    fn read(&mut self) -> Option<u8>;
}
