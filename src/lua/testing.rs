//! `testing`: fresh devices for `luatos.test`, which no LuatOS script sees.

use std::{collections::BTreeMap, fmt::Display, path::PathBuf, str::FromStr};

use mlua::{Error, Lua, LuaSerdeExt, Result, Table, Value};
use serde::Deserialize;
use tempfile::TempDir;

use super::{
    USE,
    runtime::Runtime,
    settings::{LibVersion, Property, Settings},
};
use crate::{
    output::{Colour, Stream},
    project::{Ours, Project, existing_folder},
};

/// What a test does not want otherwise.
pub(super) struct Base(pub Settings);

/// What a test wants of a device.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Wishes {
    /// A script, a folder with `main.lua`, or a project file.
    project: Option<String>,
    lib: Vec<String>,
    ours: Vec<String>,
    lib_version: Option<String>,
    modem: BTreeMap<String, String>,
    connect_to: Vec<String>,
    /// What it prints is kept, and shown to those who listen only.
    is_quiet: bool,
    /// The files are those of the device before.
    keeps_files: bool,
    power_on_reason: u8,
}

impl Wishes {
    /// The settings of a device whose files are in that folder; `settings` are what is
    /// not wanted otherwise.
    fn settings(
        self,
        mut settings: Settings,
        data: &TempDir,
    ) -> std::result::Result<(Settings, Option<PathBuf>), String> {
        let Wishes { project, lib, ours, lib_version, modem, connect_to, is_quiet, power_on_reason, .. } = self;
        let libs: std::result::Result<Vec<_>, _> =
            lib.into_iter().map(|lib| existing_folder(lib.into()).map_err(|error| format!("lib: {error}"))).collect();
        settings.libs.splice(0..0, libs?);
        settings.ours.add(&Ours::parse(&ours.join(","), super::has_module).map_err(|error| format!("ours: {error}"))?);
        settings.redirects.splice(0..0, parsed("connect_to", connect_to)?);
        settings.power_on_reason = power_on_reason;
        let version = lib_version.map(|version| version.parse::<LibVersion>());
        settings.lib_version =
            version.transpose().map_err(|error| format!("lib_version: {error}"))?.or(settings.lib_version);
        let modem = modem.into_iter().map(|(key, value)| format!("{key}={value}")).collect();
        settings.modem.extend(parsed("modem", modem)?.into_iter().map(|Property(key, value)| (key, value)));
        settings.output.colour = Colour::Never;
        settings.output.capture = is_quiet;
        settings.data = Some(data.path().to_owned());
        let Some(project) = project else { return Ok((settings, None)) };
        let project = Project::open(project.as_ref())?;
        if !project.main.is_file() {
            return Err(format!("project: there is no file {}", project.main.display()));
        }
        settings.script = Some(project.main.clone());
        settings.listed = project.files;
        settings.add_configuration_beside(&project.main)?;
        Ok((settings, Some(project.main)))
    }
}

fn parsed<T: FromStr<Err: Display>>(what: &str, texts: Vec<String>) -> std::result::Result<Vec<T>, String> {
    texts.iter().map(|text| text.parse().map_err(|error: T::Err| format!("{what}: {error}"))).collect()
}

/// Makes the table.
///
/// - `renew(wishes)` → what `require "luatos"` returns, the function `use` of the new Lua half, and the path of the main
///   script, if a project is wanted: this Lua state has a new device then, whose files are in an empty folder. The one
///   before has ended: its connections are broken, its files are gone. Before that, globals and libraries have to be as
///   they were before the runtime was switched on. `wishes` are a table of the fields of `Wishes`.
/// - `set_instant(flag)` → the flag before: waits are passed over from now on, or are not.
pub(super) fn table(lua: &Lua) -> Result<Table> {
    let table = lua.create_table()?;
    table.set("renew", lua.create_function(renew)?)?;
    let set_instant = |lua: &Lua, is_instant: bool| {
        let time = Runtime::of(lua)?.time.clone();
        let before = time.is_instant();
        time.set_instant(is_instant);
        Ok(before)
    };
    table.set("set_instant", lua.create_function(set_instant)?)?;
    Ok(table)
}

fn renew(lua: &Lua, wishes: Value) -> Result<(Value, Value, Option<String>)> {
    let wishes: Wishes = lua.from_value(wishes).map_err(|error| match error {
        Error::DeserializeError(text) => Error::runtime(text),
        other => other,
    })?;
    let kept = if wishes.keeps_files { Runtime::of(lua)?.take_folder() } else { None };
    let new = || tempfile::Builder::new().prefix("luatos-test-").tempdir();
    let folder = kept.map_or_else(new, Ok).map_err(Error::external)?;
    let is_quiet = wishes.is_quiet;
    let base = lua.app_data_ref::<Base>().map(|base| base.0.clone());
    let base = base.map_or_else(Settings::from_environment, Ok).map_err(Error::runtime)?;
    let (mut settings, main) = wishes.settings(base, &folder).map_err(Error::runtime)?;
    // Tests have many devices, and there is one file.
    settings.speaker = None;
    Runtime::renew(lua, settings, folder)?;
    if is_quiet {
        Runtime::of(lua)?.output.set_sink(&[Stream::Out, Stream::Err], Box::new(|_| {}));
    }
    lua.unset_named_registry_value(USE)?;
    let luatos = super::open_luatos(lua)?;
    let main = main.map(|main| main.to_string_lossy().into_owned());
    Ok((luatos, lua.named_registry_value(USE)?, main))
}
