//! What a path of the script means: a name in the flash image, a path in the device's data, or a path of
//! this computer. Bytes in, bytes out; nothing is looked up.

use super::FileError;

/// The folder of the flash image.
pub const IMAGE_FOLDER: &[u8] = b"lua";

/// Folders that the firmware makes at its start, which a script can neither make nor remove.
pub const SYSTEM_FOLDERS: [&[u8]; 4] = [IMAGE_FOLDER, b"ldata", b"luazip", b"RecDir"];

/// Folders that parts of the firmware keep: writing into one makes it.
pub const KEPT_FOLDERS: [&[u8]; 5] = [b"ldata", b"luazip", b"RecDir", b"usernvm", b"#lua_user#"];

/// Where the memory card and the USB disk appear.
pub const CARD_FOLDER: &[u8] = b"sdcard0";
/// See [`CARD_FOLDER`].
pub const DISK_FOLDER: &[u8] = b"usbmsc0";

/// Which paths are the device's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// None: the program has only the websocket module.
    #[default]
    Nothing,
    /// Those that begin with a folder of the device, and those directly in the root that this computer
    /// does not have: the program has files of its own.
    Program,
    /// Every absolute path: the program is a device.
    Device,
}

/// What a path means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A file of the flash image, by its name.
    Image(Vec<u8>),
    /// The folder of the flash image itself.
    ImageFolder,
    /// A path in the device's data, as its components; none for the root.
    Data(DevicePath),
    /// A path of this computer, as it is.
    Host,
}

/// A path in the device's data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DevicePath {
    /// Names of folders, and last that of the file; no `.`, no `..`, none empty.
    pub components: Vec<Vec<u8>>,
    /// Only a folder may be meant: the path ends in `/`.
    pub is_folder: bool,
}

/// Maps a path. `is_on_host` says whether this computer has an entry of this name in its root.
///
/// # Errors
/// [`FileError::Missing`] for a path that no file can have, or that climbs out of the device.
pub fn target(path: &[u8], scope: Scope, is_on_host: impl FnOnce(&[u8]) -> bool) -> Result<Target, FileError> {
    if path.is_empty() || path.contains(&0) {
        return Err(FileError::Missing);
    }
    if scope == Scope::Nothing || path[0] != b'/' {
        return Ok(Target::Host);
    }
    if scope == Scope::Program && !is_the_devices(path, is_on_host) {
        return Ok(Target::Host);
    }
    let path = normalize(path)?;
    Ok(match path.components.as_slice() {
        [folder] if folder == IMAGE_FOLDER => Target::ImageFolder,
        [folder, name] if folder == IMAGE_FOLDER && !path.is_folder => Target::Image(name.clone()),
        // The image is flat.
        [folder, _, ..] if folder == IMAGE_FOLDER => return Err(FileError::Missing),
        _ => Target::Data(path),
    })
}

/// Whether a path within another program is the device's, by its first component as it is written.
fn is_the_devices(path: &[u8], is_on_host: impl FnOnce(&[u8]) -> bool) -> bool {
    let mut components = components(path);
    let Some(first) = components.next() else { return false };
    let is_device_folder =
        SYSTEM_FOLDERS.contains(&first) || KEPT_FOLDERS.contains(&first) || [CARD_FOLDER, DISK_FOLDER].contains(&first);
    is_device_folder || (components.next().is_none() && first != b".." && !is_on_host(first))
}

/// The components of a path that count: neither empty nor `.`.
fn components(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    path.split(|byte| *byte == b'/').filter(|component| !component.is_empty() && *component != b".")
}

fn normalize(path: &[u8]) -> Result<DevicePath, FileError> {
    let mut list: Vec<Vec<u8>> = Vec::new();
    for component in components(path) {
        if component == b".." {
            list.pop().ok_or(FileError::Missing)?;
        } else if is_usable(component) {
            list.push(component.to_owned());
        } else {
            return Err(FileError::Missing);
        }
    }
    let last = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    Ok(DevicePath { components: list, is_folder: matches!(last, b"" | b"." | b"..") })
}

/// Whether this is the name of one entry of a folder, and of no other one: a path of several names or one that
/// climbs is not.
pub fn is_name(name: &[u8]) -> bool {
    !matches!(name, b"" | b"." | b"..") && !name.iter().any(|byte| matches!(byte, b'/' | 0)) && is_usable(name)
}

