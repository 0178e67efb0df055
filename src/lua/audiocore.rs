//! `audiocore`: sounds and recordings. Facts: module `audiocore` of LuatOS-Air.

use std::{cell::Cell, rc::Rc, time::Duration};

use mlua::{IntoLua, Lua, Result, Table, Value};

use super::{
    arguments::{Arguments, define},
    convert::bytes,
    diagnostics,
    runtime::Runtime,
};
use crate::device::{
    audio::{
        AudioChange, Format, Kind, Knob, LOUDEST, Plan, Playing, Quality, Setting, Silence, SoundFile, Target, duration,
    },
    change::Change,
    files::Access,
};

/// The device's answers: done, and refused.
const OK: i64 = 1;
const REFUSED: i64 = 0;

/// Constants with the firmware's numbers.
const CONSTANTS: &[(&str, i64)] = &[
    ("MP3", Format::Mp3 as i64),
    ("PCM", Format::Pcm as i64),
    ("WAV", Format::Wav as i64),
    ("AMR", Format::Amr as i64),
    ("SPX", Format::Speex as i64),
    ("PLAY_LOCAL", 1),
    ("PLAY_VOLTE", 2),
    ("PLAY_POC", 3),
    // So spelled.
    ("RECORE_MIC", 1),
    ("RECORE_VOICE", OTHER_SIDE),
    ("RECORE_VOICE_DUAL", 3),
    ("RECORE_POC", 5),
    ("CLASS_AB", 0),
    ("CLASS_D", 1),
    ("HANDSET", 0),
    ("EARPIECE", 1),
    ("LOUDSPEAKER", 2),
    ("LOOPBACK_HANDSET", 0),
    ("LOOPBACK_EARPIECE", 1),
    ("LOOPBACK_LOUDSPEAKER", 2),
];

/// Volumes: the function's name, what it sets, and the largest value.
const VOLUMES: &[(&str, Knob, i64)] = &[
    ("audiocore.setvol", Knob::Sounds, LOUDEST),
    ("audiocore.setsphvol", Knob::Calls, LOUDEST),
    ("audiocore.setspeakervol", Knob::Loudspeaker, LOUDEST),
    ("audiocore.setmicvol", Knob::Microphone, 15),
];

/// Number of the type of a recording in which only the other side of a call is heard.
const OTHER_SIDE: i64 = 2;

/// Largest numbers of outputs and inputs.
const MAX_OUTPUT: i64 = 2;
const MAX_INPUT: i64 = 4;

/// Makes the table.
///
/// - `play(path)` → true, and `MSG_AUDIO` follows: `play_end_ind` at the end, `play_error_ind` at once if the file is
///   not what its name says; false if there is no such file or something else sounds; nothing if the name tells no
///   format.
/// - `playdata(data, format [, loop])` → boolean, and likewise; with loop 1 it sounds until it is stopped.
/// - `streamplay(format, data [, type])` → bytes taken, as many as there is room for in 4 KiB that empty as they
///   sound; 0 for an unknown format and while something else sounds. `streamremain()` → bytes not sounded yet.
/// - `stop()`: ends the sound; `MSG_AUDIO` follows with `play_end_ind` false, unless another begins first.
/// - `record(path, seconds [, quality [, type [, format]]])` → 1 or 0; at the end the file is there, as long as it took,
///   with what the microphone has heard if it is PCM or WAV, else silent, and `MSG_RECORD` follows with
///   `record_end_ind` or `record_error_ind`.
/// - `streamrecord(seconds [, quality [, type [, format [, length]]]])` → 1 or 0: `MSG_STREAM_RECORD` with
///   `wait_read_len` follows again and again, then `MSG_RECORD`. `streamrecordread(size)` → string.
/// - `stoprecord()` → 1 or 0. `deleterecord()` → 1; only then the next recording can begin.
/// - `setvol`, `setsphvol`, `setspeakervol` (0 to 7), `setmicvol` (0 to 15), `setchannel(output [, input])`,
///   `setloopback(flag, type, setvol, volume)`, `setpa(class)`, `pa(gpio, output [, count [, us]])` → 1 or 0;
///   `getpa()` → class; `startvoice()` → false; `head_plug(type)` → 1 or 0.
/// - `headsetinit(auto)`: with 0, `MSG_HEADSET` follows whenever a headset is plugged in (`type` 1; `param`: 1 without a
///   microphone, 2 with one) or pulled out (2), and its button pressed (3) or released (4).
/// - `rtmpopen(url)`, `rtmpclose()` → false.
pub fn table(lua: &Lua) -> Result<Table> {
    let audiocore = lua.create_table_from(CONSTANTS.iter().copied())?;
    for volume in 0..=7 {
        audiocore.set(format!("VOL{volume}"), volume)?;
    }
    for volume in 0..=15 {
        audiocore.set(format!("MIC_VOL{volume}"), volume)?;
    }
    add_sounds(lua, &audiocore)?;
    add_recordings(lua, &audiocore)?;
    add_settings(lua, &audiocore)?;
    for name in ["audiocore.rtmpopen", "audiocore.rtmpclose"] {
        define(lua, &audiocore, name, move |call| {
            diagnostics::unsupported(call.lua, name, None)?;
            Ok(false)
        })?;
    }
    Ok(audiocore)
}

