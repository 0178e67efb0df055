//! `output`: what the Lua half needs to print by [`Output`](crate::output::Output), and no LuatOS script sees.

use mlua::{Lua, LuaString, Result, Table};

use super::runtime::Runtime;
use crate::output::Stream;

/// Makes the table.
///
/// - `takes_all` (boolean): what the script prints has to come by `write`, rather than by Lua's own means.
/// - `write(text)`: prints it on standard output; `write_error(text)` on standard error. → nil, or why that failed.
pub fn table(lua: &Lua) -> Result<Table> {
    let table = lua.create_table()?;
    table.set("takes_all", Runtime::of(lua)?.output.takes_all())?;
    for (name, stream) in [("write", Stream::Out), ("write_error", Stream::Err)] {
        let output = Runtime::of(lua)?.output.clone();
        let write =
            move |_: &Lua, text: LuaString| Ok(output.write(stream, &text.as_bytes()).err().map(|e| e.to_string()));
        table.set(name, lua.create_function(write)?)?;
    }
    Ok(table)
}
