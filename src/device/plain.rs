//! Values that mean the same in Lua and in JSON.

use std::borrow::Cow;

use data_encoding::BASE64;
use serde::{Serialize, Serializer, ser::SerializeMap};

/// One value. As JSON, bytes are a string where they are UTF-8, and otherwise an object `{"base64": "…"}`.
#[derive(Clone, Debug, PartialEq)]
pub enum Plain<'a> {
    /// Nothing.
    Nil,
    /// True or false.
    Flag(bool),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// A text.
    Text(Cow<'a, str>),
    /// What may be no text.
    Bytes(Cow<'a, [u8]>),
    /// Values by name; one that is [`Nil`](Plain::Nil) is not there.
    Table(Vec<(&'static str, Plain<'a>)>),
}

/// The only key of the object that bytes are as JSON where they are no UTF-8.
pub const BASE64_KEY: &str = "base64";

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Plain::Nil => serializer.serialize_unit(),
            Plain::Flag(flag) => serializer.serialize_bool(*flag),
            Plain::Integer(number) => serializer.serialize_i64(*number),
            Plain::Number(number) => serializer.serialize_f64(*number),
            Plain::Text(text) => serializer.serialize_str(text),
            Plain::Bytes(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => serializer.serialize_str(text),
                Err(_) => {
                    let mut map = serializer.serialize_map(Some(1))?;
                    map.serialize_entry(BASE64_KEY, &BASE64.encode(bytes))?;
                    map.end()
                }
            },
            Plain::Table(fields) => {
                serializer.collect_map(fields.iter().filter(|(_, value)| *value != Plain::Nil).cloned())
            }
        }
    }
}

impl From<bool> for Plain<'_> {
    fn from(flag: bool) -> Self {
        Plain::Flag(flag)
    }
}

impl From<f64> for Plain<'_> {
    fn from(number: f64) -> Self {
        Plain::Number(number)
    }
}

impl<'a> From<&'a str> for Plain<'a> {
    fn from(text: &'a str) -> Self {
        Plain::Text(text.into())
    }
}

impl<'a> From<&'a String> for Plain<'a> {
    fn from(text: &'a String) -> Self {
        Plain::Text(text.into())
    }
}

impl From<String> for Plain<'_> {
    fn from(text: String) -> Self {
        Plain::Text(text.into())
    }
}

impl From<Option<String>> for Plain<'_> {
    fn from(text: Option<String>) -> Self {
        text.map_or(Plain::Nil, Into::into)
    }
}

/// Whole numbers; what is beyond those of Lua becomes the nearest one.
macro_rules! integers {
    ($($number:ty)*) => {
        $(impl From<$number> for Plain<'_> {
            fn from(number: $number) -> Self {
                Plain::Integer(i64::try_from(number).unwrap_or(i64::MAX))
            }
        })*
    };
}

integers! { i64 u64 usize u8 }

#[cfg(test)]
mod tests {
    use super::*;

    fn json(value: &Plain) -> String {
        serde_json::to_string(value).unwrap()
    }

    #[test]
    fn bytes_are_text_where_they_can_be() {
        assert_eq!(json(&Plain::Bytes("灯\n".as_bytes().into())), "\"灯\\n\"");
        assert_eq!(json(&Plain::Bytes(b"\xff\0".as_slice().into())), "{\"base64\":\"/wA=\"}");
    }

    #[test]
    fn other_values_are_what_they_are() {
        let table = Plain::Table(vec![("a", 0.5.into()), ("b", Plain::Nil)]);
        assert_eq!(json(&table), "{\"a\":0.5}");
        let values = [Plain::Nil, true.into(), 7_i64.into(), "a".into(), u64::MAX.into()];
        assert_eq!(serde_json::to_string(&values).unwrap(), "[null,true,7,\"a\",9223372036854775807]");
    }
}
