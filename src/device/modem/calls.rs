//! Calls and how they begin (3GPP TS 27.007 section 6). How they end is in [`hanging_up`](super::hanging_up), what goes
//! with them in [`services`](super::services).

use std::time::{Duration, Instant};

use super::{
    Modem,
    command::{Answer, Commands, Form},
};
use crate::device::change::{CallChange, Change};

/// How long the network rings at somebody who does not answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long the network looks for who is called.
const SEARCH: Duration = Duration::from_secs(1);

/// Most calls at a time: one that is active, one that is held, one that waits.
const MAX_CALLS: usize = 3;

/// The state of a call, by its number in `AT+CLCC`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Active = 0,
    Held = 1,
    /// The network looks for who is called.
    Dialing = 2,
    /// It rings there.
    Alerting = 3,
    /// It rings here.
    Incoming = 4,
    /// Somebody calls while there is another call.
    Waiting = 5,
}

#[derive(Debug)]
pub(super) struct Call {
    /// From 1.
    pub id: usize,
    pub is_incoming: bool,
    pub state: State,
    /// Empty if it is withheld.
    pub number: String,
    /// When the network gives up; none once the call has been answered.
    pub patience: Option<Instant>,
    /// When something happens before that: the next `RING`, or who is called is found.
    pub next: Option<Instant>,
}

impl Call {
    /// Its line of `AT+CLCC`.
    fn shown(&self) -> String {
        let Call { id, is_incoming, state, number, .. } = self;
        let (direction, state, kind) = (u8::from(*is_incoming), *state as u8, number_kind(number));
        format!("+CLCC: {id},{direction},{state},0,0,\"{number}\",{kind}")
    }

    /// It connects two people from now on, or it is held.
    pub fn answered(&mut self, state: State) {
        self.state = state;
        self.patience = None;
        self.next = None;
    }
}

/// Calls, and what the script wants to know of them.
#[derive(Debug)]
pub(super) struct Calls {
    pub list: Vec<Call>,
    /// `AT+CLIP`: `+CLIP` follows `RING`.
    pub shows_number: bool,
    /// `AT+CCWA`: the second caller is announced, else he hears that the line is busy.
    pub takes_second: bool,
    /// `AT+DTMFDET`: keys of the other side are told.
    pub detects_keys: bool,
    /// How long what the script dials rings: `ATS7`.
    patience: Duration,
    /// To where all calls are forwarded: `AT+CCFC`.
    pub forwarding: Option<String>,
}

impl Default for Calls {
    fn default() -> Self {
        Calls {
            list: Vec::new(),
            shows_number: false,
            takes_second: false,
            detects_keys: false,
            patience: PATIENCE,
            forwarding: None,
        }
    }
}

impl Calls {
    /// When something happens by itself.
    pub fn deadline(&self) -> Option<Instant> {
        self.list.iter().flat_map(|call| [call.patience, call.next]).flatten().min()
    }

    /// The first call in one of these states.
    pub fn find(&mut self, states: &[State]) -> Option<&mut Call> {
        self.list.iter_mut().find(|call| states.contains(&call.state))
    }

    pub fn has(&self, states: &[State]) -> bool {
        self.list.iter().any(|call| states.contains(&call.state))
    }

    fn add(&mut self, is_incoming: bool, state: State, number: &str, patience: Instant, next: Option<Instant>) {
        let id = (1..).find(|id| self.list.iter().all(|call| call.id != *id)).unwrap_or_default();
        let patience = Some(patience);
        self.list.push(Call { id, is_incoming, state, number: number.into(), patience, next });
    }
}

impl Modem {
    /// Something happens at a call.
    pub(super) fn show_call(&mut self, number: &str, change: CallChange) {
        self.changes.push(Change::Call { number: number.into(), change });
    }

