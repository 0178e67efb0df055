//! `io`: open files and folders of the device for the Lua half, which makes of them what scripts call
//! (`lua/runtime/files.lua`).
//!
//! What may fail answers `nil, message, number of the error`, as Lua's own library does; misuse answers
//! `false, message`, which the Lua half raises at the script's line.

mod folders;
mod handle;
mod read;
mod write;

use std::{io, io::SeekFrom};

use mlua::{Function, IntoLuaMulti, Lua, LuaString, MetaMethod, MultiValue, Result, Table, Value};

pub use self::handle::SharedFile;
use self::handle::{Handle, State};
use super::{
    convert::{bytes, integer, show},
    raw,
    runtime::Runtime,
};
use crate::{
    device::files::{Files, host_path, map::Scope, mode::Mode, open_file::Buffering},
    io_error,
};

/// Where a seek starts, by the names that scripts use.
const ORIGINS: [&[u8]; 3] = [b"set", b"cur", b"end"];

/// Makes the table.
///
/// - `define(methods)`: what an open file answers by index.
/// - `is_device(path)` → boolean: the path is handled here; else it is one for Lua's own library.
/// - `enter_program(folder)`: the runtime is switched on in a program; `folder`, or nil, is its project.
/// - `resolve(path)` → path on this computer; or nil, message, number.
/// - `nowhere()` → a path of this computer that no file has.
/// - `warning(path)` → what has to be said, once, when this path is used; or nil.
/// - `open(path, mode)` → file. `state(value)` → "file", "closed file", or nil.
/// - `read(file, ...)`, `write(file, ...)`, `seek(file, from, offset)`, `setvbuf(file, mode)`, `flush(file)`,
///   `close(file)`: as in Lua, but that `write` answers true.
/// - the short ways, whose failures are `false, message, number`: `read_line(file)`, `read_count(file, count)` →
///   string, or false at the end; `write_text(file, text)` → true.
/// - `flush_all()`: hands what was written to any file to the system.
/// - `remove(path)`, `rename(from, to)` → true. `tmpname()` → path of a new file.
/// - `folders`: the functions and constants that the device adds to `io`; see [`folders`].
pub fn table(lua: &Lua) -> Result<Table> {
    let native = lua.create_table()?;
    native.set("define", lua.create_function(define)?)?;
    let runtime = Runtime::of(lua)?;
    let is_device = move |_: &Lua, path: LuaString| {
        let files = runtime.files.borrow();
        Ok(files.scope() == Scope::Device || files.is_device_path(&path.as_bytes()))
    };
    native.set("is_device", lua.create_function(is_device)?)?;
    let runtime = Runtime::of(lua)?;
    let enter_program = move |_: &Lua, folder: Option<LuaString>| {
        let folder = folder.map(|folder| host_path(&folder.as_bytes()));
        runtime.files.borrow_mut().enter_program(folder);
        Ok(())
    };
    native.set("enter_program", lua.create_function(enter_program)?)?;
    native.set("resolve", lua.create_function(resolve)?)?;
    let runtime = Runtime::of(lua)?;
    let nowhere = move |lua: &Lua, ()| {
        let path = runtime.files.borrow().data().nowhere();
        bytes(lua, path.as_os_str().as_encoded_bytes())
    };
    native.set("warning", lua.create_function(warning)?)?;
    native.set("nowhere", lua.create_function(nowhere)?)?;
    native.set("open", lua.create_function(open)?)?;
    native.set("state", lua.create_function(|_, value: Value| Ok(State::of(&value).map(State::name)))?)?;
    native.set("read", lua.create_function(read::read)?)?;
    native.set("read_line", raw::function::<read::ReadLine>(lua, lua.create_function(read::short_slow)?)?)?;
    native.set("read_count", raw::function::<read::ReadCount>(lua, lua.create_function(read::short_slow)?)?)?;
    native.set("write", lua.create_function(write::write)?)?;
    native.set("write_text", raw::function::<write::WriteText>(lua, lua.create_function(write::write)?)?)?;
    native.set("seek", lua.create_function(seek)?)?;
    native.set("setvbuf", lua.create_function(set_buffering)?)?;
    native.set(
        "flush",
        lua.create_function(|lua, file: Value| {
            handle::with(lua, &file, |file| file.flush().map(|()| Value::Boolean(true)))
        })?,
    )?;
    native.set("close", lua.create_function(close)?)?;
    native.set(
        "remove",
        lua.create_function(|lua, path: LuaString| on_path(lua, &path, |files, path| files.remove(path)))?,
    )?;
    native.set(
        "rename",
        lua.create_function(|lua, (from, to): (LuaString, LuaString)| {
            on_path(lua, &from, |files, path| files.rename(path, &to.as_bytes()))
        })?,
    )?;
    native.set(
        "tmpname",
        lua.create_function(|lua, ()| {
            let path = Runtime::of(lua)?.files.borrow().temporary();
            match path {
                Ok(path) => bytes(lua, &path)?.into_lua_multi(lua),
                Err(error) => failure(lua, b"", &error),
            }
        })?,
    )?;
    native.set(
        "flush_all",
        lua.create_function(|lua, ()| {
            Runtime::of(lua)?.flush_files();
            Ok(())
        })?,
    )?;
    native.set("folders", folders::table(lua)?)?;
    Ok(native)
}

