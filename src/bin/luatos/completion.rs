//! `luatos completion SHELL`: the script by which a shell completes command lines.

use std::{io::Write, process::ExitCode};

use clap::Args;
use clap_complete::Shell;

use super::command_line;

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
        clap_complete::generate(shell, &mut command_line::line(), "luatos", &mut script);
        if shell == Shell::Bash {
            script.extend_from_slice(BASH_FILES.as_bytes());
        }
        std::io::stdout().write_all(&script).map_err(|error| format!("completion: {error}"))?;
        Ok(ExitCode::SUCCESS)
    }
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
