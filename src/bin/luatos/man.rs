//! `luatos man`: the manual page, made from the definition of the command line.

use std::process::ExitCode;

use clap::{Args, Command};
use clap_mangen::{
    Man,
    roff::{Roff, bold, italic, roman},
};

use super::{command_line, report};

/// Print the manual page
///
/// For example: luatos man > ~/.local/share/man/man1/luatos.1, and then man luatos.
#[derive(Args, Clone, Debug)]
pub struct Manual {}

impl Manual {
    /// Prints the page.
    ///
    /// # Errors
    /// Standard output does not take it.
    pub fn run(&self) -> Result<ExitCode, String> {
        let mut page = Vec::new();
        render(&command_line::line(), &mut page).map_err(|error| format!("man: {error}"))?;
        report::answer(&String::from_utf8_lossy(&page))?;
        Ok(ExitCode::SUCCESS)
    }
}

fn render(line: &Command, page: &mut Vec<u8>) -> std::io::Result<()> {
    let man = Man::new(line.clone()).date("").manual("User Commands");
    man.render_title(page)?;
    man.render_name_section(page)?;
    synopsis().to_writer(page)?;
    man.render_options_section(page)?;
    commands(line).to_writer(page)?;
    rest().to_writer(page)
}

fn synopsis() -> Roff {
    let (forms, about) = command_line::USAGE.split_once("\n\n").unwrap_or((command_line::USAGE, ""));
    let mut roff = Roff::new();
    roff.control("SH", ["SYNOPSIS"]);
    for (index, form) in forms.lines().enumerate() {
        if index > 0 {
            roff.control("br", []);
        }
        let (name, rest) = form.trim().split_once(' ').unwrap_or((form, ""));
        roff.text([bold(name), roman(" "), roman(rest)]);
    }
    roff.control("SH", ["DESCRIPTION"]);
    roff.text([roman(command_line::ABOUT)]);
    roff.text([roman(one_line(about))]);
    roff
}

/// What each command does, and the options that it alone has.
fn commands(line: &Command) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["COMMANDS"]);
    for command in line.get_subcommands().filter(|command| !command.is_hide_set()) {
        roff.control("SS", [format!("luatos {}", command.get_name()).as_str()]);
        let about = command.get_long_about().or_else(|| command.get_about()).map(ToString::to_string);
        let about = about.unwrap_or_default();
        for (index, paragraph) in about.split('\n').filter(|paragraph| !paragraph.is_empty()).enumerate() {
            if index > 0 {
                roff.control("PP", []);
            }
            roff.text([roman(paragraph)]);
        }
        let is_own = |name: &str| line.get_arguments().all(|known| known.get_long() != Some(name));
        let own = command.get_arguments().filter(|option| option.get_long().is_none_or(is_own));
        for argument in own {
            let help = argument.get_long_help().or_else(|| argument.get_help()).map(ToString::to_string);
            roff.control("TP", []);
            roff.text([italic(argument.to_string())]);
            roff.text([roman(one_line(&help.unwrap_or_default()))]);
        }
    }
    roff
}

/// What stands at the end of `--help`: paragraphs, and sections with lists.
fn rest() -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["NOTES"]);
    for line in command_line::AFTER_LONG_HELP.lines() {
        match line.strip_prefix("  ") {
            Some(entry) if !entry.starts_with(' ') => {
                let (name, text) = entry.split_once("  ").unwrap_or((entry, ""));
                roff.control("TP", []);
                roff.text([bold(name)]);
                roff.text([roman(text.trim())]);
            }
            Some(more) => drop(roff.text([roman(more.trim())])),
            None => match line.strip_suffix(':') {
                Some(title) => drop(roff.control("SH", [title.to_uppercase().as_str()])),
                None if line.is_empty() => {}
                None if line.starts_with("Status:") => {
                    roff.control("SH", ["EXIT STATUS"]);
                    roff.text([roman(line.trim_start_matches("Status: "))]);
                }
                None => drop(roff.text([roman(line)])),
            },
        }
    }
    roff
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
