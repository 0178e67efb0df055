//! A virtual LTE modem: AT commands in, answers and unsolicited lines out (3GPP TS 27.007, and what
//! LuatOS-Air's own libraries ask for). It has cards, searches for the network, and has an address there.
//!
//! # Design
//! It waits for nothing. Whoever drives it passes the time to every call, collects what it says by
//! [`Modem::take_output`], and calls [`Modem::advance`] when [`Modem::deadline`] has come. Its commands are in
//! tables, one in each file.

mod book;
mod calls;
mod card;
mod cell;
mod clock;
mod command;
mod framing;
mod hanging_up;
mod identity;
mod joining;
mod kept;
mod messages;
mod network;
mod newest;
mod overrides;
mod profile;
mod sending;
mod services;
mod sim;
mod state;
mod store;

use std::time::Instant;

use self::{
    calls::Calls,
    card::Slot,
    clock::NetworkTime,
    command::{Answer, Command, Commands},
    framing::{Framing, Input, MAX_LINE, framed},
    messages::Messages,
    network::{Registration, Reports},
    overrides::Overrides,
};
pub use self::{
    card::Card,
    kept::Kept,
    overrides::{Override, Reply},
    profile::Profile,
    state::ModemState,
};
use crate::device::{action::Action, change::Change, clock::Clock};

/// All commands with an answer of their own.
const COMMANDS: [Commands; 12] = [
    book::COMMANDS,
    calls::COMMANDS,
    cell::COMMANDS,
    clock::COMMANDS,
    hanging_up::COMMANDS,
    identity::COMMANDS,
    messages::COMMANDS,
    network::COMMANDS,
    sending::COMMANDS,
    services::COMMANDS,
    sim::COMMANDS,
    store::COMMANDS,
];

/// What the modem keeps between commands.
#[derive(Debug)]
pub struct Modem {
    profile: Profile,
    clock: Clock,
    /// A command has set the clock.
    has_set_clock: bool,
    network_time: NetworkTime,
    framing: Framing,
    /// What it has said and nobody has taken.
    output: String,
    /// What it says after the answer to the present command.
    unasked: String,
    powered: bool,
    is_flying: bool,
    has_coverage: bool,
    /// It has reported that calls and messages are possible.
    is_at_service: bool,
    slots: [Slot; 2],
    /// Which slot is in use.
    used_slot: usize,
    /// The other slot is used if that is empty.
    picks_slot: bool,
    /// A card that gave access to the network has gone.
    has_changed_card: bool,
    registration: Registration,
    reports: Reports,
    /// Engineering mode: neighbours of the serving cell are shown.
    shows_neighbours: bool,
    apn: String,
    serial: String,
    messages: Messages,
    calls: Calls,
    overrides: Overrides,
    /// What it has done to the world and nobody has taken.
    changes: Vec<Change>,
}

impl Modem {
    /// A modem that is switched off, with its cards in it. The clock is the device's.
    pub fn new(profile: Profile, clock: Clock) -> Self {
        Modem {
            slots: profile.slots(),
            used_slot: 0,
            picks_slot: false,
            has_changed_card: false,
            profile,
            clock,
            has_set_clock: false,
            network_time: NetworkTime::default(),
            framing: Framing::default(),
            output: String::new(),
            unasked: String::new(),
            powered: false,
            is_flying: false,
            has_coverage: true,
            is_at_service: false,
            registration: Registration::Off,
            reports: Reports::default(),
            shows_neighbours: false,
            apn: "cmnet".into(),
            serial: "LUATOS-DESKTOP".into(),
            messages: Messages::default(),
            calls: Calls::default(),
            overrides: Overrides::default(),
            changes: Vec::new(),
        }
    }

    /// Whether it has been switched on.
    pub fn is_on(&self) -> bool {
        self.powered
    }

    /// Switches the modem on. Nothing happens if it is on already.
    pub fn power_on(&mut self, now: Instant) {
        if std::mem::replace(&mut self.powered, true) {
            return;
        }
        self.say("RDY");
        self.report_card();
        self.review_network("ME", now);
        self.advance(now);
    }

