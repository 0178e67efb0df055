//! The file systems of the device: the flash, and what `io.mount` adds to it.

use std::{
    cell::RefCell,
    path::{Path, PathBuf},
    rc::Rc,
};

use super::{
    host_path,
    map::{self, CARD_FOLDER, DISK_FOLDER, KEPT_FOLDERS, SYSTEM_FOLDERS},
    volume::Volume,
};

/// Sizes of the file systems in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// The flash; default 1,500 KiB.
    pub flash: u64,
    /// The memory card; default 64 MiB.
    pub card: u64,
    /// The USB disk; default 8 MiB.
    pub disk: u64,
}

impl Default for Sizes {
    fn default() -> Self {
        Sizes { flash: 1500 << 10, card: 64 << 20, disk: 8 << 20 }
    }
}

/// What can be mounted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Medium {
    /// The memory card, in `/sdcard0`.
    Card,
    /// The USB disk, in `/usbmsc0`.
    Disk,
    /// Part of the flash, or another flash, in a folder of the root.
    Flash {
        /// 0 the module's own, 1 at the pins of the display, 2 at other pins.
        chip: u8,
        /// Name of the folder.
        folder: Vec<u8>,
        /// Bytes.
        size: u64,
    },
}

/// Which file system is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// The flash of the module.
    Internal,
    /// The memory card.
    Card,
    /// The USB disk.
    Disk,
    /// Another flash: 1 at the pins of the display, 2 at other pins.
    External(u8),
}

/// The file systems that are mounted.
#[derive(Debug)]
pub struct Volumes {
    root: PathBuf,
    sizes: Sizes,
    flash: Rc<Volume>,
    mounted: RefCell<Vec<Mounted>>,
}

#[derive(Debug)]
struct Mounted {
    medium: Medium,
    volume: Rc<Volume>,
}

impl Medium {
    /// The folder in the root in which it appears.
    pub(super) fn folder(&self) -> &[u8] {
        match self {
            Medium::Card => CARD_FOLDER,
            Medium::Disk => DISK_FOLDER,
            Medium::Flash { folder, .. } => folder,
        }
    }
}

impl Volumes {
    /// The flash of a device whose files are in `root`; nothing else is mounted. What is `hidden` in it counts
    /// as nothing.
    pub fn new(root: &Path, sizes: Sizes, hidden: &[&str]) -> Self {
        let flash = Volume::new(root.to_owned(), sizes.flash);
        for entry in hidden.iter().map(|name| name.as_bytes()).chain([CARD_FOLDER, DISK_FOLDER]) {
            flash.exclude(root.join(host_path(entry)));
        }
        Volumes { root: root.to_owned(), sizes, flash: Rc::new(flash), mounted: RefCell::default() }
    }

    /// Mounts a medium. False where its folder cannot be one; true if it is mounted already.
    pub fn mount(&self, medium: Medium) -> bool {
        if !medium.is_sound() {
            return false;
        }
        let folder = self.folder(&medium);
        self.unmount(&medium);
        let capacity = match medium {
            Medium::Card => self.sizes.card,
            Medium::Disk => self.sizes.disk,
            Medium::Flash { size, .. } => {
                self.flash.exclude(folder.clone());
                size
            }
        };
        let volume = Rc::new(Volume::new(folder, capacity));
        self.mounted.borrow_mut().push(Mounted { medium, volume });
        true
    }

    /// Ends what [`mount`](Self::mount) began. False if it is not mounted.
    pub fn unmount(&self, medium: &Medium) -> bool {
        let mut mounted = self.mounted.borrow_mut();
        let before = mounted.len();
        mounted.retain(|each| each.medium.folder() != medium.folder());
        mounted.len() < before
    }

    /// The folder of this computer that has a medium's files.
    pub fn folder(&self, medium: &Medium) -> PathBuf {
        self.root.join(host_path(medium.folder()))
    }

