//! The Luas of the runners: that which a source is translated for, and that of `--vm`.

use std::{fmt, str::FromStr};

/// A Lua that one of the runners has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vm {
    /// As its authors publish it: the device's own, where what fails there fails here.
    Lua51,
    /// Lua 5.3, with what scripts for the device need.
    Lua53,
}

impl Vm {
    /// The Lua of this program.
    pub const OURS: Vm = if cfg!(feature = "runner51") { Vm::Lua51 } else { Vm::Lua53 };

    /// Its version.
    #[must_use]
    pub const fn version(self) -> &'static str {
        match self {
            Vm::Lua51 => "5.1",
            Vm::Lua53 => "5.3",
        }
    }

    /// What the runner is called that has it.
    #[must_use]
    pub fn executable(self) -> &'static str {
        match self {
            Vm::Lua51 => "luatos-lua51",
            Vm::Lua53 => "luatos",
        }
    }
}

impl fmt::Display for Vm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.version())
    }
}

impl FromStr for Vm {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = [Vm::Lua51, Vm::Lua53].into_iter().find(|vm| vm.version() == text);
        found.ok_or_else(|| format!("5.1 or 5.3 expected, got {text:?}"))
    }
}
