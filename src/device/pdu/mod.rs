//! Short messages as they pass between a phone and its network: the protocol data units of 3GPP TS 23.040, with
//! the alphabets of 3GPP TS 23.038.
//!
//! SMS-DELIVER comes to the phone and SMS-SUBMIT goes from it; both are encoded and decoded. A text longer than one
//! message becomes parts ([`Content::pieces`]), and parts become a text again ([`join`]). Crates for this take the
//! phone's side only: they decode what comes to it and encode what it sends. The simulated network needs the
//! reverse.

mod address;
mod alphabet;
mod content;
mod message;
mod stamp;
mod user_data;

pub use self::{
    address::Address,
    content::{Content, join},
    message::{Deliver, Submit},
    stamp::Stamp,
    user_data::{Part, UserData},
};

/// Most parts of one text: their count is one octet.
pub const MAX_PARTS: usize = 255;

/// Why octets are no message of the kind that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// They end before the message does.
    #[error("the message is cut off")]
    Truncated,
    /// They go on after the message's end.
    #[error("something follows the message")]
    TooLong,
    /// They are a message of another kind.
    #[error("a message of another kind")]
    OtherKind,
    /// An address, a time or a header that the standard does not have.
    #[error("the message is malformed")]
    Malformed,
    /// The text is compressed (3GPP TS 23.042), which no network uses.
    #[error("compressed texts are not supported")]
    Compressed,
}

/// Octets that are taken from the front.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn octet(&mut self) -> Result<u8, Error> {
        let (first, rest) = self.0.split_first().ok_or(Error::Truncated)?;
        self.0 = rest;
        Ok(*first)
    }

    fn octets(&mut self, count: usize) -> Result<&'a [u8], Error> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Error::Truncated)?;
        self.0 = rest;
        Ok(taken)
    }
}
