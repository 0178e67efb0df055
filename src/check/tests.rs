use std::{collections::BTreeSet, fs};

use super::{Found, Machine, Subject, Surface, Verdict, check};
use crate::device::files::scratch::Scratch;

fn surface() -> Surface {
    let set = |names: &str| names.split_whitespace().map(str::to_owned).collect::<BTreeSet<_>>();
    let stock = "print require string string.format module pcall package package.seeall";
    Surface {
        names: set(&format!("{stock} uart uart.setup rtos rtos.tick sys sys.wait sys.taskInit")),
        stock: set(stock),
        modules: set("sys"),
        requirements: [("net".to_owned(), vec!["sys".to_owned()])].into(),
        package_path: String::new(),
    }
}

/// Has what the surface names, and accepts every source.
struct Names(Surface);

impl Machine for Names {
    fn compile(&self, _: &[u8], _: &str) -> Result<(), String> {
        Ok(())
    }

    fn find(&self, name: &str) -> Found {
        if self.0.names.contains(name) { Found::Function } else { Found::Nothing }
    }
}

fn verdict(files: &[(&str, &str)]) -> Verdict {
    let scratch = Scratch::with(&[]);
    for (name, text) in files {
        fs::write(scratch.path().join(name), text).unwrap();
    }
    let subject = Subject {
        main: scratch.path().join("main.lua"),
        files: None,
        libs: Vec::new(),
        data: None,
        ours: Default::default(),
    };
    check(&subject, &surface(), &Names(surface())).unwrap()
}

/// Asserts that the report has a line that begins with each text, after its blanks.
fn has_lines(verdict: &Verdict, lines: &[&str]) {
    for expected in lines {
        let squeeze = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        let found = verdict.text.lines().map(squeeze).any(|line| line.contains(expected));
        assert!(found, "{expected} in\n{}", verdict.text);
    }
}

#[test]
fn a_project_that_is_all_there_is_good() {
    let verdict = verdict(&[
        ("main.lua", "require 'sys' require 'a'\nuart.setup(1)\nsys.wait(rtos.tick())\na.run() b = 1 print(b)"),
        ("a.lua", "module(..., package.seeall)\nfunction run() helper() uart.setup(2) end\nfunction helper() end"),
    ]);
    assert!(verdict.is_good, "{}", verdict.text);
    has_lines(
        &verdict,
        &[
            "runs sys built in main.lua:1",
            "main.lua:1",
            "simulated uart.setup main.lua:2, a.lua:2",
            "runs rtos.tick main.lua:3",
            "2 files, 2 modules (0 absent); of the core 1 run, 1 simulated, 0 absent; 0 errors",
        ],
    );
}

#[test]
fn a_module_that_nothing_requires_is_hinted_at() {
    let text = |main, other| verdict(&[("main.lua", main), ("a.lua", other)]);
    let hint = "sys main.lua:2, a.lua:1; add: require \"sys\"";
    let missing = text("require 'a'\nsys.wait(1)", "sys.taskInit(print)");
    has_lines(&missing, &["Hints: used, but no file of the project requires it", hint]);
    assert!(missing.is_good, "{}", missing.text);
    for (main, other) in [
        ("require 'a'\nsys.wait(1)", "require 'sys'"),
        ("local sys = require 'sys'\nsys.wait(1)", ""),
        ("sys = {}\nsys.wait(1)", ""),
        ("require 'sys'\nsys.wait(1)", ""),
    ] {
        let verdict = text(main, other);
        assert!(!verdict.text.contains("Hints"), "{}", verdict.text);
    }
}

#[test]
fn what_is_absent_or_misspelt_is_named() {
    let verdict = verdict(&[(
        "main.lua",
        "require 'nothing' require 'Sys'\nuart.stup()\nSys.wait(1)\nlvgl.init()\nprnt(1)\nrequire 'sys'\nsys.taskinit(f)",
    )]);
    assert!(!verdict.is_good);
    has_lines(
        &verdict,
        &[
            "absent nothing no file main.lua:1; a library's folder is given by --lib",
            "absent Sys no file main.lua:1; did you mean sys?",
            "absent uart.stup main.lua:2; did you mean uart.setup?",
            "absent Sys.wait main.lua:3; did you mean sys.wait?",
            "absent lvgl.init main.lua:4",
            "absent prnt main.lua:5; did you mean print?",
            "absent sys.taskinit main.lua:7; did you mean sys.taskInit?",
        ],
    );
}

