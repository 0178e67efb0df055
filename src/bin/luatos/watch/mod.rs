//! `--watch`: runs the same command line in a process of its own, and again whenever a file of the project is saved, or one
//! that it has loaded from elsewhere.
//!
//! Each run is a power cycle: the process is ended, and the device's files stay.

mod child;
mod places;
#[cfg(unix)]
mod signals;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    time::{Duration, Instant},
};

use notify::{
    Event, EventKind, RecursiveMode, Watcher,
    event::{ModifyKind, RemoveKind},
};

use websocket::Noted;

use super::report;
use child::Child;
pub use places::{Places, Roots};

/// So long nothing may be saved before the run begins again: what an editor does for one save is one change, and so is
/// what a version control system writes.
const SETTLING: Duration = Duration::from_millis(100);

/// So long it waits for that at most.
const LONGEST: Duration = Duration::from_secs(2);

/// What the loop waits for.
enum News {
    /// Something has happened to the files.
    Files(BTreeSet<PathBuf>),
    /// The run of this number has ended.
    Ended(u32),
    /// A signal that ends the program.
    #[cfg_attr(not(unix), expect(dead_code, reason = "there are no signals"))]
    Signal(i32),
}

/// The folders of the project, which a change of `luatos.toml` may change; the options are read anew each time.
type FindRoots<'a> = &'a dyn Fn() -> Roots;

/// What each run gets beside the command line.
type Prepare<'a> = &'a dyn Fn(&mut Command);

/// Runs until a signal ends it. `has_console`: Ctrl-C is an input of the run.
///
/// # Errors
/// Files cannot be watched, or the run cannot be started; the text says why.
pub fn watch(find_roots: FindRoots, prepare: Prepare, has_console: bool) -> Result<ExitCode, String> {
    let (send, news) = channel();
    #[cfg(unix)]
    signals::send_to(send.clone()).map_err(|error| format!("--watch: {error}"))?;
    let sender = send.clone();
    let on_event = move |event: notify::Result<Event>| {
        if let Some(paths) = event.ok().and_then(changed) {
            let _ = sender.send(News::Files(paths));
        }
    };
    let mut watcher = notify::recommended_watcher(on_event).map_err(problem)?;
    let file = tempfile::NamedTempFile::new().map_err(|error| format!("--watch: {error}"))?;
    let record = file.path().canonicalize().map_err(|error| format!("--watch: {error}"))?;
    watcher.watch(&record, RecursiveMode::NonRecursive).map_err(problem)?;
    let mut watch = Watch { watcher, record, send, news, has_console };
    watch.repeat(find_roots, prepare)
}

struct Watch {
    watcher: notify::RecommendedWatcher,
    /// The file in which a run notes what it loads, and what it writes outside the device's files. It is watched too.
    record: PathBuf,
    send: Sender<News>,
    news: Receiver<News>,
    has_console: bool,
}