/// `define(methods)`.
fn define(lua: &Lua, methods: Table) -> Result<()> {
    let methods = methods.pairs::<String, Function>().collect::<Result<Vec<_>>>()?;
    lua.register_userdata_type::<Handle>(|registry| {
        use mlua::{UserDataFields, UserDataMethods};
        for (name, method) in methods {
            registry.add_field(name, method);
        }
        registry.add_meta_field(MetaMethod::Type, "FILE*");
        registry.add_meta_method(MetaMethod::ToString, |_, handle, ()| Ok(handle.to_string()));
    })
}

/// `resolve(path)`.
fn resolve(lua: &Lua, path: LuaString) -> Result<MultiValue> {
    let found = Runtime::of(lua)?.files.borrow().resolve(&path.as_bytes(), crate::device::files::Access::Read);
    match found {
        Ok(found) => bytes(lua, found.as_os_str().as_encoded_bytes())?.into_lua_multi(lua),
        Err(error) => failure(lua, &path.as_bytes(), &error.into()),
    }
}

/// `warning(path)`.
fn warning(lua: &Lua, path: LuaString) -> Result<Value> {
    let warning = Runtime::of(lua)?.files.borrow().take_warning(&path.as_bytes());
    warning.map_or(Ok(Value::Nil), |text| bytes(lua, text.as_bytes()))
}

/// `open(path, mode)`.
fn open(lua: &Lua, (path, mode): (LuaString, LuaString)) -> Result<MultiValue> {
    let Some(mode) = Mode::parse(&mode.as_bytes()) else {
        return misuse(lua, "bad argument #2 to 'open' (invalid mode)");
    };
    let runtime = Runtime::of(lua)?;
    let opened = runtime.files.borrow().open(&path.as_bytes(), mode);
    match opened {
        Ok(file) => Handle::create(lua, &runtime, file)?.into_lua_multi(lua),
        Err(error) => failure(lua, &path.as_bytes(), &error),
    }
}

/// `seek(file, from, offset)`.
fn seek(lua: &Lua, (file, from, offset): (Value, Value, Value)) -> Result<MultiValue> {
    let origin = match &from {
        Value::Nil => Some(1),
        Value::String(name) => ORIGINS.iter().position(|known| *known == &*name.as_bytes()),
        _ => None,
    };
    let Some(origin) = origin else {
        return misuse(lua, &format!("bad argument #1 to 'seek' (set, cur or end expected, got {})", show(&from)));
    };
    let offset = match &offset {
        Value::Nil => 0,
        offset => match integer(lua, "seek", offset) {
            Ok(offset) => offset,
            Err(_) => {
                return misuse(lua, &format!("bad argument #2 to 'seek' (number expected, got {})", show(offset)));
            }
        },
    };
    handle::with(lua, &file, |file| {
        let to = match origin {
            0 => SeekFrom::Start(u64::try_from(offset).map_err(|_| io_error::invalid())?),
            1 => SeekFrom::Current(offset),
            _ => SeekFrom::End(offset),
        };
        Ok(Value::Integer(file.seek(to)?.try_into().unwrap_or(i64::MAX)))
    })
}

/// `setvbuf(file, mode)`.
fn set_buffering(lua: &Lua, (file, mode): (Value, Value)) -> Result<MultiValue> {
    let text = match &mode {
        Value::String(text) => text.to_string_lossy(),
        _ => String::new(),
    };
    let buffering = match text.as_str() {
        "no" => Buffering::No,
        "line" => Buffering::Line,
        "full" => Buffering::Full,
        _ => {
            let text = format!("bad argument #1 to 'setvbuf' (no, line or full expected, got {})", show(&mode));
            return misuse(lua, &text);
        }
    };
    handle::with(lua, &file, |file| file.set_buffering(buffering).map(|()| Value::Boolean(true)))
}

/// `close(file)`.
fn close(lua: &Lua, file: Value) -> Result<MultiValue> {
    let closed = handle::with(lua, &file, |file| file.flush().map(|()| Value::Boolean(true)))?;
    handle::close(&file);
    Ok(closed)
}

/// Does something with a path of the script.
fn on_path(lua: &Lua, path: &LuaString, act: impl FnOnce(&Files, &[u8]) -> io::Result<()>) -> Result<MultiValue> {
    let done = act(&Runtime::of(lua)?.files.borrow(), &path.as_bytes());
    match done {
        Ok(()) => true.into_lua_multi(lua),
        Err(error) => failure(lua, &path.as_bytes(), &error),
    }
}

/// `nil, message, number`; the message begins with the path, if there is one.
fn failure(lua: &Lua, path: &[u8], error: &io::Error) -> Result<MultiValue> {
    let mut message = path.to_owned();
    if !path.is_empty() {
        message.extend_from_slice(b": ");
    }
    message.extend_from_slice(io_error::in_words(error).as_bytes());
    (Value::Nil, bytes(lua, &message)?, io_error::number(error)).into_lua_multi(lua)
}

/// `false, message`.
fn misuse(lua: &Lua, message: &str) -> Result<MultiValue> {
    (false, message).into_lua_multi(lua)
}
