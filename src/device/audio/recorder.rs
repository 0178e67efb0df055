//! The recorder: one recording at a time, into a file or in pieces to the script.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use super::silence::Silence;

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
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where it goes.
    pub target: Target,
    /// What is heard.
    pub silence: Silence,
    /// For how long.
    pub length: Duration,
}

/// What has happened by a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// So many bytes of a stream can be read.
    Read(usize),
    /// The end. What has to be written to the file, in pieces: a header, and a repeated frame.
    Ended {
        /// The file; none for a stream.
        path: Option<Vec<u8>>,
        /// The first bytes.
        header: Vec<u8>,
        /// The bytes of a frame.
        frame: Vec<u8>,
        /// How many there are.
        frames: u64,
    },
}

/// The microphone.
#[derive(Debug, Default)]
pub struct Recorder {
    recording: Option<Recording>,
    waiting: VecDeque<u8>,
}

#[derive(Debug)]
struct Recording {
    plan: Plan,
    started: Instant,
    /// Frames that were reported to the script.
    reported: u64,
    has_ended: bool,
}

impl Recording {
    fn end(&self) -> Instant {
        // Times beyond what can be counted are as good as never.
        self.started.checked_add(self.plan.length).unwrap_or(self.started + Duration::from_secs(u32::MAX.into()))
    }

    /// Frames between two reports of a stream.
    fn report(&self) -> u64 {
        let silence = &self.plan.silence;
        match self.plan.target {
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
        self.recording = Some(Recording { plan, started: now, reported: 0, has_ended: false });
        self.waiting.clear();
        true
    }

    /// Whether a recording is under way.
    #[must_use]
    pub fn is_recording(&self) -> bool {
        self.recording.as_ref().is_some_and(|recording| !recording.has_ended)
    }

    /// When something happens next.
    #[must_use]
    pub fn next(&self) -> Option<Instant> {
        let recording = self.recording.as_ref().filter(|recording| !recording.has_ended)?;
        let end = recording.end();
        let frames = recording.reported.checked_add(recording.report());
        let report = frames
            .and_then(|frames| u32::try_from(frames).ok())
            .and_then(|frames| recording.started.checked_add(recording.plan.silence.step().checked_mul(frames)?));
        Some(report.map_or(end, |report| report.min(end)))
    }

    /// What has happened. To be asked again until nothing has.
    pub fn advance(&mut self, now: Instant) -> Option<Event> {
        let recording = self.recording.as_mut().filter(|recording| !recording.has_ended)?;
        let is_over = recording.end() <= now;
        let silence = &recording.plan.silence;
        let elapsed = now.saturating_duration_since(recording.started).min(recording.plan.length);
        let frames = silence.frames_in(elapsed);
        if let Target::File(path) = &recording.plan.target {
            recording.has_ended = is_over;
            let (header, frame) = (silence.header(frames), silence.frame().to_vec());
            return is_over.then(|| Event::Ended { path: Some(path.clone()), header, frame, frames });
        }
        let new = frames - recording.reported;
        if new > 0 && (is_over || new >= recording.report()) {
            let mut bytes = if recording.reported == 0 { silence.header(u64::MAX) } else { Vec::new() };
            let most = MAX_WAITING / silence.frame().len();
            bytes.extend(silence.frame().repeat(usize::try_from(new).unwrap_or(most).min(most)));
            recording.reported = frames;
            self.waiting.extend(&bytes);
            let lost = self.waiting.len().saturating_sub(MAX_WAITING);
            self.waiting.drain(..lost);
            return Some(Event::Read(bytes.len()));
        }
        recording.has_ended = is_over;
        is_over.then(|| Event::Ended { path: None, header: Vec::new(), frame: Vec::new(), frames: 0 })
    }

    /// Ends the recording now. Returns false if there is none.
    pub fn stop(&mut self, now: Instant) -> bool {
        match self.recording.as_mut().filter(|recording| !recording.has_ended) {
            Some(recording) => {
                let elapsed = now.saturating_duration_since(recording.started);
                recording.plan.length = recording.plan.length.min(elapsed);
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
    use super::*;
    use crate::device::audio::{Format, Quality};

    fn plan(target: Target, seconds: u64) -> Plan {
        let silence = Silence::new(Format::Amr, Quality::Low).unwrap();
        Plan { target, silence, length: Duration::from_secs(seconds) }
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
        assert_eq!(recorder.advance(start + milliseconds(4_999)), None);
        let Some(Event::Ended { path: ended, header, frame, frames }) = recorder.advance(start + milliseconds(5_001))
        else {
            panic!("not ended")
        };
        assert_eq!((ended, header.as_slice(), frame.len(), frames), (Some(path), &b"#!AMR\n"[..], 14, 250));
        assert_eq!((recorder.next(), recorder.advance(start + milliseconds(9_000))), (None, None));
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
        assert!(matches!(recorder.advance(now), Some(Event::Ended { frames: 50, .. })));
    }

    #[test]
    fn a_stream_comes_in_pieces() {
        let (mut recorder, start) = (Recorder::default(), Instant::now());
        // 140 bytes are ten frames.
        recorder.start(plan(Target::Stream(140), 1), start);
        assert_eq!(recorder.next(), Some(start + milliseconds(200)));
        assert_eq!(recorder.advance(start + milliseconds(199)), None);
        assert_eq!(recorder.advance(start + milliseconds(200)), Some(Event::Read(146)));
        assert_eq!(recorder.advance(start + milliseconds(200)), None);
        assert_eq!((recorder.read(6), recorder.read(1000).len()), (b"#!AMR\n".to_vec(), 140));
        assert_eq!(recorder.next(), Some(start + milliseconds(400)));
        assert_eq!(recorder.advance(start + milliseconds(1_500)), Some(Event::Read(560)));
        assert!(matches!(recorder.advance(start + milliseconds(1_500)), Some(Event::Ended { path: None, .. })));
        assert_eq!(recorder.advance(start + milliseconds(1_500)), None);
        assert_eq!(recorder.read(1000).len(), 560);
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
