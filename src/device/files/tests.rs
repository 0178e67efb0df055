use super::{directory::Entry, scratch::Scratch, *};

fn device(folder: &Scratch) -> Files {
    device_of_size(folder, Sizes::default())
}

fn device_of_size(folder: &Scratch, sizes: Sizes) -> Files {
    let folders = Folders { script: Some(folder.path().join("project")), ..Folders::default() };
    Files::new(folders, Scope::Device, sizes)
}

fn write(files: &Files, path: &str, text: &[u8]) -> io::Result<()> {
    let mut file = files.open(path.as_bytes(), Mode::parse(b"w").unwrap())?;
    file.write(text)?;
    file.flush()
}

fn read(files: &Files, path: &str) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    files.open(path.as_bytes(), Mode::parse(b"r").unwrap())?.read_rest(&mut text)?;
    Ok(text)
}

fn kind<T>(result: io::Result<T>) -> io::ErrorKind {
    result.err().expect("an error").kind()
}

#[test]
fn what_is_written_is_below_the_data_folder() {
    let folder = Scratch::with(&["project/main.lua"]);
    let files = device(&folder);
    let data = folder.path().join("project/.luatos");
    assert_eq!(kind(read(&files, "/nvm_para.lua")), io::ErrorKind::NotFound);
    assert!(!data.exists());
    write(&files, "/nvm_para.lua", b"x = 1").unwrap();
    write(&files, "//ldata/./a.txt", b"a").unwrap();
    write(&files, "/usernvm/b", b"b").unwrap();
    assert_eq!(fs::read(data.join("nvm_para.lua")).unwrap(), b"x = 1");
    assert_eq!(fs::read(data.join("ldata/a.txt")).unwrap(), b"a");
    assert!(data.join(MARKER).exists());
    assert_eq!(read(&device(&folder), "/nvm_para.lua").unwrap(), b"x = 1");
    // Other folders are the script's to make.
    assert_eq!(kind(write(&files, "/mine/c", b"")), io::ErrorKind::NotFound);
    assert_eq!(kind(write(&files, "/nvm_para.lua/", b"")), io::ErrorKind::IsADirectory);
}

#[test]
fn the_image_is_read_only() {
    let folder = Scratch::with(&["project/main.lua", "project/audio/ring.mp3"]);
    fs::write(folder.path().join("project/audio/ring.mp3"), "tune").unwrap();
    let files = device(&folder);
    assert_eq!(read(&files, "/lua/ring.mp3").unwrap(), b"tune");
    assert_eq!(kind(read(&files, "/lua/none")), io::ErrorKind::NotFound);
    assert_eq!(kind(read(&files, "/lua")), io::ErrorKind::IsADirectory);
    for path in ["/lua/ring.mp3", "/lua/new", "/lua/../lua/new", "//lua//new"] {
        assert_eq!(kind(write(&files, path, b"")), io::ErrorKind::ReadOnlyFilesystem, "{path}");
        assert_eq!(kind(files.remove(path.as_bytes())), io::ErrorKind::ReadOnlyFilesystem, "{path}");
        assert_eq!(kind(files.rename(b"/x", path.as_bytes())), io::ErrorKind::ReadOnlyFilesystem, "{path}");
        assert_eq!(kind(files.make_dir(path.as_bytes())), io::ErrorKind::ReadOnlyFilesystem, "{path}");
    }
    assert_eq!(kind(files.remove_dir(b"/lua")), io::ErrorKind::ReadOnlyFilesystem);
    assert_eq!(read(&files, "/lua/ring.mp3").unwrap(), b"tune");
}

#[test]
fn the_marker_is_out_of_reach() {
    let folder = Scratch::with(&["project/main.lua"]);
    let files = device(&folder);
    write(&files, "/x", b"").unwrap();
    assert_eq!(kind(read(&files, "/.gitignore")), io::ErrorKind::NotFound);
    assert_eq!(kind(write(&files, "/x/../.gitignore", b"")), io::ErrorKind::ReadOnlyFilesystem);
    assert_eq!(kind(files.remove(b"/.gitignore")), io::ErrorKind::ReadOnlyFilesystem);
    assert_eq!(kind(files.rename(b"/x", b"/.gitignore")), io::ErrorKind::ReadOnlyFilesystem);
    files.data().erase().unwrap();
    assert_eq!(kind(read(&files, "/x")), io::ErrorKind::NotFound);
}

