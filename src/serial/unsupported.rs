//! Elsewhere no port can be opened.

use std::{collections::VecDeque, convert::Infallible, io};

use super::{Line, News, Place};
use crate::reactor::{Cause, Context, Source, Status};

/// A serial port, of which there is none here.
pub(crate) struct Port {
    never: Infallible,
}

impl Port {
    /// Refuses to open a port.
    ///
    /// # Errors
    /// Always.
    pub fn open(_: &Place) -> io::Result<Self> {
        Err(io::Error::new(io::ErrorKind::Unsupported, "serial ports are supported on Unix only"))
    }

    /// See `unix.rs`; likewise below.
    pub fn name(&self) -> &str {
        match self.never {}
    }

    pub fn set_up(&mut self, _: Line, _: bool, _: &Context<'_>) -> io::Result<()> {
        match self.never {}
    }

    pub fn shut(&mut self) {
        match self.never {}
    }

    pub fn write(&mut self, _: &[u8]) -> usize {
        match self.never {}
    }

    pub fn received(&mut self) -> &mut VecDeque<u8> {
        match self.never {}
    }

    pub fn is_paused(&self) -> bool {
        match self.never {}
    }

    pub fn take_news(&mut self) -> News {
        match self.never {}
    }
}

impl Source for Port {
    fn drive(&mut self, _: Cause, _: &mut Context<'_>) {
        match self.never {}
    }

    fn status(&mut self) -> Status {
        match self.never {}
    }
}
