//! `pmd`: battery, charger, voltage domains and sleep. Facts: module `pmd` of LuatOS-Air.

use mlua::{Error, Lua, Result, Table, Value, Variadic};

use super::{
    convert::{integer, show},
    runtime::Runtime,
};
use crate::{
    device::{
        change::Change,
        power::{Charging, DOMAINS, Power, UNSET, is_current, is_voltage},
    },
    reactor::Field,
};

/// Currents among the settings of `pmd.init`.
const CURRENTS: [&str; 2] = ["ccCurrent", "fullCurrent"];

/// Voltages among them.
const VOLTAGES: [&str; 5] = ["ccLevel", "cvLevel", "ovLevel", "pvLevel", "poweroffLevel"];

/// Makes the table.
///
/// - `ldoset(level, id…)`: level 0 to 15.
/// - `sleep(flag)`: 1 lets the device sleep, 0 keeps it awake; what holds when the script waits is shown.
/// - `param_get()` → battery present, mV, per cent, charger present, 0 not charging, 1 charging, 2 full.
/// - `init(settings)` → 1; 0 if the charger does not have a current or voltage. `charger()` → boolean.
/// - the constants `LDO_*`.
pub fn table(lua: &Lua) -> Result<Table> {
    let pmd = lua.create_table()?;
    for (id, name) in DOMAINS.iter().enumerate() {
        pmd.set(*name, id)?;
    }
    let runtime = Runtime::of(lua)?;
    let ldoset = move |lua: &Lua, (level, ids): (Value, Variadic<Value>)| {
        let level = integer(lua, "pmd.ldoset: level", &level)?;
        // A domain that a firmware does not have is nil, and no error.
        for id in ids.iter().filter(|id| !id.is_nil()) {
            let id = integer(lua, "pmd.ldoset: id", id)?;
            let is_new = runtime.board.borrow_mut().power.set_domain(id, level);
            if is_new {
                let domain = usize::try_from(id).ok().and_then(|id| DOMAINS.get(id)).copied().unwrap_or("?");
                runtime.emit(&Change::Supply { domain, level });
            }
        }
        Ok(())
    };
    pmd.set("ldoset", lua.create_function(ldoset)?)?;
    let runtime = Runtime::of(lua)?;
    let sleep = move |lua: &Lua, flag: Value| {
        let may_sleep = integer(lua, "pmd.sleep: 0 or 1", &flag)? != 0;
        runtime.board.borrow_mut().power.set_sleep(may_sleep);
        Ok(())
    };
    pmd.set("sleep", lua.create_function(sleep)?)?;
    let runtime = Runtime::of(lua)?;
    let param_get = move |_: &Lua, ()| {
        let power = &runtime.board.borrow().power;
        Ok((true, power.millivolts(), power.level(), power.has_charger(), state(power)))
    };
    pmd.set("param_get", lua.create_function(param_get)?)?;
    let runtime = Runtime::of(lua)?;
    pmd.set("charger", lua.create_function(move |_, ()| Ok(runtime.board.borrow().power.has_charger()))?)?;
    pmd.set("init", lua.create_function(init)?)?;
    Ok(pmd)
}

fn init(lua: &Lua, settings: Value) -> Result<i64> {
    let Value::Table(settings) = settings else {
        return Err(Error::runtime(format!("pmd.init: settings: table expected, got {}", show(&settings))));
    };
    let setting = |name: &str| match settings.get::<Value>(name)? {
        Value::Nil => Ok(UNSET),
        value => integer(lua, &format!("pmd.init: {name}"), &value),
    };
    let mut is_possible = true;
    for name in CURRENTS {
        is_possible &= is_current(setting(name)?);
    }
    for name in VOLTAGES {
        is_possible &= is_voltage(setting(name)?);
    }
    setting("batdetectEnable")?;
    Ok(i64::from(is_possible))
}

/// What `MSG_PMD` says.
pub(super) fn fields(power: &Power) -> Vec<(&'static str, Field)> {
    vec![
        ("present", true.into()),
        ("voltage", power.millivolts().into()),
        ("level", power.level().into()),
        ("charger", power.has_charger().into()),
        ("state", state(power).into()),
    ]
}

fn state(power: &Power) -> i64 {
    match power.charging() {
        Charging::No => 0,
        Charging::Yes => 1,
        Charging::Done => 2,
    }
}
