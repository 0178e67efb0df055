//! Values of Lua and of JSON. Bytes that are no UTF-8 are an object `{"base64": "…"}` there, nil is null.

use data_encoding::BASE64;
use mlua::{Error, IntoLua, Lua, MultiValue, Result, Table, Value};
use serde::Serialize;
use serde_json::{Map, Number, Value as Json};

use super::super::convert::{self, plain_number};
use crate::device::plain::{BASE64_KEY, Plain};

/// How deep tables may be within tables: more than anything has that has an end.
const DEEPEST: usize = 32;

/// Most values within a value. Tables that share tables have far more than the memory that they take.
const MOST_VALUES: usize = 1_000_000;

/// The arguments of a call: a table with `n`.
///
/// # Errors
/// Base64 that is none, or no memory left.
pub fn to_arguments(lua: &Lua, arguments: &[Json]) -> Result<Table> {
    let table = lua.create_table_with_capacity(arguments.len(), 1)?;
    for (index, argument) in arguments.iter().enumerate() {
        table.raw_set(index + 1, to_lua(lua, argument)?)?;
    }
    table.raw_set("n", arguments.len())?;
    Ok(table)
}

fn to_lua(lua: &Lua, value: &Json) -> Result<Value> {
    Ok(match value {
        Json::Null => Value::Nil,
        Json::Bool(flag) => Value::Boolean(*flag),
        Json::Number(number) => match number.as_i64() {
            Some(integer) => integer.into_lua(lua)?,
            None => plain_number(number.as_f64().unwrap_or(f64::NAN)),
        },
        Json::String(text) => Value::String(lua.create_string(text)?),
        Json::Array(values) => {
            let table = lua.create_table_with_capacity(values.len(), 0)?;
            for (index, value) in values.iter().enumerate() {
                table.raw_set(index + 1, to_lua(lua, value)?)?;
            }
            Value::Table(table)
        }
        Json::Object(fields) => match bytes(fields)? {
            Some(bytes) => Value::String(lua.create_string(bytes)?),
            None => {
                let table = lua.create_table_with_capacity(0, fields.len())?;
                for (key, value) in fields {
                    table.raw_set(key.as_str(), to_lua(lua, value)?)?;
                }
                Value::Table(table)
            }
        },
    })
}

/// The bytes that an object stands for, if it does.
fn bytes(fields: &Map<String, Json>) -> Result<Option<Vec<u8>>> {
    match fields.get(BASE64_KEY) {
        Some(Json::String(text)) if fields.len() == 1 => {
            let bytes = BASE64.decode(text.as_bytes());
            bytes.map(Some).map_err(|_| Error::runtime(format!("base64 expected, got {text:?}")))
        }
        _ => Ok(None),
    }
}

/// Bytes as a value: a text where they are UTF-8.
#[must_use]
pub fn from_bytes(bytes: &[u8]) -> Json {
    plain(&Plain::Bytes(bytes.into()))
}

/// The bytes of a value; none of one that is neither a text nor bytes.
#[must_use]
pub fn into_bytes(value: Json) -> Option<Vec<u8>> {
    match value {
        Json::String(text) => Some(text.into_bytes()),
        Json::Object(fields) => bytes(&fields).ok().flatten(),
        _ => None,
    }
}

/// What a call has returned.
///
/// # Errors
/// A value that JSON cannot have; the text says which.
pub fn from_values(values: &MultiValue) -> std::result::Result<Vec<Json>, String> {
    values.iter().map(from_value).collect()
}

/// One value. A table whose keys are 1 to n is an array, an empty one too; any other is an object, with its keys as texts.
///
/// # Errors
/// See [`from_values`].
pub fn from_value(value: &Value) -> std::result::Result<Json, String> {
    at_depth(value, 0, &mut 0)
}

fn at_depth(value: &Value, depth: usize, count: &mut usize) -> std::result::Result<Json, String> {
    *count += 1;
    match value {
        _ if *count > MOST_VALUES => Err("a table of too many values".into()),
        Value::Nil => Ok(Json::Null),
        Value::Boolean(flag) => Ok(Json::Bool(*flag)),
        Value::Integer(number) => Ok((*number).into()),
        // JSON has no infinities.
        Value::Number(number) => {
            Ok(whole(*number).or_else(|| Number::from_f64(*number)).map_or(Json::Null, Json::Number))
        }
        Value::String(text) => Ok(plain(&Plain::Bytes((&*text.as_bytes()).into()))),
        Value::Table(_) if depth == DEEPEST => Err("a table that is too deep, or within itself".into()),
        Value::Table(table) => from_table(table, depth, count),
        other => Err(format!("a {} has no form in JSON", other.type_name())),
    }
}

/// In Lua 5.1 every number is a double.
fn whole(number: f64) -> Option<Number> {
    match plain_number(number) {
        Value::Integer(integer) => Some(integer.into()),
        _ => None,
    }
}

fn plain(value: &impl Serialize) -> Json {
    serde_json::to_value(value).unwrap_or_default()
}

fn from_table(table: &Table, depth: usize, count: &mut usize) -> std::result::Result<Json, String> {
    let mut pairs = Vec::new();
    for pair in table.pairs::<Value, Value>() {
        let (key, value) = pair.map_err(|error| error.to_string())?;
        pairs.push((key, at_depth(&value, depth + 1, count)?));
    }
    let last = i64::try_from(pairs.len()).unwrap_or(i64::MAX);
    if pairs.iter().all(|(key, _)| convert::whole(key).is_some_and(|index| (1..=last).contains(&index))) {
        // `next` visits the list in no promised order.
        pairs.sort_by_key(|(key, _)| convert::whole(key));
        return Ok(Json::Array(pairs.into_iter().map(|(_, value)| value).collect()));
    }
    let mut object = Map::new();
    for (key, value) in pairs {
        let key = match &key {
            Value::String(text) => text.to_string_lossy(),
            Value::Integer(number) => number.to_string(),
            Value::Number(number) => number.to_string(),
            other => return Err(format!("a table with a {} as its key has no form in JSON", other.type_name())),
        };
        object.insert(key, value);
    }
    Ok(Json::Object(object))
}
