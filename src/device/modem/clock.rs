//! The clock, which is the device's own (3GPP TS 27.007 section 8.15).

use super::{
    Modem,
    command::{Answer, Commands, Form},
};
use crate::device::clock::Civil;

/// What the network's time does.
#[derive(Debug)]
pub(super) struct NetworkTime {
    /// `AT+CTZU`: it sets the clock.
    sets_clock: bool,
    /// It came before there was a network to come from; it is reported on registration.
    is_due: bool,
}

impl Default for NetworkTime {
    fn default() -> Self {
        NetworkTime { sets_clock: true, is_due: false }
    }
}

/// `AT+CCLK`: the time as `"yy/MM/dd,hh:mm:ss±zz"`, with the zone in quarters of an hour. `AT+CTZU`: whether the
/// network's time sets the clock.
pub(super) const COMMANDS: Commands = &[
    ("+CCLK", |modem, form, _| match form {
        Form::Set("?") | Form::Execute(_) => Answer::OK,
        Form::Set(text) => match parse(text.trim_matches('"')) {
            Some((time, zone)) => modem.set_clock(&time, zone),
            None => Answer::Error,
        },
        Form::Read => Answer::line(format!("+CCLK: \"{}\"", modem.clock_text())),
    }),
    ("+CTZU", |modem, form, _| match form {
        Form::Set("?") => Answer::line("+CTZU: (0,1)"),
        Form::Set(value @ ("0" | "1")) => {
            modem.network_time.sets_clock = value == "1";
            Answer::OK
        }
        Form::Set(_) => Answer::Error,
        Form::Read => Answer::line(format!("+CTZU: {}", u8::from(modem.network_time.sets_clock))),
        Form::Execute(_) => Answer::OK,
    }),
];

impl Modem {
    /// The network tells its time. A modem that is in no network knows it at once too, and reports it later.
    pub(super) fn hear_time(&mut self, seconds: i64) {
        if !self.network_time.sets_clock {
            return;
        }
        self.clock.set_seconds(seconds, self.clock.computer());
        self.has_set_clock = true;
        self.network_time.is_due = true;
        self.report_time();
    }

    /// `+NITZ` if that is due: the time of Greenwich, the zone of the clock in quarters of an hour, no summer time.
    pub(super) fn report_time(&mut self) {
        if self.is_registered() && std::mem::take(&mut self.network_time.is_due) {
            let time = Civil::from_seconds(self.clock.seconds(self.clock.computer()));
            let line = format!("+NITZ: {}{:+03},0", text_of(&time), self.clock.zone());
            self.say(&line);
        }
    }

    fn set_clock(&mut self, time: &Civil, zone: i32) -> Answer {
        self.clock.set_zone(zone);
        if !self.clock.set_local(time, self.clock.computer()) {
            return Answer::Error;
        }
        self.has_set_clock = true;
        Answer::OK
    }

    fn clock_text(&self) -> String {
        format!("{}{:+03}", text_of(&self.clock.local(self.clock.computer())), self.clock.zone())
    }

    /// Whether a command or the network has set the clock since the last call.
    pub fn take_clock_change(&mut self) -> bool {
        std::mem::take(&mut self.has_set_clock)
    }
}

/// `yy/MM/dd,hh:mm:ss`
fn text_of(time: &Civil) -> String {
    let Civil { year, month, day, hour, minute, second } = *time;
    let year = year.rem_euclid(100);
    format!("{year:02}/{month:02}/{day:02},{hour:02}:{minute:02}:{second:02}")
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
    use crate::device::action::Action;

    #[test]
    fn the_clock_is_set_and_read() {
        let mut bench = Bench::new();
        assert_eq!(bench.ask("AT+CCLK=\"40/02/03,04:05:06-08\""), "\r\nOK\r\n");
        assert!(bench.modem.take_clock_change() && !bench.modem.take_clock_change());
        let now = bench.ask("AT+CCLK?");
        assert!(now.starts_with("\r\n+CCLK: \"40/02/03,04:05:0") && now.contains("-08\""), "{now}");
    }

    #[test]
    fn the_network_tells_its_time() {
        let mut bench = Bench::new();
        let time = Action::NetworkTime(1_795_655_287);
        assert_eq!(bench.act(&time), "");
        assert!(bench.modem.take_clock_change());
        assert!(bench.ask("AT+CCLK?").starts_with("\r\n+CCLK: \"26/11/26,09:08:0"));
        let said = bench.after(2000);
        assert!(said.contains("\r\n+NITZ: 26/11/26,01:08:0"), "{said}");
        let said = bench.act(&time);
        assert!(said.starts_with("\r\n+NITZ: 26/11/26,01:08:0") && said.ends_with("+32,0\r\n"), "{said}");
        assert!(bench.modem.take_clock_change());
        bench.ask("AT+CTZU=0");
        assert_eq!(bench.ask("AT+CTZU?"), "\r\n+CTZU: 0\r\n\r\nOK\r\n");
        assert_eq!(bench.act(&time), "");
        assert!(!bench.modem.take_clock_change());
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