    /// Somebody calls.
    pub(super) fn ring(&mut self, from: &str, now: Instant) {
        let is_engaged = self.calls.has(&[State::Active, State::Held]);
        let is_taken = !self.calls.list.is_empty();
        let why_not = if !self.is_registered() {
            Some("the device is not in the network")
        } else if self.calls.forwarding.is_some() {
            Some("calls are forwarded")
        } else if is_taken && !(is_engaged && self.calls.takes_second && self.has_room()) {
            Some("the line is busy")
        } else {
            None
        };
        if let Some(why) = why_not {
            self.show_call(from, CallChange::Missed(why));
        } else if is_taken {
            self.calls.add(true, State::Waiting, from, now + PATIENCE, None);
            self.say(&format!("+CCWA: \"{from}\",{},1", number_kind(from)));
        } else {
            self.calls.add(true, State::Incoming, from, now + PATIENCE, Some(now));
        }
    }

    /// Whether another caller can wait.
    fn has_room(&self) -> bool {
        self.calls.list.len() < MAX_CALLS && !self.calls.has(&[State::Waiting, State::Dialing, State::Alerting])
    }

    /// Who is called answers.
    pub(super) fn picked_up(&mut self) {
        if let Some(call) = self.calls.find(&[State::Dialing, State::Alerting]) {
            call.answered(State::Active);
            self.say("CONNECT");
        }
    }

    /// Rings, finds who is called, and gives up, as the time has come.
    pub(super) fn advance_calls(&mut self, now: Instant) {
        let is_due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        while let Some(index) = self.calls.list.iter().position(|call| is_due(call.patience)) {
            self.give_up(index, now);
        }
        for index in 0..self.calls.list.len() {
            let call = &mut self.calls.list[index];
            if !is_due(call.next) {
                continue;
            }
            if call.state == State::Incoming {
                call.next = Some(now + self.profile.ring_every);
                let (number, kind) = (&call.number, number_kind(&call.number));
                let line = format!("+CLIP: \"{number}\",{kind},,,,{}", u8::from(number.is_empty()));
                self.say("RING");
                if self.calls.shows_number {
                    self.say(&line);
                }
            } else {
                call.state = State::Alerting;
                call.next = None;
            }
        }
    }

    /// `ATD`: a number with a semicolon is a call; without one, it is a data connection, which nobody takes.
    fn dial(&mut self, number: &str, now: Instant) -> Answer {
        let Some(number) = number.trim().strip_suffix(';') else {
            self.say("NO CARRIER");
            return Answer::OK;
        };
        let is_digit = |digit: char| is_key(digit) || digit == '+';
        // Capitals and small letters say how to dial.
        let number: String = number.chars().filter(|digit| is_digit(*digit)).collect();
        let is_ringing = self.calls.has(&[State::Dialing, State::Alerting, State::Incoming, State::Waiting]);
        if number.is_empty() || is_ringing || self.calls.has(&[State::Active]) && self.calls.has(&[State::Held]) {
            return Answer::Error;
        }
        if !self.is_registered() {
            self.say("NO CARRIER");
            return Answer::OK;
        }
        if let Some(active) = self.calls.find(&[State::Active]) {
            active.state = State::Held;
        }
        self.calls.add(false, State::Dialing, &number, now + self.calls.patience, Some(now + SEARCH));
        self.show_call(&number, CallChange::Dialled);
        Answer::OK
    }

    /// `ATA`: takes the call that rings or waits; the active one is held meanwhile.
    pub(super) fn answer_call(&mut self) -> Answer {
        let has_held = self.calls.has(&[State::Held]);
        if !self.calls.has(&[State::Incoming, State::Waiting]) || has_held && self.calls.has(&[State::Active]) {
            return Answer::Error;
        }
        if let Some(active) = self.calls.find(&[State::Active]) {
            active.state = State::Held;
        }
        if let Some(call) = self.calls.find(&[State::Incoming, State::Waiting]) {
            call.answered(State::Active);
            let number = call.number.clone();
            self.show_call(&number, CallChange::Answered);
            self.say("CONNECT");
        }
        Answer::OK
    }
}

/// Type of a number: 145 international, else 129.
pub(super) fn number_kind(number: &str) -> u8 {
    if number.starts_with('+') { 145 } else { 129 }
}

