//! From the bytes of a sound to its samples.

use std::{fmt, rc::Rc};

use nanomp3::MAX_SAMPLES_PER_FRAME;

use super::{
    format::Format,
    mp3::{self, Frame},
    wave::{Encoding, Wave, from_float},
};

/// Samples of a second of PCM without a header.
pub const PCM_RATE: u32 = 8_000;

/// Samples of a channel that are decoded at once where the format has no frames.
const BLOCK: usize = 1024;

/// A header of RIFF WAVE that is longer than this is none.
const LONGEST_HEADER: usize = 4096;

/// How samples stand one after the other.
#[derive(Clone, Copy, Debug)]
struct Layout {
    rate: u32,
    channels: usize,
    encoding: Encoding,
}

const PCM: Layout = Layout { rate: PCM_RATE, channels: 1, encoding: Encoding::Signed(2) };

enum Form {
    /// The header has not come yet.
    Header,
    /// Samples, of which so many bytes follow; none: all.
    Samples(Layout, Option<usize>),
    Mp3(Box<nanomp3::Decoder>),
    /// There is no decoder; this is what it cannot decode.
    Silent(&'static str),
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Form::Header => f.write_str("Header"),
            Form::Samples(layout, left) => write!(f, "{layout:?}, {left:?} bytes"),
            Form::Mp3(_) => f.write_str("Mp3"),
            Form::Silent(what) => write!(f, "Silent({what})"),
        }
    }
}

/// Decodes a sound that is there as a whole, or that comes in pieces, to one channel of 16 bits.
#[derive(Debug)]
pub struct Decoder {
    form: Form,
    bytes: Rc<Vec<u8>>,
    /// Where what is not decoded begins.
    at: usize,
    /// Nothing more comes.
    is_whole: bool,
}

impl Decoder {
    /// For a sound that comes in pieces.
    #[must_use]
    pub fn new(format: Format) -> Self {
        let form = match format {
            Format::Mp3 => Form::Mp3(Box::default()),
            Format::Pcm => Form::Samples(PCM, None),
            Format::Wav => Form::Header,
            Format::Amr | Format::AmrWideband | Format::Speex => Form::Silent(format.name()),
        };
        Decoder { form, bytes: Rc::default(), at: 0, is_whole: false }
    }

    /// For a whole sound.
    #[must_use]
    pub fn whole(format: Format, bytes: Rc<Vec<u8>>) -> Self {
        Decoder { bytes, is_whole: true, ..Decoder::new(format) }
    }

    /// What there is no decoder for, where that is known.
    #[must_use]
    pub fn problem(&self) -> Option<&'static str> {
        match self.form {
            Form::Silent(what) => Some(what),
            _ => None,
        }
    }

    /// Takes a piece.
    pub fn push(&mut self, piece: &[u8]) {
        let bytes = Rc::make_mut(&mut self.bytes);
        bytes.drain(..self.at);
        self.at = 0;
        if !matches!(self.form, Form::Silent(_)) {
            bytes.extend_from_slice(piece);
        }
    }

    /// Whether no more samples come.
    #[must_use]
    pub fn is_at_end(&self) -> bool {
        self.is_whole && self.at == self.bytes.len()
    }

    /// Decodes some samples and adds them to `out`; returns their rate. None while there are none.
    pub fn block(&mut self, out: &mut Vec<i16>) -> Option<u32> {
        if matches!(self.form, Form::Header) {
            self.read_header()?;
        }
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let (rate, used) = match &mut self.form {
            Form::Samples(layout, left) => {
                let size = layout.channels * layout.encoding.size();
                let there = left.map_or(rest.len(), |left| left.min(rest.len()));
                let used = size * (there / size).min(BLOCK);
                out.extend(rest.get(..used)?.chunks_exact(size).map(|frame| layout.mix(frame)));
                if let Some(left) = left {
                    *left -= used;
                }
                ((used > 0).then_some(layout.rate), used)
            }
            Form::Mp3(decoder) => {
                let tag = if self.at == 0 { mp3::tag_length(rest) } else { 0 };
                decode_frame(decoder, rest, tag, out)
            }
            Form::Header | Form::Silent(_) => (None, 0),
        };
        self.at += used;
        if rate.is_none() && self.is_whole {
            self.at = self.bytes.len();
        }
        rate
    }

    fn read_header(&mut self) -> Option<()> {
        let wave = Wave::parse(&self.bytes);
        // As far as the header goes, what has come may be a part of it.
        let is_coming = wave.is_none() && self.bytes.starts_with(b"RIFF") && self.bytes.len() < LONGEST_HEADER;
        if self.bytes.is_empty() || is_coming && !self.is_whole {
            return None;
        }
        self.form = match wave {
            Some(Wave { rate, channels, encoding: Some(encoding), length, .. }) => {
                Form::Samples(Layout { rate, channels, encoding }, self.is_whole.then_some(length))
            }
            Some(_) => Form::Silent("WAV of this form"),
            // As the device does, sounds what has no header as PCM.
            None => Form::Samples(PCM, None),
        };
        self.at = wave.map_or(0, |wave| wave.start);
        Some(())
    }
}

impl Layout {
    /// The mean of the channels.
    fn mix(&self, frame: &[u8]) -> i16 {
        let size = self.encoding.size();
        let sum: i64 = frame.chunks_exact(size).map(|sample| i64::from(self.encoding.read(sample))).sum();
        i16::try_from(sum / self.channels as i64).unwrap_or_default()
    }
}

