//! A port on a terminal of a Unix system.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    os::{
        fd::{AsRawFd, OwnedFd},
        unix::fs::OpenOptionsExt,
    },
};

use mio::unix::SourceFd;
use rustix::{
    fs::{Mode, OFlags},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{ControlModes, OptionalActions, Termios, tcgetattr, tcsetattr},
};

use super::{
    Line, Parity,
    wire::{Wire, Written, written},
};
use crate::reactor::Context;

/// A terminal; it is raw as long as the port lives, and afterwards.
pub struct Terminal {
    terminal: File,
    /// Of a pseudo terminal, the side that the other end opens, and its path. With it open here too, the other end may
    /// be opened and closed any number of times: otherwise reads fail with EIO while nobody has it open.
    other_side: Option<(OwnedFd, String)>,
    is_watched: bool,
}

impl Terminal {
    /// A new pseudo terminal.
    ///
    /// # Errors
    /// The system has none.
    pub fn pseudo() -> io::Result<Self> {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY;
        let terminal = openpt(flags)?;
        grantpt(&terminal)?;
        unlockpt(&terminal)?;
        let name = ptsname(&terminal, Vec::new())?;
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let other_side = rustix::fs::open(&name, flags, Mode::empty())?;
        // `openpt` has no portable flags for these.
        rustix::io::fcntl_setfd(&terminal, rustix::io::FdFlags::CLOEXEC)?;
        rustix::io::ioctl_fionbio(&terminal, true)?;
        Self::raw(File::from(terminal), Some((other_side, name.to_string_lossy().into_owned())))
    }

    /// A terminal device.
    ///
    /// # Errors
    /// The path is not a terminal that may be used.
    pub fn device(path: &str) -> io::Result<Self> {
        let flags = (OFlags::NOCTTY | OFlags::NONBLOCK).bits().cast_signed();
        Self::raw(OpenOptions::new().read(true).write(true).custom_flags(flags).open(path)?, None)
    }

    fn raw(terminal: File, other_side: Option<(OwnedFd, String)>) -> io::Result<Self> {
        let terminal = Terminal { terminal, other_side, is_watched: false };
        terminal.change_settings(|termios| {
            termios.make_raw();
            Ok(())
        })?;
        Ok(terminal)
    }

    /// The settings of a pseudo terminal belong to the side that the other end opens.
    fn change_settings(&self, change: impl FnOnce(&mut Termios) -> io::Result<()>) -> io::Result<()> {
        let terminal = match &self.other_side {
            Some((other_side, _)) => other_side.try_clone()?,
            None => self.terminal.try_clone()?.into(),
        };
        let mut termios = tcgetattr(&terminal)?;
        change(&mut termios)?;
        Ok(tcsetattr(&terminal, OptionalActions::Now, &termios)?)
    }
}

impl Wire for Terminal {
    fn name(&self) -> Option<&str> {
        self.other_side.as_ref().map(|(_, name)| name.as_str())
    }

    fn set_up(&mut self, line: Line, context: &Context<'_>) -> io::Result<()> {
        self.change_settings(|termios| apply(termios, line))?;
        if !self.is_watched {
            context.watch(&mut SourceFd(&self.terminal.as_raw_fd()))?;
            self.is_watched = true;
        }
        Ok(())
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.terminal.read(buffer)? {
            0 => Err(io::Error::other("the device is gone")),
            count => Ok(count),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<Written> {
        written(self.terminal.write(bytes))
    }
}

/// Sets rate and form of characters.
fn apply(termios: &mut Termios, line: Line) -> io::Result<()> {
    if line.baud > 0 {
        termios.set_speed(line.baud)?;
    }
    let modes = &mut termios.control_modes;
    modes.remove(ControlModes::CSIZE);
    modes.insert(if line.has_seven_bits { ControlModes::CS7 } else { ControlModes::CS8 });
    modes.set(ControlModes::PARENB, line.parity != Parity::None);
    modes.set(ControlModes::PARODD, line.parity == Parity::Odd);
    modes.set(ControlModes::CSTOPB, line.has_two_stop_bits);
    modes.insert(ControlModes::CREAD | ControlModes::CLOCAL);
    Ok(())
}
