//! What concerns sound: what the microphone hears, the headset, and what has sounded.

use mlua::{Error, IntoLua, IntoLuaMulti, Lua, LuaString, MultiValue, Result, Table};

use super::{
    super::{convert::bytes, runtime::Runtime},
    actions::{add, add_checked},
};
use crate::device::{
    action::Action,
    audio::{Plug, SoundFile},
    files::host_path,
};

/// Adds to `native.device`:
///
/// - `microphone(path)`: the microphone hears this file of the host, WAV or MP3; nil: a silent room.
/// - `headset(poles)`: a plug of 3 or 4 poles is put in; nil: it is pulled out. `headset_button(is_pressed)`.
/// - `plugged()` → poles of the plug that is in the socket, or nil.
/// - `sound()` → bytes and MIME type of what sounds, or has sounded last; nothing if there is none.
pub(super) fn extend(lua: &Lua, device: &Table) -> Result<()> {
    add_checked(lua, device, "microphone", |path: Option<LuaString>| {
        let file = path.map(|path| SoundFile::open(&host_path(&path.as_bytes()))).transpose();
        file.map(Action::Microphone).map_err(|problem| Error::runtime(format!("microphone: {problem}")))
    })?;
    add(lua, device, "headset", |poles: Option<i64>| {
        Action::Headset(poles.map(|poles| if poles == 3 { Plug::Headphones } else { Plug::Headset }))
    })?;
    add(lua, device, "headset_button", Action::HeadsetButton)?;
    let runtime = Runtime::of(lua)?;
    let plugged = move |_: &Lua, ()| Ok(runtime.board.borrow().headset.plug().map(Plug::poles));
    device.set("plugged", lua.create_function(plugged)?)?;
    let runtime = Runtime::of(lua)?;
    let sound = move |lua: &Lua, ()| match runtime.audio.heard() {
        Some(heard) => (bytes(lua, &heard.file())?, heard.format().mime().into_lua(lua)?).into_lua_multi(lua),
        None => Ok(MultiValue::new()),
    };
    device.set("sound", lua.create_function(sound)?)
}