/// Whether it is a key that has a tone.
pub(super) fn is_key(key: char) -> bool {
    key.is_ascii_digit() || "*#ABCD".contains(key)
}

pub(super) const COMMANDS: Commands = &[
    ("+CLCC", |modem, _, _| Answer::Lines(modem.calls.list.iter().map(Call::shown).collect())),
    ("D", |modem, form, now| match form {
        Form::Execute(number) => modem.dial(number, now),
        _ => Answer::Error,
    }),
    ("A", |modem, _, _| modem.answer_call()),
    // Of the registers only the time to wait for an answer is one that shows.
    ("S", |modem, form, _| {
        if let Form::Execute(value) = form
            && let Some(seconds @ 1..=255) = value.strip_prefix("7=").and_then(|seconds| seconds.parse().ok())
        {
            modem.calls.patience = Duration::from_secs(seconds);
        }
        Answer::OK
    }),
];

#[cfg(test)]
mod tests {
    use super::{super::tests::Bench, *};
    use crate::device::action::Action;

    const RING: &str = "\r\nRING\r\n\r\n+CLIP: \"13811112222\",129,,,,0\r\n";

    fn bench() -> Bench {
        let mut bench = Bench::registered();
        for command in ["ATX4", "AT+CLIP=1", "ATS7=60", "AT+CCWA=1", "AT+DTMFDET=2,1,3", "AT+DTMFDET=1"] {
            assert_eq!(bench.ask(command), "\r\nOK\r\n", "{command}");
        }
        bench
    }

    fn called() -> Bench {
        let mut bench = bench();
        assert_eq!(bench.act(&call("13811112222")), RING);
        bench
    }

    fn call(from: &str) -> Action {
        Action::Call { from: from.into() }
    }

    fn listed(lines: &[&str]) -> String {
        lines.iter().map(|line| format!("\r\n+CLCC: {line}\r\n")).collect::<String>() + "\r\nOK\r\n"
    }

    fn change(number: &str, change: CallChange) -> Change {
        Change::Call { number: number.into(), change }
    }

    #[test]
    fn a_call_rings_until_it_is_answered() {
        let mut bench = called();
        assert_eq!(bench.ask("AT+CLCC"), listed(&["1,1,4,0,0,\"13811112222\",129"]));
        assert_eq!(bench.after(4999), "");
        assert_eq!(bench.after(1), RING);
        assert_eq!(bench.ask("ATA"), "\r\nOK\r\n\r\nCONNECT\r\n");
        assert_eq!(bench.ask("AT+CLCC"), listed(&["1,1,0,0,0,\"13811112222\",129"]));
        assert_eq!(bench.modem.deadline(), None);
        assert_eq!(bench.after(100_000), "");
        assert_eq!(bench.act(&Action::Dtmf("1#a".into())), "\r\n+DTMFDET:49\r\n\r\n+DTMFDET:35\r\n");
        assert_eq!(bench.ask("AT+VTS=\"5,*\""), "\r\nOK\r\n");
        assert_eq!(bench.act(&Action::HangUp), "\r\nNO CARRIER\r\n");
        assert_eq!(bench.ask("AT+CLCC"), "\r\nOK\r\n");
        let changes =
            [CallChange::Answered, CallChange::Dtmf("5*".into())].map(|happens| change("13811112222", happens));
        assert_eq!(bench.modem.take_changes(), changes);
    }

    #[test]
    fn a_call_that_nobody_answers_ends_after_a_minute() {
        let mut bench = called();
        for _ in 1..12 {
            assert_eq!(bench.after(5000), RING);
        }
        assert_eq!(bench.after(5000), "\r\nNO CARRIER\r\n");
        assert_eq!((bench.ask("AT+CLCC"), bench.modem.deadline()), (listed(&[]), None));
        let missed = CallChange::Missed("nobody answers");
        assert_eq!(bench.modem.take_changes(), [change("13811112222", missed)]);
    }

