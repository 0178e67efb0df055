//! What the device adds to `io`: folders, and media to mount.

use std::{cell::RefCell, rc::Rc};

use mlua::{IntoLuaMulti, Lua, MultiValue, Result, Table};

use crate::{
    device::files::{directory::Listing, volumes::Medium},
    lua::{
        arguments::{Arguments, define},
        convert::bytes,
        runtime::Runtime,
    },
};

/// Media, by the numbers that scripts pass. That of the USB disk is not known from the device.
const INTERNAL: i64 = 0;
const EXTERN_PINLCD: i64 = 1;
const EXTERN_PINGPIO: i64 = 2;
const SDCARD: i64 = 0xaa;
const USBMSC: i64 = 0xab;

const CONSTANTS: [(&str, i64); 5] = [
    ("INTERNAL", INTERNAL),
    ("EXTERN_PINLCD", EXTERN_PINLCD),
    ("EXTERN_PINGPIO", EXTERN_PINGPIO),
    ("SDCARD", SDCARD),
    ("USBMSC", USBMSC),
];

/// What `readdir` says of files and folders: attributes of the FAT file system.
const ARCHIVE: i64 = 32;
const DIRECTORY: i64 = 16;

/// Makes the table.
///
/// - `opendir(path)` → 1, 0 if it cannot be read; nothing while a folder is open. `readdir()` → type (32 file,
///   16 folder), name, size in bytes; nothing at the end. `closedir()` → 1.
/// - `mount(medium [, path, size, …])`, `unmount(medium [, path, …])`, `format(medium [, path, size, …])` → 1,
///   or 0 if it cannot be done. `path` and `size` are for another flash: the folder of the root in which it
///   appears, and its bytes.
/// - the constants `INTERNAL`, `EXTERN_PINLCD`, `EXTERN_PINGPIO`, `SDCARD`, `USBMSC`.
pub fn table(lua: &Lua) -> Result<Table> {
    let folders = lua.create_table_from(CONSTANTS)?;
    let open: Rc<RefCell<Option<Listing>>> = Rc::default();
    let opened = open.clone();
    define(lua, &folders, "io.opendir", move |arguments| opendir(arguments, &opened))?;
    let read = open.clone();
    define(lua, &folders, "io.readdir", move |arguments| readdir(arguments.lua, &read))?;
    define(lua, &folders, "io.closedir", move |_| {
        open.borrow_mut().take();
        Ok(1)
    })?;
    define(lua, &folders, "io.mount", |arguments| {
        let medium = medium(arguments)?;
        let runtime = Runtime::of(arguments.lua)?;
        let files = runtime.files.borrow();
        Ok(i64::from(medium.is_some_and(|medium| files.mount(medium))))
    })?;
    define(lua, &folders, "io.unmount", |arguments| {
        let medium = medium(arguments)?;
        let runtime = Runtime::of(arguments.lua)?;
        let files = runtime.files.borrow();
        Ok(i64::from(medium.is_some_and(|medium| files.unmount(&medium))))
    })?;
    define(lua, &folders, "io.format", |arguments| {
        let medium = medium(arguments)?;
        let runtime = Runtime::of(arguments.lua)?;
        let files = runtime.files.borrow();
        Ok(i64::from(medium.is_some_and(|medium| files.format(&medium))))
    })?;
    Ok(folders)
}

fn opendir(arguments: &Arguments<'_>, open: &RefCell<Option<Listing>>) -> Result<MultiValue> {
    let path = arguments.text(1, "path")?;
    if open.borrow().is_some() {
        return Ok(MultiValue::new());
    }
    let listing = Runtime::of(arguments.lua)?.files.borrow().list(&path.as_bytes());
    let is_open = listing.is_ok();
    *open.borrow_mut() = listing.ok();
    i64::from(is_open).into_lua_multi(arguments.lua)
}

fn readdir(lua: &Lua, open: &RefCell<Option<Listing>>) -> Result<MultiValue> {
    let entry = open.borrow_mut().as_mut().and_then(Iterator::next);
    let Some(entry) = entry else { return Ok(MultiValue::new()) };
    let kind = if entry.is_folder { DIRECTORY } else { ARCHIVE };
    (kind, bytes(lua, &entry.name)?, i64::try_from(entry.size).unwrap_or(i64::MAX)).into_lua_multi(lua)
}

/// The medium that the arguments name; none for a number or a folder that no medium has.
fn medium(arguments: &Arguments<'_>) -> Result<Option<Medium>> {
    let chip = match arguments.integer(1, "medium")? {
        SDCARD => return Ok(Some(Medium::Card)),
        USBMSC => return Ok(Some(Medium::Disk)),
        chip @ (INTERNAL | EXTERN_PINLCD | EXTERN_PINGPIO) => chip as u8,
        _ => return Ok(None),
    };
    let path = arguments.text(2, "path")?;
    let path = path.as_bytes();
    let folder = path.strip_prefix(b"/").unwrap_or_default();
    let folder = folder.strip_suffix(b"/").unwrap_or(folder);
    let size = u64::try_from(arguments.integer_or(3, "size", 0)?).unwrap_or(0);
    Ok(Some(Medium::Flash { chip, folder: folder.to_owned(), size }))
}