fn add_sounds(lua: &Lua, audiocore: &Table) -> Result<()> {
    define(lua, audiocore, "audiocore.play", play)?;
    define(lua, audiocore, "audiocore.playdata", |call| {
        let (data, format) = (call.text(1, "data")?, call.integer(2, "format")?);
        let is_repeated = match call.value(3) {
            Value::Boolean(flag) => *flag,
            _ => call.integer_or(3, "loop", 0)? != 0,
        };
        let Some(format) = Format::numbered(format) else { return Ok(false) };
        let runtime = Runtime::of(call.lua)?;
        let data = Rc::new(data.as_bytes().to_vec());
        let what = Playing::Data { count: data.len(), format };
        let length = duration(format, &data);
        Ok(runtime.audio.start(&runtime, what, data, length, is_repeated))
    })?;
    define(lua, audiocore, "audiocore.streamplay", |call| {
        let (format, data) = (call.integer(1, "format")?, call.text(2, "data")?);
        call.integer_or(3, "type", 0)?;
        let Some(format) = Format::numbered(format) else { return Ok(0) };
        let runtime = Runtime::of(call.lua)?;
        Ok(runtime.audio.feed(&runtime, format, &data.as_bytes()))
    })?;
    let runtime = Runtime::of(lua)?;
    define(lua, audiocore, "audiocore.streamremain", move |_| {
        Ok(runtime.audio.output.borrow().remaining(runtime.time.now()))
    })?;
    let runtime = Runtime::of(lua)?;
    define(lua, audiocore, "audiocore.stop", move |_| {
        runtime.audio.stop(&runtime, |kind| kind != Kind::Speech);
        Ok(())
    })
}

fn play(call: &Arguments<'_>) -> Result<Value> {
    let path = call.text(1, "path")?;
    let Some(format) = Format::of_path(&path.as_bytes()) else { return Ok(Value::Nil) };
    let runtime = Runtime::of(call.lua)?;
    let found = runtime.files.borrow().resolve(&path.as_bytes(), Access::Read);
    let Some(data) = found.ok().and_then(|path| std::fs::read(path).ok()) else {
        runtime.emit(&Change::Audio(AudioChange::Missing(path.to_string_lossy())));
        return false.into_lua(call.lua);
    };
    let what = Playing::File(path.to_string_lossy(), format);
    let length = duration(format, &data);
    runtime.audio.start(&runtime, what, Rc::new(data), length, false).into_lua(call.lua)
}

fn add_recordings(lua: &Lua, audiocore: &Table) -> Result<()> {
    define(lua, audiocore, "audiocore.record", |call| {
        let path = call.text(1, "path")?;
        let Some(plan) = recording(call, 2, Target::File(path.as_bytes().to_vec()))? else { return Ok(REFUSED) };
        let runtime = Runtime::of(call.lua)?;
        if runtime.files.borrow().resolve(&path.as_bytes(), Access::Write).is_err() {
            return Ok(REFUSED);
        }
        Ok(answer(runtime.audio.record(&runtime, plan)))
    })?;
    define(lua, audiocore, "audiocore.streamrecord", |call| {
        let bytes = usize::try_from(call.integer_or(5, "length", 0)?).unwrap_or(0);
        let Some(plan) = recording(call, 1, Target::Stream(bytes))? else { return Ok(REFUSED) };
        let runtime = Runtime::of(call.lua)?;
        Ok(answer(runtime.audio.record(&runtime, plan)))
    })?;
    let runtime = Runtime::of(lua)?;
    define(lua, audiocore, "audiocore.stoprecord", move |_| Ok(answer(runtime.audio.stop_record(&runtime))))?;
    let runtime = Runtime::of(lua)?;
    define(lua, audiocore, "audiocore.deleterecord", move |_| {
        runtime.audio.delete_record(&runtime);
        Ok(OK)
    })?;
    define(lua, audiocore, "audiocore.streamrecordread", |call| {
        let size = usize::try_from(call.integer(1, "size")?).unwrap_or(0);
        let data = Runtime::of(call.lua)?.audio.recorder.borrow_mut().read(size);
        bytes(call.lua, &data)
    })
}

