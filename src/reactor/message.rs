//! The messages that the reactor returns.

use super::SourceId;

/// One entry of the message queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A timer of [`Reactor::timer_start`](super::Reactor::timer_start) has expired.
    Timer(i64),
    /// A source has news for the script.
    Source(SourceId),
    /// A message of the device, such as bytes at a uart.
    Device {
        /// The firmware's message id.
        id: i64,
        /// Its parameters.
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
    /// No message came within the given time.
    TimedOut,
    /// A signal interrupted the wait; its handler may have to run.
    Interrupted,
    /// No timer runs and no source is registered: no message can ever come.
    Exhausted,
    /// [`Stopper::stop`](super::Stopper::stop) was called.
    Stopped,
}
