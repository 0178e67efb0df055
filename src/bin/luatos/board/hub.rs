//! What the connections share: the way to the script's thread, the last lines of the log, and what is new.

use std::{
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::future::{self, Either};
use serde_json::{Value, json};
use tokio::{
    sync::{Notify, mpsc::Receiver, oneshot, watch},
    time,
};
use tokio_tungstenite::tungstenite::Utf8Bytes;
use websocket::lua::board::{Answer, Asker, News, Request, Told};

use super::{
    feed::{Feed, Place},
    guard::Guard,
    ring::Ring,
};

/// Clients that may watch at a time, so that there is room for other requests.
pub const MOST_WATCHERS: usize = 64;

/// Lines of the log that are kept for who comes later, and their bytes together, as messages.
pub const MOST_LINES: usize = 2000;
const MOST_BYTES: usize = 8 << 20;

/// Shortest time from one state to the next.
const PACE: Duration = Duration::from_millis(100);

/// How often the state is looked at where nothing seems to happen: time passes, and memory is used.
const REST: Duration = Duration::from_secs(1);

/// How long a call may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// The call has failed, and why.
    Failed(String),
    /// The run has ended.
    Ended,
    /// The time is up.
    Late,
}

/// See the module.
pub struct Hub {
    asker: Asker,
    /// What can be called.
    pub names: Vec<String>,
    /// Who may ask.
    pub guard: Guard,
    log: Mutex<Ring>,
    /// What is told to those who watch.
    pub feed: Feed,
    watchers: AtomicUsize,
    /// Something has happened that may have changed the state, or somebody has come.
    stirred: Notify,
    /// Whether the run has ended.
    end: watch::Sender<bool>,
}

/// Somebody who watches, as long as this lives.
pub struct Watcher(Arc<Hub>);

impl Watcher {
    /// What it watches.
    pub fn hub(&self) -> &Hub {
        &self.0
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        if self.0.watchers.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.feed.clear();
            self.0.asker.ask(Request::Watch(false));
        }
    }
}

impl Hub {
    /// A hub without watchers.
    pub fn new(asker: Asker, names: Vec<String>, guard: Guard) -> Arc<Self> {
        Arc::new(Hub {
            asker,
            names,
            guard,
            log: Mutex::new(Ring::new(MOST_LINES, MOST_BYTES)),
            feed: Feed::new(),
            watchers: AtomicUsize::new(0),
            stirred: Notify::new(),
            end: watch::Sender::new(false),
        })
    }

    /// Calls a function of the table `device`.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn call(&self, name: &str, arguments: Vec<Value>) -> Result<Vec<Value>, Failure> {
        let (sender, answer) = oneshot::channel::<Answer>();
        let reply = Box::new(move |answer| sender.send(answer).is_ok());
        self.asker.ask(Request::Call { name: name.to_owned(), arguments, reply });
        match time::timeout(PATIENCE, future::select(answer, pin!(self.ended()))).await {
            Ok(Either::Left((Ok(answer), _))) => answer.map_err(Failure::Failed),
            Ok(_) => Err(Failure::Ended),
            Err(_) => Err(Failure::Late),
        }
    }

    /// The run ends: calls that wait are answered, and who watches is told.
    pub fn end(&self) {
        self.end.send_replace(true);
    }

    /// Waits for the end of the run.
    pub async fn ended(&self) {
        // The sender lives as long as this.
        let _ = self.end.subscribe().wait_for(|has_ended| *has_ended).await;
    }

    /// The state as a message, once the script waits.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn state(&self) -> Result<Utf8Bytes, Failure> {
        let values = self.call("state", Vec::new()).await?;
        Ok(json!({ "name": "state", "values": values }).to_string().into())
    }

    /// Somebody begins to watch, unless too many do already.
    pub fn enter(self: &Arc<Self>) -> Option<Watcher> {
        let more = |count: usize| (count < MOST_WATCHERS).then_some(count + 1);
        let before = self.watchers.fetch_update(Ordering::SeqCst, Ordering::SeqCst, more).ok()?;
        if before == 0 {
            self.asker.ask(Request::Watch(true));
        }
        self.stirred.notify_one();
        Some(Watcher(self.clone()))
    }

    /// The last lines of the log, at most so many, and what comes after them.
    pub fn follow(&self, lines: usize) -> (Vec<Utf8Bytes>, Place) {
        let log = self.log();
        (log.last(lines), self.feed.end())
    }

    /// Spreads the news among the watchers, until the run ends.
    pub async fn spread(self: Arc<Self>, mut news: Receiver<News>) {
        let mut last = None;
        while let Some(one) = news.recv().await {
            let text = Utf8Bytes::from(serde_json::to_string(&one).unwrap_or_default());
            let is_log = match &one.told {
                Told::Change { number, what } => {
                    self.tell_of_lost(last, *number);
                    last = Some(*number);
                    what.is_log()
                }
                Told::Action { .. } => false,
            };
            if is_log {
                self.log().push(text.clone());
            } else {
                self.stirred.notify_one();
            }
            if !matches!(one.told, Told::Action { shown: None }) {
                self.tell(text);
            }
        }
    }

    /// Tells the watchers of the state: soon after something has happened, and from time to time.
    pub async fn observe(self: Arc<Self>) {
        let mut last = Utf8Bytes::default();
        loop {
            if self.watchers.load(Ordering::SeqCst) == 0 {
                self.stirred.notified().await;
                continue;
            }
            let _ = time::timeout(REST, self.stirred.notified()).await;
            match self.state().await {
                Ok(state) if state != last => {
                    last = state.clone();
                    self.tell(state);
                }
                Err(Failure::Ended) => return,
                _ => {}
            }
            time::sleep(PACE).await;
        }
    }

    /// Numbers that are missing found no room on the way here.
    fn tell_of_lost(&self, last: Option<u64>, number: u64) {
        let lost = last.map_or(0, |last| number - last - 1);
        if lost > 0 {
            self.tell(lost_message(lost));
        }
    }

    fn tell(&self, text: Utf8Bytes) {
        if self.watchers.load(Ordering::SeqCst) > 0 {
            self.feed.send(text);
        }
    }

    fn log(&self) -> MutexGuard<'_, Ring> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a client hears that has missed so many messages.
pub fn lost_message(count: u64) -> Utf8Bytes {
    json!({ "name": "lost", "values": [count] }).to_string().into()
}
