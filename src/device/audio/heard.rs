//! What has sounded last, as it was given, for whoever wants to hear it elsewhere.

use std::rc::Rc;

use super::{decoder::PCM_RATE, format::Format, wave::Wave};

/// Most bytes that are kept of a stream: its last ones.
const MOST: usize = 1 << 20;

/// The bytes of a sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    format: Format,
    data: Rc<Vec<u8>>,
}

impl Heard {
    /// A whole sound, or what a stream begins with.
    #[must_use]
    pub fn new(format: Format, data: Rc<Vec<u8>>) -> Self {
        Heard { format, data }
    }

    /// More of a stream.
    pub fn push(&mut self, piece: &[u8]) {
        let data = Rc::make_mut(&mut self.data);
        data.extend_from_slice(piece);
        if data.len() > MOST {
            // Samples of PCM keep their places.
            let lost = (data.len() - MOST / 2) & !1;
            data.drain(..lost);
        }
    }

    /// The form of the bytes.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// A file with the sound. PCM gets a header; that of a WAV stream, which tells no length, is made to fit.
    #[must_use]
    pub fn file(&self) -> Vec<u8> {
        let data = self.data.as_slice();
        match (self.format, Wave::parse(data)) {
            (Format::Wav, Some(wave)) => {
                let mut file = data.to_vec();
                let sound = data.len() - wave.start;
                put_length(&mut file, 4, data.len() - 8);
                put_length(&mut file, wave.start - 4, wave.length.min(sound));
                file
            }
            (Format::Pcm | Format::Wav, _) => [Wave::header(PCM_RATE, data.len() as u64).as_slice(), data].concat(),
            _ => data.to_vec(),
        }
    }
}

fn put_length(file: &mut [u8], place: usize, length: usize) {
    if let Some(field) = file.get_mut(place..place + 4) {
        field.copy_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pcm_becomes_a_file() {
        let mut heard = Heard::new(Format::Pcm, Rc::new(vec![1, 2]));
        heard.push(&[3, 4]);
        assert_eq!(heard.file(), [Wave::header(8_000, 4), vec![1, 2, 3, 4]].concat());
    }

    #[test]
    fn the_header_of_a_stream_is_made_to_fit() {
        let mut heard = Heard::new(Format::Wav, Rc::new(Wave::header(16_000, u64::MAX)));
        heard.push(&[1, 2, 3, 4]);
        assert_eq!(heard.file(), [Wave::header(16_000, 4), vec![1, 2, 3, 4]].concat());
    }

    #[test]
    fn the_last_bytes_of_a_stream_are_kept() {
        let mut heard = Heard::new(Format::Mp3, Rc::default());
        for piece in 0..300 {
            heard.push(&[piece as u8; 4096]);
        }
        assert!(heard.file().len() <= MOST && heard.file().ends_with(&[299_u16 as u8]));
    }
}
