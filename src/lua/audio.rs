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
        audio::{AudioChange, Event, Kind, Output, Plan, Playing, Recorder},
        change::Change,
        files::{mode::Mode, open_file::OpenFile},
    },
    reactor::{Body, Deadline, Field, Message, Posting, Received, SourceId},
};

/// The device's sound.
#[derive(Default)]
pub(super) struct Audio {
    pub(super) output: RefCell<Output>,
    pub(super) recorder: RefCell<Recorder>,
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
    fn set(&self, runtime: &Runtime, announcer: impl Announce + 'static, at: Option<Instant>) {
        let id = self.id.get().unwrap_or_else(|| {
            let id = runtime.reactor.borrow_mut().new_id();
            runtime.announce(id, Rc::new(announcer));
            self.id.set(Some(id));
            id
        });
        let mut reactor = runtime.reactor.borrow_mut();
        match at {
            Some(at) => reactor.wake_at(id, &self.deadline, at),
            None => reactor.sleep_on(id, &self.deadline),
        }
    }
}

impl Audio {
    /// Begins a sound; see [`Output::start`].
    pub(super) fn start(&self, runtime: &Runtime, what: Playing, length: Option<Duration>, is_repeated: bool) -> bool {
        let kind = if matches!(what, Playing::Speech(_)) { Kind::Speech } else { Kind::Sound };
        if !self.output.borrow_mut().start(kind, length, is_repeated, runtime.time.now()) {
            return false;
        }
        self.forget_stopped(runtime);
        runtime.emit(&Change::Audio(AudioChange::Play { what, length }));
        self.output_clock.set(runtime, Loudspeaker, self.output.borrow().ends());
        true
    }

    /// Ends what sounds, if `is_meant` says so of its kind; the script hears of it. Returns whether something did.
    pub(super) fn stop(&self, runtime: &Runtime, is_meant: impl Fn(Kind) -> bool) -> bool {
        let Some(kind) = self.output.borrow_mut().stop(is_meant, runtime.time.now()) else { return false };
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
    pub(super) fn forget_stopped(&self, runtime: &Runtime) {
        if let Some(posting) = self.stopped.take() {
            runtime.reactor.borrow_mut().take_back(posting);
        }
    }

    /// Begins to record; see [`Recorder::start`].
    pub(super) fn record(&self, runtime: &Runtime, plan: Plan) -> bool {
        let change = AudioChange::Record { target: plan.target.clone(), length: plan.length };
        let is_started = self.recorder.borrow_mut().start(plan, runtime.time.now());
        if is_started {
            runtime.emit(&Change::Audio(change));
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
        let Some((kind, is_sound)) = ended else { return Ok(None) };
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
            Some(Event::Ended { path, header, frame, frames }) => {
                let written = path.map_or(Ok(()), |path| {
                    let mut file = runtime.files.borrow().open(&path, Mode::ANEW)?;
                    write(&mut file, &header, &frame, frames)
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

fn write(file: &mut OpenFile, header: &[u8], frame: &[u8], frames: u64) -> io::Result<()> {
    file.write(header)?;
    for _ in 0..frames {
        file.write(frame)?;
    }
    file.flush()
}

fn message(lua: &Lua, runtime: &Runtime, id: i64, name: &'static str, field: Field) -> Result<Option<(Value, Value)>> {
    let body = Body::Fields(vec![(name, field)]);
    rtos::message(lua, runtime, Received::Message(Message::Device { id, body }))
}
