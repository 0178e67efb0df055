//! Loudspeaker and microphone as the script hears of them: what `audiocore` and `ttsply` share.

use std::{
    cell::{Cell, RefCell},
    io,
    rc::Rc,
    time::{Duration, Instant},
};

use mlua::{Lua, Result, Value};

use super::{
    rtos,
    rtos::numbers::{MSG_AUDIO, MSG_RECORD, MSG_STREAM_RECORD, MSG_TTSPLY_ERROR, MSG_TTSPLY_STATUS},
    runtime::{Announce, Runtime},
};
use crate::{
    device::{
        audio::{
            AudioChange, Ended, Event, Format, Heard, Kind, Levels, Output, Plan, Playing, Recorder, Setting, Sound,
            Speaker, Target,
        },
        change::Change,
        files::{mode::Mode, open_file::OpenFile},
        state::{AudioState, RecordState},
        topic::Topic,
    },
    reactor::{Body, Deadline, Field, Message, Posting, Received, SourceId},
};

/// How often what sounds is written to the file of `--speaker`.
const WRITE_EVERY: Duration = Duration::from_secs(1);

/// The device's sound.
#[derive(Default)]
pub(super) struct Audio {
    pub(super) output: RefCell<Output>,
    pub(super) recorder: RefCell<Recorder>,
    levels: Cell<Levels>,
    /// What has begun to sound last, and when.
    sounding: RefCell<Option<(Sound, Instant)>>,
    /// It is a stream of which nobody has been told that it has run dry.
    is_streaming: Cell<bool>,
    /// The bytes of it.
    heard: RefCell<Option<Heard>>,
    /// Where it is written, and whose news make it so while nothing else happens.
    speaker: RefCell<Option<(Speaker, SourceId)>>,
    /// When the loudspeaker has something to tell.
    output_clock: Clock,
    /// When the microphone has.
    recorder_clock: Clock,
    /// The message about a sound that was stopped.
    stopped: Cell<Option<Posting>>,
}

/// Wakes the script for one of the two.
#[derive(Default)]
struct Clock {
    id: Cell<Option<SourceId>>,
    deadline: Rc<RefCell<Deadline>>,
}

impl Clock {
    fn id(&self, runtime: &Runtime, announcer: impl Announce + 'static) -> SourceId {
        self.id.get().unwrap_or_else(|| {
            let id = runtime.reactor.borrow_mut().new_id();
            runtime.announce(id, Rc::new(announcer));
            self.id.set(Some(id));
            id
        })
    }

    fn set(&self, runtime: &Runtime, announcer: impl Announce + 'static, at: Option<Instant>) {
        let id = self.id(runtime, announcer);
        let mut reactor = runtime.reactor.borrow_mut();
        match at {
            Some(at) => reactor.wake_at(id, &self.deadline, at),
            None => reactor.sleep_on(id, &self.deadline),
        }
    }
}

impl Audio {
    /// Begins a sound; see [`Output::start`]. `data`: its bytes, where it has some.
    pub(super) fn start(
        &self,
        runtime: &Runtime,
        what: Playing,
        data: Rc<Vec<u8>>,
        length: Option<Duration>,
        is_repeated: bool,
    ) -> bool {
        let now = runtime.time.now();
        if !self.output.borrow_mut().start(what.kind(), length, is_repeated, now) {
            return false;
        }
        let format = what.format();
        self.with_speaker(runtime, |speaker| match (format, length) {
            (Some(format), Some(length)) => speaker.play(format, &data, length, is_repeated, now),
            (Some(_), None) => speaker.stop(now),
            (None, _) => speaker.speak(now),
        });
        self.begin(runtime, Sound { what, length, is_repeated, volume: self.levels.get().sounds }, data);
        self.output_clock.set(runtime, Loudspeaker, self.output.borrow().ends());
        true
    }

