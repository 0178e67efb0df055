//! Collects the Lua half and links the artefacts: Lua 5.3 into executables, nothing but symbols to be resolved later into the
//! cdylib.
//!
//! mlua's `module` and `vendored` features exclude each other, so the crate always builds with
//! `module` (no Lua linked in) and this script supplies the interpreter for executables only. One
//! `cargo build` then leaves both a module for the system's `lua5.3` and a stand-alone runner.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// Folders of `lua/` whose files the module carries inside.
const LUA_FOLDERS: [&str; 12] = [
    "runtime",
    "device",
    "parts",
    "sockets",
    "http",
    "ftp",
    "mqtt",
    "aliyun",
    "websocket",
    "modules",
    "messages",
    "testing",
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    collect_lua_sources();
    collect_types();
    collect_page();
    let target_os = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    match target_os.as_str() {
        // A host that unloads modules would unmap code that a worker thread may still run.
        "linux" | "android" | "freebsd" | "netbsd" | "openbsd" | "dragonfly" => {
            println!("cargo::rustc-link-arg-cdylib=-Wl,-z,nodelete");
        }
        "macos" | "ios" => {
            println!("cargo::rustc-link-arg-cdylib=-undefined");
            println!("cargo::rustc-link-arg-cdylib=dynamic_lookup");
        }
        _ => {}
    }
    #[cfg(feature = "executable")]
    runner::link_lua(&target_os);
}

/// Writes the list of the Lua files, as an array of name and text, to `OUT_DIR/lua_sources.rs`. A new
/// module is a new file and nothing else. The texts are [bare](without_comments): Lua reads many of them at each
/// start of a script.
fn collect_lua_sources() {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")).join("lua");
    let mut list = String::from("&[\n");
    for folder in LUA_FOLDERS {
        // The folder itself, so that a file that comes or goes is noticed.
        println!("cargo::rerun-if-changed=lua/{folder}");
        for path in lua_files(&root.join(folder)) {
            let name = path.file_stem().expect("a file name").to_string_lossy().into_owned();
            println!("cargo::rerun-if-changed={}", path.display());
            let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            // A long string could hold lines that look like comments.
            assert!(!text.contains("[["), "{}: long strings are not provided for", path.display());
            writeln!(list, "    (\"{folder}.{name}\", {:?}),", without_comments(&text)).expect("a String takes it");
        }
    }
    list.push_str("]\n");
    fs::write(Path::new(&variable("OUT_DIR")).join("lua_sources.rs"), list).expect("OUT_DIR is writable");
}

/// Writes the list of the declarations for editors, as an array of path and text, to `OUT_DIR/types.rs`.
fn collect_types() {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")).join("lua/types");
    let mut list = String::from("&[\n");
    for folder in ["", "luatos", "protobuf"] {
        println!("cargo::rerun-if-changed=lua/types/{folder}");
        for path in lua_files(&root.join(folder)) {
            println!("cargo::rerun-if-changed={}", path.display());
            let name = path.strip_prefix(&root).expect("a path below").to_string_lossy().replace('\\', "/");
            writeln!(list, "    ({name:?}, include_str!({:?})),", path.display().to_string())
                .expect("a String takes it");
        }
    }
    list.push_str("]\n");
    fs::write(Path::new(&variable("OUT_DIR")).join("types.rs"), list).expect("OUT_DIR is writable");
}

/// Writes the list of what the page of `luatos --board` consists of, as an array of path and bytes, to `OUT_DIR/page.rs`.
/// A new file there is a new file and nothing else.
fn collect_page() {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")).join("src/bin/luatos/board/page");
    let mut list = String::from("&[\n");
    for path in files_below(&root) {
        let name = path.strip_prefix(&root).expect("a path below").to_string_lossy().replace('\\', "/");
        writeln!(list, "    (\"/{name}\", include_bytes!({:?})),", path.display().to_string())
            .expect("a String takes it");
    }
    list.push_str("]\n");
    fs::write(Path::new(&variable("OUT_DIR")).join("page.rs"), list).expect("OUT_DIR is writable");
}

/// The files in a folder and below, in the order of their paths. What comes or goes there is noticed.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    paths.sort();
    paths.into_iter().flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

/// A Lua text without the lines that are comments, without indentation, and with the line numbers kept.
fn without_comments(text: &str) -> String {
    let bare = |line: &str| match line.trim_start() {
        comment if comment.starts_with("--") => String::from("\n"),
        code => format!("{code}\n"),
    };
    text.lines().map(bare).collect()
}

fn lua_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.expect("a readable folder").path());
    let mut files: Vec<_> = paths.filter(|path| path.extension().is_some_and(|end| end == "lua")).collect();
    files.sort();
    files
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[cfg(feature = "executable")]
mod runner {
    /// Lua's own switches for the 5.1 dialect that device scripts are written in (`luaconf.h`):
    /// `module`, `unpack` and friends, `10/2` printed as `5`, `("%d"):format(2.5)` accepted.
    const DIALECT: &str = "-DLUA_COMPAT_5_1 -DLUA_COMPAT_5_2 -DLUA_COMPAT_FLOATSTRING";

    /// C functions take 2.5 for 2, and nothing else does: Lua would compare and index by that switch too, so that
    /// `2 == 2.5`. `lapi.c`, where C functions get their arguments, defines `lapi_c` as nothing; the compiler would warn
    /// of that.
    const FRACTIONS: &str = "-Dlapi_c=1 -DLUA_FLOORN2I=(lapi_c+0==0) -w";

    /// The Lua that executables get. Lua 5.1 has by itself what the switches below make of 5.3.
    const VERSION: lua_src::Version = if cfg!(feature = "runner51") { lua_src::Lua51 } else { lua_src::Lua53 };

    /// Executables that get Lua: the runner and the integration tests.
    const EXECUTABLES: [&str; 2] = ["bins", "tests"];

    pub fn link_lua(target_os: &str) {
        println!("cargo::rerun-if-env-changed=CFLAGS");
        if VERSION == lua_src::Lua53 {
            let flags = std::env::var("CFLAGS").unwrap_or_default();
            // SAFETY: a build script's main thread, before any other thread exists.
            unsafe { std::env::set_var("CFLAGS", format!("{flags} {DIALECT} {FRACTIONS}")) };
        }

        let artifacts = lua_src::Build::new().debug(false).build(VERSION);
        let directory = artifacts.lib_dir().display();
        for library in artifacts.libs() {
            for kind in EXECUTABLES {
                let arg = |value: String| println!("cargo::rustc-link-arg-{kind}={value}");
                match target_os {
                    "windows" => arg(format!("/WHOLEARCHIVE:{directory}\\{library}.lib")),
                    "macos" | "ios" => {
                        arg(format!("-Wl,-force_load,{directory}/lib{library}.a"));
                        arg("-Wl,-export_dynamic".into());
                    }
                    _ => {
                        // Whole and exported: other C modules find the Lua API in the runner.
                        arg("-Wl,--whole-archive".into());
                        arg(format!("{directory}/lib{library}.a"));
                        arg("-Wl,--no-whole-archive".into());
                        arg("-Wl,--export-dynamic".into());
                        arg("-lm".into());
                        arg("-ldl".into());
                    }
                }
            }
        }
    }
}
