//! Controllers of colour displays that know the display command set of MIPI: ST7735, ST7789, ILI9341. Facts: their data
//! sheets, in which these commands are the same.

use super::{Controller, Screen};
use crate::device::display::Rgb;

/// Commands.
const RESET: u8 = 0x01;
const READ_ID: u8 = 0x04;
const READ_STATUS: u8 = 0x09;
const SLEEP_IN: u8 = 0x10;
const SLEEP_OUT: u8 = 0x11;
const INVERSION_OFF: u8 = 0x20;
const INVERSION_ON: u8 = 0x21;
const DISPLAY_OFF: u8 = 0x28;
const DISPLAY_ON: u8 = 0x29;
const COLUMNS: u8 = 0x2a;
const ROWS: u8 = 0x2b;
const WRITE: u8 = 0x2c;
const ACCESS: u8 = 0x36;
const FORMAT: u8 = 0x3a;
const WRITE_ON: u8 = 0x3c;
const READ_ID1: u8 = 0xda;
const READ_ID3: u8 = 0xdc;

/// Bits of the access to the memory: rows and columns count from the other side, are exchanged, and blue is first.
const ROWS_BACK: u8 = 0x80;
const COLUMNS_BACK: u8 = 0x40;
const EXCHANGED: u8 = 0x20;
const BLUE_FIRST: u8 = 0x08;

/// Most arguments that are kept of a command.
const MOST_ARGUMENTS: usize = 4;

/// What a panel and the way in which it is mounted have that the controller does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panel {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Columns of the controller's memory.
    pub memory_width: usize,
    /// Rows of the controller's memory.
    pub memory_height: usize,
    /// The column of the memory that is leftmost.
    pub left: usize,
    /// The row of the memory that is topmost.
    pub top: usize,
    /// Its subpixels are blue, green, red, so that the controller has to exchange them.
    pub is_bgr: bool,
    /// It is bright where others are dark, so that the controller has to invert.
    pub is_inverted: bool,
    /// The three bytes of its identity.
    pub id: [u8; 3],
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Dcs {
    panel: Panel,
    /// Colours as they were sent, row by row of the panel.
    memory: Vec<Rgb>,
    command: u8,
    arguments: Vec<u8>,
    /// First and last column and row of the window, and the place in it.
    columns: (usize, usize),
    rows: (usize, usize),
    column: usize,
    row: usize,
    access: u8,
    /// Bits of a pixel.
    bits: u8,
    is_inverting: bool,
    is_asleep: bool,
    is_on: bool,
    /// All pixels have to be drawn anew.
    is_stale: bool,
    /// Bytes of a pixel that is not whole yet.
    partial: Vec<u8>,
    answer: Vec<u8>,
}

impl Dcs {
    /// A controller of a panel. It is asleep.
    #[must_use]
    pub fn new(panel: Panel) -> Self {
        let mut chip = Dcs {
            memory: vec![[0; 3]; panel.width * panel.height],
            panel,
            command: 0,
            arguments: Vec::new(),
            columns: (0, 0),
            rows: (0, 0),
            column: 0,
            row: 0,
            access: 0,
            bits: 18,
            is_inverting: false,
            is_asleep: true,
            is_on: false,
            is_stale: true,
            partial: Vec::new(),
            answer: Vec::new(),
        };
        chip.reset();
        chip
    }

    /// As after power has come; the memory keeps what it has.
    fn reset(&mut self) {
        self.columns = (0, self.panel.memory_width.saturating_sub(1));
        self.rows = (0, self.panel.memory_height.saturating_sub(1));
        (self.access, self.bits) = (0, 18);
        (self.is_inverting, self.is_asleep, self.is_on) = (false, true, false);
    }

    /// An argument has come.
    fn take_argument(&mut self, byte: u8) {
        if self.arguments.len() < MOST_ARGUMENTS {
            self.arguments.push(byte);
        }
        match (self.command, self.arguments.as_slice()) {
            (COLUMNS, &[a, b, c, d]) => self.columns = (word(a, b), word(c, d)),
            (ROWS, &[a, b, c, d]) => self.rows = (word(a, b), word(c, d)),
            (ACCESS, &[access]) => {
                self.access = access;
                self.is_stale = true;
            }
            (FORMAT, &[format]) => {
                self.bits = match format & 7 {
                    3 => 12,
                    5 => 16,
                    _ => 18,
                };
            }
            _ => {}
        }
    }

    /// A byte of pixels has come.
    fn take_pixels(&mut self, byte: u8, screen: &mut Screen) {
        self.partial.push(byte);
        match (self.bits, self.partial.as_slice()) {
            // Two pixels in three bytes.
            (12, &[a, b, c]) => {
                self.put([a & 0xf0, a << 4, b & 0xf0].map(|four| four | four >> 4), screen);
                self.put([b << 4, c & 0xf0, c << 4].map(|four| four | four >> 4), screen);
            }
            (16, &[a, b]) => {
                let (red, green, blue) = (a & 0xf8, a << 5 | b >> 3 & 0x1c, b << 3);
                self.put([red | red >> 5, green | green >> 6, blue | blue >> 5], screen);
            }
            (18, &[a, b, c]) => self.put([a, b, c].map(|six| six & 0xfc | six >> 6), screen),
            _ => return,
        }
        self.partial.clear();
    }

