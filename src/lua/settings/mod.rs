//! The settings of a Lua state, from the environment or from the runner's command line.

mod configured;
mod pace;
mod part;

use std::{collections::BTreeMap, ffi::OsStr, fmt::Display, path::PathBuf, str::FromStr};

use crate::{
    device::{
        files::{self, Files, Folders, map::Scope, volumes::Sizes},
        labels::Labels,
        modem::Profile,
        topic::Topics,
    },
    net::redirect::Redirect,
    output::{Colour, Wishes},
    project::{Ours, existing_folder},
    serial::Attachment,
    spelling,
    time::Pace,
};

pub use self::part::Part;
pub use crate::vm::Vm;

/// What the runner or the environment sets.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `--connect-to` / `LUATOS_CONNECT_TO`. Default: none.
    pub redirects: Vec<Redirect>,
    /// `--trace` / `LUATOS_TRACE`: what is shown on stderr of what the device does. Default: nothing.
    pub trace: Topics,
    /// `--time`, `--color` / `LUATOS_TIME`, `LUATOS_COLOR`: what is asked of the lines that are printed. Default: on a
    /// terminal colours, else nothing.
    pub output: Wishes,
    /// `rtos.poweron_reason()`: 0 key (default), 3 restart.
    pub power_on_reason: u8,
    /// `--uart` / `LUATOS_UART`; the first for a port counts. Default: none.
    pub uarts: Vec<Attachment>,
    /// `--part`: what is attached to the device from the start. Default: nothing.
    pub parts: Vec<Part>,
    /// `--modem` / `LUATOS_MODEM`: properties of the device and its modem, such as `flash`, by name. Each part
    /// of the device reads its own. Default: none.
    pub modem: BTreeMap<String, String>,
    /// The main script of the runner; without it the Lua state is that of another program. Default: none.
    pub script: Option<PathBuf>,
    /// The project's files, where a project file lists them. Default: all in the main script's folder and below.
    pub listed: Option<Vec<PathBuf>>,
    /// `--data` / `LUATOS_DATA`: the folder of the device's files. Default: `.luatos` beside the main script.
    pub data: Option<PathBuf>,
    /// `--erase`: the device's files are removed first. Default: they are not.
    pub erase: bool,
    /// `--lib` / `LUATOS_LIB`: folders whose files are part of the flash image, after the project's own.
    /// Default: none.
    pub libs: Vec<PathBuf>,
    /// `[pins]` and `[keys]` of `luatos.toml`: what the project calls its pins and keys. Default: nothing.
    pub labels: Labels,
    /// `--ours` / `LUATOS_OURS`: modules of which ours goes before the project's. Default: none.
    pub ours: Ours,
    /// `--online` / `LUATOS_ONLINE`: modules may reach the hosts of LuatOS-Air's maker that they know by themselves, or
    /// that a script gives them. Default: only by a redirection.
    pub online: bool,
    /// `--lib-version` / `LUATOS_LIB_VERSION`: the library version that the project is written for. Default: that of
    /// the `sys.lua` among the files of the project and of `--lib`, or else 2.4.0.
    pub lib_version: Option<LibVersion>,
    /// `--vm` / `LUATOS_VM`: the Lua that the runner is to have. Default: that of the runner that was called.
    pub vm: Option<Vm>,
    /// `--camera` / `LUATOS_CAMERA`: the picture that the camera sees. Default: there is no camera.
    pub camera: Option<PathBuf>,
    /// `--scenario` / `LUATOS_SCENARIO`: the file that plays the outside. Default: none.
    pub scenario: Option<PathBuf>,
    /// `--instant`, `--speed`, `--start` / `LUATOS_INSTANT`, `LUATOS_SPEED`, `LUATOS_START`: how time passes. Default: as
    /// the computer's.
    pub pace: Pace,
    /// `--speaker` / `LUATOS_SPEAKER`: the WAV file that what the device plays goes into. Default: none.
    pub speaker: Option<PathBuf>,
    /// `--microphone` / `LUATOS_MICROPHONE`: the sound file that the microphone hears. Default: none.
    pub microphone: Option<PathBuf>,
    /// How often the script has restarted before. Default: 0.
    pub restarts: u32,
    /// Where it is noted for `--watch` which files outside the device's are loaded and written to. Default: nowhere.
    pub record: Option<PathBuf>,
    /// What the device has kept over the restart before, as the text that [`Restart`](super::runtime::Restart) gets.
    /// Default: nothing.
    pub kept: Option<String>,
}

