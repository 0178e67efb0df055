//! The patterns of `protobuf.c`: some fields of a message at once, which the Lua module `protobuf` packs and unpacks.

use mlua::{Error, IntoLua, Lua, MultiValue, Result, Table, UserData, Value, Variadic};

use super::{Environment, bits_of, failed, light, name, object};
use crate::{
    codec::protobuf::{self, Element, Reader, Writer},
    lua::convert::{self, integer, plain_number, show, string},
};

/// Adds the functions.
///
/// - `_pattern_new(env, type, "@field format …")` → pattern or nothing; `_pattern_size(format)`; `_pattern_delete`.
/// - `_pattern_pack(pattern, format, size, value…)` → string; `_pattern_unpack(pattern, format, size, data)` → values,
///   or nothing.
///
/// A format has a letter for each field: `i` integer of 32 bits, `d` and `u` of 64 bits, `b` boolean, `p` and `x` fixed
/// size, `r` floating point, `s` string, `m` message; the capital is a list of the same. A message is its encoded
/// bytes, or a table of these and their length.
pub fn define(lua: &Lua, table: &Table) -> Result<()> {
    let new = |lua: &Lua, (env, kind, notation): (Value, Value, Value)| {
        let env = object::<Environment>("_pattern_new: environment", &env)?;
        let kind = name(lua, "_pattern_new: type", kind)?;
        let notation = name(lua, "_pattern_new: fields", notation)?;
        let pattern = protobuf::Pattern::new(&env.registry.borrow(), &kind, &notation);
        env.keep(pattern).map(|pattern| lua.create_userdata(Pattern(pattern))).transpose()
    };
    table.set("_pattern_new", lua.create_function(new)?)?;
    let size =
        |lua: &Lua, format: Value| Ok(8 * string(lua, "protobuf.c._pattern_size: format", format)?.as_bytes().len());
    table.set("_pattern_size", lua.create_function(size)?)?;
    table.set("_pattern_pack", lua.create_function(pack)?)?;
    table.set("_pattern_unpack", lua.create_function(unpack)?)?;
    table.set("_pattern_delete", lua.create_function(|_, _: MultiValue| Ok(()))?)
}

/// A type and some of its fields.
struct Pattern(protobuf::Pattern);

impl UserData for Pattern {}

fn pack(lua: &Lua, (pattern, format, _, values): (Value, Value, Value, Variadic<Value>)) -> Result<Value> {
    let pattern = object::<Pattern>("_pattern_pack: pattern", &pattern)?;
    let format = string(lua, "protobuf.c._pattern_pack: format", format)?;
    let writer = pattern.0.writer();
    for (index, (letter, field)) in format.as_bytes().iter().zip(pattern.0.fields()).enumerate() {
        let value = values.get(index).cloned().unwrap_or(Value::Nil);
        if letter.is_ascii_lowercase() {
            put(lua, &writer, field, *letter, &value)?;
            continue;
        }
        let Value::Table(list) = value else {
            let text = format!("protobuf.c._pattern_pack: {field}: table expected, got {}", show(&value));
            return Err(Error::runtime(text));
        };
        for value in list.sequence_values() {
            put(lua, &writer, field, letter.to_ascii_lowercase(), &value?)?;
        }
    }
    convert::bytes(lua, &writer.encode())
}

/// Sets a field, or adds to it.
fn put(lua: &Lua, writer: &Writer, field: &str, letter: u8, value: &Value) -> Result<()> {
    let what = format!("protobuf.c._pattern_pack: {field}");
    let done = match letter {
        b'i' => writer.integer(field, i64::from(integer(lua, &what, value)? as i32)),
        b'd' | b'u' => writer.integer(field, integer(lua, &what, value)?),
        b'b' => writer.integer(field, i64::from(!matches!(value, Value::Nil | Value::Boolean(false)))),
        b'p' | b'x' => writer.integer(field, bits_of(&what, value)?),
        b'r' => writer.real(field, convert::number(lua, &what, value)?),
        b'm' => {
            let bytes = match value {
                Value::Table(slice) => slice.raw_get(1)?,
                other => other.clone(),
            };
            writer.embed(field, &string(lua, &what, bytes)?.as_bytes())
        }
        _ => writer.bytes(field, &string(lua, &what, value.clone())?.as_bytes()),
    };
    done.map_err(|error| failed("_pattern_pack", error))
}

fn unpack(lua: &Lua, (pattern, format, _, data): (Value, Value, Value, Value)) -> Result<MultiValue> {
    let pattern = object::<Pattern>("_pattern_unpack: pattern", &pattern)?;
    let format = string(lua, "protobuf.c._pattern_unpack: format", format)?;
    let data = string(lua, "protobuf.c._pattern_unpack: data", data)?;
    // As on the device: nothing for data that is no message.
    let Ok(reader) = pattern.0.reader(&data.as_bytes()) else { return Ok(MultiValue::new()) };
    let fields = format.as_bytes().iter().copied().zip(pattern.0.fields()).collect::<Vec<_>>();
    fields.into_iter().map(|(letter, field)| get(lua, &reader, field, letter)).collect()
}

/// The value of a field, or the list of its values.
fn get(lua: &Lua, reader: &Reader, field: &str, letter: u8) -> Result<Value> {
    let one = |index| {
        let element = reader.element(field, index).map_err(|error| failed("_pattern_unpack", error))?;
        value(lua, letter.to_ascii_lowercase(), element)
    };
    if letter.is_ascii_lowercase() {
        return one(0);
    }
    let count = reader.size(field).map_err(|error| failed("_pattern_unpack", error))?;
    lua.create_sequence_from((0..count).map(one).collect::<Result<Vec<_>>>()?)?.into_lua(lua)
}

fn value(lua: &Lua, letter: u8, element: Element) -> Result<Value> {
    Ok(match (letter, element) {
        (b'b', Element::Integer(number)) => Value::Boolean(number != 0),
        (b'p', Element::Integer(number)) => light(number),
        (b'x', Element::Integer(number)) => convert::bytes(lua, &number.to_le_bytes())?,
        (b'u', Element::Integer(number)) => plain_number(number.cast_unsigned() as f64),
        (_, Element::Integer(number)) => plain_number(number as f64),
        (_, Element::Enum(number, _)) => Value::Integer(number.into()),
        (_, Element::Real(number)) => plain_number(number),
        (_, Element::Bytes(bytes)) => convert::bytes(lua, &bytes)?,
        (_, Element::Message(reader)) => {
            let bytes = reader.encode();
            let slice = lua.create_table()?;
            slice.raw_push(lua.create_string(&bytes)?)?;
            slice.raw_push(bytes.len())?;
            Value::Table(slice)
        }
    })
}
