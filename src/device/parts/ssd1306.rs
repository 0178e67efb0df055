//! SSD1306: displays of 128 x 64 pixels and smaller ones that are lit or not. Facts: the data sheet of Solomon Systech's
//! SSD1306, sections 8 to 10.

use super::{Controller, Screen};
use crate::device::display::Rgb;

/// Columns of its memory.
const COLUMNS: usize = 128;

/// Pages of its memory, each of 8 rows: a byte is 8 pixels of a column, the lowest bit the topmost.
const PAGES: usize = 8;

/// Rows of its memory.
const ROWS: usize = PAGES * 8;

/// Colours of a pixel that is lit, and of one that is not.
const LIT: Rgb = [0xff; 3];
const DARK: Rgb = [0; 3];

/// Bit of the status: the display is off.
const STATUS_OFF: u8 = 0x40;

/// How the place in memory moves on with each byte of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Addressing {
    /// To the next column, and at the end of the columns to the next page.
    Horizontal,
    /// To the next page, and at the end of the pages to the next column.
    Vertical,
    /// To the next column of the same page.
    Page,
}

/// First and last column or page of a window.
type Range = (usize, usize);

/// See the module.
#[derive(Clone, Debug)]
pub struct Ssd1306 {
    width: usize,
    height: usize,
    memory: Box<[[u8; COLUMNS]; PAGES]>,
    addressing: Addressing,
    columns: Range,
    pages: Range,
    column: usize,
    page: usize,
    /// The row of the memory that is shown first.
    start_line: usize,
    offset: usize,
    /// Column 0 of the memory is the leftmost pixel of the panel, as it is mounted.
    is_remapped: bool,
    /// Rows are driven from the last to the first, which on the panel is from the top down.
    is_scanned_back: bool,
    is_inverted: bool,
    is_all_lit: bool,
    is_on: bool,
    /// All pixels have to be drawn anew.
    is_stale: bool,
    /// A command whose arguments are still to come, and those that have.
    pending: Vec<u8>,
}

impl Ssd1306 {
    /// A controller of a panel of that many pixels; at most 128 x 64. It is off.
    #[must_use]
    pub fn new(width: usize, height: usize) -> Self {
        Ssd1306 {
            width: width.clamp(1, COLUMNS),
            height: height.clamp(1, ROWS),
            memory: Box::new([[0; COLUMNS]; PAGES]),
            addressing: Addressing::Page,
            columns: (0, COLUMNS - 1),
            pages: (0, PAGES - 1),
            column: 0,
            page: 0,
            start_line: 0,
            offset: 0,
            is_remapped: false,
            is_scanned_back: false,
            is_inverted: false,
            is_all_lit: false,
            is_on: false,
            is_stale: true,
            pending: Vec::new(),
        }
    }

    /// Bytes of one transfer on I2C (section 8.1.5): control bytes say whether a byte or all the rest are commands or data.
    pub fn i2c(&mut self, bytes: &[u8], screen: &mut Screen) {
        let mut bytes = bytes.iter().copied();
        while let Some(control) = bytes.next() {
            let (is_one, is_data) = (control & 0x80 != 0, control & 0x40 != 0);
            let count = if is_one { 1 } else { usize::MAX };
            for byte in bytes.by_ref().take(count) {
                if is_data { self.data(byte, screen) } else { self.command(byte, screen) }
            }
        }
        self.settle(screen);
    }

    /// What is read on I2C.
    #[must_use]
    pub fn status(&self) -> u8 {
        if self.is_on { 0 } else { STATUS_OFF }
    }

    /// How many arguments a command has.
    fn arguments(command: u8) -> usize {
        match command {
            0x20 | 0x81 | 0xa8 | 0xd3 | 0xd5 | 0xd9 | 0xda | 0xdb | 0x8d => 1,
            0x21 | 0x22 | 0xa3 => 2,
            0x29 | 0x2a => 5,
            0x26 | 0x27 => 6,
            _ => 0,
        }
    }

