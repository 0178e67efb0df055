//! `luatos main.lua`: the runner, with a Lua built in: 5.3, or 5.1 as `luatos-lua51`.

mod board;
mod check;
mod command_line;
mod completion;
mod console;
mod debugger;
mod doctor;
mod echo;
mod handover;
mod man;
mod new;
mod repl;
mod report;
mod restart;
mod run;
mod running;
mod state;
mod summary;
mod testing;
mod types;
mod vm;
mod watch;

use std::process::ExitCode;

use command_line::Command;

/// Exit status where the command line, the environment or `luatos.toml` is wrong.
const MISUSE: u8 = 2;

/// Runs the program.
pub fn main() -> ExitCode {
    restore_sigpipe();
    keep_freed_memory();
    let command = match command_line::parse(std::env::args_os()) {
        Ok(command) => command,
        Err(problem) => {
            return command_line::misuse(&problem);
        }
    };
    follow(command).unwrap_or_else(|problem| {
        report::error(&problem);
        ExitCode::FAILURE
    })
}

/// Does what the command line asks for.
fn follow(command: Command) -> Result<ExitCode, String> {
    match command {
        Command::Print(text) => report::answer(&text)?,
        Command::Echo { port, timeout } => echo::serve_alone(port, timeout)?,
        Command::Word(word) => return word.run(),
        Command::Run(run) => return run::run(*run),
    }
    Ok(ExitCode::SUCCESS)
}

/// Rust programs ignore SIGPIPE; one that prints for a living should end with its reader
/// (`luatos main.lua | head`). Sockets are unaffected: std writes to them with MSG_NOSIGNAL.
fn restore_sigpipe() {
    #[cfg(unix)]
    // SAFETY: sets a default disposition before any other thread exists.
    unsafe {
        libc::signal(libc::SIGPIPE, libc::SIG_DFL);
    }
}

/// Has glibc keep what is freed at the end of its heap, up to 64 MiB. Lua makes a string of each
/// message and frees it some messages later: at messages of some 100 KiB glibc would hand the memory
/// back to the kernel each time, and pay for every page when it asks again.
fn keep_freed_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: mallopt only sets numbers of the allocator; no other thread runs yet.
    unsafe {
        libc::mallopt(libc::M_TRIM_THRESHOLD, 64 << 20);
        libc::mallopt(libc::M_MMAP_THRESHOLD, 32 << 20);
    }
}
