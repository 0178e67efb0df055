//! What carries the bytes of a port.

use std::{io, time::Instant};

use super::{Line, Place, file, listener, tcp};
#[cfg(unix)]
use super::{stdio, terminal};
use crate::{
    reactor::{Cause, Context},
    time::Time,
};

/// What became of bytes to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// So many of them are with the system.
    Taken(usize),
    /// The system takes none at present.
    Blocked,
    /// Nobody is at the other end yet: they are to wait.
    Awaiting,
    /// Nobody is at the other end any more: they are lost.
    Lost,
}

/// What carries the bytes of a port. Nothing in it blocks.
pub trait Wire {
    /// What the other end needs to know to get there, such as the path of a pseudo terminal.
    fn name(&self) -> Option<&str> {
        None
    }

    /// Sets the line up, and watches what the wire consists of. Called at each `uart.setup`.
    ///
    /// # Errors
    /// The line cannot be set up so, such as an odd baud rate.
    fn set_up(&mut self, line: Line, context: &Context<'_>) -> io::Result<()>;

    /// Goes on with what takes place beside reading and writing, such as connecting. Returns a problem to be
    /// reported; the wire goes on.
    fn advance(&mut self, _: Cause, _: &mut Context<'_>) -> Option<String> {
        None
    }

    /// When [`advance`](Self::advance) has to be called even if nothing happens.
    fn deadline(&self) -> Option<Instant> {
        None
    }

    /// Reads; 0 if nothing ever comes again, while what is written still arrives.
    ///
    /// # Errors
    /// [`WouldBlock`](io::ErrorKind::WouldBlock) if nothing has come; any other error ends the port.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize>;

    /// Writes.
    ///
    /// # Errors
    /// The port has failed.
    fn write(&mut self, bytes: &[u8]) -> io::Result<Written>;
}

/// Makes the wire to a place; `is_restart` if the script has run before, in the same run.
///
/// # Errors
/// The place does not exist, or cannot be used so.
pub fn open(place: &Place, is_restart: bool, time: &Time) -> io::Result<Box<dyn Wire>> {
    Ok(match place {
        Place::Tcp { host, port } => Box::new(tcp::Client::new(host, *port, time)),
        Place::Listen(port) => Box::new(listener::Server::open(*port)?),
        Place::File(path) => Box::new(file::Replay::open(path, is_restart)?),
        #[cfg(unix)]
        Place::Pty => Box::new(terminal::Terminal::pseudo()?),
        #[cfg(unix)]
        Place::Device(path) => Box::new(terminal::Terminal::device(path)?),
        #[cfg(unix)]
        Place::Stdio => Box::new(stdio::Stdio::open()?),
        #[cfg(not(unix))]
        Place::Pty | Place::Device(_) | Place::Stdio => {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "supported on Unix only"));
        }
    })
}

/// What a write to the system has done.
///
/// # Errors
/// It failed.
pub fn written(result: io::Result<usize>) -> io::Result<Written> {
    match result {
        Ok(count) => Ok(Written::Taken(count)),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Written::Blocked),
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(Written::Taken(0)),
        Err(error) => Err(error),
    }
}
