//! What the microphone hears: a sound file of the host, or nothing.

use std::{
    fmt,
    path::{Path, PathBuf},
    rc::Rc,
};

use super::{
    decoder::{Decoder, PCM_RATE},
    format::Format,
    voice::Voice,
    wave::Wave,
};
use crate::{host_file, io_error::in_words};

/// Largest file in bytes: 25 minutes of WAV as a CD has it.
const LARGEST: u64 = 256 << 20;

/// A sound file of the host.
#[derive(Clone, PartialEq, Eq)]
pub struct SoundFile {
    path: PathBuf,
    format: Format,
    data: Rc<Vec<u8>>,
}

impl fmt::Debug for SoundFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path.fmt(f)
    }
}

impl SoundFile {
    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be read, or is no WAV or MP3 that can be decoded; the text names it.
    pub fn open(path: &Path) -> Result<Self, String> {
        let named = |problem: &str| format!("{}: {problem}", path.display());
        let data = Rc::new(host_file::read(path, LARGEST).map_err(|error| named(&in_words(&error)))?);
        let format = if Wave::parse(&data).is_some() { Format::Wav } else { Format::Mp3 };
        let mut decoder = Decoder::whole(format, data.clone());
        let is_sound = decoder.block(&mut Vec::new()).is_some();
        match decoder.problem() {
            Some(what) => Err(named(&format!("PCM of 8 to 32 bits or floating point expected, got {what}"))),
            // A file without a sample is silence.
            None if is_sound || format == Format::Wav => Ok(SoundFile { path: path.to_owned(), format, data }),
            None => Err(named("WAV or MP3 expected")),
        }
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The sound from its beginning, as the microphone hears it.
    #[must_use]
    pub fn hear(&self) -> Voice {
        Voice::whole(self.format, self.data.clone(), PCM_RATE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_by_their_content() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, data: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, data).unwrap();
            SoundFile::open(&path)
        };
        let mut sound = file("a.mp3", &[Wave::header(8_000, 4).as_slice(), &[1, 0, 2, 0]].concat()).unwrap().hear();
        let mut samples = Vec::new();
        sound.take(10, &mut samples);
        assert_eq!(samples, [1, 2]);
        let mut frame = b"\xff\xe3\x18\xc4".to_vec();
        frame.resize(72, 0);
        assert!(file("a.wav", &frame).is_ok());
        assert!(file("empty.wav", &Wave::header(8_000, 0)).is_ok());
        assert!(file("b.wav", b"#!AMR\n\x0c").unwrap_err().ends_with("b.wav: WAV or MP3 expected"));
        let mut law = Wave::header(8_000, 0);
        law[20] = 7;
        assert!(file("c.wav", &law).unwrap_err().contains("c.wav: PCM of 8 to 32 bits"));
        assert!(SoundFile::open(&folder.path().join("none")).unwrap_err().contains("No such file"));
    }
}
