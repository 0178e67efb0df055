//! The whole device as an observer sees it at one moment.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    display::DisplayState,
    files::FileState,
    keypad::Key,
    modem::ModemState,
    pins::{LedState, PinState},
    power::PowerState,
};

/// See the module.
#[derive(Clone, Debug, Serialize)]
pub struct State {
    /// Pins that are in use or driven from outside, by number.
    pub pins: BTreeMap<i64, PinState>,
    /// Pins that blink, by number.
    pub leds: BTreeMap<i64, LedState>,
    /// Pulse-width modulation: the signals as texts, by channel.
    pub pwm: BTreeMap<usize, String>,
    /// Voltages at the analogue inputs in mV, by channel.
    pub adc: BTreeMap<i64, i64>,
    /// What the project calls its pins, by number.
    pub names: BTreeMap<i64, String>,
    /// What it calls its keys, by `ROW,COLUMN`.
    pub keys: BTreeMap<String, String>,
    /// Keys that are pressed; the power key has the place that the firmware gives it.
    pub pressed: Vec<Key>,
    /// Modem, network, card, messages and calls.
    #[serde(flatten)]
    pub modem: ModemState,
    /// Loudspeaker and microphone.
    pub audio: AudioState,
    /// Battery and charger.
    pub power: PowerState,
    /// Displays, by name.
    pub displays: Vec<DisplayState>,
    /// The files in the device's data folder, by path.
    pub files: Vec<FileState>,
    /// How often the script has restarted.
    pub restarts: u32,
}

/// Loudspeaker and microphone as an observer sees them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AudioState {
    /// What sounds: `sound`, `stream` or `speech`.
    pub playing: Option<&'static str>,
    /// The microphone is recording.
    pub recording: bool,
}
