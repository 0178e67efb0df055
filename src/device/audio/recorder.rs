//! The recorder: one recording at a time, into a file or in pieces to the script.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use super::{format::Format, silence::Silence, voice::Voice};

/// Bytes that wait for the script at most; earlier ones are lost.
const MAX_WAITING: usize = 64 * 1024;

/// A stream is reported so often unless the script says after how many bytes.
const REPORT: Duration = Duration::from_millis(500);

/// Where a recording goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Into the file of this path of the device, at the end.
    File(Vec<u8>),
    /// To the script, whenever this number of bytes is there; 0: every half second.
    Stream(usize),
}

/// What is to be recorded.
#[derive(Debug)]
pub struct Plan {
    /// Where it goes.
    pub target: Target,
    /// Where nothing is heard.
    pub silence: Silence,
    /// What is heard; none for a silent room.
    pub sound: Option<Voice>,
    /// For how long.
    pub length: Duration,
}

/// The frames of a recording, made as they are taken.
#[derive(Debug)]
pub struct Frames {
    silence: Silence,
    sound: Option<Voice>,
    samples: Vec<i16>,
}

impl Frames {
    fn new(silence: Silence, sound: Option<Voice>) -> Self {
        let sound = sound.filter(|_| silence.unencoded().is_none());
        Frames { silence, sound, samples: Vec::new() }
    }

    /// Passes over some.
    fn skip(&mut self, count: u64) {
        let mut left = count;
        while left > 0 && self.sound.is_some() {
            self.next();
            left -= 1;
        }
    }

    /// Bytes of the next one.
    pub fn next(&mut self) -> Vec<u8> {
        let mut frame = self.silence.frame().to_vec();
        if let Some(sound) = &mut self.sound {
            self.samples.clear();
            sound.take(frame.len() / 2, &mut self.samples);
            if self.samples.is_empty() {
                self.sound = None;
            }
            for (place, sample) in frame.chunks_exact_mut(2).zip(&self.samples) {
                place.copy_from_slice(&sample.to_le_bytes());
            }
        }
        frame
    }
}

/// What has happened by a time.
#[derive(Debug)]
pub enum Event {
    /// So many bytes of a stream can be read.
    Read(usize),
    /// The end.
    Ended(Option<Box<Ended>>),
}

/// What has to be written to a file: the header, and so many frames.
#[derive(Debug)]
pub struct Ended {
    /// The file.
    pub path: Vec<u8>,
    /// The first bytes.
    pub header: Vec<u8>,
    /// How many frames there are.
    pub count: u64,
    /// What makes them.
    pub frames: Frames,
}

/// What an observer sees of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded<'a> {
    /// Where it goes.
    pub target: &'a Target,
    /// Its form.
    pub format: Format,
    /// When it began.
    pub started: Instant,
    /// For how long it will last.
    pub length: Duration,
}

/// The microphone.
#[derive(Debug, Default)]
pub struct Recorder {
    recording: Option<Recording>,
    waiting: VecDeque<u8>,
}

#[derive(Debug)]
struct Recording {
    target: Target,
    length: Duration,
    frames: Frames,
    started: Instant,
    /// Frames that were reported to the script.
    reported: u64,
    has_ended: bool,
}

impl Recording {
    fn end(&self) -> Instant {
        // Times beyond what can be counted are as good as never.
        self.started.checked_add(self.length).unwrap_or(self.started + Duration::from_secs(u32::MAX.into()))
    }

    /// Frames between two reports of a stream.
    fn report(&self) -> u64 {
        let silence = &self.frames.silence;
        match self.target {
            Target::File(_) => u64::MAX,
            Target::Stream(0) => silence.frames_in(REPORT).max(1),
            Target::Stream(bytes) => bytes.div_ceil(silence.frame().len()) as u64,
        }
    }
}

impl Recorder {
    /// Begins to record. Returns false, and nothing changes, if an earlier recording was not deleted.
    pub fn start(&mut self, plan: Plan, now: Instant) -> bool {
        if self.recording.is_some() {
            return false;
        }
        let Plan { target, silence, sound, length } = plan;
        let frames = Frames::new(silence, sound);
        self.recording = Some(Recording { target, length, frames, started: now, reported: 0, has_ended: false });
        self.waiting.clear();
        true
    }

