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
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AudioState {
    /// What sounds: `sound`, `stream` or `speech`.
    pub playing: Option<&'static str>,
    /// The path of the file that sounds.
    pub path: Option<String>,
    /// The text that is spoken.
    pub text: Option<String>,
    /// The form of what sounds.
    pub format: Option<&'static str>,
    /// It sounds again and again.
    #[serde(rename = "loop")]
    pub is_repeated: Option<bool>,
    /// When it began, in seconds since the start.
    pub since: Option<f64>,
    /// How long it sounds.
    pub seconds: Option<f64>,
    /// Volume of sounds, 0 to 7.
    pub volume: i64,
    /// Volume of calls, 0 to 7.
    pub call_volume: i64,
    /// Number of the output: 0 handset, 1 earpiece, 2 loudspeaker.
    pub output: i64,
    /// Number of the input.
    pub input: i64,
    /// The microphone is recording.
    pub recording: bool,
    /// The recording.
    pub record: Option<RecordState>,
    /// Poles of the headset that is plugged in.
    pub headset: Option<u8>,
    /// The file of the host that the microphone hears.
    pub microphone: Option<String>,
    /// The file of the host with what sounds.
    pub speaker: Option<String>,
}

/// A recording as an observer sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RecordState {
    /// The path of its file; none of a stream.
    pub path: Option<String>,
    /// Its form.
    pub format: &'static str,
    /// When it began, in seconds since the start.
    pub since: f64,
    /// How long it lasts, unless it is stopped.
    pub seconds: f64,
}
