//! A port on a file: its bytes come in, from its beginning and as fast as the script reads. What goes out is in another
//! file, which a run begins anew.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    path::PathBuf,
};

use super::{
    Line,
    wire::{Wire, Written, written},
};
use crate::reactor::Context;

/// What follows the name of the file in that of what goes out.
const OUT: &str = ".out";

/// See the module.
pub struct Replay {
    input: File,
    output_path: PathBuf,
    /// `None` until something goes out.
    output: Option<File>,
    /// The output goes on where the script has restarted.
    appends: bool,
}

impl Replay {
    /// Opens the file; with `appends`, what goes out follows what is in the other file already.
    ///
    /// # Errors
    /// The file cannot be read, or is none.
    pub fn open(path: &str, appends: bool) -> io::Result<Self> {
        // Before it is opened: opening a pipe would wait for its other end.
        if !std::fs::metadata(path)?.is_file() {
            return Err(io::Error::other("a file expected"));
        }
        let output_path = format!("{path}{OUT}").into();
        Ok(Replay { input: File::open(path)?, output_path, output: None, appends })
    }

    fn output(&mut self) -> io::Result<&mut File> {
        let file = match self.output.take() {
            Some(file) => file,
            None => {
                let mut options = OpenOptions::new();
                options.create(true).write(true).append(self.appends).truncate(!self.appends);
                let about = |error| io::Error::other(format!("{}: {error}", self.output_path.display()));
                options.open(&self.output_path).map_err(about)?
            }
        };
        Ok(self.output.insert(file))
    }
}

impl Wire for Replay {
    fn set_up(&mut self, _: Line, _: &Context<'_>) -> io::Result<()> {
        Ok(())
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.input.read(buffer)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<Written> {
        written(self.output()?.write(bytes))
    }
}
