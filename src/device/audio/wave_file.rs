//! A WAV file of the host that grows: at each moment it is a whole one.

use std::{
    fs::{File, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    path::Path,
};

use super::wave::{HEADER, MOST, Wave};

/// Bytes of a sample.
const SAMPLE: u64 = 2;

/// A file of samples of 16 bits, of one channel. What lies between samples that were written is silence, for which the
/// file system needs no room where it can do without.
#[derive(Debug)]
pub struct WaveFile {
    file: File,
    rate: u32,
    /// Samples so far.
    length: u64,
    /// As many as the header tells.
    told: u64,
    /// As many as it may have.
    most: u64,
}

impl WaveFile {
    /// Makes a file without a sample, in place of one that may be there.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn create(path: &Path, rate: u32) -> io::Result<Self> {
        Self::of(File::create(path)?, rate, 0)
    }

    /// Goes on with a file, or makes one if there is none.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn go_on(path: &Path, rate: u32) -> io::Result<Self> {
        let file = match OpenOptions::new().write(true).open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Self::create(path, rate),
            other => other?,
        };
        let length = file.metadata()?.len().saturating_sub(HEADER as u64) / SAMPLE;
        Self::of(file, rate, length)
    }

    fn of(file: File, rate: u32, length: u64) -> io::Result<Self> {
        let most = MOST / SAMPLE;
        let mut file = WaveFile { file, rate, length: length.min(most), told: u64::MAX, most };
        file.settle()?;
        Ok(file)
    }

    /// How many samples it has.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Whether there is no room for a sample at `at`.
    #[must_use]
    pub fn is_beyond(&self, at: u64) -> bool {
        at >= self.most
    }

    /// Writes samples from the sample `at` on; those that have no room are left out.
    ///
    /// # Errors
    /// The system's.
    pub fn write(&mut self, at: u64, samples: &[i16]) -> io::Result<()> {
        let room = usize::try_from(self.most.saturating_sub(at)).unwrap_or(usize::MAX);
        let samples = samples.get(..room).unwrap_or(samples);
        if samples.is_empty() {
            return Ok(());
        }
        let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        self.file.seek(SeekFrom::Start(HEADER as u64 + at * SAMPLE))?;
        self.file.write_all(&bytes)?;
        self.length = self.length.max(at + samples.len() as u64);
        Ok(())
    }

    /// Makes it so long by silence, if it is shorter.
    ///
    /// # Errors
    /// The system's.
    pub fn extend(&mut self, length: u64) -> io::Result<()> {
        let length = length.min(self.most);
        if length > self.length {
            self.file.set_len(HEADER as u64 + length * SAMPLE)?;
            self.length = length;
        }
        Ok(())
    }

    /// Tells the length in the header.
    ///
    /// # Errors
    /// The system's.
    pub fn settle(&mut self) -> io::Result<()> {
        if self.told != self.length {
            self.file.seek(SeekFrom::Start(0))?;
            self.file.write_all(&Wave::header(self.rate, self.length * SAMPLE))?;
            self.told = self.length;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_whole_whenever_it_is_settled() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.wav");
        std::fs::write(&path, [1; 100]).unwrap();
        let read = || std::fs::read(&path).unwrap();
        let mut file = WaveFile::create(&path, 8_000).unwrap();
        assert_eq!(read(), Wave::header(8_000, 0));
        file.write(2, &[1, -1]).unwrap();
        assert_eq!(read()[..HEADER], Wave::header(8_000, 0));
        file.settle().unwrap();
        let expected = [Wave::header(8_000, 8), vec![0, 0, 0, 0, 1, 0, 0xff, 0xff]].concat();
        assert_eq!(read(), expected);
        drop(file);
        let mut file = WaveFile::go_on(&path, 8_000).unwrap();
        assert_eq!(file.length(), 4);
        file.extend(6).unwrap();
        file.extend(5).unwrap();
        file.settle().unwrap();
        assert_eq!(Wave::parse(&read()).map(|wave| wave.length), Some(12));
        assert!(WaveFile::create(folder.path(), 8_000).is_err());
    }

    #[test]
    fn what_has_no_room_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.wav");
        let mut file = WaveFile { most: 4, ..WaveFile::create(&path, 8_000).unwrap() };
        file.write(3, &[5, 6, 7]).unwrap();
        file.write(9, &[5]).unwrap();
        file.extend(9).unwrap();
        file.settle().unwrap();
        assert!(file.is_beyond(4) && !file.is_beyond(3));
        assert_eq!(std::fs::read(&path).unwrap(), [Wave::header(8_000, 8), vec![0, 0, 0, 0, 0, 0, 5, 0]].concat());
    }
}
