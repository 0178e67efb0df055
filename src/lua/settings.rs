//! The settings of a Lua state, from the environment or from the runner's command line.

use std::{fmt::Display, str::FromStr};

use crate::{net::redirect::Redirect, serial::Attachment};

/// What the runner or the environment sets.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `--connect-to` / `LUATOS_CONNECT_TO`. Default: none.
    pub redirects: Vec<Redirect>,
    /// `--trace` / `LUATOS_TRACE`: pins, LEDs, AT traffic and messages on stderr. Default: off.
    pub trace: bool,
    /// `rtos.poweron_reason()`: 0 key (default), 3 restart.
    pub power_on_reason: u8,
    /// `--uart` / `LUATOS_UART`; the first for a port counts. Default: none.
    pub uarts: Vec<Attachment>,
}

impl Settings {
    /// Reads `LUATOS_CONNECT_TO` and `LUATOS_UART` (comma-separated), `LUATOS_TRACE` (1: on) and
    /// `LUATOS_POWER_ON_REASON`, which the runner sets when it restarts a script.
    ///
    /// # Errors
    /// A redirection or port that cannot be parsed; the text quotes it.
    pub fn from_environment() -> Result<Self, String> {
        let variable = |name: &str| std::env::var(name).unwrap_or_default();
        Ok(Settings {
            redirects: list("LUATOS_CONNECT_TO", variable)?,
            uarts: list("LUATOS_UART", variable)?,
            trace: !matches!(variable("LUATOS_TRACE").as_str(), "" | "0"),
            power_on_reason: variable("LUATOS_POWER_ON_REASON").parse().unwrap_or(0),
        })
    }
}

/// Parses the comma-separated elements of an environment variable.
fn list<T: FromStr<Err: Display>>(name: &str, variable: impl Fn(&str) -> String) -> Result<Vec<T>, String> {
    let elements = variable(name);
    let elements = elements.split(',').map(str::trim).filter(|element| !element.is_empty());
    elements.map(|element| element.parse().map_err(|error| format!("{name}: {error}"))).collect()
}
