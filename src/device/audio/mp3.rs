//! Frame headers of MPEG audio layer III (ISO 11172-3 section 2.4.1.3, ISO 13818-3 section 2.4.2.3).

use std::time::Duration;

/// Bytes of a frame header.
pub const HEADER: usize = 4;

/// Kilobits per second by index, of MPEG 1 and of its extension to lower sampling rates.
const MPEG1: [u16; 15] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const LOWER: [u16; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

/// Sampling rates of MPEG 1 by index; MPEG 2 has half of them, MPEG 2.5 a quarter.
const SAMPLING: [u32; 3] = [44_100, 48_000, 32_000];

/// Bytes of an ID3v2 tag's header.
const TAG_HEADER: usize = 10;

/// What a frame header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Bytes of the whole frame.
    pub length: usize,
    /// Samples of one channel.
    pub samples: u32,
    /// Samples of a second.
    pub sampling_rate: u32,
}

impl Frame {
    /// Reads a header. None where no frame of layer III with a known bit rate begins.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Frame> {
        let header = u32::from_be_bytes(*bytes.first_chunk()?);
        // Eleven bits of synchronisation, and layer III.
        if header >> 21 != 0x7ff || header >> 17 & 3 != 1 {
            return None;
        }
        let (version, halves, rates) = match header >> 19 & 3 {
            3 => (1, 2, &MPEG1),
            2 => (2, 1, &LOWER),
            0 => (4, 1, &LOWER),
            _ => return None,
        };
        let rate = u32::from(*rates.get((header >> 12 & 15) as usize).filter(|rate| **rate > 0)?) * 1000;
        let sampling_rate = SAMPLING.get((header >> 10 & 3) as usize)? / version;
        let samples = 576 * halves;
        let length = samples / 8 * rate / sampling_rate + (header >> 9 & 1);
        Some(Frame { length: length as usize, samples, sampling_rate })
    }

    fn duration(self) -> Duration {
        Duration::from_secs(u64::from(self.samples)) / self.sampling_rate
    }
}

/// The frames of some data: what precedes the first, and other things between them, are skipped.
pub fn frames(data: &[u8]) -> impl Iterator<Item = Frame> {
    let mut rest = data.get(tag_length(data)..).unwrap_or_default();
    std::iter::from_fn(move || {
        while rest.len() >= HEADER {
            if let Some(frame) = Frame::parse(rest) {
                rest = rest.get(frame.length..).unwrap_or_default();
                return Some(frame);
            }
            rest = &rest[1..];
        }
        None
    })
}

/// How long the frames sound; none if there are none.
#[must_use]
pub fn duration(data: &[u8]) -> Option<Duration> {
    let total: Duration = frames(data).map(Frame::duration).sum();
    (!total.is_zero()).then_some(total)
}

/// Bytes of an ID3v2 tag at the beginning: its length has four times seven bits.
pub fn tag_length(data: &[u8]) -> usize {
    match data.first_chunk::<TAG_HEADER>() {
        Some(header) if header.starts_with(b"ID3") => {
            TAG_HEADER + header[6..].iter().fold(0, |length, byte| length << 7 | usize::from(byte & 0x7f))
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_every_version() {
        let frame = |length, samples, sampling_rate| Some(Frame { length, samples, sampling_rate });
        // 128 kbit/s at 44.1 kHz, without and with a byte of padding.
        assert_eq!(Frame::parse(&[0xff, 0xfb, 0x90, 0x64]), frame(417, 1152, 44_100));
        assert_eq!(Frame::parse(&[0xff, 0xfb, 0x92, 0x64]), frame(418, 1152, 44_100));
        // MPEG 2, 32 kbit/s at 22.05 kHz, and MPEG 2.5, 8 kbit/s at 8 kHz.
        assert_eq!(Frame::parse(&[0xff, 0xf3, 0x40, 0xc4]), frame(104, 576, 22_050));
        assert_eq!(Frame::parse(&[0xff, 0xe3, 0x18, 0xc4]), frame(72, 576, 8_000));
        // Layer II, a free bit rate, reserved values, noise.
        for header in [[0xff, 0xfd, 0x90, 0], [0xff, 0xfb, 0, 0], [0xff, 0xfb, 0x9c, 0], [0xff, 0xeb, 0x90, 0], [1; 4]]
        {
            assert_eq!(Frame::parse(&header), None);
        }
    }

    #[test]
    fn tags_are_skipped_and_frames_added_up() {
        let mut frame = vec![0; 417];
        frame[..4].copy_from_slice(&[0xff, 0xfb, 0x90, 0x64]);
        let mut data = b"ID3\x03\0\0\0\0\x01\0".to_vec();
        data.resize(10 + 128, 0xff);
        for _ in 0..100 {
            data.extend_from_slice(&frame);
        }
        data.extend_from_slice(b"TAG");
        let seconds = duration(&data).unwrap().as_secs_f64();
        assert!((seconds - 100.0 * 1152.0 / 44_100.0).abs() < 1e-6, "{seconds}");
        assert_eq!(duration(b"no sound at all"), None);
    }
}
