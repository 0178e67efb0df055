//! Samples at another rate.

/// Makes samples of one rate into those of another: between two samples where the rate rises, the mean of several where
/// it falls.
#[derive(Debug)]
pub struct Resampler {
    to: u32,
    from: u32,
    /// How far the next sample that goes out is beyond `last`, in parts of `to`; where the rate falls, how much of it
    /// has been added up, in parts of `from`.
    phase: u32,
    last: Option<i16>,
    sum: i64,
    count: i64,
}

impl Resampler {
    /// One whose samples have the rate `to`, above 0.
    #[must_use]
    pub fn new(to: u32) -> Self {
        Resampler { to, from: to, phase: 0, last: None, sum: 0, count: 0 }
    }

    /// Takes samples of a rate, above 0, and gives out those that follow from them.
    pub fn push(&mut self, from: u32, samples: &[i16], out: &mut impl Extend<i16>) {
        if from != self.from {
            self.finish(out);
            self.from = from;
        }
        if from == self.to {
            out.extend(samples.iter().copied());
        } else if from < self.to {
            samples.iter().for_each(|sample| self.raise(*sample, out));
        } else {
            samples.iter().for_each(|sample| self.lower(*sample, out));
        }
    }

    /// Nothing follows: gives out what is left.
    pub fn finish(&mut self, out: &mut impl Extend<i16>) {
        if let Some(last) = self.last {
            self.raise(last, out);
        }
        *self = Resampler { from: self.from, ..Resampler::new(self.to) };
    }

    fn raise(&mut self, sample: i16, out: &mut impl Extend<i16>) {
        if let Some(last) = self.last {
            let (start, step) = (i64::from(last), i64::from(sample) - i64::from(last));
            while self.phase < self.to {
                let between = start + step * i64::from(self.phase) / i64::from(self.to);
                out.extend(i16::try_from(between));
                self.phase += self.from;
            }
            self.phase -= self.to;
        }
        self.last = Some(sample);
    }

    fn lower(&mut self, sample: i16, out: &mut impl Extend<i16>) {
        self.sum += i64::from(sample);
        self.count += 1;
        self.phase += self.to;
        if self.phase >= self.from {
            self.phase -= self.from;
            out.extend(i16::try_from(self.sum / self.count));
            (self.sum, self.count) = (0, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resampled(from: u32, to: u32, pieces: &[&[i16]]) -> Vec<i16> {
        let (mut resampler, mut out) = (Resampler::new(to), Vec::new());
        pieces.iter().for_each(|piece| resampler.push(from, piece, &mut out));
        resampler.finish(&mut out);
        out
    }

    #[test]
    fn the_same_rate_changes_nothing() {
        assert_eq!(resampled(8_000, 8_000, &[&[1, -2, 3], &[4]]), [1, -2, 3, 4]);
    }

    #[test]
    fn a_higher_rate_goes_from_sample_to_sample() {
        assert_eq!(resampled(8_000, 24_000, &[&[0, 30], &[-30]]), [0, 10, 20, 30, 10, -10, -30, -30, -30]);
        assert_eq!(resampled(8_000, 48_000, &[&[i16::MIN, i16::MAX]]).len(), 12);
    }

    #[test]
    fn a_lower_rate_has_means() {
        assert_eq!(resampled(16_000, 8_000, &[&[10, 20, -4], &[-6]]), [15, -5]);
        // As many as there is time for.
        assert_eq!(resampled(44_100, 8_000, &[&[7; 44_100]]), [7; 8_000]);
        assert_eq!(resampled(44_100, 48_000, &[&[7; 44_100]]), [7; 48_000]);
    }

    #[test]
    fn rates_may_change() {
        let (mut resampler, mut out) = (Resampler::new(8_000), Vec::new());
        resampler.push(4_000, &[5, 5], &mut out);
        resampler.push(8_000, &[6], &mut out);
        resampler.push(16_000, &[7, 7], &mut out);
        assert_eq!(out, [5, 5, 5, 5, 6, 7]);
    }
}