    /// Colours the pixel at the place in the window, and goes on to the next.
    fn put(&mut self, color: Rgb, screen: &mut Screen) {
        if let Some((x, y)) = self.place(self.column, self.row) {
            self.memory[y * self.panel.width + x] = color;
            screen.set_pixel(x, y, self.shown(color));
        }
        if self.column < self.columns.1 {
            self.column += 1;
        } else {
            self.column = self.columns.0;
            self.row = if self.row < self.rows.1 { self.row + 1 } else { self.rows.0 };
        }
    }

    /// The pixel of the panel that a column and row of the window mean.
    fn place(&self, column: usize, row: usize) -> Option<(usize, usize)> {
        let Panel { width, height, memory_width, memory_height, left, top, .. } = self.panel;
        let (x, y) = if self.access & EXCHANGED == 0 { (column, row) } else { (row, column) };
        let turned = |place: usize, count: usize, bit: u8| {
            let last = count.checked_sub(1)?;
            if self.access & bit == 0 { Some(place) } else { last.checked_sub(place) }
        };
        let x = turned(x, memory_width, COLUMNS_BACK)?.checked_sub(left)?;
        let y = turned(y, memory_height, ROWS_BACK)?.checked_sub(top)?;
        (x < width && y < height).then_some((x, y))
    }

    /// What a colour that was sent looks like.
    fn shown(&self, [red, green, blue]: Rgb) -> Rgb {
        let is_exchanged = (self.access & BLUE_FIRST != 0) != self.panel.is_bgr;
        let color = if is_exchanged { [blue, green, red] } else { [red, green, blue] };
        if self.is_inverting == self.panel.is_inverted { color } else { color.map(|part| !part) }
    }

    /// Draws all anew.
    fn draw(&self, screen: &mut Screen) {
        screen.is_asleep = self.is_asleep || !self.is_on;
        for (index, color) in self.memory.iter().enumerate() {
            screen.set_pixel(index % self.panel.width, index / self.panel.width, self.shown(*color));
        }
    }
}

impl Controller for Dcs {
    fn command(&mut self, byte: u8, _: &mut Screen) {
        self.command = byte;
        self.arguments.clear();
        self.partial.clear();
        self.answer.clear();
        let [id1, id2, id3] = self.panel.id;
        match byte {
            RESET => self.reset(),
            SLEEP_IN | SLEEP_OUT => self.is_asleep = byte == SLEEP_IN,
            INVERSION_OFF | INVERSION_ON => self.is_inverting = byte == INVERSION_ON,
            DISPLAY_OFF | DISPLAY_ON => self.is_on = byte == DISPLAY_ON,
            WRITE => {
                (self.column, self.row) = (self.columns.0, self.rows.0);
                return;
            }
            // The first byte is one in which the line changes its direction; the last is sent first.
            READ_ID => self.answer = vec![id3, id2, id1, 0],
            READ_STATUS => self.answer = vec![0; 5],
            READ_ID1..=READ_ID3 => self.answer = vec![self.panel.id[usize::from(byte - READ_ID1)]],
            _ => return,
        }
        self.is_stale = true;
    }

    fn data(&mut self, byte: u8, screen: &mut Screen) {
        match self.command {
            WRITE | WRITE_ON => self.take_pixels(byte, screen),
            _ => self.take_argument(byte),
        }
    }

    fn settle(&mut self, screen: &mut Screen) {
        if std::mem::take(&mut self.is_stale) {
            self.draw(screen);
        }
    }

    fn read(&mut self) -> Option<u8> {
        self.answer.pop()
    }
}

