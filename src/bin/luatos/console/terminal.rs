//! The console at a terminal: a thread that shows prompts, and its end.

use std::{
    io::{self, IsTerminal},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use websocket::{
    lua::console::{Asker, Request},
    output::{Output, Stream},
};

use super::{
    editor::{Prompts, Typed},
    screen::Screen,
    signals,
    turns::{Ender, Turn, Turns},
};

/// How often, and how many times, the thread is told to end.
const KNOCKS: (Duration, u32) = (Duration::from_millis(20), 50);

/// How long the script may take to leave an input before Ctrl-C is said to end the run.
const PATIENCE: Duration = Duration::from_millis(300);
const STUBBORN: &str = "the script does not wait: Ctrl-C once more ends the run\n";

/// The console of this process.
struct Console {
    screen: Arc<Screen>,
    is_closing: AtomicBool,
    thread: libc::pthread_t,
}

static CONSOLE: OnceLock<Console> = OnceLock::new();

/// Shows prompts from now on, and has what is printed appear above them.
///
/// # Errors
/// No thread could be had.
pub fn start(asker: Asker, turns: Turns, ender: Ender, output: &Output) -> io::Result<()> {
    let screen = Arc::new(Screen::default());
    let prompts = Prompts::new(screen.clone(), asker.clone()).map_err(io::Error::other)?;
    signals::watch(ender);
    let sink = screen.clone();
    // What leads elsewhere does not disturb the prompt.
    let streams = if io::stderr().is_terminal() { &[Stream::Out, Stream::Err][..] } else { &[Stream::Out] };
    output.set_sink(streams, Box::new(move |bytes| sink.write(bytes)));
    let (send, begin) = std::sync::mpsc::channel();
    let thread = thread::Builder::new().name("console".into());
    let thread = thread.spawn(move || {
        // Not before the thread is known to those who end it.
        if begin.recv().is_ok() {
            read(prompts, &asker, turns);
        }
    })?;
    let thread = std::os::unix::thread::JoinHandleExt::into_pthread_t(thread);
    if CONSOLE.set(Console { screen, is_closing: AtomicBool::new(false), thread }).is_ok() {
        // The thread waits for it.
        let _ = send.send(());
    }
    Ok(())
}

/// Ends the prompt, prints what waits and makes the terminal what it was.
pub fn close() {
    let Some(console) = CONSOLE.get() else { return };
    if console.is_closing.swap(true, Ordering::SeqCst) {
        return;
    }
    let (pause, count) = KNOCKS;
    for _ in 0..count {
        // SAFETY: the thread has not ended: it says so first, and this was not said yet, or it waits for ever then.
        unsafe { libc::pthread_kill(console.thread, libc::SIGINT) };
        // Again and again: a signal that comes before the line editor waits does not end its wait.
        if console.screen.has_ended_within(pause) {
            break;
        }
    }
    console.screen.end();
    signals::restore();
}

fn is_closing() -> bool {
    CONSOLE.get().is_some_and(|console| console.is_closing.load(Ordering::SeqCst))
}

/// Reads inputs and has them run, until the process ends.
fn read(mut prompts: Prompts, asker: &Asker, mut turns: Turns) {
    while !is_closing() {
        match prompts.next() {
            Ok(Typed::Text(text)) if text.trim().is_empty() => {}
            Ok(Typed::Text(text)) => run(text, asker, &mut turns),
            Ok(Typed::Interrupt) if is_closing() => {}
            Ok(Typed::Interrupt) => signals::end_by_interrupt(),
            Ok(Typed::End) | Err(_) => {
                asker.ask(Request::End);
                wait_for_end(&mut turns);
            }
        }
    }
    if let Some(console) = CONSOLE.get() {
        console.screen.end();
    }
    // The thread is sent signals as long as the process lives.
    loop {
        thread::park();
    }
}

/// Runs an input. Ctrl-C leaves it; where the script does not take notice of that, the next ends the run.
fn run(text: String, asker: &Asker, turns: &mut Turns) {
    asker.ask(Request::Run(text));
    if turns.next() == Turn::Interrupted && !is_closing() {
        asker.ask(Request::Abandon);
        match turns.next_within(PATIENCE) {
            Some(Turn::Done) => return,
            Some(Turn::Interrupted) => end_unless_closing(),
            None => say(STUBBORN),
        }
        wait_for_end(turns);
    }
}

fn say(text: &str) {
    if let Some(console) = CONSOLE.get() {
        console.screen.write(text.as_bytes());
    }
}

/// Waits for the end of the input or of the run; Ctrl-C does not wait for it.
fn wait_for_end(turns: &mut Turns) {
    if turns.next() == Turn::Interrupted {
        end_unless_closing();
    }
}

/// Ctrl-C was pressed, unless it was the one who closes the console.
fn end_unless_closing() {
    if !is_closing() {
        signals::end_by_interrupt();
    }
}
