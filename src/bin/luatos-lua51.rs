//! `luatos-lua51`: the runner once more, with Lua 5.1 built in. `luatos --vm 5.1` starts it.

use std::process::ExitCode;

#[path = "luatos/main.rs"]
mod luatos;

fn main() -> ExitCode {
    luatos::main()
}
