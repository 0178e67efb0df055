//! What a restart keeps, and what all runs of `--watch` have in common: port and token, so that pages find the device
//! again. They go from process to process in environment variables.

use std::{io, net::TcpListener, process::Command};

use super::{super::restart, Address, token::Token};

/// The port.
const PORT: &str = "LUATOS_BOARD_PORT";

/// Where a process serves.
pub struct Kept {
    port: u16,
    token: String,
}

impl Kept {
    /// That port, with that token.
    pub fn new(port: u16, token: &Token) -> Self {
        Kept { port, token: token.text().to_owned() }
    }

    /// Whether a restart has changed nothing.
    pub fn is_known(&self) -> bool {
        restart::count() > 0 && port() == Some(self.port)
    }

    /// Gives it to the process that a command begins.
    pub fn give(&self, command: &mut Command) {
        command.env(PORT, self.port.to_string()).env(Token::VARIABLE, &self.token);
    }
}

/// Gives the same port and token to all processes that come one after the other.
///
/// # Errors
/// The address is taken, or the token cannot be used.
pub fn reserve(address: &Address) -> Result<impl Fn(&mut Command), String> {
    let token = Token::make()?.text().to_owned();
    let problem = |error: io::Error| format!("--board: {error}");
    // Nobody is given a free port so soon again.
    let port = listen(address)?.local_addr().map_err(problem)?.port();
    Ok(move |command: &mut Command| {
        command.env(PORT, port.to_string()).env(Token::VARIABLE, &token);
    })
}

/// Listens where the process before has served, or else where the command line says.
///
/// # Errors
/// See [`Address::listen`].
pub fn listen(address: &Address) -> Result<TcpListener, String> {
    // A program that a script starts has the same environment, but finds the port taken.
    let kept = address.is_any_port().then(port).flatten();
    kept.and_then(|port| address.with_port(port).listen().ok()).map_or_else(|| address.listen(), Ok)
}

fn port() -> Option<u16> {
    std::env::var(PORT).ok()?.parse().ok()
}
