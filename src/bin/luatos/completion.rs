//! `luatos completion SHELL`: the script by which a shell completes command lines.

use std::process::ExitCode;

use clap::{Arg, Args, Command};
use clap_complete::Shell;

use super::{command_line, report};

/// Print the script that completes command lines in a shell
///
/// For bash: luatos completion bash > ~/.local/share/bash-completion/completions/luatos
/// For zsh: luatos completion zsh > DIR/_luatos, where DIR is a folder of fpath
/// For fish: luatos completion fish > ~/.config/fish/completions/luatos.fish
#[derive(Args, Clone, Debug)]
#[command(override_usage = "luatos completion SHELL", verbatim_doc_comment)]
pub struct Completion {
    /// The shell
    shell: Option<Shell>,
}

impl Completion {
    /// Prints the script.
    ///
    /// # Errors
    /// Standard output does not take it.
    pub fn run(&self) -> Result<ExitCode, String> {
        let Some(shell) = self.shell else {
            return Ok(command_line::misuse("which shell? For example: luatos completion bash"));
        };
        let mut script = Vec::new();
        let line = command_line::line();
        let mut line = if shell == Shell::Zsh { without_project(&line) } else { line };
        clap_complete::generate(shell, &mut line, "luatos", &mut script);
        let script = String::from_utf8_lossy(&script);
        let script = match shell {
            Shell::Bash => script.into_owned() + BASH_FILES,
            Shell::Zsh => script.replacen(ZSH_COMMANDS, ZSH_COMMANDS_AND_FILES, 1),
            Shell::Fish => script.into_owned() + &fish_values(&command_line::line()),
            _ => script.into_owned(),
        };
        report::answer(&script)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The command line without the project: in zsh's script commands would stand behind one, and none have arguments.
fn without_project(line: &Command) -> Command {
    let options = line.get_arguments().filter(|argument| !argument.is_positional()).cloned();
    Command::new("luatos").version("").args(options).subcommands(line.get_subcommands().cloned())
}

/// In zsh's script, where a command may stand.
const ZSH_COMMANDS: &str = "\":: :_luatos_commands\"";

/// There a project may stand too.
const ZSH_COMMANDS_AND_FILES: &str = r#"":: :{ _luatos_commands; _files }""#;

/// For fish: the values of arguments that are no options, which the generator leaves out, and of options, which its
/// conditions leave out until there is a value.
fn fish_values(line: &Command) -> String {
    let names = |argument: &Arg| {
        let values = argument.get_possible_values();
        let names: Vec<_> = values.iter().map(|value| value.get_name().to_owned()).collect();
        Some(names.join(" ")).filter(|names| !names.is_empty())
    };
    let mut text = String::new();
    for option in line.get_opts() {
        if let (Some(name), Some(names), true) = (option.get_long(), names(option), option.get_action().takes_values())
        {
            text += &format!("complete -c luatos -n 'test (commandline -opc)[-1] = --{name}' -f -a '{names}'\n");
        }
    }
    for command in line.get_subcommands() {
        for names in command.get_positionals().filter_map(names) {
            let name = command.get_name();
            text += &format!("complete -c luatos -n '__fish_luatos_using_subcommand {name}' -f -a '{names}'\n");
        }
    }
    text
}

/// Where a command may stand, a project may stand too: bash would complete files only where no command fits. Options are
/// shown where one is begun.
const BASH_FILES: &str = r#"
_luatos_and_files() {
    _luatos "$@"
    local current=${COMP_WORDS[COMP_CWORD]} word
    if [[ $current != -* && ${#COMPREPLY[@]} -gt 0 ]]; then
        local words=("${COMPREPLY[@]}")
        COMPREPLY=()
        for word in "${words[@]}"; do
            [[ $word == [-\[\<]* ]] || COMPREPLY+=("$word")
        done
        compopt -o filenames 2>/dev/null
        while IFS= read -r word; do
            COMPREPLY+=("$word")
        done < <(compgen -f -- "$current")
    fi
}
complete -F _luatos_and_files -o bashdefault -o default luatos
"#;