#[test]
fn modules_that_only_the_library_has_say_how_to_get_it() {
    let verdict = verdict(&[("main.lua", "local a = 1\nrequire 'gps'\nrequire 'uiWin'")]);
    assert!(!verdict.is_good);
    has_lines(
        &verdict,
        &[
            "absent gps of LuatOS-Air's library main.lua:2",
            "Only LuatOS-Air's own library has gps, uiWin: luatos --lib DIR PROJECT",
        ],
    );
}

#[test]
fn what_a_built_in_module_lacks_may_be_in_the_library() {
    let verdict = verdict(&[("main.lua", "require 'sys'\nsys.daydream()")]);
    has_lines(
        &verdict,
        &["absent sys.daydream main.lua:2; not in the built-in sys; a library's folder is given by --lib"],
    );
}

#[test]
fn files_of_a_library_are_listed_from_its_folder_on() {
    let (project, library) = (Scratch::with(&[]), Scratch::with(&[]));
    fs::write(project.path().join("main.lua"), "require 'a'").unwrap();
    fs::write(library.path().join("a.lua"), "require 'nothing'").unwrap();
    let subject = Subject {
        main: project.path().join("main.lua"),
        files: None,
        libs: vec![library.path().to_owned()],
        data: None,
        ours: Default::default(),
    };
    let verdict = check(&subject, &surface(), &Names(surface())).unwrap();
    let name = library.path().file_name().unwrap().to_string_lossy();
    has_lines(&verdict, &[&format!("library: {name}/a.lua main.lua:1"), &format!(" {name}/a.lua:1")]);
}

#[test]
fn what_a_project_looks_for_first_may_be_absent() {
    let verdict = verdict(&[("main.lua", "if rtos.later then rtos.later() end\nif lvgl then lvgl.init() end")]);
    assert!(verdict.is_good, "{}", verdict.text);
    has_lines(&verdict, &["rtos.later main.lua:1", "lvgl.init main.lua:2"]);
}

#[test]
fn a_module_that_nothing_requires_may_be_spoken_of() {
    let verdict = verdict(&[("main.lua", "function f() record.getSize() end"), ("record.lua", "")]);
    assert!(verdict.is_good, "{}", verdict.text);
    has_lines(&verdict, &["record.getSize main.lua:1"]);
}

#[test]
fn errors_and_what_the_device_refuses_have_their_lines() {
    let verdict = verdict(&[
        ("main.lua", "require 'a'\nfor i = 1, 2 do continue end\nlocal x = 5 // 2"),
        ("a.lua", "\nx = = 1"),
        ("b.lua", ""),
    ]);
    assert!(!verdict.is_good);
    has_lines(
        &verdict,
        &[
            "a.lua:2: unexpected symbol near '='",
            "main.lua:3: the operator // does not exist",
            "Not required by a literal name, so not checked:",
            "b.lua",
        ],
    );
}

#[test]
fn a_file_that_requires_itself_is_an_error() {
    let verdict = verdict(&[
        ("main.lua", "require 'sys' require 'a' require 'b'"),
        ("sys.lua", "require 'sys'"),
        ("a.lua", "\nrequire 'a'"),
        ("b.lua", "module(...)\nrequire 'b'"),
    ]);
    assert!(!verdict.is_good);
    has_lines(
        &verdict,
        &[
            "sys.lua:1: this file requires itself, which never ends; rename the file to reach the module sys of LuatOS",
            "a.lua:2: this file requires itself, which never ends",
            "2 errors",
        ],
    );
}

#[test]
fn a_table_is_meant_only_if_it_has_the_field() {
    let verdict = verdict(&[("main.lua", "uarts.close() uarts.setup()")]);
    has_lines(&verdict, &["absent uarts.setup main.lua:1; did you mean uart.setup?"]);
    assert!(!verdict.text.contains("uart.close?"), "{}", verdict.text);
}
