//! `luatos --watch` from outside: what starts a run again, what does not, and how it ends.
#![cfg(unix)]

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::process::{CommandExt, ExitStatusExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::{Duration, Instant},
};

/// Long enough for any machine; only a hanging runner reaches it.
const LIMIT: Duration = Duration::from_secs(60);

/// A project that prints one line and goes on.
const GOES_ON: &str = "print(NAME or 'one') require 'sys' sys.timerLoopStart(function() end, 100000) sys.run()";

/// A runner that watches a project in a temporary folder.
struct Watched {
    folder: tempfile::TempDir,
    process: Child,
    lines: Receiver<String>,
}

impl Watched {
    /// Starts with these files and arguments, in the project's folder.
    fn start(files: &[(&str, &str)], arguments: &[&str]) -> Self {
        Self::start_with("", files, arguments)
    }

    /// Likewise, with a `LUA_PATH`.
    fn start_with(lua_path: &str, files: &[(&str, &str)], arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            put(folder.path(), name, text);
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_luatos"));
        command.args(arguments).current_dir(folder.path()).env("LUATOS_MODEM", "register_after=0");
        command.env("LUA_PATH", format!("{lua_path};;"));
        // One pipe for both, which keeps the order of the lines.
        let (reader, writer) = std::io::pipe().unwrap();
        command.stdin(Stdio::null()).stdout(writer.try_clone().unwrap()).stderr(writer);
        // SAFETY: `signal` may be called between fork and exec, and allocates nothing.
        unsafe {
            command.pre_exec(|| {
                libc::signal(libc::SIGINT, libc::SIG_DFL);
                Ok(())
            });
        }
        let process = command.spawn().unwrap();
        let (send, lines) = channel();
        std::thread::spawn(move || {
            BufReader::new(reader).lines().map_while(Result::ok).try_for_each(|line| send.send(line))
        });
        Watched { folder, process, lines }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn save(&self, name: &str, text: &str) {
        put(self.folder.path(), name, text);
    }

    /// Waits for a line with this in it. Returns those before.
    fn see(&self, part: &str) -> Vec<String> {
        let mut before = Vec::new();
        let end = Instant::now() + LIMIT;
        while let Ok(line) = self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
            if line.contains(part) {
                return before;
            }
            before.push(line);
        }
        panic!("no line with {part:?} after {before:?}");
    }

