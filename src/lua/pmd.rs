//! `pmd`: power management. Facts: module `pmd` of LuatOS-Air.

use std::{cell::RefCell, collections::HashMap};

use mlua::{Lua, Result, Table, Value, Variadic};

use super::{convert::integer, runtime::Runtime};

/// Voltage domains; the numbers are only names.
const LDOS: [&str; 15] = [
    "LDO_VLCD",
    "LDO_VMMC",
    "LDO_VIBR",
    "LDO_VCAM",
    "LDO_VSIM1",
    "LDO_VCAMA",
    "LDO_VCAMD",
    "LDO_VBACKLIGHT_R",
    "LDO_VBACKLIGHT_G",
    "LDO_VBACKLIGHT_B",
    "LDO_VBACKLIGHT_W",
    "LDO_HMICBIAS",
    "LDO_FLASHIB",
    "LDO_VLP",
    "LDO_VCAMIO",
];

/// Millivolts and per cent of the battery that is not there.
const BATTERY: (u16, u8) = (4000, 90);

/// Makes the table.
///
/// - `ldoset(level, id…)`: level 0 to 15; shown by `--trace`.
/// - `sleep(0 or 1)`: whether the device may sleep; accepted.
/// - `param_get()` → battery present, mV, per cent, charger present, charging state.
/// - `init(settings)` → 1.
pub fn table(lua: &Lua) -> Result<Table> {
    let pmd = lua.create_table()?;
    for (id, name) in LDOS.iter().enumerate() {
        pmd.set(*name, id)?;
    }
    let runtime = Runtime::of(lua)?;
    let levels = RefCell::new(HashMap::new());
    let ldoset = move |lua: &Lua, (level, ids): (Value, Variadic<Value>)| {
        let level = integer(lua, "pmd.ldoset: level", &level)?;
        // A domain that a firmware does not have is nil, and no error.
        for id in ids.iter().filter(|id| !id.is_nil()) {
            let id = integer(lua, "pmd.ldoset: id", id)?;
            if levels.borrow_mut().insert(id, level) != Some(level) {
                let name = usize::try_from(id).ok().and_then(|id| LDOS.get(id)).copied().unwrap_or("?");
                runtime.trace("pmd", &format!("{name} = level {level}"));
            }
        }
        Ok(())
    };
    pmd.set("ldoset", lua.create_function(ldoset)?)?;
    let sleep = |lua: &Lua, flag: Value| integer(lua, "pmd.sleep: 0 or 1", &flag).map(|_| ());
    pmd.set("sleep", lua.create_function(sleep)?)?;
    let (millivolts, level) = BATTERY;
    pmd.set("param_get", lua.create_function(move |_, ()| Ok((true, millivolts, level, false, 0)))?)?;
    pmd.set("init", lua.create_function(|_, _: Value| Ok(1))?)?;
    Ok(pmd)
}
