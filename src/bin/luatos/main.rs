//! `luatos main.lua`: the runner, with Lua 5.3 built in.

mod check;
mod command_line;
mod console;
mod echo;
mod handover;
mod report;
mod restart;
mod running;
mod summary;
mod testing;

use std::{path::PathBuf, process::ExitCode, sync::atomic::Ordering, thread, time::Duration};

use mlua::{Function, Lua, LuaOptions, MultiValue, StdLib};
use websocket::{
    Place, Redirect,
    lua::{self, Property, Runtime, Settings},
    project::Project,
};

use command_line::{Command, Options};
use running::Interrupter;

/// Exit status where the command line, the environment or `luatos.toml` is wrong.
const MISUSE: u8 = 2;

/// How long the script may take to notice that its time is up.
const GRACE: Duration = Duration::from_secs(1);

/// How often, and how many times, a script that does not notice is asked where it is.
const INTERRUPTIONS: (Duration, u32) = (Duration::from_millis(20), 50);

fn main() -> ExitCode {
    restore_sigpipe();
    keep_freed_memory();
    let command = match command_line::parse(std::env::args_os()) {
        Ok(command) => command,
        Err(problem) => {
            report::error(&format!("{problem}\nTry 'luatos --help'."));
            return ExitCode::from(MISUSE);
        }
    };
    follow(command).unwrap_or_else(|problem| {
        report::error(&problem);
        ExitCode::FAILURE
    })
}

/// Does what the command line asks for.
fn follow(command: Command) -> Result<ExitCode, String> {
    match command {
        Command::Help => print!("{}", command_line::HELP),
        Command::Version => println!("luatos {}", env!("CARGO_PKG_VERSION")),
        Command::Echo { port, timeout } => serve(port, timeout)?,
        Command::Check(options) => return check::check(&options),
        Command::Test(options) => return testing::test(&options),
        Command::Run(options) => return run(*options),
    }
    Ok(ExitCode::SUCCESS)
}

/// `luatos --echo=PORT` without a script: the echo server alone.
fn serve(port: u16, timeout: Option<Duration>) -> Result<(), String> {
    let address = echo::start(port)?;
    println!("echo server on ws://{address}/");
    match timeout {
        Some(timeout) => thread::sleep(timeout),
        None => loop {
            thread::park();
        },
    }
    Ok(())
}

/// The settings of a run: the command line comes before the environment, and that before `luatos.toml`.
fn settings(options: &Options, project: Option<&Project>) -> Result<Settings, String> {
    let mut settings = Settings::from_environment()?;
    settings.redirects.splice(0..0, options.redirects.iter().cloned());
    settings.trace = options.trace.unwrap_or(settings.trace);
    settings.scenario = options.scenario.clone().map(PathBuf::from).or(settings.scenario);
    settings.output.tail = settings.scenario.is_some();
    settings.output.time |= options.time;
    settings.output.colour = options.colour.unwrap_or(settings.output.colour);
    settings.uarts.splice(0..0, options.uarts.iter().cloned());
    settings.libs.splice(0..0, options.libs.iter().cloned());
    settings.ours.add(&options.ours);
    settings.modem.extend(options.modem.iter().cloned().map(|Property(key, value)| (key, value)));
    settings.online |= options.online;
    settings.lib_version = options.lib_version.or(settings.lib_version);
    settings.data = options.data.clone().or(settings.data);
    // Once, and not at each restart.
    settings.erase = options.erase && restart::count() == 0;
    settings.restarts = restart::count();
    settings.pace = options.pace.or(settings.pace);
    settings.pace.start = restart::date().or(settings.pace.start);
    if let Some(project) = project {
        settings.add_configuration_beside(&project.main)?;
    }
    Ok(settings)
}

/// Ends the run after a time: first it is asked to end, then its script is interrupted where it is.
fn limit_time(after: Duration, stop: impl FnOnce() + Send + 'static, interrupter: Interrupter) {
    thread::spawn(move || {
        thread::sleep(after);
        stop();
        thread::sleep(GRACE);
        let (pause, count) = INTERRUPTIONS;
        for _ in 0..count {
            interrupter.interrupt();
            thread::sleep(pause);
        }
        running::give_up(None);
    });
}

