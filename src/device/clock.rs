//! The clock of the device: the computer's, moved by what sets it, in the device's time zone, and its alarm.

use std::{
    cell::Cell,
    fmt,
    rc::Rc,
    str::FromStr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use crate::time::Time;

/// Time zone of a device until something sets another one: China's, in quarters of an hour east of Greenwich.
pub const DEFAULT_ZONE: i32 = 32;

/// Seconds of a quarter of an hour, the unit of time zones.
const QUARTER: i64 = 900;

const DAY: i64 = 86_400;

/// Last value of `rtos.tick` before it becomes negative.
const MAX_TICK: i64 = 0x5d63_8865;

/// Milliseconds of a tick.
const TICK_MS: u128 = 5;

/// `rtos.tick` at a time since the start: 5 ms each, up to 0x5d638865, then from its negative up to 0, and so on.
#[must_use]
pub fn tick(since_start: Duration) -> i64 {
    let period = 2 * MAX_TICK + 1;
    let ticks = i64::try_from(since_start.as_millis() / TICK_MS).unwrap_or(i64::MAX) % period;
    if ticks > MAX_TICK { ticks - period } else { ticks }
}

/// A date and time of day. Fields beyond their range count on, as for C's `mktime`: the month 13 is the next
/// year's first, the second 60 the next minute's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// 1970, …
    pub year: i64,
    /// 1 to 12
    pub month: i64,
    /// 1 to 31
    pub day: i64,
    /// 0 to 23
    pub hour: i64,
    /// 0 to 59
    pub minute: i64,
    /// 0 to 59
    pub second: i64,
}

impl Civil {
    /// Seconds since the start of 1970 of the same zone; `None` if they are too many to count.
    #[must_use]
    pub fn seconds(&self) -> Option<i64> {
        let month = self.month.checked_sub(1)?;
        let year = self.year.checked_add(month.div_euclid(12))?;
        // Counted from March, so that a leap day is a year's last.
        let from_march = (month.rem_euclid(12) + 10) % 12;
        let year = if from_march >= 10 { year.checked_sub(1)? } else { year };
        let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        let day_of_year = (153 * from_march + 2) / 5;
        let days = year.checked_mul(365)?.checked_add(leap_days + day_of_year - 719_469)?.checked_add(self.day)?;
        let of_day =
            self.hour.checked_mul(3600)?.checked_add(self.minute.checked_mul(60)?)?.checked_add(self.second)?;
        days.checked_mul(DAY)?.checked_add(of_day)
    }

    /// The date and time from the seconds since the start of 1970 of the same zone.
    #[must_use]
    pub fn from_seconds(seconds: i64) -> Self {
        let of_day = seconds.rem_euclid(DAY);
        // In eras of 400 years from the 1st of March of the year 0.
        let days = seconds.div_euclid(DAY) + 719_468;
        let of_era = days.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let month = (from_march + 2) % 12 + 1;
        Civil {
            year: 400 * days.div_euclid(146_097) + year_of_era + i64::from(month <= 2),
            month,
            day: of_year - (153 * from_march + 2) / 5 + 1,
            hour: of_day / 3600,
            minute: of_day / 60 % 60,
            second: of_day % 60,
        }
    }
}

impl FromStr for Civil {
    type Err = ();

    /// Reads what [`Display`](fmt::Display) writes; with `T` for the blank, or without the seconds or the time of day.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (date, of_day) = text.split_once([' ', 'T']).unwrap_or((text, "00:00"));
        let numbers = |text: &str, separator| -> Result<Vec<i64>, ()> {
            let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            let parts = text.split(separator);
            parts.map(|part| Some(part).filter(is_number).and_then(|part| part.parse().ok()).ok_or(())).collect()
        };
        let (date, of_day) = (numbers(date, '-')?, numbers(of_day, ':')?);
        let (&[year, month, day], [hour, minute, second @ ..]) = (&date[..], &of_day[..]) else {
            return Err(());
        };
        let second = match second {
            [] => 0,
            [second] => *second,
            _ => return Err(()),
        };
        let civil = Civil { year, month, day, hour: *hour, minute: *minute, second };
        // One with fields beyond their range would be another.
        let is_proper = civil.seconds().map(Civil::from_seconds) == Some(civil);
        if is_proper { Ok(civil) } else { Err(()) }
    }
}

impl std::fmt::Display for Civil {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Civil { year, month, day, hour, minute, second } = self;
        write!(f, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    }
}

