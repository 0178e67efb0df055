//! The checks. Each says what it is about and what it has found.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use websocket::{
    folder_of,
    lua::{Settings, Vm},
    project::Project,
};

use super::{
    super::{
        state::{installed, new_state},
        vm,
    },
    Finding::{self, Missing, There, Without},
    folders::{program, shared},
};

/// All checks, in the order in which they are shown.
pub fn all(project: Option<&OsStr>) -> Vec<(&'static str, Finding)> {
    let project = project.map(Path::new);
    let mut checks = vec![
        ("luatos", this_program()),
        ("--vm", other_vm()),
        ("TLS", tls()),
        ("project", folder(project)),
        ("settings", settings(project)),
        ("tests", busted()),
        ("debugger", debugger()),
        ("module", module()),
    ];
    #[cfg(unix)]
    checks.push(("serial ports", serial()));
    checks.extend([("completion", completion()), ("manual", manual())]);
    checks
}

fn this_program() -> Finding {
    let place = env::current_exe().map_or_else(|_| "?".into(), |path| path.display().to_string());
    There(format!("{} with Lua {}, {place}", env!("CARGO_PKG_VERSION"), Vm::OURS))
}

/// The runner with the other Lua.
fn other_vm() -> Finding {
    let wanted = if Vm::OURS == Vm::Lua51 { Vm::Lua53 } else { Vm::Lua51 };
    match vm::runner(wanted) {
        Ok(path) if path.is_file() => There(format!("{wanted}, {}", path.display())),
        _ => Without {
            what: format!("there is no {} beside this program, which --vm {wanted} needs", vm::file_name(wanted)),
            advice: "make install, or make vm51, in a clone of the repository".into(),
        },
    }
}

/// The library. It is asked for no certificates of this computer: only those of `caCert` are trusted.
fn tls() -> Finding {
    There(format!("{}; a server is checked against the script's caCert alone", tls_library()))
}

#[cfg(not(any(windows, target_vendor = "apple")))]
fn tls_library() -> &'static str {
    openssl::version::version()
}

#[cfg(any(windows, target_vendor = "apple"))]
fn tls_library() -> &'static str {
    "that of the system"
}

/// The project, and whether the device's files can be kept beside it.
fn folder(project: Option<&Path>) -> Finding {
    let nothing = |what| Missing { what, advice: "luatos new NAME writes one that runs".into() };
    let here = Path::new(".");
    let (folder, what) = match project {
        Some(path) => match Project::open(path) {
            Ok(project) if project.main.is_file() => (folder_of(&project.main), project.main.display().to_string()),
            Ok(project) => return nothing(format!("{} is not there", project.main.display())),
            Err(what) => return nothing(what),
        },
        None if here.join("main.lua").is_file() => (here.to_owned(), "main.lua".into()),
        None => (here.to_owned(), "no main.lua here".into()),
    };
    match tempfile::tempfile_in(&folder) {
        Ok(_) => There(format!("{what}; the device's files can be kept in {}", folder.join(".luatos").display())),
        Err(error) => Missing {
            what: format!("{what}; {} cannot be written to: {error}", folder.display()),
            advice: "luatos --data DIR keeps the device's files elsewhere".into(),
        },
    }
}

/// `luatos.toml` and the variables.
fn settings(project: Option<&Path>) -> Finding {
    let mut names: Vec<_> = env::vars_os().filter_map(|(name, _)| name.into_string().ok()).collect();
    names.retain(|name| name.starts_with("LUATOS_"));
    names.sort();
    let main =
        project.and_then(|path| Project::open(path).ok()).map_or_else(|| "main.lua".into(), |project| project.main);
    let result = Settings::from_environment().and_then(|mut settings| settings.add_configuration_beside(&main));
    let file = main.with_file_name("luatos.toml");
    if let Err(what) = result {
        return Missing {
            what,
            advice: "mend it; docs/options.md has the keys and variables, luatos --help the values".into(),
        };
    }
    let mut parts = Vec::new();
    parts.extend(Some(file.display().to_string()).filter(|_| file.is_file()));
    parts.extend(names);
    There(if parts.is_empty() { "no luatos.toml and no LUATOS_* variable".into() } else { parts.join(", ") })
}

/// Where Lua 5.3, with what is installed for it, finds a module for the runner.
fn lua_module(name: &str) -> Option<String> {
    let find = "local name, path, cpath = ...
        return package.searchpath(name, package.path .. path) or package.searchpath(name, package.cpath .. cpath)";
    let (path, cpath) = installed();
    new_state().load(find).call::<Option<String>>((name, path, cpath)).ok().flatten()
}

