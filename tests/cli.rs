//! The runner `luatos` from outside: options, exit status, what it prints and when it ends.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    path::PathBuf,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

/// Long enough for any machine; only a hanging runner reaches it.
const LIMIT: Duration = Duration::from_secs(60);

/// A script in a temporary folder, which is removed when the value is dropped.
struct Script {
    folder: PathBuf,
}

impl Script {
    fn new(name: &str, main: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("luatos-cli-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let script = Script { folder };
        script.add("main.lua", main);
        script
    }

    fn add(&self, name: &str, text: &str) -> &Self {
        std::fs::write(self.folder.join(name), text).unwrap();
        self
    }

    fn command(&self, options: &[&str]) -> Command {
        let mut command = luatos(options);
        command.arg(self.folder.join("main.lua"));
        command
    }

    fn run(&self, options: &[&str]) -> Run {
        finish(&mut self.command(options))
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Output and exit status of a finished run.
#[derive(Debug)]
struct Run {
    status: Option<i32>,
    stdout: String,
    stderr: String,
}

fn luatos(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_luatos"));
    command.args(arguments).stdin(Stdio::null());
    command
}

fn finish(command: &mut Command) -> Run {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let start = Instant::now();
    let mut stdout = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut text = Vec::new();
        stdout.read_to_end(&mut text).unwrap();
        text
    });
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > LIMIT {
            child.kill().unwrap();
            panic!("still running after {LIMIT:?}: {command:?}");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let Output { status, stderr, .. } = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Run { status: status.code(), stdout: text(reader.join().unwrap()), stderr: text(stderr) }
}

#[test]
fn help_and_version() {
    let help = finish(&mut luatos(&["--help"]));
    assert_eq!(help.status, Some(0));
    for option in ["--connect-to", "--echo", "--timeout", "--strict", "--trace", "--version"] {
        assert!(help.stdout.contains(option), "{option}");
    }
    let version = finish(&mut luatos(&["--version"]));
    assert_eq!(version.stdout, format!("luatos {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_wrong_command_line_has_status_2_and_names_the_option() {
    for (arguments, named) in [(&["--frobnicate", "x.lua"][..], "--frobnicate"), (&[], "which script")] {
        let run = finish(&mut luatos(arguments));
        assert_eq!(run.status, Some(2));
        assert!(run.stderr.contains(named), "{run:?}");
        assert_eq!(run.stdout, "");
    }
}

#[test]
fn a_script_that_is_not_there_or_does_not_compile_has_status_1() {
    let run = finish(&mut luatos(&["no/such/main.lua"]));
    assert_eq!(run.status, Some(1));
    assert!(run.stderr.contains("no/such/main.lua"), "{run:?}");
    let run = Script::new("syntax", "local x = = 1").run(&[]);
    assert_eq!(run.status, Some(1));
    assert!(run.stderr.contains("main.lua:1:"), "{run:?}");
}

#[test]
fn arguments_reach_the_script_and_the_project_folder_is_searched_first() {
    let script = Script::new(
        "args",
        "require 'helper' print(arg[0]:match('[^/]*$'), arg[1], ..., select('#', ...)) print(helper.name, 10 / 2)",
    );
    script.add("helper.lua", "module(..., package.seeall)\nname = 'mine'");
    let run = finish(script.command(&[]).args(["--trace", "two"]));
    assert_eq!(run.stdout, "main.lua --trace --trace 2\nmine 5\n", "{run:?}");
    assert_eq!(run.status, Some(0));
}

#[test]
fn ends_by_itself_when_nothing_can_ever_happen_again() {
    let main = "require 'sys' sys.timerStart(print, 20, 'timer') sys.subscribe('NEVER', print)
        sys.taskInit(function() sys.wait(30) print('task') sys.waitUntil('NEVER') end) sys.run() print('end')";
    let run = Script::new("ends", main).run(&[]);
    assert_eq!(run.stdout, "timer\ntask\nend\n", "{run:?}");
    assert_eq!(run.status, Some(0));
}

#[test]
fn an_error_in_the_main_script_ends_the_run_with_a_traceback() {
    let run = Script::new("fails", "local function inner()\n  error('broken')\nend\ninner()").run(&[]);
    assert_eq!(run.status, Some(1));
    assert!(run.stderr.starts_with("luatos: ") && run.stderr.contains("main.lua:2: broken"), "{run:?}");
    assert!(run.stderr.contains("stack traceback:") && run.stderr.contains("main.lua:4:"), "{run:?}");
}

#[test]
fn errors_in_tasks_and_callbacks_are_logged_and_the_rest_goes_on() {
    let main = "require 'sys' require 'log'
sys.taskInit(function()
    sys.wait(5)
    error('in task')
end)
sys.timerStart(function() error('in timer') end, 10)
sys.subscribe('M', function() error({}) end)
sys.publish('M')
sys.timerStart(print, 50, 'alive')
sys.run()";
    let script = Script::new("errors", main);
    let run = script.run(&[]);
    assert_eq!(run.status, Some(0));
    // The script's own output is alone on stdout.
    assert_eq!(run.stdout, "alive\n");
    for part in [
        "[E]-[coroutine.resume] ",
        "main.lua:4: in task",
        "main.lua:6: in timer",
        "stack traceback:",
        "(error object is a table value)",
    ] {
        assert!(run.stderr.contains(part), "{part} in {run:?}");
    }
    assert_eq!(script.run(&["--strict"]).status, Some(1), "--strict");
    for (exit, expected) in [("os.exit()", 1), ("os.exit(true)", 1), ("os.exit(0, true)", 1), ("os.exit(7)", 7)] {
        let main = format!("local sys = require 'sys' sys.taskInit(function() error 'x' end) {exit}");
        let run = Script::new("strict-exit", &main).run(&["--strict"]);
        assert_eq!(run.status, Some(expected), "{exit}");
    }
}

#[test]
fn an_error_is_seen_even_where_the_log_is_silent() {
    let main = "require 'sys' require 'log' LOG_LEVEL = log.LOG_SILENT
        sys.taskInit(function() error('quiet') end)";
    let run = Script::new("silent", main).run(&[]);
    assert_eq!(run.stdout, "");
    assert!(run.stderr.contains("quiet"), "{run:?}");
}

#[test]
fn timeout_ends_a_script_that_waits_with_status_0() {
    let waiting = "require 'sys' print('on') sys.timerLoopStart(function() end, 10) sys.run()";
    let main_wait = "require 'sys' print('on') sys.wait(1000000)";
    let stubborn = "require 'sys' print('on') while true do pcall(sys.wait, 1000000) end";
    let again = "require 'sys' print('on') sys.timerLoopStart(function() end, 10) while true do sys.run() end";
    for (name, main) in [("waiting", waiting), ("main-wait", main_wait), ("stubborn", stubborn), ("again", again)] {
        let run = Script::new(name, main).run(&["--timeout", "0.3"]);
        assert_eq!(run.status, Some(0), "{name}: {run:?}");
        assert_eq!(run.stdout, "on\n", "{name}");
        // A wait outside a task fails on the device, which is all that is said.
        let expected = if main.contains("sys.wait") { "[W]-[sys.wait] " } else { "" };
        assert!(run.stderr.starts_with(expected) && run.stderr.lines().count() <= 1, "{name}: {run:?}");
        assert_eq!(run.stderr.is_empty(), expected.is_empty(), "{name}: {run:?}");
    }
}

#[test]
#[cfg(unix)]
fn timeout_ends_a_script_that_never_waits_with_status_124_and_names_its_line() {
    let busy = "print('on')\nwhile true do end";
    let in_a_task = "require 'sys' print('on')
        sys.taskInit(function()
            sys.wait(5)
            coroutine.wrap(function()
                while true do local text = ('x'):rep(10) end
            end)()
        end)
        sys.run()";
    let asleep = "require 'sys' print('on')
        sys.timerStart(function()
            rtos.sleep(100000)
        end, 5)
        sys.run()";
    for (name, main, line) in [("busy", busy, 2), ("in-a-task", in_a_task, 5), ("asleep", asleep, 3)] {
        let run = Script::new(name, main).run(&["--timeout", "0.2"]);
        assert_eq!((run.status, run.stdout.as_str()), (Some(124), "on\n"), "{name}: {run:?}");
        assert!(run.stderr.contains(&format!("main.lua:{line}\n")), "{name}: {run:?}");
    }
}

#[test]
fn timeout_notes_coroutines_that_behave_as_luas_own() {
    let main = "local create, resume, wrap, yield = coroutine.create, coroutine.resume, coroutine.wrap, coroutine.yield
        local co = create(function(...) print(..., select('#', ...)) print(yield(1, nil, 3)) error('e', 0) end)
        print(resume(co, 'a', nil)) print(resume(co, 'b')) print(resume(co)) print(pcall(resume, 5)) print(pcall(wrap, 5))
        local each = wrap(function() yield() yield(2) local nothing = nil; nothing() end)
        print(select('#', each()), each()) print(pcall(each)) print(pcall(each))
        print(pcall(wrap(function() error(7, 0) end)))
        local inner = create(function() print(resume(co)) print(coroutine.status(co)) yield(5) end)
        print(resume(inner)) print(coroutine.status(inner))";
    let script = Script::new("coroutines", main);
    let plain = script.run(&[]);
    assert_eq!(plain.stdout.lines().count(), 15, "{plain:?}");
    assert_eq!(script.run(&["--timeout", "60"]).stdout, plain.stdout);
}

#[test]
fn timeout_ends_a_script_that_restarts_without_end_and_says_how_often() {
    for main in ["require 'sys' rtos.restart()", "require 'sys' sys.timerStart(rtos.restart, 5) sys.run()"] {
        let run = Script::new("restarts", main).run(&["--timeout", "0.5"]);
        assert_eq!(run.status, Some(0), "{run:?}");
        let count = run.stderr.strip_prefix("luatos: --timeout: the script has restarted ");
        let count: u32 = count.and_then(|text| text.split(' ').next()).unwrap().parse().unwrap();
        assert!(count > 1, "{run:?}");
    }
}

#[test]
fn strict_counts_what_has_failed_before_a_restart() {
    let main = "require 'sys'
        if rtos.poweron_reason() == rtos.POWERON_RESTART then os.exit(0) end
        sys.taskInit(function() error('x') end)
        rtos.restart()";
    assert_eq!(Script::new("restart-strict", main).run(&["--strict"]).status, Some(1));
    assert_eq!(Script::new("restart-lenient", main).run(&[]).status, Some(0));
}

#[test]
fn a_task_and_a_callback_can_end_the_run() {
    for (name, body, status) in [
        ("exit", "sys.taskInit(function() sys.wait(5) os.exit(7) end)", 7),
        ("exit-close", "sys.taskInit(function() sys.wait(5) os.exit(true, true) end)", 0),
        ("poweroff", "sys.taskInit(function() sys.wait(5) rtos.poweroff() end)", 0),
        ("poweroff-timer", "sys.timerStart(rtos.poweroff, 5)", 0),
    ] {
        let main = format!("require 'sys' io.write('before ') {body} sys.run() print 'after'");
        let run = Script::new(name, &main).run(&["--timeout", "30"]);
        assert_eq!((run.status, run.stdout.as_str()), (Some(status), "before "), "{name}: {run:?}");
    }
}

#[test]
fn echo_sends_every_connection_to_a_server_that_answers() {
    let main = "require 'sys' require 'websocket'
        local ws = websocket.new('ws://nowhere.invalid:8800/x')
        print(ws:connect(10000)) ws:send('there and back', true) print(ws:recv(10000)) ws:close()";
    let run = Script::new("echo", main).run(&["--echo", "--strict"]);
    assert_eq!(run.stdout, "true\ntrue there and back\n", "{run:?}");
    assert_eq!(run.status, Some(0));
}

/// A script that talks to the echo server on `port`.
fn greeting(port: u16) -> String {
    format!(
        "require 'websocket' local ws = websocket.new('ws://127.0.0.1:{port}/x')
        print(ws:connect(10000)) ws:send('hello', true) print(ws:recv(10000)) ws:close()"
    )
}

/// A port that nobody listens on.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn echo_takes_a_port() {
    let port = free_port();
    let script = Script::new("echo-port", &greeting(port));
    // The script finds the server without the redirection of --echo too.
    let run = script.run(&[&format!("--echo={port}"), "--connect-to", &format!("::127.0.0.1:{port}"), "--strict"]);
    assert_eq!(run.stdout, "true\ntrue hello\n", "{run:?}");

    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let run = script.run(&[&format!("--echo={port}")]);
    assert_eq!(run.status, Some(1));
    assert!(run.stderr.contains(&format!("cannot listen on 127.0.0.1:{port}")), "{run:?}");
}

#[test]
fn echo_without_a_script_is_the_server_alone() {
    let port = free_port();
    let mut server = luatos(&[&format!("--echo={port}")]).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, format!("echo server on ws://127.0.0.1:{port}/\n"));
    for _ in 0..2 {
        let run = Script::new("echo-alone", &greeting(port)).run(&[]);
        assert_eq!(run.stdout, "true\ntrue hello\n", "{run:?}");
    }
    server.kill().unwrap();
    server.wait().unwrap();
    let run = finish(&mut luatos(&["--echo", "--timeout", "0.1"]));
    assert_eq!(run.status, Some(0));
    assert!(run.stdout.starts_with("echo server on ws://127.0.0.1:"), "{run:?}");
}

#[test]
fn a_dash_is_the_script_on_standard_input() {
    let folder = Script::new("stdin", "");
    folder.add("helper.lua", "return 'beside'");
    let from_stdin = |text: &str| {
        folder.add("main.lua", text);
        let file = std::fs::File::open(folder.folder.join("main.lua")).unwrap();
        finish(luatos(&["-", "one"]).current_dir(&folder.folder).stdin(file))
    };
    let run = from_stdin("print(arg[0], arg[1], ..., require 'helper')");
    assert_eq!(run.stdout, "- one one beside\n", "{run:?}");
    assert_eq!(run.status, Some(0));
    let run = from_stdin("\nerror 'here'");
    assert_eq!(run.status, Some(1));
    assert!(run.stderr.contains("stdin:2: here"), "{run:?}");
    // A script from standard input cannot be read again.
    let run = from_stdin("rtos.restart()");
    assert_eq!(run.status, Some(3));
    assert!(run.stderr.contains("standard input"), "{run:?}");
}

#[test]
fn standard_input_is_no_script_by_itself() {
    let script = Script::new("no-dash", "print 'ran'");
    let file = std::fs::File::open(script.folder.join("main.lua")).unwrap();
    let run = finish(luatos(&[]).stdin(file));
    assert_eq!((run.status, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("- for standard input"), "{run:?}");
}

#[test]
fn connect_to_goes_elsewhere_and_leaves_the_host_header_alone() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            request.push(byte[0]);
        }
        stream.write_all(b"HTTP/1.1 503 Busy\r\n\r\ncome back later\r\n").unwrap();
        String::from_utf8(request).unwrap()
    });
    let main = "require 'websocket' print(websocket.new('ws://121.40.165.18:8800/a').connect(
        websocket.new('ws://121.40.165.18:8800/a'), 10000))";
    let run = Script::new("connect-to", main).run(&["--connect-to", &format!("121.40.165.18:8800:127.0.0.1:{port}")]);
    assert_eq!(run.stdout, "false the server answered 503 Busy: come back later\n", "{run:?}");
    let request = server.join().unwrap();
    assert!(request.starts_with("GET /a HTTP/1.1\r\nHost: 121.40.165.18:8800\r\n"), "{request}");
}

