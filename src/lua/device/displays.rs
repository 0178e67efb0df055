//! Displays and the camera, for `native.device`.

use std::path::Path;

use mlua::{Error, Lua, LuaString, Result, Table, Value};

use super::super::{convert::bytes, runtime::Runtime};
use crate::device::{camera::Scene, change::Change, display::DisplayChange, files::host_path};
use crate::{host_file, io_error::in_words};

/// Most bytes of a picture for the camera.
const MOST: u64 = 256 << 20;

impl Runtime {
    /// Puts a picture of the computer in front of the camera, or takes the camera away.
    ///
    /// # Errors
    /// It cannot be read, or is no picture; the text names it.
    pub(in crate::lua) fn see_file(&self, path: Option<&Path>) -> std::result::Result<(), String> {
        let scene = path.map(|path| {
            let about = |why: String| format!("{}: {why}", path.display());
            let file = host_file::read(path, MOST).map_err(|error| about(in_words(&error)))?;
            self.files.borrow().note_loaded(path);
            Scene::decode(&file).map_err(|error| about(error.to_string()))
        });
        self.see(scene.transpose()?);
        Ok(())
    }

    /// Tells of the displays of parts that have new pixels. `--trace` does not show it: the transfers that brought them
    /// are there.
    pub(super) fn tell_of_pictures(&self) {
        let pictures = self.board.borrow_mut().screens.settle();
        for (name, count) in pictures {
            self.tell(&Change::Display(DisplayChange::Picture(name, count)));
        }
    }
}

/// Adds `picture(name)` → what the display of that name shows, as the bytes of a PNG file; nil if there is none. Without
/// a name it is that of `disp`, or else the first. `camera(path)`: the camera sees that picture of the computer; nil: there
/// is none.
pub(super) fn extend(lua: &Lua, device: &Table) -> Result<()> {
    let runtime = Runtime::of(lua)?;
    let picture = move |lua: &Lua, name: Option<LuaString>| {
        let name = name.map(|name| name.to_string_lossy());
        let file = {
            let board = runtime.board.borrow();
            let screen = name.map_or_else(|| board.screens.main(), |name| board.screens.get(&name));
            screen.map(|screen| screen.png()).transpose()
        };
        match file {
            Ok(Some(file)) => bytes(lua, &file),
            Ok(None) => Ok(Value::Nil),
            Err(problem) => Err(Error::runtime(format!("picture: {problem}"))),
        }
    };
    device.set("picture", lua.create_function(picture)?)?;
    let runtime = Runtime::of(lua)?;
    let camera = move |_: &Lua, path: Option<LuaString>| {
        let path = path.map(|path| host_path(&path.as_bytes()));
        runtime.see_file(path.as_deref()).map_err(|problem| Error::runtime(format!("camera: {problem}")))
    };
    device.set("camera", lua.create_function(camera)?)
}
