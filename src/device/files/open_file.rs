//! A file that is open: buffered in both directions, binary, and never larger than its file system allows.

use std::{
    fs::{self, File},
    io::{self, BufRead, Read, Seek, SeekFrom, Write},
    path::Path,
    rc::Rc,
};

use super::{
    mode::Mode,
    volume::{self, Volume},
};

/// Bytes that are read at a time, and that are collected before they are written.
const BUFFER: usize = 8192;

/// When what is written reaches the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Buffering {
    /// At once.
    No,
    /// With each line.
    Line,
    /// When the buffer is full, at `flush`, `seek`, a read and the end. The default.
    Full,
}

/// An open file.
#[derive(Debug)]
pub struct OpenFile {
    file: File,
    mode: Mode,
    buffering: Buffering,
    /// Bytes that were read from the file; those before `taken` have been handed out.
    input: Vec<u8>,
    taken: usize,
    /// Bytes that are yet to be written.
    output: Vec<u8>,
    /// Where the file ends once `output` is in it, while `output` is not empty.
    end: u64,
    /// Where `output` begins.
    output_at: u64,
    /// The file system that bounds it; none for a file of this computer.
    volume: Option<Rc<Volume>>,
    /// Bytes of the volume that are taken for `output`.
    reserved: u64,
}

impl OpenFile {
    /// Opens a file.
    ///
    /// # Errors
    /// Those of the system; [`IsADirectory`](io::ErrorKind::IsADirectory) for a folder, also for reading.
    pub fn open(path: &Path, mode: Mode, volume: Option<Rc<Volume>>) -> io::Result<Self> {
        let mut options = fs::OpenOptions::new();
        options.read(mode.reads).write(mode.writes && !mode.appends).append(mode.appends);
        let bounds = volume.as_ref().filter(|_| mode.truncates).map(|volume| (volume, volume::size_of_file(path)));
        let file = options.create(mode.creates()).truncate(mode.truncates).open(path)?;
        if file.metadata()?.is_dir() {
            return Err(is_a_folder());
        }
        if let Some((volume, emptied)) = bounds {
            volume.release(emptied);
        }
        if mode.appends && !mode.reads {
            // As in C: `seek` tells where the next write goes. A pipe has no end.
            let _ = (&file).seek(SeekFrom::End(0));
        }
        Ok(OpenFile {
            file,
            mode,
            buffering: Buffering::Full,
            input: Vec::new(),
            taken: 0,
            output: Vec::new(),
            end: 0,
            output_at: 0,
            volume,
            reserved: 0,
        })
    }

    /// Appends the next line to `line`, with its line feed if `keeps_end`. False at the end of the file.
    ///
    /// # Errors
    /// Those of the system; the file is not open for reading.
    pub fn read_line(&mut self, line: &mut Vec<u8>, keeps_end: bool) -> io::Result<bool> {
        let before = line.len();
        self.read_until(b'\n', line)?;
        if !keeps_end && line.len() > before && line.last() == Some(&b'\n') {
            line.pop();
            return Ok(true);
        }
        Ok(line.len() > before)
    }

    /// Appends the rest of the file to `bytes`.
    ///
    /// # Errors
    /// As [`read_line`](Self::read_line).
    pub fn read_rest(&mut self, bytes: &mut Vec<u8>) -> io::Result<()> {
        self.read_to_end(bytes).map(drop)
    }

    /// Appends at most `count` bytes to `bytes`. False at the end of the file, also for a `count` of 0.
    ///
    /// # Errors
    /// As [`read_line`](Self::read_line).
    pub fn read_count(&mut self, bytes: &mut Vec<u8>, count: u64) -> io::Result<bool> {
        if count == 0 {
            return Ok(!self.fill_buf()?.is_empty());
        }
        let mut left = count;
        while left > 0 {
            let found = self.fill_buf()?;
            let count = found.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            if count == 0 {
                break;
            }
            bytes.extend_from_slice(&found[..count]);
            self.consume(count);
            left -= count as u64;
        }
        Ok(left < count)
    }

    /// Appends the text of a number, if one is next, to `text`: white space is passed over, then what can be
    /// part of a number is taken. Whether the text is a number is for the caller to see; of one with more than
    /// 200 bytes nothing is left.
    ///
    /// # Errors
    /// As [`read_line`](Self::read_line).
    pub fn read_number(&mut self, text: &mut Vec<u8>) -> io::Result<()> {
        while self.next_byte()?.is_some_and(|byte| matches!(byte, b' ' | b'\t'..=b'\r')) {
            self.consume(1);
        }
        let mut number = Number { file: self, text, is_too_long: false };
        number.one_of(b"+-")?;
        let has_zero = number.one_of(b"0")?;
        let is_hex = has_zero && number.one_of(b"xX")?;
        let mut has_digits = number.digits(is_hex)? || (has_zero && !is_hex);
        if number.one_of(b".")? {
            has_digits |= number.digits(is_hex)?;
        }
        if has_digits && number.one_of(if is_hex { b"pP" } else { b"eE" })? {
            number.one_of(b"+-")?;
            number.digits(false)?;
        }
        if number.is_too_long {
            text.clear();
        }
        Ok(())
    }

