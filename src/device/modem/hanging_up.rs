//! How calls end: by the script, by the other side, by the network.

use std::time::Instant;

use super::{
    Modem,
    calls::{Call, State},
    command::{Answer, Commands, Form},
};
use crate::device::change::CallChange;

impl Modem {
    /// The other side of the newest call ends it.
    pub(super) fn hung_up(&mut self, now: Instant) {
        let Some(call) = self.calls.list.pop() else { return };
        match call.state {
            // Who is called does not want to.
            State::Dialing | State::Alerting => self.say("BUSY"),
            State::Waiting => {}
            State::Active | State::Held | State::Incoming => self.say("NO CARRIER"),
        }
        self.ring_waiting(now);
    }

    /// The network gives up a call that nobody answers.
    pub(super) fn give_up(&mut self, index: usize, now: Instant) {
        let call = self.calls.list.remove(index);
        match call.state {
            State::Dialing | State::Alerting => self.say("NO ANSWER"),
            State::Waiting => self.show_call(&call.number, CallChange::Missed("nobody answers")),
            _ => {
                self.say("NO CARRIER");
                self.show_call(&call.number, CallChange::Missed("nobody answers"));
            }
        }
        self.ring_waiting(now);
    }

    /// All calls end with the network.
    pub(super) fn drop_calls(&mut self) {
        if !std::mem::take(&mut self.calls.list).is_empty() {
            self.say("NO CARRIER");
        }
    }

    /// The script ends some calls. Returns whether there was one.
    fn end(&mut self, is_ended: impl Fn(&Call) -> bool) -> bool {
        let (ended, left): (Vec<Call>, _) = std::mem::take(&mut self.calls.list).into_iter().partition(is_ended);
        self.calls.list = left;
        ended.iter().for_each(|call| self.show_call(&call.number, CallChange::HungUp));
        !ended.is_empty()
    }

    /// Likewise, and who waits gets through.
    fn hang_up(&mut self, is_ended: impl Fn(&Call) -> bool, now: Instant) -> bool {
        let has_ended = self.end(is_ended);
        self.ring_waiting(now);
        has_ended
    }

    /// A call that waits rings once there is no other.
    fn ring_waiting(&mut self, now: Instant) {
        if self.calls.has(&[State::Active, State::Held]) {
            return;
        }
        if let Some(call) = self.calls.find(&[State::Waiting]) {
            call.state = State::Incoming;
            call.next = Some(now);
        }
    }

    /// `AT+CHLD`: 0 ends what waits, or else what is held; 1 ends what is active or being dialled, 1x the call x, and 2
    /// holds what is active; after 1 and 2 the other call becomes active. Nothing is held or taken up again while a
    /// number is being dialled (3GPP TS 24.083 section 2).
    fn hold(&mut self, value: &str, now: Instant) -> Answer {
        let is_done = match value {
            "0" if self.calls.has(&[State::Waiting]) => self.hang_up(|call| call.state == State::Waiting, now),
            "0" => self.hang_up(|call| call.state == State::Held, now),
            "1" => {
                let has_ended = self.end(|call| matches!(call.state, State::Active | State::Dialing | State::Alerting));
                self.take_other() || has_ended
            }
            "2" if self.calls.has(&[State::Dialing, State::Alerting]) => false,
            "2" => self.swap(),
            _ => match value.strip_prefix('1').and_then(|id| id.parse::<usize>().ok()) {
                Some(id) => self.hang_up(|call| call.id == id, now),
                None => false,
            },
        };
        if is_done { Answer::OK } else { Answer::Error }
    }

    /// The call that waits, or else the one that is held, becomes active.
    fn take_other(&mut self) -> bool {
        if self.calls.has(&[State::Waiting, State::Incoming]) {
            return matches!(self.answer_call(), Answer::Lines(_));
        }
        let held = self.calls.find(&[State::Held]);
        held.map(|call| call.state = State::Active).is_some()
    }

    /// What is active is held; what waits or is held becomes active.
    fn swap(&mut self) -> bool {
        if self.calls.has(&[State::Waiting]) {
            return self.take_other();
        }
        let mut has_swapped = false;
        for call in &mut self.calls.list {
            call.state = match call.state {
                State::Active => State::Held,
                State::Held => State::Active,
                _ => continue,
            };
            has_swapped = true;
        }
        has_swapped
    }
}

pub(super) const COMMANDS: Commands = &[
    ("+CHUP", |modem, _, now| {
        modem.hang_up(|_| true, now);
        Answer::OK
    }),
    ("H", |modem, _, now| {
        modem.hang_up(|_| true, now);
        Answer::OK
    }),
    ("+CHLD", |modem, form, now| match form {
        Form::Set("?") => Answer::line("+CHLD: (0,1,1x,2)"),
        Form::Set(value) => modem.hold(value, now),
        _ => Answer::Error,
    }),
];

