//! All that sounds, in time, in a file of the host.

use std::{
    io,
    path::{Path, PathBuf},
    rc::Rc,
    time::{Duration, Instant},
};

use super::{format::Format, levels::LOUDEST, voice::Voice, wave_file::WaveFile};
use crate::{host_file, io_error::in_words};

/// Samples of the file in a second: a multiple of the rates of speech.
const RATE: u32 = 48_000;

/// Samples that are made at once.
const BLOCK: u64 = RATE as u64;

/// Writes what sounds, at the place of its time, with silence between. Each call says what time it is, and first writes
/// what has sounded until then.
#[derive(Debug)]
pub struct Speaker {
    path: PathBuf,
    file: WaveFile,
    began: Instant,
    /// The sample at which it began: behind those of the time before a restart.
    start: u64,
    /// What has sounded is written up to this sample.
    at: u64,
    playing: Option<Playing>,
    volume: i64,
    /// What there is to say once.
    problems: Vec<String>,
    /// What was said, or is to be said.
    known: Vec<&'static str>,
    has_failed: bool,
}

#[derive(Debug)]
enum Playing {
    Whole(Whole),
    Stream {
        format: Format,
        voice: Voice,
        /// All that has come has sounded.
        is_starved: bool,
    },
}

#[derive(Debug)]
struct Whole {
    format: Format,
    data: Rc<Vec<u8>>,
    voice: Voice,
    /// The sample at which it ends, or begins again.
    ends: u64,
    /// Samples from one repetition to the next, if it is repeated.
    period: Option<u64>,
}

