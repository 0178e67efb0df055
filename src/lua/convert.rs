//! Rust results and Lua values; the one place that decides how a failure looks to a script.
//!
//! Natives answer `true`, `false, reason` for what may fail at run time, and `nil, message` for
//! misuse, which the Lua half raises as an error at the script's own line.

use mlua::{BorrowedBytes, Error, IntoLua, IntoLuaMulti, Lua, LuaString, MultiValue, Result, Value};

/// How a native call ended.
pub enum Answer {
    /// `true`
    Done,
    /// `false, reason`
    Failed(String),
    /// `nil, message`
    Misuse(String),
}

impl IntoLuaMulti for Answer {
    fn into_lua_multi(self, lua: &Lua) -> Result<MultiValue> {
        match self {
            Answer::Done => true.into_lua_multi(lua),
            Answer::Failed(reason) => (false, reason).into_lua_multi(lua),
            Answer::Misuse(message) => (Value::Nil, message).into_lua_multi(lua),
        }
    }
}

impl<E: std::fmt::Display> From<std::result::Result<(), E>> for Answer {
    fn from(result: std::result::Result<(), E>) -> Self {
        match result {
            Ok(()) => Answer::Done,
            Err(error) => Answer::Failed(error.to_string()),
        }
    }
}

/// Payload of a frame: a string, a number as Lua prints it, or nil for none.
pub fn payload(lua: &Lua, value: Value) -> std::result::Result<Payload, String> {
    match value {
        Value::String(text) => Ok(Payload(Some(text.as_bytes()))),
        Value::Nil => Ok(Payload(None)),
        Value::Integer(_) | Value::Number(_) => {
            let text = lua.coerce_string(value).ok().flatten().ok_or("data: a number without a text form")?;
            Ok(Payload(Some(text.as_bytes())))
        }
        other => Err(format!("data: string, number or nil expected, got {}", other.type_name())),
    }
}

/// Bytes in the memory of a Lua string.
pub struct Payload(Option<BorrowedBytes>);

impl AsRef<[u8]> for Payload {
    fn as_ref(&self) -> &[u8] {
        self.0.as_deref().unwrap_or_default()
    }
}

/// A value in a message: strings quoted, others as Lua prints them or by their type.
pub fn show(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{:?}", text.to_string_lossy()),
        Value::Integer(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Boolean(flag) => flag.to_string(),
        other => other.type_name().to_owned(),
    }
}

/// The key of a table's field in a message: strings bare, others as [`show`] has them.
pub fn field_name(key: &Value) -> String {
    match key {
        Value::String(name) => name.to_string_lossy(),
        other => show(other),
    }
}

/// A number. `what` names the parameter in the error.
///
/// # Errors
/// The value is no number.
pub fn number(lua: &Lua, what: &str, value: &Value) -> Result<f64> {
    match value {
        Value::Number(number) => Ok(*number),
        Value::Integer(number) => Ok(*number as f64),
        other => {
            let expected = || Error::runtime(format!("{what}: number expected, got {}", show(other)));
            lua.coerce_number(other.clone())?.ok_or_else(expected)
        }
    }
}

/// A whole number; fractions are cut off, as the device's C functions do. `what` names the
/// parameter in the error.
///
/// # Errors
/// The value is no number.
pub fn integer(lua: &Lua, what: &str, value: &Value) -> Result<i64> {
    match value {
        Value::Integer(number) => Ok(*number),
        other => lua
            .coerce_number(other.clone())?
            .filter(|number| number.is_finite())
            .map(|number| number as i64)
            .ok_or_else(|| Error::runtime(format!("{what}: number expected, got {}", show(other)))),
    }
}

/// An integer, or a float without a fraction that an integer can hold.
pub fn whole(value: &Value) -> Option<i64> {
    const BEYOND: f64 = 9_223_372_036_854_775_808.0;
    match value {
        Value::Integer(number) => Some(*number),
        Value::Number(number) if number.fract() == 0.0 && number.abs() < BEYOND => Some(*number as i64),
        _ => None,
    }
}

/// A string; numbers become their text. `what` names the parameter in the error.
///
/// # Errors
/// The value is neither.
pub fn string(lua: &Lua, what: &str, value: Value) -> Result<LuaString> {
    match value {
        Value::String(text) => Ok(text),
        other => {
            let wrong = format!("{what}: string expected, got {}", show(&other));
            lua.coerce_string(other)?.ok_or_else(|| Error::runtime(wrong))
        }
    }
}

/// A number as the device has it: an integer where it is one that a double holds exactly, so that it prints without a
/// point.
pub fn plain_number(value: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let is_minus_zero = value == 0.0 && value.is_sign_negative();
    if value.fract() == 0.0 && value.abs() <= EXACT && !is_minus_zero {
        Value::Integer(value as i64)
    } else {
        Value::Number(value)
    }
}

/// Bytes as a Lua string.
pub fn bytes(lua: &Lua, data: &[u8]) -> Result<Value> {
    lua.create_string(data)?.into_lua(lua)
}
