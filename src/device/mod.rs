//! The device around the script: state machines without Lua and without hardware.

pub mod modem;
pub mod pins;
