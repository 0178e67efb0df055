//! permessage-deflate (RFC 7692): what is offered and agreed, and the two transformations of a
//! message. Pure: bytes in, bytes out.
//!
//! # Design
//! A DEFLATE state is large (some 300 KiB to compress, 40 KiB to inflate), most connections are
//! idle, so the states belong to a [`SharedPool`] that all connections of a Lua state share. What must
//! outlive a message is kept by its connection as plain bytes: the last window of what was inflated,
//! if the server keeps its context. A compressor that was lent to another connection meanwhile
//! starts anew, which the format allows: back-references are an option, not a duty.

mod negotiation;
mod pool;
mod stream;

pub use self::{
    negotiation::{Agreement, MAX_WINDOW_BITS, MIN_WINDOW_BITS, Settings},
    stream::{InflateError, SharedPool, Stream},
};
