//! The members of `rtos` that are about files. Facts: module `rtos` of LuatOS-Air.

use mlua::{Lua, Result, Table};

use crate::{
    device::files::{volume::Volume, volumes::Device},
    lua::{
        arguments::{Arguments, define},
        runtime::Runtime,
    },
};

/// Adds them.
///
/// - `make_dir(path)`, `remove_dir(path)` → boolean. The folders of the firmware are neither made nor
///   removed; one that is there already counts as made. A folder is removed with all that is in it.
/// - `rename_dir(from, to)` → 0, or -1 if it cannot be done.
/// - `get_fs_free_size([device [, unit]])`, `get_fs_total_size([device [, unit]])` → bytes, or KiB with unit 1, of
///   device 0 (the flash, default), 1 the memory card, 2 the USB disk, 3 and 4 another flash at the pins of
///   the display and at other pins; 0 before it is mounted.
pub fn extend(lua: &Lua, rtos: &Table) -> Result<()> {
    define(lua, rtos, "rtos.make_dir", |arguments| {
        let path = arguments.text(1, "path")?;
        Ok(Runtime::of(arguments.lua)?.files.borrow().make_dir(&path.as_bytes()).is_ok())
    })?;
    define(lua, rtos, "rtos.remove_dir", |arguments| {
        let path = arguments.text(1, "path")?;
        Ok(Runtime::of(arguments.lua)?.files.borrow().remove_dir(&path.as_bytes()).is_ok())
    })?;
    define(lua, rtos, "rtos.rename_dir", |arguments| {
        let (from, to) = (arguments.text(1, "path")?, arguments.text(2, "new path")?);
        let renamed = Runtime::of(arguments.lua)?.files.borrow().rename(&from.as_bytes(), &to.as_bytes());
        Ok(if renamed.is_ok() { 0 } else { -1 })
    })?;
    define(lua, rtos, "rtos.get_fs_free_size", |arguments| size(arguments, Volume::free))?;
    define(lua, rtos, "rtos.get_fs_total_size", |arguments| size(arguments, Volume::capacity))
}

fn size(arguments: &Arguments<'_>, measure: impl Fn(&Volume) -> u64) -> Result<i64> {
    let device = match arguments.integer_or(1, "device", 0)? {
        0 => Some(Device::Internal),
        1 => Some(Device::Card),
        2 => Some(Device::Disk),
        3 => Some(Device::External(1)),
        4 => Some(Device::External(2)),
        _ => None,
    };
    let is_kib = arguments.integer_or(2, "unit", 0)? == 1;
    let runtime = Runtime::of(arguments.lua)?;
    let volume = device.and_then(|device| runtime.files.borrow().volume(device));
    let bytes = volume.map_or(0, |volume| measure(&volume));
    Ok(i64::try_from(if is_kib { bytes / 1024 } else { bytes }).unwrap_or(i64::MAX))
}
