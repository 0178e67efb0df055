//! The run that is watched: this program once more, without `--watch`.

use std::{
    fmt,
    path::Path,
    process::{Command, ExitStatus},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use super::super::command_line;

/// The variable that says where a run notes what it loads and writes.
const RECORD: &str = "LUATOS_RECORD";

/// How long a run may take to end before it is killed.
const PATIENCE: Duration = Duration::from_secs(2);

/// A process.
pub struct Child {
    process: Arc<Mutex<std::process::Child>>,
    has_ended: Arc<AtomicBool>,
}

/// How it has ended.
pub struct Status {
    /// By Ctrl-C.
    pub is_interrupted: bool,
    /// The signal that has ended it.
    pub signal: i32,
    status: Option<ExitStatus>,
}

impl Child {
    /// Starts the run of this number, as `prepare` has it, and calls `ended` when it has come to its end.
    ///
    /// # Errors
    /// The system does not start it; the text says why.
    pub fn start(
        number: u32,
        record: &Path,
        prepare: &dyn Fn(&mut Command),
        ended: impl FnOnce() + Send + 'static,
    ) -> Result<Self, String> {
        let problem = |error: std::io::Error| format!("--watch: the run cannot be started: {error}");
        let mut command = Command::new(std::env::current_exe().map_err(problem)?);
        command.args(command_line::without_watch(number > 0)).env(RECORD, record);
        prepare(&mut command);
        #[cfg(target_os = "linux")]
        end_with_parent(&mut command);
        let process = command.spawn().map_err(problem)?;
        let pid = process.id();
        let process = Arc::new(Mutex::new(process));
        let has_ended = Arc::new(AtomicBool::new(false));
        let (waiter, flag) = (process.clone(), has_ended.clone());
        thread::spawn(move || {
            wait(pid, &waiter);
            flag.store(true, Ordering::SeqCst);
            ended();
        });
        Ok(Child { process, has_ended })
    }

    /// Whether it has not come to its end.
    pub fn is_running(&self) -> bool {
        !self.has_ended.load(Ordering::SeqCst)
    }

    /// How it has ended; waits for that.
    pub fn status(&mut self) -> Status {
        let status = self.lock().wait().ok();
        Status::of(status)
    }

    /// Ends it as switching the device off does.
    pub fn end(&mut self) {
        #[cfg(unix)]
        self.end_by(libc::SIGTERM);
        #[cfg(not(unix))]
        self.end_by(0);
    }

    /// Ends it by a signal, and by force where that does not.
    pub fn end_by(&mut self, signal: i32) {
        if self.is_running() {
            self.send(signal);
        }
        let pause = Duration::from_millis(10);
        let mut waited = Duration::ZERO;
        while self.is_running() && waited < PATIENCE {
            thread::sleep(pause);
            waited += pause;
        }
        let mut process = self.lock();
        let _ = process.kill();
        let _ = process.wait();
    }

    #[cfg(unix)]
    fn send(&self, signal: i32) {
        let process = self.lock();
        if let Ok(pid) = libc::pid_t::try_from(process.id()) {
            // SAFETY: the process was not waited for, so that no other one has its number.
            unsafe { libc::kill(pid, signal) };
        }
    }

    #[cfg(not(unix))]
    fn send(&self, _: i32) {
        let _ = self.lock().kill();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, std::process::Child> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits for the end, and leaves it to be noticed by who owns the process: until then no other one gets its number.
#[cfg(unix)]
fn wait(pid: u32, _: &Mutex<std::process::Child>) {
    // SAFETY: the structure is only written to.
    unsafe {
        let mut info: libc::siginfo_t = std::mem::zeroed();
        while libc::waitid(libc::P_PID, pid, &mut info, libc::WEXITED | libc::WNOWAIT) != 0
            && std::io::Error::last_os_error().kind() == std::io::ErrorKind::Interrupted
        {}
    }
}

/// Looks for the end from time to time: the owner of the process needs it meanwhile.
#[cfg(not(unix))]
fn wait(_: u32, process: &Mutex<std::process::Child>) {
    while matches!(process.lock().unwrap_or_else(PoisonError::into_inner).try_wait(), Ok(None)) {
        thread::sleep(Duration::from_millis(50));
    }
}

/// The run does not outlive the program that watches.
#[cfg(target_os = "linux")]
fn end_with_parent(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    // SAFETY: `prctl` may be called between fork and exec, and allocates nothing.
    unsafe {
        command.pre_exec(|| {
            libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGTERM);
            Ok(())
        });
    }
}

impl Status {
    #[cfg(unix)]
    fn of(status: Option<ExitStatus>) -> Self {
        use std::os::unix::process::ExitStatusExt;
        let signal = status.and_then(|status| status.signal()).unwrap_or(0);
        Status { is_interrupted: signal == super::INTERRUPT, signal, status }
    }

    #[cfg(not(unix))]
    fn of(status: Option<ExitStatus>) -> Self {
        Status { is_interrupted: false, signal: 0, status }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status.and_then(|status| status.code()) {
            Some(code) => write!(to, "ended with status {code}"),
            None => write!(to, "ended by signal {}", self.signal),
        }
    }
}
