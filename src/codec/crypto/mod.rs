//! Digests, checksums and ciphers as LuatOS-Air's `crypto` has them. The algorithms are those of crates; here are
//! the firmware's choices: which modes and paddings exist, how keys are filled up, what a failure looks like.

pub mod base64;
pub mod checksum;
pub mod cipher;
pub mod digest;
pub mod rsa;
pub mod xxtea;
