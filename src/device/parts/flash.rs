//! A flash memory on SPI: W25Q and those that know its commands. Facts: the data sheet of Winbond's W25Q32JV, sections 7
//! and 8.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// Bytes of a sector, the smallest piece that is erased.
pub const SECTOR: usize = 4 << 10;

/// Bytes of a page, the largest piece that is programmed.
const PAGE: usize = 256;

/// What erased bytes are.
const ERASED: u8 = 0xff;

/// What is read where the chip drives nothing.
const RELEASED: u8 = 0xff;

/// The manufacturer, and the kind of memory.
const MANUFACTURER: u8 = 0xef;
const KIND: u8 = 0x40;

/// The identity that no other chip has.
const UNIQUE: [u8; 8] = *b"luatos\0\x01";

/// Commands.
const WRITE_STATUS: u8 = 0x01;
const PROGRAM: u8 = 0x02;
const READ: u8 = 0x03;
const WRITE_DISABLE: u8 = 0x04;
const READ_STATUS: u8 = 0x05;
const WRITE_ENABLE: u8 = 0x06;
const FAST_READ: u8 = 0x0b;
const READ_STATUS_3: u8 = 0x15;
const ERASE_SECTOR: u8 = 0x20;
const READ_STATUS_2: u8 = 0x35;
const READ_UNIQUE: u8 = 0x4b;
const ERASE_32K: u8 = 0x52;
const ERASE_CHIP: [u8; 2] = [0x60, 0xc7];
const ENABLE_RESET: u8 = 0x66;
const READ_IDS: u8 = 0x90;
const RESET: u8 = 0x99;
const READ_JEDEC: u8 = 0x9f;
const WAKE: u8 = 0xab;
const POWER_DOWN: u8 = 0xb9;
const ERASE_64K: u8 = 0xd8;

/// Bits of the status: it is busy, and it may be written to.
const BUSY: u8 = 0x01;
const MAY_WRITE: u8 = 0x02;

/// What of the status can be written: the protection of blocks.
const WRITABLE: u8 = 0xfc;

/// How long things take, as is typical.
const PROGRAMMING: Duration = Duration::from_micros(400);
const ERASING_SECTOR: Duration = Duration::from_millis(45);
const ERASING_32K: Duration = Duration::from_millis(120);
const ERASING_64K: Duration = Duration::from_millis(150);
const ERASING_MEGABYTE: Duration = Duration::from_millis(2500);
const WRITING_STATUS: Duration = Duration::from_millis(10);

/// The bytes of a command that come before its data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Selection {
    /// The command; `None` before it, and for a selection that the chip ignores.
    command: Option<u8>,
    /// Nothing counts any more until the next selection.
    is_over: bool,
    /// Bytes of address and dummies that have come.
    arguments: u32,
    address: usize,
    /// Bytes of data that have come or gone.
    position: usize,
    /// The page that is being programmed, as it was before.
    page: Option<Box<[u8; PAGE]>>,
}

/// See the module.
#[derive(Debug)]
pub struct Flash {
    capacity: usize,
    /// Sectors that are not erased.
    sectors: BTreeMap<usize, Box<[u8; SECTOR]>>,
    /// Sectors that were written to since somebody asked.
    changed: BTreeSet<usize>,
    selection: Selection,
    status: u8,
    may_write: bool,
    busy_until: Duration,
    is_asleep: bool,
    may_reset: bool,
}

impl Flash {
    /// An erased memory of so many megabytes, a power of two from 1 to 16.
    #[must_use]
    pub fn new(megabytes: usize) -> Self {
        Flash {
            capacity: megabytes.clamp(1, 16).next_power_of_two() << 20,
            sectors: BTreeMap::new(),
            changed: BTreeSet::new(),
            selection: Selection::default(),
            status: 0,
            may_write: false,
            busy_until: Duration::ZERO,
            is_asleep: false,
            may_reset: false,
        }
    }

