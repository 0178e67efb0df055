//! The clock, which is the device's own (3GPP TS 27.007 section 8.15).

use std::time::SystemTime;

use super::{
    Modem,
    command::{Answer, Commands, Form},
};
use crate::device::clock::Civil;

/// `AT+CCLK`: the time as `"yy/MM/dd,hh:mm:ss±zz"`, with the zone in quarters of an hour.
pub(super) const COMMANDS: Commands = &[("+CCLK", |modem, form, _| match form {
    Form::Set("?") | Form::Execute(_) => Answer::OK,
    Form::Set(text) => match parse(text.trim_matches('"')) {
        Some((time, zone)) => modem.set_clock(&time, zone),
        None => Answer::Error,
    },
    Form::Read => Answer::line(format!("+CCLK: \"{}\"", modem.clock_text())),
})];

impl Modem {
    fn set_clock(&mut self, time: &Civil, zone: i32) -> Answer {
        self.clock.set_zone(zone);
        if !self.clock.set_local(time, SystemTime::now()) {
            return Answer::Error;
        }
        self.has_set_clock = true;
        Answer::OK
    }

    fn clock_text(&self) -> String {
        let Civil { year, month, day, hour, minute, second } = self.clock.local(SystemTime::now());
        let year = year.rem_euclid(100);
        format!("{year:02}/{month:02}/{day:02},{hour:02}:{minute:02}:{second:02}{:+03}", self.clock.zone())
    }

    /// Whether a command has set the clock since the last call.
    pub fn take_clock_change(&mut self) -> bool {
        std::mem::take(&mut self.has_set_clock)
    }
}

/// Reads the time; without a zone it is that of the text's own, Greenwich.
fn parse(text: &str) -> Option<(Civil, i32)> {
    let (date, time) = text.split_once(',')?;
    let zone_at = time.find(['+', '-']).unwrap_or(time.len());
    let (time, zone) = time.split_at(zone_at);
    let [year, month, day] = numbers(date, '/')?;
    let [hour, minute, second] = numbers(time, ':')?;
    let is_date = (1..=12).contains(&month) && (1..=31).contains(&day);
    let is_time = hour < 24 && minute < 60 && second < 60;
    let zone = if zone.is_empty() { Some(0) } else { zone.parse().ok() };
    let zone = zone.filter(|zone| (-96..=96).contains(zone))?;
    let year = if year < 100 { 2000 + year } else { year };
    (is_date && is_time).then_some((Civil { year, month, day, hour, minute, second }, zone))
}

/// Three numbers of two to four digits.
fn numbers(text: &str, separator: char) -> Option<[i64; 3]> {
    let mut numbers = text.split(separator).map(|digits| digits.parse::<u16>().ok().map(i64::from));
    let three = [numbers.next()??, numbers.next()??, numbers.next()??];
    numbers.next().is_none().then_some(three)
}

#[cfg(test)]
mod tests {
    use super::super::tests::Bench;

    #[test]
    fn the_clock_is_set_and_read() {
        let mut bench = Bench::new();
        assert_eq!(bench.ask("AT+CCLK=\"40/02/03,04:05:06-08\""), "\r\nOK\r\n");
        assert!(bench.modem.take_clock_change() && !bench.modem.take_clock_change());
        let now = bench.ask("AT+CCLK?");
        assert!(now.starts_with("\r\n+CCLK: \"40/02/03,04:05:0") && now.contains("-08\""), "{now}");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        let mut bench = Bench::new();
        for text in
            ["", "now", "26/13/01,00:00:00+32", "26/01/01,24:00:00+32", "26/01/01,00:00+32", "26/01/01,00:00:00+99"]
        {
            assert_eq!(bench.ask(&format!("AT+CCLK=\"{text}\"")), "\r\nERROR\r\n", "{text}");
        }
        assert!(!bench.modem.take_clock_change());
    }
}
