//! What the number of a colour means on a panel of so many bits a pixel.

use super::Rgb;

/// Bits of a pixel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Depth {
    /// 1 bit: black (0) or white (anything else).
    #[default]
    Mono,
    /// 16 bits: 5 of red, 6 of green, 5 of blue.
    Rgb565,
    /// 24 bits: 8 of red, green and blue.
    Rgb888,
}

impl Depth {
    /// That of a panel with so many bits a pixel: 1, 16 or 24.
    #[must_use]
    pub fn of_bits(bits: i64) -> Option<Depth> {
        match bits {
            1 => Some(Depth::Mono),
            16 => Some(Depth::Rgb565),
            24 => Some(Depth::Rgb888),
            _ => None,
        }
    }

    /// The number of white. That of black is 0.
    #[must_use]
    pub fn white(self) -> i64 {
        match self {
            Depth::Mono => 0xff,
            Depth::Rgb565 => 0xffff,
            Depth::Rgb888 => 0xff_ffff,
        }
    }

    /// What a pixel keeps of a colour's number, which a script may give as it likes.
    #[must_use]
    pub fn pixel(self, color: i64) -> u32 {
        match self {
            Depth::Mono if color == 0 => 0,
            // Its bits above are lost.
            _ => (color & self.white()) as u32,
        }
    }

    /// The pixel that comes nearest to a colour from below.
    #[must_use]
    pub fn nearest(self, [red, green, blue]: Rgb) -> u32 {
        let (red, green, blue) = (u32::from(red), u32::from(green), u32::from(blue));
        match self {
            Depth::Mono if red + green + blue < 3 * 128 => 0,
            Depth::Mono => 0xff,
            Depth::Rgb565 => (red & 0xf8) << 8 | (green & 0xfc) << 3 | blue >> 3,
            Depth::Rgb888 => red << 16 | green << 8 | blue,
        }
    }

    /// The colour of a pixel, with white as bright as can be.
    #[must_use]
    pub fn rgb(self, pixel: u32) -> Rgb {
        // Where the value has few bits, its highest ones are repeated below.
        let five = |value: u32| (value << 3 | value >> 2) as u8;
        let six = |value: u32| (value << 2 | value >> 4) as u8;
        match self {
            Depth::Mono if pixel == 0 => [0; 3],
            Depth::Mono => [255; 3],
            Depth::Rgb565 => [five(pixel >> 11 & 31), six(pixel >> 5 & 63), five(pixel & 31)],
            Depth::Rgb888 => [(pixel >> 16) as u8, (pixel >> 8) as u8, pixel as u8],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_survive_as_far_as_there_are_bits() {
        for depth in [Depth::Mono, Depth::Rgb565, Depth::Rgb888] {
            assert_eq!(depth.rgb(depth.pixel(depth.white())), [255; 3]);
            assert_eq!(depth.rgb(depth.pixel(0)), [0; 3]);
        }
        assert_eq!(Depth::Rgb565.rgb(Depth::Rgb565.pixel(0xf800)), [255, 0, 0]);
        assert_eq!(Depth::Rgb565.nearest([255, 0, 255]), 0xf81f);
        assert_eq!(Depth::Rgb888.rgb(Depth::Rgb888.nearest([1, 2, 3])), [1, 2, 3]);
        assert_eq!(Depth::Mono.nearest([200, 100, 100]), 0xff);
        for pixel in 0..=0xffff {
            assert_eq!(Depth::Rgb565.nearest(Depth::Rgb565.rgb(pixel)), pixel);
        }
    }

    #[test]
    fn numbers_that_are_no_colour_are_cut_off() {
        assert_eq!(Depth::Rgb565.pixel(-1), 0xffff);
        assert_eq!(Depth::Rgb565.pixel(0x1_0005), 5);
        assert_eq!((Depth::Mono.pixel(5), Depth::Mono.pixel(0x100)), (5, 0));
    }
}