#[test]
fn restart_runs_the_script_anew_with_the_reason_restart() {
    let main = "require 'sys' print('reason', rtos.poweron_reason())
        if rtos.poweron_reason() ~= rtos.POWERON_RESTART then sys.restart('test') end print('end')";
    let run = Script::new("restart", main).run(&["--timeout", "30"]);
    assert_eq!(run.stdout, "reason 0\n[W]-[sys.restart] test\nreason 3\nend\n", "{run:?}");
    assert_eq!(run.status, Some(0));
}

#[cfg(target_os = "linux")]
mod signals {
    use super::*;

    /// Starts a script that a Ctrl-C may end, and waits for its first line.
    fn start(command: &mut Command) -> std::process::Child {
        use std::os::unix::process::CommandExt;
        // SAFETY: `signal` may be called between fork and exec (POSIX: async-signal-safe), and allocates nothing.
        unsafe {
            command.pre_exec(|| {
                // A shell without job control has the programs that it runs in the background ignore it, and tests
                // inherit that.
                libc::signal(libc::SIGINT, libc::SIG_DFL);
                Ok(())
            });
        }
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut byte = [0];
        while byte[0] != b'\n' {
            child.stdout.as_mut().unwrap().read_exact(&mut byte).unwrap();
        }
        child
    }