    /// Takes as much of a stream as there is room for; see [`Output::feed`].
    pub(super) fn feed(&self, runtime: &Runtime, format: Format, data: &[u8]) -> usize {
        let now = runtime.time.now();
        let was_silent = self.output.borrow().sounds(now).is_none();
        let taken = self.output.borrow_mut().feed(format, data, now);
        let Some(piece) = data.get(..taken).filter(|piece| !piece.is_empty()) else { return taken };
        self.with_speaker(runtime, |speaker| speaker.feed(format, piece, now));
        if was_silent {
            let volume = self.levels.get().sounds;
            let sound = Sound { what: Playing::Stream(format), length: None, is_repeated: false, volume };
            self.begin(runtime, sound, Rc::new(piece.to_vec()));
        } else if let Some(heard) = &mut *self.heard.borrow_mut() {
            heard.push(piece);
        }
        if runtime.is_heard(Topic::Audio) {
            self.watch_stream(runtime, now);
        }
        taken
    }

    /// Has those who listen told when the stream has run dry, of which the script hears nothing.
    fn watch_stream(&self, runtime: &Runtime, now: Instant) {
        let Some(dry) = self.output.borrow().runs_dry() else { return };
        let id = self.output_clock.id(runtime, Loudspeaker);
        // Then it is over, however times are rounded.
        let after = dry.saturating_duration_since(now) + Duration::from_millis(1);
        runtime.reactor.borrow_mut().notify_in_background(id, after);
    }

    /// A stream that has run dry has ended.
    fn end_stream(&self, runtime: &Runtime) {
        if self.output.borrow().sounds(runtime.time.now()).is_none() && self.is_streaming.take() {
            self.write(runtime);
            runtime.emit(&Change::Audio(AudioChange::Ended));
        }
    }

    /// A sound has begun, with some bytes.
    fn begin(&self, runtime: &Runtime, sound: Sound, data: Rc<Vec<u8>>) {
        self.forget_stopped(runtime);
        if self.is_streaming.replace(sound.what.kind() == Kind::Stream) {
            runtime.emit(&Change::Audio(AudioChange::Ended));
        }
        *self.heard.borrow_mut() = sound.what.format().map(|format| Heard::new(format, data));
        *self.sounding.borrow_mut() = Some((sound.clone(), runtime.time.now()));
        runtime.emit(&Change::Audio(AudioChange::Play(sound)));
    }

    /// A setting changes.
    pub(super) fn set(&self, runtime: &Runtime, setting: Setting) {
        let mut levels = self.levels.get();
        levels.set(&setting);
        if levels.sounds != self.levels.get().sounds {
            self.with_speaker(runtime, |speaker| speaker.set_volume(levels.sounds, runtime.time.now()));
        }
        self.levels.set(levels);
        runtime.emit(&Change::Audio(AudioChange::Set(setting)));
    }

    /// The bytes of what sounds, or has sounded last.
    pub(super) fn heard(&self) -> Option<Heard> {
        self.heard.borrow().clone()
    }

    /// From now on what sounds is written to a file.
    pub(super) fn open_speaker(&self, runtime: &Runtime, mut speaker: Speaker) {
        speaker.set_volume(self.levels.get().sounds, runtime.time.now());
        let id = runtime.reactor.borrow_mut().new_id();
        runtime.announce(id, Rc::new(Writer));
        *self.speaker.borrow_mut() = Some((speaker, id));
    }

    /// Does something with the file of what sounds, if there is one.
    fn with_speaker(&self, runtime: &Runtime, act: impl FnOnce(&mut Speaker)) {
        let Some((speaker, id)) = &mut *self.speaker.borrow_mut() else { return };
        act(speaker);
        while let Some(problem) = speaker.take_problem() {
            runtime.output.report(None, &format!("[W]-[speaker] {problem}"));
        }
        if speaker.is_sounding() {
            runtime.reactor.borrow_mut().notify_in_background(*id, WRITE_EVERY);
        }
    }

