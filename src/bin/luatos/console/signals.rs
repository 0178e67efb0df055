//! Signals while there is a prompt: Ctrl-C leaves the input that waits, and what ends the process gives the terminal back
//! first.

use std::{
    os::fd::RawFd,
    ptr::null_mut,
    sync::atomic::{AtomicI32, AtomicPtr, Ordering},
};

use super::turns::{Ender, INTERRUPTED};

/// Where the handler of SIGINT writes to.
static TURNS: AtomicI32 = AtomicI32::new(-1);

/// How the terminal was at the start; null before that.
static SETTINGS: AtomicPtr<libc::termios> = AtomicPtr::new(null_mut());

/// Signals that end the process unless they are handled; SIGPIPE comes when nobody reads what goes to standard error.
const ENDS: [libc::c_int; 8] = [
    libc::SIGTERM,
    libc::SIGHUP,
    libc::SIGQUIT,
    libc::SIGABRT,
    libc::SIGPIPE,
    libc::SIGALRM,
    libc::SIGUSR1,
    libc::SIGUSR2,
];

/// Notes the terminal's settings and sets the handlers.
pub fn watch(ender: Ender) {
    let fd: RawFd = ender.into_raw();
    TURNS.store(fd, Ordering::SeqCst);
    // SAFETY: `tcgetattr` fills the structure in, or it is not used. It is given away for good, so that a handler finds
    // it at any time. The handlers call only what may be called in one.
    unsafe {
        let mut settings: libc::termios = std::mem::zeroed();
        if libc::tcgetattr(libc::STDIN_FILENO, &mut settings) == 0 {
            SETTINGS.store(Box::into_raw(Box::new(settings)), Ordering::SeqCst);
        }
        handle(libc::SIGINT, on_interrupt);
        for signal in ENDS {
            handle(signal, on_end);
        }
        libc::atexit(at_exit);
    }
}

/// Makes the terminal what it was at the start.
pub fn restore() {
    let settings = SETTINGS.load(Ordering::SeqCst);
    if !settings.is_null() {
        const PASTE_OFF: &[u8] = b"\x1b[?2004l";
        // SAFETY: the settings are never freed. Both functions may be called in a signal handler.
        unsafe {
            libc::tcsetattr(libc::STDIN_FILENO, libc::TCSANOW, settings);
            libc::write(libc::STDOUT_FILENO, PASTE_OFF.as_ptr().cast(), PASTE_OFF.len());
        }
    }
}

/// Ends the process as Ctrl-C does without a console: the shell sees a process that SIGINT has ended, status 130.
pub fn end_by_interrupt() -> ! {
    restore();
    // SAFETY: sets the default disposition and raises the signal.
    unsafe {
        libc::signal(libc::SIGINT, libc::SIG_DFL);
        libc::kill(libc::getpid(), libc::SIGINT);
    }
    // Where the signal is blocked.
    std::process::exit(130)
}

/// Sets a handler.
///
/// # Safety
/// The handler calls only what may be called in one.
unsafe fn handle(signal: libc::c_int, handler: extern "C" fn(libc::c_int)) {
    // SAFETY: the structure is valid when zeroed and then filled in.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handler as *const () as libc::sighandler_t;
        action.sa_flags = libc::SA_RESTART;
        libc::sigaction(signal, &action, null_mut());
    }
}

extern "C" fn on_interrupt(_: libc::c_int) {
    // SAFETY: `write` may be called in a signal handler; the byte is valid.
    unsafe {
        libc::write(TURNS.load(Ordering::SeqCst), [INTERRUPTED].as_ptr().cast(), 1);
    }
}

extern "C" fn on_end(signal: libc::c_int) {
    restore();
    // SAFETY: both may be called in a signal handler. The signal is blocked until this returns, and ends the process
    // then.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        libc::raise(signal);
    }
}

extern "C" fn at_exit() {
    super::close();
}
