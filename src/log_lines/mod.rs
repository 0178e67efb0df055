//! The lines that a run prints, made readable: colours by level, a stamp in front, the last of them kept. Pure: bytes
//! and the time go in, bytes come out.

mod level;
mod lines;
mod stamp;
mod tail;

pub use self::{
    level::Level,
    lines::{Form, Lines},
    stamp::stamp,
    tail::Tail,
};