    /// Takes bytes from the AT port, in any pieces.
    pub fn feed(&mut self, bytes: &[u8], now: Instant) {
        for byte in bytes {
            if self.holds(*byte) {
                continue;
            }
            match self.framing.take(*byte) {
                Some(Input::Line(line)) => self.take_line(&line, now),
                Some(Input::Text(text)) => {
                    let answer = self.take_message(&text);
                    self.answer(answer);
                }
                Some(Input::GivenUp) => self.answer(Answer::OK),
                None => {}
            }
            self.advance(now);
        }
    }

    /// Does what is due at `now`.
    pub fn advance(&mut self, now: Instant) {
        self.finish_search(now);
        self.deliver_messages(now);
        self.advance_calls(now);
        self.output += &std::mem::take(&mut self.unasked);
    }

    /// When [`advance`](Self::advance) has something to do; none while nothing happens by itself.
    pub fn deadline(&self) -> Option<Instant> {
        let found = match self.registration {
            Registration::Searching(found) => found,
            _ => None,
        };
        [found, self.next_delivery(), self.calls.deadline()].into_iter().flatten().min()
    }

    /// Something befalls the device. What does not concern the modem is ignored.
    pub fn act(&mut self, action: &Action, now: Instant) {
        match action {
            Action::Signal(strength) => self.profile.signal = *strength,
            Action::Temperature(celsius) => self.profile.temperature = *celsius,
            Action::NetworkTime(seconds) => self.hear_time(*seconds),
            Action::Urc(line) if self.powered => self.say(line),
            Action::Network(has_coverage) => self.set_coverage(*has_coverage, now),
            Action::Sim { slot, change } => self.change_card(*slot, change, now),
            Action::Sms { from, text, time } => self.receive_text(from, text, *time),
            Action::Pdu(octets) => self.messages.queue(octets.clone()),
            Action::Call { from } => self.ring(from, now),
            Action::PickUp => self.picked_up(),
            Action::HangUp => self.hung_up(now),
            Action::Dtmf(keys) => self.hear(keys),
            _ => {}
        }
        self.advance(now);
    }

    /// What the modem has done to the world since the last call.
    pub fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    /// What the modem has said since the last call: lines, each with a line end before and after it, and prompts.
    pub fn take_output(&mut self) -> String {
        self.output += &std::mem::take(&mut self.unasked);
        std::mem::take(&mut self.output)
    }

    fn take_line(&mut self, line: &[u8], now: Instant) {
        let text = String::from_utf8_lossy(line);
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        if line.len() >= MAX_LINE {
            return self.answer(Answer::Error);
        }
        if !self.answer_overridden(text) {
            self.obey(text, now);
        }
    }

    /// Does what a command says, whatever its case, and answers it.
    fn obey(&mut self, text: &str, now: Instant) {
        let body = text.split_at_checked(2).filter(|(at, _)| at.eq_ignore_ascii_case("AT")).map(|(_, body)| body);
        let answer = match body.and_then(Command::parse) {
            None => Answer::Error,
            Some(Command { name, form }) => {
                let known =
                    COMMANDS.iter().flat_map(|commands| *commands).find(|(known, _)| known.eq_ignore_ascii_case(name));
                // Everything else that is well formed is accepted, as far as a script can tell.
                known.map_or(Answer::OK, |(_, handle)| handle(self, form, now))
            }
        };
        self.answer(answer);
    }

    fn answer(&mut self, answer: Answer) {
        match answer {
            Answer::Lines(lines) => {
                lines.iter().for_each(|line| self.output += &framed(line));
                self.output += &framed("OK");
            }
            Answer::Failure(line) => self.output += &framed(&line),
            Answer::Error => self.output += &framed("ERROR"),
            Answer::Prompt => {
                self.framing.expect_text();
                self.output += "\r\n> ";
            }
        }
    }

