//! The time in front of a line.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::device::clock::{Civil, DEFAULT_ZONE};

/// The stamp that LuaTools writes in front of the lines of a device's log, such as `[2026-11-24 01:50:00.123] `: the
/// computer's time, in the time zone of a device. It is what `os.date` of a script shows, as long as that does not set
/// the device's clock; the stamp goes on then.
#[must_use]
pub fn stamp(now: SystemTime) -> String {
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    let utc = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
    let local = Civil::from_seconds(utc.saturating_add(i64::from(DEFAULT_ZONE) * 900));
    format!("[{local}.{:03}] ", since.subsec_millis())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn is_in_the_devices_zone() {
        let time = UNIX_EPOCH + Duration::from_millis(1_795_456_200_123);
        assert_eq!(stamp(time), "[2026-11-24 01:50:00.123] ");
    }
}
