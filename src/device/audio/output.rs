//! What sounds: one thing at a time.

use std::time::{Duration, Instant};

use super::{duration::byte_rate, format::Format};

/// Bytes that a stream may be ahead of what has sounded.
const STREAM_BUFFER: f64 = 4096.0;

/// How long the voice takes for a character at its middle speed.
const CHARACTER: Duration = Duration::from_millis(220);

/// Speeds of the voice, from slow to fast.
const SPEEDS: std::ops::RangeInclusive<i64> = 0..=100;

/// What kind of thing sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file or data.
    Sound,
    /// Data that come while they sound.
    Stream,
    /// A text.
    Speech,
}

impl Kind {
    /// `sound`, `stream` or `speech`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Sound => "sound",
            Kind::Stream => "stream",
            Kind::Speech => "speech",
        }
    }
}

/// The loudspeaker.
#[derive(Debug, Default)]
pub struct Output {
    whole: Option<Whole>,
    stream: Option<Stream>,
}

/// A sound that was given whole.
#[derive(Debug)]
struct Whole {
    kind: Kind,
    /// None: it is repeated until it is stopped.
    ends: Option<Instant>,
    /// It is what it claims to be.
    is_sound: bool,
}

#[derive(Debug)]
struct Stream {
    format: Format,
    /// Bytes of a second.
    rate: f64,
    /// Bytes that have not sounded at some time.
    waiting: f64,
    at: Instant,
}

impl Stream {
    fn waiting(&self, now: Instant) -> f64 {
        (self.waiting - now.saturating_duration_since(self.at).as_secs_f64() * self.rate).max(0.0)
    }
}

impl Output {
    /// Begins a sound. `length`: none if it cannot be read, which shows at once. `is_repeated`: until it is stopped.
    /// Returns false, and nothing changes, while something else sounds.
    pub fn start(&mut self, kind: Kind, length: Option<Duration>, is_repeated: bool, now: Instant) -> bool {
        if self.sounds(now).is_some() {
            return false;
        }
        let ends = match length {
            Some(length) if is_repeated && !length.is_zero() => None,
            length => Some(now + length.unwrap_or_default()),
        };
        self.stream = None;
        self.whole = Some(Whole { kind, ends, is_sound: length.is_some() });
        true
    }

    /// Takes as much of a stream as there is room for; returns how many bytes. Nothing while something else sounds.
    pub fn feed(&mut self, format: Format, data: &[u8], now: Instant) -> usize {
        if self.whole.is_some() {
            return 0;
        }
        let waiting = self.stream.as_ref().map_or(0.0, |stream| stream.waiting(now));
        match &mut self.stream {
            Some(stream) if stream.format == format => (stream.waiting, stream.at) = (waiting, now),
            Some(_) if waiting > 0.0 => return 0,
            _ => self.stream = Some(Stream { format, rate: byte_rate(format, data) as f64, waiting: 0.0, at: now }),
        }
        let Some(stream) = &mut self.stream else { return 0 };
        let taken = ((STREAM_BUFFER - stream.waiting) as usize).min(data.len());
        stream.waiting += taken as f64;
        taken
    }

    /// Bytes of a stream that have not sounded yet.
    #[must_use]
    pub fn remaining(&self, now: Instant) -> usize {
        self.stream.as_ref().map_or(0.0, |stream| stream.waiting(now)).ceil() as usize
    }

    /// What sounds now.
    #[must_use]
    pub fn sounds(&self, now: Instant) -> Option<Kind> {
        match &self.whole {
            Some(whole) => Some(whole.kind),
            None => (self.remaining(now) > 0).then_some(Kind::Stream),
        }
    }

    /// When the sound ends by itself.
    #[must_use]
    pub fn ends(&self) -> Option<Instant> {
        self.whole.as_ref().and_then(|whole| whole.ends)
    }

    /// When all of the stream that has come has sounded.
    #[must_use]
    pub fn runs_dry(&self) -> Option<Instant> {
        let stream = self.stream.as_ref()?;
        Some(stream.at + Duration::from_secs_f64(stream.waiting / stream.rate))
    }

    /// The sound that has ended by itself, and whether it was one at all.
    pub fn take_ended(&mut self, now: Instant) -> Option<(Kind, bool)> {
        let whole = self.whole.take_if(|whole| whole.ends.is_some_and(|ends| ends <= now))?;
        Some((whole.kind, whole.is_sound))
    }