    /// Writes all of `bytes`, or nothing where the file system has no room.
    ///
    /// # Errors
    /// [`StorageFull`](io::ErrorKind::StorageFull); those of the system; the file is not open for writing.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if !self.mode.writes {
            return Err(not_open_for_that());
        }
        if bytes.is_empty() {
            return Ok(());
        }
        self.drop_input()?;
        if self.output.is_empty() {
            self.begin_output()?;
        }
        self.reserve(bytes.len() as u64)?;
        self.output.extend_from_slice(bytes);
        let is_due = match self.buffering {
            Buffering::No => true,
            Buffering::Line => bytes.contains(&b'\n'),
            Buffering::Full => false,
        };
        if is_due || self.output.len() >= BUFFER { self.flush() } else { Ok(()) }
    }

    /// Hands what was written to the system.
    ///
    /// # Errors
    /// Those of the system; what could not be written is lost.
    pub fn flush(&mut self) -> io::Result<()> {
        if self.output.is_empty() {
            return Ok(());
        }
        let written = self.file.write_all(&self.output);
        self.output.clear();
        if let Some(volume) = &self.volume {
            volume.settle(std::mem::take(&mut self.reserved), written.is_ok());
        }
        written
    }

    /// Moves the place of the next read or write.
    ///
    /// # Errors
    /// Those of the system, such as for a place before the beginning.
    pub fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.flush()?;
        let to = match to {
            SeekFrom::Current(offset) => SeekFrom::Current(offset.saturating_sub(self.unread())),
            other => other,
        };
        let place = self.file.seek(to)?;
        self.clear_input();
        Ok(place)
    }

    /// Sets when what is written reaches the system.
    ///
    /// # Errors
    /// Those of [`flush`](Self::flush).
    pub fn set_buffering(&mut self, buffering: Buffering) -> io::Result<()> {
        self.buffering = buffering;
        self.flush()
    }

    /// Bytes that were read from the file and not handed out.
    fn unread(&self) -> i64 {
        // A buffer has at most `isize::MAX` bytes.
        (self.input.len() - self.taken) as i64
    }

    fn clear_input(&mut self) {
        self.input.clear();
        self.taken = 0;
    }

    /// Puts the file back to where the script is.
    fn drop_input(&mut self) -> io::Result<()> {
        if self.unread() > 0 {
            self.file.seek_relative(-self.unread())?;
        }
        self.clear_input();
        Ok(())
    }

    /// Notes where the output will be; only the size of a file system needs that.
    fn begin_output(&mut self) -> io::Result<()> {
        if self.volume.is_some() {
            self.end = self.file.metadata()?.len();
            self.output_at = if self.mode.appends { self.end } else { self.file.stream_position()? };
        }
        Ok(())
    }

    /// Takes room for `count` more bytes of output.
    fn reserve(&mut self, count: u64) -> io::Result<()> {
        let Some(volume) = &self.volume else { return Ok(()) };
        let end = self.output_at + self.output.len() as u64 + count;
        let growth = end.saturating_sub(self.end);
        volume.reserve(growth)?;
        self.end = self.end.max(end);
        self.reserved += growth;
        Ok(())
    }

    fn next_byte(&mut self) -> io::Result<Option<u8>> {
        Ok(self.fill_buf()?.first().copied())
    }
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        // As in C, the outcome of the last write of a file that is not closed is lost.
        let _ = self.flush();
    }
}

impl Read for OpenFile {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        if self.unread() == 0 && target.len() >= BUFFER && self.mode.reads {
            self.flush()?;
            return self.file.read(target);
        }
        let count = self.fill_buf()?.read(target)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for OpenFile {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if !self.mode.reads {
            return Err(not_open_for_that());
        }
        if self.taken == self.input.len() {
            self.flush()?;
            self.input.resize(BUFFER, 0);
            self.taken = 0;
            let count = loop {
                match self.file.read(&mut self.input) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    other => break other,
                }
            };
            self.input.truncate(*count.as_ref().unwrap_or(&0));
            count?;
        }
        Ok(&self.input[self.taken..])
    }

    fn consume(&mut self, count: usize) {
        self.taken = (self.taken + count).min(self.input.len());
    }
}

/// A number that is being read.
struct Number<'a> {
    file: &'a mut OpenFile,
    text: &'a mut Vec<u8>,
    is_too_long: bool,
}

impl Number<'_> {
    /// Longest number, as in Lua.
    const MAX: usize = 200;

    /// Takes the next byte, if it is one of these.
    fn one_of(&mut self, set: &[u8]) -> io::Result<bool> {
        self.take_if(|byte| set.contains(&byte))
    }

    /// Takes digits; whether there are any.
    fn digits(&mut self, is_hex: bool) -> io::Result<bool> {
        let before = self.text.len();
        while self.take_if(|byte| if is_hex { byte.is_ascii_hexdigit() } else { byte.is_ascii_digit() })? {}
        Ok(self.text.len() > before)
    }

    fn take_if(&mut self, fits: impl Fn(u8) -> bool) -> io::Result<bool> {
        match self.file.next_byte()? {
            Some(byte) if fits(byte) => {
                if self.text.len() >= Self::MAX {
                    self.is_too_long = true;
                    return Ok(false);
                }
                self.text.push(byte);
                self.file.consume(1);
                Ok(true)
            }
            _ => Ok(false),
        }
    }
}

/// The error of a read from a file that is open for writing only, and the other way round.
fn not_open_for_that() -> io::Error {
    #[cfg(unix)]
    return io::Error::from_raw_os_error(libc::EBADF);
    #[cfg(not(unix))]
    io::Error::new(io::ErrorKind::PermissionDenied, "Bad file descriptor")
}

/// The error of a folder where a file is expected.
pub fn is_a_folder() -> io::Error {
    #[cfg(unix)]
    return io::Error::from_raw_os_error(libc::EISDIR);
    #[cfg(not(unix))]
    io::Error::new(io::ErrorKind::IsADirectory, "Is a directory")
}

#[cfg(test)]
mod tests;
