//! `native.http`: what the module `http` has of the protocol; see `codec::http`.

use mlua::{IntoLuaMulti, Lua, LuaString, MultiValue, Result, Table, UserData, UserDataMethods, Value};

use super::convert::Answer as Outcome;
use crate::codec::http::{self, Answer, Target};

/// Makes the table.
///
/// - `target(url)` → table with `is_secure`, `host`, `port`, `authority`, `path`, `user` (or nil); or nil and why not.
/// - `resolve(url, location)` → the URL to which a redirection leads, or nil and why not.
/// - `answer(to_head)` → object for the answer to a request, of the method `HEAD` or not:
///   - `feed(bytes)` → what they have of the body; or nil and why they are no answer;
///   - `status()` → integer, nil before the head is complete; `fields()` → list of names and values;
///   - `length()` → bytes of the body, nil if unknown; `is_over()`; `ends_by_close()`.
pub fn table(lua: &Lua) -> Result<Table> {
    let http = lua.create_table()?;
    http.set("target", lua.create_function(target)?)?;
    http.set("resolve", lua.create_function(resolve)?)?;
    http.set("answer", lua.create_function(|_, to_head: bool| Ok(HttpAnswer(Answer::new(to_head))))?)?;
    Ok(http)
}

fn target(lua: &Lua, url: LuaString) -> Result<MultiValue> {
    let target = match Target::parse(&url.as_bytes()) {
        Ok(target) => target,
        Err(error) => return Outcome::Misuse(error.to_string()).into_lua_multi(lua),
    };
    let table = lua.create_table()?;
    table.set("is_secure", target.is_secure)?;
    table.set("host", target.host)?;
    table.set("port", target.port)?;
    table.set("authority", target.authority)?;
    table.set("path", target.path)?;
    table.set("user", target.user.map(|user| lua.create_string(user)).transpose()?)?;
    Ok(MultiValue::from_iter([Value::Table(table)]))
}

fn resolve(lua: &Lua, (url, location): (LuaString, LuaString)) -> Result<MultiValue> {
    match http::resolve(&url.as_bytes(), &location.as_bytes()) {
        Ok(url) => url.into_lua_multi(lua),
        Err(error) => Outcome::Misuse(error.to_string()).into_lua_multi(lua),
    }
}

struct HttpAnswer(Answer);

impl UserData for HttpAnswer {
    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method_mut("feed", |lua, this, bytes: LuaString| {
            // Most pieces of a long body: no copy is needed.
            if this.0.feed_body(&bytes.as_bytes()) {
                return Ok((Value::String(bytes), None));
            }
            let mut body = Vec::new();
            match this.0.feed(&bytes.as_bytes(), &mut body) {
                Ok(()) => Ok((Value::String(lua.create_string(&body)?), None)),
                Err(error) => Ok((Value::Nil, Some(error.to_string()))),
            }
        });
        methods.add_method("status", |_, this, ()| Ok(this.0.head().map(|head| head.status)));
        methods.add_method("fields", |lua, this, ()| {
            let list = lua.create_table()?;
            for (name, value) in this.0.head().iter().flat_map(|head| &head.fields) {
                list.push(lua.create_string(name)?)?;
                list.push(lua.create_string(value)?)?;
            }
            Ok(list)
        });
        methods.add_method("length", |_, this, ()| Ok(this.0.length()));
        methods.add_method("is_over", |_, this, ()| Ok(this.0.is_over()));
        methods.add_method("ends_by_close", |_, this, ()| Ok(this.0.ends_by_close()));
    }
}