#[derive(Clone, Copy, Debug)]
struct State {
    /// Milliseconds that the device is ahead of the computer.
    ahead: i64,
    /// Quarters of an hour east of Greenwich.
    zone: i32,
    /// When the alarm is due, in seconds since 1970 (UTC).
    alarm: Option<i64>,
}

/// The clock of one device. Copies are handles of the same clock.
#[derive(Clone, Debug)]
pub struct Clock {
    state: Rc<Cell<State>>,
    time: Time,
}

impl Default for Clock {
    fn default() -> Self {
        Clock::new(Time::default())
    }
}

impl Clock {
    /// That time, in the zone [`DEFAULT_ZONE`].
    #[must_use]
    pub fn new(time: Time) -> Self {
        Clock { state: Rc::new(Cell::new(State { ahead: 0, zone: DEFAULT_ZONE, alarm: None })), time }
    }

    /// The time of the computer, as the other functions take it.
    #[must_use]
    pub fn computer(&self) -> SystemTime {
        self.time.date()
    }

    /// Milliseconds since 1970 (UTC), at a time of the computer.
    #[must_use]
    pub fn milliseconds(&self, computer: SystemTime) -> i64 {
        milliseconds(computer).saturating_add(self.state.get().ahead)
    }

    /// Whole seconds since 1970 (UTC): `os.time()`.
    #[must_use]
    pub fn seconds(&self, computer: SystemTime) -> i64 {
        self.milliseconds(computer).div_euclid(1000)
    }

    /// Quarters of an hour that local time is ahead of UTC.
    #[must_use]
    pub fn zone(&self) -> i32 {
        self.state.get().zone
    }

    /// Seconds that local time is ahead of UTC.
    #[must_use]
    pub fn zone_seconds(&self) -> i64 {
        i64::from(self.zone()) * QUARTER
    }

    /// Local time.
    #[must_use]
    pub fn local(&self, computer: SystemTime) -> Civil {
        Civil::from_seconds(self.seconds(computer).saturating_add(self.zone_seconds()))
    }

    /// Sets the time zone, in quarters of an hour east of Greenwich.
    pub fn set_zone(&self, quarters: i32) {
        self.state.set(State { zone: quarters, ..self.state.get() });
    }

    /// How the clock is set: the milliseconds that it is ahead of the computer's, and its time zone.
    #[must_use]
    pub fn setting(&self) -> (i64, i32) {
        let State { ahead, zone, .. } = self.state.get();
        (ahead, zone)
    }

    /// Sets it as another one was.
    pub fn set_setting(&self, (ahead, zone): (i64, i32)) {
        self.state.set(State { ahead, zone, ..self.state.get() });
    }

    /// Sets the clock to seconds since 1970 (UTC).
    pub fn set_seconds(&self, seconds: i64, computer: SystemTime) {
        let ahead = seconds.saturating_mul(1000).saturating_sub(milliseconds(computer));
        self.state.set(State { ahead, ..self.state.get() });
    }

    /// Sets the clock to a local time. Returns false if that cannot be counted.
    pub fn set_local(&self, time: &Civil, computer: SystemTime) -> bool {
        let seconds = self.utc(time);
        if let Some(seconds) = seconds {
            self.set_seconds(seconds, computer);
        }
        seconds.is_some()
    }

    /// Seconds since 1970 (UTC) of a local time; `None` if they are too many to count.
    #[must_use]
    pub fn utc(&self, local: &Civil) -> Option<i64> {
        local.seconds()?.checked_sub(self.zone_seconds())
    }

    /// Sets the alarm, in seconds since 1970 (UTC), or switches it off.
    pub fn set_alarm(&self, at: Option<i64>) {
        self.state.set(State { alarm: at, ..self.state.get() });
    }

    /// When the alarm is due, in local time; `None` without one, or if its time has passed.
    #[must_use]
    pub fn alarm(&self, computer: SystemTime) -> Option<Civil> {
        self.alarm_after(computer)?;
        Some(Civil::from_seconds(self.state.get().alarm?.saturating_add(self.zone_seconds())))
    }

    /// How long the alarm is away; `None` without one, or if its time has passed.
    #[must_use]
    pub fn alarm_after(&self, computer: SystemTime) -> Option<Duration> {
        let left = self.state.get().alarm?.checked_mul(1000)?.checked_sub(self.milliseconds(computer))?;
        u64::try_from(left).ok().map(Duration::from_millis)
    }
}

/// Milliseconds since 1970 of a time of the computer.
fn milliseconds(time: SystemTime) -> i64 {
    let count = |duration: Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => count(since),
        Err(before) => -count(before.duration()),
    }
}

