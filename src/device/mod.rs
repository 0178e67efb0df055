//! The device around the script: state machines without Lua and without hardware. What befalls the device
//! from outside is an [`Action`](action::Action), what it does to the world a [`Change`](change::Change).

pub mod action;
pub mod analog;
pub mod apn;
pub mod audio;
pub mod bluetooth;
pub mod board;
pub mod buses;
pub mod camera;
pub mod change;
pub mod clock;
pub mod conditions;
pub mod described;
pub mod display;
pub mod excerpt;
pub mod files;
pub mod fota;
pub mod keypad;
pub mod labels;
pub mod modem;
pub mod parts;
pub mod pdu;
pub mod pins;
pub mod plain;
pub mod power;
pub mod pwm;
pub mod state;
pub mod topic;
pub mod uart;
pub mod wifi;
pub mod words;