    /// Does a command.
    fn execute(&mut self, command: &[u8]) {
        let argument = |index: usize| usize::from(command.get(index).copied().unwrap_or(0));
        let code = command.first().copied().unwrap_or(0);
        match code {
            0x00..=0x0f => self.column = self.column & 0x70 | usize::from(code),
            0x10..=0x17 => self.column = self.column & 0x0f | usize::from(code & 7) << 4,
            0x20 => {
                self.addressing = match command.get(1).map(|mode| mode & 3) {
                    Some(0) => Addressing::Horizontal,
                    Some(1) => Addressing::Vertical,
                    _ => Addressing::Page,
                }
            }
            0x21 => {
                self.columns = (argument(1) % COLUMNS, argument(2) % COLUMNS);
                self.column = self.columns.0;
            }
            0x22 => {
                self.pages = (argument(1) % PAGES, argument(2) % PAGES);
                self.page = self.pages.0;
            }
            0xb0..=0xb7 => self.page = usize::from(code & 7),
            _ => self.set_display(code, argument(1)),
        }
    }

    /// Commands that concern all that is shown.
    fn set_display(&mut self, code: u8, argument: usize) {
        match code {
            0x40..=0x7f => self.start_line = usize::from(code & 0x3f),
            // What is in the memory stays where it is: the column counts for data that come.
            0xa0 | 0xa1 => self.is_remapped = code == 0xa1,
            0xa4 | 0xa5 => self.is_all_lit = code == 0xa5,
            0xa6 | 0xa7 => self.is_inverted = code == 0xa7,
            0xae | 0xaf => self.is_on = code == 0xaf,
            0xc0..=0xc7 => self.is_scanned_back = false,
            0xc8..=0xcf => self.is_scanned_back = true,
            0xd3 => self.offset = argument % ROWS,
            _ => return,
        }
        self.is_stale = true;
    }

    /// The next place in memory.
    fn advance(&mut self) {
        match self.addressing {
            Addressing::Page => self.column = (self.column + 1) % COLUMNS,
            Addressing::Horizontal => {
                if next(&mut self.column, self.columns, COLUMNS) {
                    next(&mut self.page, self.pages, PAGES);
                }
            }
            Addressing::Vertical => {
                if next(&mut self.page, self.pages, PAGES) {
                    next(&mut self.column, self.columns, COLUMNS);
                }
            }
        }
    }

    /// Draws all that the panel shows.
    fn draw(&self, screen: &mut Screen) {
        screen.is_asleep = !self.is_on;
        for y in 0..self.height {
            let row = self.row(y);
            for x in 0..self.width {
                let lit = self.memory[row / 8][self.segment(x)] >> (row % 8) & 1 != 0;
                screen.set_pixel(x, y, self.color(lit));
            }
        }
    }

    /// Draws the 8 pixels of a byte of the memory.
    fn draw_byte(&self, page: usize, segment: usize, screen: &mut Screen) {
        let Some(x) = (0..self.width).find(|x| self.segment(*x) == segment) else { return };
        for y in (0..self.height).filter(|y| self.row(*y) / 8 == page) {
            let lit = self.memory[page][segment] >> (self.row(y) % 8) & 1 != 0;
            screen.set_pixel(x, y, self.color(lit));
        }
    }

    /// The segment of the panel that is a column of pixels, from the left. Narrow panels have those in the middle.
    fn segment(&self, x: usize) -> usize {
        COLUMNS - 1 - (x + (COLUMNS - self.width) / 2)
    }

    /// The row of the memory that is a row of pixels, from the top.
    fn row(&self, y: usize) -> usize {
        let line = if self.is_scanned_back { y } else { self.height - 1 - y };
        (line + self.start_line + self.offset) % ROWS
    }

    fn color(&self, lit: bool) -> Rgb {
        if self.is_all_lit || lit != self.is_inverted { LIT } else { DARK }
    }
}

impl Controller for Ssd1306 {
    fn command(&mut self, byte: u8, _: &mut Screen) {
        self.pending.push(byte);
        if self.pending.len() > Self::arguments(self.pending[0]) {
            let command = std::mem::take(&mut self.pending);
            self.execute(&command);
        }
    }

    fn data(&mut self, byte: u8, screen: &mut Screen) {
        let segment = if self.is_remapped { COLUMNS - 1 - self.column } else { self.column };
        self.memory[self.page][segment] = byte;
        self.draw_byte(self.page, segment, screen);
        self.advance();
    }

    fn settle(&mut self, screen: &mut Screen) {
        if std::mem::take(&mut self.is_stale) {
            self.draw(screen);
        }
    }

    /// Nothing: on SPI it cannot be read.
    fn read(&mut self) -> Option<u8> {
        None
    }
}