    /// Says a line unasked, after the answer to the present command.
    fn say(&mut self, line: &str) {
        self.unasked += &framed(line);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::device::action::SimChange;

    /// A modem and its clock.
    pub(super) struct Bench {
        pub modem: Modem,
        pub now: Instant,
    }

    impl Bench {
        /// A modem that has just been switched on.
        pub fn with(mut modem: Modem) -> Self {
            let now = Instant::now();
            modem.power_on(now);
            Bench { modem, now }
        }

        /// Likewise, and it reports its registration in full, as LuatOS-Air's libraries ask for.
        pub fn new() -> Self {
            let mut bench = Bench::with(Modem::new(Profile::default(), Clock::default()));
            for name in ["CREG", "CGREG", "CEREG"] {
                bench.ask(&format!("AT+{name}=2"));
            }
            bench
        }

        /// Likewise, and it is in the network.
        pub fn registered() -> Self {
            let mut bench = Bench::new();
            bench.after(2000);
            bench
        }

        /// What the modem says to a command.
        pub fn ask(&mut self, command: &str) -> String {
            self.modem.take_output();
            self.modem.feed(format!("{command}\r").as_bytes(), self.now);
            self.said()
        }

        /// What the modem says in the next milliseconds.
        pub fn after(&mut self, ms: u64) -> String {
            self.now += Duration::from_millis(ms);
            self.modem.advance(self.now);
            self.said()
        }

        /// What the modem says when something befalls the device.
        pub fn act(&mut self, action: &Action) -> String {
            self.modem.take_output();
            self.modem.act(action, self.now);
            self.said()
        }

        /// Takes the card out.
        pub fn without_card(&mut self) {
            self.act(&Action::Sim { slot: 0, change: SimChange::Removed });
        }

        pub fn said(&mut self) -> String {
            self.modem.take_output()
        }
    }

    #[test]
    fn boots_once_with_the_card_ready() {
        let mut bench = Bench::with(Modem::new(Profile::default(), Clock::default()));
        assert_eq!(bench.said(), "\r\nRDY\r\n\r\n+CPIN: READY\r\n");
        bench.modem.power_on(bench.now);
        assert_eq!(bench.said(), "");
    }

    #[test]
    fn commands_come_in_any_pieces() {
        let mut bench = Bench::registered();
        bench.modem.feed(b"AT+C", bench.now);
        assert_eq!(bench.said(), "");
        bench.modem.feed(b"SQ\rAT+CIMI\r", bench.now);
        assert_eq!(bench.said(), "\r\n+CSQ: 24,99\r\n\r\nOK\r\n\r\n460001234567890\r\n\r\nOK\r\n");
    }

    #[test]
    fn unknown_commands_are_accepted_and_garbage_is_not() {
        let mut bench = Bench::new();
        for command in ["AT", "ATE0", "AT+RNDISCALL=0,1", "AT^HEAPINFO", "AT*BAND?", "AT+CCLK=\"26/01/01,00:00:00+32\""]
        {
            assert_eq!(bench.ask(command), "\r\nOK\r\n", "{command}");
        }
        for garbage in ["hello", "AT+", "AT+ü", "AT+CFUN=x"] {
            assert_eq!(bench.ask(garbage), "\r\nERROR\r\n", "{garbage}");
        }
        assert_eq!(bench.ask(&format!("AT+{}", "A".repeat(2 * MAX_LINE))), "\r\nERROR\r\n");
    }

    #[test]
    fn commands_are_the_same_whatever_their_case() {
        let mut bench = Bench::registered();
        for command in ["AT+CSQ", "at+csq", "aT+Csq"] {
            assert_eq!(bench.ask(command), "\r\n+CSQ: 24,99\r\n\r\nOK\r\n", "{command}");
        }
        bench.ask("atdt10086;");
        assert_eq!(bench.ask("at+clcc"), "\r\n+CLCC: 1,0,2,0,0,\"10086\",129\r\n\r\nOK\r\n");
    }

    #[test]
    fn settings_are_kept() {
        let mut bench = Bench::new();
        bench.ask("AT+WISN=\"SN1\"");
        bench.ask("AT+WIMEI=\"123456789012345\"");
        assert!(bench.ask("AT+WISN?").contains("SN1"));
        assert!(bench.ask("AT+CGSN").contains("123456789012345"));
    }
}
