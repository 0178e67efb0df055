//! How long a sound takes.

use std::time::Duration;

use super::{format::Format, mp3, wave::Wave};

/// Of AMR, both kinds, and Speex.
const FRAME: Duration = Duration::from_millis(20);

/// Bytes of a second of PCM: 8000 samples of 16 bits.
const PCM_RATE: u64 = 16_000;

/// Bytes of a second where the sound itself does not say: MP3 of 32 kbit/s, AMR of 12.2, AMR wideband of 23.85,
/// Speex of 8.
const MP3_RATE: u64 = 4_000;
const AMR_RATE: u64 = 1_600;
const AMR_WIDEBAND_RATE: u64 = 3_050;
const SPEEX_RATE: u64 = 1_200;

/// What an AMR file begins with, and bytes of a frame after its first byte, by type (3GPP TS 26.101 table 2,
/// TS 26.201 table 2). Of the types that are left out there is no frame.
const AMR: (&[u8], [Option<usize>; 16]) = (b"#!AMR\n", sizes(&[12, 13, 15, 17, 19, 20, 26, 31, 5]));
const AMR_WIDEBAND: (&[u8], [Option<usize>; 16]) = (b"#!AMR-WB\n", sizes(&[17, 23, 32, 36, 40, 46, 50, 58, 60, 5]));

const fn sizes(known: &[usize]) -> [Option<usize>; 16] {
    let mut sizes = [None; 16];
    let mut index = 0;
    while index < known.len() {
        sizes[index] = Some(known[index]);
        index += 1;
    }
    // No data in this frame.
    sizes[15] = Some(0);
    sizes
}

/// How long a whole sound takes; none for what is not of the format.
#[must_use]
pub fn duration(format: Format, data: &[u8]) -> Option<Duration> {
    match format {
        Format::Mp3 => mp3::duration(data),
        Format::Pcm => (!data.is_empty()).then(|| at_rate(data.len(), PCM_RATE)),
        Format::Wav => Wave::parse(data).map(|wave| at_rate(wave.length, wave.byte_rate.into())),
        Format::Amr => Some(FRAME * amr_frames(data, &AMR)?),
        Format::AmrWideband => Some(FRAME * amr_frames(data, &AMR_WIDEBAND)?),
        Format::Speex => Some(FRAME * speex_frames(data)?),
    }
}

/// Bytes of a second of a stream that begins with some data.
#[must_use]
pub fn byte_rate(format: Format, beginning: &[u8]) -> u64 {
    let of_amr = |(header, sizes): &(&[u8], [Option<usize>; 16])| {
        let kind = beginning.strip_prefix(*header)?.first()? >> 3 & 15;
        sizes[usize::from(kind)].map(|size| 50 * (size as u64 + 1))
    };
    match format {
        Format::Mp3 => {
            let frame = mp3::frames(beginning).next();
            frame.map_or(MP3_RATE, |frame| {
                frame.length as u64 * u64::from(frame.sampling_rate) / u64::from(frame.samples)
            })
        }
        Format::Pcm => PCM_RATE,
        Format::Wav => Wave::parse(beginning).map_or(PCM_RATE, |wave| wave.byte_rate.into()),
        Format::Amr => of_amr(&AMR).unwrap_or(AMR_RATE),
        Format::AmrWideband => of_amr(&AMR_WIDEBAND).unwrap_or(AMR_WIDEBAND_RATE),
        Format::Speex => SPEEX_RATE,
    }
}

fn at_rate(bytes: usize, rate: u64) -> Duration {
    Duration::from_secs_f64(bytes as f64 / rate as f64)
}

/// Frames of an AMR file; what is cut off at the end counts as one.
fn amr_frames(data: &[u8], (header, sizes): &(&[u8], [Option<usize>; 16])) -> Option<u32> {
    let mut rest = data.strip_prefix(*header)?;
    let mut count = 0;
    while let Some(first) = rest.first() {
        let size = sizes[usize::from(first >> 3 & 15)]?;
        rest = rest.get(size + 1..).unwrap_or_default();
        count += 1;
    }
    Some(count)
}

fn speex_frames(data: &[u8]) -> Option<u32> {
    let mut rest = data;
    let mut count = 0;
    while let Some((length, frame)) = rest.split_first_chunk() {
        let length = u32::from_le_bytes(*length) as usize;
        rest = frame.get(length..).filter(|_| length > 0)?;
        count += 1;
    }
    (count > 0).then_some(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wav(rate: u32, sound: usize) -> Vec<u8> {
        let mut data = b"RIFF\0\0\0\0WAVELIST\x03\0\0\0abc\0fmt \x10\0\0\0\x01\0\x01\0".to_vec();
        data.extend_from_slice(&(rate / 2).to_le_bytes());
        data.extend_from_slice(&rate.to_le_bytes());
        data.extend_from_slice(b"\x02\0\x10\0data");
        data.extend_from_slice(&u32::try_from(sound).unwrap().to_le_bytes());
        data.resize(data.len() + sound, 0);
        data
    }

    #[test]
    fn whole_sounds_by_their_frames() {
        let seconds = |format, data: &[u8]| duration(format, data).map(|length| length.as_secs_f64());
        assert_eq!(seconds(Format::Pcm, &[0; 8_000]), Some(0.5));
        assert_eq!(seconds(Format::Wav, &wav(32_000, 8_000)), Some(0.25));
        // Two frames of 12.2 kbit/s, one of comfort noise, one without data.
        let mut amr = b"#!AMR\n".to_vec();
        for (kind, size) in [(7, 31), (7, 31), (8, 5), (15, 0)] {
            amr.push(kind << 3 | 4);
            amr.resize(amr.len() + size, 0);
        }
        assert_eq!(seconds(Format::Amr, &amr), Some(0.08));
        let wideband = [b"#!AMR-WB\n\x04".as_slice(), &[0; 17]].concat();
        assert_eq!(seconds(Format::AmrWideband, &wideband), Some(0.02));
        let speex = [b"\x14\0\0\0".as_slice(), &[0; 20]].concat().repeat(3);
        assert_eq!(seconds(Format::Speex, &speex), Some(0.06));
    }

    #[test]
    fn other_data_is_none_of_them() {
        for format in [Format::Mp3, Format::Wav, Format::Amr, Format::AmrWideband, Format::Speex] {
            for data in [&b""[..], b"no sound", &[0; 64], b"RIFF\0\0\0\0WAVEdata\xff\xff\xff\xff", b"#!AMR\n\x60"] {
                assert_eq!(duration(format, data), None, "{format:?} {data:?}");
            }
        }
    }

    #[test]
    fn streams_by_what_they_begin_with() {
        assert_eq!(byte_rate(Format::Amr, b"#!AMR\n\x0c"), 700);
        assert_eq!(byte_rate(Format::Amr, b"\x0c"), 1_600);
        assert_eq!(byte_rate(Format::Wav, &wav(8_000, 0)), 8_000);
        assert_eq!(byte_rate(Format::Mp3, &[0xff, 0xf3, 0x40, 0xc4]), 104 * 22_050 / 576);
        assert_eq!(byte_rate(Format::Mp3, b""), 4_000);
    }
}
