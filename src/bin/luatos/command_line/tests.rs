use std::path::PathBuf;

use websocket::{Pace, Topics, lua::Property};

use super::*;

fn run(arguments: &[&str]) -> Run {
    match read(arguments) {
        Ok(Command::Run(run)) => *run,
        other => panic!("{other:?}"),
    }
}

fn file(path: &str) -> Script {
    Script::File(path.into())
}

fn read(arguments: &[&str]) -> Result<Command, String> {
    parse(std::iter::once(&"luatos").chain(arguments).map(OsString::from))
}

fn problem(arguments: &[&str]) -> String {
    read(arguments).unwrap_err()
}

#[test]
fn the_definition_is_sound() {
    line().debug_assert();
}

#[test]
fn options_before_the_script_are_ours_and_those_behind_it_the_scripts() {
    let run = run(&["--strict", "--timeout=1.5", "--connect-to", "a:1:b:2", "main.lua", "--trace", "--", "-x", "test"]);
    let options = run.options;
    assert!(options.strict && options.device.trace.is_none() && options.echo.is_none());
    assert_eq!(options.timeout, Some(Duration::from_millis(1500)));
    assert_eq!(options.device.redirects.len(), 1);
    assert_eq!(run.arguments, ["--trace", "--", "-x", "test"]);
}

#[test]
fn the_last_of_an_option_counts() {
    assert_eq!(
        run(&["--timeout", "1", "--strict", "--timeout", "2", "--strict", "m.lua"]).options.timeout,
        Some(Duration::from_secs(2))
    );
}

#[test]
fn echo_has_a_port_if_one_is_joined_to_it() {
    for (arguments, port, project) in
        [(["--echo", "1234"], 0, file("1234")), (["--echo=1234", "-"], 1234, Script::StandardInput)]
    {
        let run = run(&arguments);
        assert_eq!((run.options.echo, run.script), (Some(port), project));
    }
    assert!(problem(&["--echo=65536", "m.lua"]).contains("\"65536\""));
}

#[test]
fn folders_and_properties_of_the_device() {
    let options = run(&["--lib", "src", "--lib=lua", "--data", "d", "--erase", "--modem", "flash=23", "m.lua"]).options;
    assert_eq!(options.device.libs, [PathBuf::from("src"), PathBuf::from("lua")]);
    assert_eq!(options.data, Some(PathBuf::from("d")));
    assert!(options.erase);
    assert_eq!(options.device.modem, [Property("flash".into(), "23".into())]);
}

#[test]
fn trace_without_topics_shows_all() {
    assert_eq!(run(&["--trace", "at"]).options.device.trace, Some(Topics::ALL));
    assert_eq!(run(&["--trace=at,pin", "m.lua"]).options.device.trace, Some("pin,at".parse().unwrap()));
}

#[test]
fn instant_without_a_value_is_the_default() {
    assert_eq!(run(&["--instant", "m.lua"]).options.device.pace().instant, Some(Pace::SETTLING));
    let pace = run(&["--speed=2", "--instant=7", "m.lua"]).options.device.pace();
    assert_eq!((pace.speed, pace.instant), (Some(2.0), Some(Duration::from_millis(7))));
}

#[test]
fn options_of_a_command_stand_before_or_behind_its_name() {
    for arguments in [["--lib", "src", "--strict", "check", "m.lua"], ["check", "--lib", "src", "m.lua", "--strict"]] {
        let Ok(Command::Word(Word::Check(check))) = read(&arguments) else { panic!("{arguments:?}") };
        assert!(format!("{check:?}").contains("libs: [\"src\"]"), "{check:?}");
    }
    assert!(matches!(
        read(&["--lib", "src", "test", "--lib=lua", "a", "--", "--verbose"]),
        Ok(Command::Word(Word::Test(_)))
    ));
    assert!(problem(&["--console", "test"]).contains("--console: not for luatos test"));
}

#[test]
fn a_project_may_be_called_like_a_command() {
    for arguments in [["--strict", "./test", "x"], ["--", "test", "x"]] {
        assert_eq!(run(&arguments).arguments, ["x"]);
    }
    assert_eq!(run(&["--scenario", "test", "m.lua"]).script, file("m.lua"));
}

#[test]
#[cfg(unix)]
fn paths_and_arguments_need_not_be_utf_8() {
    use std::os::unix::ffi::OsStringExt;
    let odd = || OsString::from_vec(b"\xff".to_vec());
    let words = [OsString::from("luatos"), "--scenario".into(), odd(), odd(), odd()];
    let Ok(Command::Run(run)) = parse(words) else { panic!() };
    assert_eq!((run.options.scenario, run.script, run.arguments), (Some(odd()), Script::File(odd()), vec![odd()]));
    let problem = parse([OsString::from("luatos"), "--timeout".into(), odd()]).unwrap_err();
    assert!(problem.contains("--timeout: UTF-8 expected"), "{problem}");
}

#[test]
fn errors_name_the_value() {
    assert!(problem(&["--timeout", "soon", "m.lua"]).contains("\"soon\""));
    assert!(problem(&["--timeout", "0", "m.lua"]).contains("\"0\""));
    assert!(problem(&["--connect-to", "a:b", "m.lua"]).contains("\"a:b\""));
    assert!(problem(&["--modem", "flash", "m.lua"]).contains("\"flash\""));
    assert!(problem(&["--modem", "flush=1", "m.lua"]).contains("\"flush\""));
    assert!(problem(&["--modem", "signal=32", "m.lua"]).contains("signal: 0 to 31, or 99 expected, got \"32\""));
    assert!(problem(&["--lib", "/nonexistent", "m.lua"]).contains("\"/nonexistent\""));
    assert!(problem(&["--data", file!(), "m.lua"]).contains(file!()));
    assert!(problem(&["--trace=at,smz", "m.lua"]).contains("got \"smz\""));
    assert!(problem(&["--console", "-"]).contains("standard input"));
    assert!(problem(&["--console", "--uart", "1=stdio", "m.lua"]).contains("--uart N=stdio"));
    assert!(problem(&["--frobnicate"]).contains("--frobnicate"));
    assert!(problem(&["--strickt", "m.lua"]).contains("did you mean --strict?"));
    assert!(problem(&[]).contains("which script"));
}