#[test]
fn nothing_leaves_the_data_folder() {
    let folder = Scratch::with(&["project/main.lua", "project/secret", "secret"]);
    let files = device(&folder);
    write(&files, "/x", b"").unwrap();
    for path in ["/../secret", "/..", "/x/../../secret", "/ldata/../../secret", "/lua/../../secret"] {
        let path = path.as_bytes();
        assert_eq!(files.resolve(path, Access::Read), Err(FileError::Missing));
        assert_eq!(files.resolve(path, Access::Write), Err(FileError::Missing));
        assert_eq!(kind(files.remove(path)), io::ErrorKind::NotFound);
        assert_eq!(kind(files.rename(b"/x", path)), io::ErrorKind::NotFound);
        assert_eq!(kind(files.rename(path, b"/y")), io::ErrorKind::NotFound);
        assert_eq!(kind(files.make_dir(path)), io::ErrorKind::NotFound);
        assert_eq!(kind(files.remove_dir(path)), io::ErrorKind::NotFound);
        assert_eq!(kind(files.list(path)), io::ErrorKind::NotFound);
    }
    let long = format!("/{}", "x".repeat(5000));
    assert!(write(&files, &long, b"").is_err());
    assert!(folder.path().join("project/secret").exists() && folder.path().join("secret").exists());
}

#[test]
fn folders() {
    let folder = Scratch::with(&["project/main.lua"]);
    let files = device(&folder);
    for path in ["/", "/lua", "/ldata", "/ldata/", "/RecDir", "/luazip"] {
        assert_eq!(kind(files.make_dir(path.as_bytes())), io::ErrorKind::ReadOnlyFilesystem, "{path}");
        assert_eq!(kind(files.remove_dir(path.as_bytes())), io::ErrorKind::ReadOnlyFilesystem, "{path}");
    }
    assert_eq!(kind(files.make_dir(b"/a/b")), io::ErrorKind::NotFound);
    files.make_dir(b"/a").unwrap();
    files.make_dir(b"/a/").unwrap();
    files.make_dir(b"/a/b").unwrap();
    write(&files, "/a/b/c", b"123").unwrap();
    assert!(files.remove(b"/a").is_err());
    assert!(files.make_dir(b"/a/b/c").is_err());
    let entries: Vec<_> = files.list(b"/a/b").unwrap().collect();
    assert_eq!(entries, [Entry { name: b"c".to_vec(), is_folder: false, size: 3 }]);
    files.rename(b"/a", b"/d").unwrap();
    assert_eq!(read(&files, "/d/b/c").unwrap(), b"123");
    files.remove_dir(b"/d").unwrap();
    assert_eq!(kind(files.remove_dir(b"/d")), io::ErrorKind::NotFound);
}

#[test]
fn listings() {
    let folder = Scratch::with(&["project/main.lua", "project/sub/other.lua"]);
    let files = device(&folder);
    let names = |path: &[u8]| -> Vec<String> {
        files.list(path).unwrap().map(|entry| String::from_utf8(entry.name).unwrap()).collect()
    };
    assert_eq!(names(b"/lua"), ["main.lua", "other.lua"]);
    assert_eq!(names(b"/ldata"), [""; 0]);
    assert_eq!(names(b"/"), ["RecDir", "ldata", "lua", "luazip"]);
    write(&files, "/x", b"").unwrap();
    fs::create_dir(files.data().path().join("sdcard0")).unwrap();
    assert_eq!(names(b"/"), ["RecDir", "ldata", "lua", "luazip", "x"]);
    assert!(files.mount(Medium::Card));
    assert!(names(b"/").contains(&"sdcard0".to_owned()));
    assert!(files.list(b"/x").is_err());
    assert!(files.list(b"/none").is_err());
}