/// Decodes the next whole frame of MP3. Returns its rate, none if it is not there yet, and how many bytes have been
/// used up; `skipped` of them at least.
fn decode_frame(
    decoder: &mut nanomp3::Decoder,
    bytes: &[u8],
    skipped: usize,
    out: &mut Vec<i16>,
) -> (Option<u32>, usize) {
    let mut at = skipped.min(bytes.len());
    while let Some(rest) = bytes.get(at..).filter(|rest| rest.len() >= mp3::HEADER) {
        let Some(Frame { length, samples, sampling_rate }) = Frame::parse(rest) else {
            at += 1;
            continue;
        };
        let Some(frame) = rest.get(..length) else { break };
        let mut pcm = [0.0; MAX_SAMPLES_PER_FRAME];
        let decoded = match decoder.decode(frame, &mut pcm).1 {
            Some(info) => {
                let channels = usize::from(info.channels.num());
                let sound = pcm.get(..info.samples_produced * channels).unwrap_or_default();
                let mix = |frame: &[f32]| from_float(frame.iter().sum::<f32>() / channels as f32);
                out.extend(sound.chunks_exact(channels).map(mix));
                info.samples_produced
            }
            None => 0,
        };
        // A frame whose sound stands in earlier ones that have not come takes its time all the same.
        out.extend(std::iter::repeat_n(0, (samples as usize).saturating_sub(decoded)));
        return (Some(sampling_rate), at + length);
    }
    (None, at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::audio::duration;

    fn decoded(mut decoder: Decoder) -> (Option<u32>, Vec<i16>) {
        let (mut rate, mut samples) = (None, Vec::new());
        while let Some(next) = decoder.block(&mut samples) {
            rate = Some(next);
        }
        (rate, samples)
    }

    fn pieces(format: Format, data: &[u8], size: usize) -> (Option<u32>, Vec<i16>) {
        let (mut decoder, mut rate, mut samples) = (Decoder::new(format), None, Vec::new());
        for piece in data.chunks(size) {
            decoder.push(piece);
            while let Some(next) = decoder.block(&mut samples) {
                rate = Some(next);
            }
        }
        (rate, samples)
    }

    fn wav(samples: &[i16]) -> Vec<u8> {
        let mut data = Wave::header(16_000, samples.len() as u64 * 2);
        data.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
        data
    }

    #[test]
    fn pcm_is_taken_as_it_is() {
        let data = Rc::new(vec![1, 0, 0xff, 0xff, 7]);
        assert_eq!(decoded(Decoder::whole(Format::Pcm, data.clone())), (Some(8_000), vec![1, -1]));
        assert_eq!(pieces(Format::Pcm, &data, 1), (Some(8_000), vec![1, -1]));
    }

    #[test]
    fn wav_has_its_own_rate_and_may_come_in_pieces() {
        let samples: Vec<i16> = (0..3_000).collect();
        let mut data = wav(&samples);
        assert_eq!(pieces(Format::Wav, &data, 7), (Some(16_000), samples.clone()));
        // What stands behind the samples is none of them.
        data.extend_from_slice(b"LIST\0\0\0\0");
        assert_eq!(decoded(Decoder::whole(Format::Wav, Rc::new(data))), (Some(16_000), samples));
        assert_eq!(decoded(Decoder::whole(Format::Wav, Rc::new(b"RIFF".to_vec()))).1.len(), 2);
    }

    #[test]
    fn channels_are_mixed() {
        let mut data = wav(&[10, 20, -10, -30]);
        data[22] = 2;
        assert_eq!(decoded(Decoder::whole(Format::Wav, Rc::new(data))).1, [15, -20]);
    }

    #[test]
    fn mp3_sounds_as_long_as_it_says() {
        // Silent frames of MPEG 2, layer III: 32 kbit/s at 22.05 kHz.
        let mut frame = b"\xff\xf3\x40\xc4".to_vec();
        frame.resize(104, 0);
        let mut data = b"ID3\x03\0\0\0\0\0\x05tags!".to_vec();
        (0..20).for_each(|_| data.extend_from_slice(&frame));
        let length = duration(Format::Mp3, &data).unwrap();
        for (rate, samples) in
            [decoded(Decoder::whole(Format::Mp3, Rc::new(data.clone()))), pieces(Format::Mp3, &data, 50)]
        {
            assert_eq!((rate, samples.len()), (Some(22_050), 20 * 576));
            assert!((length.as_secs_f64() - samples.len() as f64 / 22_050.0).abs() < 1e-6);
            assert!(samples.iter().all(|sample| *sample == 0));
        }
    }

    #[test]
    fn what_has_no_decoder_says_so() {
        for (format, name) in [(Format::Amr, "AMR"), (Format::AmrWideband, "AMR-WB"), (Format::Speex, "SPX")] {
            let decoder = Decoder::whole(format, Rc::new(b"#!AMR\n\x0c".to_vec()));
            assert_eq!(decoder.problem(), Some(name));
            assert_eq!(decoded(decoder), (None, Vec::new()));
        }
        let mut law = wav(&[0; 4]);
        law[20] = 7;
        let mut decoder = Decoder::whole(Format::Wav, Rc::new(law));
        assert_eq!(decoder.block(&mut Vec::new()), None);
        assert_eq!(decoder.problem(), Some("WAV of this form"));
    }

    #[test]
    fn noise_is_no_trouble() {
        let mut seed: u32 = 1;
        let mut noise = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 24) as u8
        };
        for _ in 0..50 {
            let mut data: Vec<u8> = (0..2_000).map(|_| noise()).collect();
            for place in (0..1_990).step_by(97) {
                data[place..place + 2].copy_from_slice(&[0xff, 0xfb]);
            }
            let most: u32 = mp3::frames(&data).map(|frame| frame.samples).sum();
            let (_, samples) = decoded(Decoder::whole(Format::Mp3, Rc::new(data)));
            assert!(samples.len() <= most as usize);
        }
    }
}
