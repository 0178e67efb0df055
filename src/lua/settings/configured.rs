//! What `luatos.toml` says, below what the command line and the environment say.

use std::{fmt::Display, path::Path, str::FromStr};

use super::{LibVersion, Part, Property, SIZES, Settings, Vm, topics};
use crate::{
    device::modem::Profile,
    project::{Configuration, Entry, Ours, Setting},
    spelling,
};

/// The keys beside the properties of `--modem`.
const KEYS: [&str; 15] = [
    "lib",
    "ours",
    "data",
    "uart",
    "part",
    "camera",
    "connect_to",
    "trace",
    "online",
    "lib_version",
    "vm",
    "pins",
    "keys",
    "speaker",
    "microphone",
];

impl Settings {
    /// Adds what the file beside a main script says, if there is one, wherever nothing has been said yet; lists are
    /// continued.
    ///
    /// # Errors
    /// It cannot be read, a key is unknown or a value cannot be used; the text has file and line.
    pub fn add_configuration_beside(&mut self, main: &Path) -> Result<(), String> {
        let Some(file) = Configuration::beside(main)? else { return Ok(()) };
        file.entries.iter().try_for_each(|entry| match &entry.value {
            Setting::Tables(parts) if entry.key == "part" => self.add_parts(&file, parts),
            _ => self.add_entry(&file, entry).map_err(|text| file.problem(entry, &text)),
        })
    }

    /// Adds the tables `[[part]]`, each with its line; the text of an error has file and line.
    fn add_parts(&mut self, file: &Configuration, tables: &[(usize, Vec<(String, String)>)]) -> Result<(), String> {
        for (line, table) in tables {
            let origin = file.problem_at(*line, "part");
            let part = Part::of_table(table, file.folder().to_owned(), origin.clone());
            self.parts.push(part.map_err(|problem| format!("{origin}: {problem}"))?);
        }
        Ok(())
    }

    fn add_entry(&mut self, file: &Configuration, entry: &Entry) -> Result<(), String> {
        let Entry { key, value, .. } = entry;
        let about = |problem: String| format!("{key}: {problem}");
        match (key.as_str(), value) {
            ("lib", Setting::Text(path)) => self.add_lib(file, path).map_err(about)?,
            ("lib", Setting::List(paths)) => {
                paths.iter().try_for_each(|path| self.add_lib(file, path)).map_err(about)?;
            }
            ("data", Setting::Text(path)) => {
                self.data.get_or_insert_with(|| file.locate(path));
            }
            ("speaker", Setting::Text(path)) => {
                self.speaker.get_or_insert_with(|| file.locate(path));
            }
            ("microphone", Setting::Text(path)) => {
                self.microphone.get_or_insert_with(|| file.locate(path));
            }
            ("camera", Setting::Text(path)) => {
                self.camera.get_or_insert_with(|| file.locate(path));
            }
            ("ours", Setting::Text(_) | Setting::List(_)) => {
                let ours = Ours::parse(&texts(value).join(","), crate::lua::has_module).map_err(about)?;
                self.ours.add(&ours);
            }
            ("uart", Setting::Table(ports)) => {
                let ports = ports.iter().map(|(number, place)| format!("{number}={place}"));
                self.uarts.extend(parsed(ports).map_err(about)?);
            }
            ("pins", Setting::Table(names)) => {
                names.iter().try_for_each(|(pin, name)| self.labels.name_pin(pin, name)).map_err(about)?;
            }
            ("keys", Setting::Table(names)) => {
                names.iter().try_for_each(|(key, name)| self.labels.name_key(key, name)).map_err(about)?;
            }
            ("connect_to", Setting::Text(_) | Setting::List(_)) => {
                self.redirects.extend(parsed(texts(value).into_iter()).map_err(about)?);
            }
            ("trace", Setting::Text(_) | Setting::List(_)) => {
                let chosen = topics(&texts(value).join(",")).map_err(about)?;
                if self.trace.is_empty() {
                    self.trace = chosen;
                }
            }
            ("online", Setting::Text(flag)) => {
                self.online |=
                    flag.parse::<bool>().map_err(|_| about(format!("true or false expected, got {flag:?}")))?;
            }
            ("lib_version", Setting::Text(version)) => {
                let version: LibVersion = version.parse().map_err(about)?;
                self.lib_version.get_or_insert(version);
            }
            ("vm", Setting::Text(vm)) => {
                let vm: Vm = vm.parse().map_err(about)?;
                self.vm.get_or_insert(vm);
            }
            (key, _) if !is_known(key) => {
                return Err(spelling::one_of(
                    &[KEYS.as_slice(), SIZES.as_slice(), Profile::KEYS.as_slice()].concat(),
                    key,
                ));
            }
            (key, Setting::Text(text)) if !KEYS.contains(&key) => {
                let Property(key, text) = format!("{key}={text}").parse()?;
                self.modem.entry(key).or_insert(text);
            }
            (key, _) => return Err(format!("{key}: {} expected, got {}", expected(key), value.shown())),
        }
        Ok(())
    }

    fn add_lib(&mut self, file: &Configuration, path: &str) -> Result<(), String> {
        let lib = file.locate(path);
        if !lib.is_dir() {
            return Err(format!("a folder expected, got {}", lib.display()));
        }
        self.libs.push(lib);
        Ok(())
    }
}

/// The texts of a value that is one or a list of them.
fn texts(value: &Setting) -> Vec<String> {
    match value {
        Setting::Text(text) => vec![text.clone()],
        Setting::List(texts) => texts.clone(),
        Setting::Table(_) | Setting::Tables(_) => Vec::new(),
    }
}

fn parsed<T: FromStr<Err: Display>>(texts: impl Iterator<Item = String>) -> Result<Vec<T>, String> {
    texts.map(|text| text.parse().map_err(|error: T::Err| error.to_string())).collect()
}

/// Whether a key is one of the file's.
fn is_known(key: &str) -> bool {
    KEYS.contains(&key) || SIZES.contains(&key) || Profile::KEYS.contains(&key)
}

fn expected(key: &str) -> &'static str {
    match key {
        "lib" => "a folder or a list of them",
        "data" => "a folder",
        "speaker" | "microphone" => "a file",
        "camera" => "a picture",
        "ours" => "names of modules",
        "uart" => "a table of ports, such as 1 = \"pty\",",
        "part" => "tables [[part]] with a model",
        "pins" => "a table of names, such as P0_10 = \"lamp\",",
        "keys" => "a table of names, such as \"1,2\" = \"OK\",",
        "connect_to" => "HOST:PORT:HOST2:PORT2, or a list of such,",
        "trace" => "topics",
        "online" => "true or false",
        _ => "a text or a number",
    }
}
