//! `pack`: binary records. Facts: table `pack` of LuatOS-Air's firmware.

use mlua::{BorrowedBytes, Error, IntoLua, Lua, MultiValue, Result, Table, Value, Variadic};

use super::convert::{self, show, string};
use crate::codec::pack::{self, BadCode, Number, Unpacked, Values};

/// Makes the table.
///
/// - `pack(format, value…)` → string.
/// - `unpack(data, format[, start])` → the position after the last value, from 1, and the values; of values that the
///   data is too short for, none.
///
/// [`codec::pack`](crate::codec::pack) lists the letters of a format.
pub fn table(lua: &Lua) -> Result<Table> {
    let pack = lua.create_table()?;
    pack.set("pack", lua.create_function(pack_values)?)?;
    pack.set("unpack", lua.create_function(unpack_values)?)?;
    Ok(pack)
}

fn pack_values(lua: &Lua, (format, values): (Value, Variadic<Value>)) -> Result<Value> {
    let format = string(lua, "pack.pack: format", format)?;
    let mut arguments = Arguments { lua, values: &values, next: 0, bytes: None };
    let packed = pack::pack(&format.as_bytes(), &mut arguments).map_err(|problem| match problem {
        Problem::Value(error) => error,
        Problem::Code(code) => Error::runtime(format!("pack.pack: {code}")),
    })?;
    convert::bytes(lua, &packed)
}

fn unpack_values(lua: &Lua, (data, format, start): (Value, Value, Value)) -> Result<MultiValue> {
    let data = string(lua, "pack.unpack: data", data)?;
    let format = string(lua, "pack.unpack: format", format)?;
    let start = match start {
        Value::Nil => 1,
        other => convert::integer(lua, "pack.unpack: start", &other)?,
    };
    // Positions start at 1.
    let start = usize::try_from(start.saturating_sub(1))
        .map_err(|_| Error::runtime(format!("pack.unpack: start: a position from 1 expected, got {start}")))?;
    let (data, format) = (data.as_bytes(), format.as_bytes());
    let mut values = Vec::new();
    let next = pack::unpack(&data, &format, start, |value| values.push(value))
        .map_err(|code| Error::runtime(format!("pack.unpack: {code}")))?;
    let next = (next as i64).saturating_add(1);
    let values = values.into_iter().map(|value| match value {
        Unpacked::Integer(number) => Ok(Value::Integer(number)),
        Unpacked::Float(number) => Ok(convert::plain_number(number)),
        Unpacked::Bytes(bytes) => convert::bytes(lua, bytes),
    });
    std::iter::once(next.into_lua(lua)).chain(values).collect()
}

/// The values to pack.
struct Arguments<'a> {
    lua: &'a Lua,
    values: &'a [Value],
    next: usize,
    /// Of the last string.
    bytes: Option<BorrowedBytes>,
}

impl Arguments<'_> {
    /// The next value and what messages call it. The format is the first argument.
    fn next(&mut self) -> (&Value, String) {
        self.next += 1;
        let value = self.values.get(self.next - 1).unwrap_or(&Value::Nil);
        (value, format!("pack.pack: argument {}", self.next + 1))
    }
}

/// Why values cannot be packed.
enum Problem {
    Value(Error),
    Code(BadCode),
}

impl From<BadCode> for Problem {
    fn from(code: BadCode) -> Self {
        Problem::Code(code)
    }
}

impl Values for Arguments<'_> {
    type Error = Problem;

    fn number(&mut self) -> std::result::Result<Number, Problem> {
        let lua = self.lua;
        let (value, what) = self.next();
        let number = match value {
            Value::Integer(number) => Some(Number::Integer(*number)),
            Value::Number(number) => Some(Number::Float(*number)),
            other => lua.coerce_number(other.clone()).map_err(Problem::Value)?.map(Number::Float),
        };
        let problem = || Problem::Value(Error::runtime(format!("{what}: number expected, got {}", show(value))));
        number.ok_or_else(problem)
    }

    fn string(&mut self) -> std::result::Result<&[u8], Problem> {
        let lua = self.lua;
        let (value, what) = self.next();
        let bytes = string(lua, &what, value.clone()).map_err(Problem::Value)?.as_bytes();
        Ok(self.bytes.insert(bytes))
    }
}
