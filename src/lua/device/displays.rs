//! Displays, for `native.device`.

use mlua::{Error, Lua, Result, Table, Value};

use super::super::{convert::bytes, runtime::Runtime};
use crate::device::{change::Change, display::DisplayChange};

impl Runtime {
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
/// a name it is that of `disp`, or else the first.
pub(super) fn extend(lua: &Lua, device: &Table) -> Result<()> {
    let runtime = Runtime::of(lua)?;
    let picture = move |lua: &Lua, name: Option<String>| {
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
    device.set("picture", lua.create_function(picture)?)
}
