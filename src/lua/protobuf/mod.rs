//! `protobuf.c`: the native part of the Lua module `protobuf`. Facts: the firmware has pbc's binding.

mod pattern;

use std::{cell::RefCell, rc::Rc};

use mlua::{Error, IntoLua, LightUserData, Lua, MultiValue, Result, Table, UserData, UserDataRef, Value};

use super::convert::{self, integer, plain_number, show, string};
use crate::codec::protobuf::{self, Element, FieldType, Reader, Registry, Writer};

/// Makes the table. Its objects belong to Lua's garbage collector, so that functions that release one do nothing.
///
/// - `_env_new()` → environment; `_env_register(env, descriptors)`; `_env_type(env, type[, field])` → whether there is
///   that type, or the number of the field's type, 0 if there is none, and the name of its enum or message;
///   `_env_enum_id(env, enum, name)` → number or nothing; `_last_error(env)` → text.
/// - `_wmessage_new(env, type)` → message to write or nil; `_wmessage_integer`, `_real`, `_string`, `_int32`, `_int64`,
///   `_int52`, `_uint52` `(message, field, value)`; `_wmessage_message(message, field)` → message;
///   `_wmessage_buffer_string(message)` → string; `_wmessage_buffer(message)` → string, length; `_wmessage_delete`.
/// - `_rmessage_new(env, type, data)` → message or nothing; `_rmessage_integer`, `_real`, `_string`, `_int32`, `_int64`,
///   `_int52`, `_uint52`, `_message` `(message, field, index)` → value; `_rmessage_size(message, field)` → number;
///   `_rmessage_delete`.
/// - `_decode(env, submessage, table, type, data)` → boolean: sets the table's fields; those that are messages to what
///   `submessage(type, data)` returns.
/// - `_gc`, `_add_rmessage`, `_add_pattern`: nothing to do.
///
/// Fixed-size integers are a light userdata (32 bits) or eight bytes of a string (64 bits). Patterns:
/// [`pattern`].
pub fn table(lua: &Lua) -> Result<Table> {
    let table = lua.create_table()?;
    environment(lua, &table)?;
    writing(lua, &table)?;
    reading(lua, &table)?;
    pattern::define(lua, &table)?;
    for name in ["_wmessage_delete", "_rmessage_delete", "_gc", "_add_rmessage", "_add_pattern"] {
        table.set(name, lua.create_function(|_, _: MultiValue| Ok(()))?)?;
    }
    Ok(table)
}

/// An environment, with its last error.
#[derive(Default)]
pub struct Environment {
    pub registry: RefCell<Registry>,
    last_error: RefCell<String>,
}

impl Environment {
    /// The result, or nothing after an error, which is kept.
    pub fn keep<T>(&self, result: std::result::Result<T, protobuf::Error>) -> Option<T> {
        result.map_err(|error| *self.last_error.borrow_mut() = error.to_string()).ok()
    }
}

impl UserData for Environment {}

/// A message that is written.
struct Writing(Writer);

impl UserData for Writing {}

/// A message that was read.
struct Reading(Rc<Reader>);

impl UserData for Reading {}

/// An object of this table. `what` names the parameter in the error.
pub fn object<T: UserData + 'static>(what: &str, value: &Value) -> Result<UserDataRef<T>> {
    match value {
        Value::UserData(object) if object.is::<T>() => object.borrow(),
        other => Err(Error::runtime(format!("protobuf.c.{what} expected, got {}", show(other)))),
    }
}

/// The name of a type or field.
pub fn name(lua: &Lua, what: &str, value: Value) -> Result<String> {
    Ok(string(lua, &format!("protobuf.c.{what}"), value)?.to_string_lossy())
}

pub fn failed(what: &str, error: protobuf::Error) -> Error {
    Error::runtime(format!("protobuf.c.{what}: {error}"))
}

