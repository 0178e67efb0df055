//! `luatos PROJECT`: runs a project.

use std::{
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    sync::atomic::Ordering,
    thread,
    time::Duration,
};

use mlua::{Function, Lua, MultiValue};
use websocket::{
    Place, Redirect, folder_of,
    lua::{self, Runtime, Settings},
    project::{Configuration, Project, missing, near},
};

use super::{
    board,
    command_line::{self, Run, Script},
    console, debugger, echo, handover, report, restart,
    running::{self, Interrupter},
    state::{new_state, open_runtime, text},
    summary, vm,
    watch::{self, Roots},
};

/// How long the script may take to notice that its time is up.
const GRACE: Duration = Duration::from_secs(1);

/// How often, and how many times, a script that does not notice is asked where it is.
const INTERRUPTIONS: (Duration, u32) = (Duration::from_millis(20), 50);

/// Where a script would be that a prompt has not: in the working directory, which has `luatos.toml` and the device's files.
const PROMPT: &str = "repl";

/// The settings of a run: the command line comes before the environment, and that before `luatos.toml`.
fn settings(run: &Run, main: Option<&Path>) -> Result<Settings, String> {
    let mut settings = run.options.settings()?;
    // Once, and not at each restart.
    settings.erase &= restart::count() == 0;
    settings.restarts = restart::count();
    settings.pace.start = restart::date().or(settings.pace.start);
    if let Some(main) = main {
        settings.add_configuration_beside(main)?;
    }
    Ok(settings)
}

/// The main script, or what stands for it, and the project that it begins.
fn main_script(run: &Run) -> Result<(Option<PathBuf>, Option<Project>), String> {
    match &run.script {
        Script::File(path) => {
            let mut project = Project::open(path.as_ref())?;
            if run.options.debugger.module.is_some() {
                debugger::name_project_in_full(&mut project);
            }
            if let Some(problem) = missing(&project.main) {
                return Err(
                    command_line::meant_command(path).map_or(problem, |meant| format!("{}: {meant}", path.display()))
                );
            }
            Ok((Some(project.main.clone()), Some(project)))
        }
        Script::Prompt => Ok((Some(PROMPT.into()), None)),
        Script::StandardInput => Ok((None, None)),
    }
}

