//! `rtos.fota_*`: an update over the air becomes a file of the device. Facts: module `rtos` of LuatOS-Air.

use std::{cell::RefCell, rc::Rc};

use mlua::{Error, Lua, Result, Table, Value};

use crate::{
    device::{
        change::Change,
        files::{mode::Mode, open_file::OpenFile},
        fota::{FotaError, Progress},
    },
    lua::{
        convert::{integer, string},
        diagnostics,
        runtime::Runtime,
    },
};

/// Where the update is kept.
const PATH: &str = "/luazip/update.bin";

/// An update that has been started.
struct Update {
    file: OpenFile,
    progress: Progress,
}

/// Adds:
///
/// - `fota_start()` → 0; -94 if the file cannot be written.
/// - `fota_process(data, total)` → 0; -96 if there is more than `total` says; -94 without `fota_start`, or if the
///   flash is full.
/// - `fota_end()` → 0; -96 if something is missing, -94 without `fota_start`. The update is in [`PATH`] then; it is
///   not installed.
pub fn extend(lua: &Lua, rtos: &Table) -> Result<()> {
    let update = Rc::new(RefCell::new(None));
    let started = update.clone();
    let start = move |lua: &Lua, ()| {
        // A file that is open already ends first.
        started.replace(None);
        let opened = Runtime::of(lua)?.files.borrow().open(PATH.as_bytes(), Mode::ANEW);
        let Ok(file) = opened else { return Ok(FotaError::Write.code()) };
        started.replace(Some(Update { file, progress: Progress::default() }));
        Ok(0)
    };
    rtos.set("fota_start", lua.create_function(start)?)?;
    let processed = update.clone();
    let process = move |lua: &Lua, (data, total): (Value, Value)| {
        let data = string(lua, "rtos.fota_process: data", data)?;
        let total = integer(lua, "rtos.fota_process: total", &total)?;
        let total = u64::try_from(total)
            .map_err(|_| Error::runtime(format!("rtos.fota_process: total: a size expected, got {total}")))?;
        Ok(code(take(&mut processed.borrow_mut(), &data.as_bytes(), total)))
    };
    rtos.set("fota_process", lua.create_function(process)?)?;
    let end = move |lua: &Lua, ()| {
        let ended = update.take().ok_or(FotaError::Write).and_then(finish);
        if let Ok(size) = ended {
            Runtime::of(lua)?.emit(&Change::Update { size });
            let why = format!("the update of {size} bytes stays in {PATH}");
            diagnostics::unsupported(lua, "installing an update", Some(&why))?;
        }
        Ok(code(ended.map(|_| ())))
    };
    rtos.set("fota_end", lua.create_function(end)?)
}

fn take(update: &mut Option<Update>, data: &[u8], total: u64) -> std::result::Result<(), FotaError> {
    let Update { file, progress } = update.as_mut().ok_or(FotaError::Write)?;
    progress.accept(data.len() as u64, total)?;
    file.write(data).map_err(|_| FotaError::Write)
}

fn finish(mut update: Update) -> std::result::Result<u64, FotaError> {
    let size = update.progress.finish()?;
    update.file.flush().map_err(|_| FotaError::Write)?;
    Ok(size)
}

fn code(result: std::result::Result<(), FotaError>) -> i64 {
    result.map_or_else(FotaError::code, |()| 0)
}
