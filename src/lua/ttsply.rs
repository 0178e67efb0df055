//! `ttsply`: a voice that reads texts. Facts: module `ttsply` of LuatOS-Air.

use std::{cell::Cell, rc::Rc};

use mlua::{Lua, Result, Table};

use super::{arguments::define, runtime::Runtime};
use crate::device::audio::{Kind, Playing, speech_duration};

/// Numbers of the voice's parameters: speed, volume, pitch and the character set of the texts.
const SPEED: i64 = 0;
const PARAMETERS: std::ops::RangeInclusive<i64> = SPEED..=3;

/// Values of the first three.
const VALUES: std::ops::RangeInclusive<i64> = 0..=100;

/// Number of the parameter from which on values may be anything.
const CODEPAGE: i64 = 3;

/// Makes the table.
///
/// - `initEngine()` → true.
/// - `setParm(parameter, value)` → boolean: 0 speed, 1 volume, 2 pitch, each 0 to 100; 3 character set.
/// - `play(text)` → boolean: `MSG_TTSPLY_STATUS` follows after the time that it takes to speak the text, which is in
///   GB2312. False for an empty text, and while something else sounds.
/// - `stop()` → boolean: whether something was spoken; `MSG_TTSPLY_STATUS` follows then.
pub fn table(lua: &Lua) -> Result<Table> {
    let ttsply = lua.create_table()?;
    define(lua, &ttsply, "ttsply.initEngine", |_| Ok(true))?;

    let speed = Rc::new(Cell::new(50));
    let set_speed = speed.clone();
    define(lua, &ttsply, "ttsply.setParm", move |call| {
        let (parameter, value) = (call.integer(1, "parameter")?, call.integer(2, "value")?);
        if !PARAMETERS.contains(&parameter) || parameter < CODEPAGE && !VALUES.contains(&value) {
            return Ok(false);
        }
        if parameter == SPEED {
            set_speed.set(value);
        }
        Ok(true)
    })?;
    define(lua, &ttsply, "ttsply.play", move |call| {
        let text = call.text(1, "text")?;
        let text = encoding_rs::GBK.decode_without_bom_handling(&text.as_bytes()).0.into_owned();
        if text.is_empty() {
            return Ok(false);
        }
        let runtime = Runtime::of(call.lua)?;
        let length = speech_duration(&text, speed.get());
        Ok(runtime.audio.start(&runtime, Playing::Speech(text), Rc::default(), Some(length), false))
    })?;
    let runtime = Runtime::of(lua)?;
    define(lua, &ttsply, "ttsply.stop", move |_| Ok(runtime.audio.stop(&runtime, |kind| kind == Kind::Speech)))?;
    Ok(ttsply)
}