    /// Writes what has sounded until now.
    pub(super) fn write(&self, runtime: &Runtime) {
        self.with_speaker(runtime, |speaker| speaker.advance(runtime.time.now()));
    }

    /// Likewise, and the silence until now: the device restarts.
    pub(super) fn fill(&self, runtime: &Runtime) {
        self.with_speaker(runtime, |speaker| speaker.fill(runtime.time.now()));
    }

    /// What an observer sees.
    pub(super) fn state(&self, runtime: &Runtime) -> AudioState {
        let seconds = |at: Instant| runtime.since_start(at).as_secs_f64();
        let playing = self.output.borrow().sounds(runtime.time.now()).map(Kind::name);
        let sounding = self.sounding.borrow();
        let (sound, since) = sounding
            .as_ref()
            .filter(|_| playing.is_some())
            .map_or((None, None), |(sound, since)| (Some(sound), Some(seconds(*since))));
        let what = sound.map(|sound| &sound.what);
        let Levels { sounds, calls, output, input } = self.levels.get();
        let recorder = self.recorder.borrow();
        let record = recorder.recording().map(|recording| RecordState {
            path: match recording.target {
                Target::File(path) => Some(String::from_utf8_lossy(path).into_owned()),
                Target::Stream(_) => None,
            },
            format: recording.format.name(),
            since: seconds(recording.started),
            seconds: recording.length.as_secs_f64(),
        });
        let board = runtime.board.borrow();
        AudioState {
            playing,
            path: what.and_then(Playing::path).map(str::to_owned),
            text: what.and_then(Playing::text).map(str::to_owned),
            format: what.and_then(Playing::format).map(Format::name),
            is_repeated: sound.map(|sound| sound.is_repeated),
            since,
            seconds: sound.and_then(|sound| sound.length).map(|length| length.as_secs_f64()),
            volume: sounds,
            call_volume: calls,
            output,
            input,
            recording: record.is_some(),
            record,
            headset: board.headset.plug().map(|plug| plug.poles()),
            microphone: board.microphone.as_ref().map(|file| file.path().display().to_string()),
            speaker: self.speaker.borrow().as_ref().map(|(speaker, _)| speaker.path().display().to_string()),
        }
    }

    /// Ends what sounds, if `is_meant` says so of its kind; the script hears of it. Returns whether something did.
    pub(super) fn stop(&self, runtime: &Runtime, is_meant: impl Fn(Kind) -> bool) -> bool {
        let Some(kind) = self.output.borrow_mut().stop(is_meant, runtime.time.now()) else { return false };
        self.is_streaming.set(false);
        self.with_speaker(runtime, |speaker| speaker.stop(runtime.time.now()));
        self.output_clock.set(runtime, Loudspeaker, None);
        runtime.emit(&Change::Audio(AudioChange::Stopped));
        let (id, fields) = match kind {
            Kind::Speech => (MSG_TTSPLY_STATUS, vec![("ttsply_status_ind", Field::from(0))]),
            Kind::Sound | Kind::Stream => (MSG_AUDIO, vec![("play_end_ind", Field::from(false))]),
        };
        let posting = runtime.reactor.borrow_mut().post_after(Duration::ZERO, id, Body::Fields(fields));
        self.stopped.set(Some(posting));
        true
    }

    /// A sound begins before the script has heard that another was stopped: the message would look like the end of
    /// the new one.
    fn forget_stopped(&self, runtime: &Runtime) {
        if let Some(posting) = self.stopped.take() {
            runtime.reactor.borrow_mut().take_back(posting);
        }
    }

    /// Begins to record; see [`Recorder::start`].
    pub(super) fn record(&self, runtime: &Runtime, plan: Plan) -> bool {
        let (target, format, length) = (plan.target.clone(), plan.silence.format(), plan.length);
        let is_started = self.recorder.borrow_mut().start(plan, runtime.time.now());
        if is_started {
            runtime.emit(&Change::Audio(AudioChange::Record { target, format, length }));
            self.wait_for_recorder(runtime);
        }
        is_started
    }

