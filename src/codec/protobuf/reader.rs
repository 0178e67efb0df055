//! Messages that were decoded.

use prost_reflect::{
    DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage as _, Value, prost::Message as _,
};

use super::{Error, field};

/// A message.
#[derive(Clone, Debug)]
pub struct Reader {
    message: DynamicMessage,
}

/// A value of a field.
#[derive(Clone, Debug)]
pub enum Element {
    /// An integer, or a `bool` as 0 or 1; unsigned ones of 64 bits by their bits.
    Integer(i64),
    /// A floating-point number.
    Real(f64),
    /// A `string` or `bytes`.
    Bytes(Vec<u8>),
    /// A value of an enum, and its name if it has one.
    Enum(i32, Option<String>),
    /// A message.
    Message(Reader),
}

impl Reader {
    /// Decodes a message.
    ///
    /// # Errors
    /// The bytes are no message of that type.
    pub fn decode(message: MessageDescriptor, bytes: &[u8]) -> Result<Self, Error> {
        let message = DynamicMessage::decode(message, bytes).map_err(|error| Error::Bytes(error.to_string()))?;
        Ok(Reader { message })
    }

    /// The fields that are set, each with its values, of which there is one unless it is repeated.
    pub fn fields(&self) -> impl Iterator<Item = (FieldDescriptor, Vec<Element>)> {
        self.message.fields().map(|(field, value)| {
            let elements = match value {
                Value::List(list) => list.iter().map(|value| element(&field, value)).collect(),
                value => vec![element(&field, value)],
            };
            (field, elements)
        })
    }

    /// How many values a field has: 0 or 1 unless it is repeated.
    ///
    /// # Errors
    /// There is no such field.
    pub fn size(&self, name: &str) -> Result<usize, Error> {
        let field = field(&self.message.descriptor(), name)?;
        Ok(match self.message.get_field(&field).as_list() {
            Some(list) => list.len(),
            None => usize::from(self.message.has_field(&field)),
        })
    }

    /// The value of a field; of a repeated one, that at an index from 0. Where there is none, the default value.
    ///
    /// # Errors
    /// There is no such field.
    pub fn element(&self, name: &str, index: usize) -> Result<Element, Error> {
        let field = field(&self.message.descriptor(), name)?;
        let value = self.message.get_field(&field);
        Ok(match &*value {
            Value::List(list) => match list.get(index) {
                Some(value) => element(&field, value),
                None => element(&field, &Value::default_value(&field.kind())),
            },
            value => element(&field, value),
        })
    }

    /// The message, encoded again.
    pub fn encode(&self) -> Vec<u8> {
        self.message.encode_to_vec()
    }
}

fn element(field: &FieldDescriptor, value: &Value) -> Element {
    match value {
        Value::Bool(flag) => Element::Integer((*flag).into()),
        Value::I32(number) => Element::Integer((*number).into()),
        Value::I64(number) => Element::Integer(*number),
        Value::U32(number) => Element::Integer((*number).into()),
        Value::U64(number) => Element::Integer(number.cast_signed()),
        Value::F32(number) => Element::Real((*number).into()),
        Value::F64(number) => Element::Real(*number),
        Value::String(text) => Element::Bytes(text.as_bytes().to_vec()),
        Value::Bytes(bytes) => Element::Bytes(bytes.to_vec()),
        Value::EnumNumber(number) => {
            let name = match field.kind() {
                Kind::Enum(kind) => kind.get_value(*number).map(|value| value.name().to_owned()),
                _ => None,
            };
            Element::Enum(*number, name)
        }
        Value::Message(message) => Element::Message(Reader { message: message.clone() }),
        // There are no maps, and no lists within lists.
        Value::List(_) | Value::Map(_) => Element::Bytes(Vec::new()),
    }
}
