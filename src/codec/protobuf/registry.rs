//! Types by their names.

use prost_reflect::{
    Cardinality, DescriptorPool, FieldDescriptor, Kind, MessageDescriptor, prost::Message as _,
    prost_types::FileDescriptorSet,
};

use super::{
    Error,
    plain::{self, Texts},
};

/// The type of a field, with the firmware's numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldType {
    /// 1 `int32`, `sint32`; 2 `float`, `double`; 3 `bool`; 4 enum; 5 `string`; 6 message; 7 `fixed64`, `sfixed64`; 8
    /// `fixed32`, `sfixed32`; 9 `bytes`; 10 `int64`, `sint64`; 11 `uint32`, `uint64`; and 128 more if it is repeated.
    pub code: u8,
    /// The full name of the enum or message.
    pub name: Option<String>,
}

/// The types that are known.
#[derive(Debug, Default)]
pub struct Registry {
    pool: DescriptorPool,
    texts: Texts,
}

impl Registry {
    /// Adds the types of a compiled descriptor set. A file that is known already is passed over.
    ///
    /// # Errors
    /// The bytes are no descriptor set, or a type that it uses is unknown.
    pub fn register(&mut self, descriptors: &[u8]) -> Result<(), Error> {
        let failed = |error: &dyn std::fmt::Display| Error::Descriptors(error.to_string());
        let mut set = FileDescriptorSet::decode(descriptors).map_err(|error| failed(&error))?;
        set.file.retain(|file| self.pool.get_file_by_name(file.name()).is_none());
        let mut texts = self.texts.clone();
        plain::simplify(&mut set.file, &mut texts);
        let mut pool = self.pool.clone();
        pool.add_file_descriptor_set(set).map_err(|error| failed(&error))?;
        (self.pool, self.texts) = (pool, texts);
        Ok(())
    }

    /// A message's type.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn message(&self, name: &str) -> Result<MessageDescriptor, Error> {
        self.pool.get_message_by_name(name).ok_or_else(|| Error::NoMessage(name.to_owned()))
    }

    /// The number of an enum's value, if there is that enum and that value.
    pub fn enum_number(&self, name: &str, value: &str) -> Option<i32> {
        Some(self.pool.get_enum_by_name(name)?.get_value_by_name(value)?.number())
    }

    /// The type of a field.
    pub fn field_type(&self, field: &FieldDescriptor) -> FieldType {
        let mut name = None;
        let code = match field.kind() {
            Kind::Int32 | Kind::Sint32 => 1,
            Kind::Float | Kind::Double => 2,
            Kind::Bool => 3,
            Kind::Enum(kind) => {
                name = Some(kind.full_name().to_owned());
                4
            }
            Kind::String => 5,
            Kind::Bytes if self.texts.contains(field.full_name()) => 5,
            Kind::Message(kind) => {
                name = Some(kind.full_name().to_owned());
                6
            }
            Kind::Fixed64 | Kind::Sfixed64 => 7,
            Kind::Fixed32 | Kind::Sfixed32 => 8,
            Kind::Bytes => 9,
            Kind::Int64 | Kind::Sint64 => 10,
            Kind::Uint32 | Kind::Uint64 => 11,
        };
        let is_repeated = field.cardinality() == Cardinality::Repeated;
        FieldType { code: if is_repeated { code | 128 } else { code }, name }
    }
}