fn environment(lua: &Lua, table: &Table) -> Result<()> {
    table.set("_env_new", lua.create_function(|lua, ()| lua.create_userdata(Environment::default()))?)?;
    let register = |lua: &Lua, (env, descriptors): (Value, Value)| {
        let env = object::<Environment>("_env_register: environment", &env)?;
        let descriptors = string(lua, "protobuf.c._env_register: descriptors", descriptors)?;
        let registered = env.registry.borrow_mut().register(&descriptors.as_bytes());
        registered.map_err(|error| failed("_env_register", error))
    };
    table.set("_env_register", lua.create_function(register)?)?;
    table.set("_env_type", lua.create_function(env_type)?)?;
    let enum_id = |lua: &Lua, (env, kind, value): (Value, Value, Value)| {
        let env = object::<Environment>("_env_enum_id: environment", &env)?;
        let kind = name(lua, "_env_enum_id: enum", kind)?;
        let value = name(lua, "_env_enum_id: name", value)?;
        let number = env.registry.borrow().enum_number(&kind, &value);
        Ok(number.map_or_else(MultiValue::new, |number| MultiValue::from_iter([Value::Integer(number.into())])))
    };
    table.set("_env_enum_id", lua.create_function(enum_id)?)?;
    let last_error = |_: &Lua, env: Value| {
        let env = object::<Environment>("_last_error: environment", &env)?;
        Ok(env.last_error.borrow().clone())
    };
    table.set("_last_error", lua.create_function(last_error)?)
}

fn env_type(lua: &Lua, (env, kind, field): (Value, Value, Value)) -> Result<MultiValue> {
    let env = object::<Environment>("_env_type: environment", &env)?;
    let kind = name(lua, "_env_type: type", kind)?;
    let message = env.registry.borrow().message(&kind).ok();
    if field.is_nil() {
        return Ok(MultiValue::from_iter([Value::Boolean(message.is_some())]));
    }
    let field = name(lua, "_env_type: field", field)?;
    let field = message.and_then(|message| message.get_field_by_name(&field));
    let Some(FieldType { code, name }) = field.map(|field| env.registry.borrow().field_type(&field)) else {
        return Ok(MultiValue::from_iter([Value::Integer(0)]));
    };
    let mut results = vec![Value::Integer(code.into())];
    if let Some(name) = name {
        results.push(name.into_lua(lua)?);
    }
    Ok(results.into_iter().collect())
}

/// Defines a function `_wmessage_KIND(message, field, value)`.
fn define_writer(
    lua: &Lua,
    table: &Table,
    kind: &'static str,
    write: impl Fn(&Lua, &Writer, &str, &Value) -> Result<std::result::Result<(), protobuf::Error>> + 'static,
) -> Result<()> {
    let function = move |lua: &Lua, (message, field, value): (Value, Value, Value)| {
        let writer = object::<Writing>(&format!("_wmessage_{kind}: message of _wmessage_new"), &message)?;
        let field = name(lua, &format!("_wmessage_{kind}: field"), field)?;
        write(lua, &writer.0, &field, &value)?.map_err(|error| failed(&format!("_wmessage_{kind}"), error))
    };
    table.set(format!("_wmessage_{kind}"), lua.create_function(function)?)
}

fn writing(lua: &Lua, table: &Table) -> Result<()> {
    let new = |lua: &Lua, (env, kind): (Value, Value)| {
        let env = object::<Environment>("_wmessage_new: environment", &env)?;
        let kind = name(lua, "_wmessage_new: type", kind)?;
        let message = env.registry.borrow().message(&kind);
        env.keep(message).map(|message| lua.create_userdata(Writing(Writer::new(message)))).transpose()
    };
    table.set("_wmessage_new", lua.create_function(new)?)?;
    for kind in ["integer", "int52", "uint52"] {
        define_writer(lua, table, kind, move |lua, writer, field, value| {
            let number = integer(lua, &format!("protobuf.c._wmessage_{kind}: {field}"), value)?;
            if kind == "uint52" && number < 0 {
                let text = format!("protobuf.c._wmessage_uint52: negative number {number} passed to unsigned {field}");
                return Err(Error::runtime(text));
            }
            // `integer` is for 32 bits; what is wider wraps around.
            Ok(writer.integer(field, if kind == "integer" { (number as i32).into() } else { number }))
        })?;
    }
    define_writer(lua, table, "real", |lua, writer, field, value| {
        let number = convert::number(lua, &format!("protobuf.c._wmessage_real: {field}"), value)?;
        Ok(writer.real(field, number))
    })?;
    define_writer(lua, table, "string", |lua, writer, field, value| {
        let text = string(lua, &format!("protobuf.c._wmessage_string: {field}"), value.clone())?;
        Ok(writer.bytes(field, &text.as_bytes()))
    })?;
    for kind in ["int32", "int64"] {
        define_writer(lua, table, kind, move |_, writer, field, value| {
            Ok(writer.integer(field, bits_of(&format!("protobuf.c._wmessage_{kind}: {field}"), value)?))
        })?;
    }
    let message = |lua: &Lua, (message, field): (Value, Value)| {
        let writer = object::<Writing>("_wmessage_message: message of _wmessage_new", &message)?;
        let field = name(lua, "_wmessage_message: field", field)?;
        let child = writer.0.message(&field).map_err(|error| failed("_wmessage_message", error))?;
        lua.create_userdata(Writing(child))
    };
    table.set("_wmessage_message", lua.create_function(message)?)?;
    let encode = |lua: &Lua, message: Value| {
        let writer = object::<Writing>("_wmessage_buffer: message of _wmessage_new", &message)?;
        lua.create_string(writer.0.encode())
    };
    table.set("_wmessage_buffer_string", lua.create_function(encode)?)?;
    let buffer = move |lua: &Lua, message: Value| {
        let text = encode(lua, message)?;
        let length = text.as_bytes().len();
        Ok((text, length))
    };
    table.set("_wmessage_buffer", lua.create_function(buffer)?)
}

