//! What the reactor hands out.

use super::SourceId;

/// One entry of the message queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A timer of [`Reactor::timer_start`](super::Reactor::timer_start) has expired.
    Timer(i64),
    /// A WebSocket object has events or has changed its state.
    Client(SourceId),
    /// A device has something to say.
    Device {
        /// The firmware's message id.
        id: i64,
        /// What comes with it.
        body: Body,
    },
}

/// The second value of a device message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// A number, such as the id of a uart.
    Number(i64),
    /// Named numbers, such as pin and edge of an interrupt.
    Fields(Vec<(&'static str, i64)>),
}

/// How [`Reactor::receive`](super::Reactor::receive) ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// The oldest message.
    Message(Message),
    /// None came within the given time.
    TimedOut,
    /// A signal came; its handler may want to run.
    Interrupted,
    /// No timer runs and no connection is open or being made: none can ever come.
    Exhausted,
    /// [`Stopper::stop`](super::Stopper::stop) was called.
    Stopped,
}
