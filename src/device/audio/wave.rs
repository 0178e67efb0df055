//! RIFF WAVE: what stands before the samples.

/// Bytes of the header that [`Wave::header`] makes.
pub const HEADER: usize = 44;

/// The largest number of bytes of samples that a header can tell: both its lengths have 32 bits.
pub const MOST: u64 = u32::MAX as u64 - (HEADER as u64 - 8) - 1;

/// Tags of forms of samples in the chunk `fmt `: PCM, IEEE floating point, and the one whose tag stands later.
const PCM: u16 = 1;
const FLOAT: u16 = 3;
const EXTENSIBLE: u16 = 0xfffe;

/// How a sample of one channel is written, little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// 8 bits without a sign, 128 for silence.
    Unsigned8,
    /// 2 to 4 bytes with a sign.
    Signed(usize),
    /// 4 bytes, from -1 to 1.
    Float,
}

impl Encoding {
    fn of(tag: u16, bits: u16) -> Option<Encoding> {
        match (tag, bits) {
            (PCM, 8) => Some(Encoding::Unsigned8),
            (PCM, 16 | 24 | 32) => Some(Encoding::Signed(usize::from(bits / 8))),
            (FLOAT, 32) => Some(Encoding::Float),
            _ => None,
        }
    }

    /// Bytes of a sample.
    #[must_use]
    pub fn size(self) -> usize {
        match self {
            Encoding::Unsigned8 => 1,
            Encoding::Signed(size) => size,
            Encoding::Float => 4,
        }
    }

    /// The sample in 16 bits. `bytes` are as many as [`size`](Self::size) says.
    #[must_use]
    pub fn read(self, bytes: &[u8]) -> i16 {
        match self {
            Encoding::Unsigned8 => (i16::from(bytes.first().copied().unwrap_or(128)) - 128) << 8,
            // The more significant half of a longer one.
            Encoding::Signed(_) => bytes.last_chunk().map_or(0, |last| i16::from_le_bytes(*last)),
            Encoding::Float => bytes.first_chunk().map_or(0, |bytes| from_float(f32::from_le_bytes(*bytes))),
        }
    }
}

/// A sample from -1 to 1 in 16 bits.
#[must_use]
pub fn from_float(sample: f32) -> i16 {
    (sample * 32_767.0).round().clamp(-32_768.0, 32_767.0) as i16
}

/// What a header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wave {
    /// Samples of a channel in a second, above 0.
    pub rate: u32,
    /// Channels, from 1.
    pub channels: usize,
    /// Bytes of a second, above 0.
    pub byte_rate: u32,
    /// How samples are written; none for a form that is not read here.
    pub encoding: Option<Encoding>,
    /// Where they begin.
    pub start: usize,
    /// Bytes of them, as far as they are there.
    pub length: usize,
}

impl Wave {
    /// Reads the header at the beginning of a file; none where it is not whole, or is none.
    #[must_use]
    pub fn parse(data: &[u8]) -> Option<Wave> {
        let mut rest = data.strip_prefix(b"RIFF")?.get(4..)?.strip_prefix(b"WAVE")?;
        let mut form: Option<Wave> = None;
        while let Some((head, body)) = rest.split_first_chunk::<8>() {
            let length = u32::from_le_bytes(*head.last_chunk()?) as usize;
            match head.first_chunk()? {
                b"fmt " => form = Wave::form(body),
                b"data" => {
                    let start = data.len() - body.len();
                    return Some(Wave { start, length: length.min(body.len()), ..form? });
                }
                _ => {}
            }
            // Chunks begin at even places.
            rest = body.get(length.checked_add(length & 1)?..)?;
        }
        None
    }

    /// Reads the body of the chunk `fmt `.
    fn form(body: &[u8]) -> Option<Wave> {
        let half = |place: usize| Some(u16::from_le_bytes(*body.get(place..)?.first_chunk()?));
        let whole = |place: usize| Some(u32::from_le_bytes(*body.get(place..)?.first_chunk()?));
        let (tag, channels) = (half(0)?, half(2)?);
        let (rate, byte_rate) = (whole(4)?, whole(8)?);
        let tag = if tag == EXTENSIBLE { half(24)? } else { tag };
        let encoding = half(14).and_then(|bits| Encoding::of(tag, bits));
        (rate > 0 && byte_rate > 0).then_some(Wave {
            rate,
            channels: usize::from(channels.max(1)),
            byte_rate,
            encoding,
            start: 0,
            length: 0,
        })
    }

    /// The header of a file with so many bytes of samples: 16 bits, one channel. A length that it cannot say is the
    /// largest that it can.
    #[must_use]
    pub fn header(rate: u32, sound: u64) -> Vec<u8> {
        let length = |bytes: u64| u32::try_from(bytes).unwrap_or(u32::MAX).to_le_bytes();
        let mut header = b"RIFF".to_vec();
        header.extend_from_slice(&length(sound.saturating_add(HEADER as u64 - 8)));
        header.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
        header.extend_from_slice(&rate.to_le_bytes());
        header.extend_from_slice(&rate.saturating_mul(2).to_le_bytes());
        header.extend_from_slice(b"\x02\0\x10\0data");
        header.extend_from_slice(&length(sound));
        header
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_as_it_was_made() {
        let mut data = Wave::header(8_000, 6);
        assert_eq!(data.len(), HEADER);
        data.extend_from_slice(&[0; 4]);
        let expected = Wave {
            rate: 8_000,
            channels: 1,
            byte_rate: 16_000,
            encoding: Some(Encoding::Signed(2)),
            start: HEADER,
            length: 4,
        };
        assert_eq!(Wave::parse(&data), Some(expected));
        assert_eq!(Wave::parse(&data[..HEADER - 1]), None);
        assert_eq!(Wave::header(8_000, u64::MAX)[40..], [0xff; 4]);
        assert_eq!(Wave::header(8_000, MOST)[4..8], (u32::MAX - 1).to_le_bytes());
    }

    #[test]
    fn the_tag_of_an_extensible_form_stands_later() {
        let mut data = b"RIFF\0\0\0\0WAVEfmt \x28\0\0\0\xfe\xff\x02\0\x80\xbb\0\0\0\xee\x02\0\x08\0\x20\0".to_vec();
        data.extend_from_slice(b"\x16\0\x20\0\x03\0\0\0\x03\0\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71data\0\0\0\0");
        let wave = Wave::parse(&data).unwrap();
        assert_eq!((wave.rate, wave.channels, wave.encoding), (48_000, 2, Some(Encoding::Float)));
    }

    #[test]
    fn samples_of_every_form() {
        assert_eq!(Encoding::Unsigned8.read(&[0]), -32_768);
        assert_eq!(Encoding::Unsigned8.read(&[128]), 0);
        assert_eq!(Encoding::Signed(2).read(&[0x34, 0x12]), 0x1234);
        assert_eq!(Encoding::Signed(3).read(&[0xff, 0x34, 0x12]), 0x1234);
        assert_eq!(Encoding::Signed(4).read(&[0xff, 0xff, 0x34, 0x12]), 0x1234);
        assert_eq!(Encoding::Float.read(&1.0_f32.to_le_bytes()), 32_767);
        assert_eq!(Encoding::Float.read(&(-2.0_f32).to_le_bytes()), -32_768);
        assert_eq!(Encoding::Float.read(&f32::NAN.to_le_bytes()), 0);
        assert_eq!((Encoding::of(PCM, 12), Encoding::of(6, 8)), (None, None));
    }
}
