//! The Lua boundary: the only code that knows mlua. Thin adapters from Lua values to the layers
//! above and back; whatever waits is Lua (`lua/*.lua`) over these, because a yield cannot cross a
//! Rust frame.
//!
//! No borrow of the reactor or of a connection is held while a Lua value is made: making one may
//! run the garbage collector, which may drop WebSocket objects, which borrow both.

mod adc;
mod apn;
mod arguments;
mod asker;
mod audio;
mod audiocore;
mod bit;
pub mod board;
mod btcore;
pub mod console;
mod convert;
mod crypto;
mod device;
mod diagnostics;
mod disp;
pub(crate) mod entry;
mod host;
mod http;
mod i2c;
mod iconv;
mod in_frame;
mod interruption;
mod io;
mod json;
mod logging;
mod models;
mod modem;
mod network;
mod output;
mod pack;
mod parts;
mod pdu;
mod peers;
mod pio;
mod pmd;
mod protobuf;
mod pwm;
mod qrencode;
mod raw;
mod rtos;
mod runtime;
mod settings;
mod socketcore;
mod sockets;
mod sources;
mod spi;
mod surface;
mod testing;
mod transcode;
mod ttsply;
mod uart;
mod websocket;
mod wifi;

use mlua::{Function, Lua, Result, Table, Value};

pub use self::{
    runtime::Runtime,
    settings::{LibVersion, Part, Property, Settings, Vm, topics},
    surface::{Machine, names, surface},
};

/// The Lua half by the names that `use` takes, such as `runtime.scheduler`; see `build.rs`.
const SOURCES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/lua_sources.rs"));

/// Makes one of the native tables that the Lua half imports by the same names.
type Native = fn(&Lua) -> Result<Table>;

const NATIVES: &[(&str, Native)] = &[
    ("native.adc", adc::table),
    ("native.apn", apn::table),
    ("native.audiocore", audiocore::table),
    ("native.bit", bit::table),
    ("native.board", board::table),
    ("native.btcore", btcore::table),
    ("native.clock", rtos::clock::table),
    ("native.console", console::table),
    ("native.cpu", pio::cpu),
    ("native.crypto", crypto::table),
    ("native.device", device::table),
    ("native.disp", disp::table),
    ("native.host", host::table),
    ("native.http", http::table),
    ("native.i2c", i2c::table),
    ("native.iconv", iconv::table),
    ("native.in_frame", in_frame::table),
    ("native.io", io::table),
    ("native.json", json::table),
    ("native.output", output::table),
    ("native.pack", pack::table),
    ("native.parts", parts::table),
    ("native.pdu", pdu::table),
    ("native.peers", peers::table),
    ("native.pio", pio::table),
    ("native.pmd", pmd::table),
    ("native.protobuf.c", protobuf::table),
    ("native.pwm", pwm::table),
    ("native.qrencode", qrencode::table),
    ("native.rtos", rtos::table),
    ("native.socketcore", socketcore::table),
    ("native.sockets", sockets::table),
    ("native.sources", sources::table),
    ("native.spi", spi::table),
    ("native.testing", testing::table),
    ("native.transcode", transcode::table),
    ("native.ttsply", ttsply::table),
    ("native.uart", uart::table),
    ("native.websocket", websocket::table),
    ("native.wifi", wifi::table),
];

/// Where the registry keeps this state's `use` function.
const USE: &str = "luatos.use";

/// Loads one of our modules, or returns the one that this Lua state has loaded already.
///
/// # Errors
/// The module is unknown or its chunk raised an error.
pub fn use_module(lua: &Lua, name: &str) -> Result<Value> {
    let use_module = match lua.named_registry_value::<Option<Function>>(USE)? {
        Some(use_module) => use_module,
        None => {
            Runtime::install(lua)?;
            let source =
                lua.create_function(|lua, name: String| source(&name).map(|text| lua.create_string(text)).transpose())?;
            let native = lua.create_function(|lua, name: String| {
                let make = NATIVES.iter().find(|(known, _)| *known == name).map(|(_, make)| make);
                make.map(|make| make(lua)).transpose()
            })?;
            let loader = lua.load(include_str!("../../lua/runtime/loader.lua")).set_name("=luatos/runtime/loader.lua");
            let loader: Table = loader.call((source, native, IS_DEVICE_LUA))?;
            let use_module: Function = loader.get("use")?;
            lua.set_named_registry_value(USE, &use_module)?;
            use_module
        }
    };
    use_module.call(name)
}

/// Whether this program has a LuatOS module of this name.
pub fn has_module(name: &str) -> bool {
    name == "websocket" || source(&format!("modules.{name}")).is_some()
}

fn source(name: &str) -> Option<&'static str> {
    SOURCES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// Sets this Lua state up with settings other than the environment's; to be called first.
///
/// # Errors
/// The event loop cannot be made, or a serial port cannot be opened.
pub fn prepare(lua: &Lua, settings: Settings) -> Result<()> {
    Runtime::install_with(lua, settings)
}

/// Sets this Lua state up for tests: each device that `luatos.test` makes has these settings, but for what the test wants
/// of it.
///
/// # Errors
/// See [`prepare`].
pub fn prepare_tests(lua: &Lua, settings: Settings) -> Result<()> {
    lua.set_app_data(testing::Base(settings.clone()));
    prepare(lua, settings)
}

/// The program ends, perhaps without closing this Lua state: the folder of the present test's device goes before.
///
/// # Errors
/// The folder cannot be removed.
pub fn end_tests(lua: &Lua) -> Result<()> {
    Runtime::of(lua).map_or(Ok(()), |runtime| runtime.remove_folder())
}

/// The line that says how often a script has restarted when `--timeout` ends the run.
pub fn restarted(count: u32) -> String {
    format!("luatos: --timeout: the script has restarted {count} time{}", if count == 1 { "" } else { "s" })
}

/// What `require "websocket"` returns: the module table, which is also set as a global, as LuatOS's
/// `module(...)` does.
///
/// # Errors
/// The embedded Lua half failed to load.
pub fn open_websocket(lua: &Lua) -> Result<Value> {
    let module = use_module(lua, "websocket.init")?;
    lua.globals().set("websocket", &module)?;
    Ok(module)
}

/// Whether this is the runner with the device's own Lua, 5.1.
const IS_DEVICE_LUA: bool = matches!(Vm::OURS, Vm::Lua51);

/// Why there is no runtime in another Lua.
const NEEDS_LUA53: &str = "the LuatOS runtime needs Lua 5.3; the module websocket works in this Lua without it";

/// What `require "luatos"` returns: switches the runtime on.
///
/// # Errors
/// The embedded Lua half failed to load, or this is not Lua 5.3.
pub fn open_luatos(lua: &Lua) -> Result<Value> {
    if !cfg!(feature = "lua53") && !IS_DEVICE_LUA {
        return Err(mlua::Error::runtime(NEEDS_LUA53));
    }
    match use_module(lua, "runtime.activate")? {
        Value::Function(switch_on) => switch_on.call(()),
        _ => Err(mlua::Error::runtime("runtime.activate is no function")),
    }
}