    /// Gives it a content, from its beginning; what is beyond its end is ignored.
    pub fn load(&mut self, content: &[u8]) {
        for (index, bytes) in content.chunks(SECTOR).take(self.capacity / SECTOR).enumerate() {
            if bytes.iter().any(|byte| *byte != ERASED) {
                let mut sector = Box::new([ERASED; SECTOR]);
                sector[..bytes.len()].copy_from_slice(bytes);
                self.sectors.insert(index, sector);
            }
        }
    }

    /// The sectors that were written to since the last call: their numbers and contents.
    pub fn take_changed(&mut self) -> Vec<(usize, [u8; SECTOR])> {
        let changed = std::mem::take(&mut self.changed);
        changed.into_iter().map(|index| (index, self.sectors.get(&index).map_or([ERASED; SECTOR], |it| **it))).collect()
    }

    /// Bytes come in, and as many go out meanwhile, at a time since the start. `is_new`: the chip was not selected before.
    pub fn transfer(&mut self, bytes: &[u8], is_new: bool, now: Duration) -> Vec<u8> {
        if is_new {
            self.selection = Selection::default();
        }
        bytes.iter().map(|byte| self.exchange(*byte, now)).collect()
    }

    /// Whether a command has come of which nothing has been read yet, so that zeros of another transfer may belong to it.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        let Selection { command, is_over, arguments, position, .. } = self.selection;
        let is_read = command.is_some_and(|command| {
            let reads = [READ, FAST_READ, READ_STATUS, READ_STATUS_2, READ_STATUS_3, READ_UNIQUE, READ_IDS, READ_JEDEC];
            (reads.contains(&command) || command == WAKE) && arguments == count_of_arguments(command)
        });
        is_read && !is_over && position == 0
    }

    fn exchange(&mut self, byte: u8, now: Duration) -> u8 {
        let Some(command) = self.selection.command else {
            if !self.selection.is_over {
                self.begin(byte, now);
            }
            return RELEASED;
        };
        if self.selection.is_over {
            return RELEASED;
        }
        let expected = count_of_arguments(command);
        if self.selection.arguments < expected {
            // Dummies follow the address.
            if self.selection.arguments < 3 {
                self.selection.address = (self.selection.address << 8 | usize::from(byte)) % (1 << 24);
            }
            self.selection.arguments += 1;
            if self.selection.arguments == expected {
                self.addressed(command, now);
            }
            return RELEASED;
        }
        let position = self.selection.position;
        self.selection.position += 1;
        self.data(command, position, byte, now)
    }

    /// A command comes.
    fn begin(&mut self, command: u8, now: Duration) {
        let is_busy = now < self.busy_until;
        let reads_status = matches!(command, READ_STATUS | READ_STATUS_2 | READ_STATUS_3);
        self.selection.is_over = is_busy && !reads_status || self.is_asleep && command != WAKE;
        if self.selection.is_over {
            return;
        }
        self.selection.command = Some(command);
        let may_reset = std::mem::replace(&mut self.may_reset, command == ENABLE_RESET);
        match command {
            WRITE_ENABLE => self.may_write = true,
            WRITE_DISABLE => self.may_write = false,
            POWER_DOWN => self.is_asleep = true,
            WAKE => self.is_asleep = false,
            RESET if may_reset => (self.may_write, self.busy_until) = (false, now),
            command if ERASE_CHIP.contains(&command) => {
                let megabytes = u32::try_from(self.capacity >> 20).unwrap_or(16);
                self.erase(0, self.capacity, now + ERASING_MEGABYTE * megabytes);
            }
            _ => {}
        }
    }

    /// The address of a command has come.
    fn addressed(&mut self, command: u8, now: Duration) {
        let address = self.selection.address % self.capacity;
        self.selection.address = address;
        match command {
            ERASE_SECTOR => self.erase(address, SECTOR, now + ERASING_SECTOR),
            ERASE_32K => self.erase(address, 32 << 10, now + ERASING_32K),
            ERASE_64K => self.erase(address, 64 << 10, now + ERASING_64K),
            _ => {}
        }
    }

    /// A byte behind command and address.
    fn data(&mut self, command: u8, position: usize, byte: u8, now: Duration) -> u8 {
        let id = u8::try_from(self.capacity.trailing_zeros()).unwrap_or(0);
        let address = self.selection.address;
        match command {
            READ | FAST_READ => self.byte(address + position),
            READ_STATUS => self.read_status(now),
            READ_STATUS_2 | READ_STATUS_3 => 0,
            READ_JEDEC => [MANUFACTURER, KIND, id].get(position).copied().unwrap_or(RELEASED),
            READ_IDS => [MANUFACTURER, id - 1][(position + address) % 2],
            WAKE => id - 1,
            READ_UNIQUE => UNIQUE[position % UNIQUE.len()],
            PROGRAM => {
                self.program(position, byte, now);
                RELEASED
            }
            WRITE_STATUS => {
                if position == 0 && self.may_write {
                    self.status = byte & WRITABLE;
                    (self.may_write, self.busy_until) = (false, now + WRITING_STATUS);
                }
                RELEASED
            }
            _ => RELEASED,
        }
    }

    fn read_status(&self, now: Duration) -> u8 {
        if now < self.busy_until {
            return self.status | BUSY | MAY_WRITE;
        }
        self.status | if self.may_write { MAY_WRITE } else { 0 }
    }

    fn byte(&self, address: usize) -> u8 {
        let address = address % self.capacity;
        self.sectors.get(&(address / SECTOR)).map_or(ERASED, |sector| sector[address % SECTOR])
    }

    /// Programs a byte of a page: bits become 0. Beyond the end of the page comes its beginning, where the last byte for
    /// a place counts.
    fn program(&mut self, position: usize, byte: u8, now: Duration) {
        let first = self.selection.address / PAGE * PAGE;
        if position == 0 {
            if !self.may_write {
                self.selection.is_over = true;
                return;
            }
            self.may_write = false;
            self.selection.page = Some(Box::new(std::array::from_fn(|offset| self.byte(first + offset))));
        }
        let offset = (self.selection.address + position) % PAGE;
        let Some(before) = self.selection.page.as_ref().map(|page| page[offset]) else { return };
        let (index, place) = ((first + offset) / SECTOR, (first + offset) % SECTOR);
        let sector = self.sectors.entry(index).or_insert_with(|| Box::new([ERASED; SECTOR]));
        sector[place] = before & byte;
        self.changed.insert(index);
        self.busy_until = now + PROGRAMMING;
    }

    /// Erases the piece of that size in which an address is.
    fn erase(&mut self, address: usize, size: usize, until: Duration) {
        self.selection.is_over = true;
        if !self.may_write {
            return;
        }
        self.may_write = false;
        self.busy_until = until;
        let first = address / size * size / SECTOR;
        let range = first..first + size / SECTOR;
        let erased: Vec<usize> = self.sectors.range(range).map(|(index, _)| *index).collect();
        for index in erased {
            self.sectors.remove(&index);
            self.changed.insert(index);
        }
    }
}