/// Defines a function `_rmessage_KIND(message, field, index)`; `read` returns nothing for a value of another type.
fn define_reader(
    lua: &Lua,
    table: &Table,
    kind: &'static str,
    read: impl Fn(&Lua, Element) -> Result<Option<Value>> + 'static,
) -> Result<()> {
    let function = move |lua: &Lua, (message, field, index): (Value, Value, Value)| {
        let reader = object::<Reading>(&format!("_rmessage_{kind}: message of _rmessage_new"), &message)?;
        let field = name(lua, &format!("_rmessage_{kind}: field"), field)?;
        let index = match index {
            Value::Nil => 0,
            other => integer(lua, &format!("protobuf.c._rmessage_{kind}: index"), &other)?,
        };
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        let element = reader.0.element(&field, index);
        let value = read(lua, element.map_err(|error| failed(&format!("_rmessage_{kind}"), error))?)?;
        value.ok_or_else(|| failed(&format!("_rmessage_{kind}"), protobuf::Error::Type(field)))
    };
    table.set(format!("_rmessage_{kind}"), lua.create_function(function)?)
}

/// The bits of an integer, or of the number of an enum's value.
fn bits(element: &Element) -> Option<i64> {
    match element {
        Element::Integer(number) => Some(*number),
        Element::Enum(number, _) => Some((*number).into()),
        _ => None,
    }
}

fn reading(lua: &Lua, table: &Table) -> Result<()> {
    let new = |lua: &Lua, (env, kind, data): (Value, Value, Value)| {
        let env = object::<Environment>("_rmessage_new: environment", &env)?;
        let data = string(lua, "protobuf.c._rmessage_new: data", data)?;
        let kind = name(lua, "_rmessage_new: type", kind)?;
        let message = env.registry.borrow().message(&kind);
        let reader = message.and_then(|message| Reader::decode(message, &data.as_bytes()));
        env.keep(reader).map(|reader| lua.create_userdata(Reading(Rc::new(reader)))).transpose()
    };
    table.set("_rmessage_new", lua.create_function(new)?)?;
    define_reader(lua, table, "integer", |_, element| {
        Ok(bits(&element).map(|number| Value::Integer(i64::from(number as i32))))
    })?;
    define_reader(lua, table, "int52", |_, element| Ok(bits(&element).map(|number| plain_number(number as f64))))?;
    define_reader(lua, table, "uint52", |_, element| {
        Ok(bits(&element).map(|number| plain_number(number.cast_unsigned() as f64)))
    })?;
    define_reader(lua, table, "int32", |_, element| Ok(bits(&element).map(light)))?;
    define_reader(lua, table, "int64", |lua, element| {
        bits(&element).map(|number| convert::bytes(lua, &number.to_le_bytes())).transpose()
    })?;
    define_reader(lua, table, "real", |_, element| {
        Ok(match element {
            Element::Real(number) => Some(plain_number(number)),
            _ => None,
        })
    })?;
    define_reader(lua, table, "string", |lua, element| match element {
        Element::Bytes(bytes) => convert::bytes(lua, &bytes).map(Some),
        Element::Enum(_, name) => name.unwrap_or_default().into_lua(lua).map(Some),
        _ => Ok(None),
    })?;
    define_reader(lua, table, "message", |lua, element| match element {
        Element::Message(reader) => lua.create_userdata(Reading(Rc::new(reader)))?.into_lua(lua).map(Some),
        _ => Ok(None),
    })?;
    let size = |lua: &Lua, (message, field): (Value, Value)| {
        let reader = object::<Reading>("_rmessage_size: message of _rmessage_new", &message)?;
        let size = reader.0.size(&name(lua, "_rmessage_size: field", field)?);
        size.map_err(|error| failed("_rmessage_size", error))
    };
    table.set("_rmessage_size", lua.create_function(size)?)?;
    table.set("_decode", lua.create_function(decode)?)
}

