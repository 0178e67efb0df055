//! What the reactor watches and drives.

use std::{cell::RefCell, io, rc::Rc, time::Instant};

use mio::{Interest, Registry, Token, event};

use crate::{
    buffers::Buffers,
    net::{pool::Pool, wire::Wire},
};

/// Names one source; never reused.
pub type SourceId = usize;

/// A source as its owner and the reactor share it.
pub type SharedSource = Rc<RefCell<dyn Source>>;

/// A WebSocket client, a serial port: whatever has a socket or file to wait for, a deadline, or a
/// job on a worker thread, and news for the script.
///
/// # Contract
/// - Its owner takes an id from [`Reactor::new_id`](super::Reactor::new_id) and calls
///   [`Reactor::register`](super::Reactor::register) when there is something to wait for. While it is
///   registered, the script's loop counts it as able to bring a message.
/// - The reactor calls [`drive`](Self::drive) and then [`status`](Self::status). A source whose
///   status is [`Activity::Idle`] is no longer registered.
/// - Whatever its owner does to it from outside ends in one of the reactor's verbs:
///   [`write_soon`](super::Reactor::write_soon), [`resume`](super::Reactor::resume),
///   [`update`](super::Reactor::update), [`notify`](super::Reactor::notify),
///   [`forget`](super::Reactor::forget).
/// - Readiness is edge-triggered: a source reads and writes until the system would block, or says
///   that it is [unfinished](Activity::Unfinished).
pub trait Source {
    /// Does what can be done without waiting: reads, writes, and what its deadline asks for.
    fn drive(&mut self, cause: Cause, context: &mut Context<'_>);

    /// What the reactor has to do next. Called once after each [`drive`](Self::drive): it takes
    /// the news.
    fn status(&mut self) -> Status;

    /// What may arrive although neither an event nor the deadline has come yet; asked only where waits are passed
    /// over.
    fn flight(&self) -> Flight;

    /// Its end of an open connection over TCP. Where the other one is a source too, nobody outside sends anything.
    fn wire(&self) -> Option<Wire> {
        None
    }
}

/// Why a source is driven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// What it watches is ready. Which way does not matter: TLS may have to read in order to write,
    /// and an error shows in a read.
    Ready,
    /// Likewise, and the peer has closed its side or the connection broke: reads must go on to the
    /// end, which no further event announces.
    ReadyAtEnd,
    /// It has something to write, its deadline has passed, a job has ended, its bell was rung, or it was unfinished.
    Scheduled,
}

/// What the reactor has to do next with a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// Whether it can bring anything more.
    pub activity: Activity,
    /// When it has to be driven even if nothing happens.
    pub deadline: Option<Instant>,
    /// Something has happened that the script should see.
    pub has_news: bool,
}

/// Whether a source can bring anything more, in ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Activity {
    /// It cannot: it is not registered any more.
    Idle,
    /// It can, after an event or at its deadline.
    Waiting,
    /// It can at once: it was interrupted so that others get their turn.
    Unfinished,
}

/// Whether a wait for a source can be passed over, in ascending order of what speaks against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flight {
    /// Only its deadline brings something.
    Nothing,
    /// Somebody outside may send something, soon or never.
    Possible,
    /// An attempt is under way, or bytes are not sent: how long that takes is for the system to say.
    Certain,
}

/// What the reactor offers to a source that it drives.
pub struct Context<'a> {
    /// The source's own id.
    pub id: SourceId,
    /// The present.
    pub now: Instant,
    /// Shared memory.
    pub buffers: &'a mut Buffers,
    /// Worker threads. Jobs carry [`id`](Self::id) as their owner: the source is driven when one has
    /// ended.
    pub pool: &'a Pool,
    pub(super) registry: &'a Registry,
}

impl Context<'_> {
    /// Watches a socket or file, in both directions, until it is dropped.
    ///
    /// # Errors
    /// The system refuses.
    pub fn watch(&self, what: &mut impl event::Source) -> io::Result<()> {
        self.registry.register(what, Token(self.id), Interest::READABLE | Interest::WRITABLE)
    }
}
