//! What survives a restart of the device: what is on its cards and in its own memory, and what is outside of it.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::{Modem, card::Slot, newest::Newest, overrides::Override, state::ExchangedMessage};

/// See the module. It goes from one run to the next as a text.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Kept {
    /// Cards with their messages and phone books. As after every start, a card that has a PIN asks for it.
    slots: [Slot; 2],
    /// The slot that is in use.
    used_slot: usize,
    /// Milliseconds that the clock is ahead of the computer's, and its time zone.
    clock: (i64, i32),
    imei: String,
    serial: String,
    has_coverage: bool,
    signal: u8,
    /// To where the network forwards calls.
    forwarding: Option<String>,
    /// Messages that the network has and the card has not.
    waiting: VecDeque<Vec<u8>>,
    /// What other phones show of the texts that have gone to and fro.
    exchanged: Newest<ExchangedMessage>,
    /// Reference of the last text in parts: the next one gets another.
    reference: u8,
    /// Answers in the modem's place, by their commands; those that only a program knows are not among them.
    answers: BTreeMap<String, String>,
}

impl Kept {
    /// What [`to_text`](Self::to_text) has made.
    ///
    /// # Errors
    /// The text is not whole, or of another kind; says where.
    pub fn parse(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    /// All of it as a text (JSON), of which no beginning is one.
    #[must_use]
    pub fn to_text(&self) -> String {
        // There is nothing in it that JSON has no form for.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Modem {
    /// What survives a restart.
    #[must_use]
    pub fn keep(&self) -> Kept {
        let answer = |(command, answer): (&String, &Override)| match answer {
            Override::Text(text) => Some((command.clone(), text.clone())),
            Override::Asked => None,
        };
        Kept {
            slots: self.slots.clone(),
            used_slot: self.used_slot,
            clock: self.clock.setting(),
            imei: self.profile.imei.clone(),
            serial: self.serial.clone(),
            has_coverage: self.has_coverage,
            signal: self.profile.signal,
            forwarding: self.calls.forwarding.clone(),
            waiting: self.messages.waiting.clone(),
            exchanged: self.messages.exchanged.clone(),
            reference: self.messages.reference,
            answers: self.overrides.answers.iter().filter_map(answer).collect(),
        }
    }

    /// Goes on with what the modem before a restart has kept. This one is switched off yet.
    pub fn go_on(&mut self, kept: Kept) {
        self.slots = kept.slots;
        self.used_slot = kept.used_slot.min(1);
        self.clock.set_setting(kept.clock);
        self.profile.imei = kept.imei;
        self.serial = kept.serial;
        self.has_coverage = kept.has_coverage;
        self.profile.signal = kept.signal;
        self.calls.forwarding = kept.forwarding;
        self.messages.waiting = kept.waiting;
        self.messages.exchanged = kept.exchanged;
        self.messages.reference = kept.reference;
        let answers = kept.answers.into_iter().map(|(command, text)| (command, Override::Text(text)));
        self.overrides.answers.extend(answers);
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Card, Clock, Profile, tests::Bench},
        *,
    };
    use crate::device::{
        action::{Action, SimChange},
        pdu::Address,
    };

    /// The modem after a restart.
    fn restarted(bench: &Bench) -> Bench {
        let kept = Kept::parse(&bench.modem.keep().to_text()).unwrap();
        let mut modem = Modem::new(Profile::default(), Clock::default());
        modem.go_on(kept);
        Bench::with(modem)
    }

    fn text(text: &str) -> Action {
        Action::Sms { from: Address::parse("10086").unwrap(), text: text.into(), time: None }
    }

    /// A modem with a message that has been read, one that has not, and one that waits.
    fn with_messages() -> Bench {
        let mut bench = Bench::registered();
        bench.ask("AT+CNMI=2,1,0,0,0");
        for message in ["read", "unread 中😀"] {
            bench.act(&text(message));
            bench.after(200);
        }
        bench.ask("AT+CMGR=1");
        bench.act(&Action::Network(false));
        bench.act(&text("waiting"));
        bench
    }

    #[test]
    fn messages_stay_where_they_are() {
        let before = with_messages();
        let mut after = restarted(&before);
        let (old, new) = (before.modem.observe().messages, after.modem.observe().messages);
        assert_eq!((new.stored.len(), new.waiting), (2, 1));
        assert_eq!(new, old);
        after.ask("AT+CNMI=2,1,0,0,0");
        after.act(&Action::Network(true));
        assert!(after.after(2000).contains("+CMTI: \"SM\",3"));
        assert_eq!(after.modem.observe().messages.stored[2].text, "waiting");
    }

    #[test]
    fn a_card_keeps_its_book_and_asks_for_its_pin_again() {
        let mut bench = Bench::registered();
        let card = Card { pin: Some("1234".into()), ..Card::second() };
        bench.act(&Action::Sim { slot: 1, change: SimChange::Exchanged(card) });
        bench.ask("AT+SIMCROSS=1");
        bench.ask("AT+CPIN=\"1234\"");
        bench.ask("AT+CPBW=7,\"10086\",129,\"mobile\"");
        let mut bench = restarted(&bench);
        assert_eq!(bench.said(), "\r\nRDY\r\n\r\n+CPIN: SIM PIN\r\n");
        for _ in 0..2 {
            assert_eq!(bench.ask("AT+CPIN=\"0000\""), "\r\nERROR\r\n");
        }
        // A restart is no way around the count of wrong ones.
        let mut bench = restarted(&bench);
        assert_eq!(bench.ask("AT+CPIN=\"0000\""), "\r\nERROR\r\n\r\n+CPIN: SIM PUK\r\n");
        assert_eq!(bench.ask("AT+CPIN=\"12345678\",\"4321\""), "\r\nOK\r\n\r\n+CPIN: READY\r\n");
        assert_eq!(bench.ask("AT+CPBR=7"), "\r\n+CPBR: 7,\"10086\",129,\"mobile\"\r\n\r\nOK\r\n");
        let mut bench = restarted(&bench);
        assert_eq!(bench.ask("AT+CPIN=\"4321\""), "\r\nOK\r\n\r\n+CPIN: READY\r\n");
    }

    #[test]
    fn a_card_that_is_out_stays_out() {
        let mut bench = Bench::registered();
        bench.without_card();
        assert_eq!(restarted(&bench).said(), "\r\nRDY\r\n\r\n+CPIN: NOT INSERTED\r\n");
    }

    #[test]
    fn what_is_outside_stays_as_it_is() {
        let mut bench = Bench::registered();
        bench.act(&Action::Signal(7));
        bench.modem.override_answer("AT+X", Some(Override::Text("+X: \"1\"\nOK".into())));
        bench.modem.override_answer("AT+Y", Some(Override::Asked));
        bench.ask("AT+WIMEI=\"123456789012345\"");
        bench.ask("AT+CCLK=\"40/01/02,03:04:05+00\"");
        let mut bench = restarted(&bench);
        assert_eq!(bench.ask("AT+X"), "\r\n+X: \"1\"\r\n\r\nOK\r\n");
        // As the modem answers what it does not know.
        assert_eq!(bench.ask("AT+Y"), "\r\nOK\r\n");
        assert!(bench.ask("AT+CGSN").contains("123456789012345"));
        assert!(bench.ask("AT+CCLK?").contains("40/01/02,03:04:") && bench.ask("AT+CCLK?").contains("+00"));
        bench.after(2000);
        assert!(bench.ask("AT+CSQ").contains("+CSQ: 7,99"));
        bench.act(&Action::Network(false));
        let mut bench = restarted(&bench);
        bench.after(10_000);
        assert!(!bench.modem.is_registered());
    }

    #[test]
    fn a_text_that_has_lost_its_end_is_refused() {
        let text = with_messages().modem.keep().to_text();
        assert!((0..text.len()).all(|end| text.get(..end).is_none_or(|text| Kept::parse(text).is_err())));
        for wrong in ["{}", "[]", "null", "\0", &text.replace("\"signal\":24", "\"signal\":2400")] {
            assert!(Kept::parse(wrong).is_err(), "{wrong}");
        }
    }
}