    /// The file system that a path of the data is on, by its first component. None below the folder of a
    /// medium that is not mounted.
    pub fn of(&self, first: Option<&[u8]>) -> Option<Rc<Volume>> {
        let mounted = self.mounted.borrow();
        if let Some(each) = mounted.iter().find(|each| Some(each.medium.folder()) == first) {
            return Some(each.volume.clone());
        }
        let needs_mounting = first.is_some_and(|first| [CARD_FOLDER, DISK_FOLDER].contains(&first));
        (!needs_mounting).then(|| self.flash.clone())
    }

    /// The file system of a device, if it is mounted.
    pub fn on(&self, device: Device) -> Option<Rc<Volume>> {
        if device == Device::Internal {
            return Some(self.flash.clone());
        }
        let is_meant = |medium: &Medium| match (device, medium) {
            (Device::Card, Medium::Card) | (Device::Disk, Medium::Disk) => true,
            (Device::External(wanted), Medium::Flash { chip, .. }) => wanted == *chip,
            _ => false,
        };
        self.mounted.borrow().iter().find(|each| is_meant(&each.medium)).map(|each| each.volume.clone())
    }

    /// Names of the folders in which media are mounted.
    pub fn mounted_folders(&self) -> Vec<Vec<u8>> {
        self.mounted.borrow().iter().map(|each| each.medium.folder().to_owned()).collect()
    }
}

impl Medium {
    /// Whether its folder may be one, and whether it has a size.
    pub(super) fn is_sound(&self) -> bool {
        match self {
            Medium::Card | Medium::Disk => true,
            Medium::Flash { folder, size, .. } => {
                let folder = folder.as_slice();
                let is_taken = SYSTEM_FOLDERS.contains(&folder)
                    || KEPT_FOLDERS.contains(&folder)
                    || [CARD_FOLDER, DISK_FOLDER].contains(&folder);
                *size > 0 && map::is_name(folder) && !is_taken
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::files::scratch::Scratch;

    fn other_flash(folder: &str, size: u64) -> Medium {
        Medium::Flash { chip: 1, folder: folder.into(), size }
    }

    #[test]
    fn a_medium_has_a_size_while_it_is_mounted() {
        let folder = Scratch::with(&["sdcard0/x"]);
        let volumes = Volumes::new(folder.path(), Sizes { card: 1000, ..Sizes::default() }, &["marker"]);
        std::fs::write(folder.path().join("sdcard0/x"), [0; 10]).unwrap();
        assert!(volumes.on(Device::Card).is_none());
        assert!(volumes.of(Some(b"sdcard0")).is_none());
        assert!(volumes.mount(Medium::Card));
        assert!(volumes.mount(Medium::Card));
        assert_eq!(volumes.on(Device::Card).unwrap().free(), 990);
        assert_eq!(volumes.of(Some(b"sdcard0")).unwrap().capacity(), 1000);
        assert_eq!(volumes.on(Device::Internal).unwrap().free(), 1500 << 10);
        assert!(volumes.unmount(&Medium::Card));
        assert!(!volumes.unmount(&Medium::Card));
        assert!(volumes.on(Device::Card).is_none());
    }

    #[test]
    fn another_flash_appears_where_the_script_wants_it() {
        let folder = Scratch::with(&[]);
        let volumes = Volumes::new(folder.path(), Sizes::default(), &["marker"]);
        assert!(volumes.mount(other_flash("user_dir", 8 << 20)));
        assert_eq!(volumes.of(Some(b"user_dir")).unwrap().capacity(), 8 << 20);
        assert_eq!(volumes.on(Device::External(1)).unwrap().capacity(), 8 << 20);
        assert!(volumes.on(Device::External(2)).is_none());
        for (folder, size) in [("lua", 10), ("usernvm", 10), ("sdcard0", 10), ("other", 0)] {
            assert!(!volumes.mount(other_flash(folder, size)), "{folder}");
        }
        for folder in ["", ".", "..", "../x", "/etc", "a/b", "a/../..", "a\0b"] {
            assert!(!volumes.mount(other_flash(folder, 10)), "{folder:?}");
        }
    }
}
