use std::borrow::Cow;

use super::{Content, Way, analyse, content, finding::Foreign, is_incomplete, translate};
use crate::vm::Vm;

#[track_caller]
fn translated(source: &str) -> String {
    let translation = translate(source.as_bytes(), Vm::Lua53).unwrap_or_else(|error| panic!("{error}: {source}"));
    let text = String::from_utf8(translation.text.into_owned()).unwrap();
    assert_eq!(text.matches('\n').count(), source.matches('\n').count(), "{text}");
    text
}

#[track_caller]
fn problem(source: &str) -> String {
    match translate(source.as_bytes(), Vm::Lua53) {
        Err(error) => error.to_string(),
        Ok(translation) => panic!("accepted as {}", String::from_utf8_lossy(&translation.text)),
    }
}

fn findings(source: &str) -> Vec<Foreign> {
    analyse(source.as_bytes()).unwrap().findings.into_iter().map(|finding| finding.what).collect()
}

#[test]
fn a_source_without_peculiarities_is_not_copied() {
    for source in [
        "local url = \"http://host/a\\tb\" -- continue \"\\/\"\nprint [[goto \\/]]",
        "while x do ::continue:: goto continue end",
        "local continue = 1 continue = continue + 1 print(continue)",
        "#!not a comment here",
        "x = = 1",
        "",
    ] {
        assert!(
            matches!(translate(source.as_bytes(), Vm::Lua53).map(|t| t.text), Ok(Cow::Borrowed(_)) | Err(_)),
            "{source}"
        );
    }
}

#[track_caller]
fn translated_for_5_1(source: &str) -> String {
    let translation = translate(source.as_bytes(), Vm::Lua51).unwrap_or_else(|error| panic!("{error}: {source}"));
    String::from_utf8(translation.text.into_owned()).unwrap()
}

#[test]
fn for_lua_5_1_continue_is_the_break_of_a_loop_that_runs_once() {
    assert_eq!(
        translated_for_5_1("while a do\nif b then continue end\nc() end"),
        "while a do\nrepeat if b then break end\nc()  until true end"
    );
    assert_eq!(
        translated_for_5_1("repeat local a = f() if a then continue end break until a"),
        "repeat local a = f() local broken_1 repeat if a then break end broken_1 = true break  until true if broken_1 then \
         break end until a"
    );
    // What breaks before that leaves the loop by itself; so does what breaks another loop.
    let text = translated_for_5_1("for i in f do if i then break end while i do break end continue end");
    assert_eq!(text, "for i in f do if i then break end while i do break end repeat break  until true end");
}