/// A recording by length, quality, type and format from a position on; none if it cannot be made.
fn recording(call: &Arguments<'_>, position: usize, target: Target) -> Result<Option<Plan>> {
    let seconds = u64::try_from(call.integer(position, "seconds")?).unwrap_or(0);
    let quality = Quality::numbered(call.integer_or(position + 1, "quality", 0)?);
    let what = call.integer_or(position + 2, "type", 0)?;
    let format = Format::numbered(call.integer_or(position + 3, "format", 0)?);
    let silence = quality.zip(format).and_then(|(quality, format)| Silence::new(format, quality));
    let Some(silence) = silence.filter(|_| seconds > 0) else { return Ok(None) };
    let runtime = Runtime::of(call.lua)?;
    let sound = runtime.board.borrow().microphone.as_ref().filter(|_| what != OTHER_SIDE).map(SoundFile::hear);
    if let Some(name) = sound.as_ref().and(silence.unencoded()) {
        let text = format!("a recording in {name} is silent, because there is no encoder for it; PCM and WAV are not");
        diagnostics::warn_once(call.lua, "audiocore", &text)?;
    }
    Ok(Some(Plan { target, silence, sound, length: Duration::from_secs(seconds) }))
}

fn add_settings(lua: &Lua, audiocore: &Table) -> Result<()> {
    for (function, knob, most) in VOLUMES {
        define(lua, audiocore, function, move |call| {
            let volume = call.integer(1, knob.name())?;
            set(call, (0..=*most).contains(&volume), Setting::Volume { of: *knob, volume })
        })?;
    }
    define(lua, audiocore, "audiocore.setchannel", |call| {
        let (output, input) = (call.integer(1, "output")?, call.integer_or(2, "input", 0)?);
        let is_known = (0..=MAX_OUTPUT).contains(&output) && (0..=MAX_INPUT).contains(&input);
        set(call, is_known, Setting::Channel { output, input })
    })?;
    define(lua, audiocore, "audiocore.setloopback", |call| {
        let (flag, output) = (call.integer(1, "flag")?, call.integer(2, "type")?);
        call.integer(3, "whether the volume is set")?;
        call.integer(4, "volume")?;
        set(call, (0..=MAX_OUTPUT).contains(&output), Setting::Loopback { flag, output })
    })?;
    let class = Rc::new(Cell::new(0));
    let shown = class.clone();
    define(lua, audiocore, "audiocore.setpa", move |call| {
        let given = call.integer(1, "class")?;
        if (0..=1).contains(&given) {
            class.set(given);
        }
        set(call, (0..=1).contains(&given), Setting::AmplifierClass(given))
    })?;
    define(lua, audiocore, "audiocore.getpa", move |_| Ok(shown.get()))?;
    define(lua, audiocore, "audiocore.pa", |call| {
        let (pin, output) = (call.integer(1, "gpio")?, call.integer(2, "output")?);
        for (position, name) in [(3, "count"), (4, "us"), (5, "enable"), (6, "delay")] {
            call.integer_or(position, name, 0)?;
        }
        set(call, (0..=MAX_OUTPUT).contains(&output), Setting::Amplifier { pin, output })
    })?;
    define(lua, audiocore, "audiocore.startvoice", |_| Ok(false))?;
    define(lua, audiocore, "audiocore.headsetinit", |call| {
        let is_automatic = call.integer(1, "auto")? != 0;
        let runtime = Runtime::of(call.lua)?;
        let report = runtime.board.borrow_mut().headset.begin(!is_automatic);
        report.into_iter().for_each(|report| runtime.report_headset(report));
        Ok(())
    })?;
    define(lua, audiocore, "audiocore.head_plug", |call| {
        let kind = call.integer(1, "type")?;
        set(call, (0..=2).contains(&kind), Setting::HeadPhones(kind))
    })
}

/// The answer to a setting, which is shown if it is one.
fn set(call: &Arguments<'_>, is_known: bool, setting: Setting) -> Result<i64> {
    if is_known {
        let runtime = Runtime::of(call.lua)?;
        runtime.audio.set(&runtime, setting);
    }
    Ok(answer(is_known))
}

fn answer(is_done: bool) -> i64 {
    if is_done { OK } else { REFUSED }
}
