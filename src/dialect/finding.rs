//! What Lua 5.3 accepts and the device's Lua does not.

use std::fmt;

/// One place of a source that works here and not on the device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The line, from 1.
    pub line: usize,
    /// What is there.
    pub what: Foreign,
}

/// What the device's Lua does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// An operator of Lua 5.3, such as `//`.
    Operator(String),
    /// The statement `goto`.
    Goto,
    /// A label `::name::`.
    Label,
    /// A `;` that follows no statement.
    EmptyStatement,
    /// A `break` with a statement after it.
    BreakInside,
    /// An escape sequence, `\z` or `\u`, that means other characters there.
    Escape(char),
    /// `[[` within `[[ ... ]]`.
    NestedLongBracket,
    /// A number with a letter right after it, or a hexadecimal fraction.
    Number(String),
    /// A call whose `(` begins a line, which 5.1 refuses as ambiguous.
    AmbiguousCall,
    /// `continue` as a name.
    ContinueAsName,
    /// `_ENV` or a function of a library that 5.1 does not have, such as `table.pack`.
    Name(String),
    /// A call that waits within a function that `pcall` runs: a task cannot yield through `pcall` there.
    WaitInPcall(String),
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Foreign::Operator(text) => write!(f, "the operator {text} does not exist in the device's Lua 5.1"),
            Foreign::Goto => write!(f, "the device's Lua 5.1 has no goto statement"),
            Foreign::Label => write!(f, "the device's Lua 5.1 has no labels"),
            Foreign::EmptyStatement => write!(f, "a ';' without a statement is an error in the device's Lua 5.1"),
            Foreign::BreakInside => write!(f, "in the device's Lua 5.1 break must be the last statement of its block"),
            Foreign::Escape(letter) => write!(f, "\"\\{letter}\" is just \"{letter}\" in the device's Lua 5.1"),
            Foreign::NestedLongBracket => {
                write!(f, "\"[[\" within \"[[ ]]\" is an error in the device's Lua 5.1; write [=[ ]=] outside")
            }
            Foreign::Number(text) => write!(f, "the device's Lua 5.1 does not read the number {text} as meant here"),
            Foreign::AmbiguousCall => {
                write!(f, "a call whose '(' begins a line is an error in the device's Lua 5.1 (ambiguous syntax)")
            }
            Foreign::ContinueAsName => write!(f, "continue is a reserved word on the device, not a name"),
            Foreign::Name(name) => write!(f, "{name} does not exist in the device's Lua 5.1"),
            Foreign::WaitInPcall(name) => {
                write!(f, "{name} within pcall fails on the device: a task cannot wait inside pcall there")
            }
        }
    }
}

/// Functions of Lua's libraries that came after 5.1. The rest of `utf8` is not listed one by one.
pub(super) const LATER_NAMES: &[&str] = &[
    "_ENV",
    "utf8",
    "rawlen",
    "bit32",
    "table.pack",
    "table.unpack",
    "table.move",
    "string.pack",
    "string.unpack",
    "string.packsize",
    "math.tointeger",
    "math.type",
    "math.ult",
    "math.maxinteger",
    "math.mininteger",
    "coroutine.isyieldable",
    "package.searchers",
    "package.searchpath",
    "debug.upvalueid",
    "debug.upvaluejoin",
    "debug.getuservalue",
    "debug.setuservalue",
];

/// Calls that wait in a task.
pub(super) const WAITS: &[&str] = &["sys.wait", "sys.waitUntil", "sys.waitUntilExt", "coroutine.yield"];
