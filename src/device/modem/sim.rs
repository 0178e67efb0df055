//! The card: whether it is there and unlocked, and the commands about it.

use std::time::Instant;

use super::{
    Modem,
    command::{Answer, Commands, Form},
};

/// The state of the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sim {
    /// It is there and gives access to the network.
    Ready,
    /// It asks for its PIN.
    Locked,
    /// The slot is empty.
    Absent,
}

impl Sim {
    /// What `AT+CPIN?` answers.
    fn text(self) -> &'static str {
        match self {
            Sim::Ready => "+CPIN: READY",
            Sim::Locked => "+CPIN: SIM PIN",
            Sim::Absent => "+CPIN: NOT INSERTED",
        }
    }
}

impl Modem {
    /// Puts the card in, or takes it out; nothing happens if that is so already.
    pub fn set_card(&mut self, is_there: bool, now: Instant) {
        if is_there == (self.sim != Sim::Absent) {
            return;
        }
        self.sim = match (is_there, &self.profile.pin) {
            (true, Some(_)) => Sim::Locked,
            (true, None) => Sim::Ready,
            (false, _) => Sim::Absent,
        };
        if !self.powered {
            return;
        }
        self.say(if is_there { self.sim.text() } else { "+CPIN: SIM REMOVED" });
        self.review_network("ME", now);
    }

    /// Says the state of the card unasked.
    pub(super) fn report_card(&mut self) {
        self.say(self.sim.text());
    }

    fn unlock(&mut self, pin: &str, now: Instant) -> Answer {
        if self.sim != Sim::Locked || self.profile.pin.as_deref() != Some(pin.trim_matches('"')) {
            return Answer::Error;
        }
        self.sim = Sim::Ready;
        self.report_card();
        self.review_network("ME", now);
        Answer::OK
    }

    /// A line that only a card that is ready can give.
    fn of_card(&self, line: String) -> Answer {
        if self.sim == Sim::Ready { Answer::line(line) } else { Answer::Error }
    }
}

pub(super) const COMMANDS: Commands = &[
    ("+CPIN", |modem, form, now| match form {
        Form::Set(pin) => modem.unlock(pin, now),
        _ => Answer::line(modem.sim.text()),
    }),
    ("+ICCID", |modem, _, _| modem.of_card(format!("+ICCID: {}", modem.profile.iccid))),
    ("+CIMI", |modem, _, _| modem.of_card(modem.profile.imsi.clone())),
    ("+CNUM", |modem, _, _| {
        let kind = if modem.profile.number.starts_with('+') { 145 } else { 129 };
        modem.of_card(format!("+CNUM: \"\",\"{}\",{kind}", modem.profile.number))
    }),
    ("+SIMCROSS", |modem, form, _| match form {
        Form::Set(slot) => {
            modem.slot = u8::from(slot.starts_with('1'));
            Answer::OK
        }
        _ => Answer::line(format!("+SIMCROSS: {}", modem.slot)),
    }),
];

#[cfg(test)]
mod tests {
    use super::super::{Clock, Modem, Profile, tests::Bench};

    #[test]
    fn a_card_is_taken_out_and_put_back() {
        let mut bench = Bench::registered();
        bench.modem.set_card(false, bench.now);
        let said = bench.said();
        assert!(said.starts_with("\r\n+CPIN: SIM REMOVED\r\n\r\n+CREG: 0\r\n"), "{said}");
        assert_eq!(bench.ask("AT+CPIN?"), "\r\n+CPIN: NOT INSERTED\r\n\r\nOK\r\n");
        assert_eq!(bench.ask("AT+CIMI"), "\r\nERROR\r\n");
        bench.modem.set_card(false, bench.now);
        assert_eq!(bench.said(), "");
        bench.modem.set_card(true, bench.now);
        assert_eq!(bench.said(), "\r\n+CPIN: READY\r\n");
        assert!(bench.after(2000).contains("+CREG: 1,"));
    }

    #[test]
    fn a_locked_card_registers_after_its_pin() {
        let mut profile = Profile::default();
        profile.set("pin", "1234").unwrap();
        let mut bench = Bench::with(Modem::new(profile, Clock::default()));
        assert_eq!(bench.said(), "\r\nRDY\r\n\r\n+CPIN: SIM PIN\r\n");
        assert_eq!(bench.after(10_000), "");
        bench.ask("AT+CREG=2");
        assert_eq!(bench.ask("AT+CPIN=\"4321\""), "\r\nERROR\r\n");
        assert_eq!(bench.ask("AT+CPIN=\"1234\""), "\r\nOK\r\n\r\n+CPIN: READY\r\n");
        assert!(bench.after(2000).contains("+CREG: 1,"));
    }
}