fn busted() -> Finding {
    lua_module("busted.runner").map_or_else(
        || Without {
            what: "busted is not there, which luatos test needs".into(),
            advice: "sudo apt install lua-busted, or luarocks --lua-version=5.3 --local install busted".into(),
        },
        |path| There(format!("busted, {path}")),
    )
}

fn debugger() -> Finding {
    let found = ["mobdebug", "lldebugger"].into_iter().find_map(|name| lua_module(name).map(|path| (name, path)));
    match found {
        Some((name, path)) => There(format!("{name}, {path}")),
        None => Without {
            what: "neither mobdebug nor lldebugger is there, which --debug needs".into(),
            advice: "luarocks --lua-version=5.3 --local install mobdebug; editors bring lldebugger along".into(),
        },
    }
}

/// `require "websocket"` in the system's Lua.
fn module() -> Finding {
    let Some(lua) = program("lua5.3") else {
        return Without {
            what: "there is no lua5.3 on PATH, for require \"websocket\" in other programs".into(),
            advice: "sudo apt install lua5.3".into(),
        };
    };
    let script = "require 'websocket' io.write(package.searchpath('websocket', package.cpath) or 'built in')";
    let output = Command::new(&lua).args(["-e", script]).stdin(Stdio::null()).output();
    match output {
        Ok(output) if output.status.success() => There(format!(
            "require \"websocket\" finds {} in {}",
            String::from_utf8_lossy(&output.stdout),
            lua.display()
        )),
        _ => Without {
            what: format!("require \"websocket\" finds nothing in {}", lua.display()),
            advice: "make install, or LUA_CPATH='DIR/?.so;;' with the folder of websocket.so".into(),
        },
    }
}

/// Pseudo terminals, and the rights to real ports.
#[cfg(unix)]
fn serial() -> Finding {
    use rustix::pty::{OpenptFlags, openpt};
    if let Err(error) = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY) {
        return Without {
            what: format!("no pseudo terminal can be had, for --uart N=pty: {error}"),
            advice: "mount devpts: sudo mount -t devpts devpts /dev/pts".into(),
        };
    }
    let is_port = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        ["ttyUSB", "ttyACM", "cu.usb"].iter().any(|start| name.starts_with(start))
    };
    let mut ports: Vec<_> =
        std::fs::read_dir("/dev").into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    ports.retain(is_port);
    ports.sort();
    let closed = ports.iter().find(|port| {
        use rustix::fs::{Access, access};
        access(port.as_path(), Access::READ_OK | Access::WRITE_OK).is_err()
    });
    match closed {
        Some(port) => Without {
            what: format!("{} may not be opened, for --uart N={0}", port.display()),
            advice: "sudo usermod -aG dialout $USER, then log in anew".into(),
        },
        None if ports.is_empty() => There("pseudo terminals; no adapter is plugged in".into()),
        None => {
            let ports: Vec<_> = ports.iter().map(|port| port.display().to_string()).collect();
            There(format!("pseudo terminals, {}", ports.join(", ")))
        }
    }
}

/// For the shell of the user.
fn completion() -> Finding {
    let shell = env::var_os("SHELL").unwrap_or_default();
    let shell = Path::new(&shell).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (names, advice): (&[&str], _) = match shell.as_str() {
        "zsh" => {
            (&["zsh/site-functions/_luatos"], "luatos completion zsh > DIR/_luatos, where DIR is a folder of fpath")
        }
        "fish" => (
            &["fish/vendor_completions.d/luatos.fish"],
            "luatos completion fish > ~/.config/fish/completions/luatos.fish",
        ),
        _ => (
            &["bash-completion/completions/luatos"],
            "luatos completion bash > ~/.local/share/bash-completion/completions/luatos",
        ),
    };
    match names.iter().find_map(|name| shared(name)) {
        Some(path) => There(path.display().to_string()),
        None => Without { what: "not installed, for Tab in a shell".into(), advice: advice.into() },
    }
}

fn manual() -> Finding {
    match ["man/man1/luatos.1", "man/man1/luatos.1.gz"].iter().find_map(|name| shared(name)) {
        Some(path) => There(path.display().to_string()),
        None => Without {
            what: "not installed, for man luatos".into(),
            advice: "luatos man > ~/.local/share/man/man1/luatos.1".into(),
        },
    }
}