#[cfg(test)]
mod tests {
    use super::{super::tests::Bench, *};
    use crate::device::{action::Action, change::Change};

    /// A call from 1 that is active.
    fn bench() -> Bench {
        let mut bench = Bench::registered();
        bench.ask("AT+CCWA=1");
        bench.act(&Action::Call { from: "1".into() });
        bench.ask("ATA");
        bench.modem.take_changes();
        bench
    }

    /// The states of the calls, in order.
    fn states(bench: &mut Bench) -> String {
        let lines = bench.ask("AT+CLCC");
        let states = lines.split("\r\n").filter_map(|line| line.strip_prefix("+CLCC: ")?.chars().nth(4));
        states.collect()
    }

    /// Numbers that the script has hung up.
    fn hung_up(bench: &mut Bench) -> Vec<String> {
        let numbers = bench.modem.take_changes().into_iter().filter_map(|change| match change {
            Change::Call { number, change: CallChange::HungUp } => Some(number),
            _ => None,
        });
        numbers.collect()
    }

    fn second(bench: &mut Bench) {
        assert_eq!(bench.act(&Action::Call { from: "2".into() }), "\r\n+CCWA: \"2\",129,1\r\n");
        assert_eq!(states(bench), "05");
    }

    #[test]
    fn the_script_hangs_up() {
        let mut bench = bench();
        assert_eq!(bench.ask("AT+CHUP"), "\r\nOK\r\n");
        assert_eq!((states(&mut bench), hung_up(&mut bench)), ("".into(), vec!["1".into()]));
        assert_eq!(bench.ask("ATH"), "\r\nOK\r\n");
        assert!(hung_up(&mut bench).is_empty());
    }

    #[test]
    fn of_two_calls_one_is_active_at_most() {
        let mut bench = bench();
        bench.ask("ATD2;");
        assert_eq!(states(&mut bench), "12");
        assert_eq!(bench.ask("AT+CHLD=2"), "\r\nERROR\r\n");
        bench.act(&Action::PickUp);
        assert_eq!(states(&mut bench), "10");
        assert_eq!(bench.ask("AT+CHLD=1"), "\r\nOK\r\n");
        assert_eq!((states(&mut bench), hung_up(&mut bench)), ("0".into(), vec!["2".into()]));
        bench.ask("ATD3;");
        assert_eq!(bench.ask("AT+CHLD=1"), "\r\nOK\r\n");
        assert_eq!((states(&mut bench), hung_up(&mut bench)), ("0".into(), vec!["3".into()]));
    }

    #[test]
    fn a_second_caller_is_refused_alone() {
        let mut bench = bench();
        second(&mut bench);
        assert_eq!(bench.ask("AT+CHLD=12"), "\r\nOK\r\n");
        assert_eq!((states(&mut bench), hung_up(&mut bench)), ("0".into(), vec!["2".into()]));
        second(&mut bench);
        bench.ask("AT+CHLD=0");
        assert_eq!((states(&mut bench), hung_up(&mut bench)), ("0".into(), vec!["2".into()]));
    }

    #[test]
    fn a_second_caller_is_taken() {
        let mut bench = bench();
        second(&mut bench);
        assert_eq!(bench.ask("AT+CHLD=2"), "\r\nOK\r\n\r\nCONNECT\r\n");
        assert_eq!(states(&mut bench), "10");
        bench.ask("AT+CHLD=2");
        assert_eq!(states(&mut bench), "01");
        bench.ask("AT+CHLD=1");
        assert_eq!((states(&mut bench), hung_up(&mut bench)), ("0".into(), vec!["1".into()]));
    }

    #[test]
    fn a_caller_who_waits_gets_through_when_the_other_has_gone() {
        let mut bench = bench();
        bench.ask("AT+CLIP=1");
        second(&mut bench);
        let said = bench.ask("AT+CHLD=11");
        assert_eq!(said, "\r\nOK\r\n\r\nRING\r\n\r\n+CLIP: \"2\",129,,,,0\r\n");
        assert_eq!(states(&mut bench), "4");
        assert_eq!(bench.act(&Action::HangUp), "\r\nNO CARRIER\r\n");
    }

    #[test]
    fn calls_end_with_the_network() {
        let mut bench = bench();
        bench.said();
        let said = bench.act(&Action::Network(false));
        assert!(said.contains("\r\nNO CARRIER\r\n"), "{said}");
        assert_eq!(states(&mut bench), "");
    }
}
