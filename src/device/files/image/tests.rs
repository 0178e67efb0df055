use std::fs;

use super::*;
use crate::device::files::scratch::Scratch;

/// Path of the file of this name, relative to the scratch folder.
fn found<'a>(image: &'a Image, folder: &Scratch, name: &str) -> Option<&'a str> {
    image.find(name.as_bytes()).map(|path| path.strip_prefix(folder.path()).unwrap().to_str().unwrap())
}

#[test]
fn files_are_found_by_base_name_and_the_nearest_wins() {
    let folder = Scratch::with(&["main.lua", "utils/http.lua", "a/b/sys.lua", "z/sys.lua", "audio/ring.mp3"]);
    let image = Image::new(folder.path().to_owned(), vec![]);
    assert_eq!(found(&image, &folder, "http.lua"), Some("utils/http.lua"));
    assert_eq!(found(&image, &folder, "sys.lua"), Some("z/sys.lua"));
    assert_eq!(found(&image, &folder, "ring.mp3"), Some("audio/ring.mp3"));
    assert_eq!(found(&image, &folder, "utils/http.lua"), None);
    assert_eq!(found(&image, &folder, "utils"), None);
    assert_eq!(image.take_warning(b"sys.lua"), None);
    assert_eq!(image.iter().count(), 4);
}

#[test]
fn two_files_at_the_same_depth_are_warned_of_once() {
    let folder = Scratch::with(&["b/x.lua", "a/x.lua", "c/d/x.lua"]);
    let image = Image::new(folder.path().to_owned(), vec![]);
    assert_eq!(found(&image, &folder, "x.lua"), Some("a/x.lua"));
    let warning = image.take_warning(b"x.lua").unwrap();
    assert!(warning.contains("a/x.lua") && warning.contains("b/x.lua"), "{warning}");
    assert_eq!(image.take_warning(b"x.lua"), None);
}

#[test]
fn libraries_come_after_the_project_in_their_order() {
    let folder = Scratch::with(&["p/far/away/sys.lua", "l1/net.lua", "l2/net.lua", "l2/sys.lua", "l2/deep/log.lua"]);
    let libraries = vec![folder.path().join("l1"), folder.path().join("l2")];
    let image = Image::new(folder.path().join("p"), libraries);
    assert_eq!(found(&image, &folder, "sys.lua"), Some("p/far/away/sys.lua"));
    assert_eq!(image.origin(b"sys.lua"), Some(Origin::Project));
    assert_eq!(found(&image, &folder, "net.lua"), Some("l1/net.lua"));
    assert_eq!(image.take_warning(b"net.lua"), None);
    assert_eq!(found(&image, &folder, "log.lua"), Some("l2/deep/log.lua"));
    assert_eq!(image.origin(b"log.lua"), Some(Origin::Library));
}

#[test]
fn hidden_folders_packages_and_the_data_are_no_part_of_it() {
    let folder = Scratch::with(&[".git/a.lua", "node_modules/b.lua", "data/c.lua", "src/d.lua", ".e.lua"]);
    let image = Image::new(folder.path().to_owned(), vec![]).without(folder.path().join("data"));
    for name in ["a.lua", "b.lua", "c.lua"] {
        assert_eq!(found(&image, &folder, name), None, "{name}");
    }
    assert_eq!(found(&image, &folder, "d.lua"), Some("src/d.lua"));
    assert_eq!(found(&image, &folder, ".e.lua"), Some(".e.lua"));
}

#[test]
fn declarations_for_editors_are_passed_over() {
    let folder = Scratch::with(&["types/sys.lua", "far/away/sys.lua", "net.lua"]);
    for name in ["types/sys.lua", "net.lua"] {
        fs::write(folder.path().join(name), "---@meta\nsys = {}\n").unwrap();
    }
    let image = Image::new(folder.path().to_owned(), vec![]);
    assert_eq!(found(&image, &folder, "sys.lua"), Some("far/away/sys.lua"));
    assert_eq!(found(&image, &folder, "net.lua"), None);
    assert_eq!(image.iter().count(), 1);
}

#[test]
fn depth_and_number_are_bounded() {
    let nested = (1..=9).map(|n| n.to_string()).collect::<Vec<_>>().join("/");
    let at_the_bound = format!("{}/eighth.lua", &nested[..15]);
    let below = format!("{nested}/ninth.lua");
    let folder = Scratch::with(&[&at_the_bound, &below]);
    let image = Image::new(folder.path().to_owned(), vec![]);
    assert!(found(&image, &folder, "eighth.lua").is_some());
    assert_eq!(found(&image, &folder, "ninth.lua"), None);
    assert!(!image.index().is_cut_short);

    let many = folder.path().join("many");
    fs::create_dir(&many).unwrap();
    for number in 0..=MAX_ENTRIES {
        fs::write(many.join(number.to_string()), "").unwrap();
    }
    let image = Image::new(many, vec![]);
    assert_eq!(image.iter().count(), MAX_ENTRIES);
    assert!(image.index().is_cut_short);
}

#[cfg(unix)]
#[test]
fn links_are_followed_without_cycles() {
    use std::os::unix::fs::symlink;
    let folder = Scratch::with(&["project/a/main.lua", "elsewhere/shared.lua"]);
    let project = folder.path().join("project");
    symlink("..", project.join("a/up")).unwrap();
    symlink(&project, project.join("self")).unwrap();
    symlink("../elsewhere", project.join("common")).unwrap();
    symlink("../elsewhere/shared.lua", project.join("named.lua")).unwrap();
    symlink("nowhere", project.join("dangling.lua")).unwrap();
    let image = Image::new(project, vec![]);
    assert_eq!(found(&image, &folder, "main.lua"), Some("project/a/main.lua"));
    assert_eq!(found(&image, &folder, "shared.lua"), Some("project/common/shared.lua"));
    assert_eq!(found(&image, &folder, "named.lua"), Some("project/named.lua"));
    assert_eq!(found(&image, &folder, "dangling.lua"), None);
    assert_eq!(image.iter().count(), 3);
}

#[test]
fn a_folder_that_is_not_there_is_empty() {
    let image = Image::new(PathBuf::from("/nonexistent/project"), vec!["/nonexistent/lib".into()]);
    assert_eq!(image.iter().count(), 0);
    assert_eq!(Image::new(None, vec![]).iter().count(), 0);
}