/// Bytes of address and dummies that follow a command.
fn count_of_arguments(command: u8) -> u32 {
    match command {
        PROGRAM | READ | ERASE_SECTOR | ERASE_32K | ERASE_64K | READ_IDS | WAKE => 3,
        FAST_READ | READ_UNIQUE => 4,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Long after whatever went before.
    fn later(seconds: u64) -> Duration {
        Duration::from_secs(seconds * 100)
    }

    fn ask(flash: &mut Flash, bytes: &[u8], now: Duration) -> Vec<u8> {
        flash.transfer(bytes, true, now)
    }

    #[test]
    fn it_says_who_it_is() {
        let mut flash = Flash::new(4);
        let now = Duration::ZERO;
        assert_eq!(ask(&mut flash, &[READ_JEDEC, 0, 0, 0, 0], now), [0xff, 0xef, 0x40, 0x16, 0xff]);
        assert_eq!(ask(&mut flash, &[READ_IDS, 0, 0, 0, 0, 0], now)[4..], [0xef, 0x15]);
        assert_eq!(ask(&mut flash, &[READ_IDS, 0, 0, 1, 0, 0], now)[4..], [0x15, 0xef]);
        assert_eq!(ask(&mut flash, &[WAKE, 0, 0, 0, 0], now)[4..], [0x15]);
        assert_eq!(ask(&mut Flash::new(16), &[READ_JEDEC, 0, 0, 0], now), [0xff, 0xef, 0x40, 0x18]);
        assert_eq!(ask(&mut flash, &[&[READ_UNIQUE][..], &[0; 12]].concat(), now)[5..], UNIQUE);
    }

    #[test]
    fn bytes_are_programmed_once_they_may_be() {
        let mut flash = Flash::new(1);
        ask(&mut flash, &[PROGRAM, 0, 0x10, 0, 1, 2], later(1));
        ask(&mut flash, &[WRITE_ENABLE], later(1));
        assert_eq!(ask(&mut flash, &[READ_STATUS, 0], later(1))[1], MAY_WRITE);
        ask(&mut flash, &[PROGRAM, 0, 0x10, 0, 0xf0, 2], later(1));
        assert_eq!(ask(&mut flash, &[READ_STATUS, 0, 0], later(1))[1..], [BUSY | MAY_WRITE; 2]);
        // While it is busy it takes nothing else.
        assert_eq!(ask(&mut flash, &[READ, 0, 0x10, 0, 0, 0], later(1))[4..], [0xff, 0xff]);
        assert_eq!(ask(&mut flash, &[READ_STATUS, 0], later(2))[1], 0);
        assert_eq!(ask(&mut flash, &[READ, 0, 0x10, 0, 0, 0, 0], later(2))[4..], [0xf0, 2, 0xff]);
        assert_eq!(ask(&mut flash, &[FAST_READ, 0, 0x10, 0, 9, 0, 0], later(2))[5..], [0xf0, 2]);
        // Bits can only become 0.
        ask(&mut flash, &[WRITE_ENABLE], later(2));
        ask(&mut flash, &[PROGRAM, 0, 0x10, 0, 0x3c], later(2));
        assert_eq!(ask(&mut flash, &[READ, 0, 0x10, 0, 0], later(3))[4..], [0x30]);
    }

    #[test]
    fn a_page_ends_where_it_begins() {
        let mut flash = Flash::new(1);
        ask(&mut flash, &[WRITE_ENABLE], later(1));
        ask(&mut flash, &[PROGRAM, 0, 1, 0xfe, 1, 2, 3, 4], later(1));
        assert_eq!(ask(&mut flash, &[READ, 0, 1, 0xfe, 0, 0, 0], later(2))[4..], [1, 2, 0xff]);
        assert_eq!(ask(&mut flash, &[READ, 0, 1, 0, 0, 0, 0], later(2))[4..], [3, 4, 0xff]);
        // Of more than a page the last bytes count.
        ask(&mut flash, &[WRITE_ENABLE], later(2));
        let bytes = [&[PROGRAM, 0, 2, 0][..], &[0; 256], &[7]].concat();
        ask(&mut flash, &bytes, later(2));
        assert_eq!(ask(&mut flash, &[READ, 0, 2, 0, 0, 0], later(3))[4..], [7, 0]);
    }

    #[test]
    fn pieces_are_erased() {
        let mut flash = Flash::new(1);
        for (seconds, high) in [(1, 0x00), (2, 0x10), (3, 0x80)] {
            ask(&mut flash, &[WRITE_ENABLE], later(seconds));
            ask(&mut flash, &[PROGRAM, 0, high, 0, 1], later(seconds));
        }
        assert_eq!(flash.take_changed().iter().map(|(index, _)| *index).collect::<Vec<_>>(), [0, 1, 8]);
        let mut erase = |command: u8, seconds: u64| {
            ask(&mut flash, &[WRITE_ENABLE], later(seconds));
            ask(&mut flash, &[command, 0, 0x12, 0x34], later(seconds));
            [0x00, 0x10, 0x80].map(|high| ask(&mut flash, &[READ, 0, high, 0, 0], later(seconds + 1))[4])
        };
        assert_eq!(erase(ERASE_SECTOR, 4), [1, 0xff, 1]);
        assert_eq!(erase(ERASE_32K, 6), [0xff, 0xff, 1]);
        assert_eq!(erase(ERASE_64K, 8), [0xff, 0xff, 0xff]);
        assert_eq!(flash.take_changed(), [0, 1, 8].map(|index| (index, [ERASED; SECTOR])));
    }

    #[test]
    fn the_whole_chip_is_erased() {
        let mut flash = Flash::new(1);
        flash.load(&[5; 70_000]);
        assert_eq!(ask(&mut flash, &[READ, 1, 0x11, 0x6f, 0, 0], later(1))[4..], [5, 0xff]);
        ask(&mut flash, &[ERASE_CHIP[1]], later(1));
        assert_eq!(ask(&mut flash, &[READ, 0, 0, 0, 0], later(1))[4..], [5]);
        ask(&mut flash, &[WRITE_ENABLE], later(1));
        ask(&mut flash, &[ERASE_CHIP[0]], later(1));
        assert_eq!(ask(&mut flash, &[READ, 0, 0, 0, 0], later(2))[4..], [0xff]);
    }

    #[test]
    fn it_sleeps_until_it_is_woken() {
        let mut flash = Flash::new(1);
        ask(&mut flash, &[POWER_DOWN], later(1));
        assert_eq!(ask(&mut flash, &[READ_JEDEC, 0], later(1))[1], 0xff);
        ask(&mut flash, &[WAKE], later(1));
        assert_eq!(ask(&mut flash, &[READ_JEDEC, 0], later(1))[1], 0xef);
    }

    #[test]
    fn a_selection_may_take_several_transfers() {
        let mut flash = Flash::new(1);
        flash.load(b"hello");
        flash.transfer(&[READ, 0], true, later(1));
        assert!(!flash.is_asked());
        flash.transfer(&[0, 0], false, later(1));
        assert!(flash.is_asked());
        assert_eq!(flash.transfer(&[0; 5], false, later(1)), b"hello");
        assert!(!flash.is_asked());
        assert_eq!(flash.transfer(&[0; 1], false, later(1)), [0xff]);
    }

    #[test]
    fn a_read_goes_on_at_the_beginning() {
        let mut flash = Flash::new(1);
        flash.load(b"hello");
        assert_eq!(ask(&mut flash, &[READ, 0x0f, 0xff, 0xff, 0, 0, 0], later(1))[4..], [0xff, b'h', b'e']);
        assert_eq!(ask(&mut flash, &[READ, 0x10, 0, 0, 0], later(1))[4..], *b"h");
    }

    #[test]
    fn the_status_can_be_written() {
        let mut flash = Flash::new(1);
        ask(&mut flash, &[WRITE_STATUS, 0xff], later(1));
        assert_eq!(ask(&mut flash, &[READ_STATUS, 0], later(1))[1], 0);
        ask(&mut flash, &[WRITE_ENABLE], later(1));
        ask(&mut flash, &[WRITE_STATUS, 0x1f], later(1));
        assert_eq!(ask(&mut flash, &[READ_STATUS, 0], later(2))[1], 0x1c);
    }
}
