//! `wifi`: looks for access points, of which there are none. Facts: module `wifi` of LuatOS-Air.

use std::time::Duration;

use mlua::{Lua, Result, Table};

use super::{arguments::define, rtos::numbers::MSG_WIFI, runtime::Runtime};
use crate::{
    device::change::Change,
    reactor::{Body, Field},
};

/// How long the search takes.
const SEARCH: Duration = Duration::from_millis(500);

/// Makes the table.
///
/// - `getinfo([most [, timeout]])` → 0: `MSG_WIFI` follows with `cnt` 0, and without `info`.
pub fn table(lua: &Lua) -> Result<Table> {
    let wifi = lua.create_table()?;
    define(lua, &wifi, "wifi.getinfo", |call| {
        call.integer_or(1, "most", 0)?;
        call.integer_or(2, "timeout", 0)?;
        let runtime = Runtime::of(call.lua)?;
        runtime.emit(&Change::WifiScan);
        let body = Body::Fields(vec![("cnt", Field::from(0))]);
        runtime.reactor.borrow_mut().post_after(SEARCH, MSG_WIFI, body);
        Ok(0)
    })?;
    Ok(wifi)
}
