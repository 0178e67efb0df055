//! A sound at the rate at which somebody listens.

use std::{collections::VecDeque, rc::Rc};

use super::{decoder::Decoder, format::Format, resampler::Resampler};

/// The samples of a sound, which are made as they are taken.
#[derive(Debug)]
pub struct Voice {
    decoder: Decoder,
    resampler: Resampler,
    ready: VecDeque<i16>,
    /// Memory for what comes out of the decoder.
    block: Vec<i16>,
}

impl Voice {
    /// A sound that comes in pieces, at a rate.
    #[must_use]
    pub fn new(format: Format, rate: u32) -> Self {
        Self::of(Decoder::new(format), rate)
    }

    /// A whole sound, at a rate.
    #[must_use]
    pub fn whole(format: Format, data: Rc<Vec<u8>>, rate: u32) -> Self {
        Self::of(Decoder::whole(format, data), rate)
    }

    fn of(decoder: Decoder, rate: u32) -> Self {
        Voice { decoder, resampler: Resampler::new(rate), ready: VecDeque::new(), block: Vec::new() }
    }

    /// Takes a piece.
    pub fn push(&mut self, piece: &[u8]) {
        self.decoder.push(piece);
    }

    /// Nothing follows at once: the last sample sounds as long as the others.
    pub fn pause(&mut self) {
        self.resampler.finish(&mut self.ready);
    }

    /// What there is no decoder for, so that nothing sounds.
    #[must_use]
    pub fn problem(&self) -> Option<&'static str> {
        self.decoder.problem()
    }

    /// Adds as many samples to `out`, or fewer where there are no more.
    pub fn take(&mut self, count: usize, out: &mut Vec<i16>) {
        while self.ready.len() < count {
            self.block.clear();
            match self.decoder.block(&mut self.block) {
                Some(rate) => self.resampler.push(rate, &self.block, &mut self.ready),
                None if self.decoder.is_at_end() => {
                    self.pause();
                    break;
                }
                None => break,
            }
        }
        out.extend(self.ready.drain(..count.min(self.ready.len())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sound_is_as_long_at_any_rate() {
        let data: Vec<u8> = (0..800_i16).flat_map(i16::to_le_bytes).collect();
        for rate in [8_000, 16_000, 44_100, 48_000] {
            let mut voice = Voice::whole(Format::Pcm, Rc::new(data.clone()), rate);
            let mut samples = Vec::new();
            for _ in 0..10_000 {
                voice.take(7, &mut samples);
            }
            assert_eq!(samples.len(), rate as usize / 10, "{rate}");
            assert!(samples.is_sorted() && samples.last() == Some(&799), "{rate}");
        }
    }
}
