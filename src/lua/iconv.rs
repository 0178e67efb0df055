//! `iconv`: character sets. Facts: table `iconv` of LuatOS-Air's firmware.

use mlua::{Error, IntoLua, Lua, LuaString, MultiValue, Result, Table, UserData, UserDataFields, UserDataRef, Value};

use super::convert::{self, show, string};
use crate::codec::iconv::{Charset, Conversion, Stopped};

/// Makes the table.
///
/// - `open(to, from)`, `new(to, from)` → an object, or nil if the firmware has no such conversion. It has `utf8` and
///   `gb2312` to and from `ucs2` and `ucs2be`.
/// - `object:iconv(text)`, `iconv.iconv(object, text)` → the text; and, if it stopped before the end, why:
/// - `ERROR_NO_MEMORY`, `ERROR_INVALID`, `ERROR_INCOMPLETE`, `ERROR_UNKNOWN`.
pub fn table(lua: &Lua) -> Result<Table> {
    let iconv = lua.create_table()?;
    let open = lua.create_function(open)?;
    iconv.set("new", &open)?;
    iconv.set("open", open)?;
    iconv
        .set("iconv", lua.create_function(|lua, (object, text): (Value, Value)| convert_text(lua, &object, &text))?)?;
    for (name, code) in
        [("ERROR_NO_MEMORY", 1), ("ERROR_INVALID", INVALID), ("ERROR_INCOMPLETE", INCOMPLETE), ("ERROR_UNKNOWN", 4)]
    {
        iconv.set(name, code)?;
    }
    iconv.set("VERSION", "iconv r5")?;
    lua.set_named_registry_value(TABLE, &iconv)?;
    Ok(iconv)
}

const INVALID: i64 = 2;
const INCOMPLETE: i64 = 3;

/// Where the registry keeps the table, in which objects look their functions up.
const TABLE: &str = "luatos.iconv";

/// What `open` returns.
struct Converter(Conversion);

impl UserData for Converter {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        fields.add_meta_field_with("__index", |lua| lua.named_registry_value::<Table>(TABLE));
    }
}

fn open(lua: &Lua, (to, from): (Value, Value)) -> Result<Value> {
    let to = string(lua, "iconv.open: to", to)?;
    let from = string(lua, "iconv.open: from", from)?;
    let charset = |name: &LuaString| Charset::named(&name.as_bytes());
    match charset(&to).zip(charset(&from)).and_then(|(to, from)| Conversion::new(to, from)) {
        Some(conversion) => lua.create_userdata(Converter(conversion))?.into_lua(lua),
        None => Ok(Value::Nil),
    }
}

fn convert_text(lua: &Lua, object: &Value, source: &Value) -> Result<MultiValue> {
    let converter: UserDataRef<Converter> = match object {
        Value::UserData(object) if object.is::<Converter>() => object.borrow()?,
        other => {
            let what = "iconv.iconv: object of iconv.open expected, called as object:iconv(text), got";
            return Err(Error::runtime(format!("{what} {}", show(other))));
        }
    };
    let conversion = converter.0;
    drop(converter);
    let source = string(lua, "iconv: text", source.clone())?;
    let (converted, stopped) = conversion.convert(&source.as_bytes());
    let mut results = vec![convert::bytes(lua, &converted)?];
    results.extend(stopped.map(|why| {
        Value::Integer(match why {
            Stopped::Invalid => INVALID,
            Stopped::Incomplete => INCOMPLETE,
        })
    }));
    Ok(results.into_iter().collect())
}
