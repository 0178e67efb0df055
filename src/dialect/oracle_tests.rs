//! Lua's own compilers as oracles: over the Lua files of this project, and over these with random changes, both
//! must say the same as the parser. Skipped where `luac5.3` or `luac5.1` is not installed. `LUATOS_SOURCES`
//! names a further folder of sources.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::{analyse, finding::Foreign, translate};
use crate::vm::Vm;

/// Changed copies of each file.
const CHANGES: usize = 4;

/// Whether a compiler accepts a source; none if it is not installed.
fn accepts(compiler: &str, source: &[u8]) -> Option<bool> {
    let mut command = Command::new(compiler);
    command.args(["-p", "-"]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().ok()?;
    // One that refuses a source early does not read the rest.
    let _ = child.stdin.take().expect("piped").write_all(source);
    Some(child.wait().expect("a status").success())
}

fn lua_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && !path.is_symlink() {
            lua_files(&path, files);
        } else if path.extension().is_some_and(|end| end == "lua") {
            files.push(path);
        }
    }
}

fn sources() -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for folder in ["lua", "examples", "tests/spec", "tests/support"] {
        lua_files(Path::new(folder), &mut files);
    }
    if let Some(folder) = std::env::var_os("LUATOS_SOURCES") {
        lua_files(Path::new(&folder), &mut files);
    }
    files.sort();
    files.into_iter().map(|path| (path.display().to_string(), fs::read(&path).expect("readable"))).collect()
}

/// A generator of numbers, the same in each run.
struct Numbers(u64);

impl Numbers {
    /// The numbers for a file: they depend on its name, so that a change to one file leaves the others' alone.
    fn of(name: &str) -> Self {
        Numbers(name.bytes().fold(0, |seed, byte| seed.wrapping_mul(31).wrapping_add(byte.into())))
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }
}

/// Pieces that changes put in.
const PIECES: [&str; 40] = [
    "end", "do", "then", "else", "(", ")", "{", "}", "[", "]", "=", ",", ";", ".", ":", "..", "...", "~=", "//", "not",
    "local", "function", "return", "break", "repeat", "until x", "\"", "'", "[[", "]]", "--", "--[[", "\n", " 0x1F ",
    " 3e2 ", "a", "goto a", "::a::", "\\", "%",
];

/// The beginning of a source with a piece put in or something taken out.
fn changed(source: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let start = numbers.below(source.len());
    let mut text = source[start..source.len().min(start + 1500)].to_vec();
    // From the start of a line on, so that some of them stay whole.
    let line = text.iter().position(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    text.drain(..line);
    for _ in 0..=numbers.below(2) {
        let at = numbers.below(text.len());
        let end = (at + numbers.below(12)).min(text.len());
        let piece = PIECES[numbers.below(PIECES.len())].as_bytes().to_vec();
        text.splice(at..if numbers.below(2) == 0 { at } else { end }, piece);
    }
    text
}

/// Asserts that the parser agrees with both compilers about a source that has nothing of the device's own.
fn agrees(name: &str, source: &[u8]) {
    let translation = translate(source, Vm::Lua53);
    let report = analyse(source);
    let is_own = |text: &[u8]| !matches!(&translation, Ok(done) if done.text == text);
    if translation.is_ok() && is_own(source) {
        return;
    }
    let Some(by_5_3) = accepts("luac5.3", source) else { return };
    let shown = || String::from_utf8_lossy(source).into_owned();
    match &report {
        // Lua looks for labels and counts locals only after the syntax.
        Ok(report) if !by_5_3 => {
            let has_goto = report.findings.iter().any(|found| matches!(found.what, Foreign::Goto | Foreign::Label));
            assert!(has_goto, "{name}: luac5.3 refuses what was accepted:\n{}", shown());
        }
        Err(error) => {
            let is_continue = error.message.contains("continue");
            assert!(!by_5_3 || is_continue, "{name}: {error}, but luac5.3 accepts:\n{}", shown());
        }
        Ok(_) => {}
    }
    let (Ok(report), Some(by_5_1)) = (&report, accepts("luac5.1", source)) else { return };
    let is_harmless = |what: &Foreign| {
        matches!(what, Foreign::Name(_) | Foreign::WaitInPcall(_) | Foreign::Escape(_) | Foreign::ContinueAsName)
    };
    let is_refused = report.findings.iter().any(|found| !is_harmless(&found.what));
    // 5.1 reads some hexadecimal fractions, as the C library does.
    let is_number = report.findings.iter().any(|found| matches!(found.what, Foreign::Number(_)));
    assert!(is_number || by_5_1 != is_refused, "{name}: {:?}; luac5.1 accepts: {by_5_1}\n{}", report.findings, shown());
}

#[test]
fn the_parser_agrees_with_the_compilers_of_lua() {
    if accepts("luac5.3", b"").is_none() {
        return;
    }
    for (name, source) in sources() {
        let mut numbers = Numbers::of(&name);
        let source = source.strip_prefix(b"\xef\xbb\xbf").map_or(source.as_slice(), |text| text);
        agrees(&name, source);
        for _ in 0..CHANGES {
            agrees(&name, &changed(source, &mut numbers));
        }
    }
}

/// Words of the device's own that changes put in.
const DEVICE_PIECES: [&str; 13] = [
    " continue ",
    " continue; ",
    " goto ",
    "goto = 1 ",
    " a.goto ",
    ":goto(1) ",
    "{ goto = 1 }",
    "\\/",
    "\\x4a",
    " while a do ",
    " repeat ",
    " until goto ",
    " if a then continue end ",
];

#[test]
fn what_is_translated_is_lua_5_3_with_the_same_lines() {
    let has_goto = |what: &Foreign| matches!(what, Foreign::Goto | Foreign::Label);
    is_lua_with_the_same_lines(Vm::Lua53, "luac5.3", has_goto);
}

#[test]
fn likewise_lua_5_1() {
    let is_refused = |what: &Foreign| !matches!(what, Foreign::Name(_) | Foreign::WaitInPcall(_) | Foreign::Escape(_));
    is_lua_with_the_same_lines(Vm::Lua51, "luac5.1", is_refused);
}

/// Of sources with words of the device; what `is_refused` names is no Lua of that version.
fn is_lua_with_the_same_lines(target: Vm, compiler: &str, is_refused: impl Fn(&Foreign) -> bool) {
    let mut accepted = 0;
    for (name, source) in sources() {
        let mut numbers = Numbers::of(&name);
        for _ in 0..CHANGES {
            let mut text = changed(&source, &mut numbers);
            for _ in 0..=numbers.below(2) {
                let at = numbers.below(text.len());
                let piece = DEVICE_PIECES[numbers.below(DEVICE_PIECES.len())].bytes();
                text.splice(at..at, piece);
            }
            let Ok(translation) = translate(&text, target) else { continue };
            let lines = |text: &[u8]| text.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count();
            assert_eq!(lines(&text), lines(&translation.text), "{name}");
            if translation.text.as_ref() == text {
                continue;
            }
            let shown = || format!("{name}:\n{}", String::from_utf8_lossy(&translation.text));
            let again = translate(&translation.text, target);
            assert!(matches!(again, Ok(again) if again.text == translation.text), "{}", shown());
            let is_refused =
                analyse(&text).is_ok_and(|report| report.findings.iter().any(|found| is_refused(&found.what)));
            assert!(is_refused || accepts(compiler, &translation.text) != Some(false), "{}", shown());
            accepted += 1;
        }
    }
    assert!(accepted > 0, "no change made a source of the device");
}
