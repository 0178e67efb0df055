//! Flash memories as parts, for `native.parts`, and the files in which they keep what they have.

use std::{
    fs::{self, File},
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use mlua::{Error, Function, Lua, LuaString, Result, Table};

use super::super::{diagnostics, runtime::Runtime};
use crate::{
    device::{
        files::{self, data::PARTS},
        parts::flash::{Flash, SECTOR},
    },
    host_file,
    io_error::in_words,
};

/// Most bytes of a file that becomes the content of a memory; what is beyond the end of the memory is ignored.
const MOST: u64 = 64 << 20;

/// Adds to `native.parts`:
///
/// - `flash(megabytes [, path])` → function for transfers: `transfer(bytes, is_new)` returns the bytes that come back.
///   `is_new`: the chip was not selected before; nil: each transfer is a selection, but zeros after a command that is still
///   to be answered go on with it, as where a script sends and receives by two calls. With the path of a file on this
///   computer, the content is in that.
/// - `kept_file(name)` → path of a file beside the device's files, for a part of that name.
pub(super) fn extend(lua: &Lua, parts: &Table) -> Result<()> {
    parts.set("flash", lua.create_function(flash)?)?;
    let runtime = Runtime::of(lua)?;
    let kept_file = move |lua: &Lua, name: LuaString| {
        let name: String = name.as_bytes().iter().map(|byte| in_path(*byte)).collect();
        let path = runtime.files.borrow().data().path().join(PARTS).join(name + ".bin");
        lua.create_string(path.as_os_str().as_encoded_bytes())
    };
    parts.set("kept_file", lua.create_function(kept_file)?)
}

/// A byte of a name in a path; no two names have the same path.
fn in_path(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') {
        char::from(byte).into()
    } else {
        format!("%{byte:02X}")
    }
}

fn flash(lua: &Lua, (megabytes, path): (usize, Option<LuaString>)) -> Result<Function> {
    let mut flash = Flash::new(megabytes);
    let path = path.map(|path| files::host_path(&path.as_bytes()));
    if let Some(path) = &path {
        let problem = |error: &io::Error| Error::runtime(format!("{}: {}", path.display(), in_words(error)));
        match host_file::read(path, MOST) {
            Ok(content) => flash.load(&content),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(problem(&error)),
        }
    }
    let runtime = Runtime::of(lua)?;
    lua.create_function_mut(move |lua, (bytes, is_new): (LuaString, Option<bool>)| {
        let bytes = bytes.as_bytes().to_vec();
        let goes_on = flash.is_asked() && bytes.iter().all(|byte| *byte == 0);
        let answer = flash.transfer(&bytes, is_new.unwrap_or(!goes_on), runtime.uptime());
        let changed = flash.take_changed();
        if let Some(path) = path.as_deref().filter(|_| !changed.is_empty())
            && let Err(error) = keep(&runtime, path, &changed)
        {
            diagnostics::warn_once(lua, "device", &format!("{}: {}", path.display(), in_words(&error)))?;
        }
        lua.create_string(answer)
    })
}

/// Writes sectors into the file of a memory; what is not in the file yet is erased.
fn keep(runtime: &Runtime, path: &Path, changed: &[(usize, [u8; SECTOR])]) -> io::Result<()> {
    let mut file = open(runtime, path)?;
    for (index, sector) in changed {
        let from = (index * SECTOR) as u64;
        let mut end = file.seek(SeekFrom::End(0))?;
        while end < from {
            let count = (from - end).min(SECTOR as u64);
            file.write_all(&[0xff; SECTOR][..count as usize])?;
            end += count;
        }
        file.seek(SeekFrom::Start(from))?;
        file.write_all(sector)?;
    }
    Ok(())
}

fn open(runtime: &Runtime, path: &Path) -> io::Result<File> {
    let open = || File::options().write(true).create(true).truncate(false).open(path);
    match open() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let files = runtime.files.borrow();
            let kept: PathBuf = files.data().path().join(PARTS);
            if path.starts_with(&kept) {
                files.data().make()?;
                fs::create_dir_all(kept)?;
            }
            open()
        }
        other => other,
    }
}
