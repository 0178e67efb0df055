//! The commands about the card, and what is reported of it. There are two slots, of which one is in use.

use std::time::Instant;

use super::{
    Modem,
    calls::number_kind,
    card::{Card, Sim, Slot},
    command::{Answer, Commands, Form},
};
use crate::device::action::SimChange;

impl Sim {
    /// What `AT+CPIN?` answers.
    fn text(self) -> &'static str {
        match self {
            Sim::Ready => "+CPIN: READY",
            Sim::Locked => "+CPIN: SIM PIN",
            Sim::Blocked => "+CPIN: SIM PUK",
            Sim::Absent => "+CPIN: NOT INSERTED",
        }
    }
}

impl Modem {
    /// The card in a slot, or the last that was in it. There are the slots 0 and 1.
    pub fn card(&self, slot: usize) -> &Card {
        &self.slots[slot.min(1)].card
    }

    /// The slot that is in use.
    pub(super) fn slot(&self) -> &Slot {
        &self.slots[self.used_slot]
    }

    pub(super) fn slot_mut(&mut self) -> &mut Slot {
        &mut self.slots[self.used_slot]
    }

    pub(super) fn sim(&self) -> Sim {
        self.slot().state()
    }

    /// A card is put in or taken out. Another card in the place of a present one is reported as both.
    pub(super) fn change_card(&mut self, slot: usize, change: &SimChange, now: Instant) {
        match change {
            SimChange::Removed => self.at_slot(slot, now, |slot| slot.put(false)),
            SimChange::Inserted => self.at_slot(slot, now, |slot| slot.put(true)),
            SimChange::Exchanged(card) => {
                self.at_slot(slot, now, |slot| slot.put(false));
                self.at_slot(slot, now, |slot| *slot = Slot::new(card.clone(), true));
            }
        }
    }

    /// A script that watches the switch of a slot says that the card is in or out.
    pub fn tell_card(&mut self, slot: usize, is_there: bool, now: Instant) {
        self.at_slot(slot, now, |slot| slot.tell(is_there));
    }

    /// Does something to a slot; what follows for the network is reported.
    fn at_slot(&mut self, slot: usize, now: Instant, act: impl FnOnce(&mut Slot)) {
        let before = (self.used_slot, self.sim());
        self.slots.get_mut(slot).map(act);
        self.choose_slot();
        self.report_change(before, now);
    }

    /// Takes the other slot if the present one is empty and the script wants that.
    fn choose_slot(&mut self) {
        let other = 1 - self.used_slot;
        if self.picks_slot && self.sim() == Sim::Absent && self.slots[other].state() != Sim::Absent {
            self.used_slot = other;
        }
    }

    fn use_slot(&mut self, slot: usize, now: Instant) {
        let before = (self.used_slot, self.sim());
        self.used_slot = slot;
        self.report_change(before, now);
    }

    /// Reports the card if it is another one than before, or in another state.
    fn report_change(&mut self, before: (usize, Sim), now: Instant) {
        let is_same_slot = before.0 == self.used_slot;
        if is_same_slot && before.1 == self.sim() {
            return;
        }
        self.has_changed_card |= before.1 == Sim::Ready;
        if !self.powered {
            return;
        }
        if is_same_slot && self.sim() == Sim::Absent {
            self.say("+CPIN: SIM REMOVED");
        } else {
            self.report_card();
        }
        if is_same_slot {
            self.review_network("ME", now);
        } else {
            self.register_anew("ME", now);
        }
    }

    /// Whether a card that gave access to the network has gone since the last call, whatever is in its place now.
    pub fn take_card_change(&mut self) -> bool {
        std::mem::take(&mut self.has_changed_card)
    }

    /// Says the state of the card unasked.
    pub(super) fn report_card(&mut self) {
        self.say(self.sim().text());
    }

    /// `AT+CPIN="pin"`, or `="puk","new pin"`.
    fn unlock(&mut self, value: &str, now: Instant) -> Answer {
        let before = self.sim();
        let mut codes = value.split(',').map(|code| code.trim().trim_matches('"'));
        let is_right = match (codes.next(), codes.next()) {
            (Some(pin), None) => self.slot_mut().try_pin(pin),
            (Some(puk), Some(pin)) => self.slot_mut().try_puk(puk, pin),
            (None, _) => false,
        };
        self.report_change((self.used_slot, before), now);
        if is_right { Answer::OK } else { Answer::Error }
    }

    /// A line that only a card that is ready can give.
    fn of_card(&self, line: impl FnOnce(&Card) -> String) -> Answer {
        if self.sim() == Sim::Ready { Answer::line(line(&self.slot().card)) } else { Answer::Error }
    }
}

/// `+SIMCROSS` and `*SIMAUTO` are LuatOS-Air's own: which slot is used, and whether the other one is if that is empty.
pub(super) const COMMANDS: Commands = &[
    ("+CPIN", |modem, form, now| match form {
        Form::Set("?") => Answer::OK,
        Form::Set(codes) => modem.unlock(codes, now),
        _ => Answer::line(modem.sim().text()),
    }),
    ("+ICCID", |modem, _, _| modem.of_card(|card| format!("+ICCID: {}", card.iccid))),
    ("+CIMI", |modem, _, _| modem.of_card(|card| card.imsi.clone())),
    ("+CNUM", |modem, _, _| {
        modem.of_card(|card| format!("+CNUM: \"\",\"{}\",{}", card.number, number_kind(&card.number)))
    }),
    ("+SIMCROSS", |modem, form, now| match form {
        Form::Set("?") => Answer::line("+SIMCROSS: (0,1)"),
        Form::Set("0") => {
            modem.use_slot(0, now);
            Answer::OK
        }
        Form::Set("1") => {
            modem.use_slot(1, now);
            Answer::OK
        }
        Form::Set(_) => Answer::Error,
        _ => Answer::line(format!("+SIMCROSS: {}", modem.used_slot)),
    }),
    ("*SIMAUTO", |modem, form, now| match form {
        Form::Set(value) => {
            modem.picks_slot = value == "1";
            modem.at_slot(modem.used_slot, now, |_| ());
            Answer::OK
        }
        Form::Read => Answer::line(format!("*SIMAUTO: {}", u8::from(modem.picks_slot))),
        Form::Execute(_) => Answer::OK,
    }),
];

