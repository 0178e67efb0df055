//! Reading from a file: Lua's formats, with and without their star.

use std::io;

use mlua::{IntoLuaMulti, Lua, MultiValue, Result, Value, Variadic};

use super::{failure, handle, misuse};
use crate::{
    device::files::open_file::OpenFile,
    io_error,
    lua::{
        convert::bytes,
        raw::{Arguments, Call, Out, Reply},
        runtime::Runtime,
    },
};

/// What is read at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Number,
    Line { keeps_end: bool },
    Rest,
    Count(u64),
}

impl Format {
    /// `n`, `l`, `L`, `a`, perhaps with a star in front and more letters behind, or a number of bytes.
    fn of(value: &Value) -> Option<Format> {
        match value {
            Value::Integer(count) => Some(Format::Count((*count).try_into().unwrap_or(0))),
            Value::Number(count) => Some(Format::Count(*count as u64)),
            Value::String(text) => {
                let text = text.as_bytes();
                match text.strip_prefix(b"*").unwrap_or(&text).first()? {
                    b'n' => Some(Format::Number),
                    b'l' => Some(Format::Line { keeps_end: false }),
                    b'L' => Some(Format::Line { keeps_end: true }),
                    b'a' => Some(Format::Rest),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Reads bytes; None at the end of the file.
    fn read(self, file: &mut OpenFile) -> io::Result<Option<Vec<u8>>> {
        let mut target = Vec::new();
        let is_there = match self {
            Format::Number => file.read_number(&mut target).map(|()| true),
            Format::Line { keeps_end } => file.read_line(&mut target, keeps_end),
            Format::Rest => file.read_rest(&mut target).map(|()| true),
            Format::Count(count) => file.read_count(&mut target, count),
        };
        Ok(is_there?.then_some(target))
    }
}

/// `read(file, ...)`: a value for each format up to the first that finds none, which is nil; without a
/// format a line.
pub fn read(lua: &Lua, (file, formats): (Value, Variadic<Value>)) -> Result<MultiValue> {
    let file = match handle::file_of(&file) {
        Ok(file) => file,
        Err(message) => return misuse(lua, &message),
    };
    let formats = if formats.is_empty() { Ok(vec![Format::Line { keeps_end: false }]) } else { all(&formats) };
    let formats = match formats {
        Ok(formats) => formats,
        Err(message) => return misuse(lua, &message),
    };
    let mut values = MultiValue::new();
    for format in formats {
        // No borrow is held while a Lua value is made.
        let found = format.read(&mut file.borrow_mut());
        let value = match found {
            Ok(Some(text)) if format == Format::Number => number(lua, &text)?,
            Ok(Some(text)) => bytes(lua, &text)?,
            Ok(None) => Value::Nil,
            Err(error) => return failure(lua, b"", &error),
        };
        let is_end = value.is_nil();
        values.push_back(value);
        if is_end {
            break;
        }
    }
    Ok(values)
}

fn all(values: &[Value]) -> std::result::Result<Vec<Format>, String> {
    let formats = values.iter().enumerate().map(|(index, value)| {
        Format::of(value).ok_or_else(|| format!("bad argument #{} to 'read' (invalid format)", index + 1))
    });
    formats.collect()
}

/// The number that a text is, as Lua reads it; nil if it is none.
fn number(lua: &Lua, text: &[u8]) -> Result<Value> {
    if let Some(integer) = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()) {
        return Ok(Value::Integer(integer));
    }
    let number = lua.coerce_number(bytes(lua, text)?)?;
    Ok(number.map_or(Value::Nil, Value::Number))
}

/// `read_line(file, keeps_end)` where [`ReadLine`] leaves it to be done.
pub fn read_line(lua: &Lua, (file, keeps_end): (Value, bool)) -> Result<MultiValue> {
    let file = match handle::file_of(&file) {
        Ok(file) => file,
        Err(message) => return misuse(lua, &message),
    };
    let found = Format::Line { keeps_end }.read(&mut file.borrow_mut());
    match found {
        Ok(Some(line)) => bytes(lua, &line)?.into_lua_multi(lua),
        Ok(None) => false.into_lua_multi(lua),
        Err(error) => (false, io_error::in_words(&error), io_error::number(&error)).into_lua_multi(lua),
    }
}

/// The raw form of [`read_line`].
pub struct ReadLine;

impl Call for ReadLine {
    fn call(runtime: &Runtime, arguments: &Arguments, bytes: &mut Vec<u8>) -> Reply {
        let files = runtime.open_files.borrow();
        let Some(file) = arguments.userdata(1).and_then(|address| files.get(&address)) else { return Reply::Slow };
        match file.borrow_mut().read_line(bytes, arguments.is_true(2)) {
            Ok(true) => Reply::One(Out::Bytes),
            Ok(false) => Reply::One(Out::Boolean(false)),
            Err(error) => {
                bytes.clear();
                bytes.extend_from_slice(io_error::in_words(&error).as_bytes());
                Reply::Three(Out::Boolean(false), Out::Bytes, Out::Integer(io_error::number(&error)))
            }
        }
    }
}
