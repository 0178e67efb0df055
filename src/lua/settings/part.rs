//! `--part` and `[[part]]` of `luatos.toml`: what is attached to the device from the start.

use std::{path::PathBuf, str::FromStr};

use crate::{lua::parts, spelling};

/// A part that is wanted. Its settings are texts: what they mean is a matter of its model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// A name of [`parts::models`], or the path of a Lua file.
    pub model: String,
    /// In the order in which they are given.
    pub settings: Vec<(String, String)>,
    /// The folder that paths among the settings begin at; an empty one is the working directory.
    pub folder: PathBuf,
    /// Where it is asked for, such as `--part`.
    pub origin: String,
}

impl Part {
    /// Checks that a model may be there: a path is tried later.
    ///
    /// # Errors
    /// It is neither a path nor one of ours; the text names those.
    fn check(model: &str) -> Result<(), String> {
        if is_path(model) || parts::models().any(|known| known == model) {
            return Ok(());
        }
        let known: Vec<&str> = parts::models().collect();
        Err(format!("a Lua file (NAME.lua), or {}", spelling::one_of(&known, model)))
    }

    /// A table `[[part]]`: `model`, and its settings.
    ///
    /// # Errors
    /// It names no model, or none that there is.
    pub(super) fn of_table(table: &[(String, String)], folder: PathBuf, origin: String) -> Result<Self, String> {
        let model = table.iter().find(|(key, _)| key == "model");
        let (_, model) = model.ok_or("model = \"NAME\" expected, such as \"am2320\" or \"models/mine.lua\"")?;
        Self::check(model)?;
        let settings = table.iter().filter(|(key, _)| key != "model").cloned().collect();
        Ok(Part { model: model.clone(), settings, folder, origin })
    }
}

impl FromStr for Part {
    type Err = String;

    /// Reads `MODEL[,KEY=VALUE]...`.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut words = text.split(',').map(str::trim);
        let model = words.next().unwrap_or_default();
        Self::check(model)?;
        let setting = |word: &str| match word.split_once('=') {
            Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_owned(), value.trim().to_owned())),
            _ => Err(format!("MODEL,KEY=VALUE,... expected, got {word:?} in {text:?}")),
        };
        let settings = words.map(setting).collect::<Result<_, _>>()?;
        Ok(Part { model: model.to_owned(), settings, folder: PathBuf::new(), origin: "--part".into() })
    }
}

/// Whether a model is a Lua file rather than one of ours.
fn is_path(model: &str) -> bool {
    model.len() > ".lua".len() && model.ends_with(".lua")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_a_model_with_settings() {
        let part: Part = "am2320, bus=1,address = 0x5c".parse().unwrap();
        assert_eq!(part.model, "am2320");
        assert_eq!(part.settings, [("bus", "1"), ("address", "0x5c")].map(|(key, value)| (key.into(), value.into())));
        assert_eq!("my/model.lua".parse::<Part>().map(|part| part.model), Ok("my/model.lua".into()));
    }

    #[test]
    fn what_is_wrong_is_quoted() {
        let problem = "am2302".parse::<Part>().unwrap_err();
        assert!(problem.starts_with("a Lua file (NAME.lua), or one of "), "{problem}");
        assert!(problem.ends_with("expected, got \"am2302\"; did you mean am2320?"), "{problem}");
        assert_eq!(
            "am2320,bus".parse::<Part>().unwrap_err(),
            "MODEL,KEY=VALUE,... expected, got \"bus\" in \"am2320,bus\""
        );
        assert!(Part::of_table(&[], PathBuf::new(), String::new()).unwrap_err().starts_with("model = "));
    }
}
