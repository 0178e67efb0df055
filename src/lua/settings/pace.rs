//! How time passes in a run, as users write it.

use std::time::{Duration, UNIX_EPOCH};

use crate::{
    device::clock::{Civil, Clock},
    time::Pace,
};

/// How many times faster than the computer's a time may be, and how many times slower.
const MOST: f64 = 1e6;

impl Pace {
    /// Sets the speed from the text of `--speed`.
    ///
    /// # Errors
    /// It is no number from 0.000001 to 1000000; the text quotes it.
    pub fn set_speed(&mut self, text: &str) -> Result<(), String> {
        let speed = text.parse().ok().filter(|speed| (1.0 / MOST..=MOST).contains(speed));
        let wrong = || format!("a number from {} to {MOST} expected, got {text:?}", 1.0 / MOST);
        self.speed = Some(speed.ok_or_else(wrong)?);
        Ok(())
    }

    /// Sets the date at the beginning from the text of `--start`, which is in the device's time zone.
    ///
    /// # Errors
    /// It is no date after 1970; the text quotes it.
    pub fn set_start(&mut self, text: &str) -> Result<(), String> {
        let wrong = || format!("a date from 1970 on, such as 2026-11-26T08:30:00, expected, got {text:?}");
        let local: Civil = text.parse().map_err(|()| wrong())?;
        let seconds = Clock::default().utc(&local).and_then(|seconds| u64::try_from(seconds).ok());
        let start = seconds.and_then(|seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds)));
        self.start = Some(start.ok_or_else(wrong)?);
        Ok(())
    }

    /// Has waits passed over, by the text of `--instant`: how many milliseconds of silence end one in which somebody
    /// outside could send something.
    ///
    /// # Errors
    /// It is no number from 0 to 60000; the text quotes it.
    pub fn set_instant(&mut self, settling: Option<&str>) -> Result<(), String> {
        let settling = settling.map_or(Ok(Pace::SETTLING), |text| {
            let ms = text.parse().ok().filter(|ms| *ms <= 60_000).map(Duration::from_millis);
            ms.ok_or_else(|| format!("milliseconds from 0 to 60000 expected, got {text:?}"))
        })?;
        self.instant = Some(settling);
        Ok(())
    }

    /// Reads `LUATOS_INSTANT` (1: on), `LUATOS_SPEED` and `LUATOS_START`.
    ///
    /// # Errors
    /// A value that cannot be used; the text has the variable's name.
    pub(super) fn from_environment(variable: impl Fn(&str) -> String) -> Result<Self, String> {
        let mut pace = Pace::default();
        let said = |name: &str| Some(variable(name)).filter(|text| !text.is_empty());
        if said("LUATOS_INSTANT").is_some_and(|flag| flag != "0") {
            pace.set_instant(None)?;
        }
        if let Some(speed) = said("LUATOS_SPEED") {
            pace.set_speed(&speed).map_err(|error| format!("LUATOS_SPEED: {error}"))?;
        }
        if let Some(start) = said("LUATOS_START") {
            pace.set_start(&start).map_err(|error| format!("LUATOS_START: {error}"))?;
        }
        Ok(pace)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_or_quoted() {
        let mut pace = Pace::default();
        pace.set_speed("60").unwrap();
        pace.set_start("2026-11-26 08:30").unwrap();
        pace.set_instant(Some("200")).unwrap();
        // In the device's time zone, eight hours ahead.
        let start = UNIX_EPOCH + Duration::from_secs(1_795_653_000);
        assert_eq!(pace, Pace { speed: Some(60.0), start: Some(start), instant: Some(Duration::from_millis(200)) });
        for text in ["", "0", "-1", "inf", "nan", "fast"] {
            assert!(pace.set_speed(text).unwrap_err().contains(&format!("{text:?}")));
        }
        for text in ["", "noon", "1969-12-31", "2026-13-01", "2026-02-30"] {
            assert!(pace.set_start(text).unwrap_err().contains(&format!("{text:?}")), "{text}");
        }
        assert!(pace.set_instant(Some("60001")).unwrap_err().contains("60001"));
    }
}
