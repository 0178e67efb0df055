//! What loudspeaker and microphone do.

use std::{fmt, time::Duration};

use super::{Format, Target};

/// What begins to sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Playing {
    /// A file of this path of the device.
    File(String),
    /// Bytes that the script has given.
    Data {
        /// How many.
        count: usize,
        /// What they are.
        format: Format,
    },
    /// A text that is spoken.
    Speech(String),
}

impl fmt::Display for Playing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Playing::File(path) => write!(f, "play {path}"),
            Playing::Data { count, format } => write!(f, "play {count} bytes of {}", format.name()),
            Playing::Speech(text) => write!(f, "say \"{text}\""),
        }
    }
}

/// A setting of `audiocore`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// A volume.
    Volume {
        /// Which one, in words.
        of: &'static str,
        /// 0 to 7, of the microphone to 15.
        volume: i64,
    },
    /// The output and the input that are used.
    Channel {
        /// Number of the output.
        output: i64,
        /// Number of the input.
        input: i64,
    },
    /// The loudspeaker sounds what the microphone hears.
    Loopback {
        /// 1 on, 0 off.
        flag: i64,
        /// Number of the output.
        output: i64,
    },
    /// The class of the amplifier: 0 AB, 1 D.
    AmplifierClass(i64),
    /// An amplifier at a pin is used.
    Amplifier {
        /// Number of the pin.
        pin: i64,
        /// Number of the output that it is for.
        output: i64,
    },
    /// Head phones are there, of a type from 0 to 2.
    HeadPhones(i64),
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Setting::Volume { of, volume } => write!(f, "{of} {volume}"),
            Setting::Channel { output, input } => write!(f, "output {output}, input {input}"),
            Setting::Loopback { flag, output } => write!(f, "loopback {flag}, type {output}"),
            Setting::AmplifierClass(class) => {
                write!(f, "amplifier of class {}", if *class == 0 { "AB" } else { "D" })
            }
            Setting::Amplifier { pin, output } => write!(f, "amplifier at pin {pin} for output {output}"),
            Setting::HeadPhones(kind) => write!(f, "head phones {kind}"),
        }
    }
}

/// Something sounds or is recorded, or a setting of that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AudioChange {
    /// A sound begins.
    Play {
        /// What sounds.
        what: Playing,
        /// For how long; none for what cannot be played.
        length: Option<Duration>,
    },
    /// A stream of this form begins to sound.
    Stream(Format),
    /// A file is to be played that does not exist, by its path of the device.
    Missing(String),
    /// The script has ended the sound.
    Stopped,
    /// The sound has ended.
    Ended,
    /// The sound could not be played.
    Failed,
    /// A recording begins.
    Record {
        /// Where it goes.
        target: Target,
        /// For how long.
        length: Duration,
    },
    /// The recording has ended, and its file is written.
    Recorded,
    /// The recording has ended, and its file cannot be written: why.
    RecordLost(String),
    /// A setting changes.
    Set(Setting),
}

impl fmt::Display for AudioChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AudioChange::Play { what, length: Some(length) } => write!(f, "{what}, {:.2} s", length.as_secs_f64()),
            AudioChange::Play { what, length: None } => write!(f, "{what}, which cannot be played"),
            AudioChange::Stream(format) => write!(f, "play a stream of {}", format.name()),
            AudioChange::Missing(path) => write!(f, "{path}: no such file"),
            AudioChange::Stopped => f.write_str("stopped"),
            AudioChange::Ended => f.write_str("ended"),
            AudioChange::Failed => f.write_str("failed"),
            AudioChange::Record { target: Target::File(path), length } => {
                write!(f, "record {}, {} s", String::from_utf8_lossy(path), length.as_secs())
            }
            AudioChange::Record { target: Target::Stream(_), length } => {
                write!(f, "record a stream, {} s", length.as_secs())
            }
            AudioChange::Recorded => f.write_str("recorded"),
            AudioChange::RecordLost(why) => write!(f, "the recording cannot be written: {why}"),
            AudioChange::Set(setting) => setting.fmt(f),
        }
    }
}