fn word(high: u8, low: u8) -> usize {
    usize::from(u16::from_be_bytes([high, low]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PANEL: Panel = Panel {
        width: 4,
        height: 6,
        memory_width: 4,
        memory_height: 6,
        left: 0,
        top: 0,
        is_bgr: false,
        is_inverted: false,
        id: [0x7c, 0x89, 0xf0],
    };

    struct Bench {
        chip: Dcs,
        screen: Screen,
    }

    impl Bench {
        /// A panel that is awake and takes 16 bits a pixel.
        fn new(panel: Panel) -> Self {
            let mut bench = Bench { chip: Dcs::new(panel), screen: Screen::new(panel.width, panel.height, 16) };
            for (command, data) in [(SLEEP_OUT, &[][..]), (FORMAT, &[0x55]), (DISPLAY_ON, &[])] {
                bench.send(command, data);
            }
            bench
        }

        fn send(&mut self, command: u8, data: &[u8]) {
            self.chip.command(command, &mut self.screen);
            data.iter().for_each(|byte| self.chip.data(*byte, &mut self.screen));
            self.chip.settle(&mut self.screen);
        }

        /// The pixels that are not black, with their colours.
        fn drawn(&self) -> Vec<(usize, usize, Rgb)> {
            let places = (0..self.screen.height()).flat_map(|y| (0..self.screen.width()).map(move |x| (x, y)));
            let colored = places.map(|(x, y)| (x, y, self.screen.pixel(x, y).unwrap()));
            colored.filter(|(_, _, color)| *color != [0; 3]).collect()
        }
    }

    const RED: [u8; 2] = [0xf8, 0x00];

    #[test]
    fn pixels_fill_a_window_row_by_row() {
        let mut bench = Bench::new(PANEL);
        assert!(!bench.screen.is_asleep);
        bench.send(COLUMNS, &[0, 1, 0, 2]);
        bench.send(ROWS, &[0, 2, 0, 3]);
        bench.send(WRITE, &[RED, [0x07, 0xe0], [0x00, 0x1f]].concat());
        assert_eq!(bench.drawn(), [(1, 2, [255, 0, 0]), (2, 2, [0, 255, 0]), (1, 3, [0, 0, 255])]);
        bench.send(WRITE_ON, &[RED, RED].concat());
        assert_eq!(bench.drawn()[0], (1, 2, [255, 0, 0]));
        assert_eq!(bench.drawn()[3], (2, 3, [255, 0, 0]));
    }

    #[test]
    fn pixels_have_12_16_or_18_bits() {
        let mut bench = Bench::new(PANEL);
        bench.send(FORMAT, &[3]);
        bench.send(WRITE, &[0xf0, 0x18, 0xff]);
        assert_eq!(bench.drawn(), [(0, 0, [255, 0, 0x11]), (1, 0, [0x88, 255, 255])]);
        bench.send(FORMAT, &[6]);
        bench.send(WRITE, &[0xfc, 0, 0x80]);
        assert_eq!(bench.drawn()[0], (0, 0, [255, 0, 0x82]));
    }

    #[test]
    fn rows_and_columns_are_turned_and_exchanged() {
        for (access, place) in [
            (0, (1, 2)),
            (COLUMNS_BACK, (2, 2)),
            (ROWS_BACK, (1, 3)),
            (COLUMNS_BACK | ROWS_BACK, (2, 3)),
            (EXCHANGED, (2, 1)),
            (EXCHANGED | COLUMNS_BACK, (1, 1)),
        ] {
            let mut bench = Bench::new(PANEL);
            bench.send(ACCESS, &[access]);
            bench.send(COLUMNS, &[0, 1, 0, 1]);
            bench.send(ROWS, &[0, 2, 0, 2]);
            bench.send(WRITE, &RED);
            assert_eq!(bench.drawn(), [(place.0, place.1, [255, 0, 0])], "{access:#x}");
        }
    }

    #[test]
    fn a_panel_is_a_part_of_the_memory() {
        let mut bench = Bench::new(Panel { memory_width: 8, memory_height: 8, left: 2, top: 1, ..PANEL });
        bench.send(COLUMNS, &[0, 2, 0, 2]);
        bench.send(ROWS, &[0, 1, 0, 1]);
        bench.send(WRITE, &RED);
        assert_eq!(bench.drawn(), [(0, 0, [255, 0, 0])]);
    }

    #[test]
    fn colours_are_those_of_the_panel() {
        let mut bench = Bench::new(Panel { is_bgr: true, is_inverted: true, ..PANEL });
        bench.send(INVERSION_ON, &[]);
        bench.send(WRITE, &RED);
        assert_eq!(bench.drawn(), [(0, 0, [0, 0, 255])]);
        bench.send(ACCESS, &[BLUE_FIRST]);
        assert_eq!(bench.drawn(), [(0, 0, [255, 0, 0])]);
        bench.send(INVERSION_OFF, &[]);
        assert_eq!(bench.screen.pixel(0, 0), Some([0, 255, 255]));
    }

    #[test]
    fn it_sleeps_and_says_who_it_is() {
        let mut bench = Bench::new(PANEL);
        bench.send(READ_ID, &[]);
        assert_eq!([0; 5].map(|_| bench.chip.read()), [Some(0), Some(0x7c), Some(0x89), Some(0xf0), None]);
        bench.send(DISPLAY_OFF, &[]);
        assert!(bench.screen.is_asleep);
        bench.send(DISPLAY_ON, &[]);
        bench.send(RESET, &[]);
        assert!(bench.screen.is_asleep);
    }

    #[test]
    fn windows_beyond_the_memory_do_no_harm() {
        let mut bench = Bench::new(PANEL);
        bench.send(COLUMNS, &[0xff, 0xff, 0, 0]);
        bench.send(ROWS, &[0xff, 0xff, 0xff, 0xff]);
        bench.send(ACCESS, &[0xff]);
        bench.send(WRITE, &[0xff; 1000]);
        assert!(bench.drawn().is_empty());
    }
}