fn run(mut options: Options) -> Result<ExitCode, String> {
    // Before anything can fail: what is read is removed.
    let kept = handover::take();
    let project = if options.project == "-" { None } else { Some(Project::open(options.project.as_ref())?) };
    let settings = settings(&options, project.as_ref());
    let mut settings = match settings {
        Ok(settings) => settings,
        Err(problem) => {
            report::error(&problem);
            return Ok(ExitCode::from(MISUSE));
        }
    };
    if let Some(port) = options.echo {
        let address = echo::start(port)?;
        settings.redirects.insert(0, Redirect::everything_to(&address.ip().to_string(), address.port()));
    }
    if options.project == "-"
        && let Some(port) = settings.uarts.iter().find(|attachment| attachment.place == Place::Stdio)
    {
        return Err(format!("uart {}: stdio: the script comes from there; give it as a file", port.port));
    }
    if options.console && settings.uarts.iter().any(|attachment| attachment.place == Place::Stdio) {
        return Err(command_line::CONSOLE_OR_STDIO.into());
    }
    settings.output.capture |= options.console && console::has_prompt();
    if let Some(project) = project {
        options.project = project.main.into();
        settings.listed = project.files;
    }
    settings.script = Some(options.project.clone().into());
    settings.kept = kept;

    let pace = settings.pace;
    let lua = new_state();
    lua::prepare(&lua, settings).map_err(text)?;
    let runtime = Runtime::of(&lua).map_err(text)?;
    report::set_output(runtime.output.clone());
    runtime.on_restart(if options.project == "-" { restart::refuse } else { restart::restart });
    let failures = runtime.failures.clone();
    let end = restart::prepare(&runtime, &options, &pace);
    let failed = move || options.strict && failures.load(Ordering::SeqCst) > 0;
    if let Some(end) = end {
        let stopper = runtime.reactor.borrow().stopper();
        let interrupter = running::watch(&lua, restart::count()).map_err(text)?;
        if pace.is_simulated() {
            runtime.reactor.borrow_mut().stop_after(end);
        }
        limit_time(runtime.time.real(end), move || stopper.stop(), interrupter);
    }
    replace_exit(&lua, failed.clone()).map_err(text)?;
    let problem = run_script(&lua, &options).map_err(text)?;
    if let Some(problem) = &problem {
        report::error(problem);
        runtime.failures.fetch_add(1, Ordering::SeqCst);
    }
    summary::say(&lua, &runtime);
    drop(runtime);
    running::forget();
    // Closes what is still open, with a word to the peers.
    drop(lua);
    console::close();
    Ok(if problem.is_some() || failed() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Replaces `os.exit`: with `--strict` an exit that means success fails if a task or callback has; in Lua, because
/// `os.exit` may close the state below its caller.
fn replace_exit(lua: &Lua, failed: impl Fn() -> bool + 'static) -> mlua::Result<()> {
    let about_to_exit = lua.create_function(move |lua, ()| {
        summary::say(lua, &*Runtime::of(lua)?);
        running::forget();
        Ok(failed())
    })?;
    lua.load(EXIT).set_name("=luatos/exit.lua").call(about_to_exit)
}

const EXIT: &str = "
    local about_to_exit, exit = ..., os.exit
    function os.exit(status, ...)
        if about_to_exit() and (status == nil or status == true or status == 0) then
            status = 1
        end
        exit(status, ...)
    end
";

/// A Lua state with all of the standard library, as `lua5.3` has it.
fn new_state() -> Lua {
    // mlua's default, spelled out: otherwise it puts a `pcall` of its own in place of Lua's, which
    // a task cannot yield across.
    let options = LuaOptions::new().catch_rust_panics(true);
    // SAFETY: the script may load C modules and use `debug`, as under `lua5.3`; what those do to
    // memory is the script's responsibility there and here.
    unsafe { Lua::unsafe_new_with(StdLib::ALL, options) }
}

/// Runs the script to its end; the answer is the error that ended it, with traceback.
fn run_script(lua: &Lua, options: &Options) -> mlua::Result<Option<String>> {
    let globals = lua.globals();
    let script = lua.create_string(options.project.as_encoded_bytes())?;
    let mut arguments = Vec::new();
    for argument in &options.arguments {
        arguments.push(mlua::Value::String(lua.create_string(argument.as_encoded_bytes())?));
    }
    let arg = lua.create_sequence_from(arguments.iter().cloned())?;
    arg.set(0, &script)?;
    globals.set("arg", arg)?;
    if let Some(debugger) = &options.debugger {
        let problem =
            lua.load(DEBUG).set_name("=luatos/debug.lua").call::<Option<mlua::LuaString>>(debugger.as_str())?;
        if let Some(problem) = problem {
            let problem = problem.to_string_lossy();
            return Ok(Some(format!("--debug: {problem}\nLUA_PATH and LUA_CPATH say where it is looked for.")));
        }
    }
    open_runtime(lua)?;
    if options.console
        && let Err(problem) = console::start(lua)
    {
        return Ok(Some(problem));
    }
    if let Some(problem) = begin_scenario(lua)? {
        return Ok(Some(problem));
    }
    let main: Function = match lua::use_module(lua, "runtime.run_script")? {
        mlua::Value::Function(main) => main,
        _ => return Err(mlua::Error::runtime("the module 'main' is no function")),
    };
    arguments.insert(0, mlua::Value::String(script));
    let problem: Option<mlua::LuaString> = main.call(MultiValue::from_vec(arguments))?;
    // The error may quote bytes that are no UTF-8.
    Ok(problem.map(|text| text.to_string_lossy()))
}

/// Has the scenario begin, if there is one; the answer is why it cannot.
fn begin_scenario(lua: &Lua) -> mlua::Result<Option<String>> {
    let begin: Function = lua.unpack(lua::use_module(lua, "runtime.begin_scenario")?)?;
    let problem = begin.call::<Option<mlua::LuaString>>(())?;
    Ok(problem.map(|problem| format!("--scenario: {}", problem.to_string_lossy())))
}

/// Loads and starts a debugger before the runtime, which takes `coroutine.create` and the rest as it finds them: so
/// the debugger sees every task. LuaSocket's module `socket` is there for the debugger alone; the script's is the
/// device's. The answer is why the debugger cannot be loaded, or nil.
const DEBUG: &str = "
    local ok, debugger = pcall(require, (...))
    if not ok then
        return tostring(debugger)
    end
    if type(debugger) == 'table' then
        for _, name in ipairs { 'coro', 'start' } do
            if type(debugger[name]) == 'function' then
                debugger[name]()
            end
        end
    end
    package.loaded.socket = nil
";

/// `require "luatos.test"`, as for the system's Lua.
const TEST: &str = include_str!("../../../lua/luatos/test.lua");

/// Has `require` find what the runner brings along.
fn preload_runtime(lua: &Lua) -> mlua::Result<mlua::Table> {
    let preload: mlua::Table = lua.globals().get::<mlua::Table>("package")?.get("preload")?;
    preload.set("websocket", lua.create_function(|lua, ()| lua::open_websocket(lua))?)?;
    preload.set("luatos", lua.create_function(|lua, ()| lua::open_luatos(lua))?)?;
    preload.set("luatos.test", lua.load(TEST).set_name("=luatos/test.lua").into_function()?)?;
    Ok(preload)
}

/// Switches the runtime on.
fn open_runtime(lua: &Lua) -> mlua::Result<()> {
    let preload = preload_runtime(lua)?;
    lua.globals().get::<Function>("require")?.call::<()>("luatos")?;
    // From here on `require "websocket"` is the runtime's own, which also sets up its requirements.
    preload.raw_remove("luatos.test")?;
    preload.raw_remove("websocket")
}

/// Rust programs ignore SIGPIPE; one that prints for a living should end with its reader
/// (`luatos main.lua | head`). Sockets are unaffected: std writes to them with MSG_NOSIGNAL.
fn restore_sigpipe() {
    #[cfg(unix)]
    // SAFETY: sets a default disposition before any other thread exists.
    unsafe {
        libc::signal(libc::SIGPIPE, libc::SIG_DFL);
    }
}

/// An error in words; what is wrong with an option is no error of a script.
fn text(error: mlua::Error) -> String {
    match error {
        mlua::Error::RuntimeError(text) => text,
        other => other.to_string(),
    }
}

/// Has glibc keep what is freed at the end of its heap, up to 64 MiB. Lua makes a string of each
/// message and frees it some messages later: at messages of some 100 KiB glibc would hand the memory
/// back to the kernel each time, and pay for every page when it asks again.
fn keep_freed_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: mallopt only sets numbers of the allocator; no other thread runs yet.
    unsafe {
        libc::mallopt(libc::M_TRIM_THRESHOLD, 64 << 20);
        libc::mallopt(libc::M_MMAP_THRESHOLD, 32 << 20);
    }
}
