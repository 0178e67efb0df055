//! HTTP/1.1 for a client: the parts of a URL, and the answer as its bytes come in. Facts: RFC 9110, RFC 9112.

mod answer;
mod head;
mod target;

pub use self::{
    answer::{Answer, Malformed},
    target::{Target, resolve},
};