    #[test]
    fn a_number_may_be_withheld_or_not_asked_for() {
        let mut bench = bench();
        assert_eq!(bench.act(&call("")), "\r\nRING\r\n\r\n+CLIP: \"\",129,,,,1\r\n");
        bench.ask("AT+CLIP=0");
        assert_eq!(bench.after(5000), "\r\nRING\r\n");
    }

    #[test]
    fn who_is_called_answers() {
        let mut bench = bench();
        assert_eq!(bench.ask("ATD+8610086;"), "\r\nOK\r\n");
        assert_eq!(bench.ask("AT+CLCC"), listed(&["1,0,2,0,0,\"+8610086\",145"]));
        assert_eq!(bench.after(1000), "");
        assert_eq!(bench.ask("AT+CLCC"), listed(&["1,0,3,0,0,\"+8610086\",145"]));
        assert_eq!(bench.act(&Action::PickUp), "\r\nCONNECT\r\n");
        assert_eq!(bench.ask("AT+CLCC"), listed(&["1,0,0,0,0,\"+8610086\",145"]));
        assert_eq!(bench.modem.take_changes(), [change("+8610086", CallChange::Dialled)]);
    }

    #[test]
    fn who_is_called_does_not_answer_or_does_not_want_to() {
        let mut bench = bench();
        bench.ask("ATD10086;");
        assert_eq!(bench.after(1000) + &bench.after(58_999), "");
        assert_eq!(bench.after(1), "\r\nNO ANSWER\r\n");
        bench.ask("ATS7=5");
        bench.ask("ATD10086;");
        assert_eq!(bench.after(5000), "\r\nNO ANSWER\r\n");
        bench.ask("ATD10086;");
        assert_eq!(bench.act(&Action::HangUp), "\r\nBUSY\r\n");
        assert_eq!(bench.modem.deadline(), None);
    }

    #[test]
    fn what_cannot_be_dialled() {
        let mut bench = Bench::new();
        assert_eq!(bench.ask("ATD10086;"), "\r\nOK\r\n\r\nNO CARRIER\r\n");
        bench.after(2000);
        assert_eq!(bench.ask("ATD10086"), "\r\nOK\r\n\r\nNO CARRIER\r\n");
        assert_eq!(bench.ask("ATD;"), "\r\nERROR\r\n");
        for command in ["ATA", "AT+VTS=1", "AT+CHLD=1", "AT+CHLD=11"] {
            assert_eq!(bench.ask(command), "\r\nERROR\r\n", "{command}");
        }
        bench.ask("ATD10086;");
        assert_eq!(bench.ask("ATD10010;"), "\r\nERROR\r\n");
    }

    #[test]
    fn calls_that_do_not_come_through_are_told() {
        let mut bench = Bench::new();
        let why = |bench: &mut Bench| match &bench.modem.take_changes()[..] {
            [Change::Call { change: CallChange::Missed(why), .. }] => *why,
            other => panic!("{other:?}"),
        };
        assert_eq!(bench.act(&call("1")), "");
        assert_eq!(why(&mut bench), "the device is not in the network");
        bench.after(2000);
        bench.act(&call("1"));
        assert_eq!(bench.act(&call("2")), "");
        assert_eq!(why(&mut bench), "the line is busy");
        bench.act(&Action::HangUp);
        assert_eq!(bench.ask("AT+CCFC=4,2"), "\r\n+CCFC:0,1\r\n\r\nOK\r\n");
        assert_eq!(bench.ask("AT+CCFC=0,3,13800000000"), "\r\nOK\r\n");
        assert_eq!(bench.ask("AT+CCFC=4,2"), "\r\n+CCFC:1,1,\"13800000000\",129\r\n\r\nOK\r\n");
        assert_eq!(bench.act(&call("3")), "");
        assert_eq!(why(&mut bench), "calls are forwarded");
        assert_eq!(bench.ask("AT+CCFC=4,4,0"), "\r\nOK\r\n");
        assert!(bench.act(&call("4")).contains("RING"));
    }
}