#[test]
fn for_lua_5_1_hexadecimal_escapes_are_decimal() {
    assert_eq!(translated_for_5_1(r#"f("\x41\xfF1\\x41")"#), r#"f("\065\2551\\x41")"#);
}

#[test]
fn what_lua_5_1_has_by_itself_stays_for_it() {
    for source in ["goto = 1", "return '\\/'", "function f(...) return arg end", "return 7 // 2"] {
        assert!(matches!(translate(source.as_bytes(), Vm::Lua51).unwrap().text, Cow::Borrowed(_)), "{source}");
    }
    assert!(translate(b"local continue = 1", Vm::Lua51).is_err());
}

#[test]
fn continue_becomes_a_jump_to_the_end_of_the_loop() {
    assert_eq!(
        translated("while a do\nif b then continue end\nc() end"),
        "while a do\ndo if b then goto continue_1 end\nc()  end ::continue_1:: end"
    );
    assert_eq!(
        translated("for i = 1, 2 do local x = i; continue; end"),
        "for i = 1, 2 do local x = i; do goto continue_1;  end ::continue_1:: end"
    );
}

#[test]
fn locals_before_the_continue_stay_visible_to_until() {
    assert_eq!(
        translated("repeat local a = f() if a then continue end local b until a"),
        "repeat local a = f() do if a then goto continue_1 end local b  end ::continue_1:: until a"
    );
}

#[test]
fn labels_differ_from_the_names_of_the_source() {
    let text = translated("local continue_1 while a do for b in c do continue end continue end");
    assert!(text.contains("goto continue__2") && text.contains("::continue__1::"), "{text}");
}

#[test]
fn what_the_device_refuses_about_continue_is_an_error() {
    assert_eq!(problem("\ncontinue"), "2: <continue> at line 2 not inside a loop");
    assert_eq!(problem("while a do f(function() continue end) end"), "1: <continue> at line 1 not inside a loop");
    assert_eq!(problem("while a do continue b() end"), "1: 'end' expected near 'b'");
    assert_eq!(problem("repeat continue b() until a"), "1: 'until' expected near 'b'");
    let skipped = problem("repeat\nif a then continue end\nlocal b = 1\nuntil b");
    assert!(skipped.starts_with("4: 'until' uses the local 'b'") && skipped.contains("line 2"), "{skipped}");
    assert!(problem("repeat if a then continue end local b until (function() return b end)()").contains("'b'"));
    translated("repeat if a then continue end local b until (function(c) return c end)()");
    translated("repeat local b repeat if a then continue end local c until b until b");
}

#[test]
fn odd_escapes_lose_their_backslash() {
    assert_eq!(translated(r#"print("a\/b\.c\\\"\'\n\065\x41\-")"#), r#"print("a/b.c\\\"\'\n\065\x41-")"#);
    assert_eq!(translated("print('\\\r\n\\%')"), "print('\\\r\n%')");
    assert_eq!(translated(r#"print("\u4f60\u{4f60}")"#), r#"print("u4f60\u{4f60}")"#);
    assert!(problem("x = '\\/' .. '\\xZ1'").starts_with("1: hexadecimal digit expected near"));
}

#[test]
fn goto_is_a_name_where_it_is_no_statement() {
    for (source, expected) in [
        ("goto = 1", "_ENV[\"goto\"] = 1"),
        ("local goto = goto return goto", "local goto_1 = _ENV[\"goto\"] return goto_1"),
        ("t.goto = t.a.goto.b", "t[\"goto\"] = t.a[\"goto\"].b"),
        ("t = { goto = 1, a = goto }", "t = { [\"goto\"] = 1, a = _ENV[\"goto\"] }"),
        ("function t.goto(a) end", " t[\"goto\"] = function(a) end"),
        ("function t:goto() end", " t[\"goto\"] = function(self) end"),
        ("function goto() end", " _ENV[\"goto\"] = function() end"),
        ("goto x", "goto x"),
    ] {
        assert_eq!(translated(source), expected);
    }
    let call = "(function(o, ...) return o[\"goto\"](o, ...) end)(";
    assert_eq!(translated("t:goto(1)"), format!(";{call}t, 1)"));
    assert_eq!(translated("t:goto():goto 'a'"), format!(";{call}{call}t),  'a')"));
}

#[test]
fn functions_with_dots_get_the_arg_that_they_use() {
    let table = " local arg=(\"\"):luatos_arguments(...);";
    for (source, expected) in [
        ("function f(...) return arg.n end", format!("function f(...){table} return arg.n end")),
        ("f(function(a, ...)\nreturn arg end)", format!("f(function(a, ...){table}\nreturn arg end)")),
        ("function f(...) g(arg, ...) end", "function f(...) local arg; g(arg, ...) end".into()),
        (
            "function f(...) g(function() return arg end) end",
            format!("function f(...){table} g(function() return arg end) end"),
        ),
    ] {
        assert_eq!(translated(source), expected);
    }
    for source in [
        "print(arg, ...)",
        "function f() return arg end return ...",
        "function f(...) local arg = { ... } return arg end",
        "function f(...) return t.arg, function(arg) return arg end end",
    ] {
        assert_eq!(translated(source), source);
    }
    let report = analyse(b"function f(...) return arg.n end print(arg)").unwrap();
    let names: Vec<_> = report.mentions.iter().map(|mention| mention.name.as_slice()).collect();
    assert_eq!(names, [b"f".as_slice(), b"arg", b"print"]);
}

#[test]
fn encodings_are_left_alone() {
    let gbk = b"print('\xc4\xe3\\/') -- \xba\xc3";
    assert_eq!(translate(gbk, Vm::Lua53).unwrap().text.as_ref(), b"print('\xc4\xe3/') -- \xba\xc3");
}

#[test]
fn files_begin_with_a_mark_a_comment_or_a_compiled_chunk() {
    assert_eq!(content(b"#!/bin/lua\nx"), Content::Source(b"\nx"));
    assert_eq!(content(b"\xef\xbb\xbfx"), Content::Source(b"x"));
    assert_eq!(content(b"\x1bLuaQ"), Content::CompiledForAnother);
    assert_eq!(content(b"\x1bLuaS"), Content::Compiled);
    assert_eq!(content(b"#"), Content::Source(b""));
}

#[test]
fn what_only_lua_5_3_has_is_found() {
    for source in ["a = b // 2", "a = b & 2", "a = b ~ 2", "a = ~b", "a = b << 1"] {
        assert!(matches!(findings(source)[..], [Foreign::Operator(_)]), "{source}");
        assert!(translate(source.as_bytes(), Vm::Lua53).unwrap().foreign.is_some(), "{source}");
    }
    assert!(translate(b"::a:: goto a", Vm::Lua53).unwrap().foreign.is_some_and(|found| found.what == Foreign::Label));
    for (source, expected) in [
        ("::a:: goto a", vec![Foreign::Label, Foreign::Goto]),
        ("print('\\z  a\\u{41}')", vec![Foreign::Escape('z'), Foreign::Escape('u')]),
        ("a = [[ [[ ]]", vec![Foreign::NestedLongBracket]),
        ("local u = table.unpack", vec![Foreign::Name("table.unpack".into())]),
        ("utf8.char(1)", vec![Foreign::Name("utf8.char".into())]),
        ("f\n(1)", vec![Foreign::AmbiguousCall]),
        ("pcall(function() sys.wait(1) end)", vec![Foreign::WaitInPcall("sys.wait".into())]),
        ("pcall(function() f(function() sys.wait(1) end) end)", vec![]),
        ("local unpack = unpack or table.unpack", vec![Foreign::Name("table.unpack".into())]),
        ("if table.pack then end", vec![]),
        ("local table = {} table.pack()", vec![]),
    ] {
        assert_eq!(findings(source), expected, "{source}");
    }
}

#[test]
fn uses_are_listed_with_what_is_done() {
    let source =
        "local u = require 'uart'\nu.setup(1)\nif rtos.x then rtos.x() end\nfunction f() g = pio.P0 end\n_G.h()";
    let report = analyse(source.as_bytes()).unwrap();
    let requirements: Vec<_> = report.requirements.iter().map(|r| (r.name.as_slice(), r.line)).collect();
    assert_eq!(requirements, [(b"uart".as_slice(), 1)]);
    let mentions: Vec<_> =
        report.mentions.iter().map(|m| (std::str::from_utf8(&m.name).unwrap(), m.line, m.way)).collect();
    assert_eq!(
        mentions,
        [
            ("require", 1, Way::Called),
            ("uart.setup", 2, Way::Called),
            ("rtos.x", 3, Way::Tested),
            ("rtos.x", 3, Way::Called),
            ("f", 4, Way::Assigned),
            ("g", 4, Way::Assigned),
            ("pio.P0", 4, Way::Read),
            ("h", 5, Way::Called),
        ]
    );
}

#[test]
fn errors_are_worded_as_lua_words_them() {
    for (source, expected) in [
        ("x = = 1", "1: unexpected symbol near '='"),
        ("if a then\n\nf(", "3: unexpected symbol near <eof>"),
        ("if a then\n\nf()", "3: 'end' expected (to close 'if' at line 1) near <eof>"),
        ("x = 'abc\n'", "1: unfinished string near ''abc'"),
        ("x = 3..2", "1: malformed number near '3..2'"),
        ("x = [[\n", "2: unfinished long string (starting at line 1) near '<eof>'"),
        ("function f() return ... end", "1: cannot use '...' outside a vararg function near '...'"),
        ("f() = 1", "1: syntax error near '='"),
        ("break", "1: <break> at line 1 not inside a loop near <eof>"),
        ("local 1", "1: <name> expected near '1'"),
        ("print（1)", "1: syntax error near '（': did you mean '(' (half-width)?"),
        ("f(1，2)", "1: ')' expected near '，': did you mean ',' (half-width)?"),
        (
            "local 温度 = 1",
            "1: <name> expected near '温度': names have English letters, digits and _ only; other text stands in quotes",
        ),
        ("x = = 1\nprint（1)", "1: unexpected symbol near '='"),
    ] {
        assert_eq!(analyse(source.as_bytes()).unwrap_err().to_string(), expected, "{source}");
    }
}

#[test]
fn errors_for_lua_5_1_are_worded_as_it_words_them() {
    for (source, expected) in [
        ("x == 1", "1: '=' expected near '=='"),
        ("a.b", "1: '=' expected near '<eof>'"),
        ("f(", "1: unexpected symbol near '<eof>'"),
        ("(1)", "1: syntax error near '<eof>'"),
        ("break", "1: no loop to break near '<eof>'"),
        ("local 1", "1: '<name>' expected near '1'"),
        ("t.1", "1: '=' expected near '.1'"),
        ("function f(a,) end", "1: <name> or '...' expected near ')'"),
        ("local continue", "1: '<name>' expected near 'continue'"),
        ("for i = 1, 2 do", "1: 'end' expected near '<eof>'"),
    ] {
        // Only a source that needs a change is parsed.
        let source = format!("y = '\\x41' {source}");
        assert_eq!(translate(source.as_bytes(), Vm::Lua51).unwrap_err().to_string(), expected, "{source}");
    }
}

#[test]
fn an_incomplete_input_wants_another_line() {
    for text in
        ["for i = 1, 3 do", "f(", "x =", "1 +", "{ 1,", "while true do\nif a then continue end", "x = [[\n", "--[["]
    {
        assert!(is_incomplete(text), "{text}");
    }
    for text in ["", "1 + 1", "x = 1", "f()", "x = = 1", "return 1", "break", "'abc", "end", "-- f(", "if a then end"] {
        assert!(!is_incomplete(text), "{text}");
    }
}

#[test]
fn deep_nesting_is_an_error() {
    let deep = "(".repeat(100_000);
    assert!(analyse(deep.as_bytes()).unwrap_err().message.contains("too many C levels"));
    assert!(analyse("while a do ".repeat(100_000).as_bytes()).is_err());
    assert!(analyse("f{".repeat(100_000).as_bytes()).is_err());
    assert!(analyse(("x = ".to_owned() + &"function() return ".repeat(100_000)).as_bytes()).is_err());
}

/// Each of these takes minutes where a step looks at the whole source.
#[test]
fn a_large_source_takes_a_time_that_grows_with_its_size() {
    for line in [
        "for i = 1, 2 do if i then continue end f(i) end\n",
        "do local goto = 1 t.goto = goto end\n",
        "t:goto(1):goto(2)\n",
    ] {
        let text = translated(&line.repeat(40_000));
        assert_eq!(text.lines().count(), 40_000);
    }
}
