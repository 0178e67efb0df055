//! The signals that end the program: the run ends first.

use std::{
    io::{self, PipeReader, Read},
    os::fd::IntoRawFd,
    sync::{
        atomic::{AtomicI32, Ordering},
        mpsc::Sender,
    },
    thread,
};

use super::News;

const ENDS: [libc::c_int; 4] = [libc::SIGINT, libc::SIGTERM, libc::SIGHUP, libc::SIGQUIT];

/// Where the handler writes to.
static PIPE: AtomicI32 = AtomicI32::new(-1);

/// Sends the signals from now on. One that is ignored stays ignored.
///
/// # Errors
/// No pipe could be had.
pub fn send_to(news: Sender<News>) -> io::Result<()> {
    let (reader, writer) = io::pipe()?;
    PIPE.store(writer.into_raw_fd(), Ordering::SeqCst);
    for signal in ENDS {
        // SAFETY: the handler calls only what may be called in one.
        unsafe {
            if libc::signal(signal, handler as *const () as libc::sighandler_t) == libc::SIG_IGN {
                libc::signal(signal, libc::SIG_IGN);
            }
        }
    }
    thread::spawn(move || forward(reader, &news));
    Ok(())
}

fn forward(mut reader: PipeReader, news: &Sender<News>) {
    let mut byte = [0];
    while reader.read_exact(&mut byte).is_ok() {
        let _ = news.send(News::Signal(byte[0].into()));
    }
}

extern "C" fn handler(signal: libc::c_int) {
    let byte = signal.to_ne_bytes();
    let byte = if cfg!(target_endian = "little") { &byte[..1] } else { &byte[byte.len() - 1..] };
    // SAFETY: may be called in a handler; the descriptor is never closed.
    unsafe { libc::write(PIPE.load(Ordering::SeqCst), byte.as_ptr().cast(), 1) };
}

/// Ends the program by the signal's own effect.
pub fn end_by(signal: i32) {
    // SAFETY: sets a default disposition and raises the signal.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        libc::raise(signal);
    }
}