/// Moves to the next place of a range, or from its end to its beginning; whether it was at its end.
fn next(place: &mut usize, (first, last): Range, count: usize) -> bool {
    let is_end = *place == last;
    *place = if is_end { first } else { (*place + 1) % count };
    is_end
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A panel as drivers set it up: upright, and on.
    fn panel(width: usize, height: usize) -> (Ssd1306, Screen) {
        let (mut chip, mut screen) = (Ssd1306::new(width, height), Screen::new(width, height, 1));
        chip.i2c(&[0x00, 0xa1, 0xc8, 0xaf], &mut screen);
        (chip, screen)
    }

    /// The pixels that are lit.
    fn lit(screen: &Screen) -> Vec<(usize, usize)> {
        let places = (0..screen.height()).flat_map(|y| (0..screen.width()).map(move |x| (x, y)));
        places.filter(|(x, y)| screen.pixel(*x, *y) == Some(LIT)).collect()
    }

    #[test]
    fn a_byte_is_eight_pixels_of_a_column() {
        let (mut chip, mut screen) = panel(128, 64);
        assert!(!screen.is_asleep);
        chip.i2c(&[0x00, 0xb2, 0x05, 0x11], &mut screen);
        chip.i2c(&[0x40, 0b1000_0001], &mut screen);
        assert_eq!(lit(&screen), [(0x15, 16), (0x15, 23)]);
    }

    #[test]
    fn commands_come_byte_by_byte_and_control_bytes_before_each() {
        let (mut chip, mut screen) = panel(128, 64);
        for byte in [0x20, 0x00, 0x21, 126, 127, 0x22, 1, 2] {
            chip.i2c(&[0x00, byte], &mut screen);
        }
        for _ in 0..3 {
            chip.i2c(&[0xc0, 1, 0x80, 0xe3], &mut screen);
        }
        assert_eq!(lit(&screen), [(126, 8), (127, 8), (126, 16)]);
    }

    #[test]
    fn vertical_addressing_goes_down_first() {
        let (mut chip, mut screen) = panel(128, 64);
        chip.i2c(&[0x00, 0x20, 0x01, 0x21, 0, 1, 0x22, 6, 7], &mut screen);
        chip.i2c(&[0x40, 1, 1, 1], &mut screen);
        assert_eq!(lit(&screen), [(0, 48), (1, 48), (0, 56)]);
    }

    #[test]
    fn page_addressing_stays_in_the_page() {
        let (mut chip, mut screen) = panel(128, 64);
        chip.i2c(&[0x00, 0x0f, 0x17], &mut screen);
        chip.i2c(&[0x40, 1, 1], &mut screen);
        assert_eq!(lit(&screen), [(0, 0), (127, 0)]);
    }

    #[test]
    fn what_is_shown_can_be_turned_moved_and_inverted() {
        let (mut chip, mut screen) = panel(128, 64);
        chip.i2c(&[0x40, 1], &mut screen);
        chip.i2c(&[0x00, 0x48], &mut screen);
        assert_eq!(lit(&screen), [(0, 56)]);
        chip.i2c(&[0x00, 0x40, 0xc0], &mut screen);
        assert_eq!(lit(&screen), [(0, 63)]);
        chip.i2c(&[0x00, 0xa7], &mut screen);
        assert_eq!(lit(&screen).len(), 128 * 64 - 1);
        chip.i2c(&[0x00, 0xa5, 0xae], &mut screen);
        assert_eq!(lit(&screen).len(), 128 * 64);
        assert!(screen.is_asleep);
        assert_eq!(chip.status(), STATUS_OFF);
    }

    #[test]
    fn columns_count_from_the_other_side_without_a_remap() {
        let (mut chip, mut screen) = panel(128, 64);
        chip.i2c(&[0x00, 0xa0], &mut screen);
        chip.i2c(&[0x40, 1], &mut screen);
        assert_eq!(lit(&screen), [(127, 0)]);
    }

    #[test]
    fn a_small_panel_is_in_the_middle_of_the_columns() {
        let (mut chip, mut screen) = panel(64, 32);
        chip.i2c(&[0x00, 0x00, 0x12], &mut screen);
        chip.i2c(&[0x40, 1], &mut screen);
        assert_eq!(lit(&screen), [(0, 0)]);
    }

    #[test]
    fn arguments_of_unknown_meaning_are_swallowed() {
        let (mut chip, mut screen) = panel(128, 64);
        chip.i2c(&[0x00, 0x27, 0, 0, 7, 0, 0, 0xff, 0xa3, 0xae, 0xae, 0x81, 0xae], &mut screen);
        assert!(!screen.is_asleep);
    }
}
