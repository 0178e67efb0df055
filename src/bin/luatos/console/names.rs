//! What the line editor asks: how a text goes on, and whether it is complete.

use std::time::Duration;

use rustyline::{
    Cmd, ConditionalEventHandler, Context, Event, EventContext, Helper, Movement, RepeatCount,
    completion::Completer,
    highlight::Highlighter,
    hint::Hinter,
    validate::{ValidationContext, ValidationResult, Validator},
};
use websocket::lua::console::{Asker, Request, is_incomplete};

/// How long the script may take to answer; one that computes does not.
const PATIENCE: Duration = Duration::from_millis(200);

/// Knows the names of the script, and Lua's syntax.
pub struct Names(pub Asker);

impl Completer for Names {
    type Candidate = String;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        let before = &line[..at];
        let word = before.len() - before.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len();
        let (reply, names) = crossbeam_channel::bounded(1);
        self.0.ask(Request::Complete { before: before.to_owned(), reply });
        Ok((at - word, names.recv_timeout(PATIENCE).unwrap_or_default()))
    }
}

impl Validator for Names {
    fn validate(&self, input: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let wants_more = is_incomplete(input.input());
        Ok(if wants_more { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}

impl Highlighter for Names {}

impl Hinter for Names {
    type Hint = String;
}

impl Helper for Names {}

/// Ctrl-C: clears what was typed, or ends the run where nothing was.
pub struct ClearOrEnd;

impl ConditionalEventHandler for ClearOrEnd {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, context: &EventContext<'_>) -> Option<Cmd> {
        Some(if context.line().is_empty() { Cmd::Interrupt } else { Cmd::Kill(Movement::WholeBuffer) })
    }
}
