//! `sources`: how the Lua half finds and reads the script's files. Every source goes through the
//! [`dialect`].

use std::path::{Path, PathBuf};

use mlua::{Lua, LuaString, MultiValue, Result, Table, Value, Variadic};

use super::{convert, runtime::Runtime};
use crate::{
    device::files::{self, Access, declaration::is_declaration, image::Origin},
    dialect::{self, Content, chunk_name},
    io_error,
    vm::Vm,
};

/// Makes the table.
///
/// - `translate(text, chunk_name)` → the text for this Lua, nil if it needs no change; or false and a message.
/// - `read(path, is_host)` → text, first thing in it that the device's Lua lacks, or nil; or nil and a message.
///   `is_host`: the path is this computer's, not the script's.
/// - `find(base_name)` → path of a file of the flash image, warning or nil, whether it is the project's; or nil.
/// - `locate(path)` → path on this computer of a file that the script's path means; or nil.
/// - `is_file(path)` → boolean: this computer has a file of this path, and that is no declaration for editors.
/// - `is_listed()` → boolean: a project file lists the project's files.
/// - `is_ours(name)` → boolean: we have a module of this name, and it goes before the project's (`--ours`).
pub fn table(lua: &Lua) -> Result<Table> {
    let sources = lua.create_table()?;
    sources.set("translate", lua.create_function(translate)?)?;
    let runtime = Runtime::of(lua)?;
    sources.set(
        "read",
        lua.create_function(move |lua, (path, is_host): (LuaString, bool)| read(lua, &runtime, &path, is_host))?,
    )?;
    let runtime = Runtime::of(lua)?;
    sources.set("find", lua.create_function(move |lua, name: LuaString| find(lua, &runtime, &name))?)?;
    let runtime = Runtime::of(lua)?;
    let locate = move |lua: &Lua, path: LuaString| {
        let found = runtime.files.borrow().resolve(&path.as_bytes(), Access::Read).ok();
        found.filter(|path| path.is_file()).map(|path| bytes_of(lua, path)).transpose()
    };
    sources.set("locate", lua.create_function(locate)?)?;
    let is_file = |_: &Lua, path: LuaString| {
        let path = files::host_path(&path.as_bytes());
        Ok(path.is_file() && !is_declaration(&path))
    };
    sources.set("is_file", lua.create_function(is_file)?)?;
    let runtime = Runtime::of(lua)?;
    let is_listed = move |_: &Lua, ()| Ok(runtime.files.borrow().image().is_listed());
    sources.set("is_listed", lua.create_function(is_listed)?)?;
    let runtime = Runtime::of(lua)?;
    let is_ours = move |_: &Lua, name: String| Ok(runtime.ours.borrow().has(&name) && super::has_module(&name));
    sources.set("is_ours", lua.create_function(is_ours)?)?;
    Ok(sources)
}

fn translate(lua: &Lua, (text, name): (LuaString, LuaString)) -> Result<Variadic<Value>> {
    let text = text.as_bytes();
    Ok(match dialect::translate(&text, Vm::OURS) {
        Ok(translation) => match translation.text {
            std::borrow::Cow::Borrowed(_) => [Value::Nil].into_iter().collect(),
            std::borrow::Cow::Owned(changed) => [convert::bytes(lua, &changed)?].into_iter().collect(),
        },
        Err(error) => {
            let message = [chunk_name::shown(&name.as_bytes()).as_slice(), b":", error.to_string().as_bytes()].concat();
            [Value::Boolean(false), convert::bytes(lua, &message)?].into_iter().collect()
        }
    })
}

/// Reads a file for Lua to load.
fn read(lua: &Lua, runtime: &Runtime, path: &LuaString, is_host: bool) -> Result<MultiValue> {
    let failure = |message: Vec<u8>| Ok(MultiValue::from_vec(vec![Value::Nil, convert::bytes(lua, &message)?]));
    let bytes = path.as_bytes();
    let found = if is_host {
        Ok(files::host_path(&bytes))
    } else {
        runtime.files.borrow().resolve(&bytes, Access::Read).map_err(|error| error.to_string())
    };
    if let Ok(path) = &found {
        runtime.files.borrow().note_loaded(path);
    }
    let file = match found.and_then(|path| std::fs::read(path).map_err(|error| io_error::in_words(&error))) {
        Ok(file) => file,
        Err(problem) => return failure([b"cannot open ", &*bytes, b": ", problem.as_bytes()].concat()),
    };
    let shown = || chunk_name::shown(&[b"@", &*bytes].concat());
    let source = match dialect::content(&file) {
        Content::Source(source) => source,
        Content::Compiled => return Ok(MultiValue::from_vec(vec![convert::bytes(lua, &file)?])),
        Content::CompiledForAnother => {
            let message = b": this file is compiled for another Lua; only its source can run here";
            return failure([shown().as_slice(), message].concat());
        }
    };
    match dialect::translate(source, Vm::OURS) {
        Ok(translation) => {
            let foreign = translation.foreign.map(|finding| format!("{}: {}", finding.line, finding.what));
            let foreign = foreign.map_or(Ok(Value::Nil), |text| convert::bytes(lua, text.as_bytes()))?;
            Ok(MultiValue::from_vec(vec![convert::bytes(lua, &translation.text)?, foreign]))
        }
        Err(error) => failure([shown().as_slice(), b":", error.to_string().as_bytes()].concat()),
    }
}

/// Finds a file of the flash image.
fn find(lua: &Lua, runtime: &Runtime, name: &LuaString) -> Result<MultiValue> {
    let name = name.as_bytes();
    let files = runtime.files.borrow();
    let image = files.image();
    let Some(path) = image.find(&name).map(Path::to_owned) else { return Ok(MultiValue::new()) };
    let (warning, origin) = (image.take_warning(&name), image.origin(&name));
    // No borrow is held while a Lua value is made.
    drop(files);
    let warning = warning.map_or(Ok(Value::Nil), |text| convert::bytes(lua, text.as_bytes()))?;
    let is_project = Value::Boolean(origin == Some(Origin::Project));
    Ok(MultiValue::from_vec(vec![bytes_of(lua, path)?, warning, is_project]))
}

fn bytes_of(lua: &Lua, path: PathBuf) -> Result<Value> {
    convert::bytes(lua, path.as_os_str().as_encoded_bytes())
}
