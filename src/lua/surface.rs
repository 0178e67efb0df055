//! What a script finds in a Lua state, for `luatos check`.

use std::collections::{BTreeMap, BTreeSet};

use mlua::{Error, FromLua, Function, Lua, Result, Table, Value};

use crate::check::{self, Found, Surface};

/// The globals of a Lua state, and the fields of those that are tables.
///
/// # Errors
/// None that a sound state has.
pub fn names(lua: &Lua) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for pair in lua.globals().pairs::<Value, Value>() {
        let (Value::String(name), value) = pair? else { continue };
        let name = name.to_string_lossy();
        if let (Value::Table(fields), true) = (&value, name != "_G") {
            for field in fields.pairs::<Value, Value>() {
                if let (Value::String(field), _) = field? {
                    names.insert(format!("{name}.{}", field.to_string_lossy()));
                }
            }
        }
        names.insert(name);
    }
    Ok(names)
}

/// The surface of a Lua state in which the runtime is switched on. Loads all of our modules.
///
/// # Errors
/// A module cannot be loaded.
pub fn surface(lua: &Lua, stock: BTreeSet<String>) -> Result<Surface> {
    let require: Function = lua.globals().get("require")?;
    let mut modules = BTreeSet::new();
    for (name, _) in super::SOURCES {
        let name = name.strip_prefix("modules.").or(name.strip_suffix(".init"));
        // Some files are parts of modules, which `require` does not find.
        if let Some(name) = name
            && require.call::<Value>(name).is_ok()
        {
            modules.insert(name.to_owned());
        }
    }
    let package: Table = lua.globals().get("package")?;
    let module_names = Table::from_lua(super::use_module(lua, "runtime.module_names")?, lua)?;
    let requirements: BTreeMap<_, _> = module_names.get::<Function>("requirements")?.call(())?;
    Ok(Surface { names: names(lua)?, stock, modules, requirements, package_path: package.get("path")? })
}

/// A Lua state in which the runtime is switched on, for a check.
#[derive(Debug)]
pub struct Machine(Lua);

impl Machine {
    /// With this state.
    pub fn new(lua: Lua) -> Self {
        Machine(lua)
    }
}

impl check::Machine for Machine {
    fn compile(&self, source: &[u8], name: &str) -> std::result::Result<(), String> {
        let chunk = self.0.load(source).set_name(format!("@{name}"));
        chunk.into_function().map(drop).map_err(|error| match error {
            Error::SyntaxError { message, .. } => message,
            other => other.to_string(),
        })
    }

    fn find(&self, name: &str) -> Found {
        let mut value = Value::Table(self.0.globals());
        for part in name.split('.') {
            let Value::Table(table) = value else { return Found::Nothing };
            value = table.get(part).unwrap_or(Value::Nil);
        }
        match value {
            Value::Nil => Found::Nothing,
            Value::Function(_) | Value::Table(_) => Found::Function,
            _ => Found::Constant,
        }
    }
}
