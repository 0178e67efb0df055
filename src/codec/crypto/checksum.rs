//! Cyclic redundancy checks by their parameters, which scripts may choose too.

/// A check's parameters, by the names of the Rocksoft model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crc {
    /// Bits of the register, 8 to 32.
    pub width: u32,
    /// Polynomial without its highest bit.
    pub poly: u32,
    /// What the register holds at first.
    pub init: u32,
    /// The result is combined with it by exclusive or.
    pub xor_out: u32,
    /// Bytes enter with their lowest bit first.
    pub reflect_in: bool,
    /// The result's bits are reversed.
    pub reflect_out: bool,
}

/// `crypto.crc8`.
pub const CRC8: Crc = Crc { width: 8, poly: 0x07, init: 0, xor_out: 0, reflect_in: false, reflect_out: false };

/// `crypto.crc32`, as in Ethernet and zip.
pub const CRC32: Crc =
    Crc { width: 32, poly: 0x04c1_1db7, init: u32::MAX, xor_out: u32::MAX, reflect_in: true, reflect_out: true };

/// `crypto.crc16_modbus`.
pub const MODBUS: Crc = reflected(0x8005, 0xffff, 0);

/// The methods of `crypto.crc16` by name; `USER-DEFINED` is the script's own.
const METHODS: [(&str, Crc); 9] = [
    ("MODBUS", MODBUS),
    ("IBM", reflected(0x8005, 0, 0)),
    ("X25", reflected(0x1021, 0xffff, 0xffff)),
    ("MAXIM", reflected(0x8005, 0, 0xffff)),
    ("USB", reflected(0x8005, 0xffff, 0xffff)),
    ("CCITT", reflected(0x1021, 0, 0)),
    ("CCITT-FALSE", straight(0x1021, 0xffff)),
    ("XMODEM", straight(0x1021, 0)),
    ("DNP", reflected(0x3d65, 0, 0xffff)),
];

const fn reflected(poly: u32, init: u32, xor_out: u32) -> Crc {
    Crc { width: 16, poly, init, xor_out, reflect_in: true, reflect_out: true }
}

const fn straight(poly: u32, init: u32) -> Crc {
    Crc { width: 16, poly, init, xor_out: 0, reflect_in: false, reflect_out: false }
}

impl Crc {
    /// The parameters of a method of `crypto.crc16`; none for an unknown name, and for `USER-DEFINED`.
    #[must_use]
    pub fn method(name: &[u8]) -> Option<Crc> {
        METHODS.iter().find(|(known, _)| known.as_bytes() == name).map(|(_, crc)| *crc)
    }

    /// The checksum of some bytes.
    #[must_use]
    pub fn of(&self, data: &[u8]) -> u32 {
        let mask = u32::MAX >> (32 - self.width);
        let top = 1 << (self.width - 1);
        let mut register = self.init & mask;
        for byte in data {
            let byte = if self.reflect_in { byte.reverse_bits() } else { *byte };
            register ^= u32::from(byte) << (self.width - 8);
            for _ in 0..8 {
                let carry = register & top != 0;
                register <<= 1;
                if carry {
                    register ^= self.poly;
                }
            }
            register &= mask;
        }
        if self.reflect_out {
            register = register.reverse_bits() >> (32 - self.width);
        }
        (register ^ self.xor_out) & mask
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check values of the catalogue of parametrised CRC algorithms: of the digits 1 to 9.
    #[test]
    fn check_values_of_the_catalogue() {
        let digits = b"123456789";
        assert_eq!(CRC8.of(digits), 0xf4);
        assert_eq!(CRC32.of(digits), 0xcbf4_3926);
        let values = [
            ("MODBUS", 0x4b37),
            ("IBM", 0xbb3d),
            ("X25", 0x906e),
            ("MAXIM", 0x44c2),
            ("USB", 0xb4c8),
            ("CCITT", 0x2189),
            ("CCITT-FALSE", 0x29b1),
            ("XMODEM", 0x31c3),
            ("DNP", 0xea82),
        ];
        assert_eq!(values.len(), METHODS.len());
        for (name, value) in values {
            assert_eq!(Crc::method(name.as_bytes()).map(|crc| crc.of(digits)), Some(value), "{name}");
        }
        assert_eq!(Crc::method(b"USER-DEFINED"), None);
    }

    #[test]
    fn bytes_and_result_may_be_reflected_apart() {
        // By hand: one byte 0x01 enters as 0x80, that is 0x8000, and is divided by 0x8005.
        let crc = Crc { reflect_out: false, ..reflected(0x8005, 0, 0) };
        let both = Crc { reflect_out: true, ..crc };
        assert_eq!(crc.of(&[1]).reverse_bits() >> 16, both.of(&[1]));
        assert_ne!(crc.of(&[1]), Crc { reflect_in: false, ..crc }.of(&[1]));
    }

    #[test]
    fn nothing_leaves_the_initial_value() {
        assert_eq!(MODBUS.of(b""), 0xffff);
        assert_eq!(CRC32.of(b""), 0);
    }
}
