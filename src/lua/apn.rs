//! `apn`: access points of operators. Facts: module `apn` of LuatOS-Air.

use mlua::{Lua, Result, Table, Value};

use super::convert::integer;
use crate::device::apn::default_apn;

/// Makes the table: `get_default_apn(mcc, mnc)` → access point, user, password; each "" if unknown. The numbers
/// are read as hexadecimal: 0x460, 0x00.
pub fn table(lua: &Lua) -> Result<Table> {
    let apn = lua.create_table()?;
    let get = |lua: &Lua, (mcc, mnc): (Value, Value)| {
        let mcc = integer(lua, "apn.get_default_apn: mcc", &mcc)?;
        let mnc = integer(lua, "apn.get_default_apn: mnc", &mnc)?;
        Ok((default_apn(mcc, mnc), "", ""))
    };
    apn.set("get_default_apn", lua.create_function(get)?)?;
    Ok(apn)
}