impl Speaker {
    /// Begins a file, or goes on with one where the device has restarted.
    ///
    /// # Errors
    /// It cannot be written, or is a pipe; the text names it.
    pub fn open(path: &Path, has_restarted: bool, now: Instant) -> Result<Self, String> {
        if host_file::is_pipe(path) {
            return Err(format!("{}: a file expected", path.display()));
        }
        let file = if has_restarted { WaveFile::go_on(path, RATE) } else { WaveFile::create(path, RATE) };
        let file = file.map_err(|error| format!("{}: {}", path.display(), in_words(&error)))?;
        let start = file.length();
        Ok(Speaker {
            path: path.to_owned(),
            file,
            began: now,
            start,
            at: start,
            playing: None,
            volume: LOUDEST,
            problems: Vec::new(),
            known: Vec::new(),
            has_failed: false,
        })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A whole sound begins, of a length.
    pub fn play(&mut self, format: Format, data: &Rc<Vec<u8>>, length: Duration, is_repeated: bool, now: Instant) {
        self.advance(now);
        let length = samples(length);
        let voice = Voice::whole(format, data.clone(), RATE);
        let period = (is_repeated && length > 0).then_some(length);
        self.playing =
            Some(Playing::Whole(Whole { format, data: data.clone(), voice, ends: self.at + length, period }));
    }

    /// A text is spoken, for which there is no voice.
    pub fn speak(&mut self, now: Instant) {
        self.advance(now);
        self.playing = None;
        self.say("speech");
    }

    /// More of a stream comes; it sounds behind what has not sounded yet.
    pub fn feed(&mut self, format: Format, piece: &[u8], now: Instant) {
        self.advance(now);
        if !matches!(&self.playing, Some(Playing::Stream { format: former, .. }) if *former == format) {
            self.playing = Some(Playing::Stream { format, voice: Voice::new(format, RATE), is_starved: false });
        }
        if let Some(Playing::Stream { voice, is_starved, .. }) = &mut self.playing {
            voice.push(piece);
            *is_starved = false;
        }
    }

    /// What sounds ends.
    pub fn stop(&mut self, now: Instant) {
        self.advance(now);
        self.playing = None;
    }

    /// From now on sounds have this volume, 0 to [`LOUDEST`].
    pub fn set_volume(&mut self, volume: i64, now: Instant) {
        self.advance(now);
        self.volume = volume;
    }

    /// Whether there will be something to write.
    #[must_use]
    pub fn is_sounding(&self) -> bool {
        match &self.playing {
            Some(Playing::Whole(_)) => true,
            Some(Playing::Stream { is_starved, .. }) => !is_starved,
            None => false,
        }
    }

    /// Writes what has sounded until now.
    pub fn advance(&mut self, now: Instant) {
        let until = self.start + samples(now.saturating_duration_since(self.began));
        if self.has_failed || self.file.is_beyond(self.at) {
            if !self.has_failed && self.is_sounding() {
                self.fail("it has 4 GB, and sound has no room in it any more".into());
            }
            return;
        }
        let written = self.sound(until).and_then(|()| self.file.settle());
        if let Err(error) = written {
            self.fail(in_words(&error));
        }
        self.at = self.at.max(until);
    }

    /// Likewise, and makes the file as long as the device has been on: it goes on with it after a restart.
    pub fn fill(&mut self, now: Instant) {
        self.advance(now);
        if !self.has_failed
            && let Err(error) = self.file.extend(self.at).and_then(|()| self.file.settle())
        {
            self.fail(in_words(&error));
        }
    }

    /// Something that users have to know; to be asked until there is nothing.
    pub fn take_problem(&mut self) -> Option<String> {
        self.problems.pop()
    }

    fn fail(&mut self, why: String) {
        self.has_failed = true;
        self.playing = None;
        self.problems.push(format!("{}: {why}", self.path.display()));
    }

    /// Says once what is silent.
    fn say(&mut self, what: &'static str) {
        if !self.known.contains(&what) {
            self.known.push(what);
            self.problems.push(format!("{}: {what} cannot be sounded, and is silence there", self.path.display()));
        }
    }

    /// Writes samples up to one, as far as something sounds.
    fn sound(&mut self, until: u64) -> io::Result<()> {
        let mut block = Vec::new();
        while self.at < until {
            block.clear();
            let wanted = (until - self.at).min(BLOCK);
            let Some(sounded) = self.next(wanted, &mut block) else { return Ok(()) };
            for sample in &mut block {
                *sample = i16::try_from(i64::from(*sample) * self.volume / LOUDEST).unwrap_or(*sample);
            }
            self.file.write(self.at, &block)?;
            self.at += sounded;
        }
        Ok(())
    }

    /// The next samples, `wanted` at most, and how many pass: those that are missing are silence. None where nothing
    /// sounds.
    fn next(&mut self, wanted: u64, block: &mut Vec<i16>) -> Option<u64> {
        let (passed, problem) = match self.playing.as_mut()? {
            Playing::Whole(whole) => {
                if whole.ends <= self.at {
                    let Some(period) = whole.period else {
                        self.playing = None;
                        return None;
                    };
                    whole.voice = Voice::whole(whole.format, whole.data.clone(), RATE);
                    whole.ends = self.at + period;
                }
                let wanted = wanted.min(whole.ends - self.at);
                whole.voice.take(usize::try_from(wanted).unwrap_or_default(), block);
                (Some(wanted), whole.voice.problem())
            }
            Playing::Stream { voice, is_starved, .. } => {
                let wanted = usize::try_from(wanted).unwrap_or_default();
                voice.take(wanted, block);
                if block.len() < wanted {
                    voice.pause();
                    voice.take(wanted - block.len(), block);
                }
                *is_starved = block.is_empty();
                ((!*is_starved).then_some(block.len() as u64), voice.problem())
            }
        };
        if let Some(what) = problem {
            self.say(what);
        }
        passed
    }
}

/// How many samples have passed after a time.
fn samples(time: Duration) -> u64 {
    u64::try_from(time.as_nanos() * u128::from(RATE) / 1_000_000_000).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::audio::wave::{HEADER, Wave};

    struct Bench {
        folder: tempfile::TempDir,
        start: Instant,
    }

    impl Bench {
        fn new() -> Self {
            Bench { folder: tempfile::tempdir().unwrap(), start: Instant::now() }
        }

        fn path(&self) -> PathBuf {
            self.folder.path().join("out.wav")
        }

        fn open(&self) -> Speaker {
            Speaker::open(&self.path(), false, self.start).unwrap()
        }

        fn at(&self, milliseconds: u64) -> Instant {
            self.start + Duration::from_millis(milliseconds)
        }

        /// The sample of each millisecond.
        fn samples(&self) -> Vec<i16> {
            let data = std::fs::read(self.path()).unwrap();
            let wave = Wave::parse(&data).unwrap();
            assert_eq!((wave.rate, wave.channels, wave.length), (RATE, 1, data.len() - HEADER));
            let samples = data[HEADER..].chunks_exact(2).map(|bytes| i16::from_le_bytes([bytes[0], bytes[1]]));
            samples.step_by(RATE as usize / 1000).collect()
        }
    }

    /// Milliseconds of PCM of 8 kHz with the same sample.
    fn tone(sample: i16, milliseconds: usize) -> Rc<Vec<u8>> {
        Rc::new(sample.to_le_bytes().repeat(8 * milliseconds))
    }

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn sounds_are_where_their_time_is() {
        let bench = Bench::new();
        let mut speaker = bench.open();
        speaker.play(Format::Pcm, &tone(700, 3), 3 * MS, false, bench.at(2));
        assert!(speaker.is_sounding());
        speaker.set_volume(1, bench.at(8));
        assert!(!speaker.is_sounding());
        speaker.play(Format::Pcm, &tone(700, 9), 9 * MS, false, bench.at(10));
        speaker.set_volume(0, bench.at(12));
        speaker.set_volume(7, bench.at(13));
        speaker.stop(bench.at(14));
        speaker.advance(bench.at(20));
        assert_eq!(bench.samples(), [0, 0, 700, 700, 700, 0, 0, 0, 0, 0, 100, 100, 0, 700]);
    }

    #[test]
    fn what_is_repeated_sounds_until_it_is_stopped() {
        let bench = Bench::new();
        let mut speaker = bench.open();
        let data: Vec<u8> = [1_i16, 2].iter().flat_map(|sample| sample.to_le_bytes().repeat(8)).collect();
        speaker.play(Format::Pcm, &Rc::new(data), 2 * MS, true, bench.at(0));
        speaker.advance(bench.at(3));
        speaker.stop(bench.at(7));
        assert_eq!(bench.samples(), [1, 2, 1, 2, 1, 2, 1]);
    }

    #[test]
    fn a_stream_goes_on_behind_what_has_come() {
        let bench = Bench::new();
        let mut speaker = bench.open();
        speaker.feed(Format::Pcm, &tone(5, 2), bench.at(1));
        speaker.feed(Format::Pcm, &tone(6, 2), bench.at(2));
        assert!(speaker.is_sounding());
        speaker.advance(bench.at(8));
        assert!(!speaker.is_sounding());
        speaker.feed(Format::Pcm, &tone(7, 2), bench.at(9));
        speaker.stop(bench.at(10));
        assert_eq!(bench.samples(), [0, 5, 5, 6, 6, 0, 0, 0, 0, 7]);
    }

    #[test]
    fn what_cannot_be_sounded_is_silence_and_is_said_once() {
        let bench = Bench::new();
        let mut speaker = bench.open();
        let amr = Rc::new(b"#!AMR\n".to_vec());
        for start in [0, 10] {
            speaker.play(Format::Amr, &amr, 5 * MS, false, bench.at(start));
            speaker.speak(bench.at(start + 5));
        }
        speaker.play(Format::Pcm, &tone(5, 1), MS, false, bench.at(20));
        speaker.advance(bench.at(21));
        assert_eq!(bench.samples()[19..], [0, 5]);
        let problems: Vec<String> = std::iter::from_fn(|| speaker.take_problem()).collect();
        assert_eq!(problems.len(), 2);
        assert!(problems[0].contains("out.wav: speech cannot") && problems[1].contains("out.wav: AMR cannot"));
    }

    #[test]
    fn a_restart_goes_on_at_its_time() {
        let bench = Bench::new();
        let mut speaker = bench.open();
        speaker.play(Format::Pcm, &tone(5, 1), MS, false, bench.at(0));
        speaker.fill(bench.at(3));
        drop(speaker);
        let mut speaker = Speaker::open(&bench.path(), true, bench.at(9)).unwrap();
        speaker.play(Format::Pcm, &tone(6, 1), MS, false, bench.at(10));
        speaker.advance(bench.at(12));
        assert_eq!(bench.samples(), [5, 0, 0, 0, 6]);
        let problem = Speaker::open(bench.folder.path(), false, bench.at(0)).unwrap_err();
        assert!(problem.starts_with(&bench.folder.path().display().to_string()), "{problem}");
    }
}
