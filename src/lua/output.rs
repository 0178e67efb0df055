//! `output`: what the Lua half needs to print by [`Output`](crate::output::Output), and no LuatOS script sees.

use std::{cell::RefCell, rc::Rc};

use mlua::{Lua, LuaString, Result, Table};

use super::runtime::Runtime;
use crate::{
    device::{change::Change, topic::Topic},
    output::Stream,
};

/// Longest beginning of a line that waits for the rest, in bytes; what is longer is told in pieces.
const LONGEST: usize = 1 << 16;

/// Makes the table.
///
/// - `takes_all` (boolean): what the script prints has to come by `write`, rather than by Lua's own means.
/// - `is_captured` (boolean): somebody else than a stream may get it.
/// - `write(text)`: prints it on standard output; `write_error(text)` on standard error. → nil, or why that failed.
pub fn table(lua: &Lua) -> Result<Table> {
    let table = lua.create_table()?;
    table.set("takes_all", Runtime::of(lua)?.output.takes_all())?;
    table.set("is_captured", Runtime::of(lua)?.output.is_captured())?;
    for (name, stream) in [("write", Stream::Out), ("write_error", Stream::Err)] {
        let runtime = Runtime::of(lua)?;
        let begun = RefCell::default();
        let write = move |_: &Lua, text: LuaString| {
            let text = text.as_bytes();
            if runtime.is_heard(Topic::Log) {
                tell(&runtime, stream, &begun, &text);
            }
            Ok(runtime.output.write(stream, &text).err().map(|error| error.to_string()))
        };
        table.set(name, lua.create_function(write)?)?;
    }
    Ok(table)
}

/// Tells of the lines that end with this text. `begun` is the one that has begun before it, and afterwards the one that
/// is not at its end.
fn tell(runtime: &Rc<Runtime>, stream: Stream, begun: &RefCell<Vec<u8>>, text: &[u8]) {
    let mut begun = begun.borrow_mut();
    for piece in text.split_inclusive(|byte| *byte == b'\n') {
        begun.extend_from_slice(piece);
        if begun.ends_with(b"\n") || begun.len() > LONGEST {
            let line = String::from_utf8_lossy(begun.strip_suffix(b"\n").unwrap_or(&begun)).into_owned();
            runtime.tell(&Change::Log { line, is_error: stream == Stream::Err });
            begun.clear();
        }
    }
}
