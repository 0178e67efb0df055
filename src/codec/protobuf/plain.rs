//! Makes descriptors plain, so that messages behave as the firmware's do: text is bytes, a map is a list of its
//! entries, and an extension is a field whose name is its full name.

use std::collections::HashSet;

use prost_reflect::prost_types::{
    DescriptorProto, FieldDescriptorProto, FileDescriptorProto, field_descriptor_proto::Type,
};

/// Full names of the fields that were text.
pub type Texts = HashSet<String>;

/// Extensions, each with the full name, after a dot, of the message that it extends.
type Extensions = Vec<(String, FieldDescriptorProto)>;

/// Makes all types of files plain. Adds to `texts`.
pub fn simplify(files: &mut [FileDescriptorProto], texts: &mut Texts) {
    let mut extensions = Extensions::new();
    for file in files.iter_mut() {
        let scope = file.package().to_owned();
        take_extensions(&scope, &mut file.extension, &mut extensions);
        for message in &mut file.message_type {
            collect_extensions(&scope, message, &mut extensions);
        }
    }
    for file in files {
        let scope = file.package().to_owned();
        for message in &mut file.message_type {
            simplify_message(&scope, message, &mut extensions, texts);
        }
    }
}

/// The full name of something in a package or message.
fn join(scope: &str, name: &str) -> String {
    if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") }
}

fn collect_extensions(scope: &str, message: &mut DescriptorProto, extensions: &mut Extensions) {
    let scope = join(scope, message.name());
    take_extensions(&scope, &mut message.extension, extensions);
    for nested in &mut message.nested_type {
        collect_extensions(&scope, nested, extensions);
    }
}

fn take_extensions(scope: &str, fields: &mut Vec<FieldDescriptorProto>, extensions: &mut Extensions) {
    extensions.extend(std::mem::take(fields).into_iter().filter_map(|mut field| {
        field.name = Some(join(scope, field.name()));
        field.json_name = None;
        field.extendee.take().map(|extendee| (extendee, field))
    }));
}

fn simplify_message(scope: &str, message: &mut DescriptorProto, extensions: &mut Extensions, texts: &mut Texts) {
    let scope = join(scope, message.name());
    let own = extensions.extract_if(.., |(extendee, _)| extendee.strip_prefix('.') == Some(&scope));
    message.field.extend(own.map(|(_, field)| field));
    message.extension_range.clear();
    if let Some(options) = &mut message.options {
        options.map_entry = None;
    }
    for field in &mut message.field {
        if field.r#type() == Type::String {
            field.set_type(Type::Bytes);
            field.default_value = field.default_value.as_deref().map(escaped);
            texts.insert(join(&scope, field.name()));
        }
    }
    for nested in &mut message.nested_type {
        simplify_message(&scope, nested, extensions, texts);
    }
}

/// A text as the default value of `bytes`, which has C's escapes.
fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("\\{byte:03o}")).collect()
}