/// Runs the project.
///
/// # Errors
/// The project cannot be opened, or something that the run needs cannot be had.
pub fn run(run: Run) -> Result<ExitCode, String> {
    if run.options.device.watch {
        return watch(&run);
    }
    // Before anything can fail: what is read is removed.
    let kept = handover::take();
    #[cfg(unix)]
    restart::bury_children();
    let (main, project) = main_script(&run)?;
    let mut settings = match settings(&run, main.as_deref()) {
        Ok(settings) => settings,
        Err(problem) => return Ok(command_line::misuse(&problem)),
    };
    if let Some(problem) = settings.scenario.as_deref().and_then(missing_scenario) {
        return Err(problem);
    }
    vm::hand_over(settings.vm)?;
    if run.options.debugger.module.is_some() {
        debugger::name_libraries_in_full(&mut settings);
    }
    if let Some(port) = run.options.echo {
        let address = echo::start(port)?;
        settings.redirects.insert(0, Redirect::everything_to(&address.ip().to_string(), address.port()));
    }
    let is_stdin = run.script == Script::StandardInput;
    if is_stdin && let Some(port) = settings.uarts.iter().find(|attachment| attachment.place == Place::Stdio) {
        return Err(format!("uart {}: stdio: the script comes from there; give it as a file", port.port));
    }
    if run.options.console && settings.uarts.iter().any(|attachment| attachment.place == Place::Stdio) {
        return Err(command_line::CONSOLE_OR_STDIO.into());
    }
    settings.output.capture |= run.options.console && console::has_prompt();
    settings.listed = match run.script {
        // Whatever the working directory has, there is no project.
        Script::Prompt => Some(Vec::new()),
        _ => project.and_then(|project| project.files),
    };
    // The files of a script from standard input are those of the working directory.
    settings.script = Some(main.unwrap_or_else(|| "-".into()));
    settings.kept = kept;

    let path = settings.script.clone().unwrap_or_default();
    let pace = settings.pace;
    let lua = new_state();
    lua::prepare(&lua, settings).map_err(text)?;
    let runtime = Runtime::of(&lua).map_err(text)?;
    report::set_output(runtime.output.clone());
    if let Some(warning) = run.warning.as_deref().filter(|_| restart::count() == 0) {
        report::say(warning);
    }
    runtime.on_restart(if is_stdin { restart::refuse } else { restart::restart });
    let failures = runtime.failures.clone();
    let end = restart::prepare(&runtime, &run.options, &pace);
    let is_strict = run.options.strict;
    let failed = move || is_strict && failures.load(Ordering::SeqCst) > 0;
    if let Some(end) = end {
        let stopper = runtime.reactor.borrow().stopper();
        let interrupter = running::watch(&lua, restart::count()).map_err(text)?;
        if pace.is_simulated() {
            runtime.reactor.borrow_mut().stop_after(end);
        }
        limit_time(runtime.time.real(end), move || stopper.stop(), interrupter);
    }
    replace_exit(&lua, failed.clone()).map_err(text)?;
    let problem = run_script(&lua, &run, &path).map_err(text)?;
    if let Some(problem) = &problem {
        report::error(problem);
        runtime.failures.fetch_add(1, Ordering::SeqCst);
    }
    summary::say(&lua, &runtime);
    drop(runtime);
    running::forget();
    // Closes what is still open, with a word to the peers.
    drop(lua);
    board::close(None);
    console::close();
    Ok(if problem.is_some() || failed() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// What to say of a scenario that is not there.
fn missing_scenario(path: &Path) -> Option<String> {
    let hint = || {
        near(path).map_or("give the path of a Lua script".into(), |near| format!("did you mean {}?", near.display()))
    };
    (!path.exists())
        .then(|| format!("--scenario: cannot open {}: No such file or directory; {}", path.display(), hint()))
}

/// Runs the project again and again.
fn watch(run: &Run) -> Result<ExitCode, String> {
    // What cannot be opened now is a wrong command line; later it is a change that is under way.
    main_script(run)?;
    let board = run.options.board.as_ref().map(board::reserve).transpose()?;
    let prepare = |command: &mut Command| {
        if let Some(keep) = &board {
            keep(command);
        }
    };
    watch::watch(&|| roots(run), &prepare, run.options.console && console::has_prompt())
}

/// Where the files of the project are, as far as that can be found out now.
fn roots(run: &Run) -> Roots {
    let mut roots = Roots::default();
    let (main, project) = main_script(run).unwrap_or_default();
    match &run.script {
        Script::File(path) => {
            let path = Path::new(path);
            // While the main script is gone, it will come back where it was.
            let fallback = if path.is_dir() { path.join("main.lua") } else { path.to_owned() };
            roots.folders.push(folder_of(main.as_ref().unwrap_or(&fallback)));
            roots.files.extend(Some(path.to_owned()).filter(|path| !path.is_dir()));
        }
        Script::Prompt | Script::StandardInput => roots.files.push(Configuration::NAME.into()),
    }
    roots.files.extend(project.and_then(|project| project.files).unwrap_or_default());
    // Where `luatos.toml` cannot be read, its libraries are not known.
    let options = settings(run, main.as_deref()).or_else(|_| run.options.settings());
    if let Ok(settings) = options {
        roots.folders.extend(settings.libs);
        roots.files.extend(settings.scenario);
        roots.without.extend(settings.data);
        roots.without.extend(settings.speaker);
        roots.without.extend(settings.uarts.into_iter().filter_map(|uart| match uart.place {
            Place::File(path) => Some(PathBuf::from(path + ".out")),
            _ => None,
        }));
    }
    roots
}

/// Replaces `os.exit`: with `--strict` an exit that means success fails if a task or callback has; in Lua, because
/// `os.exit` may close the state below its caller.
fn replace_exit(lua: &Lua, failed: impl Fn() -> bool + 'static) -> mlua::Result<()> {
    let about_to_exit = lua.create_function(move |lua, ()| {
        summary::say(lua, &*Runtime::of(lua)?);
        running::forget();
        // Whoever watches hears what was said last.
        board::close(None);
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

/// Runs the script to its end; the answer is the error that ended it, with traceback.
fn run_script(lua: &Lua, run: &Run, path: &Path) -> mlua::Result<Option<String>> {
    let globals = lua.globals();
    let script = lua.create_string(path.as_os_str().as_encoded_bytes())?;
    let mut arguments = Vec::new();
    for argument in &run.arguments {
        arguments.push(mlua::Value::String(lua.create_string(argument.as_encoded_bytes())?));
    }
    let arg = lua.create_sequence_from(arguments.iter().cloned())?;
    arg.set(0, &script)?;
    globals.set("arg", arg)?;
    if let Some(module) = &run.options.debugger.module
        && let Some(problem) = debugger::start(lua, module)?
    {
        return Ok(Some(problem));
    }
    open_runtime(lua)?;
    if run.options.console
        && let Err(problem) = console::start(lua)
    {
        return Ok(Some(problem));
    }
    if let Some(address) = &run.options.board
        && let Err(problem) = board::start(lua, address)
    {
        return Ok(Some(problem));
    }
    if let Some(problem) = attach_parts(lua)?.or(begin_scenario(lua)?) {
        return Ok(Some(problem));
    }
    let main: Function = match lua::use_module(lua, "runtime.run_script")? {
        mlua::Value::Function(main) => main,
        _ => return Err(mlua::Error::runtime("the module 'main' is no function")),
    };
    let is_prompt = run.script == Script::Prompt;
    arguments.insert(0, if is_prompt { mlua::Value::Nil } else { mlua::Value::String(script) });
    let problem: Option<mlua::LuaString> = main.call(MultiValue::from_vec(arguments))?;
    // The error may quote bytes that are no UTF-8.
    Ok(problem.map(|text| text.to_string_lossy()))
}

/// Attaches the parts of `--part` and `luatos.toml`; the answer is why one cannot be attached.
fn attach_parts(lua: &Lua) -> mlua::Result<Option<String>> {
    if !Runtime::of(lua)?.has_parts_to_attach() {
        return Ok(None);
    }
    let attach: Function = lua.unpack(lua::use_module(lua, "runtime.attach_parts")?)?;
    let problem = attach.call::<Option<mlua::LuaString>>(())?;
    Ok(problem.map(|problem| problem.to_string_lossy()))
}

/// Has the scenario begin, if there is one; the answer is why it cannot.
fn begin_scenario(lua: &Lua) -> mlua::Result<Option<String>> {
    let begin: Function = lua.unpack(lua::use_module(lua, "runtime.begin_scenario")?)?;
    let problem = begin.call::<Option<mlua::LuaString>>(())?;
    Ok(problem.map(|problem| format!("--scenario: {}", problem.to_string_lossy())))
}