impl Settings {
    /// Reads `LUATOS_CONNECT_TO`, `LUATOS_UART` and `LUATOS_MODEM` (comma-separated), `LUATOS_LIB` (separated as in
    /// `PATH`), `LUATOS_OURS`, `LUATOS_DATA`, `LUATOS_ONLINE`, `LUATOS_LIB_VERSION`, `LUATOS_VM`, `LUATOS_SCENARIO`,
    /// `LUATOS_CAMERA`, `LUATOS_SPEAKER`, `LUATOS_MICROPHONE`, `LUATOS_INSTANT`, `LUATOS_SPEED`, `LUATOS_START`,
    /// `LUATOS_TRACE` (topics; 1: all), `LUATOS_TIME` (1: on) and
    /// `LUATOS_COLOR`; also what the runner sets: `LUATOS_POWER_ON_REASON` when it restarts a script, and `LUATOS_RECORD`
    /// with `--watch`.
    ///
    /// # Errors
    /// A redirection, port or property that cannot be parsed; the text quotes it.
    pub fn from_environment() -> Result<Self, String> {
        let variable = |name: &str| std::env::var(name).unwrap_or_default();
        let path = |name: &str| std::env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from);
        let scenario = path("LUATOS_SCENARIO");
        Ok(Settings {
            redirects: list("LUATOS_CONNECT_TO", variable)?,
            uarts: list("LUATOS_UART", variable)?,
            parts: Vec::new(),
            trace: topics(&variable("LUATOS_TRACE")).map_err(|error| format!("LUATOS_TRACE: {error}"))?,
            output: Wishes {
                colour: colour(&variable("LUATOS_COLOR")).map_err(|error| format!("LUATOS_COLOR: {error}"))?,
                time: !matches!(variable("LUATOS_TIME").as_str(), "" | "0"),
                tail: scenario.is_some(),
                ..Wishes::default()
            },
            scenario,
            camera: path("LUATOS_CAMERA"),
            power_on_reason: variable("LUATOS_POWER_ON_REASON").parse().unwrap_or(0),
            modem: list::<Property>("LUATOS_MODEM", variable)?
                .into_iter()
                .map(|Property(key, value)| (key, value))
                .collect(),
            labels: Labels::default(),
            script: None,
            listed: None,
            data: path("LUATOS_DATA"),
            erase: false,
            online: variable("LUATOS_ONLINE") == "1",
            lib_version: parsed("LUATOS_LIB_VERSION", variable)?,
            vm: parsed("LUATOS_VM", variable)?,
            pace: Pace::from_environment(variable)?,
            speaker: path("LUATOS_SPEAKER"),
            microphone: path("LUATOS_MICROPHONE"),
            restarts: 0,
            kept: None,
            record: path("LUATOS_RECORD"),
            libs: folders(&std::env::var_os("LUATOS_LIB").unwrap_or_default())
                .map_err(|error| format!("LUATOS_LIB: {error}"))?,
            ours: Ours::parse(&variable("LUATOS_OURS"), super::has_module)
                .map_err(|error| format!("LUATOS_OURS: {error}"))?,
        })
    }

    /// The device's files.
    ///
    /// # Errors
    /// A size that is no number; the text names it.
    pub(super) fn files(&self) -> Result<Files, String> {
        let folders = Folders {
            script: self.script.as_deref().map(files::folder_of),
            data: self.data.clone(),
            libraries: self.libs.clone(),
            record: self.record.clone(),
        };
        let scope = if self.script.is_some() { Scope::Device } else { Scope::Nothing };
        let default = Sizes::default();
        let sizes = Sizes {
            flash: self.bytes("flash")?.unwrap_or(default.flash),
            card: self.bytes("sdcard")?.unwrap_or(default.card),
            disk: self.bytes("usbdisk")?.unwrap_or(default.disk),
        };
        let mut files = Files::new(folders, scope, sizes);
        if let Some(listed) = &self.listed {
            files.list_project(listed.clone());
        }
        Ok(files)
    }

    /// A property in KiB, as bytes.
    fn bytes(&self, key: &str) -> Result<Option<u64>, String> {
        self.modem.get(key).map(|text| size(key, text)).transpose()
    }
}

