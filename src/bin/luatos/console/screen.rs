//! What is printed while a prompt may be there: it appears above the prompt, which the line editor draws again.
//!
//! The line editor prints a text from another thread as soon as it sees it, and says nothing then. It takes one at a
//! time: that it has taken a text shows when it accepts the next. So each text is followed by one that changes nothing.
//! A text that it has not taken when the prompt ends is kept here, and printed.

use std::{
    io::Write,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rustyline::ExternalPrinter;

/// Up one line and down again, to its beginning.
const NOTHING: &str = "\x1b[A\n";

/// How long the line editor may take to take a text.
const PATIENCE: Duration = Duration::from_millis(50);

/// What is printed, and where it goes.
#[derive(Default)]
pub struct Screen {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// A prompt is there, or about to be.
    is_reading: bool,
    /// Given to the line editor, and perhaps not taken.
    given: String,
    /// Not given yet; a line that has not ended waits while there is a prompt.
    waiting: Vec<u8>,
    /// The cursor is not at the beginning of a line.
    is_within_line: bool,
    /// The process ends, and nobody reads any more.
    has_ended: bool,
}

impl Screen {
    /// Prints, above the prompt if there is one.
    pub fn write(&self, bytes: &[u8]) {
        let mut state = self.lock();
        state.waiting.extend_from_slice(bytes);
        if state.is_reading {
            self.changed.notify_all();
        } else {
            state.print();
        }
    }

    /// A prompt is about to be shown.
    pub fn begin_prompt(&self) {
        let mut state = self.lock();
        state.print();
        if std::mem::take(&mut state.is_within_line) {
            print(b"\n");
        }
        state.is_reading = true;
    }

    /// The prompt is gone. Returns false if the line editor still has a text that it has not printed, and must be
    /// dropped.
    pub fn end_prompt(&self) -> bool {
        let mut state = self.lock();
        state.is_reading = false;
        let limit = self.changed.wait_timeout_while(state, PATIENCE, |state| !state.given.is_empty());
        state = limit.unwrap_or_else(PoisonError::into_inner).0;
        if state.given.is_empty() {
            state.print();
            return true;
        }
        false
    }

    /// Nobody reads any more, and a line editor that has a text will not print it: all is printed.
    pub fn end(&self) {
        let mut state = self.lock();
        state.is_reading = false;
        state.has_ended = true;
        state.take_back();
        state.print();
        self.changed.notify_all();
    }

    /// Whether [`end`](Self::end) was called, after waiting for it some time.
    pub fn has_ended_within(&self, limit: Duration) -> bool {
        let state = self.lock();
        let (state, _) = self
            .changed
            .wait_timeout_while(state, limit, |state| !state.has_ended)
            .unwrap_or_else(PoisonError::into_inner);
        state.has_ended
    }

    /// Gives texts to a line editor, until that is dropped.
    pub fn serve(&self, mut printer: impl ExternalPrinter) {
        while let Some(text) = self.next() {
            let taken = printer.print(text).and_then(|()| printer.print(NOTHING.into()));
            let mut state = self.lock();
            match taken {
                Ok(()) => state.given.clear(),
                Err(_) => state.take_back(),
            }
            if !state.is_reading {
                state.print();
            }
            self.changed.notify_all();
            if taken.is_err() {
                return;
            }
        }
    }

    /// The next lines for the line editor; `None` at the end.
    fn next(&self) -> Option<String> {
        let state = self.lock();
        let has_lines = |state: &State| state.is_reading && state.given.is_empty() && state.waiting.contains(&b'\n');
        let is_idle = |state: &mut State| !state.has_ended && !has_lines(state);
        let mut state = self.changed.wait_while(state, is_idle).unwrap_or_else(PoisonError::into_inner);
        if state.has_ended {
            return None;
        }
        let end = state.waiting.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let lines: Vec<u8> = state.waiting.drain(..end).collect();
        state.given = String::from_utf8_lossy(&lines).into_owned();
        Some(state.given.clone())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Prints what waits, unless something before it is still given.
    fn print(&mut self) {
        if self.given.is_empty() && !self.waiting.is_empty() {
            print(&self.waiting);
            self.is_within_line = self.waiting.last() != Some(&b'\n');
            self.waiting.clear();
        }
    }

    /// What was given waits again.
    fn take_back(&mut self) {
        let given = std::mem::take(&mut self.given);
        self.waiting.splice(0..0, given.into_bytes());
    }
}

fn print(bytes: &[u8]) {
    let mut out = std::io::stdout().lock();
    // Without a terminal there is nobody to tell.
    let _ = out.write_all(bytes).and_then(|()| out.flush());
}
