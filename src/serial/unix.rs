//! Ports on terminals of a Unix system.

use std::{
    collections::VecDeque,
    fs::{File, OpenOptions},
    io::{self, ErrorKind, Read, Write},
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

use super::{Line, MAX_RECEIVED, MAX_UNSENT, News, Parity, Place};
use crate::reactor::{Activity, Cause, Context, Source, Status};

/// Bytes of one read.
const READ_SIZE: usize = 4096;

/// Reads and writes of one turn, so that a fast port leaves room for the rest.
const STEPS_PER_TURN: usize = 16;

/// A serial port. It is open as long as it lives; the script's `uart.setup` and `uart.close` only decide
/// whether the reactor drives it.
pub(crate) struct Port {
    terminal: File,
    /// The script's side of a pseudo terminal. With it open, the other side may be opened and closed any
    /// number of times: otherwise reads fail with EIO while nobody has it open.
    other_side: Option<OwnedFd>,
    /// Path of the terminal that the other end opens.
    name: String,
    is_watched: bool,
    is_set_up: bool,
    received: VecDeque<u8>,
    unsent: VecDeque<u8>,
    reports_sent: bool,
    is_unfinished: bool,
    news: News,
}

impl Port {
    /// Opens the port; its terminal is raw from now on.
    ///
    /// # Errors
    /// The system has no pseudo terminal, or the path is not a terminal that may be used.
    pub fn open(place: &Place) -> io::Result<Self> {
        let (terminal, other_side, name) = match place {
            Place::Pty => {
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
                (File::from(terminal), Some(other_side), name.to_string_lossy().into_owned())
            }
            Place::Device(path) => {
                let flags = (OFlags::NOCTTY | OFlags::NONBLOCK).bits().cast_signed();
                let terminal = OpenOptions::new().read(true).write(true).custom_flags(flags).open(path)?;
                (terminal, None, path.clone())
            }
        };
        let port = Port {
            terminal,
            other_side,
            name,
            is_watched: false,
            is_set_up: false,
            received: VecDeque::new(),
            unsent: VecDeque::new(),
            reports_sent: false,
            is_unfinished: false,
            news: News::default(),
        };
        port.change_settings(|termios| {
            termios.make_raw();
            Ok(())
        })?;
        Ok(port)
    }

    /// Path of the terminal: for a pseudo terminal, what the other end opens.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Sets the line up and watches it.
    ///
    /// # Errors
    /// The terminal cannot be set up so, such as an odd baud rate.
    pub fn set_up(&mut self, line: Line, reports_sent: bool, context: &Context<'_>) -> io::Result<()> {
        self.change_settings(|termios| apply(termios, line))?;
        if !self.is_watched {
            context.watch(&mut SourceFd(&self.terminal.as_raw_fd()))?;
            self.is_watched = true;
        }
        self.reports_sent = reports_sent;
        self.is_set_up = true;
        Ok(())
    }

    /// Ends what [`set_up`](Self::set_up) has begun; bytes that are neither read nor sent are dropped.
    pub fn shut(&mut self) {
        self.is_set_up = false;
        self.received.clear();
        self.unsent.clear();
        self.news = News::default();
    }

    /// Queues bytes, up to [`MAX_UNSENT`] in all; returns how many it has accepted: none unless the port
    /// is set up.
    pub fn write(&mut self, bytes: &[u8]) -> usize {
        if !self.is_set_up {
            return 0;
        }
        let count = bytes.len().min(MAX_UNSENT - self.unsent.len());
        self.unsent.extend(&bytes[..count]);
        count
    }

    /// The bytes that have arrived. After taking some, resume the port if [`is_paused`](Self::is_paused)
    /// was true before.
    pub fn received(&mut self) -> &mut VecDeque<u8> {
        &mut self.received
    }

    /// Whether reading waits for the script.
    pub fn is_paused(&self) -> bool {
        self.received.len() >= MAX_RECEIVED
    }

    /// Takes the news.
    pub fn take_news(&mut self) -> News {
        std::mem::take(&mut self.news)
    }

    /// The settings of a pseudo terminal belong to the side that the other end opens.
    fn change_settings(&self, change: impl FnOnce(&mut Termios) -> io::Result<()>) -> io::Result<()> {
        let terminal = match &self.other_side {
            Some(other_side) => other_side.try_clone()?,
            None => self.terminal.try_clone()?.into(),
        };
        let mut termios = tcgetattr(&terminal)?;
        change(&mut termios)?;
        Ok(tcsetattr(&terminal, OptionalActions::Now, &termios)?)
    }

    /// Writes what is queued; true if the bound of a turn ended it.
    fn send(&mut self) -> io::Result<bool> {
        for _ in 0..STEPS_PER_TURN {
            if self.unsent.is_empty() {
                return Ok(false);
            }
            match self.terminal.write(self.unsent.as_slices().0) {
                Ok(count) => {
                    self.unsent.drain(..count);
                    self.news.sent |= self.unsent.is_empty() && self.reports_sent;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// Reads what has arrived; true if the bound of a turn ended it.
    fn receive(&mut self) -> io::Result<bool> {
        let mut chunk = [0; READ_SIZE];
        for _ in 0..STEPS_PER_TURN {
            let room = MAX_RECEIVED.saturating_sub(self.received.len()).min(READ_SIZE);
            if room == 0 {
                return Ok(false);
            }
            match self.terminal.read(&mut chunk[..room]) {
                Ok(0) => return Err(io::Error::other("the device is gone")),
                Ok(count) => {
                    self.news.received |= self.received.is_empty();
                    self.received.extend(&chunk[..count]);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }
}

impl Source for Port {
    fn drive(&mut self, _: Cause, _: &mut Context<'_>) {
        let result = self.send().and_then(|sending| Ok(sending | self.receive()?));
        match result {
            Ok(is_unfinished) => self.is_unfinished = is_unfinished,
            Err(error) => {
                self.is_set_up = false;
                self.news.failure = Some(error.to_string());
            }
        }
    }

    fn status(&mut self) -> Status {
        let activity = match &self.news {
            News { failure: Some(_), .. } => Activity::Idle,
            _ if self.is_unfinished => Activity::Unfinished,
            _ => Activity::Waiting,
        };
        Status { activity, deadline: None, has_news: self.news != News::default() }
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