    /// The recording that is under way.
    #[must_use]
    pub fn recording(&self) -> Option<Recorded<'_>> {
        let Recording { target, length, frames, started, .. } =
            self.recording.as_ref().filter(|recording| !recording.has_ended)?;
        Some(Recorded { target, format: frames.silence.format(), started: *started, length: *length })
    }

    /// When something happens next.
    #[must_use]
    pub fn next(&self) -> Option<Instant> {
        let recording = self.recording.as_ref().filter(|recording| !recording.has_ended)?;
        let end = recording.end();
        let frames = recording.reported.checked_add(recording.report());
        let report = frames
            .and_then(|frames| u32::try_from(frames).ok())
            .and_then(|frames| recording.started.checked_add(recording.frames.silence.step().checked_mul(frames)?));
        Some(report.map_or(end, |report| report.min(end)))
    }

    /// What has happened. To be asked again until nothing has.
    pub fn advance(&mut self, now: Instant) -> Option<Event> {
        let recording = self.recording.as_mut().filter(|recording| !recording.has_ended)?;
        let is_over = recording.end() <= now;
        let silence = &recording.frames.silence;
        let elapsed = now.saturating_duration_since(recording.started).min(recording.length);
        let count = silence.frames_in(elapsed);
        if let Target::File(path) = &recording.target {
            recording.has_ended = is_over;
            let header = silence.header(count);
            let frames = Frames::new(silence.clone(), recording.frames.sound.take_if(|_| is_over));
            return is_over.then(|| Event::Ended(Some(Box::new(Ended { path: path.clone(), header, count, frames }))));
        }
        let new = count - recording.reported;
        if new > 0 && (is_over || new >= recording.report()) {
            let mut bytes = if recording.reported == 0 { silence.header(u64::MAX) } else { Vec::new() };
            recording.reported = count;
            let most = (MAX_WAITING / silence.frame().len()) as u64;
            // What is lost has been heard all the same.
            recording.frames.skip(new.saturating_sub(most));
            (0..new.min(most)).for_each(|_| bytes.extend(recording.frames.next()));
            self.waiting.extend(&bytes);
            let lost = self.waiting.len().saturating_sub(MAX_WAITING);
            self.waiting.drain(..lost);
            return Some(Event::Read(bytes.len()));
        }
        recording.has_ended = is_over;
        is_over.then_some(Event::Ended(None))
    }

    /// Ends the recording now. Returns false if there is none.
    pub fn stop(&mut self, now: Instant) -> bool {
        match self.recording.as_mut().filter(|recording| !recording.has_ended) {
            Some(recording) => {
                let elapsed = now.saturating_duration_since(recording.started);
                recording.length = recording.length.min(elapsed);
                true
            }
            None => false,
        }
    }

    /// Forgets the recording, finished or not.
    pub fn delete(&mut self) {
        self.recording = None;
        self.waiting.clear();
    }

    /// Takes bytes of a stream.
    pub fn read(&mut self, count: usize) -> Vec<u8> {
        self.waiting.drain(..count.min(self.waiting.len())).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::device::audio::Quality;

    fn plan(target: Target, seconds: u64) -> Plan {
        let silence = Silence::new(Format::Amr, Quality::Low).unwrap();
        Plan { target, silence, sound: None, length: Duration::from_secs(seconds) }
    }

    /// A recording in PCM of a sound whose samples are numbered.
    fn plan_of_sound(target: Target, seconds: u64) -> Plan {
        let data: Vec<u8> = (0..8_000_i16).flat_map(i16::to_le_bytes).collect();
        let silence = Silence::new(Format::Pcm, Quality::Low).unwrap();
        let sound = Some(Voice::whole(Format::Pcm, Rc::new(data), 8_000));
        Plan { target, silence, sound, length: Duration::from_secs(seconds) }
    }

    fn samples(bytes: &[u8]) -> Vec<i16> {
        bytes.chunks_exact(2).map(|bytes| i16::from_le_bytes([bytes[0], bytes[1]])).collect()
    }

    fn read_count(event: Option<Event>) -> Option<usize> {
        match event {
            Some(Event::Read(count)) => Some(count),
            _ => None,
        }
    }

    fn milliseconds(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn a_file_ends_after_its_time_and_makes_room_when_deleted() {
        let (mut recorder, start) = (Recorder::default(), Instant::now());
        let path = b"/record.amr".to_vec();
        assert!(recorder.start(plan(Target::File(path.clone()), 5), start));
        assert!(!recorder.start(plan(Target::Stream(0), 5), start));
        assert_eq!(recorder.next(), Some(start + milliseconds(5_000)));
        assert!(recorder.advance(start + milliseconds(4_999)).is_none());
        let Some(Event::Ended(Some(mut ended))) = recorder.advance(start + milliseconds(5_001)) else {
            panic!("not ended")
        };
        assert_eq!((ended.path, ended.header.as_slice(), ended.count), (path, &b"#!AMR\n"[..], 250));
        assert_eq!(ended.frames.next().len(), 14);
        assert!(recorder.next().is_none() && recorder.advance(start + milliseconds(9_000)).is_none());
        assert!(!recorder.stop(start) && !recorder.start(plan(Target::Stream(0), 5), start));
        recorder.delete();
        assert!(recorder.start(plan(Target::Stream(0), 5), start));
    }

    #[test]
    fn a_stop_cuts_it_short() {
        let (mut recorder, start) = (Recorder::default(), Instant::now());
        assert!(!recorder.stop(start));
        recorder.start(plan(Target::File(b"/record.amr".to_vec()), 5), start);
        let now = start + milliseconds(1_010);
        assert!(recorder.stop(now));
        assert_eq!(recorder.next(), Some(now));
        assert!(matches!(recorder.advance(now), Some(Event::Ended(Some(ended))) if ended.count == 50));
    }

    #[test]
    fn a_stream_comes_in_pieces() {
        let (mut recorder, start) = (Recorder::default(), Instant::now());
        // 140 bytes are ten frames.
        recorder.start(plan(Target::Stream(140), 1), start);
        assert_eq!(recorder.next(), Some(start + milliseconds(200)));
        assert!(recorder.advance(start + milliseconds(199)).is_none());
        assert_eq!(read_count(recorder.advance(start + milliseconds(200))), Some(146));
        assert!(recorder.advance(start + milliseconds(200)).is_none());
        assert_eq!((recorder.read(6), recorder.read(1000).len()), (b"#!AMR\n".to_vec(), 140));
        assert_eq!(recorder.next(), Some(start + milliseconds(400)));
        assert_eq!(read_count(recorder.advance(start + milliseconds(1_500))), Some(560));
        assert!(matches!(recorder.advance(start + milliseconds(1_500)), Some(Event::Ended(None))));
        assert!(recorder.advance(start + milliseconds(1_500)).is_none());
        assert_eq!(recorder.read(1000).len(), 560);
    }

    #[test]
    fn a_sound_is_recorded_and_then_silence() {
        let (mut recorder, start) = (Recorder::default(), Instant::now());
        recorder.start(plan_of_sound(Target::File(b"/record.pcm".to_vec()), 2), start);
        assert_eq!(recorder.recording().map(|recording| recording.format), Some(Format::Pcm));
        assert!(recorder.advance(start + milliseconds(500)).is_none());
        let Some(Event::Ended(Some(mut ended))) = recorder.advance(start + milliseconds(2_000)) else {
            panic!("not ended")
        };
        let recorded: Vec<i16> = (0..ended.count).flat_map(|_| samples(&ended.frames.next())).collect();
        let expected: Vec<i16> = (0..8_000).chain(std::iter::repeat_n(0, 8_000)).collect();
        assert_eq!(recorded, expected);
        assert_eq!(recorder.recording(), None);
    }

    #[test]
    fn a_stream_goes_through_a_sound() {
        let (mut recorder, start) = (Recorder::default(), Instant::now());
        recorder.start(plan_of_sound(Target::Stream(0), 5), start);
        assert_eq!(read_count(recorder.advance(start + milliseconds(20))), None);
        assert_eq!(read_count(recorder.advance(start + milliseconds(500))), Some(8_000));
        assert_eq!(samples(&recorder.read(usize::MAX)), (0..4_000).collect::<Vec<_>>());
        assert_eq!(read_count(recorder.advance(start + milliseconds(600))), None);
        assert!(recorder.stop(start + milliseconds(600)));
        assert_eq!(read_count(recorder.advance(start + milliseconds(600))), Some(1_600));
        assert_eq!(samples(&recorder.read(usize::MAX)), (4_000..4_800).collect::<Vec<_>>());
    }

    #[test]
    fn what_cannot_be_encoded_is_silent() {
        let silence = Silence::new(Format::Amr, Quality::Low).unwrap();
        let expected = silence.frame().to_vec();
        assert_eq!(Frames::new(silence, plan_of_sound(Target::Stream(0), 1).sound).next(), expected);
    }

    #[test]
    fn what_nobody_reads_does_not_pile_up() {
        let (mut recorder, start) = (Recorder::default(), Instant::now());
        let length = Duration::from_secs(0x7fff_ffff);
        recorder.start(Plan { length, ..plan(Target::Stream(0), 1) }, start);
        for second in 1..1_000 {
            assert!(recorder.advance(start + Duration::from_secs(second)).is_some());
        }
        assert_eq!(recorder.read(usize::MAX).len(), MAX_WAITING);
    }
}
