//! The buses I2C and SPI. What is attached to them is not here; a line that nobody drives is high.

use std::fmt;

/// Number of I2C buses; their ids count from 1, and the device takes 0 too.
pub const I2C_BUSES: i64 = 3;

/// Number of SPI buses; their ids count from 0.
pub const SPI_BUSES: i64 = 2;

/// What is read where nobody drives the line.
pub const RELEASED: u8 = 0xff;

/// Most bytes of one transfer.
pub const MAX_TRANSFER: usize = 1 << 20;

/// A transfer on a bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transfer {
    /// Bytes to an address of an I2C bus.
    I2cWrite {
        /// Id of the bus.
        bus: i64,
        /// 7 bits.
        address: i64,
        /// The bytes.
        sent: Vec<u8>,
    },
    /// Bytes from an address of an I2C bus.
    I2cRead {
        /// Id of the bus.
        bus: i64,
        /// 7 bits.
        address: i64,
        /// How many are asked for.
        count: i64,
    },
    /// Bytes both ways on an SPI bus.
    Spi {
        /// Id of the bus.
        bus: i64,
        /// The bytes of this side.
        sent: Vec<u8>,
    },
}

impl fmt::Display for Transfer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Transfer::I2cWrite { bus, address, sent } => write!(f, "{bus}: to {address:#04x}:{}", Bytes(sent)),
            Transfer::I2cRead { bus, address, count } => write!(f, "{bus}: {count} bytes from {address:#04x}"),
            Transfer::Spi { bus, sent } => write!(f, "{bus}: sent{}", Bytes(sent)),
        }
    }
}

/// Bytes in hexadecimal, each with a blank in front.
struct Bytes<'a>(&'a [u8]);

impl fmt::Display for Bytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, " {byte:02x}"))
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct I2c {
    /// Address that is meant where a call names none; 0 for none.
    address: i64,
}

/// The state of the buses.
#[derive(Debug, Default)]
pub struct Buses {
    i2c: [I2c; I2C_BUSES as usize + 1],
    spi: [bool; SPI_BUSES as usize],
}

impl Buses {
    /// Sets an I2C bus up; `address` is meant where later calls name none.
    pub fn set_up_i2c(&mut self, bus: i64, address: Option<i64>) {
        if let Some(entry) = usize::try_from(bus).ok().and_then(|bus| self.i2c.get_mut(bus)) {
            entry.address = address.unwrap_or(entry.address);
        }
    }

    /// The address that is meant where a call names none; 0 for none.
    #[must_use]
    pub fn i2c_address(&self, bus: i64) -> i64 {
        usize::try_from(bus).ok().and_then(|bus| self.i2c.get(bus)).map_or(0, |entry| entry.address)
    }

    /// Opens an SPI bus. Returns false if there is no such bus.
    pub fn open_spi(&mut self, bus: i64) -> bool {
        self.spi_bus(bus).is_some_and(|is_open| {
            *is_open = true;
            true
        })
    }

    /// Closes an SPI bus.
    pub fn close_spi(&mut self, bus: i64) {
        if let Some(is_open) = self.spi_bus(bus) {
            *is_open = false;
        }
    }

    /// Whether an SPI bus is open.
    #[must_use]
    pub fn is_spi_open(&self, bus: i64) -> bool {
        usize::try_from(bus).ok().and_then(|bus| self.spi.get(bus)).is_some_and(|is_open| *is_open)
    }

    fn spi_bus(&mut self, bus: i64) -> Option<&mut bool> {
        usize::try_from(bus).ok().and_then(|bus| self.spi.get_mut(bus))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transfers_are_described() {
        let write = Transfer::I2cWrite { bus: 2, address: 0x38, sent: vec![0xac, 0] };
        assert_eq!(write.to_string(), "2: to 0x38: ac 00");
        assert_eq!(Transfer::I2cRead { bus: 2, address: 5, count: 6 }.to_string(), "2: 6 bytes from 0x05");
        assert_eq!(Transfer::Spi { bus: 0, sent: vec![0x9f] }.to_string(), "0: sent 9f");
    }

    #[test]
    fn an_spi_bus_is_opened_and_closed() {
        let mut buses = Buses::default();
        assert!(!buses.is_spi_open(0));
        assert!(buses.open_spi(0));
        assert!(buses.is_spi_open(0) && !buses.is_spi_open(1));
        buses.close_spi(0);
        assert!(!buses.is_spi_open(0));
        assert!(!buses.open_spi(2) && !buses.open_spi(-1));
        assert!(!buses.is_spi_open(-1));
    }

    #[test]
    fn an_i2c_bus_keeps_its_address() {
        let mut buses = Buses::default();
        buses.set_up_i2c(2, Some(0x48));
        buses.set_up_i2c(2, None);
        buses.set_up_i2c(9, Some(1));
        assert_eq!([buses.i2c_address(2), buses.i2c_address(1), buses.i2c_address(9)], [0x48, 0, 0]);
    }
}
