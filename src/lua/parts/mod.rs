//! `parts`: what the Lua half needs to attach models to the device, and no LuatOS script sees.

mod flash;
mod screens;

use std::time::{SystemTime, UNIX_EPOCH};

use mlua::{Error, Lua, LuaString, Result, Table};

use super::{SOURCES, runtime::Runtime};
use crate::{
    device::{
        action::{Action, PartChange},
        clock::Civil,
        files,
    },
    host_file,
    io_error::in_words,
    spelling,
};

/// Folder of the models in the names of [`SOURCES`].
const FOLDER: &str = "parts.";

/// Most bytes of a file that a part reads.
const MOST: u64 = 64 << 20;

/// Names of our models.
pub(super) fn models() -> impl Iterator<Item = &'static str> {
    SOURCES.iter().filter_map(|(name, _)| name.strip_prefix(FOLDER))
}

/// Makes the table.
///
/// - `MODELS`: list of the names of our models.
/// - `wishes()` → list of the parts that the runner's options and `luatos.toml` ask for: `model`, `settings` (texts by
///   name), `folder`, where paths among these begin, and `origin`, who asks.
/// - `one_of(names, name)` → why a name is none of these, with the one that was probably meant.
/// - `read_file(path)` → content of a file of this computer, of 64 MiB at most; or nil and why there is none.
/// - `level(pin)` → boolean: whether a pin is high.
/// - `selected(pin)` → whether a pin selects a chip by a low level, and whether that is another selection than at the
///   last call.
/// - `now()` → seconds since 1970 (UTC) by the computer's clock, or the one that `--start` and `--instant` make.
/// - `date(seconds)` → table of `year`, `month`, `day`, `hour`, `minute`, `second`; `seconds(date)` → seconds since 1970 of
///   such a table.
/// - `baud(port)` → bits per second of a serial port, nil if it is not set up.
/// - `attached(name, place)`, `removed(name)`, `set(name, value, to)`, `touched(name [, x, y])`: tell of what happens to a
///   part.
pub(super) fn table(lua: &Lua) -> Result<Table> {
    let parts = lua.create_table()?;
    parts.set("MODELS", lua.create_sequence_from(models())?)?;
    parts.set("wishes", lua.create_function(wishes)?)?;
    let one_of = |_: &Lua, (names, name): (Vec<LuaString>, LuaString)| {
        let names: Vec<String> = names.iter().map(LuaString::to_string_lossy).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        Ok(spelling::one_of(&names, &name.to_string_lossy()))
    };
    parts.set("one_of", lua.create_function(one_of)?)?;
    parts.set("read_file", lua.create_function(|lua, path: LuaString| read_file(lua, &path))?)?;
    let runtime = Runtime::of(lua)?;
    let level = move |_: &Lua, pin: i64| Ok(runtime.board.borrow().pins.level(pin));
    parts.set("level", lua.create_function(level)?)?;
    let runtime = Runtime::of(lua)?;
    let selected = move |_: &Lua, pin: i64| {
        let selection = runtime.board.borrow_mut().pins.selection(pin);
        Ok((selection.is_some(), selection.unwrap_or(false)))
    };
    parts.set("selected", lua.create_function(selected)?)?;
    let runtime = Runtime::of(lua)?;
    let now = move |_: &Lua, ()| Ok(seconds_since_1970(runtime.clock.computer()));
    parts.set("now", lua.create_function(now)?)?;
    parts.set("date", lua.create_function(|lua, seconds: i64| date(lua, &Civil::from_seconds(seconds)))?)?;
    parts.set("seconds", lua.create_function(seconds)?)?;
    let runtime = Runtime::of(lua)?;
    let baud = move |_: &Lua, port: i64| Ok(runtime.board.borrow().uarts.baud(port));
    parts.set("baud", lua.create_function(baud)?)?;
    tell(lua, &parts, "attached", |place: LuaString| PartChange::Attached(place.to_string_lossy()))?;
    tell(lua, &parts, "removed", |()| PartChange::Removed)?;
    tell(lua, &parts, "set", |(value, to): (LuaString, LuaString)| PartChange::Set {
        value: value.to_string_lossy(),
        to: to.to_string_lossy(),
    })?;
    tell(lua, &parts, "touched", |(x, y): (Option<i64>, Option<i64>)| PartChange::Touched(x.zip(y)))?;
    flash::extend(lua, &parts)?;
    screens::extend(lua, &parts)?;
    Ok(parts)
}

fn read_file(lua: &Lua, path: &LuaString) -> Result<(Option<LuaString>, Option<String>)> {
    let path = files::host_path(&path.as_bytes());
    match host_file::read(&path, MOST) {
        Ok(content) => Ok((Some(lua.create_string(content)?), None)),
        Err(error) => Ok((None, Some(format!("{}: {}", path.display(), in_words(&error))))),
    }
}

fn seconds_since_1970(time: SystemTime) -> f64 {
    time.duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}

fn date(lua: &Lua, date: &Civil) -> Result<Table> {
    let Civil { year, month, day, hour, minute, second } = *date;
    lua.create_table_from([
        ("year", year),
        ("month", month),
        ("day", day),
        ("hour", hour),
        ("minute", minute),
        ("second", second),
    ])
}

fn seconds(_: &Lua, date: Table) -> Result<Option<i64>> {
    let civil = Civil {
        year: date.get("year")?,
        month: date.get("month")?,
        day: date.get("day")?,
        hour: date.get("hour")?,
        minute: date.get("minute")?,
        second: date.get("second")?,
    };
    Ok(civil.seconds())
}

/// Adds a function that tells of what happens to a part: its name comes first.
fn tell<A: mlua::FromLuaMulti>(
    lua: &Lua,
    parts: &Table,
    function: &str,
    change: impl Fn(A) -> PartChange + 'static,
) -> Result<()> {
    let runtime = Runtime::of(lua)?;
    let tell = move |lua: &Lua, mut values: mlua::MultiValue| {
        let name = values.pop_front().ok_or_else(|| Error::runtime("name of a part expected"))?;
        let name = lua.unpack::<LuaString>(name)?.to_string_lossy();
        runtime.act(&Action::Part { name, change: change(A::from_lua_multi(values, lua)?) });
        Ok(())
    };
    parts.set(function, lua.create_function(tell)?)
}

/// The parts that are asked for; once, so that each is attached once.
fn wishes(lua: &Lua, (): ()) -> Result<Table> {
    let parts = Runtime::of(lua)?.parts.take();
    let list = lua.create_table()?;
    for part in parts {
        let wish = lua.create_table()?;
        wish.set("model", part.model)?;
        wish.set("settings", lua.create_table_from(part.settings)?)?;
        wish.set("folder", lua.create_string(part.folder.as_os_str().as_encoded_bytes())?)?;
        wish.set("origin", part.origin)?;
        list.push(wish)?;
    }
    Ok(list)
}