    /// Ends what sounds, if `is_meant` says so of its kind. Returns what it was.
    pub fn stop(&mut self, is_meant: impl Fn(Kind) -> bool, now: Instant) -> Option<Kind> {
        let kind = self.sounds(now);
        if is_meant(kind?) {
            self.whole = None;
            self.stream = None;
            return kind;
        }
        None
    }
}

/// How long the voice takes for a text; it says nothing of blanks. `speed` is 0 to 100, with 50 in the middle.
#[must_use]
pub fn speech_duration(text: &str, speed: i64) -> Duration {
    let characters = text.chars().filter(|letter| !letter.is_whitespace() && !letter.is_control()).count();
    // Half as fast at 0, twice as fast at 100.
    let factor = 2_f64.powf((speed.clamp(*SPEEDS.start(), *SPEEDS.end()) - 50) as f64 / -50.0);
    CHARACTER.mul_f64(characters as f64 * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    #[test]
    fn one_thing_sounds_at_a_time_and_ends_by_itself() {
        let (mut output, start) = (Output::default(), Instant::now());
        assert!(output.start(Kind::Sound, Some(seconds(2.0)), false, start));
        assert!(!output.start(Kind::Speech, Some(seconds(1.0)), false, start));
        assert_eq!(output.feed(Format::Pcm, &[0; 10], start), 0);
        assert_eq!(output.ends(), Some(start + seconds(2.0)));
        assert_eq!(output.take_ended(start + seconds(1.9)), None);
        assert_eq!(output.take_ended(start + seconds(2.0)), Some((Kind::Sound, true)));
        assert!(output.start(Kind::Speech, Some(seconds(1.0)), false, start));
    }

    #[test]
    fn what_is_no_sound_ends_at_once() {
        let (mut output, start) = (Output::default(), Instant::now());
        assert!(output.start(Kind::Sound, None, true, start));
        assert_eq!(output.take_ended(start), Some((Kind::Sound, false)));
    }

    #[test]
    fn a_repeated_sound_ends_only_when_stopped() {
        let (mut output, start) = (Output::default(), Instant::now());
        assert!(output.start(Kind::Sound, Some(seconds(1.0)), true, start));
        assert_eq!(output.ends(), None);
        assert_eq!(output.take_ended(start + seconds(100.0)), None);
        assert_eq!(output.stop(|kind| kind == Kind::Speech, start), None);
        assert_eq!(output.stop(|kind| kind == Kind::Sound, start), Some(Kind::Sound));
        assert_eq!(output.stop(|_| true, start), None);
    }

    #[test]
    fn a_stream_is_taken_as_fast_as_it_sounds() {
        let (mut output, start) = (Output::default(), Instant::now());
        assert_eq!(output.feed(Format::Pcm, &[0; 3000], start), 3000);
        assert_eq!(output.feed(Format::Pcm, &[0; 3000], start), 1096);
        assert_eq!(output.feed(Format::Pcm, &[0; 3000], start), 0);
        assert_eq!(output.feed(Format::Amr, &[0; 3000], start), 0);
        assert_eq!(output.sounds(start), Some(Kind::Stream));
        assert_eq!((output.runs_dry(), output.ends()), (Some(start + seconds(0.256)), None));
        // 16 bytes in a millisecond.
        assert_eq!(output.remaining(start + seconds(0.1)), 4096 - 1600);
        assert_eq!(output.feed(Format::Pcm, &[0; 3000], start + seconds(0.1)), 1600);
        assert_eq!(output.remaining(start + seconds(0.356)), 0);
        assert_eq!(output.sounds(start + seconds(1.0)), None);
        assert_eq!(output.feed(Format::Amr, &[0; 3000], start + seconds(1.0)), 3000);
    }

    #[test]
    fn speech_takes_its_time() {
        assert_eq!(speech_duration("", 50), Duration::ZERO);
        assert_eq!(speech_duration("你 好", 50), 2 * CHARACTER);
        assert_eq!(speech_duration("你好", 0), 4 * CHARACTER);
        assert_eq!(speech_duration("你好", 1000), CHARACTER);
    }
}
