//! `wifi`: looks for access points; those that are there are a matter of the door. Facts: module `wifi` of LuatOS-Air.

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
/// - `getinfo([most [, timeout]])` → 0: `MSG_WIFI` follows with `cnt`, the number of access points, at most `most` unless
///   that is 0, and `info`, which has of each "ADDRESS,STRENGTH,CHANNEL;"; without `info` if there are none.
pub fn table(lua: &Lua) -> Result<Table> {
    let wifi = lua.create_table()?;
    define(lua, &wifi, "wifi.getinfo", |call| {
        let most = call.integer_or(1, "most", 0)?;
        call.integer_or(2, "timeout", 0)?;
        let runtime = Runtime::of(call.lua)?;
        runtime.emit(&Change::WifiScan);
        let most = usize::try_from(most).ok().filter(|most| *most > 0).unwrap_or(usize::MAX);
        let found: Vec<_> = runtime.board.borrow().access_points.iter().take(most).map(ToString::to_string).collect();
        let mut fields = vec![("cnt", Field::from(found.len() as i64))];
        if !found.is_empty() {
            fields.push(("info", Field::from(found.concat().into_bytes())));
        }
        let body = Body::Fields(fields);
        runtime.reactor.borrow_mut().post_after(SEARCH, MSG_WIFI, body);
        Ok(0)
    })?;
    Ok(wifi)
}
