//! The Lua boundary: the only code that knows mlua. Thin adapters from Lua values to the layers
//! above and back; whatever waits is Lua (`lua/*.lua`) over these, because a yield cannot cross a
//! Rust frame.
//!
//! No borrow of the reactor or of a connection is held while a Lua value is made: making one may
//! run the garbage collector, which may drop WebSocket objects, which borrow both.

mod compression;
mod convert;
mod core;
mod host;
mod pio;
mod pmd;
mod raw;
mod rtos;
mod system;
mod uart;
mod websocket;

use mlua::{Function, Lua, Result, Table, Value};

pub use self::core::{Core, Settings};

/// The Lua half: one file per LuatOS module, and what they share. `import` hands them out.
const SOURCES: &[(&str, &str)] = &[
    ("at", include_str!("../../lua/at.lua")),
    ("clib", include_str!("../../lua/clib.lua")),
    ("compat", include_str!("../../lua/compat.lua")),
    ("diagnostics", include_str!("../../lua/diagnostics.lua")),
    ("events", include_str!("../../lua/events.lua")),
    ("led", include_str!("../../lua/led.lua")),
    ("link", include_str!("../../lua/link.lua")),
    ("log", include_str!("../../lua/log.lua")),
    ("main", include_str!("../../lua/main.lua")),
    ("messages", include_str!("../../lua/messages.lua")),
    ("misc", include_str!("../../lua/misc.lua")),
    ("net", include_str!("../../lua/net.lua")),
    ("netLed", include_str!("../../lua/netLed.lua")),
    ("patch", include_str!("../../lua/patch.lua")),
    ("pins", include_str!("../../lua/pins.lua")),
    ("pm", include_str!("../../lua/pm.lua")),
    ("power", include_str!("../../lua/power.lua")),
    ("reconnect", include_str!("../../lua/reconnect.lua")),
    ("ril", include_str!("../../lua/ril.lua")),
    ("runtime", include_str!("../../lua/runtime.lua")),
    ("scheduler", include_str!("../../lua/scheduler.lua")),
    ("sim", include_str!("../../lua/sim.lua")),
    ("socket", include_str!("../../lua/socket.lua")),
    ("sys", include_str!("../../lua/sys.lua")),
    ("text", include_str!("../../lua/text.lua")),
    ("timers", include_str!("../../lua/timers.lua")),
    ("utils", include_str!("../../lua/utils.lua")),
    ("waiters", include_str!("../../lua/waiters.lua")),
    ("websocket", include_str!("../../lua/websocket.lua")),
];

/// Makes one of the native tables that the Lua half imports by the same names.
type Native = fn(&Lua) -> Result<Table>;

const NATIVES: &[(&str, Native)] = &[
    ("cpu", pio::cpu),
    ("host", host::table),
    ("pio", pio::table),
    ("pmd", pmd::table),
    ("rtos", rtos::table),
    ("uart", uart::table),
    ("websocket.native", websocket::table),
];

/// Where the registry keeps this state's `import` function.
const IMPORT: &str = "luatos.import";

/// Imports one of our modules, loading it at its first use in this Lua state.
///
/// # Errors
/// The module is unknown or its chunk raised an error.
pub fn import(lua: &Lua, name: &str) -> Result<Value> {
    let import = match lua.named_registry_value::<Option<Function>>(IMPORT)? {
        Some(import) => import,
        None => {
            Core::install(lua)?;
            let source = lua.create_function(|lua, name: String| {
                let text = SOURCES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
                text.map(|text| lua.create_string(text)).transpose()
            })?;
            let native = lua.create_function(|lua, name: String| {
                let make = NATIVES.iter().find(|(known, _)| *known == name).map(|(_, make)| make);
                make.map(|make| make(lua)).transpose()
            })?;
            let import = lua.load(include_str!("../../lua/import.lua")).set_name("=luatos/import.lua");
            let import: Function = import.call((source, native))?;
            lua.set_named_registry_value(IMPORT, &import)?;
            import
        }
    };
    import.call(name)
}

/// Sets this Lua state up with settings other than the environment's; to be called first.
///
/// # Errors
/// The event loop could not be made.
pub fn prepare(lua: &Lua, settings: Settings) -> Result<()> {
    Core::install(lua)?;
    Core::of(lua)?.apply(settings);
    Ok(())
}

/// What `require "websocket"` returns: the module table, which is also set as a global, as LuatOS's
/// `module(...)` does.
///
/// # Errors
/// The embedded Lua half failed to load.
pub fn open_websocket(lua: &Lua) -> Result<Value> {
    let module = import(lua, "websocket")?;
    lua.globals().set("websocket", &module)?;
    Ok(module)
}

/// What `require "luatos"` returns: switches the runtime on.
///
/// # Errors
/// The embedded Lua half failed to load.
pub fn open_luatos(lua: &Lua) -> Result<Value> {
    match import(lua, "runtime")? {
        Value::Function(switch_on) => switch_on.call(()),
        _ => Err(mlua::Error::runtime("the module 'runtime' is no function")),
    }
}