    /// Ends the recording; see [`Recorder::stop`].
    pub(super) fn stop_record(&self, runtime: &Runtime) -> bool {
        let is_stopped = self.recorder.borrow_mut().stop(runtime.time.now());
        self.wait_for_recorder(runtime);
        is_stopped
    }

    /// Forgets the recording.
    pub(super) fn delete_record(&self, runtime: &Runtime) {
        self.recorder.borrow_mut().delete();
        self.wait_for_recorder(runtime);
    }

    fn wait_for_recorder(&self, runtime: &Runtime) {
        self.recorder_clock.set(runtime, Microphone, self.recorder.borrow().next());
    }
}

/// Tells the script that a sound has ended.
struct Loudspeaker;

impl Announce for Loudspeaker {
    fn message(&self, lua: &Lua, runtime: &Runtime) -> Result<Option<(Value, Value)>> {
        let ended = runtime.audio.output.borrow_mut().take_ended(runtime.time.now());
        let Some((kind, is_sound)) = ended else {
            runtime.audio.end_stream(runtime);
            return Ok(None);
        };
        runtime.audio.write(runtime);
        runtime.emit(&Change::Audio(if is_sound { AudioChange::Ended } else { AudioChange::Failed }));
        let (id, name, field) = match (kind, is_sound) {
            (Kind::Speech, true) => (MSG_TTSPLY_STATUS, "ttsply_status_ind", Field::from(0)),
            (Kind::Speech, false) => (MSG_TTSPLY_ERROR, "ttsply_error_ind", Field::from(1)),
            (_, true) => (MSG_AUDIO, "play_end_ind", Field::from(true)),
            (_, false) => (MSG_AUDIO, "play_error_ind", Field::from(true)),
        };
        message(lua, runtime, id, name, field)
    }
}

/// Writes to the file of `--speaker`, while nothing else has it written.
struct Writer;

impl Announce for Writer {
    fn message(&self, _: &Lua, runtime: &Runtime) -> Result<Option<(Value, Value)>> {
        runtime.audio.write(runtime);
        Ok(None)
    }
}

/// Tells the script of what was recorded, and writes it.
struct Microphone;

impl Announce for Microphone {
    fn message(&self, lua: &Lua, runtime: &Runtime) -> Result<Option<(Value, Value)>> {
        let event = runtime.audio.recorder.borrow_mut().advance(runtime.time.now());
        runtime.audio.wait_for_recorder(runtime);
        match event {
            None => Ok(None),
            Some(Event::Read(count)) => {
                let count = i64::try_from(count).unwrap_or(i64::MAX);
                message(lua, runtime, MSG_STREAM_RECORD, "wait_read_len", Field::from(count))
            }
            Some(Event::Ended(ended)) => {
                let written = ended.map_or(Ok(()), |ended| {
                    let mut file = runtime.files.borrow().open(&ended.path, Mode::ANEW)?;
                    write(&mut file, *ended)
                });
                runtime.emit(&Change::Audio(match &written {
                    Ok(()) => AudioChange::Recorded,
                    Err(error) => AudioChange::RecordLost(error.to_string()),
                }));
                let name = if written.is_ok() { "record_end_ind" } else { "record_error_ind" };
                message(lua, runtime, MSG_RECORD, name, Field::from(true))
            }
        }
    }
}

fn write(file: &mut OpenFile, mut ended: Ended) -> io::Result<()> {
    file.write(&ended.header)?;
    for _ in 0..ended.count {
        file.write(&ended.frames.next())?;
    }
    file.flush()
}

fn message(lua: &Lua, runtime: &Runtime, id: i64, name: &'static str, field: Field) -> Result<Option<(Value, Value)>> {
    let body = Body::Fields(vec![(name, field)]);
    rtos::message(lua, runtime, Received::Message(Message::Device { id, body }))
}
