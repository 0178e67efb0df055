//! What a script finds in a Lua state, for `luatos check`.

use std::collections::BTreeSet;

use mlua::{Function, Lua, Result, Table, Value};

use crate::check::Surface;

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
    Ok(Surface { names: names(lua)?, stock, modules, package_path: package.get("path")? })
}