#[test]
fn media_are_there_while_they_are_mounted() {
    let folder = Scratch::with(&["project/main.lua"]);
    let files = device(&folder);
    assert_eq!(kind(write(&files, "/sdcard0/x", b"")), io::ErrorKind::NotFound);
    assert!(files.volume(Device::Card).is_none());
    assert!(files.mount(Medium::Card));
    write(&files, "/sdcard0/x", b"123").unwrap();
    let card = files.volume(Device::Card).unwrap();
    assert_eq!(card.capacity() - card.free(), 3);
    write(&files, "/y", b"").unwrap();
    assert_eq!(kind(files.rename(b"/sdcard0/x", b"/z")), io::ErrorKind::CrossesDevices);
    assert_eq!(kind(files.rename(b"/sdcard0/none", b"/z")), io::ErrorKind::NotFound);
    assert!(files.unmount(&Medium::Card));
    assert_eq!(kind(read(&files, "/sdcard0/x")), io::ErrorKind::NotFound);
    assert!(files.mount(Medium::Card));
    assert_eq!(read(&files, "/sdcard0/x").unwrap(), b"123");
    assert!(files.format(&Medium::Card));
    assert_eq!(kind(read(&files, "/sdcard0/x")), io::ErrorKind::NotFound);
    let card = files.volume(Device::Card).unwrap();
    assert_eq!(card.free(), card.capacity());
}

#[test]
fn a_full_flash_refuses_and_keeps_what_it_has() {
    let folder = Scratch::with(&["project/main.lua"]);
    let files = device_of_size(&folder, Sizes { flash: 1000, ..Sizes::default() });
    write(&files, "/a", &[1; 900]).unwrap();
    assert_eq!(kind(write(&files, "/b", &[2; 101])), io::ErrorKind::StorageFull);
    assert_eq!(read(&files, "/a").unwrap(), [1; 900]);
    assert_eq!(read(&files, "/b").unwrap(), b"");
    let flash = files.volume(Device::Internal).unwrap();
    assert_eq!(flash.free(), 100);
    files.remove(b"/a").unwrap();
    assert_eq!(flash.free(), 1000);
    // What an earlier run has left counts.
    write(&files, "/c", &[3; 600]).unwrap();
    let files = device_of_size(&folder, Sizes { flash: 1000, ..Sizes::default() });
    assert_eq!(files.volume(Device::Internal).unwrap().free(), 400);
}

#[test]
fn another_program_keeps_its_own_files() {
    let folder = Scratch::with(&["own"]);
    let folders = Folders { data: Some(folder.path().join("data")), ..Folders::default() };
    let files = Files::new(folders, Scope::Program, Sizes::default());
    let own = folder.path().join("own");
    assert!(!files.is_device_path(own.as_os_str().as_encoded_bytes()));
    assert_eq!(files.resolve(own.as_os_str().as_encoded_bytes(), Access::Write), Ok(own));
    assert!(files.is_device_path(b"/luatos-nvm-test.lua"));
    write(&files, "/luatos-nvm-test.lua", b"x").unwrap();
    assert!(folder.path().join("data/luatos-nvm-test.lua").exists());
    assert!(!Path::new("/luatos-nvm-test.lua").exists());
}

#[test]
fn a_data_folder_that_cannot_be_made_is_named() {
    let folder = Scratch::with(&["project/main.lua", "file"]);
    let folders = Folders { data: Some(folder.path().join("file/data")), ..Folders::default() };
    let files = Files::new(folders, Scope::Device, Sizes::default());
    let error = write(&files, "/x", b"").unwrap_err();
    assert!(error.to_string().contains("the data folder cannot be made"), "{error}");
    assert!(read(&files, "/x").is_err());
    assert!(!files.mount(Medium::Card));
}

#[test]
fn no_medium_is_outside_the_data_folder() {
    let folder = Scratch::with(&["project/main.lua", "project/.luatos/kept", "outside/kept"]);
    let files = device(&folder);
    let outside = folder.path().join("outside");
    let absolute = outside.to_str().unwrap();
    for name in ["", ".", "..", "../../outside", "a/../../../outside", absolute] {
        let medium = Medium::Flash { chip: 1, folder: name.into(), size: 1 << 20 };
        assert!(!files.format(&medium), "{name:?}");
        assert!(!files.mount(medium), "{name:?}");
    }
    assert!(outside.join("kept").exists());
    assert!(folder.path().join("project/.luatos/kept").exists());
}

#[cfg(unix)]
#[test]
fn a_link_in_place_of_a_medium_leads_nowhere() {
    let folder = Scratch::with(&["project/main.lua", "project/.luatos/x", "outside/kept"]);
    let files = device(&folder);
    std::os::unix::fs::symlink("../../outside", folder.path().join("project/.luatos/sdcard0")).unwrap();
    assert!(!files.format(&Medium::Card));
    assert!(!files.mount(Medium::Card));
    assert!(folder.path().join("outside/kept").exists());
}