/// Whether a name stays one name on this computer: Windows splits at more than `/`.
fn is_usable(name: &[u8]) -> bool {
    !cfg!(windows) || !name.iter().any(|byte| matches!(byte, b'\\' | b':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(path: &str) -> Result<Target, FileError> {
        target(path.as_bytes(), Scope::Device, |_| panic!("not asked for"))
    }

    fn program(path: &str) -> Result<Target, FileError> {
        target(path.as_bytes(), Scope::Program, |name| matches!(name, b"tmp" | b"etc"))
    }

    fn data(path: &str) -> Result<Target, FileError> {
        let components = path.split('/').filter(|part| !part.is_empty()).map(|part| part.as_bytes().to_owned());
        Ok(Target::Data(DevicePath { components: components.collect(), is_folder: path.ends_with('/') }))
    }

    #[test]
    fn every_absolute_path_is_the_devices() {
        assert_eq!(device("/nvm_para.lua"), data("nvm_para.lua"));
        assert_eq!(device("/etc/passwd"), data("etc/passwd"));
        assert_eq!(device("//ldata///./a/"), data("ldata/a/"));
        assert_eq!(device("/"), data("/"));
        assert_eq!(device("/a/../b"), data("b"));
        assert_eq!(device("/a/.."), data("/"));
        assert_eq!(device("/a/b/."), data("a/b/"));
        assert_eq!(device("/..."), data("..."));
        assert_eq!(device("/lua/../x"), data("x"));
        assert_eq!(device("relative/../../x"), Ok(Target::Host));
    }

    #[test]
    fn what_climbs_out_is_missing() {
        for path in ["/..", "/../x", "/a/../../x", "//..//x", "/./../x", "/lua/../../etc/passwd", "/ldata/../../x"] {
            assert_eq!(device(path), Err(FileError::Missing), "{path}");
        }
        for path in ["", "/a\0b", "\0", "/lua/x\0.lua"] {
            assert_eq!(device(path), Err(FileError::Missing), "{path:?}");
        }
    }

    #[test]
    fn the_image_is_flat() {
        assert_eq!(device("/lua/main.lua"), Ok(Target::Image(b"main.lua".to_vec())));
        assert_eq!(device("//lua/./main.lua"), Ok(Target::Image(b"main.lua".to_vec())));
        assert_eq!(device("/ldata/../lua/x"), Ok(Target::Image(b"x".to_vec())));
        assert_eq!(device("/lua"), Ok(Target::ImageFolder));
        assert_eq!(device("/lua/"), Ok(Target::ImageFolder));
        assert_eq!(device("/lua/a/b"), Err(FileError::Missing));
        assert_eq!(device("/lua/main.lua/"), Err(FileError::Missing));
        assert_eq!(device("/LUA/x"), data("LUA/x"));
    }

    #[test]
    fn another_program_keeps_its_own_paths() {
        for path in ["/tmp", "/tmp/x", "/tmp/../nvm", "/home/me/lua/x", "/", "x", "../x", "/..", "/nowhere/x"] {
            assert_eq!(program(path), Ok(Target::Host), "{path}");
        }
        assert_eq!(program("/nvm_para.lua"), data("nvm_para.lua"));
        assert_eq!(program("//nvm_para.lua"), data("nvm_para.lua"));
        assert_eq!(program("/lua/x"), Ok(Target::Image(b"x".to_vec())));
        for path in ["/ldata/x", "/usernvm/x/y", "/#lua_user#/x.lua", "/usbmsc0/x", "/sdcard0/x", "/RecDir/rec000"] {
            assert_eq!(program(path), data(path), "{path}");
        }
        assert_eq!(program("/lua/../../etc/passwd"), Err(FileError::Missing));
    }

    #[test]
    fn names_may_be_any_bytes() {
        let path = b"/\xce\xc4\\\xbc\xfe/\xff";
        let expected =
            DevicePath { components: vec![b"\xce\xc4\\\xbc\xfe".to_vec(), b"\xff".to_vec()], is_folder: false };
        if cfg!(not(windows)) {
            assert_eq!(target(path, Scope::Device, |_| false), Ok(Target::Data(expected)));
        }
    }

    #[test]
    fn without_a_device_every_path_is_the_computers() {
        assert_eq!(target(b"/lua/x", Scope::Nothing, |_| false), Ok(Target::Host));
    }
}
