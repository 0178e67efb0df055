//! Writing to a file.

use mlua::{IntoLuaMulti, Lua, LuaString, MultiValue, Result, Value, Variadic};

use super::{failure, handle, misuse};
use crate::{
    io_error,
    lua::{
        convert::show,
        raw::{Arguments, Call, Out, Reply},
        runtime::Runtime,
    },
};

/// `write(file, ...)`: strings, and numbers as their texts; true, as on the device, and not the file. What
/// comes before an argument that is neither is written.
pub fn write(lua: &Lua, (file, values): (Value, Variadic<Value>)) -> Result<MultiValue> {
    let file = match handle::file_of(&file) {
        Ok(file) => file,
        Err(message) => return misuse(lua, &message),
    };
    for (index, value) in values.iter().enumerate() {
        let Some(text) = text_of(lua, value)? else {
            let (number, given) = (index + 1, show(value));
            return misuse(lua, &format!("bad argument #{number} to 'write' (string expected, got {given})"));
        };
        let written = file.borrow_mut().write(&text.as_bytes());
        if let Err(error) = written {
            return failure(lua, b"", &error);
        }
    }
    true.into_lua_multi(lua)
}

/// A string, or the text of a number as the device prints it: a whole one without a point.
fn text_of(lua: &Lua, value: &Value) -> Result<Option<LuaString>> {
    match value {
        Value::String(text) => Ok(Some(text.clone())),
        Value::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
            lua.coerce_string(Value::Integer(*number as i64))
        }
        Value::Integer(_) | Value::Number(_) => lua.coerce_string(value.clone()),
        _ => Ok(None),
    }
}

/// `write_text(file, text)`: true; or `false, message, number`.
pub struct WriteText;

impl Call for WriteText {
    fn call(runtime: &Runtime, arguments: &Arguments, bytes: &mut Vec<u8>) -> Reply {
        let files = runtime.open_files.borrow();
        let Some(file) = arguments.userdata(1).and_then(|address| files.get(&address)) else { return Reply::Slow };
        let Some(text) = arguments.string(2) else { return Reply::Slow };
        match file.borrow_mut().write(text) {
            Ok(()) => Reply::One(Out::Boolean(true)),
            Err(error) => {
                bytes.extend_from_slice(io_error::in_words(&error).as_bytes());
                Reply::Three(Out::Boolean(false), Out::Bytes, Out::Integer(io_error::number(&error)))
            }
        }
    }
}
