//! A script's arguments by position, checked as the device's C functions check theirs.

use mlua::{Error, IntoLuaMulti, Lua, LuaString, MultiValue, Result, Table, Value};

use super::convert::{integer, show};

/// The arguments of one call.
pub struct Arguments<'a> {
    /// Where they come from.
    pub lua: &'a Lua,
    function: &'static str,
    values: Vec<Value>,
}

/// Adds a function to a core table; `name` is that of table and function, such as `crypto.md5`.
///
/// # Errors
/// There is no memory left.
pub fn define<R: IntoLuaMulti>(
    lua: &Lua,
    table: &Table,
    name: &'static str,
    act: impl Fn(&Arguments<'_>) -> Result<R> + 'static,
) -> Result<()> {
    let function = lua.create_function(move |lua, values: MultiValue| {
        act(&Arguments { lua, function: name, values: values.into_vec() })
    })?;
    table.raw_set(name.rsplit('.').next().unwrap_or(name), function)
}

impl Arguments<'_> {
    /// The argument at a position, from 1; nil if there is none.
    pub fn value(&self, position: usize) -> &Value {
        position.checked_sub(1).and_then(|index| self.values.get(index)).unwrap_or(&Value::Nil)
    }

    /// The arguments from a position, from 1, on.
    pub fn rest(&self, position: usize) -> &[Value] {
        self.values.get(position.saturating_sub(1)..).unwrap_or_default()
    }

    /// A string; a number counts as its text.
    ///
    /// # Errors
    /// It is something else.
    pub fn text(&self, position: usize, name: &str) -> Result<LuaString> {
        let value = self.value(position);
        let text = match value {
            Value::String(text) => Some(text.clone()),
            Value::Integer(_) | Value::Number(_) => self.lua.coerce_string(value.clone())?,
            _ => None,
        };
        text.ok_or_else(|| self.wrong(name, &format!("string expected, got {}", show(value))))
    }

    /// A string or none.
    ///
    /// # Errors
    /// It is something else.
    pub fn optional_text(&self, position: usize, name: &str) -> Result<Option<LuaString>> {
        if self.value(position).is_nil() { Ok(None) } else { self.text(position, name).map(Some) }
    }

    /// A whole number.
    ///
    /// # Errors
    /// It is no number.
    pub fn integer(&self, position: usize, name: &str) -> Result<i64> {
        integer(self.lua, &self.names(name), self.value(position))
    }

    /// A whole number; `absent` if there is none.
    ///
    /// # Errors
    /// It is something else.
    pub fn integer_or(&self, position: usize, name: &str, absent: i64) -> Result<i64> {
        if self.value(position).is_nil() { Ok(absent) } else { self.integer(position, name) }
    }

    /// Function and argument, as errors begin.
    pub fn names(&self, name: &str) -> String {
        format!("{}: {name}", self.function)
    }

    /// An error about an argument.
    pub fn wrong(&self, name: &str, why: &str) -> Error {
        Error::runtime(format!("{}: {why}", self.names(name)))
    }

    /// An error that names its argument itself.
    pub fn failed(&self, why: &dyn std::fmt::Display) -> Error {
        Error::runtime(format!("{}: {why}", self.function))
    }
}
