//! `--ours`: whose copy of a module goes first.

/// Modules of which ours goes before the project's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ours {
    are_all: bool,
    names: Vec<String>,
}

impl Ours {
    /// Reads names separated by commas, or `all`. `is_module` says whether we have a module.
    ///
    /// # Errors
    /// A name is not that of a module of ours; the text quotes it.
    pub fn parse(text: &str, is_module: impl Fn(&str) -> bool) -> Result<Self, String> {
        let mut ours = Ours::default();
        for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            if name == "all" {
                ours.are_all = true;
            } else if is_module(name) {
                ours.names.push(name.to_owned());
            } else {
                return Err(format!(
                    "name of a module of this program, or all, expected, got {name:?}; docs/modules.md lists them"
                ));
            }
        }
        Ok(ours)
    }

    /// Whether our module of this name goes first, if we have one.
    pub fn has(&self, name: &str) -> bool {
        self.are_all || self.names.iter().any(|known| known == name)
    }

    /// Adds those of another list.
    pub fn add(&mut self, other: &Ours) {
        self.are_all |= other.are_all;
        self.names.extend_from_slice(&other.names);
    }
}

#[cfg(test)]
mod tests {
    use super::Ours;

    #[test]
    fn names_are_those_of_modules() {
        let is_module = |name: &str| name == "sys" || name == "net";
        let mut ours = Ours::parse("sys, ", is_module).unwrap();
        assert!(ours.has("sys") && !ours.has("net"));
        assert!(Ours::parse("sis", is_module).unwrap_err().contains("\"sis\""));
        ours.add(&Ours::parse("all", is_module).unwrap());
        assert!(ours.has("net"));
    }
}
