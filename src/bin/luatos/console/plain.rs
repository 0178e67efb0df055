//! Inputs from a pipe or a file: lines, without a prompt.

use std::{io, thread};

use websocket::lua::console::{Asker, Request, is_incomplete};

use super::turns::{Turn, Turns};

/// Reads in a thread of its own, until the end of standard input.
///
/// # Errors
/// No thread could be had.
pub fn start(asker: Asker, mut turns: Turns) -> io::Result<()> {
    let read = move || {
        let mut input = String::new();
        while read_line(&mut input) {
            if !is_incomplete(&input) {
                run(&asker, &mut turns, std::mem::take(&mut input));
            }
        }
        // The rest: that it is incomplete is an error now.
        run(&asker, &mut turns, input);
        asker.ask(Request::Close);
    };
    thread::Builder::new().name("console".into()).spawn(read).map(drop)
}

fn run(asker: &Asker, turns: &mut Turns, input: String) {
    if !input.trim().is_empty() {
        asker.ask(Request::Run(input));
        while turns.next() != Turn::Done {}
    }
}

/// Adds the next line to the text. False at the end of standard input.
fn read_line(text: &mut String) -> bool {
    let mut line = Vec::new();
    let mut byte = [0];
    // Byte by byte: after a restart, which replaces the process, the next one reads what follows.
    while line.last() != Some(&b'\n') && read_byte(&mut byte) {
        line.extend_from_slice(&byte);
    }
    text.push_str(&String::from_utf8_lossy(&line));
    !line.is_empty()
}

#[cfg(unix)]
fn read_byte(byte: &mut [u8; 1]) -> bool {
    loop {
        match rustix::io::read(rustix::stdio::stdin(), &mut *byte) {
            Err(rustix::io::Errno::INTR) => {}
            result => return result == Ok(1),
        }
    }
}

#[cfg(not(unix))]
fn read_byte(byte: &mut [u8; 1]) -> bool {
    io::Read::read_exact(&mut io::stdin(), byte).is_ok()
}
