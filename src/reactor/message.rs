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

/// What a device message carries beside its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Nothing, as for an alarm.
    Nothing,
    /// A number, such as the id of a uart.
    Number(i64),
    /// Named values, such as pin and edge of an interrupt.
    Fields(Vec<(&'static str, Field)>),
}

/// A named value of a device message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// A boolean.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A string.
    Bytes(Vec<u8>),
}

impl From<bool> for Field {
    fn from(value: bool) -> Self {
        Field::Boolean(value)
    }
}

impl From<i64> for Field {
    fn from(value: i64) -> Self {
        Field::Integer(value)
    }
}

impl From<Vec<u8>> for Field {
    fn from(value: Vec<u8>) -> Self {
        Field::Bytes(value)
    }
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