    /// Ends it by a signal.
    fn end(mut self, signal: i32) {
        // SAFETY: the process was not waited for.
        unsafe { libc::kill(self.process.id().try_into().unwrap(), signal) };
        assert_eq!(self.process.wait().unwrap().signal(), Some(signal));
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn put(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn a_save_starts_again_also_by_renaming_and_in_new_folders() {
    let watched = Watched::start(&[("main.lua", GOES_ON), ("mine.lua", "")], &["--watch", "main.lua"]);
    watched.see("one");
    watched.save("main.lua.new", &format!("NAME = 'two' {GOES_ON}"));
    watched.see("one");
    fs::rename(watched.path("main.lua.new"), watched.path("main.lua")).unwrap();
    let before = watched.see("two");
    assert!(
        before[0].contains("main.lua has changed") || before[0].contains("another file have changed"),
        "{before:?}"
    );
    watched.save("below/more.lua", "");
    watched.see("below/more.lua has changed");
    watched.see("two");
    watched.save("below/more.lua", "return 1");
    watched.see("below/more.lua has changed");
    watched.see("two");
    watched.end(libc::SIGINT);
}

#[test]
fn a_folder_that_has_gone_and_come_back_is_watched() {
    let watched = Watched::start(&[("p/main.lua", GOES_ON), ("p/below/more.lua", "")], &["--watch", "p/main.lua"]);
    watched.see("one");
    for (folder, file) in [("p/below", "p/below/more.lua"), ("p", "p/main.lua")] {
        fs::remove_dir_all(watched.path(folder)).unwrap();
        watched.see("starts again");
        watched.see(if folder == "p" { "waits for a file" } else { "one" });
        for comment in ["", "-- saved"] {
            watched.save(file, &format!("{GOES_ON} {comment}"));
            watched.see("starts again");
            watched.see("one");
        }
    }
    watched.end(libc::SIGINT);
}

#[test]
fn a_console_without_a_prompt_ends_by_a_signal() {
    let watched = Watched::start(&[("main.lua", GOES_ON)], &["--watch", "--console", "main.lua"]);
    watched.see("one");
    watched.end(libc::SIGINT);
}

#[test]
fn many_saves_are_one_start() {
    let watched = Watched::start(&[("main.lua", GOES_ON)], &["--watch", "main.lua"]);
    watched.see("one");
    for number in 0..50 {
        watched.save(&format!("file{number}.lua"), "return 1");
    }
    watched.see("other files have changed");
    assert!(watched.see("one").is_empty());
    watched.save("main.lua", &format!("NAME = 'two' {GOES_ON}"));
    let before = watched.see("two");
    assert_eq!(before.len(), 1, "{before:?}");
    watched.end(libc::SIGTERM);
}

#[test]
fn a_run_that_fails_or_ends_waits_for_a_save() {
    let watched = Watched::start(&[("main.lua", "local x = = 1")], &["--watch", "."]);
    watched.see("main.lua:1:");
    watched.see("ended with status 1");
    watched.save("main.lua", "print('fine')");
    watched.see("fine");
    watched.see("ended with status 0");
    watched.save("main.lua", "local = 1");
    watched.see("main.lua:1:");
    fs::remove_file(watched.path("main.lua")).unwrap();
    watched.see("ended with status 1");
    watched.save("main.lua", "print('again')");
    watched.see("again");
    watched.see("ended with status 0");
    watched.end(libc::SIGINT);
}

#[test]
fn what_the_script_writes_and_what_is_made_starts_nothing() {
    let main = "local function write(path, mode)
            local file = io.open(path, mode) file:write('x') file:close()
        end
        print('reason', rtos.poweron_reason(), io.open('/kept') and 'kept' or 'fresh')
        write('/kept', 'w') write('beside.txt', 'a') os.rename('beside.txt', 'renamed.txt') write('data.lua', 'w')
        print 'written'
        require 'sys' sys.timerLoopStart(function() write('beside.txt', 'a') write('/more', 'w') end, 20) sys.run()";
    let watched = Watched::start(&[("main.lua", main)], &["--watch", "--erase", "main.lua"]);
    assert_eq!(watched.see("written"), ["reason 0 fresh"]);
    for name in [".git/index", "target/debug/x", ".hidden.lua", "main.lua~", ".main.lua.swp"] {
        watched.save(name, "x");
    }
    watched.save("counts.lua", "");
    assert_eq!(watched.see("written"), ["luatos: counts.lua has changed, starts again", "reason 0 kept"]);
    watched.end(libc::SIGINT);
}

#[test]
fn libraries_the_configuration_and_the_scenario_count() {
    let elsewhere = tempfile::tempdir().unwrap();
    put(elsewhere.path(), "lib/deep/far.lua", "return 1");
    put(elsewhere.path(), "play.lua", "sys.wait(100000)");
    put(elsewhere.path(), "other.lua", "");
    let path = |name: &str| elsewhere.path().join(name).display().to_string();
    let toml = format!("lib = {:?}\n", path("lib"));
    let files = [("main.lua", GOES_ON), ("luatos.toml", toml.as_str())];
    let watched = Watched::start(&files, &["--watch", "--scenario", &path("play.lua"), "main.lua"]);
    watched.see("one");
    put(elsewhere.path(), "other.lua", "-- no file of the project");
    put(elsewhere.path(), "lib/deep/far.lua", "return 2");
    assert_eq!(watched.see("one"), ["luatos: deep/far.lua has changed, starts again"]);
    put(elsewhere.path(), "play.lua", "sys.wait(100001)");
    assert_eq!(watched.see("one"), ["luatos: play.lua has changed, starts again"]);
    watched.save("luatos.toml", "nonsense = 1");
    watched.see("nonsense");
    watched.see("ended with status 2");
    watched.save("luatos.toml", "");
    watched.see("one");
    watched.end(libc::SIGINT);
}

#[test]
fn what_is_loaded_from_elsewhere_counts() {
    let elsewhere = tempfile::tempdir().unwrap();
    for name in ["mine.lua", "other.lua"] {
        put(elsewhere.path(), name, "return 1");
    }
    let ends = "require 'sys' sys.timerStart(function() print(require 'mine') end, 10) sys.run()";
    let goes_on = ends.replace("sys.run()", "sys.timerLoopStart(function() end, 100000) sys.run()");
    let path = elsewhere.path().join("?.lua").display().to_string();
    let watched = Watched::start_with(&path, &[("main.lua", ends)], &["--watch", "main.lua"]);
    watched.see("ended with status 0");
    put(elsewhere.path(), "other.lua", "-- nobody has loaded it");
    put(elsewhere.path(), "mine.lua", "return 2");
    assert_eq!(watched.see("2"), ["luatos: mine.lua has changed, starts again"]);
    watched.see("ended with status 0");
    watched.save("main.lua", &goes_on);
    watched.see("2");
    put(elsewhere.path(), "mine.lua", "return 3");
    assert_eq!(watched.see("3"), ["luatos: mine.lua has changed, starts again"]);
    watched.end(libc::SIGINT);
}

#[test]
fn the_board_keeps_its_address() {
    let watched = Watched::start(&[("main.lua", GOES_ON)], &["--watch", "--board", "main.lua"]);
    let address = |lines: Vec<String>| lines.into_iter().find(|line| line.starts_with("board: http"));
    let first = address(watched.see("one"));
    watched.save("main.lua", &GOES_ON.replace("one", "two"));
    watched.see("main.lua has changed");
    assert!(first.is_some());
    assert_eq!(address(watched.see("two")), first);
}

#[test]
fn tests_run_again_too() {
    let spec = "it('is a test', function() assert.equal(2, require('mine')) end)";
    let files = [("spec/a_spec.lua", spec), ("mine.lua", "return 1")];
    let watched = Watched::start(&files, &["test", "--watch", "--", "--output=TAP"]);
    watched.see("not ok 1");
    watched.see("ended with status 1");
    watched.save("mine.lua", "return 2");
    watched.see("ok 1 - is a test");
    watched.see("ended with status 0");
    watched.end(libc::SIGINT);
}

#[test]
fn the_run_ends_with_the_one_who_watches() {
    let watched = Watched::start(&[("main.lua", GOES_ON)], &["--watch", "main.lua"]);
    watched.see("one");
    let children = format!("/proc/{0}/task/{0}/children", watched.process.id());
    let Ok(children) = fs::read_to_string(children) else { return };
    let child = children.split_whitespace().next().unwrap().to_owned();
    watched.end(libc::SIGTERM);
    assert!(!Path::new(&format!("/proc/{child}")).exists());
}
