//! Messages to be encoded.

use std::{cell::RefCell, rc::Rc};

use prost_reflect::{
    Cardinality, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value, prost::Message as _,
};

use super::{Error, field};

/// Messages within each other that decoders accept.
const MAX_DEPTH: usize = 100;

/// A message whose fields are set one by one. Clones are the same message.
#[derive(Clone, Debug)]
pub struct Writer {
    draft: Rc<RefCell<Draft>>,
    depth: usize,
}

#[derive(Debug)]
struct Draft {
    message: DynamicMessage,
    /// Messages in fields, which may still change.
    children: Vec<(FieldDescriptor, Writer)>,
}

impl Writer {
    /// An empty message.
    pub fn new(message: MessageDescriptor) -> Self {
        Self::at(message, 1)
    }

    fn at(message: MessageDescriptor, depth: usize) -> Self {
        let draft = Draft { message: DynamicMessage::new(message), children: Vec::new() };
        Writer { draft: Rc::new(RefCell::new(draft)), depth }
    }

    fn field(&self, name: &str) -> Result<FieldDescriptor, Error> {
        field(&prost_reflect::ReflectMessage::descriptor(&self.draft.borrow().message), name)
    }

    /// Sets a field of any integer type, `bool` or an enum, or adds to it if it is repeated. Smaller types take the
    /// lowest bits.
    ///
    /// # Errors
    /// There is no such field, or it is of another type.
    pub fn integer(&self, name: &str, number: i64) -> Result<(), Error> {
        let field = self.field(name)?;
        let value = match field.kind() {
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => Value::I32(number as i32),
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Value::I64(number),
            Kind::Uint32 | Kind::Fixed32 => Value::U32(number as u32),
            Kind::Uint64 | Kind::Fixed64 => Value::U64(number as u64),
            Kind::Bool => Value::Bool(number != 0),
            Kind::Enum(_) => Value::EnumNumber(number as i32),
            _ => return Err(Error::Type(name.to_owned())),
        };
        self.put(&field, value);
        Ok(())
    }

    /// Likewise for `float` and `double`.
    ///
    /// # Errors
    /// As for [`integer`](Self::integer).
    pub fn real(&self, name: &str, number: f64) -> Result<(), Error> {
        let field = self.field(name)?;
        let value = match field.kind() {
            Kind::Float => Value::F32(number as f32),
            Kind::Double => Value::F64(number),
            _ => return Err(Error::Type(name.to_owned())),
        };
        self.put(&field, value);
        Ok(())
    }

    /// Likewise for `string`, `bytes` and, by the name of the value, an enum.
    ///
    /// # Errors
    /// As for [`integer`](Self::integer), or the enum has no such value.
    pub fn bytes(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let field = self.field(name)?;
        let value = match field.kind() {
            Kind::Bytes => Value::Bytes(bytes.to_vec().into()),
            Kind::Enum(kind) => {
                let text = String::from_utf8_lossy(bytes);
                let unknown = || Error::EnumValue { field: name.to_owned(), value: text.to_string() };
                Value::EnumNumber(kind.get_value_by_name(&text).ok_or_else(unknown)?.number())
            }
            _ => return Err(Error::Type(name.to_owned())),
        };
        self.put(&field, value);
        Ok(())
    }

    /// Begins a message in a field, to be filled in.
    ///
    /// # Errors
    /// As for [`integer`](Self::integer), or too many messages are within each other.
    pub fn message(&self, name: &str) -> Result<Writer, Error> {
        let field = self.field(name)?;
        let Kind::Message(kind) = field.kind() else { return Err(Error::Type(name.to_owned())) };
        if self.depth == MAX_DEPTH {
            return Err(Error::TooDeep);
        }
        let child = Self::at(kind, self.depth + 1);
        self.draft.borrow_mut().children.push((field, child.clone()));
        Ok(child)
    }

    /// Puts an encoded message into a field, or adds it.
    ///
    /// # Errors
    /// As for [`integer`](Self::integer), or the bytes are no message of the field's type.
    pub fn embed(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let field = self.field(name)?;
        let Kind::Message(kind) = field.kind() else { return Err(Error::Type(name.to_owned())) };
        let message = DynamicMessage::decode(kind, bytes).map_err(|error| Error::Bytes(error.to_string()))?;
        self.put(&field, Value::Message(message));
        Ok(())
    }

    fn put(&self, field: &FieldDescriptor, value: Value) {
        let mut draft = self.draft.borrow_mut();
        if field.is_list() {
            add(&mut draft.message, field, value);
        } else if field.cardinality() == Cardinality::Optional && value == field.default_value() {
            // As on the device: a value that the reader assumes anyway is not sent.
            draft.message.clear_field(field);
        } else {
            draft.message.set_field(field, value);
        }
    }

    fn finish(&self) -> DynamicMessage {
        let draft = self.draft.borrow();
        let mut message = draft.message.clone();
        for (field, child) in &draft.children {
            let value = Value::Message(child.finish());
            if field.is_list() {
                add(&mut message, field, value);
            } else {
                message.set_field(field, value);
            }
        }
        message
    }

    /// The encoded message; fields in the order of their numbers.
    pub fn encode(&self) -> Vec<u8> {
        self.finish().encode_to_vec()
    }
}

/// Adds to a repeated field.
fn add(message: &mut DynamicMessage, field: &FieldDescriptor, value: Value) {
    if let Some(list) = message.get_field_mut(field).as_list_mut() {
        list.push(value);
    }
}