/// The bits of an integer of fixed size: a light userdata, or the eight bytes of a string.
pub fn bits_of(what: &str, value: &Value) -> Result<i64> {
    let bits = match value {
        Value::LightUserData(LightUserData(bits)) => Some(*bits as usize as i64),
        Value::String(text) => text.as_bytes()[..].try_into().ok().map(i64::from_le_bytes),
        _ => None,
    };
    let wrong = || format!("{what}: light userdata or string of 8 bytes expected, got {}", show(value));
    bits.ok_or_else(|| Error::runtime(wrong()))
}

/// 32 bits as a light userdata.
pub fn light(bits: i64) -> Value {
    Value::LightUserData(LightUserData(bits as u32 as usize as *mut _))
}

fn decode(lua: &Lua, (env, submessage, target, kind, data): (Value, Value, Value, Value, Value)) -> Result<bool> {
    let env = object::<Environment>("_decode: environment", &env)?;
    let wrong =
        |what: &str, value: &Value| Error::runtime(format!("protobuf.c._decode: {what} expected, got {}", show(value)));
    let Value::Function(submessage) = &submessage else { return Err(wrong("submessage: function", &submessage)) };
    let Value::Table(target) = &target else { return Err(wrong("table: table", &target)) };
    let kind = name(lua, "_decode: type", kind)?;
    let data = string(lua, "protobuf.c._decode: data", data)?;
    let message = env.registry.borrow().message(&kind);
    let reader = message.and_then(|message| Reader::decode(message, &data.as_bytes()));
    let Some(reader) = env.keep(reader) else { return Ok(false) };
    for (field, elements) in reader.fields() {
        // Released before Lua code runs.
        let FieldType { code, name } = env.registry.borrow().field_type(&field);
        let kind = name.unwrap_or_default();
        let mut values = elements.into_iter().map(|element| value(lua, element, code & 127, &kind, submessage));
        if code & 128 != 0 {
            target.raw_set(field.name(), lua.create_sequence_from(values.collect::<Result<Vec<_>>>()?)?)?;
        } else if let Some(value) = values.next() {
            target.raw_set(field.name(), value?)?;
        }
    }
    Ok(true)
}

/// A value of a type whose number is `code` and whose name is `kind`.
fn value(lua: &Lua, element: Element, code: u8, kind: &str, submessage: &mlua::Function) -> Result<Value> {
    Ok(match (code, element) {
        (3, Element::Integer(number)) => Value::Boolean(number != 0),
        (7, Element::Integer(number)) => convert::bytes(lua, &number.to_le_bytes())?,
        (8, Element::Integer(number)) => light(number),
        (11, Element::Integer(number)) => plain_number(number.cast_unsigned() as f64),
        (_, Element::Integer(number)) => plain_number(number as f64),
        (_, Element::Real(number)) => plain_number(number),
        (_, Element::Bytes(bytes)) => convert::bytes(lua, &bytes)?,
        (_, Element::Enum(_, Some(name))) => name.into_lua(lua)?,
        // A value that this version of the type does not name.
        (_, Element::Enum(number, None)) => Value::Integer(number.into()),
        (_, Element::Message(reader)) => submessage.call((kind, lua.create_string(reader.encode())?))?,
    })
}
