//! Answers that the user gives in the modem's place, to single commands.

use std::{collections::HashMap, time::Instant};

use super::{Modem, command::Answer, framing::answer_text};

/// What a command is answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Override {
    /// This text; see [`Modem::override_answer`].
    Text(String),
    /// What [`Modem::answer_question`] gives.
    Asked,
}

/// The answer to a question of the modem's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// This text; see [`Modem::override_answer`].
    Text(String),
    /// What the modem itself says.
    Own,
    /// `ERROR`: there was no answer to be had.
    Failed,
}

/// Overridden commands by their text in capitals, and the one that waits for its answer.
#[derive(Debug, Default)]
pub(super) struct Overrides {
    pub answers: HashMap<String, Override>,
    question: Option<Question>,
    /// What the script has sent since then.
    held: Vec<u8>,
}

#[derive(Debug)]
struct Question {
    command: String,
    is_taken: bool,
}

/// Commands are the same whatever their case.
fn key(command: &str) -> String {
    command.trim().to_ascii_uppercase()
}

impl Modem {
    /// Sets what answers a command, or nothing, so that the modem does. The command is that as it is sent, whatever
    /// its case: `AT+CSQ` is not `AT+CSQ?`.
    ///
    /// The lines of a text are said as the modem says its own, each with line ends around it; a line without a
    /// prefix belongs to the one before it, as the digits of a message do. Nothing is added: without `OK` or `ERROR`
    /// the command gets no result. What comes after the result is unasked for.
    pub fn override_answer(&mut self, command: &str, answer: Option<Override>) {
        match answer {
            Some(answer) => self.overrides.answers.insert(key(command), answer),
            None => self.overrides.answers.remove(&key(command)),
        };
    }

    /// A command that waits for [`answer_question`](Self::answer_question); each is returned once.
    pub fn take_question(&mut self) -> Option<String> {
        let question = self.overrides.question.as_mut().filter(|question| !question.is_taken)?;
        question.is_taken = true;
        Some(question.command.clone())
    }

    /// Answers the question; the modem goes on with what has been sent meanwhile, which may be the next question.
    pub fn answer_question(&mut self, reply: Reply, now: Instant) {
        let Some(question) = self.overrides.question.take() else { return };
        match reply {
            Reply::Text(text) => self.output += &answer_text(&text),
            Reply::Own => self.obey(&question.command, now),
            Reply::Failed => self.answer(Answer::Error),
        }
        self.advance(now);
        let held = std::mem::take(&mut self.overrides.held);
        self.feed(&held, now);
    }

    /// Keeps a byte for later if there is a question. Returns whether there is.
    pub(super) fn holds(&mut self, byte: u8) -> bool {
        let is_waiting = self.overrides.question.is_some();
        if is_waiting {
            self.overrides.held.push(byte);
        }
        is_waiting
    }

    /// Answers a command that is overridden. Returns whether it is.
    pub(super) fn answer_overridden(&mut self, command: &str) -> bool {
        if self.overrides.answers.is_empty() {
            return false;
        }
        match self.overrides.answers.get(&key(command)) {
            Some(Override::Text(text)) => self.output += &answer_text(text),
            Some(Override::Asked) => {
                self.overrides.question = Some(Question { command: command.into(), is_taken: false });
            }
            None => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::Bench, *};

    #[test]
    fn a_text_answers_its_command_alone() {
        let mut bench = Bench::registered();
        bench.modem.override_answer(" at+csq ", Some(Override::Text("+CSQ: 10,0\nOK".into())));
        assert_eq!(bench.ask("AT+CSQ"), "\r\n+CSQ: 10,0\r\n\r\nOK\r\n");
        assert_eq!(bench.ask("at+csq"), "\r\n+CSQ: 10,0\r\n\r\nOK\r\n");
        assert_eq!(bench.ask("AT+CSQ?"), "\r\n+CSQ: 24,99\r\n\r\nOK\r\n");
        bench.modem.override_answer("AT+CSQ", Some(Override::Text(String::new())));
        assert_eq!(bench.ask("AT+CSQ"), "");
        bench.modem.override_answer("AT+CSQ", None);
        assert_eq!(bench.ask("AT+CSQ"), "\r\n+CSQ: 24,99\r\n\r\nOK\r\n");
    }

    #[test]
    fn what_follows_a_question_waits_for_its_answer() {
        let mut bench = Bench::registered();
        bench.modem.override_answer("AT+X", Some(Override::Asked));
        assert_eq!(bench.ask("AT+X\rAT+x\rAT+CIMI"), "");
        assert_eq!((bench.modem.take_question(), bench.modem.take_question()), (Some("AT+X".into()), None));
        bench.modem.answer_question(Reply::Text("+X: 1\r\nOK".into()), bench.now);
        assert_eq!(bench.said(), "\r\n+X: 1\r\n\r\nOK\r\n");
        assert_eq!(bench.modem.take_question(), Some("AT+x".into()));
        bench.modem.answer_question(Reply::Failed, bench.now);
        assert_eq!(bench.said(), "\r\nERROR\r\n\r\n460001234567890\r\n\r\nOK\r\n");
        assert_eq!(bench.modem.take_question(), None);
        bench.modem.answer_question(Reply::Failed, bench.now);
        assert_eq!(bench.said(), "");
    }

    #[test]
    fn a_question_may_be_the_modems_own() {
        let mut bench = Bench::registered();
        bench.modem.override_answer("AT+CIMI", Some(Override::Asked));
        assert_eq!(bench.ask("AT+CIMI"), "");
        bench.modem.answer_question(Reply::Own, bench.now);
        assert_eq!(bench.said(), "\r\n460001234567890\r\n\r\nOK\r\n");
    }
}
