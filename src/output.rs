//! Where the lines of a run go: the script's and ours, in the [`Form`] that was asked for.
//!
//! Where nothing is asked for, the script prints by Lua's own means, and only our lines come through here.

use std::{
    io::{self, IsTerminal, Write},
    str::FromStr,
    sync::{Mutex, MutexGuard, PoisonError},
};

pub use crate::log_lines::Level;
use crate::{
    log_lines::{Form, Lines, Tail, stamp},
    time::Time,
};

/// How many of the last lines are kept, where they are.
const TAIL: usize = 20;

/// When lines are coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    /// On a terminal, unless `NO_COLOR` is set and not empty, or `TERM` is `dumb`.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl FromStr for Colour {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Colour::Auto),
            "always" => Ok(Colour::Always),
            "never" => Ok(Colour::Never),
            other => Err(format!("auto, always or never expected, got {other:?}")),
        }
    }
}

impl Colour {
    fn is_wanted(self, is_terminal: bool) -> bool {
        let variable = |name| std::env::var_os(name).unwrap_or_default();
        match self {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => is_terminal && variable("NO_COLOR").is_empty() && variable("TERM") != "dumb",
        }
    }
}

/// What is asked of the lines of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// `--color`
    pub colour: Colour,
    /// `--time`: a stamp in front of each line.
    pub time: bool,
    /// The last lines are kept, for [`Output::tail`].
    pub tail: bool,
    /// All lines come through here, for [`Output::set_sink`].
    pub capture: bool,
    /// All lines come through here, for those who are told of what is printed.
    pub told: bool,
}

/// One of the two streams of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output: what the script prints.
    Out,
    /// Standard error: what is reported about it.
    Err,
}

impl Stream {
    fn is_terminal(self) -> bool {
        match self {
            Stream::Out => io::stdout().is_terminal(),
            Stream::Err => io::stderr().is_terminal(),
        }
    }

    fn write(self, bytes: &[u8]) -> io::Result<()> {
        fn all(mut file: impl Write, bytes: &[u8]) -> io::Result<()> {
            file.write_all(bytes)?;
            file.flush()
        }
        match self {
            Stream::Out => all(io::stdout().lock(), bytes),
            Stream::Err => all(io::stderr().lock(), bytes),
        }
    }
}

/// Takes what is printed, in place of a stream. What one call gets may end within a line.
pub type Sink = Box<dyn FnMut(&[u8]) + Send>;

/// Where the lines go. Any thread may write.
pub struct Output {
    /// What stamps show.
    time: Time,
    forms: [Form; 2],
    /// Whether the script's lines have to come through here.
    takes_all: bool,
    /// Whether a sink is to get them.
    is_captured: bool,
    state: Mutex<State>,
}

struct State {
    lines: [Lines; 2],
    tail: Option<Tail>,
    sink: Option<Sink>,
    /// What the sink gets.
    is_sunk: [bool; 2],
}

impl Default for Output {
    fn default() -> Self {
        Output::new(Wishes { colour: Colour::Never, ..Wishes::default() }, Time::default())
    }
}

impl Output {
    /// The output of a run, with stamps of that time.
    #[must_use]
    pub fn new(wishes: Wishes, time: Time) -> Self {
        let forms = [Stream::Out, Stream::Err]
            .map(|stream| Form { is_coloured: wishes.colour.is_wanted(stream.is_terminal()), is_stamped: wishes.time });
        Output {
            time,
            forms,
            is_captured: wishes.capture,
            takes_all: wishes.tail || wishes.capture || wishes.told || !forms.iter().all(|form| form.is_plain()),
            state: Mutex::new(State {
                lines: forms.map(Lines::new),
                tail: wishes.tail.then(|| Tail::new(TAIL)),
                sink: None,
                is_sunk: [false; 2],
            }),
        }
    }

    /// Whether the script's lines have to come through here; else it prints by Lua's own means.
    #[must_use]
    pub fn takes_all(&self) -> bool {
        self.takes_all
    }

    /// Whether what is printed was meant for a [sink](Self::set_sink) from the beginning.
    #[must_use]
    pub fn is_captured(&self) -> bool {
        self.is_captured
    }

    /// Whether somebody reads along who wants to hear how the run ends: at a terminal, or with stamps.
    #[must_use]
    pub fn is_for_people(&self) -> bool {
        self.forms[1].is_stamped || Stream::Err.is_terminal()
    }

    /// Prints bytes as they are but for what the form adds.
    ///
    /// # Errors
    /// The stream cannot be written to.
    pub fn write(&self, stream: Stream, bytes: &[u8]) -> io::Result<()> {
        self.write_as(stream, bytes, None)
    }

    /// Reports a line, or several, on standard error. `level` is that of a text that does not say its own. Where
    /// standard error is gone, there is nobody to tell.
    pub fn report(&self, level: Option<Level>, text: &str) {
        let _ = self.write_as(Stream::Err, format!("{text}\n").as_bytes(), level);
    }

    /// From now on a sink gets what is printed on these streams.
    pub fn set_sink(&self, streams: &[Stream], sink: Sink) {
        let mut state = self.state();
        state.sink = Some(sink);
        state.is_sunk = [Stream::Out, Stream::Err].map(|stream| streams.contains(&stream));
    }

    /// The last lines, without colours and stamps, the oldest first; none where they are not kept.
    #[must_use]
    pub fn tail(&self) -> Vec<String> {
        self.state().tail.as_ref().map(Tail::lines).unwrap_or_default()
    }

    fn write_as(&self, stream: Stream, bytes: &[u8], level: Option<Level>) -> io::Result<()> {
        let index = stream as usize;
        let form = self.forms[index];
        let mut state = self.state();
        if let Some(tail) = &mut state.tail {
            tail.note(index, bytes);
        }
        let stamp = if form.is_stamped { stamp(self.time.date()) } else { String::new() };
        let decorated = (!form.is_plain()).then(|| state.lines[index].decorate(bytes, level, &stamp));
        let bytes = decorated.as_deref().unwrap_or(bytes);
        let is_sunk = state.is_sunk[index];
        match &mut state.sink {
            Some(sink) if is_sunk => {
                sink(bytes);
                Ok(())
            }
            _ => stream.write(bytes),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn a_sink_gets_both_streams() {
        let output = Output::new(Wishes { colour: Colour::Never, capture: true, ..Wishes::default() }, Time::default());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let sink = seen.clone();
        let sink = Box::new(move |bytes: &[u8]| sink.lock().unwrap().extend_from_slice(bytes));
        output.set_sink(&[Stream::Out, Stream::Err], sink);
        output.write(Stream::Out, b"one ").unwrap();
        output.report(None, "two");
        assert_eq!(*seen.lock().unwrap(), b"one two\n");
        assert!(output.takes_all() && output.tail().is_empty());
    }

    #[test]
    fn the_tail_has_neither_colours_nor_stamps() {
        let output = Output::new(
            Wishes { colour: Colour::Always, time: true, tail: true, ..Wishes::default() },
            Time::default(),
        );
        output.set_sink(&[Stream::Out], Box::new(|_| {}));
        output.write(Stream::Out, b"[E]-[a] b\n").unwrap();
        assert_eq!(output.tail(), ["[E]-[a] b"]);
    }

    #[test]
    fn without_wishes_the_script_prints_by_itself() {
        assert!(!Output::default().takes_all());
    }
}