#[cfg(test)]
mod tests {
    use super::{
        super::{Clock, Profile, tests::Bench},
        *,
    };
    use crate::device::action::Action;

    fn act(bench: &mut Bench, slot: usize, change: SimChange) -> String {
        bench.act(&Action::Sim { slot, change })
    }

    #[test]
    fn a_card_is_taken_out_and_put_back() {
        let mut bench = Bench::registered();
        let said = act(&mut bench, 0, SimChange::Removed);
        assert!(said.starts_with("\r\n+CPIN: SIM REMOVED\r\n\r\n+CREG: 0\r\n"), "{said}");
        assert_eq!(bench.ask("AT+CPIN?"), "\r\n+CPIN: NOT INSERTED\r\n\r\nOK\r\n");
        assert_eq!(bench.ask("AT+CIMI"), "\r\nERROR\r\n");
        assert_eq!(act(&mut bench, 0, SimChange::Removed), "");
        assert_eq!(act(&mut bench, 0, SimChange::Inserted), "\r\n+CPIN: READY\r\n");
        assert!(bench.after(2000).contains("+CREG: 1,"));
    }

    #[test]
    fn another_card_has_its_own_numbers_and_an_empty_book() {
        let mut bench = Bench::registered();
        bench.ask("AT+CPBW=1,\"10086\"");
        let card = Card { number: "+15551234567".into(), ..Card::default() };
        let said = act(&mut bench, 0, SimChange::Exchanged(card));
        assert!(said.starts_with("\r\n+CPIN: SIM REMOVED\r\n") && said.ends_with("\r\n+CPIN: READY\r\n"), "{said}");
        assert_eq!(bench.ask("AT+CNUM"), "\r\n+CNUM: \"\",\"+15551234567\",145\r\n\r\nOK\r\n");
        assert_eq!(bench.ask("AT+CPBR=1"), "\r\nOK\r\n");
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
        assert_eq!(bench.ask("AT+CPIN=\"1234\""), "\r\nERROR\r\n");
        assert!(bench.after(2000).contains("+CREG: 1,"));
    }

    #[test]
    fn the_third_wrong_pin_asks_for_the_puk() {
        let mut profile = Profile::default();
        profile.set("pin", "1234").unwrap();
        let mut bench = Bench::with(Modem::new(profile, Clock::default()));
        for _ in 0..2 {
            assert_eq!(bench.ask("AT+CPIN=\"0000\""), "\r\nERROR\r\n");
        }
        assert_eq!(bench.ask("AT+CPIN=\"0000\""), "\r\nERROR\r\n\r\n+CPIN: SIM PUK\r\n");
        assert_eq!(bench.ask("AT+CPIN?"), "\r\n+CPIN: SIM PUK\r\n\r\nOK\r\n");
        assert_eq!(bench.ask("AT+CPIN=\"1234\""), "\r\nERROR\r\n");
        assert_eq!(bench.ask("AT+CPIN=\"12345678\",\"1111\""), "\r\nOK\r\n\r\n+CPIN: READY\r\n");
    }

    #[test]
    fn the_second_slot_is_chosen_by_command_or_by_itself() {
        let mut bench = Bench::registered();
        let said = bench.ask("AT+SIMCROSS=1");
        assert!(said.starts_with("\r\nOK\r\n\r\n+CPIN: NOT INSERTED\r\n\r\n+CREG: 0\r\n"), "{said}");
        assert_eq!(bench.ask("AT+SIMCROSS?"), "\r\n+SIMCROSS: 1\r\n\r\nOK\r\n");
        assert_eq!(bench.ask("AT+SIMCROSS=2"), "\r\nERROR\r\n");
        assert_eq!(act(&mut bench, 1, SimChange::Inserted), "\r\n+CPIN: READY\r\n");
        assert_eq!(bench.ask("AT+CIMI"), "\r\n460011234567890\r\n\r\nOK\r\n");
        bench.after(2000);
        let said = bench.ask("AT+SIMCROSS=0");
        assert!(said.starts_with("\r\nOK\r\n\r\n+CPIN: READY\r\n\r\n+CREG: 2\r\n"), "{said}");
        assert!(bench.after(2000).contains("+CREG: 1,"));
        assert_eq!(bench.ask("AT*SIMAUTO=1"), "\r\nOK\r\n");
        let said = act(&mut bench, 0, SimChange::Removed);
        assert!(said.starts_with("\r\n+CPIN: READY\r\n"), "{said}");
        assert_eq!(bench.ask("AT+SIMCROSS?"), "\r\n+SIMCROSS: 1\r\n\r\nOK\r\n");
    }

    #[test]
    fn the_script_says_that_a_card_is_out() {
        let mut bench = Bench::registered();
        bench.modem.tell_card(0, false, bench.now);
        assert!(bench.said().starts_with("\r\n+CPIN: SIM REMOVED\r\n"));
        bench.modem.tell_card(0, false, bench.now);
        assert_eq!(bench.said(), "");
        bench.modem.tell_card(0, true, bench.now);
        assert_eq!(bench.said(), "\r\n+CPIN: READY\r\n");
    }
}
