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
    /// `n`, `l`, `L`, `a`, perhaps with a star in front and more letters after, or a number of bytes.
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

    /// Reads bytes into `target`, which is empty; false at the end of the file.
    fn read(self, file: &mut OpenFile, target: &mut Vec<u8>) -> io::Result<bool> {
        match self {
            Format::Number => file.read_number(target).map(|()| true),
            Format::Line { keeps_end } => file.read_line(target, keeps_end),
            Format::Rest => file.read_rest(target).map(|()| true),
            Format::Count(count) => file.read_count(target, count),
        }
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
        let mut text = Vec::new();
        // No borrow is held while a Lua value is made.
        let found = format.read(&mut file.borrow_mut(), &mut text);
        let value = match found {
            Ok(true) if format == Format::Number => number(lua, &text)?,
            Ok(true) => bytes(lua, &text)?,
            Ok(false) => Value::Nil,
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
    if let Some(integer) = integer(text) {
        return Ok(Value::Integer(integer));
    }
    let number = lua.coerce_number(bytes(lua, text)?)?;
    Ok(number.map_or(Value::Nil, Value::Number))
}

/// The integer that a text is: decimal, unless it is too large, or hexadecimal, which wraps around.
fn integer(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let Some(digits) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) else {
        return text.parse().ok();
    };
    let digit = |value: i64, digit: char| Some(value.wrapping_mul(16).wrapping_add(digit.to_digit(16)?.into()));
    let value = (!digits.is_empty()).then_some(0).and_then(|zero| digits.chars().try_fold(zero, digit))?;
    Some(if is_negative { value.wrapping_neg() } else { value })
}

/// `read_line(file)`: a line without its end, or false at the end of the file; or `false, message, number`.
pub struct ReadLine;

impl Call for ReadLine {
    fn call(runtime: &Runtime, arguments: &Arguments, bytes: &mut Vec<u8>) -> Reply {
        short(runtime, arguments, bytes, Format::Line { keeps_end: false })
    }
}

/// `read_count(file, count)`: at most `count` bytes, likewise.
pub struct ReadCount;

impl Call for ReadCount {
    fn call(runtime: &Runtime, arguments: &Arguments, bytes: &mut Vec<u8>) -> Reply {
        let count = arguments.integer(2).and_then(|count| u64::try_from(count).ok());
        count.map_or(Reply::Slow, |count| short(runtime, arguments, bytes, Format::Count(count)))
    }
}

/// Reads one thing from an open file.
fn short(runtime: &Runtime, arguments: &Arguments, bytes: &mut Vec<u8>, format: Format) -> Reply {
    let files = runtime.open_files.borrow();
    let Some(file) = arguments.userdata(1).and_then(|address| files.get(&address)) else { return Reply::Slow };
    match format.read(&mut file.borrow_mut(), bytes) {
        Ok(true) => Reply::One(Out::Bytes),
        Ok(false) => Reply::One(Out::Boolean(false)),
        Err(error) => {
            bytes.clear();
            bytes.extend_from_slice(io_error::in_words(&error).as_bytes());
            Reply::Three(Out::Boolean(false), Out::Bytes, Out::Integer(io_error::number(&error)))
        }
    }
}

/// What [`ReadLine`] and [`ReadCount`] answer where they find no open file, or no number.
pub fn short_slow(lua: &Lua, (file, count): (Value, Value)) -> Result<MultiValue> {
    let format =
        if count.is_nil() { Format::Line { keeps_end: false } } else { Format::of(&count).unwrap_or(Format::Rest) };
    let file = match handle::file_of(&file) {
        Ok(file) => file,
        Err(message) => return misuse(lua, &message),
    };
    let mut target = Vec::new();
    let found = format.read(&mut file.borrow_mut(), &mut target);
    match found {
        Ok(true) => bytes(lua, &target)?.into_lua_multi(lua),
        Ok(false) => false.into_lua_multi(lua),
        Err(error) => (false, io_error::in_words(&error), io_error::number(&error)).into_lua_multi(lua),
    }
}