impl Watch {
    fn repeat(&mut self, find_roots: FindRoots, prepare: Prepare) -> Result<ExitCode, String> {
        for number in 0.. {
            let places = Places::of(find_roots());
            self.watch_folders(&places)?;
            let send = self.send.clone();
            let child = Child::start(number, &self.record, prepare, move || {
                let _ = send.send(News::Ended(number));
            })?;
            let changed = self.wait_for_change(&places, number, child)?;
            report::say(&format!("luatos: {} changed, starts again", places.named(&changed)));
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Waits for a change that counts, and ends the run.
    fn wait_for_change(&mut self, places: &Places, number: u32, mut child: Child) -> Result<BTreeSet<PathBuf>, String> {
        loop {
            match self.news.recv() {
                Ok(News::Files(paths)) => {
                    let changed = self.counting(places, paths)?;
                    if !changed.is_empty() {
                        let changed = self.settle(places, changed)?;
                        child.end();
                        return Ok(changed);
                    }
                }
                Ok(News::Ended(ended)) if ended == number => {
                    let status = child.status();
                    self.watch_loaded(&Noted::read(&self.record))?;
                    if status.is_interrupted && self.has_console {
                        end_by(status.signal);
                    }
                    report::say(&format!("luatos: {status}; waits for a file to be saved, Ctrl-C ends it"));
                }
                Ok(News::Ended(_)) => {}
                // An input at a prompt is left by it; the run says whether it ends.
                Ok(News::Signal(INTERRUPT)) if self.has_console && child.is_running() => {}
                Ok(News::Signal(signal)) => {
                    child.end_by(signal);
                    end_by(signal);
                }
                Err(_) => return Err("--watch: nothing watches any more; start it again".into()),
            }
        }
    }

    /// Adds what is saved until nothing more is.
    fn settle(&mut self, places: &Places, mut changed: BTreeSet<PathBuf>) -> Result<BTreeSet<PathBuf>, String> {
        let end = Instant::now() + LONGEST;
        let mut others = Vec::new();
        while Instant::now() < end {
            match self.news.recv_timeout(SETTLING) {
                Ok(News::Files(paths)) => changed.extend(self.counting(places, paths)?),
                Ok(other) => others.push(other),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            }
        }
        for other in others {
            let _ = self.send.send(other);
        }
        Ok(changed)
    }

    /// Those of the paths that are files of the project, or loaded from elsewhere, which the script itself has not
    /// written. Folders that are new are watched, with what is in them already, and those of files that are newly loaded.
    fn counting(&mut self, places: &Places, paths: BTreeSet<PathBuf>) -> Result<BTreeSet<PathBuf>, String> {
        let noted = Noted::read(&self.record);
        if paths.contains(&self.record) {
            self.watch_loaded(&noted)?;
        }
        let mut counting = BTreeSet::new();
        for path in paths {
            if path.is_dir() {
                for folder in places.folders_below(&path) {
                    self.watch_folder(&folder)?;
                    let files = std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path());
                    counting.extend(files.filter(|file| file.is_file() && places.counts(file)));
                }
            } else if (places.counts(&path) || noted.loaded.contains(&path)) && !noted.written.contains(&path) {
                counting.insert(path);
            }
        }
        Ok(counting)
    }

    fn watch_folders(&mut self, places: &Places) -> Result<(), String> {
        places.folders().iter().try_for_each(|folder| self.watch_folder(folder))
    }

    fn watch_loaded(&mut self, noted: &Noted) -> Result<(), String> {
        let folders: BTreeSet<&Path> = noted.loaded.iter().filter_map(|file| file.parent()).collect();
        folders.into_iter().try_for_each(|folder| self.watch_folder(folder))
    }

    /// Watches a folder, also one of a name that was watched: where one has gone and come back it is another one.
    fn watch_folder(&mut self, folder: &Path) -> Result<(), String> {
        match self.watcher.watch(folder, RecursiveMode::NonRecursive) {
            // It is gone again.
            Err(_) if !folder.is_dir() => Ok(()),
            result => result.map_err(problem),
        }
    }
}

/// The paths that an event is about, unless nothing has changed.
fn changed(event: Event) -> Option<BTreeSet<PathBuf>> {
    let is_change = match event.kind {
        EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(_)) => false,
        // The project is what is there: where a file goes and comes back, its coming is the change.
        EventKind::Remove(RemoveKind::Folder) => false,
        _ => true,
    };
    is_change.then(|| event.paths.into_iter().collect())
}

fn problem(error: notify::Error) -> String {
    let hint = match error.kind {
        notify::ErrorKind::MaxFilesWatch => "; raise the limit: sudo sysctl fs.inotify.max_user_watches=524288",
        // EMFILE has no kind of its own.
        #[cfg(target_os = "linux")]
        notify::ErrorKind::Io(ref error) if error.raw_os_error() == Some(libc::EMFILE) => {
            "; raise the limit: sudo sysctl fs.inotify.max_user_instances=1024, or ulimit -n 4096"
        }
        _ => "",
    };
    format!("--watch: the files cannot be watched: {error}{hint}")
}

/// The signal of Ctrl-C.
const INTERRUPT: i32 = 2;

/// Ends the program as the signal does.
fn end_by(signal: i32) -> ! {
    #[cfg(unix)]
    signals::end_by(signal);
    std::process::exit(128 + signal)
}
