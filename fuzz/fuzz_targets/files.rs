//! Any bytes as a path of the device: what it means is in the data folder or in the flash image, also where
//! links lead out of the data folder.
#![no_main]

use std::{
    fs,
    os::unix::{ffi::OsStrExt, fs::symlink},
    path::{Path, PathBuf},
    sync::LazyLock,
};

use libfuzzer_sys::fuzz_target;
use websocket::fuzzing::{Access, Files, Folders, Mode, Scope, Sizes, Target, target};

/// A folder with a project and with data, in which there are links.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = std::env::temp_dir().join(format!("luatos-fuzz-{}", std::process::id()));
    let data = folder.join("project/.luatos");
    fs::create_dir_all(data.join("a/b")).expect("a temporary folder");
    fs::write(folder.join("project/main.lua"), "").expect("a file");
    fs::write(folder.join("x"), "outside").expect("a file");
    fs::write(data.join("f"), "inside").expect("a file");
    for (to, name) in [("..", "u"), ("../../x", "l"), ("/", "r"), ("../../new", "d"), ("a", "i"), ("c", "c")] {
        symlink(to, data.join(name)).expect("a link");
    }
    folder.canonicalize().expect("a folder")
});

/// The nearest of a path's folders that exists, as it really is.
fn real(path: &Path) -> PathBuf {
    path.ancestors().find_map(|part| part.canonicalize().ok()).expect("the root exists")
}

fuzz_target!(|path: &[u8]| {
    if let Ok(Target::Data(found)) = target(path, Scope::Device, |_| false) {
        for component in &found.components {
            assert!(!component.is_empty() && !component.contains(&b'/') && !component.contains(&0));
            assert!(component != b"." && component != b"..");
        }
    }
    let project = FOLDER.join("project");
    let folders = Folders { script: Some(project.clone()), ..Folders::default() };
    let files = Files::new(folders, Scope::Device, Sizes::default());
    let absolute = [b"/", path].concat();
    for access in [Access::Read, Access::Write] {
        if let Ok(found) = files.resolve(&absolute, access) {
            let is_image = access == Access::Read && found == project.join("main.lua");
            assert!(is_image || real(&found).starts_with(project.join(".luatos")), "{found:?}");
            // Not even a link at the very end leads out.
            let is_link_to_nothing = found.symlink_metadata().is_ok_and(|file| file.is_symlink()) && !found.exists();
            assert!(!is_link_to_nothing, "{found:?}");
        }
    }
    let mut text = Vec::new();
    if let Some(mode) = Mode::parse(b"r")
        && let Ok(mut file) = files.open(&absolute, mode)
        && file.read_rest(&mut text).is_ok()
    {
        assert_ne!(text, b"outside");
    }
    // A program of its own keeps what is no path of the device.
    let files = Files::new(Folders::default(), Scope::Program, Sizes::default());
    if !files.is_device_path(path) {
        assert_eq!(
            files.resolve(path, Access::Read).map(|path| path.as_os_str().as_bytes().to_owned()).ok(),
            Some(path.to_owned())
        );
    }
});
