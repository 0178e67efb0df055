//! The line editor.

use std::{path::PathBuf, sync::Arc, thread};

use rustyline::{CompletionType, Config, Editor, EventHandler, KeyEvent, error::ReadlineError, history::FileHistory};
use websocket::lua::console::Asker;

use super::{
    descriptors::closed_on_restart,
    history,
    names::{ClearOrEnd, Names},
    screen::Screen,
};

/// What is in front of each input.
const PROMPT: &str = "> ";

/// How a prompt has ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Typed {
    /// An input.
    Text(String),
    /// Ctrl-C with nothing typed, or a signal.
    Interrupt,
    /// Ctrl-D with nothing typed, or the terminal is gone.
    End,
}

/// Shows prompts, one after the other.
pub struct Prompts {
    editor: Editor<Names, FileHistory>,
    screen: Arc<Screen>,
    asker: Asker,
    /// Where the inputs are kept.
    file: Option<PathBuf>,
}

impl Prompts {
    /// The prompts of a terminal.
    ///
    /// # Errors
    /// It cannot show any, or no thread could be had.
    pub fn new(screen: Arc<Screen>, asker: Asker) -> rustyline::Result<Self> {
        let file = history::file();
        let mut editor = new_editor(&screen, &asker, FileHistory::with_config(&config()))?;
        if let Some(file) = &file {
            // At first there is none.
            let _ = editor.load_history(file);
        }
        Ok(Prompts { editor, screen, asker, file })
    }

    /// Shows a prompt and waits for an input.
    ///
    /// # Errors
    /// The terminal does not do what it is told.
    pub fn next(&mut self) -> rustyline::Result<Typed> {
        self.screen.begin_prompt();
        let typed = self.editor.readline(PROMPT);
        if !self.screen.end_prompt() {
            self.renew_editor()?;
        }
        match typed {
            Ok(text) => {
                self.keep(&text);
                Ok(Typed::Text(text))
            }
            Err(ReadlineError::Interrupted | ReadlineError::Signal(_)) => Ok(Typed::Interrupt),
            Err(_) => Ok(Typed::End),
        }
    }

    fn keep(&mut self, text: &str) {
        if matches!(self.editor.add_history_entry(text), Ok(true))
            && let Some(file) = &self.file
        {
            // A history that cannot be written is none.
            let _ = self.editor.append_history(file);
        }
    }

    /// Has another line editor in place of one that has a text which it has not printed.
    fn renew_editor(&mut self) -> rustyline::Result<()> {
        let history = std::mem::take(self.editor.history_mut());
        self.editor = new_editor(&self.screen, &self.asker, history)?;
        Ok(())
    }
}

fn config() -> Config {
    Config::builder().completion_type(CompletionType::List).build()
}

/// A line editor, and a thread that has it print what appears above its prompt.
fn new_editor(
    screen: &Arc<Screen>,
    asker: &Asker,
    history: FileHistory,
) -> rustyline::Result<Editor<Names, FileHistory>> {
    let mut editor = Editor::with_history(config(), history)?;
    editor.set_helper(Some(Names(asker.clone())));
    editor.bind_sequence(KeyEvent::ctrl('C'), EventHandler::Conditional(Box::new(ClearOrEnd)));
    let printer = closed_on_restart(|| editor.create_external_printer())?;
    let screen = screen.clone();
    thread::Builder::new().name("console-output".into()).spawn(move || screen.serve(printer))?;
    Ok(editor)
}
