//! The `bit` table's arithmetic: 32 bits, and what the device's processor makes of odd shift counts.
//!
//! Numbers come in as doubles or integers of any size; what counts are the lowest 32 bits of the whole
//! part ([`word`]).

/// The lowest 32 bits of a number's whole part.
pub fn word(number: f64) -> u32 {
    number as i64 as u32
}

/// A shift count: fractions are cut off, and a negative count is 0, as the processor converts it.
pub fn count(number: f64) -> u32 {
    number as u32
}

/// Shifted left; 0 from 32 places on.
pub fn shift_left(value: u32, places: u32) -> u32 {
    value.checked_shl(places).unwrap_or(0)
}

/// Shifted right, filled up with zeros.
pub fn shift_right(value: u32, places: u32) -> u32 {
    value.checked_shr(places).unwrap_or(0)
}

/// Shifted right, filled up with copies of the sign.
pub fn shift_right_signed(value: u32, places: u32) -> i32 {
    value.cast_signed() >> places.min(31)
}

/// The number whose only bit that is set is at a position; 0 where there is no such bit among 32.
pub fn single(position: i64) -> u32 {
    u32::try_from(position).map_or(0, |places| shift_left(1, places))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_32_bits_count() {
        assert_eq!(word(4_294_967_296.0 + 5.0), 5);
        assert_eq!(word(-1.0), u32::MAX);
        assert_eq!(word(2.9), 2);
        assert_eq!(word(f64::NAN), 0);
    }

    #[test]
    fn shifts_of_32_places_and_more_leave_nothing() {
        assert_eq!(shift_left(1, 31), 1 << 31);
        assert_eq!(shift_left(1, 32), 0);
        assert_eq!(shift_right(u32::MAX, 40), 0);
        assert_eq!(shift_right_signed(0x8000_0000, 40), -1);
        assert_eq!(single(-1), 0);
        assert_eq!(single(32), 0);
        assert_eq!(count(-3.0), 0);
    }
}