    fn send(signal: &str, child: &std::process::Child) {
        let status = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert!(status.success());
    }

    #[test]
    fn ctrl_c_ends_a_waiting_and_a_busy_script() {
        use std::os::unix::process::ExitStatusExt;
        for main in [
            "require 'sys' print('on') sys.timerLoopStart(function() end, 100000) sys.run()",
            "print('on') while true do end",
        ] {
            let script = Script::new("ctrl-c", main);
            let mut child = start(&mut script.command(&[]));
            send("-INT", &child);
            assert_eq!(child.wait().unwrap().signal(), Some(2));
        }
    }

    #[test]
    fn the_signal_of_the_time_limit_does_nothing_if_it_comes_from_elsewhere() {
        let main = "print('on') local start = os.clock() repeat until os.clock() - start > 0.5 print('off')";
        let script = Script::new("urg", main);
        let mut child = start(&mut script.command(&["--timeout", "60"]));
        send("-URG", &child);
        let mut rest = String::new();
        child.stdout.take().unwrap().read_to_string(&mut rest).unwrap();
        assert_eq!((child.wait().unwrap().code(), rest.as_str()), (Some(0), "off\n"));
    }

    #[test]
    fn an_idle_script_uses_no_cpu() {
        let main = "require 'sys' require 'websocket' print('on') sys.timerLoopStart(function() end, 100000) sys.run()";
        let script = Script::new("idle", main);
        let mut child = start(&mut script.command(&[]));
        let used = || {
            let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap();
            let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
            fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
        };
        std::thread::sleep(Duration::from_millis(300));
        let before = used();
        std::thread::sleep(Duration::from_millis(700));
        // A loop that polls would use some 70 ticks of 10 ms.
        assert!(used() - before <= 7, "{} ticks", used() - before);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn ends_with_the_reader_of_its_output() {
        let script = Script::new("pipe", "require 'sys' sys.timerLoopStart(print, 5, 'line') sys.run()");
        let mut child = start(&mut script.command(&[]));
        drop(child.stdout.take());
        let start = Instant::now();
        while child.try_wait().unwrap().is_none() {
            assert!(start.elapsed() < LIMIT, "still running without a reader");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

#[test]
fn check_knows_the_main_script_that_is_named_without_a_folder() {
    let script = Script::new("check-main", "require 'sys'");
    script.add("other.lua", "");
    let mut command = luatos(&["check", "main.lua"]);
    let run = finish(command.current_dir(&script.folder));
    let unreached = run.stdout.split("so not checked:").nth(1).unwrap_or_default();
    assert_eq!(unreached.split_whitespace().next(), Some("other.lua"), "{}", run.stdout);
}
