//! Access points of operators, by the numbers of their network.

/// The access point of a network; empty for an unknown one. `mcc` and `mnc` are BCD: 0x460 and 0x00.
#[must_use]
pub fn default_apn(mcc: i64, mnc: i64) -> &'static str {
    match (mcc, mnc) {
        (0x460, 0x00 | 0x02 | 0x04 | 0x07 | 0x08 | 0x13) => "CMNET",
        (0x460, 0x01 | 0x06 | 0x09) => "UNINET",
        (0x460, 0x03 | 0x05 | 0x11) => "CTNET",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_have_access_points() {
        let found = [0x00, 0x01, 0x11, 0x99].map(|mnc| default_apn(0x460, mnc));
        assert_eq!(found, ["CMNET", "UNINET", "CTNET", ""]);
        assert_eq!(default_apn(0x262, 0x01), "");
    }
}
