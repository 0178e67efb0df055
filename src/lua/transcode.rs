//! Character sets for LuatOS's `common` and `sms`.

use mlua::{Lua, LuaString, Result, Table};

use super::{arguments::define, convert};
use crate::codec::{iconv::Charset, transcode::transcode};

/// Makes the table.
///
/// - `convert(to, from, text)` → text. The character sets are `utf8`, `gb2312`, `ucs2` and `ucs2be`, in any direction; what
///   is lost on the way is what [`transcode`] says.
/// - `is_utf8(text)` → boolean.
pub fn table(lua: &Lua) -> Result<Table> {
    let table = lua.create_table()?;
    define(lua, &table, "transcode.convert", |arguments| {
        let charset = |position, name| {
            let text = arguments.text(position, name)?;
            Charset::named(&text.as_bytes()).ok_or_else(|| arguments.wrong(name, "character set expected"))
        };
        let (to, from) = (charset(1, "to")?, charset(2, "from")?);
        let text = arguments.text(3, "text")?;
        convert::bytes(arguments.lua, &transcode(to, from, &text.as_bytes()))
    })?;
    let is_utf8 = |_: &Lua, text: LuaString| Ok(std::str::from_utf8(&text.as_bytes()).is_ok());
    table.set("is_utf8", lua.create_function(is_utf8)?)?;
    Ok(table)
}
