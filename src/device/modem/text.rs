//! Text messages and calls, as far as they go: nobody is at the other end.

use super::{
    Modem,
    command::{Answer, Commands, Form},
};

impl Modem {
    /// The text of `AT+CMGS` is complete. It goes nowhere.
    pub(super) fn send_message(&mut self) -> Answer {
        self.messages = self.messages.wrapping_add(1);
        Answer::line(format!("+CMGS: {}", self.messages))
    }
}

pub(super) const COMMANDS: Commands = &[
    ("+CMGS", |_, form, _| match form {
        Form::Set(value) if !value.is_empty() => Answer::Prompt,
        _ => Answer::OK,
    }),
    // The call ends at once.
    ("D", |modem, _, _| {
        modem.say("NO CARRIER");
        Answer::OK
    }),
];

#[cfg(test)]
mod tests {
    use super::super::tests::Bench;

    #[test]
    fn a_message_is_asked_for_and_taken_whole() {
        let mut bench = Bench::registered();
        assert_eq!(bench.ask("AT+CMGS=20"), "\r\n> ");
        bench.modem.feed(b"0011AT+CSQ\r", bench.now);
        assert_eq!(bench.said(), "");
        bench.modem.feed(b"\x1aAT+CSQ\r", bench.now);
        assert_eq!(bench.said(), "\r\n+CMGS: 1\r\n\r\nOK\r\n\r\n+CSQ: 24,0\r\n\r\nOK\r\n");
        assert_eq!(bench.ask("AT+CMGS=20"), "\r\n> ");
        bench.modem.feed(b"\x1b", bench.now);
        assert_eq!(bench.said(), "\r\nOK\r\n");
        assert_eq!(bench.ask("AT+CMGS"), "\r\nOK\r\n");
    }

    #[test]
    fn nobody_answers_a_call() {
        let mut bench = Bench::registered();
        assert_eq!(bench.ask("ATD10086;"), "\r\nOK\r\n\r\nNO CARRIER\r\n");
    }
}
