//! Project files of LuaTools, the vendor's flashing tool for Windows.
//!
//! An `.ini` file: the section `[info]` has settings, such as `core_path`; each other section is named after a
//! folder, and its keys are the names of files in it. The values of these keys mean nothing. Text is in UTF-8
//! or in GBK.

use std::path::{Path, PathBuf};

use super::{MAIN, Project};

/// The section that lists no files.
const SETTINGS: &str = "info";

/// A folder and the names of the files in it.
#[derive(Debug, PartialEq, Eq)]
struct Section {
    folder: String,
    files: Vec<String>,
}

/// Reads a project file that lies in `folder`.
///
/// # Errors
/// It lists no `main.lua`, or a file that is not there.
pub fn project(text: &[u8], folder: &Path) -> Result<Project, String> {
    let sections = sections(&decode(text));
    if sections.iter().all(|section| section.files.is_empty()) {
        return Err("this is no project file of LuaTools: no section [FOLDER] lists files".into());
    }
    let mut files = Vec::new();
    for section in &sections {
        let place = locate(section, folder)?;
        files.extend(section.files.iter().map(|name| place.join(name)));
    }
    let main = files.iter().find(|path| path.file_name().is_some_and(|name| name == MAIN));
    let main = main.cloned().ok_or_else(|| format!("the project file lists no {MAIN}"))?;
    Ok(Project { main, files: Some(files) })
}

/// The text in UTF-8; what is no UTF-8 is taken for GBK.
fn decode(text: &[u8]) -> String {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    match std::str::from_utf8(text) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::GBK.decode_without_bom_handling(text).0.into_owned(),
    }
}

fn sections(text: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut is_list = false;
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            is_list = !name.eq_ignore_ascii_case(SETTINGS);
            if is_list {
                sections.push(Section { folder: name.trim().replace('\\', "/"), files: Vec::new() });
            }
        } else if let Some(section) = sections.last_mut().filter(|_| is_list && !is_comment(line)) {
            let name = line.split('=').next().unwrap_or_default().trim().replace('\\', "/");
            section.files.push(name);
        }
    }
    sections.retain(|section| !section.files.is_empty());
    sections
}

fn is_comment(line: &str) -> bool {
    line.is_empty() || line.starts_with([';', '#'])
}

/// Finds the folder of a section. Its name is a path of the computer on which the project was made: where that
/// is another one, its last components are looked for beside the project file and in the folder above.
fn locate(section: &Section, beside: &Path) -> Result<PathBuf, String> {
    let named = Path::new(&section.folder);
    let parts: Vec<_> = section.folder.split('/').filter(|part| !part.is_empty() && !part.ends_with(':')).collect();
    let tails = (0..=parts.len()).map(|first| parts[first..].iter().collect::<PathBuf>());
    let above = beside.parent().filter(|_| beside != Path::new("."));
    let tops = [beside.to_owned(), above.unwrap_or(Path::new("..")).to_owned()];
    let candidates = tails.flat_map(|tail| tops.each_ref().map(|top| top.join(&tail)));
    let mut candidates = std::iter::once(beside.join(named)).chain(candidates);
    let has_all = |place: &PathBuf| section.files.iter().all(|name| place.join(name).is_file());
    candidates.find(has_all).ok_or_else(|| {
        let folder = &section.folder;
        let missing = section.files.iter().find(|name| !named.join(name).is_file());
        format!(
            "{} of its folder {folder} is neither there nor beside the project file",
            missing.or(section.files.first()).map_or("", String::as_str)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::files::scratch::Scratch;

    fn names(project: &Project, top: &Path) -> Vec<String> {
        let files = project.files.iter().flatten();
        files.map(|path| path.strip_prefix(top).unwrap().display().to_string()).collect()
    }

    #[test]
    fn files_are_listed_below_their_folders() {
        let text = "[info]\r\ncore_path = D:\\core\\a.pac\r\n; a comment\r\n[D:\\work\\user]\r\nmain.lua = \r\na.lua=1\r\n\r\n";
        let sections = sections(text);
        assert_eq!(
            sections,
            [Section { folder: "D:/work/user".into(), files: vec!["main.lua".into(), "a.lua".into()] }]
        );
        assert_eq!(decode(b"[\xc4\xe3]"), "[你]");
    }

    #[test]
    fn folders_of_another_computer_are_found_beside_the_project_file() {
        let scratch = Scratch::with(&["demo/user/main.lua", "demo/lib/sys.lua"]);
        let folder = scratch.path().join("demo");
        let text = b"[info]\n[D:\\x\\demo\\user]\nmain.lua =\n[D:\\x\\demo\\lib]\nsys.lua =\n";
        let project = project(text, &folder).unwrap();
        assert_eq!(names(&project, &folder), ["user/main.lua", "lib/sys.lua"]);
        assert_eq!(project.main, folder.join("user/main.lua"));
    }

    #[test]
    fn what_is_missing_is_named() {
        let here = Path::new(".");
        assert!(project(b"hello", here).unwrap_err().contains("no project file of LuaTools"));
        assert!(project(b"[src]\nlib.rs=\n", here).unwrap_err().contains("no main.lua"));
        let missing = project(b"[C:\\nowhere]\nmain.lua=\n", here).unwrap_err();
        assert!(missing.starts_with("main.lua of its folder C:/nowhere"), "{missing}");
    }
}
