//! What a source uses.

use super::finding::Finding;

/// What a source uses and what in it the device would refuse, in the order of the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Modules and files that it loads by a literal name.
    pub requirements: Vec<Requirement>,
    /// Globals, and fields of globals.
    pub mentions: Vec<Mention>,
    /// What Lua 5.3 accepts and the device does not.
    pub findings: Vec<Finding>,
    /// Whether it calls `module`: its globals are fields of the module then.
    pub is_module: bool,
}

/// A module or file that a source loads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// `require "NAME"`, or the path given to `dofile` or `loadfile`.
    pub name: Vec<u8>,
    /// Whether it is the path of a file rather than the name of a module.
    pub is_path: bool,
    /// The line, from 1.
    pub line: usize,
}

/// One use of a global, or of a field of a global.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// `print`, or `uart.setup`. A local that holds a module or a global (`local u = uart`) goes by that
    /// one's name.
    pub name: Vec<u8>,
    /// The line, from 1.
    pub line: usize,
    /// What is done with it.
    pub way: Way,
}

/// What is done with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It is called.
    Called,
    /// Its value is used.
    Read,
    /// The source looks whether it is there: `if x`, `x and`, `not x`, `x == nil`.
    Tested,
    /// It gets a value.
    Assigned,
}
