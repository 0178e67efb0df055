//! What a microphone in a silent room records.

use std::time::Duration;

use super::{
    decoder::PCM_RATE,
    format::{Format, Quality},
    wave::Wave,
};

/// What AMR encoders make of 20 ms without a sound, at 5.15, 6.7, 7.95 and 12.2 kbit/s.
const AMR_LOW: &[u8] = b"\x0c\xc6\x3c\xc7\xff\xf0\xf7\xb7\xef\x7f\x3e\x00\xe6\x06";
const AMR_MEDIUM: &[u8] = b"\x1c\x47\x95\xf3\xdf\xe0\x00\x7a\x1e\x43\xc3\xc3\xc0\x00\x00\x3c\x00\x00";
const AMR_HIGH: &[u8] = b"\x2c\xd1\x1a\x7c\x00\x1e\x79\xff\xe1\x82\x67\x80\x1f\xc0\x03\xff\xe8\x20\x82\x00\x00";
const AMR_BEST: &[u8] = b"\x3c\x91\x17\x16\xbe\x66\x79\xe1\xe0\x01\xe7\xaf\xf0\0\0\0\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

/// 20 ms of Speex at 8 kbit/s, after their length.
const SPEEX: &[u8] = b"\x14\0\0\0\x18\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

/// A silent recording: a header, and frames that are all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silence {
    format: Format,
    frame: Vec<u8>,
    step: Duration,
}

impl Silence {
    /// Silence of a format; none of AMR wideband, which the device does not record.
    #[must_use]
    pub fn new(format: Format, quality: Quality) -> Option<Silence> {
        let amr = match quality {
            Quality::Low => AMR_LOW,
            Quality::Medium => AMR_MEDIUM,
            Quality::High => AMR_HIGH,
            Quality::Best => AMR_BEST,
        };
        let (frame, step) = match format {
            Format::Amr => (amr.to_vec(), 20),
            Format::Speex => (SPEEX.to_vec(), 20),
            Format::Pcm | Format::Wav => (vec![0; PCM_RATE as usize * 2 / 50], 20),
            // MPEG 2.5, 8 kbit/s at 8 kHz: of a frame full of zeros nothing sounds.
            Format::Mp3 => {
                let mut frame = b"\xff\xe3\x18\xc4".to_vec();
                frame.resize(72, 0);
                (frame, 72)
            }
            Format::AmrWideband => return None,
        };
        Some(Silence { format, frame, step: Duration::from_millis(step) })
    }

    /// Its format.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// The name of its format, if there is no encoder for that.
    #[must_use]
    pub fn unencoded(&self) -> Option<&'static str> {
        (!matches!(self.format, Format::Pcm | Format::Wav)).then(|| self.format.name())
    }

    /// Bytes of one frame.
    #[must_use]
    pub fn frame(&self) -> &[u8] {
        &self.frame
    }

    /// How long a frame sounds.
    #[must_use]
    pub fn step(&self) -> Duration {
        self.step
    }

    /// Whole frames in a time.
    #[must_use]
    pub fn frames_in(&self, time: Duration) -> u64 {
        u64::try_from(time.as_nanos() / self.step.as_nanos()).unwrap_or(u64::MAX)
    }

    /// What stands before the frames, of which there are `frames`.
    #[must_use]
    pub fn header(&self, frames: u64) -> Vec<u8> {
        match self.format {
            Format::Amr => b"#!AMR\n".to_vec(),
            Format::Wav => Wave::header(PCM_RATE, frames.saturating_mul(self.frame.len() as u64)),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::audio::duration;

    #[test]
    fn recordings_sound_as_long_as_they_took() {
        for format in [Format::Mp3, Format::Pcm, Format::Wav, Format::Amr, Format::Speex] {
            for number in 0..4 {
                let silence = Silence::new(format, Quality::numbered(number).unwrap()).unwrap();
                let frames = silence.frames_in(Duration::from_millis(1440));
                let mut recording = silence.header(frames);
                for _ in 0..frames {
                    recording.extend_from_slice(silence.frame());
                }
                assert_eq!(duration(format, &recording), Some(Duration::from_millis(1440)), "{format:?} {number}");
            }
        }
        assert_eq!(Silence::new(Format::AmrWideband, Quality::Low), None);
    }
}