/// Properties that are sizes of file systems.
const SIZES: [&str; 3] = ["flash", "sdcard", "usbdisk"];

/// A size in KiB, as bytes.
fn size(key: &str, kib: &str) -> Result<u64, String> {
    let bytes = kib.parse().ok().and_then(|kib: u64| kib.checked_mul(1024));
    bytes.ok_or_else(|| format!("{key}: a size in KiB expected, got {kib:?}"))
}

/// Whether a property is known, and its value can be used.
fn check_property(key: &str, value: &str) -> Result<(), String> {
    if SIZES.contains(&key) {
        return size(key, value).map(drop);
    }
    if Profile::default().set(key, value)? {
        return Ok(());
    }
    Err(spelling::one_of(&[SIZES.as_slice(), Profile::KEYS.as_slice()].concat(), key))
}

/// A property `KEY=VALUE` of `--modem`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property(pub String, pub String);

impl FromStr for Property {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((key, value)) if !key.trim().is_empty() => {
                let (key, value) = (key.trim(), value.trim());
                check_property(key, value)?;
                Ok(Property(key.to_owned(), value.to_owned()))
            }
            _ => Err(format!("KEY=VALUE expected, got {text:?}")),
        }
    }
}

/// The value of `LUATOS_COLOR`.
fn colour(value: &str) -> Result<Colour, String> {
    if value.is_empty() { Ok(Colour::Auto) } else { value.parse() }
}

/// A version of LuatOS-Air's library whose behaviour the modules follow where versions differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LibVersion {
    /// 2.4.0: texts of short messages are in GB2312.
    V2_4_0,
    /// 2.4.3: they are in UTF-8.
    V2_4_3,
}

impl LibVersion {
    /// What `sys.SCRIPT_LIB_VER` says.
    pub(super) fn name(self) -> &'static str {
        match self {
            LibVersion::V2_4_0 => "2.4.0",
            LibVersion::V2_4_3 => "2.4.3",
        }
    }
}

impl FromStr for LibVersion {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = [LibVersion::V2_4_0, LibVersion::V2_4_3];
        let found = known.into_iter().find(|version| version.name() == text);
        found.ok_or_else(|| format!("2.4.0 or 2.4.3 expected, got {text:?}"))
    }
}

/// The topics that `--trace` and its variable name: 1 for all, 0 for none.
///
/// # Errors
/// A name that is no topic's; the text quotes it and lists those that are.
pub fn topics(names: &str) -> Result<Topics, String> {
    match names {
        "1" => Ok(Topics::ALL),
        "0" => Ok(Topics::NONE),
        names => names.parse(),
    }
}

/// The folders of a list such as `PATH`, each of which has to be there.
fn folders(list: &OsStr) -> Result<Vec<PathBuf>, String> {
    let folders = std::env::split_paths(list).filter(|folder| !folder.as_os_str().is_empty());
    folders.map(existing_folder).collect()
}

/// The value of an environment variable; None if it is empty or not set.
fn parsed<T: FromStr<Err: Display>>(name: &str, variable: impl Fn(&str) -> String) -> Result<Option<T>, String> {
    let text = Some(variable(name)).filter(|text| !text.is_empty());
    text.map(|text| text.parse().map_err(|error| format!("{name}: {error}"))).transpose()
}

/// Parses the comma-separated elements of an environment variable.
fn list<T: FromStr<Err: Display>>(name: &str, variable: impl Fn(&str) -> String) -> Result<Vec<T>, String> {
    let elements = variable(name);
    let elements = elements.split(',').map(str::trim).filter(|element| !element.is_empty());
    elements.map(|element| element.parse().map_err(|error| format!("{name}: {error}"))).collect()
}