/// Clock or alarm are set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClockChange {
    /// The clock is set to a local time.
    Set(Civil),
    /// The alarm is set to a local time.
    Alarm(Civil),
    /// The alarm is switched off.
    AlarmOff,
}

impl fmt::Display for ClockChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClockChange::Set(time) => write!(f, "set to {time}"),
            ClockChange::Alarm(time) => write!(f, "alarm at {time}"),
            ClockChange::AlarmOff => f.write_str("alarm off"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn civil(year: i64, month: i64, day: i64, hour: i64, minute: i64, second: i64) -> Civil {
        Civil { year, month, day, hour, minute, second }
    }

    fn computer(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn ticks_turn_negative_and_come_back_to_zero() {
        let at = |ticks: i64| tick(Duration::from_millis(5 * ticks.unsigned_abs()));
        assert_eq!([at(0), at(1), at(MAX_TICK)], [0, 1, 0x5d63_8865]);
        assert_eq!([at(MAX_TICK + 1), at(2 * MAX_TICK), at(2 * MAX_TICK + 1)], [-0x5d63_8865, -1, 0]);
        assert_eq!(tick(Duration::from_millis(9)), 1);
    }

    #[test]
    fn dates_become_seconds() {
        // As `date -u -d … +%s` says.
        for (date, seconds) in [
            (civil(1970, 1, 1, 0, 0, 0), 0),
            (civil(2000, 2, 29, 12, 0, 1), 951_825_601),
            (civil(2026, 11, 26, 9, 17, 11), 1_795_684_631),
            (civil(2100, 3, 1, 0, 0, 0), 4_107_542_400),
            (civil(1969, 12, 31, 23, 59, 59), -1),
            (civil(1, 1, 1, 0, 0, 0), -62_135_596_800),
        ] {
            assert_eq!(date.seconds(), Some(seconds), "{date}");
            assert_eq!(Civil::from_seconds(seconds), date);
        }
    }

    #[test]
    fn fields_beyond_their_range_count_on() {
        let plain = civil(2027, 1, 1, 0, 0, 0).seconds();
        for same in [civil(2026, 13, 1, 0, 0, 0), civil(2026, 12, 32, 0, 0, 0), civil(2026, 12, 31, 23, 59, 60)] {
            assert_eq!(same.seconds(), plain);
        }
        assert_eq!(civil(2027, 0, 1, 0, 0, 0).seconds(), civil(2026, 12, 1, 0, 0, 0).seconds());
        assert_eq!(civil(i64::MAX, 1, 1, 0, 0, 0).seconds(), None);
        assert_eq!(civil(2026, i64::MIN, 1, 0, 0, 0).seconds(), None);
        assert_eq!(civil(2026, 1, 1, i64::MAX, 0, 0).seconds(), None);
    }

    #[test]
    fn every_day_of_four_centuries_comes_back() {
        for day in -30_000..120_000 {
            let date = Civil::from_seconds(day * DAY + 3661);
            assert_eq!(date.seconds(), Some(day * DAY + 3661), "{date}");
        }
    }

    #[test]
    fn it_goes_on_from_where_it_is_set() {
        let clock = Clock::default();
        assert_eq!(clock.seconds(computer(1000)), 1000);
        assert_eq!(clock.local(computer(0)), civil(1970, 1, 1, 8, 0, 0));
        assert!(clock.set_local(&civil(2020, 5, 1, 12, 12, 12), computer(1000)));
        assert_eq!(clock.local(computer(1001)), civil(2020, 5, 1, 12, 12, 13));
        let other = clock.clone();
        other.set_zone(-4);
        assert_eq!(clock.local(computer(1000)), civil(2020, 5, 1, 3, 12, 12));
    }

    #[test]
    fn the_alarm_follows_the_clock() {
        let clock = Clock::default();
        assert_eq!(clock.alarm_after(computer(0)), None);
        clock.set_alarm(Some(60));
        assert_eq!(clock.alarm_after(computer(50)), Some(Duration::from_secs(10)));
        assert_eq!(clock.alarm(computer(50)), Some(civil(1970, 1, 1, 8, 1, 0)));
        assert_eq!(clock.alarm(computer(61)), None);
        assert_eq!(clock.alarm_after(computer(61)), None);
        clock.set_seconds(30, computer(61));
        assert_eq!(clock.alarm_after(computer(61)), Some(Duration::from_secs(30)));
        clock.set_alarm(None);
        assert_eq!(clock.alarm_after(computer(0)), None);
    }
}
